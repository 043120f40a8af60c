//! The page as a browser shows it: Chromium, driven by chromedriver, looks at a server of the sample archive, and at one of an archive made to
//! do harm.
//!
//! Needs `chromedriver` and `chromium`, named by `$CHROMEDRIVER` and `$CHROMIUM` or found in PATH; without them the test says so and passes.
//! The rules of accessibility are those of axe-core, `axe.min.js`: `$AXE`, or what `tests/outside/browser` has put below `target/outside`.
//! Pictures of what was seen go to `$ONRECORD_SCREENSHOTS`, or `target/screenshots`. `ONRECORD_SCENES=print,keys` plays only these scenes.

mod access;
mod driver;
mod harm;
mod keys;
mod reading;
mod searching;
mod shapes;

use crate::served::Served;
use driver::{Browser, Driver, Programs};
use serde_json::{Value, json};
use std::io::Write;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Instant;

/// What scenes are played on: one browser, two servers. Dropped in this order.
struct Stage {
    browser: Browser,
    driver: Driver,
    /// The sample archive.
    archive: Served,
    /// The sample archive, and articles that carry payloads in every field.
    harm: Served,
    /// One page of each kind of the sample archive, by name.
    pages: Vec<(&'static str, String)>,
}

/// A scene and its name.
type Scene = (&'static str, fn(&Stage));

/// One after the other, on the same browser.
const SCENES: [Scene; 23] = [
    ("front", searching::front),
    ("search", searching::search),
    ("suggestions", searching::suggestions),
    ("facets", searching::facets),
    ("timeline", searching::timeline),
    ("evidence", searching::evidence),
    ("broken-query", searching::broken_query),
    ("no-hits", searching::no_hits),
    ("article", reading::article),
    ("speaker", reading::speaker),
    ("speakers", reading::speakers),
    ("help", reading::help),
    ("nothing-there", reading::nothing_there),
    ("links", reading::links),
    ("keys", keys::letters),
    ("tab", keys::tab),
    ("dark", shapes::dark),
    ("phone", shapes::phone),
    ("print", shapes::print),
    ("no-scripts", shapes::no_scripts),
    ("policy", harm::policy),
    ("harm", harm::nothing_comes_through),
    ("access", access::no_barriers),
];

#[test]
#[allow(clippy::print_stdout, reason = "how long each scene took, for those who ask with --nocapture")]
fn the_page_in_a_browser() {
    let programs = match Programs::find() {
        Ok(programs) => programs,
        Err(missing) => return skipped("browser tests", &missing),
    };
    let driver = Driver::start(&programs);
    let archive = Served::new(&[]);
    let pages = shapes::pages(&archive);
    let stage = Stage { browser: driver.browser(&json!({})), driver, archive, harm: harm::served(), pages };
    let only = std::env::var("ONRECORD_SCENES").ok();
    let mut failed = Vec::new();
    for (name, scene) in SCENES {
        if only.as_ref().is_some_and(|only| !only.split(',').any(|wanted| wanted == name)) {
            continue;
        }
        let begun = Instant::now();
        let played = catch_unwind(AssertUnwindSafe(|| {
            stage.browser.usual();
            scene(&stage);
            quiet(&stage.browser, &[&stage.archive, &stage.harm]);
        }));
        println!("{name}: {:.1} s", begun.elapsed().as_secs_f32());
        if played.is_err() {
            failed.push(name);
            // What it left behind is not laid to the next.
            let _ = catch_unwind(AssertUnwindSafe(|| stage.browser.shot(&format!("failed-{name}"))));
            let _ = catch_unwind(AssertUnwindSafe(|| (stage.browser.log("browser"), stage.browser.log("performance"))));
        }
    }
    assert!(failed.is_empty(), "scenes that failed: {}", failed.join(", "));
}

/// Says what was not tested, also where the output of tests that pass is kept back.
fn skipped(what: &str, why: &str) {
    let _ = writeln!(std::io::stderr(), "SKIPPED: {what}: {why}");
}

/// Nothing was complained of, the policy of the page least of all, and nobody was asked but the servers.
#[track_caller]
fn quiet(browser: &Browser, servers: &[&Served]) {
    for entry in browser.log("browser") {
        let message = entry["message"].as_str().unwrap_or_default();
        // A page that says what is wrong has a status that says so too.
        let is_page = !["/assets/", "/api/"].iter().any(|path| message.contains(path));
        assert!(message.contains("the server responded with a status of 4") && is_page, "the console says: {entry}");
    }
    for entry in browser.log("performance") {
        let event: Value = serde_json::from_str(entry["message"].as_str().unwrap_or_default()).expect("an event");
        if event["message"]["method"] == "Network.requestWillBeSent" {
            let url = event["message"]["params"]["request"]["url"].as_str().unwrap_or_default();
            // What Chromium shows before it is told anything is its own.
            let own = url.starts_with("chrome") || url.starts_with("data:");
            assert!(
                own || servers.iter().any(|server| url.starts_with(&format!("http://{}/", server.address))),
                "asked for from elsewhere: {url}"
            );
        }
    }
}
