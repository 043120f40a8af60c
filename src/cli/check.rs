//! `onrecord check`: what is wrong with an index.

use super::query::json;
use super::settings::Settings;
use super::{Ended, Failure, terminal};
use clap::Args;
use onrecord::index::embedded::{self, Depth};
use onrecord::output;
use std::io::Write;
use std::path::PathBuf;

/// Look at all of an index and say what is wrong with it.
#[derive(Args)]
#[command(after_help = "Every file is held against its checksum, every record against what the index says of it; nothing is changed. \
                  Exit status: 0 nothing found, 2 something is wrong.\n\nExamples:\n  onrecord check\n  onrecord check --quick --json")]
pub(super) struct CheckArgs {
    /// Folder of the index [default: .onrecord; env: ONRECORD_INDEX]
    #[arg(long, value_name = "DIR")]
    index: Option<PathBuf>,
    /// Only the files and their checksums, not the records
    #[arg(long)]
    quick: bool,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

pub(super) fn run(args: &CheckArgs, settings: &Settings) -> Result<Ended, Failure> {
    let folder = settings.index(args.index.as_deref());
    let bar = terminal::bytes(!args.json);
    let depth = if args.quick { Depth::Files } else { Depth::Records };
    let checked = embedded::check(&folder, depth, &|done, all| {
        bar.set_length(all);
        bar.set_position(done);
    });
    bar.finish_and_clear();
    let checked = output::keeping::checked(&checked?, &folder);
    let mut out = std::io::stdout();
    if args.json {
        writeln!(out, "{}", json(&checked)?)?;
    } else {
        output::keeping::checked_text(&mut out, &checked)?;
    }
    Ok(if checked.sound { Ended::Hits } else { Ended::Failed })
}
