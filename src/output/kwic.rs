//! The JSON that `--kwic` prints: one object with the rows of a concordance, or the rows line by line.

use super::hit::{QueryOut, hit_id, mode_name, query};
use super::offsets::{Offsets, Ruler};
use crate::highlight::FieldMarks;
use crate::kwic::Row;
use crate::record;
use crate::search::Answer;
use crate::text::Span;
use serde::Serialize;
use std::collections::HashMap;

/// Version of this shape.
pub const SCHEMA_VERSION: u32 = 1;

/// A concordance.
#[derive(Debug, Serialize)]
pub struct KwicOut {
    /// What it is a concordance of.
    #[serde(flatten)]
    pub about: AboutOut,
    /// A row for each match.
    pub rows: Vec<RowOut>,
}

/// The last line of JSON Lines.
#[derive(Debug, Serialize)]
pub struct KwicSummaryOut<'a> {
    /// `summary`.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// What it is a concordance of.
    #[serde(flatten)]
    pub about: &'a AboutOut,
}

/// What a concordance is of.
#[derive(Debug, Serialize)]
pub struct AboutOut {
    /// [`SCHEMA_VERSION`].
    pub schema_version: u32,
    /// In what offsets are counted: utf-16 or characters; absent for UTF-8 bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub offsets: Option<&'static str>,
    /// The query.
    pub query: QueryOut,
    /// articles or quotes.
    #[serde(rename = "in")]
    pub mode: &'static str,
    /// How many hits there are; exact, unless `partial`.
    pub total: u64,
    /// Time ran out before all was looked at: there may be more hits, and better ones.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub partial: bool,
    /// How many of them the rows are taken from.
    pub shown: usize,
    /// How many rows there are.
    pub matches: usize,
    /// What `--cursor` takes to give the rows of the next hits; null behind the last one.
    pub next_cursor: Option<String>,
    /// Why this page may not fit the pages before it; null where it does.
    pub stale: Option<&'static str>,
    /// Where dates were asked for: how many articles of the index have none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub undated: Option<u64>,
}

/// A row: a match in its context. `left`, `keyword` and `right` are one stretch of the field's text, line ends shown as blanks.
#[derive(Debug, Serialize)]
pub struct RowOut {
    /// Id of the hit: of the article or of the quote.
    pub id: String,
    /// Id of the article.
    pub article: String,
    /// Date as precise as known.
    pub date: Option<String>,
    /// Headline.
    pub headline: Option<String>,
    /// The paper.
    pub publisher: Option<String>,
    /// Who speaks, of a quote hit; the words that name them where no name is known.
    pub speaker: Option<String>,
    /// The field that it stands in.
    pub field: &'static str,
    /// First byte of the match in the whole text of the field.
    pub start: u32,
    /// One past its last byte.
    pub end: u32,
    /// What stands before it.
    pub left: String,
    /// What matched.
    pub keyword: String,
    /// What stands behind it.
    pub right: String,
    /// The crosshead above it, or above the quote that is the hit.
    pub section: Option<String>,
}

/// The wire form of a concordance.
pub fn kwic<'a>(answer: &Answer, rows: &[Row<'a>], offsets: Offsets) -> KwicOut {
    // Each text is measured once, however many matches it has.
    let mut rulers: HashMap<*const FieldMarks, Ruler> = HashMap::new();
    let row = |row: &Row<'a>| {
        let ruler = rulers.entry(std::ptr::from_ref(row.field)).or_insert_with(|| Ruler::new(&row.field.text, offsets));
        row_out(row, ruler.span(row.context.keyword))
    };
    let rows: Vec<RowOut> = rows.iter().map(row).collect();
    KwicOut { about: AboutOut { offsets: offsets.name(), ..about(answer, rows.len()) }, rows }
}

impl KwicOut {
    /// The last line of JSON Lines.
    pub fn summary(&self) -> KwicSummaryOut<'_> {
        KwicSummaryOut { kind: "summary", about: &self.about }
    }
}

fn about(answer: &Answer, matches: usize) -> AboutOut {
    AboutOut {
        schema_version: SCHEMA_VERSION,
        offsets: None,
        query: query(answer),
        mode: mode_name(answer.mode),
        total: answer.total,
        partial: answer.is_partial,
        shown: answer.hits.len(),
        matches,
        next_cursor: answer.next.map(|cursor| cursor.to_string()),
        stale: answer.stale,
        undated: answer.undated,
    }
}

/// The wire form of a row; `at` is where its match stands.
fn row_out(row: &Row, at: Span) -> RowOut {
    let hit = &row.shown.hit;
    let (loaded, meta) = (&hit.article, &hit.article.article.meta);
    let quote = hit.quote.map(|i| &loaded.attribution.quotes[i]);
    let speaker = quote.map(|quote| record::speaker_text(&loaded.article, &loaded.attribution, quote));
    RowOut {
        id: hit_id(row.shown),
        article: loaded.id(),
        date: meta.date.map(|date| date.to_string()),
        headline: meta.headline.clone(),
        publisher: meta.publisher.clone(),
        speaker: speaker.filter(|name| !name.is_empty()).map(str::to_owned),
        field: row.field.field,
        start: at.start,
        end: at.end,
        left: row.left(),
        keyword: row.keyword().to_owned(),
        right: row.right(),
        section: row.section().map(str::to_owned),
    }
}
