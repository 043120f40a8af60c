//! A copy of an index as it is now, while others write to it: hard links of the files that never change, copies of the others.

use super::anew::{TAG, beside};
use super::directory::{MANAGED, META};
use super::known::PIECES;
use super::writer::{HOLDER, lock_readers};
use super::{MARKER, check_marker, derived, is_index, recover};
use crate::error::{Error, Result};
use crate::index::lasting;
use std::collections::HashSet;
use std::fs::{File, TryLockError};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// What a snapshot took.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Copied {
    /// Files that are linked: they take no room until the index itself drops them.
    pub linked: u64,
    /// Files that were copied.
    pub copied: u64,
    /// Bytes of both.
    pub bytes: u64,
}

/// The file that marks a folder as a snapshot that is being made.
const UNFINISHED: &str = "onrecord-snapshot";

/// Copies the index in `folder` to `target`, which is not there yet or is empty. It is made beside and renamed when it is complete.
///
/// # Errors
/// There is no index; `target` holds something; files cannot be written.
pub fn snapshot(folder: &Path, target: &Path) -> Result<Copied> {
    if !is_index(folder) {
        recover(folder)?;
    }
    check_marker(folder)?;
    // A link that leads nowhere stands there as well.
    let is_free = || std::fs::symlink_metadata(target).is_err_and(|error| error.kind() == ErrorKind::NotFound);
    let is_taken = std::fs::read_dir(target).map_or_else(|_| !is_free(), |mut entries| entries.next().is_some());
    if is_taken {
        return Err(Error::Usage(format!("{}: stands there already; name a new or an empty folder for the snapshot", target.display())));
    }
    // `snapshots/monday/` ends in a name, too.
    let target: PathBuf = target.components().collect();
    let whole = std::path::absolute(&target).map_err(|error| Error::io(&target, error))?;
    let index = folder.canonicalize().map_err(|error| Error::io(folder, error))?;
    if whole.ancestors().skip(1).any(|above| above.canonicalize().is_ok_and(|above| above == index)) {
        return Err(Error::Usage(format!("{}: lies in the index itself; name a folder elsewhere", target.display())));
    }
    if [".new", ".old"].iter().any(|suffix| whole == beside(&index, suffix)) {
        return Err(Error::Usage(format!("{}: a rebuild of the index needs this name; name another folder", target.display())));
    }
    if let Some(parent) = whole.parent() {
        std::fs::create_dir_all(parent).map_err(|error| Error::io(parent, error))?;
    }
    let made = beside(&whole, ".partial");
    let mark = begin(&made)?;
    let outcome = fill(folder, &made);
    let outcome = outcome.and_then(|copied| {
        lasting::sync_folder(&made);
        std::fs::remove_file(made.join(UNFINISHED)).map_err(|error| Error::io(&made, error))?;
        // An empty folder is replaced; where the system cannot, it goes first.
        let _ = std::fs::remove_dir(&whole);
        lasting::rename(&made, &whole)?;
        Ok(copied)
    });
    if outcome.is_err() {
        let _ = lasting::remove_folder(&made, UNFINISHED);
    }
    drop(mark);
    outcome
}

/// An empty folder for a snapshot, marked as unfinished; the mark is locked as long as it is filled.
fn begin(made: &Path) -> Result<File> {
    let mark = made.join(UNFINISHED);
    if made.exists() {
        match File::open(&mark).map(|file| file.try_lock()) {
            Ok(Ok(())) => lasting::remove_folder(made, UNFINISHED)?,
            Ok(Err(TryLockError::WouldBlock)) => {
                return Err(Error::Usage(format!("{}: another snapshot is being made here", made.display())));
            }
            _ if std::fs::read_dir(made).is_ok_and(|mut entries| entries.next().is_none()) => {}
            // Killed at the very end: complete, but for its name.
            _ if is_index(made) => lasting::remove_folder(made, MARKER)?,
            _ => return Err(Error::Usage(format!("{}: stands in the way; move it elsewhere", made.display()))),
        }
    }
    std::fs::create_dir_all(made).map_err(|error| Error::io(made, error))?;
    let file = File::create(&mark).map_err(|error| Error::io(&mark, error))?;
    // Where a file system knows no locks, nobody else is kept off.
    let _ = file.try_lock();
    Ok(file)
}

/// A file that could not be linked, opened while it was there.
type Opened = (PathBuf, File);

fn fill(folder: &Path, made: &Path) -> Result<Copied> {
    let mut copied = Copied::default();
    let (meta, files, opened) = gather(folder, made, &mut copied)?;
    let others = others(folder)?;
    for (name, mut file) in opened {
        let path = made.join(&name);
        let write = || {
            let mut out = File::create_new(&path)?;
            let bytes = std::io::copy(&mut file, &mut out)?;
            out.sync_all().map(|()| bytes)
        };
        copied.bytes += { write }().map_err(|error| Error::io(&path, error))?;
        copied.copied += 1;
    }
    // The engine's list of its own files: those that are here, and not what is still to be cleared away there.
    let mut own: Vec<&str> = files.iter().map(String::as_str).collect();
    own.push(META);
    let managed = serde_json::to_vec(&own).unwrap_or_default();
    let mut write = |name: &str, bytes: &[u8]| -> Result<()> {
        copied.copied += 1;
        copied.bytes += bytes.len() as u64;
        lasting::write(&made.join(name), bytes)
    };
    write(MANAGED, &managed)?;
    for name in others {
        let path = folder.join(&name);
        match std::fs::read(&path) {
            Ok(bytes) => write(&name, &bytes)?,
            // Of what is beside the index, some is made anew at any time.
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            Err(error) => return Err(Error::io(path, error)),
        }
    }
    write(META, &meta)?;
    // Last: a folder with the marker is an index.
    let marker = folder.join(MARKER);
    write(MARKER, &std::fs::read(&marker).map_err(|error| Error::io(&marker, error))?)?;
    Ok(copied)
}

/// Links what `meta.json` names while nobody removes files; what cannot be linked is opened, and can be copied later. Gives `meta.json` and
/// the names of all these files.
fn gather(folder: &Path, made: &Path, copied: &mut Copied) -> Result<(Vec<u8>, Vec<String>, Vec<Opened>)> {
    let mut tries = 0;
    loop {
        let lock = lock_readers(folder)?;
        let path = folder.join(META);
        let meta = std::fs::read(&path).map_err(|error| Error::io(&path, error))?;
        let files = files_of(&meta).ok_or_else(|| Error::Index(format!("{}: cannot be read; run `onrecord check`", path.display())))?;
        let (mut opened, mut lost, mut linked) = (Vec::new(), None, (0, 0));
        for name in &files {
            let (from, to) = (folder.join(name), made.join(name));
            // Left by a try before.
            let _ = std::fs::remove_file(&to);
            match std::fs::hard_link(&from, &to) {
                Ok(()) => linked = (linked.0 + 1, linked.1 + to.metadata().map_or(0, |file| file.len())),
                Err(_) => match File::open(&from) {
                    Ok(file) => opened.push((name.into(), file)),
                    Err(error) => lost = Some(Error::io(from, error)),
                },
            }
        }
        drop(lock);
        match lost {
            None => {
                (copied.linked, copied.bytes) = linked;
                return Ok((meta, files, opened));
            }
            // Without permission for the lock, a merge may have come between.
            Some(_) if tries < 5 => tries += 1,
            Some(error) => return Err(error),
        }
        files.iter().for_each(|name| drop(std::fs::remove_file(made.join(name))));
    }
}

/// The files that a `meta.json` names, of the kinds that every segment has.
pub(super) fn files_of(meta: &[u8]) -> Option<Vec<String>> {
    let meta: serde_json::Value = serde_json::from_slice(meta).ok()?;
    let mut files = Vec::new();
    for segment in meta.get("segments")?.as_array()? {
        let id = segment.get("segment_id")?.as_str()?.replace('-', "");
        files.extend(KINDS.map(|kind| format!("{id}.{kind}")));
        if let Some(stamp) = segment.get("deletes").filter(|deletes| !deletes.is_null()).map(|deletes| deletes.get("opstamp")) {
            files.push(format!("{id}.{}.del", stamp?.as_u64()?));
        }
    }
    Some(files)
}

/// The endings of the files of a segment.
const KINDS: [&str; 6] = ["idx", "pos", "term", "store", "fast", "fieldnorm"];

/// What stands beside the engine's files: what is derived, and what people wrote.
fn others(folder: &Path) -> Result<Vec<String>> {
    let kept = of_people(folder)?;
    let derived: HashSet<String> = names(folder)?.into_iter().filter(|name| name.ends_with(derived::SUFFIX)).collect();
    Ok(kept.into_iter().chain(derived).collect())
}

/// What people put beside an index, such as `people.toml`: files that neither this program nor the engine makes.
pub(super) fn of_people(folder: &Path) -> Result<Vec<String>> {
    let is_segment = |name: &str| name.split_once('.').is_some_and(|(id, _)| id.len() == 32 && id.bytes().all(|b| b.is_ascii_hexdigit()));
    let is_ours =
        |name: &str| [META, MARKER, HOLDER, TAG, UNFINISHED].contains(&name) || name.ends_with(derived::SUFFIX) || name.ends_with(PIECES);
    Ok(names(folder)?
        .into_iter()
        .filter(|name| !(name.starts_with('.') || is_ours(name) || is_segment(name) || lasting::is_half(name)))
        .collect())
}

fn names(folder: &Path) -> Result<Vec<String>> {
    let entries = match std::fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(Error::io(folder, error)),
    };
    let files = entries.flatten().filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_file()));
    Ok(files.filter_map(|entry| entry.file_name().into_string().ok()).collect())
}
