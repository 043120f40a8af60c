//! What a run did: figures while it goes on, remarks on inputs, and how it ended.

use serde::Serialize;
use std::path::PathBuf;
use std::sync::atomic::AtomicU64;

/// What a run has done so far; may be looked at while it goes on.
#[derive(Debug, Default)]
pub struct Tally {
    /// Files found.
    pub files: AtomicU64,
    /// Files done with.
    pub done: AtomicU64,
    /// Bytes of the files found that are to be read: those that have not changed cost nothing.
    pub bytes: AtomicU64,
    /// Bytes of them that have been read.
    pub bytes_done: AtomicU64,
    /// Files that had not changed since the last run.
    pub unchanged_files: AtomicU64,
    /// Files with articles that the index did not know.
    pub new_files: AtomicU64,
    /// Files with articles that the index knew otherwise.
    pub changed_files: AtomicU64,
    /// Files of a known format that could not be read.
    pub failed: AtomicU64,
    /// Files of no known format, and what else was left out.
    pub skipped: AtomicU64,
    /// Hidden files and folders.
    pub hidden: AtomicU64,
    /// Articles that were new.
    pub added: AtomicU64,
    /// Articles that replaced an earlier state.
    pub changed: AtomicU64,
    /// Articles that stood in the index as they are.
    pub unchanged: AtomicU64,
    /// Articles that were removed, since their file or their place in it has vanished.
    pub removed: AtomicU64,
    /// Articles that were kept out, since they were taken down.
    pub blocked: AtomicU64,
    /// Files that have vanished.
    pub vanished: AtomicU64,
    /// Quotes in new and changed articles.
    pub quotes: AtomicU64,
    /// Reported clauses in new and changed articles.
    pub reported: AtomicU64,
    /// New and changed articles without a date.
    pub undated: AtomicU64,
}

/// What became of an input that gave cause for remark.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remark {
    /// The file.
    pub path: PathBuf,
    /// Where in it; may be empty.
    pub place: String,
    /// What it is about.
    pub outcome: Outcome,
    /// What happened, and what to do.
    pub message: String,
}

/// Kind of a remark.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// The input, or an article of it, could not be read.
    Failed,
    /// The input is no article, or was left out on purpose.
    Skipped,
    /// It was read, and something about it should be looked at.
    Noted,
}

/// How a run ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summary {
    /// True when it was stopped before its end; the next run goes on from there.
    pub interrupted: bool,
    /// What gave cause for remark, in the order of paths.
    pub remarks: Vec<Remark>,
    /// What became of each input, in the order of paths; only where a report was asked for.
    pub inputs: Vec<InputOutcome>,
}

/// What became of an input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InputOutcome {
    /// The file.
    pub path: PathBuf,
    /// What became of it.
    pub became: Became,
    /// The format that it was read as; empty where it was not read.
    pub format: &'static str,
    /// Articles that it holds.
    pub articles: u64,
}

/// What became of an input.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Became {
    /// All of its articles stand in the index.
    Indexed,
    /// It had not changed since the last run.
    Unchanged,
    /// It is no article, or holds none.
    Skipped,
    /// It, or something in it, could not be read.
    Failed,
}

impl Became {
    /// The same in words: `indexed as json, 3 articles`.
    pub(super) fn in_words(self, format: &str, articles: u64) -> String {
        let what = match self {
            Became::Indexed => "indexed",
            Became::Unchanged => "unchanged",
            Became::Skipped => "skipped",
            Became::Failed => "failed",
        };
        let by = if format.is_empty() { String::new() } else { format!(" as {format}") };
        let held = match articles {
            0 => String::new(),
            1 => ", 1 article".to_owned(),
            articles => format!(", {articles} articles"),
        };
        format!("{what}{by}{held}")
    }
}
