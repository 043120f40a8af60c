//! Dates beside the text: on a line of their own above it, in the path of the file or of its web address.

use crate::article::Meta;
use crate::text::{Date, Precision};
use std::path::Path;

/// A line that gives a date and says nothing else: "17 April 2025", "Published: Thu 17 Apr 2025, 10:15 BST".
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum DateLine {
    /// When it was published.
    Published(Date),
    /// When it was changed, or a date that is not understood: it dates no publication.
    Other,
}

/// Longest date line, in bytes.
const LONGEST_LINE: usize = 100;

/// What a line of text gives if it is a date line.
pub(super) fn of_line(text: &str) -> Option<DateLine> {
    const PUBLISHED: [&str; 7] = ["first published", "publication date", "published", "posted", "issued", "date", "on"];
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
        .split(|c: char| c.is_whitespace() || matches!(c, ',' | '|' | '•' | '·' | '(' | ')' | '–'))
        .filter(|word| !word.is_empty())
        .collect();
    if words.is_empty() || words.len() > 18 || !words.iter().all(|word| is_date_word(word)) {
        return None;
    }
    Some(match longest(rest.trim_matches([':', ' ']), &words) {
        Some(date) if published => DateLine::Published(date),
        _ => DateLine::Other,
    })
}

/// The date in a line of date words; where it is not understood whole ("10:15, 17 April 2025"), its longest part that is.
fn longest(text: &str, words: &[&str]) -> Option<Date> {
    let windows = (1..=words.len()).rev().flat_map(|length| words.windows(length));
    let found = || windows.map(|window| window.join(" ")).filter(|part| part.len() > 4).find_map(|part| Date::parse(&part));
    Date::parse(text).or_else(found).filter(|date| date.precision() >= Precision::Day)
}

fn is_date_word(word: &str) -> bool {
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

/// Fills an unknown date from the web address, then from the file's path. The file's time stamp says nothing about
/// publication and is never used.
pub(super) fn fall_back(meta: &mut Meta, name: &Path) {
    if meta.date.is_some() {
        return;
    }
    let from_url = meta.url.as_deref().and_then(|url| in_path(url.split(['?', '#']).next().unwrap_or_default()));
    let (date, source) = match from_url {
        Some(date) => (Some(date), "url"),
        None => (in_path(&name.to_string_lossy()), "path"),
    };
    meta.date = date;
    meta.date_source = date.map(|_| source.to_owned());
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
        line("Updated: 17 April 2025", "other");
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
