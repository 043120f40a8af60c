//! Following folders: after an ordinary run, each change that the system reports is read within moments.
//!
//! What the system reports is only a hint where to look: every batch of changes is an ordinary run over the places that were named, by the
//! same code, with the same care. Where hints were lost (too many at once, a folder that came back), the whole root is read again.
//!
//! The index is opened for each batch and closed behind it, so that other commands that write get their turn in between.

use super::update::Update;
use super::{Summary, Tally};
use crate::discover::{self, PlaceBelow, Start};
use crate::error::{Error, Result};
use crate::index::Root;
use crate::index::Writer;
use crate::index::embedded::{self, Rehearsal};
use crossbeam_channel::{Receiver, RecvTimeoutError, Sender, unbounded};
use notify::event::{AccessKind, AccessMode, CreateKind, EventKind, ModifyKind, RemoveKind, RenameMode};
use notify::{RecommendedWatcher, RecursiveMode, Watcher};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering::SeqCst;
use std::time::{Duration, Instant};

/// How to follow folders.
pub struct Watch<'a> {
    /// What an ordinary run would read; its figures are those of the first run.
    pub update: Update<'a>,
    /// Files that this program writes itself and that may stand below a root; the index is one of them in any case.
    pub own: &'a [PathBuf],
    /// How often all is read again that may have changed without a hint, as on a network share.
    pub rescan: Option<Duration>,
}

/// What happens while folders are followed.
#[derive(Debug)]
pub enum Happened<'a> {
    /// A run is done: the first one, a batch of changes, or a root that was read again.
    Read {
        /// Its figures.
        tally: &'a Tally,
        /// What gave cause for remark.
        summary: &'a Summary,
        /// How long it took.
        took: Duration,
        /// What led to it.
        cause: Cause,
    },
    /// All is being followed from now on.
    Following,
    /// A root is gone, or empty as a folder that is not mounted; nothing of it is removed.
    Lost(&'a Root),
    /// It is there again, and is about to be read.
    Back(&'a Root),
    /// The system gives no hints for a root; it is read again now and then.
    Deaf(&'a Root, String),
    /// Something stands in the way of this batch: another process that writes (it is tried again), or too much that has vanished.
    Held(&'a Error),
}

/// What led to a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cause {
    /// It is the first.
    Start,
    /// Changes were reported.
    Changes,
    /// Roots were read again as a whole.
    Rescan,
}

/// So long nothing must have happened to a file before it is read: it may still be being written.
const QUIET: Duration = Duration::from_millis(250);

/// So long changes are gathered while others follow.
const LONGEST: Duration = Duration::from_secs(1);

/// What changes all the time is read all the same.
const RESTLESS: Duration = Duration::from_secs(5);

/// How often roots are looked at by themselves, and how often one is read that gives no hints.
const LOOK: Duration = Duration::from_secs(1);
const DEAF: Duration = Duration::from_secs(60);

/// A hint, and the root that it is about.
type Hint = (usize, notify::Result<notify::Event>);

/// A root that is followed.
struct Followed {
    start: Start,
    watcher: Option<RecommendedWatcher>,
    /// Which folder it was when it was last looked at; `None` while it is gone.
    identity: Option<(u64, u64)>,
    changes: BTreeMap<PathBuf, Change>,
    /// All of it is to be read.
    whole: bool,
    read: Instant,
}

/// What is known of a place where something has happened.
#[derive(Clone, Copy)]
struct Change {
    first: Instant,
    last: Instant,
    /// It was seen to be a file.
    is_file: bool,
    /// Something was made, moved or removed, not only written to.
    is_of_structure: bool,
}

impl Watch<'_> {
    /// Reads all that has changed, then follows the folders until `stop` is set. True where the last run was stopped before its end.
    ///
    /// # Errors
    /// As [`Update::run`] for the first run; later, only what makes the index unusable.
    pub fn run(&self, tell: &mut dyn FnMut(Happened<'_>)) -> Result<bool> {
        let update = &self.update;
        let roots = Rehearsal::open(update.index)?.roots()?;
        let starts = discover::starts(update.paths, update.options.root_name.as_deref(), &roots, update.options.moved)?;
        let own: Vec<PathBuf> = self.own.iter().map(PathBuf::as_path).chain([update.index]).map(located).collect();
        let (hints, heard) = unbounded();
        // Before the first run: what changes during it is not lost.
        let mut followed: Vec<Followed> = starts.into_iter().map(Followed::new).collect();
        for (number, root) in followed.iter_mut().enumerate() {
            root.listen(number, &hints, &own, tell);
        }
        let began = Instant::now();
        let summary = update.run()?;
        tell(Happened::Read { tally: update.tally, summary: &summary, took: began.elapsed(), cause: Cause::Start });
        if summary.interrupted {
            return Ok(true);
        }
        tell(Happened::Following);
        let mut looked = Instant::now();
        let mut held = false;
        while !update.stop.load(SeqCst) {
            hear(&heard, &mut followed);
            if looked.elapsed() >= LOOK {
                looked = Instant::now();
                for (number, root) in followed.iter_mut().enumerate() {
                    root.look(number, &hints, &own, self.rescan, tell);
                }
            }
            if !followed.iter().any(Followed::is_due) {
                continue;
            }
            let cause = if followed.iter().any(|root| root.whole) { Cause::Rescan } else { Cause::Changes };
            let (tally, began) = (Tally::default(), Instant::now());
            let taken: Vec<Option<Taken>> = followed.iter_mut().map(Followed::take).collect();
            let starts: Vec<Start> = taken.iter().flatten().map(|taken| taken.start.clone()).collect();
            if starts.is_empty() {
                continue;
            }
            embedded::recover(update.index)?;
            if !embedded::is_index(update.index) {
                return Err(Error::Index(format!(
                    "{}: the index that was kept up to date is gone; nothing is made in its place",
                    update.index.display()
                )));
            }
            match (Update { tally: &tally, ..*update }).run_at(&starts) {
                Ok(summary) => {
                    tell(Happened::Read { tally: &tally, summary: &summary, took: began.elapsed(), cause });
                    held = false;
                    if summary.interrupted {
                        return Ok(true);
                    }
                }
                Err(error @ Error::Busy(_)) => {
                    if !std::mem::replace(&mut held, true) {
                        tell(Happened::Held(&error));
                    }
                    followed.iter_mut().zip(taken).for_each(|(root, taken)| root.put_back(taken));
                    // Whoever writes takes more than a moment.
                    std::thread::sleep(QUIET);
                }
                Err(error @ Error::Usage(_)) => tell(Happened::Held(&error)),
                Err(error) => return Err(error),
            }
        }
        Ok(false)
    }
}

/// Takes the hints that there are; waits a little where there are none.
fn hear(heard: &Receiver<Hint>, followed: &mut [Followed]) {
    let mut hint = match heard.recv_timeout(Duration::from_millis(50)) {
        Ok(hint) => hint,
        Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => return,
    };
    loop {
        if let Some(root) = followed.get_mut(hint.0) {
            root.hint(hint.1);
        }
        match heard.try_recv() {
            Ok(next) => hint = next,
            Err(_) => return,
        }
    }
}

/// What is being read of a root, so that it can be put back.
struct Taken {
    start: Start,
    changes: BTreeMap<PathBuf, Change>,
    whole: bool,
}

impl Followed {
    fn new(start: Start) -> Self {
        let identity = identity(start.absolute());
        Self { start, watcher: None, identity, changes: BTreeMap::new(), whole: false, read: Instant::now() }
    }

    /// Asks the system for hints.
    fn listen(&mut self, number: usize, hints: &Sender<Hint>, own: &[PathBuf], tell: &mut dyn FnMut(Happened<'_>)) {
        let (hints, own, folder) = (hints.clone(), own.to_vec(), self.start.absolute().to_path_buf());
        let handler = move |hint: notify::Result<notify::Event>| {
            if hint.as_ref().map_or(true, |event| is_of_interest(event, &folder, &own)) {
                // Nobody listens any more: the program is about to end.
                let _ = hints.send((number, hint));
            }
        };
        // Of files that were named by themselves, the folder around them is none of our business.
        let depth = if self.start.is_whole() { RecursiveMode::Recursive } else { RecursiveMode::NonRecursive };
        let watcher = notify::recommended_watcher(handler).and_then(|mut watcher| {
            watcher.watch(self.start.absolute(), depth)?;
            Ok(watcher)
        });
        self.watcher = match watcher {
            Ok(watcher) => Some(watcher),
            Err(error) => {
                tell(Happened::Deaf(&self.start.root, error.to_string()));
                None
            }
        };
    }

    /// Notes a hint.
    fn hint(&mut self, hint: notify::Result<notify::Event>) {
        let Ok(event) = hint else {
            self.whole = true;
            return;
        };
        if event.need_rescan() {
            log::debug!("{}: hints were lost", self.start.root.path);
            self.whole = true;
        }
        let mut is_file = matches!(
            event.kind,
            EventKind::Create(CreateKind::File)
                | EventKind::Remove(RemoveKind::File)
                | EventKind::Modify(ModifyKind::Data(_))
                | EventKind::Access(_)
        );
        if let (EventKind::Modify(ModifyKind::Name(RenameMode::Both)), Some(to)) = (event.kind, event.paths.last()) {
            is_file = to.is_file();
        }
        let of_content = matches!(event.kind, EventKind::Modify(ModifyKind::Data(_) | ModifyKind::Metadata(_) | ModifyKind::Any));
        let is_of_structure = !of_content && !matches!(event.kind, EventKind::Access(_));
        let now = Instant::now();
        for path in &event.paths {
            let Ok(below) = path.strip_prefix(self.start.absolute()) else { continue };
            if below.as_os_str().is_empty() {
                continue;
            }
            let change =
                self.changes.entry(below.to_path_buf()).or_insert(Change { first: now, last: now, is_file: false, is_of_structure: false });
            change.last = now;
            change.is_file |= is_file;
            change.is_of_structure |= is_of_structure;
        }
    }

    /// Looks whether the root is still there, and still the same folder.
    fn look(&mut self, number: usize, hints: &Sender<Hint>, own: &[PathBuf], rescan: Option<Duration>, tell: &mut dyn FnMut(Happened<'_>)) {
        let now = identity(self.start.absolute());
        if now != self.identity {
            // A folder that is not mounted is another one, and empty.
            let is_there = now.is_some() && !self.start.seems_unmounted();
            match (self.identity.is_some(), is_there) {
                (true, false) => {
                    tell(Happened::Lost(&self.start.root));
                    self.identity = None;
                    self.watcher = None;
                    self.changes.clear();
                    self.whole = false;
                }
                (_, true) => {
                    tell(Happened::Back(&self.start.root));
                    self.identity = now;
                    self.listen(number, hints, own, tell);
                    self.whole = true;
                }
                (false, false) => {}
            }
        }
        let every = if self.watcher.is_none() { Some(rescan.map_or(DEAF, |rescan| rescan.min(DEAF))) } else { rescan };
        if self.identity.is_some() && every.is_some_and(|every| self.read.elapsed() >= every) {
            self.whole = true;
        }
    }

    /// True when something is to be read now: nothing has happened for a while, or it has waited long enough.
    fn is_due(&self) -> bool {
        let is_quiet = self.changes.values().all(|change| change.last.elapsed() >= QUIET);
        let has_waited = || self.changes.values().any(|change| change.is_ready() && change.first.elapsed() >= LONGEST);
        self.identity.is_some() && (self.whole || !self.changes.is_empty() && (is_quiet || has_waited()))
    }

    /// What is to be read of it now.
    fn take(&mut self) -> Option<Taken> {
        // A folder that went this very moment takes nothing with it.
        if self.identity.is_none() || identity(self.start.absolute()) != self.identity {
            return None;
        }
        if std::mem::take(&mut self.whole) {
            self.read = Instant::now();
            return Some(Taken { start: self.start.clone(), changes: std::mem::take(&mut self.changes), whole: true });
        }
        let (ready, waiting) = std::mem::take(&mut self.changes).into_iter().partition(|(_, change): &(_, Change)| change.is_ready());
        self.changes = waiting;
        let places: Vec<PlaceBelow> = BTreeMap::iter(&ready).filter_map(|(path, change)| self.place(path, *change)).collect();
        (!places.is_empty()).then(|| Taken { start: self.start.at(places), changes: ready, whole: false })
    }

    fn place(&self, path: &Path, change: Change) -> Option<PlaceBelow> {
        // Some systems say that a folder has changed whenever something in it has.
        if !change.is_of_structure && !change.is_file && self.start.absolute().join(path).is_dir() {
            return None;
        }
        Some(PlaceBelow { path: path.to_path_buf(), may_have_been_a_folder: change.is_of_structure && !change.is_file })
    }

    fn put_back(&mut self, taken: Option<Taken>) {
        let Some(taken) = taken else { return };
        self.whole |= taken.whole;
        for (path, change) in taken.changes {
            self.changes.entry(path).or_insert(change);
        }
    }
}

impl Change {
    fn is_ready(&self) -> bool {
        self.last.elapsed() >= QUIET || self.first.elapsed() >= RESTLESS
    }
}

/// False for what says nothing of articles: files that are only read, hidden ones, and what this program writes itself.
fn is_of_interest(event: &notify::Event, folder: &Path, own: &[PathBuf]) -> bool {
    if matches!(event.kind, EventKind::Access(access) if access != AccessKind::Close(AccessMode::Write)) {
        return false;
    }
    let is_own = |path: &Path| own.iter().any(|own| path.starts_with(own));
    let is_hidden = |path: &Path| {
        let below = path.strip_prefix(folder).unwrap_or(path);
        below.components().any(|part| part.as_os_str().as_encoded_bytes().starts_with(b"."))
    };
    event.need_rescan() || event.paths.iter().any(|path| !is_own(path) && !is_hidden(path))
}

/// Which folder stands at a path; `None` where there is none.
fn identity(folder: &Path) -> Option<(u64, u64)> {
    let metadata = std::fs::metadata(folder).ok().filter(std::fs::Metadata::is_dir)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        Some((metadata.dev(), metadata.ino()))
    }
    #[cfg(not(unix))]
    {
        let made = metadata.created().ok().and_then(|time| time.duration_since(std::time::UNIX_EPOCH).ok());
        Some((made.map_or(0, |made| made.as_nanos() as u64), 0))
    }
}

/// A path as the system names it in hints; what it names may not exist yet.
fn located(path: &Path) -> PathBuf {
    let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf());
    absolute.canonicalize().unwrap_or_else(|_| match (absolute.parent().map(Path::canonicalize), absolute.file_name()) {
        (Some(Ok(folder)), Some(name)) => folder.join(name),
        _ => absolute,
    })
}
