//! The cast of an article: who and what is named in it, by which mentions, in which roles.

use super::holder::is_institution;
use super::lexicon::{Class, class};
use super::mention::{Mention, NameKind, span_of};
use super::phrase::{Head, Phrase};
use super::reader::Reader;
use super::token::TokenKind;
use crate::text::Span;
use crate::text::hash::ShortWords;
use std::cell::OnceCell;
use std::collections::HashMap;

/// Somebody or something that is named in the article.
#[derive(Debug, Default)]
pub(super) struct Entity {
    pub(super) name: String,
    pub(super) person: bool,
    /// One capitalised word that may still turn out to be a person.
    pub(super) unknown: bool,
    /// Above 0: a man, below 0: a woman.
    pub(super) gender: i32,
    pub(super) role: Option<String>,
    pub(super) organisation: Option<String>,
    pub(super) roles: Vec<String>,
    pub(super) count: u32,
    /// The name in small letters.
    pub(super) lower: String,
    /// The first mention that is the name itself.
    pub(super) fullest: Option<usize>,
    /// Something shows that this is a person: a title, a role, an age, a surname alone, a verb of speech.
    pub(super) evident: bool,
}

impl Entity {
    /// Notes a role, once, and no more than [`ROLES`]: a long article may introduce somebody thousands of times.
    fn called(&mut self, role: String) {
        if self.roles.len() < ROLES && !self.roles.contains(&role) {
            self.roles.push(role);
        }
    }
}

/// Most roles of one that are kept: nobody is introduced in more ways in the news, and every phrase is compared with all of them.
const ROLES: usize = 64;

/// The words of all names, one behind the other.
struct Spelled<'a> {
    words: Vec<&'a str>,
    /// How many of them stand before each mention's, and how many there are.
    starts: Vec<u32>,
}

impl<'a> Spelled<'a> {
    fn new(reader: &Reader<'a>) -> Self {
        let mentions = &reader.names.mentions;
        let mut spelled = Self { words: Vec::with_capacity(mentions.len() * 2), starts: Vec::with_capacity(mentions.len() + 1) };
        spelled.starts.push(0);
        for mention in mentions {
            let tokens = &reader.tokens[mention.name.0..=mention.name.1];
            let tokens = tokens.iter().filter(|t| t.is_word() && !t.is(Class::SUFFIX.or(Class::DET)) || t.kind == TokenKind::Other);
            spelled.words.extend(tokens.map(|token| token.span().of(reader.body)));
            spelled.starts.push(spelled.words.len() as u32);
        }
        spelled
    }

    /// The words of a mention's name, without what stands before and behind it.
    fn words(&self, mention: usize) -> &[&'a str] {
        &self.words[self.starts[mention] as usize..self.starts[mention + 1] as usize]
    }
}

/// Bytes of some words with a blank between each.
fn length(words: &[&str]) -> usize {
    (words.iter().map(|word| word.len() + 1).sum::<usize>()).saturating_sub(1)
}

/// All that is named, and which mention names what.
pub(crate) struct Cast<'a> {
    pub(super) reader: &'a Reader<'a>,
    pub(super) entities: Vec<Entity>,
    /// By number of the mention.
    pub(super) meant: Vec<Option<usize>>,
    /// Whom each sentence is about, once that was asked.
    pub(super) about: Vec<OnceCell<Option<usize>>>,
}

impl<'a> Cast<'a> {
    /// Collects the names of an article.
    pub(crate) fn new(reader: &'a Reader<'a>) -> Self {
        let mut cast = Self {
            reader,
            entities: Vec::new(),
            meant: vec![None; reader.names.mentions.len()],
            about: vec![OnceCell::new(); reader.sentences.len()],
        };
        let spelled = Spelled::new(reader);
        cast.full_names(&spelled);
        cast.short_names(&spelled);
        cast.roles();
        cast.forenames();
        cast.genders();
        cast.evidence(&spelled);
        cast
    }

    fn full_names(&mut self, spelled: &Spelled<'a>) {
        let mut known: HashMap<&[&str], usize, ShortWords> = HashMap::default();
        let mut ends: HashMap<(&str, &str), usize, ShortWords> = HashMap::default();
        for (number, mention) in self.reader.names.mentions.iter().enumerate() {
            let words = spelled.words(number);
            if mention.kind == NameKind::Role {
                continue;
            }
            let [first, .., last] = words else { continue };
            let person = mention.kind == NameKind::Person;
            let entity = match known.get(words).copied().or_else(|| ends.get(&(*first, *last)).copied().filter(|_| person)) {
                Some(entity) => entity,
                None => {
                    self.entities.push(Entity { name: words.join(" "), person, ..Entity::default() });
                    self.entities.len() - 1
                }
            };
            known.insert(words, entity);
            if person {
                ends.insert((first, last), entity);
                if length(words) > self.entities[entity].name.len() {
                    self.entities[entity].name = words.join(" ");
                }
            }
            self.meet(number, entity);
        }
    }

    pub(super) fn meet(&mut self, mention: usize, entity: usize) {
        self.meant[mention] = Some(entity);
        self.entities[entity].count += 1;
    }

    fn short_names(&mut self, spelled: &Spelled<'a>) {
        // A word, the number of a mention that has it and whom that names.
        let mut by_last: Vec<(&str, usize, usize)> = Vec::new();
        let mut by_first = by_last.clone();
        for (number, mention) in self.reader.names.mentions.iter().enumerate() {
            if let Some(entity) = self.meant[number] {
                let [others @ .., last] = spelled.words(number) else { continue };
                if self.entities[entity].person {
                    by_last.push((last, number, entity));
                    by_first.extend(others.iter().map(|word| (*word, number, entity)));
                } else if self.reader.names.mentions[number].kind == NameKind::Organisation
                    && !self.reader.is(mention.name.0, Class::ORG.or(Class::DEMONYM).or(Class::PLACE))
                {
                    // "Kestrel" for the Kestrel Motor Company.
                    by_first.push((others.first().unwrap_or(last), number, entity));
                }
            }
        }
        by_last.sort_unstable();
        by_first.sort_unstable();
        let signs = self.signs();
        let mut singles: HashMap<&str, usize, ShortWords> = HashMap::default();
        for number in 0..self.meant.len() {
            let mention = self.reader.names.mentions[number];
            if self.meant[number].is_some() || mention.kind == NameKind::Role {
                continue;
            }
            let words = spelled.words(number);
            let Some(&word) = words.last() else { continue };
            let may_be_person = matches!(mention.kind, NameKind::Person | NameKind::Unknown) || mention.kind == NameKind::Place;
            let choose = |list: &[(&str, usize, usize)]| -> Option<usize> {
                let list = &list[list.partition_point(|&(other, ..)| other < word)..];
                let list = &list[..list.partition_point(|&(other, ..)| other == word)];
                let before = list.partition_point(|&(_, at, _)| at < number);
                // Of two bearers the one whom "Mr" or "Mrs" fits; the most named of those already met, else the first to come.
                let title = self.sign(&mention);
                let fits = |entity: usize| title * signs.get(&entity).copied().unwrap_or(0);
                let met = list[..before].iter().rev().take(100).filter(|(_, _, entity)| fits(*entity) >= 0);
                let met = met.max_by_key(|&&(_, _, entity)| (fits(entity), self.entities[entity].count));
                met.or(list.get(before)).map(|&(_, _, entity)| entity)
            };
            let entity = if may_be_person { choose(&by_last).or_else(|| choose(&by_first)) } else { None };
            let entity = match entity.or_else(|| self.by_acronym(number, word)).or_else(|| singles.get(word).copied()) {
                Some(entity) => entity,
                None => {
                    let person = mention.kind == NameKind::Person;
                    let unknown = mention.kind == NameKind::Unknown;
                    self.entities.push(Entity { name: words.join(" "), person, unknown, ..Entity::default() });
                    self.entities.len() - 1
                }
            };
            singles.insert(word, entity);
            self.meet(number, entity);
        }
    }

    /// How a phrase leads to the name of whom it means: the name it stands for, then the first time the fullest name is printed.
    pub(crate) fn chain(&self, phrase: Phrase, entity: usize) -> Vec<Span> {
        let reader = self.reader;
        let span = |number: usize| {
            let (first, last) = reader.names.mentions[number].name;
            span_of(reader.tokens, first, last)
        };
        let here = span_of(reader.tokens, phrase.first, phrase.last);
        let end = reader.names.mentions.partition_point(|mention| mention.first < phrase.first);
        let mine = |number: &usize| self.meant[*number] == Some(entity);
        let mut chain = Vec::with_capacity(2);
        let named = matches!(phrase.head, Head::Name(m) if self.meant[m] == Some(entity));
        if !named {
            chain.extend((0..end).rev().take(500).find(mine).or_else(|| (end..self.meant.len()).take(500).find(mine)).map(span));
        }
        chain.extend(self.entities[entity].fullest.map(span));
        chain.dedup();
        chain.retain(|step| !here.contains(*step));
        chain
    }

    /// What forenames tell of gender; what the article tells weighs more.
    fn forenames(&mut self) {
        for entity in self.entities.iter_mut().filter(|entity| entity.person) {
            let Some((first, _)) = entity.name.split_once(' ') else { continue };
            let class = class(first);
            let sign = i32::from(class.is(Class::MAN)) - i32::from(class.is(Class::WOMAN));
            entity.gender += 2 * sign;
            entity.evident |= sign != 0;
        }
    }

    /// What the title before a name tells of gender: above 0 a man, below 0 a woman.
    fn sign(&self, mention: &Mention) -> i32 {
        let reader = self.reader;
        let of = |t: usize| i32::from(reader.is(t, Class::MALE)) - i32::from(reader.is(t, Class::FEMALE));
        mention.role.map_or(0, |(first, last)| (first..=last).map(of).sum::<i32>().signum())
    }

    /// What the titles before full names tell of gender, by entity.
    fn signs(&self) -> HashMap<usize, i32> {
        let mut signs = HashMap::new();
        for (number, mention) in self.reader.names.mentions.iter().enumerate() {
            if let (Some(entity), sign) = (self.meant[number], self.sign(mention))
                && sign != 0
            {
                *signs.entry(entity).or_insert(0) += sign;
            }
        }
        signs
    }

    /// "World Health Organization (WHO)": the acronym stands in brackets behind the name.
    pub(super) fn by_acronym(&self, number: usize, word: &str) -> Option<usize> {
        let reader = self.reader;
        let mention = &reader.names.mentions[number];
        let long = number.checked_sub(1)?;
        let bracket = mention.first.checked_sub(1).is_some_and(|t| reader.kind(t) == TokenKind::Open);
        let before = &reader.names.mentions[long];
        (word.len() > 1 && bracket && before.last + 2 == mention.first).then(|| self.meant[long]).flatten()
    }

    /// Roles before names and in appositions behind them.
    pub(super) fn roles(&mut self) {
        let reader = self.reader;
        for number in 0..self.meant.len() {
            let mention = reader.names.mentions[number];
            let Some(entity) = self.meant[number] else { continue };
            if let Some((first, last)) = mention.role {
                self.add_role(entity, (self.owner_before(first), last), 5);
                // "President X of Lowland" is the Lowland president.
                let of = mention.last + 1;
                if of + 1 < reader.tokens.len() && reader.word(of) == "of" && reader.names.at(of + 1).is_some() {
                    let role = span_of(reader.tokens, first, last).of(reader.body).to_lowercase();
                    self.entities[entity].called(format!("{role} of {}", reader.word(of + 1).to_lowercase()));
                }
            }
            if !self.entities[entity].person {
                continue;
            }
            // "the army's spokesman, Colonel X": the longer role tells more than the rank.
            if mention.role.is_none_or(|(first, last)| first == last)
                && let Some(role) = self.description_before(&mention)
            {
                self.add_role(entity, role, 3);
            }
            if let Some(role) = self.apposition(&mention) {
                self.add_role(entity, role, 3);
            }
        }
    }

    /// "Lowland's President X": the owner belongs to the role.
    fn owner_before(&self, first: usize) -> usize {
        let reader = self.reader;
        let owner = first.checked_sub(2).filter(|&t| reader.kind(t + 1) == TokenKind::Possessive).and_then(|t| reader.names.at(t));
        owner.map_or(first, |m| reader.names.mentions[m].first)
    }

    /// "the mayor of Kestrel, X": the role before the comma, without article.
    fn description_before(&self, mention: &Mention) -> Option<(usize, usize)> {
        let reader = self.reader;
        let last = mention.first.checked_sub(2).filter(|&t| reader.kind(t + 1) == TokenKind::Comma)?;
        let sentence = &reader.sentences[mention.sentence];
        let phrase = reader.ending_at(last, sentence.tokens.start)?;
        let role = match phrase.head {
            Head::Noun(t) => reader.is(t, Class::ROLE.or(Class::TITLE)),
            Head::Name(m) => reader.names.mentions[m].kind == NameKind::Role,
            Head::Pronoun(_) => false,
        };
        let first = if reader.is(phrase.first, Class::DET.or(Class::POSS)) { phrase.first + 1 } else { phrase.first };
        let governed = phrase.first > sentence.tokens.start && reader.is(phrase.first - 1, Class::PREP);
        let ends = !reader.tokens[mention.last + 1].is_word() || reader.is_cue(mention.last + 1, Class::SAY);
        (role && ends && !governed && first <= last && last - first < 16).then_some((first, last))
    }

    /// Notes a role and what it tells of gender and institution.
    fn add_role(&mut self, entity: usize, (first, last): (usize, usize), weight: i32) {
        let reader = self.reader;
        let text = span_of(reader.tokens, first, last).of(reader.body).to_owned();
        let organisation = self.organisation_in(first, last);
        for t in first..=last {
            let gender = i32::from(reader.is(t, Class::MALE)) - i32::from(reader.is(t, Class::FEMALE));
            self.entities[entity].gender += weight * gender;
        }
        let entity = &mut self.entities[entity];
        let courtesy = matches!(text.trim_end_matches('.'), "Mr" | "Mrs" | "Ms" | "Miss" | "Sir" | "Dr" | "Messrs");
        if !courtesy && entity.role.as_ref().is_none_or(|role| role.len() < text.len() && !role.contains(' ')) {
            entity.role = Some(text.clone());
        }
        entity.organisation = entity.organisation.take().or(organisation);
        entity.called(text.to_lowercase());
    }

    /// The institution in a role: "Harbour Ministry spokesperson".
    fn organisation_in(&self, first: usize, last: usize) -> Option<String> {
        let reader = self.reader;
        let barred = Class::TITLE.or(Class::DEMONYM).or(Class::ROLE).or(Class::ADJ);
        let capital = |t: usize| {
            let peoples =
                reader.is(t, Class::DEMONYM) && t < last && reader.kind(t + 1) == TokenKind::Capital && reader.is(t + 1, Class::ORG);
            reader.kind(t) == TokenKind::Capital && (peoples || !reader.is(t, barred))
        };
        let start = (first..=last).find(|&t| capital(t))?;
        let end = (start..=last).take_while(|&t| capital(t)).last()?;
        let place = (start..=end).all(|t| reader.is(t, Class::PLACE));
        let person = reader.names.at(start).is_some_and(|m| {
            let mention = &reader.names.mentions[m];
            mention.kind == NameKind::Person && mention.name.0 == start
        });
        // "Interior Minister" is no minister of an institution called Interior.
        let titled = end < last && reader.kind(end + 1) == TokenKind::Capital && !(start..=end).any(|t| reader.is(t, Class::ORG));
        (!place && !person && !titled).then(|| span_of(reader.tokens, start, end).of(reader.body).to_owned())
    }

    /// "Name, a member of the council,": the tokens of the role, without article.
    pub(super) fn apposition(&self, mention: &Mention) -> Option<(usize, usize)> {
        let reader = self.reader;
        if reader.kind(mention.last + 1) != TokenKind::Comma {
            return None;
        }
        let mut first = mention.last + 2;
        if reader.kind(first) == TokenKind::Number && reader.kind(first + 1) == TokenKind::Comma {
            first += 2;
        }
        let article = reader.is(first, Class::DET) && reader.tokens[first].is_word();
        if article {
            first += 1;
        }
        let end = (first..first + 24).find(|&t| {
            matches!(
                reader.kind(t),
                TokenKind::Comma | TokenKind::Stop | TokenKind::Break | TokenKind::Quoted(_) | TokenKind::Semicolon | TokenKind::Dash
            )
        })?;
        let noun = (first..end).take(8).find(|&t| reader.is(t, Class::ROLE.or(Class::TITLE)))?;
        let plain = (first..noun)
            .all(|t| !reader.is(t, Class::AUX.or(Class::PRONOUN).or(Class::CONJ).or(Class::REL)) && !reader.is_cue(t, Class::CUE));
        let stop = (noun + 1..end).find(|&t| reader.is(t, Class::REL) || reader.is_cue(t, Class::CUE)).unwrap_or(end);
        (plain && first < stop && stop - first < 16).then_some((first, stop - 1))
    }

    /// Pronouns tell the gender of the only person they can mean.
    pub(super) fn genders(&mut self) {
        let reader = self.reader;
        let mut previous: Option<usize> = None;
        for sentence in reader.sentences {
            let mut only: Option<usize> = None;
            let mut several = false;
            for t in sentence.tokens.clone() {
                if let Some(m) = reader.names.at(t)
                    && let Some(entity) = self.meant[m]
                {
                    let mention = &reader.names.mentions[m];
                    let subject = mention.first == sentence.tokens.start;
                    // "Conceiral: He has put up a sign": who speaks is not "he".
                    let label = subject && reader.kind(mention.last + 1) == TokenKind::Colon;
                    if !label && (self.entities[entity].person || subject && self.entities[entity].unknown) {
                        several |= only.is_some_and(|other| other != entity);
                        only = Some(entity);
                    }
                }
                if !reader.is(t, Class::HE.or(Class::SHE).or(Class::POSS)) {
                    continue;
                }
                let step = match () {
                    () if reader.is(t, Class::HE) || reader.word(t).eq_ignore_ascii_case("his") => 1,
                    () if reader.is(t, Class::SHE) || reader.word(t).eq_ignore_ascii_case("her") => -1,
                    () => continue,
                };
                let meant = if several { None } else { only.or(previous) };
                if let Some(entity) = meant {
                    self.entities[entity].gender += step;
                }
            }
            previous = if several { None } else { only.or(previous) };
        }
        // "Moss arrived. He said ...": whoever is meant by "he" is a person.
        for entity in self.entities.iter_mut().filter(|entity| entity.unknown && entity.gender != 0 && entity.count > 1) {
            entity.person = true;
        }
    }

    /// What shows that a name is a person's, and where the fullest name is printed first.
    fn evidence(&mut self, spelled: &Spelled<'_>) {
        let reader = self.reader;
        for number in 0..self.meant.len() {
            if let Some(entity) = self.meant[number].filter(|&entity| self.entities[entity].fullest.is_none()) {
                let (words, name) = (spelled.words(number), &self.entities[entity].name);
                if length(words) == name.len() && name.split(' ').eq(words.iter().copied()) {
                    self.entities[entity].fullest = Some(number);
                }
            }
        }
        for number in 0..self.meant.len() {
            let mention = reader.names.mentions[number];
            let Some(entity) = self.meant[number] else { continue };
            if !self.entities[entity].person {
                let (first, next) = (mention.first, mention.last + 1);
                // "the magazine X", "X magazine"
                let called = |t: usize| reader.kind(t) == TokenKind::Word && is_institution(reader.word(t));
                let noun = first.checked_sub(1).filter(|&t| called(t)).or_else(|| called(next).then_some(next));
                if let Some(noun) = noun.map(|t| reader.word(t).to_owned()) {
                    self.entities[entity].called(noun);
                }
                let named = (mention.name.0..=mention.name.1).any(|t| reader.is(t, Class::ORG.or(Class::FIRM)));
                let speaks = reader.is_cue_at(next, Class::SAY.or(Class::TELL)) || first > 0 && reader.is_cue_at(first - 1, Class::SAY);
                self.entities[entity].evident |= named || speaks;
                continue;
            }
            let next = mention.last + 1;
            let aged = reader.kind(next) == TokenKind::Comma && reader.kind(next + 1) == TokenKind::Number;
            let speaks =
                reader.is_cue_at(next, Class::SAY.or(Class::TELL)) || mention.first > 0 && reader.is_cue_at(mention.first - 1, Class::SAY);
            let acts =
                reader.kind(next) == TokenKind::Comma && matches!(reader.kind(next + 1), TokenKind::Word) && reader.word(next + 1) == "who";
            let alone = mention.name.0 == mention.name.1 && self.entities[entity].name.contains(' ');
            if mention.role.is_some() || aged || speaks || acts || alone {
                self.entities[entity].evident = true;
            }
        }
        for entity in &mut self.entities {
            entity.evident |= !entity.roles.is_empty();
            entity.lower = entity.name.to_lowercase();
        }
    }
}
