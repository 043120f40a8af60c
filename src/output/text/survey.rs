//! Who speaks, what an index holds, and its fields, as tables.

use super::{Piece, QUIET, SPEAKER, Style, TITLE, paragraph};
use crate::output::survey::{SpeakersOut, StatsOut, ValueOut};
use crate::schema;
use std::io::{self, Write};

/// Prints who speaks.
///
/// # Errors
/// `out` cannot be written to.
pub fn speakers(out: &mut dyn Write, found: &SpeakersOut, style: Style) -> io::Result<()> {
    for speaker in &found.speakers {
        let span = match (&speaker.first, &speaker.last) {
            (Some(first), Some(last)) if first == last => format!(", {first}"),
            (Some(first), Some(last)) => format!(", {first} to {last}"),
            _ => String::new(),
        };
        let count = format!("{} in {}{span}", counted(speaker.quotes, "quote"), counted(speaker.articles, "article"));
        let name = Piece::styled(&speaker.name, SPEAKER);
        let room = unicode_width::UnicodeWidthStr::width(speaker.name.as_str()) + 2 + count.len() <= style.width;
        if room {
            paragraph(out, &[name, Piece::plain(&format!("  {count}"))], "", style)?;
        } else {
            paragraph(out, &[name], "", style)?;
            paragraph(out, &[Piece::plain(&count)], "  ", style)?;
        }
        let others: Vec<&str> = speaker.names.iter().map(|named| named.name.as_str()).filter(|name| *name != speaker.name).collect();
        if !others.is_empty() {
            paragraph(out, &[Piece::styled(&format!("also as {}", others.join(", ")), QUIET)], "  ", style)?;
        }
        let roles: Vec<String> = speaker
            .roles
            .iter()
            .take(5)
            .map(|role| match &role.organisation {
                Some(organisation) if role.role.is_empty() => organisation.clone(),
                Some(organisation) => format!("{} ({organisation})", role.role),
                None => role.role.clone(),
            })
            .collect();
        if !roles.is_empty() {
            paragraph(out, &[Piece::styled(&roles.join("; "), QUIET)], "  ", style)?;
        }
    }
    Ok(())
}

/// `1 quote`, `2 quotes`.
pub fn counted(count: u64, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

/// Prints what an index holds.
///
/// # Errors
/// `out` cannot be written to.
pub fn stats(out: &mut dyn Write, stats: &StatsOut, style: Style) -> io::Result<()> {
    let dates = match (&stats.first, &stats.last) {
        (Some(first), Some(last)) => format!("{first} to {last}"),
        _ => "none".to_owned(),
    };
    let undated = if stats.undated > 0 { format!(", {} undated", counted(stats.undated, "article")) } else { String::new() };
    let values = |values: &[ValueOut]| {
        let shown: Vec<String> =
            values.iter().take(12).map(|value| format!("{} {}", value.value.as_deref().unwrap_or("(none)"), value.articles)).collect();
        let more = values.len().saturating_sub(12);
        if more > 0 { format!("{} and {more} more", shown.join(", ")) } else { shown.join(", ") }
    };
    let roots: Vec<&str> = stats.roots.iter().map(|root| root.path.as_str()).collect();
    let rows = [
        ("articles", stats.articles.to_string()),
        ("quotes", format!("{}, {} without a known speaker", stats.quotes, stats.quotes_without_speaker)),
        ("reported", counted(stats.reported, "clause")),
        ("names", format!("{} that speak", stats.names)),
        ("dates", format!("{dates}{undated}")),
        ("publishers", values(&stats.publishers)),
        ("desks", values(&stats.desks)),
        ("files", format!("{} below {}", stats.files, roots.join(", "))),
        ("size", size(stats.bytes)),
        ("format", format!("{}, records {}, commit {}", stats.format, stats.records, stats.commit)),
    ];
    for (name, value) in rows {
        let label = format!("{name:<12}");
        let mut text = Vec::new();
        paragraph(&mut text, &[Piece::plain(&value)], &" ".repeat(12), style)?;
        let text = String::from_utf8(text).unwrap_or_default();
        let (on, off) = if style.colour { (TITLE.render().to_string(), TITLE.render_reset().to_string()) } else { Default::default() };
        write!(out, "{on}{label}{off}{}", text.get(12..).unwrap_or("\n"))?;
    }
    Ok(())
}

/// Bytes as people read them.
pub fn size(bytes: u64) -> String {
    match bytes {
        0..1_000 => format!("{bytes} bytes"),
        1_000..1_000_000 => format!("{:.0} kB", bytes as f64 / 1e3),
        1_000_000..1_000_000_000 => format!("{:.1} MB", bytes as f64 / 1e6),
        _ => format!("{:.1} GB", bytes as f64 / 1e9),
    }
}

/// Prints the fields that a query can name; `all` adds those that only the program uses.
///
/// # Errors
/// `out` cannot be written to.
pub fn fields(out: &mut dyn Write, all: bool, style: Style) -> io::Result<()> {
    let mut shown: Vec<&str> = Vec::new();
    let dates = [
        ("date", "When it was published: date:2025, date:2025-04, date:\"last week\"."),
        ("on", "The day, in any year: on:04-17."),
        ("modified", "When it was last changed, where that is stated."),
        ("said-on", "The day that the announcement of a quote names: said on Thursday."),
        ("about", "Who is named in a quote by somebody else."),
        ("mention", "Who is named in the headline or the text, whoever says it."),
    ];
    let mut rows: Vec<(String, &str)> = dates.map(|(name, doc)| (name.to_owned(), doc)).into();
    for def in &schema::fields().fields {
        match &def.query {
            Some(query) if !shown.contains(&query.as_str()) => {
                shown.push(query);
                rows.push((query.clone(), &def.doc));
            }
            _ if all && def.query.is_none() => rows.push((format!("({})", def.name), &def.doc)),
            _ => {}
        }
    }
    let width = rows.iter().map(|(name, _)| name.len()).max().unwrap_or(0) + 2;
    for (name, doc) in rows {
        let mut text = Vec::new();
        paragraph(&mut text, &[Piece::plain(doc)], &" ".repeat(width), style)?;
        let text = String::from_utf8(text).unwrap_or_default();
        let (on, off) = if style.colour { (SPEAKER.render().to_string(), SPEAKER.render_reset().to_string()) } else { Default::default() };
        write!(out, "{on}{name}{off}{}{}", " ".repeat(width - name.len()), text.get(width..).unwrap_or("\n"))?;
    }
    Ok(())
}
