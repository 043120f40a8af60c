//! What holds for every format: helpers that read and draw, detection, one story in all formats, and hostile input.

use super::*;
use crate::article::Meta;
use proptest::prelude::*;
use std::fmt::Write;

/// Everything a reader gives.
pub(super) fn read(format: &dyn Format, name: &str, bytes: &[u8]) -> (Vec<Item>, Result<(), Problem>) {
    let mut items = Vec::new();
    let mut reader = bytes;
    let result = format.read(Input::stream(Path::new(name), &mut reader), &mut |item| {
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
            Item::Skipped(left) => format!("left {left}"),
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
        ("language", &meta.language.clone().filter(|_| meta.found.get("language").is_none_or(|rule| !rule.contains("detected")))),
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
    check_detect("a.txt", b"<Halder Trust> said it will buy <Ferry Co>.\n\n\"We won,\" it said.\n", Some("text"));
    check_detect("a.txt", b"<story><title>Halder Trust</title></story>", None);
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
    // Markdown may begin with anything but a whole page.
    check_detect("a.md", b"<!-- note -->\n\n# Storm", Some("markdown"));
    check_detect("a.md", b"<p align=center>Storm</p>", Some("markdown"));
    check_detect("a.md", b"[](x)\n\n# Storm", Some("markdown"));
    check_detect("a.md", b"<!DOCTYPE html><p>Storm</p>", Some("html"));
    check_detect("a.txt", b"[Paris] Some text.", Some("text"));
}

#[test]
fn unknown_formats() {
    check_detect("a.txt", b"\x89PNG\r\n\x1a\n\0\0\0", None);
    check_detect("a.txt", b"%PDF-1.7", None);
    check_detect("a.txt", b"A line of text with one stray byte in it, \0 which is dirt.", Some("text"));
    check_detect("a.xml", b"<?xml version=\"1.0\"?><office></office>", None);
    check_detect("a.xml", b"some text", None);
    check_detect("a.bin", b"", None);
}

#[test]
fn formats_of_newsrooms() {
    check_detect("a.csv", b"headline,text\n1,2\n", Some("csv"));
    check_detect("a.tsv", b"headline\ttext\n", Some("tsv"));
    check_detect("a.xml", b"<?xml version=\"1.0\"?><nitf></nitf>", Some("nitf"));
    check_detect("a.xml", b"<!-- agency --><newsMessage xmlns=\"x\">", Some("newsml-g2"));
    check_detect("a.xml", b"<n:newsItem xmlns:n=\"x\">", Some("newsml-g2"));
    check_detect("a.xml", b"<NewsML>", Some("newsml-1"));
    check_detect("a", b"<rss version=\"2.0\">", Some("rss"));
    check_detect("a", b"<rdf:RDF>", Some("rss"));
    check_detect("a.xml", b"<feed xmlns=\"http://www.w3.org/2005/Atom\">", Some("atom"));
    check_detect("a.sgm", b"<!DOCTYPE lewis SYSTEM \"lewis.dtd\">\n<REUTERS NEWID=\"1\">", Some("reuters"));
    check_detect("AP880212", b"<DOC>\n<DOCNO>AP880212-0001</DOCNO>", Some("trec"));
    check_detect("a", b"WARC/1.0\r\n", Some("warc"));
    check_detect("a.arc", b"filedesc://a.arc 0.0.0.0 20080101000000 text/plain 77\n", Some("warc"));
    check_detect("a.txt", b"PK\x03\x04\x14\0", Some("zip"));
    check_detect("a.txt.gz", b"\x1f\x8b\x08\0", Some("gzip"));
    check_detect("a", b"\x28\xb5\x2f\xfd\0", Some("zstd"));
    check_detect("a", b"BZh91AY", Some("bzip2"));
    check_detect("a", b"\xfd7zXZ\0\0", Some("xz"));
}

#[test]
fn formats_are_found_by_name() {
    for format in FORMATS {
        assert_eq!(by_name(format.name()).map(Format::name), Some(format.name()));
    }
    assert!(by_name("pdf").is_none());
}

/// One story in four formats, invented for this test.
const STORY: [(&str, &str, &str); 4] = [
    (
        "text",
        "story",
        "Storm closes harbour of Port Ellery\n\n- Two ships thrown against the pier\n- Mayor speaks of \"a bad night\"\n\nBy Jane Doe and John Roe, Harbour Correspondent\n17 April 2025\n\n\
         PORT ELLERY — A storm closed the harbour of Port Ellery on Monday, and the ferry\nto Isle Green will not run before the weekend, the mayor's office said.\n\n\
         Nobody was hurt. “We have seen worse,” Mayor Ann Tell told reporters, “but not\nin my time.”\n\nRepairs Begin at the Pier\n\n\
         Work on the pier has begun. The harbour master, Tom Moll, called the damage\n\"serious but not hopeless\" and asked for patience.\n\n\
         - The north pier opens on Friday\n- The south pier stays closed\n\nFrequently Asked Questions\n\nWas anyone hurt? No, nobody was, the fire brigade said.\n\n\
         When will the ferry run again? On Saturday at the earliest.\n\nCorrection: The pier was built in 1901, not in 1910.\n",
    ),
    (
        "html",
        "story",
        "<!DOCTYPE html>\n<html><head><title>Storm closes harbour of Port Ellery | The Ellery Gull</title><style>p { color: red }</style></head><body>\n<nav><a href='/'>Home</a></nav>\n\
         <article>\n<h1>Storm closes harbour of Port Ellery</h1>\n<p class=\"byline\">By Jane Doe and John Roe, Harbour Correspondent</p>\n<p>17 April 2025</p>\n\
         <ul><li>Two ships thrown against the pier</li><li>Mayor speaks of \"a bad night\"</li></ul>\n\
         <p>PORT ELLERY — A storm closed the harbour of <a href='/ellery'>Port Ellery</a> on Monday, and the ferry\nto Isle Green will not run before the weekend, the mayor's office said.</p>\n\
         <p>Nobody was hurt. &ldquo;We have seen worse,&rdquo; Mayor Ann Tell told reporters, “but not in my time.”</p>\n<h2>Repairs Begin at the Pier</h2>\n\
         <p>Work on the pier has begun. The harbour master, <b>Tom Moll</b>, called the damage &quot;serious but not hopeless&quot; and asked for patience.</p>\n\
         <ul><li><p>The north pier opens on Friday</p></li><li>The south pier stays closed</li></ul>\n<h2>Frequently Asked Questions</h2>\n\
         <h3>Was anyone hurt?</h3><p>No, nobody was, the fire brigade said.</p>\n<h3>When will the ferry run again?</h3><p>On Saturday at the earliest.</p>\n\
         <p><em>Correction: The pier was built in 1901, not in 1910.</em></p>\n</article>\n<footer>© The Ellery Gull</footer></body></html>",
    ),
    (
        "markdown",
        "story.md",
        "---\ntitle: Storm closes harbour of Port Ellery\nbyline: By Jane Doe and John Roe, Harbour Correspondent\ndate: 2025-04-17\n---\n\n\
         - Two ships thrown against the pier\n- Mayor speaks of \"a bad night\"\n\n\
         PORT ELLERY — A storm closed the harbour of [Port Ellery](/ellery) on Monday, and the ferry\nto Isle Green will not run before the weekend, the mayor's office said.\n\n\
         Nobody was hurt. “We have seen worse,” Mayor Ann Tell told reporters, “but not\nin my time.”\n\n## Repairs Begin at the Pier\n\n\
         Work on the pier has begun. The harbour master, **Tom Moll**, called the damage\n\"serious but not hopeless\" and asked for patience.\n\n\
         - The north pier opens on Friday\n\n- The south pier stays closed\n\nFrequently Asked Questions\n==========================\n\n### Was anyone hurt?\n\nNo, nobody was, the fire brigade said.\n\n\
         ### When will the ferry run again?\n\nOn Saturday at the earliest.\n\n*Correction: The pier was built in 1901, not in 1910.*\n",
    ),
    (
        "json",
        "story",
        r#"{"headline": "Storm closes harbour of Port Ellery", "byline": "By Jane Doe and John Roe, Harbour Correspondent", "date": "2025-04-17",
            "summary": ["Two ships thrown against the pier", "Mayor speaks of \"a bad night\""],
            "text": "PORT ELLERY — A storm closed the harbour of Port Ellery on Monday, and the ferry to Isle Green will not run before the weekend, the mayor's office said.\nNobody was hurt. “We have seen worse,” Mayor Ann Tell told reporters, “but not in my time.”\nRepairs Begin at the Pier\nWork on the pier has begun. The harbour master, Tom Moll, called the damage \"serious but not hopeless\" and asked for patience.\n- The north pier opens on Friday\n- The south pier stays closed\nFrequently Asked Questions\nWas anyone hurt? No, nobody was, the fire brigade said.\nWhen will the ferry run again? On Saturday at the earliest.\nCorrection: The pier was built in 1901, not in 1910."}"#,
    ),
];

#[test]
fn one_story_in_all_formats() {
    let expected = "summary\n  item Two ships thrown against the pier\n  item Mayor speaks of \"a bad night\"\nlead\n  paragraph PORT ELLERY — A storm closed the harbour of Port Ellery on Monday, and the ferry to Isle Green will not run before the weekend, the mayor's office said.\n\
        body\n  paragraph Nobody was hurt. “We have seen worse,” Mayor Ann Tell told reporters, “but not in my time.”\nbody: Repairs Begin at the Pier\n\
        \x20 paragraph Work on the pier has begun. The harbour master, Tom Moll, called the damage \"serious but not hopeless\" and asked for patience.\n  item The north pier opens on Friday\n  item The south pier stays closed\n\
        faq: Frequently Asked Questions\n  question Was anyone hurt? No, nobody was, the fire brigade said.\n  question When will the ferry run again? On Saturday at the earliest.\nnote\n  paragraph Correction: The pier was built in 1901, not in 1910.\n";
    for (name, file, text) in STORY {
        let format = by_name(name).unwrap();
        assert_eq!(detect(Path::new(file), text.as_bytes()).map(Format::name), Some(name));
        let (article, problems) = read_one(format, file, text.as_bytes());
        assert_eq!(problems, [], "{name}");
        assert_eq!(drawn_body(&article), expected, "{name}");
        let meta = &article.meta;
        assert_eq!(meta.headline.as_deref(), Some("Storm closes harbour of Port Ellery"), "{name}");
        assert_eq!(meta.byline.as_deref(), Some("Jane Doe and John Roe, Harbour Correspondent"), "{name}");
        assert_eq!(meta.authors, ["Jane Doe", "John Roe"], "{name}");
        assert_eq!(meta.date.map(|date| date.to_string()).as_deref(), Some("2025-04-17"), "{name}");
    }
}

/// Sections and blocks touch, cover the body, and end with `\n` but for the last.
#[track_caller]
fn check_tiled(article: &Article) {
    let parts = article.sections().to_vec();
    assert!(Article::from_parts(None, Meta::default(), article.body().to_owned(), parts).is_some());
    let blocks: Vec<_> = article.blocks().collect();
    for (at, block) in blocks.iter().enumerate() {
        let text = block.span.of(article.body());
        assert_eq!(text.ends_with('\n'), at + 1 < blocks.len(), "{text:?}");
        assert!(!text.trim_end_matches('\n').is_empty() && !text.trim_end_matches('\n').contains('\n'), "{text:?}");
    }
}

/// Reads bytes as a format; nothing may panic, every article must be tiled.
#[track_caller]
pub(super) fn check_tiled_as(format: &dyn Format, bytes: &[u8]) {
    let (items, _) = read(format, "2025/04/17/a", bytes);
    for item in items {
        if let Item::Article { article, .. } = item {
            check_tiled(&article);
        }
    }
}

#[track_caller]
fn check_any(bytes: &[u8]) {
    detect(Path::new("a"), bytes);
    FORMATS.iter().for_each(|format| check_tiled_as(*format, bytes));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(crate::cases(64)))]

    #[test]
    fn any_bytes(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        check_any(&bytes);
    }

    #[test]
    fn any_text(text in "(?s).{0,120}|([A-Z][a-z]{2,9}[ .?!\n\"“”-]{1,3}|[-•#*] |By |\n\n|Frequently Asked Questions\n){0,40}") {
        check_any(text.as_bytes());
    }

    #[test]
    fn any_markup(text in "(<(/?(p|h1|h2|li|ul|div|article|blockquote|b|td|table|pre|q|br|header|figcaption)|[a-z]{1,4}( class='?(byline|nav|caption|hidden)'?)?)>|[A-Za-z .?]{1,40}|&[a-z]{2,4};){0,40}") {
        check_any(text.as_bytes());
    }

    #[test]
    fn any_json(text in "([\\[\\]{},:]|\"(headline|text|articles|id|date|summary|authors)\"|\"[a-z .\\\\]{0,8}\"|[0-9]{1,5}|null|\n){0,30}") {
        check_any(text.as_bytes());
    }
}

/// Files of the sample archive in every format, by whose pieces the readers are tried.
const SAMPLES: [&[u8]; 26] = [
    include_bytes!("../../corpus/formats/treaty-initialled/story.atom"),
    include_bytes!("../../corpus/formats/treaty-initialled/story.g2.xml"),
    include_bytes!("../../corpus/formats/treaty-initialled/story.html"),
    include_bytes!("../../corpus/formats/treaty-initialled/story.jsonl"),
    include_bytes!("../../corpus/formats/treaty-initialled/story.md"),
    include_bytes!("../../corpus/formats/treaty-initialled/story.newsml.xml"),
    include_bytes!("../../corpus/formats/treaty-initialled/story.ninjs1.json"),
    include_bytes!("../../corpus/formats/treaty-initialled/story.ninjs3.json"),
    include_bytes!("../../corpus/formats/treaty-initialled/story.nitf.xml"),
    include_bytes!("../../corpus/formats/treaty-initialled/story.rss"),
    include_bytes!("../../corpus/formats/treaty-initialled/story.txt"),
    include_bytes!("../../corpus/formats/ferry-timetable/story.csv"),
    include_bytes!("../../corpus/formats/ferry-timetable/story.tsv"),
    include_bytes!("../../corpus/containers/reuters.sgm"),
    include_bytes!("../../corpus/containers/trec.sgml"),
    include_bytes!("../../corpus/containers/feed.rss"),
    include_bytes!("../../corpus/containers/feed.atom"),
    include_bytes!("../../corpus/containers/package.g2.xml"),
    include_bytes!("../../corpus/containers/crawl.warc.gz"),
    include_bytes!("../../corpus/containers/crawl.arc.gz"),
    include_bytes!("../../corpus/containers/archive.zip"),
    include_bytes!("../../corpus/containers/archive.tar.gz"),
    include_bytes!("../../corpus/containers/story.txt.gz"),
    include_bytes!("../../corpus/containers/story.html.zst"),
    include_bytes!("../../corpus/containers/story.json.bz2"),
    include_bytes!("../../corpus/containers/story.md.xz"),
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(crate::cases(192)))]

    /// A sample with a piece cut out, put in twice or overwritten is read without a panic, by its own reader and by all others.
    #[test]
    fn any_damaged_sample(at in any::<prop::sample::Index>(), from in any::<prop::sample::Index>(), length in 0_usize..200, how in 0..4, byte in any::<u8>()) {
        let mut bytes = at.get(&SAMPLES).to_vec();
        let from = from.index(bytes.len().max(1));
        let to = (from + length).min(bytes.len());
        match how {
            0 => bytes.truncate(from),
            1 => drop(bytes.drain(from..to)),
            2 => { let twice = bytes[from..to].to_vec(); bytes.splice(from..from, twice); }
            _ => bytes[from..to].fill(byte),
        }
        let own = detect(Path::new("a"), &bytes[..bytes.len().min(HEAD)]);
        own.into_iter().for_each(|format| check_tiled_as(format, &bytes));
        let other = FORMATS[usize::from(byte) % FORMATS.len()];
        check_tiled_as(other, &bytes);
    }

    #[test]
    fn any_feed(text in "(<(rss|channel|item|feed|entry|title|content|link href='x'|pubDate|nitf|body|body.content|p|newsItem|NewsML|NewsItem|DOC|TEXT|REUTERS)/?>|</(item|entry|title|content|p|nitf|newsItem|NewsItem|DOC|REUTERS)>|<!\\[CDATA\\[|\\]\\]>|&lt;p&gt;|&amp;|2025-04-17|[a-z .]{1,9}){0,40}") {
        check_any(text.as_bytes());
    }

    #[test]
    fn any_crawl(text in "(WARC/1\\.0\r\n|WARC-Type: response\r\n|Content-Length: [0-9]{1,3}\r\n|Content-Type: application/http\r\n|\r\n|HTTP/1\\.1 200 OK\r\n|Content-Type: text/html\r\n|Transfer-Encoding: chunked\r\n|[0-9a-f]{1,3}\r\n|<p>Text\\.</p>|http://a/ 1\\.1\\.1\\.1 20250417101500 text/html [0-9]{1,3}\n){0,24}") {
        check_any(text.as_bytes());
    }

    #[test]
    fn any_table(text in "((headline|text|date|a)[,;\t|\n]|\"|[a-z ]{0,9}|[,;\t|\n]|\r\n){0,40}") {
        check_any(text.as_bytes());
    }
}

/// A line longer than any article, as each format meets it: what is too long is told, and nothing swells.
#[test]
fn a_line_without_end() {
    struct Endless {
        start: &'static [u8],
        left: usize,
    }
    impl std::io::Read for Endless {
        fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
            let length = self.start.len().min(out.len());
            if length > 0 {
                out[..length].copy_from_slice(&self.start[..length]);
                self.start = &self.start[length..];
                return Ok(length);
            }
            let length = out.len().min(self.left);
            out[..length].fill(b'x');
            self.left -= length;
            Ok(length)
        }
    }
    let starts: [(&str, &[u8]); 9] = [
        ("text", b"The harbour "),
        ("html", b"<p>The harbour "),
        ("json", b"[{\"text\": \""),
        ("jsonl", b"{\"text\": \""),
        ("csv", b"headline,text\na,\""),
        ("rss", b"<rss><channel><item><title>"),
        ("nitf", b"<nitf><body>"),
        ("warc", b"WARC/1.0\r\nWARC-Type: "),
        ("markdown", b"# The harbour "),
    ];
    for (name, start) in starts {
        let mut reader = std::io::BufReader::with_capacity(1 << 18, Endless { start, left: 3 * LONGEST_ARTICLE });
        let mut told = Vec::new();
        let result = by_name(name).expect("a format").read(Input::stream(Path::new("a"), &mut reader), &mut |item| {
            if let Item::Problem(problem) = item {
                told.push(problem.message);
            }
            ControlFlow::Continue(())
        });
        told.extend(result.err().map(|problem| problem.message));
        assert!(!told.is_empty(), "{name}: nothing is told");
    }
}

#[test]
fn hostile_input() {
    let deep = "<b><i><div><table><tr><td><ul><li><font color=a><blockquote>".repeat(20_000);
    let fonts: String = (0..20_000).map(|n| format!("<font size={n}><p>x")).collect();
    let attributes = format!("<p {}>x", "a=b c".repeat(200_000));
    let inputs: [Vec<u8>; 13] = [
        format!("{}<p>x</p></video>", "<video><p>x</p>".repeat(50_000)).into_bytes(),
        deep.into_bytes(),
        fonts.into_bytes(),
        attributes.into_bytes(),
        "<svg><template>".repeat(50_000).into_bytes(),
        "<!--".repeat(50_000).into_bytes(),
        "x".repeat(2_000_000).into_bytes(),
        "x ".repeat(1_000_000).into_bytes(),
        "a-\n".repeat(300_000).into_bytes(),
        vec![0; 100_000],
        vec![0xff; 100_000],
        "{\"a\":[".repeat(100_000).into_bytes(),
        "\u{feff}Ünïcode text.\n\0\n".encode_utf16().flat_map(u16::to_be_bytes).collect(),
    ];
    for bytes in inputs {
        let start = std::time::Instant::now();
        check_any(&bytes);
        let shown = String::from_utf8_lossy(&bytes[..bytes.len().min(40)]).into_owned();
        assert!(start.elapsed().as_secs() < 20, "{shown:?} took {:?}", start.elapsed());
    }
}

#[test]
fn utf16_text() {
    let bytes: Vec<u8> = "\u{feff}The Élysée said “yes.”\nIt did.".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let (article, problems) = read_one(by_name("text").unwrap(), "a.txt", &bytes);
    assert_eq!((article.body(), problems), ("The Élysée said “yes.”\nIt did.", vec![]));
}

#[test]
fn encodings_without_a_label() {
    let read = |text: &str, encoding: &'static encoding_rs::Encoding| {
        let (bytes, _, failed) = encoding.encode(text);
        assert!(!failed);
        let (article, problems) = read_one(by_name("text").unwrap(), "a.txt", &bytes);
        (article.body().to_owned(), problems.into_iter().map(|problem| problem.message).collect::<Vec<_>>())
    };
    let russian = "Министр иностранных дел заявил, что переговоры будут продолжены в пятницу, и поблагодарил всех участников встречи.";
    let expected = "not valid UTF-8, read as windows-1251 by its letters".to_owned();
    assert_eq!(read(russian, encoding_rs::WINDOWS_1251), (russian.to_owned(), vec![expected]));
    let english = "The café’s owner, Søren Dahl, said “no” – and that was that.";
    let expected = "not valid UTF-8, read as windows-1252 by its letters".to_owned();
    assert_eq!(read(english, encoding_rs::WINDOWS_1252), (english.to_owned(), vec![expected]));
}

#[test]
fn a_date_in_the_path() {
    let mut reader: &[u8] = b"The text.";
    let mut found = None;
    let input = Input::stream(Path::new("world/2025/04/17/storm.txt"), &mut reader);
    by_name("text")
        .unwrap()
        .read(input, &mut |item| {
            if let Item::Article { article, .. } = item {
                found = article.meta.date.map(|date| (date.to_string(), article.meta.date_source));
            }
            ControlFlow::Continue(())
        })
        .unwrap();
    assert_eq!(found, Some(("2025-04-17".to_owned(), Some("path".to_owned()))));
}

/// What fuzzing found: an encoding without quotation marks that begins with a letter of several bytes.
#[test]
fn an_encoding_that_is_none() {
    for &format in FORMATS {
        check_tiled_as(format, "<?xml version=\"1.0\" encoding= \u{e9}F-8\"?><nitf><body><p>x</p></body></nitf>".as_bytes());
        check_tiled_as(format, b"<?xml version=\"1.0\" encoding= \xa8\xabF-8\"?>\n<nitf><body><p>x</p></body></nitf>");
    }
}
