//! Queries for a word or a phrase in one or several fields, every word in all its wanted forms.

use super::block::told;
use super::bm25::{Bm25, idf};
use super::forms::{FormPostings, Forms};
use crate::index::Explanation;
use crate::schema::RecordKind;
use std::sync::Arc;
use tantivy::fieldnorm::FieldNormReader;
use tantivy::index::SegmentId;
use tantivy::postings::TermInfo;
use tantivy::query::{EnableScoring, Query, Scorer, Weight};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{DocId, DocSet, Score, Searcher, SegmentReader, TERMINATED, TantivyError};

/// A field to look in.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Target {
    pub(super) name: &'static str,
    pub(super) field: Field,
    pub(super) boost: f32,
    pub(super) kind: RecordKind,
}

/// How many records of each kind there are (deleted ones included until their segment is merged).
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Totals {
    pub(super) articles: u64,
    pub(super) quotes: u64,
    /// Reported clauses.
    pub(super) reported: u64,
}

impl Totals {
    fn of(self, kind: RecordKind) -> u64 {
        match kind {
            RecordKind::Article => self.articles,
            RecordKind::Quote => self.quotes,
            RecordKind::Source => 0,
        }
    }
}

/// A word, or words side by side: each with its forms and its distance from the first.
#[derive(Debug, Clone)]
pub(super) struct WordsQuery {
    /// As it was asked.
    pub(super) label: String,
    pub(super) words: Vec<(u32, Forms)>,
    pub(super) targets: Vec<Target>,
    pub(super) totals: Totals,
    /// Only adds to the score of what other clauses find: nothing is looked for where no scores are asked for, or where the words are so
    /// frequent that they add next to nothing.
    pub(super) is_bonus: bool,
}

/// A bonus needs a word that is rarer than this, one that a twentieth of the records have at most: others cost the most time and add
/// the least (see `docs/ranking.md`).
const BONUS_IDF: f32 = 3.0;

/// One field of one segment: the dictionary entries of each word.
type Expanded = Vec<Vec<TermInfo>>;

pub(super) struct WordsWeight {
    query: WordsQuery,
    /// By segment, then by target.
    expanded: Vec<(SegmentId, Vec<Expanded>)>,
    /// By target; none when scores are not asked for.
    bm25: Option<Vec<Arc<Bm25>>>,
}

impl Query for WordsQuery {
    fn weight(&self, scoring: EnableScoring<'_>) -> tantivy::Result<Box<dyn Weight>> {
        Ok(Box::new(self.weigh(scoring)?))
    }
}

impl WordsQuery {
    pub(super) fn weigh(&self, scoring: EnableScoring<'_>) -> tantivy::Result<WordsWeight> {
        let searcher = scoring.searcher().ok_or_else(|| TantivyError::InvalidArgument("a words query needs a searcher".into()))?;
        let mut expanded = Vec::with_capacity(searcher.segment_readers().len());
        for segment in searcher.segment_readers() {
            let mut targets = Vec::with_capacity(self.targets.len());
            for target in &self.targets {
                let index = segment.inverted_index(target.field)?;
                let words: std::io::Result<Expanded> = self.words.iter().map(|(_, forms)| forms.expand(&index)).collect();
                targets.push(words?);
            }
            expanded.push((segment.segment_id(), targets));
        }
        let bm25 = if scoring.is_scoring_enabled() { Some(self.bm25(searcher, &mut expanded)?) } else { None };
        if self.is_bonus && bm25.is_none() {
            expanded.clear();
        }
        Ok(WordsWeight { query: self.clone(), expanded, bm25 })
    }

    /// What each field adds to the score of a record that matches.
    pub(super) fn explain(&self, scoring: EnableScoring<'_>, segment: &SegmentReader, doc: DocId) -> tantivy::Result<Vec<Explanation>> {
        let mut scorer = self.weigh(scoring)?.fields(segment, 1.0, false)?;
        if scorer.doc() > doc || scorer.seek(doc) != doc {
            return Ok(Vec::new());
        }
        let mut parts = Vec::new();
        for (i, run, scoring) in scorer.fields.iter().filter(|(_, run, _)| run.doc == doc) {
            if let Some((bm25, norms)) = scoring {
                let value = bm25.score(norms.as_ref(), doc, run.frequency());
                let why = bm25.explain(norms.as_ref(), doc, run.frequency());
                parts.push(Explanation { what: format!("{} in {}: {why}", self.label, self.targets[*i].name), value, parts: Vec::new() });
            }
        }
        Ok(parts)
    }

    fn bm25(&self, searcher: &Searcher, expanded: &mut [(SegmentId, Vec<Expanded>)]) -> tantivy::Result<Vec<Arc<Bm25>>> {
        let mut all = Vec::with_capacity(self.targets.len());
        for (i, target) in self.targets.iter().enumerate() {
            // Reported clauses have speakers and roles, and no words in marks.
            let reported = if target.kind == RecordKind::Quote && target.name != "quote" { self.totals.reported } else { 0 };
            let total = self.totals.of(target.kind) + reported;
            // A record that holds two forms counts twice here: the exact count would cost a pass over all postings and gains little (see
            // `docs/ranking.md`).
            let found = |word: usize| expanded.iter().flat_map(|(_, targets)| &targets[i][word]).map(|info| u64::from(info.doc_freq)).sum();
            let rarities: Vec<f32> = (0..self.words.len()).map(|word| idf(total, found(word))).collect();
            if self.is_bonus && rarities.iter().all(|rarity| *rarity < BONUS_IDF) {
                expanded.iter_mut().flat_map(|(_, targets)| &mut targets[i]).for_each(Vec::clear);
            }
            let weight = rarities.iter().sum();
            let mut tokens = 0;
            for segment in searcher.segment_readers() {
                tokens += segment.inverted_index(target.field)?.total_num_tokens();
            }
            all.push(Arc::new(Bm25::new(weight, target.boost, tokens as f32 / total.max(1) as f32)));
        }
        Ok(all)
    }
}

impl Weight for WordsWeight {
    fn scorer(&self, segment: &SegmentReader, boost: Score) -> tantivy::Result<Box<dyn Scorer>> {
        Ok(Box::new(self.fields(segment, boost, false)?))
    }

    fn explain(&self, segment: &SegmentReader, doc: DocId) -> tantivy::Result<tantivy::query::Explanation> {
        told(self, segment, doc)
    }
}

impl WordsWeight {
    /// How a target is scored, where scores are asked for.
    pub(super) fn bm25(&self, target: usize) -> Option<Arc<Bm25>> {
        self.bm25.as_ref()?.get(target).cloned()
    }

    /// Positions from the first word to the last, both included.
    pub(super) fn length(&self) -> u32 {
        self.query.words.last().map_or(1, |(offset, _)| offset + 1)
    }

    /// The run in each field of a segment that holds all its words; `places`: ready to say where.
    pub(super) fn fields(&self, segment: &SegmentReader, boost: Score, places: bool) -> tantivy::Result<FieldsScorer> {
        let mut fields = Vec::with_capacity(self.query.targets.len());
        let id = segment.segment_id();
        let Some((_, expanded)) = self.expanded.iter().find(|(segment, _)| *segment == id) else {
            return Ok(FieldsScorer::new(fields));
        };
        let alone = self.query.words.len() == 1;
        for (i, target) in self.query.targets.iter().enumerate() {
            let words = &expanded[i];
            if words.iter().any(Vec::is_empty) {
                continue;
            }
            let index = segment.inverted_index(target.field)?;
            let option = match (alone, &self.bm25) {
                _ if places => IndexRecordOption::WithFreqsAndPositions,
                (false, _) => IndexRecordOption::WithFreqsAndPositions,
                (true, Some(_)) => IndexRecordOption::WithFreqs,
                (true, None) => IndexRecordOption::Basic,
            };
            let lists: std::io::Result<Vec<_>> = words.iter().map(|terms| FormPostings::open(&index, terms, option)).collect();
            let offsets = self.query.words.iter().map(|(offset, _)| *offset).collect();
            let run = Run::new(lists?, offsets);
            let scoring = match &self.bm25 {
                Some(bm25) => Some((Arc::clone(&bm25[i]), segment.fieldnorms_readers().get_field(target.field)?)),
                None => None,
            };
            fields.push((i, run, scoring));
        }
        let mut scorer = FieldsScorer::new(fields);
        scorer.boost = boost;
        Ok(scorer)
    }
}

/// Words side by side in one field; one word alone is the simplest case.
struct Run {
    lists: Vec<FormPostings>,
    offsets: Vec<u32>,
    /// Order in which the lists are asked: the rarest first.
    order: Vec<usize>,
    doc: DocId,
    frequency: u32,
    starts: Vec<u32>,
    positions: Vec<u32>,
}

impl Run {
    fn new(lists: Vec<FormPostings>, offsets: Vec<u32>) -> Self {
        let mut order: Vec<usize> = (0..lists.len()).collect();
        order.sort_by_key(|&i| lists[i].size_hint());
        let mut run = Self { lists, offsets, order, doc: 0, frequency: 0, starts: Vec::new(), positions: Vec::new() };
        let first = run.order.first().map_or(TERMINATED, |&rarest| run.lists[rarest].doc());
        run.settle(first);
        run
    }

    /// From a record of the rarest word to the next one in which all words stand side by side.
    fn settle(&mut self, mut candidate: DocId) {
        if self.lists.len() == 1 {
            self.doc = candidate;
            return;
        }
        'records: while candidate != TERMINATED {
            for k in 1..self.order.len() {
                let list = &mut self.lists[self.order[k]];
                let doc = if list.doc() < candidate { list.seek(candidate) } else { list.doc() };
                if doc > candidate {
                    let rarest = &mut self.lists[self.order[0]];
                    candidate = if doc == TERMINATED { TERMINATED } else { rarest.seek(doc) };
                    continue 'records;
                }
            }
            if self.count_runs() > 0 {
                break;
            }
            candidate = self.lists[self.order[0]].advance();
        }
        self.doc = candidate;
    }

    /// Counts the places in the current record where every word stands at its distance from the first.
    fn count_runs(&mut self) -> u32 {
        for (k, &i) in self.order.iter().enumerate() {
            let offset = self.offsets[i];
            if k == 0 {
                self.lists[i].positions(&mut self.starts);
                self.starts.retain_mut(|position| {
                    let fits = *position >= offset;
                    *position = position.wrapping_sub(offset);
                    fits
                });
            } else {
                self.lists[i].positions(&mut self.positions);
                let mut at = 0;
                self.starts.retain(|&start| {
                    while at < self.positions.len() && self.positions[at] < start + offset {
                        at += 1;
                    }
                    self.positions.get(at) == Some(&(start + offset))
                });
            }
            if self.starts.is_empty() {
                break;
            }
        }
        self.frequency = self.starts.len() as u32;
        self.frequency
    }

    #[inline]
    fn frequency(&self) -> u32 {
        if self.lists.len() == 1 { self.lists[0].frequency() } else { self.frequency }
    }

    #[inline]
    fn advance(&mut self) -> DocId {
        let next = self.lists[self.order[0]].advance();
        self.settle(next);
        self.doc
    }

    #[inline]
    fn seek(&mut self, target: DocId) -> DocId {
        let next = self.lists[self.order[0]].seek(target);
        self.settle(next);
        self.doc
    }
}

/// Without lengths every record counts as one of average length.
type Scoring = Option<(Arc<Bm25>, Option<FieldNormReader>)>;

/// The run in every field: a record counts once, with the sum of its fields' scores.
pub(super) struct FieldsScorer {
    /// With the number of the target.
    fields: Vec<(usize, Run, Scoring)>,
    doc: DocId,
    boost: Score,
}

impl FieldsScorer {
    /// Where the run begins in a target's text of the current record; false where it does not stand there.
    pub(super) fn starts(&mut self, target: usize, out: &mut Vec<u32>) -> bool {
        let doc = self.doc;
        let Some((_, run, _)) = self.fields.iter_mut().find(|(i, run, _)| *i == target && run.doc == doc) else { return false };
        if run.lists.len() == 1 {
            run.lists[0].positions(out);
        } else {
            out.clone_from(&run.starts);
        }
        true
    }

    fn new(fields: Vec<(usize, Run, Scoring)>) -> Self {
        let doc = fields.iter().map(|(_, run, _)| run.doc).min().unwrap_or(TERMINATED);
        Self { fields, doc, boost: 1.0 }
    }
}

impl DocSet for FieldsScorer {
    fn advance(&mut self) -> DocId {
        let mut next = TERMINATED;
        for (_, run, _) in &mut self.fields {
            if run.doc == self.doc && run.doc != TERMINATED {
                run.advance();
            }
            next = next.min(run.doc);
        }
        self.doc = next;
        next
    }

    fn seek(&mut self, target: DocId) -> DocId {
        let mut next = TERMINATED;
        for (_, run, _) in &mut self.fields {
            if run.doc < target {
                run.seek(target);
            }
            next = next.min(run.doc);
        }
        self.doc = next;
        next
    }

    fn doc(&self) -> DocId {
        self.doc
    }

    fn size_hint(&self) -> u32 {
        let rarest = |run: &Run| run.order.first().map_or(0, |&i| run.lists[i].size_hint());
        self.fields.iter().map(|(_, run, _)| rarest(run)).fold(0, u32::saturating_add)
    }
}

impl Scorer for FieldsScorer {
    fn score(&mut self) -> Score {
        let mut sum = 0.0;
        for (_, run, scoring) in &self.fields {
            if let (true, Some((bm25, norms))) = (run.doc == self.doc, scoring) {
                sum += bm25.score(norms.as_ref(), self.doc, run.frequency());
            }
        }
        sum * self.boost
    }
}
