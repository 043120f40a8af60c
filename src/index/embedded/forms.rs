//! The printed forms of a word in the dictionary, and their postings read as one list.

use crate::analyze::{self, SEPARATOR, Tongue};
use std::io;
use tantivy::index::InvertedIndexReader;
use tantivy::postings::{Postings, SegmentPostings, TermInfo};
use tantivy::schema::IndexRecordOption;
use tantivy::{DocId, DocSet, TERMINATED};

/// Which printed forms are meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Forms {
    /// Every form of the key of this word.
    Stem(Keyed),
    /// The forms of this word's key with this folded form.
    Exact {
        /// The word.
        keyed: Keyed,
        /// The folded form.
        folded: String,
    },
    /// Every form that begins so, case, accents, apostrophes and commas aside.
    Prefix(String),
}

/// A word and its key in English, or in names; its keys in other languages are made where a segment holds these.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Keyed {
    /// The key.
    pub(super) key: String,
    /// The word as it was asked for.
    pub(super) word: String,
}

impl Forms {
    /// The dictionary entries of these forms in one segment, in all of its languages.
    pub(super) fn expand(&self, index: &InvertedIndexReader) -> io::Result<Vec<TermInfo>> {
        let mut found = Vec::new();
        self.expand_in(index, None, &mut found)?;
        for tongue in tongues(index)? {
            self.expand_in(index, Some(tongue), &mut found)?;
        }
        Ok(found)
    }

    fn expand_in(&self, index: &InvertedIndexReader, tongue: Option<Tongue>, found: &mut Vec<TermInfo>) -> io::Result<()> {
        let mark = tongue.map(Tongue::mark).unwrap_or_default();
        let key = match self {
            Forms::Stem(keyed) | Forms::Exact { keyed, .. } => match tongue {
                Some(_) => mark.clone() + &analyze::key_in(&keyed.word, tongue),
                None => keyed.key.clone(),
            },
            Forms::Prefix(prefix) => mark.clone() + &prefix.chars().take(2).collect::<String>(),
        };
        let (from, to) = match self {
            // `key`, or `key \0 form`: all that lies below `key \1`.
            Forms::Stem(_) | Forms::Exact { .. } => (key.clone(), format!("{key}\u{1}").into_bytes()),
            // A form and its key agree in their first two characters.
            Forms::Prefix(_) => {
                let mut end = key.clone().into_bytes();
                end.push(0xFF);
                (key.clone(), end)
            }
        };
        let mut terms = index.terms().range().ge(from).lt(to).into_stream()?;
        while let Some((term, info)) = terms.next() {
            let Ok(term) = std::str::from_utf8(term) else { continue };
            let wanted = match self {
                Forms::Stem(_) => term.len() == key.len() || term.as_bytes()[key.len()] == SEPARATOR as u8,
                Forms::Exact { folded, .. } => {
                    let form = analyze::folded_form(term);
                    form == folded.as_str() || analyze::comparable(form, tongue) == folded.as_str()
                }
                Forms::Prefix(prefix) => {
                    let form = analyze::comparable(analyze::folded_form(term), tongue);
                    form.starts_with(prefix.as_str()) || analyze::base(&form).starts_with(prefix.as_str())
                }
            };
            if wanted {
                found.push(info.clone());
            }
        }
        Ok(())
    }
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
