//! Evidence before a stretch: `X said "..."`, `saying "..."`, `X: "..."`, `X's promise to "..."`.

use super::attach::{Attacher, REACH, Source};
use super::lexicon::Class;
use super::mention::NameKind;
use super::phrase::{Head, Phrase};
use super::token::TokenKind;

impl Attacher<'_> {
    /// `Name: "..."` at the head of a sentence or behind a dash.
    pub(super) fn colon_name(&self, start: usize, at: usize) -> Option<Source> {
        let reader = self.reader;
        if at < start + 2 || reader.kind(at - 1) != TokenKind::Colon {
            return None;
        }
        let mention = reader.names.at(at - 2).filter(|&m| reader.names.mentions[m].last == at - 2)?;
        let first = reader.names.mentions[mention].first;
        let alone =
            first <= start || matches!(reader.kind(first - 1), TokenKind::Dash | TokenKind::Stop | TokenKind::Semicolon | TokenKind::Other);
        alone.then(|| Source::new("colon", 0.8, None, Phrase { first, last: at - 2, head: Head::Name(mention) }))
    }

    /// `Calling it "bad", X left`: the subject follows.
    pub(super) fn participle(&self, start: usize, at: usize, end: usize) -> Option<Source> {
        let reader = self.reader;
        if reader.kind(start) != TokenKind::Capital
            || !reader.is(start, Class::ING)
            || !reader.is(start, Class::CUE)
            || reader.names.at(start).is_some()
        {
            return None;
        }
        let leans = self.leans_on_token(at);
        let comma = if leans { at } else { (at + 1..end).find(|&t| reader.kind(t) == TokenKind::Comma)? };
        let next = if reader.kind(comma + 1) == TokenKind::Comma { comma + 2 } else { comma + 1 };
        let phrase = reader.beginning_at(next, end).filter(|phrase| self.reader.can_speak(*phrase))?;
        Some(Source::new("participle", 0.75, Some((start, start)), phrase))
    }

    /// `The plan, X said, is "bad"`.
    pub(super) fn parenthetical(&self, start: usize, at: usize) -> Option<Source> {
        let reader = self.reader;
        for comma in (start + 3..at).rev().filter(|&t| reader.kind(t) == TokenKind::Comma) {
            let cue = comma - 1;
            if !reader.is_cue(cue, Class::SAY) || reader.is(cue, Class::ING) {
                continue;
            }
            let opening = (start..cue).rev().take(10).find(|&t| reader.kind(t) == TokenKind::Comma)?;
            let phrase = reader.subject_before(cue, opening + 1)?;
            if phrase.first == opening + 1 && opening > start && comma + 1 != at {
                return Some(Source::new("x-said-between", 0.95, Some((cue, cue)), phrase));
            }
        }
        None
    }

    /// The last verb of speech before the stretch, and its subject. Verbs that only hint at speech count where there is no better one.
    pub(super) fn before(&self, start: usize, at: usize) -> Option<Source> {
        self.last_cue(start, at, Class::SAY.or(Class::TELL).or(Class::NAME)).or_else(|| self.last_cue(start, at, Class::WEAK))
    }

    pub(super) fn last_cue(&self, start: usize, at: usize, classes: Class) -> Option<Source> {
        let reader = self.reader;
        let mut fallback = None;
        for cue in (start..at).rev() {
            if let Some(source) = self.according(cue, at) {
                return Some(Source { confidence: 0.8, ..source });
            }
            if !reader.is_cue(cue, classes) {
                continue;
            }
            if cue > start && reader.is_passive(cue) {
                match self.agent(cue) {
                    None => continue,
                    found => return found,
                }
            }
            if let Some(phrase) = self.subject_of(cue, start, at) {
                let strong = reader.is(cue, Class::SAY.or(Class::TELL));
                let modal = cue > start && reader.is(cue, Class::BASE) && self.reader.is_modal(cue - 1);
                let source = Source::new("said-before", if strong { 0.87 } else { 0.75 }, Some((cue, cue)), phrase);
                if self.reader.can_speak(phrase) && !modal {
                    // "X said that Y had told them so": X is who tells us.
                    let outer = (start..cue).rev().find(|&t| reader.is_cue(t, Class::SAY.or(Class::TELL)) && !reader.is(t, Class::ING));
                    if let Some(outer) = outer
                        && (outer + 1..cue).all(|t| reader.tokens[t].is_word() || reader.kind(t) == TokenKind::Possessive)
                        && !reader.is(cue, Class::ING)
                        && !(outer + 1..cue).any(|t| {
                            reader.is(t, Class::CONJ)
                                || matches!(reader.word(t), "after" | "before" | "when" | "while" | "as" | "until" | "under")
                        })
                        && let Some(subject) = self.subject_of(outer, start, at).filter(|subject| reader.can_speak(*subject))
                    {
                        return Some(Source::new("said-before", 0.7, Some((outer, outer)), subject));
                    }
                    return Some(source);
                }
                fallback = fallback.or(Some(Source { confidence: 0.6, ..source }));
            }
        }
        fallback
    }

    /// Who speaks where the verb is passive: "X was told by Y".
    pub(super) fn agent(&self, cue: usize) -> Option<Source> {
        let reader = self.reader;
        let end = reader.sentence_of(cue).end.min(cue + REACH);
        let by = (cue + 1..end).find(|&t| reader.kind(t) == TokenKind::Word && reader.word(t) == "by")?;
        Some(Source::new("passive-by", 0.4, Some((cue, cue)), reader.beginning_at(by + 1, end)?))
    }

    /// The subject of a verb before a stretch.
    pub(super) fn subject_of(&self, cue: usize, start: usize, at: usize) -> Option<Phrase> {
        let reader = self.reader;
        if reader.is(cue, Class::ING) && !(cue > start && reader.is(cue - 1, Class::AUX)) {
            // "quoted X as saying"
            if cue > start && reader.word(cue - 1) == "as" {
                let quoting = (start..cue - 1)
                    .rev()
                    .find(|&t| matches!(reader.word(t), "quoted" | "quotes" | "cited" | "quoting" | "citing" | "cites"));
                if let Some(phrase) = quoting.and_then(|t| {
                    if self.reader.is_be(t.saturating_sub(1)) { reader.subject_before(t, start) } else { reader.beginning_at(t + 1, cue) }
                }) {
                    return Some(phrase);
                }
            }
            if let Some(phrase) = cue.checked_sub(1).filter(|&t| t > start).and_then(|t| reader.ending_at(t, start + 1))
                && phrase.first > start
                && reader.word(phrase.first - 1).eq_ignore_ascii_case("with")
            {
                return Some(phrase);
            }
            // "with X saying no and asking"
            if cue > start && reader.is(cue - 1, Class::CONJ) {
                let earlier = (start..cue).rev().find(|&t| reader.is_cue(t, Class::SAY.or(Class::TELL).or(Class::NAME)));
                if let Some(phrase) = earlier.and_then(|earlier| self.subject_of(earlier, start, at)) {
                    return Some(phrase);
                }
            }
            // "with X saying", "- X calling it"
            let own = cue.checked_sub(1).filter(|&t| t >= start).and_then(|t| reader.names.at(t));
            if let Some(m) = own {
                let first = reader.names.mentions[m].first;
                let opens = first > start
                    && (matches!(reader.kind(first - 1), TokenKind::Dash | TokenKind::Comma | TokenKind::Semicolon)
                        || reader.is(first - 1, Class::CONJ)
                        || reader.word(first - 1) == "with");
                if opens {
                    return Some(Phrase { first, last: cue - 1, head: Head::Name(m) });
                }
            }
            let earlier = (start..cue).rev().find(|&t| reader.is_cue(t, Class::SAY.or(Class::TELL)) && !reader.is(t, Class::ING));
            if let Some(phrase) = earlier.and_then(|earlier| reader.subject_before(earlier, start).or_else(|| self.inverted(earlier, cue)))
            {
                return Some(phrase);
            }
            return reader.clause_subject(self.clause_start(start, cue), cue).or_else(|| reader.clause_subject(start, cue));
        }
        // "As X put it"
        if reader.word(cue) == "put" && cue + 1 < at && reader.word(cue + 1) == "it" {
            let link = (start..cue).rev().find(|&t| reader.word(t).eq_ignore_ascii_case("as"));
            if let Some(phrase) = link.and_then(|link| reader.beginning_at(link + 1, cue)) {
                return Some(phrase);
            }
        }
        reader.subject_before(cue, start).or_else(|| self.inverted(cue, at)).or_else(|| {
            // "X told them so and called it ...": the subject of the verb before.
            let coordinated = (start..cue).rev().take(4).any(|t| reader.is(t, Class::CONJ));
            let earlier = (start..cue)
                .rev()
                .filter(|_| coordinated)
                .find(|&t| reader.is_cue(t, Class::SAY.or(Class::TELL)) && !reader.is(t, Class::ING));
            let named = |phrase: &Phrase| !matches!(phrase.head, Head::Noun(_));
            earlier.and_then(|earlier| reader.subject_before(earlier, start)).filter(named).or_else(|| reader.clause_subject(start, cue))
        })
    }

    /// `"A," said X, "B"`: for B the verb before has its subject behind it.
    pub(super) fn inverted(&self, cue: usize, at: usize) -> Option<Phrase> {
        let reader = self.reader;
        let quoted = cue > 0
            && (matches!(reader.kind(cue - 1), TokenKind::Quoted(_))
                || cue > 1 && reader.kind(cue - 1) == TokenKind::Comma && matches!(reader.kind(cue - 2), TokenKind::Quoted(_)));
        // "The trouble, says X, is that ..."
        let parenthetical = cue > 0 && reader.kind(cue - 1) == TokenKind::Comma && reader.is(cue, Class::SAY);
        let phrase = if quoted || parenthetical { reader.subject_after(cue, at) } else { None };
        phrase.filter(|phrase| quoted || reader.kind(phrase.last + 1) == TokenKind::Comma)
    }

    /// Where the clause begins that holds a participle: behind the last "; " or ", and/but/while".
    pub(super) fn clause_start(&self, start: usize, cue: usize) -> usize {
        let reader = self.reader;
        (start + 1..cue)
            .rev()
            .find(|&t| {
                reader.kind(t) == TokenKind::Semicolon
                    || reader.is(t, Class::SUB)
                        && (reader.is(t + 1, Class::THIRD) || reader.names.at(t + 1).is_some() && !reader.is(t, Class::PREP))
                    || reader.kind(t - 1) == TokenKind::Comma && reader.is(t, Class::CONJ.or(Class::SUB)) && reader.subject_like(t + 1, cue)
            })
            .map_or(start, |t| t + 1)
    }

    /// "X's promise to ...": a noun of speech with its owner.
    pub(super) fn noun(&self, start: usize, at: usize) -> Option<Source> {
        let reader = self.reader;
        for noun in (start..at).rev().filter(|&t| reader.kind(t) == TokenKind::Word && reader.is(t, Class::SAYING)) {
            // "X's remarks were ...": words about them, not from them.
            let states = noun + 1 < at && reader.word(noun + 1) == "that";
            let judged = !states
                && (noun + 1..at).any(|t| self.reader.is_be(t))
                && !matches!(reader.word(noun), "answer" | "response" | "reply" | "message" | "slogan" | "motto" | "words");
            if judged {
                continue;
            }
            if noun + 2 < at && matches!(reader.word(noun + 1), "by" | "from") {
                let phrase = reader.beginning_at(noun + 2, at).filter(|phrase| self.reader.can_speak(*phrase));
                if let Some(phrase) = phrase {
                    return Some(Source::new("words-by", 0.4, Some((noun, noun)), phrase));
                }
            }
            for owner in (start.max(noun.saturating_sub(4))..noun).rev() {
                if reader.kind(owner) == TokenKind::Possessive && owner > start {
                    // "reminded of X's remark": the name alone owns it.
                    let named = reader.names.at(owner - 1).map(|m| {
                        let mention = &reader.names.mentions[m];
                        Phrase { first: mention.first, last: mention.last, head: Head::Name(m) }
                    });
                    let phrase = named.or_else(|| reader.ending_at(owner - 1, start))?;
                    return Some(Source::new("possessive", 0.5, Some((noun, noun)), phrase));
                }
                if reader.is(owner, Class::POSS) && matches!(reader.word(owner).to_ascii_lowercase().as_str(), "his" | "her" | "their") {
                    return Some(Source::new(
                        "possessive",
                        0.7,
                        Some((noun, noun)),
                        Phrase { first: owner, last: owner, head: Head::Pronoun(owner) },
                    ));
                }
                if !reader.tokens[owner].is_word() {
                    break;
                }
            }
        }
        None
    }

    /// The subject of the sentence, when it is a person.
    pub(super) fn subject(&self, stretch: usize, start: usize, at: usize) -> Option<Source> {
        let reader = self.reader;
        let colon = at > start && reader.kind(at - 1) == TokenKind::Colon;
        // "For X, this is progress: ..."
        let owner = (colon && reader.word(start) == "For").then(|| reader.names.at(start + 1)).flatten();
        let owner = owner.filter(|&m| reader.names.mentions[m].kind == NameKind::Person).map(|m| {
            let mention = &reader.names.mentions[m];
            Phrase { first: mention.first, last: mention.last, head: Head::Name(m) }
        });
        // "He was asked: ...": another speaks.
        if colon && owner.is_none() && (start..at).any(|t| reader.is_heard(t)) {
            return None;
        }
        let phrase = owner.or_else(|| reader.clause_subject(start, at))?;
        let person = match phrase.head {
            Head::Name(m) => matches!(reader.names.mentions[m].kind, NameKind::Person | NameKind::Unknown | NameKind::Role),
            Head::Pronoun(t) => reader.is(t, Class::HE.or(Class::SHE)),
            Head::Noun(t) => colon || reader.is(t, Class::ROLE.or(Class::PEOPLE)),
        };
        let words = self.stretches[stretch].inner.of(reader.body).split_whitespace().take(4).count();
        (person && (colon || words > 3))
            .then(|| Source::new(if colon { "colon" } else { "subject" }, if colon { 0.6 } else { 0.45 }, None, phrase))
    }
}
