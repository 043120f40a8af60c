//! Dates as people type them in a question: `yesterday`, `last week`, `7d`, `3 weeks ago`, `April 2025`, `2025-Q2`, `the 1990s`.
//!
//! What is typed stands for a stretch of days, a first and a last date. Grammar (case does not matter, `-` may stand for a blank):
//!
//! ```text
//! typed   = one | one ".." one | one "to" one
//! one     = date | day | period | ago | span | decade | quarter
//! date    = whatever Date::parse reads: 2025, 2025-04, 2025-04-17, April 2025, 17 April 2025, 2025-04-17T10:00+02:00
//! day     = "today" | "yesterday" | ["last"] weekday               the latest such day before today
//! period  = ("this" | "last") ("week" | "month" | "year")          whole weeks begin on Monday
//!         | "last" month                                           the latest such month that has begun before this one
//! ago     = number unit "ago"                                      that day
//! span    = ["last" | "past"] number unit | "past" unit | 7d       from that day to today
//! unit    = "day" | "week" | "month" | "year", with or without s | "d" | "w" | "m" | "y"
//! decade  = ["the"] 1990s
//! quarter = 2025-Q2 | Q2 2025
//! ```

use super::parse::{is_digits, month, weekday};
use super::{Date, Precision};
use chrono::{Datelike, Days, Months, NaiveDate};

/// Longer texts are no dates.
const MAX_BYTES: usize = 60;

/// The first and the last date that the text stands for, as of the day `today`; without it, words that need it are not understood.
pub(super) fn typed(text: &str, today: Option<Date>) -> Option<(Date, Date)> {
    let text = text.trim();
    if text.len() > MAX_BYTES {
        return Date::parse(text).map(|date| (date, date));
    }
    let lower = text.to_lowercase();
    if let Some((from, to)) = lower.split_once("..").or_else(|| lower.split_once(" to ")) {
        let ((first, _), (_, last)) = (one_of(from.trim(), today)?, one_of(to.trim(), today)?);
        return (first.first_second() <= last.last_second()).then_some((first, last));
    }
    one_of(text, today)
}

fn one_of(text: &str, today: Option<Date>) -> Option<(Date, Date)> {
    // `2025..` and `-7d` are parts of something else.
    if text.starts_with(['-', '.']) || text.ends_with(['-']) || text.ends_with("..") || text.contains("--") {
        return None;
    }
    if let Some(date) = Date::parse(text) {
        return Some((date, date));
    }
    let text = text.to_lowercase().replace(['-', '_'], " ");
    let mut words: Vec<&str> = text.split_whitespace().flat_map(parted).collect();
    // "in April 2025", "on Monday", "the 1990s".
    while words.len() > 1 && matches!(words[0], "in" | "on" | "the") {
        words.remove(0);
    }
    if let Some(stretch) = calendar(&words) {
        return Some(stretch);
    }
    relative(&words, today?.local.date())
}

/// `7d` is `7 d`.
fn parted(word: &str) -> impl Iterator<Item = &str> {
    let digits = word.bytes().take_while(u8::is_ascii_digit).count();
    let (number, unit) = word.split_at(if Unit::named(&word[digits..]).is_some() { digits } else { 0 });
    [number, unit].into_iter().filter(|piece| !piece.is_empty())
}

/// Decades and quarters, and dates behind a preposition.
fn calendar(words: &[&str]) -> Option<(Date, Date)> {
    let months = |year: &str, quarter: &str| {
        let number = quarter.strip_prefix('q')?.parse::<u32>().ok().filter(|number| (1..=4).contains(number))?;
        let year = year.parse().ok().filter(|_| year.len() == 4)?;
        Some((Date::ymd(year, Some(number * 3 - 2), None)?, Date::ymd(year, Some(number * 3), None)?))
    };
    match words {
        [decade] if decade.len() == 5 && decade.ends_with("0s") => {
            let first = decade[..4].parse().ok().filter(|_| is_digits(&decade[..4]))?;
            Some((Date::ymd(first, None, None)?, Date::ymd(first + 9, None, None)?))
        }
        [year, quarter] => months(year, quarter).or_else(|| months(quarter, year)).or_else(|| whole(words)),
        _ => whole(words),
    }
}

fn whole(words: &[&str]) -> Option<(Date, Date)> {
    let date = Date::parse(&words.join(" "))?;
    Some((date, date))
}

fn relative(words: &[&str], today: NaiveDate) -> Option<(Date, Date)> {
    let to_today = |from: Option<NaiveDate>| Some((day(from?)?, day(today)?));
    match words {
        ["today"] => one(today),
        ["yesterday"] => one(today.pred_opt()?),
        [name] | ["last", name] if weekday(name).is_some() => {
            let back = (today.weekday().num_days_from_monday() + 7 - weekday(name)?.num_days_from_monday()) % 7;
            one(today.checked_sub_days(Days::new(if back == 0 { 7 } else { back.into() }))?)
        }
        ["last", name] if month(name).is_some() => {
            let number = month(name)?;
            let year = if number < today.month() { today.year() } else { today.year() - 1 };
            let date = Date::ymd(year, Some(number), None)?;
            Some((date, date))
        }
        ["this", unit] => period(Unit::named(unit)?, today),
        ["last", unit] if Unit::named(unit).is_some() => {
            let unit = Unit::named(unit)?;
            period(unit, unit.before(today, 1)?)
        }
        ["past", unit] if Unit::named(unit).is_some() => to_today(Unit::named(unit)?.before(today, 1)),
        [number, unit, "ago"] => one(Unit::named(unit)?.before(today, count(number)?)?),
        ["last" | "past", number, unit] | [number, unit] => to_today(Unit::named(unit)?.before(today, count(number)?)),
        _ => None,
    }
}

/// A number in digits, or up to twelve in words.
fn count(word: &str) -> Option<u32> {
    const WORDS: [&str; 13] = ["", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"];
    if is_digits(word) && word.len() <= 6 {
        return word.parse().ok();
    }
    if matches!(word, "a" | "an") {
        return Some(1);
    }
    WORDS.iter().position(|known| !known.is_empty() && *known == word).map(|number| number as u32)
}

#[derive(Clone, Copy)]
enum Unit {
    Day,
    Week,
    Month,
    Year,
}

impl Unit {
    fn named(word: &str) -> Option<Self> {
        Some(match word {
            "d" | "day" | "days" => Unit::Day,
            "w" | "week" | "weeks" => Unit::Week,
            "m" | "month" | "months" => Unit::Month,
            "y" | "year" | "years" => Unit::Year,
            _ => return None,
        })
    }

    fn before(self, today: NaiveDate, count: u32) -> Option<NaiveDate> {
        match self {
            Unit::Day => today.checked_sub_days(Days::new(count.into())),
            Unit::Week => today.checked_sub_days(Days::new(u64::from(count) * 7)),
            Unit::Month => today.checked_sub_months(Months::new(count)),
            Unit::Year => today.checked_sub_months(Months::new(count.checked_mul(12)?)),
        }
    }
}

/// The whole week, month or year in which a day lies.
fn period(unit: Unit, around: NaiveDate) -> Option<(Date, Date)> {
    match unit {
        Unit::Day => one(around),
        Unit::Week => {
            let monday = around.checked_sub_days(Days::new(around.weekday().num_days_from_monday().into()))?;
            Some((day(monday)?, day(monday.checked_add_days(Days::new(6))?)?))
        }
        Unit::Month => Date::ymd(around.year(), Some(around.month()), None).map(|date| (date, date)),
        Unit::Year => Date::ymd(around.year(), None, None).map(|date| (date, date)),
    }
}

fn one(date: NaiveDate) -> Option<(Date, Date)> {
    day(date).map(|date| (date, date))
}

fn day(date: NaiveDate) -> Option<Date> {
    Date::new(date.and_hms_opt(0, 0, 0)?, None, Precision::Day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        // A Thursday.
        let today = Date::ymd(2025, Some(4), Some(17));
        let shown = match typed(text, today) {
            Some((from, to)) if from == to => from.to_string(),
            Some((from, to)) => format!("{from}..{to}"),
            None => "none".to_owned(),
        };
        assert_eq!(shown, expected, "{text}");
    }

    #[test]
    fn dates_as_they_are_printed() {
        check("2025", "2025");
        check("2025-04", "2025-04");
        check("April 2025", "2025-04");
        check("in April 2025", "2025-04");
        check("17 April 2025", "2025-04-17");
        check("on April 17, 2025", "2025-04-17");
        check("2025-04-17T10:00+02:00", "2025-04-17T10:00+02:00");
        check("1600", "1600");
        check("9999-12-31", "9999-12-31");
        check("1599", "none");
    }

    #[test]
    fn days_and_periods() {
        check("today", "2025-04-17");
        check("Yesterday", "2025-04-16");
        check("monday", "2025-04-14");
        check("last Friday", "2025-04-11");
        check("Thursday", "2025-04-10");
        check("this week", "2025-04-14..2025-04-20");
        check("last week", "2025-04-07..2025-04-13");
        check("last-week", "2025-04-07..2025-04-13");
        check("this month", "2025-04");
        check("last month", "2025-03");
        check("this year", "2025");
        check("last year", "2024");
        check("last March", "2025-03");
        check("last April", "2024-04");
        check("last December", "2024-12");
    }

    #[test]
    fn so_long_ago() {
        check("7d", "2025-04-10..2025-04-17");
        check("last 7 days", "2025-04-10..2025-04-17");
        check("2 weeks", "2025-04-03..2025-04-17");
        check("past month", "2025-03-17..2025-04-17");
        check("1y", "2024-04-17..2025-04-17");
        check("7 days ago", "2025-04-10");
        check("7d ago", "2025-04-10");
        check("three months ago", "2025-01-17");
        check("a year ago", "2024-04-17");
        check("1m", "2025-03-17..2025-04-17");
        check("1000 years ago", "none");
    }

    #[test]
    fn from_one_to_another() {
        check("2025-01..last-week", "2025-01..2025-04-13");
        check("April 2024 to yesterday", "2024-04..2025-04-16");
        check("2023 TO 2024", "2023..2024");
        check("17 April 2025 .. 18 April 2025", "2025-04-17..2025-04-18");
    }

    #[test]
    fn decades_and_quarters() {
        check("1990s", "1990..1999");
        check("the 1990s", "1990..1999");
        check("2025-Q2", "2025-04..2025-06");
        check("Q4 2024", "2024-10..2024-12");
        check("2025-Q5", "none");
        check("1995s", "none");
    }

    #[test]
    fn doubtful_words_are_none() {
        for text in [
            "2025..",
            "..2025",
            "2025-",
            "-2025",
            "-7d",
            "7d..",
            "2025..2024",
            "2025..soon",
            "April",
            "4/5/2025",
            "soon",
            "d",
            "7",
            "next week",
            "ago",
            "last",
            "the",
            "999999999d",
            "",
        ] {
            check(text, "none");
        }
    }

    #[test]
    fn without_a_today_nothing_is_guessed() {
        assert_eq!(typed("yesterday", None), None);
        assert!(typed("April 2025", None).is_some());
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_fine(text in "(?s).{0,30}|((last|past|this|in|ago|7|99999|days?|w|1990s|q[0-9]|-| |april|monday)){0,5}") {
            let today = Date::ymd(1600, Some(1), Some(1));
            if let Some((from, to)) = typed(&text, today) {
                assert!(from.first_second() <= to.last_second());
            }
        }
    }
}
