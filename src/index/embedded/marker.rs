//! The marker of an index: by it a folder is one, and of which version.

use crate::analyze;
use crate::error::{Error, Result};
use crate::record;
use crate::schema;
use serde::{Deserialize, Serialize};
use std::path::Path;

/// The file that marks a folder as an index.
pub const MARKER: &str = "onrecord.json";

/// What a marker says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Marker {
    format: u32,
    analyzer: String,
    /// [`record::VERSION`]: the rules by which articles were read and attributed.
    #[serde(default)]
    records: u32,
}

impl Marker {
    pub(super) fn current() -> Self {
        Self { format: schema::fields().format, analyzer: analyze::FINGERPRINT.to_owned(), records: record::VERSION }
    }
}

/// True for a folder that is an index by its own marker.
pub fn is_index(folder: &Path) -> bool {
    folder.join(MARKER).is_file()
}

/// What changes with every commit, and with every rebuild: asked often, it costs next to nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stamp {
    modified: Option<std::time::SystemTime>,
    length: u64,
    inode: u64,
}

/// The stamp of the index in a folder; `None` where there is none at the moment.
pub fn stamp(folder: &Path) -> Option<Stamp> {
    let meta = std::fs::metadata(folder.join("meta.json")).ok()?;
    #[cfg(unix)]
    let inode = std::os::unix::fs::MetadataExt::ino(&meta);
    #[cfg(not(unix))]
    let inode = 0;
    Some(Stamp { modified: meta.modified().ok(), length: meta.len(), inode })
}

/// An error unless the folder holds an index of this version.
pub(super) fn check_marker(folder: &Path) -> Result<()> {
    let path = folder.join(MARKER);
    let bytes = match std::fs::read(&path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            let text = format!(
                "{}: there is no index here; make one with `onrecord index FOLDER`, name one with --index DIR, or search a folder of articles with --from FOLDER",
                folder.display()
            );
            return Err(Error::Index(text));
        }
        Err(error) => return Err(Error::io(path, error)),
    };
    let current = Marker::current();
    match serde_json::from_slice::<Marker>(&bytes) {
        Ok(marker) if marker == current => Ok(()),
        Ok(marker) => Err(Error::Index(format!(
            "{}: this index has format {} ({}, records {}), this program writes format {} ({}, records {}); run `onrecord index --rebuild` with its folders",
            folder.display(),
            marker.format,
            marker.analyzer,
            marker.records,
            current.format,
            current.analyzer,
            current.records
        ))),
        Err(_) => {
            Err(Error::Index(format!("{}: not a readable index marker; run `onrecord index --rebuild` with its folders", path.display())))
        }
    }
}

/// What every commit says of itself, in `meta.json`: it is read at each opening, so it is kept small.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Payload {
    #[serde(flatten)]
    pub(super) marker: Marker,
    /// No two commits have one number.
    #[serde(default)]
    pub(super) commit: u64,
    /// Hash of that number and of the engine's own: both stand nowhere else.
    #[serde(default)]
    pub(super) sum: u64,
}

impl Payload {
    pub(super) fn new(commit: u64, stamp: u64) -> Self {
        Self { marker: Marker::current(), commit, sum: record::key(&["sum", &commit.to_string(), &stamp.to_string()]) }
    }
}

/// The number of the newest commit.
pub(super) fn commit_of(index: &tantivy::Index) -> Result<u64> {
    let payload = index.load_metas()?.payload.and_then(|payload| serde_json::from_str::<Payload>(&payload).ok());
    Ok(payload.map_or(0, |payload| payload.commit))
}
