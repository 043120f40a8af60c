//! Tokens of the text outside quotation marks. A marked stretch is one opaque token, so that all that looks for speakers reads the
//! sentence around the words quoted, never the words themselves.

use super::lexicon::{Class, class};
use super::marks::Stretch;
use crate::article::Article;
use crate::text::Span;
use crate::text::word::LETTERS;

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TokenKind {
    /// A word that begins with a small letter.
    Word,
    /// A word that begins with a capital, initials and acronyms included.
    Capital,
    /// A word that begins with a digit.
    Number,
    /// `'s`, or the apostrophe after a plural.
    Possessive,
    /// `,`
    Comma,
    /// `;`
    Semicolon,
    /// `:`
    Colon,
    /// `.`, `!`, `?`
    Stop,
    /// A dash, or two hyphens.
    Dash,
    /// An opening bracket.
    Open,
    /// A closing bracket.
    Close,
    /// A stretch in quotation marks: its index.
    Quoted(u32),
    /// End of a block.
    Break,
    /// Anything else.
    Other,
}

/// One token: where it stands and what is known about it by itself.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Token {
    /// First byte in the body.
    pub(crate) start: u32,
    /// One past the last byte.
    pub(crate) end: u32,
    /// What it is.
    pub(crate) kind: TokenKind,
    /// The classes of the word.
    pub(crate) class: Class,
}

impl Token {
    /// As a span.
    pub(crate) fn span(self) -> Span {
        Span { start: self.start, end: self.end }
    }

    /// True for words of either case and numbers.
    pub(crate) fn is_word(self) -> bool {
        matches!(self.kind, TokenKind::Word | TokenKind::Capital | TokenKind::Number)
    }

    /// The stretch that this token stands for.
    pub(crate) fn stretch(self) -> Option<usize> {
        match self.kind {
            TokenKind::Quoted(index) => Some(index as usize),
            _ => None,
        }
    }

    /// True when the word is of one of the classes.
    pub(crate) fn is(self, any_of: Class) -> bool {
        self.class.is(any_of)
    }
}

/// A body cut into tokens; `stretches` in order.
pub(crate) fn tokens(article: &Article, stretches: &[Stretch]) -> Vec<Token> {
    let body = article.body();
    let mut out = Vec::with_capacity(body.len() / 5);
    let mut rest = stretches;
    let mut number = 0u32;
    for block in article.blocks() {
        let end = block.span.end as usize;
        let mut at = block.span.start as usize;
        while at < end {
            let until = match rest.first().filter(|s| (s.outer.start as usize) < end) {
                Some(stretch) => stretch.outer.start as usize,
                None => end,
            };
            words(body, at, until, &mut out);
            at = until;
            if let Some((stretch, others)) = rest.split_first()
                && at < end
            {
                out.push(Token {
                    start: stretch.outer.start,
                    end: stretch.outer.end,
                    kind: TokenKind::Quoted(number),
                    class: Class::default(),
                });
                number += 1;
                rest = others;
                at = (stretch.outer.end as usize).max(at + 1);
            }
        }
        out.push(Token { start: block.span.end, end: block.span.end, kind: TokenKind::Break, class: Class::default() });
    }
    out
}

fn words(body: &str, from: usize, until: usize, out: &mut Vec<Token>) {
    let bytes = body.as_bytes();
    let mut at = from;
    while at < until {
        let byte = bytes[at];
        if byte == b' ' || byte == b'\n' {
            at += 1;
            continue;
        }
        let start = at;
        let letter = char_at(body, at);
        at += letter.len_utf8();
        let kind = match letter {
            // Most are plain words.
            'a'..='z' | 'A'..='Z' => {
                at = word_end(body, at, until);
                if byte.is_ascii_uppercase() { TokenKind::Capital } else { TokenKind::Word }
            }
            c if c.is_alphabetic() || c == '@' || c == '#' => {
                at = word_end(body, at, until);
                if c.is_uppercase() { TokenKind::Capital } else { TokenKind::Word }
            }
            c if c.is_numeric() => {
                at = word_end(body, at, until);
                TokenKind::Number
            }
            ',' => TokenKind::Comma,
            ';' => TokenKind::Semicolon,
            ':' => TokenKind::Colon,
            '.' | '!' | '?' => TokenKind::Stop,
            '…' => TokenKind::Other,
            '–' | '—' | '―' => TokenKind::Dash,
            '-' => {
                while at < until && bytes[at] == b'-' {
                    at += 1;
                }
                TokenKind::Dash
            }
            '(' | '[' => TokenKind::Open,
            ')' | ']' => TokenKind::Close,
            _ => TokenKind::Other,
        };
        if kind == TokenKind::Stop && byte == b'.' && bytes[at..until].starts_with(b"..") {
            at += 2;
            out.push(Token { start: start as u32, end: at as u32, kind: TokenKind::Other, class: Class::default() });
            continue;
        }
        // A row of odd signs is one token, so that a text of nothing else stays small.
        if kind == TokenKind::Other
            && byte != b'&'
            && let Some(last) = out.last_mut().filter(|last| last.kind == TokenKind::Other && last.end as usize == start)
        {
            last.end = at as u32;
            continue;
        }
        if matches!(kind, TokenKind::Word | TokenKind::Capital) {
            at = push_word(body, start, at, until, kind, out);
        } else {
            out.push(Token { start: start as u32, end: at as u32, kind, class: Class::default() });
        }
    }
}

/// Pushes a word, without its possessive (which is a token of its own) and with the point of an abbreviation. Returns where it ends.
fn push_word(body: &str, start: usize, mut end: usize, until: usize, kind: TokenKind, out: &mut Vec<Token>) -> usize {
    let word = &body[start..end];
    let owns = matches!(word.as_bytes().last(), Some(b's' | b'S'));
    let cut = if owns { ["'s", "’s", "'S", "’S"].iter().find_map(|s| word.strip_suffix(s)) } else { None };
    let cut = cut.filter(|stem| !stem.is_empty());
    let stem = cut.unwrap_or(word);
    let class = class(stem);
    let split = start + stem.len();
    if cut.is_none() && body.as_bytes().get(end) == Some(&b'.') && end < until {
        let initials = stem.len() == 1 && kind == TokenKind::Capital || stem.contains('.');
        let number = !matches!(stem, "No" | "no") || body[end + 1..].trim_start().starts_with(|c: char| c.is_ascii_digit());
        let printed_so = kind == TokenKind::Capital || matches!(stem, "vs" | "etc");
        if initials || class.is(Class::ABBR) && printed_so && number {
            end += 1;
        }
    }
    out.push(Token { start: start as u32, end: if cut.is_some() { split } else { end } as u32, kind, class });
    if cut.is_some() {
        out.push(Token { start: split as u32, end: end as u32, kind: TokenKind::Possessive, class: Class::default() });
    } else if let Some(mark) =
        matches!(stem.as_bytes().last(), Some(b's' | b'S' | b'z' | b'x')).then(|| apostrophe(&body[end..until])).flatten()
    {
        out.push(Token { start: end as u32, end: (end + mark) as u32, kind: TokenKind::Possessive, class: Class::default() });
        end += mark;
    }
    end
}

/// Length of an apostrophe that ends a word.
fn apostrophe(rest: &str) -> Option<usize> {
    let mark = rest.chars().next().filter(|c| matches!(c, '\'' | '’'))?;
    rest[mark.len_utf8()..].starts_with(' ').then_some(mark.len_utf8())
}

/// Where a word ends that has begun before `at`: letters and digits, and hyphens, apostrophes, points and `&` between them.
fn word_end(body: &str, mut at: usize, until: usize) -> usize {
    let bytes = body.as_bytes();
    while at < until {
        let byte = bytes[at];
        if LETTERS[usize::from(byte)] || byte == b'_' {
            at += 1;
            continue;
        }
        // Most words end so.
        if byte == b' ' {
            break;
        }
        let c = char_at(body, at);
        let next = at + c.len_utf8();
        let joins = matches!(c, '-' | ',' | '\'' | '’' | '.' | '&' | '@' | '/' | '‑')
            && next < until
            && char_at(body, next).is_alphanumeric()
            && (c != ',' || body[..at].ends_with(|p: char| p.is_ascii_digit()) && char_at(body, next).is_ascii_digit())
            && (c != '.' || body[..at].ends_with(|p: char| p.is_ascii_uppercase() || p.is_ascii_digit()) || is_domain(&body[next..until]));
        let letter = !c.is_ascii() && c.is_alphanumeric() || is_combining(c);
        if !joins && !letter {
            break;
        }
        at = next;
    }
    at
}

/// Does a text go on like the name of a site: `com`, `org/news`?
fn is_domain(rest: &str) -> bool {
    if !rest.starts_with(['c', 'o', 'n', 'g', 'e', 'i', 't', 'C', 'O', 'N']) {
        return false;
    }
    ["com", "org", "net", "gov", "edu", "info", "tv", "co.uk", "eu"].iter().any(|end| {
        rest.as_bytes().get(..end.len()).is_some_and(|start| start.eq_ignore_ascii_case(end.as_bytes()))
            && !rest[end.len()..].starts_with(|c: char| c.is_alphanumeric())
    })
}

/// Combining marks belong to the letter before them.
fn is_combining(c: char) -> bool {
    ('\u{300}'..='\u{36f}').contains(&c)
}

#[inline]
fn char_at(body: &str, at: usize) -> char {
    match body.as_bytes().get(at) {
        Some(byte) if byte.is_ascii() => char::from(*byte),
        _ => body[at..].chars().next().unwrap_or(' '),
    }
}

/// True for a text printed in capitals throughout, in which nothing tells a name from a word.
pub(crate) fn shouts(body: &str, tokens: &[Token]) -> bool {
    let capital = |token: &&Token| token.kind == TokenKind::Capital && !token.span().of(body).contains(|c: char| c.is_lowercase());
    // The beginning tells.
    let tokens = &tokens[..tokens.len().min(120)];
    let words = tokens.iter().filter(|token| matches!(token.kind, TokenKind::Word | TokenKind::Capital)).count();
    words > 12 && tokens.iter().filter(capital).count() * 3 > words * 2
}

/// Could anybody be quoted here: does any verb of speech occur, or "according"?
pub(crate) fn speaks(body: &str, tokens: &[Token]) -> bool {
    tokens.iter().any(|token| {
        token.kind == TokenKind::Word && token.is(Class::SAY.or(Class::TELL).or(Class::WEAK).or(Class::REPORT))
            || token.end - token.start == 9 && token.span().of(body).eq_ignore_ascii_case("according")
    })
}
