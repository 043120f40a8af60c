//! What `check`, `optimize` and `snapshot` say of an index, as JSON and as text.

use super::text::{counted, size};
use crate::index::embedded::{Checked, Copied, Extent, Optimized};
use crate::text::clean::visible;
use serde::Serialize;
use std::io::{self, Write};
use std::path::Path;
use std::time::Duration;

/// Version of these shapes.
pub const SCHEMA_VERSION: u32 = 1;

/// What `onrecord check --json` prints.
#[derive(Debug, Serialize)]
pub struct CheckedOut {
    /// [`SCHEMA_VERSION`].
    pub schema_version: u32,
    /// Folder of the index.
    pub index: String,
    /// True where nothing is wrong.
    pub sound: bool,
    /// Files of segments that were looked at.
    pub files: u64,
    /// Their bytes.
    pub bytes: u64,
    /// What the records are; null where they were not looked at.
    pub records: Option<HoldsOut>,
    /// What is wrong.
    pub findings: Vec<FindingOut>,
    /// How many findings more there are than are listed.
    pub unlisted: u64,
}

/// What an index holds, as its records say.
#[derive(Debug, Serialize)]
pub struct HoldsOut {
    /// Articles.
    pub articles: u64,
    /// Quotes in marks.
    pub quotes: u64,
    /// Reported clauses.
    pub reported: u64,
    /// Source files.
    pub files: u64,
    /// Source files that the next run reads again, as the last one was stopped.
    pub unfinished: u64,
    /// Deleted records that are not yet merged away.
    pub deleted: u64,
    /// Articles that were taken down.
    pub blocked: u64,
    /// Those of them of which something stands in the files still.
    pub unpurged: u64,
}

/// Something that is wrong.
#[derive(Debug, Serialize)]
pub struct FindingOut {
    /// What it is about.
    pub kind: &'static str,
    /// Where: a file or a record.
    pub place: String,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub remedy: String,
}

/// What was found, for JSON.
pub fn checked(checked: &Checked, folder: &Path) -> CheckedOut {
    let findings = checked.findings.iter().map(|finding| FindingOut {
        kind: finding.kind.name(),
        place: finding.place.clone(),
        message: finding.message.clone(),
        remedy: finding.remedy.clone(),
    });
    let records = checked.holds.map(|holds| HoldsOut {
        articles: holds.articles,
        quotes: holds.quotes,
        reported: holds.reported,
        files: holds.files,
        unfinished: holds.unfinished,
        deleted: holds.deleted,
        blocked: holds.blocked,
        unpurged: holds.unpurged,
    });
    CheckedOut {
        schema_version: SCHEMA_VERSION,
        index: folder.to_string_lossy().into_owned(),
        sound: checked.findings.is_empty(),
        files: checked.files,
        bytes: checked.bytes,
        records,
        findings: findings.collect(),
        unlisted: checked.unlisted,
    }
}

/// The same for people: a line for each finding, then what was looked at.
///
/// # Errors
/// `out` cannot be written to.
pub fn checked_text(out: &mut dyn Write, checked: &CheckedOut) -> io::Result<()> {
    for finding in &checked.findings {
        writeln!(out, "{}: {}; {}", visible(&finding.place), visible(&finding.message), finding.remedy)?;
    }
    if checked.unlisted > 0 {
        writeln!(out, "{} more", checked.unlisted)?;
    }
    let verdict = match checked.findings.len() as u64 + checked.unlisted {
        0 => "nothing is wrong".to_owned(),
        many => counted(many, "finding"),
    };
    let records = match &checked.records {
        None => "records not looked at".to_owned(),
        Some(records) => {
            let unfinished = if records.unfinished > 0 {
                format!(", {} to be read again by the next run", counted(records.unfinished, "file"))
            } else {
                String::new()
            };
            let blocked = match (records.blocked, records.unpurged) {
                (0, _) => String::new(),
                (all, 0) => format!("; {} taken down, nothing of which is left", counted(all, "article")),
                (all, left) => format!(
                    "; {} taken down, and what is deleted of {left} stands in the files until `onrecord remove --purge`",
                    counted(all, "article")
                ),
            };
            format!(
                "{}, {}, {} from {}{unfinished}{blocked}",
                counted(records.articles, "article"),
                counted(records.quotes, "quote"),
                counted(records.reported, "reported clause"),
                counted(records.files, "file")
            )
        }
    };
    writeln!(out, "{verdict} in {} of segments, {}; {records}", counted(checked.files, "file"), size(checked.bytes))
}

/// What `onrecord optimize --json` prints.
#[derive(Debug, Serialize)]
pub struct OptimizedOut {
    /// [`SCHEMA_VERSION`].
    pub schema_version: u32,
    /// Before.
    pub before: ExtentOut,
    /// After.
    pub after: ExtentOut,
    /// How long it took.
    pub seconds: f64,
}

/// What an index takes.
#[derive(Debug, Serialize)]
pub struct ExtentOut {
    /// Segments.
    pub segments: u64,
    /// Records, deleted ones included.
    pub records: u64,
    /// Those of them that are deleted.
    pub deleted: u64,
    /// Bytes on disk.
    pub bytes: u64,
}

/// What became of an index, for JSON.
pub fn optimized(outcome: &Optimized, took: Duration) -> OptimizedOut {
    let extent =
        |extent: &Extent| ExtentOut { segments: extent.segments, records: extent.records, deleted: extent.deleted, bytes: extent.bytes };
    OptimizedOut {
        schema_version: SCHEMA_VERSION,
        before: extent(&outcome.before),
        after: extent(&outcome.after),
        seconds: (took.as_secs_f64() * 1000.0).round() / 1000.0,
    }
}

/// The same for people.
pub fn optimized_text(outcome: &Optimized, took: Duration) -> String {
    let Optimized { before, after } = outcome;
    let was = |before: String, after: String| if before == after { after } else { format!("{before} -> {after}") };
    format!(
        "segments {}; records {} ({} deleted ones dropped); {}; {:.1} s",
        was(before.segments.to_string(), after.segments.to_string()),
        was(before.records.to_string(), after.records.to_string()),
        before.deleted - after.deleted.min(before.deleted),
        was(size(before.bytes), size(after.bytes)),
        took.as_secs_f64()
    )
}

/// What `onrecord snapshot --json` prints.
#[derive(Debug, Serialize)]
pub struct CopiedOut {
    /// [`SCHEMA_VERSION`].
    pub schema_version: u32,
    /// Folder of the snapshot.
    pub snapshot: String,
    /// Files that are linked.
    pub linked: u64,
    /// Files that were copied.
    pub copied: u64,
    /// Bytes of both.
    pub bytes: u64,
}

/// What a snapshot took, for JSON.
pub fn copied(copied: &Copied, target: &Path) -> CopiedOut {
    let snapshot = target.to_string_lossy().into_owned();
    CopiedOut { schema_version: SCHEMA_VERSION, snapshot, linked: copied.linked, copied: copied.copied, bytes: copied.bytes }
}

/// The same for people.
pub fn copied_text(copied: &Copied) -> String {
    format!("{} linked, {} copied, {}", counted(copied.linked, "file"), copied.copied, size(copied.bytes))
}
