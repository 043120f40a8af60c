//! The writing side: one writer at a time, blocks of records, one function for every commit.

use super::budget::Budget;
use super::directory::{Folder, MANAGED, META, Purpose};
use super::document::{BlockBuilder, BlockDoc};
use super::keys::KeyQuery;
use super::known::Known;
use super::layout::{Layout, block};
use super::{MARKER, Marker, Payload, anew, merging};
use crate::error::{Error, Result};
use crate::index::{BlockList, Root, Source, Writer, lasting};
use crate::record::{self, Records, key};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::{Duration, Instant};
use tantivy::directory::error::LockError;
use tantivy::directory::{Directory, DirectoryLock, INDEX_WRITER_LOCK, META_LOCK};
use tantivy::indexer::{IndexWriter, IndexWriterOptions, UserOperation};
use tantivy::{IndexSettings, TantivyError};

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
        // The other half of the cores reads and attributes; fewer threads also mean fewer and larger segments.
        Self { threads: (cores() / 2).clamp(1, 8), memory: 150_000_000, wait: Duration::ZERO }
    }
}

fn cores() -> usize {
    std::thread::available_parallelism().map_or(2, usize::from)
}

/// Who holds the lock, for the message to those who wait.
#[derive(Debug, Serialize, Deserialize)]
struct Holder {
    process: u32,
    since: String,
}

pub(super) const HOLDER: &str = "onrecord-writer.json";

/// A lock that is held for less than this is no other writer: a process that is being started holds what its parent had open for a moment.
const GRACE: Duration = Duration::from_millis(150);

/// Bytes of articles between readers and the engine. The engine needs two seconds to write a segment, in which one reader could bring some 70 MB
/// more: with 32 MB both cores stood idle for 6 % of the time of forty copies of Reuters-21578, with 60 for 4, with 100 for 3.
const IN_FLIGHT: usize = 50_000_000;

/// Bytes of articles that go to the engine together, at least: its queue has 10,000 places, and together they hold all that is in flight.
const TOGETHER: usize = IN_FLIGHT / 10_000;

/// Records that wait for others to go to the engine with.
#[derive(Default)]
struct Waiting {
    docs: Vec<BlockDoc>,
    bytes: usize,
}

/// The embedded engine's writer.
pub struct EmbeddedWriter {
    waiting: Mutex<Waiting>,
    pub(super) writer: RwLock<IndexWriter<BlockDoc>>,
    layout: Layout,
    budget: Arc<Budget>,
    /// What the last commit before this run held.
    before: Known,
    pub(super) folder: PathBuf,
    blocked: RwLock<Arc<BlockList>>,
    /// Something was brought since the last commit.
    is_changed: AtomicBool,
}

impl EmbeddedWriter {
    /// Opens the index in `folder` for writing; makes it where there is none. An index of another format version is an error.
    pub fn open(folder: &Path, options: WriterOptions) -> Result<Self> {
        super::recover(folder)?;
        std::fs::create_dir_all(folder).map_err(|error| Error::io(folder, error))?;
        if !folder.join(MARKER).exists() || !folder.join(META).exists() {
            create(folder, options.wait)?;
        }
        super::check_marker(folder)?;
        let threads = options.threads.clamp(1, 8);
        let writer_options = IndexWriterOptions::builder()
            .num_worker_threads(threads)
            .memory_budget_per_thread((options.memory / threads).clamp(15_000_000, 2_000_000_000))
            .num_merge_threads(1)
            .build();
        let (start, wait) = (Instant::now(), options.wait.max(GRACE));
        let index = super::open_for_writing(folder)?;
        let writer = loop {
            match index.writer_with_options(writer_options.clone()) {
                Ok(writer) => break writer,
                Err(TantivyError::LockFailure(LockError::LockBusy, _)) if start.elapsed() < wait => {
                    std::thread::sleep(Duration::from_millis(20));
                }
                Err(TantivyError::LockFailure(LockError::LockBusy, _)) => return Err(busy(folder)),
                Err(TantivyError::LockFailure(LockError::IoError(error), _)) => {
                    return Err(Error::io(folder, std::io::Error::new(error.kind(), error.to_string())));
                }
                Err(error) => return Err(error.into()),
            }
        };
        writer.set_merge_policy(Box::new(merging::policy()));
        hold(folder);
        readable(folder);
        anew::tidy(folder);
        // What a run left that was killed or that found the disk full: there may be no room for anything else until it is gone.
        lasting::clear_halves(folder);
        let _ = writer.garbage_collect_files().wait();
        let blocked = BlockList::load(folder)?;
        // Behind the lock: nobody commits between this look and this run.
        let before = Known::open(folder)?;
        Ok(Self {
            waiting: Mutex::default(),
            writer: RwLock::new(writer),
            layout: Layout::new(),
            budget: Budget::new(IN_FLIGHT, cores().saturating_sub(threads).max(1)),
            before,
            folder: folder.to_path_buf(),
            blocked: RwLock::new(Arc::new(blocked)),
            is_changed: AtomicBool::new(false),
        })
    }

    /// Writes segments anew of which much is deleted, at the end of a run; whether that succeeds does not matter to what is committed.
    pub fn tidy(&self) {
        let mut writer = self.writer.write().unwrap_or_else(PoisonError::into_inner);
        let Ok(segments) = writer.index().searchable_segment_metas() else { return };
        let wasteful = merging::wasteful(segments);
        if let (false, Err(error)) = (wasteful.is_empty(), merging::verify(writer.index(), &self.folder)) {
            log::warn!("{error}");
            return;
        }
        for ids in wasteful {
            // Nobody waits for one by one: `finish` waits for all.
            drop(writer.merge(&ids));
        }
    }

    /// Waits until merges that have begun are done, and gives the lock back.
    pub fn finish(self) -> Result<()> {
        let writer = self.writer.into_inner().unwrap_or_else(PoisonError::into_inner);
        writer.wait_merging_threads()?;
        let _ = std::fs::remove_file(self.folder.join(HOLDER));
        Ok(())
    }

    /// Adds records, which come to stand one behind the other; those of `bytes` bytes may wait for others to go with.
    fn add(&self, docs: Vec<BlockDoc>, bytes: usize) -> Result<()> {
        self.is_changed.store(true, Ordering::Relaxed);
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.docs.extend(docs);
        waiting.bytes += bytes;
        if waiting.bytes < TOGETHER { Ok(()) } else { self.send(&mut waiting) }
    }

    /// Deletes what stood under a key, then adds records; nobody commits in between.
    fn replace(&self, key: u64, docs: Vec<BlockDoc>) -> Result<()> {
        self.is_changed.store(true, Ordering::Relaxed);
        let field = self.layout.field("key")?;
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        // What came before may be what is deleted.
        self.send(&mut waiting)?;
        let writer = self.writer.read().unwrap_or_else(PoisonError::into_inner);
        let deleted = writer.delete_query(Box::new(KeyQuery { field, key }));
        deleted.and_then(|_| writer.run(docs.into_iter().map(UserOperation::Add))).map_err(|error| self.said(error))?;
        Ok(())
    }

    /// Sends the engine what waits. Whoever holds the lock of what waits may take that of the engine, never the other way round.
    fn send(&self, waiting: &mut Waiting) -> Result<()> {
        let Waiting { docs, .. } = std::mem::take(waiting);
        let writer = self.writer.read().unwrap_or_else(PoisonError::into_inner);
        writer.run(docs.into_iter().map(UserOperation::Add)).map_err(|error| self.said(error))?;
        Ok(())
    }

    /// The engine says only that one of its threads ended.
    pub(super) fn said(&self, error: TantivyError) -> Error {
        let folder = self.folder.display();
        if !self.folder.join(META).exists() {
            return Error::Index(format!("{folder}: the folder of the index has vanished while it was written to"));
        }
        let stands = "the index cannot be written any further; is the disk full, or a file of the index damaged (`onrecord check` tells)? What was committed stands";
        match error {
            TantivyError::ErrorInThread(_) => Error::Index(format!("{folder}: {stands}")),
            error => Error::Index(format!("{folder}: {stands} ({error})")),
        }
    }

    /// The engine's writer, for those who merge.
    pub(super) fn engine(&mut self) -> &mut IndexWriter<BlockDoc> {
        self.writer.get_mut().unwrap_or_else(PoisonError::into_inner)
    }
}

/// An error where an index would be made among files of others.
pub(super) fn check_room(folder: &Path) -> Result<()> {
    let entries = std::fs::read_dir(folder).map_err(|error| Error::io(folder, error))?;
    let names: Vec<String> = entries.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    let has_meta = names.iter().any(|name| name == META);
    let is_segment = |name: &String| name.ends_with(".store") || name.ends_with(".idx");
    if !has_meta && names.iter().any(is_segment) {
        return Err(Error::Index(format!(
            "{}: {META} is missing, which says of which files the index is made; run `onrecord index --rebuild` with its folders",
            folder.display()
        )));
    }
    // What a beginning leaves when it is killed: names that only this program and the engine give.
    let is_ours = |name: &String| name.starts_with(".tantivy-") || name.starts_with(".tmp") || name.starts_with("onrecord");
    // Beside an index that is made anew stands what people wrote in the folder of the old one.
    let is_anew = names.iter().any(|name| name == anew::TAG);
    if !has_meta && !is_anew && !names.iter().all(|name| is_ours(name) || name == MANAGED) {
        return Err(Error::Usage(format!(
            "{}: this folder holds other files; name an empty or a new folder for the index",
            folder.display()
        )));
    }
    Ok(())
}

/// Makes an empty index, or completes one that was killed while it was made.
fn create(folder: &Path, wait: Duration) -> Result<()> {
    check_room(folder)?;
    // Two that begin at once make one index.
    let _lock = lock_folder(folder, wait)?;
    let settings = settings();
    let directory = Folder::open(folder, Purpose::Write)?;
    tantivy::Index::builder().schema(Layout::new().schema).settings(settings).open_or_create(directory)?;
    // Last: a folder with the marker is an index.
    let path = folder.join(MARKER);
    if path.exists() {
        return Ok(());
    }
    lasting::write(&path, &serde_json::to_vec(&Marker::current()).unwrap_or_default())
}

/// How the engine keeps what is stored.
pub(super) fn settings() -> IndexSettings {
    IndexSettings {
        docstore_compression: tantivy::store::Compressor::Zstd(tantivy::store::ZstdCompressor { compression_level: Some(4) }),
        docstore_compress_dedicated_thread: false,
        docstore_blocksize: 65_536,
        ..IndexSettings::default()
    }
}

/// Whoever may read the other files of the index may read those that the engine replaces as a whole, too: it makes them for the owner alone.
pub(super) fn readable(folder: &Path) {
    if let Ok(like) = std::fs::metadata(folder.join(MARKER)) {
        for name in [MANAGED, META] {
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
    if !folder.join(META).exists() {
        return Ok(None);
    }
    let lock = lock_folder(folder, wait)?;
    hold(folder);
    Ok(Some(lock))
}

fn lock_folder(folder: &Path, wait: Duration) -> Result<IndexLock> {
    let directory = Folder::open(folder, Purpose::Write)?;
    let (start, wait) = (Instant::now(), wait.max(GRACE));
    loop {
        match directory.acquire_lock(&INDEX_WRITER_LOCK) {
            Ok(lock) => return Ok(IndexLock(lock)),
            Err(LockError::LockBusy) if start.elapsed() < wait => std::thread::sleep(Duration::from_millis(20)),
            Err(LockError::LockBusy) => return Err(busy(folder)),
            Err(LockError::IoError(error)) => return Err(Error::io(folder, std::io::Error::new(error.kind(), error.to_string()))),
        }
    }
}

/// Keeps everybody from removing files of the index, as long as it is held; granted where nothing can be written.
pub(super) fn lock_readers(folder: &Path) -> Result<DirectoryLock> {
    let lock = Folder::open(folder, Purpose::Read)?.acquire_lock(&META_LOCK);
    lock.map_err(|error| Error::Index(format!("{}: the lock of readers cannot be taken ({error})", folder.display())))
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

    fn put(&self, records: Records<'_>, replace: bool) -> Result<()> {
        let key = records.article.key;
        let block = block(&self.layout, records)?;
        let bytes = block.bytes();
        let docs = block.finish(Some(self.budget.take(bytes)))?;
        if replace { self.replace(key, docs) } else { self.add(docs, bytes) }
    }

    fn put_source(&self, source: &Source) -> Result<()> {
        let mut doc = BlockBuilder::new(&self.layout, 1, 1);
        doc.begin("s")?;
        doc.key(source.key)?;
        let numbers = [
            ("root", source.root),
            ("size", source.size),
            ("inode", source.inode),
            ("hash", source.hash),
            ("articles", source.articles),
            ("reading", source.reading),
        ];
        for (name, number) in numbers {
            doc.u64(name, number)?;
        }
        for (name, time) in [("modified", source.modified), ("changed", source.changed), ("seen", source.seen)] {
            doc.i64(name, time)?;
        }
        doc.stored(source.path.clone().into_bytes())?;
        self.replace(source.key, doc.finish(None)?)
    }

    fn put_root(&self, root: &Root) -> Result<()> {
        if self.before.roots()?.contains(root) {
            return Ok(());
        }
        let key = key(&["root", &root.name]);
        let mut doc = BlockBuilder::new(&self.layout, 1, 1);
        doc.begin("r")?;
        doc.key(key)?;
        doc.stored(postcard::to_allocvec(root).unwrap_or_default())?;
        self.replace(key, doc.finish(None)?)
    }

    fn blocked(&self) -> Arc<BlockList> {
        Arc::clone(&self.blocked.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn set_blocked(&self, list: BlockList) -> Result<()> {
        let mut blocked = self.blocked.write().unwrap_or_else(PoisonError::into_inner);
        list.save(&self.folder)?;
        *blocked = Arc::new(list);
        Ok(())
    }

    fn remove(&self, key: u64) -> Result<()> {
        self.replace(key, Vec::new())
    }

    fn pieces(&self, source: u64) -> Option<Vec<u8>> {
        self.before.pieces(source)
    }

    fn keep_pieces(&self, source: u64, bytes: &[u8]) {
        self.before.keep_pieces(source, bytes);
    }

    fn commit(&self) -> Result<()> {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        self.send(&mut waiting)?;
        let mut writer = self.writer.write().unwrap_or_else(PoisonError::into_inner);
        // What stands is the commit already: pages and copies of it stay good.
        if !self.is_changed.swap(false, Ordering::Relaxed) {
            return Ok(());
        }
        let mut commit = writer.prepare_commit().map_err(|error| self.said(error))?;
        // Lives in meta.json and is read at every opening: keep it small.
        let payload = Payload::new(record::key(&["commit", &commit_seed()]), commit.opstamp());
        commit.set_payload(&serde_json::to_string(&payload).unwrap_or_default());
        commit.commit().map_err(|error| self.said(error))?;
        readable(&self.folder);
        Ok(())
    }
}
