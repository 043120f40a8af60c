//! From quotes to their articles and back, and conditions on columns.
//!
//! An article and its quotes are written as one block: the article's record first, its quotes behind it in order. The writer hands each
//! block over as one batch, which keeps it in one segment; merges stack segments and drop whole blocks, since all records of a block are
//! deleted by one key. So the article of a quote stands `ordinal` records before it.

use std::fmt;
use std::sync::Arc;
use tantivy::columnar::Column;
use tantivy::query::{EnableScoring, Explanation, Query, Scorer, Weight};
use tantivy::{DocId, DocSet, Score, SegmentReader, TERMINATED, TantivyError};

/// The articles that have a quote which satisfies the query; the score is that of the best such quote.
#[derive(Debug)]
pub(super) struct ArticlesOf(pub(super) Box<dyn Query>);

impl Clone for ArticlesOf {
    fn clone(&self) -> Self {
        Self(self.0.box_clone())
    }
}

impl Query for ArticlesOf {
    fn weight(&self, scoring: EnableScoring<'_>) -> tantivy::Result<Box<dyn Weight>> {
        Ok(Box::new(ArticlesOfWeight(self.0.weight(scoring)?)))
    }
}

struct ArticlesOfWeight(Box<dyn Weight>);

impl Weight for ArticlesOfWeight {
    fn scorer(&self, segment: &SegmentReader, boost: Score) -> tantivy::Result<Box<dyn Scorer>> {
        let quotes = self.0.scorer(segment, boost)?;
        let ordinal = segment.fast_fields().u64("ordinal")?;
        let mut scorer = ArticlesOfScorer { quotes, ordinal, doc: 0, score: 0.0 };
        scorer.take();
        Ok(Box::new(scorer))
    }

    fn explain(&self, segment: &SegmentReader, doc: DocId) -> tantivy::Result<Explanation> {
        told(self, segment, doc)
    }
}

struct ArticlesOfScorer {
    quotes: Box<dyn Scorer>,
    ordinal: Column<u64>,
    doc: DocId,
    score: Score,
}

impl ArticlesOfScorer {
    fn article(&self, quote: DocId) -> DocId {
        quote.saturating_sub(self.ordinal.first(quote).unwrap_or(0) as DocId)
    }

    /// Takes all matching quotes of the next article.
    fn take(&mut self) -> DocId {
        let first = self.quotes.doc();
        if first == TERMINATED {
            self.doc = TERMINATED;
            return TERMINATED;
        }
        self.doc = self.article(first);
        self.score = self.quotes.score();
        while self.quotes.advance() != TERMINATED && self.article(self.quotes.doc()) == self.doc {
            self.score = self.score.max(self.quotes.score());
        }
        self.doc
    }
}

impl DocSet for ArticlesOfScorer {
    fn advance(&mut self) -> DocId {
        self.take()
    }

    fn seek(&mut self, target: DocId) -> DocId {
        if self.doc >= target {
            return self.doc;
        }
        if self.quotes.doc() < target {
            self.quotes.seek(target);
        }
        // A quote behind the target may belong to an article before it.
        while self.take() < target {}
        self.doc
    }

    fn doc(&self) -> DocId {
        self.doc
    }

    fn size_hint(&self) -> u32 {
        self.quotes.size_hint()
    }
}

impl Scorer for ArticlesOfScorer {
    fn score(&mut self) -> Score {
        self.score
    }
}

/// The quotes of the articles that satisfy the query; a quote's score is its article's.
#[derive(Debug)]
pub(super) struct QuotesOf(pub(super) Box<dyn Query>);

impl Clone for QuotesOf {
    fn clone(&self) -> Self {
        Self(self.0.box_clone())
    }
}

impl Query for QuotesOf {
    fn weight(&self, scoring: EnableScoring<'_>) -> tantivy::Result<Box<dyn Weight>> {
        Ok(Box::new(QuotesOfWeight(self.0.weight(scoring)?)))
    }
}

struct QuotesOfWeight(Box<dyn Weight>);

impl Weight for QuotesOfWeight {
    fn scorer(&self, segment: &SegmentReader, boost: Score) -> tantivy::Result<Box<dyn Scorer>> {
        let articles = self.0.scorer(segment, boost)?;
        let columns = segment.fast_fields();
        let counts = [columns.u64("quotes")?, columns.u64("reported")?];
        let mut scorer = QuotesOfScorer { articles, counts, ordinal: columns.u64("ordinal")?, doc: 0, last: 0 };
        scorer.enter(0);
        Ok(Box::new(scorer))
    }

    fn explain(&self, segment: &SegmentReader, doc: DocId) -> tantivy::Result<Explanation> {
        told(self, segment, doc)
    }
}

struct QuotesOfScorer {
    articles: Box<dyn Scorer>,
    /// Quotes in marks and reported clauses of an article.
    counts: [Column<u64>; 2],
    ordinal: Column<u64>,
    doc: DocId,
    /// The last quote of the current article.
    last: DocId,
}

impl QuotesOfScorer {
    /// The first quote at or behind `from` of the current article, or of one behind it.
    fn enter(&mut self, from: DocId) -> DocId {
        loop {
            let article = self.articles.doc();
            if article == TERMINATED {
                self.doc = TERMINATED;
                return TERMINATED;
            }
            self.last = article + self.counts.iter().map(|column| column.first(article).unwrap_or(0)).sum::<u64>() as DocId;
            self.doc = from.max(article + 1);
            if self.doc <= self.last {
                return self.doc;
            }
            self.articles.advance();
        }
    }
}

impl DocSet for QuotesOfScorer {
    fn advance(&mut self) -> DocId {
        if self.doc < self.last {
            self.doc += 1;
            return self.doc;
        }
        if self.articles.doc() != TERMINATED {
            self.articles.advance();
        }
        self.enter(0)
    }

    fn seek(&mut self, target: DocId) -> DocId {
        if self.doc >= target {
            return self.doc;
        }
        if target == TERMINATED {
            self.doc = TERMINATED;
            self.last = 0;
            return TERMINATED;
        }
        let article = target.saturating_sub(self.ordinal.first(target).unwrap_or(0) as DocId);
        if self.articles.doc() < article {
            self.articles.seek(article);
        }
        self.enter(target)
    }

    fn doc(&self) -> DocId {
        self.doc
    }

    fn size_hint(&self) -> u32 {
        self.articles.size_hint().saturating_mul(4)
    }
}

impl Scorer for QuotesOfScorer {
    fn score(&mut self) -> Score {
        self.articles.score()
    }
}

/// A query whose score counts so many times as much.
#[derive(Debug)]
pub(super) struct Weighted(pub(super) Box<dyn Query>, pub(super) Score);

impl Clone for Weighted {
    fn clone(&self) -> Self {
        Self(self.0.box_clone(), self.1)
    }
}

impl Query for Weighted {
    fn weight(&self, scoring: EnableScoring<'_>) -> tantivy::Result<Box<dyn Weight>> {
        Ok(Box::new(WeightedWeight(self.0.weight(scoring)?, self.1)))
    }
}

struct WeightedWeight(Box<dyn Weight>, Score);

impl Weight for WeightedWeight {
    fn scorer(&self, segment: &SegmentReader, boost: Score) -> tantivy::Result<Box<dyn Scorer>> {
        self.0.scorer(segment, boost * self.1)
    }

    fn explain(&self, segment: &SegmentReader, doc: DocId) -> tantivy::Result<Explanation> {
        told(self, segment, doc)
    }
}

/// Tells of one record whether it satisfies a condition.
pub(super) type Test = Box<dyn Fn(DocId) -> bool + Send>;

/// Makes the test for one segment.
pub(super) type TestMaker = dyn Fn(&SegmentReader) -> tantivy::Result<Test> + Send + Sync;

/// The records that satisfy a condition on their columns; scores 0.
#[derive(Clone)]
pub(super) struct FilterQuery {
    pub(super) test: Arc<TestMaker>,
    /// The condition as it was asked.
    pub(super) label: String,
}

impl fmt::Debug for FilterQuery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "FilterQuery({})", self.label)
    }
}

impl Query for FilterQuery {
    fn weight(&self, _: EnableScoring<'_>) -> tantivy::Result<Box<dyn Weight>> {
        Ok(Box::new(FilterWeight(self.clone())))
    }
}

struct FilterWeight(FilterQuery);

impl Weight for FilterWeight {
    fn scorer(&self, segment: &SegmentReader, _: Score) -> tantivy::Result<Box<dyn Scorer>> {
        let mut scorer = FilterScorer { test: (self.0.test)(segment)?, doc: 0, end: segment.max_doc() };
        scorer.find(0);
        Ok(Box::new(scorer))
    }

    fn explain(&self, segment: &SegmentReader, doc: DocId) -> tantivy::Result<Explanation> {
        told(self, segment, doc)
    }
}

struct FilterScorer {
    test: Test,
    doc: DocId,
    end: DocId,
}

impl FilterScorer {
    fn find(&mut self, from: DocId) -> DocId {
        self.doc = (from..self.end).find(|&doc| (self.test)(doc)).unwrap_or(TERMINATED);
        self.doc
    }
}

impl DocSet for FilterScorer {
    fn advance(&mut self) -> DocId {
        if self.doc == TERMINATED { TERMINATED } else { self.find(self.doc + 1) }
    }

    fn seek(&mut self, target: DocId) -> DocId {
        if self.doc >= target { self.doc } else { self.find(target) }
    }

    fn doc(&self) -> DocId {
        self.doc
    }

    fn size_hint(&self) -> u32 {
        self.end
    }

    /// A test of every record costs more than any list of the same length: let others lead.
    fn cost(&self) -> u64 {
        u64::from(self.end) * 8
    }
}

impl Scorer for FilterScorer {
    fn score(&mut self) -> Score {
        0.0
    }
}

/// The scorer, standing on a record; `None` where it does not match.
pub(super) fn settled(weight: &dyn Weight, segment: &SegmentReader, doc: DocId) -> tantivy::Result<Option<Box<dyn Scorer>>> {
    let mut scorer = weight.scorer(segment, 1.0)?;
    // A scorer does not go back.
    let stands = scorer.doc() <= doc && scorer.seek(doc) == doc;
    Ok(stands.then_some(scorer))
}

/// What the engine wants of every weight; people are told by `explain`.
pub(super) fn told(weight: &dyn Weight, segment: &SegmentReader, doc: DocId) -> tantivy::Result<Explanation> {
    match settled(weight, segment, doc)? {
        Some(mut scorer) => Ok(Explanation::new("score", scorer.score())),
        None => Err(TantivyError::InvalidArgument(format!("record {doc} does not match"))),
    }
}
