//! Scenes of the search: the box, suggestions, facets, the timeline, evidence, and what is said where nothing is found.

use super::Stage;
use super::driver::Browser;
use crate::sandbox::Sandbox;
use fantoccini::key::Key;
use serde_json::Value;

/// How many hits the command line has.
fn total(sandbox: &Sandbox, mode: &str, query: &str, more: &[&str]) -> u64 {
    sandbox.search(mode, query, more)["total"].as_u64().expect("a total")
}

/// `13 quotes`, as the page says it.
fn counted(total: u64, what: &str) -> String {
    format!("{total} {what}{}", if total == 1 { "" } else { "s" })
}

pub(super) fn front(stage: &Stage) {
    let browser = &stage.browser;
    browser.open(&stage.archive, "/");
    assert!(browser.text("h1").contains("quotes in"), "{}", browser.text("h1"));
    assert_eq!(browser.texts("section[aria-labelledby=most] a")[0], "Mara Lindqvist");
    for css in [".timeline svg rect[data-from]", "table.cheatsheet a", "a[href^='/?q=desk']"] {
        assert!(browser.count(css) > 3, "{css}");
    }
    // Every section is named by a heading that is there.
    assert!(browser.holds(
        "[...document.querySelectorAll('[aria-labelledby]')].every(e => document.getElementById(e.getAttribute('aria-labelledby')))"
    ));
    browser.shot("front");
}

pub(super) fn search(stage: &Stage) {
    let (browser, sandbox) = (&stage.browser, &stage.archive.sandbox);
    browser.open(&stage.archive, "/");
    browser.type_into("#q", "harbour OR levy");
    browser.press(Key::Enter, None);
    browser.until("document.querySelector('ol.hits > li')");
    assert_eq!(browser.place(), "/?q=harbour+OR+levy&in=quotes", "an address without what nobody filled in");
    assert_eq!(browser.text("h1"), counted(total(sandbox, "quotes", "harbour OR levy", &[]), "quote"));
    assert_eq!(browser.prop("#q", "value"), "harbour OR levy");
    assert_eq!(browser.attr(".tabs a[aria-current]", "href"), "/?q=harbour+OR+levy&in=quotes");
    assert_eq!(browser.count("li.hit"), 10);
    let marks = browser.texts("li.hit .words mark");
    assert!(
        marks.len() >= 10 && marks.iter().all(|mark| ["harbour", "lev"].iter().any(|word| mark.to_lowercase().starts_with(word))),
        "{marks:?}"
    );
    assert!(browser.holds("[...document.querySelectorAll('li.hit')].every(hit => hit.querySelector('.words mark'))"));
    browser.shot("search-quotes");

    browser.click("nav.pages a[rel=next]");
    browser.until("document.querySelector('ol.hits').start === 11");
    assert!(browser.holds("document.querySelector('#h11')"));
    browser.click("nav.pages a");
    browser.until("document.querySelector('ol.hits').start === 1");

    browser.click(".tabs a:not([aria-current])");
    browser.until("location.search.includes('in=articles')");
    assert_eq!(browser.text("h1"), counted(total(sandbox, "articles", "harbour OR levy", &[]), "article"));
    assert!(browser.count("li.hit h2.headline a") == 10 && browser.count("li.hit .excerpt mark") > 5);
    browser.shot("search-articles");

    // The fields below the box go along, and stay open where they say something.
    browser.click("details.more summary");
    browser.type_into("#since", "2025-06");
    browser.type_into("#desk", "politics");
    browser.run("document.querySelector('#sort').value = 'oldest'");
    browser.click(".box button");
    browser.until("location.search.includes('sort=oldest')");
    let narrowed = total(sandbox, "articles", "harbour OR levy", &["--since", "2025-06", "--desk", "politics"]);
    assert_eq!(browser.text("h1"), counted(narrowed, "article"));
    assert!(browser.holds("document.querySelector('details.more').open"));
    let dates = browser.texts("li.hit time");
    assert!(dates.len() > 1 && dates.is_sorted() && dates[0].as_str() >= "2025-06", "{dates:?}");
    browser.shot("search-fields");
    // Back on the page before, the fields can be sent again.
    browser.back();
    browser.until("location.search.includes('in=articles') && !location.search.includes('sort')");
    assert!(browser.holds("[...document.querySelector('form.search').elements].every(field => !field.disabled)"));
}

/// What the list of suggestions says of itself: shown, chosen, and what the box tells screen readers.
#[track_caller]
fn listed(browser: &Browser) -> Value {
    browser.run(
        "const box = document.getElementById('q'), list = document.getElementById('suggestions');
        return {shown: !list.hidden, expanded: box.getAttribute('aria-expanded'), active: box.getAttribute('aria-activedescendant'),
            chosen: [...list.children].findIndex(item => item.getAttribute('aria-selected') === 'true'), value: box.value};",
    )
}

pub(super) fn suggestions(stage: &Stage) {
    let browser = &stage.browser;
    browser.open(&stage.archive, "/");
    assert_eq!(browser.attr("#q", "role"), "combobox");
    assert_eq!((browser.attr("#q", "aria-controls"), browser.attr("#q", "aria-expanded")), ("suggestions".to_owned(), "false".to_owned()));
    browser.type_into("#q", "speak");
    browser.until("!document.getElementById('suggestions').hidden");
    assert_eq!(browser.texts("#suggestions li bdi")[0], "speaker:");
    assert!(browser.text("#say").ends_with(" suggestions") || browser.prop("#say", "textContent").ends_with(" suggestions"));
    assert_eq!(listed(browser), serde_json::json!({"shown": true, "expanded": "true", "active": null, "chosen": -1, "value": "speak"}));
    browser.shot("suggestions-fields");
    browser.press(Key::Down, None);
    let state = listed(browser);
    assert_eq!((&state["active"], &state["chosen"]), (&"suggestion0".into(), &0.into()), "{state}");
    browser.press(Key::Up, None);
    assert_eq!(listed(browser)["chosen"], browser.count("#suggestions li") - 1, "the last is before the first");
    browser.press(Key::Down, None);
    browser.press(Key::Enter, None);
    assert_eq!(browser.prop("#q", "value"), "speaker:");
    assert_eq!(browser.place(), "/", "taking one sends nothing");

    browser.keys("lind");
    browser.until("document.querySelectorAll('#suggestions bdi')[1]?.textContent === 'Tove Lindqvist'");
    browser.shot("suggestions-speakers");
    browser.press(Key::Escape, None);
    assert_eq!(listed(browser)["shown"], false);
    assert_eq!(listed(browser)["expanded"], "false");
    browser.press(Key::Down, None);
    browser.until("!document.getElementById('suggestions').hidden");
    browser.press(Key::Down, None);
    browser.press(Key::Enter, None);
    let state = listed(browser);
    assert_eq!((&state["value"], &state["shown"], &state["active"]), (&"speaker:\"Mara Lindqvist\" ".into(), &false.into(), &Value::Null));
    browser.press(Key::Enter, None);
    browser.until("document.querySelector('li.hit')");
    assert!(browser.texts("li.hit .name").iter().all(|name| name == "Mara Lindqvist"));

    // The same with the mouse; what stands behind the cursor stays.
    browser.open(&stage.archive, "/?q=levy");
    browser.run("const box = document.getElementById('q'); box.focus(); box.setSelectionRange(0, 0)");
    browser.keys("desk:wor");
    browser.until("document.querySelector('#suggestions li')");
    browser.click("#suggestions li");
    assert_eq!(browser.prop("#q", "value"), "desk:World levy");
}

pub(super) fn facets(stage: &Stage) {
    let browser = &stage.browser;
    browser.open(&stage.archive, "/?q=levy");
    let all: u64 = browser.run("return parseInt(document.querySelector('h1').textContent)").as_u64().expect("a number");
    // The value of a facet with its count, and what its link makes of the query.
    for (facet, mode) in [("Desk", "quotes"), ("Speaker", "quotes"), ("Source", "articles")] {
        browser.open(&stage.archive, &format!("/?q=levy&in={mode}"));
        let value = browser.run_with(
            "const part = [...document.querySelectorAll('.facets details')].find(d => d.querySelector('h2').textContent === arguments[0]);
            const item = part.querySelector('li');
            item.querySelector('a').id = 'narrow';
            return {value: item.querySelector('bdi').textContent, count: parseInt(item.querySelector('span').textContent)};",
            vec![facet.into()],
        );
        browser.click("#narrow");
        browser.until("document.querySelector('#q').value !== 'levy'");
        let text = browser.prop("#q", "value");
        assert!(text.starts_with("levy ") && text.contains(value["value"].as_str().expect("a value")), "{facet}: {text}");
        assert_eq!(browser.run("return parseInt(document.querySelector('h1').textContent)"), value["count"], "{facet}: {text}");
        assert!(value["count"].as_u64().is_some_and(|count| count <= all));
    }
    browser.shot("facets");
    // More values where there are more.
    browser.open(&stage.archive, "/?q=*");
    let few = browser.count(".facets details:first-of-type li");
    browser.click(".facets details:first-of-type p a");
    browser.until("location.search.includes('facet-limit')");
    assert!(browser.count(".facets details:first-of-type li") > few);
}

/// The bars: first and last day, hits, and the middle of each in the window.
fn bars(browser: &Browser) -> Vec<Value> {
    let bars = browser.run(
        "document.querySelector('.timeline').scrollIntoView({block: 'center'});
        return [...document.querySelectorAll('.timeline rect[data-from]')].map(bar => {
            const {left, top, width, height} = bar.getBoundingClientRect();
            return {from: bar.dataset.from, to: bar.dataset.to, hits: parseInt(bar.textContent.split(': ')[1]), x: left + width / 2, y: top + height / 2};
        });",
    );
    bars.as_array().expect("bars").clone()
}

fn middle(bar: &Value) -> (f64, f64) {
    (bar["x"].as_f64().expect("x"), bar["y"].as_f64().expect("y"))
}

/// Each label stands below the bar that it names.
#[track_caller]
fn labels(browser: &Browser) {
    let wrong = browser.run(
        "const bars = [...document.querySelectorAll('.timeline rect[data-from]')].map(bar => [bar.dataset.from, bar.getBoundingClientRect()]);
        return [...document.querySelectorAll('.labels span')].flatMap(label => {
            const box = label.getBoundingClientRect();
            const own = bars.find(([from]) => from === label.textContent);
            return own && (own[1].left > box.right || own[1].right < box.left) ? [label.textContent] : [];
        });",
    );
    assert_eq!(wrong, serde_json::json!([]), "labels below other bars");
}

pub(super) fn timeline(stage: &Stage) {
    let browser = &stage.browser;
    let asked = |name: &str| browser.run_with("return new URL(location).searchParams.get(arguments[0])", vec![name.into()]);
    let hits = |bars: &[Value]| bars.iter().map(|bar| bar["hits"].as_u64().expect("hits")).sum::<u64>();
    browser.open(&stage.archive, "/?q=levy");
    assert!(browser.holds("!document.querySelector('.timeline .scripted').hidden"));
    let shown = bars(browser);
    // From right to left is as good as from left to right.
    for (from, to) in [(1, 4), (4, 1)] {
        browser.open(&stage.archive, "/?q=levy");
        bars(browser);
        browser.drag(middle(&shown[from]), middle(&shown[to]));
        browser.until("location.search.includes('since')");
        assert_eq!((asked("since"), asked("until")), (shown[1]["from"].clone(), shown[4]["to"].clone()));
        assert_eq!(browser.text("h1"), counted(hits(&shown[1..=4]), "quote"));
    }
    browser.shot("timeline-dragged");
    browser.open(&stage.archive, "/?q=levy");
    bars(browser);
    browser.drag(middle(&shown[2]), middle(&shown[2]));
    browser.until("location.search.includes('since')");
    assert_eq!((asked("since"), asked("until")), (shown[2]["from"].clone(), shown[2]["to"].clone()));
    assert_eq!(browser.text("h1"), counted(hits(&shown[2..=2]), "quote"));
    // A month is looked over by days.
    assert_eq!(bars(browser)[0]["from"].as_str().map(str::len), Some("2025-06-19".len()));
    browser.shot("timeline-days");
    labels(browser);
    browser.go("/");
    labels(browser);
    // Shares in place of counts; the front page narrows a search of all articles.
    browser.open(&stage.archive, "/?q=levy");
    browser.click(".timeline figcaption a");
    browser.until("location.search.includes('chart=share')");
    assert!(browser.text(".timeline figcaption").contains('%'));
    browser.open(&stage.archive, "/");
    let shown = bars(browser);
    browser.drag(middle(&shown[0]), middle(&shown[1]));
    browser.until("location.search.includes('since')");
    assert!(asked("q") == "*" && browser.text("h1").contains("article"), "{}", browser.place());
}

pub(super) fn evidence(stage: &Stage) {
    let browser = &stage.browser;
    browser.open(&stage.archive, "/?q=speaker%3A%22Mara+Lindqvist%22+knot");
    assert!(browser.holds("!document.querySelector('details.evidence').open"));
    browser.click("details.evidence summary");
    assert!(browser.holds("document.querySelector('details.evidence').open"));
    let chain = browser.texts("li.hit:first-child .chain > li");
    assert_eq!(chain.len(), 3, "{chain:?}");
    assert!(chain[0].contains("“she”") && chain[1].contains("“Mara Lindqvist”") && chain[2] == "is Mara Lindqvist", "{chain:?}");
    for (css, expected) in [(".mention", "she"), (".cue", "said"), (".part", "tied into one knot,")] {
        assert_eq!(browser.text(&format!("li.hit:first-child dd > .context {css}")), expected);
    }
    let cite = browser.text("li.hit:first-child .cite");
    assert!(["tied into one knot", "Mara Lindqvist", "2025-03-14"].iter().all(|part| cite.contains(part)), "{cite}");
    browser.shot("evidence");
    // The button copies the citation.
    let origin = browser.run("return location.origin");
    browser.cdp(
        "Browser.grantPermissions",
        serde_json::json!({"origin": origin, "permissions": ["clipboardReadWrite", "clipboardSanitizedWrite"]}),
    );
    browser.click("li.hit:first-child button.small");
    browser.until("document.querySelector('li.hit button.small').textContent === 'Copied'");
    let copied = browser.run_later("navigator.clipboard.readText().then(arguments[0])", Vec::new());
    assert_eq!(copied, cite);
    assert_eq!(browser.prop("#say", "textContent"), "copied");
}

pub(super) fn broken_query(stage: &Stage) {
    let browser = &stage.browser;
    browser.open(&stage.archive, "/?q=%28levy+harbour&since=2025-03");
    assert_eq!(browser.text(".problem h1"), "The query cannot be read");
    assert_eq!((browser.text(".fault"), browser.text(".caret code")), ("(".to_owned(), "(levy harbour".to_owned()));
    assert_eq!((browser.prop("#q", "value"), browser.prop("#since", "value")), ("(levy harbour".to_owned(), "2025-03".to_owned()));
    browser.shot("broken-query");
    browser.click(".problem a");
    browser.until("document.querySelector('.answer h1')");
    assert_eq!((browser.prop("#q", "value"), browser.prop("#since", "value")), ("(levy harbour)".to_owned(), "2025-03".to_owned()));
    // Of other parameters too.
    browser.go("/?q=levy&since=soon");
    assert!(browser.text(".problem").contains("soon"), "{}", browser.text(".problem"));
    assert_eq!(browser.prop("#since", "value"), "soon");
    assert_eq!(browser.run("return document.title"), "A parameter cannot be read · onrecord");
    browser.shot("broken-date");
}

pub(super) fn no_hits(stage: &Stage) {
    let browser = &stage.browser;
    browser.open(&stage.archive, "/?q=lindqist+wall");
    assert_eq!((browser.text("h1"), browser.count("li.hit"), browser.count(".timeline")), ("No quotes".to_owned(), 0, 0));
    let advice = browser.text(".doctor");
    assert!(advice.contains("near “lindqist”") && advice.contains("Alone:"), "{advice}");
    browser.shot("no-hits");
    browser.click(".doctor a");
    browser.until("document.querySelector('#q').value !== 'lindqist wall'");
    assert_eq!(browser.prop("#q", "value").to_lowercase(), "lindqvist wall");
    // Without advice as well.
    browser.go("/?q=zyxwvutsrq");
    assert_eq!(browser.text("h1"), "No quotes");
    browser.shot("no-hits-no-advice");
}
