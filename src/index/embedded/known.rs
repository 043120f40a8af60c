//! What the last commit knows of files and articles: what a run asks before it writes.

use super::Embedded;
use crate::error::Result;
use crate::index::{Root, Source, lasting};
use crate::record::show_key;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};
use tantivy::columnar::Column;
use tantivy::{DocAddress, Term};

/// How the names of the files end that say which bytes of a container gave which article: made by a run, missed only for their speed.
pub(super) const PIECES: &str = ".pieces";

/// From so many questions on, one pass over the columns costs less than looking each of them up.
const MANY: usize = 2_000;

/// The last commit, as a run finds it.
pub(super) struct Known {
    opened: Embedded,
    /// Articles asked for one by one.
    articles_asked: AtomicUsize,
    /// Files asked for one by one.
    sources_asked: AtomicUsize,
    /// Key and hash of every article, in the order of keys; made when many are asked for.
    articles: OnceLock<Vec<(u64, u64)>>,
    /// File and key of every article, in the order of files; made when many are asked for.
    of_sources: OnceLock<Vec<(u64, u64)>>,
}

impl Known {
    pub(super) fn open(folder: &Path) -> Result<Self> {
        let opened = Embedded::open(folder)?;
        let (articles, of_sources) = (OnceLock::new(), OnceLock::new());
        Ok(Self { opened, articles_asked: AtomicUsize::new(0), sources_asked: AtomicUsize::new(0), articles, of_sources })
    }

    pub(super) fn roots(&self) -> Result<Vec<Root>> {
        self.opened.roots()
    }

    /// The source files, by key; without their paths.
    pub(super) fn sources(&self) -> Result<HashMap<u64, Source>> {
        let mut sources = HashMap::new();
        self.each_source(|segment, docs| {
            let columns = segment.fast_fields();
            let number = |name: &str| columns.u64(name);
            let (key, root, size, inode) = (number("order")?, number("root")?, number("size")?, number("inode")?);
            let (hash, articles, reading) = (number("hash")?, number("articles")?, number("reading")?);
            let (modified, changed, seen) = (columns.i64("modified")?, columns.i64("changed")?, columns.i64("seen")?);
            sources.reserve(docs.len());
            for (_, doc) in docs {
                let of = |column: &Column<u64>| column.first(doc).unwrap_or(0);
                let at = |column: &Column<i64>| column.first(doc).unwrap_or(0);
                let source = Source {
                    key: of(&key),
                    root: of(&root),
                    size: of(&size),
                    modified: at(&modified),
                    changed: at(&changed),
                    inode: of(&inode),
                    seen: at(&seen),
                    hash: of(&hash),
                    articles: of(&articles),
                    reading: of(&reading),
                    path: String::new(),
                };
                sources.insert(source.key, source);
            }
            Ok(())
        })?;
        Ok(sources)
    }

    /// The paths of all source files below their roots, by key: each is read from where it is stored, which takes its time.
    pub(super) fn source_paths(&self) -> Result<HashMap<u64, String>> {
        let mut paths = HashMap::new();
        let searcher = self.opened.searcher();
        self.each_source(|segment, docs| {
            let keys = segment.fast_fields().u64("order")?;
            for (ord, doc) in docs {
                let path = String::from_utf8(self.opened.stored(&searcher, DocAddress::new(ord, doc))?);
                paths.extend(keys.first(doc).zip(path.ok()));
            }
            Ok(())
        })?;
        Ok(paths)
    }

    /// Goes through the bookkeeping of source files, segment by segment.
    fn each_source(&self, mut visit: impl FnMut(&tantivy::SegmentReader, Vec<(u32, u32)>) -> Result<()>) -> Result<()> {
        let searcher = self.opened.searcher();
        let term = Term::from_field_text(self.opened.layout.field("record")?, "s");
        let addresses = self.opened.records_of(&searcher, &term)?;
        for of_segment in addresses.chunk_by(|a, b| a.segment_ord == b.segment_ord) {
            let segment = searcher.segment_reader(of_segment[0].segment_ord);
            visit(segment, of_segment.iter().map(|address| (address.segment_ord, address.doc_id)).collect())?;
        }
        Ok(())
    }

    pub(super) fn source_path(&self, key: u64) -> Result<Option<String>> {
        let Some(address) = self.opened.record(&self.opened.searcher(), key)? else { return Ok(None) };
        Ok(String::from_utf8(self.opened.stored(&self.opened.searcher(), address)?).ok())
    }

    /// The hash of an article, if it is there.
    pub(super) fn article_hash(&self, key: u64) -> Result<Option<u64>> {
        if self.articles_asked.fetch_add(1, Ordering::Relaxed) < MANY {
            let Some(DocAddress { segment_ord, doc_id }) = self.opened.record(&self.opened.searcher(), key)? else { return Ok(None) };
            return Ok(self.opened.searcher().segment_reader(segment_ord).fast_fields().u64("hash")?.first(doc_id));
        }
        let articles = match self.articles.get() {
            Some(articles) => articles,
            // Several threads may come here at once; the first to be done is believed.
            None => {
                let table = self.table("order", "hash")?;
                self.articles.get_or_init(|| table)
            }
        };
        Ok(articles.binary_search_by_key(&key, |(key, _)| *key).ok().map(|at| articles[at].1))
    }

    /// The keys of all articles of a source file.
    pub(super) fn articles_of(&self, source: u64) -> Result<Vec<u64>> {
        // Each question by itself is a pass over the columns already.
        if self.sources_asked.fetch_add(1, Ordering::Relaxed) < 2 {
            let searcher = self.opened.searcher();
            let mut keys = Vec::new();
            for DocAddress { segment_ord, doc_id } in self.opened.records_of_source(&searcher, source)? {
                keys.extend(searcher.segment_reader(segment_ord).fast_fields().u64("order")?.first(doc_id));
            }
            return Ok(keys);
        }
        let all = match self.of_sources.get() {
            Some(all) => all,
            None => {
                let table = self.table("source", "order")?;
                self.of_sources.get_or_init(|| table)
            }
        };
        let from = all.partition_point(|(of, _)| *of < source);
        Ok(all[from..].iter().take_while(|(of, _)| *of == source).map(|(_, key)| *key).collect())
    }

    /// What was kept of the pieces of a source file.
    pub(super) fn pieces(&self, source: u64) -> Option<Vec<u8>> {
        std::fs::read(self.pieces_file(source)).ok()
    }

    /// Keeps something of the pieces of a source file: whoever reads it has the old or the new.
    pub(super) fn keep_pieces(&self, source: u64, bytes: &[u8]) {
        let file = self.pieces_file(source);
        if bytes.is_empty() || lasting::keep(&file, bytes).is_err() {
            // It is only missed for its speed.
            let _ = std::fs::remove_file(&file);
        }
    }

    fn pieces_file(&self, source: u64) -> PathBuf {
        self.opened.folder.join(format!("{}{PIECES}", show_key(source)))
    }

    /// Two numbers of every article, in order.
    fn table(&self, first: &str, second: &str) -> Result<Vec<(u64, u64)>> {
        let mut rows = Vec::new();
        for segment in self.opened.searcher().segment_readers() {
            let columns = segment.fast_fields();
            // Only articles have a source; only articles and files have a hash.
            let (of, first, second) = (columns.u64("source")?, columns.u64(first)?, columns.u64(second)?);
            let articles = segment.doc_ids_alive().filter(|&doc| of.first(doc).is_some());
            rows.extend(articles.filter_map(|doc| first.first(doc).zip(second.first(doc))));
        }
        rows.sort_unstable();
        Ok(rows)
    }
}
