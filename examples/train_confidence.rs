//! Learns the weights of `src/quote/lexicon/weights.txt` from annotated articles.
//!
//! `cargo run --release --example train_confidence -- mention:polnear.train.jsonl name:resolved.jsonl > src/quote/lexicon/weights.txt`
//!
//! A file holds one article a line: `text`, and `quotes` with `segments` (characters into the text), `type`, `speaker_text` and
//! `speaker_resolved`. Files of `mention` teach which words name the speaker, files of `name` whom they mean.

#![allow(clippy::print_stdout)] // An example prints.

use onrecord::article::{Article, BlockKind, Draft};
use onrecord::quote::{QuoteKind, attribute_with_features};
use serde_json::Value;
use std::collections::BTreeMap;

/// How often the data is gone through, how far a step goes, how much a weight is drawn towards zero.
const ROUNDS: usize = 400;
const STEP: f64 = 0.5;
const DRAW: f64 = 0.0006;

fn main() {
    let (mut mention, mut name) = (Vec::new(), Vec::new());
    for argument in std::env::args().skip(1) {
        let (question, path) = argument.split_once(':').expect("mention:FILE or name:FILE");
        let text = std::fs::read_to_string(path).expect("a file of annotated articles");
        for line in text.lines() {
            let gold: Value = serde_json::from_str(line).expect("JSON");
            examples(&gold, question == "name", if question == "name" { &mut name } else { &mut mention });
        }
    }
    println!(
        "# Weights of confidence: question, weight, feature. Made by examples/train_confidence.rs from the train part of PolNeAR (which words name"
    );
    println!(
        "# the speaker; {} attributions) and from {} attributions of news that were read for this program (whom they mean).",
        mention.len(),
        name.len()
    );
    for (question, data) in [("mention", &mention), ("name", &name)] {
        for (feature, weight) in trained(data) {
            println!("{question}\t{weight:.2}\t{feature}");
        }
    }
}

/// What is known of an attribution, and whether it is right.
type Example = (Vec<String>, bool);

fn words(text: &str) -> String {
    text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ").to_lowercase()
}

/// The last word before a comma or a preposition: a surname, or the head of a phrase.
fn head(name: &str) -> String {
    let cut = name.split([',', '(']).next().unwrap_or(name);
    let cut = [" of ", " from ", " in ", " at ", " for ", " who "].iter().fold(cut, |cut, word| cut.split(word).next().unwrap_or(cut));
    words(&cut.replace("'s", "").replace("’s", "")).rsplit(' ').next().unwrap_or_default().to_owned()
}

fn same(one: Option<&str>, other: Option<&str>) -> bool {
    matches!((one, other), (Some(one), Some(other)) if !head(one).is_empty() && head(one) == head(other))
}

fn examples(gold: &Value, resolved: bool, out: &mut Vec<Example>) {
    let text = gold["text"].as_str().expect("a text");
    let blocks = text.lines().filter(|line| !line.trim().is_empty()).map(|line| (BlockKind::Paragraph, line.trim().to_owned())).collect();
    let article = Article::new(Draft { blocks, ..Draft::default() });
    let (attribution, features) = attribute_with_features(&article);
    let characters: Vec<char> = text.chars().collect();
    let cut = |from: &Value, to: &Value| -> String {
        let (from, to) = (from.as_u64().unwrap_or(0) as usize, to.as_u64().unwrap_or(0) as usize);
        characters.get(from..to).map(|characters| characters.iter().collect()).unwrap_or_default()
    };
    // The words of each annotated stretch or clause, with its quote; each is used once.
    let mut units: Vec<(bool, String, &Value)> = Vec::new();
    for quote in gold["quotes"].as_array().expect("quotes") {
        if quote["type"] == "indirect" {
            units.push((true, words(&cut(&quote["start"], &quote["end"])), quote));
        }
        for segment in quote["segments"].as_array().into_iter().flatten() {
            units.push((false, words(&cut(&segment[0], &segment[1])), quote));
        }
    }
    for (quote, features) in attribution.quotes.iter().zip(&features) {
        let Some(speaker) = quote.speaker.and_then(|i| attribution.speakers.get(i)) else { continue };
        let indirect = quote.kind == QuoteKind::Indirect;
        let found = words(quote.parts[0].of(article.body()));
        let at = units.iter().position(|(clause, unit, _)| *clause == indirect && alike(unit, &found, indirect));
        let mention = quote.mention.map(|mention| mention.of(article.body()));
        let Some(at) = at else {
            // A clause that nobody has annotated is taken for a wrong one; a stretch in marks tells nothing.
            if indirect && !resolved {
                out.push((features.mention.clone(), false));
            }
            continue;
        };
        let (_, _, gold) = units.remove(at);
        let (text, whole) = (gold["speaker_text"].as_str(), gold["speaker_resolved"].as_str());
        let name = speaker.name.as_deref();
        let named = same(mention, text) || same(name, text) || same(name, whole);
        if resolved {
            if let Some(whole) = whole.filter(|_| named && name.is_some()) {
                out.push((features.name.clone(), same(name, Some(whole))));
            }
        } else if text.or(whole).is_some() {
            out.push((features.mention.clone(), named));
        }
    }
}

fn alike(unit: &str, found: &str, clause: bool) -> bool {
    if !clause {
        return unit == found;
    }
    let (shorter, longer) = if unit.len() < found.len() { (unit, found) } else { (found, unit) };
    !shorter.is_empty() && longer.contains(shorter) && shorter.len() * 2 >= longer.len()
}

/// Logistic regression by gradient descent; features seen fewer than eight times count for nothing.
fn trained(data: &[Example]) -> Vec<(String, f64)> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    data.iter().flat_map(|(features, _)| features).for_each(|feature| *counts.entry(feature).or_default() += 1);
    let names: Vec<&str> = counts.iter().filter(|(_, count)| **count >= 8).map(|(name, _)| *name).collect();
    let number: BTreeMap<&str, usize> = names.iter().enumerate().map(|(i, name)| (*name, i)).collect();
    let rows: Vec<(Vec<usize>, f64)> = data
        .iter()
        .map(|(features, right)| (features.iter().filter_map(|f| number.get(f.as_str()).copied()).collect(), f64::from(u8::from(*right))))
        .collect();
    let (mut weights, mut bias) = (vec![0.0; names.len()], 0.0);
    let size = rows.len().max(1) as f64;
    // Momentum makes four hundred rounds enough.
    let (mut speed, mut bias_speed) = (vec![0.0; names.len()], 0.0);
    for _ in 0..ROUNDS {
        let (mut slope, mut bias_slope) = (vec![0.0; names.len()], 0.0);
        for (features, right) in &rows {
            let sum: f64 = bias + features.iter().map(|&i| weights[i]).sum::<f64>();
            let error = right - 1.0 / (1.0 + (-sum).exp());
            features.iter().for_each(|&i| slope[i] += error);
            bias_slope += error;
        }
        for i in 0..weights.len() {
            speed[i] = 0.9 * speed[i] + STEP * (slope[i] / size - DRAW * weights[i]);
            weights[i] += speed[i];
        }
        bias_speed = 0.9 * bias_speed + STEP * bias_slope / size;
        bias += bias_speed;
    }
    let mut out = vec![("bias".to_owned(), bias)];
    out.extend(names.iter().zip(&weights).filter(|(_, weight)| weight.abs() >= 0.005).map(|(name, weight)| ((*name).to_owned(), *weight)));
    out
}
