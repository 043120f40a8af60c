//! Known items: does an article's headline find the article? Against BM25 over one field that holds headline and body.
//!
//! `cargo run --release --example known_items -- --index bbc.index`
//!
//! Asked are headlines of three words and more that no other article has; `--every 10` asks every tenth of them, `--misses 20` shows
//! some that were not first. What is missing to an MRR of 1 is given as a share of what the one field misses.

#![allow(clippy::print_stdout)] // An example prints.

mod measuring;

use measuring::{DEPTH, Fallible, OneField, Ranks, Typed, any_of, everything, folded};
use onrecord::query::Mode;
use onrecord::search::search;
use std::collections::HashMap;
use std::time::{Duration, Instant};

fn main() -> Fallible<()> {
    let mut typed = Typed::new();
    let index = typed.index()?;
    let every = typed.number("--every", 1)?.max(1);
    let mut misses = typed.number("--misses", 0)?;

    let articles = everything(&index, Mode::Articles)?;
    let headline = |at: usize| articles[at].article.article.meta.headline.clone().unwrap_or_default();
    let mut by_words: HashMap<Vec<String>, Vec<usize>> = HashMap::new();
    for at in 0..articles.len() {
        by_words.entry(folded(&headline(at))).or_default().push(at);
    }
    let alone = by_words.iter().filter(|(words, of)| words.len() >= 3 && of.len() == 1);
    let mut asked: Vec<usize> = alone.map(|(_, of)| of[0]).collect();
    asked.sort_unstable();

    let one_field = OneField::new(&articles)?;
    let (mut ours, mut plain, mut time) = (Ranks::default(), Ranks::default(), Duration::ZERO);
    for wanted in asked.into_iter().step_by(every) {
        let headline = headline(wanted);
        let begin = Instant::now();
        let hits = search(&index, &any_of(&headline, Mode::Articles, DEPTH))?.hits;
        time += begin.elapsed();
        let at = hits.iter().position(|shown| shown.hit.place.key == articles[wanted].place.key);
        if at != Some(0) && misses > 0 {
            misses -= 1;
            let first = hits.first().and_then(|shown| shown.hit.article.article.meta.headline.as_deref()).unwrap_or("-");
            println!("{} {headline:?}; first is {first:?}", at.map_or("none".into(), |at| format!("{}.", at + 1)));
        }
        ours.push(at);
        plain.push(one_field.rank(&headline, DEPTH)?.iter().position(|&at| at == wanted));
    }
    println!("{}", Ranks::HEAD);
    println!("{}", ours.row("onrecord"));
    println!("{}", plain.row("one field"));
    let (left, of) = (1.0 - ours.mrr(), 1.0 - plain.mrr());
    println!("1 - MRR {left:.4} and {of:.4}: ratio {:.3}", left / of);
    println!("{:.2} ms a question with {DEPTH} hits", time.as_secs_f64() * 1e3 / ours.0.len().max(1) as f64);
    Ok(())
}
