//! Noun phrases, found by closed classes and position.

use super::lexicon::Class;
use super::mention::NameKind;
use super::reader::Reader;
use super::token::TokenKind;

/// What a noun phrase is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Head {
    /// A name: its number in [`Names::mentions`].
    Name(usize),
    /// A pronoun: its token.
    Pronoun(usize),
    /// A common noun: its token.
    Noun(usize),
}

/// A noun phrase: tokens, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Phrase {
    /// First token.
    pub(crate) first: usize,
    /// Last token.
    pub(crate) last: usize,
    /// What it is about.
    pub(crate) head: Head,
}

impl Reader<'_> {
    /// The noun phrase whose last token is `last`, not reaching before `from`.
    pub(crate) fn ending_at(&self, last: usize, from: usize) -> Option<Phrase> {
        if last < from || last >= self.tokens.len() {
            return None;
        }
        if self.is(last, Class::PRONOUN) && self.tokens[last].is_word() && self.names.at(last).is_none() {
            return Some(Phrase { first: last, last, head: Head::Pronoun(last) });
        }
        if !self.is_content(last) || self.kind(last) == TokenKind::Possessive {
            let group = self.is(last, Class::DET)
                && matches!(self.word(last), "many" | "some" | "others" | "another" | "one" | "most" | "both" | "all" | "few");
            return group.then_some(Phrase { first: last, last, head: Head::Noun(last) });
        }
        let mention = self.names.at(last).filter(|&m| self.names.mentions[m].last == last);
        let mut first = match mention {
            Some(m) => self.names.mentions[m].first.max(from),
            None => last,
        };
        let person = mention.is_some_and(|m| self.names.mentions[m].kind == NameKind::Person);
        while first > from && (!person || self.names.at(first - 1).is_none()) {
            let before = first - 1;
            if self.is(before, Class::DET.or(Class::POSS)) && !self.is(before, Class::REL) {
                first = before;
                break;
            }
            // "the Nov. 8 election"
            let dated = self.is(before, Class::TIME) && before > from && self.is(before - 1, Class::DET);
            let verb = self.is_cue(before, Class::CUE) && !self.is(before, Class::NOUN);
            let part = dated
                || self.is_content(before)
                    && !verb
                    && (mention.is_none() || self.kind(before) != TokenKind::Word || self.is(before, Class::NOUN));
            // "the work and pensions minister"
            if !part && mention.is_none() && self.word(before) == "and" && self.is(last, Class::ROLE.or(Class::TITLE)) && before > from + 1
            {
                let mut start = before - 1;
                while start > from && before - start < 4 && self.is_content(start) && self.kind(start) == TokenKind::Word {
                    start -= 1;
                }
                if self.is(start, Class::DET) && start + 1 < before {
                    first = start;
                    break;
                }
            }
            if !part || last - first > 12 {
                break;
            }
            first = match self.names.at(before) {
                Some(m) => self.names.mentions[m].first.max(from),
                None => before,
            };
        }
        let head = match mention {
            Some(m) => Head::Name(m),
            None => Head::Noun(last),
        };
        // "the Finance and Economy Ministry", "X and Y"
        if mention.is_some()
            && first > from + 1
            && self.word(first - 1) == "and"
            && let Some(m) = self.names.at(first - 2)
        {
            let other = &self.names.mentions[m];
            let opens = other.first <= from || self.is(other.first - 1, Class::DET) || !self.tokens[other.first - 1].is_word();
            if opens && other.kind != NameKind::Role {
                first = other.first.max(from);
                first -= usize::from(first > from && self.is(first - 1, Class::DET));
            }
        }
        self.with_prepositions_before(Phrase { first, last, head }, from)
    }

    /// "the mayor of London, Jane Doe," names the person behind the comma.
    pub(crate) fn named_in_apposition(&self, phrase: Phrase, until: usize) -> Phrase {
        let role = match phrase.head {
            Head::Noun(t) => {
                self.is(t, Class::ROLE.or(Class::TITLE))
                    || self.is(t, Class::PEOPLE) && matches!(self.word(phrase.first), "one" | "One" | "another" | "Another")
            }
            Head::Name(m) => self.names.mentions[m].kind == NameKind::Role,
            Head::Pronoun(_) => false,
        };
        let mut comma = phrase.last + 1;
        // "of the union (its long name), X,"
        if self.kind(comma) == TokenKind::Open {
            comma = (comma..until).find(|&t| self.kind(t) == TokenKind::Close).map_or(comma, |t| t + 1);
        }
        if !role || comma + 1 >= until || !matches!(self.kind(comma), TokenKind::Comma | TokenKind::Dash) {
            return phrase;
        }
        // All up to the next comma is one more description that ends in a name.
        let end = (comma + 1..until)
            .find(|&t| !self.tokens[t].is_word() && self.kind(t) != TokenKind::Possessive || self.is_cue(t, Class::SAY))
            .unwrap_or(until);
        let named =
            self.names.at(end - 1).filter(|&m| self.names.mentions[m].last + 1 == end && self.names.mentions[m].kind == NameKind::Person);
        // "X of the league,"
        let leading = self.names.at(comma + 1).filter(|&m| {
            let mention = &self.names.mentions[m];
            mention.first == comma + 1 && mention.kind == NameKind::Person && matches!(self.word(mention.last + 1), "of" | "from" | "at")
        });
        let named = named.or(leading);
        let plain = (comma + 1..end).all(|t| !self.is(t, Class::AUX.or(Class::REL).or(Class::PRONOUN).or(Class::SUB)));
        match named.filter(|_| plain && end > comma + 1) {
            Some(m) => Phrase { first: phrase.first, last: end - 1, head: Head::Name(m) },
            None => phrase,
        }
    }

    /// "a source from the palace": the head stands before the preposition.
    pub(super) fn with_prepositions_before(&self, phrase: Phrase, from: usize) -> Option<Phrase> {
        let Some(preposition) = phrase.first.checked_sub(1).filter(|&at| at > from) else { return Some(phrase) };
        let binds = self.tokens[preposition].kind == TokenKind::Word
            && matches!(self.word(preposition), "of" | "from" | "for" | "in" | "at" | "with" | "on" | "to" | "near" | "behind" | "against");
        let noun = preposition - 1;
        let named = self.names.at(noun);
        let bound = binds
            && (self.tokens[noun].is_word()
                && named.is_none()
                && self.is(noun, Class::NOUN)
                && !self.is_cue(noun, Class::PAST.or(Class::ING))
                || matches!(self.word(noun), "familiar" | "close" | "involved" | "briefed")
                || self.word(preposition) == "of" && self.is_content(noun) && (self.kind(noun) == TokenKind::Word || named.is_none())
                || self.word(preposition) == "of" && named.is_some()
                || named.is_some_and(|m| match self.names.mentions[m].kind {
                    NameKind::Role => true,
                    NameKind::Organisation => matches!(self.word(preposition), "in" | "of" | "at"),
                    NameKind::Person | NameKind::Unknown => {
                        matches!(self.word(preposition), "of" | "from" | "with" | "at" | "in" | "for") && !self.is(noun, Class::TITLE)
                    }
                    _ => false,
                }));
        if !bound || phrase.last - phrase.first > 24 {
            return Some(phrase);
        }
        // "a person familiar with the plan"
        let noun = if matches!(self.word(noun), "familiar" | "close" | "involved" | "briefed") && noun > from { noun - 1 } else { noun };
        // However many prepositions there are, the phrase stays short.
        match self.ending_at(noun, from.max(phrase.last.saturating_sub(40))) {
            // "In a statement from ..." is no subject.
            Some(outer) => Some(Phrase { first: outer.first, last: phrase.last, head: outer.head }),
            None => Some(phrase),
        }
    }

    /// The noun phrase that begins at `at`.
    pub(crate) fn beginning_at(&self, at: usize, until: usize) -> Option<Phrase> {
        if at >= until {
            return None;
        }
        if self.is(at, Class::PRONOUN) && self.tokens[at].is_word() && self.names.at(at).is_none() {
            return Some(Phrase { first: at, last: at, head: Head::Pronoun(at) });
        }
        let mut next = at;
        while next < until && self.is(next, Class::DET.or(Class::POSS)) && self.names.at(next).is_none() {
            next += 1;
        }
        // "the second official"
        if next > at && next < until && matches!(self.word(next), "first" | "second" | "third" | "then" | "once") {
            next += 1;
        }
        let mut head = None;
        let mut last = at;
        while next < until && next < at + 16 {
            if let Some(m) = self.names.at(next) {
                let mention = &self.names.mentions[m];
                last = mention.last;
                head = Some(Head::Name(m));
                next = last + 1;
                if mention.kind == NameKind::Person {
                    if self.kind(next) == TokenKind::Possessive && self.is_content(next + 1) {
                        next += 1;
                        continue;
                    }
                    // "the Smith campaign", "Smith supporters"
                    let word =
                        next < until && self.kind(next) == TokenKind::Word && self.is_content(next) && !self.is_cue(next, Class::CUE);
                    let determined = at < mention.first && !self.is(at, Class::POSS) && self.is(at, Class::DET);
                    let before_name = next + 1 < until && self.names.at(next + 1).is_some();
                    if word && (self.is(next, Class::NOUN) || determined && !self.word(next).ends_with("ed") || before_name) {
                        continue;
                    }
                    break;
                }
                continue;
            }
            // "a Wednesday editorial"
            if next > at && head.is_none() && self.is(next, Class::TIME) && self.is_content(next + 1) {
                next += 1;
                continue;
            }
            let verb = self.is_cue(next, Class::CUE) && !self.is(next, Class::NOUN)
                || self.is_cue(next, Class::PAST) && self.is_cue(next, Class::CUE);
            if !self.is_content(next) || verb {
                break;
            }
            if self.kind(next) == TokenKind::Possessive {
                next += 1;
                continue;
            }
            let verbal =
                self.kind(next) == TokenKind::Word && head.is_some() && !self.is(next, Class::NOUN) && self.word(next).ends_with("ed");
            let after_name = matches!(head, Some(Head::Name(_))) && !self.is(next, Class::NOUN) && self.kind(next) == TokenKind::Word;
            let confidant = self.is(at, Class::DET) && self.names.at(at).is_none();
            if verbal || after_name && !confidant && !self.noun_follows(next, until) {
                break;
            }
            last = next;
            head = Some(Head::Noun(next));
            next += 1;
            if self.is(last, Class::ROLE.or(Class::PEOPLE).or(Class::DOC))
                && self.kind(next) == TokenKind::Word
                && !self.is(next, Class::NOUN)
            {
                break;
            }
        }
        // "Kestrel president and chief executive Ann Moss"
        let role = match head {
            Some(Head::Noun(t)) => self.is(t, Class::ROLE.or(Class::TITLE)),
            Some(Head::Name(m)) => self.names.mentions[m].kind == NameKind::Role,
            _ => false,
        };
        if role && last + 2 < until && self.word(last + 1) == "and" && self.kind(last + 2) == TokenKind::Word {
            let named = (last + 2..until.min(last + 7)).take_while(|&t| self.is_content(t)).find_map(|t| self.names.at(t));
            if let Some(m) = named.filter(|&m| self.names.mentions[m].kind == NameKind::Person && self.names.mentions[m].role.is_some()) {
                last = self.names.mentions[m].last;
                head = Some(Head::Name(m));
            }
        }
        // "Some", "another" and the like can stand alone.
        let head = head.or_else(|| {
            let alone = next == at + 1
                && matches!(
                    self.word(at).to_ascii_lowercase().as_str(),
                    "some" | "many" | "others" | "another" | "one" | "both" | "most" | "few" | "several"
                );
            alone.then(|| {
                last = at;
                Head::Noun(at)
            })
        })?;
        Some(Phrase { first: at, last, head })
    }

    /// A noun or a name within the next two words: "the Kestrel comics editor".
    pub(super) fn noun_follows(&self, at: usize, until: usize) -> bool {
        (at + 1..until.min(at + 3))
            .take_while(|&t| self.is_content(t))
            .any(|t| self.is(t, Class::ROLE.or(Class::PEOPLE).or(Class::ORG)) || self.names.at(t).is_some())
    }

    /// Prepositions that belong to a common noun: "a spokesman for the group in Rome".
    pub(crate) fn with_prepositions_after(&self, mut phrase: Phrase, until: usize) -> Phrase {
        while matches!(phrase.head, Head::Noun(_)) || self.head_kind(phrase) == Some(NameKind::Role) {
            let mut next = phrase.last + 1;
            // "a person close to the family"
            if next + 1 < until && matches!(self.word(next), "familiar" | "close" | "involved" | "briefed") {
                next += 1;
            }
            let binds = next + 1 < until
                && self.kind(next) == TokenKind::Word
                && (matches!(self.word(next), "of" | "from" | "for" | "at" | "in" | "with")
                    || self.word(next) == "by" && matches!(phrase.head, Head::Noun(t) if self.is(t, Class::DOC))
                    || next > phrase.last + 1 && matches!(self.word(next), "to" | "on"));
            match self.beginning_at(next + 1, until).filter(|_| binds && !self.is(next + 1, Class::TIME)) {
                Some(inner) if phrase.last - phrase.first < 20 => phrase.last = inner.last,
                _ => break,
            }
        }
        phrase
    }

    /// What a named head seems to be.
    pub(crate) fn head_kind(&self, phrase: Phrase) -> Option<NameKind> {
        match phrase.head {
            Head::Name(m) => Some(self.names.mentions[m].kind),
            _ => None,
        }
    }

    /// "X, president and director of the league said": the name before a description that no comma ends.
    pub(super) fn described_before(&self, phrase: Phrase, from: usize) -> Option<Phrase> {
        let role = match phrase.head {
            Head::Noun(t) => self.is(t, Class::ROLE.or(Class::TITLE)),
            Head::Name(m) => self.names.mentions[m].kind == NameKind::Role,
            Head::Pronoun(_) => false,
        };
        let describes = |t: &usize| self.is(*t, Class::ROLE.or(Class::TITLE).or(Class::CONJ).or(Class::DET)) || self.word(*t) == "former";
        let comma =
            (from..phrase.first).rev().take(6).find(|t| !describes(t)).filter(|&t| role && self.kind(t) == TokenKind::Comma && t > from)?;
        let m = self.names.at(comma - 1).filter(|&m| self.names.mentions[m].kind == NameKind::Person)?;
        let first = self.names.mentions[m].first;
        let governed = first > from && self.is(first - 1, Class::PREP.or(Class::CONJ));
        (!governed).then_some(Phrase { first, last: phrase.last, head: Head::Name(m) })
    }
}
