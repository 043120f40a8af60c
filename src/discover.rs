//! Finding the files: here are paths that somebody named, give me their roots and every file below them.
//!
//! Hidden files and folders are left out and counted; an index folder is never read; nothing else is passed over in silence.

use crate::error::{Error, Result};
use crate::index::{Root, embedded};
use std::borrow::Cow;
use std::fs::Metadata;
use std::path::{Path, PathBuf};

/// A folder whose files are read, or some files of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Start {
    /// Its name and its absolute path.
    pub root: Root,
    /// The folder as it was named.
    folder: PathBuf,
    /// Only these files (as they were named), where files were named and not the folder.
    files: Option<Vec<PathBuf>>,
}

impl Start {
    /// True when the whole folder is read: only then can a missing file count as vanished.
    pub fn is_whole(&self) -> bool {
        self.files.is_none()
    }
}

/// A file to be read.
#[derive(Debug)]
pub struct File {
    /// The file as it was named, or found below a folder as that was named.
    pub file: PathBuf,
    /// Its path below the root, parted by `/`.
    pub below: String,
    /// Size and times.
    pub metadata: Metadata,
}

/// What a walk comes upon.
#[derive(Debug)]
pub enum Step {
    /// A file.
    File(File),
    /// A hidden file or folder.
    Hidden,
    /// Something that is left out on purpose, and why.
    Skipped(PathBuf, &'static str),
    /// Something that could not be read: what lies below it is unknown.
    Failed(PathBuf, String),
}

/// The roots of the named paths: a folder is a root, a file's root is the folder it stands in.
///
/// # Errors
/// A path does not exist; two roots have one name; a root lies within another.
pub fn starts(paths: &[PathBuf], root_name: Option<&str>, known: &[Root], moved: bool) -> Result<Vec<Start>> {
    let mut starts: Vec<Start> = Vec::new();
    for path in paths {
        let metadata = std::fs::metadata(path).map_err(|error| Error::io(path, error))?;
        let is_folder = metadata.is_dir();
        if !is_folder && !metadata.is_file() {
            return Err(Error::Usage(format!("{}: neither a file nor a folder", path.display())));
        }
        // A link is the file that it is called, in the folder that it stands in.
        let beside = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let folder = if is_folder { path.as_path() } else { beside };
        let folder = &folder.canonicalize().map_err(|error| Error::io(folder, error))?;
        let file = (!is_folder).then(|| path.clone());
        if is_folder && embedded::is_index(folder) {
            return Err(Error::Usage(format!("{}: this is an index, not a folder of articles", path.display())));
        }
        let own_name = folder.file_name().map_or_else(|| "/".to_owned(), |name| escaped(Path::new(name)));
        let root = Root { name: root_name.map_or(own_name, str::to_owned), path: escaped(folder) };
        match starts.iter_mut().find(|start| start.root == root) {
            Some(start) => match (&mut start.files, file) {
                (Some(files), Some(file)) => files.push(file),
                (files, None) => *files = None,
                (None, Some(_)) => {}
            },
            None => {
                let named = if is_folder { path.clone() } else { path.parent().map(Path::to_path_buf).unwrap_or_default() };
                starts.push(Start { root, folder: named, files: file.map(|file| vec![file]) });
            }
        }
    }
    for (i, start) in starts.iter().enumerate() {
        let others = starts[..i].iter().map(|start| &start.root).chain(known);
        for other in others.filter(|other| **other != start.root) {
            check(&start.root, other, moved)?;
        }
    }
    Ok(starts)
}

fn check(root: &Root, other: &Root, moved: bool) -> Result<()> {
    let (here, there) = (&root.path, &other.path);
    if root.name == other.name {
        if moved {
            return Ok(());
        }
        return Err(Error::Usage(format!(
            "two roots have the name `{}`: {there} and {here}; name one of them otherwise with --root-name NAME, or say --moved if it is the same folder in a new place",
            root.name
        )));
    }
    let within = |inner: &str, outer: &str| Path::new(inner).starts_with(outer);
    if here == there {
        return Err(Error::Usage(format!("{here} is indexed under the name `{}`; use --root-name {0}", other.name)));
    }
    if within(here, there) {
        return Err(Error::Usage(format!("{here} lies within {there}, which is indexed already; index that folder again instead")));
    }
    if within(there, here) {
        return Err(Error::Usage(format!(
            "{there}, which is indexed already, lies within {here}; its articles would stand in the index twice"
        )));
    }
    Ok(())
}

/// Walks a root in the order of names; stops when `visit` returns false.
pub fn walk(start: &Start, mut visit: impl FnMut(Step) -> bool) {
    if let Some(files) = &start.files {
        for file in files {
            let step = match std::fs::metadata(file) {
                Ok(metadata) => {
                    let below = file.file_name().map(|name| escaped(Path::new(name))).unwrap_or_default();
                    Step::File(File { file: file.clone(), below, metadata })
                }
                Err(error) => Step::Failed(file.clone(), error.to_string()),
            };
            if !visit(step) {
                return;
            }
        }
        return;
    }
    let mut entries = walkdir::WalkDir::new(&start.folder).follow_links(true).sort_by_file_name().into_iter();
    while let Some(entry) = entries.next() {
        let step = match entry {
            Ok(entry) => {
                let hidden = entry.depth() > 0 && entry.file_name().as_encoded_bytes().starts_with(b".");
                let is_folder = entry.file_type().is_dir();
                let index = is_folder && entry.depth() > 0 && embedded::is_index(entry.path());
                // A link to a folder that holds the root would bring all of it in once more, and what lies beside it.
                let around = is_folder
                    && entry.path_is_symlink()
                    && entry.path().canonicalize().is_ok_and(|target| Path::new(&start.root.path).starts_with(escaped(&target)));
                if around && entry.depth() > 0 {
                    entries.skip_current_dir();
                    if !visit(Step::Skipped(entry.into_path(), "a link to a folder that holds it")) {
                        return;
                    }
                    continue;
                }
                if is_folder && (hidden || index) {
                    entries.skip_current_dir();
                }
                match (hidden, index, is_folder) {
                    (true, ..) => Step::Hidden,
                    (_, true, _) => Step::Skipped(entry.into_path(), "an index"),
                    (.., true) => continue,
                    _ if !entry.file_type().is_file() => Step::Skipped(entry.into_path(), "neither a file nor a folder"),
                    _ => match entry.metadata() {
                        Ok(metadata) => {
                            let below = escaped(entry.path().strip_prefix(&start.folder).unwrap_or(entry.path()));
                            Step::File(File { file: entry.into_path(), below, metadata })
                        }
                        Err(error) => Step::Failed(entry.path().to_path_buf(), error.to_string()),
                    },
                }
            }
            Err(error) => {
                let path = error.path().unwrap_or(&start.folder).to_path_buf();
                if error.loop_ancestor().is_some() {
                    Step::Skipped(path, "a link to a folder that holds it")
                } else {
                    Step::Failed(path, error.io_error().map_or_else(|| error.to_string(), ToString::to_string))
                }
            }
        };
        if !visit(step) {
            return;
        }
    }
}

/// A path as text, parted by `/`; bytes that are no UTF-8 as `\xHH`, so that two names never become one.
fn escaped(path: &Path) -> String {
    let text = |path: &Path| -> String {
        let mut out = String::new();
        for chunk in path.as_os_str().as_encoded_bytes().utf8_chunks() {
            // A backslash of its own is doubled, so that it is told from the bytes below.
            out.push_str(&if cfg!(windows) { Cow::Borrowed(chunk.valid()) } else { Cow::Owned(chunk.valid().replace('\\', "\\\\")) });
            for byte in chunk.invalid() {
                out.push_str(&format!("\\x{byte:02x}"));
            }
        }
        out
    };
    if cfg!(windows) { text(path).replace('\\', "/") } else { text(path) }
}
