//! All segments of an index, by several threads where it is large; the best hits in an order that no merge changes, and their exact number,
//! in one pass.

use super::watch::{Pace, Watch};
use crate::error::Result;
use crate::index::{Explanation, Place, Recency, Sort};
use std::cmp::{Ordering, Reverse};
use std::collections::BinaryHeap;
use std::ops::Range;
use std::sync::atomic::{self, AtomicUsize};
use std::time::{Duration, Instant};
use tantivy::collector::{Collector, SegmentCollector};
use tantivy::columnar::Column;
use tantivy::query::Weight;
use tantivy::{DocAddress, DocId, DocSet, Score, Searcher, SegmentOrdinal, SegmentReader, TantivyError};

/// What is left of a search is shared among threads where it would take one of them longer than this: starting one costs half a millisecond.
const WORTH_SHARING: Duration = Duration::from_millis(2);

/// From this share of the records is told how long the others will take.
const SAMPLE: f64 = 0.05;

/// One segment of so many records is cut for that.
const MANY: u32 = 100_000;

/// Pieces that the rest of a search is cut into for each thread: so many that none waits long for the last.
const PIECES: usize = 3;

/// Runs a collector over all segments: the smallest first, the rest by as many threads as there are cores if it turns out to take long.
pub(super) fn collect<C: Collector>(collector: &C, weight: &dyn Weight, searcher: &Searcher) -> Result<C::Fruit> {
    collect_within(collector, weight, searcher, WORTH_SHARING)
}

/// The same; `alone`: how long the rest may take for one thread to be enough.
pub(super) fn collect_within<C: Collector>(collector: &C, weight: &dyn Weight, searcher: &Searcher, alone: Duration) -> Result<C::Fruit> {
    let segments = searcher.segment_readers();
    let all: u32 = segments.iter().map(SegmentReader::max_doc).sum();
    let sample = (f64::from(all) * SAMPLE) as u32;
    let mut left: Vec<Piece> = (0..segments.len()).map(|ord| (ord, 0..segments[ord].max_doc())).collect();
    left.sort_by_key(|(_, records)| Reverse(records.end));
    if let ([one], true) = (segments, all >= MANY) {
        let first = cut(one, 0..all, sample)?.first().map_or(all, |first| first.end);
        left = vec![(0, first..all), (0, 0..first)];
    }
    let collected = |(ord, records): &Piece| -> tantivy::Result<_> {
        let segment = &segments[*ord];
        let fruit = if *records == (0..segment.max_doc()) {
            collector.collect_segment(weight, *ord as u32, segment)?
        } else {
            collect_piece(collector, weight, *ord as u32, segment, records)?
        };
        Ok((*ord, records.start, fruit))
    };
    let (begun, mut done) = (Instant::now(), 0);
    let mut fruits = Vec::with_capacity(segments.len());
    while done < sample.max(1)
        && let Some(piece) = left.pop()
    {
        fruits.push(collected(&piece)?);
        done += piece.1.len() as u32;
    }
    let rest = begun.elapsed().as_secs_f64() * f64::from(all - done) / f64::from(done.max(1));
    let threads = if rest > alone.as_secs_f64() { std::thread::available_parallelism().map_or(1, usize::from) } else { 1 };
    if threads > 1 {
        let size = (all - done).div_ceil((threads * PIECES) as u32).max(1);
        let mut pieces = Vec::new();
        for (ord, records) in left {
            pieces.extend(cut(&segments[ord], records, size)?.into_iter().map(|records| (ord, records)));
        }
        let next = AtomicUsize::new(0);
        let work = || {
            let taken = std::iter::from_fn(|| pieces.get(next.fetch_add(1, atomic::Ordering::Relaxed)));
            taken.map(collected).collect::<tantivy::Result<Vec<_>>>()
        };
        fruits.extend(std::thread::scope(|scope| {
            let helpers: Vec<_> = (1..threads.min(pieces.len())).map(|_| scope.spawn(work)).collect();
            let mut fruits = work()?;
            for helper in helpers {
                fruits.extend(helper.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))?);
            }
            Ok::<_, TantivyError>(fruits)
        })?);
    } else {
        fruits.extend(left.iter().map(collected).collect::<tantivy::Result<Vec<_>>>()?);
    }
    // In the order of the records, whoever searched them.
    fruits.sort_by_key(|(ord, first, _)| (*ord, *first));
    Ok(collector.merge_fruits(fruits.into_iter().map(|(.., fruit)| fruit).collect())?)
}

/// Some records of a segment.
type Piece = (usize, Range<DocId>);

/// Cuts records of a segment into pieces of about so many, between articles: what is counted by article is counted in one piece.
fn cut(segment: &SegmentReader, records: Range<DocId>, size: u32) -> tantivy::Result<Vec<Range<DocId>>> {
    let ordinal = segment.fast_fields().u64("ordinal")?;
    let (mut pieces, mut from) = (Vec::new(), records.start);
    while from < records.end {
        let mut to = from.saturating_add(size).min(records.end);
        while to < records.end && ordinal.first(to).is_some() {
            to += 1;
        }
        pieces.push(from..to);
        from = to;
    }
    Ok(pieces)
}

/// Collects in a piece of a segment.
fn collect_piece<C: Collector>(
    collector: &C,
    weight: &dyn Weight,
    ord: SegmentOrdinal,
    segment: &SegmentReader,
    piece: &Range<DocId>,
) -> tantivy::Result<<C::Child as SegmentCollector>::Fruit> {
    let mut collected = collector.for_segment(ord, segment)?;
    let mut scorer = weight.scorer(segment, 1.0)?;
    let mut doc = if scorer.doc() < piece.start { scorer.seek(piece.start) } else { scorer.doc() };
    let scoring = collector.requires_scoring();
    while doc < piece.end {
        if !segment.is_deleted(doc) {
            collected.collect(doc, if scoring { scorer.score() } else { 0.0 });
        }
        doc = scorer.advance();
    }
    Ok(collected.harvest())
}

/// A hit before it is loaded.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Ranked {
    pub(super) place: Place,
    pub(super) score: Score,
    pub(super) address: DocAddress,
}

impl Eq for Ranked {}

impl Ord for Ranked {
    /// The better hit is less.
    fn cmp(&self, other: &Self) -> Ordering {
        self.place.cmp(&other.place)
    }
}

impl PartialOrd for Ranked {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// Scores are compared to the fourth decimal: the sum of floats depends on their order, and that on the segments.
const SCORE_STEP: f32 = 10_000.0;

/// Scores that fade with age.
#[derive(Debug, Clone, Copy)]
pub(super) struct Fading {
    pub(super) recency: Recency,
    /// Last second of the latest date.
    pub(super) latest: i64,
}

impl Fading {
    /// Age counts from the latest date in the index.
    pub(super) fn of(recency: Recency, searcher: &Searcher) -> tantivy::Result<Self> {
        let mut latest = i64::MIN;
        for segment in searcher.segment_readers() {
            latest = latest.max(segment.fast_fields().i64("date_to")?.max_value());
        }
        Ok(Self { recency, latest })
    }

    /// What a score is multiplied by.
    fn factor(self, last: Option<i64>) -> f32 {
        last.map_or(0.0, |last| (-self.recency.age(last, self.latest)).exp2() as f32)
    }

    /// How the score of an article's record, or of its quotes, came about.
    pub(super) fn explain(self, told: Explanation, segment: &SegmentReader, article: DocId) -> tantivy::Result<Explanation> {
        let factor = self.factor(segment.fast_fields().i64("date_to")?.first(article));
        let told = told.times(factor);
        Ok(Explanation { what: format!("faded to {factor:.4} of it by age, its parts as well"), value: told.value, parts: vec![told] })
    }

    /// Rank and score: by the logarithm, so that what is very old keeps its order.
    fn rank(self, score: Score, last: Option<i64>) -> (i64, Score) {
        let rank = match last {
            Some(last) if score > 0.0 => {
                ((f64::from(score).log2() - self.recency.age(last, self.latest)) * f64::from(SCORE_STEP)).round() as i64
            }
            // Conditions alone have no score: the latest first.
            Some(last) => i64::MIN / 2 + last,
            None => i64::MIN,
        };
        (rank, score * self.factor(last))
    }
}

/// Collects the best `limit` hits (0: all) behind a place, and counts all.
pub(super) struct Best<'a> {
    pub(super) watch: &'a Watch,
    pub(super) limit: usize,
    pub(super) after: Option<Place>,
    pub(super) sort: Sort,
    pub(super) quotes: bool,
    pub(super) recency: Option<Fading>,
}

/// Collects in one segment.
pub(super) struct SegmentBest {
    limit: usize,
    after: Option<Place>,
    sort: Sort,
    segment: SegmentOrdinal,
    key: Column<u64>,
    start: Option<Column<u64>>,
    ordinal: Option<Column<u64>>,
    date: Option<(Column<i64>, Column<i64>)>,
    /// With the last seconds of the dates, where scores fade with age.
    recency: Option<(Fading, Column<i64>)>,
    total: u64,
    pace: Pace,
    /// The worst of the best on top.
    heap: BinaryHeap<Ranked>,
    /// Where hits stand by their scores alone and there are enough: what scores less is none of the best.
    least: Score,
}

impl Collector for Best<'_> {
    type Fruit = (u64, Vec<Ranked>);
    type Child = SegmentBest;

    fn for_segment(&self, segment: SegmentOrdinal, reader: &SegmentReader) -> tantivy::Result<SegmentBest> {
        let columns = reader.fast_fields();
        let date = if self.sort == Sort::Relevance { None } else { Some((columns.i64("date_from")?, columns.i64("date_to")?)) };
        let of_quotes = |name| if self.quotes { columns.u64(name).map(Some) } else { Ok(None) };
        Ok(SegmentBest {
            limit: if self.limit == 0 { usize::MAX } else { self.limit },
            after: self.after,
            sort: self.sort,
            segment,
            key: columns.u64("order")?,
            start: of_quotes("start")?,
            ordinal: of_quotes("ordinal")?,
            date,
            recency: self.recency.map(|recency| Ok::<_, tantivy::TantivyError>((recency, columns.i64("date_to")?))).transpose()?,
            total: 0,
            pace: Pace::new(self.watch),
            heap: BinaryHeap::new(),
            least: Score::NEG_INFINITY,
        })
    }

    fn requires_scoring(&self) -> bool {
        true
    }

    fn merge_fruits(&self, fruits: Vec<(u64, Vec<Ranked>)>) -> tantivy::Result<(u64, Vec<Ranked>)> {
        let total = fruits.iter().map(|(total, _)| total).sum();
        let mut all: Vec<Ranked> = fruits.into_iter().flat_map(|(_, best)| best).collect();
        all.sort_unstable();
        if self.limit > 0 {
            all.truncate(self.limit);
        }
        Ok((total, all))
    }
}

impl SegmentBest {
    /// The record of a hit's article.
    fn article(&self, doc: DocId) -> DocId {
        doc.saturating_sub(self.ordinal.as_ref().and_then(|column| column.first(doc)).unwrap_or(0) as DocId)
    }

    fn rank(&self, doc: DocId, score: Score) -> i64 {
        let Some((from, to)) = &self.date else { return (f64::from(score) * f64::from(SCORE_STEP)).round() as i64 };
        let article = self.article(doc);
        // Undated articles stand last in both directions.
        match self.sort {
            Sort::Oldest => from.first(article).map_or(i64::MIN, |seconds| -seconds),
            _ => to.first(article).unwrap_or(i64::MIN),
        }
    }
}

impl SegmentCollector for SegmentBest {
    type Fruit = (u64, Vec<Ranked>);

    fn collect(&mut self, doc: DocId, score: Score) {
        // The engine asks no collector whether to go on; those who bring the records stop by themselves.
        if self.pace.is_over() {
            return;
        }
        self.total += 1;
        // Most hits of a frequent word end here.
        if score < self.least {
            return;
        }
        let (rank, score) = match &self.recency {
            Some((fading, last)) => fading.rank(score, last.first(self.article(doc))),
            None => (self.rank(doc, score), score),
        };
        let full = self.heap.len() >= self.limit;
        if full && self.heap.peek().is_some_and(|worst| rank < worst.place.rank) {
            return;
        }
        let start = self.start.as_ref().and_then(|column| column.first(doc)).unwrap_or(0);
        let key = self.key.first(self.article(doc)).unwrap_or(0);
        let place = Place { rank, key, start };
        if self.after.is_some_and(|after| place <= after) {
            return;
        }
        // Another order knows no scores.
        let score = if self.date.is_some() { 0.0 } else { score };
        let hit = Ranked { place, score, address: DocAddress::new(self.segment, doc) };
        if !full {
            self.heap.push(hit);
        } else if let Some(mut worst) = self.heap.peek_mut()
            && hit < *worst
        {
            *worst = hit;
        }
        if self.heap.len() >= self.limit
            && self.date.is_none()
            && self.recency.is_none()
            && let Some(worst) = self.heap.peek()
        {
            // One step lower: a score that is rounded up may still be a tie.
            self.least = ((worst.place.rank - 1) as f64 / f64::from(SCORE_STEP)) as Score;
            self.pace.watch().raise_floor(self.least);
        }
    }

    fn harvest(self) -> Self::Fruit {
        (self.total, self.heap.into_vec())
    }
}
