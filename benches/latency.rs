//! How long does a warm query take? `cargo bench --bench latency -- [--slowest] INDEX [CLASS]`
//!
//! 200 mixed queries with exact totals, highlights and the first ten hits: 60 words, 50 pairs joined by AND, 40 triples joined by OR, 50
//! phrases of two or three words; then 50 of the form `speaker:NAME "phrase"` in quotes. Words, phrases and speakers are drawn with a fixed
//! seed from the articles of the index. Then the operators of the language, 30 queries each. Each query runs five times; its median counts. Without INDEX
//! a small archive is made up; CLASS runs only the queries of that name, such as `mixed`.
//! `--slowest` names the twelve slowest of each class.

#![allow(clippy::print_stdout, reason = "a bench prints its figures")]

use onrecord::index::embedded::{Embedded, EmbeddedWriter, WriterOptions};
use onrecord::ingest::{Options, Tally, ingest};
use onrecord::query::Mode;
use onrecord::search::{Answer, Request, search};
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

fn main() -> onrecord::Result<()> {
    let names_slowest = std::env::args().any(|arg| arg == "--slowest");
    let mut args = std::env::args().skip(1).filter(|arg| !arg.starts_with("--"));
    let (named, only) = (args.next().map(PathBuf::from), args.next().unwrap_or_default());
    let folder = tempfile::tempdir().map_err(|error| onrecord::Error::io(".", error))?;
    let index = match named {
        Some(index) => Embedded::open(&index)?,
        None => made_up(folder.path())?,
    };
    let ask = |text: &str, mode: Mode, limit: usize| {
        search(&index, &Request { text: text.into(), mode: Some(mode), limit, ..Request::default() })
    };
    let mut seed = Seed(20_250_417);
    let sample = ask("*", Mode::Articles, 2_000)?;
    let quotes = ask("confidence:>=0.5", Mode::Quotes, 2_000)?;
    let mixed = mixed(&sample, &mut seed);
    let spoken = spoken(&quotes, &mut seed);
    let mut classes = vec![("mixed, articles", mixed, Mode::Articles), ("speaker and phrase, quotes", spoken, Mode::Quotes)];
    classes.extend(operators(&sample, &quotes, &mut seed));
    for (name, queries, mode) in classes.iter().filter(|(name, ..)| name.contains(&only)) {
        let mut times = Vec::with_capacity(queries.len());
        let mut total = 0;
        for query in queries {
            let mut runs = Vec::with_capacity(5);
            for _ in 0..5 {
                let start = Instant::now();
                let answer = ask(query, *mode, 10)?;
                runs.push(start.elapsed());
                total += answer.total;
            }
            runs.sort_unstable();
            times.push((runs[2], query));
        }
        times.sort_unstable();
        for (time, query) in times.iter().rev().take(if names_slowest { 12 } else { 0 }) {
            println!("  {:.2} ms  {query}", milliseconds(Some(time)));
        }
        let times: Vec<Duration> = times.into_iter().map(|(time, _)| time).collect();
        let at = |share: f64| milliseconds(times.get((times.len() as f64 * share) as usize));
        println!(
            "{name}: {} queries, p50 {:.2} ms, p95 {:.2} ms, max {:.2} ms, {} hits a query",
            times.len(),
            at(0.5),
            at(0.95),
            milliseconds(times.last()),
            total / 5 / times.len().max(1) as u64
        );
    }
    Ok(())
}

fn milliseconds(time: Option<&Duration>) -> f64 {
    time.map_or(0.0, |time| time.as_secs_f64() * 1e3)
}

/// A sequence that looks random and is the same every time (xorshift).
struct Seed(u64);

impl Seed {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % end.max(1) as u64) as usize
    }
}

/// Some words that stand side by side in one of the texts.
fn words(texts: &[String], count: usize, seed: &mut Seed) -> String {
    loop {
        let text = &texts[seed.below(texts.len())];
        let all: Vec<&str> = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
        if all.len() > count {
            let at = seed.below(all.len() - count);
            return all[at..at + count].join(" ").to_lowercase();
        }
    }
}

fn mixed(sample: &Answer, seed: &mut Seed) -> Vec<String> {
    let texts: Vec<String> =
        sample.hits.iter().map(|shown| shown.hit.article.article.body().to_owned()).filter(|body| body.len() > 200).collect();
    let mut queries = Vec::with_capacity(200);
    queries.extend((0..60).map(|_| words(&texts, 1, seed)));
    queries.extend((0..50).map(|_| format!("{} {}", words(&texts, 1, seed), words(&texts, 1, seed))));
    queries.extend((0..40).map(|_| [words(&texts, 1, seed), words(&texts, 1, seed), words(&texts, 1, seed)].join(" OR ")));
    queries.extend((0..50).map(|i| format!("\"{}\"", words(&texts, 2 + i % 2, seed))));
    queries
}

fn spoken(sample: &Answer, seed: &mut Seed) -> Vec<String> {
    let mut queries = Vec::new();
    let mut tries = 0;
    while queries.len() < 50 && tries < 10_000 && !sample.hits.is_empty() {
        tries += 1;
        let hit = &sample.hits[seed.below(sample.hits.len())].hit;
        let attribution = &hit.article.attribution;
        let Some(quote) = hit.quote.map(|i| &attribution.quotes[i]) else { continue };
        let Some(name) = quote.speaker.and_then(|i| attribution.speakers[i].name.as_deref()) else { continue };
        let text = onrecord::record::quote_text(hit.article.article.body(), quote).text;
        if text.split_whitespace().count() > 3 && !name.contains(['"', '(', ')', ':']) {
            queries.push(format!("speaker:\"{name}\" \"{}\"", words(&[text], 2, seed)));
        }
    }
    queries
}

/// Queries of each operator.
fn operators(sample: &Answer, quotes: &Answer, seed: &mut Seed) -> Vec<(&'static str, Vec<String>, Mode)> {
    let texts: Vec<String> =
        sample.hits.iter().map(|shown| shown.hit.article.article.body().to_owned()).filter(|body| body.len() > 200).collect();
    let names: Vec<&str> = quotes
        .hits
        .iter()
        .filter_map(|shown| {
            let attribution = &shown.hit.article.attribution;
            attribution.speakers[attribution.quotes[shown.hit.quote?].speaker?].name.as_deref()
        })
        .filter(|name| name.chars().all(|c| c.is_alphanumeric() || c == ' '))
        .collect();
    let name = |seed: &mut Seed| names.get(seed.below(names.len())).copied().unwrap_or("Hale").to_owned();
    // A word of five letters or more.
    let word = |seed: &mut Seed| loop {
        let word = words(&texts, 1, seed);
        if word.len() > 4 && word.bytes().all(|b| b.is_ascii_alphabetic()) {
            break word;
        }
    };
    let mut classes: Vec<(&'static str, Vec<String>, Mode)> = Vec::new();
    let mut class = |name, mode, make: &dyn Fn(&mut Seed) -> String, seed: &mut Seed| {
        classes.push((name, (0..30).map(|_| make(seed)).collect(), mode));
    };
    let articles = Mode::Articles;
    class("a w/5 b", articles, &|seed| format!("{} w/5 {}", word(seed), word(seed)), seed);
    class("a pre/3 b", articles, &|seed| format!("{} pre/3 {}", word(seed), word(seed)), seed);
    class("the w/2 of", articles, &|_| "the w/2 of".to_owned(), seed);
    class("a w/s b", articles, &|seed| format!("{} w/s {}", word(seed), word(seed)), seed);
    class("a w/p b", articles, &|seed| format!("{} w/p {}", word(seed), word(seed)), seed);
    class(
        "(a* OR b*) w/15 c*",
        articles,
        &|seed| format!("({}* OR {}*) w/15 {}*", &word(seed)[..4], &word(seed)[..4], &word(seed)[..4]),
        seed,
    );
    class("abc*", articles, &|seed| format!("{}*", &word(seed)[..3]), seed);
    class(
        "*abc",
        articles,
        &|seed| {
            let word = word(seed);
            format!("*{}", &word[word.len() - 3..])
        },
        seed,
    );
    class(
        "a?cd",
        articles,
        &|seed| {
            let word = word(seed);
            format!("{}?{}", &word[..2], &word[3..])
        },
        seed,
    );
    class("word~1", articles, &|seed| format!("{}~1", word(seed)), seed);
    class(
        "/a.*cd/",
        articles,
        &|seed| {
            let word = word(seed);
            format!("/{}.*{}/", &word[..2], &word[word.len() - 2..])
        },
        seed,
    );
    class("=word", articles, &|seed| format!("={}", word(seed)), seed);
    class(
        "caps(Word)",
        articles,
        &|seed| {
            let word = word(seed);
            format!("caps({}{})", word[..1].to_uppercase(), &word[1..])
        },
        seed,
    );
    class("atleast3(a)", articles, &|seed| format!("atleast3({})", word(seed)), seed);
    class("hlead(a)", articles, &|seed| format!("hlead({})", word(seed)), seed);
    class("first50(a)", articles, &|seed| format!("first50({})", word(seed)), seed);
    class("2 OF (a b c)", articles, &|seed| format!("2 OF ({} {} {})", word(seed), word(seed), word(seed)), seed);
    class("said(NAME, a)", articles, &|seed| format!("said({}, {})", name(seed), word(seed)), seed);
    class("speaker:NAME a", Mode::Quotes, &|seed| format!("speaker:\"{}\" {}", name(seed), word(seed)), seed);
    class("about:NAME", Mode::Quotes, &|seed| format!("about:\"{}\"", name(seed)), seed);
    class("mention:NAME", articles, &|seed| format!("mention:\"{}\"", name(seed)), seed);
    class("speaker:? a", Mode::Quotes, &|seed| format!("speaker:? {}", word(seed)), seed);
    class("quote:(a w/5 b)", Mode::Quotes, &|seed| format!("{} w/5 {}", word(seed), word(seed)), seed);
    class("kind:indirect a", Mode::Quotes, &|seed| format!("kind:indirect {}", word(seed)), seed);
    classes
}

fn made_up(folder: &Path) -> onrecord::Result<Embedded> {
    let mut seed = Seed(7);
    let nouns = ["harbour", "levy", "strike", "mayor", "ferry", "council", "treaty", "budget", "storm", "wall", "quota", "ministry"];
    let names = ["Mara Hale", "Anna Arden", "Bruno Brook", "Ida Voss"];
    let mut lines = String::new();
    for id in 0..2_000 {
        let mut noun = || nouns[seed.below(nouns.len())];
        let text: String = (0..12).map(|_| format!("The {} and the {} waited for the {} again. ", noun(), noun(), noun())).collect();
        let said = format!("\\\"The {} of the {} is ours,\\\" said {}.", noun(), noun(), names[id % names.len()]);
        lines += &format!("{{\"id\": \"{id}\", \"headline\": \"The {} and the {}\", \"text\": \"{text}\\n{said}\"}}\n", noun(), noun());
    }
    let articles = folder.join("articles.jsonl");
    std::fs::write(&articles, lines).map_err(|error| onrecord::Error::io(&articles, error))?;
    let index = folder.join("index");
    let writer = EmbeddedWriter::open(&index, WriterOptions::default())?;
    ingest(&writer, &[articles], &Options::default(), &Tally::default(), &AtomicBool::new(false))?;
    writer.finish()?;
    Embedded::open(&index)
}
