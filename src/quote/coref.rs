//! Who is meant: surnames to full names, pronouns and roles to their holders.

use super::lexicon::Class;
use super::mention::{Mention, NameKind};
use super::phrase::{Head, Phrase, Reader};
use super::token::TokenKind;
use super::{Speaker, SpeakerKind};
use std::collections::HashMap;

/// Somebody or something that is named in the article.
#[derive(Debug, Default)]
struct Entity {
    name: String,
    person: bool,
    /// One capitalised word that may still turn out to be a person.
    unknown: bool,
    /// Above 0: a man, below 0: a woman.
    gender: i32,
    role: Option<String>,
    organisation: Option<String>,
    roles: Vec<String>,
    count: u32,
}

/// All that is named, and which mention names what.
pub(crate) struct Cast<'a> {
    reader: &'a Reader<'a>,
    entities: Vec<Entity>,
    /// By number of the mention.
    meant: Vec<Option<usize>>,
}

impl<'a> Cast<'a> {
    /// Collects the names of an article.
    pub(crate) fn new(reader: &'a Reader<'a>) -> Self {
        let mut cast = Self { reader, entities: Vec::new(), meant: vec![None; reader.names.mentions.len()] };
        cast.full_names();
        cast.short_names();
        cast.roles();
        cast.genders();
        cast
    }

    fn words(&self, mention: &Mention) -> Vec<&'a str> {
        let reader = self.reader;
        (mention.name.0..=mention.name.1)
            .filter(|&t| reader.tokens[t].is_word() && !reader.is(t, Class::SUFFIX.or(Class::DET)) || reader.kind(t) == TokenKind::Other)
            .map(|t| reader.tokens[t].span().of(reader.body))
            .collect()
    }

    fn full_names(&mut self) {
        let mut known: HashMap<String, usize> = HashMap::new();
        let mut ends: HashMap<(&str, &str), usize> = HashMap::new();
        for (number, mention) in self.reader.names.mentions.iter().enumerate() {
            let words = self.words(mention);
            if words.len() < 2 || mention.kind == NameKind::Role {
                continue;
            }
            let name = words.join(" ");
            let person = mention.kind == NameKind::Person;
            let (first, last) = (words[0], words[words.len() - 1]);
            let entity = match known.get(&name).copied().or_else(|| ends.get(&(first, last)).copied().filter(|_| person)) {
                Some(entity) => entity,
                None => {
                    self.entities.push(Entity { name: name.clone(), person, ..Entity::default() });
                    self.entities.len() - 1
                }
            };
            known.insert(name.clone(), entity);
            if person {
                ends.insert((first, last), entity);
                if name.len() > self.entities[entity].name.len() {
                    self.entities[entity].name = name;
                }
            }
            self.meet(number, entity);
        }
    }

    fn meet(&mut self, mention: usize, entity: usize) {
        self.meant[mention] = Some(entity);
        self.entities[entity].count += 1;
    }

    fn short_names(&mut self) {
        let mut by_last: HashMap<&str, Vec<(usize, usize)>> = HashMap::new();
        let mut by_first: HashMap<&str, Vec<(usize, usize)>> = HashMap::new();
        for (number, mention) in self.reader.names.mentions.iter().enumerate() {
            if let Some(entity) = self.meant[number] {
                let words = self.words(mention);
                if self.entities[entity].person {
                    by_last.entry(words[words.len() - 1]).or_default().push((number, entity));
                    for &word in &words[..words.len() - 1] {
                        by_first.entry(word).or_default().push((number, entity));
                    }
                } else if self.reader.names.mentions[number].kind == NameKind::Organisation
                    && !self.reader.is(mention.name.0, Class::ORG.or(Class::DEMONYM).or(Class::PLACE))
                {
                    // "Ford" for the Ford Motor Company.
                    by_first.entry(words[0]).or_default().push((number, entity));
                }
            }
        }
        let mut singles: HashMap<&str, usize> = HashMap::new();
        for number in 0..self.meant.len() {
            let mention = self.reader.names.mentions[number];
            if self.meant[number].is_some() || mention.kind == NameKind::Role {
                continue;
            }
            let words = self.words(&mention);
            let Some(&word) = words.last() else { continue };
            let may_be_person = matches!(mention.kind, NameKind::Person | NameKind::Unknown) || mention.kind == NameKind::Place;
            let choose = |list: &Vec<(usize, usize)>| -> Option<usize> {
                let before = list.partition_point(|&(at, _)| at < number);
                // The most named of those already met, else the first to come.
                let met = list[..before].iter().rev().take(100).max_by_key(|&&(_, entity)| self.entities[entity].count);
                met.or(list.get(before)).map(|&(_, entity)| entity)
            };
            let entity =
                if may_be_person { by_last.get(word).and_then(&choose).or_else(|| by_first.get(word).and_then(&choose)) } else { None };
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

    /// "World Health Organization (WHO)": the acronym stands in brackets behind the name.
    fn by_acronym(&self, number: usize, word: &str) -> Option<usize> {
        let reader = self.reader;
        let mention = &reader.names.mentions[number];
        let long = number.checked_sub(1)?;
        let bracket = mention.first.checked_sub(1).is_some_and(|t| reader.kind(t) == TokenKind::Open);
        let before = &reader.names.mentions[long];
        (word.len() > 1 && bracket && before.last + 2 == mention.first).then(|| self.meant[long]).flatten()
    }

    /// Roles before names and in appositions behind them.
    fn roles(&mut self) {
        let reader = self.reader;
        for number in 0..self.meant.len() {
            let mention = reader.names.mentions[number];
            let Some(entity) = self.meant[number] else { continue };
            if let Some((first, last)) = mention.role {
                let text = super::mention::span_of(reader.tokens, first, last).of(reader.body).to_owned();
                let organisation = self.organisation_in(first, last);
                self.add_role(entity, text, organisation);
                for t in first..=last {
                    if reader.is(t, Class::MALE) {
                        self.entities[entity].gender += 5;
                    } else if reader.is(t, Class::FEMALE) {
                        self.entities[entity].gender -= 5;
                    }
                }
            }
            if mention.role.is_none()
                && let Some(noun) =
                    mention.first.checked_sub(2).filter(|&t| reader.kind(t + 1) == TokenKind::Comma && reader.is(t, Class::ROLE))
            {
                self.entities[entity].gender += 3 * (i32::from(reader.is(noun, Class::MALE)) - i32::from(reader.is(noun, Class::FEMALE)));
            }
            let person = self.entities[entity].person;
            if let Some((first, last)) = self.apposition(&mention).filter(|_| person) {
                let text = super::mention::span_of(reader.tokens, first, last).of(reader.body).to_owned();
                let organisation = self.organisation_in(first, last);
                self.add_role(entity, text, organisation);
                for t in first..=last {
                    if reader.is(t, Class::MALE) {
                        self.entities[entity].gender += 3;
                    } else if reader.is(t, Class::FEMALE) {
                        self.entities[entity].gender -= 3;
                    }
                }
            }
        }
    }

    fn add_role(&mut self, entity: usize, text: String, organisation: Option<String>) {
        let entity = &mut self.entities[entity];
        let courtesy = matches!(text.trim_end_matches('.'), "Mr" | "Mrs" | "Ms" | "Miss" | "Sir" | "Dr" | "Messrs");
        if !courtesy && entity.role.as_ref().is_none_or(|role| role.len() < text.len() && !role.contains(' ')) {
            entity.role = Some(text.clone());
        }
        entity.organisation = entity.organisation.take().or(organisation);
        entity.roles.push(text.to_lowercase());
    }

    /// The institution in a role: "State Department spokesperson".
    fn organisation_in(&self, first: usize, last: usize) -> Option<String> {
        let reader = self.reader;
        let capital = |t: usize| reader.kind(t) == TokenKind::Capital && !reader.is(t, Class::TITLE.or(Class::DEMONYM).or(Class::ROLE));
        let start = (first..=last).find(|&t| capital(t))?;
        let end = (start..=last).take_while(|&t| capital(t)).last()?;
        let place = (start..=end).all(|t| reader.is(t, Class::PLACE));
        (!place).then(|| super::mention::span_of(reader.tokens, start, end).of(reader.body).to_owned())
    }

    /// "Name, a member of the council,": the tokens of the role, without article.
    fn apposition(&self, mention: &Mention) -> Option<(usize, usize)> {
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
        let plain = (first..noun).all(|t| !reader.is(t, Class::AUX.or(Class::PRONOUN).or(Class::CONJ)) && !reader.is_cue(t, Class::CUE));
        let stop = (noun + 1..end).find(|&t| reader.is(t, Class::REL) || reader.is_cue(t, Class::CUE)).unwrap_or(end);
        (plain && first < stop && stop - first < 16)
            .then_some((first, stop - 1))
    }

    /// Pronouns tell the gender of the only person they can mean.
    fn genders(&mut self) {
        let reader = self.reader;
        let mut previous: Option<usize> = None;
        for sentence in reader.sentences {
            let mut only: Option<usize> = None;
            let mut several = false;
            for t in sentence.tokens.clone() {
                let subject = reader.names.at(t).is_some_and(|m| reader.names.mentions[m].first == sentence.tokens.start);
                let may = |e: &usize| self.entities[*e].person || subject && self.entities[*e].unknown;
                if let Some(entity) = reader.names.at(t).and_then(|m| self.meant[m]).filter(may) {
                    several |= only.is_some_and(|other| other != entity);
                    only = Some(entity);
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
        // "Benitez arrived. He said ...": whoever is meant by "he" is a person.
        for entity in self.entities.iter_mut().filter(|entity| entity.unknown && entity.gender != 0) {
            entity.person = true;
        }
    }

    /// The speaker that a phrase names. `last` is the speaker of the quotation before.
    pub(crate) fn speaker(&self, phrase: Phrase, last: Option<usize>) -> (Speaker, Option<usize>) {
        match phrase.head {
            Head::Name(m) if self.reader.names.mentions[m].kind != NameKind::Role => match self.meant[m] {
                Some(entity) => (self.named(entity), Some(entity)),
                None => (self.unnamed(phrase), None),
            },
            Head::Name(m) => self.holder(phrase, self.reader.names.mentions[m].last),
            Head::Noun(t) => self.noun(phrase, t),
            Head::Pronoun(t) if self.unnamed_before(t).is_some() => match self.unnamed_before(t) {
                Some(subject) => (self.unnamed(subject), None),
                None => (self.unnamed(phrase), None),
            },
            Head::Pronoun(t) => match self.pronoun(t, last) {
                Some(entity) => (self.named(entity), Some(entity)),
                None => (Speaker { name: None, role: None, kind: SpeakerKind::Person, organisation: None }, None),
            },
        }
    }

    fn named(&self, entity: usize) -> Speaker {
        let entity = &self.entities[entity];
        let kind = if entity.person { SpeakerKind::Person } else { SpeakerKind::Organisation };
        Speaker { name: Some(entity.name.clone()), role: entity.role.clone(), kind, organisation: entity.organisation.clone() }
    }

    /// A common noun: a document of somebody, a role with a holder, or somebody without a name.
    fn noun(&self, phrase: Phrase, head: usize) -> (Speaker, Option<usize>) {
        let reader = self.reader;
        if reader.is(head, Class::DOC) && head > phrase.first {
            // "the ministry's official statement", "the Ford statement"
            let owner = (phrase.first..head).rev().find_map(|t| reader.names.at(t).and_then(|m| self.meant[m]));
            if let Some(entity) = owner {
                return (self.named(entity), Some(entity));
            }
        }
        self.holder(phrase, head)
    }

    /// "the president": the last person met who has that role.
    fn holder(&self, phrase: Phrase, head: usize) -> (Speaker, Option<usize>) {
        let reader = self.reader;
        let definite = reader.word(phrase.first).eq_ignore_ascii_case("the") || matches!(phrase.head, Head::Name(_));
        let document = reader.is(head, Class::DOC) && !reader.is(head, Class::ROLE.or(Class::ORG));
        if definite && !document {
            let word = reader.word(head).to_lowercase();
            let end = reader.names.mentions.partition_point(|mention| mention.first < phrase.first);
            let holder = reader.names.mentions[..end].iter().enumerate().rev().take(500).filter_map(|(m, _)| self.meant[m]).find(|&e| {
                let entity = &self.entities[e];
                if entity.person {
                    entity.roles.iter().any(|role| head_words(role).any(|w| w == word))
                } else {
                    entity.name.to_lowercase().ends_with(&word)
                }
            });
            if let Some(entity) = holder.or_else(|| self.last_institution(phrase, &word)) {
                return (self.named(entity), Some(entity));
            }
        }
        (self.unnamed(phrase), None)
    }

    /// "the company": the last institution named in this block or the two before it.
    fn last_institution(&self, phrase: Phrase, word: &str) -> Option<usize> {
        let reader = self.reader;
        let generic = matches!(
            word,
            "company"
                | "firm"
                | "group"
                | "organization"
                | "organisation"
                | "agency"
                | "charity"
                | "airline"
                | "carmaker"
                | "newspaper"
                | "paper"
                | "magazine"
                | "network"
                | "bank"
                | "union"
                | "club"
                | "retailer"
                | "manufacturer"
                | "nonprofit"
                | "think-tank"
                | "watchdog"
                | "regulator"
                | "broadcaster"
        );
        if !generic || phrase.last > phrase.first + 1 {
            return None;
        }
        let block =
            |t: usize| reader.sentences.partition_point(|s| s.tokens.start <= t).checked_sub(1).map_or(0, |n| reader.sentences[n].block);
        let here = block(phrase.first);
        let end = reader.names.mentions.partition_point(|m| m.first < phrase.first);
        reader.names.mentions[..end]
            .iter()
            .enumerate()
            .rev()
            .take(100)
            .take_while(|(_, m)| reader.sentences[m.sentence].block + 2 >= here)
            .filter(|(_, m)| {
                let leads = m.first == reader.sentences[m.sentence].tokens.start;
                let object = m.first > 0 && reader.is(m.first - 1, Class::PREP);
                (m.kind == NameKind::Organisation || m.kind == NameKind::Unknown && leads) && !object
            })
            .filter_map(|(number, _)| self.meant[number])
            .find(|&entity| !self.entities[entity].person)
    }

    /// The noun phrase without its article.
    fn unnamed(&self, phrase: Phrase) -> Speaker {
        let reader = self.reader;
        let mut first = phrase.first;
        if first < phrase.last
            && (reader.is(first, Class::POSS) || matches!(reader.word(first).to_ascii_lowercase().as_str(), "the" | "a" | "an"))
        {
            first += 1;
        }
        let name = super::mention::span_of(reader.tokens, first, phrase.last).of(reader.body).to_owned();
        let kind = match phrase.head {
            Head::Noun(t) if reader.is(t, Class::ROLE.or(Class::PEOPLE)) => SpeakerKind::Unnamed,
            Head::Noun(t) if reader.is(t, Class::DOC) => SpeakerKind::Document,
            Head::Noun(t) if reader.is(t, Class::ORG) => SpeakerKind::Organisation,
            _ => SpeakerKind::Unnamed,
        };
        Speaker { name: Some(name), role: None, kind, organisation: None }
    }

    /// "A spokesman said no. He added ...": the pronoun means somebody without a name who is the subject of the sentence before.
    fn unnamed_before(&self, token: usize) -> Option<Phrase> {
        let reader = self.reader;
        let here = reader.sentences.partition_point(|s| s.tokens.start <= token).checked_sub(1)?;
        let previous = &reader.sentences[here.checked_sub(1)?];
        if previous.block != reader.sentences[here].block || reader.sentences[here].tokens.start != token {
            return None;
        }
        let subject = reader.clause_subject(previous.tokens.start, previous.tokens.end.min(previous.tokens.start + 60))?;
        let Head::Noun(head) = subject.head else { return None };
        let one = reader.is(token, Class::HE.or(Class::SHE));
        let fits = if one {
            reader.is(head, Class::ROLE) || reader.word(subject.first).eq_ignore_ascii_case("one")
        } else {
            reader.is(head, Class::PEOPLE.or(Class::ORG))
        };
        let definite = reader.word(subject.first).eq_ignore_ascii_case("the");
        let named =
            (subject.first..=subject.last).any(|t| reader.names.at(t).is_some_and(|m| reader.names.mentions[m].kind == NameKind::Person));
        (fits && !(one && definite) && !named && reader.is(token, Class::THIRD)).then_some(subject)
    }

    /// Whom "he" or "she" means: the best of the persons named before, by nearness, place in the sentence, and gender.
    fn pronoun(&self, token: usize, last: Option<usize>) -> Option<usize> {
        let reader = self.reader;
        let word = reader.word(token).to_ascii_lowercase();
        let wanted = match word.as_str() {
            "he" | "his" => 1,
            "she" | "her" => -1,
            _ => return None,
        };
        let here = reader.sentences.partition_point(|s| s.tokens.start <= token).checked_sub(1)?;
        let end = reader.names.mentions.partition_point(|m| m.first < token);
        let mut best: Option<(i32, usize)> = None;
        let mut sentence_first: HashMap<usize, usize> = HashMap::new();
        for mention in reader.names.mentions[..end].iter().rev().take(40) {
            let number = reader.names.mentions.partition_point(|m| m.first < mention.first);
            if let Some(entity) = self.meant[number].filter(|&e| self.entities[e].person) {
                sentence_first.insert(mention.sentence, entity);
            }
        }
        for number in (0..end).rev().take(40) {
            let mention = &reader.names.mentions[number];
            let Some(entity) = self.meant[number] else { continue };
            let known = &self.entities[entity];
            if !known.person || known.gender * wanted < 0 {
                continue;
            }
            let distance = (here - mention.sentence) as i32;
            let apart = (reader.sentences[here].block - reader.sentences[mention.sentence].block) as i32;
            let mut score = -10 * distance - 5 * apart;
            // "Speaking to X, he said": X is not who speaks.
            let oblique = mention.first.checked_sub(1).is_some_and(|t| reader.is(t, Class::PREP) && reader.kind(t) == TokenKind::Word);
            if oblique && distance == 0 {
                continue;
            }
            if oblique {
                score -= 6;
            }
            if reader.kind(mention.last + 1) == TokenKind::Possessive {
                score -= 4;
            }
            if sentence_first.get(&mention.sentence) == Some(&entity) {
                score += 8;
            }
            if known.gender * wanted > 0 {
                score += 4;
            }
            if last == Some(entity) {
                score += 5;
            }
            if best.is_none_or(|(top, _)| score > top) {
                best = Some((score, entity));
            }
        }
        best.map(|(_, entity)| entity)
    }
}

/// The words of a role before its first preposition: "president" of "president of the league", not "league".
fn head_words(role: &str) -> impl Iterator<Item = &str> {
    role.split(' ').take_while(|w| !matches!(*w, "of" | "to" | "for" | "at" | "in" | "from" | "with" | "on" | "who" | "under"))
}
