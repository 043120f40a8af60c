//! A scene against barriers: axe-core finds nothing against WCAG 2.2 at level AA, in light and in dark, on a desk and on a phone.

use super::driver::Browser;
use super::{Stage, shapes, skipped};
use fantoccini::key::Key;
use serde_json::json;
use std::path::{Path, PathBuf};

/// The text of axe-core, or why there is none.
fn axe() -> Result<String, String> {
    let usual = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/outside/node_modules/axe-core/axe.min.js");
    let path = std::env::var_os("AXE").map_or(usual, PathBuf::from);
    std::fs::read_to_string(&path).map_err(|error| format!("{}: {error}; tests/outside/browser gets it", path.display()))
}

/// Runs it by all rules, or by those alone that look at colours.
const RUN: &str = "
const [colours, done] = arguments;
const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
const runOnly = colours ? {type: 'rule', values: ['color-contrast', 'link-in-text-block']} : {type: 'tag', values: tags};
// Off unless they are asked for; the second is none of the standard's, but good practice.
const rules = colours ? {} : {'target-size': {enabled: true}, 'landmark-unique': {enabled: true}};
axe.run(document, {runOnly, rules, resultTypes: ['violations'], preload: false})
    .then(({violations, passes}) => done({passes: passes.length,
        violations: violations.flatMap(rule => rule.nodes.map(node => [rule.id, node.target.join(' '), node.failureSummary]))}),
        error => done({passes: 0, violations: [['axe', '', String(error)]]}));
";

/// What axe finds on the page as it is, in light by all rules, in dark by those of colours.
fn look(browser: &Browser, name: &str, found: &mut Vec<String>) {
    for scheme in ["light", "dark"] {
        browser.media("", &[("prefers-color-scheme", scheme), ("prefers-reduced-motion", "reduce")]);
        let answer = browser.run_later(RUN, vec![(scheme == "dark").into()]);
        assert!(answer["passes"].as_u64() > Some(if scheme == "dark" { 0 } else { 10 }), "{name}: axe has looked at nothing: {answer}");
        for violation in answer["violations"].as_array().expect("violations") {
            let part = |at: usize| violation[at].as_str().unwrap_or_default();
            found.push(format!("{name}, {scheme}: {} at {}: {}", part(0), part(1), part(2).replace('\n', " ")));
        }
    }
}

pub(super) fn no_barriers(stage: &Stage) {
    let axe = match axe() {
        Ok(axe) => axe,
        Err(missing) => return skipped("axe", &missing),
    };
    let browser = &stage.browser;
    // Part of every page from here on, whatever the policy of the page says.
    let part = browser.cdp("Page.addScriptToEvaluateOnNewDocument", json!({"source": axe}));
    let mut found = Vec::new();
    for (window, width, height) in [("desk", 1280, 900), ("phone", 360, 740)] {
        browser.size(width, height);
        let pages = stage.pages.iter().map(|(name, path)| (&stage.archive, *name, path.clone()));
        // What is long, or turned, matters where there is little room.
        let strange = super::harm::pages().into_iter().filter(|(name, _)| width < 600 && ["harm-rtl", "harm-long"].contains(name));
        for (server, name, path) in pages.chain(strange.map(|(name, path)| (&stage.harm, name, path))) {
            browser.open(server, &path);
            shapes::unfold(browser);
            look(browser, &format!("{name}, {window}"), &mut found);
        }
        browser.open(&stage.archive, "/");
        browser.type_into("#q", "speaker:s");
        browser.until("document.querySelector('#suggestions li')");
        browser.press(Key::Down, None);
        look(browser, &format!("suggestions, {window}"), &mut found);
    }
    browser.cdp("Page.removeScriptToEvaluateOnNewDocument", part);
    assert!(found.is_empty(), "{} barriers:\n{}", found.len(), found.join("\n"));
}
