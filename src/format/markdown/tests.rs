use super::*;
use crate::article::Article;
use crate::format::tests::{drawn, read_one};

#[track_caller]
fn check(text: &str, expected: &str) {
    let (article, problems) = read_one(&Markdown, "story.md", text.as_bytes());
    assert_eq!(problems, []);
    assert_eq!(drawn(&article), expected.trim_start_matches('\n'));
}

#[track_caller]
fn problem(text: &str, expected: &str) -> Article {
    let (article, problems) = read_one(&Markdown, "story.md", text.as_bytes());
    assert_eq!(problems.iter().map(ToString::to_string).collect::<Vec<_>>(), [expected]);
    article
}

#[test]
fn front_matter_in_yaml() {
    check(
        "---\ntitle: \"Storm closes harbour: ferry waits\"\ndate: 2025-04-17T10:15:00+02:00\nauthors:\n  - Jane Doe\n  - name: John Roe\nsection: World\npublisher: The Ellery Gull\n\
         url: https://gull.example/storm\nlanguage: en\ntags: [storm, harbour]\ndraft: false\n---\n\nA storm closed the harbour.\n\nNobody was hurt.\n",
        "
headline: Storm closes harbour: ferry waits
date: 2025-04-17T10:15:00+02:00 (field)
authors: Jane Doe; John Roe
publisher: The Ellery Gull
desk: World
url: https://gull.example/storm
language: en
lead
  paragraph A storm closed the harbour.
body
  paragraph Nobody was hurt.
",
    );
}

#[test]
fn front_matter_in_toml() {
    check(
        "+++\ntitle = \"Storm closes harbour\"\ndate = 2025-04-17\nauthor = \"By Jane Doe\"\ncategories = [\"World\", \"Weather\"]\ndescription = \"Two ships lost.\"\n+++\nA storm closed the harbour.\n",
        "
headline: Storm closes harbour
date: 2025-04-17 (field)
authors: Jane Doe
desk: World
summary
  paragraph Two ships lost.
lead
  paragraph A storm closed the harbour.
",
    );
}

#[test]
fn without_front_matter_as_plain_text() {
    check(
        "# Storm closes harbour\n\nBy Jane Doe\n17 April 2025\n\nA storm closed the harbour of Port Ellery on Monday.\n",
        "
headline: Storm closes harbour
date: 2025-04-17 (text)
authors: Jane Doe
byline: Jane Doe
lead
  paragraph A storm closed the harbour of Port Ellery on Monday.
",
    );
    check(
        "# Storm closes harbour\n\nBy Jane Doe\n\n17 April 2025\n\nA storm closed the harbour of Port Ellery on Monday.\n",
        "
headline: Storm closes harbour
date: 2025-04-17 (text)
authors: Jane Doe
byline: Jane Doe
lead
  paragraph A storm closed the harbour of Port Ellery on Monday.
",
    );
    check(
        "Headline: Storm closes harbour\nDate: 2025-04-17\n\nA storm closed the harbour.\n",
        "
headline: Storm closes harbour
date: 2025-04-17 (field)
lead
  paragraph A storm closed the harbour.
",
    );
}

#[test]
fn headings_quotes_and_lists() {
    check(
        "---\nheadline: Storm\n---\n- One point\n- Another,\n  wrapped\n\nThe *lead* with a [link](https://a.example) and\na wrap.\n\n## A crosshead ##\n\nShe wrote:\n\n\
         > “We did not\n> break the wall.\n>\n> “We will not pay.”\n\nUnder it\n--------\n\n1. First\n2. Second\n\n   Its second paragraph\n\nLast, `code` and ~~struck~~ words.\n\n***\n",
        "
headline: Storm
summary
  item One point
  item Another, wrapped
lead
  paragraph The lead with a link and a wrap.
body: A crosshead
  paragraph She wrote:
  blockquote “We did not break the wall.
  blockquote “We will not pay.”
body: Under it
  item First
  item Second
  item Its second paragraph
  paragraph Last, code and struck words.
",
    );
}

#[test]
fn traps_of_markdown() {
    // A year that begins a paragraph is no list; four blanks make no code; a block quote that repeats is a pull quote.
    check(
        "---\nheadline: Storm\n---\nThe lead.\n\n1998. A bad year.\n\n    Indented as papers do it.\n\n> A bad year.\n\n![alt words](a.jpg \"The pier. Photograph: Ann Tell\")\n\n\
         Text with a note[^1] and a <br> break.\n\n[^1]: The note.\n\n| Port | Ships |\n|---|---|\n| Ellery | 12 |\n",
        "
headline: Storm
lead
  paragraph The lead.
body
  paragraph 1998. A bad year.
  paragraph Indented as papers do it.
  pullquote A bad year.
  caption The pier. Photograph: Ann Tell
  paragraph Text with a note and a break.
  paragraph The note.
  paragraph Port Ships
  paragraph Ellery 12
",
    );
}

#[test]
fn markup_inside() {
    check(
        "---\nheadline: Storm\n---\nThe lead.\n\n<figure><img src=a.jpg><figcaption>The pier.</figcaption></figure>\n\n<aside class=\"pullquote\">The lead.</aside>\n\nThe end.\n",
        "
headline: Storm
lead
  paragraph The lead.
body
  caption The pier.
  pullquote The lead.
  paragraph The end.
",
    );
}

#[test]
fn front_matter_that_cannot_be_read() {
    let article = problem(
        "---\ntitle: Storm: the harbour closes\ndate: 2025-04-17\n---\nThe lead.\n",
        "the front matter is not valid YAML (error: line 1 column 13: mapping values are not allowed in this context) and was read line by line; put values that hold a colon into quotation marks",
    );
    assert_eq!(article.meta.headline.as_deref(), Some("Storm: the harbour closes"));
    assert_eq!(article.meta.date.map(|date| date.to_string()).as_deref(), Some("2025-04-17"));
    problem(
        "+++\ntitle = Storm\n+++\nThe lead.\n",
        "the front matter is not valid TOML: string values must be quoted, expected literal string; its keys were not read",
    );
    problem(
        "---\ntitle: Storm\ndate: soon\n---\nThe lead.\n",
        "the date `soon` is not understood; write it as 2025-04-17 or 2025-04-17T10:00:00+02:00",
    );
}

#[test]
fn front_matter_is_text_whatever_it_looks_like() {
    let (article, problems) = read_one(&Markdown, "story.md", b"---\nid: 007\ntitle: 1984\ndate: 1984\nid: 008\n---\nThe lead.\n");
    assert_eq!(problems, []);
    assert_eq!((article.id.as_deref(), article.meta.headline.as_deref()), (Some("008"), Some("1984")), "the last of two keys counts");
    assert_eq!(article.meta.date.map(|date| date.to_string()).as_deref(), Some("1984"));
    // A key that nobody knows does not hide the others.
    let (article, problems) = read_one(
        &Markdown,
        "story.md",
        b"---\nlayout: post\n# a comment\ntitle: Levy: the vote\n\ntags: [x]\ndate: 2025-04-17\n---\nThe lead.\n",
    );
    assert_eq!(problems.len(), 1);
    assert_eq!(article.meta.headline.as_deref(), Some("Levy: the vote"));
    assert_eq!(article.meta.date.map(|date| date.to_string()).as_deref(), Some("2025-04-17"));
}

#[test]
fn scripts_are_no_text() {
    let (article, _) = read_one(&Markdown, "story.md", b"The lead <script>x()</script>goes on.\n");
    assert_eq!(article.body(), "The lead goes on.");
}

#[test]
fn a_rule_above_the_text_is_no_front_matter() {
    check(
        "---\n\nThe lead stands here.\n\n---\n\nMore.\n",
        "
lead
  paragraph The lead stands here.
body
  paragraph More.
",
    );
}

proptest::proptest! {
    #[test]
    fn any_markdown(text in "(---\n|\\+\\+\\+\n|title: |[a-z]: [\\[{&*!|>]|a = |> |- |[0-9]{1,4}\\. |#{1,3} |\n|\n\n|<b>|</i>|\\[\\^1\\]|!\\[|\\]\\(|`{1,3}|\\| |    |[A-Za-z .\"“”]{1,12}){0,40}") {
        crate::format::tests::check_tiled_as(&Markdown, text.as_bytes());
    }
}
