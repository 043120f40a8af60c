//! Walks through JSON one value at a time without holding the whole of it: an array of articles may be longer than memory.
//!
//! The scanner knows only brackets and strings. Whether a value is valid is serde's to say once the value stands alone, so
//! that a broken article costs itself and the walk goes on behind it.

use crate::format::LONGEST_ARTICLE;
use std::io::{self, BufRead};

/// How a value ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    /// At its last byte.
    Whole,
    /// It is longer than an article may be; its bytes were dropped.
    TooLong,
    /// The input ended first.
    Cut,
}

/// A walk through JSON text.
pub(super) struct Scanner<R> {
    reader: R,
}

impl<R: BufRead> Scanner<R> {
    pub(super) fn new(reader: R) -> Self {
        Self { reader }
    }

    /// The next byte that is neither white space nor in `skip`, left in place; `None` at the end.
    pub(super) fn peek(&mut self, skip: &[u8]) -> io::Result<Option<u8>> {
        loop {
            let chunk = self.reader.fill_buf()?;
            if chunk.is_empty() {
                return Ok(None);
            }
            let blank = chunk.iter().take_while(|b| b.is_ascii_whitespace() || skip.contains(b)).count();
            let found = chunk.get(blank).copied();
            self.reader.consume(blank);
            if found.is_some() {
                return Ok(found);
            }
        }
    }

    /// Steps over one byte.
    pub(super) fn bump(&mut self) {
        self.reader.consume(1);
    }

    /// Appends the next value to `out`; with `depth` above 0 the rest of a value that many brackets deep.
    pub(super) fn value(&mut self, out: &mut Vec<u8>, depth: usize) -> io::Result<End> {
        let inside = depth > 0;
        let mut state = State { depth, in_string: false, escaped: false, scalar: false };
        if !inside {
            match self.peek(b"")? {
                None => return Ok(End::Cut),
                Some(b'{' | b'[' | b'"') => {}
                Some(_) => state.scalar = true,
            }
        }
        let start = out.len();
        let mut end = End::Whole;
        loop {
            let chunk = self.reader.fill_buf()?;
            if chunk.is_empty() {
                let complete = state.scalar;
                return Ok(if complete { end } else { End::Cut });
            }
            let (length, done) = state.eat(chunk);
            if end == End::Whole {
                out.extend_from_slice(&chunk[..length]);
                if out.len() > LONGEST_ARTICLE {
                    out.truncate(start);
                    out.shrink_to_fit();
                    end = End::TooLong;
                }
            }
            // A scalar may begin with the very byte that ends it (a stray bracket): step over it all the same.
            self.reader.consume(length);
            if done {
                return Ok(end);
            }
        }
    }
}

struct State {
    depth: usize,
    in_string: bool,
    escaped: bool,
    scalar: bool,
}

impl State {
    /// How many bytes of the chunk belong to the value, and whether it ends there.
    fn eat(&mut self, chunk: &[u8]) -> (usize, bool) {
        let mut at = 0;
        while at < chunk.len() {
            if self.in_string {
                if self.escaped {
                    self.escaped = false;
                    at += 1;
                    continue;
                }
                let Some(next) = memchr::memchr2(b'"', b'\\', &chunk[at..]) else { return (chunk.len(), false) };
                at += next + 1;
                if chunk[at - 1] == b'\\' {
                    self.escaped = true;
                } else {
                    self.in_string = false;
                    if self.depth == 0 {
                        return (at, true);
                    }
                }
                continue;
            }
            match chunk[at] {
                b'"' if self.scalar => return (at, true),
                b'"' => self.in_string = true,
                b',' | b']' | b'}' | b':' if self.scalar => return (at, true),
                b if self.scalar && b.is_ascii_whitespace() => return (at, true),
                b'{' | b'[' => {
                    self.scalar = false;
                    self.depth += 1;
                }
                b'}' | b']' => {
                    self.depth = self.depth.saturating_sub(1);
                    if self.depth == 0 {
                        return (at + 1, true);
                    }
                }
                _ => {}
            }
            at += 1;
        }
        (at, false)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        // A buffer of three bytes puts every border of a chunk everywhere.
        for size in [3, 4096] {
            let mut scanner = Scanner::new(io::BufReader::with_capacity(size, text.as_bytes()));
            let mut found = Vec::new();
            while scanner.peek(b",:").unwrap().is_some() {
                let mut out = Vec::new();
                let end = scanner.value(&mut out, 0).unwrap();
                found.push(format!("{}{}", String::from_utf8(out).unwrap(), if end == End::Cut { "…" } else { "" }));
                if end == End::Cut {
                    break;
                }
            }
            assert_eq!(found, expected);
        }
    }

    #[test]
    fn values_one_after_the_other() {
        check(r#" {"a": "}\"]"} , [1, [2]] "b,\\" 12 null"#, &[r#"{"a": "}\"]"}"#, "[1, [2]]", r#""b,\\""#, "12", "null"]);
        check(r#"{"a": {"b": []"#, &[r#"{"a": {"b": []…"#]);
        check("12", &["12"]);
    }
}
