//! Terms at given positions, written as a text and read from it again: the engine takes positions only from a tokenizer.

use std::io::Write;
use tantivy::tokenizer::{Token, TokenStream, Tokenizer};

/// Appends a term, which begins with a letter and holds no blank, and its positions: `term position position ... `; nothing where it has none.
pub(super) fn add(term: &str, positions: &[u32], out: &mut Vec<u8>) {
    if positions.is_empty() {
        return;
    }
    out.extend_from_slice(term.as_bytes());
    for position in positions {
        // Writing into memory cannot fail.
        let _ = write!(out, " {position}");
    }
    out.push(b' ');
}

/// Reads what [`add`] wrote.
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
        let (mut text, mut read) = (Vec::new(), Vec::new());
        add("bs", &[4, 17], &mut text);
        add("bp", &[], &mut text);
        add("sw", &[0], &mut text);
        let text = String::from_utf8(text).expect("places are text");
        let mut tokenizer = PlacesTokenizer::default();
        tokenizer.token_stream(&text).process(&mut |token| read.push((token.text.clone(), token.position)));
        assert_eq!(read, [("bs".to_owned(), 4), ("bs".to_owned(), 17), ("sw".to_owned(), 0)]);
    }
}
