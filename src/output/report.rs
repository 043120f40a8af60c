//! The JSON of `index --report`: what a run did, and every input that gave cause for remark.

use crate::ingest::{Outcome, Summary, Tally};
use serde::Serialize;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// Version of this shape.
pub const SCHEMA_VERSION: u32 = 1;

/// A report on one run.
#[derive(Debug, Serialize)]
pub struct Report {
    /// [`SCHEMA_VERSION`].
    pub schema_version: u32,
    /// Stopped before its end.
    pub interrupted: bool,
    /// How long it took.
    pub seconds: f64,
    /// Files found below the roots.
    pub files: u64,
    /// Files that had not changed.
    pub unchanged_files: u64,
    /// Files that have vanished.
    pub vanished_files: u64,
    /// Hidden files and folders.
    pub hidden: u64,
    /// Articles that were new.
    pub added: u64,
    /// Articles that replaced an earlier state.
    pub changed: u64,
    /// Articles as they were.
    pub unchanged: u64,
    /// Articles removed.
    pub removed: u64,
    /// Quotes in new and changed articles.
    pub quotes: u64,
    /// Reported clauses in new and changed articles.
    pub reported: u64,
    /// What could not be read.
    pub failed: Vec<RemarkOut>,
    /// What was left out.
    pub skipped: Vec<RemarkOut>,
    /// What was read and should be looked at.
    pub noted: Vec<RemarkOut>,
}

/// A remark on an input.
#[derive(Debug, Serialize)]
pub struct RemarkOut {
    /// The file.
    pub path: String,
    /// Where in it; empty for the whole.
    pub place: String,
    /// What, and what to do.
    pub message: String,
}

/// The report on a run.
pub fn report(tally: &Tally, summary: &Summary, took: Duration) -> Report {
    let of = |count: &AtomicU64| count.load(Ordering::Relaxed);
    let remarks = |wanted: Outcome| {
        let remarks = summary.remarks.iter().filter(|remark| remark.outcome == wanted);
        remarks
            .map(|r| RemarkOut { path: r.path.to_string_lossy().into_owned(), place: r.place.clone(), message: r.message.clone() })
            .collect()
    };
    Report {
        schema_version: SCHEMA_VERSION,
        interrupted: summary.interrupted,
        seconds: (took.as_secs_f64() * 1000.0).round() / 1000.0,
        files: of(&tally.files),
        unchanged_files: of(&tally.unchanged_files),
        vanished_files: of(&tally.vanished),
        hidden: of(&tally.hidden),
        added: of(&tally.added),
        changed: of(&tally.changed),
        unchanged: of(&tally.unchanged),
        removed: of(&tally.removed),
        quotes: of(&tally.quotes),
        reported: of(&tally.reported),
        failed: remarks(Outcome::Failed),
        skipped: remarks(Outcome::Skipped),
        noted: remarks(Outcome::Noted),
    }
}
