//! The JSON that `--kwic` prints: one object with the rows of a concordance, or the rows line by line.

use super::hit::{AboutOut, about, hit_id};
use super::offsets::{Offsets, Ruler};
use crate::highlight::FieldMarks;
use crate::kwic::Row;
use crate::record;
use crate::search::Answer;
use crate::text::Span;
use serde::Serialize;
use std::collections::HashMap;

/// A concordance.
#[derive(Debug, Serialize)]
pub struct KwicOut {
    /// What it is a concordance of.
    #[serde(flatten)]
    pub about: ConcordanceOut,
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
    pub about: &'a ConcordanceOut,
}

/// What a concordance is of.
#[derive(Debug, Serialize)]
pub struct ConcordanceOut {
    /// The answer that its hits are of.
    #[serde(flatten)]
    pub answer: AboutOut,
    /// How many hits the rows are taken from.
    pub shown: usize,
    /// How many rows there are.
    pub matches: usize,
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
    let shown = answer.hits.len();
    let answer = AboutOut { offsets: offsets.name(), ..about(answer) };
    KwicOut { about: ConcordanceOut { answer, shown, matches: rows.len() }, rows }
}

impl KwicOut {
    /// The last line of JSON Lines.
    pub fn summary(&self) -> KwicSummaryOut<'_> {
        KwicSummaryOut { kind: "summary", about: &self.about }
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
