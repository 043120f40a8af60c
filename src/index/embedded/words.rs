//! Queries for words, and how they stand to each other, in one or several fields.

use super::block::told;
use super::bm25::{Bm25, idf};
use super::borders::BorderReader;
use super::forms::{FormPostings, expand};
use super::spans::{Opening, Spans, begins};
use super::watch::{Pace, Watch};
use crate::index::Explanation;
use crate::pattern::{Borders, Leaf, Part, Pattern, Place};
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
    /// The letter of its text in the field of borders, where it has such.
    pub(super) letter: Option<char>,
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

/// A condition on the words of some fields: a record satisfies it where one of them does, or all together as often as is asked.
#[derive(Debug, Clone)]
pub(super) struct WordsQuery {
    /// As it was asked.
    pub(super) label: String,
    pub(super) leaf: Leaf,
    pub(super) targets: Vec<Target>,
    pub(super) totals: Totals,
    pub(super) borders: Field,
    pub(super) watch: Watch,
}

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
        let forms = self.leaf.pattern.forms();
        for segment in searcher.segment_readers() {
            let mut targets = Vec::with_capacity(self.targets.len());
            for target in &self.targets {
                let index = segment.inverted_index(target.field)?;
                let words: tantivy::Result<Expanded> = forms.iter().map(|form| expand(form, &index, &self.watch)).collect();
                targets.push(words?);
            }
            expanded.push((segment.segment_id(), targets));
        }
        let bm25 = if scoring.is_scoring_enabled() { Some(self.bm25(searcher, &expanded)?) } else { None };
        Ok(WordsWeight { query: self.clone(), expanded, bm25 })
    }

    /// What each field adds to the score of a record that matches.
    pub(super) fn explain(&self, scoring: EnableScoring<'_>, segment: &SegmentReader, doc: DocId) -> tantivy::Result<Vec<Explanation>> {
        let mut scorer = self.weigh(scoring)?.fields(segment, 1.0, false)?;
        if scorer.doc() > doc || scorer.seek(doc) != doc {
            return Ok(Vec::new());
        }
        let mut parts = Vec::new();
        for at in 0..scorer.fields.len() {
            let frequency = scorer.frequency(at);
            let OneField { target, doc: stands_at, scoring, .. } = &scorer.fields[at];
            if let (true, Some((bm25, norms))) = (*stands_at == doc && frequency > 0, scoring) {
                let value = bm25.score(norms.as_ref(), doc, frequency);
                let why = bm25.explain(norms.as_ref(), doc, frequency);
                parts.push(Explanation {
                    what: format!("{} in {}: {why}", self.label, self.targets[*target].name),
                    value,
                    parts: Vec::new(),
                });
            }
        }
        Ok(parts)
    }

    fn bm25(&self, searcher: &Searcher, expanded: &[(SegmentId, Vec<Expanded>)]) -> tantivy::Result<Vec<Arc<Bm25>>> {
        let mut all = Vec::with_capacity(self.targets.len());
        for (i, target) in self.targets.iter().enumerate() {
            // Reported clauses have speakers and roles, and no words in marks.
            let reported = if target.kind == RecordKind::Quote && target.name != "quote" { self.totals.reported } else { 0 };
            let total = self.totals.of(target.kind) + reported;
            // A record that holds two forms counts twice here: the exact count would cost a pass over all postings and gains little (see
            // `docs/ranking.md`).
            let found =
                |word: usize| expanded.iter().flat_map(|(_, targets)| targets[i][word].iter()).map(|info| u64::from(info.doc_freq)).sum();
            let (weight, _) = rarity(&self.leaf.pattern, total, &mut (0..).map(found));
            let mut tokens = 0;
            for segment in searcher.segment_readers() {
                tokens += segment.inverted_index(target.field)?.total_num_tokens();
            }
            all.push(Arc::new(Bm25::new(weight, target.boost, tokens as f32 / total.max(1) as f32)));
        }
        Ok(all)
    }
}

/// The weight of a pattern by its rarity, and in how many of `total` records it stands at most. `found` gives that of its words, one after
/// the other. Words that must all be there add up; alternatives weigh as one word that has all their records.
fn rarity(pattern: &Pattern, total: u64, found: &mut impl Iterator<Item = u64>) -> (f32, u64) {
    match pattern {
        Pattern::Run(forms, _) => {
            let (mut weight, mut least) = (0.0, u64::MAX);
            for found in found.take(forms.len()) {
                weight += idf(total, found);
                least = least.min(found);
            }
            (weight, least)
        }
        Pattern::Any(any) => {
            let all: u64 = any.iter().map(|pattern| rarity(pattern, total, found).1).fold(0, u64::saturating_add);
            (idf(total, all), all)
        }
        Pattern::Near(near) => {
            let (left, right) = (rarity(&near.left, total, found), rarity(&near.right, total, found));
            (left.0 + right.0, left.1.min(right.1))
        }
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

    /// How often it must stand there.
    pub(super) fn least(&self) -> u32 {
        self.query.leaf.least
    }

    /// The pattern in each field of a segment that can hold it; `places`: ready to say where, and as often as it may be.
    pub(super) fn fields(&self, segment: &SegmentReader, boost: Score, places: bool) -> tantivy::Result<FieldsScorer> {
        let leaf = &self.query.leaf;
        let (part, least) = if places { (Part::Whole, 1) } else { (leaf.part, leaf.least) };
        let mut fields = Vec::with_capacity(self.query.targets.len());
        let id = segment.segment_id();
        let Some((_, expanded)) = self.expanded.iter().find(|(segment, _)| *segment == id) else {
            return Ok(FieldsScorer::new(fields, part, least, boost, &self.query.watch));
        };
        let alone = matches!(&leaf.pattern, Pattern::Run(forms, _) if forms.len() == 1);
        for (i, target) in self.query.targets.iter().enumerate() {
            let index = segment.inverted_index(target.field)?;
            let option = match (alone && part == Part::Whole, &self.bm25) {
                _ if places => IndexRecordOption::WithFreqsAndPositions,
                (false, _) => IndexRecordOption::WithFreqsAndPositions,
                (true, Some(_)) => IndexRecordOption::WithFreqs,
                (true, None) if least > 1 => IndexRecordOption::WithFreqs,
                (true, None) => IndexRecordOption::Basic,
            };
            let opening = Opening {
                segment,
                index: &index,
                borders: (self.query.borders, target.letter),
                option,
                places: places || part != Part::Whole,
                watch: &self.query.watch,
            };
            let Some(spans) = Spans::open(&leaf.pattern, &mut expanded[i].iter(), &opening)? else { continue };
            let scoring = match &self.bm25 {
                Some(bm25) => Some((Arc::clone(&bm25[i]), segment.fieldnorms_readers().get_field(target.field)?)),
                None => None,
            };
            let borders = BorderReader::of_part(part, &opening)?.map(Box::new);
            fields.push(OneField { doc: spans.doc(), frequency: 0, spans, scoring, target: i, borders });
        }
        Ok(FieldsScorer::new(fields, part, least, boost, &self.query.watch))
    }
}

/// Without lengths every record counts as one of average length.
type Scoring = Option<(Arc<Bm25>, Option<FieldNormReader>)>;

/// A pattern in one field.
pub(super) struct OneField {
    /// The record that it stands at: asked for more often than all else.
    doc: DocId,
    /// How often it stands in the part that is asked for.
    frequency: u32,
    spans: Spans,
    scoring: Scoring,
    /// The number of the target.
    target: usize,
    borders: Option<Box<BorderReader>>,
}

/// A pattern in every field: a record counts once, with the sum of its fields' scores.
pub(super) struct FieldsScorer {
    fields: Vec<OneField>,
    doc: DocId,
    boost: Score,
    part: Part,
    least: u32,
    /// More is asked than that one field holds the pattern.
    counts: bool,
    known: Borders,
    places: Vec<Place>,
    pace: Pace,
}

impl FieldsScorer {
    fn new(fields: Vec<OneField>, part: Part, least: u32, boost: Score, watch: &Watch) -> Self {
        let doc = fields.iter().map(|field| field.doc).min().unwrap_or(TERMINATED);
        let pace = Pace::new(watch);
        let counts = part != Part::Whole || least > 1;
        let mut scorer = Self { fields, doc, boost, part, least, counts, known: Borders::default(), places: Vec::new(), pace };
        scorer.settle();
        scorer
    }

    /// What the current record gets at most, by the fields in which the pattern stands there; nobody knows where scores are not asked for.
    #[inline]
    pub(super) fn greatest_here(&self) -> Score {
        let here = self.fields.iter().filter(|field| field.doc == self.doc);
        let most = here.map(|field| field.scoring.as_ref().map_or(Score::INFINITY, |(bm25, _)| bm25.greatest()));
        most.sum::<Score>() * self.boost
    }

    /// The same field by field, each with the most that a record gets by it (nobody knows where scores are not asked for); whole where it must
    /// be asked of all fields together.
    pub(super) fn by_field(self) -> Vec<(OneScorer, Score)> {
        let boost = self.boost;
        let most = |field: &OneField| field.scoring.as_ref().map_or(Score::INFINITY, |(bm25, _)| bm25.greatest() * boost);
        if self.counts {
            let most = self.fields.iter().map(most).sum();
            return vec![(OneScorer::Whole(Box::new(self)), most)];
        }
        self.fields
            .into_iter()
            .map(|field| {
                let most = most(&field);
                (OneScorer::Field(Box::new(field), boost), most)
            })
            .collect()
    }

    /// Where the pattern stands in a target's text of the current record; false where it does not stand there.
    pub(super) fn places(&mut self, target: usize, out: &mut Vec<Place>) -> bool {
        let doc = self.doc;
        let Some(field) = self.fields.iter_mut().find(|field| field.target == target && field.doc == doc) else { return false };
        field.spans.places(out);
        true
    }

    /// How often the pattern stands in a field of the current record.
    #[inline]
    fn frequency(&mut self, at: usize) -> u32 {
        if self.counts { self.fields[at].frequency } else { self.fields[at].spans.frequency() }
    }

    /// From a record that holds the pattern to the next one that holds it often enough in the part that is asked for.
    #[inline]
    fn settle(&mut self) {
        if !self.counts {
            return;
        }
        while self.doc != TERMINATED && !self.is_enough() {
            if self.pace.is_over() {
                self.doc = TERMINATED;
                return;
            }
            self.step();
        }
    }

    fn is_enough(&mut self) -> bool {
        let mut sum = 0;
        for field in &mut self.fields {
            field.frequency = 0;
            if field.doc != self.doc {
                continue;
            }
            field.frequency = match &mut field.borders {
                None => field.spans.frequency(),
                Some(reader) => {
                    reader.read(self.doc, &mut self.known);
                    let before = reader.words_before(self.doc);
                    field.spans.places(&mut self.places);
                    self.places.retain(|&place| self.part.holds(place, &self.known, before));
                    begins(&self.places)
                }
            };
            sum += field.frequency;
        }
        sum >= self.least
    }

    #[inline]
    fn step(&mut self) {
        let mut next = TERMINATED;
        for field in &mut self.fields {
            if field.doc == self.doc && self.doc != TERMINATED {
                field.doc = field.spans.advance();
            }
            next = next.min(field.doc);
        }
        self.doc = next;
    }
}

/// A pattern in one field, or in all where these are asked together.
pub(super) enum OneScorer {
    Field(Box<OneField>, Score),
    Whole(Box<FieldsScorer>),
}

impl OneScorer {
    #[inline]
    pub(super) fn doc(&self) -> DocId {
        match self {
            Self::Field(field, _) => field.doc,
            Self::Whole(all) => all.doc,
        }
    }

    #[inline]
    pub(super) fn advance(&mut self) -> DocId {
        match self {
            Self::Field(field, _) => {
                field.doc = field.spans.advance();
                field.doc
            }
            Self::Whole(all) => all.advance(),
        }
    }

    /// Visits each record before `end`, with its score where `wants` asks for it.
    #[inline]
    pub(super) fn each_before(&mut self, end: DocId, wants: impl Fn(DocId) -> bool, mut visit: impl FnMut(DocId, Option<Score>)) {
        // One word, which nearly all are, is read straight off its list.
        if let Self::Field(field, boost) = self
            && let OneField { doc, spans: Spans::Run(run), scoring: Some((bm25, norms)), .. } = &mut **field
        {
            let score = |doc, frequency| bm25.score(norms.as_ref(), doc, frequency) * *boost;
            let each = |doc, list: &FormPostings| visit(doc, wants(doc).then(|| score(doc, list.frequency())));
            if let Some(next) = run.each_before(end, each) {
                *doc = next;
                return;
            }
        }
        let mut doc = self.doc();
        while doc < end {
            let score = wants(doc).then(|| self.score());
            visit(doc, score);
            doc = self.advance();
        }
    }

    pub(super) fn seek(&mut self, target: DocId) -> DocId {
        match self {
            Self::Field(field, _) => {
                field.doc = field.spans.seek(target);
                field.doc
            }
            Self::Whole(all) => all.seek(target),
        }
    }

    #[inline]
    pub(super) fn score(&mut self) -> Score {
        match self {
            Self::Field(field, boost) => {
                let frequency = field.spans.frequency();
                let scored = field.scoring.as_ref().filter(|_| frequency > 0);
                scored.map_or(0.0, |(bm25, norms)| bm25.score(norms.as_ref(), field.doc, frequency)) * *boost
            }
            Self::Whole(all) => all.score(),
        }
    }

    pub(super) fn size_hint(&self) -> u32 {
        match self {
            Self::Field(field, _) => field.spans.size_hint(),
            Self::Whole(all) => all.size_hint(),
        }
    }
}

impl DocSet for FieldsScorer {
    #[inline]
    fn advance(&mut self) -> DocId {
        self.step();
        self.settle();
        self.doc
    }

    #[inline]
    fn seek(&mut self, target: DocId) -> DocId {
        let mut next = TERMINATED;
        for field in &mut self.fields {
            if field.doc < target {
                field.doc = field.spans.seek(target);
            }
            next = next.min(field.doc);
        }
        let moved = next != self.doc;
        self.doc = next;
        if moved {
            self.settle();
        }
        self.doc
    }

    fn doc(&self) -> DocId {
        self.doc
    }

    fn size_hint(&self) -> u32 {
        self.fields.iter().map(|field| field.spans.size_hint()).fold(0, u32::saturating_add)
    }
}

impl Scorer for FieldsScorer {
    fn score(&mut self) -> Score {
        let (mut sum, counts) = (0.0, self.counts);
        for field in &mut self.fields {
            if let (true, Some((bm25, norms))) = (field.doc == self.doc, &field.scoring) {
                let frequency = if counts { field.frequency } else { field.spans.frequency() };
                if frequency > 0 {
                    sum += bm25.score(norms.as_ref(), self.doc, frequency);
                }
            }
        }
        sum * self.boost
    }
}
