//! The top of a plain-text story: headline, standfirst, byline and date lines, told apart from the text by their shape.

use super::wrap::{Line, Mark, ends_sentence};
use crate::article::{BlockKind, DateRole, Meta, is_faq_heading};
use crate::format::dates::DateLine;
use crate::format::shape::{self, Block};
use crate::format::{byline, dates};

/// Longest headline, in characters and in words.
const LONGEST_HEADLINE: (usize, usize) = (140, 24);
/// Longest standfirst paragraph, in characters.
const LONGEST_STANDFIRST: usize = 320;

/// Reads the lines above the text into `meta` and `summary`; gives the number of lines read.
pub(in crate::format) fn read(lines: &[Line], meta: &mut Meta, summary: &mut Vec<Block>) -> usize {
    let marked_headline = meta.headline.is_some();
    let mut at = 0;
    while at < lines.len() && at < 8 {
        if takes_line(&lines[at], meta) {
            at += 1;
        } else if meta.headline.is_none() && is_headline(&lines[at..]) {
            meta.headline = Some(lines[at].text.clone());
            meta.headline_inferred = true;
            at += 1;
        } else if let Some(length) = standfirst(&lines[at..], meta, marked_headline) {
            summary.extend(
                lines[at..at + length]
                    .iter()
                    .map(|line| (if line.mark == Mark::Bullet { BlockKind::Item } else { BlockKind::Paragraph }, line.text.clone())),
            );
            at += length;
        } else {
            break;
        }
    }
    at
}

/// Takes a byline or a date line, or both on one line ("By Jane Doe | 17 April 2025").
fn takes_line(line: &Line, meta: &mut Meta) -> bool {
    if line.mark != Mark::None || line.text.len() > 200 {
        return false;
    }
    if let Some(date) = dates::of_line(&line.text) {
        return take(Part::Date(date), meta);
    }
    let parts: Vec<Part> = line.text.split(['|', '·', '•']).map(|part| Part::of(part.trim())).collect();
    if parts.iter().any(|part| matches!(part, Part::Text)) {
        // The date on the same line as the names.
        let Some((byline, date)) = byline::of_dated_line(&line.text) else { return false };
        let Some(date) = dates::of_line(date) else { return false };
        return take(Part::Byline(byline), meta) | take(Part::Date(date), meta);
    }
    for part in parts {
        take(part, meta);
    }
    true
}

fn take(part: Part, meta: &mut Meta) -> bool {
    match part {
        Part::Byline(byline) if meta.byline.is_none() => {
            meta.found.insert("byline", "line above the text".into());
            (meta.authors, meta.byline) = (byline.authors, Some(byline.printed));
        }
        Part::Date(DateLine::Published(date)) => meta.dated(DateRole::Published, date, "text"),
        Part::Date(DateLine::Modified(date)) => meta.dated(DateRole::Modified, date, "text"),
        _ => {}
    }
    true
}

enum Part {
    Byline(byline::Byline),
    Date(DateLine),
    Text,
}

impl Part {
    fn of(text: &str) -> Self {
        match dates::of_line(text) {
            Some(date) => Self::Date(date),
            None => byline::of_line(text).map_or(Self::Text, Self::Byline),
        }
    }
}

/// True when the first line looks like a headline: short, without a full stop, and followed by a text.
fn is_headline(lines: &[Line]) -> bool {
    let [first, rest @ ..] = lines else { return false };
    let text = &first.text;
    let short = text.chars().count() <= LONGEST_HEADLINE.0 && text.split_whitespace().count() <= LONGEST_HEADLINE.1;
    // "Can it be saved?" and "My years at sea..." are headlines, "It is closed. Who knows why?" is text.
    let open_end = text.ends_with(['!', '?', '…']) || text.ends_with("...");
    let bare = !text.ends_with([',', ';', ':', '—', '–', '-']) && (!ends_sentence(text) || open_end && !text.contains(". "));
    let followed = rest.iter().take(24).any(|line| is_prose(&line.text));
    matches!(first.mark, Mark::None | Mark::Heading)
        && short
        && bare
        && followed
        && !is_faq_heading(text)
        && !shape::is_summary_label(text)
        && !shape::is_note(text)
}

/// How many lines of standfirst or points stand between the headline and the byline or date line.
fn standfirst(lines: &[Line], meta: &Meta, marked_headline: bool) -> Option<usize> {
    let bullets = lines.iter().take_while(|line| line.mark == Mark::Bullet).count();
    let most = if bullets > 0 { bullets } else { 2 };
    let paragraphs = meta.headline.is_some() && !marked_headline && meta.byline.is_none() && meta.date.is_none();
    if bullets == 0 && !paragraphs {
        return None;
    }
    let length = (1..=most).find(|&length| lines.get(length).is_some_and(|line| takes_line(line, &mut Meta::default())))?;
    let fits = lines[..length]
        .iter()
        .all(|line| line.mark == Mark::Bullet || line.mark == Mark::None && line.text.chars().count() <= LONGEST_STANDFIRST);
    (fits && (bullets == 0 || length == bullets)).then_some(length)
}

/// True for a line that is running text and no crosshead.
pub(in crate::format) fn is_prose(text: &str) -> bool {
    ends_sentence(text) || text.chars().count() > 90
}
