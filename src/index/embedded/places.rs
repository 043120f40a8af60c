//! Terms at given positions, written as a text and read from it again: the engine takes positions only from a tokenizer.

use std::fmt::Write;
use tantivy::tokenizer::{Token, TokenStream, Tokenizer};

/// Terms and their positions: `term position position ... term position ...`; a term begins with a letter.
#[derive(Debug, Default)]
pub(super) struct Places(String);

impl Places {
    /// Adds the positions of a term, which begins with a letter and holds no blank.
    pub(super) fn add(&mut self, term: &str, positions: &[u32]) {
        if positions.is_empty() {
            return;
        }
        self.0.push_str(term);
        for position in positions {
            // Writing into memory cannot fail.
            let _ = write!(self.0, " {position}");
        }
        self.0.push(' ');
    }

    pub(super) fn into_text(self) -> String {
        self.0
    }
}

/// Reads what [`Places`] wrote.
#[derive(Debug, Clone, Default)]
pub(super) struct PlacesTokenizer {
    token: Token,
}

impl Tokenizer for PlacesTokenizer {
    type TokenStream<'a> = PlacesStream<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> PlacesStream<'a> {
        self.token.reset();
        PlacesStream { rest: text.split_ascii_whitespace(), token: &mut self.token }
    }
}

/// The terms of one text at their positions.
#[derive(Debug)]
pub(super) struct PlacesStream<'a> {
    rest: std::str::SplitAsciiWhitespace<'a>,
    token: &'a mut Token,
}

impl TokenStream for PlacesStream<'_> {
    fn advance(&mut self) -> bool {
        loop {
            let Some(word) = self.rest.next() else { return false };
            if let Ok(position) = word.parse() {
                self.token.position = position;
                return true;
            }
            self.token.text.clear();
            self.token.text.push_str(word);
        }
    }

    fn token(&self) -> &Token {
        self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        self.token
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        let mut places = Places::default();
        places.add("bs", &[4, 17]);
        places.add("bp", &[]);
        places.add("sw", &[0]);
        let (text, mut read) = (places.into_text(), Vec::new());
        let mut tokenizer = PlacesTokenizer::default();
        tokenizer.token_stream(&text).process(&mut |token| read.push((token.text.clone(), token.position)));
        assert_eq!(read, [("bs".to_owned(), 4), ("bs".to_owned(), 17), ("sw".to_owned(), 0)]);
    }
}
