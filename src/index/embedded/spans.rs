//! Patterns in one field of one segment: the records that hold them, and at which positions.

use super::borders::BorderReader;
use super::forms::FormPostings;
use super::watch::{Pace, Watch};
use crate::pattern::{Border, Borders, Nearness, Pattern, Place, longest};
use crate::query::Reach;
use tantivy::index::InvertedIndexReader;
use tantivy::postings::TermInfo;
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{DocId, DocSet, SegmentReader, TERMINATED};

/// The records that hold a pattern.
pub(super) enum Spans {
    Run(Run),
    Any(Any),
    Near(Box<Near>),
}

/// What a pattern is opened with.
pub(super) struct Opening<'a> {
    pub(super) segment: &'a SegmentReader,
    pub(super) index: &'a InvertedIndexReader,
    /// The field of borders, and the letter of the text that is looked in.
    pub(super) borders: (Field, Option<char>),
    pub(super) option: IndexRecordOption,
    /// It will be asked where the pattern stands, and not only how often.
    pub(super) places: bool,
    pub(super) watch: &'a Watch,
}

impl Opening<'_> {
    /// The same for what is asked where it stands.
    fn with_places(&self) -> Self {
        Self { places: true, ..*self }
    }
}

impl Spans {
    /// Opens a pattern; `terms` gives the dictionary entries of its words, one after the other. `None` where no record can hold it.
    pub(super) fn open<'t>(
        pattern: &Pattern,
        terms: &mut impl Iterator<Item = &'t Vec<TermInfo>>,
        opening: &Opening<'_>,
    ) -> tantivy::Result<Option<Self>> {
        Ok(match pattern {
            Pattern::Run(forms, omitted) => {
                let words: Vec<&Vec<TermInfo>> = terms.take(forms.len()).collect();
                if words.iter().any(|terms| terms.is_empty()) {
                    return Ok(None);
                }
                let open = |terms: &&Vec<TermInfo>| FormPostings::open(opening.index, terms, opening.option);
                let lists: std::io::Result<Vec<_>> = words.iter().map(open).collect();
                let offsets = forms.iter().map(|(offset, _)| *offset).collect();
                let omissions = match (omitted, opening.borders.1) {
                    (&Some(count), Some(text)) => {
                        let reader = BorderReader::new(opening, text, &[Border::Gap])?;
                        Some(Box::new(Omissions { count, reader, known: Borders::default() }))
                    }
                    _ => None,
                };
                Some(Self::Run(Run::new(lists?, offsets, omissions, opening.watch)))
            }
            Pattern::Any(any) => {
                let mut spans = Vec::new();
                for pattern in any {
                    spans.extend(Self::open(pattern, terms, &opening.with_places())?);
                }
                if spans.len() > 1 { Some(Self::Any(Any::new(spans))) } else { spans.pop() }
            }
            Pattern::Near(near) => {
                let inner = opening.with_places();
                let (left, right) = (Self::open(&near.left, terms, &inner)?, Self::open(&near.right, terms, &inner)?);
                let (Some(left), Some(right)) = (left, right) else { return Ok(None) };
                Some(Self::Near(Box::new(Near::new(left, right, near, opening)?)))
            }
        })
    }

    #[inline(always)]
    pub(super) fn doc(&self) -> DocId {
        match self {
            Self::Run(run) => run.doc,
            Self::Any(any) => any.doc,
            Self::Near(near) => near.doc,
        }
    }

    #[inline(always)]
    pub(super) fn advance(&mut self) -> DocId {
        match self {
            Self::Run(run) => run.advance(),
            Self::Any(any) => any.advance(),
            Self::Near(near) => near.advance(),
        }
    }

    #[inline(always)]
    pub(super) fn seek(&mut self, target: DocId) -> DocId {
        match self {
            Self::Run(run) => run.seek(target),
            Self::Any(any) => any.seek(target),
            Self::Near(near) => near.seek(target),
        }
    }

    /// In how many places it stands in the record: at how many words one begins.
    #[inline(always)]
    pub(super) fn frequency(&mut self) -> u32 {
        match self {
            Self::Run(run) => run.frequency(),
            Self::Any(any) => any.frequency(),
            Self::Near(near) => near.frequency,
        }
    }

    /// Where it stands in the record, in order.
    pub(super) fn places(&mut self, out: &mut Vec<Place>) {
        match self {
            Self::Run(run) => run.places(out),
            Self::Any(any) => any.places(out),
            Self::Near(near) => {
                out.clear();
                out.extend(near.found.iter().flatten());
            }
        }
    }

    /// About how many records.
    pub(super) fn size_hint(&self) -> u32 {
        match self {
            Self::Run(run) => run.order.first().map_or(0, |&i| run.lists[i].size_hint()),
            Self::Any(any) => any.spans.iter().map(Self::size_hint).fold(0, u32::saturating_add),
            Self::Near(near) => near.left.size_hint().min(near.right.size_hint()),
        }
    }
}

/// At how many words a place begins; places are in order.
pub(super) fn begins(places: &[Place]) -> u32 {
    let again = places.windows(2).filter(|pair| pair[0].0 == pair[1].0).count();
    (places.len() - again) as u32
}

/// How many omissions a run holds, all else that is left open in it being words.
struct Omissions {
    count: u32,
    reader: BorderReader,
    known: Borders,
}

/// Words side by side in one field; one word alone is the simplest case.
pub(super) struct Run {
    lists: Vec<FormPostings>,
    offsets: Vec<u32>,
    /// Order in which the lists are asked: the rarest first.
    order: Vec<usize>,
    doc: DocId,
    frequency: u32,
    starts: Vec<u32>,
    positions: Vec<u32>,
    /// Where it matters how many omissions it holds.
    omissions: Option<Box<Omissions>>,
    pace: Pace,
}

impl Run {
    fn new(lists: Vec<FormPostings>, offsets: Vec<u32>, omissions: Option<Box<Omissions>>, watch: &Watch) -> Self {
        let mut order: Vec<usize> = (0..lists.len()).collect();
        order.sort_by_key(|&i| lists[i].size_hint());
        let pace = Pace::new(watch);
        let (starts, positions) = (Vec::new(), Vec::new());
        let mut run = Self { lists, offsets, order, doc: 0, frequency: 0, starts, positions, omissions, pace };
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
            if self.pace.is_over() {
                candidate = TERMINATED;
                break;
            }
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
        if let (Some(omissions), [_, ..]) = (&mut self.omissions, &self.starts[..]) {
            let Omissions { count, reader, known } = &mut **omissions;
            reader.read(self.lists[self.order[0]].doc(), known);
            let length = self.offsets.last().copied().unwrap_or(0);
            self.starts.retain(|&start| known.gaps_between(start, start + length) == *count);
        }
        self.frequency = self.starts.len() as u32;
        self.frequency
    }

    #[inline(always)]
    fn frequency(&self) -> u32 {
        if self.lists.len() == 1 { self.lists[0].frequency() } else { self.frequency }
    }

    fn places(&mut self, out: &mut Vec<Place>) {
        if self.lists.len() == 1 {
            self.lists[0].positions(&mut self.starts);
        }
        let length = self.offsets.last().copied().unwrap_or(0);
        out.clear();
        out.extend(self.starts.iter().map(|&start| (start, start + length)));
    }

    /// Visits each record before `end` that holds the one word that this is, with its frequency for whoever asks; gives the first record behind.
    /// `None` of several words.
    #[inline(always)]
    pub(super) fn each_before(&mut self, end: DocId, mut visit: impl FnMut(DocId, &FormPostings)) -> Option<DocId> {
        let [one] = self.lists.as_mut_slice() else { return None };
        while one.doc() < end {
            visit(one.doc(), one);
            one.advance();
        }
        self.doc = one.doc();
        Some(self.doc)
    }

    #[inline(always)]
    fn advance(&mut self) -> DocId {
        if let [one] = self.lists.as_mut_slice() {
            self.doc = one.advance();
            return self.doc;
        }
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

/// One of several.
pub(super) struct Any {
    spans: Vec<Spans>,
    doc: DocId,
}

impl Any {
    fn new(spans: Vec<Spans>) -> Self {
        let doc = spans.iter().map(Spans::doc).min().unwrap_or(TERMINATED);
        Self { spans, doc }
    }

    fn advance(&mut self) -> DocId {
        let here = self.doc;
        self.doc =
            self.spans.iter_mut().map(|spans| if spans.doc() == here { spans.advance() } else { spans.doc() }).min().unwrap_or(TERMINATED);
        self.doc
    }

    fn seek(&mut self, target: DocId) -> DocId {
        self.doc = self
            .spans
            .iter_mut()
            .map(|spans| if spans.doc() < target { spans.seek(target) } else { spans.doc() })
            .min()
            .unwrap_or(TERMINATED);
        self.doc
    }

    fn frequency(&mut self) -> u32 {
        let mut places = Vec::new();
        self.places(&mut places);
        begins(&places)
    }

    fn places(&mut self, out: &mut Vec<Place>) {
        out.clear();
        let mut own = Vec::new();
        for spans in self.spans.iter_mut().filter(|spans| spans.doc() == self.doc) {
            spans.places(&mut own);
            out.append(&mut own);
        }
        out.sort_unstable();
        out.dedup();
    }
}

/// Two near each other.
pub(super) struct Near {
    left: Spans,
    right: Spans,
    near: Nearness,
    borders: Option<BorderReader>,
    known: Borders,
    doc: DocId,
    /// How many places of the left have a partner in the record.
    frequency: u32,
    /// Each pair is a place, from its first word to its last; in order. Kept only where it is asked for.
    found: Option<Vec<Place>>,
    lefts: Vec<Place>,
    rights: Vec<Place>,
    pace: Pace,
    watch: Watch,
}

impl Near {
    fn new(left: Spans, right: Spans, near: &Nearness, opening: &Opening<'_>) -> tantivy::Result<Self> {
        let borders = match (near.reach, opening.borders.1) {
            (Reach::Sentence, Some(text)) => Some(BorderReader::new(opening, text, &[Border::Sentence])?),
            (Reach::Paragraph, Some(text)) => Some(BorderReader::new(opening, text, &[Border::Paragraph])?),
            _ => None,
        };
        let first = left.doc().max(right.doc());
        let mut spans = Self {
            left,
            right,
            near: near.clone(),
            borders,
            known: Borders::default(),
            doc: 0,
            frequency: 0,
            found: opening.places.then(Vec::new),
            lefts: Vec::new(),
            rights: Vec::new(),
            pace: Pace::new(opening.watch),
            watch: opening.watch.clone(),
        };
        spans.settle(first);
        Ok(spans)
    }

    /// The next record from `candidate` on in which they stand near each other.
    fn settle(&mut self, mut candidate: DocId) {
        while candidate != TERMINATED {
            if self.pace.is_over() {
                candidate = TERMINATED;
                break;
            }
            let left = if self.left.doc() < candidate { self.left.seek(candidate) } else { self.left.doc() };
            let right = if self.right.doc() < left { self.right.seek(left) } else { self.right.doc() };
            if left != right {
                candidate = left.max(right);
                continue;
            }
            candidate = left;
            if candidate == TERMINATED || self.stands_here(candidate) {
                break;
            }
            candidate = self.left.advance();
        }
        self.doc = candidate;
    }

    fn stands_here(&mut self, doc: DocId) -> bool {
        if let Some(borders) = &mut self.borders {
            borders.read(doc, &mut self.known);
        }
        self.left.places(&mut self.lefts);
        self.right.places(&mut self.rights);
        self.frequency = 0;
        self.found.iter_mut().for_each(Vec::clear);
        let longest = longest(&self.rights);
        for &left in &self.lefts {
            let mut partners = self.near.partners(left, &self.rights, longest, &self.known);
            let Some(found) = &mut self.found else {
                if self.pace.is_over() {
                    return false;
                }
                self.frequency += u32::from(partners.next().is_some());
                continue;
            };
            let before = found.len();
            for right in partners.map(|j| self.rights[j]) {
                if self.pace.is_over() || !self.watch.allows_places(found.len()) {
                    return false;
                }
                found.push((left.0.min(right.0), left.1.max(right.1)));
            }
            self.frequency += u32::from(found.len() > before);
        }
        if let Some(found) = &mut self.found {
            found.sort_unstable();
            found.dedup();
        }
        self.frequency > 0
    }

    fn advance(&mut self) -> DocId {
        let next = self.left.advance();
        self.settle(next);
        self.doc
    }

    fn seek(&mut self, target: DocId) -> DocId {
        if target > self.doc {
            self.settle(target);
        }
        self.doc
    }
}
