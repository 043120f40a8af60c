//! Several words as the whole of a ranked search, all of which must be there: records are found as ever, and scored only where they may be
//! among the best.
//!
//! What a record gets at most is told by the fields in which its words stand, before anybody looks how often and in how long a text
//! ([`Watch::raise_floor`], as in [`super::any`]). A record that cannot be among the best gets no score.

use super::any::SLACK;
use super::watch::{Pace, Watch};
use super::words::{FieldsScorer, WordsQuery, WordsWeight};
use tantivy::query::{BooleanQuery, EnableScoring, Explanation, Occur, Query, Scorer, Weight};
use tantivy::{DocId, DocSet, Score, SegmentReader, TERMINATED};

/// All of several words.
#[derive(Debug, Clone)]
pub(super) struct AllQuery {
    words: Vec<WordsQuery>,
    watch: Watch,
}

impl AllQuery {
    /// The same as a query of the engine, if that asks for nothing else.
    pub(super) fn of(query: &dyn Query, watch: &Watch) -> Option<Self> {
        let all = query.downcast_ref::<BooleanQuery>()?;
        let words = all.clauses().iter().map(|(occur, clause)| {
            let words = clause.downcast_ref::<WordsQuery>().filter(|_| *occur == Occur::Must);
            words.cloned()
        });
        let words: Vec<WordsQuery> = words.collect::<Option<_>>()?;
        (!words.is_empty()).then(|| Self { words, watch: watch.clone() })
    }
}

impl Query for AllQuery {
    fn weight(&self, scoring: EnableScoring<'_>) -> tantivy::Result<Box<dyn Weight>> {
        let words = self.words.iter().map(|words| words.weigh(scoring)).collect::<tantivy::Result<_>>()?;
        Ok(Box::new(AllWeight { words, watch: self.watch.clone() }))
    }
}

struct AllWeight {
    words: Vec<WordsWeight>,
    watch: Watch,
}

impl Weight for AllWeight {
    fn scorer(&self, segment: &SegmentReader, boost: Score) -> tantivy::Result<Box<dyn Scorer>> {
        let words = self.words.iter().map(|words| words.fields(segment, boost, false)).collect::<tantivy::Result<Vec<_>>>()?;
        let mut order: Vec<usize> = (0..words.len()).collect();
        order.sort_by_key(|&i| words[i].size_hint());
        let mut scorer = AllScorer { words, order, doc: 0, pace: Pace::new(&self.watch) };
        let first = scorer.rarest().doc();
        scorer.settle(first);
        Ok(Box::new(scorer))
    }

    fn explain(&self, segment: &SegmentReader, doc: DocId) -> tantivy::Result<Explanation> {
        super::block::told(self, segment, doc)
    }
}

struct AllScorer {
    words: Vec<FieldsScorer>,
    /// Numbers of the words, the rarest first.
    order: Vec<usize>,
    doc: DocId,
    pace: Pace,
}

impl AllScorer {
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
