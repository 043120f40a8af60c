//! What the three librarians' systems share: cutting a text into words, phrases and parentheses, and walking over them.

use super::node::{Node, Parsed};
use super::tree::{Form, Reach, Tree, is_quotation_mark};
use super::{MAX_CLAUSES, MAX_DEPTH, QueryError, Translation, refused, shown};
use std::ops::Range;

/// What stands in a query text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Anything up to white space, a parenthesis, a quotation mark or a sign of comparison
    Word,
    /// `"..."`, marks included
    Phrase,
    Open,
    Close,
    /// `<`, `>`, `=`, `>=`, `<=`
    Compare,
}

#[derive(Debug, Clone)]
pub(super) struct Token {
    pub(super) kind: Kind,
    pub(super) span: Range<usize>,
}

/// True for the marks of groups: Factiva takes brackets for parentheses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Groups {
    Parentheses,
    ParenthesesAndBrackets,
}

/// Cuts a query text into tokens, in time linear in its length.
pub(super) fn lex(text: &str, groups: Groups) -> Result<Vec<Token>, QueryError> {
    let has_brackets = groups == Groups::ParenthesesAndBrackets;
    let is_open = |c| c == '(' || has_brackets && c == '[';
    let is_close = |c| c == ')' || has_brackets && c == ']';
    let is_comparison = |c| matches!(c, '<' | '>' | '=');
    let ends_word = |c: char| is_space(c) || is_open(c) || is_close(c) || is_comparison(c) || is_quotation_mark(c);
    let (mut tokens, mut at, mut clauses) = (Vec::new(), 0, 0);
    while let Some(c) = text.get(at..).and_then(|rest| rest.chars().next()) {
        let rest = text.get(at..).unwrap_or_default();
        let until = |ends: &dyn Fn(char) -> bool| at + rest.find(ends).unwrap_or(rest.len());
        let (kind, end) = match c {
            _ if is_space(c) => {
                at += c.len_utf8();
                continue;
            }
            _ if is_open(c) => (Kind::Open, at + 1),
            _ if is_close(c) => (Kind::Close, at + 1),
            _ if is_comparison(c) => (Kind::Compare, until(&|c| !is_comparison(c))),
            _ if is_quotation_mark(c) => (Kind::Phrase, phrase_end(text, at, c)?),
            _ => (Kind::Word, until(&ends_word)),
        };
        clauses += usize::from(matches!(kind, Kind::Word | Kind::Phrase));
        if clauses > 2 * MAX_CLAUSES {
            return Err(refused(at..end, format!("more than {MAX_CLAUSES} words and phrases"), "split the query into several"));
        }
        tokens.push(Token { kind, span: at..end });
        at = end;
    }
    Ok(tokens)
}

fn is_space(c: char) -> bool {
    c.is_whitespace() || c.is_control() || matches!(c, '\u{ad}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{feff}')
}

/// One past the closing mark.
fn phrase_end(text: &str, start: usize, mark: char) -> Result<usize, QueryError> {
    let inner = start + mark.len_utf8();
    let rest = text.get(inner..).unwrap_or_default();
    let close = rest.char_indices().find(|(_, c)| is_quotation_mark(*c));
    let advice = "close the phrase with a second quotation mark";
    let (length, mark) = close.ok_or_else(|| refused(start..inner, "this quotation mark is never closed", advice))?;
    let end = inner + length + mark.len_utf8();
    match rest.get(..length).is_some_and(|words| words.contains(char::is_alphanumeric)) {
        true => Ok(end),
        false => Err(refused(start..end, "there is no word between the quotation marks", "write the words of the phrase")),
    }
}

/// What could not be kept, every sentence once.
#[derive(Debug, Default)]
pub(super) struct Losses(Vec<String>);

impl Losses {
    pub(super) fn add(&mut self, sentence: impl Into<String>) {
        let sentence = sentence.into();
        if !self.0.contains(&sentence) {
            self.0.push(sentence);
        }
    }

    /// Adds what is true of many words at once, with the first of them as example.
    pub(super) fn once(&mut self, example: &str, sentence: &str) {
        if !self.0.iter().any(|known| known.ends_with(sentence)) {
            self.0.push(format!("{}{sentence}", shown(example)));
        }
    }
}

/// The whole translation; `forms` says how the other system finds the forms of a word, where that differs.
pub(super) fn finish(text: &str, node: Node, mut lost: Losses, forms: Option<&str>) -> Result<Translation, QueryError> {
    let advice = "write a word to search for";
    let nothing = || refused(0..text.len(), "nothing that can be searched for here is left of this query", advice);
    let tree = node.tree.ok_or_else(nothing)?;
    if let Some((word, sentence)) = tree.first_inflected().zip(forms) {
        lost.once(word, sentence);
    }
    Ok(Translation { query: tree.to_string(), lost: lost.0 })
}

/// How a system reads one of its words: its wildcards become ours.
pub(super) type ReadWord = fn(&mut Reader, Range<usize>, Form) -> Result<Tree, QueryError>;

/// A place in the tokens of a query.
#[derive(Debug)]
pub(super) struct Reader<'a> {
    pub(super) text: &'a str,
    tokens: Vec<Token>,
    at: usize,
    depth: usize,
    clauses: usize,
    pub(super) lost: Losses,
}

impl<'a> Reader<'a> {
    pub(super) fn new(text: &'a str, tokens: Vec<Token>) -> Self {
        Self { text, tokens, at: 0, depth: 0, clauses: 0, lost: Losses::default() }
    }

    /// Reads all of it by `expression` and gives the translation.
    pub(super) fn whole(mut self, expression: fn(&mut Reader) -> Parsed, forms: Option<&str>) -> Result<Translation, QueryError> {
        let node = expression(&mut self)?;
        match self.peek() {
            None => finish(self.text, node, self.lost, forms),
            Some(stray) if stray.kind == Kind::Close => Err(refused(stray.span.clone(), "no parenthesis is open here", "remove it")),
            Some(_) => Err(self.unconnected()),
        }
    }

    pub(super) fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at)
    }

    /// The kind of the token that stands `ahead` tokens further on.
    pub(super) fn kind(&self, ahead: usize) -> Option<Kind> {
        self.tokens.get(self.at + ahead).map(|token| token.kind)
    }

    /// The word that stands `ahead` tokens further on, if it is one.
    pub(super) fn word(&self, ahead: usize) -> Option<&'a str> {
        let token = self.tokens.get(self.at + ahead).filter(|token| token.kind == Kind::Word)?;
        Some(self.slice(token.span.clone()))
    }

    /// True if this word is next but so many, in any case.
    pub(super) fn is_word(&self, ahead: usize, wanted: &str) -> bool {
        self.word(ahead).is_some_and(|word| word.eq_ignore_ascii_case(wanted))
    }

    /// Steps over this word if it is next, in any case.
    pub(super) fn take_word(&mut self, wanted: &str) -> bool {
        let found = self.is_word(0, wanted);
        self.at += usize::from(found);
        found
    }

    pub(super) fn slice(&self, span: Range<usize>) -> &'a str {
        self.text.get(span).unwrap_or_default()
    }

    /// Steps over the next token; its bytes, or those of the end.
    pub(super) fn step(&mut self) -> Range<usize> {
        let end = self.text.len();
        let span = self.peek().map_or(end..end, |token| token.span.clone());
        self.at += 1;
        span
    }

    /// True if the next token but `ahead` begins where the one before it ends.
    pub(super) fn is_glued(&self, ahead: usize) -> bool {
        let before = (self.at + ahead).checked_sub(1).and_then(|at| self.tokens.get(at));
        before.zip(self.tokens.get(self.at + ahead)).is_some_and(|(before, next)| before.span.end == next.span.start)
    }

    /// Where the token before this one ends.
    pub(super) fn end(&self) -> usize {
        self.at.checked_sub(1).and_then(|at| self.tokens.get(at)).map_or(0, |token| token.span.end)
    }

    /// Goes one level deeper.
    pub(super) fn deeper(&mut self, span: Range<usize>) -> Result<(), QueryError> {
        self.depth += 1;
        match self.depth > MAX_DEPTH {
            true => Err(refused(span, format!("more than {MAX_DEPTH} groups within each other"), "write the query with fewer parentheses")),
            false => Ok(()),
        }
    }

    pub(super) fn shallower(&mut self) {
        self.depth = self.depth.saturating_sub(1);
    }

    /// Reads `( ... )`; the next token is the parenthesis that opens it.
    pub(super) fn group(&mut self, inner: fn(&mut Reader) -> Parsed) -> Parsed {
        let open = self.step();
        self.deeper(open.clone())?;
        if self.kind(0) == Some(Kind::Close) {
            let close = self.step();
            return Err(refused(open.start..close.end, "nothing stands between the parentheses", "write a word between them"));
        }
        let node = inner(self)?;
        match self.kind(0) {
            Some(Kind::Close) => {
                let close = self.step();
                self.shallower();
                Ok(node.spanning(open.start..close.end))
            }
            Some(_) => Err(self.unconnected()),
            None => Err(refused(open, "this parenthesis is never closed", "close it with a )")),
        }
    }

    /// Steps over `( ... )` or one word without reading it: what has no counterpart is not looked into. Gives all its bytes.
    pub(super) fn skip_value(&mut self) -> Result<Range<usize>, QueryError> {
        let first = self.step();
        if self.slice(first.clone()).starts_with(['(', '[']) {
            let mut open = 1;
            while open > 0 {
                match self.kind(0) {
                    Some(Kind::Open) => open += 1,
                    Some(Kind::Close) => open -= 1,
                    Some(_) => {}
                    None => return Err(refused(first, "this parenthesis is never closed", "close it with a )")),
                }
                self.step();
            }
        }
        Ok(first.start..self.end())
    }

    /// Reads the next token as a word, a phrase or a wildcard.
    pub(super) fn leaf(&mut self, form: Form, read: ReadWord) -> Parsed {
        let Some(Token { kind, span }) = self.peek().cloned() else { return Err(self.nothing()) };
        self.clauses += 1;
        if self.clauses > MAX_CLAUSES {
            return Err(refused(span, format!("more than {MAX_CLAUSES} words and phrases"), "split the query into several"));
        }
        let tree = match kind {
            Kind::Word => {
                if let Some(sign) = stray_sign(self.slice(span.clone())) {
                    let message = format!("{} holds `{sign}`, which is no part of a word in this syntax", shown(self.slice(span.clone())));
                    return Err(refused(
                        span,
                        message,
                        "write its own connectors, or put it in quotation marks to search for it as it stands",
                    ));
                }
                read(self, span.clone(), form)?
            }
            Kind::Phrase => self.quoted(span.clone(), Form::Exact, read)?,
            Kind::Open | Kind::Close | Kind::Compare => return Err(self.nothing()),
        };
        self.at += 1;
        Ok(Node::new(tree, span))
    }

    /// The words of a phrase, which may hold wildcards.
    pub(super) fn quoted(&mut self, span: Range<usize>, form: Form, read: ReadWord) -> Result<Tree, QueryError> {
        let text = self.slice(span.clone());
        let mut parts = Vec::new();
        let is_gap = |c: char| is_space(c) || is_quotation_mark(c) || matches!(c, '{' | '}');
        let mut start = span.start;
        for piece in text.split_inclusive(is_gap) {
            let word = piece.trim_end_matches(is_gap);
            if word.contains(char::is_alphanumeric) {
                parts.push(read(self, start..start + word.len(), form)?);
            }
            start += piece.len();
        }
        if form == Form::Inflected {
            return parts.into_iter().reduce(|left, right| left.near(Reach::Before(1), right)).ok_or_else(|| self.nothing());
        }
        Tree::side_by_side(parts).ok_or_else(|| self.nothing())
    }

    /// A part is missing here.
    pub(super) fn nothing(&self) -> QueryError {
        let end = self.text.len();
        match (self.peek(), self.at.checked_sub(1).and_then(|at| self.tokens.get(at))) {
            (Some(next), _) => {
                let message = format!("a word or a phrase is missing before {}", shown(self.slice(next.span.clone())));
                refused(next.span.clone(), message, "write a word there, or put it in quotation marks to search for it")
            }
            (None, Some(last)) => {
                let message = format!("nothing stands to the right of {}", shown(self.slice(last.span.clone())));
                refused(last.span.clone(), message, "write a word there, or put it in quotation marks to search for it")
            }
            (None, None) => refused(0..end, "the query is empty", "write a word"),
        }
    }

    /// Two parts stand side by side here that must be connected.
    pub(super) fn unconnected(&self) -> QueryError {
        let span = self.peek().map_or(self.text.len()..self.text.len(), |token| token.span.clone());
        let message = format!("no connector stands before {}", shown(self.slice(span.clone())));
        refused(span, message, "write `and`, `or` or a distance between the two")
    }
}

/// The sign of another query language in a word, which must not be read as a letter.
fn stray_sign(word: &str) -> Option<char> {
    let before_colon = word.split_once(':').map_or("", |(before, after)| if after.is_empty() { "" } else { before });
    let first = word.chars().next().filter(|c| matches!(c, '+' | '-') && word.len() > 1);
    let inner = word.chars().find(|c| matches!(c, '~' | '^' | '|' | '\\' | '{' | '}'));
    first.or(inner).or_else(|| before_colon.contains(char::is_alphabetic).then_some(':'))
}

/// Reads the number of a distance or a count.
pub(super) fn number(digits: &str, span: Range<usize>) -> Result<u32, QueryError> {
    let number = digits.parse().ok().filter(|number| (1..=1000).contains(number));
    number.ok_or_else(|| refused(span, format!("{} is not a number from 1 to 1000", shown(digits)), "write such a number"))
}

/// True for one digit and more, and nothing else.
pub(super) fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

/// `prefix` and the rest, in any case.
pub(super) fn without_prefix<'a>(text: &'a str, prefix: &str) -> Option<&'a str> {
    let start = text.get(..prefix.len())?;
    start.eq_ignore_ascii_case(prefix).then(|| text.get(prefix.len()..)).flatten()
}
