//! One file while it is read: its articles on their way in batches, and its bookkeeping when the last of them is written.

use super::pieces::{Bytes, Ledger};
use super::tally::{Became, Outcome, Remark, Tally};
use super::vanished::is_landslide;
use super::{Job, Run, message_of};
use crate::article::Article;
use crate::error::Result;
use crate::format::{self, Format, Input, Item};
use crate::index::Source;
use crate::record::Origin;
use std::collections::HashSet;
use std::io::{BufReader, Cursor, Read, Seek};
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering::Relaxed, Ordering::SeqCst};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use xxhash_rust::xxh3::{Xxh3, xxh3_64};

/// A file while it is being read and its articles are under way.
pub(super) struct Reading {
    pub(super) source: Source,
    pub(super) file: PathBuf,
    pub(super) format: &'static str,
    pub(super) known: Option<Source>,
    /// The reader, and each batch that is not yet written.
    pub(super) pending: AtomicUsize,
    /// Articles of it, and those of them that stood in the index before.
    pub(super) articles: AtomicU64,
    pub(super) stood: AtomicU64,
    /// Articles of it that were kept out, and those of them that stood in the index before.
    pub(super) blocked: AtomicU64,
    pub(super) fell: AtomicU64,
    /// Keys of its articles.
    pub(super) keys: Mutex<HashSet<u64>>,
    pub(super) hash: AtomicU64,
    pub(super) incomplete: AtomicBool,
    /// Something of it was left out, and said so.
    pub(super) told: AtomicBool,
    /// The index knows that it is being read: how many articles it holds is open until it is closed.
    pub(super) begun: OnceLock<()>,
    /// Which bytes of a large container gave which article.
    pub(super) pieces: Mutex<Vec<[u64; 3]>>,
    /// Bytes of it that are counted as done already.
    pub(super) bytes_done: AtomicU64,
}

/// Some articles of one file.
pub(super) struct Batch {
    reading: Arc<Reading>,
    articles: Vec<Piece>,
}

/// An article, where it comes from, and the bytes that say all about it, if that is known.
pub(super) struct Piece {
    pub(super) article: Article,
    pub(super) origin: Origin,
    pub(super) bytes: Option<Bytes>,
}

const BATCH_BYTES: usize = 128 * 1024;

/// Files up to this size are hashed before they are read: if only their times have changed, that is all.
const SMALL: u64 = 16 << 20;

/// Messages of a kind about one file.
const MOST_REMARKS: u64 = 1000;

impl Run<'_> {
    pub(super) fn read_file(&self, Job { file, origin, source }: Job) {
        let size = source.size;
        if let Err(remark) = self.read_source(source, origin, &file) {
            let (outcome, message) = remark;
            self.tally.failed.fetch_add(u64::from(outcome == Outcome::Failed), Relaxed);
            self.became(&file, if outcome == Outcome::Failed { Became::Failed } else { Became::Skipped }, "", 0);
            self.remark(&file, "", outcome, message);
            self.file_done(size);
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

    /// Says in the index that a file is being read.
    pub(super) fn begin(&self, reading: &Reading) {
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
                        if !ledger.is_first(origin.key_at(&place)) {
                            let twice = (2..).map(|times| format!("{place}#{times}")).find(|twice| ledger.is_first(origin.key_at(twice)));
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

    pub(super) fn write_batch(&self, batch: Batch) {
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
