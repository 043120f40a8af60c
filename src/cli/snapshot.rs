//! `onrecord snapshot`: a copy of an index as it is now.

use super::query::json;
use super::settings::Settings;
use super::{Ended, Failure, say, shown};
use clap::Args;
use onrecord::index::embedded;
use onrecord::output;
use std::io::Write;
use std::path::PathBuf;

/// Copy an index as it is now, also while others write to it.
#[derive(Args)]
#[command(
    after_help = "Files that never change are linked, not copied, where the file system can: then a snapshot takes hardly any room and no time. \
                  To restore, name it with --index, or rename it.\n\nExamples:\n  onrecord index corpus\n  onrecord snapshot backup/monday\n  onrecord search levy --index backup/monday"
)]
pub(super) struct SnapshotArgs {
    /// Folder of the snapshot: a new or an empty one
    #[arg(value_name = "FOLDER")]
    target: PathBuf,
    /// Folder of the index [default: .onrecord; env: ONRECORD_INDEX]
    #[arg(long, value_name = "DIR")]
    index: Option<PathBuf>,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
    /// Say nothing but errors
    #[arg(long, short)]
    quiet: bool,
}

pub(super) fn run(args: &SnapshotArgs, settings: &Settings) -> Result<Ended, Failure> {
    let copied = embedded::snapshot(&settings.index(args.index.as_deref()), &args.target)?;
    if args.json {
        writeln!(std::io::stdout(), "{}", json(&output::keeping::copied(&copied, &args.target))?)?;
    } else if !args.quiet {
        say(&format!("{}: {}", shown(&args.target), output::keeping::copied_text(&copied)));
    }
    Ok(Ended::Hits)
}
