//! Records that hold one of some words: all of them are brought, only those that may be among the best are scored.
//!
//! Words in fields whose greatest scores together stay below the floor (`the` in bodies, not in headlines) are looked for in all records, and
//! scored only in those that hold something better, too: MaxScore of Turtle and Flood 1995, with an exact count.

use super::quick::SLACK;
use super::watch::Watch;
use super::words::{FieldsScorer, OneScorer};
use tantivy::query::Scorer;
use tantivy::{DocId, DocSet, Score, TERMINATED};

/// Records that are looked at together.
const WINDOW: usize = 2_048;
const WORDS: usize = WINDOW / 64;

/// A word in one field.
struct Part {
    /// The number of the word.
    word: usize,
    scorer: OneScorer,
    /// No record gets more by it.
    greatest: Score,
    /// By record of the window.
    scores: Box<[Score; WINDOW]>,
}

/// The records that hold one of some words.
pub(super) struct AnyScorer {
    parts: Vec<Part>,
    /// Numbers of the parts, the one that can add the least first.
    order: Vec<usize>,
    /// The first record of the window.
    start: DocId,
    doc: DocId,
    /// A bit for each record of the window that holds one of the words.
    held: [u64; WORDS],
    watch: Watch,
}

impl AnyScorer {
    pub(super) fn new(words: Vec<FieldsScorer>, watch: &Watch) -> Self {
        let mut parts = Vec::with_capacity(words.len());
        for (word, words) in words.into_iter().enumerate() {
            let fields = words.by_field().into_iter();
            parts.extend(fields.map(|(scorer, greatest)| Part { word, scorer, greatest, scores: Box::new([0.0; WINDOW]) }));
        }
        let mut order: Vec<usize> = (0..parts.len()).collect();
        order.sort_by(|&a, &b| parts[a].greatest.total_cmp(&parts[b].greatest));
        let mut scorer = Self { parts, order, start: 0, doc: 0, held: [0; WORDS], watch: watch.clone() };
        scorer.fill();
        scorer
    }

    /// Goes to the next window that holds a record, and to the first one in it.
    fn fill(&mut self) -> DocId {
        self.start = self.parts.iter().map(|part| part.scorer.doc()).min().unwrap_or(TERMINATED);
        self.doc = self.start;
        if self.start == TERMINATED {
            return TERMINATED;
        }
        for (word, bits) in self.held.iter_mut().enumerate().filter(|(_, bits)| **bits != 0) {
            *bits = 0;
            self.parts.iter_mut().for_each(|part| part.scores[word * 64..][..64].fill(0.0));
        }
        // What these words add together cannot make up for the lack of all others.
        let floor = self.watch.floor();
        let (mut few, mut rest) = (0, 0.0);
        while few < self.order.len() && (rest + self.parts[self.order[few]].greatest) * SLACK < floor {
            rest += self.parts[self.order[few]].greatest;
            few += 1;
        }
        let end = self.start.saturating_add(WINDOW as DocId).min(TERMINATED);
        for &i in &self.order[few..] {
            let Part { scorer, scores, .. } = &mut self.parts[i];
            let mut doc = scorer.doc();
            while doc < end {
                let at = (doc - self.start) as usize;
                self.held[at / 64] |= 1 << (at % 64);
                scores[at] = scorer.score();
                doc = scorer.advance();
            }
        }
        let better = self.held;
        for &i in &self.order[..few] {
            let mut doc = self.parts[i].scorer.doc();
            while doc < end {
                let at = (doc - self.start) as usize;
                self.held[at / 64] |= 1 << (at % 64);
                if better[at / 64] & 1 << (at % 64) != 0 {
                    let known: Score = self.order[few..].iter().map(|&i| self.parts[i].scores[at]).sum();
                    if (known + rest) * SLACK >= floor {
                        self.parts[i].scores[at] = self.parts[i].scorer.score();
                    }
                }
                doc = self.parts[i].scorer.advance();
            }
        }
        self.doc
    }

    /// The first record of the window from `at` on.
    fn next_from(&self, at: usize) -> Option<DocId> {
        let mut word = at / 64;
        let mut bits = self.held.get(word)? & (u64::MAX << (at % 64));
        while bits == 0 {
            word += 1;
            bits = *self.held.get(word)?;
        }
        Some(self.start + (word * 64) as DocId + bits.trailing_zeros())
    }
}

impl DocSet for AnyScorer {
    fn advance(&mut self) -> DocId {
        if self.doc == TERMINATED {
            return TERMINATED;
        }
        match self.next_from((self.doc - self.start) as usize + 1) {
            Some(doc) => {
                self.doc = doc;
                doc
            }
            None => self.fill(),
        }
    }

    fn seek(&mut self, target: DocId) -> DocId {
        if target <= self.doc {
            return self.doc;
        }
        if let Some(doc) = self.next_from((target - self.start) as usize) {
            self.doc = doc;
            return doc;
        }
        for part in self.parts.iter_mut().filter(|part| part.scorer.doc() < target) {
            part.scorer.seek(target);
        }
        self.fill()
    }

    fn doc(&self) -> DocId {
        self.doc
    }

    fn size_hint(&self) -> u32 {
        self.parts.iter().map(|part| part.scorer.size_hint()).fold(0, u32::saturating_add)
    }
}

impl Scorer for AnyScorer {
    fn score(&mut self) -> Score {
        let at = (self.doc - self.start) as usize;
        let words = self.parts.chunk_by(|a, b| a.word == b.word);
        words.map(|fields| fields.iter().map(|part| part.scores[at]).sum::<Score>()).sum()
    }
}
