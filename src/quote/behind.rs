//! Evidence behind a stretch: `"..." said X`, `"..." X said`, "according to X", `"..." - X`.

use super::attach::{Attacher, Source};
use super::lexicon::Class;
use super::mention::NameKind;
use super::phrase::{Head, Phrase};
use super::token::TokenKind;

impl Attacher<'_> {
    /// `"..." said X`, `"..." X said`, `"..." according to X`, right behind the stretch.
    pub(super) fn after(&self, at: usize, end: usize) -> Option<Source> {
        let reader = self.reader;
        let mut next = at + 1;
        while next < end && matches!(reader.kind(next), TokenKind::Comma | TokenKind::Dash | TokenKind::Stop) {
            next += 1;
        }
        if next < end && reader.kind(next) == TokenKind::Word && reader.word(next) == "as" {
            if let Some(source) = self.as_put(next, end) {
                return Some(source);
            }
            next += 1;
        }
        if next >= end {
            return None;
        }
        if let Some(source) = self.according(next, end) {
            return Some(source);
        }
        if let Some(source) = self.quoted_as_saying(next, end).or_else(|| self.set_off(next, end)) {
            return Some(source);
        }
        if reader.is_cue(next, Class::SAY) && !reader.is(next, Class::ING) {
            let phrase = reader.subject_after(next, end)?;
            return Some(Source::new("said-x", 0.95, Some((next, next)), phrase));
        }
        if reader.is(next, Class::CONJ.or(Class::SUB).or(Class::REL).or(Class::AUX)) && reader.names.at(next).is_none() {
            return None;
        }
        let until = (next..end).find(|&t| matches!(reader.kind(t), TokenKind::Quoted(_) | TokenKind::Semicolon)).unwrap_or(end);
        let cue = (next..until).find(|&t| reader.is_cue(t, Class::SAY.or(Class::TELL)) && !reader.is(t, Class::ING));
        if let Some(cue) = cue.filter(|&cue| reader.is_heard(cue)) {
            return Some(self.agent(cue).unwrap_or(Source { cue: Some((cue, cue)), rule: "passive", ..Source::none() }));
        }
        if let Some(cue) = cue
            && let Some(phrase) = reader.subject_before(cue, next)
            && (reader.is(next, Class::PREP) && !reader.is(cue - 1, Class::REL) || self.is_plain(next, phrase.first))
        {
            return Some(Source::new("x-said", 0.95, Some((cue, cue)), phrase));
        }
        None
    }

    /// `"...," the paper quoted X as saying`.
    fn quoted_as_saying(&self, next: usize, end: usize) -> Option<Source> {
        let reader = self.reader;
        let quoting = (next..end.min(next + 8)).find(|&t| matches!(reader.word(t), "quoted" | "quotes" | "cited" | "quoting"))?;
        let phrase = reader.beginning_at(quoting + 1, end)?;
        let saying = (phrase.last + 2 < end && reader.word(phrase.last + 1) == "as").then_some(phrase.last + 2)?;
        matches!(reader.word(saying), "saying" | "telling").then(|| Source::new("x-said", 0.95, Some((saying, saying)), phrase))
    }

    /// `"...," shopkeeper Ann Moss, told the paper`: a comma too many.
    fn set_off(&self, next: usize, end: usize) -> Option<Source> {
        let reader = self.reader;
        let phrase = reader.beginning_at(next, end)?;
        let person = matches!(phrase.head, Head::Name(m) if reader.names.mentions[m].kind == NameKind::Person);
        let cue = phrase.last + 2;
        let speaks = person
            && cue < end
            && reader.kind(phrase.last + 1) == TokenKind::Comma
            && reader.is_cue(cue, Class::SAY.or(Class::TELL))
            && reader.is(cue, Class::PAST);
        speaks.then(|| Source::new("x-said", 0.9, Some((cue, cue)), phrase))
    }

    /// No more than words of a noun phrase.
    pub(super) fn is_plain(&self, from: usize, until: usize) -> bool {
        let joins = Class::CONJ.or(Class::SUB).or(Class::REL).or(Class::AUX).or(Class::PRONOUN);
        (from..until).all(|t| self.reader.tokens[t].is_word() && !self.reader.is(t, joins))
    }

    /// A verb that we do not know, right behind words that end in a comma: `"...," X shot back`, `"...!" beamed X`.
    pub(super) fn unknown_verb(&self, at: usize, end: usize) -> Option<Source> {
        let reader = self.reader;
        let next = at + 1;
        let verb = |t: usize| {
            reader.kind(t) == TokenKind::Word
                && (reader.word(t).ends_with("ed") || reader.is_cue(t, Class::CUE))
                && !reader.is(t, Class::ING)
        };
        let person = |phrase: &Phrase| matches!(phrase.head, Head::Name(m) if matches!(reader.names.mentions[m].kind, NameKind::Person | NameKind::Unknown));
        if next + 1 < end && verb(next) {
            let phrase = reader.beginning_at(next + 1, end).filter(person)?;
            return Some(Source::new("said-x", 0.7, Some((next, next)), phrase));
        }
        let phrase = reader.beginning_at(next, end)?;
        let pronoun = matches!(phrase.head, Head::Pronoun(t) if reader.is(t, Class::HE.or(Class::SHE)));
        let follows = reader.kind(phrase.last + 1) == TokenKind::Word && !reader.is(phrase.last + 1, Class::CLOSED);
        (follows && (pronoun || person(&phrase))).then(|| Source::new("x-said", 0.65, None, phrase))
    }

    /// "according to X" at `at`.
    pub(super) fn according(&self, at: usize, end: usize) -> Option<Source> {
        let reader = self.reader;
        let is = |t: usize, word: &str| t < end && reader.word(t).eq_ignore_ascii_case(word);
        // The token of the last word of the cue.
        let cue = match () {
            () if is(at, "according") && is(at + 1, "to") => at + 1,
            () if is(at, "in") && is(at + 1, "the") && is(at + 2, "words") && is(at + 3, "of") => at + 3,
            () if is(at, "per") => at,
            () if is(at, "as") => return self.as_put(at, end),
            () => return None,
        };
        let phrase = reader.with_prepositions_after(reader.beginning_at(cue + 1, end)?, end);
        // "per ton" is no source.
        let speaks = !is(at, "per") || matches!(phrase.head, Head::Name(_)) && reader.can_speak(phrase);
        speaks.then(|| Source::new("according-to", 0.8, Some((at, cue)), phrase))
    }

    /// `"...", as X once put it` at "as".
    fn as_put(&self, at: usize, end: usize) -> Option<Source> {
        let reader = self.reader;
        let phrase = reader.beginning_at(at + 1, end).filter(|phrase| reader.can_speak(*phrase))?;
        let verb = (phrase.last + 1..end.min(phrase.last + 4)).find(|&t| !reader.is(t, Class::ADV))?;
        (matches!(reader.word(verb), "put" | "puts") && verb + 1 < end && reader.word(verb + 1) == "it")
            .then(|| Source::new("according-to", 0.8, Some((verb, verb + 1)), phrase))
    }

    /// A verb or "according to" further behind: `the "bad" plan is dead, X said`.
    pub(super) fn later(&self, at: usize, end: usize) -> Option<Source> {
        let reader = self.reader;
        for next in at + 1..end {
            if let Some(source) = self.according(next, end) {
                return Some(source);
            }
            if reader.is_cue(next, Class::SAY.or(Class::TELL)) && !reader.is(next, Class::ING) && !reader.is_heard(next) {
                if reader.is(next, Class::SAY) && reader.kind(next - 1) == TokenKind::Comma {
                    let phrase = reader.subject_after(next, end).filter(|phrase| self.reader.can_speak(*phrase));
                    if let Some(phrase) = phrase {
                        return Some(Source::new("said-x-later", 0.9, Some((next, next)), phrase));
                    }
                }
                let comma =
                    (at + 1..next).rev().find(|&t| matches!(reader.kind(t), TokenKind::Comma | TokenKind::Dash | TokenKind::Quoted(_)))?;
                let phrase = reader.subject_before(next, comma).or_else(|| reader.subject_before(next, at + 1))?;
                if phrase.first > comma && (reader.is(comma + 1, Class::CONJ) || !self.is_plain(comma + 1, phrase.first)) {
                    return None;
                }
                return Some(Source::new("x-said-later", 0.85, Some((next, next)), phrase));
            }
        }
        None
    }

    /// `"..." - Name` at the end of a block.
    pub(super) fn dash(&self, at: usize, end: usize) -> Option<Source> {
        let reader = self.reader;
        let dash = (at + 1..end.min(at + 4)).find(|&t| reader.kind(t) == TokenKind::Dash)?;
        let phrase = reader.beginning_at(dash + 1, end)?;
        matches!(phrase.head, Head::Name(_)).then(|| Source::new("dash-name", 0.8, None, phrase))
    }
}
