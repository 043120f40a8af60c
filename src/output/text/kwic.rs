//! A concordance for people: one line a match, matches below each other, and where each stands.

use super::{MATCH, Piece, QUIET, Style, cut, day};
use crate::kwic::{Row, WIDTH};
use crate::output::hit::hit_id;
use crate::text::clean;
use anstyle::Style as Ansi;
use std::io::{self, Write};
use unicode_width::UnicodeWidthStr;

/// Columns that are kept free for a keyword and for where it stands, when nobody says how wide the context is.
const FOR_KEYWORD: usize = 12;
const FOR_SOURCE: usize = 48;

/// The narrowest context that is worth printing, in characters.
const NARROWEST: usize = 10;

/// A paper or a headline takes so many columns at most, and is left out where there are fewer than the second.
const LONGEST_NAME: usize = 30;
const SHORTEST_NAME: usize = 6;

/// Blanks before where a match stands.
const GAP: usize = 2;

/// How many characters of context fit a line on each side; [`WIDTH`] where nobody says how long lines may be.
pub fn kwic_width(style: Style) -> usize {
    if style.width == usize::MAX {
        return WIDTH;
    }
    let source = FOR_SOURCE.min(style.width * 2 / 5);
    (style.width.saturating_sub(source + FOR_KEYWORD + GAP) / 2).max(NARROWEST)
}

/// Prints the rows of a concordance.
///
/// # Errors
/// `out` cannot be written to.
pub fn kwic(out: &mut dyn Write, rows: &[Row], style: Style) -> io::Result<()> {
    let lines: Vec<Line> = rows.iter().map(Line::new).collect();
    let left = lines.iter().map(|line| line.left.width()).max().unwrap_or_default();
    let body = lines.iter().map(Line::body_width).max().unwrap_or_default();
    let room = style.width.saturating_sub(left + body + GAP);
    for (line, row) in lines.iter().zip(rows) {
        let blanks = |width: usize, text: usize| " ".repeat(width.saturating_sub(text));
        let keyword = styled(&line.keyword, MATCH, style);
        let source = styled(&source(row, room), QUIET, style);
        let (before, behind) = (blanks(left, line.left.width()), blanks(body + GAP, line.body_width()));
        writeln!(out, "{before}{}{keyword}{}{behind}{source}", line.left, line.right)?;
    }
    Ok(())
}

/// What is printed of a row, without control characters.
struct Line {
    left: String,
    keyword: String,
    right: String,
}

impl Line {
    fn new(row: &Row) -> Self {
        Self { left: clean::visible(&row.left()), keyword: clean::visible(row.keyword()), right: clean::visible(&row.right()) }
    }

    /// Columns from the first letter of the keyword to the end of the context.
    fn body_width(&self) -> usize {
        self.keyword.width() + self.right.width()
    }
}

fn styled(text: &str, ansi: Ansi, style: Style) -> String {
    let piece = Piece::styled(text, ansi);
    if style.colour { format!("{}{}{}", ansi.render(), piece.text, ansi.render_reset()) } else { piece.text }
}

/// Date, paper or else headline, and id; the name is cut to what fits so many columns.
fn source(row: &Row, room: usize) -> String {
    let meta = &row.shown.hit.article.article.meta;
    let (date, id) = (meta.date.map(day), hit_id(row.shown));
    let taken: usize = date.iter().chain([&id]).map(|part| part.width() + " · ".width()).sum();
    let room = room.saturating_sub(taken).min(LONGEST_NAME);
    let name = meta.publisher.as_deref().or(meta.headline.as_deref()).filter(|_| room >= SHORTEST_NAME);
    let parts: Vec<String> = date.into_iter().chain(name.map(|name| cut(name, room))).chain([id]).collect();
    parts.join(" · ")
}
