//! From folders to an index that can be searched, in one call: brought up to date where it stands, or made anew beside it.

use super::{Options, Summary, Tally, ingest};
use crate::error::Result;
use crate::index::embedded::{self, Anew, EmbeddedWriter, WriterOptions};
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
        let writer = EmbeddedWriter::open(self.index, WriterOptions { wait: self.wait, ..WriterOptions::default() })?;
        let summary = ingest(&writer, self.paths, self.options, self.tally, self.stop);
        // Whoever asked it to stop does not want to wait for what can be done next time.
        if summary.as_ref().is_ok_and(|summary| !summary.interrupted) {
            writer.tidy();
        }
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
        embedded::recover(self.index)?;
        // Nobody writes to the index that is about to be replaced, and nobody else rebuilds it.
        let _lock = embedded::lock(self.index, self.wait)?;
        let anew = Anew::begin(self.index, self.wait)?;
        match (Update { index: anew.new_folder(), ..*self }).run() {
            Ok(summary) if !summary.interrupted => anew.swap().map(|()| summary),
            // Perhaps the disk is full: what was built gives its room back, and the reason is said.
            outcome => {
                let cleared = anew.abandon();
                let summary = outcome?;
                cleared?;
                Ok(summary)
            }
        }
    }
}
