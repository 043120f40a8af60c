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

/// A page as papers publish it: navigation, sharing and related stories around (and in) the given story.
fn page_around(head: &str, story: &str) -> String {
    format!(
        "<html lang=en-GB><head><meta charset=utf-8>{head}</head><body class='article-page has-sidebar'><nav class=main-nav><ul><li><a href=/>Home</a><li><a href=/w>World</a></ul></nav>\
         <div id=cookie-banner><p>We use cookies to give you the best experience of our site. <button>Accept</button></p></div>\
         <div class=layout><div class=story>{story}<div class=share-bar><a href=x>Share on Gullbook</a></div></div>\
         <div class=sidebar><h3>Most read</h3><ul><li><a href=/1>Mayor opens new school in Westhaven after long delay</a><li><a href=/2>Five recipes for fresh herring from the islands</a></ul></div></div>\
         <footer><p>© The Ellery Gull. All rights reserved.</p></footer></body></html>"
    )
}

const PARAGRAPHS: &str = "<p>A storm closed the harbour of Port Ellery on Monday, and the ferry to Isle Green will not run before the weekend, the office of the mayor said.</p>\
    <p>Nobody was hurt. “We have seen worse in this town,” Mayor Ann Tell told reporters in the afternoon, “but not in my time.” She thanked the fire brigade.</p>\
    <p>Work on the northern pier has begun, and the harbour master, Tom Moll, asked for patience while two ships are being towed to the yard at Westhaven.</p>";

const DRAWN: &str = "lead\n  paragraph A storm closed the harbour of Port Ellery on Monday, and the ferry to Isle Green will not run before the weekend, the office of the mayor said.\n\
    body\n  paragraph Nobody was hurt. “We have seen worse in this town,” Mayor Ann Tell told reporters in the afternoon, “but not in my time.” She thanked the fire brigade.\n\
    \x20 paragraph Work on the northern pier has begun, and the harbour master, Tom Moll, asked for patience while two ships are being towed to the yard at Westhaven.\n";

#[track_caller]
fn check_page(head: &str, story: &str, expected: &str) {
    check(&page_around(head, story), expected);
}

#[test]
fn the_story_without_its_surroundings() {
    check_page(
        "<title>Storm closes harbour - The Ellery Gull</title>",
        &format!(
            "<h1>Storm closes harbour</h1>{PARAGRAPHS}<p><strong>Read more:</strong> <a href=/3>The storm of 1962</a></p><h3>Related stories</h3><p><a href=/4>The pier that nobody wanted to pay for</a></p>"
        ),
        &format!("headline: Storm closes harbour\nlanguage: en-GB\n{DRAWN}"),
    );
}

#[test]
fn json_ld_before_meta_before_text() {
    check_page(
        "<title>Harbour closed | Gull</title><meta property=og:title content='Harbour closed by storm'><meta property=og:site_name content='The Ellery Gull'><meta name=author content='Gull Staff'>\
         <meta property=article:published_time content='2025-04-18T09:00:00Z'><meta property=article:modified_time content='2025-05-01T09:00:00Z'><link rel=canonical href='https://gull.example/2025/04/17/storm'>\
         <script type='application/ld+json'>{\"@graph\": [{\"@type\": \"NewsArticle\", \"headline\": \"Storm closes harbour\", \"datePublished\": \"2025-04-17T23:30:00+02:00\", \"dateModified\": \"2025-05-01\",\
         \"author\": [{\"@type\": \"Person\", \"name\": \"Jane Doe\"}, {\"@type\": \"Organization\", \"name\": \"The Ellery Gull\"}], \"publisher\": {\"name\": \"The Ellery Gull\"}, \"articleSection\": [\"Local\", \"Weather\"]}]}</script>",
        &format!("<h1>Storm closes harbour of Port Ellery</h1>{PARAGRAPHS}"),
        &format!(
            "headline: Storm closes harbour of Port Ellery\ndate: 2025-04-17T23:30:00+02:00 (json-ld)\nauthors: Jane Doe\npublisher: The Ellery Gull\ndesk: Local\nurl: https://gull.example/2025/04/17/storm\nlanguage: en-GB\n{DRAWN}"
        ),
    );
}

#[test]
fn meta_elements() {
    check_page(
        "<title>Storm closes harbour | The Ellery Gull</title><meta property=article:published_time content='2025-04-17T10:00+02:00'><meta name=author content='Jane Doe and John Roe'><meta property=og:locale content=en_US>",
        PARAGRAPHS,
        &format!(
            "headline: Storm closes harbour\ndate: 2025-04-17T10:00+02:00 (meta)\nauthors: Jane Doe; John Roe\nlanguage: en-GB\n{DRAWN}"
        ),
    );
    // Modified is not published; a date in the address is better than none.
    check_page(
        "<meta property=article:modified_time content='2025-05-01T09:00:00Z'><link rel=canonical href='https://gull.example/2025/04/17/storm'><title>Storm</title>",
        &format!("<h1>Storm closes harbour</h1><p>Updated: 1 May 2025</p>{PARAGRAPHS}"),
        &format!(
            "headline: Storm closes harbour\ndate: 2025-04-17 (url)\nurl: https://gull.example/2025/04/17/storm\nlanguage: en-GB\n{DRAWN}"
        ),
    );
}

#[test]
fn what_stands_above_the_text() {
    check_page(
        "<title>Storm</title><meta name=description content='Two ships thrown against the pier, but nobody is hurt'>",
        &format!(
            "<h1>Storm closes harbour</h1><div class=intro><p>Two ships thrown against the pier, but nobody is hurt</p></div><div class=article-byline>By <a rel=author href=/jane>Jane Doe</a></div><div>17 April 2025, 10:15</div>\
             <figure><img src=x><figcaption>The pier on Monday</figcaption></figure><div class=text>{PARAGRAPHS}</div>"
        ),
        &format!(
            "headline: Storm closes harbour\ndate: 2025-04-17T10:15 (text)\nauthors: Jane Doe\nbyline: Jane Doe\nlanguage: en-GB\nsummary\n  paragraph Two ships thrown against the pier, but nobody is hurt\nbody\n  caption The pier on Monday\n{DRAWN}"
        ),
    );
}

#[test]
fn quotations_set_apart() {
    check_page(
        "<title>Storm</title>",
        &format!(
            "<h1>Storm closes harbour</h1><div class=text>{PARAGRAPHS}<blockquote><p>The pier has stood for a hundred years.</p><p>It will stand for a hundred more.</p></blockquote>\
             <p>So the harbour master wrote in his report to the council, which meets on Thursday to hear him and the owners of the two ships.</p>\
             <aside class=pull-quote><p>We have seen worse in this town</p></aside><figure><blockquote>asked for patience while two ships</blockquote></figure>\
             <p>The council has put the pier on its list for the summer, said Ida Holm, who leads it, and will ask the county for help with the cost of the repairs.</p></div>"
        ),
        &format!(
            "headline: Storm closes harbour\nlanguage: en-GB\n{DRAWN}  blockquote The pier has stood for a hundred years.\n  blockquote It will stand for a hundred more.\n\
             \x20 paragraph So the harbour master wrote in his report to the council, which meets on Thursday to hear him and the owners of the two ships.\n\
             \x20 pullquote We have seen worse in this town\n  pullquote asked for patience while two ships\n\
             \x20 paragraph The council has put the pier on its list for the summer, said Ida Holm, who leads it, and will ask the county for help with the cost of the repairs.\n"
        ),
    );
}

#[test]
fn odd_markup() {
    check(
        "<html><body><h1>Storm closes harbour</h1>The harbour is closed, said the mayor, and it will not be open before the weekend.<br><br>Nobody was hurt,<br>she said, and <q>all will be well</q> before long in Port Ellery.\
         <p><b>What happens next</b></p><p>Work has be<span class=sr-only>hidden</span>gun on the pier, and the ferry waits for it to end, which may take a week or more.</p>\
         <table><tr><td>North pier</td><td>open</td></tr></table></body></html>",
        "headline: Storm closes harbour\nlead\n  paragraph The harbour is closed, said the mayor, and it will not be open before the weekend.\n\
         body\n  paragraph Nobody was hurt, she said, and “all will be well” before long in Port Ellery.\nbody: What happens next\n\
         \x20 paragraph Work has begun on the pier, and the ferry waits for it to end, which may take a week or more.\n  paragraph North pier open\n",
    );
}

#[test]
fn a_text_that_only_json_ld_has() {
    let body = "A storm closed the harbour on Monday, the mayor said. ".repeat(10);
    check(
        &format!(
            "<html><head><script type='application/ld+json'>{{\"@type\": \"NewsArticle\", \"headline\": \"Storm closes harbour\", \"articleBody\": \"{body}\"}}</script></head><body><div id=app></div></body></html>"
        ),
        &format!("headline: Storm closes harbour\nlead\n  paragraph {}\n", body.trim()),
    );
}

#[test]
fn encodings() {
    for (bytes, expected) in [
        (&b"<html><meta charset=iso-8859-2><h1>\xa3\xf3d\xbc</h1><p>Text.</p></html>"[..], "Łódź"),
        (b"<html><meta charset=utf-8><h1>caf\xe9 \x93so\x94</h1><p>Text.</p></html>", "café “so”"),
        ("\u{feff}<html><meta charset=iso-8859-1><h1>café</h1><p>Text.</p></html>".as_bytes(), "café"),
        ("<html><meta charset=iso-8859-1><h1>café</h1><p>Text.</p></html>".as_bytes(), "café"),
    ] {
        let (article, _) = read_one(&Html, "story.html", bytes);
        assert_eq!(article.meta.headline.as_deref(), Some(expected));
    }
}

#[test]
fn pages_without_text() {
    let (article, problems) = read_one(&Html, "a.html", b"<html><h1>Storm in pictures</h1><img src=x></html>");
    assert_eq!(article.body(), "");
    assert_eq!(problems[0].to_string(), "a headline and no text; the page may be a video or gallery, or build its text in the browser");
    let (items, result) = crate::format::tests::read(&Html, "a.html", b"<html><script>x</script></html>");
    assert_eq!((items.len(), result.map_err(|problem| problem.message)), (0, Err("no text".to_owned())));
}
