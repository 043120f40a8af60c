//! Removed for good: segments without what was deleted from them, and where a key or a word still stands in the files of an index.

use super::keys::Keys;
use super::{Embedded, EmbeddedWriter, anew, merging};
use crate::error::{Error, Result};
use crate::index::{BlockList, Blocked, Writer};
use crate::record::Loaded;
use crate::text::shorthand;
use std::path::Path;
use std::sync::{Arc, PoisonError};
use tantivy::indexer::NoMergePolicy;
use tantivy::schema::Value;
use tantivy::{DocAddress, SegmentReader, TantivyDocument, TantivyError};

/// What was written anew without its deleted records.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Purged {
    /// Segments.
    pub segments: u64,
    /// Records that were deleted and stood in them still; articles, quotes, bookkeeping of files.
    pub records: u64,
}

impl EmbeddedWriter {
    /// Merges no segments from now on: a removal is done in an instant, and [`EmbeddedWriter::purge`] finds nobody at work.
    pub fn keep_segments(&self) {
        self.writer.read().unwrap_or_else(PoisonError::into_inner).set_merge_policy(Box::new(NoMergePolicy));
    }

    /// Commits, then writes every segment that holds deleted records anew without them, and removes the files of the old ones. What others
    /// have open they can read on; its name is gone all the same, where the system allows that.
    ///
    /// # Errors
    /// The index cannot be written, or deleted records stand in it still.
    pub fn purge(&self) -> Result<Purged> {
        self.keep_segments();
        self.commit()?;
        let mut writer = self.writer.write().unwrap_or_else(PoisonError::into_inner);
        merging::verify(writer.index(), &self.folder)?;
        let mut purged = Purged::default();
        for segment in writer.index().searchable_segment_metas()?.into_iter().filter(tantivy::index::SegmentMeta::has_deletes) {
            writer.merge(&[segment.id()]).wait()?;
            purged.segments += 1;
            purged.records += u64::from(segment.num_deleted_docs());
        }
        let index = writer.index().clone();
        let left = index.searchable_segment_metas()?.iter().filter(|segment| segment.has_deletes()).count();
        writer.garbage_collect_files().wait()?;
        writer.set_merge_policy(Box::new(merging::policy()));
        drop(writer);
        super::writer::readable(&self.folder);
        forget_derived(&self.folder)?;
        anew::tidy(&self.folder);
        if left > 0 {
            return Err(Error::Index(format!(
                "{}: {left} segments hold deleted records still, since they were being merged; run it again",
                self.folder.display()
            )));
        }
        Ok(purged)
    }
}

/// Removes what was derived from an index: names stand in it.
///
/// # Errors
/// A file cannot be removed.
pub fn forget_derived(folder: &Path) -> Result<()> {
    for file in std::fs::read_dir(folder).map_err(|error| Error::io(folder, error))?.flatten() {
        if file.file_name().to_string_lossy().contains(".derived") {
            match std::fs::remove_file(file.path()) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(Error::io(file.path(), error)),
                _ => {}
            }
        }
    }
    Ok(())
}

/// Records under a key in one segment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trace {
    /// The key.
    pub key: u64,
    /// The segment, as its files are named.
    pub segment: String,
    /// Records that are found.
    pub live: u64,
    /// Records that are deleted and stand in the files still.
    pub deleted: u64,
}

/// What stands in the segments under some keys, deleted or not: nothing, after a removal and a purge.
///
/// # Errors
/// The index cannot be read.
pub fn traces(index: &Embedded, keys: &[u64]) -> Result<Vec<Trace>> {
    let field = index.layout.field("key")?;
    let mut traces = Vec::new();
    for segment in index.searcher().segment_readers() {
        let known = Keys::of(segment, field)?;
        for &key in keys {
            let mut trace = Trace { key, segment: segment.segment_id().uuid_string(), live: 0, deleted: 0 };
            for doc in known.records(key)?.into_iter().flatten() {
                *(if segment.is_deleted(doc) { &mut trace.deleted } else { &mut trace.live }) += 1;
            }
            traces.extend((trace.live + trace.deleted > 0).then_some(trace));
        }
    }
    Ok(traces)
}

/// What stands in the segments of articles that are blocked, deleted or not.
///
/// # Errors
/// The index or the list of what is blocked cannot be read.
pub fn blocked_traces(index: &Embedded) -> Result<Vec<Trace>> {
    let keys: Vec<u64> = BlockList::load(&index.folder)?.entries().iter().filter_map(Blocked::number).collect();
    traces(index, &keys)
}

impl Embedded {
    /// Where a word stands in the files: in the terms of which fields, in which columns, in what is stored, deleted records included. The
    /// word is one that stemming leaves as it is, in small letters.
    ///
    /// # Errors
    /// The index cannot be read.
    pub fn stands_in(&self, word: &str) -> Result<Vec<String>> {
        let mut places = Vec::new();
        for segment in self.searcher().segment_readers() {
            let mut found = |place: String| places.push(format!("{}: {place}", segment.segment_id().uuid_string()));
            for (field, entry) in self.layout.schema.fields() {
                if entry.is_indexed() {
                    let index = segment.inverted_index(field)?;
                    let mut terms = index.terms().stream().map_err(TantivyError::from)?;
                    while terms.advance() {
                        if holds(terms.key(), word) {
                            found(format!("terms of {}", entry.name()));
                            break;
                        }
                    }
                }
                if let Some(column) = segment.fast_fields().str(entry.name()).ok().flatten() {
                    let mut values = column.dictionary().stream().map_err(TantivyError::from)?;
                    while values.advance() {
                        if holds(values.key(), word) {
                            found(format!("column {}", entry.name()));
                            break;
                        }
                    }
                }
            }
            // Quotes store nothing: their article does, what it says as a text in shorthand and all else as bytes.
            let mut stored = [false; 2];
            for document in segment.get_store_reader(1).map_err(TantivyError::from)?.iter::<TantivyDocument>(None) {
                let document = document?;
                for value in document.get_all(self.layout.field("stored")?) {
                    stored[0] |= value.as_bytes().is_some_and(|bytes| holds(bytes, word));
                    stored[1] |= value.as_str().and_then(shorthand::read).is_some_and(|text| holds(text.as_bytes(), word));
                }
            }
            for (_, place) in stored.into_iter().zip(["stored", "stored text"]).filter(|(holds, _)| *holds) {
                found(place.to_owned());
            }
        }
        Ok(places)
    }

    /// The articles that pass a test, each read once.
    ///
    /// # Errors
    /// The index cannot be read.
    pub fn articles_that(&self, test: &dyn Fn(&Loaded) -> bool) -> Result<Vec<Arc<Loaded>>> {
        let searcher = self.searcher();
        let mut found = Vec::new();
        for (ord, segment) in searcher.segment_readers().iter().enumerate() {
            for doc in articles(segment)? {
                let loaded = self.load(&searcher, DocAddress::new(ord as u32, doc))?;
                found.extend(test(&loaded).then_some(loaded));
            }
        }
        Ok(found)
    }
}

/// The articles of a segment that are found.
fn articles(segment: &SegmentReader) -> Result<Vec<u32>> {
    let quotes = segment.fast_fields().u64("quotes")?;
    Ok(segment.doc_ids_alive().filter(|&doc| quotes.first(doc).is_some()).collect())
}

/// Bytes that hold a word, whatever their case.
fn holds(bytes: &[u8], word: &str) -> bool {
    !word.is_empty() && bytes.windows(word.len()).any(|window| window.eq_ignore_ascii_case(word.as_bytes()))
}
