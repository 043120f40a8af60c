//! The first line of the program: discover, read, attribute quotes, make records, index.
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
mod reading;
mod tally;
mod update;
mod vanished;
mod watch;

pub use file::read;
pub use tally::{Became, InputOutcome, Outcome, Remark, Summary, Tally};
pub use update::Update;
pub use watch::{Cause, Happened, Watch};

use crate::discover::{self, File, Start, Step};
use crate::error::{Error, Result};
use crate::format::{self, Format, Settings};
use crate::index::embedded::WriterOptions;
use crate::index::{self, BlockList, Source, Writer};
use crate::quote::{self, QuoteKind};
use crate::record::{self, Origin};
use crossbeam_channel::{Receiver, Sender, TryRecvError, bounded, select};
use reading::{Batch, Piece, Reading};
use std::collections::{HashMap, HashSet};
use std::fs::Metadata;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed, Ordering::SeqCst};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime};

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

/// Files between the walk and the workers: so far ahead the walk may be, so that the work that is left can be told.
const FILES_AHEAD: usize = 1 << 16;

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

    fn file_unchanged(&self, file: &std::path::Path, known: &Source, format: &'static str) {
        self.became(file, Became::Unchanged, format, known.articles);
        self.tally.unchanged_files.fetch_add(1, Relaxed);
        self.tally.unchanged.fetch_add(known.articles, Relaxed);
        self.tally.blocked.fetch_add(self.blocked.of_source(known.key), Relaxed);
        self.file_done(0);
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
