//! Output for people: paragraphs that fit the terminal, in colour where that is wanted, and never a control character of an article.

mod answer;
mod diagnosis;
mod article;
mod kwic;
mod survey;
mod timeline;

pub use answer::answer;
pub use article::article;
pub use diagnosis::diagnosis;
pub use kwic::{kwic, kwic_width};
pub use survey::{counted, fields, size, speakers, stats};
pub use timeline::timeline;

use crate::search::Excerpt;
use crate::text::{Date, Span, clean};
use anstyle::{AnsiColor, Style as Ansi};
use std::io::{self, Write};
use unicode_width::UnicodeWidthStr;

/// How to print.
#[derive(Debug, Clone, Copy)]
pub struct Style {
    /// Use colour.
    pub colour: bool,
    /// Columns.
    pub width: usize,
}

const MATCH: Ansi = AnsiColor::Red.on_default().bold();
const TITLE: Ansi = Ansi::new().bold();
const SPEAKER: Ansi = AnsiColor::Cyan.on_default();
const QUIET: Ansi = Ansi::new().dimmed();

/// The day of a date, or what is known of it; the hour stands in the JSON.
fn day(date: Date) -> String {
    date.to_string().chars().take(10).collect()
}

/// Some text in one style.
struct Piece {
    text: String,
    style: Ansi,
}

impl Piece {
    fn plain(text: &str) -> Self {
        Self::styled(text, Ansi::new())
    }

    /// Nothing of an article reaches the terminal as a control character.
    fn styled(text: &str, style: Ansi) -> Self {
        Self { text: clean::visible(text), style }
    }

    /// Another style where it has none of its own.
    fn or(self, style: Ansi) -> Self {
        if self.style == Ansi::new() { Self { style, ..self } } else { self }
    }
}

/// The words of an excerpt, what matched in its style.
fn pieces(excerpt: &Excerpt) -> Vec<Piece> {
    let text = excerpt.text.as_str();
    let mut pieces = Vec::new();
    let mut at = 0;
    for highlight in &excerpt.fragment.highlights {
        let before = Span { start: at, end: highlight.start.max(at) };
        pieces.push(Piece::plain(before.of(text)));
        pieces.push(Piece::styled(highlight.of(text), MATCH));
        at = highlight.end;
    }
    pieces.push(Piece::plain(text.get(at as usize..).unwrap_or_default()));
    pieces
}

/// Prints a table: the first column to the left, the others to the right; what does not fit the terminal is cut with `…`.
fn cells<const N: usize>(out: &mut dyn Write, head: &[String; N], rows: &[[String; N]], style: Style) -> io::Result<()> {
    let clean = |row: &[String; N]| row.each_ref().map(|cell| clean::visible(cell));
    let rows: Vec<[String; N]> = rows.iter().map(clean).collect();
    let mut widths = [0; N];
    for row in rows.iter().chain([head]) {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.width());
        }
    }
    let others: usize = widths[1..].iter().map(|width| width + 2).sum();
    widths[0] = widths[0].min(style.width.saturating_sub(others + 2).max(12)).min(60);
    for (i, row) in [head].into_iter().chain(&rows).enumerate() {
        let mut line = format!("{}{}", if i == 0 { "" } else { "  " }, cut(&row[0], widths[0]));
        let first = widths[0] + 2;
        line += &" ".repeat(first.saturating_sub(line.width()));
        for (width, cell) in widths[1..].iter().zip(&row[1..]) {
            line += &format!("  {}{cell}", " ".repeat(width.saturating_sub(cell.width())));
        }
        let (on, off) =
            if style.colour && i == 0 { (TITLE.render().to_string(), TITLE.render_reset().to_string()) } else { Default::default() };
        writeln!(out, "{on}{}{off}", line.trim_end())?;
    }
    Ok(())
}

/// As much of a text as fits so many columns.
fn cut(text: &str, width: usize) -> String {
    if text.width() <= width {
        return text.to_owned();
    }
    let mut kept = String::new();
    for c in text.chars() {
        if kept.width() + unicode_width::UnicodeWidthChar::width(c).unwrap_or(0) + 1 > width {
            break;
        }
        kept.push(c);
    }
    kept.trim_end().to_owned() + "…"
}

/// Prints a paragraph, broken between words; no line ends in a blank. A style stays on between the words of its piece.
fn paragraph(out: &mut dyn Write, pieces: &[Piece], indent: &str, style: Style) -> io::Result<()> {
    write!(out, "{indent}")?;
    let mut column = indent.width();
    let mut blanks = String::new();
    let mut begins = true;
    for piece in pieces {
        let (on, off) = if style.colour && piece.style != Ansi::new() {
            (piece.style.render().to_string(), piece.style.render_reset().to_string())
        } else {
            Default::default()
        };
        let mut is_on = false;
        for part in piece.text.split_inclusive(' ') {
            let word = part.trim_end_matches(' ');
            if !word.is_empty() {
                // A piece that goes on in the middle of a word stays on its line.
                if !begins && !blanks.is_empty() && column + blanks.len() + word.width() > style.width {
                    write!(out, "{}\n{indent}", if is_on { &off } else { "" })?;
                    column = indent.width();
                    is_on = false;
                } else {
                    write!(out, "{blanks}")?;
                    column += blanks.len();
                }
                blanks.clear();
                write!(out, "{}{word}", if is_on { "" } else { &on })?;
                is_on = true;
                column += word.width();
                begins = false;
            }
            blanks.push_str(&part[word.len()..]);
        }
        if is_on {
            write!(out, "{off}")?;
        }
    }
    writeln!(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(pieces: &[Piece], width: usize, colour: bool, expected: &str) {
        let mut out = Vec::new();
        paragraph(&mut out, pieces, "  ", Style { colour, width }).expect("memory takes it");
        assert_eq!(String::from_utf8(out).expect("UTF-8"), expected);
    }

    #[test]
    fn paragraphs_break_between_words() {
        let pieces = [Piece::plain("We must pay for "), Piece::styled("the wall", MATCH), Piece::plain(", she said")];
        check(&pieces, 16, false, "  We must pay\n  for the wall,\n  she said\n");
        check(&pieces, usize::MAX, false, "  We must pay for the wall, she said\n");
    }

    #[test]
    fn colour_is_put_on_words_alone() {
        let pieces = [Piece::plain("pay "), Piece::styled("the wall", QUIET)];
        check(&pieces, 8, true, "  pay\n  \u{1b}[2mthe\u{1b}[0m\n  \u{1b}[2mwall\u{1b}[0m\n");
        check(&pieces, 20, true, "  pay \u{1b}[2mthe wall\u{1b}[0m\n");
    }
}
