//! `--kwic` of `onrecord search` and `onrecord quotes`: a line for each match instead of the hits.

use super::query::{Output, json};
use super::search::{doctors_advice, footer};
use super::settings::Settings;
use super::{Ended, Failure, say, terminal};
use clap::{Args, ValueEnum};
use onrecord::kwic::{Order, WIDTH, rows};
use onrecord::output::{self, offsets::Offsets};
use onrecord::search::Answer;
use std::io::{BufWriter, Write};

/// Hits as a concordance.
#[derive(Args)]
pub(super) struct Kwic {
    /// Print a concordance: a line for each match, with the words on both sides of it
    #[arg(long, conflicts_with_all = ["count", "facets", "explain_score"])]
    kwic: bool,
    /// Order of its lines: as the hits stand, by the words to the left or right of the match (the nearest first), or by date
    #[arg(long, value_enum, value_name = "ORDER", default_value_t = KwicSort::Hits, requires = "kwic")]
    kwic_sort: KwicSort,
    /// Characters of context on each side [default: what fits the terminal; 40 in a pipe]
    #[arg(long, value_name = "N", requires = "kwic")]
    kwic_width: Option<usize>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum KwicSort {
    Hits,
    Left,
    Right,
    Date,
}

impl Kwic {
    /// True where a concordance is wanted.
    pub(super) fn is_wanted(&self) -> bool {
        self.kwic
    }

    /// Prints the concordance of an answer.
    pub(super) fn print(&self, answer: &Answer, form: Output, offsets: Offsets, settings: &Settings) -> Result<Ended, Failure> {
        let style = terminal::style(settings.color);
        let usual = if form == Output::Text { output::text::kwic_width(style) } else { WIDTH };
        let rows = rows(&answer.hits, self.kwic_width.unwrap_or(usual), self.order());
        let mut out = BufWriter::new(std::io::stdout().lock());
        match form {
            Output::Json => writeln!(out, "{}", json(&output::kwic::kwic(answer, &rows, offsets))?)?,
            Output::Jsonl => {
                let found = output::kwic::kwic(answer, &rows, offsets);
                for row in &found.rows {
                    writeln!(out, "{}", json(row)?)?;
                }
                writeln!(out, "{}", json(&found.summary())?)?;
            }
            Output::Csv => output::csv::kwic(&mut out, &output::kwic::kwic(answer, &rows, offsets).rows)?,
            Output::Text => output::text::kwic(&mut out, &rows, style)?,
        }
        out.flush()?;
        if matches!(form, Output::Text | Output::Csv) {
            say(&told(answer, rows.len()));
            doctors_advice(answer, false);
        }
        Ok(if answer.total == 0 { Ended::NoHits } else { Ended::Hits })
    }

    fn order(&self) -> Order {
        match self.kwic_sort {
            KwicSort::Hits => Order::Hits,
            KwicSort::Left => Order::Left,
            KwicSort::Right => Order::Right,
            KwicSort::Date => Order::Date,
        }
    }
}

/// How many matches in how many hits.
fn told(answer: &Answer, matches: usize) -> String {
    match (answer.hits.len(), matches) {
        (0, _) => footer(answer),
        (_, 1) => format!("1 match in {}", footer(answer)),
        (_, 0) => format!("no words to mark in {}", footer(answer)),
        _ => format!("{matches} matches in {}", footer(answer)),
    }
}
