//! What `timeline` prints as JSON.

use super::hit::{QueryOut, mode_name};
use crate::index::Count;
use crate::query::Mode;
use crate::timeline::{Row, Timeline};
use serde::Serialize;

/// Version of this shape.
pub const SCHEMA_VERSION: u32 = 1;

/// A timeline.
#[derive(Debug, Serialize)]
pub struct TimelineOut {
    /// [`SCHEMA_VERSION`].
    pub schema_version: u32,
    /// The query.
    pub query: QueryOut,
    /// articles or quotes.
    #[serde(rename = "in")]
    pub mode: &'static str,
    /// day, week, month or year.
    pub by: &'static str,
    /// How many hits there are, dated or not.
    pub total: u64,
    /// Every unit of which the archive has articles, in order.
    pub rows: Vec<RowOut>,
    /// Units between them of which it has none.
    pub gaps: Vec<GapOut>,
    /// What is dated less precisely than the unit.
    pub coarse: Vec<RowOut>,
    /// What has no date; its `value` is null.
    pub undated: RowOut,
}

/// A unit.
#[derive(Debug, Serialize)]
pub struct RowOut {
    /// 2025-04-17, 2025-W16, 2025-04 or 2025.
    pub value: Option<String>,
    /// Quotes that match; null where articles were looked for.
    pub quotes: Option<u64>,
    /// Articles that match, or that hold the quotes.
    pub articles: u64,
    /// Articles of the archive.
    pub archive: u64,
    /// `articles` of a hundred of `archive`, to the second decimal; null where the archive has none.
    pub share: Option<f64>,
}

/// Units of which the archive has no articles.
#[derive(Debug, Serialize)]
pub struct GapOut {
    /// The first.
    pub from: String,
    /// The last.
    pub to: String,
    /// How many.
    pub units: u64,
}

/// The wire form of a timeline; `text` is the query as typed.
pub fn timeline(text: &str, found: &Timeline) -> TimelineOut {
    let row = |row: &Row| row_out(row, found.mode);
    TimelineOut {
        schema_version: SCHEMA_VERSION,
        query: QueryOut { text: text.to_owned(), understood: found.understood.to_string(), notes: found.notes.clone() },
        mode: mode_name(found.mode),
        by: found.unit.name(),
        total: found.total,
        rows: found.rows.iter().map(row).collect(),
        gaps: found.gaps.iter().map(|gap| GapOut { from: gap.from.clone(), to: gap.to.clone(), units: gap.units }).collect(),
        coarse: found.coarse.iter().map(row).collect(),
        undated: row(&found.undated),
    }
}

fn row_out(row: &Row, mode: Mode) -> RowOut {
    let Count { quotes, articles } = row.found;
    RowOut {
        value: Some(row.value.clone()).filter(|value| !value.is_empty()),
        quotes: (mode == Mode::Quotes).then_some(quotes),
        articles,
        archive: row.archive,
        share: row.share().map(|share| (share * 100.0).round() / 100.0),
    }
}
