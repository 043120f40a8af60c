//! `onrecord timeline`: hits by calendar unit, beside what the archive holds.

use super::query::{Output, Printing, Where, json, opened, unanswered};
use super::search::{Clauses, Typed};
use super::settings::Settings;
use super::{Ended, Failure, complain, say, terminal};
use clap::{Args, ValueEnum};
use onrecord::index::Facet;
use onrecord::output::{self, text::counted};
use onrecord::query::Mode;
use onrecord::timeline::timeline;
use std::io::{BufWriter, Write};

/// Count hits over time.
#[derive(Args)]
#[command(
    after_help = "Each line gives the hits of a day, week, month or year, the articles that hold them, and the articles that the archive has of that time, with the share. --publisher, --desk and the dates narrow the archive as well; clauses within the query do not.\n\nExamples:\n  onrecord timeline levy\n  onrecord timeline --in quotes --speaker Lindqvist levy --by week --since 2025-02\n  onrecord timeline '\"sea wall\"' --publisher Courier --csv"
)]
pub(super) struct TimelineArgs {
    #[command(flatten)]
    typed: Typed,
    #[command(flatten)]
    place: Where,
    #[command(flatten)]
    clauses: Clauses,
    /// The unit of the calendar; weeks are those of ISO 8601
    #[arg(long, value_enum, default_value_t = Unit::Month)]
    by: Unit,
    #[command(flatten)]
    printing: Printing,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Unit {
    Day,
    Week,
    Month,
    Year,
}

pub(super) fn run(args: &TimelineArgs, settings: &Settings) -> Result<Ended, Failure> {
    if let Some(problem) = args.typed.mistyped("timeline") {
        complain(&problem);
        return Ok(Ended::Failed);
    }
    let mut request = args.clauses.request(args.typed.text(), Mode::Articles);
    let unit = match args.by {
        Unit::Day => Facet::Day,
        Unit::Week => Facet::Week,
        Unit::Month => Facet::Month,
        Unit::Year => Facet::Year,
    };
    request.facets = vec![unit.into()];
    let found = match opened(&args.place, &mut request, settings).and_then(|(index, _)| timeline(&index, &request, unit)) {
        Ok(found) => output::timeline::timeline(&request.text, &found),
        Err(error) => return unanswered(&request, error),
    };
    found.query.notes.iter().for_each(|note| say(&format!("note: {note}")));
    let mut out = BufWriter::new(std::io::stdout().lock());
    match args.printing.output() {
        Output::Json => writeln!(out, "{}", json(&found)?)?,
        Output::Jsonl => {
            for row in &found.rows {
                writeln!(out, "{}", json(row)?)?;
            }
            let mut summary = serde_json::to_value(&found).map_err(|error| Failure::Output(error.into()))?;
            if let Some(keys) = summary.as_object_mut() {
                keys.remove("rows");
                keys.insert("type".to_owned(), "summary".into());
            }
            writeln!(out, "{}", json(&summary)?)?;
        }
        Output::Csv => output::csv::timeline(&mut out, &found)?,
        Output::Text => output::text::timeline(&mut out, &found, terminal::style(settings.color))?,
    }
    out.flush()?;
    if matches!(args.printing.output(), Output::Text | Output::Csv) {
        let what = if found.mode == "quotes" { "quote" } else { "article" };
        let beside: u64 = found.coarse.iter().chain([&found.undated]).map(|row| row.quotes.unwrap_or(row.articles)).sum();
        let beside = match beside {
            0 => String::new(),
            beside => format!("; {beside} with no date, or none so precise, in no {}", found.by),
        };
        say(&match found.total {
            0 => format!("no {what}s for: {}", found.query.understood),
            total => format!("{}{beside}", counted(total, what)),
        });
    }
    Ok(if found.total == 0 { Ended::NoHits } else { Ended::Hits })
}
