//! The first line of the program: discover, read, attribute quotes, make records, index.
//!
//! (Somewhat long because a run should be readable from top to bottom in one place.)
//!
//! ```text
//! discover -> read -> Article -> attribute quotes -> Records -> index
//! ```
//!
//! One thread walks the folders; as many workers as there are cores take files, read them and attribute their quotes; the engine's threads
//! index. A container's articles are handed on in batches, so that one large file keeps all workers busy. A file's bookkeeping is written
//! after its last article and in the same index, so that any commit is consistent: what it does not know is read again by the next run.

mod file;
mod pieces;
mod tally;
mod update;
mod watch;

pub use file::read;
pub use tally::{Became, InputOutcome, Outcome, Remark, Summary, Tally};
pub use update::Update;
pub use watch::{Cause, Happened, Watch};

use crate::article::Article;
use crate::discover::{self, File, Start, Step};
use crate::error::{Error, Result};
use crate::format::{self, Format, Input, Item, Settings};
use crate::index::embedded::WriterOptions;
use crate::index::{self, BlockList, Source, Writer};
use crate::quote::{self, QuoteKind};
use crate::record::{self, Origin};
use crossbeam_channel::{Receiver, Sender, TryRecvError, bounded, select};
use pieces::{Bytes, Ledger};
use std::collections::{HashMap, HashSet};
use std::fs::Metadata;
use std::io::{BufReader, Cursor, Read, Seek};
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering::Relaxed, Ordering::SeqCst};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant, SystemTime};
use xxhash_rust::xxh3::{Xxh3, xxh3_64};

/// How to index.
#[derive(Clone)]
pub struct Options {
    /// Worker threads.
    pub threads: usize,
    /// Memory for records that are not yet written, in bytes.
    pub memory: usize,
    /// Read every input as this format.
    pub format: Option<&'static dyn Format>,
    /// The name of the root, instead of its folder's.
    pub root_name: Option<String>,
    /// A root of this name that stood elsewhere is the same one.
    pub moved: bool,
    /// Remove vanished files however many they are.
    pub prune: bool,
    /// How often to commit while a run goes on.
    pub commit_every: Duration,
    /// Index reported clauses, too; articles that stand in the index are not read again for it.
    pub indirect: bool,
    /// How to read, apart from the format.
    pub settings: Settings,
    /// Keep what became of every input for [`Summary::inputs`].
    pub report: bool,
}

impl Default for Options {
    fn default() -> Self {
        let threads = std::thread::available_parallelism().map_or(2, usize::from);
        Self {
            threads,
            memory: WriterOptions::default().memory,
            format: None,
            root_name: None,
            moved: false,
            prune: false,
            commit_every: Duration::from_secs(60),
            indirect: true,
            settings: Settings::default(),
            report: false,
        }
    }
}

/// Reads files and folders into an index, and removes what has vanished from folders that were read whole.
///
/// `stop` may be set at any time: what is done is committed, and the next run goes on from there.
///
/// # Errors
/// Roots that do not fit ([`discover::starts`]); more vanished files than is likely (unless `prune`); the index cannot be written. Inputs
/// that cannot be read are no error of the run: they stand in the summary.
pub fn ingest(writer: &dyn Writer, paths: &[PathBuf], options: &Options, tally: &Tally, stop: &AtomicBool) -> Result<Summary> {
    let starts = discover::starts(paths, options.root_name.as_deref(), &writer.roots()?, options.moved)?;
    bring_up(writer, &starts, options, tally, stop)
}

/// The same for roots that have been found already, or for some places below them.
pub(crate) fn bring_up(writer: &dyn Writer, starts: &[Start], options: &Options, tally: &Tally, stop: &AtomicBool) -> Result<Summary> {
    let mut known = writer.sources()?;
    // A takedown that was cut off is completed.
    let fell = index::enforce(writer, &mut known)?;
    tally.removed.fetch_add(fell.len() as u64, Relaxed);
    log::debug!("the index knows {} files", known.len());
    let began = nanoseconds(SystemTime::now());
    // What waits there is not yet written: enough to keep all busy, little to be lost when the run is stopped.
    let (batches, taken) = bounded(options.threads.max(1) * 8);
    let run = Run {
        writer,
        options,
        tally,
        stop,
        known,
        blocked: writer.blocked(),
        fell: fell.into_iter().collect(),
        reading: reading(options),
        began,
        seen: Mutex::default(),
        remarks: Mutex::default(),
        inputs: Mutex::default(),
        failure: Mutex::default(),
        batches,
    };
    for start in starts {
        log::info!("{}: root {}", start.root.name, start.root.path);
        writer.put_root(&start.root)?;
    }
    let walked = run.read_all(starts, &taken);
    let mut stopped = stop.load(SeqCst);
    if let Some(error) = run.failure.lock().unwrap_or_else(PoisonError::into_inner).take() {
        return Err(error);
    }
    let vanished = if stopped { Ok(()) } else { run.remove_vanished(starts, &walked) };
    stopped |= stop.load(SeqCst);
    // What was read stays, even where the vanished files are a matter to be decided first.
    run.commit()?;
    vanished?;
    let mut remarks = run.remarks.into_inner().unwrap_or_else(PoisonError::into_inner);
    remarks.sort_by(|a, b| (&a.path, &a.place).cmp(&(&b.path, &b.place)));
    let mut inputs = run.inputs.into_inner().unwrap_or_else(PoisonError::into_inner);
    inputs.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(Summary { interrupted: stopped, remarks, inputs })
}

/// Hash of how files are read: a file that was read otherwise before is read again.
fn reading(options: &Options) -> u64 {
    let format = options.format.map_or("", Format::name);
    let repair = if options.settings.repair_encoding { "repair" } else { "" };
    record::key(&["reading", format, &options.settings.map.to_string(), repair])
}

/// A run: what all its threads share.
struct Run<'a> {
    writer: &'a dyn Writer,
    options: &'a Options,
    tally: &'a Tally,
    stop: &'a AtomicBool,
    known: HashMap<u64, Source>,
    blocked: Arc<BlockList>,
    /// Articles whose takedown this run completed.
    fell: HashSet<u64>,
    /// Hash of how files are read.
    reading: u64,
    began: i64,
    seen: Mutex<HashSet<u64>>,
    remarks: Mutex<Vec<Remark>>,
    inputs: Mutex<Vec<InputOutcome>>,
    failure: Mutex<Option<Error>>,
    batches: Sender<Batch>,
}

/// How the walk of one start went.
struct Walked {
    /// Without an error.
    fine: bool,
    /// Files found.
    files: u64,
    /// Places below the root where nothing stands any more, and whether a folder may have stood there.
    gone: Vec<(String, bool)>,
}

/// A file that is to be read: new, or changed as far as can be seen from without.
struct Job {
    file: PathBuf,
    origin: Origin,
    source: Source,
}

/// A file while it is being read and its articles are under way.
struct Reading {
    source: Source,
    file: PathBuf,
    format: &'static str,
    known: Option<Source>,
    /// The reader, and each batch that is not yet written.
    pending: AtomicUsize,
    /// Articles of it, and those of them that stood in the index before.
    articles: AtomicU64,
    stood: AtomicU64,
    /// Articles of it that were kept out, and those of them that stood in the index before.
    blocked: AtomicU64,
    fell: AtomicU64,
    /// Keys of its articles.
    keys: Mutex<HashSet<u64>>,
    hash: AtomicU64,
    incomplete: AtomicBool,
    /// Something of it was left out, and said so.
    told: AtomicBool,
    /// The index knows that it is being read: how many articles it holds is open until it is closed.
    begun: OnceLock<()>,
    /// Which bytes of a large container gave which article.
    pieces: Mutex<Vec<[u64; 3]>>,
    /// Bytes of it that are counted as done already.
    bytes_done: AtomicU64,
}

/// Some articles of one file.
struct Batch {
    reading: Arc<Reading>,
    articles: Vec<Piece>,
}

/// An article, where it comes from, and the bytes that say all about it, if that is known.
struct Piece {
    article: Article,
    origin: Origin,
    bytes: Option<Bytes>,
}

const BATCH_BYTES: usize = 128 * 1024;

/// Files between the walk and the workers: so far ahead the walk may be, so that the work that is left can be told.
const FILES_AHEAD: usize = 1 << 16;

/// Files up to this size are hashed before they are read: if only their times have changed, that is all.
const SMALL: u64 = 16 << 20;

/// Messages of a kind about one file.
const MOST_REMARKS: u64 = 1000;

/// Attribution and HTML trees go deep on hostile input.
const STACK: usize = 16 << 20;

impl Run<'_> {
    /// Reads all files; returns for each start how its walk went.
    fn read_all(&self, starts: &[Start], taken: &Receiver<Batch>) -> Vec<Walked> {
        let (files, jobs) = bounded::<Box<Job>>(FILES_AHEAD);
        let walked = AtomicBool::new(false);
        std::thread::scope(|scope| {
            for i in 0..self.options.threads.max(1) {
                let (jobs, walked) = (jobs.clone(), &walked);
                let worker = std::thread::Builder::new().name(format!("reader {i}")).stack_size(STACK);
                if let Err(error) = worker.spawn_scoped(scope, move || self.work_or_fail(&jobs, taken, walked)) {
                    self.fail(Error::Index(format!("no thread could be started: {error}")));
                }
            }
            drop(jobs);
            let mut committed = Instant::now();
            let whole = starts.iter().map(|start| self.walk(start, &files, &mut committed)).collect();
            log::debug!("{} files found", self.tally.files.load(Relaxed));
            walked.store(true, SeqCst);
            drop(files);
            while self.tally.done.load(Relaxed) < self.tally.files.load(Relaxed) && !self.stop.load(Relaxed) {
                self.commit_now_and_then(&mut committed);
                std::thread::sleep(Duration::from_millis(1));
            }
            whole
        })
    }

    /// Walks a root: files that have not changed are done with here, all others go to the workers.
    fn walk(&self, start: &Start, files: &Sender<Box<Job>>, committed: &mut Instant) -> Walked {
        let root_key = record::key(&["root", &start.root.name]);
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let mut walked = Walked { fine: true, files: 0, gone: Vec::new() };
        discover::walk(start, |step| {
            match step {
                Step::File(File { file, below, metadata }) => {
                    let mut origin = Origin { root: start.root.name.clone(), path: below, place: String::new(), file: String::new() };
                    let source = self.source(&origin, root_key, &metadata);
                    walked.files += 1;
                    if !seen.insert(source.key) {
                        // Where single places are looked at, a folder may be named beside a file in it.
                        if start.is_whole() {
                            let why = "a file beside it has the same name, in other characters for the same letters";
                            self.became(&file, Became::Skipped, "", 0);
                            self.remark(&file, "", Outcome::Skipped, why.to_owned());
                        }
                        return true;
                    }
                    self.tally.files.fetch_add(1, Relaxed);
                    if let Some(known) = self.known.get(&source.key).filter(|known| is_unchanged(known, &source)) {
                        self.file_unchanged(&file, known, "");
                    } else {
                        self.tally.bytes.fetch_add(source.size, Relaxed);
                        origin.file = file.to_string_lossy().into_owned();
                        let mut job = Box::new(Job { file, origin, source });
                        while let Err(error) = files.send_timeout(job, Duration::from_millis(100)) {
                            self.commit_now_and_then(committed);
                            if self.stop.load(Relaxed) || error.is_disconnected() {
                                return false;
                            }
                            job = error.into_inner();
                        }
                    }
                }
                Step::Gone { below, may_have_been_a_folder } => walked.gone.push((below, may_have_been_a_folder)),
                Step::Hidden => {
                    self.tally.hidden.fetch_add(1, Relaxed);
                }
                Step::Skipped(path, why) => {
                    self.became(&path, Became::Skipped, "", 0);
                    self.remark(&path, "", Outcome::Skipped, why.to_owned());
                }
                Step::Failed(path, error) => {
                    self.became(&path, Became::Failed, "", 0);
                    walked.fine = false;
                    self.tally.failed.fetch_add(1, Relaxed);
                    let message = format!("{error}; in this run nothing counts as vanished from {}", start.root.path);
                    self.remark(&path, "", Outcome::Failed, message);
                }
            }
            self.commit_now_and_then(committed);
            !self.stop.load(Relaxed)
        });
        walked
    }

    fn commit_now_and_then(&self, committed: &mut Instant) {
        if committed.elapsed() >= self.options.commit_every {
            self.check(self.commit());
            *committed = Instant::now();
        }
    }

    fn commit(&self) -> Result<()> {
        let began = Instant::now();
        self.writer.commit()?;
        log::debug!("committed in {:.3} s", began.elapsed().as_secs_f64());
        Ok(())
    }

    /// A worker that panics in what it reads from a damaged index ends the run.
    fn work_or_fail(&self, jobs: &Receiver<Box<Job>>, taken: &Receiver<Batch>, walked: &AtomicBool) {
        let work = || self.work(jobs, taken, walked);
        if std::panic::catch_unwind(std::panic::AssertUnwindSafe(work)).is_err() {
            self.fail(Error::Index(
                "a fault of the program, or of a damaged index: `onrecord check` tells which; what was committed stands".into(),
            ));
        }
    }

    /// A worker: batches of articles first, then files, until there are no more of both.
    fn work(&self, jobs: &Receiver<Box<Job>>, taken: &Receiver<Batch>, walked: &AtomicBool) {
        let read = |job: Box<Job>| {
            if !self.stop.load(Relaxed) {
                self.read_file(*job);
            }
        };
        loop {
            if let Ok(batch) = taken.try_recv() {
                self.write_batch(batch);
                continue;
            }
            match jobs.try_recv() {
                Ok(job) => read(job),
                Err(TryRecvError::Empty) => select! {
                    recv(taken) -> batch => batch.into_iter().for_each(|batch| self.write_batch(batch)),
                    recv(jobs) -> job => job.into_iter().for_each(read),
                },
                // While another worker reads a container, there are batches to come.
                Err(TryRecvError::Disconnected) => match taken.recv_timeout(Duration::from_millis(1)) {
                    Ok(batch) => self.write_batch(batch),
                    Err(_) if self.is_done(walked) => return,
                    Err(_) => {}
                },
            }
        }
    }

    /// True when all files that were found are done with.
    fn is_done(&self, walked: &AtomicBool) -> bool {
        let all = walked.load(SeqCst) && self.tally.done.load(SeqCst) >= self.tally.files.load(SeqCst);
        all || self.stop.load(Relaxed)
    }

    fn read_file(&self, Job { file, origin, source }: Job) {
        let size = source.size;
        if let Err(remark) = self.read_source(source, origin, &file) {
            let (outcome, message) = remark;
            self.tally.failed.fetch_add(u64::from(outcome == Outcome::Failed), Relaxed);
            self.became(&file, if outcome == Outcome::Failed { Became::Failed } else { Became::Skipped }, "", 0);
            self.remark(&file, "", outcome, message);
            self.file_done(size);
        }
    }

    fn file_done(&self, size: u64) {
        self.tally.bytes_done.fetch_add(size, Relaxed);
        self.tally.done.fetch_add(1, Relaxed);
    }

    fn source(&self, origin: &Origin, root: u64, metadata: &Metadata) -> Source {
        let modified = metadata.modified().map_or(0, nanoseconds);
        #[cfg(unix)]
        let (changed, inode) = {
            use std::os::unix::fs::MetadataExt;
            (metadata.ctime().saturating_mul(1_000_000_000).saturating_add(metadata.ctime_nsec()), metadata.ino())
        };
        #[cfg(not(unix))]
        let (changed, inode) = (modified, 0);
        Source {
            key: origin.source_key(),
            root,
            size: metadata.len(),
            modified,
            changed,
            inode,
            seen: self.began,
            hash: 0,
            articles: 0,
            reading: self.reading,
            path: origin.path.clone(),
        }
    }

    /// Reads one file, unless it has not changed. An error is a remark on the whole file.
    fn read_source(&self, mut source: Source, origin: Origin, file: &PathBuf) -> Result<(), (Outcome, String)> {
        let known = self.known.get(&source.key).cloned();
        let failed = |error: std::io::Error| match error.kind() {
            std::io::ErrorKind::NotFound => (Outcome::Skipped, "gone before it was read".to_owned()),
            _ => (Outcome::Failed, error.to_string()),
        };
        let as_before = known.as_ref().is_some_and(|known| known.reading == source.reading);
        // What has become a pipe since it was found would be waited for.
        if !std::fs::metadata(file).map_err(failed)?.is_file() {
            return Err((Outcome::Skipped, "no file any more".to_owned()));
        }
        let mut input = std::fs::File::open(file).map_err(failed)?;
        let mut head = Vec::with_capacity(format::HEAD);
        input.by_ref().take(format::HEAD as u64).read_to_end(&mut head).map_err(failed)?;
        if known.is_none() && source.size <= format::HEAD as u64 && head.trim_ascii().is_empty() {
            return Err((Outcome::Skipped, "empty".to_owned()));
        }
        let format = self.options.format.or_else(|| format::detect(file, &head));
        let format = format.ok_or_else(|| match &known {
            // What was read once and cannot be any more is not gone.
            Some(_) => (
                Outcome::Failed,
                "no known format any more; what the index has of this file stays until it can be read or is removed".to_owned(),
            ),
            None => (Outcome::Skipped, "no known format".to_owned()),
        })?;
        let small = if source.size <= SMALL {
            input.by_ref().take(SMALL + 1).read_to_end(&mut head).map_err(failed)?;
            if head.len() as u64 > SMALL {
                return Err((Outcome::Failed, "it grew by far while it was read; the next run reads it".to_owned()));
            }
            source.hash = xxh3_64(&head);
            Some(head)
        } else {
            input.rewind().map_err(failed)?;
            None
        };
        if let Some(known) = known
            .as_ref()
            .filter(|known| as_before && small.is_some() && known.is_complete() && known.hash == source.hash && known.size == source.size)
        {
            source.articles = known.articles;
            self.tally.bytes_done.fetch_add(source.size, Relaxed);
            self.file_unchanged(file, known, format.name());
            self.check(self.writer.put_source(&source));
            return Ok(());
        }
        let reading = Arc::new(Reading {
            hash: AtomicU64::new(source.hash),
            file: file.clone(),
            format: format.name(),
            source,
            known,
            pending: AtomicUsize::new(1),
            articles: AtomicU64::new(0),
            stood: AtomicU64::new(0),
            blocked: AtomicU64::new(0),
            fell: AtomicU64::new(0),
            keys: Mutex::default(),
            incomplete: AtomicBool::new(false),
            told: AtomicBool::new(false),
            begun: OnceLock::new(),
            pieces: Mutex::default(),
            bytes_done: AtomicU64::new(0),
        });
        self.read_articles(&reading, &origin, format, small, input);
        self.release(&reading);
        Ok(())
    }

    fn file_unchanged(&self, file: &std::path::Path, known: &Source, format: &'static str) {
        self.became(file, Became::Unchanged, format, known.articles);
        self.tally.unchanged_files.fetch_add(1, Relaxed);
        self.tally.unchanged.fetch_add(known.articles, Relaxed);
        self.tally.blocked.fetch_add(self.blocked.of_source(known.key), Relaxed);
        self.file_done(0);
    }

    /// Says in the index that a file is being read.
    fn begin(&self, reading: &Reading) {
        reading.begun.get_or_init(|| self.check(self.writer.put_source(&reading.source.begun())));
    }

    /// Lets the format read, and hands articles on in batches.
    fn read_articles(&self, reading: &Arc<Reading>, origin: &Origin, format: &dyn Format, small: Option<Vec<u8>>, input: std::fs::File) {
        let mut batch = Batch { reading: Arc::clone(reading), articles: Vec::new() };
        let mut bytes = 0;
        // A file of a million broken lines is broken, and needs no million messages.
        let mut remarks = [0_u64; 3];
        let mut remark = |outcome: Outcome, place: &str, message: String| {
            let count = &mut remarks[outcome as usize];
            *count += 1;
            if *count <= MOST_REMARKS {
                self.remark(&reading.file, place, outcome, message);
            } else if outcome == Outcome::Skipped {
                self.tally.skipped.fetch_add(1, Relaxed);
            }
        };
        let is_large = small.is_none();
        let ledger = Ledger::open(self, reading, is_large);
        let mut begun = false;
        let mut sink = |item: Item| {
            match item {
                Item::Problem(problem) => {
                    reading.incomplete.store(true, Relaxed);
                    remark(Outcome::Failed, &problem.place, message_of(&problem));
                }
                Item::Skipped(problem) => {
                    reading.told.store(true, Relaxed);
                    remark(Outcome::Skipped, &problem.place, message_of(&problem));
                }
                Item::Article { mut article, mut place, problems } => {
                    let is_plain = problems.is_empty();
                    for problem in problems {
                        remark(Outcome::Noted, &problem.place, message_of(&problem));
                    }
                    // A remark is made each time: what gives cause for one is read each time.
                    let mut own = ledger.current().filter(|_| is_large && is_plain);
                    if !place.is_empty() {
                        if !std::mem::replace(&mut begun, true) {
                            // Articles of a container may be committed before it is read to its end: the next run must know.
                            self.begin(reading);
                        }
                        let key = |place: &str| Origin { place: place.to_owned(), ..origin.clone() }.key();
                        if !ledger.is_first(key(&place)) {
                            let twice = (2..).map(|times| format!("{place}#{times}")).find(|twice| ledger.is_first(key(twice)));
                            let twice = twice.unwrap_or_default();
                            remark(Outcome::Noted, &place, format!("this id stands here twice; the later article is `{twice}`"));
                            article.id = article.id.map(|_| twice.clone());
                            place = twice;
                            // What it is called depends on what stands before it.
                            own = None;
                        }
                    }
                    bytes += article.body().len() + 500;
                    batch.articles.push(Piece { article, origin: Origin { place, ..origin.clone() }, bytes: own });
                    if bytes >= BATCH_BYTES {
                        bytes = 0;
                        self.hand_on(std::mem::replace(&mut batch, Batch { reading: Arc::clone(reading), articles: Vec::new() }));
                    }
                }
            }
            if self.stop.load(Relaxed) { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        };
        let below = PathBuf::from(&origin.path);
        // A reader that panics on some input of a kind never met before must not end the run.
        let outcome = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| match small {
            Some(bytes) => format.read(Input::file(&below, &mut Cursor::new(bytes)).with(&self.options.settings), &mut sink),
            None => {
                let mut hashed = Hashed { inner: input, hasher: Xxh3::new(), reading, tally: self.tally };
                let mut reader = BufReader::with_capacity(1 << 18, &mut hashed);
                let input = Input::file(&below, &mut reader).with(&self.options.settings).with_pieces(&ledger);
                let outcome = format.read(input, &mut sink);
                reading.hash.store(hashed.hasher.digest(), Relaxed);
                // What was cut off is not gone: the index keeps what it has of it.
                let is_short = hashed.inner.metadata().is_ok_and(|now| now.len() < reading.source.size);
                if is_short { outcome.and(Err(format::Problem::cut_short())) } else { outcome }
            }
        }));
        let outcome = outcome.unwrap_or_else(|_| Err(format::Problem::internal()));
        if let Err(problem) = outcome {
            reading.incomplete.store(true, Relaxed);
            self.remark(&reading.file, &problem.place, Outcome::Failed, message_of(&problem));
        }
        for (count, outcome) in remarks.into_iter().zip([Outcome::Failed, Outcome::Skipped, Outcome::Noted]) {
            if let Some(more) = count.checked_sub(MOST_REMARKS).filter(|more| *more > 0) {
                // Counted above.
                let message = format!("{more} more messages of this kind");
                self.remarks.lock().unwrap_or_else(PoisonError::into_inner).push(Remark {
                    path: reading.file.clone(),
                    place: String::new(),
                    outcome,
                    message,
                });
            }
        }
        self.write_batch_of(reading, std::mem::take(&mut batch.articles));
    }

    /// To whichever worker is free; if none is, this one does it.
    fn hand_on(&self, batch: Batch) {
        batch.reading.pending.fetch_add(1, SeqCst);
        if let Err(error) = self.batches.try_send(batch) {
            self.write_batch(error.into_inner());
        }
    }

    fn write_batch(&self, batch: Batch) {
        self.write_batch_of(&batch.reading, batch.articles);
        self.release(&batch.reading);
    }

    fn write_batch_of(&self, reading: &Reading, articles: Vec<Piece>) {
        for piece in articles {
            if self.stop.load(Relaxed) {
                reading.incomplete.store(true, Relaxed);
                return;
            }
            if let Err(error) = self.write_article(reading, &piece) {
                reading.incomplete.store(true, Relaxed);
                self.fail(error);
            }
        }
    }

    /// One article: if it does not stand in the index as it is, its quotes are attributed and its records written.
    fn write_article(&self, reading: &Reading, Piece { article, origin, bytes }: &Piece) -> Result<()> {
        let key = origin.key();
        let hash = record::hash(article);
        let stood = self.writer.article_hash(key)?;
        if self.blocked.holds(key, article) {
            self.tally.blocked.fetch_add(1, Relaxed);
            reading.blocked.fetch_add(1, Relaxed);
            reading.keys.lock().unwrap_or_else(PoisonError::into_inner).insert(key);
            if stood.is_some() && !self.fell.contains(&key) {
                reading.fell.fetch_add(1, Relaxed);
                self.tally.removed.fetch_add(1, Relaxed);
                self.writer.remove(key)?;
            }
            return Ok(());
        }
        reading.articles.fetch_add(1, Relaxed);
        reading.stood.fetch_add(u64::from(stood.is_some()), Relaxed);
        if reading.known.is_some() {
            reading.keys.lock().unwrap_or_else(PoisonError::into_inner).insert(key);
        }
        if stood.is_none() && reading.known.is_some() {
            // In any commit the bookkeeping is true of the articles.
            self.begin(reading);
        }
        if let Some(bytes) = bytes {
            reading.keep_article(*bytes, origin, key, hash);
        }
        let counted = match stood {
            Some(old) if old == hash => {
                self.tally.unchanged.fetch_add(1, Relaxed);
                return Ok(());
            }
            Some(_) => &self.tally.changed,
            None => &self.tally.added,
        };
        if !self.writer.keeps() {
            counted.fetch_add(1, Relaxed);
            return Ok(());
        }
        let attribution = if self.options.indirect { quote::attribute(article) } else { quote::attribute_marked(article) };
        let records = record::records(article, &attribution, origin, hash);
        self.writer.put(records, stood.is_some())?;
        counted.fetch_add(1, Relaxed);
        let reported = attribution.quotes.iter().filter(|quote| quote.kind == QuoteKind::Indirect).count() as u64;
        self.tally.quotes.fetch_add(attribution.quotes.len() as u64 - reported, Relaxed);
        self.tally.reported.fetch_add(reported, Relaxed);
        self.tally.undated.fetch_add(u64::from(article.meta.date.is_none()), Relaxed);
        Ok(())
    }

    /// The reader or a batch is done with a file; the last of them closes it.
    fn release(&self, reading: &Reading) {
        if reading.pending.fetch_sub(1, SeqCst) > 1 {
            return;
        }
        let articles = reading.articles.load(Relaxed);
        let stopped = self.stop.load(Relaxed);
        if reading.incomplete.load(Relaxed) && !stopped {
            self.tally.failed.fetch_add(1, Relaxed);
        }
        let became = match (reading.incomplete.load(Relaxed), articles) {
            (true, _) => Became::Failed,
            (false, 0) => Became::Skipped,
            _ => Became::Indexed,
        };
        if !stopped {
            if became == Became::Indexed {
                let files = if reading.known.is_some() { &self.tally.changed_files } else { &self.tally.new_files };
                files.fetch_add(1, Relaxed);
            }
            self.became(&reading.file, became, reading.format, articles);
            if became == Became::Skipped && !reading.told.load(Relaxed) {
                let blocked = reading.blocked.load(Relaxed) > 0;
                let why = if blocked { "what it holds was taken down and is blocked" } else { "holds no article" };
                self.remark(&reading.file, "", Outcome::Skipped, why.to_owned());
            }
        }
        // A file that could not be read to its end keeps what the index has of it, and is read again next time.
        if !stopped && !reading.incomplete.load(Relaxed) {
            self.check(self.close(reading, articles));
        } else if !stopped {
            self.check(self.restore(reading));
        }
        self.file_done(reading.source.size.saturating_sub(reading.bytes_done.load(Relaxed)));
    }

    /// What the index knew of a file that keeps its articles, with those that have come; the next run reads it again, and is as careful.
    fn restore(&self, reading: &Reading) -> Result<()> {
        let Some(known) = reading.known.as_ref().filter(|known| known.is_complete() && reading.begun.get().is_some()) else {
            return Ok(());
        };
        let new = reading.articles.load(Relaxed) - reading.stood.load(Relaxed);
        let path = reading.source.path.clone();
        self.writer.put_source(&Source { articles: known.articles + new, seen: 0, hash: 0, path, ..known.clone() })
    }

    fn close(&self, reading: &Reading, articles: u64) -> Result<()> {
        let (stood, fell) = (reading.stood.load(Relaxed), reading.fell.load(Relaxed));
        let is_empty = articles + reading.blocked.load(Relaxed) == 0;
        if let Some(known) = reading.known.as_ref().filter(|known| known.is_complete() && !self.options.prune)
            && (is_landslide(known.articles.saturating_sub(stood + fell), known.articles) || is_empty && known.articles > 0)
        {
            let (gone, all) = (known.articles.saturating_sub(stood + fell), known.articles);
            let message = format!("{gone} of its {all} articles are gone; they stay until it is read with --prune");
            self.tally.failed.fetch_add(1, Relaxed);
            self.remark(&reading.file, "", Outcome::Failed, message);
            return self.restore(reading);
        }
        if let Some(known) = &reading.known
            && known.articles != stood + fell
        {
            self.begin(reading);
            let keys = reading.keys.lock().unwrap_or_else(PoisonError::into_inner);
            for gone in self.writer.articles_of(reading.source.key)?.into_iter().filter(|key| !keys.contains(key)) {
                self.writer.remove(gone)?;
                self.tally.removed.fetch_add(1, Relaxed);
            }
        }
        let pieces = reading.pieces();
        if !pieces.is_empty() {
            self.writer.keep_pieces(reading.source.key, &pieces);
        }
        self.writer.put_source(&Source { articles, hash: reading.hash.load(Relaxed), ..reading.source.clone() })
    }

    /// Removes files that have vanished from roots that were read whole, or from places that were looked at; both without error.
    fn remove_vanished(&self, starts: &[Start], walked: &[Walked]) -> Result<()> {
        let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        for (start, walked) in starts.iter().zip(walked).filter(|(start, walked)| start.tells_vanished() && walked.fine) {
            let root = record::key(&["root", &start.root.name]);
            let (gone, of_root): (Vec<&Source>, Vec<&Source>);
            if start.is_whole() {
                of_root = self.known.values().filter(|source| source.root == root).collect();
                gone = of_root.iter().copied().filter(|source| !seen.contains(&source.key)).collect();
            } else {
                gone = self.known_at(start, &walked.gone)?.into_iter().filter(|source| !seen.contains(&source.key)).collect();
                of_root = if gone.is_empty() { Vec::new() } else { self.known.values().filter(|source| source.root == root).collect() };
            }
            if gone.is_empty() {
                continue;
            }
            let articles = |sources: &[&Source]| sources.iter().filter(|s| s.is_complete()).map(|source| source.articles).sum::<u64>();
            let many = is_landslide(gone.len() as u64, of_root.len() as u64) || is_landslide(articles(&gone), articles(&of_root));
            // An empty folder is more likely one that is not mounted.
            let all = if start.is_whole() { walked.files == 0 } else { start.seems_unmounted() };
            if (many || all) && !self.options.prune {
                let (lost, held) = (articles(&gone), articles(&of_root));
                let (gone, known) = (gone.len(), of_root.len());
                return Err(Error::Usage(format!(
                    "{}: {gone} of {known} indexed files are gone, and {lost} of {held} articles with them; nothing was removed. If that is right, run again with --prune; if the folder has moved, name its new place with --moved",
                    start.root.path
                )));
            }
            for source in gone {
                for article in self.writer.articles_of(source.key)? {
                    self.writer.remove(article)?;
                    self.tally.removed.fetch_add(1, Relaxed);
                }
                self.writer.remove(source.key)?;
                self.writer.keep_pieces(source.key, &[]);
                self.tally.vanished.fetch_add(1, Relaxed);
            }
        }
        Ok(())
    }

    /// What is known of files at some places of a root, and below them where they may have been folders.
    fn known_at(&self, start: &Start, places: &[(String, bool)]) -> Result<Vec<&Source>> {
        let root = &start.root.name;
        let key = |path: &str| Origin { root: root.clone(), path: path.to_owned(), ..Origin::default() }.source_key();
        let mut found: Vec<&Source> = places.iter().filter_map(|(place, _)| self.known.get(&key(place))).collect();
        let is_file = |place: &str| self.known.contains_key(&key(place));
        let folders: Vec<String> =
            places.iter().filter(|(place, may_be)| *may_be && !is_file(place)).map(|(place, _)| format!("{place}/")).collect();
        if !folders.is_empty() {
            let root = record::key(&["root", root]);
            let of_root = |key: &u64| self.known.get(key).filter(|source| source.root == root);
            let below = |path: &str| folders.iter().any(|folder| path.starts_with(folder.as_str()));
            found.extend(self.writer.source_paths()?.iter().filter(|(_, path)| below(path)).filter_map(|(key, _)| of_root(key)));
        }
        found.sort_unstable_by_key(|source| source.key);
        found.dedup_by_key(|source| source.key);
        Ok(found)
    }

    fn became(&self, path: &std::path::Path, became: Became, format: &'static str, articles: u64) {
        log::info!("{}: {}", path.display(), became.in_words(format, articles));
        if self.options.report {
            let input = InputOutcome { path: path.to_path_buf(), became, format, articles };
            self.inputs.lock().unwrap_or_else(PoisonError::into_inner).push(input);
        }
    }

    fn remark(&self, path: &std::path::Path, place: &str, outcome: Outcome, message: String) {
        if outcome == Outcome::Skipped {
            self.tally.skipped.fetch_add(1, Relaxed);
        }
        let remark = Remark { path: path.to_path_buf(), place: place.to_owned(), outcome, message };
        self.remarks.lock().unwrap_or_else(PoisonError::into_inner).push(remark);
    }

    /// The index cannot be written: the run ends.
    fn fail(&self, error: Error) {
        self.failure.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(error);
        self.stop.store(true, SeqCst);
    }

    fn check(&self, result: Result<()>) {
        if let Err(error) = result {
            self.fail(error);
        }
    }
}

/// More than a hundred, and more than a fifth of all: more likely a mistake than a change.
fn is_landslide(gone: u64, all: u64) -> bool {
    gone > 100 && gone * 5 > all
}

/// Read as it would be read now; same size, times and inode, and last changed before the run that read it began (a change within that run could have been missed).
fn is_unchanged(known: &Source, now: &Source) -> bool {
    (known.size, known.modified, known.changed, known.inode) == (now.size, now.modified, now.changed, now.inode)
        && known.modified.max(known.changed) < known.seen
        && known.reading == now.reading
        && known.is_complete()
}

fn message_of(problem: &format::Problem) -> String {
    if problem.help.is_empty() { problem.message.clone() } else { format!("{}; {}", problem.message, problem.help) }
}

fn nanoseconds(time: SystemTime) -> i64 {
    match time.duration_since(SystemTime::UNIX_EPOCH) {
        Ok(since) => i64::try_from(since.as_nanos()).unwrap_or(i64::MAX),
        Err(before) => i64::try_from(before.duration().as_nanos()).map_or(i64::MIN, |nanos| -nanos),
    }
}

/// Hashes what is read through it, and counts it as done.
struct Hashed<'a, R> {
    inner: R,
    hasher: Xxh3,
    reading: &'a Reading,
    tally: &'a Tally,
}

impl<R: Seek> Seek for Hashed<'_, R> {
    fn seek(&mut self, to: std::io::SeekFrom) -> std::io::Result<u64> {
        self.inner.seek(to)
    }
}

impl<R: Read> Read for Hashed<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let length = self.inner.read(buffer)?;
        self.hasher.update(&buffer[..length]);
        // What is read twice, as the directory of a ZIP archive, counts once.
        let (done, size) = (self.reading.bytes_done.load(Relaxed), self.reading.source.size);
        let new = (length as u64).min(size.saturating_sub(done));
        self.reading.bytes_done.fetch_add(new, Relaxed);
        self.tally.bytes_done.fetch_add(new, Relaxed);
        Ok(length)
    }
}
