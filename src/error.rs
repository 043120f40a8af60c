//! What can go wrong, said so that the reader knows what, where, and what to do.

use std::path::{Path, PathBuf};

/// An error of this library. Its text is complete: what happened, where, and where it helps, what to do.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A file or folder could not be read or written.
    #[error("{path}: {source}")]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// A query that cannot be read; see [`crate::query::QueryError`].
    #[error(transparent)]
    Query(#[from] crate::query::QueryError),
    /// The index folder is missing, locked, damaged or of another format version.
    #[error("{0}")]
    Index(String),
    /// Another process writes to the index.
    #[error("{0}")]
    Busy(String),
    /// Something asked for cannot be done as asked (a flag's value, two roots of one name ...).
    #[error("{0}")]
    Usage(String),
    /// A search took longer than it was allowed to.
    #[error("the search was not done in time; ask for less, allow more time, or take what was found until then (--partial)")]
    Timeout,
    /// The engine failed.
    #[error("the index cannot be read or written: {0}; `onrecord check` says whether it is damaged")]
    Engine(#[from] tantivy::TantivyError),
}

impl Error {
    /// An I/O error at `path`.
    pub fn io(path: impl AsRef<Path>, source: std::io::Error) -> Self {
        Self::Io { path: path.as_ref().to_path_buf(), source }
    }
}

/// Result of this library's fallible functions.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// A message that shows lines of a file: long ones are cut, so that the message can be read.
pub fn shortened(message: &str) -> String {
    const LONGEST: usize = 200;
    let line = |line: &str| match line.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{} ...", &line[..end]),
        None => line.to_owned(),
    };
    message.lines().map(line).collect::<Vec<_>>().join("\n")
}
