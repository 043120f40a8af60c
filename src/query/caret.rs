//! Drawing a query error under the query: message, query, caret line, suggestion.

use super::QueryError;
use super::lex::is_space;
use unicode_width::UnicodeWidthChar;

/// Columns of the query shown on each side of the culprit; longer queries are cut there.
const SIDE: usize = 50;

impl QueryError {
    /// The error for a terminal with fixed-width letters: the message, the query with carets under the culprit, the suggestion.
    /// Control characters and invisible marks of the query are shown as spaces. `query` is the text that was read.
    ///
    /// ```
    /// let query = "speaker:Weber (talks";
    /// let error = onrecord::query::parse(query).unwrap_err();
    /// assert_eq!(
    ///     error.with_caret(query),
    ///     "this parenthesis is never closed\n  speaker:Weber (talks\n                ^\nhint: speaker:Weber (talks)"
    /// );
    /// ```
    pub fn with_caret(&self, query: &str) -> String {
        let start = floor(query, self.start);
        let end = floor(query, self.end).max(start);
        let before = Line::new(query[..start].chars().rev()).reversed();
        let culprit = Line::new(query[start..end].chars());
        let after = Line::new(query[end..].chars());
        let gap = " ".repeat(before.columns);
        let carets = "^".repeat(culprit.columns.max(1));
        let mut drawn = format!("{}\n  {}{}{}", self.message, before.text, culprit.text, after.text).trim_end().to_owned();
        drawn += &format!("\n  {gap}{carets}");
        if let Some(suggestion) = &self.suggestion {
            drawn += "\nhint: ";
            drawn.extend(suggestion.chars().map(visible));
        }
        drawn
    }
}

/// A stretch of the query as it is shown.
struct Line {
    text: String,
    columns: usize,
}

impl Line {
    /// As many characters as have room, then an ellipsis.
    fn new(characters: impl Iterator<Item = char>) -> Self {
        let mut line = Self { text: String::new(), columns: 0 };
        for c in characters.map(visible) {
            if line.columns >= SIDE {
                line.text.push('…');
                line.columns += 1;
                break;
            }
            line.text.push(c);
            line.columns += columns(c);
        }
        line
    }

    fn reversed(self) -> Self {
        Self { text: self.text.chars().rev().collect(), columns: self.columns }
    }
}

fn visible(c: char) -> char {
    if is_space(c) { ' ' } else { c }
}

/// The nearest character boundary at or below.
fn floor(text: &str, at: usize) -> usize {
    (0..=at.min(text.len())).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0)
}

/// Columns of a character on a terminal.
fn columns(c: char) -> usize {
    c.width().unwrap_or(1)
}
