//! Scenes of other windows: dark, as small as a phone, on paper, without scripts.

use super::Stage;
use super::driver::Browser;
use crate::served::Served;
use fantoccini::key::Key;
use serde_json::json;

/// One page of each kind, by name.
pub(super) fn pages(archive: &Served) -> Vec<(&'static str, String)> {
    let found = archive.sandbox.search("quotes", "speaker:\"Mara Lindqvist\" knot", &[]);
    let (key, id) = (found["hits"][0]["key"].as_str().expect("a key"), found["hits"][0]["id"].as_str().expect("an id"));
    let start = id.rsplit(|c: char| !c.is_ascii_digit()).next().expect("a number");
    [
        ("front", "/".to_owned()),
        ("quotes", "/?q=levy+OR+harbour&limit=4".to_owned()),
        ("articles", "/?q=levy+OR+harbour&in=articles&limit=4".to_owned()),
        ("error", "/?q=%28levy".to_owned()),
        ("no-hits", "/?q=lindqist+wall".to_owned()),
        ("article", format!("/articles/{key}?q=knot&quote={start}#q{start}")),
        ("speakers", "/speakers?limit=30".to_owned()),
        ("speaker", "/speakers/Mara%20Lindqvist".to_owned()),
        ("help", "/help".to_owned()),
        ("nothing", "/articles/nothing".to_owned()),
    ]
    .into()
}

/// Unfolds everything that can be unfolded.
pub(super) fn unfold(browser: &Browser) {
    browser.run("document.querySelectorAll('details').forEach(details => { details.open = true; })");
}

pub(super) fn dark(stage: &Stage) {
    let browser = &stage.browser;
    // How light paper and ink are, 0 to 255.
    let lights = || {
        let lights = browser.run(
            "const style = getComputedStyle(document.body);
            return [style.backgroundColor, style.color].map(color => color.match(/[0-9.]+/g).slice(0, 3).reduce((sum, part) => sum + Number(part), 0) / 3);",
        );
        (lights[0].as_f64().expect("a number"), lights[1].as_f64().expect("a number"))
    };
    browser.open(&stage.archive, "/");
    let (paper, ink) = lights();
    assert!(paper > 200.0 && ink < 60.0, "light: {paper} {ink}");
    browser.media("", &[("prefers-color-scheme", "dark"), ("prefers-reduced-motion", "reduce")]);
    for (name, path) in &stage.pages {
        browser.go(path);
        let (paper, ink) = lights();
        assert!(paper < 60.0 && ink > 200.0, "{name}: dark: {paper} {ink}");
        browser.shot(&format!("dark-{name}"));
    }
}

/// Asserts that nothing has to be scrolled to the side, and says what would have to be.
#[track_caller]
fn fits(browser: &Browser, name: &str, width: u32) {
    let wide = browser.run_with(
        "const wide = document.scrollingElement.scrollWidth <= arguments[0] && innerWidth <= arguments[0] ? [] :
            [...document.querySelectorAll('body *')].filter(e => e.getBoundingClientRect().right > arguments[0] + 0.5 && !e.closest('.scroll *'))
            .map(e => `${e.tagName}.${e.className} to ${e.getBoundingClientRect().right}: ${e.textContent.slice(0, 40)}`);
        return [document.scrollingElement.scrollWidth, innerWidth, wide.slice(0, 5)];",
        vec![width.into()],
    );
    assert!(wide[0].as_u64() <= Some(width.into()) && wide[1].as_u64() <= Some(width.into()), "{name}: wider than the window: {wide}");
}

/// Asserts that no date, number or heading of a column is broken into two lines.
#[track_caller]
fn stays_whole(browser: &Browser, name: &str) {
    let broken = browser.run(
        "const words = [...document.querySelectorAll('td, thead th, time, #suggestions .about')].filter(e => /^\\S{1,12}$/.test(e.textContent));
        const lines = e => { const range = document.createRange(); range.selectNodeContents(e); return new Set([...range.getClientRects()].map(box => box.top)).size; };
        return words.filter(e => lines(e) > 1).map(e => e.textContent).slice(0, 5);",
    );
    assert_eq!(broken, json!([]), "{name}: broken into lines");
}

pub(super) fn phone(stage: &Stage) {
    let browser = &stage.browser;
    // Of what was made to do harm: what is long, and what is turned.
    let strange = ["harm-quotes", "harm-fields", "harm-long", "harm-long-name", "harm-rtl", "harm-speaker", "harm-speakers"];
    let harm: Vec<_> = super::harm::pages().into_iter().filter(|(name, _)| strange.contains(name)).collect();
    for (server, pages) in [(&stage.archive, &stage.pages), (&stage.harm, &harm)] {
        for (name, path) in pages {
            browser.size(360, 740);
            browser.open(server, path);
            fits(browser, name, 360);
            browser.shot(&format!("phone-{name}"));
            unfold(browser);
            stays_whole(browser, name);
            fits(browser, &format!("{name}, unfolded"), 360);
            // The narrowest window there is.
            browser.size(320, 640);
            fits(browser, &format!("{name}, unfolded"), 320);
        }
    }
    browser.size(360, 740);
    browser.open(&stage.archive, "/");
    browser.type_into("#q", "speaker:s");
    browser.until("document.querySelector('#suggestions li')");
    fits(browser, "suggestions", 360);
    stays_whole(browser, "suggestions");
    browser.shot("phone-suggestions");
}

pub(super) fn print(stage: &Stage) {
    let browser = &stage.browser;
    let shown = |css: &str| browser.holds(&format!("[...document.querySelectorAll('{css}')].some(e => e.getClientRects().length)"));
    browser.media("print", &[]);
    for (name, path) in &stage.pages {
        browser.open(&stage.archive, path);
        for css in ["form.search", ".top", ".skip", ".facets", ".timeline", ".pages", ".evidence", "button", ".back"] {
            assert!(!shown(css), "{name}: {css} is printed");
        }
        assert!(shown("h1"), "{name}");
        assert!(
            browser.holds("[...document.querySelectorAll('.scroll')].every(e => e.scrollHeight <= e.clientHeight)"),
            "{name}: a table is cut off"
        );
        let outlined = "[...document.querySelectorAll(':target, :target + span')].some(e => getComputedStyle(e).outlineStyle !== 'none')";
        assert!(!browser.holds(outlined), "{name}: where a link led to is outlined on paper");
        match *name {
            "quotes" => assert!(shown(".words") && shown(".who") && shown(".where")),
            "article" => assert!(shown(".quoted") && shown(".margin .name") && shown(".cite")),
            _ => {}
        }
        fits(browser, name, 1280);
        browser.shot(&format!("print-{name}"));
    }
}

pub(super) fn no_scripts(stage: &Stage) {
    let browser = &stage.driver.browser(&json!({"profile.managed_default_content_settings.javascript": 2}));
    browser.usual();
    browser.open(&stage.archive, "/");
    assert_eq!(browser.attr("#q", "role"), "", "no script of the page has run");
    browser.type_into("#q", "levy");
    browser.press(Key::Enter, None);
    browser.arrives(|place| place.starts_with("/?q=levy&in=quotes"));
    let found = browser.text("h1");
    assert!(found.ends_with(" quotes") && browser.count("li.hit .words mark") > 0, "{found}");
    assert!(!browser.text(".timeline figcaption").contains("drag"), "what needs scripts is not offered");
    browser.shot("no-scripts-search");

    browser.click(".facets li a");
    browser.arrives(|place| place.contains("levy+"));
    assert!(browser.prop("#q", "value").starts_with("levy "));
    assert_ne!(browser.text("h1"), found);

    browser.go("/?q=levy");
    browser.click(".timeline summary");
    let month = browser.text(".timeline tbody a");
    browser.click(".timeline tbody a");
    browser.arrives(|place| place.contains(&format!("since={month}")));
    assert!(browser.texts("li.hit time").iter().all(|date| date.starts_with(&month)));

    browser.go("/?q=speaker%3A%22Mara+Lindqvist%22+knot");
    assert_eq!(browser.text("li.hit .chain"), "", "folded");
    browser.click("li.hit summary");
    assert!(browser.text("li.hit .chain").contains("is Mara Lindqvist"));
    browser.shot("no-scripts-evidence");
    browser.click("li.hit .where a");
    browser.arrives(|place| place.starts_with("/articles/"));
    assert!(browser.texts(".quoted.chosen").join(" ").contains("tied into one knot"));
    assert_eq!(browser.text(".note.chosen .name"), "Mara Lindqvist");
    browser.shot("no-scripts-article");
    browser.click(".note.chosen .name");
    browser.arrives(|place| place == "/speakers/Mara%20Lindqvist");
    assert_eq!(browser.text("h1"), "Mara Lindqvist");
    browser.shot("no-scripts-speaker");

    browser.go("/speakers");
    browser.type_into("#pattern", "lind");
    browser.press(Key::Enter, None);
    browser.arrives(|place| place == "/speakers?q=lind");
    assert!(browser.count("table.speakers tbody tr") > 1);
    browser.go("/?q=%28levy");
    browser.click(".problem a");
    browser.arrives(|place| place.starts_with("/?q=%28levy%29"));
    assert!(browser.count("li.hit") > 0);
    super::quiet(browser, &[&stage.archive]);
}
