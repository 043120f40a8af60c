//! The writing side: one writer at a time, blocks of records, one function for every commit.

use super::known::Known;
use super::layout::{Budget, DocBuilder, DocValue, IndexDoc, Layout, article_doc, quote_doc};
use super::{MARKER, Marker, Payload};
use crate::error::{Error, Result};
use crate::index::{Root, Source, Writer};
use crate::record::{self, Records, key};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant};
use tantivy::directory::error::LockError;
use tantivy::directory::{Directory, DirectoryLock, INDEX_WRITER_LOCK, MmapDirectory};
use tantivy::indexer::{IndexWriter, IndexWriterOptions, UserOperation};
use tantivy::{IndexSettings, TantivyError, Term};

/// How a writer works.
#[derive(Debug, Clone, Copy)]
pub struct WriterOptions {
    /// Indexing threads of the engine.
    pub threads: usize,
    /// Memory for all of them together, in bytes.
    pub memory: usize,
    /// How long to wait for a lock that somebody else holds.
    pub wait: Duration,
}

impl Default for WriterOptions {
    fn default() -> Self {
        let cores = std::thread::available_parallelism().map_or(2, usize::from);
        // The other half of the cores reads and attributes; fewer threads also mean fewer and larger segments.
        Self { threads: (cores / 2).clamp(1, 8), memory: 100_000_000, wait: Duration::ZERO }
    }
}

/// Who holds the lock, for the message to those who wait.
#[derive(Debug, Serialize, Deserialize)]
struct Holder {
    process: u32,
    since: String,
}

const HOLDER: &str = "onrecord-writer.json";

/// Bytes of articles between readers and the engine.
const IN_FLIGHT: usize = 24_000_000;

/// The embedded engine's writer.
pub struct EmbeddedWriter {
    writer: RwLock<IndexWriter<IndexDoc>>,
    layout: Layout,
    budget: Arc<Budget>,
    /// What the last commit before this run held.
    before: Known,
    folder: PathBuf,
    /// Something was brought since the last commit.
    is_changed: AtomicBool,
}

impl EmbeddedWriter {
    /// Opens the index in `folder` for writing; makes it where there is none. An index of another format version is an error.
    pub fn open(folder: &Path, options: WriterOptions) -> Result<Self> {
        std::fs::create_dir_all(folder).map_err(|error| Error::io(folder, error))?;
        if !folder.join(MARKER).exists() {
            create(folder)?;
        }
        super::check_marker(folder)?;
        let threads = options.threads.clamp(1, 8);
        let writer_options = IndexWriterOptions::builder()
            .num_worker_threads(threads)
            .memory_budget_per_thread((options.memory / threads).clamp(15_000_000, 2_000_000_000))
            .num_merge_threads(1)
            .build();
        let start = Instant::now();
        let index = super::open_for_writing(folder)?;
        let writer = loop {
            match index.writer_with_options(writer_options.clone()) {
                Ok(writer) => break writer,
                Err(TantivyError::LockFailure(LockError::LockBusy, _)) if start.elapsed() < options.wait => {
                    std::thread::sleep(Duration::from_millis(50));
                }
                Err(TantivyError::LockFailure(LockError::LockBusy, _)) => return Err(busy(folder)),
                Err(error) => return Err(error.into()),
            }
        };
        hold(folder);
        readable(folder);
        // Behind the lock: nobody commits between this look and this run.
        let before = Known::open(folder)?;
        Ok(Self {
            writer: RwLock::new(writer),
            layout: Layout::new(),
            budget: Budget::new(IN_FLIGHT),
            before,
            folder: folder.to_path_buf(),
            is_changed: AtomicBool::new(false),
        })
    }

    /// Waits until merges that have begun are done, and gives the lock back.
    pub fn finish(self) -> Result<()> {
        let writer = self.writer.into_inner().unwrap_or_else(PoisonError::into_inner);
        writer.wait_merging_threads()?;
        let _ = std::fs::remove_file(self.folder.join(HOLDER));
        Ok(())
    }

    fn run(&self, operations: Vec<UserOperation<IndexDoc>>) -> Result<()> {
        self.is_changed.store(true, Ordering::Relaxed);
        self.writer.read().unwrap_or_else(PoisonError::into_inner).run(operations).map_err(|error| self.said(error))?;
        Ok(())
    }

    /// The engine says only that one of its threads ended.
    fn said(&self, error: TantivyError) -> Error {
        match error {
            TantivyError::ErrorInThread(_) => {
                let folder = self.folder.display();
                Error::Index(format!(
                    "{folder}: the index cannot be written any further; is the disk full? What was committed stands ({error})"
                ))
            }
            error => error.into(),
        }
    }

    fn key_term(&self, key: u64) -> Result<Term> {
        Ok(Term::from_field_u64(self.layout.field("key")?, key))
    }
}

/// An error where an index would be made among files of others.
pub(super) fn check_room(folder: &Path) -> Result<()> {
    let others = std::fs::read_dir(folder).map_err(|error| Error::io(folder, error))?.next().is_some();
    if others && !folder.join("meta.json").exists() {
        return Err(Error::Usage(format!(
            "{}: this folder holds other files; name an empty or a new folder for the index",
            folder.display()
        )));
    }
    Ok(())
}

fn create(folder: &Path) -> Result<()> {
    check_room(folder)?;
    let settings = IndexSettings {
        docstore_compression: tantivy::store::Compressor::Zstd(tantivy::store::ZstdCompressor { compression_level: Some(3) }),
        docstore_compress_dedicated_thread: false,
        docstore_blocksize: 65_536,
        ..IndexSettings::default()
    };
    let directory = MmapDirectory::open(folder).map_err(TantivyError::from)?;
    tantivy::Index::builder().schema(Layout::new().schema).settings(settings).open_or_create(directory)?;
    // Last: a folder with the marker is an index.
    let marker = serde_json::to_vec(&Marker::current()).unwrap_or_default();
    let path = folder.join(MARKER);
    std::fs::write(&path, marker).map_err(|error| Error::io(&path, error))
}

/// Whoever may read the other files of the index may read those that the engine replaces as a whole, too: it makes them for the owner alone.
fn readable(folder: &Path) {
    if let Ok(like) = std::fs::metadata(folder.join(MARKER)) {
        for name in [".managed.json", "meta.json"] {
            // Without it only this user can search: not worth an error.
            let _ = std::fs::set_permissions(folder.join(name), like.permissions());
        }
    }
}

/// The lock of an index, held while something is done with all of it.
pub struct IndexLock(#[expect(dead_code, reason = "given back when it is dropped")] DirectoryLock);

/// Takes the writer's lock of the index in `folder`, if there is one.
///
/// # Errors
/// Somebody else holds it for longer than `wait`.
pub fn lock(folder: &Path, wait: Duration) -> Result<Option<IndexLock>> {
    if !folder.join("meta.json").exists() {
        return Ok(None);
    }
    let directory = MmapDirectory::open(folder).map_err(TantivyError::from)?;
    let start = Instant::now();
    loop {
        match directory.acquire_lock(&INDEX_WRITER_LOCK) {
            Ok(lock) => {
                hold(folder);
                return Ok(Some(IndexLock(lock)));
            }
            Err(LockError::LockBusy) if start.elapsed() < wait => std::thread::sleep(Duration::from_millis(50)),
            Err(LockError::LockBusy) => return Err(busy(folder)),
            Err(LockError::IoError(error)) => return Err(Error::io(folder, std::io::Error::new(error.kind(), error.to_string()))),
        }
    }
}

/// Says who holds the lock, for the message to those who wait; an index is written just as well without it.
fn hold(folder: &Path) {
    let holder = Holder { process: std::process::id(), since: chrono::Local::now().format("%Y-%m-%d %H:%M:%S").to_string() };
    let _ = std::fs::write(folder.join(HOLDER), serde_json::to_vec(&holder).unwrap_or_default());
}

/// No two commits have it: process and time.
fn commit_seed() -> String {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    format!("{} {}", std::process::id(), now.as_nanos())
}

fn busy(folder: &Path) -> Error {
    let holder: Option<Holder> = std::fs::read(folder.join(HOLDER)).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok());
    let who = holder.map_or("another process".into(), |holder| format!("process {} (since {})", holder.process, holder.since));
    Error::Busy(format!("{}: {who} is writing to this index; wait for it, or use --wait SECONDS", folder.display()))
}

impl Writer for EmbeddedWriter {
    fn roots(&self) -> Result<Vec<Root>> {
        self.before.roots()
    }

    fn sources(&self) -> Result<HashMap<u64, Source>> {
        self.before.sources()
    }

    fn source_path(&self, key: u64) -> Result<Option<String>> {
        self.before.source_path(key)
    }

    fn source_paths(&self) -> Result<HashMap<u64, String>> {
        self.before.source_paths()
    }

    fn article_hash(&self, key: u64) -> Result<Option<u64>> {
        self.before.article_hash(key)
    }

    fn articles_of(&self, source: u64) -> Result<Vec<u64>> {
        self.before.articles_of(source)
    }

    fn put(&self, records: Records, replace: bool) -> Result<()> {
        let Records { article, quotes, marked } = records;
        let reported = quotes.len() as u64 - marked;
        let permit = self.budget.take(article.stored.len() * 3 + quotes.len() * 400 + 1_000);
        let mut operations = Vec::with_capacity(quotes.len() + 2);
        if replace {
            operations.push(UserOperation::Delete(self.key_term(article.key)?));
        }
        operations.push(UserOperation::Add(article_doc(&self.layout, article, marked, reported, permit)?));
        for quote in quotes {
            operations.push(UserOperation::Add(quote_doc(&self.layout, quote)?));
        }
        self.run(operations)
    }

    fn put_source(&self, source: &Source) -> Result<()> {
        let mut doc = DocBuilder::new(&self.layout, "s")?;
        let numbers = [
            ("key", source.key),
            ("order", source.key),
            ("root", source.root),
            ("size", source.size),
            ("inode", source.inode),
            ("hash", source.hash),
            ("articles", source.articles),
            ("reading", source.reading),
        ];
        for (name, number) in numbers {
            doc.add(name, DocValue::U64(number))?;
        }
        for (name, time) in [("modified", source.modified), ("changed", source.changed), ("seen", source.seen)] {
            doc.add(name, DocValue::I64(time))?;
        }
        doc.add("stored", DocValue::Bytes(source.path.clone().into_bytes()))?;
        self.run(vec![UserOperation::Delete(self.key_term(source.key)?), UserOperation::Add(doc.finish(None))])
    }

    fn put_root(&self, root: &Root) -> Result<()> {
        if self.before.roots()?.contains(root) {
            return Ok(());
        }
        let key = key(&["root", &root.name]);
        let mut doc = DocBuilder::new(&self.layout, "r")?;
        doc.add("key", DocValue::U64(key))?;
        doc.add("stored", DocValue::Bytes(postcard::to_allocvec(root).unwrap_or_default()))?;
        self.run(vec![UserOperation::Delete(self.key_term(key)?), UserOperation::Add(doc.finish(None))])
    }

    fn remove(&self, key: u64) -> Result<()> {
        self.run(vec![UserOperation::Delete(self.key_term(key)?)])
    }

    fn pieces(&self, source: u64) -> Option<Vec<u8>> {
        self.before.pieces(source)
    }

    fn keep_pieces(&self, source: u64, bytes: &[u8]) {
        self.before.keep_pieces(source, bytes);
    }

    fn commit(&self) -> Result<()> {
        let mut writer = self.writer.write().unwrap_or_else(PoisonError::into_inner);
        // What stands is the commit already: pages and copies of it stay good.
        if !self.is_changed.swap(false, Ordering::Relaxed) {
            return Ok(());
        }
        let mut commit = writer.prepare_commit().map_err(|error| self.said(error))?;
        // Lives in meta.json and is read at every opening: keep it small.
        let payload = Payload { marker: Marker::current(), commit: record::key(&["commit", &commit_seed()]) };
        commit.set_payload(&serde_json::to_string(&payload).unwrap_or_default());
        commit.commit().map_err(|error| self.said(error))?;
        readable(&self.folder);
        Ok(())
    }
}
