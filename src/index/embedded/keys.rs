//! Records by the key of their article, source file or root folder.
//!
//! A term for every key would be a dictionary as long as the list of articles, at 25 bytes each. Keys that begin alike share a term instead, and
//! the column of keys tells which of the few records under it are meant. Quotes stand under no term: they follow their article.

use super::Embedded;
use super::block::told;
use crate::error::Result;
use std::ops::Range;
use std::sync::Arc;
use tantivy::columnar::Column;
use tantivy::index::InvertedIndexReader;
use tantivy::query::{EnableScoring, Explanation, Query, Scorer, Weight};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{DocAddress, DocId, DocSet, Score, Searcher, SegmentReader, TERMINATED, TantivyError, Term};

/// By how many of their first bits keys share a term: of a segment of a million articles 250 stand under one.
const BITS: u32 = 12;

/// The term of a key, as the field has it.
pub(super) fn shared(key: u64) -> u64 {
    key >> (u64::BITS - BITS)
}

/// The keys of one segment.
pub(super) struct Keys {
    field: Field,
    terms: Arc<InvertedIndexReader>,
    order: Column<u64>,
    /// Quotes in marks and reported clauses of an article.
    counts: [Column<u64>; 2],
    max_doc: DocId,
}

impl Keys {
    /// Those of a segment, by the field of their terms.
    pub(super) fn of(segment: &SegmentReader, field: Field) -> tantivy::Result<Self> {
        let columns = segment.fast_fields();
        let counts = [columns.u64("quotes")?, columns.u64("reported")?];
        Ok(Self { field, terms: segment.inverted_index(field)?, order: columns.u64("order")?, counts, max_doc: segment.max_doc() })
    }

    /// The records under a key, deleted ones too: each range is a file, a folder, or an article and the quotes that follow it.
    pub(super) fn records(&self, key: u64) -> tantivy::Result<Vec<Range<DocId>>> {
        let mut found = Vec::new();
        let term = Term::from_field_u64(self.field, shared(key));
        let Some(mut postings) = self.terms.read_postings(&term, IndexRecordOption::Basic)? else { return Ok(found) };
        while postings.doc() != TERMINATED {
            let doc = postings.doc();
            if self.order.first(doc) == Some(key) {
                let quotes = self.counts.iter().filter_map(|count| count.first(doc)).fold(0, u64::saturating_add);
                let end = (u64::from(doc) + 1).saturating_add(quotes).min(u64::from(self.max_doc));
                found.push(doc..end as DocId);
            }
            postings.advance();
        }
        Ok(found)
    }
}

impl Embedded {
    /// The live records under a term.
    pub(super) fn records_of(&self, searcher: &Searcher, term: &Term) -> Result<Vec<DocAddress>> {
        let mut found = Vec::new();
        for (ord, segment) in searcher.segment_readers().iter().enumerate() {
            let index = segment.inverted_index(term.field())?;
            let Some(mut postings) = index.read_postings(term, IndexRecordOption::Basic).map_err(TantivyError::from)? else { continue };
            while postings.doc() != TERMINATED {
                if !segment.is_deleted(postings.doc()) {
                    found.push(DocAddress::new(ord as u32, postings.doc()));
                }
                postings.advance();
            }
        }
        Ok(found)
    }

    /// The live record under a key.
    pub(super) fn record(&self, searcher: &Searcher, key: u64) -> Result<Option<DocAddress>> {
        let field = self.layout.field("key")?;
        for (ord, segment) in searcher.segment_readers().iter().enumerate() {
            let records = Keys::of(segment, field)?.records(key)?;
            if let Some(doc) = records.iter().map(|range| range.start).find(|doc| !segment.is_deleted(*doc)) {
                return Ok(Some(DocAddress::new(ord as u32, doc)));
            }
        }
        Ok(None)
    }

    /// The articles of a source file.
    pub(super) fn records_of_source(&self, searcher: &Searcher, source: u64) -> Result<Vec<DocAddress>> {
        let mut found = Vec::new();
        for (ord, segment) in searcher.segment_readers().iter().enumerate() {
            let sources = segment.fast_fields().u64("source")?;
            let mine = segment.doc_ids_alive().filter(|&doc| sources.first(doc) == Some(source));
            found.extend(mine.map(|doc| DocAddress::new(ord as u32, doc)));
        }
        Ok(found)
    }
}

/// All records under a key: what is deleted when they are replaced.
#[derive(Debug, Clone, Copy)]
pub(super) struct KeyQuery {
    pub(super) field: Field,
    pub(super) key: u64,
}

impl Query for KeyQuery {
    fn weight(&self, _: EnableScoring<'_>) -> tantivy::Result<Box<dyn Weight>> {
        Ok(Box::new(*self))
    }
}

impl Weight for KeyQuery {
    fn scorer(&self, segment: &SegmentReader, boost: Score) -> tantivy::Result<Box<dyn Scorer>> {
        let mut records = Ranges { ranges: Keys::of(segment, self.field)?.records(self.key)?, boost };
        // The last one is the next one.
        records.ranges.reverse();
        Ok(Box::new(records))
    }

    fn explain(&self, segment: &SegmentReader, doc: DocId) -> tantivy::Result<Explanation> {
        told(self, segment, doc)
    }
}

/// Ranges of records, the first of them last; none is empty.
struct Ranges {
    ranges: Vec<Range<DocId>>,
    boost: Score,
}

impl DocSet for Ranges {
    fn advance(&mut self) -> DocId {
        if let Some(range) = self.ranges.last_mut() {
            range.start += 1;
            if range.start >= range.end {
                self.ranges.pop();
            }
        }
        self.doc()
    }

    fn doc(&self) -> DocId {
        self.ranges.last().map_or(TERMINATED, |range| range.start)
    }

    fn size_hint(&self) -> u32 {
        self.ranges.iter().map(|range| range.len() as u32).sum()
    }
}

impl Scorer for Ranges {
    fn score(&mut self) -> Score {
        self.boost
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{article, put, writer};
    use super::*;
    use crate::index::{Index, Writer};
    use crate::record::show_key;
    use std::collections::HashMap;

    #[test]
    fn keys_that_share_a_term_are_told_apart() {
        let mut by_term: HashMap<u64, Vec<usize>> = HashMap::new();
        for id in 0..400 {
            by_term.entry(shared(article(id, "", 0).1.key())).or_default().push(id);
        }
        let [a, b] = by_term.into_values().find(|ids| ids.len() > 1).expect("400 keys, 4,096 terms")[..2] else { unreachable!() };
        let folder = tempfile::tempdir().expect("a folder");
        let key = |id: usize| article(id, "", 0).1.key();
        let there = |id: usize| -> Vec<usize> {
            let index = Embedded::open(folder.path()).expect("it opens");
            index.get(&show_key(key(id))).expect("an answer").iter().map(|loaded| loaded.attribution.quotes.len()).collect()
        };
        let first = writer(folder.path());
        for (id, quotes) in [(a, 7), (b, 3), (400, 1)] {
            put(&first, &article(id, "ferries", quotes), false, true);
        }
        // What waits to go to the engine with others is replaced, too.
        put(&first, &article(a, "ferries", 2), true, true);
        first.commit().expect("a commit");
        assert_eq!((there(a), there(b)), (vec![2], vec![3]));
        // One is replaced, twice in one run; what is replaced never shows, and the other stays.
        for quotes in [5, 4] {
            put(&first, &article(a, "trains", quotes), true, true);
        }
        first.commit().expect("a commit");
        assert_eq!((there(a), there(b)), (vec![4], vec![3]));
        first.remove(key(a)).expect("it is removed");
        first.commit().expect("a commit");
        assert_eq!((there(a), there(b), there(400)), (vec![], vec![3], vec![1]));
        let index = Embedded::open(folder.path()).expect("it opens");
        let live: u32 = index.searcher().segment_readers().iter().map(SegmentReader::num_docs).sum();
        assert_eq!(live, 4 + 2, "two articles and their quotes");
        first.finish().expect("it ends");
    }
}
