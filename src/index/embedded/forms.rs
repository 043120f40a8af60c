//! The printed forms of a word in the dictionary, and their postings read as one list.

use super::watch::{Pace, Watch};
use crate::analyze::{self, SEPARATOR, Tongue};
use crate::pattern::{Form, Kind};
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::io;
use tantivy::index::InvertedIndexReader;
use tantivy::postings::{Postings, SegmentPostings, TermInfo};
use tantivy::schema::IndexRecordOption;
use tantivy::{DocId, DocSet, TERMINATED};

/// The dictionary entries of a form in one segment, in all of its languages. When the search is over, those found so far.
pub(super) fn expand(form: &Form, index: &InvertedIndexReader, watch: &Watch) -> tantivy::Result<Vec<TermInfo>> {
    let mut found = Vec::new();
    let mut add = |_: &str, info: &TermInfo| {
        found.push(info.clone());
        watch.allow_forms(found.len(), form)
    };
    each(form, index, watch, &mut add)?;
    Ok(found)
}

/// Calls `found` with each term of a form in one segment, in all of its languages, until the search is over.
pub(super) fn each(
    form: &Form,
    index: &InvertedIndexReader,
    watch: &Watch,
    found: &mut dyn FnMut(&str, &TermInfo) -> tantivy::Result<()>,
) -> tantivy::Result<()> {
    each_in(form, index, None, watch, found)?;
    for tongue in tongues(index)? {
        each_in(form, index, Some(tongue), watch, found)?;
    }
    Ok(())
}

fn each_in(
    form: &Form,
    index: &InvertedIndexReader,
    tongue: Option<Tongue>,
    watch: &Watch,
    found: &mut dyn FnMut(&str, &TermInfo) -> tantivy::Result<()>,
) -> tantivy::Result<()> {
    let mark = tongue.map(Tongue::mark).unwrap_or_default();
    let key = mark.clone() + &form.head(tongue);
    let is_whole_key = matches!(form.kind, Kind::Stem(_) | Kind::Exact(..));
    let mut range = index.terms().range();
    range = match (is_whole_key, key.len() - mark.len()) {
        // `key`, or `key \0 form`: all that lies below `key \1`.
        (true, _) => range.ge(&key).lt(format!("{key}\u{1}")),
        // The terms of other languages stand before all of English.
        (false, 0) if mark.is_empty() => range.ge("\u{2}"),
        (false, _) => {
            let mut end = key.clone().into_bytes();
            end.push(0xFF);
            range.ge(&key).lt(end)
        }
    };
    let mut pace = Pace::new(watch);
    let mut terms = range.into_stream()?;
    while let Some((term, info)) = terms.next() {
        if pace.is_over() {
            break;
        }
        let Ok(term) = std::str::from_utf8(term) else { continue };
        let wanted = match &form.kind {
            Kind::Stem(_) => term.len() == key.len() || term.as_bytes()[key.len()] == SEPARATOR as u8,
            _ => form.takes(&analyze::folded_form(term), || analyze::printed_form(term), tongue),
        };
        if wanted {
            found(term, info)?;
        }
    }
    Ok(())
}

/// The languages other than English whose words a field of a segment holds.
fn tongues(index: &InvertedIndexReader) -> io::Result<Vec<Tongue>> {
    let mut found: Vec<Tongue> = Vec::new();
    let mut from = "\u{1}".to_owned();
    loop {
        let mut terms = index.terms().range().ge(from).lt("\u{2}").into_stream()?;
        let Some((term, _)) = terms.next() else { return Ok(found) };
        let tongue = std::str::from_utf8(term).ok().and_then(|term| analyze::unmarked(term).0);
        let Some(tongue) = tongue.filter(|tongue| found.last() != Some(tongue)) else { return Ok(found) };
        found.push(tongue);
        // Behind all words of this language.
        from = tongue.mark() + "\u{10ffff}";
    }
}

/// The postings of several forms as one list: a record stands in it once, with the occurrences of all forms.
pub(super) struct FormPostings {
    lists: Vec<SegmentPostings>,
    doc: DocId,
    /// Where there are many lists: those that stand behind the record, the next one on top, and those that hold it.
    many: Option<Box<Many>>,
    size: u32,
}

struct Many {
    behind: BinaryHeap<Reverse<(DocId, usize)>>,
    here: Vec<usize>,
}

/// Up to so many lists are looked through one by one; a heap costs more.
const FEW: usize = 32;

impl FormPostings {
    pub(super) fn open(index: &InvertedIndexReader, terms: &[TermInfo], option: IndexRecordOption) -> io::Result<Self> {
        let lists: Vec<_> = terms.iter().map(|info| index.read_postings_from_terminfo(info, option)).collect::<io::Result<_>>()?;
        let doc = lists.iter().map(DocSet::doc).min().unwrap_or(TERMINATED);
        let size = lists.iter().map(DocSet::size_hint).fold(0, u32::saturating_add);
        let many = (lists.len() > FEW).then(|| {
            let behind = lists.iter().enumerate().map(|(i, list)| Reverse((list.doc(), i))).collect();
            Box::new(Many { behind, here: Vec::new() })
        });
        let mut postings = Self { lists, doc, many, size };
        postings.gather();
        Ok(postings)
    }

    /// Takes the lists that hold the next record from the heap.
    fn gather(&mut self) {
        let Some(many) = &mut self.many else { return };
        let Many { behind, here } = &mut **many;
        self.doc = behind.peek().map_or(TERMINATED, |Reverse((doc, _))| *doc);
        while let Some(top) = behind.peek_mut()
            && top.0.0 == self.doc
            && self.doc != TERMINATED
        {
            here.push(std::collections::binary_heap::PeekMut::pop(top).0.1);
        }
    }

    /// The lists that hold the record.
    fn holding(&mut self, mut each: impl FnMut(&mut SegmentPostings)) {
        match &self.many {
            Some(many) => many.here.iter().for_each(|&i| each(&mut self.lists[i])),
            None => self.lists.iter_mut().filter(|list| list.doc() == self.doc).for_each(each),
        }
    }

    #[cold]
    fn advance_many(&mut self) -> DocId {
        if let Some(many) = &mut self.many {
            let Many { behind, here } = &mut **many;
            for i in here.drain(..) {
                let doc = self.lists[i].advance();
                if doc != TERMINATED {
                    behind.push(Reverse((doc, i)));
                }
            }
            self.gather();
        }
        self.doc
    }

    /// Occurrences of all forms in the record.
    #[inline]
    pub(super) fn frequency(&self) -> u32 {
        match &self.many {
            Some(many) => many.here.iter().map(|&i| self.lists[i].term_freq()).sum(),
            None => self.lists.iter().filter(|list| list.doc() == self.doc).map(Postings::term_freq).sum(),
        }
    }

    /// Positions of all forms in the record, in order.
    pub(super) fn positions(&mut self, out: &mut Vec<u32>) {
        out.clear();
        let mut several = false;
        self.holding(|list| {
            several |= !out.is_empty();
            list.append_positions_with_offset(0, out);
        });
        if several {
            out.sort_unstable();
        }
    }
}

impl DocSet for FormPostings {
    #[inline]
    fn advance(&mut self) -> DocId {
        if let [one] = self.lists.as_mut_slice() {
            self.doc = one.advance();
            return self.doc;
        }
        if self.many.is_some() {
            return self.advance_many();
        }
        let mut next = TERMINATED;
        for list in &mut self.lists {
            if list.doc() == self.doc {
                list.advance();
            }
            next = next.min(list.doc());
        }
        self.doc = next;
        next
    }

    #[inline]
    fn seek(&mut self, target: DocId) -> DocId {
        if let Some(many) = &mut self.many {
            let Many { behind, here } = &mut **many;
            if target <= self.doc {
                return self.doc;
            }
            let mut late = std::mem::take(here);
            while let Some(top) = behind.peek_mut()
                && top.0.0 < target
            {
                late.push(std::collections::binary_heap::PeekMut::pop(top).0.1);
            }
            for i in late.drain(..) {
                let doc = self.lists[i].seek(target);
                if doc != TERMINATED {
                    behind.push(Reverse((doc, i)));
                }
            }
            *here = late;
            self.gather();
            return self.doc;
        }
        let mut next = TERMINATED;
        for list in &mut self.lists {
            if list.doc() < target {
                list.seek(target);
            }
            next = next.min(list.doc());
        }
        self.doc = next;
        next
    }

    fn doc(&self) -> DocId {
        self.doc
    }

    fn size_hint(&self) -> u32 {
        self.size
    }
}
