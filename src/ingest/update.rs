//! From folders to an index that can be searched, in one call: brought up to date where it stands, or made anew beside it.

use super::{Options, Summary, Tally, bring_up, ingest};
use crate::discover::{self, Start};
use crate::error::{Error, Result};
use crate::index::Writer;
use crate::index::embedded::{self, Anew, EmbeddedWriter, Rehearsal, WriterOptions};
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

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
        self.with_writer(|writer| ingest(writer, self.paths, self.options, self.tally, self.stop))
    }

    /// Brings some roots up to date, or some places below them.
    pub(super) fn run_at(&self, starts: &[Start]) -> Result<Summary> {
        self.with_writer(|writer| bring_up(writer, starts, self.options, self.tally, self.stop))
    }

    /// Goes through all of a run, or of a rebuild, and writes nothing: no lock is taken and no folder made.
    ///
    /// # Errors
    /// As those of the run.
    pub fn rehearse(&self, rebuild: bool) -> Result<Summary> {
        if rebuild {
            self.check_replaceable()?;
            self.check_roots()?;
        }
        let nobody = if rebuild { Rehearsal::of_nothing(self.index)? } else { Rehearsal::open(self.index)? };
        ingest(&nobody, self.paths, self.options, self.tally, self.stop)
    }

    fn with_writer(&self, work: impl FnOnce(&EmbeddedWriter) -> Result<Summary>) -> Result<Summary> {
        let began = Instant::now();
        let options = WriterOptions { wait: self.wait, memory: self.options.memory, ..WriterOptions::default() };
        embedded::recover(self.index)?;
        let writer = EmbeddedWriter::open(self.index, options)?;
        log::debug!("{}: opened in {:.3} s", self.index.display(), began.elapsed().as_secs_f64());
        let summary = work(&writer);
        // Whoever asked it to stop does not want to wait for what can be done next time.
        if summary.as_ref().is_ok_and(|summary| !summary.interrupted) {
            writer.tidy();
        }
        let began = Instant::now();
        let finished = writer.finish();
        log::debug!("waited {:.3} s for merges", began.elapsed().as_secs_f64());
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
        self.check_replaceable()?;
        self.check_roots()?;
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

    /// An error where a root of the old index is not read into the new one.
    fn check_roots(&self) -> Result<()> {
        // An index that cannot be read cannot say.
        let known = Rehearsal::open(self.index).and_then(|old| old.roots()).unwrap_or_default();
        let starts = discover::starts(self.paths, self.options.root_name.as_deref(), &[], false)?;
        let lost = known.iter().filter(|root| !starts.iter().any(|start| start.root.name == root.name));
        let lost: Vec<&str> = lost.map(|root| root.path.as_str()).collect();
        if lost.is_empty() || self.options.prune {
            return Ok(());
        }
        Err(Error::Usage(format!(
            "{}: the index holds {} as well, which would be left out; name all its folders, or say --prune",
            self.index.display(),
            lost.join(", ")
        )))
    }

    fn check_replaceable(&self) -> Result<()> {
        if self.index.exists() && !embedded::is_index(self.index) {
            return Err(Error::Usage(format!("{}: not an index; nothing was rebuilt", self.index.display())));
        }
        Ok(())
    }
}
