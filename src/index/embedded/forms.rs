//! The printed forms of a word in the dictionary, and their postings read as one list.

use crate::analyze::{self, SEPARATOR};
use std::io;
use tantivy::index::InvertedIndexReader;
use tantivy::postings::{Postings, SegmentPostings, TermInfo};
use tantivy::schema::IndexRecordOption;
use tantivy::{DocId, DocSet, TERMINATED};

/// Which printed forms are meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Forms {
    /// Every form of this key.
    Stem(String),
    /// The forms of this key with this folded form.
    Exact {
        /// The key.
        key: String,
        /// The folded form.
        folded: String,
    },
    /// Every form that begins so, case, accents, apostrophes and commas aside.
    Prefix(String),
}

impl Forms {
    /// The dictionary entries of these forms in one segment.
    pub(super) fn expand(&self, index: &InvertedIndexReader) -> io::Result<Vec<TermInfo>> {
        let mut found = Vec::new();
        let (from, to) = match self {
            // `key`, or `key \0 form`: all that lies below `key \1`.
            Forms::Stem(key) | Forms::Exact { key, .. } => (key.clone(), format!("{key}\u{1}").into_bytes()),
            // A form and its key agree in their first two characters.
            Forms::Prefix(prefix) => {
                let head: String = prefix.chars().take(2).collect();
                let mut end = head.clone().into_bytes();
                end.push(0xFF);
                (head, end)
            }
        };
        let mut terms = index.terms().range().ge(from).lt(to).into_stream()?;
        while let Some((term, info)) = terms.next() {
            let Ok(term) = std::str::from_utf8(term) else { continue };
            let wanted = match self {
                Forms::Stem(key) => term.len() == key.len() || term.as_bytes()[key.len()] == SEPARATOR as u8,
                Forms::Exact { folded, .. } => analyze::folded_form(term) == folded.as_str(),
                Forms::Prefix(prefix) => {
                    let form = analyze::folded_form(term);
                    form.starts_with(prefix.as_str()) || analyze::base(&form).starts_with(prefix.as_str())
                }
            };
            if wanted {
                found.push(info.clone());
            }
        }
        Ok(found)
    }
}

/// The postings of several forms as one list: a record stands in it once, with the occurrences of all forms.
pub(super) struct FormPostings {
    lists: Vec<SegmentPostings>,
    doc: DocId,
}

impl FormPostings {
    pub(super) fn open(index: &InvertedIndexReader, terms: &[TermInfo], option: IndexRecordOption) -> io::Result<Self> {
        let lists: Vec<_> = terms.iter().map(|info| index.read_postings_from_terminfo(info, option)).collect::<io::Result<_>>()?;
        let doc = lists.iter().map(DocSet::doc).min().unwrap_or(TERMINATED);
        Ok(Self { lists, doc })
    }

    /// Occurrences of all forms in the record.
    #[inline]
    pub(super) fn frequency(&self) -> u32 {
        self.lists.iter().filter(|list| list.doc() == self.doc).map(Postings::term_freq).sum()
    }

    /// Positions of all forms in the record, in order.
    pub(super) fn positions(&mut self, out: &mut Vec<u32>) {
        out.clear();
        let mut several = false;
        for list in self.lists.iter_mut().filter(|list| list.doc() == self.doc) {
            several |= !out.is_empty();
            list.append_positions_with_offset(0, out);
        }
        if several {
            out.sort_unstable();
        }
    }
}

impl DocSet for FormPostings {
    #[inline]
    fn advance(&mut self) -> DocId {
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
        self.lists.iter().map(DocSet::size_hint).fold(0, u32::saturating_add)
    }
}
