//! How fast are quotes found and attributed? `cargo bench --bench attribution -- FILE.jsonl`
//!
//! Reads the articles into memory, then attributes all of them three times on one core; the best run counts. Without FILE an article with
//! many quotes is repeated.

#![allow(clippy::print_stdout, reason = "a bench prints its figures")]

use onrecord::article::{Article, BlockKind, Draft};
use onrecord::format::{self, Input, Item};
use onrecord::quote::attribute;
use std::io::BufReader;
use std::ops::ControlFlow;
use std::path::Path;
use std::time::Instant;

fn main() {
    let file = std::env::args().skip(1).find(|arg| !arg.starts_with("--"));
    let articles = match &file {
        Some(file) => read(Path::new(file)),
        None => vec![made_up(); 2_000],
    };
    let bytes: usize = articles.iter().map(|article| article.body().len()).sum();
    let mut best = f64::MAX;
    let mut quotes = 0;
    for _ in 0..3 {
        let start = Instant::now();
        quotes = articles.iter().map(|article| attribute(article).quotes.len()).sum();
        best = best.min(start.elapsed().as_secs_f64());
    }
    let megabytes = bytes as f64 / 1e6;
    println!("{} articles, {megabytes:.1} MB, {quotes} quotes (reported clauses included): {:.1} MB/s", articles.len(), megabytes / best);
}

fn read(file: &Path) -> Vec<Article> {
    let mut articles = Vec::new();
    let Ok(input) = std::fs::File::open(file) else {
        println!("{}: cannot be opened", file.display());
        return articles;
    };
    let Some(format) = format::by_name("jsonl") else { return articles };
    let mut reader = BufReader::new(input);
    let outcome = format.read(Input::stream(file, &mut reader), &mut |item| {
        if let Item::Article { article, .. } = item {
            articles.push(article);
        }
        ControlFlow::Continue(())
    });
    if let Err(problem) = outcome {
        println!("{}: {problem}", file.display());
    }
    articles
}

fn made_up() -> Article {
    let paragraphs = [
        "Harbour Minister Mara Hale raised the levy on Monday.",
        "\"We must pay for the wall,\" said Hale, who took office in May. \"It will not build itself.\"",
        "She called the dockers' demands \"a wish list\" and said the council \"would not be moved\".",
        "A spokesman for the dockers said they were \"ready to talk\", according to the Skarn Echo.",
        "The ferry left on time, the market was full, and the rest of the week passed without another word on the matter.",
    ];
    let blocks = paragraphs.iter().map(|text| (BlockKind::Paragraph, (*text).to_owned())).collect();
    Article::new(Draft { blocks, ..Draft::default() })
}
