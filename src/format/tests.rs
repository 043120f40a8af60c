//! What holds for every format: helpers that read and draw, detection, one story in all formats, and hostile input.

use super::*;
use std::fmt::Write;

/// Everything a reader gives.
pub(super) fn read(format: &dyn Format, name: &str, bytes: &[u8]) -> (Vec<Item>, Result<(), Problem>) {
    let mut items = Vec::new();
    let mut reader = bytes;
    let result = format.read(Input { name: Path::new(name), reader: &mut reader }, &mut |item| {
        items.push(item);
        ControlFlow::Continue(())
    });
    (items, result)
}

/// The only article of an input.
#[track_caller]
pub(super) fn read_one(format: &dyn Format, name: &str, bytes: &[u8]) -> (Article, Vec<Problem>) {
    let (mut items, result) = read(format, name, bytes);
    assert_eq!(result, Ok(()));
    match (items.pop(), items.pop()) {
        (Some(Item::Article { article, place, problems }), None) => {
            assert_eq!(place, "");
            (article, problems)
        }
        other => panic!("not one article: {other:?}"),
    }
}

/// One line for each article (place and headline) and problem (after "! ").
pub(super) fn listed(format: &dyn Format, bytes: &[u8]) -> Vec<String> {
    let (items, result) = read(format, "a", bytes);
    let problem = |problem: &Problem| format!("! {problem}");
    let mut lines: Vec<String> = items
        .iter()
        .map(|item| match item {
            Item::Article { article, place, .. } => format!("{place}: {}", article.meta.headline.as_deref().unwrap_or_default()),
            Item::Problem(found) => problem(found),
        })
        .collect();
    lines.extend(result.err().as_ref().map(problem));
    lines
}

/// An article as text: what is known, then sections (with crosshead) and their blocks.
pub(super) fn drawn(article: &Article) -> String {
    let mut out = String::new();
    let meta = &article.meta;
    let headline = if meta.headline_inferred { "headline (inferred)" } else { "headline" };
    let date = meta.date.map(|date| format!("{date} ({})", meta.date_source.as_deref().unwrap_or("?")));
    let authors = Some(meta.authors.join("; ")).filter(|authors| !authors.is_empty());
    let fields = [
        ("id", &article.id),
        (headline, &meta.headline),
        ("date", &date),
        ("authors", &authors),
        ("byline", &meta.byline),
        ("publisher", &meta.publisher),
        ("desk", &meta.desk),
        ("url", &meta.url),
        ("language", &meta.language),
    ];
    for (name, value) in fields {
        if let Some(value) = value {
            writeln!(out, "{name}: {value}").unwrap();
        }
    }
    out + &drawn_body(article)
}

/// Sections (with crosshead) and their blocks.
pub(super) fn drawn_body(article: &Article) -> String {
    let mut out = String::new();
    for section in article.sections() {
        let kind = format!("{:?}", section.kind).to_lowercase();
        match section.heading {
            Some(heading) => writeln!(out, "{kind}: {}", heading.of(article.body())).unwrap(),
            None => writeln!(out, "{kind}").unwrap(),
        }
        for block in &section.blocks {
            let text = block.span.of(article.body()).trim_end_matches('\n');
            if section.heading.map(|heading| heading.start) != Some(block.span.start) {
                writeln!(out, "  {} {text}", format!("{:?}", block.kind).to_lowercase()).unwrap();
            }
        }
    }
    out
}

#[track_caller]
fn check_detect(name: &str, head: &[u8], expected: Option<&str>) {
    assert_eq!(detect(Path::new(name), head).map(Format::name), expected, "{name}");
}

#[test]
fn content_before_name() {
    check_detect("a.txt", b"  <!DOCTYPE html><p>", Some("html"));
    check_detect("a.html", b"Just text, no markup.", Some("text"));
    check_detect("a.txt", b"{\"headline\": 1}\n{\"headline\": 2}\n", Some("jsonl"));
    check_detect("a.json", b"{\"headline\": 1}\n{\"headline\": 2}\n", Some("jsonl"));
    check_detect("a.jsonl", b"{\n  \"headline\": 1\n}\n", Some("json"));
    check_detect("a", b"[{\"headline\": 1}]", Some("json"));
    check_detect("a", "\u{feff}<html>".as_bytes(), Some("html"));
    check_detect("a", b"\xff\xfeH\0i\0 \0a\0l\0l\0.\0", Some("text"));
}

#[test]
fn name_where_the_content_is_open() {
    check_detect("a.jsonl", b"{\"headline\": 1}\n", Some("jsonl"));
    check_detect("a.json", b"{\"headline\": 1}\n", Some("json"));
    check_detect("a", b"{\"headline\": 1}", Some("json"));
    check_detect("a.txt", b"", Some("text"));
    check_detect("a.html", b"Hello <p>there</p>", Some("html"));
    check_detect("a.txt", b"Hello <p>there</p>", Some("text"));
    check_detect("README", b"Some text.", Some("text"));
    check_detect("a.txt", b"[Paris] Some text.", Some("text"));
}

#[test]
fn unknown_formats() {
    check_detect("a.txt", b"\x89PNG\r\n\x1a\n\0\0\0", None);
    check_detect("a.txt", b"%PDF-1.7", None);
    check_detect("a.csv", b"a,b\n1,2\n", None);
    check_detect("a.xml", b"<?xml version=\"1.0\"?><nitf></nitf>", None);
    check_detect("a", b"<rss version=\"2.0\">", None);
    check_detect("a.bin", b"", None);
}

#[test]
fn formats_are_found_by_name() {
    for format in FORMATS {
        assert_eq!(by_name(format.name()).map(Format::name), Some(format.name()));
    }
    assert!(by_name("pdf").is_none());
}
