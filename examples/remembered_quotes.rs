//! Remembered quotes: is a quote found by somebody who remembers its words badly?
//!
//! `cargo run --release --example remembered_quotes -- --index reuters.index`
//!
//! Quotes in marks whose words no other quote has, those of eight words and more and those of four to seven, a sample of each
//! (`--sample 1000`). Of every one 20 to 40 % of its words are hit, each in one of three ways: it is forgotten, it changes places with
//! its neighbour, or another word stands in its stead, drawn from all words of the archive's quotes. What is left is asked as words, any
//! of which may match; once alone, and where the archive names the speaker once with the speaker. `--from 60 --to 80` hits 60 to 80 % of the words,
//! `--misses 20` shows some that were not first.

#![allow(clippy::print_stdout)] // An example prints.

mod measuring;

use measuring::{DEPTH, Fallible, Ranks, Seed, Typed, any_of, everything, folded};
use onrecord::index::Hit;
use onrecord::query::{Field, Mode};
use onrecord::record::quote_text;
use onrecord::search::search;
use onrecord::text::word::words;
use std::collections::HashMap;
use std::time::{Duration, Instant};

/// The words of a quote as printed.
fn printed(hit: &Hit) -> Vec<String> {
    let Some(quote) = hit.quote.map(|at| &hit.article.attribution.quotes[at]) else { return Vec::new() };
    let text = quote_text(hit.article.article.body(), quote).text;
    words(&text).map(|word| word.span.of(&text).to_owned()).collect()
}

/// Who speaks, by name.
fn speaker(hit: &Hit) -> Option<String> {
    let attribution = &hit.article.attribution;
    let quote = &attribution.quotes[hit.quote?];
    attribution.speakers[quote.speaker?].name.clone()
}

/// The words as somebody remembers them; `hit`: how many of a hundred are hit, at least and at most.
fn remembered(words: &[String], hit: (usize, usize), others: &[String], seed: &mut Seed) -> String {
    let count = words.len();
    let (least, most) = ((count * hit.0).div_ceil(100), count * hit.1 / 100);
    let most = most.max(least);
    let hit = least + seed.below(most - least + 1);
    let mut left: Vec<Option<String>> = words.iter().cloned().map(Some).collect();
    for at in seed.sample((0..count).collect(), hit) {
        match seed.below(3) {
            0 => left[at] = None,
            1 => left.swap(at, if at + 1 < count { at + 1 } else { at - 1 }),
            _ => left[at] = Some(others[seed.below(others.len())].clone()),
        }
    }
    left.into_iter().flatten().collect::<Vec<_>>().join(" ")
}

fn main() -> Fallible<()> {
    let mut typed = Typed::new();
    let index = typed.index()?;
    let sample = typed.number("--sample", 1_000)?;
    let mut seed = Seed(typed.number("--seed", 20_250_417)? as u64);
    let share = (typed.number("--from", 20)?, typed.number("--to", 40)?.min(100));
    let mut misses = typed.number("--misses", 0)?;

    let quotes = everything(&index, Mode::Quotes)?;
    let texts: Vec<Vec<String>> = quotes.iter().map(printed).collect();
    let others: Vec<String> = texts.iter().flatten().cloned().collect();
    let folded: Vec<Vec<String>> = texts.iter().map(|words| folded(&words.join(" "))).collect();
    let mut times: HashMap<&[String], usize> = HashMap::new();
    for words in &folded {
        *times.entry(words).or_default() += 1;
    }
    println!("{} quotes\n{}", quotes.len(), Ranks::HEAD);
    let mut time = Duration::ZERO;
    let mut asked = 0;
    for (name, least, most) in [("8 words and more", 8, usize::MAX), ("4 to 7 words", 4, 7)] {
        let fits = |at: &usize| (least..=most).contains(&texts[*at].len()) && times[folded[*at].as_slice()] == 1;
        let chosen = seed.sample((0..quotes.len()).filter(fits).collect(), sample);
        let (mut all, mut named, mut with) = (Ranks::default(), Ranks::default(), Ranks::default());
        for wanted in chosen {
            let question = remembered(&texts[wanted], share, &others, &mut seed);
            let mut ask = |speaker: Option<&String>| -> Fallible<Option<usize>> {
                let mut request = any_of(&question, Mode::Quotes, DEPTH);
                request.fields.extend(speaker.map(|name| (Field::Speaker, format!("\"{}\"", name.replace('"', " ")))));
                let begin = Instant::now();
                let hits = search(&index, &request)?.hits;
                time += begin.elapsed();
                asked += 1;
                let at = hits.iter().position(|shown| is_same(&shown.hit, &quotes[wanted]));
                if at != Some(0) && misses > 0 {
                    misses -= 1;
                    let first = hits.first().map(|shown| printed(&shown.hit).join(" ")).unwrap_or_default();
                    let rank = at.map_or("none".to_owned(), |at| format!("{}.", at + 1));
                    println!("{rank} asked {question:?}\n   wanted {:?}\n   first is {first:?}", texts[wanted].join(" "));
                }
                Ok(at)
            };
            let alone = ask(None)?;
            all.push(alone);
            if let Some(speaker) = speaker(&quotes[wanted]) {
                named.push(alone);
                with.push(ask(Some(&speaker))?);
            }
        }
        println!("{}", all.row(name));
        println!("{}", named.row(&format!("{name}, speaker known, not asked")));
        println!("{}", with.row(&format!("{name}, speaker known and asked")));
    }
    println!("{:.2} ms a question with {DEPTH} hits", time.as_secs_f64() * 1e3 / f64::from(asked.max(1)));
    Ok(())
}

/// One and the same quote: of one article, beginning at one byte.
fn is_same(a: &Hit, b: &Hit) -> bool {
    (a.place.key, a.place.start) == (b.place.key, b.place.start)
}
