//! Subjects: whose verb a verb is, before it, behind it, or at the head of the clause.

use super::lexicon::Class;
use super::mention::NameKind;
use super::phrase::{Head, Phrase};
use super::reader::Reader;
use super::token::TokenKind;

impl Reader<'_> {
    /// `LONDON (Agency) - The ...`: where the sentence begins behind a dateline.
    pub(crate) fn behind_dateline(&self, start: usize, at: usize) -> usize {
        let dash = (start..at.min(start + 14)).find(|&t| self.kind(t) == TokenKind::Dash);
        let place = |t: usize| match self.kind(t) {
            TokenKind::Capital => self.names.at(t).is_some() || self.is(t, Class::TIME.or(Class::ABBR)),
            kind => matches!(
                kind,
                TokenKind::Comma | TokenKind::Open | TokenKind::Close | TokenKind::Number | TokenKind::Stop | TokenKind::Other
            ),
        };
        let located = self.names.at(start).is_some_and(|m| self.names.mentions[m].kind == NameKind::Place)
            || self.word(start).len() > 2 && self.word(start).chars().all(char::is_uppercase);
        match dash {
            Some(dash) if dash > start && located && (start..dash).all(place) => dash + 1,
            _ => start,
        }
    }

    /// The subject of the verb at `cue`, looking back to `from`: over adverbs, auxiliaries, appositions and relative clauses.
    pub(crate) fn subject_before(&self, cue: usize, from: usize) -> Option<Phrase> {
        let mut at = cue;
        for _ in 0..8 {
            let start = at;
            while at > from
                && (self.is_adverb(at - 1) || self.is(at - 1, Class::AUX) || matches!(self.word(at - 1), "to" | "n't" | "about"))
            {
                at -= 1;
            }
            let time = |t: usize| self.is(t, Class::TIME) && self.names.at(t).is_none();
            if at > from
                && (time(at - 1) || self.word(at - 1) == "ago" || self.kind(at - 1) == TokenKind::Number && at > from + 1 && time(at - 2))
            {
                while at > from
                    && (time(at - 1)
                        || self.kind(at - 1) == TokenKind::Number
                        || matches!(self.word(at - 1), "ago" | "last" | "this" | "two" | "three" | "than" | "less" | "more" | "a" | "few"))
                {
                    at -= 1;
                }
                if at > from && self.is(at - 1, Class::PREP) && self.word(at - 1) != "of" {
                    at -= 1;
                }
            }
            // "those surveyed", "a report published"
            if at > from + 1
                && self.kind(at - 1) == TokenKind::Word
                && self.word(at - 1).ends_with("ed")
                && !self.is(at - 1, Class::CUE)
                && (self.is(at - 2, Class::PEOPLE.or(Class::DOC)) || matches!(self.word(at - 2), "those" | "Those"))
            {
                at -= 1;
            }
            if at > from && self.kind(at - 1) == TokenKind::Close {
                at = (from..at).rev().find(|&t| self.kind(t) == TokenKind::Open)?;
            }
            if at > from && matches!(self.kind(at - 1), TokenKind::Comma | TokenKind::Dash) {
                let mark = self.kind(at - 1);
                if let Some(main) = self.clause_subject(from, at - 1) {
                    let next = main.last + 1;
                    let set_off = next + 1 < at && self.kind(next) == TokenKind::Comma && !matches!(main.head, Head::Pronoun(_));
                    if set_off && self.interrupts(next + 1, at - 1) && !self.is(next + 1, Class::SUB.or(Class::PREP)) {
                        return Some(main);
                    }
                }
                // An apposition or relative clause between two commas stands between the subject and its verb.
                let before = (from..at - 1).rev().find(|&t| self.kind(t) == mark)?;
                if before == from || !self.interrupts(before + 1, at - 1) {
                    return None;
                }
                at = before;
            }
            // "wants to say": the subject of the outer verb.
            if at > from && at < cue && self.is(at, Class::PREP) && self.word(at) == "to" {
                let verb = at - 1;
                let noun = self.kind(verb) != TokenKind::Word
                    || self.is(verb, Class::CLOSED)
                    || verb > from
                        && (self.is(verb - 1, Class::DET.or(Class::POSS).or(Class::PREP)) || self.kind(verb - 1) == TokenKind::Possessive);
                if noun {
                    return None;
                }
                at = verb;
            }
            if at == start {
                break;
            }
        }
        if at <= from {
            return None;
        }
        if self.is(at - 1, Class::REL) && at - 1 > from {
            let until = if self.kind(at - 2) == TokenKind::Comma { at - 2 } else { at - 1 };
            return until.checked_sub(1).and_then(|last| self.ending_at(last, from));
        }
        if self.is(at - 1, Class::CONJ) {
            return None;
        }
        // "X at the time said"
        if at > from + 3 && self.word(at - 1) == "time" && self.word(at - 2) == "the" && self.word(at - 3) == "at" {
            at -= 3;
        }
        let phrase = self.ending_at(at - 1, from)?;
        let phrase = self.described_before(phrase, from).unwrap_or(phrase);
        // What follows a preposition is no subject: "X speaking to the council called ...".
        let governed = phrase.first.checked_sub(1).filter(|&t| t >= from && self.kind(t) == TokenKind::Word);
        let governed = governed.is_some_and(|t| {
            self.is(t, Class::PREP) && !self.is(t, Class::SUB) && !matches!(self.word(t), "than" | "with" | "as" | "like")
        });
        (!governed).then_some(phrase)
    }

    /// Do these tokens between commas interrupt a clause: an apposition, a relative clause, an age, a phrase with a preposition?
    pub(super) fn interrupts(&self, first: usize, end: usize) -> bool {
        if end <= first {
            return false;
        }
        let token = self.tokens[first];
        // "Rep. X, D-Calif.,"
        if end - first <= 3 && token.kind == TokenKind::Capital && self.word(first).contains('-') {
            return true;
        }
        if self.names.at(first).is_some_and(|m| self.names.mentions[m].last + 1 == end && self.names.mentions[m].kind == NameKind::Person) {
            return true;
        }
        token.is(Class::DET
            .or(Class::POSS)
            .or(Class::REL)
            .or(Class::PREP)
            .or(Class::TIME)
            .or(Class::ADV)
            .or(Class::ROLE)
            .or(Class::TITLE)
            .or(Class::SUFFIX))
            || token.kind == TokenKind::Number
            || self.is_adverb(first)
            || self.word(first).ends_with("ing")
            || self.word(first).ends_with("ed")
            || (first..end).any(|at| self.is(at, Class::ROLE.or(Class::PREP)))
    }

    /// The subject of the main clause that begins at `from`.
    pub(crate) fn clause_subject(&self, from: usize, until: usize) -> Option<Phrase> {
        let mut at = from;
        for _ in 0..12 {
            while at < until
                && (self.is(at, Class::CONJ) && self.kind(at) != TokenKind::Capital || self.is_adverb(at) || self.is_leading(at))
            {
                at += 1;
            }
            if at >= until {
                return None;
            }
            if self.kind(at).eq(&TokenKind::Quoted(0)) || matches!(self.kind(at), TokenKind::Quoted(_)) {
                at += 1;
                if self.kind(at) == TokenKind::Comma {
                    at += 1;
                }
                if at < until && self.is_cue(at, Class::CUE) {
                    return self.subject_after(at, until);
                }
                continue;
            }
            if let Some(comma) = self.adverbial(at, until) {
                at = comma + 1;
                continue;
            }
            let introduction =
                (self.is(at, Class::PREP.or(Class::SUB)) || self.word(at).ends_with("ing") || self.opens_with_participle(at))
                    && self.names.at(at).is_none();
            if introduction {
                match (at..until).find(|&t| self.kind(t) == TokenKind::Comma) {
                    Some(comma) if comma + 1 < until => at = comma + 1,
                    _ => {
                        if self.is(at, Class::SUB) {
                            at += 1;
                            continue;
                        }
                        return self.first_person(at, until);
                    }
                }
                continue;
            }
            break;
        }
        let phrase = self.beginning_at(at, until)?;
        Some(self.with_prepositions_after(phrase, until))
    }

    /// "Last week,", "Likewise,", "Iowa, (on Sunday, ...)": the comma that ends a short beginning that cannot be a subject.
    pub(super) fn adverbial(&self, at: usize, until: usize) -> Option<usize> {
        let comma = (at..until.min(at + 6)).find(|&t| self.kind(t) == TokenKind::Comma)?;
        let place =
            self.names.at(at).is_some_and(|m| self.names.mentions[m].kind == NameKind::Place && self.names.mentions[m].last + 1 == comma)
                || comma == at + 1 && self.is(at, Class::ABBR);
        let beyond = comma + 1 < until
            && (self.is(comma + 1, Class::PREP.or(Class::SUB).or(Class::DET)) || self.kind(comma + 1) == TokenKind::Capital);
        let time = self.is(comma - 1, Class::TIME) || self.kind(comma - 1) == TokenKind::Number || self.word(comma - 1) == "ago";
        let single = comma == at + 1 && self.names.at(at).is_none() && !self.is(at, Class::PRONOUN.or(Class::PEOPLE).or(Class::DET));
        let somebody = (at..comma).any(|t| self.is(t, Class::PRONOUN.or(Class::ROLE).or(Class::PEOPLE)) || self.names.at(t).is_some());
        (comma > at && (place && beyond || (time || single) && !somebody)).then_some(comma)
    }

    pub(super) fn is_leading(&self, at: usize) -> bool {
        if self.kind(at) == TokenKind::Capital && self.names.at(at).is_none() && self.word(at).ends_with("ly") {
            return true;
        }
        matches!(
            self.kind(at),
            TokenKind::Dash | TokenKind::Comma | TokenKind::Other | TokenKind::Colon | TokenKind::Close | TokenKind::Open
        ) || self.kind(at) == TokenKind::Capital && self.names.at(at).is_none() && self.is(at, Class::CONJ.or(Class::ADV).or(Class::TIME))
    }

    pub(super) fn opens_with_participle(&self, at: usize) -> bool {
        self.kind(at) == TokenKind::Capital && self.names.at(at).is_none() && self.word(at).ends_with("ed")
    }

    /// The first person or pronoun in a range.
    pub(crate) fn first_person(&self, from: usize, until: usize) -> Option<Phrase> {
        (from..until).find_map(|at| {
            if self.is(at, Class::HE.or(Class::SHE)) {
                return Some(Phrase { first: at, last: at, head: Head::Pronoun(at) });
            }
            let m = self.names.at(at).filter(|&m| self.names.mentions[m].first == at)?;
            let mention = &self.names.mentions[m];
            let person = matches!(mention.kind, NameKind::Person | NameKind::Unknown);
            person.then_some(Phrase { first: mention.first, last: mention.last, head: Head::Name(m) })
        })
    }

    /// The subject behind an inverted verb: said X.
    pub(crate) fn subject_after(&self, cue: usize, until: usize) -> Option<Phrase> {
        let mut at = cue + 1;
        while at < until && self.is_adverb(at) {
            at += 1;
        }
        if self.is(at, Class::PREP.or(Class::CONJ).or(Class::SUB).or(Class::REL).or(Class::AUX)) && self.names.at(at).is_none() {
            return None;
        }
        let phrase = self.beginning_at(at, until)?;
        Some(self.with_prepositions_after(phrase, until))
    }

    /// Does a subject and its verb seem to begin at `at`?
    pub(crate) fn subject_like(&self, at: usize, until: usize) -> bool {
        at < until && (self.is(at, Class::PRONOUN.or(Class::DET).or(Class::POSS)) || self.kind(at) == TokenKind::Capital)
    }
}
