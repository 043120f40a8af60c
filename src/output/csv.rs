//! Answers as CSV for spreadsheets: one line a hit, or one line a value of a facet.
//!
//! RFC 4180 with a header, UTF-8. A cell that a spreadsheet would take for a formula gets an apostrophe in front, as OWASP's "CSV
//! Injection" page recommends; numbers are left alone.

use super::hit::{FacetValueOut, facets, hit, ranked};
use super::kwic::RowOut;
use super::survey::SpeakerRow;
use super::timeline::TimelineOut;
use crate::query::Mode;
use crate::search::Answer;
use crate::text::clean;
use std::io::{self, Write};

/// Header of the hits of a quotes search.
pub const QUOTES: [&str; 17] = [
    "rank",
    "id",
    "article",
    "date",
    "publisher",
    "desk",
    "headline",
    "section",
    "speaker",
    "role",
    "mention",
    "kind",
    "confidence",
    "quote",
    "path",
    "url",
    "score",
];

/// Header of the hits of an articles search.
pub const ARTICLES: [&str; 11] = ["rank", "id", "key", "date", "publisher", "desk", "headline", "section", "excerpt", "path", "url"];

/// Header of concordances.
pub const KWIC: [&str; 13] =
    ["id", "article", "date", "headline", "publisher", "speaker", "field", "start", "end", "left", "keyword", "right", "section"];

/// Header of facets; where one is counted within another, `within` follows.
pub const FACETS: [&str; 4] = ["facet", "value", "quotes", "articles"];

/// Header of speakers.
pub const SPEAKERS: [&str; 8] = ["name", "kind", "quotes", "articles", "first", "last", "names", "roles"];

/// Header of timelines.
pub const TIMELINE: [&str; 5] = ["date", "quotes", "articles", "archive", "share"];

/// Prints the hits; where facets were asked for, their counts instead, since CSV holds one table.
///
/// # Errors
/// `out` cannot be written to.
pub fn answer(out: &mut dyn Write, answer: &Answer) -> io::Result<()> {
    let mut table = Table::new(out);
    if let Some(facets) = facets(answer) {
        let nested = answer.facets.iter().any(|facet| facet.facet.within.is_some());
        let row = |name: &str, value: &FacetValueOut, within: Option<&FacetValueOut>| {
            let count = within.unwrap_or(value);
            let mut cells =
                vec![name.to_owned(), value.value.clone().unwrap_or_default(), count.quotes.to_string(), count.articles.to_string()];
            cells.extend(nested.then(|| within.and_then(|within| within.value.clone()).unwrap_or_default()));
            cells
        };
        table.row(FACETS.map(str::to_owned).into_iter().chain(nested.then(|| "within".to_owned())))?;
        for (name, values) in facets {
            for value in &values {
                match &value.within {
                    None => table.row(row(&name, value, None))?,
                    Some(within) => within.iter().try_for_each(|inner| table.row(row(&name, value, Some(inner))))?,
                }
            }
        }
        return table.finish();
    }
    match answer.mode {
        Mode::Quotes => table.row(QUOTES.map(str::to_owned))?,
        Mode::Articles => table.row(ARTICLES.map(str::to_owned).into_iter().chain(["score".to_owned()]))?,
    }
    table.finish()?;
    hits(out, answer)
}

/// Prints the hits without a header: a page behind the first one.
///
/// # Errors
/// `out` cannot be written to.
pub fn hits(out: &mut dyn Write, answer: &Answer) -> io::Result<()> {
    let mut table = Table::new(out);
    for (rank, shown) in ranked(answer) {
        let hit = hit(shown, rank);
        let text = |value: Option<String>| value.unwrap_or_default();
        let about = [text(hit.date), text(hit.publisher), text(hit.desk), text(hit.headline), text(hit.section)];
        let place = [hit.path, text(hit.url), hit.score.to_string()];
        let first = match &hit.quote {
            Some(_) => [rank.to_string(), hit.id, hit.article],
            None => [rank.to_string(), hit.id, hit.key],
        };
        let words: Vec<String> = match hit.quote {
            Some(quote) => {
                let speaker = quote.speaker;
                let of = |read: fn(&super::extract::SpeakerOut) -> Option<String>| text(speaker.as_ref().and_then(read));
                let kind = format!("{:?}", quote.kind).to_lowercase();
                vec![
                    of(|speaker| speaker.name.clone()),
                    of(|speaker| speaker.role.clone()),
                    of(|speaker| Some(speaker.mention.clone())),
                    kind,
                    quote.confidence.to_string(),
                    quote.text,
                ]
            }
            None => vec![hit.fragments.into_iter().filter(|f| f.field == "body").map(|f| f.text).collect::<Vec<_>>().join(" … ")],
        };
        table.row(first.into_iter().chain(about).chain(words).chain(place))?;
    }
    table.finish()
}

/// Prints the rows of a concordance.
///
/// # Errors
/// `out` cannot be written to.
pub fn kwic(out: &mut dyn Write, rows: &[RowOut]) -> io::Result<()> {
    let mut table = Table::new(out);
    table.row(KWIC.map(str::to_owned))?;
    for row in rows {
        let about = [&row.date, &row.headline, &row.publisher, &row.speaker].map(|value| value.clone().unwrap_or_default());
        let place = [row.field.to_owned(), row.start.to_string(), row.end.to_string()];
        let words = [row.left.clone(), row.keyword.clone(), row.right.clone(), row.section.clone().unwrap_or_default()];
        table.row([row.id.clone(), row.article.clone()].into_iter().chain(about).chain(place).chain(words))?;
    }
    table.finish()
}

/// Prints who speaks.
///
/// # Errors
/// `out` cannot be written to.
pub fn speakers(out: &mut dyn Write, rows: &[SpeakerRow]) -> io::Result<()> {
    let mut table = Table::new(out);
    table.row(SPEAKERS.map(str::to_owned))?;
    for row in rows {
        let kind = row.kind.map(|kind| format!("{kind:?}").to_lowercase()).unwrap_or_default();
        table.row([
            row.name.clone(),
            kind,
            row.quotes.to_string(),
            row.articles.to_string(),
            row.first.clone().unwrap_or_default(),
            row.last.clone().unwrap_or_default(),
            row.names.iter().map(|named| named.name.as_str()).collect::<Vec<_>>().join("; "),
            row.roles.iter().map(|role| role.role.as_str()).collect::<Vec<_>>().join("; "),
        ])?;
    }
    table.finish()
}

/// Prints a timeline, a row a unit of which the archive has articles; at the end what is dated less precisely, and what has no date.
///
/// # Errors
/// `out` cannot be written to.
pub fn timeline(out: &mut dyn Write, found: &TimelineOut) -> io::Result<()> {
    let mut table = Table::new(out);
    table.row(TIMELINE.map(str::to_owned))?;
    let undated = Some(&found.undated).filter(|row| row.archive > 0);
    for row in found.rows.iter().chain(&found.coarse).chain(undated) {
        let number = |number: Option<u64>| number.map(|number| number.to_string()).unwrap_or_default();
        table.row([
            row.value.clone().unwrap_or_default(),
            number(row.quotes),
            row.articles.to_string(),
            row.archive.to_string(),
            row.share.map(|share| share.to_string()).unwrap_or_default(),
        ])?;
    }
    table.finish()
}

struct Table<'a>(csv::Writer<&'a mut dyn Write>);

impl<'a> Table<'a> {
    fn new(out: &'a mut dyn Write) -> Self {
        Self(csv::Writer::from_writer(out))
    }

    fn row(&mut self, cells: impl IntoIterator<Item = String>) -> io::Result<()> {
        let cells = cells.into_iter().map(safe);
        self.0.write_record(cells).map_err(into_io)
    }

    fn finish(mut self) -> io::Result<()> {
        self.0.flush()
    }
}

fn into_io(error: csv::Error) -> io::Error {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => error,
        other => io::Error::other(format!("{other:?}")),
    }
}

/// A cell that no spreadsheet takes for a formula, without control characters, which a file name may hold.
fn safe(cell: String) -> String {
    let number = !cell.is_empty() && cell.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b'-')) && cell.parse::<f64>().is_ok();
    let cell = if cell.contains(char::is_control) || !cell.is_ascii() { clean::visible(&cell) } else { cell };
    let begins = cell.trim_start_matches(|c: char| c.is_whitespace() && c != '\t' && c != '\r');
    let formula = begins.starts_with(['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠']);
    if formula && !number { format!("'{cell}") } else { cell }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_no_formulas() {
        for (cell, expected) in [
            ("=1+1", "'=1+1"),
            ("+44 20", "'+44 20"),
            ("-x", "'-x"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("-inf", "'-inf"),
            ("+1", "'+1"),
            (" =1", "' =1"),
            ("-4.5", "-4.5"),
            ("We must pay", "We must pay"),
            ("a=b", "a=b"),
        ] {
            assert_eq!(safe(cell.to_owned()), expected);
        }
    }

    proptest::proptest! {
        #[test]
        fn tables_read_back(rows in proptest::collection::vec(proptest::collection::vec("(?s).{0,12}|[=+@\",\n\r-]{0,4}", 3), 1..5)) {
            let mut bytes = Vec::new();
            let mut table = Table::new(&mut bytes);
            table.row(["a", "b", "c"].map(str::to_owned)).unwrap();
            for row in &rows {
                table.row(row.clone()).unwrap();
            }
            table.finish().unwrap();
            let mut reader = csv::Reader::from_reader(bytes.as_slice());
            let read: Vec<Vec<String>> = reader.records().map(|row| row.unwrap().iter().map(str::to_owned).collect()).collect();
            let safe: Vec<Vec<String>> = rows.into_iter().map(|row| row.into_iter().map(safe).collect()).collect();
            proptest::prop_assert_eq!(read, safe);
        }
    }
}
