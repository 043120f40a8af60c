//! Datelines: place, day and agency as newspapers and agencies print them before the first words: "PARIS, April 17 (Reuters) - ".

use crate::article::Dateline;
use crate::text::Date;
use chrono::NaiveDate;

/// A dateline as printed: its day mostly has no year.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Line {
    pub(super) place: Option<String>,
    pub(super) agency: Option<String>,
    pub(super) date: Option<Day>,
}

/// A day of a month, in some year.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Day {
    year: Option<i32>,
    month: u32,
    day: u32,
}

impl Day {
    /// The day in the year that brings it nearest to a date.
    pub(super) fn near(self, date: Option<Date>) -> Option<Date> {
        if let Some(year) = self.year {
            return Date::ymd(year, Some(self.month), Some(self.day));
        }
        Date::near(self.month, self.day, date?)
    }
}

impl Line {
    /// The dateline with its day in a year.
    pub(super) fn with(self, date: Option<Date>) -> Dateline {
        Dateline { place: self.place, date, agency: self.agency }
    }
}

/// Longest dateline, in bytes.
const LONGEST: usize = 120;

/// Words of agencies' names in brackets. A bracket before the dash that holds something else ("(and elsewhere)") is none.
const AGENCIES: [&str; 30] = [
    "reuters",
    "ap",
    "afp",
    "upi",
    "dpa",
    "ansa",
    "efe",
    "pa",
    "tass",
    "xinhua",
    "bloomberg",
    "kyodo",
    "pti",
    "ani",
    "ians",
    "bbc",
    "cnn",
    "cp",
    "jta",
    "interfax",
    "itar-tass",
    "apa",
    "belga",
    "lusa",
    "ntb",
    "tt",
    "ritzau",
    "stt",
    "aap",
    "anp",
];

/// The dateline that a text begins with: a place in capitals, or a place with a day or an agency behind it, and a dash.
pub(super) fn of_text(text: &str) -> Option<Line> {
    let start = text.trim_start();
    let mut end = LONGEST.min(start.len());
    while !start.is_char_boundary(end) {
        end -= 1;
    }
    let (line, _) = before_dash(&start[..end])?;
    let (line, agency) = match line.split_once('(') {
        Some((before, bracket)) => {
            let (agency, after) = bracket.split_once(')')?;
            // "PARIS (Reuters), April 17 -" has its day behind.
            let agency = agency.trim();
            // Behind a day or a place in capitals any name can be an agency's.
            let shouts = before.chars().filter(|c| c.is_alphabetic()).all(char::is_uppercase);
            let marked = shouts || day_at_end(before.trim().trim_end_matches(',')).is_some();
            let named = (1..=3).contains(&agency.split(' ').count()) && agency.split(' ').all(|word| word.starts_with(char::is_uppercase));
            (is_agency(agency) || marked && named).then_some(())?;
            (format!("{}, {}", before.trim().trim_end_matches(','), after.trim().trim_start_matches(',').trim()), Some(agency.to_owned()))
        }
        None => (line.to_owned(), None),
    };
    let line = line.trim().trim_end_matches([',', ' ']);
    let (place, date) = match day_at_end(line) {
        Some((place, day)) => (place.trim().trim_end_matches([',', ' ']), Some(day)),
        None => (line, None),
    };
    let is_marked = date.is_some() || agency.is_some();
    if place.is_empty() {
        // "April 17 (Reuters) -" without a place.
        return (date.is_some() && agency.is_some()).then_some(Line { place: None, agency, date });
    }
    is_place(place, is_marked).then(|| Line { place: Some(place.to_owned()), agency, date })
}

/// What stands before the first dash, and where the text goes on. A hyphen counts with blanks around it only.
fn before_dash(text: &str) -> Option<(&str, usize)> {
    // Each has a hyphen, or begins with the first byte of the longer ones.
    memchr::memchr2(b'-', 0xE2, text.as_bytes())?;
    let dashes = [" - ", " – ", " — ", "—", " -- ", "--", " – ", ") -", " ‒ ", ".- "];
    let (at, dash) = dashes.iter().filter_map(|dash| text.find(dash).map(|at| (at, *dash))).min()?;
    let kept = if dash.starts_with(')') { 1 } else { 0 };
    Some((&text[..at + kept], at + dash.len()))
}

fn is_agency(text: &str) -> bool {
    let lower = text.to_lowercase();
    let mut words = lower.split(|c: char| c.is_whitespace() || matches!(c, '/' | ',')).filter(|word| !word.is_empty());
    words.any(|word| AGENCIES.contains(&word)) || text.len() >= 2 && text.len() <= 6 && text.chars().all(|c| c.is_uppercase())
}

/// Words that stand in lower case within the name of a place.
const PARTICLES: [&str; 14] = ["de", "la", "le", "du", "des", "sur", "am", "of", "the", "and", "el", "al", "upon", "on"];

/// A place: up to six words, all in capitals, or capitalised where a day or an agency says what it is.
fn is_place(text: &str, is_marked: bool) -> bool {
    let words: Vec<&str> = text.split(|c: char| c.is_whitespace() || c == '/').filter(|word| !word.is_empty()).collect();
    let first = words.first().map(|word| word.trim_end_matches([',', '.']));
    let capital = |word: &str| word.chars().filter(|c| c.is_alphabetic()).all(char::is_uppercase);
    let upper = |word: &str| word.chars().next().is_some_and(char::is_uppercase);
    let named = |word: &&str| upper(word) || PARTICLES.contains(word);
    let clean = text.chars().all(|c| c.is_alphabetic() || matches!(c, ' ' | ',' | '.' | '-' | '\'' | '’' | '/' | '‐'));
    let no_sentence = !text.ends_with('.') || words.last().is_some_and(|word| word.len() <= 6);
    (1..=7).contains(&words.len())
        && clean
        && no_sentence
        && words.iter().all(named)
        && first.is_some_and(|first| {
            first.chars().count() >= 2 && if is_marked { upper(first) } else { capital(first) && first.chars().count() >= 3 }
        })
}

const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

fn month(word: &str) -> Option<u32> {
    let lower = word.trim_end_matches(['.', ',']).to_lowercase();
    let full = ["january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december"];
    let at = full
        .iter()
        .position(|name| *name == lower)
        .or_else(|| MONTHS.iter().position(|name| *name == lower || lower == "sept" && *name == "sep"))?;
    Some(at as u32 + 1)
}

/// A day at the end of a dateline ("April 17", "17 April", "Apr. 17, 2025"), and what stands before it.
fn day_at_end(line: &str) -> Option<(&str, Day)> {
    let words: Vec<(usize, &str)> = {
        let mut at = 0;
        line.split(' ')
            .filter_map(|word| {
                let start = at;
                at += word.len() + 1;
                (!word.is_empty()).then_some((start, word))
            })
            .collect()
    };
    let number = |word: &str| word.trim_end_matches([',', '.']).parse::<u32>().ok();
    let year = words.last().and_then(|(_, word)| number(word)).filter(|year| (1600..=2199).contains(year)).map(|year| year as i32);
    let words = if year.is_some() { &words[..words.len() - 1] } else { &words[..] };
    let [.., (a_at, a), (_, b)] = words else { return None };
    let (month, day) = match (month(a), month(b)) {
        (Some(month), None) => (month, number(b)?),
        (None, Some(month)) => (month, number(a)?),
        _ => return None,
    };
    NaiveDate::from_ymd_opt(year.unwrap_or(2024), month, day)?;
    Some((&line[..*a_at], Day { year, month, day }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Option<(&str, &str, &str)>) {
        let found = of_text(text).map(|line| {
            let on = line.date.and_then(|day| day.near(Date::ymd(2025, Some(4), Some(18)))).map(|date| date.to_string());
            (line.place.unwrap_or_default(), on.unwrap_or_default(), line.agency.unwrap_or_default())
        });
        assert_eq!(found, expected.map(|(a, b, c)| (a.to_owned(), b.to_owned(), c.to_owned())), "{text}");
    }

    #[test]
    fn datelines() {
        check("PARIS, April 17 (Reuters) - The talks ended.", Some(("PARIS", "2025-04-17", "Reuters")));
        check("PARIS (AP) — The talks ended.", Some(("PARIS", "", "AP")));
        check("PORT-ÉVRIN — The talks ended.", Some(("PORT-ÉVRIN", "", "")));
        check("NEW YORK, Feb 26 - Shares fell.", Some(("NEW YORK", "2025-02-26", "")));
        check("Geneva, Switzerland, 17 April (AFP) – Talks.", Some(("Geneva, Switzerland", "2025-04-17", "AFP")));
        check("BRUSSELS/PARIS, Dec. 30, 2024 (Reuters) - Talks.", Some(("BRUSSELS/PARIS", "2024-12-30", "Reuters")));
        check("LONDON, Dec 30 (Reuters) - Talks.", Some(("LONDON", "2024-12-30", "Reuters")));
        check("April 17 (Reuters) - Talks.", Some(("", "2025-04-17", "Reuters")));
        check("PORT ELLERY, April 17 (Straitwire) - Talks.", Some(("PORT ELLERY", "2025-04-17", "Straitwire")));
        check("WASHINGTON (Reuters), April 17 - Talks.", Some(("WASHINGTON", "2025-04-17", "Reuters")));
    }

    #[test]
    fn beginnings_that_are_none() {
        check("The mayor – who is ill – came.", None);
        check("Paris – the talks ended.", None);
        check("A storm closed the harbour.", None);
        check("US — and only the US — was silent.", None);
        check("Mara Lindqvist (the harbour minister) – said so.", None);
        check("", None);
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_fine(text in "(?s).{0,60}|[A-Zé]{1,8}(, (April|Dec\\.) [0-9]{1,2})?( \\([A-Za-z]{2,8}\\))? ?[-–—(]{1,2} ?.{0,10}") {
            of_text(&text).map(|line| line.date.and_then(|day| day.near(None)));
        }
    }
}
