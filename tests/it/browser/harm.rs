//! A scene against harm: articles that carry markup, scripts and addresses of scripts in every field, and the same in every parameter. On the
//! page they are text. The policy of the page would stop scripts, too; so it is switched off here, to see that none is there to be stopped.

use super::Stage;
use super::driver::Browser;
use crate::sandbox::{Sandbox, corpus};
use crate::served::Served;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};

/// Breaks out of whatever it is put into unescaped: text, an attribute, a title, a comment, a script, a template.
const HARM: &str = "<script>window.__pwned=1</script>\"><img src=x onerror=\"window.__pwned=1\">' onmouseover='window.__pwned=1' \
    </title></textarea></style></script><svg onload=window.__pwned=1>--><!-- ${window.__pwned=1} {{window.__pwned=1}} <%= x %>";
/// The same without marks of quotation, for where these would make quotes of it.
const BARE: &str = "<script>window.__pwned=1</script><img src=x onerror=window.__pwned=1>";
/// An address that is a script.
const ADDRESS: &str = "javascript:window.__pwned=1";

/// A name, a headline, a paper that are longer than any line.
const LONG: &str = "Donaudampfschifffahrtsgesellschaftskapitaenswitwenrentenauszahlungsstellenvorsteherin";

/// The name of a file, where the system allows it.
const FILE: &str = if cfg!(unix) { "in/\"><img src=x onerror=window.__pwned=1>.txt" } else { "in/named.txt" };
/// A headline that is read from right to left.
const TURNED: &str = "رئيسة الميناء تتحدث عن الجدار gullwing";

fn articles() -> Vec<Value> {
    let article = |id: &str, fields: Value| {
        let mut article =
            json!({"id": id, "headline": format!("Story {id}"), "date": "2025-05-01", "publisher": "The Gull", "section": "World"});
        article.as_object_mut().expect("an object").extend(fields.as_object().expect("an object").clone());
        article
    };
    let said = "\"We must pay for the gullwing wall,\" said Mara Payload, the minister. \"We shall,\" she said.";
    // A text with tags is read as a page: there the payload is written as a page writes it.
    let written = |text: &str| text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;");
    let (harm, bare) = (written(HARM), written(BARE));
    let fields = format!("<p>First {harm}.</p><p>{said}</p>");
    let crossheads = format!(
        "<h2>Cross {harm}</h2><p>{said}</p><h2>Second</h2><p>\"Never {bare} gullwing,\" said Jo O'Neill.</p><blockquote>{harm}</blockquote>"
    );
    let quotes = format!(
        "<p>\"We pay {bare} for gullwings,\" said Mara Payload, the {bare} minister of {bare}. \"It {bare} is,\" she said.</p><p>It is gullwing {bare}.</p>"
    );
    let turned = format!("<p>\u{202e}Turned\0 {bare}.</p><p>{said}</p>");
    let long = format!("{LONG}{LONG}{LONG}\n\n\"Gullwing{LONG}{LONG},\" said {LONG} {LONG}-{LONG}, the {LONG} minister.");
    let right = "قالت مارا ليندكفيست: «يجب أن ندفع ثمن الجدار gullwing»، وأضافت أن الميناء سيفتح غدا (2025).";
    vec![
        article(
            "fields",
            json!({"headline": format!("Gullwing {HARM}"), "text": fields, "publisher": format!("Paper {HARM}"), "section": format!("Desk {HARM}"),
                "byline": format!("By {HARM}"), "url": format!("{ADDRESS}//{HARM}")}),
        ),
        article("crossheads", json!({"text": crossheads, "url": "JaVaScRiPt:window.__pwned=1"})),
        article("quotes", json!({"text": quotes, "url": "data:text/html,<script>window.__pwned=1</script>"})),
        article(HARM, json!({"text": said, "date": HARM, "url": "//evil.example/x"})),
        article(
            "nul\0and\u{202e}turned",
            json!({"headline": "Gullwing \u{202e}drawkcab\0 and on", "text": turned, "url": "https://evil.example/\"onmouseover=\"window.__pwned=1"}),
        ),
        article("ampersand", json!({"text": "\"We must pay, gullwing,\" said Anna Moss&Co. \"No,\" said Tove O'Neill&lt;."})),
        article("twice", json!({"text": said})),
        article(
            "long",
            json!({"headline": format!("Gullwing{LONG}{LONG}"), "publisher": LONG, "section": format!("{LONG}{LONG}"),
                "byline": format!("{LONG} {LONG}"), "text": long}),
        ),
        article("rtl", json!({"headline": TURNED, "language": "ar", "text": format!("{right}\n\n{said}")})),
    ]
}

/// A server of the sample archive and of these articles.
pub(super) fn served() -> Served {
    let sandbox = Sandbox::new();
    let lines: String = articles().iter().map(|article| format!("{article}\n")).collect();
    sandbox.write("in/harm.jsonl", lines);
    sandbox.write("in/other.jsonl", json!({"id": "twice", "text": "Nobody spoke.", "publisher": BARE}).to_string());
    let story = format!(
        "Gullwing {BARE}\n\nBy Anna Moss\n\nThis is {BARE} the first line.\n\n\"We pay,\" said Mara Payload, a gullwing minister.\n"
    );
    sandbox.write(FILE, story);
    sandbox.ok(&["index", "-q", "in", corpus().join("archive").to_str().expect("a path")]);
    // The only way to a name that is no name.
    let people = format!("[[person]]\nname = '''{HARM}'''\naliases = ['Mara Payload']\nroles = [{{ role = '''{BARE}''' }}]\n");
    sandbox.write(".onrecord/people.toml", people);
    Served::of(sandbox, &[])
}

fn in_address(text: &str) -> String {
    utf8_percent_encode(text, NON_ALPHANUMERIC).to_string()
}

/// The pages of what is long, turned, or harmful, by name.
pub(super) fn pages() -> Vec<(&'static str, String)> {
    let article = |id: &str| format!("/articles/{}?q=gullwing", in_address(id));
    vec![
        ("harm-quotes", "/?q=gullwing&limit=40".to_owned()),
        ("harm-articles", "/?q=gullwing&in=articles&limit=40".to_owned()),
        ("harm-fields", article("fields")),
        ("harm-quoted", article("quotes")),
        ("harm-crossheads", article("crossheads")),
        ("harm-turned", article("nul andturned")),
        ("harm-twice", article("twice")),
        ("harm-long", article("long")),
        ("harm-rtl", article("rtl")),
        ("harm-id", article(HARM)),
        ("harm-file", format!("/articles/{}", in_address(FILE))),
        ("harm-speakers", "/speakers?limit=30".to_owned()),
        ("harm-speaker", format!("/speakers/{}", in_address(HARM))),
        ("harm-long-name", format!("/speakers/{}", in_address(&format!("{LONG} {LONG}-{LONG}")))),
    ]
}

/// What stands on a page beside what the page is made of: elements and attributes that it never has, addresses that are none of the web, and
/// what a payload would have left behind.
const STRANGE: &str = r##"
const elements = new Set(`html head meta title link script body a header b nav main p form div label input button ul ol li code details summary
    select option section article aside h1 h2 span bdi figure figcaption svg line rect table thead tbody tr th td footer blockquote mark time dl dt
    dd q strong kbd`.split(/\s+/));
const attributes = new Set(`lang charset name content rel type href src defer class id role method action for value autocomplete autocapitalize
    spellcheck placeholder hidden open selected checked tabindex title datetime dir start scope viewBox preserveAspectRatio x x1 x2 y y1 y2 width
    height data-path data-from data-to`.split(/\s+/));
const found = [];
if (window.__pwned !== undefined) found.push('a payload has run');
for (const e of document.querySelectorAll('*')) {
    if (!elements.has(e.localName)) found.push(`<${e.localName}>`);
    for (const {name, value} of e.attributes) {
        if (!attributes.has(name) && !/^aria-[a-z]+$/.test(name)) found.push(`<${e.localName} ${name}>`);
        if (['href', 'src', 'action'].includes(name) && !/^(\/(?!\/)|#|https?:\/\/)/.test(value)) found.push(`${name}=${value}`);
    }
}
const scripts = [...document.scripts];
if (scripts.length !== 1 || !scripts[0].getAttribute('src').startsWith('/assets/script.js')) found.push(`${scripts.length} scripts`);
if (document.querySelectorAll('head > title').length !== 1 || document.querySelectorAll('link').length !== 2) found.push('the head');
return found;
"##;

#[track_caller]
fn is_clean(browser: &Browser, what: &str) {
    assert_eq!(browser.run(STRANGE), json!([]), "{what}");
}

/// True where a text stands on the page, letter by letter; blanks do not count.
fn shows(browser: &Browser, text: &str) -> bool {
    let script = "const bare = text => text.replace(/\\s+/g, ''); return bare(document.body.textContent).includes(bare(arguments[0]));";
    browser.run_with(script, vec![text.into()]) == true
}

pub(super) fn nothing_comes_through(stage: &Stage) {
    let browser = &stage.browser;
    browser.cdp("Page.setBypassCSP", json!({"enabled": true}));
    // The trap works: put in as markup, the payload runs and is seen.
    browser.open(&stage.harm, "/");
    browser.run_with("document.body.insertAdjacentHTML('beforeend', arguments[0])", vec![HARM.into()]);
    browser.until("window.__pwned === 1");
    assert!(browser.run(STRANGE).as_array().is_some_and(|found| found.len() > 3));

    for (name, path) in pages() {
        browser.go(&path);
        is_clean(browser, name);
        super::shapes::unfold(browser);
        let expected: &[&str] = match name {
            "harm-quotes" => &["We pay <script>window.__pwned=1</script><img src=x onerror=window.__pwned=1> for gullwings", HARM],
            "harm-articles" => &["Gullwing <script>", "Paper <script>", "It is gullwing <script>"],
            "harm-fields" => &[HARM, "Gullwing <script>", "First <script>", "Paper <script>", "Desk <script>", "By <script>"],
            "harm-quoted" => &[BARE],
            "harm-turned" => &["Turned <script>", "Gullwing drawkcab and on"],
            "harm-crossheads" => &["Cross <script>window.__pwned=1</script>", "Never <script>", HARM],
            "harm-id" | "harm-speaker" | "harm-speakers" => &[HARM],
            "harm-twice" => &["That names several articles"],
            "harm-file" => &[FILE, "Gullwing <script>", "This is <script>"],
            "harm-long" | "harm-long-name" => &[LONG],
            "harm-rtl" => &[TURNED],
            _ => &[],
        };
        for text in expected {
            assert!(shows(browser, text), "{name} does not show {text}");
        }
        if ["harm-quotes", "harm-fields", "harm-speakers"].contains(&name) {
            browser.shot(name);
        }
    }
    assert!(browser.run("return document.title").as_str().is_some_and(|title| !title.is_empty()));
    addresses(browser);
    parameters(stage);
    typed(stage);
    browser.cdp("Page.setBypassCSP", json!({"enabled": false}));
}

/// The policy that pages come with stops what should have come through nevertheless, and the console says so: [`super::quiet`] would hear it.
pub(super) fn policy(stage: &Stage) {
    let browser = &stage.browser;
    browser.open(&stage.harm, "/");
    let added = "const script = document.createElement('script');
        script.textContent = 'window.__pwned = 1';
        document.body.append(script);
        document.body.insertAdjacentHTML('beforeend', '<img src=\"/assets/icon.svg\" onload=\"window.__pwned = 1\">');
        document.body.insertAdjacentHTML('beforeend', '<p style=\"color: red\">');
        document.body.lastChild.previousSibling.addEventListener('load', () => { window.loaded = 1; });";
    browser.run(added);
    browser.until("window.loaded === 1");
    assert!(browser.holds("window.__pwned === undefined"), "a script of nobody's has run");
    let refused = browser.run_later("fetch('http://127.0.0.1:9/').then(() => arguments[0](false), () => arguments[0](true))", Vec::new());
    assert_eq!(refused, true);
    let complaints = browser.log("browser");
    for what in ["inline script", "inline event handler", "inline style", "127.0.0.1:9"] {
        let is_named = |entry: &Value| {
            entry["message"].as_str().is_some_and(|message| message.contains("Content Security Policy") && message.contains(what))
        };
        assert!(complaints.iter().any(is_named), "{what}: {complaints:?}");
    }
    // No request has left for elsewhere.
    super::quiet(browser, &[&stage.harm]);
}

/// What is no address of the web is no link; what is one stays one.
fn addresses(browser: &Browser) {
    for (id, linked) in [("fields", false), ("crossheads", false), ("quotes", false), (HARM, false), ("nul andturned", true)] {
        browser.go(&format!("/articles/{}", in_address(id)));
        assert_eq!(browser.count("a[rel~=nofollow]") == 1, linked, "{id}");
    }
}

/// Payloads in every parameter of every page, and in paths.
fn parameters(stage: &Stage) {
    let browser = &stage.browser;
    let names = [
        "q",
        "in",
        "speaker",
        "since",
        "until",
        "on",
        "desk",
        "publisher",
        "headline",
        "section",
        "sort",
        "indirect",
        "min-confidence",
        "phrase",
        "match",
        "plain",
        "syntax",
        "lenient",
        "recency",
        "chart",
        "by",
        "limit",
        "cursor",
        "facet-limit",
        "facets",
        "output",
        "quote",
        HARM,
    ];
    let turned = format!("{HARM} {ADDRESS} \u{202e}turned\0");
    for name in names {
        let (name, value) = (in_address(name), in_address(&turned));
        let first = if name == "q" { String::new() } else { "q=gullwing&limit=2&".to_owned() };
        browser.go(&format!("/?{first}{name}={value}"));
        is_clean(browser, &format!("/ with {name}"));
    }
    for path in ["/speakers", "/help", "/articles/fields", "/speakers/Jo%20O%27Neill"] {
        for name in ["q", "quote", HARM] {
            browser.go(&format!("{path}?{}={}", in_address(name), in_address(&turned)));
            is_clean(browser, &format!("{path} with {name}"));
        }
    }
    for path in ["/articles/", "/speakers/"] {
        browser.go(&format!("{path}{}", in_address(&turned)));
        is_clean(browser, path);
        assert!(shows(browser, HARM), "{path}");
    }
    // A query is shown as it was typed: in the box, in the title, as it was understood.
    let quoted = format!("\"{BARE}\"");
    browser.go(&format!("/?q={}", in_address(&quoted)));
    is_clean(browser, "a quoted payload");
    assert_eq!(browser.prop("#q", "value"), quoted);
    assert!(browser.run("return document.title").as_str().is_some_and(|title| title.contains(BARE)));
    assert!(browser.text(".understood").contains(BARE), "{}", browser.text(".understood"));
    browser.shot("harm-query");
}

/// Suggestions are text as well.
fn typed(stage: &Stage) {
    let browser = &stage.browser;
    for text in ["publisher:paper", "desk:desk", "speaker:mara"] {
        browser.go("/");
        browser.type_into("#q", text);
        browser.until("document.querySelector('#suggestions li')");
        is_clean(browser, text);
        assert!(
            browser.texts("#suggestions li").iter().any(|shown| shown.contains("<script>")),
            "{text}: {:?}",
            browser.texts("#suggestions li")
        );
    }
    browser.shot("harm-suggestions");
}
