//! How fast is each format read? Samples of the archive, read from memory again and again; the ratio to plain text is what counts, since the
//! machine is not always the same.
//!
//! `cargo bench --bench formats`, or with files of your own: `cargo bench --bench formats -- FILE...`.

#![allow(clippy::print_stdout, reason = "a bench prints its figures")]

use onrecord::format::{self, Input, Item};
use std::io::Cursor;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// Reads a file once; its articles and their bytes.
fn once(path: &Path, bytes: &[u8]) -> (u64, u64) {
    let head = &bytes[..bytes.len().min(format::HEAD)];
    let Some(format) = format::detect(path, head) else { return (0, 0) };
    let (mut articles, mut words) = (0, 0);
    let mut reader = Cursor::new(bytes);
    let outcome = format.read(Input::file(path, &mut reader), &mut |item| {
        if let Item::Article { article, .. } = item {
            articles += 1;
            words += article.body().len() as u64;
        }
        ControlFlow::Continue(())
    });
    outcome.map_or((0, 0), |()| (articles, words))
}

/// Articles and bytes of text a second.
fn speed(path: &Path, bytes: &[u8]) -> (f64, f64) {
    let began = Instant::now();
    let (mut articles, mut words, mut rounds) = (0, 0, 0_u32);
    while began.elapsed() < Duration::from_millis(400) || rounds < 3 {
        let (more, text) = once(path, bytes);
        (articles, words, rounds) = (articles + more, words + text, rounds + 1);
    }
    let seconds = began.elapsed().as_secs_f64();
    (articles as f64 / seconds, words as f64 / seconds)
}

fn main() {
    let named: Vec<PathBuf> = std::env::args().skip(1).filter(|arg| !arg.starts_with('-')).map(PathBuf::from).collect();
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus");
    let story = ["txt", "md", "html", "json", "nitf.xml", "g2.xml", "newsml.xml", "ninjs1.json", "ninjs3.json", "rss", "atom"];
    let mut files: Vec<PathBuf> = story.map(|kind| corpus.join("formats/truce-renewed").join(format!("story.{kind}"))).into();
    files.extend(["csv", "tsv"].map(|kind| corpus.join("formats/ferry-timetable").join(format!("story.{kind}"))));
    let containers = [
        "reuters.sgm",
        "trec.sgml",
        "crawl.warc.gz",
        "crawl.arc.gz",
        "archive.zip",
        "archive.tar.gz",
        "story.txt.gz",
        "story.html.zst",
        "story.json.bz2",
        "story.md.xz",
    ];
    files.extend(containers.map(|name| corpus.join("containers").join(name)));
    let mut text = None;
    println!("{:<24} {:>12} {:>10} {:>14}", "file", "articles/s", "MB/s", "time to text's");
    for file in if named.is_empty() { files } else { named } {
        let bytes = std::fs::read(&file).expect("a file");
        let (articles, words) = speed(&file, &bytes);
        let base = *text.get_or_insert(words);
        let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        println!("{name:<24} {articles:>12.0} {:>10.1} {:>14.1}", words / 1e6, base / words.max(1.0));
    }
}
