use super::*;
use crate::format::tests::{drawn, listed, read, read_one};

#[track_caller]
fn check(json: &str, expected: &str) {
    let (article, problems) = read_one(&Json, "story.json", json.as_bytes());
    assert_eq!(problems, []);
    assert_eq!(drawn(&article), expected);
}

/// Expected: one line for each article (place and headline) or problem.
#[track_caller]
fn check_list(format: &dyn Format, text: &str, expected: &[&str]) {
    assert_eq!(listed(format, text.as_bytes()), expected);
}

#[test]
fn one_article() {
    check(
        r#"{"id": 7, "headline": "Storm closes harbour", "summary": ["Nobody was hurt", "Ferry stops"], "date": "2025-04-17T10:15:00+02:00", "byline": "By Jane Doe, Harbour Correspondent",
            "publisher": {"name": "The Ellery Gull"}, "articleSection": "Local", "url": "https://gull.example/storm", "language": "en", "quotes": ["never read"], "other": {"deep": [1]},
            "text": "The harbour is closed.\nRepairs Begin\nThe mayor said “so be it.”"}"#,
        "id: 7\nheadline: Storm closes harbour\ndate: 2025-04-17T10:15:00+02:00 (field)\nauthors: Jane Doe\nbyline: Jane Doe, Harbour Correspondent\npublisher: The Ellery Gull\ndesk: Local\n\
         url: https://gull.example/storm\nlanguage: en\nsummary\n  item Nobody was hurt\n  item Ferry stops\nlead\n  paragraph The harbour is closed.\nbody: Repairs Begin\n  paragraph The mayor said “so be it.”\n",
    );
}

#[test]
fn silent_keys_and_second_names() {
    check(
        r#"{"id": "", "headline": null, "text": "", "body": "- A point\nThe text.", "section": null, "desk": "Sport", "authors": [{"name": "Jane Doe"}, "John Roe"], "summary": "A point", "byline": []}"#,
        "authors: Jane Doe; John Roe\ndesk: Sport\nsummary\n  item A point\nlead\n  paragraph The text.\n",
    );
}

#[test]
fn the_first_line_is_no_headline() {
    check(
        r#"{"text": "Storm closes harbour\nBy Jane Doe\nThe text."}"#,
        "body: Storm closes harbour\n  paragraph By Jane Doe\n  paragraph The text.\n",
    );
}

#[test]
fn wrong_types_cost_themselves() {
    let (article, problems) = read_one(
        &Json,
        "a.json",
        br#"{"headline": ["a"], "date": "soon", "publisher": 5, "authors": [3, "Jane Doe"], "text": "The text."}"#,
    );
    assert_eq!(drawn(&article), "authors: Jane Doe\nlead\n  paragraph The text.\n");
    let said: Vec<String> = problems.iter().map(ToString::to_string).collect();
    assert_eq!(
        said,
        [
            "`headline` is a list; write a string",
            "`publisher` is a number; write a string",
            "the date `soon` is not understood; write it as 2025-04-17 or 2025-04-17T10:00:00+02:00",
            "`authors` is a number; write a string, a list of strings or a list of {\"name\": ...}",
        ]
    );
}

#[test]
fn lists_and_envelopes() {
    let articles = r#"[{"id": "a", "headline": "One"}, 5, {"headline": "Two"}, {"headline": }, {"date": "2025"}, {"headline": "Three"}]"#;
    let expected = [
        "a: One",
        "! item 2: not a JSON object; an article is an object with `headline` and `text`",
        "item 3: Two",
        "! item 4: not valid JSON: expected value at column 14; the other articles are read all the same",
        "! item 5: no `text`, `body` or `headline` (its keys: date); give the article's words as `text`, its title as `headline`, or name its keys with --map, such as --map headline=title,text=content.body",
        "item 6: Three",
    ];
    check_list(&Json, articles, &expected);
    check_list(&Json, &format!(r#"{{"total": 6, "meta": {{"x": ["]"]}}, "articles": {articles}, "next": null}}"#), &expected);
    check_list(&Json, &format!(r#"{{"items": {articles}}}"#), &expected);
    check_list(&Json, "[]", &[]);
}

#[test]
fn whatever_is_cut_off_keeps_what_stood_before() {
    check_list(
        &Json,
        r#"[{"headline": "One"}, {"headline": "Tw"#,
        &[
            "item 1: One",
            "! item 2: ends in the middle of an article; the file may have been cut off, or a quotation mark be missing",
            "! ends in the middle of a list; what stands before the end was read",
        ],
    );
    check_list(&Json, r#"{"headline": "One"} {"headline": "Two"}"#, &["item 1: One", "item 2: Two"]);
    check_list(
        &Json,
        r#"{"headline": "One""#,
        &["! ends in the middle of an article; the file may have been cut off, or a quotation mark be missing"],
    );
    check_list(&Json, r#"{"headline" "One"}"#, &["! not valid JSON: expected `:` at column 12; the other articles are read all the same"]);
    check_list(&Json, "", &["! empty; leave the file out"]);
    check_list(&Json, "Text", &["! no JSON object or list; name the input's format if it is another"]);
}

#[test]
fn json_lines() {
    check_list(
        &JsonLines,
        "{\"id\": \"a\", \"headline\": \"One\"}\r\n\n{\"headline\": \"Tw\n{\"headline\": \"Three\"}\n[1]\n{\"headline\": \"Four\"}",
        &[
            "a: One",
            "! line 3: not valid JSON: EOF while parsing a string at column 16; the other articles are read all the same",
            "line 4: Three",
            "! line 5: not a JSON object; an article is an object with `headline` and `text`",
            "line 6: Four",
        ],
    );
}

#[test]
fn a_sink_stops_the_reader() {
    for (format, text) in [
        (&Json as &dyn Format, r#"[{"headline": "One"}, {"headline": "Two"}]"#),
        (&JsonLines, "{\"headline\": \"One\"}\n{\"headline\": \"Two\"}\n"),
    ] {
        let mut seen = 0;
        let mut bytes = text.as_bytes();
        let input = Input::stream(std::path::Path::new("a"), &mut bytes);
        format
            .read(input, &mut |_| {
                seen += 1;
                ControlFlow::Break(())
            })
            .unwrap();
        assert_eq!(seen, 1);
    }
}

#[test]
fn encodings() {
    let utf16: Vec<u8> = "\u{feff}[{\"headline\": \"Élysée\"}]".encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_eq!(listed(&Json, &utf16), ["item 1: Élysée"]);
    assert_eq!(listed(&Json, b"\xef\xbb\xbf[{\"headline\": \"A\"}]"), ["item 1: A"]);
    let (article, problems) = read_one(&Json, "a.json", b"{\"headline\": \"caf\xe9\"}");
    assert_eq!(article.meta.headline.as_deref(), Some("café"));
    assert_eq!(problems[0].to_string(), "not valid UTF-8, read as windows-1252 by its letters; save it as UTF-8 if letters look wrong");
}

#[test]
fn deep_nesting_is_refused_and_passed_over() {
    let deep = format!("[{{\"headline\": {}1{}}}, {{\"headline\": \"Two\"}}]", "[".repeat(200_000), "]".repeat(200_000));
    let found = listed(&Json, deep.as_bytes());
    assert!(found[0].starts_with("! item 1: not valid JSON: recursion limit exceeded"), "{}", found[0]);
    assert_eq!(found[1..], ["item 2: Two"]);
    let (items, _) = read(&Json, "a.json", "[".repeat(200_000).as_bytes());
    assert!(items.len() <= 2);
}

#[test]
fn an_article_beyond_the_limit_costs_itself() {
    let long = "x".repeat(LONGEST_ARTICLE);
    check_list(
        &Json,
        &format!("[{{\"headline\": \"{long}\"}}, {{\"headline\": \"Two\"}}]"),
        &["! item 1: longer than 64 MB, which no news article is; split it into articles, or leave it out", "item 2: Two"],
    );
    check_list(
        &JsonLines,
        &format!("{{\"headline\": \"{long}\"}}\n{{\"headline\": \"Two\"}}\n"),
        &["! line 1: longer than 64 MB, which no news article is; split it into articles, or leave it out", "line 2: Two"],
    );
}
