//! Suites that read as prose: `tests/quotes/*.md` (texts with quotes, cues and speakers drawn under them) and `tests/queries/*.md` (queries,
//! how they are understood, what the engine runs, what they find in the sample archive).
//!
//! `ONRECORD_WRITE_DOCS=1 cargo test literate` writes what the program finds into the files; the change is then read as a diff.

use crate::sandbox::corpus;
use onrecord::article::{Article, BlockKind, Draft};
use onrecord::index::embedded::{Embedded, EmbeddedWriter, WriterOptions};
use onrecord::ingest::{Options, Tally, ingest};
use onrecord::query::Mode;
use onrecord::quote::{self, render};
use onrecord::search::{Request, search, understand};
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

/// Every file of a suite, its fenced blocks of one kind made anew by `make`, against what stands there.
fn suite(folder: &str, fence: &str, make: impl Fn(&str) -> String) {
    let mut files: Vec<PathBuf> = std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join(folder))
        .expect("the suite")
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "md"))
        .collect();
    files.sort();
    let mut cases = 0;
    let mut differing = Vec::new();
    for path in files {
        let text = std::fs::read_to_string(&path).expect("a file of the suite");
        let (made, found) = remade(&text, fence, &make);
        cases += found;
        if made == text {
            continue;
        }
        if std::env::var_os("ONRECORD_WRITE_DOCS").is_some() {
            std::fs::write(&path, &made).expect("the file is written");
        } else {
            let line = text.lines().zip(made.lines()).position(|(a, b)| a != b).unwrap_or(text.lines().count().min(made.lines().count()));
            let near = |text: &str| text.lines().skip(line.saturating_sub(2)).take(6).collect::<Vec<_>>().join("\n");
            differing.push(format!("{}:{}\nexpected\n{}\nfound\n{}", path.display(), line + 1, near(&text), near(&made)));
        }
    }
    assert!(cases >= 20, "{folder}: {cases} cases");
    assert!(differing.is_empty(), "{}\n(ONRECORD_WRITE_DOCS=1 cargo test literate writes them anew)", differing.join("\n\n"));
}

/// A file with its fenced blocks made anew, and how many there are.
fn remade(text: &str, fence: &str, make: &impl Fn(&str) -> String) -> (String, usize) {
    let (open, mut out, mut cases) = (format!("```{fence}\n"), String::new(), 0);
    let mut rest = text;
    while let Some(at) = rest.find(&open) {
        let start = at + open.len();
        let length = rest[start..].find("```").expect("a fence that closes");
        out += &rest[..start];
        out += &make(&rest[start..start + length]);
        rest = &rest[start + length..];
        cases += 1;
    }
    (out + rest, cases)
}

/// The text of a case without what is drawn under it; paragraphs are parted by empty lines. A paragraph that begins with `> ` is a block
/// quote, with `- ` a point, with `## ` a crosshead.
fn article(case: &str) -> Article {
    let is_drawn =
        |line: &str| line.starts_with("      > ") || (!line.trim().is_empty() && line.chars().all(|c| matches!(c, '=' | '~' | '^' | ' ')));
    let mut paragraphs: Vec<String> = vec![String::new()];
    for line in case.lines().filter(|line| !is_drawn(line)) {
        match (line.trim(), paragraphs.last_mut()) {
            ("", Some(open)) if open.is_empty() => {}
            ("", _) => paragraphs.push(String::new()),
            (words, Some(open)) if open.is_empty() => *open = words.to_owned(),
            (words, Some(open)) => *open += &format!(" {words}"),
            (_, None) => {}
        }
    }
    let block = |text: String| {
        let kinds = [("> ", BlockKind::Blockquote), ("- ", BlockKind::Item), ("## ", BlockKind::Heading)];
        let marked = kinds.into_iter().find_map(|(mark, kind)| Some((kind, text.strip_prefix(mark)?.to_owned())));
        marked.unwrap_or((BlockKind::Paragraph, text))
    };
    let blocks = paragraphs.into_iter().filter(|text| !text.is_empty()).map(block).collect();
    Article::new(Draft { blocks, ..Draft::default() })
}

/// The text again, with its blocks' marks, and what was found drawn under it.
fn drawn(case: &str) -> String {
    let article = article(case);
    let found = quote::attribute(&article);
    let text = render::explain(&article, &found);
    let mut out = String::new();
    let mut blocks = article.blocks();
    // `explain` ends each block with an empty line.
    for paragraph in text.split("\n\n").filter(|paragraph| !paragraph.trim().is_empty()) {
        let mark = match blocks.next().map(|block| block.kind) {
            Some(BlockKind::Blockquote) => "> ",
            Some(BlockKind::Item) => "- ",
            Some(BlockKind::Heading) => "##",
            _ => "  ",
        };
        let body = paragraph.strip_prefix("  ").unwrap_or(paragraph);
        let space = if mark == "##" { " " } else { "" };
        if !out.is_empty() {
            out.push('\n');
        }
        let _ = writeln!(out, "{mark}{space}{}", body.trim_end());
    }
    out
}

#[test]
fn literate_quotes() {
    suite("tests/quotes", "text", drawn);
}

/// Hits shown of a query.
const SHOWN: usize = 5;

fn answered(index: &Embedded, case: &str) -> String {
    let query = case.lines().next().unwrap_or_default().to_owned();
    let mut out = format!("{query}\n");
    let request = |mode| Request {
        text: query.clone(),
        mode: Some(mode),
        limit: SHOWN,
        today: onrecord::text::Date::ymd(2025, Some(9), Some(30)),
        ..Request::default()
    };
    match understand(&request(Mode::Articles)) {
        Ok(understood) => {
            let _ = writeln!(out, "understood: {understood}");
        }
        Err(onrecord::Error::Query(error)) => return out + &error.with_caret(&query) + "\n",
        Err(error) => return out + &format!("{error}\n"),
    }
    for (mode, name) in [(Mode::Quotes, "quotes"), (Mode::Articles, "articles")] {
        let answer = search(index, &request(mode)).expect("an answer");
        let engine = index.engine_form(&answer.understood, mode).expect("a plan");
        let _ = writeln!(out, "\n{name}: {}\nengine: {engine}", answer.total);
        for shown in &answer.hits {
            let hit = onrecord::output::hit::hit(shown, 1);
            let date = hit.date.as_deref().map_or("undated", |date| &date[..date.len().min(10)]);
            let _ = match hit.quote {
                Some(quote) => {
                    let name = quote.speaker.and_then(|speaker| speaker.name).unwrap_or_else(|| "(unknown)".into());
                    let words: String = quote.text.chars().take(60).collect();
                    let cut = if words.len() < quote.text.len() { "..." } else { "" };
                    writeln!(out, "  {date} {name}: {words}{cut}")
                }
                None => writeln!(out, "  {date} {}", hit.headline.as_deref().unwrap_or("(no headline)")),
            };
        }
        if answer.next.is_some() {
            let _ = writeln!(out, "  ...");
        }
    }
    out
}

#[test]
fn literate_queries() {
    let folder = tempfile::tempdir().expect("a folder");
    let index = folder.path().join("index");
    let writer = EmbeddedWriter::open(&index, WriterOptions::default()).expect("a writer");
    let read = ingest(&writer, &[corpus().join("archive")], &Options::default(), &Tally::default(), &AtomicBool::new(false));
    read.expect("the archive is read");
    writer.finish().expect("merges end");
    let index = Embedded::open(&index).expect("an index");
    suite("tests/queries", "query", |case| answered(&index, case));
}
