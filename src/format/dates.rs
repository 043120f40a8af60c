//! Dates outside the text: in the path of a file or of a web address.

use crate::article::Meta;
use crate::text::Date;
use std::path::Path;

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

    proptest::proptest! {
        #[test]
        fn any_path_is_fine(path in "(?s).{0,30}|[0-9/_é-]{0,20}") {
            in_path(&path);
        }
    }
}
