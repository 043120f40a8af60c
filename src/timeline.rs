//! How much was written, or said, of something over time: hits by calendar unit beside what the archive holds of it.

use crate::error::Result;
use crate::index::{Count, Facet, Index};
use crate::query::{Field, Mode, Query};
use crate::search::{self, Answer, Request};
use chrono::{Datelike, NaiveDate, Weekday};
use std::collections::BTreeMap;

/// A timeline.
#[derive(Debug, Clone)]
pub struct Timeline {
    /// The query as it was understood.
    pub understood: Query,
    /// What there is to say about how the text was read.
    pub notes: Vec<String>,
    /// What was looked for.
    pub mode: Mode,
    /// The calendar unit: day, week, month or year.
    pub unit: Facet,
    /// How many hits there are, dated or not.
    pub total: u64,
    /// Every unit of which the archive has articles, in order.
    pub rows: Vec<Row>,
    /// Units between the first and the last row of which the archive has no articles.
    pub gaps: Vec<Gap>,
    /// What is dated less precisely than the unit, by its date.
    pub coarse: Vec<Row>,
    /// What has no date.
    pub undated: Row,
}

/// A unit with its counts.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Row {
    /// Such as 2025-04-17, 2025-W16 (ISO 8601), 2025-04 or 2025; empty without a date.
    pub value: String,
    /// Hits: quotes (in articles mode all quotes of the matching articles), and the articles that hold them.
    pub found: Count,
    /// Articles of the archive.
    pub archive: u64,
}

impl Row {
    /// Matching articles of a hundred articles of the archive; `None` where it has none.
    pub fn share(&self) -> Option<f64> {
        (self.archive > 0).then(|| self.found.articles as f64 * 100.0 / self.archive as f64)
    }
}

/// Units of which the archive has nothing, both ends included.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gap {
    /// The first.
    pub from: String,
    /// The last.
    pub to: String,
    /// How many.
    pub units: u64,
}

/// Counts the hits of a request by a calendar unit. The archive is counted within the same dates, publisher and desk, as far as flags name
/// them: clauses of the query text are what is counted, flags say where.
///
/// # Errors
/// The query cannot be read, or the index fails.
pub fn timeline(index: &dyn Index, request: &Request, unit: Facet) -> Result<Timeline> {
    let request = Request { facets: vec![unit.into()], facet_limit: 0, limit: 1, bare: true, cursor: None, ..request.clone() };
    let answer = search::search(index, &request)?;
    let archive = search::search(index, &archive(&request, unit))?;
    Ok(beside(&answer, unit, &archive))
}

/// The request that counts the archive within the dates, publisher and desk of another.
pub fn archive(request: &Request, unit: Facet) -> Request {
    let place = |(field, _): &&(Field, String)| matches!(field, Field::Publisher | Field::Desk);
    let fields = request.fields.iter().filter(place).cloned().collect();
    let (since, until) = (request.since, request.until);
    Request { fields, since, until, facets: vec![unit.into()], mode: Some(Mode::Articles), limit: 1, bare: true, ..Request::default() }
}

/// The timeline of an answer whose hits were counted by a unit, beside the archive's.
pub fn beside(answer: &Answer, unit: Facet, archive: &Answer) -> Timeline {
    fn values(answer: &Answer, unit: Facet) -> impl Iterator<Item = &(Option<String>, Count)> {
        answer.facets.iter().filter(move |facet| facet.facet == unit.into()).flat_map(|facet| &facet.values)
    }
    let mut rows: BTreeMap<String, Row> = BTreeMap::new();
    for (value, count) in values(archive, unit) {
        let value = value.clone().unwrap_or_default();
        rows.insert(value.clone(), Row { value, archive: count.articles, ..Row::default() });
    }
    for (value, count) in values(answer, unit) {
        let value = value.clone().unwrap_or_default();
        rows.entry(value.clone()).or_insert_with(|| Row { value, ..Row::default() }).found = *count;
    }
    let undated = rows.remove("").unwrap_or_default();
    let (rows, coarse): (Vec<Row>, Vec<Row>) = rows.into_values().partition(|row| position(unit, &row.value).is_some());
    let gaps = rows.windows(2).filter_map(|pair| gap(unit, &pair[0].value, &pair[1].value)).collect();
    let (understood, notes) = (answer.understood.clone(), answer.notes.clone());
    Timeline { understood, notes, mode: answer.mode, unit, total: answer.total, rows, gaps, coarse, undated }
}

/// The units between two.
fn gap(unit: Facet, before: &str, after: &str) -> Option<Gap> {
    let (first, last) = (position(unit, before)? + 1, position(unit, after)? - 1);
    (first <= last).then(|| Some(Gap { from: value_at(unit, first)?, to: value_at(unit, last)?, units: (last - first + 1) as u64 }))?
}

/// The number of a unit, counted without gaps; `None` for another precision: where it stands on an axis.
pub fn position(unit: Facet, value: &str) -> Option<i64> {
    let days = |date: NaiveDate| i64::from(date.num_days_from_ce());
    match unit {
        Facet::Day => NaiveDate::parse_from_str(value, "%Y-%m-%d").ok().map(days),
        Facet::Week => {
            let (year, week) = value.split_once("-W")?;
            // Day 1 of the common era was a Monday.
            Some((days(NaiveDate::from_isoywd_opt(year.parse().ok()?, week.parse().ok()?, Weekday::Mon)?) - 1) / 7)
        }
        Facet::Month => {
            let (year, month) = value.split_once('-').filter(|(_, month)| month.len() == 2)?;
            Some(year.parse::<i64>().ok()? * 12 + month.parse::<i64>().ok()? - 1)
        }
        _ => value.parse().ok(),
    }
}

/// The unit of such a number.
pub fn value_at(unit: Facet, number: i64) -> Option<String> {
    let date = |days: i64| NaiveDate::from_num_days_from_ce_opt(i32::try_from(days).ok()?);
    Some(match unit {
        Facet::Day => date(number)?.to_string(),
        Facet::Week => date(number * 7 + 1)?.format("%G-W%V").to_string(),
        Facet::Month => format!("{:04}-{:02}", number.div_euclid(12), number.rem_euclid(12) + 1),
        _ => format!("{number:04}"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_are_counted_without_gaps() {
        for unit in [Facet::Day, Facet::Week, Facet::Month, Facet::Year] {
            let day = |days: i32| NaiveDate::from_num_days_from_ce_opt(days).expect("a day");
            let mut last: Option<i64> = None;
            // Through years of 52 and of 53 weeks, and a century.
            for days in (day(1).num_days_from_ce()..).skip(730_000).take(20_000) {
                let value = match unit {
                    Facet::Day => day(days).to_string(),
                    Facet::Week => day(days).format("%G-W%V").to_string(),
                    Facet::Month => day(days).format("%Y-%m").to_string(),
                    _ => day(days).format("%Y").to_string(),
                };
                let found = position(unit, &value).expect("a unit");
                assert_eq!(value_at(unit, found).as_deref(), Some(value.as_str()));
                assert!(last.is_none_or(|last| found == last || found == last + 1), "{value}");
                last = Some(found);
            }
        }
        assert_eq!(position(Facet::Day, "2025-04"), None);
        assert_eq!(position(Facet::Week, "2025-04"), None);
        assert_eq!(position(Facet::Month, "2025"), None);
    }

    #[test]
    fn gaps_lie_between() {
        let gap = |unit, before, after| gap(unit, before, after).map(|gap| format!("{} {} {}", gap.from, gap.to, gap.units));
        assert_eq!(gap(Facet::Month, "2024-11", "2025-02").as_deref(), Some("2024-12 2025-01 2"));
        assert_eq!(gap(Facet::Week, "2020-W52", "2021-W01").as_deref(), Some("2020-W53 2020-W53 1"));
        assert_eq!(gap(Facet::Day, "2025-02-28", "2025-03-01"), None);
        assert_eq!(gap(Facet::Year, "1999", "2001").as_deref(), Some("2000 2000 1"));
    }
}
