//! Dates as precise as their source: a year, a month, a day, a minute or a second, with the offset as written.

mod clock;
mod parse;
mod typed;

use chrono::{Datelike, Duration, FixedOffset, NaiveDate, NaiveDateTime, Timelike};
use serde::{Deserialize, Serialize};
use std::fmt;

/// How precise a date is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Precision {
    /// `2025`
    Year,
    /// `2025-04`
    Month,
    /// `2025-04-17`
    Day,
    /// `2025-04-17T10:00+02:00`
    Minute,
    /// `2025-04-17T10:00:00+02:00`
    Second,
}

/// A date as precise as its source, in the proleptic Gregorian calendar, years 1600 to 9999.
///
/// It stands for the span of time from [`Date::first_second`] to [`Date::last_second`], on the clock that it was written by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Date {
    local: NaiveDateTime,
    offset: Option<FixedOffset>,
    precision: Precision,
}

impl From<Date> for String {
    fn from(date: Date) -> Self {
        date.to_string()
    }
}

impl TryFrom<String> for Date {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text).ok_or("not a date")
    }
}

impl Date {
    /// A date from its parts; `None` outside the years 1600 to 9999. What is finer than the precision is dropped.
    pub fn new(local: NaiveDateTime, offset: Option<FixedOffset>, precision: Precision) -> Option<Self> {
        use chrono::Timelike;
        let day = local.date();
        let (hour, minute, second) = match precision {
            Precision::Second => (local.hour(), local.minute(), local.second()),
            Precision::Minute => (local.hour(), local.minute(), 0),
            _ => (0, 0, 0),
        };
        let day = match precision {
            Precision::Year => NaiveDate::from_ymd_opt(day.year(), 1, 1)?,
            Precision::Month => NaiveDate::from_ymd_opt(day.year(), day.month(), 1)?,
            _ => day,
        };
        let offset = if precision >= Precision::Minute { offset } else { None };
        (1600..=9999).contains(&day.year()).then_some(())?;
        Some(Self { local: day.and_hms_opt(hour, minute, second)?, offset, precision })
    }

    /// A year, a month or a day.
    pub fn ymd(year: i32, month: Option<u32>, day: Option<u32>) -> Option<Self> {
        let precision = match (month, day) {
            (None, _) => Precision::Year,
            (_, None) => Precision::Month,
            _ => Precision::Day,
        };
        let date = NaiveDate::from_ymd_opt(year, month.unwrap_or(1), day.unwrap_or(1))?;
        Self::new(date.and_hms_opt(0, 0, 0)?, None, precision)
    }

    /// Reads a date as it is printed in metadata and in articles: ISO 8601 and RFC 3339 whole or in part (`2025`, `2025-04`,
    /// `20250417T101500Z`), RFC 2822, and English (`17 April 2025`, `Thursday, April 17, 2025 at 10:15 a.m. EDT`).
    ///
    /// `None` for anything doubtful: `04/05/2025` has two readings, `30 February` none, a weekday may not fit. Fractions of
    /// a second are dropped; a zone without a known offset (`10:15 ET`) leaves only the day.
    pub fn parse(text: &str) -> Option<Self> {
        parse::date(text)
    }

    /// Reads what people type in a question: all that [`Date::parse`] reads, and words such as `yesterday`, `last week`, `7d`, `3 weeks ago`,
    /// `2025-Q2` and `1990s`, as of the day `today`. Gives the first and the last date of the stretch.
    ///
    /// ```
    /// use onrecord::text::Date;
    /// let today = Date::ymd(2025, Some(4), Some(17));
    /// let (from, to) = Date::typed("last week", today).unwrap();
    /// assert_eq!((from.to_string(), to.to_string()), ("2025-04-07".into(), "2025-04-13".into()));
    /// ```
    pub fn typed(text: &str, today: Option<Date>) -> Option<(Self, Self)> {
        typed::typed(text, today)
    }

    /// A day of the year in the year that brings it nearest to another date.
    pub fn near(month: u32, day: u32, date: Date) -> Option<Self> {
        let known = date.local.date();
        let years = if date.precision == Precision::Year { known.year()..=known.year() } else { known.year() - 1..=known.year() + 1 };
        let days = years.filter_map(|year| NaiveDate::from_ymd_opt(year, month, day));
        let nearest = days.min_by_key(|day| (*day - known).num_days().abs())?;
        Self::ymd(nearest.year(), Some(month), Some(day))
    }

    /// The day that it begins on, without what is finer.
    pub fn day(self) -> Option<Self> {
        Self::new(self.local, None, Precision::Day)
    }

    /// True when a day of the year (29 February too) lies within the time that it stands for.
    pub fn holds(from: i64, to: i64, month: u32, day: u32) -> bool {
        let year = |seconds: i64| chrono::DateTime::from_timestamp(seconds, 0).map_or(0, |date| date.year());
        (year(from)..=year(to)).any(|year| {
            let day =
                NaiveDate::from_ymd_opt(year, month, day).and_then(|day| day.and_hms_opt(0, 0, 0)).map(|day| day.and_utc().timestamp());
            day.is_some_and(|day| day <= to && day + 86_399 >= from)
        })
    }

    /// The day of a second since 1970, on the clock that the second counts on.
    pub fn of_seconds(seconds: i64) -> Option<Self> {
        Self::new(chrono::DateTime::from_timestamp(seconds, 0)?.naive_utc(), None, Precision::Day)
    }

    /// The day that it begins on.
    pub fn local_day(self) -> NaiveDate {
        self.local.date()
    }

    /// How precise it is.
    pub fn precision(self) -> Precision {
        self.precision
    }

    /// The date of the same precision that follows directly; `None` after the year 9999.
    pub fn next(self) -> Option<Self> {
        self.neighbour(true)
    }

    /// The date of the same precision directly before; `None` before the year 1600.
    pub fn previous(self) -> Option<Self> {
        self.neighbour(false)
    }

    fn neighbour(self, is_next: bool) -> Option<Self> {
        let step = |length: Duration| if is_next { self.local.checked_add_signed(length) } else { self.local.checked_sub_signed(length) };
        let months = |count: u32| {
            let count = chrono::Months::new(count);
            if is_next { self.local.checked_add_months(count) } else { self.local.checked_sub_months(count) }
        };
        let local = match self.precision {
            Precision::Year => months(12),
            Precision::Month => months(1),
            Precision::Day => step(Duration::days(1)),
            Precision::Minute => step(Duration::minutes(1)),
            Precision::Second => step(Duration::seconds(1)),
        };
        Self::new(local?, self.offset, self.precision)
    }

    /// The first second it stands for, in seconds since 1970-01-01T00:00:00 on the clock that it was written by.
    ///
    /// The offset does not move it: an article that says 1 May at half past midnight is found under 1 May, wherever it was printed.
    pub fn first_second(self) -> i64 {
        self.local.and_utc().timestamp()
    }

    /// The last second it stands for, in seconds since 1970-01-01T00:00:00 on the clock that it was written by.
    pub fn last_second(self) -> i64 {
        let day = self.local.date();
        let length = match self.precision {
            Precision::Second => 1,
            Precision::Minute => 60,
            Precision::Day => 86_400,
            Precision::Month => {
                let next = day.checked_add_months(chrono::Months::new(1)).unwrap_or(day);
                next.signed_duration_since(day).num_seconds()
            }
            Precision::Year => {
                let next = day.checked_add_months(chrono::Months::new(12)).unwrap_or(day);
                next.signed_duration_since(day).num_seconds()
            }
        };
        self.first_second() + Duration::seconds(length).num_seconds() - 1
    }
}

impl fmt::Display for Date {
    /// As in the contract's JSON: `2025`, `2025-04`, `2025-04-17`, `2025-04-17T10:00+02:00`, `2025-04-17T10:00:00+02:00`;
    /// `Z` for UTC, nothing where no offset was written.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (local, day) = (self.local, self.local.date());
        match self.precision {
            // Chrono writes years of other than four digits with their sign.
            Precision::Year => write!(f, "{}", local.format("%Y"))?,
            Precision::Month => write!(f, "{}", local.format("%Y-%m"))?,
            Precision::Day => write!(f, "{day}")?,
            Precision::Minute => write!(f, "{day}T{:02}:{:02}", local.hour(), local.minute())?,
            Precision::Second => {
                // A leap second is the nanoseconds above a whole one.
                let second = local.second() + local.nanosecond() / 1_000_000_000;
                write!(f, "{day}T{:02}:{:02}:{second:02}", local.hour(), local.minute())?;
            }
        }
        match self.offset {
            Some(offset) if offset.local_minus_utc() == 0 => f.write_str("Z"),
            Some(offset) => write!(f, "{offset}"),
            None => Ok(()),
        }
    }
}
