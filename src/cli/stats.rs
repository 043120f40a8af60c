//! `onrecord stats`: what an index holds.

use super::query::{Where, json};
use super::settings::Settings;
use super::{Ended, Failure, terminal};
use clap::Args;
use onrecord::{output, survey};
use std::io::{BufWriter, Write};

/// Print what an index holds.
#[derive(Args)]
#[command(after_help = "Examples:\n  onrecord stats\n  onrecord stats --from corpus --json")]
pub(super) struct StatsArgs {
    #[command(flatten)]
    place: Where,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

pub(super) fn run(args: &StatsArgs, settings: &Settings) -> Result<Ended, Failure> {
    let stats = output::survey::stats(&survey::survey(&args.place.open(settings)?)?);
    let mut out = BufWriter::new(std::io::stdout().lock());
    if args.json {
        writeln!(out, "{}", json(&stats)?)?;
    } else {
        output::text::stats(&mut out, &stats, terminal::style(settings.color))?;
    }
    out.flush()?;
    Ok(Ended::Hits)
}
