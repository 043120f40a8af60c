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
    /// Of these the records that hold something better than the words that cannot bring a record among the best by themselves: all others
    /// score nothing.
    better: [u64; WORDS],
    /// What the better words add to a record of the window.
    known: Box<[Score; WINDOW]>,
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
        let (held, better, known) = ([0; WORDS], [0; WORDS], Box::new([0.0; WINDOW]));
        let mut scorer = Self { parts, order, start: 0, doc: 0, held, better, known, watch: watch.clone() };
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
        // None but these have scores.
        for (word, _) in self.better.iter().enumerate().filter(|(_, bits)| **bits != 0) {
            self.parts.iter_mut().for_each(|part| part.scores[word * 64..][..64].fill(0.0));
            self.known[word * 64..][..64].fill(0.0);
        }
        // What these words add together cannot make up for the lack of all others.
        let floor = self.watch.floor();
        let (mut few, mut rest) = (0, 0.0);
        while few < self.order.len() && (rest + self.parts[self.order[few]].greatest) * SLACK < floor {
            rest += self.parts[self.order[few]].greatest;
            few += 1;
        }
        let end = self.start.saturating_add(WINDOW as DocId).min(TERMINATED);
        let Self { parts, order, start, held, better, known, .. } = self;
        let place = |doc: DocId| (doc - *start) as usize;
        better.fill(0);
        for &i in &order[few..] {
            let Part { scorer, scores, .. } = &mut parts[i];
            let visit = |doc, score: Option<Score>| {
                let at = place(doc);
                better[at / 64] |= 1 << (at % 64);
                scores[at] = score.unwrap_or_default();
                known[at] += scores[at];
            };
            scorer.each_before(end, |_| true, visit);
        }
        *held = *better;
        for &i in &order[..few] {
            let Part { scorer, scores, .. } = &mut parts[i];
            let may_be_best = |doc| {
                let at = place(doc);
                better[at / 64] & 1 << (at % 64) != 0 && (known[at] + rest) * SLACK >= floor
            };
            let visit = |doc, score: Option<Score>| {
                let at = place(doc);
                held[at / 64] |= 1 << (at % 64);
                if let Some(score) = score {
                    scores[at] = score;
                }
            };
            scorer.each_before(end, may_be_best, visit);
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
        if self.better[at / 64] & 1 << (at % 64) == 0 {
            return 0.0;
        }
        // In the order of the words, each the sum of its fields: no record gets another score by what stands around it.
        let (mut sum, mut of_word, mut word) = (0.0, 0.0, 0);
        for part in &self.parts {
            if part.word != word {
                sum += of_word;
                (of_word, word) = (0.0, part.word);
            }
            of_word += part.scores[at];
        }
        sum + of_word
    }
}
