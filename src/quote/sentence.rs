//! Sentences of the text outside quotation marks, as ranges of tokens.

use super::lexicon::Class;
use super::marks::Stretch;
use super::token::{Token, TokenKind};
use std::ops::Range;

/// One sentence: the words around the stretches it holds, and the stretches as single tokens.
#[derive(Debug, Clone)]
pub(crate) struct Sentence {
    /// Its tokens, end punctuation included.
    pub(crate) tokens: Range<usize>,
    /// Number of its block.
    pub(crate) block: usize,
}

/// Cuts the tokens into sentences; none is empty and none crosses a block.
pub(crate) fn sentences(body: &str, tokens: &[Token], stretches: &[Stretch]) -> Vec<Sentence> {
    let mut out = Vec::new();
    let (mut start, mut block) = (0, 0);
    for at in 0..tokens.len() {
        let end = match tokens[at].kind {
            TokenKind::Break => at,
            _ if ends(body, tokens, stretches, at) => at + 1,
            _ => continue,
        };
        if end > start {
            out.push(Sentence { tokens: start..end, block });
        }
        start = end;
        if tokens[at].kind == TokenKind::Break {
            block += 1;
            start = at + 1;
        }
    }
    out
}

fn ends(body: &str, tokens: &[Token], stretches: &[Stretch], at: usize) -> bool {
    let Some(next) = tokens.get(at + 1) else { return true };
    let fresh = matches!(next.kind, TokenKind::Capital | TokenKind::Quoted(_) | TokenKind::Number | TokenKind::Open | TokenKind::Dash);
    match tokens[at].kind {
        TokenKind::Stop => fresh || next.kind == TokenKind::Other,
        TokenKind::Close => fresh && at > 0 && tokens[at - 1].kind == TokenKind::Stop,
        // "in the U.S. The ..." ends a sentence, "the U.S. Senate" does not.
        TokenKind::Capital => {
            next.kind == TokenKind::Capital
                && next.is(Class::DET.or(Class::PRONOUN).or(Class::PREP).or(Class::SUB).or(Class::CONJ).or(Class::POSS))
                && tokens[at].span().of(body).ends_with('.')
                && !tokens[at].is(Class::TITLE)
                && tokens[at].end - tokens[at].start > 2
        }
        TokenKind::Quoted(index) => {
            let inner = stretches[index as usize].inner.of(body).trim_end_matches([')', ']', '\'', '’', ' ', '"', '”']);
            match inner.chars().next_back() {
                Some('.') => fresh && !reports(body, tokens, at + 1, true),
                Some('!' | '?' | '…') => fresh && !reports(body, tokens, at + 1, false),
                _ => false,
            }
        }
        _ => false,
    }
}

/// True when the words from `at` on read like "X said": the quotation before them is theirs.
fn reports(body: &str, tokens: &[Token], at: usize, to_the_end: bool) -> bool {
    for (offset, token) in tokens[at..].iter().take(8).enumerate() {
        if token.is(Class::TELL) && !token.is(Class::SAY) && token.is(Class::PAST) && offset > 0 && !to_the_end {
            return true;
        }
        if token.is(Class::SAY) && token.is(Class::PAST) && offset > 0 && token.kind == TokenKind::Word {
            let Some(after) = tokens.get(at + offset + 1) else { return true };
            let closing = matches!(after.kind, TokenKind::Stop | TokenKind::Break);
            let own = tokens.get(at + offset + 2).is_some_and(|t| t.stretch().is_some());
            // "Why?" X asked reporters.
            let asked = after.kind == TokenKind::Word
                && !after.is(Class::PRONOUN.or(Class::REL).or(Class::SUB))
                && &body[token.start as usize..token.end as usize] == "asked";
            let going_on = asked || matches!(after.kind, TokenKind::Comma) && !own || after.is(Class::PREP.or(Class::TIME).or(Class::ADV));
            return closing || going_on && !to_the_end;
        }
        let subject =
            token.kind == TokenKind::Capital || token.kind == TokenKind::Word && !token.is(Class::PREP.or(Class::AUX).or(Class::CONJ));
        if !subject {
            return false;
        }
    }
    false
}
