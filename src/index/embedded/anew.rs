//! An index that is made anew beside the old one, and the swap: killed at any instant, one of both stands under its name again when the
//! next command comes.
//!
//! | killed while | `DIR` | `DIR.new` says | `DIR.old` says | the next command |
//! |---|---|---|---|---|
//! | it is built | old | unfinished | - | leaves `DIR`, clears `DIR.new` when it writes |
//! | it is complete | old | complete | - | the same: `DIR` may have grown since |
//! | the old one is away | - | complete | replaced | finishes: `DIR.new` becomes `DIR` |
//! | the new one is in place | new | - | replaced | clears `DIR.old` when it writes |
//!
//! Only folders that say so by the file `onrecord-rebuild` are cleared: a copy of the user's that is called `DIR.old` is never touched.

use super::snapshot::of_people;
use super::{MARKER, is_index, lock};
use crate::error::{Error, Result};
use crate::index::lasting;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// The file that says what a folder beside an index is.
pub(super) const TAG: &str = "onrecord-rebuild";

const UNFINISHED: &str = "unfinished";
const COMPLETE: &str = "complete";
const REPLACED: &str = "replaced";

/// A name beside a folder.
pub(super) fn beside(folder: &Path, suffix: &str) -> PathBuf {
    let mut name = folder.file_name().unwrap_or_else(|| "index".as_ref()).to_owned();
    name.push(suffix);
    folder.with_file_name(name)
}

fn says(folder: &Path, word: &str) -> bool {
    std::fs::read(folder.join(TAG)).is_ok_and(|bytes| bytes == word.as_bytes())
}

/// True for a folder that is ours to clear: it says so, or it holds nothing yet but half of the file that would say so.
fn is_leftover(folder: &Path) -> bool {
    let is_half = |name: std::ffi::OsString| name.to_string_lossy().starts_with(TAG) && lasting::is_half(&name.to_string_lossy());
    folder.join(TAG).exists()
        || std::fs::read_dir(folder).is_ok_and(|mut entries| entries.all(|entry| entry.is_ok_and(|entry| is_half(entry.file_name()))))
}

/// Clears what an interrupted rebuild left beside a folder.
fn clear(folder: &Path) -> Result<()> {
    if !folder.exists() {
        return Ok(());
    }
    if !is_leftover(folder) {
        let text = format!("{}: stands in the way and is not of a rebuild that was interrupted; move it elsewhere", folder.display());
        return Err(Error::Usage(text));
    }
    lasting::remove_folder(folder, TAG)
}

/// An index that is being made anew beside another.
pub struct Anew {
    folder: PathBuf,
    new: PathBuf,
    old: PathBuf,
}

impl Anew {
    /// Makes an empty folder beside the index in `folder`, which need not be there.
    ///
    /// # Errors
    /// `folder` holds something else; other folders stand in the way; somebody else is at it.
    pub fn begin(folder: &Path, wait: Duration) -> Result<Self> {
        if folder.exists() && !is_index(folder) && !is_leftover(folder) {
            return Err(Error::Usage(format!("{}: not an index; nothing was rebuilt", folder.display())));
        }
        let (new, old) = (beside(folder, ".new"), beside(folder, ".old"));
        drop(lock(&new, wait)?);
        clear(&new)?;
        clear(&old)?;
        std::fs::create_dir_all(&new).map_err(|error| Error::io(&new, error))?;
        if let Err(error) = lasting::write(&new.join(TAG), UNFINISHED.as_bytes()) {
            let _ = std::fs::remove_dir(&new);
            return Err(error);
        }
        // Already now: what was taken down is not read into the new index.
        keep_what_people_wrote(folder, &new)?;
        Ok(Self { folder: folder.to_path_buf(), new, old })
    }

    /// Where the new index is to be made.
    pub fn new_folder(&self) -> &Path {
        &self.new
    }

    /// Gives it up; the old index stands as it was.
    pub fn abandon(self) -> Result<()> {
        clear(&self.new)
    }

    /// Puts the new index, which is complete, in the place of the old one.
    pub fn swap(self) -> Result<()> {
        let Self { folder, new, old } = self;
        keep_what_people_wrote(&folder, &new)?;
        lasting::write(&new.join(TAG), COMPLETE.as_bytes())?;
        if folder.exists() {
            lasting::write(&folder.join(TAG), REPLACED.as_bytes())?;
            lasting::rename(&folder, &old)?;
        }
        // Whoever opened it meanwhile may have finished this.
        if !folder.exists() || new.exists() {
            lasting::rename(&new, &folder)?;
        }
        settle(&folder);
        clear(&old)
    }
}

/// What people wrote and put beside the index, such as `people.toml` and the list of what was taken down, goes with its name.
fn keep_what_people_wrote(folder: &Path, new: &Path) -> Result<()> {
    for name in of_people(folder)? {
        let path = folder.join(&name);
        lasting::write(&new.join(&name), &std::fs::read(&path).map_err(|error| Error::io(&path, error))?)?;
    }
    Ok(())
}

/// An index in its place says nothing of a rebuild any more.
fn settle(folder: &Path) {
    if !says(folder, UNFINISHED) {
        let _ = std::fs::remove_file(folder.join(TAG));
    }
}

/// Finishes a swap that was interrupted between its two renames, or goes back; elsewhere it does nothing.
///
/// # Errors
/// Folders cannot be renamed.
pub fn recover(folder: &Path) -> Result<()> {
    let (new, old) = (beside(folder, ".new"), beside(folder, ".old"));
    if folder.exists() || !says(&old, REPLACED) {
        return Ok(());
    }
    let stuck = |error: Error| {
        let text = format!(
            "{}: the index was being made anew when that was interrupted; it stands beside, as {}; run a command on it as somebody who may write there ({error})",
            folder.display(),
            old.display()
        );
        Error::Index(text)
    };
    // Whoever is swapping right now is done in a moment.
    let _lock = lock(&old, Duration::from_secs(2)).map_err(stuck)?;
    if folder.exists() {
        return Ok(());
    }
    let is_complete = says(&new, COMPLETE) && new.join(MARKER).is_file();
    match lasting::rename(if is_complete { &new } else { &old }, folder) {
        Err(_) if folder.exists() => return Ok(()),
        renamed => renamed.map_err(stuck)?,
    }
    settle(folder);
    if is_complete { clear(&old) } else { Ok(()) }
}

/// Clears what interrupted rebuilds left. Only for whoever holds the lock of the index in `folder`: then nobody rebuilds it.
pub(super) fn tidy(folder: &Path) {
    let (new, old) = (beside(folder, ".new"), beside(folder, ".old"));
    if old.exists() && is_leftover(&old) {
        let _ = lasting::remove_folder(&old, TAG);
    }
    if new.exists() && is_leftover(&new) && lock(&new, Duration::ZERO).is_ok() {
        let _ = lasting::remove_folder(&new, TAG);
    }
    settle(folder);
}
