//! The JSON of `index --report`: what a run did, and every input that gave cause for remark.

use crate::ingest::{Became, Outcome, Summary, Tally};
use serde::Serialize;
use serde_json::Value;
use std::collections::HashMap;
use std::path::Path;
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
    /// Files with articles that the index did not know.
    pub new_files: u64,
    /// Files with articles that it knew otherwise.
    pub changed_files: u64,
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
    /// Articles that were kept out, since they were taken down.
    pub blocked: u64,
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
    /// What became of each input, in the order of paths.
    pub inputs: Vec<InputOut>,
}

/// What became of an input.
#[derive(Debug, Serialize)]
pub struct InputOut {
    /// The file.
    pub path: String,
    /// indexed, unchanged, skipped or failed.
    pub outcome: Became,
    /// The format that it was read as.
    #[serde(skip_serializing_if = "str::is_empty")]
    pub format: &'static str,
    /// Articles that it holds.
    pub articles: u64,
    /// What gave cause for remark.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub remarks: Vec<InputRemark>,
}

/// A remark on an input or on a place in it.
#[derive(Debug, Clone, Serialize)]
pub struct InputRemark {
    /// Where in it; empty for the whole.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub place: String,
    /// failed, skipped or noted.
    pub outcome: &'static str,
    /// What, and what to do.
    pub message: String,
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
        new_files: of(&tally.new_files),
        changed_files: of(&tally.changed_files),
        vanished_files: of(&tally.vanished),
        hidden: of(&tally.hidden),
        added: of(&tally.added),
        changed: of(&tally.changed),
        unchanged: of(&tally.unchanged),
        removed: of(&tally.removed),
        blocked: of(&tally.blocked),
        quotes: of(&tally.quotes),
        reported: of(&tally.reported),
        failed: remarks(Outcome::Failed),
        skipped: remarks(Outcome::Skipped),
        noted: remarks(Outcome::Noted),
        inputs: inputs(summary),
    }
}

fn inputs(summary: &Summary) -> Vec<InputOut> {
    let mut remarks: HashMap<&Path, Vec<InputRemark>> = HashMap::new();
    for remark in &summary.remarks {
        let outcome = match remark.outcome {
            Outcome::Failed => "failed",
            Outcome::Skipped => "skipped",
            Outcome::Noted => "noted",
        };
        let own = InputRemark { place: remark.place.clone(), outcome, message: remark.message.clone() };
        remarks.entry(&remark.path).or_default().push(own);
    }
    let out = summary.inputs.iter().map(|input| InputOut {
        path: input.path.to_string_lossy().into_owned(),
        outcome: input.became,
        format: input.format,
        articles: input.articles,
        remarks: remarks.get(input.path.as_path()).cloned().unwrap_or_default(),
    });
    out.collect()
}

/// The report as one JSON object, with a line for each input.
pub fn json(report: &Report) -> String {
    let whole = serde_json::to_value(report).unwrap_or_default();
    let keys = whole.as_object().into_iter().flatten();
    let value = |value: &Value| match value {
        Value::Array(list) if !list.is_empty() => {
            let lines: Vec<String> = list.iter().map(|value| format!("    {value}")).collect();
            format!("[\n{}\n  ]", lines.join(",\n"))
        }
        value => value.to_string(),
    };
    let lines: Vec<String> = keys.map(|(key, own)| format!("  {}: {}", Value::from(key.as_str()), value(own))).collect();
    format!("{{\n{}\n}}\n", lines.join(",\n"))
}

/// The report as JSON Lines: an input a line, then the summary.
pub fn lines(report: &Report) -> String {
    let mut out = String::new();
    for input in &report.inputs {
        out.push_str(&serde_json::to_string(input).unwrap_or_default());
        out.push('\n');
    }
    let mut summary = serde_json::to_value(report).unwrap_or_default();
    if let Value::Object(keys) = &mut summary {
        ["inputs", "failed", "skipped", "noted"].iter().for_each(|key| drop(keys.remove(*key)));
        keys.insert("type".to_owned(), "summary".into());
    }
    out + &summary.to_string() + "\n"
}
