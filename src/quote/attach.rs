//! Who says the words in marks: for each stretch the phrase that names its speaker and the words that show it.
//!
//! Evidence is looked for in the sentence around the stretch first (verbs after it, verbs before it, "according to", nouns of speech, the
//! subject), then beside it: the quotation before, the sentence before, the name after a dash.

use super::lexicon::Class;
use super::marks::Stretch;
use super::mention::NameKind;
use super::phrase::{Head, Phrase, Reader};
use super::token::TokenKind;

/// What is known about one stretch.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Source {
    /// The words that announce the stretch: tokens, both ends included.
    pub(crate) cue: Option<(usize, usize)>,
    /// The phrase that names the speaker.
    pub(crate) phrase: Option<Phrase>,
    /// The stretch whose speaker this is, when it is taken over from there.
    pub(crate) from: Option<usize>,
    /// The rule that fired.
    pub(crate) rule: &'static str,
    /// 0 to 1.
    pub(crate) confidence: f32,
}

impl Source {
    fn none() -> Self {
        Self { cue: None, phrase: None, from: None, rule: "none", confidence: 0.0 }
    }

    fn new(rule: &'static str, confidence: f32, cue: Option<(usize, usize)>, phrase: Phrase) -> Self {
        Self { cue, phrase: Some(phrase), from: None, rule, confidence }
    }
}

/// Where a stretch stands.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place {
    /// Its token.
    pub(crate) token: usize,
    /// Its sentence.
    pub(crate) sentence: usize,
}

/// Where the stretches stand, by their number.
pub(crate) fn places(reader: &Reader, stretches: &[Stretch]) -> Vec<Place> {
    let mut out = vec![Place { token: 0, sentence: 0 }; stretches.len()];
    for (number, sentence) in reader.sentences.iter().enumerate() {
        for token in sentence.tokens.clone() {
            if let Some(stretch) = reader.tokens[token].stretch() {
                out[stretch] = Place { token, sentence: number };
            }
        }
    }
    out
}

/// Sources of all stretches, in order.
pub(crate) fn sources(reader: &Reader, stretches: &[Stretch], places: &[Place]) -> Vec<Source> {
    let mut attacher = Attacher { reader, stretches, places, out: Vec::with_capacity(stretches.len()) };
    for stretch in 0..stretches.len() {
        let source = attacher.inside(stretch).unwrap_or_else(Source::none);
        attacher.out.push(source);
    }
    for stretch in 0..stretches.len() {
        if attacher.out[stretch].phrase.is_none()
            && let Some(source) = attacher.beside(stretch)
        {
            attacher.out[stretch] = source;
        }
    }
    for source in &mut attacher.out {
        source.phrase =
            source.phrase.map(|phrase| reader.named_in_apposition(phrase, reader.sentence_of(phrase.first).end.min(phrase.last + REACH)));
    }
    attacher.out
}

/// How far from a stretch its evidence may stand, in tokens: keeps the time linear where a sentence never ends.
const REACH: usize = 200;

fn window(sentence: std::ops::Range<usize>, at: usize) -> (usize, usize) {
    (sentence.start.max(at.saturating_sub(REACH)), sentence.end.min(at + REACH))
}

struct Attacher<'a> {
    reader: &'a Reader<'a>,
    stretches: &'a [Stretch],
    places: &'a [Place],
    out: Vec<Source>,
}

impl Attacher<'_> {
    /// Evidence in the stretch's own sentence.
    fn inside(&self, stretch: usize) -> Option<Source> {
        let place = self.places[stretch];
        let sentence = self.reader.sentences[place.sentence].tokens.clone();
        let at = place.token;
        let (start, end) = window(sentence, at);
        let start = self.behind_dateline(start, at);
        if let Some(source) = self.colon_name(start, at).or_else(|| self.parenthetical(start, at)) {
            return Some(source);
        }
        let before = self.participle(start, at, end).or_else(|| self.before(start, at));
        let after = self.after(at, end);
        let leads = !(start..at).any(|t| self.reader.tokens[t].is_word());
        let leans = self.leans_on(stretch, at);
        if let Some(source) = after.filter(|source| leans && source.rule != "according-to") {
            return Some(source);
        }
        if leads || leans && before.is_none() {
            let unknown = || if leans { self.unknown_verb(at, end) } else { None };
            let behind = after.or_else(|| self.later(at, end)).or_else(unknown);
            if behind.is_some() {
                return behind;
            }
        }
        let noun = self.noun(start, at).filter(|noun| match (noun.cue, before.and_then(|source| source.cue)) {
            (Some((noun, _)), Some((_, verb))) => {
                let stated = matches!(self.reader.word(noun + 1), "that" | "to") && !self.is_be(at - 1);
                noun > verb + 1 && (stated && !self.reader.is_cue(verb, Class::SAY.or(Class::TELL)) || !self.reader.is_cue(verb, Class::SAY.or(Class::TELL).or(Class::NAME)))
            }
            _ => true,
        });
        noun.or(before)
            .or(after)
            .or_else(|| self.later(at, end))
            .or_else(|| self.dash(at, end))
            .or_else(|| self.subject(stretch, start, at))
    }

    /// `LONDON (Agency) - The ...`: where the sentence begins behind a dateline.
    fn behind_dateline(&self, start: usize, at: usize) -> usize {
        let reader = self.reader;
        let dash = (start..at.min(start + 14)).find(|&t| reader.kind(t) == TokenKind::Dash);
        let place = |t: usize| match reader.kind(t) {
            TokenKind::Capital => reader.names.at(t).is_some() || reader.is(t, Class::TIME.or(Class::ABBR)),
            kind => matches!(
                kind,
                TokenKind::Comma | TokenKind::Open | TokenKind::Close | TokenKind::Number | TokenKind::Stop | TokenKind::Other
            ),
        };
        let located = reader.names.at(start).is_some_and(|m| reader.names.mentions[m].kind == NameKind::Place)
            || reader.word(start).len() > 2 && reader.word(start).chars().all(char::is_uppercase);
        match dash {
            Some(dash) if dash > start && located && (start..dash).all(place) => dash + 1,
            _ => start,
        }
    }

    /// `Name: "..."` at the head of a sentence or behind a dash.
    fn colon_name(&self, start: usize, at: usize) -> Option<Source> {
        let reader = self.reader;
        if at < start + 2 || reader.kind(at - 1) != TokenKind::Colon {
            return None;
        }
        let mention = reader.names.at(at - 2).filter(|&m| reader.names.mentions[m].last == at - 2)?;
        let first = reader.names.mentions[mention].first;
        let alone =
            first <= start || matches!(reader.kind(first - 1), TokenKind::Dash | TokenKind::Stop | TokenKind::Semicolon | TokenKind::Other);
        alone.then(|| Source::new("colon", 0.85, None, Phrase { first, last: at - 2, head: Head::Name(mention) }))
    }

    /// `Calling it "bad", X left`: the subject follows.
    fn participle(&self, start: usize, at: usize, end: usize) -> Option<Source> {
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
        let phrase = reader.beginning_at(next, end).filter(|phrase| self.can_speak(*phrase))?;
        Some(Source::new("participle", 0.75, Some((start, start)), phrase))
    }

    fn leans_on_token(&self, at: usize) -> bool {
        self.reader.tokens[at].stretch().is_some_and(|stretch| self.leans_on(stretch, at))
    }

    /// `The plan, X said, is "bad"`.
    fn parenthetical(&self, start: usize, at: usize) -> Option<Source> {
        let reader = self.reader;
        for comma in (start + 3..at).rev().filter(|&t| reader.kind(t) == TokenKind::Comma) {
            let cue = comma - 1;
            if !reader.is_cue(cue, Class::SAY) || reader.is(cue, Class::ING) {
                continue;
            }
            let opening = (start..cue).rev().take(10).find(|&t| reader.kind(t) == TokenKind::Comma)?;
            let phrase = reader.subject_before(cue, opening + 1)?;
            if phrase.first == opening + 1 && opening > start && comma + 1 != at {
                return Some(Source::new("x-said-between", 0.85, Some((cue, cue)), phrase));
            }
        }
        None
    }

    /// Do the words quoted end so that the sentence goes on behind them?
    fn leans_on(&self, stretch: usize, at: usize) -> bool {
        let inner = self.stretches[stretch].inner.of(self.reader.body);
        inner.ends_with([',', '?', '!', '-', '—', '–']) || matches!(self.reader.kind(at + 1), TokenKind::Comma | TokenKind::Dash)
    }

    /// `"..." said X`, `"..." X said`, `"..." according to X`, right behind the stretch.
    fn after(&self, at: usize, end: usize) -> Option<Source> {
        let reader = self.reader;
        let mut next = at + 1;
        while next < end && matches!(reader.kind(next), TokenKind::Comma | TokenKind::Dash | TokenKind::Stop) {
            next += 1;
        }
        if next < end && reader.kind(next) == TokenKind::Word && reader.word(next) == "as" {
            next += 1;
        }
        if next >= end {
            return None;
        }
        if let Some(source) = self.according(next, end) {
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
        if let Some(cue) = cue
            && let Some(phrase) = reader.subject_before(cue, next)
            && (reader.is(next, Class::PREP) && !reader.is(cue - 1, Class::REL) || self.is_plain(next, phrase.first))
        {
            return Some(Source::new("x-said", 0.95, Some((cue, cue)), phrase));
        }
        None
    }

    /// No more than words of a noun phrase.
    fn is_plain(&self, from: usize, until: usize) -> bool {
        let joins = Class::CONJ.or(Class::SUB).or(Class::REL).or(Class::AUX).or(Class::PRONOUN);
        (from..until).all(|t| self.reader.tokens[t].is_word() && !self.reader.is(t, joins))
    }

    /// A verb that we do not know, right behind words that end in a comma: `"...," X shot back`, `"...!" beamed X`.
    fn unknown_verb(&self, at: usize, end: usize) -> Option<Source> {
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
    fn according(&self, at: usize, end: usize) -> Option<Source> {
        let reader = self.reader;
        let per = reader.word(at).eq_ignore_ascii_case("according") && at + 1 < end && reader.word(at + 1) == "to";
        if !per {
            return None;
        }
        let phrase = reader.with_prepositions_after(reader.beginning_at(at + 2, end)?, end);
        Some(Source::new("according-to", 0.9, Some((at, at + 1)), phrase))
    }

    /// A verb or "according to" further behind: `the "bad" plan is dead, X said`.
    fn later(&self, at: usize, end: usize) -> Option<Source> {
        let reader = self.reader;
        for next in at + 1..end {
            if let Some(source) = self.according(next, end) {
                return Some(source);
            }
            if reader.is_cue(next, Class::SAY.or(Class::TELL)) && !reader.is(next, Class::ING) {
                if reader.is(next, Class::SAY) && reader.kind(next - 1) == TokenKind::Comma {
                    let phrase = reader.subject_after(next, end).filter(|phrase| self.can_speak(*phrase));
                    if let Some(phrase) = phrase {
                        return Some(Source::new("said-x-later", 0.8, Some((next, next)), phrase));
                    }
                }
                let comma =
                    (at + 1..next).rev().find(|&t| matches!(reader.kind(t), TokenKind::Comma | TokenKind::Dash | TokenKind::Quoted(_)))?;
                let phrase = reader.subject_before(next, comma).or_else(|| reader.subject_before(next, at + 1))?;
                if phrase.first > comma && (reader.is(comma + 1, Class::CONJ) || !self.is_plain(comma + 1, phrase.first)) {
                    return None;
                }
                return Some(Source::new("x-said-later", 0.75, Some((next, next)), phrase));
            }
        }
        None
    }

    /// The last verb of speech before the stretch, and its subject. Verbs that only hint at speech count where there is no better one.
    fn before(&self, start: usize, at: usize) -> Option<Source> {
        self.last_cue(start, at, Class::SAY.or(Class::TELL).or(Class::NAME)).or_else(|| self.last_cue(start, at, Class::WEAK))
    }

    fn last_cue(&self, start: usize, at: usize, classes: Class) -> Option<Source> {
        let reader = self.reader;
        let mut fallback = None;
        for cue in (start..at).rev() {
            if let Some(source) = self.according(cue, at) {
                return Some(Source { confidence: 0.85, ..source });
            }
            if !reader.is_cue(cue, classes) {
                continue;
            }
            let passive = reader.is(cue, Class::PAST) && cue > start && self.is_be(cue - 1);
            if passive {
                let end = reader.sentence_of(cue).end.min(cue + REACH);
                let agent = (cue + 1..end).find(|&t| reader.kind(t) == TokenKind::Word && reader.word(t) == "by");
                if let Some(phrase) = agent.and_then(|by| reader.beginning_at(by + 1, end)) {
                    return Some(Source::new("passive-by", 0.7, Some((cue, cue)), phrase));
                }
                continue;
            }
            if let Some(phrase) = self.subject_of(cue, start, at) {
                let strong = reader.is(cue, Class::SAY.or(Class::TELL));
                let modal = cue > start && reader.is(cue, Class::BASE) && self.is_modal(cue - 1);
                let source = Source::new("said-before", if strong { 0.9 } else { 0.8 }, Some((cue, cue)), phrase);
                if self.can_speak(phrase) && !modal {
                    return Some(source);
                }
                fallback = fallback.or(Some(Source { confidence: 0.6, ..source }));
            }
        }
        fallback
    }

    fn is_modal(&self, at: usize) -> bool {
        matches!(
            self.reader.word(at),
            "would" | "should" | "could" | "can" | "cannot" | "can't" | "can’t" | "will" | "must" | "may" | "might" | "won't" | "won’t"
        )
    }

    /// Is this somebody, or something that holds words?
    fn can_speak(&self, phrase: Phrase) -> bool {
        let reader = self.reader;
        match phrase.head {
            Head::Name(_) => true,
            Head::Pronoun(t) => !reader.is(t, Class::IT),
            Head::Noun(t) => reader.is(t, Class::ROLE.or(Class::PEOPLE).or(Class::ORG).or(Class::DOC).or(Class::TITLE).or(Class::DET)),
        }
    }

    /// The subject of a verb before a stretch.
    fn subject_of(&self, cue: usize, start: usize, at: usize) -> Option<Phrase> {
        let reader = self.reader;
        if reader.is(cue, Class::ING) && !(cue > start && reader.is(cue - 1, Class::AUX)) {
            // "quoted X as saying"
            if cue > start && reader.word(cue - 1) == "as" {
                let quoting = (start..cue - 1)
                    .rev()
                    .find(|&t| matches!(reader.word(t), "quoted" | "quotes" | "cited" | "quoting" | "citing" | "cites"));
                if let Some(phrase) = quoting.and_then(|t| {
                    if self.is_be(t.saturating_sub(1)) { reader.subject_before(t, start) } else { reader.beginning_at(t + 1, cue) }
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
    fn inverted(&self, cue: usize, at: usize) -> Option<Phrase> {
        let reader = self.reader;
        let quoted = cue > 0
            && (matches!(reader.kind(cue - 1), TokenKind::Quoted(_)) || cue > 1 && matches!(reader.kind(cue - 2), TokenKind::Quoted(_)));
        // "The trouble, says X, is that ..."
        let parenthetical = cue > 0 && reader.kind(cue - 1) == TokenKind::Comma && reader.is(cue, Class::SAY);
        let phrase = if quoted || parenthetical { reader.subject_after(cue, at) } else { None };
        phrase.filter(|phrase| quoted || reader.kind(phrase.last + 1) == TokenKind::Comma)
    }

    fn is_be(&self, at: usize) -> bool {
        matches!(self.reader.word(at), "is" | "are" | "was" | "were" | "be" | "been" | "being" | "widely" | "often" | "also")
            && (self.reader.is(at, Class::AUX) || at > 0 && self.reader.is(at - 1, Class::AUX))
    }

    /// Where the clause begins that holds a participle: behind the last "; " or ", and/but/while".
    fn clause_start(&self, start: usize, cue: usize) -> usize {
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
    fn noun(&self, start: usize, at: usize) -> Option<Source> {
        let reader = self.reader;
        for noun in (start..at).rev().filter(|&t| reader.kind(t) == TokenKind::Word && reader.is(t, Class::SAYING)) {
            // "X's remarks were ...": words about them, not from them.
            let judged = (noun + 1..at).any(|t| self.is_be(t))
                && !matches!(reader.word(noun), "answer" | "response" | "reply" | "message" | "slogan" | "motto" | "words");
            if judged {
                continue;
            }
            if noun + 2 < at && matches!(reader.word(noun + 1), "by" | "from") {
                let phrase = reader.beginning_at(noun + 2, at).filter(|phrase| self.can_speak(*phrase));
                if let Some(phrase) = phrase {
                    return Some(Source::new("words-by", 0.65, Some((noun, noun)), phrase));
                }
            }
            for owner in (start.max(noun.saturating_sub(4))..noun).rev() {
                if reader.kind(owner) == TokenKind::Possessive && owner > start {
                    let phrase = reader.ending_at(owner - 1, start)?;
                    return Some(Source::new("possessive", 0.75, Some((noun, noun)), phrase));
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

    /// `"..." - Name` at the end of a block.
    fn dash(&self, at: usize, end: usize) -> Option<Source> {
        let reader = self.reader;
        let dash = (at + 1..end.min(at + 4)).find(|&t| reader.kind(t) == TokenKind::Dash)?;
        let phrase = reader.beginning_at(dash + 1, end)?;
        matches!(phrase.head, Head::Name(_)).then(|| Source::new("dash-name", 0.8, None, phrase))
    }

    /// The subject of the sentence, when it is a person.
    fn subject(&self, stretch: usize, start: usize, at: usize) -> Option<Source> {
        let reader = self.reader;
        let colon = at > start && reader.kind(at - 1) == TokenKind::Colon;
        let phrase = reader.clause_subject(start, at)?;
        let person = match phrase.head {
            Head::Name(m) => matches!(reader.names.mentions[m].kind, NameKind::Person | NameKind::Unknown | NameKind::Role),
            Head::Pronoun(t) => reader.is(t, Class::HE.or(Class::SHE)),
            Head::Noun(t) => colon || reader.is(t, Class::ROLE.or(Class::PEOPLE)),
        };
        let words = self.stretches[stretch].inner.of(reader.body).split_whitespace().take(4).count();
        (person && (colon || words > 3))
            .then(|| Source::new(if colon { "colon" } else { "subject" }, if colon { 0.75 } else { 0.45 }, None, phrase))
    }

    /// Evidence outside the stretch's own sentence.
    fn beside(&self, stretch: usize) -> Option<Source> {
        let reader = self.reader;
        let place = self.places[stretch];
        let here = &reader.sentences[place.sentence];
        if self.stretches[stretch].continues && stretch > 0 {
            return self.taken_from(stretch - 1, "next-paragraph", 0.85);
        }
        let (from, until) = window(here.tokens.clone(), place.token);
        let wordless = !(from..until).any(|t| reader.tokens[t].is_word());
        if !wordless {
            // "A," X said. "B" and so on. / That makes it "B".
            let before = stretch.checked_sub(1).filter(|&s| self.out[s].phrase.is_some() && self.out[s].rule != "subject");
            let before = before.filter(|&s| {
                self.places[s].sentence + 1 == place.sentence && reader.sentences[self.places[s].sentence].block == here.block
            })?;
            let leads = here.tokens.start == place.token;
            return self.taken_from(before, "continuation", if leads { 0.7 } else { 0.45 });
        }
        // The quotation goes on in the next block, where its speaker is named.
        if let Some(next) = self.stretches.get(stretch + 1).filter(|next| next.continues)
            && self.out[stretch + 1].phrase.is_some()
            && next.continues
        {
            return self.taken_from(stretch + 1, "next-paragraph", 0.85);
        }
        let next = reader.sentences.get(place.sentence + 1);
        if let Some(next) = next
            && reader.kind(next.tokens.start) == TokenKind::Dash
            && let Some(phrase) = reader.beginning_at(next.tokens.start + 1, next.tokens.end)
            && matches!(phrase.head, Head::Name(_))
        {
            return Some(Source::new("dash-name", 0.8, None, phrase));
        }
        let previous = place.sentence.checked_sub(1).map(|number| (number, &reader.sentences[number]));
        if let Some((number, previous)) = previous.filter(|(_, previous)| previous.block == here.block) {
            if let Some(before) = stretch.checked_sub(1).filter(|&s| self.places[s].sentence == number && self.out[s].phrase.is_some()) {
                return self.taken_from(before, "continuation", 0.85);
            }
            if let Some(phrase) = self.speaker_of_sentence(previous.tokens.start, previous.tokens.end) {
                return Some(Source::new("sentence-before", 0.6, None, phrase));
            }
        }
        // `"A." "B," said X.`
        if let Some(after) = Some(stretch + 1).filter(|&s| {
            s < self.stretches.len()
                && reader.sentences[self.places[s].sentence].block == here.block
                && self.places[s].sentence == place.sentence + 1
        }) && self.out[after].phrase.is_some()
            && self.out[after].rule != "subject"
        {
            return self.taken_from(after, "sentence-after", 0.6);
        }
        let words = self.stretches[stretch].inner.of(reader.body).split_whitespace().take(5).count();
        if let Some((number, previous)) = previous.filter(|(_, previous)| previous.block + 1 == here.block && (words > 4 || self.stretches[stretch].set_apart)) {
            let colon = reader.kind(previous.tokens.end - 1) == TokenKind::Colon;
            if colon && let Some(phrase) = self.speaker_of_sentence(previous.tokens.start, previous.tokens.end) {
                return Some(Source::new("colon", 0.75, None, phrase));
            }
            if let Some(before) = stretch.checked_sub(1).filter(|&s| self.places[s].sentence == number && self.out[s].phrase.is_some()) {
                return self.taken_from(before, "paragraph-before", 0.6);
            }
            if let Some(phrase) = self.speaker_of_sentence(previous.tokens.start, previous.tokens.end) {
                return Some(Source::new("paragraph-before", 0.5, None, phrase));
            }
        }
        None
    }

    fn taken_from(&self, other: usize, rule: &'static str, confidence: f32) -> Option<Source> {
        let source = self.out[other];
        source.phrase?;
        Some(Source { cue: None, from: Some(other), rule, confidence: confidence.min(source.confidence), ..source })
    }

    /// Who speaks or acts in a sentence: the subject of its last verb of speech, else its subject.
    fn speaker_of_sentence(&self, start: usize, end: usize) -> Option<Phrase> {
        let start = start.max(end.saturating_sub(REACH));
        if let Some(source) = self.before(start, end) {
            return source.phrase;
        }
        let phrase = self.reader.clause_subject(start, end)?;
        let person = match phrase.head {
            Head::Name(m) => !matches!(self.reader.names.mentions[m].kind, NameKind::Place),
            Head::Pronoun(t) => self.reader.is(t, Class::HE.or(Class::SHE)),
            Head::Noun(t) => self.reader.is(t, Class::ROLE.or(Class::PEOPLE)),
        };
        person.then_some(phrase)
    }
}
