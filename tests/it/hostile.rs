//! Archives made to do harm: each ends in a message, in seconds, and costs nothing but itself.

use crate::sandbox::Sandbox;
use std::io::Write;
use std::time::{Duration, Instant};

/// Bytes that a bomb unpacks to: more than any article, or any file that grows so much, may have.
const BOMB: usize = 400 << 20;

const PLAIN: &[u8] = b"Storm closes harbour\n\nThe harbour of Port Ellery is closed, and nobody knows for how long it will be.\n";

/// Writes so many bytes, all alike.
fn fill(out: &mut impl Write, bytes: usize) {
    let block = [b'a'; 1 << 16];
    for _ in 0..bytes / block.len() {
        out.write_all(&block).expect("written");
    }
}

/// Indexes the sandbox's folder `in`; the harmless article beside the bomb must be in the index, and the message must hold these words.
#[track_caller]
fn check(sandbox: &Sandbox, message: &str) {
    sandbox.write("in/plain.txt", PLAIN);
    let began = Instant::now();
    let output = sandbox.run(&["index", "in"]);
    assert!(began.elapsed() < Duration::from_secs(60), "{:?}", began.elapsed());
    assert_eq!(output.code, 2, "{output:?}");
    assert!(output.stderr.contains(message), "{message}: {}", output.stderr);
    assert_eq!(sandbox.search("articles", "harbour", &[])["total"], 1);
}

#[test]
fn compressed_bombs() {
    let sandbox = Sandbox::new();
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    fill(&mut gzip, BOMB);
    sandbox.write("in/bomb.txt.gz", gzip.finish().expect("gzip"));
    check(&sandbox, "longer than 64 MB");

    let sandbox = Sandbox::new();
    let mut zstd = zstd::stream::write::Encoder::new(Vec::new(), 1).expect("zstd");
    zstd.write_all(b"{\"text\": \"").expect("written");
    fill(&mut zstd, BOMB);
    sandbox.write("in/bomb.jsonl.zst", zstd.finish().expect("zstd"));
    check(&sandbox, "it grows more than 200 times");

    let sandbox = Sandbox::new();
    let mut bzip2 = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::fast());
    fill(&mut bzip2, 80 << 20);
    sandbox.write("in/bomb.html.bz2", bzip2.finish().expect("bzip2"));
    check(&sandbox, "longer than 64 MB");

    let sandbox = Sandbox::new();
    let mut xz = lzma_rust2::XzWriter::new(Vec::new(), lzma_rust2::XzOptions::with_preset(0)).expect("xz");
    fill(&mut xz, 80 << 20);
    sandbox.write("in/bomb.md.xz", xz.finish().expect("xz"));
    check(&sandbox, "longer than 64 MB");
}

fn zipped(entries: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, bytes) in entries {
        zip.start_file(*name, zip::write::SimpleFileOptions::default()).expect("an entry");
        zip.write_all(bytes).expect("written");
    }
    zip.finish().expect("a ZIP archive").into_inner()
}

#[test]
fn archives_within_archives() {
    let sandbox = Sandbox::new();
    let mut inner = zipped(&[("a.txt", b"The innermost text of them all.")]);
    for _ in 0..6 {
        inner = zipped(&[("inner.zip", &inner)]);
    }
    sandbox.write("in/nested.zip", inner);
    check(&sandbox, "more than 4 archives within each other");
}

#[test]
fn a_bad_entry_costs_itself() {
    let sandbox = Sandbox::new();
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default();
    zip.start_file("bomb.txt", options).expect("an entry");
    fill(&mut zip, 80 << 20);
    zip.start_file("../../evil.txt", options).expect("an entry");
    zip.write_all(b"A text outside of its folder, which is read and written nowhere.").expect("written");
    zip.start_file("good/2025-04-17.txt", options).expect("an entry");
    zip.write_all(b"The pier is closed.\n\nThe mayor said it would be repaired before the first ferry of the summer.").expect("written");
    sandbox.write("in/mixed.zip", zip.finish().expect("a ZIP archive").into_inner());
    check(&sandbox, "mixed.zip (bomb.txt): longer than 64 MB");
    let answer = sandbox.search("articles", "pier", &[]);
    assert_eq!((&answer["total"], &answer["hits"][0]["date"]), (&1.into(), &"2025-04-17".into()));
    assert!(!sandbox.path("evil.txt").exists());
}

#[test]
fn truncated_archives() {
    let sandbox = Sandbox::new();
    let text: String =
        (0..4000).map(|n| format!("{{\"id\": \"{n}\", \"text\": \"Ferry number {n} leaves at {}.\"}}\n", n * 7919 % 1440)).collect();
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(text.as_bytes()).expect("written");
    let bytes = gzip.finish().expect("gzip");
    sandbox.write("in/cut.jsonl.gz", &bytes[..bytes.len() / 2]);
    check(&sandbox, "the gzip data is broken");
    // What stands before the break was read.
    assert!(sandbox.search("articles", "ferry", &["--limit", "1"])["total"].as_u64().expect("a total") > 1000);
    let zip = zipped(&[("a.txt", PLAIN), ("b.txt", PLAIN)]);
    sandbox.write("in/cut.zip", &zip[..zip.len() - 30]);
    assert!(sandbox.run(&["index", "in"]).stderr.contains("not a whole ZIP archive"));
}

#[test]
fn markup_made_to_grow_or_to_nest() {
    let sandbox = Sandbox::new();
    let mut entities = "<!DOCTYPE rss [<!ENTITY a0 \"ha\">".to_owned();
    (1..30).for_each(|n| entities += &format!("<!ENTITY a{n} \"&a{0};&a{0};&a{0};&a{0};\">", n - 1));
    let laughs = format!(
        "<?xml version=\"1.0\"?>{entities}]><rss><channel><item><title>&a29;</title><description>The sea laughs.</description></item></channel></rss>"
    );
    sandbox.write("in/laughs.rss", laughs);
    let outside = "<!DOCTYPE nitf [<!ENTITY x SYSTEM \"file:///etc/hostname\">]><nitf><body><body.head><hedline><hl1>Outside &x;</hl1></hedline></body.head><body.content><p>Nothing is fetched: &x;.</p></body.content></body></nitf>";
    sandbox.write("in/outside.nitf", outside);
    let deep = "<p>".repeat(50_000) + "Deep down." + &"</p>".repeat(50_000);
    sandbox.write("in/deep.nitf", format!("<nitf><body><body.content>{deep}</body.content></body></nitf>"));
    sandbox.write("in/deep.html", format!("<html><body>{}Deep in a page.{}", "<div>".repeat(50_000), "</div>".repeat(50_000)));
    sandbox.write("in/unclosed.html", format!("<html><body><p>An unclosed page.{}", "<b><i>".repeat(20_000)));
    sandbox.write("in/deep.json", format!("{}{}", "{\"text\":".repeat(50_000), "}".repeat(50_000)));
    sandbox.write(
        "in/cdata.atom",
        format!(
            "<feed><entry><title>CDATA</title><content type=\"html\"><![CDATA[{}In a feed.]]></content></entry></feed>",
            "<div>".repeat(50_000)
        ),
    );
    check(&sandbox, "deep.json");
    for word in ["fetched", "laughs", "\"deep in a page\"", "unclosed", "\"in a feed\""] {
        assert_eq!(sandbox.search("articles", word, &[])["total"], 1, "{word}");
    }
    assert_eq!(sandbox.search("articles", "hahaha*", &[])["total"], 0);
}

#[test]
fn what_was_cut_off_keeps_what_the_index_has() {
    let sandbox = Sandbox::new();
    let feed = |items: usize, end: &str| {
        let items: String = (0..items)
            .map(|n| format!("<item><guid>{n}</guid><title>Ferry {n}</title><description>The ferry leaves on time.</description></item>"))
            .collect();
        format!("<rss><channel><title>Gull</title>{items}{end}")
    };
    let nitf = "<nitf><body><body.head><hedline><hl1>Storm</hl1></hedline></body.head><body.content><p>The pier is closed.</p><p>It will open.</p></body.content></body></nitf>";
    let table = "headline,text\nOne,The levy rises.\nTwo,\"The levy\nfalls.\"\nThree,The levy stands.\n";
    sandbox.write("in/feed.rss", feed(5, "</channel></rss>"));
    sandbox.write("in/story.nitf", nitf);
    sandbox.write("in/table.csv", table);
    sandbox.ok(&["index", "in"]);
    sandbox.write("in/feed.rss", feed(2, ""));
    sandbox.write("in/story.nitf", &nitf[..nitf.len() - 60]);
    sandbox.write("in/table.csv", table.replace("falls.\"", "falls."));
    let output = sandbox.run(&["index", "in"]);
    assert_eq!(output.code, 2, "{output:?}");
    for message in [
        "feed.rss: ends without </rss>",
        "story.nitf: ends in the middle of an article",
        "table.csv (line 3): a quotation mark is never closed",
    ] {
        assert!(output.stderr.contains(message), "{message}: {}", output.stderr);
    }
    assert_eq!(sandbox.search("articles", "ferry", &[])["total"], 5);
    assert_eq!(sandbox.search("articles", "pier", &[])["hits"][0]["headline"], "Storm");
    assert_eq!(sandbox.search("articles", "levy", &[])["total"], 3);
}

#[test]
fn a_container_that_shrinks_asks_first() {
    let sandbox = Sandbox::new();
    let lines =
        |count: usize| (0..count).map(|n| format!("{{\"id\": \"{n}\", \"text\": \"Ferry {n} leaves on time.\"}}\n")).collect::<String>();
    sandbox.write("in/a.jsonl", lines(600));
    sandbox.ok(&["index", "in"]);
    sandbox.write("in/a.jsonl", lines(10));
    let output = sandbox.run(&["index", "in"]);
    assert!(output.code == 2 && output.stderr.contains("590 of its 600 articles are gone"), "{output:?}");
    assert_eq!(sandbox.search("articles", "ferry", &["--limit", "1"])["total"], 600);
    sandbox.ok(&["index", "in", "--prune"]);
    assert_eq!(sandbox.search("articles", "ferry", &["--limit", "1"])["total"], 10);
    // What is read otherwise is read again.
    assert!(sandbox.ok(&["index", "in"]).stderr.contains("10 unchanged"));
    assert!(sandbox.ok(&["index", "in", "--map", "headline=text,text=text"]).stderr.contains("10 changed"));
}

#[test]
fn a_damaged_crawl_gives_what_is_whole() {
    let sandbox = Sandbox::new();
    let page = |n: usize, length: Option<usize>| {
        let body = format!(
            "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<html><body><h1>Ferry {n}</h1><p>The ferry of pier {n} leaves on time, said the harbour master, and comes back later.</p></body></html>"
        );
        let length = length.unwrap_or(body.len());
        format!(
            "WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: https://gull.example/{n}\r\nWARC-Date: 2025-04-17T10:00:00Z\r\nContent-Type: application/http\r\nContent-Length: {length}\r\n\r\n{body}\r\n\r\n"
        )
    };
    sandbox.write("in/long.warc", page(1, None) + &page(2, Some(5_000)) + &page(3, None));
    let mut members = Vec::new();
    for n in 4..8 {
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        gzip.write_all(page(n, None).as_bytes()).expect("written");
        let mut member = gzip.finish().expect("gzip");
        if n == 5 {
            member[0] = b'?';
        }
        members.extend(member);
    }
    sandbox.write("in/members.warc.gz", members);
    let output = sandbox.run(&["index", "in"]);
    assert_eq!(output.code, 2, "{output:?}");
    for message in ["(https://gull.example/2): the record ends before its 5000 bytes are told", "bytes that are no gzip data"] {
        assert!(output.stderr.contains(message), "{message}: {}", output.stderr);
    }
    let answer = sandbox.search("articles", "ferry", &["--limit", "0"]);
    let mut urls: Vec<&str> = answer["hits"].as_array().expect("hits").iter().filter_map(|hit| hit["url"].as_str()).collect();
    urls.sort_unstable();
    assert_eq!(urls, ["1", "3", "4", "6", "7"].map(|n| format!("https://gull.example/{n}")));
}

/// A headline, a name, an id, a word, a crosshead as no newsroom writes them: each is said, and neither the article nor any other is lost.
#[test]
fn fields_of_great_length() {
    let sandbox = Sandbox::new();
    let long = |count: usize| "é".repeat(count);
    let line = |n: usize, fields: &str| format!("{{\"id\": \"{n}\", \"text\": \"Ferry {n} leaves on time.\", {fields}}}\n");
    let authors = serde_json::to_string(
        &(0..100_000)
            .map(|n: u32| format!("Anna {}", n.to_string().bytes().map(|digit| char::from(digit + 17)).collect::<String>()))
            .collect::<Vec<_>>(),
    )
    .expect("JSON");
    let articles = [
        line(1, "\"headline\": \"A short one\""),
        line(2, &format!("\"desk\": \"{}\"", long(40_000))),
        line(3, &format!("\"publisher\": \"{}\"", long(40_000))),
        line(4, &format!("\"headline\": \"{} the end of it\"", "storm ".repeat(2_000_000))),
        line(5, &format!("\"authors\": {authors}")),
        line(6, &format!("\"byline\": \"{}\"", long(40_000))),
        line(7, &format!("\"summary\": \"{} was the password.\"", long(40_000))),
        format!("{{\"id\": \"{}\", \"text\": \"Ferry 8 leaves on time.\"}}\n", "i".repeat(1 << 20)),
        line(9, &format!("\"url\": \"https://gull.example/{}\"", long(40_000))),
    ];
    sandbox.write("in/all.jsonl", articles.concat());
    // Names and roles as columns: in a text they may be as long as a word is.
    let name = long(40_000);
    sandbox.write(
        "in/speaker.txt",
        format!("The levy\n\n\"We must pay,\" said \u{c9}{name} M{name}, the minister.\n\nShe left for the ferry.\n"),
    );
    let crossheads: String =
        (0..3_000).map(|n| format!("<h2>A crosshead that has its number, {n}é</h2><p>A ferry leaves, number {n}.</p>")).collect();
    sandbox.write("in/crossheads.html", format!("<html><body><article><h1>Ferries</h1>{crossheads}</article></body></html>"));
    let output = sandbox.ok(&["index", "in"]);
    for message in [
        "a field `desk` of 80000 bytes; it is left out",
        "a field `publisher` of 80000 bytes",
        "a headline of 12000013 bytes; it is read as the first paragraph",
        "100000 authors, or names of great length",
        "a field `byline` of 80000 bytes",
        "a word of 80000 bytes",
        "an id of 1048576 bytes",
        "a field `url` of 80021 bytes",
        "crossheads that are too long, or too many; they are read as paragraphs",
    ] {
        assert!(output.stderr.contains(message), "{message}: {}", &output.stderr[..output.stderr.len().min(3_000)]);
    }
    assert!(output.stderr.len() < 10_000, "messages are short: {}", output.stderr.len());
    assert_eq!(sandbox.search("articles", "ferry", &["--limit", "0"])["total"], 11);
    assert_eq!(sandbox.search("articles", "\"end of it\"", &[])["hits"][0]["id"], "4");
    // What is counted by columns counts for all.
    for facets in ["desk,publisher,byline", "section", "speaker,role,speaker/month"] {
        for mode in ["articles", "quotes"] {
            sandbox.search(mode, "*", &["--facets", facets, "--limit", "1"]);
        }
    }
    sandbox.ok(&["speakers"]);
    sandbox.ok(&["stats"]);
    assert!(sandbox.run(&["index", "in"]).stderr.contains("11 unchanged"));
}

/// Markup within a field that is too large for a tree is read without its tags: no word of it is lost.
#[test]
fn markup_that_is_too_large_for_a_tree() {
    let sandbox = Sandbox::new();
    let page = |bytes: usize, tags: &str| {
        format!("<p>{tags}The ferry &amp; the pier.</p><p>{}</p><p>It ends here.</p>", "harbour ".repeat(bytes / 8))
    };
    for (n, text) in [page(17 << 20, ""), page(8, &"<b>".repeat(2_100_000))].iter().enumerate() {
        sandbox.write(&format!("in/{n}.json"), serde_json::json!({"id": n.to_string(), "headline": "Ferries", "text": text}).to_string());
    }
    sandbox.ok(&["index", "in"]);
    for query in ["\"the ferry the pier\"", "\"it ends here\""] {
        assert_eq!(sandbox.search("articles", query, &[])["total"], 2, "{query}");
    }
}

#[test]
fn a_million_broken_lines_need_no_million_messages() {
    let sandbox = Sandbox::new();
    let broken = format!("{{\"{}\": 1}}\n", "k".repeat(5_000)).repeat(2_500);
    sandbox.write("in/broken.jsonl", broken + "{\"id\": \"1\", \"text\": \"The ferry leaves.\"}\n");
    let output = sandbox.run(&["index", "in"]);
    assert_eq!(output.code, 2);
    assert!(output.stderr.contains("in/broken.jsonl: 1500 more messages of this kind"), "{}", &output.stderr[output.stderr.len() - 500..]);
    assert!(output.stderr.lines().count() < 1_010 && output.stderr.len() < 500_000, "{}", output.stderr.len());
    assert_eq!(sandbox.search("articles", "ferry", &[])["total"], 1);
}

/// Settings, who is who, what was taken down, a list of queries: damaged, each ends in a message that names it.
#[test]
fn damaged_files_of_our_own() {
    let sandbox = Sandbox::new();
    sandbox.write("in/plain.txt", PLAIN);
    sandbox.ok(&["index", "in"]);
    let nested = format!("limit = {}1{}", "[".repeat(100_000), "]".repeat(100_000));
    let tables = format!("[{}]\nx = 1\n", vec!["a"; 50_000].join("."));
    let bad: [&[u8]; 7] =
        [b"\xff\xfe\0", nested.as_bytes(), tables.as_bytes(), b"limit = -1", b"limit = 99999999999999999999", b"= = =", b"\"\\u{d800}"];
    for (n, bytes) in bad.into_iter().enumerate() {
        for (name, args) in [
            ("config.toml", &["search", "harbour"][..]),
            ("people.toml", &["quotes", "speaker:anna", "--people", "people.toml"]),
            (".onrecord/blocked.jsonl", &["index", "in"]),
        ] {
            sandbox.write(name, bytes);
            let mut command = sandbox.command(args);
            if name == "config.toml" {
                command.env("ONRECORD_CONFIG", sandbox.path(name));
            }
            let output = command.output().expect("it runs");
            let stderr = String::from_utf8_lossy(&output.stderr);
            let file = name.rsplit('/').next().expect("a name");
            assert!(output.status.code() == Some(2) && stderr.contains(file), "{n} {name}: {:?} {stderr}", output.status);
            assert!(stderr.len() < 20_000 && !stderr.contains("panicked"), "{n} {name}: {}", stderr.len());
            std::fs::remove_file(sandbox.path(name)).expect("removed");
        }
        sandbox.write("queries", bytes);
        let output = sandbox.run(&["batch", "queries"]);
        assert!(output.code <= 2 && output.code >= 0 && !output.stderr.contains("panicked"), "{n}: {output:?}");
    }
}
