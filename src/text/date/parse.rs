//! Reading a date: the text is cut into words, every word must be understood, and no two may claim the same part of the date.
//!
//! One grammar serves ISO 8601, RFC 2822 and print: their words (`2025-04-17`, `Apr`, `17`, `10:15:00`, `+0200`) cannot be
//! confused with each other, so that their order says little. What one word leaves open makes the whole text doubtful.

pub(super) use super::clock::is_digits;
use super::clock::{Time, offset, time};
use super::{Date, Precision};
use chrono::{Datelike, FixedOffset, NaiveDate, NaiveTime, Weekday};

/// Longer texts are prose; the longest date in use is JavaScript's with its zone spelled out.
const MAX_BYTES: usize = 100;

const MONTHS: [&str; 12] =
    ["january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december"];

/// Offsets in hours of the zones that have one: RFC 2822's, and those of European papers.
const ZONES: [(&str, i32); 17] = [
    ("z", 0),
    ("ut", 0),
    ("utc", 0),
    ("gmt", 0),
    ("est", -5),
    ("edt", -4),
    ("cst", -6),
    ("cdt", -5),
    ("mst", -7),
    ("mdt", -6),
    ("pst", -8),
    ("pdt", -7),
    ("bst", 1),
    ("cet", 1),
    ("cest", 2),
    ("eet", 2),
    ("eest", 3),
];

/// Zones whose offset depends on the season or the country: the time cannot be placed.
const VAGUE_ZONES: [&str; 6] = ["et", "ct", "mt", "pt", "ist", "local"];

/// What the words have said so far. `None` is unsaid.
#[derive(Default)]
struct Parts {
    weekday: Option<Weekday>,
    year: Option<i32>,
    short_year: bool,
    month: Option<u32>,
    day: Option<u32>,
    /// A year and a month in one word: nothing else may stand beside it.
    is_month_alone: bool,
    time: Option<Time>,
    afternoon: Option<bool>,
    offset: Option<FixedOffset>,
    has_vague_zone: bool,
}

pub(super) fn date(text: &str) -> Option<Date> {
    let text = text.trim();
    if text.is_empty() || text.len() > MAX_BYTES {
        return None;
    }
    let text = without_comment(text).replace('\u{2212}', "-").to_ascii_lowercase();
    let mut parts = Parts::default();
    for word in text.split(|c: char| c.is_whitespace() || c == ',').filter(|word| !word.is_empty()) {
        parts.read(word)?;
    }
    parts.finish()
}

/// `+0200 (CEST)` and `+02:00[Europe/Paris]` say the zone twice.
fn without_comment(text: &str) -> &str {
    for (open, close) in [('(', ')'), ('[', ']')] {
        if let Some(inner) = text.strip_suffix(close)
            && let Some((before, _)) = inner.split_once(open)
        {
            return before;
        }
    }
    text
}

/// Fills what is still unsaid; saying it twice is doubtful.
fn say<T>(slot: &mut Option<T>, value: T) -> Option<()> {
    slot.is_none().then(|| *slot = Some(value))
}

impl Parts {
    fn read(&mut self, word: &str) -> Option<()> {
        let bare = word.trim_end_matches('.');
        if ["", "at", "of", "the", "-", "\u{2013}", "\u{2014}", "|", "\u{b7}"].contains(&bare) {
            return Some(());
        }
        if bare.starts_with(|c: char| c.is_ascii_digit()) {
            return self.number(bare);
        }
        if let Some(weekday) = weekday(bare) {
            return say(&mut self.weekday, weekday);
        }
        if let Some(month) = month(bare) {
            return say(&mut self.month, month);
        }
        match bare {
            "am" | "a.m" => say(&mut self.afternoon, false),
            "pm" | "p.m" => say(&mut self.afternoon, true),
            _ if bare.contains('-') && month(bare.split('-').next()?).is_some() => self.pieces(bare),
            _ => self.zone(bare),
        }
    }

    /// A word that begins with a digit: a date, a time, both, a day or a year.
    fn number(&mut self, word: &str) -> Option<()> {
        let digits = word.bytes().take_while(u8::is_ascii_digit).count();
        let (number, rest) = word.split_at(digits);
        let value = number.get(..number.len().min(9))?.parse::<u32>().ok()?;
        match (digits, rest) {
            (8 | 12 | 14, _) => self.compact(number, rest),
            (4, "") => say(&mut self.year, value as i32),
            (4, _) if rest.starts_with(['-', '/', '.']) => self.year_first(word),
            (1 | 2, "" | "st" | "nd" | "rd" | "th") => self.day_or_short_year(number, value),
            (1 | 2, _) if rest.starts_with('-') => self.pieces(word),
            (1 | 2, _) if rest.starts_with(['/', '.']) && rest.matches(['/', '.']).count() == 2 => self.year_last(word),
            _ => self.clock(word),
        }
    }

    /// `17/04/2025`, `04/17/2025`, `17.04.2025`: read where one number alone can be the month, or where both are the same.
    fn year_last(&mut self, word: &str) -> Option<()> {
        let mark = if word.contains('/') { '/' } else { '.' };
        let [first, second, year] = word.split(mark).collect::<Vec<_>>()[..] else { return None };
        let number = |text: &str| text.parse::<u32>().ok().filter(|_| is_digits(text) && text.len() <= 2);
        let (first, second) = (number(first)?, number(second)?);
        let (day, month) = match (first > 12, second > 12) {
            (true, false) => (first, second),
            (false, true) => (second, first),
            (false, false) if first == second => (first, second),
            // A point parts days and months in the countries that write the day first.
            (false, false) if mark == '.' => (first, second),
            _ => return None,
        };
        (year.len() == 4 && is_digits(year)).then_some(())?;
        say(&mut self.year, year.parse().ok()?)?;
        say(&mut self.month, month)?;
        say(&mut self.day, day)
    }

    /// `17-apr-2025`, `2025-apr-17`, `apr-17-2025`.
    fn pieces(&mut self, word: &str) -> Option<()> {
        let pieces: Vec<&str> = word.split('-').collect();
        let [_, _, _] = pieces[..] else { return None };
        pieces.iter().filter(|piece| month(piece).is_some()).count().eq(&1).then_some(())?;
        pieces.into_iter().try_for_each(|piece| self.read(piece))
    }

    /// A one- or two-digit number is the day, after that a short year: RSS still writes `Thu, 17 Apr 25`.
    fn day_or_short_year(&mut self, number: &str, value: u32) -> Option<()> {
        if self.day.is_none() {
            return say(&mut self.day, value);
        }
        (number.len() == 2 && self.month.is_some()).then_some(())?;
        self.short_year = true;
        // The century is RFC 2822's, section 4.3.
        say(&mut self.year, value as i32 + if value < 50 { 2000 } else { 1900 })
    }

    /// `20250417`, `202504171015`, `20250417101500`, `20250417T101500Z`.
    fn compact(&mut self, number: &str, rest: &str) -> Option<()> {
        let (date, clock) = number.split_at(8);
        self.day(&date[..4], &date[4..6], &date[6..])?;
        match (clock, rest) {
            ("", "") => Some(()),
            ("", _) => self.clock(rest.strip_prefix('t')?),
            _ => self.clock(&format!("{clock}{rest}")),
        }
    }

    /// `2025-04`, `2025-04-17`, `2025-4-7`, `2025/04/17`, `2025.04.17`, with a time after `T` or an offset.
    fn year_first(&mut self, word: &str) -> Option<()> {
        let mark = word.chars().nth(4)?;
        let (year, rest) = word.split_once(mark)?;
        let Some((month, rest)) = rest.split_once(mark) else {
            if month(rest).is_some() {
                return None;
            }
            // `2025-4` and `2024/25` may be seasons.
            let is_month = mark == '-' && rest.len() == 2 && is_digits(rest);
            is_month.then_some(())?;
            self.is_month_alone = true;
            say(&mut self.year, year.parse().ok()?)?;
            return say(&mut self.month, rest.parse().ok()?);
        };
        if self::month(month).is_some() {
            return self.pieces(word);
        }
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let (day, rest) = rest.split_at(digits);
        self.day(year, month, day)?;
        match rest.strip_prefix('t') {
            _ if rest.is_empty() => Some(()),
            Some(clock) => self.clock(clock),
            // XML Schema writes offsets behind days; a day has none here.
            None => offset(rest).map(drop),
        }
    }

    fn day(&mut self, year: &str, month: &str, day: &str) -> Option<()> {
        let fits = |text: &str| matches!(text.len(), 1 | 2) && is_digits(text);
        (year.len() == 4 && is_digits(year) && fits(month) && fits(day)).then_some(())?;
        say(&mut self.year, year.parse().ok()?)?;
        say(&mut self.month, month.parse().ok()?)?;
        say(&mut self.day, day.parse().ok()?)
    }

    /// A time, perhaps with what belongs to it: `10:15`, `10.15`, `101500`, `10:15:00.25+02:00`, `10:15pm`, `10am`.
    fn clock(&mut self, word: &str) -> Option<()> {
        let end = word.bytes().position(|b| !b.is_ascii_digit() && !matches!(b, b':' | b'.')).unwrap_or(word.len());
        let (clock, rest) = word.split_at(end);
        let (clock, rest) = (clock.trim_end_matches('.'), rest.trim_end_matches('.'));
        let is_hour_alone = is_digits(clock) && clock.len() <= 2;
        match rest {
            "am" | "a.m" => say(&mut self.afternoon, false)?,
            "pm" | "p.m" => say(&mut self.afternoon, true)?,
            _ if is_hour_alone => return None,
            "" => {}
            _ => self.zone(rest)?,
        }
        let time = if is_hour_alone { Time { hour: clock.parse().ok()?, minute: 0, second: None } } else { time(clock)? };
        say(&mut self.time, time)
    }

    /// `z`, `+0200`, `est`, `gmt+0200`. Go and others write a zone's name behind its offset.
    fn zone(&mut self, word: &str) -> Option<()> {
        let named = ZONES.iter().find(|(name, _)| *name == word).and_then(|(_, hours)| FixedOffset::east_opt(hours * 3600));
        let signed = offset(word.strip_prefix("gmt").or(word.strip_prefix("utc")).unwrap_or(word));
        match (signed, named) {
            (Some(signed), _) => say(&mut self.offset, signed),
            (None, Some(named)) => {
                self.offset.get_or_insert(named);
                Some(())
            }
            (None, None) => {
                self.has_vague_zone |= self.offset.is_none();
                VAGUE_ZONES.contains(&word).then_some(())
            }
        }
    }

    fn finish(self) -> Option<Date> {
        let has_clock_words = self.afternoon.is_some() || self.offset.is_some() || self.has_vague_zone;
        if has_clock_words && self.time.is_none() || self.short_year && self.weekday.is_none() {
            return None;
        }
        let (month, day) = match (self.month, self.day) {
            (Some(month), Some(day)) if !self.is_month_alone => (month, day),
            (month, None) if self.time.is_none() && self.weekday.is_none() => return Date::ymd(self.year?, month, None),
            _ => return None,
        };
        let day = NaiveDate::from_ymd_opt(self.year?, month, day)?;
        self.weekday.is_none_or(|weekday| weekday == day.weekday()).then_some(())?;
        let Some(time) = self.time else { return Date::new(day.into(), None, Precision::Day) };
        let hour = match self.afternoon {
            Some(_) if !(1..=12).contains(&time.hour) => return None,
            Some(afternoon) => time.hour % 12 + if afternoon { 12 } else { 0 },
            None => time.hour,
        };
        // A leap second belongs to the second before it.
        let second = time.second.map_or(0, |second| if second == 60 { 59 } else { second });
        let clock = NaiveTime::from_hms_opt(hour, time.minute, second)?;
        let precision = match time.second {
            _ if self.has_vague_zone => Precision::Day,
            Some(_) => Precision::Second,
            None => Precision::Minute,
        };
        Date::new(day.and_time(clock), self.offset, precision)
    }
}

/// `apr`, `april`, `sept`: three letters at least.
pub(super) fn month(word: &str) -> Option<u32> {
    let word = if word == "sept" { "sep" } else { word };
    let at = MONTHS.iter().position(|name| *name == word || word.len() == 3 && name.starts_with(word))?;
    Some(at as u32 + 1)
}

/// `thu`, `thursday`, and the newspapers' `tues`, `weds`, `thurs`.
pub(super) fn weekday(word: &str) -> Option<Weekday> {
    match word {
        "tues" => Some(Weekday::Tue),
        "weds" => Some(Weekday::Wed),
        "thur" | "thurs" => Some(Weekday::Thu),
        _ => word.parse().ok(),
    }
}

#[cfg(test)]
mod tests;
