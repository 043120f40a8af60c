//! The engine inside this program: Tantivy, asked and fed through the traits of [`crate::index`].
//!
//! | room | here is ... | give me ... |
//! |---|---|---|
//! | `layout` | the field table; a record | the engine's schema; a document |
//! | `plan` | a bound query | the engine's query |
//! | `forms`, `words` | words and fields | the records that hold them, with BM25 (`bm25`) |
//! | `block` | quotes | their articles, and back |
//! | `collect` | matches | the best, and their number |
//! | `writer` | records | a committed index |
//! | `directory` | a folder | the same for readers without permission to write |

mod block;
mod bm25;
mod collect;
mod directory;
mod forms;
mod layout;
mod plan;
mod words;
mod writer;

#[cfg(test)]
mod tests;

pub use writer::{EmbeddedWriter, IndexLock, WriterOptions, lock};

use crate::analyze;
use crate::error::{Error, Result};
use crate::index::{Counts, Find, Found, Hit, Index};
use crate::query::{Mode, bind};
use crate::record::{self, Stored};
use crate::schema;
use collect::Best;
use layout::Layout;
use plan::Planner;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;
use tantivy::collector::Collector;
use tantivy::directory::MmapDirectory;
use tantivy::query::EnableScoring;
use tantivy::schema::IndexRecordOption;
use tantivy::schema::Value;
use tantivy::{DocAddress, DocSet, IndexReader, ReloadPolicy, Searcher, SegmentReader, TERMINATED, TantivyDocument, TantivyError, Term};
use words::Totals;

/// The file that marks a folder as an index.
pub const MARKER: &str = "onrecord.json";

/// What a marker says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Marker {
    format: u32,
    analyzer: String,
    /// [`record::VERSION`]: the rules by which articles were read and attributed.
    #[serde(default)]
    records: u32,
}

impl Marker {
    fn current() -> Self {
        Self { format: schema::fields().format, analyzer: analyze::FINGERPRINT.to_owned(), records: record::VERSION }
    }
}

/// True for a folder that is an index by its own marker.
pub fn is_index(folder: &Path) -> bool {
    folder.join(MARKER).is_file()
}

/// An index opened for searching: it sees the commit that it opened.
pub struct Embedded {
    layout: Layout,
    reader: IndexReader,
}

/// Decompressed blocks of stored articles kept at hand, per segment.
const STORE_BLOCKS: usize = 64;

impl Embedded {
    /// Opens the index in `folder`.
    ///
    /// # Errors
    /// There is no index, or it was made by another format version or analyzer.
    pub fn open(folder: &Path) -> Result<Self> {
        check_marker(folder)?;
        let directory = MmapDirectory::open(folder).map_err(TantivyError::from)?;
        let mut index = tantivy::Index::open(directory::ReadDirectory(directory))?;
        index.set_tokenizers(layout::tokenizers());
        let reader = index.reader_builder().reload_policy(ReloadPolicy::Manual).doc_store_cache_num_blocks(STORE_BLOCKS).try_into()?;
        Ok(Self { layout: Layout::new(), reader })
    }

    /// Sees the newest commit from now on.
    pub fn reload(&self) -> Result<()> {
        Ok(self.reader.reload()?)
    }

    fn searcher(&self) -> Searcher {
        self.reader.searcher()
    }

    /// What a record stored.
    fn stored(&self, segment: &SegmentReader, doc: u32) -> Result<Vec<u8>> {
        let document: TantivyDocument = segment.get_store_reader(1).map_err(TantivyError::from)?.get(doc)?;
        Ok(self.stored_bytes(&document)?.to_vec())
    }

    fn stored_bytes<'a>(&self, document: &'a TantivyDocument) -> Result<&'a [u8]> {
        let value = document.get_first(self.layout.field("stored")?);
        value
            .and_then(|value| value.as_bytes())
            .ok_or_else(|| Error::Index("a record without its content: the index is damaged; rebuild it".into()))
    }

    /// The first live record under a term: segment and record.
    fn record_of(&self, term: Term) -> Result<Option<(u32, u32)>> {
        for (ord, segment) in self.searcher().segment_readers().iter().enumerate() {
            let index = segment.inverted_index(term.field())?;
            let Some(mut postings) = index.read_postings(&term, IndexRecordOption::Basic).map_err(TantivyError::from)? else { continue };
            while postings.doc() != TERMINATED {
                if !segment.is_deleted(postings.doc()) {
                    return Ok(Some((ord as u32, postings.doc())));
                }
                postings.advance();
            }
        }
        Ok(None)
    }

    fn totals(&self, searcher: &Searcher) -> Result<Totals> {
        let field = self.layout.field("record")?;
        let count = |letter: &str| searcher.doc_freq(&Term::from_field_text(field, letter));
        Ok(Totals { articles: count("a")?, quotes: count("q")? })
    }
}

impl Index for Embedded {
    fn find(&self, find: &Find<'_>) -> Result<Found> {
        let searcher = self.searcher();
        let planner = Planner { layout: &self.layout, totals: self.totals(&searcher)? };
        let query = planner.plan(&bind(find.query, find.mode), find.mode)?;
        let by_score = find.sort == crate::index::Sort::Relevance;
        let scoring =
            if by_score { EnableScoring::enabled_from_searcher(&searcher) } else { EnableScoring::disabled_from_searcher(&searcher) };
        let weight = query.weight(scoring)?;
        let best = Best { limit: find.limit, sort: find.sort, quotes: find.mode == Mode::Quotes };
        let mut fruits = Vec::new();
        for (ord, segment) in searcher.segment_readers().iter().enumerate() {
            fruits.push(best.collect_segment(weight.as_ref(), ord as u32, segment)?);
        }
        let (total, ranked) = best.merge_fruits(fruits)?;

        // Quotes of one article share what was loaded of it.
        let mut loaded = HashMap::new();
        let mut hits = Vec::with_capacity(ranked.len());
        for hit in ranked {
            let mut address = hit.address;
            let mut quote = None;
            if find.mode == Mode::Quotes {
                let columns = searcher.segment_reader(address.segment_ord).fast_fields();
                let ordinal = columns.u64("ordinal")?.first(address.doc_id).unwrap_or(1).max(1);
                address = DocAddress::new(address.segment_ord, address.doc_id.saturating_sub(ordinal as u32));
                quote = Some(ordinal as usize - 1);
            }
            let article = match loaded.get(&address) {
                Some(article) => Arc::clone(article),
                None => {
                    let document: TantivyDocument = searcher.doc(address)?;
                    let article = Stored::load(self.stored_bytes(&document)?);
                    let article = Arc::new(
                        article.ok_or_else(|| Error::Index("a stored article cannot be read: the index is damaged; rebuild it".into()))?,
                    );
                    loaded.insert(address, Arc::clone(&article));
                    article
                }
            };
            if quote.is_some_and(|quote| quote >= article.attribution.quotes.len()) {
                return Err(Error::Index("a quote without its article: the index is damaged; rebuild it".into()));
            }
            hits.push(Hit { score: hit.score, article, quote });
        }
        Ok(Found { total, hits })
    }

    fn counts(&self) -> Result<Counts> {
        let searcher = self.searcher();
        let mut counts = Counts::default();
        let field = self.layout.field("record")?;
        for (letter, count) in [("a", &mut counts.articles), ("q", &mut counts.quotes)] {
            let term = Term::from_field_text(field, letter);
            let query = tantivy::query::TermQuery::new(term, IndexRecordOption::Basic);
            *count = tantivy::query::Query::count(&query, &searcher)? as u64;
        }
        Ok(counts)
    }
}

fn check_marker(folder: &Path) -> Result<()> {
    let path = folder.join(MARKER);
    let bytes = match std::fs::read(&path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            let text = format!(
                "{}: there is no index here; make one with `onrecord index FOLDER`, name one with --index DIR, or search a folder of articles with --from FOLDER",
                folder.display()
            );
            return Err(Error::Index(text));
        }
        Err(error) => return Err(Error::io(path, error)),
    };
    let current = Marker::current();
    match serde_json::from_slice::<Marker>(&bytes) {
        Ok(marker) if marker == current => Ok(()),
        Ok(marker) => Err(Error::Index(format!(
            "{}: this index has format {} ({}, records {}), this program writes format {} ({}, records {}); run `onrecord index --rebuild` with its folders",
            folder.display(),
            marker.format,
            marker.analyzer,
            marker.records,
            current.format,
            current.analyzer,
            current.records
        ))),
        Err(_) => {
            Err(Error::Index(format!("{}: not a readable index marker; run `onrecord index --rebuild` with its folders", path.display())))
        }
    }
}

fn open_for_writing(folder: &Path) -> Result<tantivy::Index> {
    let mut index = tantivy::Index::open_in_dir(folder)?;
    index.set_tokenizers(layout::tokenizers());
    Ok(index)
}
