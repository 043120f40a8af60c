//! Dates as other systems write them, and their one reading as `2025`, `2025-04` or `2025-04-17`.

use super::{QueryError, refused, shown};
use std::ops::Range;

const MONTHS: [&str; 12] =
    ["january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december"];

/// Reads a date; refuses what has two readings or counts from today.
pub(super) fn read(text: &str, span: Range<usize>) -> Result<String, QueryError> {
    let text = text.trim();
    let advice = "write the date as 20250417 or 2025-04-17";
    let parts: Vec<&str> = text.split([' ', ',', '/', '-', '.', '\t', '\n']).filter(|part| !part.is_empty()).collect();
    if text.starts_with(['-', '+']) || text.to_ascii_lowercase().starts_with("now") {
        return Err(refused(span, "this date counts from today", advice));
    }
    let date = match parts[..] {
        [digits] if digits.len() == 8 => digits.get(..4).and_then(|year| day(year, digits.get(4..6)?, digits.get(6..)?)),
        [digits] if digits.len() == 6 => digits.get(..4).and_then(|year| month(year, digits.get(4..)?)),
        [year] => number(year, 4).filter(|year| *year >= 1600).map(|year| format!("{year:04}")),
        [a, b] if a.len() == 4 => month(a, b),
        [a, b] => month(b, a),
        [a, b, c] if a.len() == 4 => day(a, b, c),
        [a, b, year] if is_numeric(a) && is_numeric(b) => {
            let (day_first, month_first) = (day(year, b, a), day(year, a, b));
            if day_first.is_some() && month_first.is_some() && day_first != month_first {
                return Err(refused(span, format!("{} can be read in two ways", shown(text)), advice));
            }
            day_first.or(month_first)
        }
        [a, b, year] if is_numeric(a) => day(year, b, a),
        [a, b, year] => day(year, a, b),
        _ => None,
    };
    date.ok_or_else(|| refused(span, format!("{} is not a date", shown(text)), advice))
}

fn is_numeric(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_digit())
}

fn number(text: &str, most: usize) -> Option<u32> {
    (is_numeric(text) && (1..=most).contains(&text.len())).then(|| text.parse().ok()).flatten()
}

/// `4`, `04`, `April`, `Apr`
fn month_number(text: &str) -> Option<u32> {
    let name = text.to_ascii_lowercase();
    let named = || MONTHS.iter().position(|month| *month == name || name.len() >= 3 && month.starts_with(&name));
    let month = number(text, 2).or_else(|| u32::try_from(named()? + 1).ok())?;
    (1..=12).contains(&month).then_some(month)
}

fn month(year: &str, month: &str) -> Option<String> {
    let year = number(year, 4).filter(|year| *year >= 1600)?;
    Some(format!("{year:04}-{:02}", month_number(month)?))
}

fn day(year: &str, month_text: &str, day: &str) -> Option<String> {
    let (month, year_month) = (month_number(month_text)?, month(year, month_text)?);
    let (year, day) = (number(year, 4)?, number(day, 2)?);
    let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        2 if is_leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    };
    (1..=days).contains(&day).then(|| format!("{year_month}-{day:02}"))
}

/// The code of a language that is given by code or English name; `None` if it is unknown.
pub(super) fn language(text: &str) -> Option<String> {
    const NAMES: [(&str, &str, &str); 24] = [
        ("english", "eng", "en"),
        ("french", "fre", "fr"),
        ("german", "ger", "de"),
        ("spanish", "spa", "es"),
        ("italian", "ita", "it"),
        ("portuguese", "por", "pt"),
        ("dutch", "dut", "nl"),
        ("danish", "dan", "da"),
        ("swedish", "swe", "sv"),
        ("norwegian", "nor", "no"),
        ("finnish", "fin", "fi"),
        ("polish", "pol", "pl"),
        ("czech", "cze", "cs"),
        ("slovak", "slo", "sk"),
        ("hungarian", "hun", "hu"),
        ("romanian", "rum", "ro"),
        ("greek", "gre", "el"),
        ("turkish", "tur", "tr"),
        ("russian", "rus", "ru"),
        ("ukrainian", "ukr", "uk"),
        ("arabic", "ara", "ar"),
        ("chinese", "chi", "zh"),
        ("japanese", "jpn", "ja"),
        ("korean", "kor", "ko"),
    ];
    let name = text.to_ascii_lowercase();
    let named = NAMES.iter().find(|(english, long, _)| name == *english || name == *long).map(|(_, _, code)| (*code).to_owned());
    let is_code = name.len() == 2 && name.bytes().all(|b| b.is_ascii_lowercase());
    named.or_else(|| is_code.then_some(name))
}
