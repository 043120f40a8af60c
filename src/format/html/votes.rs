//! What others take for the story's text: the extraction crate and the page's own JSON-LD. A block of the page belongs to
//! the story when most of its words stand there in the same order.

use crate::format::shape::normal;
use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};

/// Words in a row that are compared.
const RUN: usize = 3;

/// The words of the story, as others have found them.
#[derive(Debug, Default)]
pub(in crate::format) struct Votes {
    runs: HashSet<u64>,
    lines: HashSet<String>,
    /// Words in all texts added.
    pub(in crate::format) words: usize,
}

impl Votes {
    /// Adds a text: runs of words across its lines, and its lines.
    pub(in crate::format) fn add(&mut self, text: &str) {
        let all = normal(text);
        let words: Vec<&str> = all.split(' ').filter(|word| !word.is_empty()).collect();
        self.words += words.len();
        self.runs.extend(words.windows(RUN).map(hash));
        self.lines.extend(text.lines().map(normal).filter(|line| !line.is_empty()));
    }

    /// Share of a block's runs of words that stand in the texts, 0 to 1. A block too short for a run must be a line.
    pub(in crate::format) fn share(&self, text: &str) -> f32 {
        let all = normal(text);
        let words: Vec<&str> = all.split(' ').filter(|word| !word.is_empty()).collect();
        if words.len() < RUN {
            return if self.lines.contains(&all) { 1.0 } else { 0.0 };
        }
        let runs = words.windows(RUN);
        let total = runs.len();
        runs.filter(|run| self.runs.contains(&hash(run))).count() as f32 / total as f32
    }
}

fn hash(run: &[&str]) -> u64 {
    let mut hasher = DefaultHasher::new();
    run.hash(&mut hasher);
    hasher.finish()
}
