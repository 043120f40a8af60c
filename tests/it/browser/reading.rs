//! Scenes of reading: an article at its quote, speakers, the help, links that all lead somewhere.

use super::Stage;
use super::driver::Browser;
use fantoccini::key::Key;
use serde_json::Value;

/// True where an element can be seen without scrolling.
fn in_view(css: &str) -> String {
    format!(
        "(() => {{ const e = document.querySelector('{css}')?.getBoundingClientRect(); return e && e.top >= 0 && e.bottom <= innerHeight; }})()"
    )
}

/// Of two elements: the second stands beside the first, at its height, to the right.
fn beside(browser: &Browser, first: &str, second: &str) -> bool {
    browser.holds(&format!(
        "(() => {{ const [a, b] = ['{first}', '{second}'].map(css => document.querySelector(css).getBoundingClientRect());
        return b.left >= a.right && b.top < a.bottom + 300 && b.bottom > a.top - 300; }})()"
    ))
}

pub(super) fn article(stage: &Stage) {
    let browser = &stage.browser;
    // As most people have it: the page glides to the quote.
    browser.media("", &[]);
    browser.open(&stage.archive, "/?q=speaker%3A%22Mara+Lindqvist%22+knot");
    let hits = browser.place();
    browser.click("li.hit:first-child .where a");
    browser.until("location.pathname.startsWith('/articles/') && location.hash.startsWith('#q')");
    let place = browser.place();
    let (_, quote) = place.split_once('#').expect("a fragment");
    browser.until(&in_view(&format!("#{quote}")));
    browser.usual();
    assert!(browser.texts(".quoted.chosen").join(" ").contains("tied into one knot"));
    assert!(browser.texts(".text mark[id]").contains(&"knot".to_owned()), "{:?}", browser.texts(".text mark[id]"));
    assert_eq!(browser.count(".note.chosen"), 1);
    assert_eq!(browser.text(".note.chosen .name"), "Mara Lindqvist");
    assert!(beside(browser, ".row:has(.quoted.chosen) > p", ".note.chosen"), "the speaker stands in the margin");
    assert!(browser.count(".voices li") > 1 && browser.count(".margin .note") > 1);
    browser.shot("article-quote");
    // Where the sections and the voices stand.
    assert!(
        browser
            .holds("[...document.querySelectorAll('nav.outline a, nav.voices a[href^=\"#\"]')].every(a => document.querySelector(a.hash))")
    );
    browser.click("nav.outline li:last-child a");
    let heading = browser.run("return location.hash");
    browser.until(&in_view(heading.as_str().expect("a fragment")));
    // The evidence in the margin.
    browser.click(".note.chosen summary");
    assert!(browser.texts(".note.chosen .chain > li").len() > 1);
    browser.shot("article-evidence");
    browser.click(".back a");
    browser.until("document.querySelector('li.hit')");
    assert_eq!(browser.place(), hits);

    // From an article's hit to the first word that matched.
    browser.go("/?q=levy&in=articles");
    browser.click("li.hit:first-child .headline a");
    browser.until(&in_view("mark#m1"));
    assert!(browser.place().ends_with("#m1"));
    let marks = browser.texts(".text mark[id]");
    assert!(marks.len() > 1 && marks.iter().all(|mark| mark.to_lowercase().starts_with("lev")), "{marks:?}");
}

pub(super) fn speaker(stage: &Stage) {
    let browser = &stage.browser;
    browser.open(&stage.archive, "/?q=speaker%3A%22Mara+Lindqvist%22");
    let quotes = browser.text("h1");
    browser.click("li.hit:first-child .who a");
    browser.until("location.pathname.startsWith('/speakers/')");
    assert_eq!(browser.place(), "/speakers/Mara%20Lindqvist");
    assert_eq!(browser.text("h1"), "Mara Lindqvist");
    assert!(browser.text("main > .where").starts_with(&format!("{quotes} in ")), "{}", browser.text("main > .where"));
    assert_eq!(
        browser.texts("main h2:is(#roles, #names, #together, #latest)"),
        ["Roles over time", "Names used", "Quoted together with", "Latest quotes"]
    );
    assert!(browser.count(".timeline rect[data-from]") > 2 && browser.count("li.hit") == 10);
    let dates = browser.texts("li.hit time");
    assert!(dates.iter().rev().is_sorted(), "{dates:?}");
    browser.shot("speaker");
    browser.click(".timeline details summary");
    browser.click(".timeline tbody a");
    browser.until("location.search.includes('since')");
    assert_eq!(browser.prop("#q", "value"), "speaker:\"Mara Lindqvist\"");
    browser.back();
    browser.until("location.pathname.startsWith('/speakers/')");
    browser.click("section:has(#together) li a:last-child");
    browser.until("document.querySelector('li.hit .headline')");
    // Somebody whose name is no letters alone.
    browser.go("/speakers");
    browser.click("table.speakers a[href*='%C3']");
    browser.until("location.pathname.startsWith('/speakers/')");
    assert!(!browser.text("h1").is_ascii(), "{}", browser.text("h1"));
}

pub(super) fn speakers(stage: &Stage) {
    let browser = &stage.browser;
    browser.open(&stage.archive, "/speakers");
    browser.until("document.querySelectorAll('table.speakers tbody tr').length === 100");
    let all: Vec<u64> = browser.texts("table.speakers td:nth-child(2)").iter().map(|count| count.parse().expect("a count")).collect();
    assert!(all.len() == 100 && all.iter().rev().is_sorted(), "{all:?}");
    // A row of short words is a line, or two.
    assert!(
        browser.holds("[...document.querySelectorAll('table.speakers tbody tr')].every(row => row.offsetHeight < 80)"),
        "rows are broken"
    );
    browser.shot("speakers");
    browser.click("p.quiet a");
    browser.until("location.search.includes('limit')");
    assert!(browser.count("table.speakers tbody tr") > 100);
    browser.go("/speakers");
    browser.type_into("#pattern", "lind");
    browser.press(Key::Enter, None);
    browser.until("location.search === '?q=lind'");
    let names = browser.texts("table.speakers th a");
    assert!(names.len() > 1 && names.iter().all(|name| name.contains("Lind")), "{names:?}");
    browser.shot("speakers-found");
    browser.go("/speakers?q=zyx");
    assert_eq!(browser.text(".none"), "Nobody speaks under such a name.");
    browser.shot("speakers-none");
}

pub(super) fn help(stage: &Stage) {
    let browser = &stage.browser;
    browser.open(&stage.archive, "/help");
    assert!(browser.count("table.cheatsheet a") > 5 && browser.count("dl.keys kbd") > 5 && browser.count("table:not(.cheatsheet) tr") > 10);
    browser.shot("help");
    let wrong = answers(browser, "table.cheatsheet a").into_iter().filter(|(status, _)| *status != 200).collect::<Vec<_>>();
    assert!(wrong.is_empty(), "examples that do not run: {wrong:?}");
}

/// The links of the page below these elements, each with the status of its answer.
fn answers(browser: &Browser, css: &str) -> Vec<(u64, String)> {
    let asked = browser.run_later(
        "const done = arguments[1], found = [];
        const links = [...new Set([...document.querySelectorAll(arguments[0])].map(a => a.href.split('#')[0]))].filter(href => href.startsWith(location.origin));
        const next = async () => { for (let href; (href = links.pop());) found.push([(await fetch(href)).status, href]); };
        Promise.all([next(), next(), next(), next()]).then(() => done(found), error => done([[0, String(error)]]));",
        vec![css.into()],
    );
    let pair = |pair: &Value| (pair[0].as_u64().unwrap_or_default(), pair[1].as_str().unwrap_or_default().to_owned());
    asked.as_array().expect("answers").iter().map(pair).collect()
}

pub(super) fn links(stage: &Stage) {
    let browser = &stage.browser;
    browser.open(&stage.archive, "/");
    let mut seen = 0;
    // On the page of an error the same broken query can be asked for otherwise.
    for (name, path) in stage.pages.iter().filter(|(name, _)| *name != "error") {
        browser.go(path);
        let all = answers(browser, "main a[href]");
        seen += all.len();
        let wrong: Vec<_> = all.into_iter().filter(|(status, _)| *status != 200).collect();
        assert!(wrong.is_empty(), "{name}: links to nothing: {wrong:?}");
    }
    assert!(seen > 150, "{seen}");
}

pub(super) fn nothing_there(stage: &Stage) {
    let browser = &stage.browser;
    for (name, path) in [("article", "/articles/nothing"), ("speaker", "/speakers/Nobody%20Nowhere")] {
        browser.open(&stage.archive, path);
        assert_eq!(browser.text("h1"), "There is no such thing");
        let text = browser.text("main");
        assert!(text.contains("nothing") || text.contains("Nobody Nowhere"), "{text}");
        browser.shot(&format!("nothing-{name}"));
        browser.click("main a");
        browser.until("location.pathname === '/' && document.querySelector('#q')");
    }
}
