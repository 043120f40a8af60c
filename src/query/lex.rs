//! The lexer: here is a query text, give me its words, phrases, marks and field names, each with the bytes where it stands.
//!
//! It decides where things begin and end; what a term means depends on its field and is left to the parser.

use super::fault::{Fault, field_names, meant_field, misspelt_field, shown};
use super::{Field, Reach, Scope};
use std::ops::Range;

/// What stands in a query text.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Token {
    /// `(`
    Open,
    /// `)`
    Close,
    /// `AND`
    And,
    /// `OR`
    Or,
    /// `NOT`
    Not,
    /// `-` directly before a clause
    Minus,
    /// `speaker:`; its value begins where it ends
    Field(Field),
    /// `w/5`, `pre/5`, `NEAR/5`, `w/s`, `w/p`; true where the left must come first
    Near(Reach, bool),
    /// `said` directly before a parenthesis
    Call(Call),
    /// The comma between what stands in `said( , )`
    Comma,
    /// `^2` directly behind a clause
    Boost(f32),
    /// `"..."`, marks included
    Phrase,
    /// `[2025-04 TO 2025-06]` after a field, brackets included
    Bracket,
    /// `/.../`, slashes included
    Regex,
    /// Anything else up to white space, a parenthesis or a quotation mark
    Term,
}

/// What is written with parentheses.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Call {
    /// `atleast3(`
    AtLeast(u32),
    /// `hlead(`, `first50(`, `caps(`
    Scope(Scope),
    /// `said(`
    Said,
    /// `within(`
    Within,
}

impl Call {
    /// What stands directly before a parenthesis, in any case.
    fn of(name: &str) -> Option<Self> {
        let name = name.to_ascii_lowercase();
        let number = |prefix: &str| {
            let digits = name.strip_prefix(prefix)?;
            digits.bytes().all(|b| b.is_ascii_digit()).then(|| digits.parse().ok())?.filter(|number| (1..=MOST_COUNTED).contains(number))
        };
        match name.as_str() {
            "hlead" => Some(Self::Scope(Scope::Head)),
            "caps" => Some(Self::Scope(Scope::Caps)),
            "said" => Some(Self::Said),
            "within" => Some(Self::Within),
            _ => number("atleast").map(Self::AtLeast).or_else(|| number("first").map(|count| Self::Scope(Scope::First(count)))),
        }
    }

    /// True for what has two things between its parentheses.
    fn has_comma(self) -> bool {
        matches!(self, Self::Said | Self::Within)
    }
}

/// The most words that a connector may reach over, and mentions or first words that may be asked for.
pub(super) const MOST_WORDS: u32 = 1000;
const MOST_COUNTED: u32 = 100_000;

/// The connector that a term is: `w/5`, `pre/3`, `NEAR/4`, `w/s`, in any case; true where the left must come first. A number that is out
/// of range is `None` inside.
pub(super) fn connector(term: &str) -> Option<Option<(Reach, bool)>> {
    let (name, reach) = term.split_once('/')?;
    let ordered = match name.to_ascii_lowercase().as_str() {
        "w" | "near" => false,
        "pre" => true,
        _ => return None,
    };
    match reach {
        "s" | "S" => Some(Some((Reach::Sentence, ordered))),
        "p" | "P" => Some(Some((Reach::Paragraph, ordered))),
        _ if !reach.is_empty() && reach.bytes().all(|b| b.is_ascii_digit()) => {
            let words = reach.parse().ok().filter(|words| (1..=MOST_WORDS).contains(words));
            Some(words.map(|words| (Reach::Words(words), ordered)))
        }
        _ => None,
    }
}

/// Words, phrases and values of one query; Lucene's limit, which researchers' lists of names keep to.
pub(super) const MAX_CLAUSES: usize = 1024;

/// A token and the bytes of the query where it stands.
#[derive(Debug, Clone)]
pub(super) struct Lexeme {
    pub(super) token: Token,
    pub(super) span: Range<usize>,
}

/// Punctuation that may stand before or behind a word without belonging to it.
pub(super) const PUNCTUATION: [char; 22] = [
    '.', ',', ';', ':', '?', '!', '\'', '…', '–', '—', '[', ']', '{', '}', '¿', '¡', '•', '·', '\u{2018}', '\u{2019}', '\u{2039}',
    '\u{203a}',
];

/// White space, and characters that nobody sees: pasted text is full of them.
pub(super) fn is_space(c: char) -> bool {
    c.is_whitespace()
        || c.is_control()
        || matches!(c, '\u{ad}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

/// Double quotation marks of all countries mean the same.
pub(super) fn is_quotation_mark(c: char) -> bool {
    matches!(c, '"' | '\u{201c}' | '\u{201d}' | '\u{201e}' | '\u{201f}' | '«' | '»' | '\u{2033}' | '\u{ff02}')
}

/// True if there is something in it that an index could hold.
pub(super) fn has_word(text: &str) -> bool {
    text.chars().any(char::is_alphanumeric)
}

/// Cuts a query text into lexemes, in time linear in its length.
pub(super) fn lex(text: &str) -> Result<Vec<Lexeme>, Fault> {
    let mut lexer = Lexer { text, at: 0, lexemes: Vec::new(), terms: 0, parens: Vec::new() };
    while let Some(c) = lexer.next_char(lexer.at) {
        match c {
            _ if is_space(c) => lexer.at += c.len_utf8(),
            '(' => lexer.open()?,
            ')' => {
                lexer.parens.pop();
                lexer.push(Token::Close, lexer.at + 1);
            }
            ',' if lexer.awaits_comma() => {
                if let Some(awaits) = lexer.parens.last_mut() {
                    *awaits = false;
                }
                lexer.push(Token::Comma, lexer.at + 1);
            }
            '^' if lexer.is_behind_clause() => lexer.boost()?,
            _ if is_quotation_mark(c) => lexer.phrase(c)?,
            _ if lexer.is_after_field() => lexer.value(c)?,
            '-' => lexer.minus()?,
            // `+word` asks for what is the rule here anyway.
            '+' if lexer.starts_clause(lexer.at + 1) => lexer.at += 1,
            '/' => lexer.regex()?,
            _ => lexer.term(c)?,
        }
        lexer.check_size()?;
    }
    Ok(lexer.lexemes)
}

struct Lexer<'a> {
    text: &'a str,
    at: usize,
    lexemes: Vec<Lexeme>,
    terms: usize,
    /// The parentheses that are open; true where a comma parts what stands in them, and has not come yet.
    parens: Vec<bool>,
}

impl Lexer<'_> {
    fn next_char(&self, at: usize) -> Option<char> {
        self.text.get(at..)?.chars().next()
    }

    fn push(&mut self, token: Token, end: usize) {
        self.lexemes.push(Lexeme { token, span: self.at..end });
        self.terms += usize::from(matches!(token, Token::Term | Token::Phrase | Token::Regex | Token::Bracket));
        self.at = end;
    }

    /// Twice the limit, because some terms are marks (`2 OF`); the parser counts exactly.
    fn check_size(&self) -> Result<(), Fault> {
        match self.lexemes.last() {
            Some(last) if self.terms > 2 * MAX_CLAUSES => Err(too_many(last.span.clone())),
            _ => Ok(()),
        }
    }

    /// The lexeme that ends exactly here, without a space between.
    fn glued(&self) -> Option<Token> {
        self.lexemes.last().filter(|last| last.span.end == self.at).map(|last| last.token)
    }

    fn is_after_field(&self) -> bool {
        matches!(self.glued(), Some(Token::Field(_)))
    }

    fn starts_clause(&self, at: usize) -> bool {
        self.next_char(at).is_some_and(|c| !is_space(c) && c != ')')
    }

    /// True where the next comma parts what stands in `said( , )`.
    fn awaits_comma(&self) -> bool {
        self.parens.last() == Some(&true)
    }

    /// True directly behind a clause, where a `^` gives it weight.
    fn is_behind_clause(&self) -> bool {
        matches!(self.glued(), Some(Token::Close | Token::Phrase | Token::Term | Token::Regex | Token::Bracket))
    }

    fn term_end(&self) -> usize {
        let rest = &self.text[self.at..];
        let end = self.at + rest.find(|c| is_space(c) || matches!(c, '(' | ')') || is_quotation_mark(c)).unwrap_or(rest.len());
        // `word^2`
        let term = &self.text[self.at..end];
        let weight = |at: &usize| *at > 0 && term.len() > at + 1 && term[at + 1..].bytes().all(|b| b.is_ascii_digit() || b == b'.');
        let end = term.rfind('^').filter(weight).map_or(end, |at| self.at + at);
        if !self.awaits_comma() {
            return end;
        }
        // `1,000` is one word.
        let bytes = self.text.as_bytes();
        let is_digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
        let parts = |&at: &usize| !(at > 0 && is_digit(at - 1) && is_digit(at + 1));
        self.text[self.at..end].match_indices(',').map(|(at, _)| self.at + at).find(parts).unwrap_or(end)
    }

    /// `^2`
    fn boost(&mut self) -> Result<(), Fault> {
        let rest = &self.text[self.at + 1..];
        let number = &rest[..rest.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(rest.len())];
        let end = self.at + 1 + number.len();
        match number.parse().ok().filter(|weight| (0.0..=1000.0).contains(weight)) {
            Some(weight) => self.push(Token::Boost(weight), end),
            None => {
                return Err(Fault::new(self.at..end, "a weight is a number from 0 to 1000")
                    .repair(self.at..end, "")
                    .advise("write word^2 to let it count twice"));
            }
        }
        Ok(())
    }

    /// `/expression/`; a `/` inside is written `\/`.
    fn regex(&mut self) -> Result<(), Fault> {
        let inner = self.at + 1;
        let mut is_escaped = false;
        let close = self.text[inner..].char_indices().find(|(_, c)| {
            let closes = *c == '/' && !is_escaped;
            is_escaped = *c == '\\' && !is_escaped;
            closes
        });
        let Some(end) = close.map(|(at, _)| inner + at + 1) else {
            return Err(Fault::new(self.at..inner, "no word begins with `/`, and no expression is closed by a second one")
                .repair(self.at..inner, "")
                .advise("write /expression/ for a regular expression"));
        };
        let behind = self.next_char(end);
        if behind.is_some_and(|c| !is_space(c) && !matches!(c, ')' | '^' | ',')) {
            let end = end + self.text[end..].find(is_space).unwrap_or(self.text.len() - end);
            return Err(Fault::new(self.at..end, "something follows directly on a regular expression")
                .advise("write /expression/, with \\/ for a / inside; put other words in quotation marks"));
        }
        self.push(Token::Regex, end);
        Ok(())
    }

    fn open(&mut self) -> Result<(), Fault> {
        let mut call = None;
        if let Some(last) = self.lexemes.last_mut()
            && last.token == Token::Term
            && last.span.end == self.at
            && &self.text[last.span.clone()] != "OF"
        {
            let word = &self.text[last.span.clone()];
            call = Call::of(word);
            if let Some(call) = call {
                last.token = Token::Call(call);
            }
        }
        if let Some(last) = self.lexemes.last()
            && last.token == Token::Term
            && last.span.end == self.at
            && &self.text[last.span.clone()] != "OF"
        {
            let word = &self.text[last.span.clone()];
            return Err(Fault::new(last.span.start..self.at + 1, format!("a parenthesis follows directly on {}", shown(word)))
                .repair(self.at..self.at, " ")
                .advise("put a space before the parenthesis"));
        }
        self.parens.push(call.is_some_and(Call::has_comma));
        self.push(Token::Open, self.at + 1);
        Ok(())
    }

    fn phrase(&mut self, mark: char) -> Result<(), Fault> {
        let inner = self.at + mark.len_utf8();
        let Some(length) = self.text[inner..].find(is_quotation_mark) else {
            let end = self.text.trim_end().len();
            return Err(Fault::new(self.at..inner, "this quotation mark is never closed")
                .repair(end..end, "\"")
                .advise("close the phrase with a second quotation mark"));
        };
        let close = inner + length;
        let end = close + self.next_char(close).map_or(1, char::len_utf8);
        if !has_word(&self.text[inner..close]) {
            return Err(Fault::new(self.at..end, "there is no word between the quotation marks")
                .repair(self.at..end, "")
                .advise("write the words of the phrase between the marks"));
        }
        self.push(Token::Phrase, end);
        if let Some(mark) = self.next_char(end).filter(|c| matches!(c, '~' | '*')) {
            let end = self.term_end();
            let advice = if mark == '~' { "write a w/5 b for words near each other" } else { "write the * within the marks" };
            return Err(unsupported(self.at..end, &format!("{mark} behind a phrase")).repair(self.at..end, "").advise(advice));
        }
        Ok(())
    }

    /// The value that stands behind `field:`.
    fn value(&mut self, c: char) -> Result<(), Fault> {
        let takes_range = matches!(self.glued(), Some(Token::Field(field)) if field.is_range());
        if c == '/' && !takes_range {
            return self.regex();
        }
        if !takes_range || !matches!(c, '[' | '{') {
            self.push(Token::Term, self.term_end());
            return Ok(());
        }
        let Some(length) = self.text[self.at..].find([']', '}']) else {
            let end = self.text.trim_end().len();
            return Err(Fault::new(self.at..self.at + 1, "this bracket is never closed")
                .repair(end..end, "]")
                .advise("write [from TO to]"));
        };
        self.push(Token::Bracket, self.at + length + 1);
        Ok(())
    }

    fn minus(&mut self) -> Result<(), Fault> {
        let end = self.term_end();
        let raw = &self.text[self.at..end];
        let bare = raw.trim_start_matches('-');
        if raw.len() > 1 && bare.is_empty() && !self.starts_clause(end) {
            // `--` is a dash on a typewriter.
            self.at = end;
            return Ok(());
        }
        if raw.starts_with("--") {
            let word = self.at..end - bare.len();
            return Err(Fault::new(word.clone(), "two hyphens before a clause").repair(word, "-").advise("one hyphen excludes"));
        }
        if !self.starts_clause(self.at + 1) {
            return Err(
                Fault::new(self.at..end, "this hyphen stands alone").advise("write -word to exclude a word, or leave the hyphen out")
            );
        }
        self.push(Token::Minus, self.at + 1);
        Ok(())
    }

    fn term(&mut self, c: char) -> Result<(), Fault> {
        let end = self.term_end();
        let raw = &self.text[self.at..end];
        let token = match raw.trim_matches(PUNCTUATION) {
            "AND" => Token::And,
            "OR" => Token::Or,
            "NOT" => Token::Not,
            word => match connector(word) {
                Some(Some((reach, ordered))) => Token::Near(reach, ordered),
                Some(None) => {
                    return Err(Fault::new(self.at..end, format!("a connector reaches over 1 to {MOST_WORDS} words"))
                        .advise("write a w/5 b, a pre/5 b, a w/s b or a w/p b"));
                }
                None => Token::Term,
            },
        };
        if token != Token::Term {
            self.push(token, end);
            return Ok(());
        }
        // A dash or a full stop of its own says nothing; behind a `-` it would leave the next clause excluded.
        if raw.chars().all(|c| PUNCTUATION.contains(&c)) && self.glued() != Some(Token::Minus) {
            self.at = end;
            return Ok(());
        }
        if c == '!' && has_word(raw) {
            let mark = self.at..self.at + 1;
            return Err(Fault::new(mark.clone(), "`!` before a word excludes in other query languages")
                .repair(mark, "-")
                .advise("write -word to exclude a word, or leave the `!` out"));
        }
        if matches!(c, '–' | '—' | '\u{2212}') && has_word(raw) {
            let dash = self.at..self.at + c.len_utf8();
            return Err(Fault::new(dash.clone(), "a dash before a word: excluded, or only a dash")
                .repair(dash, "-")
                .advise("write -word to exclude a word, or put a space behind the dash"));
        }
        if let Some(colon) = raw.find(':')
            && let Some(field) = self.field(&raw[..colon], &raw[colon + 1..], end)?
        {
            self.push(Token::Field(field), self.at + colon + 1);
            return Ok(());
        }
        self.push(Token::Term, end);
        Ok(())
    }

    /// The field named before a colon; `None` where the colon belongs to the text: `10:30`, `https://`, `Minister: yes`.
    fn field(&self, before: &str, rest: &str, end: usize) -> Result<Option<Field>, Fault> {
        let name = before.trim_start_matches(PUNCTUATION);
        let is_address = rest.starts_with("//") && (name.eq_ignore_ascii_case("http") || name.eq_ignore_ascii_case("https"));
        if is_address || name.trim_start_matches(['<', '>', '=']).starts_with(|c: char| c.is_numeric()) {
            return Ok(None);
        }
        if let Some(field) = Field::ALL.into_iter().find(|field| field.name().eq_ignore_ascii_case(name)) {
            return Ok(Some(field));
        }
        let is_end_of_word = !rest.chars().any(|c| !PUNCTUATION.contains(&c)) && !self.starts_clause(end);
        // `Source: the ministry` is a sentence, `speakr: Weber` a slip.
        let meant = if is_end_of_word { misspelt_field(name) } else { meant_field(name) };
        if is_end_of_word && meant.is_none() {
            return Ok(None);
        }
        let colon = self.at + before.len();
        let span = colon - name.len()..colon + 1;
        Err(match meant {
            _ if name.is_empty() => Fault::new(span.clone(), "no field is named before this colon").repair(span, "").advise(fields()),
            Some(near) => {
                let value = self.text[span.end..].find(|c| !is_space(c)).map_or(span.end, |gap| span.end + gap);
                Fault::new(span.clone(), format!("there is no field {}; {}", shown(name), fields()))
                    .repair(span.start..value, format!("{}:{}", near.name(), bound(name)))
                    .advise(format!("did you mean {}:? {}", near.name(), fields()))
            }
            None => {
                let fault = Fault::new(span, format!("there is no field {}; {}", shown(name), fields()))
                    .advise("put the words in quotation marks to search for them as they stand");
                match rest {
                    "" => fault.repair(colon..colon + 1, " "),
                    _ => fault.repair(self.at..end, format!("\"{}\"", &self.text[self.at..end])),
                }
            }
        })
    }
}

/// What `since:` and its like say of the date behind them.
fn bound(name: &str) -> &'static str {
    match name.to_ascii_lowercase().as_str() {
        "after" => ">",
        "since" => ">=",
        "before" => "<",
        "until" => "<=",
        _ => "",
    }
}

fn fields() -> String {
    format!("the fields are {}", field_names())
}

/// The query has more than [`MAX_CLAUSES`]; `span` is the first that is too much.
pub(super) fn too_many(span: Range<usize>) -> Fault {
    Fault::new(span, format!("more than {MAX_CLAUSES} words and phrases")).advise("split the query into several")
}

/// Something that other query languages have and this one has not.
pub(super) fn unsupported(span: Range<usize>, what: &str) -> Fault {
    Fault::new(span, format!("{what}: not in this query language"))
        .advise("put the words in quotation marks to search for them as they stand")
}
