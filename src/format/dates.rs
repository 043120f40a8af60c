//! Dates beside the text: on a line of their own above it, in its dateline, in the path of the file or of its web address; and which of
//! all dates is the article's.

use super::dateline;
use crate::article::{BlockKind, DateRole, Dating, Draft, Meta};
use crate::text::{Date, Precision};
use std::path::Path;

/// A line that gives a date and says nothing else: "17 April 2025", "Published: Thu 17 Apr 2025, 10:15 BST".
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum DateLine {
    /// When it was published.
    Published(Date),
    /// When it was changed.
    Modified(Date),
    /// A date that is not understood.
    Other,
}

/// Longest date line, in bytes.
const LONGEST_LINE: usize = 100;

/// What a line of text gives if it is a date line.
pub(super) fn of_line(text: &str) -> Option<DateLine> {
    const PUBLISHED: [&str; 8] = ["first published", "publication date", "published", "posted", "issued", "written", "date", "on"];
    const UPDATED: [&str; 5] = ["last updated", "last modified", "updated", "modified", "edited"];
    // A number alone (a year, a page) is no date line.
    if text.len() > LONGEST_LINE || text.len() <= 4 || !text.contains(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let after = |labels: &[&str]| {
        let label = labels.iter().find(|label| text.get(..label.len()).is_some_and(|start| start.eq_ignore_ascii_case(label)))?;
        text[label.len()..].strip_prefix([':', ' '])
    };
    let (rest, published) = match (after(&PUBLISHED), after(&UPDATED)) {
        (Some(rest), _) => (rest, true),
        (None, Some(rest)) => (rest, false),
        (None, None) => (text, true),
    };
    let words: Vec<&str> = rest
        .split(|c: char| c.is_whitespace() || matches!(c, ',' | '|' | '•' | '·' | '(' | ')' | '–') || c == '/' && rest.contains(" / "))
        .filter(|word| !word.is_empty())
        .collect();
    if words.is_empty() || words.len() > 18 || !words.iter().all(|word| is_date_word(word)) {
        return None;
    }
    Some(match longest(rest.trim_matches([':', ' ']), &words) {
        Some(date) if published => DateLine::Published(date),
        Some(date) => DateLine::Modified(date),
        None => DateLine::Other,
    })
}

/// The date in a line of date words; where it is not understood whole ("10:15, 17 April 2025"), its longest part that is.
fn longest(text: &str, words: &[&str]) -> Option<Date> {
    let windows = (1..=words.len()).rev().flat_map(|length| words.windows(length));
    let found = || windows.map(|window| window.join(" ")).filter(|part| part.len() > 4).find_map(|part| Date::parse(&part));
    Date::parse(text).or_else(found).filter(|date| date.precision() >= Precision::Day)
}

pub(super) fn is_date_word(word: &str) -> bool {
    const WORDS: [&str; 36] = [
        "mon",
        "tue",
        "tues",
        "wed",
        "thu",
        "thur",
        "thurs",
        "fri",
        "sat",
        "sun",
        "monday",
        "tuesday",
        "wednesday",
        "thursday",
        "friday",
        "saturday",
        "sunday",
        "jan",
        "feb",
        "mar",
        "apr",
        "may",
        "jun",
        "jul",
        "aug",
        "sep",
        "sept",
        "oct",
        "nov",
        "dec",
        "at",
        "on",
        "of",
        "am",
        "pm",
        "updated",
    ];
    const MONTHS: [&str; 9] = ["january", "february", "march", "april", "june", "july", "august", "september", "october"];
    const REST: [&str; 13] =
        ["november", "december", "published", "posted", "modified", "edited", "last", "first", "a.m", "p.m", "the", "-", "o'clock"];
    let low = word.trim_matches(['.', ':', ';']).to_lowercase();
    let zone = (2..=5).contains(&word.len()) && word.bytes().all(|b| b.is_ascii_uppercase());
    low.starts_with(|c: char| c.is_ascii_digit()) && low.len() <= 25
        || zone
        || low.is_empty()
        || [&WORDS[..], &MONTHS, &REST].iter().any(|list| list.contains(&low.as_str()))
}

/// Settles which date is the article's: the first that the source gives as the date of publication, else that of the web address, else
/// that of the file's path; a dateline tells the day where these give a month or a year only. The file's time stamp says nothing about
/// publication and is never used. A date later than `today` is chosen only where a field gives it: whoever filled that field meant it.
pub(super) fn settle(draft: &mut Draft, name: &Path, today: Option<Date>) {
    let meta = &mut draft.meta;
    let known = |meta: &Meta, date: Date| meta.dates.iter().any(|dating| dating.role == DateRole::Published && agree(dating.date, date));
    if let Some(date) = meta.url.as_deref().and_then(|url| in_path(url.split(['?', '#']).next().unwrap_or_default()))
        && !known(meta, date)
    {
        meta.dated(DateRole::Published, date, "url");
    }
    if let Some(date) = in_path(&name.to_string_lossy())
        && !known(meta, date)
    {
        meta.dated(DateRole::Published, date, "path");
    }
    let fits = |dating: &&Dating| dating.role == DateRole::Published && (dating.source == "field" || !is_future(dating, today));
    let chosen = meta.dates.iter().find(fits).cloned();
    // A page that tells of its last change alone was published no later.
    let changed = || {
        let dating = meta.first(DateRole::Modified).filter(|dating| !is_later(dating.date, today))?;
        Some(Dating { source: "modified".to_owned(), ..dating.clone() })
    };
    (meta.date, meta.date_source) = match chosen.or_else(changed) {
        Some(dating) => (Some(dating.date), Some(dating.source)),
        None => (None, None),
    };
    let first = draft.blocks.iter().find(|(kind, _)| *kind == BlockKind::Paragraph);
    if let Some(line) = first.and_then(|(_, text)| dateline::of_text(text)) {
        let at = line.date.and_then(|day| day.near(meta.date));
        if let Some(day) = at.filter(|day| meta.date.is_some_and(|date| date.precision() < Precision::Day && overlap(*day, date))) {
            meta.dates.insert(0, Dating { role: DateRole::Published, date: day, source: "dateline".to_owned() });
            (meta.date, meta.date_source) = (Some(day), Some("dateline".to_owned()));
        }
        let printed = line.with(at);
        match &mut meta.dateline {
            // A field of its own gives the place; day and agency stand in the text alone.
            Some(known) => {
                known.agency = known.agency.take().or(printed.agency);
                known.date = known.date.or(printed.date);
            }
            None => meta.dateline = Some(printed),
        }
    }
    meta.date_conflict = conflicts(meta);
}

/// True for a date of publication that lies after tomorrow: clocks differ by zones, and evening papers carry the next day's date.
pub(super) fn is_future(dating: &Dating, today: Option<Date>) -> bool {
    dating.role == DateRole::Published && is_later(dating.date, today)
}

/// True for a date after tomorrow.
fn is_later(date: Date, today: Option<Date>) -> bool {
    today.and_then(Date::next).is_some_and(|tomorrow| date.first_second() > tomorrow.last_second())
}

/// Seconds of a day.
const DAY: i64 = 86_400;

/// True when two dates can be of one publication: they overlap, or are not more than a day apart, since clocks differ by zones.
fn agree(a: Date, b: Date) -> bool {
    a.first_second() <= b.last_second() + DAY && b.first_second() <= a.last_second() + DAY
}

fn overlap(a: Date, b: Date) -> bool {
    a.first_second() <= b.last_second() && b.first_second() <= a.last_second()
}

/// Days that a dateline may lie before the publication: weekend papers print what was written in the week.
const OLDEST_DATELINE: i64 = 14;

/// True when the dates of an article contradict each other: two of publication that are more than a day apart, a change before the
/// publication, a dateline after it or long before it.
fn conflicts(meta: &Meta) -> bool {
    let of = |role: DateRole| meta.dates.iter().filter(move |dating| dating.role == role).map(|dating| dating.date);
    let Some(date) = meta.date else { return of(DateRole::Published).count() > 1 };
    let published = of(DateRole::Published).any(|other| !agree(date, other));
    let modified = of(DateRole::Modified).chain(of(DateRole::Crawled)).any(|other| other.last_second() + DAY < date.first_second());
    let edition = of(DateRole::Edition).any(|other| !agree(date, other));
    let dateline = meta.dateline.as_ref().and_then(|line| line.date).is_some_and(|day| {
        day.first_second() > date.last_second() + DAY || day.last_second() + OLDEST_DATELINE * DAY < date.first_second()
    });
    published || modified || edition || dateline
}

/// A day written as `2025/04/17`, `2025-04-17`, `2025_04_17`, `20250417` or `2025/apr/17`; else a month as `2025/04`. Only
/// 1600 to 2099, so that serial numbers are left alone; the last one wins, because folders are named from coarse to fine.
pub(super) fn in_path(path: &str) -> Option<Date> {
    let bytes = path.as_bytes();
    let digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    let mut best: Option<(bool, Date)> = None;
    for at in 0..bytes.len() {
        let starts = digit(at) && (at == 0 || !bytes[at - 1].is_ascii_alphanumeric());
        if !starts || !(0..4).all(|i| digit(at + i)) {
            continue;
        }
        let Some(year) = number(path, at, 4).filter(|year| (1600..=2099).contains(year)) else { continue };
        let Some((day, date)) = compact(path, at, year).or_else(|| separated(path, at, year)) else { continue };
        if day || !best.is_some_and(|(best_day, _)| best_day) {
            best = Some((day, date));
        }
    }
    best.map(|(_, date)| date)
}

fn number(path: &str, at: usize, length: usize) -> Option<i32> {
    path.get(at..at + length).filter(|digits| digits.bytes().all(|b| b.is_ascii_digit()))?.parse().ok()
}

fn compact(path: &str, at: usize, year: i32) -> Option<(bool, Date)> {
    let ends = path.as_bytes().get(at + 8).is_none_or(|b| !b.is_ascii_digit());
    let (month, day) = (number(path, at + 4, 2)?, number(path, at + 6, 2)?);
    if !ends {
        return None;
    }
    Some((true, Date::ymd(year, u32::try_from(month).ok(), u32::try_from(day).ok())?))
}

fn separated(path: &str, at: usize, year: i32) -> Option<(bool, Date)> {
    const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    let separator = path.as_bytes().get(at + 4).copied().filter(|b| matches!(b, b'/' | b'-' | b'_' | b'.' | b'\\'))?;
    let parts: Vec<&str> = path.get(at + 5..)?.splitn(3, separator as char).collect();
    let month = parts.first()?;
    let month = match MONTHS.iter().position(|name| month.eq_ignore_ascii_case(name)) {
        Some(index) => index as u32 + 1,
        None => month.parse().ok().filter(|_| month.len() <= 2 && month.bytes().all(|b| b.is_ascii_digit()))?,
    };
    let day = parts.get(1).and_then(|rest| {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        rest.get(..digits).filter(|_| (1..=2).contains(&digits))?.parse().ok()
    });
    match day.and_then(|day| Date::ymd(year, Some(month), Some(day))) {
        Some(date) => Some((true, date)),
        // `2025-04.txt` is a serial number as often as a month: only folders count.
        None if matches!(separator, b'/' | b'\\') && parts.len() > 1 => Some((false, Date::ymd(year, Some(month), None)?)),
        None => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(path: &str, expected: Option<&str>) {
        assert_eq!(in_path(path).map(|date| date.to_string()).as_deref(), expected, "{path}");
    }

    #[test]
    fn days_in_paths() {
        check("world/2025/04/17/harbour.html", Some("2025-04-17"));
        check("2025-04-17-harbour.txt", Some("2025-04-17"));
        check("harbour_20250417.txt", Some("2025-04-17"));
        check("https://news.example/2025/apr/7/harbour", Some("2025-04-07"));
        check("archive\\2025\\4\\7\\a.txt", Some("2025-04-07"));
        check("2024-01-01/2025-04-17.txt", Some("2025-04-17"));
        check("news20250417.txt", None);
    }

    #[test]
    fn months_only_as_folders() {
        check("2025/04/harbour.txt", Some("2025-04"));
        check("2025-04.txt", None);
    }

    #[test]
    fn numbers_that_are_no_dates() {
        check("story-20251399.txt", None);
        check("9999-04-17.txt", None);
        check("2025/02/30/a.txt", Some("2025-02"));
        check("202504171530.txt", None);
        check("id-12025041799", None);
        check("2025", None);
        check("2025é/04", None);
    }

    #[track_caller]
    fn line(text: &str, expected: &str) {
        let shown = match of_line(text) {
            Some(DateLine::Published(date)) => date.to_string(),
            Some(DateLine::Modified(date)) => format!("modified {date}"),
            Some(DateLine::Other) => "other".to_owned(),
            None => "none".to_owned(),
        };
        assert_eq!(shown, expected, "{text}");
    }

    #[test]
    fn lines_that_are_dates() {
        line("17 April 2025", "2025-04-17");
        line("Published: 17 April 2025", "2025-04-17");
        line("Published on April 17, 2025", "2025-04-17");
        line("10:15, 17 April 2025", "2025-04-17T10:15");
        line("Thursday 17 April 2025 at 10:15", "2025-04-17T10:15");
        line("17 April 2025 • Updated 18 April 2025", "2025-04-17");
        line("Thu 17 Apr 2025 06.05 GMT Last modified on Fri 18 Apr 2025 07.10 GMT", "2025-04-17T06:05Z");
        line("Updated: 17 April 2025", "modified 2025-04-17");
        line("Published 04/05/2025", "other");
    }

    #[test]
    fn lines_that_are_none() {
        line("2025", "none");
        line("The 17 ships of April", "none");
        line("17 ships were lost", "none");
        line("On 17 April 2025 the harbour was closed", "none");
        line("April", "none");
    }

    proptest::proptest! {
        #[test]
        fn any_path_is_fine(path in "(?s).{0,30}|[0-9/_é-]{0,20}") {
            in_path(&path);
            of_line(&path);
        }
    }
}
