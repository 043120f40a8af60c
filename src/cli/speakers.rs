//! `onrecord speakers`: who speaks in an archive.

use super::query::{Filter, Output, Printing, Where, json};
use super::settings::Settings;
use super::{Ended, Failure, say, terminal};
use clap::Args;
use onrecord::search::Request;
use onrecord::{output, survey};
use std::io::{BufWriter, Write};

/// List who speaks.
#[derive(Args)]
#[command(
    after_help = "Examples:\n  onrecord speakers\n  onrecord speakers lindq\n  onrecord speakers --desk politics --since 2025-06 --csv"
)]
pub(super) struct SpeakersArgs {
    /// Beginnings of the words of a name: `lindq`, `mara l`
    #[arg(value_name = "PATTERN")]
    pattern: Option<String>,
    #[command(flatten)]
    place: Where,
    #[command(flatten)]
    filter: Filter,
    /// How many speakers to show, 0 for all [default: 10; env: ONRECORD_LIMIT]
    #[arg(long, short = 'n', value_name = "N")]
    limit: Option<usize>,
    #[command(flatten)]
    printing: Printing,
}

pub(super) fn run(args: &SpeakersArgs, settings: &Settings) -> Result<Ended, Failure> {
    let mut request = Request::default();
    args.filter.fill(&mut request);
    let index = args.place.open(settings)?;
    request.people = Some(args.place.people(&index, settings)?);
    let found = survey::speakers(&index, args.pattern.as_deref().unwrap_or_default(), &request)?;
    let table = output::survey::speakers(&found, args.limit.unwrap_or(settings.limit));
    let mut out = BufWriter::new(std::io::stdout().lock());
    match args.printing.output() {
        Output::Json => writeln!(out, "{}", json(&table)?)?,
        Output::Jsonl => {
            for row in &table.speakers {
                writeln!(out, "{}", json(row)?)?;
            }
            let summary = serde_json::json!({"type": "summary", "schema_version": table.schema_version, "total": table.total, "unknown": table.unknown});
            writeln!(out, "{}", json(&summary)?)?;
        }
        Output::Csv => {
            output::csv::speakers(&mut out, &table.speakers)?;
            out.flush()?;
            if (table.speakers.len() as u64) < table.total {
                say(&format!("{} of {} speakers: --limit 0 gives all", table.speakers.len(), table.total));
            }
        }
        Output::Text => {
            output::text::speakers(&mut out, &table, terminal::style(settings.color))?;
            out.flush()?;
            let shown = table.speakers.len() as u64;
            let count = if shown < table.total {
                format!("{shown} of {} speakers (--limit 0 shows all)", table.total)
            } else {
                output::text::counted(shown, "speaker")
            };
            let unknown = match table.unknown.quotes {
                0 => String::new(),
                quotes => format!("; {} without a known speaker", output::text::counted(quotes, "quote")),
            };
            say(&format!("{count}{unknown}"));
        }
    }
    out.flush()?;
    Ok(if table.total == 0 { Ended::NoHits } else { Ended::Hits })
}
