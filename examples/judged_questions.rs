//! Judged questions: nDCG@10 and average precision, against BM25 over one field that holds headline and body, with a paired permutation test.
//!
//! `cargo run --release --example judged_questions -- --index time.index questions.jsonl`
//!
//! A question is a line such as `{"qid": "1", "text": "...", "relevant": ["268", "288"]}`; articles are named by the ids of the input.
//! `--runs FOLDER` writes what was found, for other scorers.

#![allow(clippy::print_stdout)] // An example prints.

mod measuring;

use measuring::{Fallible, OneField, Typed, any_of, everything, permutation_test, write_run};
use onrecord::query::Mode;
use onrecord::search::search;
use std::collections::HashSet;
use std::path::Path;

const DEEP: usize = 200;
const ROUNDS: usize = 100_000;

#[derive(serde::Deserialize)]
struct Question {
    qid: String,
    text: String,
    relevant: HashSet<String>,
}

/// nDCG@10 and average precision of a ranking.
fn measures(ranked: &[String], relevant: &HashSet<String>) -> [f64; 2] {
    let gain = |at: usize| 1.0 / (at as f64 + 2.0).log2();
    let ideal: f64 = (0..relevant.len().min(10)).map(gain).sum();
    let (mut found, mut precision, mut gained) = (0.0, 0.0, 0.0);
    for (at, _) in ranked.iter().enumerate().filter(|(_, id)| relevant.contains(*id)) {
        found += 1.0;
        precision += found / (at as f64 + 1.0);
        gained += if at < 10 { gain(at) } else { 0.0 };
    }
    [gained / ideal, precision / relevant.len() as f64]
}

fn main() -> Fallible<()> {
    let mut typed = Typed::new();
    let index = typed.index()?;
    let runs = typed.flag("--runs");
    let file = typed.rest().into_iter().next().ok_or("name the file of questions")?;
    let questions = std::fs::read_to_string(&file)?;
    let questions: Vec<Question> = questions.lines().map(serde_json::from_str).collect::<Result<_, _>>()?;

    let articles = everything(&index, Mode::Articles)?;
    let id = |at: usize| articles[at].article.article.id.clone().unwrap_or_default();
    let one_field = OneField::new(&articles)?;
    let (mut ours, mut plain) = (Vec::new(), Vec::new());
    for question in &questions {
        let hits = search(&index, &any_of(&question.text, Mode::Articles, DEEP))?.hits;
        let ids = hits.into_iter().map(|shown| shown.hit.article.article.id.clone().unwrap_or_default()).collect();
        ours.push((question.qid.clone(), ids));
        plain.push((question.qid.clone(), one_field.rank(&question.text, DEEP)?.into_iter().map(id).collect()));
    }
    if let Some(folder) = runs {
        write_run(Path::new(&folder), "onrecord.jsonl", &ours)?;
        write_run(Path::new(&folder), "one-field.jsonl", &plain)?;
    }
    let score = |run: &[(String, Vec<String>)]| -> Vec<[f64; 2]> {
        run.iter().zip(&questions).map(|((_, ids), question)| measures(ids, &question.relevant)).collect()
    };
    let (ours, plain) = (score(&ours), score(&plain));
    println!("{} questions\n         onrecord  one field  difference  better, worse  p", questions.len());
    for (which, name) in ["nDCG@10", "MAP"].into_iter().enumerate() {
        let mean = |all: &[[f64; 2]]| all.iter().map(|one| one[which]).sum::<f64>() / all.len().max(1) as f64;
        let differences: Vec<f64> = ours.iter().zip(&plain).map(|(a, b)| a[which] - b[which]).collect();
        let better = differences.iter().filter(|d| **d > 1e-9).count();
        let worse = differences.iter().filter(|d| **d < -1e-9).count();
        let p = permutation_test(&differences, ROUNDS, 20_250_417);
        let (a, b) = (mean(&ours), mean(&plain));
        println!("{name:<8} {a:.4}    {b:.4}     {:+.4}     {better:>6}, {worse:>5}  {p:.3}", a - b);
    }
    Ok(())
}
