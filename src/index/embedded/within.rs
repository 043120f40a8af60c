//! Words below one crosshead of an article.

use super::block::told;
use super::bm25::Bm25;
use super::borders::BorderReader;
use super::spans::{Opening, begins};
use super::watch::{Pace, Watch};
use super::words::{FieldsScorer, WordsQuery, WordsWeight};
use crate::pattern::{Borders, Place};
use std::fmt;
use std::sync::Arc;
use tantivy::query::{EnableScoring, Explanation, Query, Scorer, Weight};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{DocId, DocSet, Score, SegmentReader, TERMINATED};

/// Conditions on one stretch of a text. The targets of all words are the article's body and its summary, in this order.
#[derive(Debug, Clone)]
pub(super) enum Tree<T> {
    Words(T),
    All(Vec<Tree<T>>),
    Any(Vec<Tree<T>>),
    Not(Box<Tree<T>>),
    /// What no text can hold.
    Nothing,
}

impl<T> Tree<T> {
    fn try_map<U, E>(&self, change: &mut impl FnMut(&T) -> Result<U, E>) -> Result<Tree<U>, E> {
        let mut list = |list: &[Tree<T>]| list.iter().map(|tree| tree.try_map(change)).collect::<Result<Vec<_>, E>>();
        Ok(match self {
            Tree::All(all) => Tree::All(list(all)?),
            Tree::Any(any) => Tree::Any(list(any)?),
            Tree::Words(words) => Tree::Words(change(words)?),
            Tree::Not(inner) => Tree::Not(Box::new(inner.try_map(change)?)),
            Tree::Nothing => Tree::Nothing,
        })
    }

    fn each(&mut self, look: &mut impl FnMut(&mut T)) {
        match self {
            Tree::Words(words) => look(words),
            Tree::All(list) | Tree::Any(list) => list.iter_mut().for_each(|tree| tree.each(look)),
            Tree::Not(inner) => inner.each(look),
            Tree::Nothing => {}
        }
    }

    fn holds(&self, test: &impl Fn(&T) -> bool) -> bool {
        match self {
            Tree::Words(words) => test(words),
            Tree::All(all) => all.iter().all(|tree| tree.holds(test)),
            Tree::Any(any) => any.iter().any(|tree| tree.holds(test)),
            Tree::Not(inner) => !inner.holds(test),
            Tree::Nothing => false,
        }
    }
}

/// The articles that have a crosshead which satisfies one condition, and below it a text that satisfies another.
#[derive(Clone)]
pub(super) struct WithinQuery {
    pub(super) label: String,
    pub(super) crosshead: Tree<WordsQuery>,
    pub(super) below: Tree<WordsQuery>,
    pub(super) borders: Field,
    pub(super) watch: Watch,
}

impl fmt::Debug for WithinQuery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "WithinQuery({})", self.label)
    }
}

impl Query for WithinQuery {
    fn weight(&self, scoring: EnableScoring<'_>) -> tantivy::Result<Box<dyn Weight>> {
        let mut weigh = |words: &WordsQuery| words.weigh(scoring);
        let (crosshead, below) = (self.crosshead.try_map(&mut weigh)?, self.below.try_map(&mut weigh)?);
        Ok(Box::new(WithinWeight { crosshead, below, borders: self.borders, watch: self.watch.clone() }))
    }
}

struct WithinWeight {
    crosshead: Tree<WordsWeight>,
    below: Tree<WordsWeight>,
    borders: Field,
    watch: Watch,
}

impl Weight for WithinWeight {
    fn scorer(&self, segment: &SegmentReader, boost: Score) -> tantivy::Result<Box<dyn Scorer>> {
        let mut open = |words: &WordsWeight| -> tantivy::Result<Words> {
            let scorer = words.fields(segment, boost, true)?;
            Ok(Words { scorer, least: words.least(), bm25: words.bm25(0), places: Default::default(), inside: Vec::new(), count: 0 })
        };
        let (mut crosshead, below) = (self.crosshead.try_map(&mut open)?, self.below.try_map(&mut open)?);
        let index = segment.inverted_index(self.borders)?;
        let option = IndexRecordOption::WithFreqsAndPositions;
        let opening = Opening { segment, index: &index, borders: (self.borders, None), option, places: true, watch: &self.watch };
        let readers = vec![BorderReader::of_sections(&opening, 'b')?, BorderReader::of_sections(&opening, 's')?];
        let mut doc = TERMINATED;
        crosshead.each(&mut |words| doc = doc.min(words.scorer.doc()));
        let mut scorer =
            WithinScorer { crosshead, below, readers, known: Borders::default(), doc, score: 0.0, boost, pace: Pace::new(&self.watch) };
        scorer.settle();
        Ok(Box::new(scorer))
    }

    fn explain(&self, segment: &SegmentReader, doc: DocId) -> tantivy::Result<Explanation> {
        told(self, segment, doc)
    }
}

/// Words, with where they stand in the record that is looked at.
struct Words {
    scorer: FieldsScorer,
    least: u32,
    bm25: Option<Arc<Bm25>>,
    /// In the body and in the summary.
    places: [Vec<Place>; 2],
    /// In the stretch that is looked at.
    inside: Vec<Place>,
    count: u32,
}

impl Words {
    fn read(&mut self, doc: DocId) {
        if self.scorer.doc() < doc {
            self.scorer.seek(doc);
        }
        let stands = self.scorer.doc() == doc;
        for (target, places) in self.places.iter_mut().enumerate() {
            places.clear();
            if stands && !self.scorer.places(target, places) {
                places.clear();
            }
        }
    }

    fn look(&mut self, text: usize, from: u32, to: u32) {
        self.inside.clear();
        self.inside.extend(self.places[text].iter().filter(|(start, end)| *start >= from && *end < to));
        self.count = begins(&self.inside);
    }
}

struct WithinScorer {
    crosshead: Tree<Words>,
    below: Tree<Words>,
    /// Of the body and of the summary.
    readers: Vec<BorderReader>,
    known: Borders,
    doc: DocId,
    score: Score,
    boost: Score,
    pace: Pace,
}

impl WithinScorer {
    /// From a record with words of the crosshead to the next one that satisfies all.
    fn settle(&mut self) {
        while self.doc != TERMINATED && !self.holds() {
            if self.pace.is_over() {
                self.doc = TERMINATED;
                return;
            }
            self.step();
        }
    }

    fn step(&mut self) {
        let (here, mut next) = (self.doc, TERMINATED);
        self.crosshead.each(&mut |words| {
            let scorer = &mut words.scorer;
            next = next.min(if scorer.doc() <= here { scorer.seek(here + 1) } else { scorer.doc() });
        });
        self.doc = next;
    }

    fn holds(&mut self) -> bool {
        let doc = self.doc;
        self.crosshead.each(&mut |words| words.read(doc));
        let mut is_read = false;
        self.score = 0.0;
        let mut found = false;
        let enough = |words: &Words| words.count >= words.least;
        for text in 0..self.readers.len() {
            self.readers[text].read(doc, &mut self.known);
            for (head, below, end) in self.known.sections() {
                self.crosshead.each(&mut |words| words.look(text, head, below));
                if !self.crosshead.holds(&enough) {
                    continue;
                }
                if !is_read {
                    self.below.each(&mut |words| words.read(doc));
                    is_read = true;
                }
                self.below.each(&mut |words| words.look(text, below, end));
                if self.below.holds(&enough) {
                    found = true;
                    let score = &mut self.score;
                    self.below.each(&mut |words| {
                        if let (Some(bm25), 1..) = (&words.bm25, words.count) {
                            *score += bm25.score(None, doc, words.count);
                        }
                    });
                }
            }
        }
        found
    }
}

impl DocSet for WithinScorer {
    fn advance(&mut self) -> DocId {
        self.step();
        self.settle();
        self.doc
    }

    fn seek(&mut self, target: DocId) -> DocId {
        if target > self.doc {
            let mut next = TERMINATED;
            self.crosshead.each(&mut |words| {
                let scorer = &mut words.scorer;
                next = next.min(if scorer.doc() < target { scorer.seek(target) } else { scorer.doc() });
            });
            self.doc = next;
            self.settle();
        }
        self.doc
    }

    fn doc(&self) -> DocId {
        self.doc
    }

    fn size_hint(&self) -> u32 {
        1
    }
}

impl Scorer for WithinScorer {
    fn score(&mut self) -> Score {
        self.score * self.boost
    }
}
