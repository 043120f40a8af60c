use super::*;
use crate::format::tests::{drawn, read_one};

#[track_caller]
fn check(html: &str, expected: &str) {
    let (article, problems) = read_one(&Html, "story.html", html.as_bytes());
    assert_eq!(problems, []);
    assert_eq!(drawn(&article), expected);
}

#[test]
fn plain_markup() {
    check(
        "<!doctype html><html lang=en><title>Storm closes harbour - Gull</title><article><header><h1>Storm closes harbour</h1><p class=standfirst>Nobody was hurt</p>\
         <p class=byline>By Jane Doe, Harbour Correspondent</p><p><time datetime='2025-04-17T10:15:00+02:00'>17 April 2025</time></p></header>\
         <p>A storm closed the harbour of Port Ellery on <em>Monday</em>, the mayor said.</p><h2>Repairs Begin</h2><p>She said: “So be it.”</p>\
         <blockquote><p>We have seen worse.</p></blockquote><ul><li>One pier</li><li>Two ships</li></ul><figure><img src=x><figcaption>The pier</figcaption></figure>\
         <h2>Frequently Asked Questions</h2><h3>Was anyone hurt?</h3><p>No, nobody was.</p><p>Correction: The pier is older.</p></article></html>",
        "headline: Storm closes harbour\ndate: 2025-04-17T10:15:00+02:00 (meta)\nauthors: Jane Doe\nbyline: Jane Doe, Harbour Correspondent\nlanguage: en\n\
         summary\n  paragraph Nobody was hurt\nlead\n  paragraph A storm closed the harbour of Port Ellery on Monday, the mayor said.\nbody: Repairs Begin\n  paragraph She said: “So be it.”\n\
         \x20 blockquote We have seen worse.\n  item One pier\n  item Two ships\n  caption The pier\nfaq: Frequently Asked Questions\n  question Was anyone hurt? No, nobody was.\nnote\n  paragraph Correction: The pier is older.\n",
    );
}
