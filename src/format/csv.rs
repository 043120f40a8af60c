//! Tables: CSV and TSV with an article a row. The first row names the columns; a mapping says which are which field.

use super::input::{self, Context, Utf8Reader};
use super::{Format, Input, Item, LONGEST_ARTICLE, Problem, Sink, json};
use crate::text::clean;
use ::csv::{ByteRecord, ReaderBuilder};
use serde_json::{Map, Value};
use std::io::{BufRead, Read};

/// Comma-separated values; semicolons, tabs and bars are recognised in the first row.
pub(super) struct Csv;

/// Tab-separated values.
pub(super) struct Tsv;

impl Format for Csv {
    fn name(&self) -> &'static str {
        "csv"
    }

    fn about(&self) -> &'static str {
        "tables, an article a row, the columns named by the first row and --map"
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["csv"]
    }

    fn read(&self, input: Input<'_>, sink: &mut Sink<'_>) -> Result<(), Problem> {
        table(input, None, sink)
    }
}

impl Format for Tsv {
    fn name(&self) -> &'static str {
        "tsv"
    }

    fn about(&self) -> &'static str {
        "the same with tabs"
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["tsv", "tab"]
    }

    fn read(&self, input: Input<'_>, sink: &mut Sink<'_>) -> Result<(), Problem> {
        table(input, Some(b'\t'), sink)
    }
}

fn table(input: Input<'_>, delimiter: Option<u8>, sink: &mut Sink<'_>) -> Result<(), Problem> {
    let (mut reader, context) = input.parts();
    let mut reader = Utf8Reader::new(reader.stream()).map_err(|error| input::unreadable(&error))?;
    let mut first = Vec::new();
    (&mut reader).take(1 << 16).read_until(b'\n', &mut first).map_err(|error| input::unreadable(&error))?;
    let delimiter = delimiter.unwrap_or_else(|| delimiter_of(&first));
    let limited = Limited { inner: std::io::Cursor::new(first).chain(reader), row: 0, marks: 0 };
    let mut rows = ReaderBuilder::new().delimiter(delimiter).flexible(true).has_headers(false).from_reader(limited);
    let mut record = ByteRecord::new();
    let mut columns: Option<Vec<String>> = None;
    // A row is handed on when the next one begins: the last one may not be whole.
    let mut held: Option<Item> = None;
    let (mut held_from, mut held_lines) = (0, 0);
    loop {
        rows.get_mut().row = 0;
        let line = rows.position().line();
        match rows.read_byte_record(&mut record) {
            Ok(false) => {
                let open = rows.get_ref().marks % 2 == 1 && held_lines > 1;
                let last = held.take().map(|item| if open { Item::Problem(unclosed(held_from)) } else { item });
                let _ = last.map(sink);
                return Ok(());
            }
            Ok(true) => {}
            Err(error) => {
                let message = error.to_string();
                // A row without end: its quotation mark is never closed.
                let place = format!("line {line}");
                return match error.into_kind() {
                    ::csv::ErrorKind::Io(error) if error.kind() == std::io::ErrorKind::InvalidData => Err(input::too_long(&place)),
                    ::csv::ErrorKind::Io(error) => Err(input::unreadable(&error)),
                    _ => Err(Problem::new(place, message, "")),
                };
            }
        }
        let Some(names) = &columns else {
            let names: Vec<String> = record.iter().map(|cell| clean::line(&input::decode(cell, None).0)).collect();
            if let Some(left) = unknown(&names, &context) {
                // Whoever gave a mapping meant this table.
                if !context.settings.map.is_empty() {
                    return Err(left);
                }
                let _ = sink(Item::Skipped(left));
                return Ok(());
            }
            columns = Some(names);
            continue;
        };
        if record.iter().all(<[u8]>::is_empty) {
            continue;
        }
        // The place of a row is the line that it begins on.
        let place = format!("line {}", record.position().map_or(line, ::csv::Position::line));
        held_from = record.position().map_or(line, ::csv::Position::line);
        held_lines = rows.position().line().saturating_sub(held_from);
        let next = row(&record, names, place, &context);
        if held.replace(next).is_some_and(|item| sink(item).is_break()) {
            return Ok(());
        }
    }
}

/// A row whose quotation mark swallows the rest of the table.
fn unclosed(line: u64) -> Problem {
    Problem::new(format!("line {line}"), "a quotation mark is never closed", "the rows behind it cannot be told from its text")
}

/// One row as an article.
fn row(record: &ByteRecord, names: &[String], place: String, context: &Context<'_>) -> Item {
    let mut map = Map::new();
    let mut guessed = None;
    for (name, cell) in names.iter().zip(record.iter()) {
        let (text, problem) = input::decode(cell, None);
        guessed = guessed.or(problem);
        if !text.trim().is_empty() && !map.contains_key(name) {
            map.insert(name.clone(), Value::String(text));
        }
    }
    let mut problems: Vec<Problem> = guessed.into_iter().map(|problem| Problem { place: place.clone(), ..problem }).collect();
    if record.len() != names.len() {
        let message = format!("{} cells where the first row has {}", record.len(), names.len());
        problems.push(Problem::new(place.clone(), message, "a comma in a cell needs quotation marks around it"));
    }
    json::of_map(lower(map), place, problems, context).unwrap_or_else(Item::Problem)
}

/// Columns are found by the names of fields in any case.
fn lower(map: Map<String, Value>) -> Map<String, Value> {
    let known = |key: &str| super::map::FIELDS.iter().find(|field| field.eq_ignore_ascii_case(key)).map(|field| (*field).to_owned());
    map.into_iter().map(|(key, value)| (known(&key).unwrap_or(key), value)).collect()
}

/// A table that says of none of its columns that it is a headline or a text is no archive.
fn unknown(names: &[String], context: &Context<'_>) -> Option<Problem> {
    let map = names.iter().map(|name| (name.clone(), Value::String("x".to_owned()))).collect();
    let mapped = lower(context.settings.map.apply(map));
    let shown: Vec<String> = names.iter().take(12).map(|name| clean::visible(name)).collect();
    let has = |key: &str| names.iter().any(|name| name.eq_ignore_ascii_case(key));
    if let Some(missing) = context.settings.map.keys().find(|key| !has(key)) {
        let message = format!("no column is called {missing} (its columns: {})", shown.join(", "));
        return Some(Problem::new("", message, "see how --map names it"));
    }
    let known = ["headline", "text", "body", "summary"].iter().any(|field| mapped.contains_key(*field));
    (!known).then(|| {
        let message = format!("no column is called headline or text (its columns: {})", shown.join(", "));
        Problem::new("", message, "name them with --map, such as --map headline=title,text=content")
    })
}

/// The delimiter that stands most often in the first row.
fn delimiter_of(first: &[u8]) -> u8 {
    let count = |delimiter: u8| first.iter().filter(|byte| **byte == delimiter).count();
    *[b'|', b'\t', b';', b','].iter().max_by_key(|delimiter| count(**delimiter)).unwrap_or(&b',')
}

/// Ends a row that is longer than any article, as one with an unclosed quotation mark is.
struct Limited<R> {
    inner: R,
    row: usize,
    /// Quotation marks so far.
    marks: u64,
}

impl<R: Read> Read for Limited<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        if self.row > LONGEST_ARTICLE {
            return Err(std::io::Error::new(std::io::ErrorKind::InvalidData, "a row longer than any article"));
        }
        let length = self.inner.read(buffer)?;
        self.row += length;
        self.marks += memchr::memchr_iter(b'"', &buffer[..length]).count() as u64;
        Ok(length)
    }
}
