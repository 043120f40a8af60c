//! An archive of any size to measure with: `cargo bench --bench generate -- --articles N SOURCE.jsonl... > archive.jsonl`
//!
//! Shuffles the sentences of the articles in SOURCE into distinct articles: half a kilobyte to eight (`--longest`), one of a hundred fifty (all
//! lengths equally likely by their logarithm), each with quotes of made-up people, a few of whom speak often and most of them seldom (Zipf). Headline, desk and date are made up as well.
//! The same seed (`--seed`) gives the same archive. Copies of a collection flatter whatever keeps equal things once, and all their scores
//! are ties; these are neither.

#![allow(clippy::print_stdout, reason = "it prints an archive")]

use onrecord::format::{Item, Settings};
use onrecord::text::sentence::sentences;
use std::io::{BufWriter, Write};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

const PEOPLE: usize = 20_000;
const DESKS: [&str; 6] = ["World", "Business", "Politics", "Sport", "Culture", "Science"];
const ROLES: [&str; 10] = [
    "Prime Minister",
    "President",
    "spokesman",
    "chief executive",
    "Senator",
    "analyst",
    "Finance Minister",
    "union leader",
    "coach",
    "Professor",
];

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (mut articles, mut seed, mut longest, mut sources) = (20_000, 1, 8_000, Vec::new());
    let mut args = std::env::args().skip(1);
    while let Some(arg) = args.next() {
        let mut number = || args.next().and_then(|number| number.parse::<usize>().ok()).ok_or(format!("{arg} wants a number"));
        match arg.as_str() {
            "--bench" => {}
            "--articles" => articles = number()?,
            "--seed" => seed = number()?,
            "--longest" => longest = number()?.max(501),
            _ => sources.push(PathBuf::from(arg)),
        }
    }
    let words = sentences_of(&sources)?;
    if words.is_empty() {
        // Without a source there is nothing to shuffle: a smoke test only.
        return Ok(());
    }
    let mut random = Random(seed as u64 ^ 0x9e37_79b9_7f4a_7c15);
    let people: Vec<String> = (0..PEOPLE).map(|_| random.name()).collect();
    let mut out = BufWriter::with_capacity(1 << 20, std::io::stdout().lock());
    for number in 0..articles {
        let length = if random.below(100) == 0 { 50_000 } else { (500.0 * (longest as f64 / 500.0).powf(random.share())) as usize };
        let text = text(&words, &people, length, &mut random);
        let headline = random.of(&words).split_whitespace().take(4 + random.below(6)).collect::<Vec<_>>().join(" ");
        let (year, month, day) = (2005 + random.below(20), 1 + random.below(12), 1 + random.below(28));
        let line = serde_json::json!({
            "id": format!("g{number}"),
            "headline": headline,
            "date": format!("{year}-{month:02}-{day:02}T{:02}:{:02}:00Z", random.below(24), random.below(60)),
            "section": DESKS[random.below(DESKS.len())],
            "text": text,
        });
        writeln!(out, "{line}")?;
    }
    out.flush()?;
    Ok(())
}

/// All sentences of some length without quotation marks.
fn sentences_of(sources: &[PathBuf]) -> Result<Vec<String>, Box<dyn std::error::Error>> {
    let mut words = Vec::new();
    for source in sources {
        let mut sink = |item: Item| {
            if let Item::Article { article, .. } = item {
                let body = article.body();
                let fit = |text: &&str| (40..400).contains(&text.len()) && !text.contains(['"', '“', '”', '\n']);
                words.extend(sentences(body).iter().map(|span| span.of(body)).filter(fit).map(str::to_owned));
            }
            ControlFlow::Continue(())
        };
        onrecord::ingest::read(source, Path::new("source.jsonl"), None, &Settings::default(), &mut sink)
            .map_err(|problem| problem.message)?;
    }
    Ok(words)
}

/// Paragraphs of one to three sentences; one of three is a quote, by few people.
fn text(words: &[String], people: &[String], length: usize, random: &mut Random) -> String {
    let mut text = String::with_capacity(length + 400);
    let speakers: Vec<usize> = (0..1 + random.below(3)).map(|_| random.zipf(people.len())).collect();
    let mut known = [false; 3];
    while text.len() < length {
        if !text.is_empty() {
            text.push('\n');
        }
        if random.below(3) == 0 && !text.is_empty() {
            let who = random.below(speakers.len());
            let name = &people[speakers[who]];
            let said = random.of(words).trim_end_matches('.');
            let speaker = if known[who] {
                name.rsplit(' ').next().unwrap_or(name).to_owned()
            } else {
                format!("{} {name}", ROLES[speakers[who] % ROLES.len()])
            };
            known[who] = true;
            match random.below(3) {
                0 => text.push_str(&format!("\"{said},\" {speaker} said.")),
                1 => text.push_str(&format!("{speaker} said that {said}.")),
                _ => text.push_str(&format!("\"{said},\" said {speaker}. \"{}\"", random.of(words))),
            }
        } else {
            for i in 0..1 + random.below(3) {
                if i > 0 {
                    text.push(' ');
                }
                text.push_str(random.of(words));
            }
        }
    }
    text
}

/// A sequence that looks random and is the same every time (xorshift).
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, end: usize) -> usize {
        ((self.next() >> 11) % end.max(1) as u64) as usize
    }

    /// From 0 to 1.
    fn share(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1u64 << 53) as f64
    }

    fn of<'a>(&mut self, words: &'a [String]) -> &'a str {
        words.get(self.below(words.len())).map_or("", String::as_str)
    }

    /// The first of so many about twice as often as the second, three times as often as the third ...
    fn zipf(&mut self, count: usize) -> usize {
        ((count as f64 + 1.0).powf(self.share()) - 1.0) as usize
    }

    /// A forename and a surname of two to three syllables each.
    fn name(&mut self) -> String {
        const HEADS: [&str; 16] =
            ["Ba", "Cor", "Den", "El", "Fa", "Gar", "Hol", "Is", "Jo", "Kar", "Lin", "Mar", "Nor", "Os", "Pet", "Ros"];
        const TAILS: [&str; 16] =
            ["an", "ber", "dal", "den", "ek", "feld", "gard", "ic", "la", "man", "nova", "ra", "sen", "ta", "ton", "vik"];
        let mut part = |middle: bool| {
            let head = HEADS[self.below(HEADS.len())];
            let inner = if middle { TAILS[self.below(TAILS.len())] } else { "" };
            format!("{head}{inner}{}", TAILS[self.below(TAILS.len())])
        };
        format!("{} {}", part(false), part(true))
    }
}
