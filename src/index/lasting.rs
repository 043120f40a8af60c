//! Files of our own beside the engine's: written so that a kill leaves the old state or the new one, and a power cut, too.

use crate::error::{Error, Result};
use std::fs::File;
use std::io::{ErrorKind, Write};
use std::path::Path;

/// Writes a file as a whole: whoever reads sees the old content or the new one. When this returns, the new one lasts.
pub(super) fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    put(path, bytes, File::sync_all)?;
    sync_folder(path.parent().unwrap_or(Path::new(".")));
    Ok(())
}

/// The same for what can be made again: nobody waits for the disk.
pub(super) fn keep(path: &Path, bytes: &[u8]) -> Result<()> {
    put(path, bytes, |_| Ok(()))
}

fn put(path: &Path, bytes: &[u8], settle: impl FnOnce(&File) -> std::io::Result<()>) -> Result<()> {
    let mut beside = path.as_os_str().to_owned();
    beside.push(format!(".tmp{}", std::process::id()));
    let beside = Path::new(&beside);
    let written = File::create(beside).and_then(|mut file| file.write_all(bytes).and_then(|()| settle(&file)));
    written.and_then(|()| std::fs::rename(beside, path)).map_err(|error| {
        let _ = std::fs::remove_file(beside);
        Error::io(path, error)
    })
}

/// Makes the names in a folder lasting. Some file systems cannot, and there it is not promised.
pub(super) fn sync_folder(folder: &Path) {
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    if cfg!(unix) {
        let _ = File::open(folder).and_then(|folder| folder.sync_all());
    }
}

/// Renames a file or folder, for good.
pub(super) fn rename(from: &Path, to: &Path) -> Result<()> {
    std::fs::rename(from, to).map_err(|error| Error::io(from, error))?;
    sync_folder(to.parent().unwrap_or(Path::new(".")));
    Ok(())
}

/// Removes a folder of files, the one called `last` at the end: until then the folder says whose it is. What somebody else has removed
/// meanwhile is gone just as well.
pub(super) fn remove_folder(folder: &Path, last: &str) -> Result<()> {
    let gone = |outcome: std::io::Result<()>| match outcome {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(Error::io(folder, error)),
        _ => Ok(()),
    };
    let entries = match std::fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(Error::io(folder, error)),
    };
    for entry in entries.flatten().filter(|entry| entry.file_name() != last) {
        let is_folder = entry.file_type().is_ok_and(|kind| kind.is_dir());
        gone(if is_folder { std::fs::remove_dir_all(entry.path()) } else { std::fs::remove_file(entry.path()) })?;
    }
    gone(std::fs::remove_file(folder.join(last)))?;
    gone(std::fs::remove_dir(folder))
}

/// Bytes of the files in a folder.
pub(super) fn bytes(folder: &Path) -> Result<u64> {
    let files = std::fs::read_dir(folder).map_err(|error| Error::io(folder, error))?;
    Ok(files.flatten().filter_map(|file| file.metadata().ok()).filter(|file| file.is_file()).map(|file| file.len()).sum())
}

/// Removes what was to become a file and was killed on the way: the engine's, of which there are none while nobody writes, and our own once
/// they are old, as readers write some.
pub(super) fn clear_halves(folder: &Path) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let is_engines = name.starts_with(".tmp");
        let is_old =
            || entry.metadata().and_then(|file| file.modified()).is_ok_and(|at| at.elapsed().is_ok_and(|age| age.as_secs() > 3_600));
        if is_engines || is_half(&name) && is_old() {
            let _ = std::fs::remove_file(entry.path());
        }
    }
}

/// True for the name under which a file of our own is written before it is renamed.
pub(super) fn is_half(name: &str) -> bool {
    name.rsplit_once(".tmp").is_some_and(|(_, number)| !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()))
}
