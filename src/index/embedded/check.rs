//! Looks at all of an index and says what is wrong with it: files against their checksums, records against each other.

mod records;

use super::derived;
use super::directory::{Folder, MANAGED, META, Purpose};
use super::layout::Layout;
use super::marker::{Marker, Payload, check_marker};
use super::snapshot::files_of;
use super::writer::{lock_readers, settings};
use super::{Embedded, MARKER, blocked_traces, is_index, recover};
use crate::error::{Error, Result};
use crate::index::{BLOCKED, BlockList};
use crate::record::show_key;
use records::records;
use std::collections::HashSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Arc;
use tantivy::Version;
use tantivy::directory::footer::Footer;
use tantivy::directory::{Directory, FileHandle, FileSlice, ManagedDirectory};

/// How much to look at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Depth {
    /// The files alone.
    Files,
    /// Every record as well.
    #[default]
    Records,
}

/// What a finding is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// The file that marks a folder as an index.
    Marker,
    /// The file that says of which files an index is made.
    Meta,
    /// A file that is missing.
    Missing,
    /// A file that is not as it was written.
    Damaged,
    /// A record that cannot be read, or says something else than its columns.
    Record,
    /// An article and its quotes are not one block.
    Block,
    /// A record that stands under another key than its own.
    Key,
    /// Two records of one key.
    Twice,
    /// The bookkeeping of a source file says something else than the articles.
    Source,
    /// An article that was taken down is there.
    Blocked,
    /// A file that can be deleted.
    Spare,
}

impl Kind {
    /// Its name, in JSON too.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Marker => "marker",
            Kind::Meta => "meta",
            Kind::Missing => "missing",
            Kind::Damaged => "damaged",
            Kind::Record => "record",
            Kind::Block => "block",
            Kind::Key => "key",
            Kind::Twice => "twice",
            Kind::Source => "source",
            Kind::Blocked => "blocked",
            Kind::Spare => "spare",
        }
    }
}

/// Something that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// What it is about.
    pub kind: Kind,
    /// Where: a file, or a record.
    pub place: String,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub remedy: String,
}

/// What an index holds, as its records say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Holds {
    /// Articles.
    pub articles: u64,
    /// Quotes in marks.
    pub quotes: u64,
    /// Reported clauses.
    pub reported: u64,
    /// Source files.
    pub files: u64,
    /// Source files that were not read to their end when the last run ended; the next one reads them.
    pub unfinished: u64,
    /// Records that are deleted and not yet merged away.
    pub deleted: u64,
    /// Articles that were taken down.
    pub blocked: u64,
    /// Those of them of which deleted records stand in the files until they are purged.
    pub unpurged: u64,
}

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Checked {
    /// What is wrong; empty where all is well.
    pub findings: Vec<Finding>,
    /// How many more were found than are listed.
    pub unlisted: u64,
    /// Files of segments that were looked at.
    pub files: u64,
    /// Their bytes.
    pub bytes: u64,
    /// What the records are; `None` where they were not looked at, or could not be.
    pub holds: Option<Holds>,
}

/// More findings tell nobody more.
const MOST: usize = 200;

const ANEW: &str = "make it anew: `onrecord index --rebuild` with its folders";

impl Checked {
    fn find(&mut self, kind: Kind, place: impl Into<String>, message: impl Into<String>, remedy: &str) {
        if self.findings.len() >= MOST {
            self.unlisted += 1;
            return;
        }
        self.findings.push(Finding { kind, place: place.into(), message: message.into(), remedy: remedy.to_owned() });
    }

    /// An error says what is wrong, and behind its last semicolon what to do.
    fn find_error(&mut self, kind: Kind, place: &str, error: &Error) {
        let text = error.to_string();
        let (message, remedy) = text.rsplit_once("; ").unwrap_or((&text, ANEW));
        self.find(kind, place, message, remedy);
    }
}

/// Looks at the index in `folder`; others may write to it meanwhile. `progress` is told how many steps of how many are done.
///
/// # Errors
/// There is no index; the lock of readers cannot be taken.
pub fn check(folder: &Path, depth: Depth, progress: &dyn Fn(u64, u64)) -> Result<Checked> {
    let mut checked = Checked::default();
    if !is_index(folder) {
        recover(folder)?;
    }
    if !folder.join(MARKER).exists() && folder.join(META).exists() {
        let message = "is missing, so that nobody takes this folder for an index";
        checked.find(Kind::Marker, MARKER, message, "run `onrecord index` with its folders, which completes it");
    } else if let Err(error) = check_marker(folder) {
        if !folder.join(MARKER).exists() {
            return Err(error);
        }
        checked.find_error(Kind::Marker, MARKER, &error);
    }
    spare(folder, &mut checked);
    let Some(held) = Held::open(folder, &mut checked)? else { return Ok(checked) };
    held.check(&mut checked, depth, progress);
    if depth == Depth::Records && checked.findings.iter().all(|finding| finding.kind == Kind::Spare) {
        // What the checksums do not tell may still be read as nonsense.
        match catch_unwind(AssertUnwindSafe(|| records(folder, &mut checked, progress))) {
            Ok(Ok(holds)) => checked.holds = Some(taken_down(folder, holds, &mut checked)?),
            Ok(Err(error)) => checked.find(Kind::Record, "records", format!("cannot be read ({error})"), ANEW),
            Err(_) => checked.find(Kind::Record, "records", "cannot be read, though the checksums hold", ANEW),
        }
    }
    Ok(checked)
}

/// Nothing of what was taken down may be found; what is deleted of it stands in the files until it is purged or merged away.
fn taken_down(folder: &Path, holds: Holds, checked: &mut Checked) -> Result<Holds> {
    let blocked = match BlockList::load(folder) {
        Ok(list) => list.entries().len() as u64,
        Err(error) => {
            checked.find_error(Kind::Blocked, BLOCKED, &error);
            return Ok(holds);
        }
    };
    if blocked == 0 {
        return Ok(holds);
    }
    let traces = blocked_traces(&Embedded::open(folder)?)?;
    for trace in traces.iter().filter(|trace| trace.live > 0) {
        let message = "was taken down and is found all the same: its removal was cut off";
        checked.find(Kind::Blocked, show_key(trace.key), message, "run `onrecord index` with its folders, or `onrecord remove --purge`");
    }
    let unpurged: HashSet<u64> = traces.iter().filter(|trace| trace.live == 0).map(|trace| trace.key).collect();
    Ok(Holds { blocked, unpurged: unpurged.len() as u64, ..holds })
}

/// Files that an index does without.
fn spare(folder: &Path, checked: &mut Checked) {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    for entry in entries {
        let name = entry.file_name().to_string_lossy().into_owned();
        if !name.ends_with(derived::SUFFIX) {
            continue;
        }
        match std::fs::read(entry.path()) {
            Ok(bytes) if derived::whole(&bytes).is_some() => {}
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            _ => checked.find(Kind::Spare, name, "is damaged and not used", "delete it: it is made anew when it is needed"),
        }
    }
}

/// The files of one commit, open: what others remove meanwhile can still be read.
struct Held {
    directory: Folder,
    files: Vec<(String, Arc<dyn FileHandle>)>,
}

impl Held {
    fn open(folder: &Path, checked: &mut Checked) -> Result<Option<Self>> {
        let directory = Folder::open(folder, Purpose::Check)?;
        let lock = lock_readers(folder)?;
        let Ok(meta) = std::fs::read(folder.join(META)) else {
            checked.find(Kind::Meta, META, "is missing or cannot be read; it says of which files the index is made", ANEW);
            return Ok(None);
        };
        if let Err(message) = meta_is_sound(&meta) {
            checked.find(Kind::Meta, META, message, ANEW);
        }
        let Some(names) = files_of(&meta) else { return Ok(None) };
        managed(folder, &names, checked);
        let mut files = Vec::with_capacity(names.len());
        for name in names {
            match directory.get_file_handle(Path::new(&name)) {
                Ok(file) => files.push((name, file)),
                Err(error) if folder.join(&name).exists() => checked.find(Kind::Damaged, name, format!("cannot be read ({error})"), ANEW),
                Err(_) => checked.find(Kind::Missing, name, "is missing", ANEW),
            }
        }
        drop(lock);
        Ok(Some(Self { directory, files }))
    }

    /// Every file against the checksum at its end.
    fn check(&self, checked: &mut Checked, depth: Depth, progress: &dyn Fn(u64, u64)) {
        let all: u64 = self.files.iter().map(|(_, file)| file.len() as u64).sum();
        // Reading the records takes about as long again.
        let steps = if depth == Depth::Records { all * 2 } else { all };
        let Ok(directory) = ManagedDirectory::wrap(Box::new(self.directory.clone())) else { return };
        for (name, file) in &self.files {
            progress(checked.bytes, steps);
            match catch_unwind(AssertUnwindSafe(|| directory.validate_checksum(Path::new(name)))) {
                Ok(Ok(true)) => {}
                Ok(Err(error)) => checked.find(Kind::Damaged, name, format!("has no readable end ({error})"), ANEW),
                _ => checked.find(Kind::Damaged, name, "is not as it was written: its checksum does not hold", ANEW),
            }
            if let Ok(Err(error)) = catch_unwind(AssertUnwindSafe(|| directory.open_read(Path::new(name))))
                && !checked.findings.iter().any(|finding| finding.place == *name)
            {
                checked.find(Kind::Damaged, name, format!("cannot be opened ({error})"), ANEW);
            }
            checked.files += 1;
            checked.bytes += file.len() as u64;
        }
        self.check_ends(checked);
    }

    /// The ends of files lie outside their checksums. All files of a segment were written by one version of the engine; deletes may be younger.
    fn check_ends(&self, checked: &mut Checked) {
        let mut ends: Vec<(&str, &str, Version)> = Vec::new();
        for (name, file) in &self.files {
            let end = catch_unwind(AssertUnwindSafe(|| Footer::extract_footer(FileSlice::new(Arc::clone(file)))));
            // What is not readable was found before.
            if let (Ok(Ok((footer, _))), Some((segment, _))) = (end, name.split_once('.')) {
                ends.push((name, segment, footer.version));
            }
        }
        for (name, segment, version) in &ends {
            let others = || ends.iter().filter(|(other, ..)| other != name && !other.ends_with(".del"));
            let same = |(_, _, other): &&(&str, &str, Version)| other == version;
            let fits = if name.ends_with(".del") {
                version == tantivy::version() || others().any(|other| same(&other))
            } else {
                // One odd file is odd; the others agree among each other.
                let of_segment = || others().filter(|(_, other, _)| other == segment);
                of_segment().filter(same).count() * 2 >= of_segment().count()
            };
            if !fits {
                checked.find(Kind::Damaged, *name, "says at its end that another version of the engine wrote it", ANEW);
            }
        }
    }
}

/// The engine's list of its own files: by it leftovers are cleared away.
fn managed(folder: &Path, names: &[String], checked: &mut Checked) {
    let unlisted = "delete it: the index stays as it is, but leftovers of merges are not cleared away any more";
    let bytes = match std::fs::read(folder.join(MANAGED)) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return,
        Err(error) => return checked.find(Kind::Damaged, MANAGED, format!("cannot be read ({error})"), "let it be read"),
    };
    let Ok(listed) = serde_json::from_slice::<HashSet<String>>(&bytes) else {
        return checked.find(Kind::Damaged, MANAGED, "cannot be read; nobody can open the index", unlisted);
    };
    let odd = |name: &&String| !listed.contains(name.as_str());
    // Once deleted, it names what is made from then on.
    if listed.contains(META) && names.iter().any(|name| odd(&name)) && !names.iter().all(|name| odd(&name)) {
        let name = names.iter().find(odd).map_or("", String::as_str);
        checked.find(Kind::Damaged, MANAGED, format!("does not name {name}, which is of the index"), unlisted);
    } else if !listed.contains(META) {
        checked.find(Kind::Damaged, MANAGED, format!("does not name {META}"), unlisted);
    }
}

/// What `meta.json` says besides its segments.
fn meta_is_sound(bytes: &[u8]) -> Result<(), String> {
    let meta: serde_json::Value = serde_json::from_slice(bytes).map_err(|error| format!("cannot be read ({error})"))?;
    let same = |key: &str, value: serde_json::Result<serde_json::Value>| value.is_ok_and(|value| meta[key] == value);
    if !same("schema", serde_json::to_value(Layout::new().schema)) {
        return Err("does not name the fields of this version".to_owned());
    }
    if !same("index_settings", serde_json::to_value(settings())) {
        return Err("does not say how articles are stored".to_owned());
    }
    let is_empty = meta["segments"].as_array().is_some_and(Vec::is_empty);
    let payload = match meta["payload"].as_str() {
        None if is_empty => return Ok(()),
        None => return Err("does not say which commit it is of".to_owned()),
        Some(text) => serde_json::from_str::<Payload>(text).map_err(|error| format!("does not say which commit it is of ({error})"))?,
    };
    let stamp = meta["opstamp"].as_u64().ok_or("does not say how far the engine has counted")?;
    if payload.marker != Marker::current() {
        return Err("is of another version than the marker".to_owned());
    }
    if payload.sum != Payload::new(payload.commit, stamp).sum {
        return Err("does not say rightly which commit it is of".to_owned());
    }
    Ok(())
}
