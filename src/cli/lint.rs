//! `onrecord lint`: what the keeper of an archive should look at.

use super::reading::Reading;
use super::settings::Settings;
use super::{Ended, Failure};
use clap::Args;
use onrecord::lint::{Class, Options, classes, lint};
use onrecord::output::text::counted;
use onrecord::text::clean::visible;
use onrecord::{Error, output};
use std::io::Write;
use std::path::PathBuf;

/// Say what should be looked at in an archive.
#[derive(Args)]
#[command(
    after_help = "Examples:\n  onrecord lint corpus/archive\n  onrecord lint corpus --ignore empty-desk,short-body --json\n\nExit status: 0 nothing found, 1 something to look at, 2 an input could not be read."
)]
pub(super) struct LintArgs {
    /// Folders or files of articles
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
    #[command(flatten)]
    reading: Reading,
    /// Look for these classes alone: unreadable, no-date, future-date, date-conflict, no-headline, unbalanced-marks, short-body, boilerplate, mojibake, duplicate-id, empty-desk, reader
    #[arg(long, value_name = "CLASS,...", value_delimiter = ',')]
    only: Vec<String>,
    /// Leave these classes out
    #[arg(long, value_name = "CLASS,...", value_delimiter = ',')]
    ignore: Vec<String>,
    /// Examples of each class, 0 for all
    #[arg(long, value_name = "N", default_value_t = 3)]
    examples: usize,
    /// Print JSON
    #[arg(long)]
    json: bool,
    /// Worker threads [default: one per core]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(1..=64))]
    threads: Option<u8>,
}

pub(super) fn run(args: &LintArgs, settings: &Settings) -> Result<Ended, Failure> {
    let named = |names: &[String]| {
        classes(names).map_err(|name| {
            let known: Vec<&str> = Class::ALL.iter().map(|class| class.name()).collect();
            Error::Usage(format!("there is no class `{name}`; the classes are {}", known.join(", ")))
        })
    };
    let (only, ignored) = (named(&args.only)?, named(&args.ignore)?);
    let wanted = |class: &Class| (only.is_empty() || only.contains(class)) && !ignored.contains(class);
    let options = Options {
        format: args.reading.input_format,
        settings: args.reading.settings(settings),
        classes: Class::ALL.into_iter().filter(wanted).collect(),
        examples: args.examples,
        threads: args.threads.or(settings.threads).map_or_else(|| onrecord::ingest::Options::default().threads, usize::from),
    };
    let report = lint(&args.paths, &options)?;
    let mut out = std::io::stdout().lock();
    if args.json {
        let json = serde_json::to_string_pretty(&output::audit::lint(&report)).unwrap_or_default();
        writeln!(out, "{json}")?;
    } else {
        for line in output::audit::lint_text(&report).lines() {
            writeln!(out, "{}", visible(line))?;
        }
        for line in output::audit::left_out_text(&report, args.examples).lines() {
            writeln!(out, "{}", visible(line))?;
        }
        let found: u64 = report.counts.values().sum();
        let (articles, files) = (counted(report.articles, "article"), counted(report.files, "file"));
        writeln!(out, "{articles} in {files} ({} skipped): {found} to look at", report.skipped)?;
    }
    out.flush()?;
    Ok(match (report.counts.contains_key(&Class::Unreadable), report.counts.is_empty()) {
        (true, _) => Ended::Failed,
        (_, true) => Ended::Hits,
        _ => Ended::NoHits,
    })
}
