//! `onrecord optimize`: one segment, and nothing deleted in it.

use super::query::json;
use super::settings::Settings;
use super::{Ended, Failure, say};
use clap::Args;
use onrecord::index::embedded;
use onrecord::output;
use std::io::Write;
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// Merge an index into one segment.
#[derive(Args)]
#[command(
    after_help = "For archives that are complete, or after much was replaced or removed: deleted records are dropped, and scores are those of an index that was built undisturbed. \
                  Needs as much free disk as the index takes. Those who search are not disturbed.\n\nExamples:\n  onrecord index corpus\n  onrecord optimize"
)]
pub(super) struct OptimizeArgs {
    /// Folder of the index [default: .onrecord; env: ONRECORD_INDEX]
    #[arg(long, value_name = "DIR")]
    index: Option<PathBuf>,
    /// Wait this long for another process that is writing to the index [default: 0]
    #[arg(long, value_name = "SECONDS")]
    wait: Option<u64>,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
    /// Say nothing but errors
    #[arg(long, short)]
    quiet: bool,
}

pub(super) fn run(args: &OptimizeArgs, settings: &Settings) -> Result<Ended, Failure> {
    let began = Instant::now();
    let wait = Duration::from_secs(args.wait.unwrap_or(settings.wait));
    let outcome = embedded::optimize(&settings.index(args.index.as_deref()), wait)?;
    let took = began.elapsed();
    if args.json {
        writeln!(std::io::stdout(), "{}", json(&output::keeping::optimized(&outcome, took))?)?;
    } else if !args.quiet {
        say(&output::keeping::optimized_text(&outcome, took));
    }
    Ok(Ended::Hits)
}
