//! A word, or one of several, as the whole of a ranked search: all records that hold one are counted, only those that may be among the best are scored.
//!
//! Whoever collects the best hits tells the score below which nothing is among them ([`Watch::raise_floor`]). Words in fields whose greatest scores
//! together stay below it (`the` in bodies, not in headlines) are looked for in all records, and scored only in those that hold something
//! better, too: MaxScore of Turtle and Flood 1995, with an exact count. A record that cannot be among the best may get less than its score. Sums
//! are made in the order of words and fields, so that a score does not depend on what was left out elsewhere.

use super::all::AllQuery;
use super::watch::Watch;
use super::words::{OneScorer, WordsQuery, WordsWeight};
use tantivy::query::{BooleanQuery, EnableScoring, Explanation, Occur, Query, Scorer, Weight};
use tantivy::{DocId, DocSet, Score, SegmentReader, TERMINATED};

/// A word, or one of several.
#[derive(Debug, Clone)]
pub(super) struct AnyQuery {
    words: Vec<WordsQuery>,
    watch: Watch,
}

impl AnyQuery {
    /// The same as a query of the engine, if that asks for nothing else.
    pub(super) fn of(query: &dyn Query, watch: &Watch) -> Option<Self> {
        if let Some(words) = query.downcast_ref::<WordsQuery>().filter(|words| words.targets.len() > 1) {
            return Some(Self { words: vec![words.clone()], watch: watch.clone() });
        }
        let any = query.downcast_ref::<BooleanQuery>().filter(|query| query.get_minimum_number_should_match() <= 1)?;
        let words = any.clauses().iter().map(|(occur, clause)| {
            let words = clause.downcast_ref::<WordsQuery>().filter(|_| *occur == Occur::Should);
            words.cloned()
        });
        let words: Vec<WordsQuery> = words.collect::<Option<_>>()?;
        Some(Self { words, watch: watch.clone() })
    }
}

/// The same query as one that leaves out what cannot be among the best, if there is one.
pub(super) fn quick(query: &dyn Query, watch: &Watch) -> Option<Box<dyn Query>> {
    let any = AnyQuery::of(query, watch).map(|any| Box::new(any) as Box<dyn Query>);
    any.or_else(|| AllQuery::of(query, watch).map(|all| Box::new(all) as Box<dyn Query>))
}

impl Query for AnyQuery {
    fn weight(&self, scoring: EnableScoring<'_>) -> tantivy::Result<Box<dyn Weight>> {
        let words = self.words.iter().map(|words| words.weigh(scoring)).collect::<tantivy::Result<_>>()?;
        Ok(Box::new(AnyWeight { words, watch: self.watch.clone() }))
    }
}

struct AnyWeight {
    words: Vec<WordsWeight>,
    watch: Watch,
}

impl Weight for AnyWeight {
    fn scorer(&self, segment: &SegmentReader, boost: Score) -> tantivy::Result<Box<dyn Scorer>> {
        let mut parts = Vec::with_capacity(self.words.len());
        for (word, words) in self.words.iter().enumerate() {
            let fields = words.fields(segment, boost, false)?.by_field();
            parts.extend(fields.into_iter().map(|(scorer, greatest)| Part { word, scorer, greatest, scores: Box::new([0.0; WINDOW]) }));
        }
        let mut order: Vec<usize> = (0..parts.len()).collect();
        order.sort_by(|&a, &b| parts[a].greatest.total_cmp(&parts[b].greatest));
        let mut scorer = AnyScorer { parts, order, start: 0, doc: 0, held: [0; WORDS], watch: self.watch.clone() };
        scorer.fill();
        Ok(Box::new(scorer))
    }

    fn explain(&self, segment: &SegmentReader, doc: DocId) -> tantivy::Result<Explanation> {
        super::block::told(self, segment, doc)
    }
}

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

struct AnyScorer {
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

/// Sums of floats differ in their last digits with the order in which they are made.
pub(super) const SLACK: Score = 1.000_1;

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
        let ranked = |text: &str, any: bool, limit: usize, alone: Duration| {
            let planner = index.planner(&searcher, None).expect("a planner");
            let query = planner.plan(&bind(&query::parse(text).expect("a query"), Mode::Articles), Mode::Articles).expect("a plan");
            let quick = any.then(|| quick(query.as_ref(), &planner.watch).expect("it is one of these"));
            let query = quick.as_deref().unwrap_or(query.as_ref());
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
