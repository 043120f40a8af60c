//! Noun phrases and subjects, found by closed classes and position: who does what a verb says.

use super::lexicon::Class;
use super::mention::{NameKind, Names};
use super::sentence::Sentence;
use super::token::{Token, TokenKind};
use std::ops::Range;

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

/// The text as everything that looks for speakers reads it.
pub(crate) struct Reader<'a> {
    /// The article's body.
    pub(crate) body: &'a str,
    /// Its tokens.
    pub(crate) tokens: &'a [Token],
    /// Its sentences.
    pub(crate) sentences: &'a [Sentence],
    /// Its names.
    pub(crate) names: &'a Names,
}

impl Reader<'_> {
    /// The text of a token.
    pub(crate) fn word(&self, at: usize) -> &str {
        self.tokens[at].span().of(self.body)
    }

    /// Class test of a token; false behind the end.
    pub(crate) fn is(&self, at: usize, any_of: Class) -> bool {
        self.tokens.get(at).is_some_and(|token| token.is(any_of))
    }

    /// Kind of a token; [`TokenKind::Break`] behind the end.
    pub(crate) fn kind(&self, at: usize) -> TokenKind {
        self.tokens.get(at).map_or(TokenKind::Break, |token| token.kind)
    }

    /// An adverb, by class or by its ending.
    pub(crate) fn is_adverb(&self, at: usize) -> bool {
        self.kind(at) == TokenKind::Word && (self.is(at, Class::ADV) || self.word(at).ends_with("ly") && !self.is(at, Class::NOUN))
    }

    /// A verb that announces words, in the form of a verb: not "the report", not "a claim".
    pub(crate) fn is_cue(&self, at: usize, any_of: Class) -> bool {
        if self.kind(at) != TokenKind::Word || !self.is(at, any_of) || self.is(at, Class::PREP) {
            return false;
        }
        // "went on", but not "went home"
        if matches!(self.word(at), "go" | "goes" | "going" | "went" | "gone") && (at + 1 >= self.tokens.len() || self.word(at + 1) != "on")
        {
            return false;
        }
        let before = at.checked_sub(1);
        let after_determiner = before
            .is_some_and(|b| self.is(b, Class::DET.or(Class::POSS)) && !self.is(b, Class::REL) || self.kind(b) == TokenKind::Possessive);
        if after_determiner {
            return false;
        }
        // "a recent report", "in reports", "ad claims": nouns that look like verbs.
        let noun = self.is(at, Class::NOUN) && !self.is(at, Class::PAST.or(Class::ING));
        let infinitive = self.is(at, Class::BASE) && !self.is(at, Class::PAST);
        if noun
            && (before.is_some_and(|b| self.is(b, Class::PREP) && self.word(b) != "to" || self.is(b, Class::DEMONYM))
                || self.is_inside_phrase(at))
        {
            return false;
        }
        // "in terms of", "strong hits": the -s form of a rarer verb needs a subject right before it.
        let third = !self.is(at, Class::BASE.or(Class::PAST).or(Class::ING)) && self.word(at).ends_with('s');
        if third
            && !matches!(
                self.word(at),
                "says" | "tells" | "writes" | "adds" | "asks" | "argues" | "thinks" | "believes" | "insists" | "explains"
            )
        {
            let open = |b: usize| self.kind(b) == TokenKind::Word && !self.is(b, Class::CLOSED.or(Class::NOUN)) && !self.is_adverb(b);
            let no_subject = |b: usize| {
                self.is(b, Class::PREP.or(Class::DET).or(Class::POSS).or(Class::AUX)) && !self.is(b, Class::REL)
                    || self.kind(b) == TokenKind::Number
            };
            if before.is_some_and(|b| open(b) || no_subject(b)) {
                return false;
            }
        }
        // "22 Smith emails"
        if third && self.is(at, Class::NOUN) {
            let counted = before.and_then(|b| self.names.at(b)).and_then(|m| self.names.mentions[m].first.checked_sub(1));
            if counted.is_some_and(|t| self.kind(t) == TokenKind::Number) {
                return false;
            }
        }
        if infinitive {
            // A bare form needs a plural subject, a modal or "to" before it.
            return before.is_some_and(|b| {
                self.is(b, Class::AUX.or(Class::PEOPLE).or(Class::THEY).or(Class::WE).or(Class::REL))
                    || self.word(b) == "to"
                    || self.is_adverb(b)
                    || self.word(b).ends_with('s')
            });
        }
        true
    }

    /// "his early promise": a determiner or possessor stands before the word and its adjectives.
    fn is_inside_phrase(&self, at: usize) -> bool {
        for before in (at.saturating_sub(3)..at).rev() {
            if self.is(before, Class::POSS.or(Class::DET)) && !self.is(before, Class::REL) || self.kind(before) == TokenKind::Possessive {
                return true;
            }
            let adjective = self.kind(before) == TokenKind::Word && (!self.is(before, Class::CLOSED) && !self.is(before, Class::NOUN));
            if !adjective {
                return false;
            }
        }
        false
    }

    /// A word that can stand inside a noun phrase.
    fn is_content(&self, at: usize) -> bool {
        match self.kind(at) {
            TokenKind::Capital => self.names.at(at).is_some() || !self.is(at, Class::CLOSED),
            TokenKind::Word => !self.is(at, Class::CLOSED.or(Class::VERB)) && !self.is_adverb(at),
            TokenKind::Number | TokenKind::Possessive => true,
            _ => false,
        }
    }

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
        let plain = (comma + 1..end).all(|t| !self.is(t, Class::AUX.or(Class::REL).or(Class::PRONOUN).or(Class::SUB)));
        match named.filter(|_| plain && end > comma + 1) {
            Some(m) => Phrase { first: phrase.first, last: end - 1, head: Head::Name(m) },
            None => phrase,
        }
    }

    /// "a source from the palace": the head stands before the preposition.
    fn with_prepositions_before(&self, phrase: Phrase, from: usize) -> Option<Phrase> {
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
        match self.ending_at(noun, from) {
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

    /// A noun or a name within the next two words: "the Valiant comics editor".
    fn noun_follows(&self, at: usize, until: usize) -> bool {
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

    /// "X, president and director of the league said": the name before a description that no comma ends.
    fn described_before(&self, phrase: Phrase, from: usize) -> Option<Phrase> {
        let role = match phrase.head {
            Head::Noun(t) => self.is(t, Class::ROLE.or(Class::TITLE)),
            Head::Name(m) => self.names.mentions[m].kind == NameKind::Role,
            Head::Pronoun(_) => false,
        };
        let describes = |t: &usize| self.is(*t, Class::ROLE.or(Class::TITLE).or(Class::CONJ).or(Class::DET)) || self.word(*t) == "former";
        let comma = (from..phrase.first).rev().take(6).find(|t| !describes(t)).filter(|&t| role && self.kind(t) == TokenKind::Comma && t > from)?;
        let m = self.names.at(comma - 1).filter(|&m| self.names.mentions[m].kind == NameKind::Person)?;
        let first = self.names.mentions[m].first;
        let governed = first > from && self.is(first - 1, Class::PREP.or(Class::CONJ));
        (!governed).then_some(Phrase { first, last: phrase.last, head: Head::Name(m) })
    }

    /// Do these tokens between commas interrupt a clause: an apposition, a relative clause, an age, a phrase with a preposition?
    fn interrupts(&self, first: usize, end: usize) -> bool {
        if end <= first {
            return false;
        }
        let token = self.tokens[first];
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
    fn adverbial(&self, at: usize, until: usize) -> Option<usize> {
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

    fn is_leading(&self, at: usize) -> bool {
        if self.kind(at) == TokenKind::Capital && self.names.at(at).is_none() && self.word(at).ends_with("ly") {
            return true;
        }
        matches!(
            self.kind(at),
            TokenKind::Dash | TokenKind::Comma | TokenKind::Other | TokenKind::Colon | TokenKind::Close | TokenKind::Open
        ) || self.kind(at) == TokenKind::Capital && self.names.at(at).is_none() && self.is(at, Class::CONJ.or(Class::ADV).or(Class::TIME))
    }

    fn opens_with_participle(&self, at: usize) -> bool {
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

    /// The sentence that holds a token.
    pub(crate) fn sentence_of(&self, token: usize) -> Range<usize> {
        let after = self.sentences.partition_point(|sentence| sentence.tokens.start <= token);
        after.checked_sub(1).map_or(0..0, |number| self.sentences[number].tokens.clone())
    }
}

impl Reader<'_> {
    /// Does a subject and its verb seem to begin at `at`?
    pub(crate) fn subject_like(&self, at: usize, until: usize) -> bool {
        at < until && (self.is(at, Class::PRONOUN.or(Class::DET).or(Class::POSS)) || self.kind(at) == TokenKind::Capital)
    }
}
