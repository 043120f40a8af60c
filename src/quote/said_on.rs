//! When it was said: "Thursday", "yesterday" or "on 17 April" in the words that announce a quote, counted from the article's date.

use super::lexicon::Class;
use super::sentence::Sentence;
use super::token::{Token, TokenKind};
use super::{Quote, QuoteKind};
use crate::text::{Date, Precision, Span};
use serde::{Deserialize, Serialize};

/// A day on which something was said, as the text tells it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct SaidOn {
    /// The day.
    pub date: Date,
    /// The words that tell it; bytes into the body.
    pub span: Span,
}

/// Tokens behind the cue among which the day is looked for: "told reporters in the port of Skarnholm on Thursday".
const AFTER: usize = 12;

/// Tokens before the cue: "Lindqvist on Thursday said".
const BEFORE: usize = 4;

/// Tokens at the start of the sentence: "On Thursday, ...".
const OPENING: usize = 4;

/// The day that the announcement of a quote names; `None` where it names none, or where the article has no day to count from.
pub(super) fn said_on(body: &str, tokens: &[Token], sentences: &[Sentence], quote: &Quote, date: Option<Date>) -> Option<SaidOn> {
    let date = date.filter(|date| date.precision() >= Precision::Day)?;
    let cue = quote.cue?;
    let at = tokens.partition_point(|token| token.end <= cue.start);
    let sentence = &sentences[sentences.partition_point(|sentence| sentence.tokens.end <= at)..].first()?.tokens;
    if !sentence.contains(&at) {
        return None;
    }
    let end = tokens[at..sentence.end].iter().position(|token| token.end >= cue.end).map_or(at, |last| at + last);
    // What is reported is not when it was reported.
    let reported = quote.kind != QuoteKind::Direct;
    let inside =
        |token: &Token| reported && quote.content.contains(token.span()) || quote.parts.iter().any(|part| part.contains(token.span()));
    let day = |at: usize| {
        let token = tokens.get(at).filter(|token| sentence.contains(&at) && !inside(token))?;
        told(body, tokens, at, token, date)
    };
    let goes_on = |at: &usize| {
        let token = &tokens[*at];
        // "..., who arrived on Monday" tells of another day; "..., on Monday" does not.
        let apart = token.kind == TokenKind::Comma && tokens.get(at + 1).is_none_or(|next| next.span().of(body) != "on");
        if apart && *at > end {
            return false;
        }
        !matches!(token.kind, TokenKind::Quoted(_) | TokenKind::Stop | TokenKind::Semicolon | TokenKind::Colon | TokenKind::Dash)
            && token.span().of(body) != "that"
    };
    let after = (end + 1..sentence.end.min(end + 1 + AFTER)).take_while(goes_on).find_map(day);
    let before = || (at.saturating_sub(BEFORE).max(sentence.start)..at).rev().take_while(goes_on).find_map(day);
    let opening = || (sentence.start..sentence.end.min(sentence.start + OPENING)).filter(|opening| *opening < at).find_map(day);
    after.or_else(before).or_else(opening)
}

/// The day that a word tells, with the words around it that belong to it.
fn told(body: &str, tokens: &[Token], at: usize, token: &Token, date: Date) -> Option<SaidOn> {
    let word = token.span().of(body);
    let is = |known: &[&str], word: &str| known.iter().any(|known| known.eq_ignore_ascii_case(word));
    let at_is = |at: usize, known: &[&str]| tokens.get(at).is_some_and(|token| is(known, token.span().of(body)));
    let before = |known: &[&str]| at.checked_sub(1).is_some_and(|before| at_is(before, known));
    let one = |date: Option<Date>| Some(SaidOn { date: date?, span: token.span() });
    if is(&["yesterday"], word) {
        return one(date.day().and_then(Date::previous));
    }
    if is(&["today", "tonight"], word) || is(&["morning", "afternoon", "evening"], word) && before(&["this"]) {
        return one(date.day());
    }
    if token.kind == TokenKind::Capital
        && let Some(weekday) = weekday(word)
    {
        // What is to come was not said yet, and "Thursday's vote", "the talks of Thursday" say when something else was.
        let of_else = ["next", "every", "each", "coming", "until", "by", "since", "of", "from", "for", "before", "after", "the"];
        let possessive = tokens.get(at + 1).is_some_and(|next| next.kind == TokenKind::Possessive);
        if possessive || before(&of_else) {
            return None;
        }
        let mut day = date.day()?;
        for _ in 0..7 {
            if chrono::Datelike::weekday(&day.local_day()) == weekday {
                return one(Some(day));
            }
            day = day.previous()?;
        }
        return None;
    }
    // "on April 17", "on 17 April"; a month alone is no day.
    let month = month(word).filter(|_| token.kind == TokenKind::Capital)?;
    let number = |at: usize| {
        let token = tokens.get(at).filter(|token| token.kind == TokenKind::Number && !token.is(Class::TITLE))?;
        Some((token.span(), token.span().of(body).trim_end_matches(|c: char| c.is_alphabetic()).parse::<u32>().ok()?))
    };
    // "on 17 April", not "as of 17 April", and not a dateline.
    let first = if number(at + 1).is_some_and(|(_, day)| day <= 31) { at } else { at.checked_sub(1)? };
    if !first.checked_sub(1).is_some_and(|before| at_is(before, &["on"])) {
        return None;
    }
    let (span, day) = number(at + 1).filter(|(_, day)| *day <= 31).or_else(|| number(at.checked_sub(1)?))?;
    let year = number(at + 2).or_else(|| number(at + 3)).map(|(_, year)| year).filter(|year| (1600..=9999).contains(year));
    let found = match year {
        Some(year) => Date::ymd(year as i32, Some(month), Some(day)),
        None => Date::near(month, day, date),
    }?;
    let whole = Span { start: span.start.min(token.start), end: span.end.max(token.end) };
    // What lies ahead was not said.
    (found.first_second() <= date.last_second()).then_some(SaidOn { date: found, span: whole })
}

fn weekday(word: &str) -> Option<chrono::Weekday> {
    const NAMES: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
    let at = NAMES.iter().position(|name| *name == word)?;
    chrono::Weekday::try_from(at as u8).ok()
}

fn month(word: &str) -> Option<u32> {
    const NAMES: [&str; 12] =
        ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];
    let bare = word.trim_end_matches('.');
    let at = NAMES.iter().position(|name| *name == bare || bare.len() >= 3 && word.ends_with('.') && name.starts_with(bare))?;
    Some(at as u32 + 1)
}
