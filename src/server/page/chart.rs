//! A timeline as a chart, with its table for those who do not see it, and for those who have no scripts: its rows narrow the dates.

use super::{Place, counted, plain, thousands};
use crate::index::{Count, Facet};
use crate::query::Mode;
use crate::text::Date;
use crate::timeline::{Row, Timeline, position, value_at};
use chrono::{Days, NaiveDate, Weekday};
use maud::{Markup, html};

/// Width and height of the chart, and of its part for bars.
const WIDTH: f64 = 960.0;
const HEIGHT: f64 = 150.0;
const TOP: f64 = 14.0;
const BOTTOM: f64 = 128.0;
/// Labels below the axis.
const LABELS: i64 = 5;

/// The calendar unit in which a stretch of time can be looked over: first and last second.
pub(super) fn unit_of(dates: Option<(i64, i64)>) -> Facet {
    let days = dates.map_or(0, |(first, last)| (last - first) / 86_400);
    match days {
        0..=70 => Facet::Day,
        71..=4000 => Facet::Month,
        _ => Facet::Year,
    }
}

/// First and last day of a unit, as they are typed.
fn days_of(unit: Facet, value: &str) -> Option<(String, String)> {
    if unit != Facet::Week {
        return Some((value.to_owned(), value.to_owned()));
    }
    let (year, week) = value.split_once("-W")?;
    let monday = NaiveDate::from_isoywd_opt(year.parse().ok()?, week.parse().ok()?, Weekday::Mon)?;
    Some((monday.to_string(), monday.checked_add_days(Days::new(6))?.to_string()))
}

/// The chart. `place` at `path` is the search that it narrows, `own` at `own_path` the page that it stands on.
pub(super) fn chart(found: &Timeline, place: &Place, path: &str, own: &Place, own_path: &str) -> Markup {
    let hits = |row: &Row| if found.mode == Mode::Quotes { row.found.quotes } else { row.found.articles };
    let what = if found.mode == Mode::Quotes { "quote" } else { "article" };
    let of_share = own.get("chart") == Some("share");
    let height = |row: &Row| if of_share { row.share().unwrap_or_default() } else { hits(row) as f64 };
    let at = |row: &Row| position(found.unit, &row.value);
    let (Some(first), Some(last)) = (found.rows.iter().find_map(at), found.rows.iter().rev().find_map(at)) else { return html! {} };
    let tallest = found.rows.iter().map(height).fold(0.0, f64::max);
    if tallest <= 0.0 {
        return html! {};
    }
    let units = (last - first + 1) as f64;
    let x = |at: i64| (at - first) as f64 * WIDTH / units;
    let width = (WIDTH / units - if units > 300.0 { 0.0 } else { 1.0 }).max(0.8);
    let most = if of_share { format!("{tallest:.1} %") } else { counted(tallest as u64, what) };
    let most_labels = (last - first + 1).min(LABELS);
    let labels: Vec<String> = (0..most_labels)
        .filter_map(|i| value_at(found.unit, (first + (last - first + 1) * i / (most_labels - 1).max(1)).min(last)))
        .collect();
    let unit = found.unit.name();
    let title = format!(
        "{} by {unit}",
        if of_share {
            "Share of the articles"
        } else if what == "quote" {
            "Quotes"
        } else {
            "Articles"
        }
    );
    let per = format!("{title}, {} to {}; at most {most} in one {unit}", found.rows[0].value, found.rows[found.rows.len() - 1].value);
    html! {
        figure.timeline {
            figcaption {
                h2 { (title) }
                p.quiet {
                    "at most " (most) " · "
                    @if of_share {
                        a href=(own.with("chart", "").href(own_path)) { "show counts" }
                    } @else {
                        a href=(own.with("chart", "share").href(own_path)) { "show shares of what the archive holds" }
                    }
                    span.scripted hidden { " · drag across bars to narrow the dates" }
                }
            }
            svg viewBox=(format!("0 0 {WIDTH} {HEIGHT}")) role="img" aria-label=(per) preserveAspectRatio="none" {
                line.axis x1="0" x2=(WIDTH) y1=(BOTTOM) y2=(BOTTOM) {}
                @for row in found.rows.iter().filter(|row| height(row) > 0.0) {
                    @let tall = (height(row) / tallest * (BOTTOM - TOP)).max(1.0);
                    @let (from, to) = days_of(found.unit, &row.value).unwrap_or_default();
                    rect x=(format!("{:.2}", x(at(row).unwrap_or(first)))) y=(format!("{:.2}", BOTTOM - tall)) width=(format!("{width:.2}"))
                        height=(format!("{tall:.2}")) data-from=(from) data-to=(to) {
                        title { (row.value) ": " (told(row, found.mode)) }
                    }
                }
                rect.chosen y=(TOP) height=(BOTTOM - TOP) x="0" width="0" {}
            }
            div.labels aria-hidden="true" {
                @for label in &labels { span { (label) } }
            }
            details {
                summary { "As a table" }
                div.scroll tabindex="0" role="region" aria-label=(format!("{title}, as a table")) {
                    table {
                        thead { tr { th scope="col" { (unit) } th scope="col" { (what) "s" } th scope="col" { "articles" } th scope="col" { "of the archive" } th scope="col" { "share" } } }
                        tbody {
                            @for row in found.rows.iter().filter(|row| hits(row) > 0) {
                                @let (from, to) = days_of(found.unit, &row.value).unwrap_or_default();
                                tr {
                                    th scope="row" { a href=(place.with("on", "").with("since", &from).with("until", &to).href(path)) { (row.value) } }
                                    td { (thousands(hits(row))) } td { (thousands(row.found.articles)) } td { (thousands(row.archive)) }
                                    td { @if let Some(share) = row.share() { (format!("{share:.2} %")) } }
                                }
                            }
                        }
                    }
                }
                @if !found.coarse.is_empty() || found.undated.found != Count::default() {
                    p.quiet { "Not in the chart: " (told_of(&found.coarse, found.mode)) (undated(&found.undated, found.mode)) }
                }
            }
        }
    }
}

fn told(row: &Row, mode: Mode) -> String {
    let articles = format!("{} of {}", thousands(row.found.articles), counted(row.archive, "article"));
    if mode == Mode::Quotes { format!("{} in {articles}", counted(row.found.quotes, "quote")) } else { articles }
}

fn told_of(rows: &[Row], mode: Mode) -> Markup {
    html! { @for row in rows.iter().filter(|row| row.found != Count::default()) { (plain(&row.value)) ": " (told(row, mode)) "; " } }
}

fn undated(row: &Row, mode: Mode) -> Markup {
    html! { @if row.found != Count::default() { "without a date: " (told(row, mode)) } }
}

/// First and last second of what a page asks for, within what the archive holds.
pub(super) fn stretch(since: Option<Date>, until: Option<Date>, all: Option<(i64, i64)>) -> Option<(i64, i64)> {
    let (first, last) = all?;
    let from = since.map_or(first, |date| date.first_second().max(first));
    let to = until.map_or(last, |date| date.last_second().min(last));
    Some((from, to.max(from)))
}
