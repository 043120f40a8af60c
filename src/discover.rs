//! Finding the files: here are paths that somebody named, give me their roots and every file below them.
//!
//! Hidden files and folders are left out and counted; an index folder is never read; nothing else is passed over in silence.

use crate::error::{Error, Result};
use crate::index::{Root, embedded};
use std::borrow::Cow;
use std::ffi::OsStr;
use std::fs::Metadata;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

/// A folder whose files are read, or some of what it holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Start {
    /// Its name and its absolute path.
    pub root: Root,
    /// The folder as it was named.
    folder: PathBuf,
    /// The folder, absolute and without links.
    absolute: PathBuf,
    part: Part,
}

/// How much of a folder is read.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Whole,
    /// Only these files (as they were named), where files were named and not the folder.
    Files(Vec<PathBuf>),
    /// Only what stands at these places below the folder.
    Places(Vec<PlaceBelow>),
}

/// A place below a folder where something has changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlaceBelow {
    /// Its path below the folder.
    pub path: PathBuf,
    /// False where it is known that no folder stood there.
    pub may_have_been_a_folder: bool,
}

impl Start {
    /// True when all of what was named is read, so that what is not found there counts as vanished: a file that was named by itself does not.
    pub fn tells_vanished(&self) -> bool {
        !matches!(self.part, Part::Files(_))
    }

    /// True when the whole folder is read.
    pub fn is_whole(&self) -> bool {
        self.part == Part::Whole
    }

    /// True where nothing stands in the folder or it cannot be read: more likely it is not mounted.
    pub fn seems_unmounted(&self) -> bool {
        std::fs::read_dir(&self.absolute).map_or(true, |mut entries| entries.next().is_none())
    }

    /// The folder, absolute and without links.
    pub fn absolute(&self) -> &Path {
        &self.absolute
    }

    /// The same root, of which only some places are looked at. Where files were named, only those of the places that are such a file.
    #[must_use]
    pub fn at(&self, places: Vec<PlaceBelow>) -> Self {
        let part = match &self.part {
            Part::Files(files) => {
                let named = |file: &&PathBuf| places.iter().any(|place| place.path.file_name() == file.file_name());
                Part::Files(files.iter().filter(named).cloned().collect())
            }
            _ => Part::Places(places),
        };
        Self { part, ..self.clone() }
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
    /// Nothing stands at a place that was to be looked at; its path below the root, parted by `/`.
    Gone {
        /// Its path below the root.
        below: String,
        /// False where it is known that no folder stood there.
        may_have_been_a_folder: bool,
    },
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
        let own_name = folder.file_name().map_or_else(|| "/".to_owned(), |name| keyed(Path::new(name)));
        let root = Root { name: root_name.map_or(own_name, str::to_owned), path: escaped(folder) };
        match starts.iter_mut().find(|start| start.root == root) {
            Some(start) => match (&mut start.part, file) {
                (Part::Files(files), Some(file)) => files.push(file),
                (part, None) => *part = Part::Whole,
                (_, Some(_)) => {}
            },
            None => {
                let named = if is_folder { path.clone() } else { path.parent().map(Path::to_path_buf).unwrap_or_default() };
                let part = file.map_or(Part::Whole, |file| Part::Files(vec![file]));
                starts.push(Start { root, folder: named, absolute: folder.clone(), part });
            }
        }
    }
    let is_known = |start: &Start| known.iter().any(|root| root.name == start.root.name);
    if let (true, false, Some(start)) = (moved, known.is_empty(), starts.iter().find(|start| !is_known(start))) {
        let names: Vec<String> = known.iter().map(|root| format!("`{}` ({})", root.name, root.path)).collect();
        return Err(Error::Usage(format!(
            "no indexed folder is called `{}`; where a folder has another name now, say its old one with --root-name: {}",
            start.root.name,
            names.join(", ")
        )));
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
    match &start.part {
        Part::Whole => {
            walk_below(start, &start.folder, &mut visit);
        }
        Part::Files(files) => {
            for file in files {
                let step = match std::fs::metadata(file) {
                    Ok(metadata) => {
                        let below = file.file_name().map(|name| keyed(Path::new(name))).unwrap_or_default();
                        Step::File(File { file: file.clone(), below, metadata })
                    }
                    Err(error) => Step::Failed(file.clone(), error.to_string()),
                };
                if !visit(step) {
                    return;
                }
            }
        }
        Part::Places(places) => {
            for place in places {
                if !walk_place(start, place, &mut visit) {
                    return;
                }
            }
        }
    }
}

/// Looks at one place below a root, as a walk of the whole root would.
fn walk_place(start: &Start, place: &PlaceBelow, visit: &mut impl FnMut(Step) -> bool) -> bool {
    let path = start.folder.join(&place.path);
    // What a walk of the root does not go into is not gone into here either.
    let mut above = start.folder.clone();
    for part in place.path.parent().unwrap_or(Path::new("")).components() {
        above.push(part);
        if is_hidden(part.as_os_str()) || embedded::is_index(&above) || (above.is_symlink() && is_around(start, &above)) {
            return true;
        }
    }
    match std::fs::metadata(&path) {
        Ok(_) => walk_below(start, &path, visit),
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
            // A link that leads nowhere stands there all the same.
            if path.is_symlink() {
                return visit(Step::Failed(path, error.to_string()));
            }
            visit(Step::Gone { below: keyed(&place.path), may_have_been_a_folder: place.may_have_been_a_folder })
        }
        Err(error) => visit(Step::Failed(path, error.to_string())),
    }
}

/// Walks all that stands at or below `top`, which is the root or a place below it.
fn walk_below(start: &Start, top: &Path, visit: &mut impl FnMut(Step) -> bool) -> bool {
    let from_root = top == start.folder;
    let mut entries = walkdir::WalkDir::new(top).follow_links(true).sort_by_file_name().into_iter();
    while let Some(entry) = entries.next() {
        let step = match entry {
            Ok(entry) => {
                let is_root = from_root && entry.depth() == 0;
                let hidden = !is_root && is_hidden(entry.file_name());
                let is_folder = entry.file_type().is_dir();
                let index = is_folder && !is_root && embedded::is_index(entry.path());
                // A link to a folder that holds the root would bring all of it in once more, and what lies beside it.
                if is_folder && !is_root && entry.path_is_symlink() && is_around(start, entry.path()) {
                    entries.skip_current_dir();
                    if !visit(Step::Skipped(entry.into_path(), "a link to a folder that holds it")) {
                        return false;
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
                            let below = keyed(entry.path().strip_prefix(&start.folder).unwrap_or(entry.path()));
                            Step::File(File { file: entry.into_path(), below, metadata })
                        }
                        // It went while the folder was being read.
                        Err(error) if error.io_error().is_some_and(|error| error.kind() == ErrorKind::NotFound) => continue,
                        Err(error) => Step::Failed(entry.path().to_path_buf(), error.to_string()),
                    },
                }
            }
            Err(error) => {
                let path = error.path().unwrap_or(top).to_path_buf();
                if error.loop_ancestor().is_some() {
                    Step::Skipped(path, "a link to a folder that holds it")
                } else {
                    Step::Failed(path, error.io_error().map_or_else(|| error.to_string(), ToString::to_string))
                }
            }
        };
        if !visit(step) {
            return false;
        }
    }
    true
}

fn is_hidden(name: &OsStr) -> bool {
    name.as_encoded_bytes().starts_with(b".")
}

/// True for a folder that holds the root, or is it.
fn is_around(start: &Start, folder: &Path) -> bool {
    folder.canonicalize().is_ok_and(|target| start.absolute.starts_with(target))
}

/// A path as keys have it: as text in NFC, since some systems hand out another form of a name than it was given.
fn keyed(path: &Path) -> String {
    let text = escaped(path);
    if is_nfc_quick(text.chars()) == IsNormalized::Yes { text } else { text.nfc().collect() }
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
