//! A word, one of several words, or all of them, as the whole of a ranked search: all records are counted, only those that may be among the best
//! are scored.
//!
//! Whoever collects the best hits tells the score below which nothing is among them ([`Watch::raise_floor`]). A record that cannot be among the
//! best may get less than its score. Sums are made in the order of words and fields, so that a score does not depend on what was left out
//! elsewhere.

use super::all::AllScorer;
use super::any::AnyScorer;
use super::watch::Watch;
use super::words::{WordsQuery, WordsWeight};
use tantivy::query::{BooleanQuery, EnableScoring, Explanation, Occur, Query, Scorer, Weight};
use tantivy::{DocId, Score, SegmentReader};

/// Sums of floats differ in their last digits with the order in which they are made.
pub(super) const SLACK: Score = 1.000_1;

/// One of some words, or all.
#[derive(Debug, Clone)]
pub(super) struct QuickQuery {
    words: Vec<WordsQuery>,
    all: bool,
    watch: Watch,
}

impl QuickQuery {
    /// The same as a query of the engine, if that asks for nothing else.
    pub(super) fn of(query: &dyn Query, watch: &Watch) -> Option<Self> {
        let watch = watch.clone();
        // In one field alone there is nothing to be left out.
        if let Some(words) = query.downcast_ref::<WordsQuery>().filter(|words| words.targets.len() > 1) {
            return Some(Self { words: vec![words.clone()], all: false, watch });
        }
        let clauses = query.downcast_ref::<BooleanQuery>().filter(|query| query.get_minimum_number_should_match() <= 1)?.clauses();
        let all = clauses.first()?.0 == Occur::Must;
        let wanted = if all { Occur::Must } else { Occur::Should };
        let words = clauses.iter().map(|(occur, clause)| clause.downcast_ref::<WordsQuery>().filter(|_| *occur == wanted).cloned());
        Some(Self { words: words.collect::<Option<_>>()?, all, watch })
    }
}

impl Query for QuickQuery {
    fn weight(&self, scoring: EnableScoring<'_>) -> tantivy::Result<Box<dyn Weight>> {
        let words = self.words.iter().map(|words| words.weigh(scoring)).collect::<tantivy::Result<_>>()?;
        Ok(Box::new(QuickWeight { words, all: self.all, watch: self.watch.clone() }))
    }
}

struct QuickWeight {
    words: Vec<WordsWeight>,
    all: bool,
    watch: Watch,
}

impl Weight for QuickWeight {
    fn scorer(&self, segment: &SegmentReader, boost: Score) -> tantivy::Result<Box<dyn Scorer>> {
        let words = self.words.iter().map(|words| words.fields(segment, boost, false)).collect::<tantivy::Result<_>>()?;
        Ok(if self.all { Box::new(AllScorer::new(words, &self.watch)) } else { Box::new(AnyScorer::new(words, &self.watch)) })
    }

    fn explain(&self, segment: &SegmentReader, doc: DocId) -> tantivy::Result<Explanation> {
        super::block::told(self, segment, doc)
    }
}

#[cfg(test)]
mod tests {
    use super::super::collect::{Best, collect_within};
    use super::super::tests::{article, put, writer};
    use super::*;
    use crate::index::embedded::Embedded;
    use crate::index::{Sort, Writer};
    use crate::query::{self, Mode, bind};
    use std::collections::HashMap;
    use std::time::Duration;

    #[test]
    fn the_best_are_those_of_a_whole_search_and_all_are_counted() {
        let folder = tempfile::tempdir().expect("a folder");
        let many = writer(folder.path());
        many.keep_segments();
        for id in 0..6_000_usize {
            // Words of all frequencies, so that some are left out early and some late; twice and more in some.
            let words = [(2, "often "), (7, "seldom "), (90, "rare "), (5, "often often "), (1_100, "once "), (31, "rare seldom ")];
            let words: String =
                words.iter().filter(|(every, _)| id.wrapping_mul(2_654_435_761) % every == 0).map(|(_, words)| *words).collect();
            put(&many, &article(id, &format!("the {words}{}", "end ".repeat(id % 40)), 0), false, true);
            if id == 400 {
                many.commit().expect("committed");
            }
        }
        many.commit().expect("committed");
        many.finish().expect("merges end");
        let index = Embedded::open(folder.path()).expect("an index");
        let searcher = index.searcher();
        let ranked = |text: &str, quick: bool, limit: usize, alone: Duration| {
            let planner = index.planner(&searcher, None).expect("a planner");
            let query = planner.plan(&bind(&query::parse(text).expect("a query"), Mode::Articles), Mode::Articles).expect("a plan");
            let whole = quick.then(|| QuickQuery::of(query.as_ref(), &planner.watch).expect("it is one of these"));
            let query = whole.as_ref().map_or(query.as_ref(), |whole| whole as &dyn Query);
            let weight = query.weight(EnableScoring::enabled_from_searcher(&searcher)).expect("a weight");
            let best = Best { watch: &planner.watch, limit, after: None, sort: Sort::Relevance, quotes: false, recency: None };
            let (total, hits) = collect_within(&best, weight.as_ref(), &searcher, alone).expect("an answer");
            (total, hits.iter().map(|hit| (hit.place, hit.score.to_bits())).collect::<Vec<_>>(), planner.watch.floor())
        };
        for text in [
            "the OR rare",
            "often OR once OR seldom",
            "the OR often OR end",
            "rare OR once",
            "the",
            "the often",
            "often the end",
            "\"often often\" the",
            "end seldom",
            "\"often often\" OR the OR zeppelin",
            "the OR the",
        ] {
            // The engine's own way of combining, whose sums of floats have another order.
            let (total, engines, _) = ranked(text, false, 0, Duration::MAX);
            let engines: HashMap<u64, f32> = engines.into_iter().map(|(place, score)| (place.key, f32::from_bits(score))).collect();
            let (_, all, _) = ranked(text, true, 0, Duration::MAX);
            assert!(all.iter().all(|(place, score)| (f32::from_bits(*score) - engines[&place.key]).abs() < 1e-4), "{text}");
            assert!(total > 60, "{text}: {total}");
            for (limit, alone) in [(10, Duration::MAX), (10, Duration::ZERO), (1, Duration::MAX), (50, Duration::ZERO), (0, Duration::MAX)]
            {
                let (counted, best, floor) = ranked(text, true, limit, alone);
                assert_eq!(counted, total, "{text}");
                let wanted = if limit == 0 { all.len() } else { limit };
                assert!(best == all[..wanted], "{text}, {limit} of {total}");
                assert!(limit > 0 || floor == 0.0, "{text}: nothing is left out where all are wanted");
                // A word that stands everywhere is worth nothing.
                let is_told = floor > 0.0 || best.last().is_some_and(|(_, worst)| f32::from_bits(*worst) < 0.001);
                assert!(limit != 10 || alone != Duration::MAX || is_told, "{text}: what is not among the best is known");
            }
        }
    }
}
