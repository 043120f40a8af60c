//! Values of the fields that hold no text: dates, numbers, kinds, and the ranges of the first two.

use super::fault::{Fault, shown};
use super::lex::is_quotation_mark;
use super::{Field, Query};
use crate::text::Date;
use std::ops::Range;

pub(super) const DATE_ADVICE: &str = "write date:2025, date:2025-04-17, date:2025-04..2025-06, date:>=2025-04, date:\"April 2025\", date:\"last week\", date:7d, date:yesterday";
const NUMBER_ADVICE: &str = "write a number from 0 to 1: confidence:>=0.9, confidence:0.5..0.9, confidence:1";
const KINDS: [&str; 3] = ["direct", "mixed", "indirect"];

/// A value with the bytes of the query where it stands.
#[derive(Clone, Copy)]
struct Piece<'a> {
    text: &'a str,
    start: usize,
}

impl<'a> Piece<'a> {
    fn span(self) -> Range<usize> {
        self.start..self.start + self.text.len()
    }

    fn skip(self, bytes: usize) -> Self {
        Self { text: &self.text[bytes..], start: self.start + bytes }
    }

    fn trim(self) -> Self {
        let text = self.text.trim_start();
        Self { text: text.trim_end(), start: self.start + self.text.len() - text.len() }
    }

    /// Without the quotation marks around it.
    fn unmarked(self) -> Self {
        let marks =
            self.text.chars().next().zip(self.text.chars().next_back()).filter(|(a, b)| is_quotation_mark(*a) && is_quotation_mark(*b));
        match marks {
            Some((a, b)) if self.text.len() > a.len_utf8() => {
                let end = self.text.len() - b.len_utf8();
                Self { text: &self.text[a.len_utf8()..end], start: self.start + a.len_utf8() }
            }
            _ => self,
        }
    }

    /// With the stretch of dates that it stands for.
    fn dates(self, today: Option<Date>) -> Option<(Date, Date)> {
        Date::typed(self.text, today)
    }

    fn split(self, mark: &str) -> Option<(Self, Self)> {
        let (before, _) = self.text.split_once(mark)?;
        Some((Self { text: before, start: self.start }, self.skip(before.len() + mark.len())))
    }
}

/// True for the fields whose values this module reads.
pub(super) fn is_value(field: Field) -> bool {
    field.is_range() || matches!(field, Field::Kind | Field::DateConflict)
}

/// The value of such a field, as a term or between quotation marks; `start` is its first byte in the query.
pub(super) fn value(field: Field, text: &str, start: usize, today: Option<Date>) -> Result<Query, Fault> {
    if text == "?" {
        return Ok(Query::Unknown);
    }
    let text = text.trim_end_matches([',', ';', '?', '!']);
    let text = if text.ends_with("..") { text } else { text.strip_suffix('.').unwrap_or(text) };
    let piece = Piece { text, start }.trim();
    if piece.text.is_empty() || piece.text == "*" {
        return Err(Fault::new(start..start + text.len().max(1), format!("{}: needs a value", field.name())).advise(advice(field)));
    }
    match field {
        Field::Kind => kind(piece),
        Field::DateConflict => yes_or_no(piece),
        Field::On => day_of_year(piece.text).map_or_else(|| range(field, piece, today), Ok),
        _ => range(field, piece, today),
    }
}

/// `[2025-04 TO 2025-06]`, brackets included; a `*` leaves that end open.
pub(super) fn bracket(field: Field, text: &str, start: usize, today: Option<Date>) -> Result<Query, Fault> {
    let whole = start..start + text.len();
    let inner = Piece { text: &text[1..text.len() - 1], start: start + 1 };
    if text.starts_with('{') || text.ends_with('}') {
        return Err(Fault::new(whole.clone(), "a range includes its ends").repair(whole, format!("[{}]", inner.text)));
    }
    let Some((from, to)) = inner.split(" TO ") else {
        return Err(Fault::new(whole, "a range in brackets needs a TO between its ends").advise("write [from TO to]"));
    };
    let end = |piece: Piece<'_>| (piece.trim().text != "*").then(|| point(field, piece.trim().unmarked(), today)).transpose();
    between(field, end(from)?, end(to)?, whole)
}

/// What to write as the value of a field.
pub(super) fn advice(field: Field) -> &'static str {
    match field {
        Field::On => "write on:04-17 for a day in any year, on:2025-04-17 or on:yesterday for one day",
        Field::DateConflict => "write date-conflict:yes or date-conflict:no",
        field if field.is_date() => DATE_ADVICE,
        Field::Confidence => NUMBER_ADVICE,
        Field::Kind => "write kind:direct, kind:mixed or kind:indirect",
        Field::Speaker => "write speaker:name or speaker:\"two words\"",
        Field::About => "write about:name or about:\"two words\"",
        Field::Mention => "write mention:name or mention:\"two words\"",
        _ => "write field:word or field:\"two words\"",
    }
}

fn kind(piece: Piece<'_>) -> Result<Query, Fault> {
    let kind = piece.text.to_ascii_lowercase();
    if KINDS.contains(&kind.as_str()) {
        return Ok(Query::Word(kind));
    }
    let message = format!("there is no kind {}; the kinds are {}", shown(piece.text), KINDS.join(", "));
    let near = KINDS.iter().find(|name| kind.len() >= 3 && name.starts_with(&kind));
    let fault = Fault::new(piece.span(), message).advise(advice(Field::Kind));
    Err(match near {
        Some(near) => fault.repair(piece.span(), *near),
        None => fault,
    })
}

fn yes_or_no(piece: Piece<'_>) -> Result<Query, Fault> {
    match piece.text.to_ascii_lowercase().as_str() {
        "yes" | "true" => Ok(Query::Word("yes".to_owned())),
        "no" | "false" => Ok(Query::Word("no".to_owned())),
        _ => Err(Fault::new(piece.span(), format!("{} is neither yes nor no", shown(piece.text))).advise(advice(Field::DateConflict))),
    }
}

/// `04-17`: a day in any year.
fn day_of_year(text: &str) -> Option<Query> {
    let named = || {
        // "11 March": a year that has every day makes it a date.
        let date = Date::parse(&format!("{text} 2000"))
            .filter(|date| date.precision() == crate::text::Precision::Day && !text.contains("2000"))?;
        let day = date.local_day();
        Some(Query::DayOfYear(chrono::Datelike::month(&day), chrono::Datelike::day(&day)))
    };
    if text.contains(char::is_alphabetic) {
        return named();
    }
    let (month, day) = text.trim_start_matches("--").split_once('-')?;
    let number =
        |text: &str| text.parse::<u32>().ok().filter(|_| (1..=2).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit()));
    let (month, day) = (number(month)?, number(day)?);
    // A leap year holds every day.
    Date::ymd(2000, Some(month), Some(day)).map(|_| Query::DayOfYear(month, day))
}

/// One end of a range.
#[derive(Clone, Copy)]
enum Point {
    /// The first and the last of the dates that one value stands for.
    Dates(Date, Date),
    Number(f32),
}

fn range(field: Field, piece: Piece<'_>, today: Option<Date>) -> Result<Query, Fault> {
    for (mark, is_from) in [(">=", true), ("≥", true), ("<=", false), ("≤", false)] {
        if piece.text.starts_with(mark) {
            let end = point(field, piece.skip(mark.len()).trim(), today)?;
            return if is_from { between(field, Some(end), None, piece.span()) } else { between(field, None, Some(end), piece.span()) };
        }
    }
    if piece.text.starts_with(['>', '<']) {
        return beyond(field, piece, today);
    }
    let Some((from, to)) = piece.split("..") else {
        let only = point(field, piece, today)?;
        return between(field, Some(only), Some(only), piece.span());
    };
    let end = |piece: Piece<'_>| (!piece.text.is_empty()).then(|| point(field, piece, today)).transpose();
    match (end(from.trim())?, end(to.trim())?) {
        (None, None) => Err(Fault::new(piece.span(), "a range needs an end").advise(advice(field))),
        (from, to) => between(field, from, to, piece.span()),
    }
}

/// `>2025-04` begins with the next month; `<2025-04` ends with the one before. Numbers have no neighbours.
fn beyond(field: Field, piece: Piece<'_>, today: Option<Date>) -> Result<Query, Fault> {
    let is_after = piece.text.starts_with('>');
    match point(field, piece.skip(1).trim(), today)? {
        Point::Number(_) => {
            let mark = piece.start..piece.start + 1;
            let repaired = if is_after { ">=" } else { "<=" };
            Err(Fault::new(mark.clone(), "a range of numbers includes its ends").repair(mark, repaired).advise(NUMBER_ADVICE))
        }
        Point::Dates(first, last) => {
            let neighbour = if is_after { last.next() } else { first.previous() };
            let Some(neighbour) = neighbour.map(|date| Point::Dates(date, date)) else {
                return Err(Fault::new(piece.span(), "dates run from 1600 to 9999").advise(DATE_ADVICE));
            };
            let (from, to) = if is_after { (Some(neighbour), None) } else { (None, Some(neighbour)) };
            between(field, from, to, piece.span())
        }
    }
}

fn point(field: Field, piece: Piece<'_>, today: Option<Date>) -> Result<Point, Fault> {
    if field.is_date() {
        return piece.dates(today).map(|(first, last)| Point::Dates(first, last)).ok_or_else(|| {
            let is_twofold = piece.text.chars().all(|c| c.is_ascii_digit() || c == '/') && piece.text.find('/').is_some_and(|at| at <= 2);
            let what = if is_twofold { "can be read as two dates" } else { "is not a date from 1600 to 9999" };
            Fault::new(piece.span(), format!("{} {what}", shown(piece.text))).advise(advice(field))
        });
    }
    let is_number = piece.text.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    let number = piece.text.parse::<f32>().ok().filter(|number| is_number && (0.0..=1.0).contains(number));
    let fault = || Fault::new(piece.span(), format!("{} is not a number from 0 to 1", shown(piece.text))).advise(NUMBER_ADVICE);
    number.map(Point::Number).ok_or_else(fault)
}

fn between(field: Field, from: Option<Point>, to: Option<Point>, span: Range<usize>) -> Result<Query, Fault> {
    let is_reversed = match (from, to) {
        (Some(Point::Dates(from, _)), Some(Point::Dates(_, to))) => from.first_second() > to.last_second(),
        (Some(Point::Number(from)), Some(Point::Number(to))) => from > to,
        _ => false,
    };
    let first = |end: Option<Point>| end.and_then(|end| if let Point::Dates(date, _) = end { Some(date) } else { None });
    let last = |end: Option<Point>| end.and_then(|end| if let Point::Dates(_, date) = end { Some(date) } else { None });
    let numbers = |end: Option<Point>| end.and_then(|end| if let Point::Number(number) = end { Some(number) } else { None });
    let make = |from, to| match field {
        field if field.is_date() => Query::DateRange(first(from), last(to)),
        _ => Query::NumberRange(numbers(from), numbers(to)),
    };
    if is_reversed {
        let turned = Query::Field(field, Box::new(make(to, from))).to_string();
        let turned = turned.split_once(':').map_or("", |(_, value)| value);
        return Err(Fault::new(span.clone(), "this range ends before it begins").repair(span, turned));
    }
    Ok(make(from, to))
}
