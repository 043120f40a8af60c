//! Words of reported clauses: looked for in the article's own postings, between the first and the last word of each clause.
//!
//! A clause's words are indexed once, with the body that they stand in; its record says from which position on and how many.

use super::block::told;
use super::bm25::Bm25;
use super::spans::begins;
use super::words::{FieldsScorer, WordsQuery, WordsWeight};
use crate::pattern::Place;
use std::fmt;
use std::sync::Arc;
use tantivy::columnar::Column;
use tantivy::query::{EnableScoring, Explanation, Query, Scorer, Weight};
use tantivy::{DocId, DocSet, Score, SegmentReader, TERMINATED};

/// The mixed and indirect quotes whose clause holds the words. The targets of the words are the article's body and its summary, in this
/// order.
#[derive(Clone)]
pub(super) struct ClauseQuery(pub(super) WordsQuery);

impl fmt::Debug for ClauseQuery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ClauseQuery({})", self.0.label)
    }
}

impl Query for ClauseQuery {
    fn weight(&self, scoring: EnableScoring<'_>) -> tantivy::Result<Box<dyn Weight>> {
        Ok(Box::new(ClauseWeight(self.0.weigh(scoring)?)))
    }
}

struct ClauseWeight(WordsWeight);

impl Weight for ClauseWeight {
    fn scorer(&self, segment: &SegmentReader, boost: Score) -> tantivy::Result<Box<dyn Scorer>> {
        let columns = segment.fast_fields();
        let mut scorer = ClauseScorer {
            articles: self.0.fields(segment, boost, true)?,
            bm25: self.0.bm25(0),
            boost,
            least: self.0.least(),
            counts: [columns.u64("quotes")?, columns.u64("reported")?],
            clause: columns.u64("clause")?,
            words: columns.u64("clause_words")?,
            found: Vec::new(),
            at: 0,
            places: Vec::new(),
        };
        scorer.read();
        Ok(Box::new(scorer))
    }

    fn explain(&self, segment: &SegmentReader, doc: DocId) -> tantivy::Result<Explanation> {
        told(self, segment, doc)
    }
}

struct ClauseScorer {
    articles: FieldsScorer,
    bm25: Option<Arc<Bm25>>,
    boost: Score,
    /// So often at least in one clause.
    least: u32,
    /// Quotes in marks and reported clauses of an article.
    counts: [Column<u64>; 2],
    clause: Column<u64>,
    words: Column<u64>,
    /// The quotes of the current article that match, with how often.
    found: Vec<(DocId, u32)>,
    at: usize,
    places: Vec<Place>,
}

impl ClauseScorer {
    /// Reads the quotes of the current article, or of the next one that has a match.
    fn read(&mut self) {
        self.found.clear();
        self.at = 0;
        while self.articles.doc() != TERMINATED {
            let article = self.articles.doc();
            let count: u64 = self.counts.iter().map(|column| column.first(article).unwrap_or(0)).sum();
            let quotes = article + 1..=article + count as DocId;
            for field in 0..2 {
                if !self.articles.places(field, &mut self.places) {
                    continue;
                }
                for quote in quotes.clone() {
                    let (Some(clause), Some(words)) = (self.clause.first(quote), self.words.first(quote)) else { continue };
                    if clause % 2 != field as u64 {
                        continue;
                    }
                    let (from, to) = (clause / 2, clause / 2 + words);
                    let begin = self.places.partition_point(|&(start, _)| u64::from(start) < from);
                    let inside = self.places[begin..].iter().take_while(|&&(start, _)| u64::from(start) < to);
                    let inside: Vec<Place> = inside.filter(|&&(_, end)| u64::from(end) < to).copied().collect();
                    let count = begins(&inside);
                    if count >= self.least {
                        self.found.push((quote, count));
                    }
                }
            }
            if !self.found.is_empty() {
                self.found.sort_unstable();
                return;
            }
            self.articles.advance();
        }
    }
}

impl DocSet for ClauseScorer {
    fn advance(&mut self) -> DocId {
        self.at += 1;
        if self.at >= self.found.len() && self.articles.doc() != TERMINATED {
            self.articles.advance();
            self.read();
        }
        self.doc()
    }

    fn seek(&mut self, target: DocId) -> DocId {
        // An article stands before its quotes: all articles before the last one before the target may be passed over unread.
        while self.doc() < target {
            self.advance();
        }
        self.doc()
    }

    fn doc(&self) -> DocId {
        self.found.get(self.at).map_or(TERMINATED, |(quote, _)| *quote)
    }

    fn size_hint(&self) -> u32 {
        self.articles.size_hint()
    }
}

impl Scorer for ClauseScorer {
    fn score(&mut self) -> Score {
        match (&self.bm25, self.found.get(self.at)) {
            (Some(bm25), Some((quote, count))) => self.boost * bm25.score(None, *quote, *count),
            _ => 0.0,
        }
    }
}
