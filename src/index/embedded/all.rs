//! Records that hold all of some words: all of them are brought, only those that may be among the best are scored.
//!
//! What a record gets at most is told by the fields in which its words stand, before anybody looks how often and in how long a text.

use super::quick::SLACK;
use super::watch::{Pace, Watch};
use super::words::FieldsScorer;
use tantivy::query::Scorer;
use tantivy::{DocId, DocSet, Score, TERMINATED};

/// The records that hold all of some words.
pub(super) struct AllScorer {
    words: Vec<FieldsScorer>,
    /// Numbers of the words, the rarest first.
    order: Vec<usize>,
    doc: DocId,
    pace: Pace,
}

impl AllScorer {
    /// Of one word at least.
    pub(super) fn new(words: Vec<FieldsScorer>, watch: &Watch) -> Self {
        let mut order: Vec<usize> = (0..words.len()).collect();
        order.sort_by_key(|&i| words[i].size_hint());
        let mut scorer = Self { words, order, doc: 0, pace: Pace::new(watch) };
        let first = scorer.rarest().doc();
        scorer.settle(first);
        scorer
    }

    fn rarest(&mut self) -> &mut FieldsScorer {
        &mut self.words[self.order[0]]
    }

    /// From a record of the rarest word to the next one that holds all.
    fn settle(&mut self, mut candidate: DocId) -> DocId {
        'records: while candidate != TERMINATED {
            if self.pace.is_over() {
                candidate = TERMINATED;
                break;
            }
            for i in 1..self.order.len() {
                let word = &mut self.words[self.order[i]];
                let doc = if word.doc() < candidate { word.seek(candidate) } else { word.doc() };
                if doc > candidate {
                    candidate = if doc == TERMINATED { TERMINATED } else { self.rarest().seek(doc) };
                    continue 'records;
                }
            }
            break;
        }
        self.doc = candidate;
        candidate
    }
}

impl DocSet for AllScorer {
    fn advance(&mut self) -> DocId {
        if self.doc == TERMINATED {
            return TERMINATED;
        }
        let next = self.rarest().advance();
        self.settle(next)
    }

    fn seek(&mut self, target: DocId) -> DocId {
        if target <= self.doc {
            return self.doc;
        }
        let next = self.rarest().seek(target);
        self.settle(next)
    }

    fn doc(&self) -> DocId {
        self.doc
    }

    fn size_hint(&self) -> u32 {
        self.words[self.order[0]].size_hint()
    }
}

impl Scorer for AllScorer {
    fn score(&mut self) -> Score {
        let most: Score = self.words.iter().map(FieldsScorer::greatest_here).sum();
        if most * SLACK < self.pace.watch().floor() {
            return 0.0;
        }
        self.words.iter_mut().map(FieldsScorer::score).sum()
    }
}
