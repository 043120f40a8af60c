//! From folders to an index that can be searched, in one call: brought up to date where it stands, or made anew beside it.

use super::{Options, Summary, Tally, ingest};
use crate::error::{Error, Result};
use crate::index::embedded::{self, EmbeddedWriter, WriterOptions};
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use std::time::Duration;

/// Folders and files to be read into the index in a folder.
#[derive(Clone, Copy)]
pub struct Update<'a> {
    /// Folder of the index.
    pub index: &'a Path,
    /// Folders and files of articles.
    pub paths: &'a [PathBuf],
    /// How to read them.
    pub options: &'a Options,
    /// How long to wait for another process that writes.
    pub wait: Duration,
    /// Figures while it goes on.
    pub tally: &'a Tally,
    /// Set it to stop at the next article.
    pub stop: &'a AtomicBool,
}

impl Update<'_> {
    /// Brings the index up to date; makes it where there is none.
    ///
    /// # Errors
    /// See [`EmbeddedWriter::open`] and [`ingest`].
    pub fn run(&self) -> Result<Summary> {
        self.finish_swap()?;
        let writer = EmbeddedWriter::open(self.index, WriterOptions { wait: self.wait, ..WriterOptions::default() })?;
        let summary = ingest(&writer, self.paths, self.options, self.tally, self.stop);
        let finished = writer.finish();
        let summary = summary?;
        finished?;
        Ok(summary)
    }

    /// Makes the index anew beside the old one and swaps when it is complete; interrupted, the old one stands as it was.
    ///
    /// # Errors
    /// As [`Update::run`]; the folder holds something else than an index.
    pub fn rebuild(&self) -> Result<Summary> {
        self.finish_swap()?;
        let (folder, new, old) = (self.index, embedded::beside(self.index, ".new"), embedded::beside(self.index, ".old"));
        if folder.exists() && !embedded::is_index(folder) {
            return Err(Error::Usage(format!("{}: not an index; nothing was rebuilt", folder.display())));
        }
        // Nobody writes to the index that is about to be replaced, and nobody else rebuilds it.
        let _lock = embedded::lock(folder, self.wait)?;
        drop(embedded::lock(&new, self.wait)?);
        let clear =
            |path: &Path| if path.exists() { std::fs::remove_dir_all(path).map_err(|error| Error::io(path, error)) } else { Ok(()) };
        clear(&new)?;
        embedded::carry(folder, &new)?;
        let summary = Update { index: &new, ..*self }.run()?;
        if summary.interrupted {
            clear(&new)?;
            return Ok(summary);
        }
        clear(&old)?;
        let rename = |from: &Path, to: &Path| std::fs::rename(from, to).map_err(|error| Error::io(from, error));
        if folder.exists() {
            rename(folder, &old)?;
        }
        rename(&new, folder)?;
        clear(&old)?;
        Ok(summary)
    }

    /// A rebuild that was cut off after the old index was put aside had made the new one whole: it takes its place. Without this an index
    /// would be made that knows nothing of what was taken down.
    fn finish_swap(&self) -> Result<()> {
        let (new, old) = (embedded::beside(self.index, ".new"), embedded::beside(self.index, ".old"));
        if !self.index.exists() && embedded::is_index(&new) && embedded::is_index(&old) {
            std::fs::rename(&new, self.index).map_err(|error| Error::io(new, error))?;
        }
        Ok(())
    }
}
