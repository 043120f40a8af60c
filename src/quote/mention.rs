//! Names in the text outside quotation marks: where they stand, the titles and roles beside them, and what they seem to be.

use super::lexicon::{Class, class};
use super::sentence::Sentence;
use super::token::{Token, TokenKind};
use crate::text::Span;
use crate::text::hash::ShortWords;
use std::collections::HashSet;

/// What a name seems to be by its own words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NameKind {
    /// A person.
    Person,
    /// An institution.
    Organisation,
    /// A country, state or city.
    Place,
    /// One capitalised word that may be anything.
    Unknown,
    /// A title alone: "the President".
    Role,
}

/// A name with what stands before it. Ranges are tokens, both ends included.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Mention {
    /// First token, title and role included.
    pub(crate) first: usize,
    /// Last token.
    pub(crate) last: usize,
    /// The name itself (for [`NameKind::Role`]: the title).
    pub(crate) name: (usize, usize),
    /// The role before or after the name.
    pub(crate) role: Option<(usize, usize)>,
    /// What it seems to be.
    pub(crate) kind: NameKind,
    /// Sentence it stands in.
    pub(crate) sentence: usize,
}

/// A text as tokens and sentences with its names found.
pub(crate) struct Names {
    /// In order.
    pub(crate) mentions: Vec<Mention>,
    /// For each token the number of the mention that covers it, plus one; 0 where none does.
    covering: Vec<u32>,
}

impl Names {
    /// The mention that covers a token.
    pub(crate) fn at(&self, token: usize) -> Option<usize> {
        self.covering.get(token).filter(|&&number| number > 0).map(|&number| number as usize - 1)
    }
}

/// Finds all names.
pub(crate) fn names(body: &str, tokens: &[Token], sentences: &[Sentence]) -> Names {
    let headlines = sentences.iter().map(|sentence| is_headline(tokens, sentence)).collect::<Vec<_>>();
    let seen = capitalised_inside(body, tokens, sentences.iter().zip(&headlines).filter(|(_, headline)| !**headline).map(|(s, _)| s));
    let mut finder = Finder { body, tokens, seen, headline: false };
    let mut found = Names { mentions: Vec::new(), covering: vec![0; tokens.len()] };
    for (number, sentence) in sentences.iter().enumerate() {
        finder.headline = headlines[number];
        let mut at = sentence.tokens.start;
        while at < sentence.tokens.end {
            let last = if tokens[at].kind == TokenKind::Capital { finder.run(at, sentence) } else { None };
            let Some(last) = last else {
                at += 1;
                continue;
            };
            if let Some(mention) = finder.mention(at, last, sentence, number) {
                found.mentions.push(mention);
                for covered in &mut found.covering[mention.first..=mention.last] {
                    *covered = found.mentions.len() as u32;
                }
            }
            at = last + 1;
        }
    }
    found
}

/// Words that are capitalised where no sentence begins: names.
fn capitalised_inside<'a, 's>(
    body: &'a str,
    tokens: &[Token],
    sentences: impl Iterator<Item = &'s Sentence>,
) -> HashSet<&'a str, ShortWords> {
    // Room for those of most articles at once.
    let mut seen = HashSet::with_capacity_and_hasher(48, ShortWords::default());
    for sentence in sentences {
        for token in tokens[sentence.tokens.clone()].iter().skip(1).filter(|t| t.kind == TokenKind::Capital) {
            seen.insert(token.span().of(body));
        }
    }
    seen
}

/// A line in which nearly every word has a capital: capitals tell nothing about names there.
fn is_headline(tokens: &[Token], sentence: &Sentence) -> bool {
    let tokens = &tokens[sentence.tokens.clone()];
    let capitals = tokens.iter().filter(|t| t.kind == TokenKind::Capital).count();
    if capitals < 4 || capitals * 2 < tokens.len() {
        return false;
    }
    let small = tokens.iter().filter(|t| t.kind == TokenKind::Word && !t.is(Class::CLOSED)).count();
    let speaks = tokens.iter().any(|t| t.kind == TokenKind::Word && t.is(Class::CUE) || t.stretch().is_some());
    let ends = tokens.last().is_some_and(|t| t.kind == TokenKind::Stop);
    let common = tokens.iter().any(|t| t.kind == TokenKind::Capital && t.is(Class::CLOSED.or(Class::CUE)) && !t.is(Class::TIME));
    capitals > small * 3 && common && !speaks && !ends
}

struct Finder<'a> {
    body: &'a str,
    tokens: &'a [Token],
    seen: HashSet<&'a str, ShortWords>,
    /// The sentence being read is a headline.
    headline: bool,
}

impl Finder<'_> {
    fn word(&self, at: usize) -> &str {
        self.tokens[at].span().of(self.body)
    }

    /// Can this token begin or carry on a name?
    fn is_nameable(&self, at: usize, sentence: &Sentence) -> bool {
        let token = self.tokens[at];
        if token.kind != TokenKind::Capital {
            return false;
        }
        if self.headline && !self.seen.contains(self.word(at)) {
            return false;
        }
        let initial = token.end - token.start == 2 && self.word(at).ends_with('.');
        // `"...," May wrote.`, "Reading said so."
        let speaks = at >= sentence.tokens.start
            && (at == sentence.tokens.start || self.tokens[at - 1].stretch().is_some())
            && self.tokens.get(at + 1).is_some_and(|next| next.kind == TokenKind::Word && next.is(Class::SAY) && next.is(Class::PAST))
            && !token.is(Class::PRONOUN.or(Class::DET).or(Class::PEOPLE));
        // Jan Jun, June March: months are names where no day follows.
        let month = token.is(Class::TIME)
            && matches!(self.word(at), "Jan" | "Jun" | "Mar" | "Sun" | "May" | "April" | "June" | "August" | "March")
            && (at > sentence.tokens.start && self.tokens[at - 1].kind == TokenKind::Capital && !self.tokens[at - 1].is(Class::CLOSED))
            && self.tokens.get(at + 1).is_some_and(|next| next.kind != TokenKind::Number);
        if initial || speaks || month {
            return true;
        }
        if token.is(Class::TIME.or(Class::DET).or(Class::POSS).or(Class::REL)) {
            // May and March are months, and a "May" that speaks is a name.
            return at > sentence.tokens.start && self.tokens[at - 1].is(Class::TITLE);
        }
        if token.is(Class::PRONOUN)
            && token.end - token.start <= 4
            && self.word(at) != "IT"
            && self.word(at) != "US"
            && self.word(at) != "WE"
        {
            return false;
        }
        // "Lowland-led", "Kestrel-based"
        if self.word(at).contains('-')
            && ["-led", "-based", "-backed", "-born", "-run", "-funded", "-owned", "-era", "-style"]
                .iter()
                .any(|end| self.word(at).ends_with(end))
        {
            return false;
        }
        let opens = at == sentence.tokens.start || !self.tokens[at - 1].is_word() && self.tokens[at - 1].kind != TokenKind::Comma;
        if !opens {
            // "Care Now", "Voices Together"
            let carries_on =
                token.is(Class::ADV) && self.tokens[at - 1].kind == TokenKind::Capital && !self.tokens[at - 1].is(Class::CLOSED);
            return !token.is(Class::CLOSED) || token.is(Class::TITLE.or(Class::PLACE)) || carries_on && !token.is(Class::TIME);
        }
        if token.is(Class::CLOSED) && !token.is(Class::PLACE) {
            return false;
        }
        if at != sentence.tokens.start {
            return true;
        }
        let before_capital = self.tokens.get(at + 1).is_some_and(|next| next.kind == TokenKind::Capital);
        let word = self.word(at);
        let ending = word.len() > 5
            && !token.is(Class::TITLE.or(Class::ROLE))
            && (word.ends_with("ing") || word.ends_with("ly") || word.ends_with("ed"));
        let looks_common = token.is(Class::CUE.or(Class::ADJ)) || ending;
        let known = self.seen.contains(word) || word.len() > 1 && word.chars().all(|c| c.is_uppercase() || c == '.');
        if looks_common && !known {
            return false;
        }
        // A lone capitalised word at the head of a sentence is a name unless it is a common noun we know.
        before_capital || known || !token.is(Class::NOUN.or(Class::DEMONYM))
    }

    /// The last token of a run of name words that begins at `at`.
    fn run(&self, at: usize, sentence: &Sentence) -> Option<usize> {
        if !self.is_nameable(at, sentence) {
            return None;
        }
        let mut last = at;
        while let Some(next) = self.step(at, last, sentence) {
            last = next;
        }
        Some(last)
    }

    /// The next token of the run after `last`, over particles, nicknames, and "of" in the names of institutions.
    fn step(&self, first: usize, last: usize, sentence: &Sentence) -> Option<usize> {
        let end = sentence.tokens.end;
        let institution = self.tokens[last].is(Class::ORG.or(Class::TITLE).or(Class::ROLE)) && !self.is_surname(last, first, last);
        let capital = |at: usize| at < end && self.is_nameable(at, sentence);
        let next = last + 1;
        if next >= end {
            return None;
        }
        if capital(next) {
            return Some(next);
        }
        let token = self.tokens[next];
        match token.kind {
            TokenKind::Word if token.is(Class::PARTICLE) => {
                let at = if next + 1 < end && self.tokens[next + 1].is(Class::PARTICLE) { next + 2 } else { next + 1 };
                capital(at).then_some(at)
            }
            TokenKind::Word if institution && matches!(self.word(next), "of" | "for") => {
                let at = if next + 1 < end && self.word(next + 1) == "the" { next + 2 } else { next + 1 };
                capital(at).then_some(at)
            }
            // "the Department of Health and Human Services", "the Court of Lowland and Highland"
            TokenKind::Word
                if self.word(next) == "and"
                    && (first..last).any(|t| matches!(self.word(t), "of" | "for"))
                    && !self.any(first, last, Class::TITLE) =>
            {
                let places = self.tokens[last].is(Class::PLACE) && self.tokens.get(next + 1).is_some_and(|t| t.is(Class::PLACE));
                let named = (next + 1..end.min(next + 4)).take_while(|&t| capital(t)).any(|t| self.tokens[t].is(Class::ORG));
                (capital(next + 1) && (places || named)).then_some(next + 1)
            }
            TokenKind::Other if self.word(next) == "&" => capital(next + 1).then_some(next + 1),
            TokenKind::Comma
                if next + 1 < end && self.tokens[next + 1].is(Class::SUFFIX) && self.tokens[next + 1].kind == TokenKind::Capital =>
            {
                Some(next + 1)
            }
            // Robert "Bob" Smith
            TokenKind::Quoted(_) if token.end - token.start < 20 && !self.tokens[last].is(Class::CUE) => {
                let plain = capital(next + 1) && !self.tokens[next + 1].is(Class::NOUN.or(Class::CUE));
                plain.then_some(next + 1)
            }
            _ => None,
        }
    }

    /// Parts a run into role and name.
    fn mention(&self, first: usize, last: usize, sentence: &Sentence, number: usize) -> Option<Mention> {
        let titled = (first..=last).rev().find(|&at| self.tokens[at].is(Class::TITLE.or(Class::ROLE)) && !self.is_surname(at, first, last));
        let (mut name, mut role) = ((first, last), None);
        if let Some(title) = titled {
            let after = self.after_title(title, last);
            if after > last {
                return Some(Mention {
                    first,
                    last,
                    name: (first, last),
                    role: Some((first, last)),
                    kind: NameKind::Role,
                    sentence: number,
                });
            }
            role = Some((first, after - 1));
            name = (after, last);
        } else if self.tokens[first].is(Class::DEMONYM) && last >= first + 2 && !self.any(first, last, Class::ORG) {
            role = Some((first, first));
            name = (first + 1, last);
        }
        if self.any(name.0, name.1, Class::PEOPLE) && !self.any(name.0, name.1, Class::ORG) {
            return None;
        }
        // Letters behind a name: QC, MP, OBE.
        while name.1 > name.0 + 1 && self.is_letters(name.1) {
            name.1 -= 1;
        }
        let mut begin = first;
        if let Some(start) = self.role_before(first, sentence) {
            role = Some((start, name.0 - 1));
            begin = start;
        }
        let kind = if self.is_dateline(name, sentence) { NameKind::Place } else { self.kind(name, role.is_some()) };
        Some(Mention { first: begin, last, name, role, kind, sentence: number })
    }

    /// `PORT ELLERY, Feb 11 (Agency) -`: capitals at the head of a text tell where it was written.
    fn is_dateline(&self, name: (usize, usize), sentence: &Sentence) -> bool {
        let shouts = |at: usize| {
            let word = self.word(at);
            word.chars().filter(|c| c.is_alphabetic()).count() > 2 && !word.chars().any(char::is_lowercase)
        };
        let ends = |kind| matches!(kind, TokenKind::Comma | TokenKind::Dash | TokenKind::Open);
        name.0 == sentence.tokens.start
            && (name.0..=name.1).all(shouts)
            && (name.1 > name.0 || self.word(name.0).len() > 4)
            && self.tokens.get(name.1 + 1).is_some_and(|next| ends(next.kind))
    }

    fn is_letters(&self, at: usize) -> bool {
        matches!(
            self.word(at),
            "QC" | "KC"
                | "MP"
                | "MEP"
                | "MSP"
                | "OBE"
                | "CBE"
                | "MBE"
                | "PhD"
                | "MD"
                | "M.D"
                | "M.D."
                | "Ph.D"
                | "Esq"
                | "USN"
                | "RN"
                | "CPA"
        )
    }

    /// "Ann King" is no king.
    fn is_surname(&self, at: usize, first: usize, last: usize) -> bool {
        let plain = |at: usize| !self.tokens[at].is(Class::NOUN.or(Class::DEMONYM).or(Class::PLACE).or(Class::ORG));
        at == last && at > first && (first..at).all(plain) && !self.tokens[at].is(Class::ABBR) && {
            let word = self.word(at);
            matches!(
                word,
                "King"
                    | "Prince"
                    | "Bishop"
                    | "Pope"
                    | "Judge"
                    | "Dean"
                    | "Major"
                    | "Marshal"
                    | "Baron"
                    | "Duke"
                    | "Earl"
                    | "Lord"
                    | "Cook"
                    | "Farmer"
                    | "Miner"
                    | "Driver"
                    | "Painter"
                    | "Priest"
                    | "Monk"
                    | "Player"
                    | "Coach"
                    | "Child"
                    | "Wife"
                    | "Rich"
            )
        }
    }

    /// The first token of the name behind a title: "Prime Minister of Lowland Ann Moss".
    fn after_title(&self, title: usize, last: usize) -> usize {
        let mut at = title + 1;
        if at <= last && self.tokens[at].kind == TokenKind::Word {
            at += 1;
            if at <= last && self.tokens[at].kind == TokenKind::Word {
                at += 1;
            }
            // One word belongs to the title ("of State"), more when they are words of places or institutions.
            let two = at < last && class(&format!("{}_{}", self.word(at), self.word(at + 1))).is(Class::PLACE);
            at += if two { 2 } else { 1 };
            while at <= last && self.tokens[at].is(Class::ORG.or(Class::PLACE)) {
                at += 1;
            }
        }
        at
    }

    fn any(&self, first: usize, last: usize, classes: Class) -> bool {
        self.tokens[first..=last].iter().any(|token| token.is(classes))
    }

    /// Where a role in small letters begins that stands right before a name: "the [Harbour Ministry spokesperson] Ann Moss".
    fn role_before(&self, first: usize, sentence: &Sentence) -> Option<usize> {
        let from = sentence.tokens.start;
        let noun = first.checked_sub(1).filter(|&at| at >= from)?;
        if self.tokens[noun].kind != TokenKind::Word || !self.tokens[noun].is(Class::ROLE.or(Class::TITLE)) {
            return None;
        }
        let mut at = noun;
        while at > from {
            let token = self.tokens[at - 1];
            let part = match token.kind {
                TokenKind::Word | TokenKind::Capital => {
                    token.is(Class::PLACE)
                        || !token.is(Class::CLOSED.or(Class::VERB)) && (!token.is(Class::CUE) || token.is(Class::NOUN.or(Class::ING)))
                }
                TokenKind::Possessive => true,
                _ => false,
            };
            if !part || noun - at > 6 {
                break;
            }
            at -= 1;
        }
        Some(at)
    }

    /// True for the name of a country, state or city as a whole.
    fn is_place(&self, (first, last): (usize, usize)) -> bool {
        if first == last {
            return class(self.word(first)).is(Class::PLACE);
        }
        let mut name = String::with_capacity(32);
        for at in first..=last {
            name.push_str(if at > first { "_" } else { "" });
            name.push_str(self.word(at));
        }
        class(&name).is(Class::PLACE)
    }

    fn kind(&self, name: (usize, usize), has_role: bool) -> NameKind {
        let length = name.1 - name.0 + 1;
        // "the broadcaster ABC" is no person.
        let acronym = |at: usize| {
            let word = self.word(at);
            word.len() > 1 && word.chars().all(|c| c.is_uppercase() || c.is_numeric() || c == '&')
        };
        if has_role && !(length == 1 && acronym(name.0) && name.0 > 0 && self.tokens[name.0 - 1].kind == TokenKind::Word) {
            return NameKind::Person;
        }
        if self.is_place(name) {
            return NameKind::Place;
        }
        if self.tokens[name.0..=name.1].iter().all(|t| t.is(Class::PLACE.or(Class::DEMONYM))) {
            return NameKind::Place;
        }
        if self.any(name.0, name.1, Class::ORG)
            || length > 1 && self.tokens[name.1].is(Class::FIRM)
            || (name.0..=name.1).any(|at| matches!(self.word(at), "of" | "for" | "&"))
        {
            return NameKind::Organisation;
        }
        // a people and one more word: "Lowland Accord"
        if (name.0..=name.1).any(|at| self.tokens[at].is(Class::DEMONYM)) && length == 2 && self.tokens[name.0].is(Class::DEMONYM) {
            return NameKind::Organisation;
        }
        match length {
            1 if acronym(name.0) => NameKind::Organisation,
            1 => NameKind::Unknown,
            _ => NameKind::Person,
        }
    }
}

/// The bytes of a range of tokens, both ends included.
pub(crate) fn span_of(tokens: &[Token], first: usize, last: usize) -> Span {
    Span { start: tokens[first].start, end: tokens[last].end.max(tokens[first].start) }
}
