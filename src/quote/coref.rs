//! Who is meant: surnames to full names, pronouns and roles to their holders.

use super::cast::Cast;
use super::confidence::Resolved;
use super::lexicon::Class;
use super::mention::{NameKind, span_of};
use super::phrase::{Head, Phrase};
use super::token::TokenKind;
use super::{Speaker, SpeakerKind};
use crate::article::BlockKind;

/// Who said the quotation before.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Said {
    /// By which words they were named.
    pub(crate) phrase: Phrase,
    /// Whom these mean, if they have a name.
    pub(crate) entity: Option<usize>,
}

/// The person most likely meant.
#[derive(Debug, Clone, Copy)]
pub(super) struct Nearest {
    /// How likely.
    pub(super) score: i32,
    /// Who.
    pub(super) entity: usize,
    /// How likely the next one is, if there is one.
    next: Option<i32>,
}

impl Cast<'_> {
    /// How a phrase came to mean an entity, for [`super::confidence`].
    pub(crate) fn resolved(&self, phrase: Phrase, entity: Option<usize>, last: Option<Said>) -> Resolved {
        let named = matches!(phrase.head, Head::Name(m) if entity.is_some() && self.meant[m] == entity);
        let Some(entity) = entity.filter(|_| !named) else { return Resolved::default() };
        let end = self.reader.names.mentions.partition_point(|mention| mention.first < phrase.first);
        let before = (0..end).rev().take(500).find(|&number| self.meant[number] == Some(entity));
        let here = self.sentence(phrase.first);
        let distance = before.map_or(9, |number| here - self.reader.names.mentions[number].sentence.min(here));
        let margin = match phrase.head {
            Head::Pronoun(t) => {
                let wanted = i32::from(self.reader.is(t, Class::HE)) - i32::from(self.reader.is(t, Class::SHE));
                self.nearest(t, wanted, last).filter(|nearest| nearest.entity == entity).and_then(|n| Some(n.score - n.next?))
            }
            _ => None,
        };
        Resolved { margin, distance, stands_for: true }
    }

    /// The speaker that a phrase names. `last` is the speaker of the quotation before.
    pub(crate) fn speaker(&self, phrase: Phrase, last: Option<Said>) -> (Speaker, Option<usize>) {
        match phrase.head {
            Head::Name(m) if self.reader.names.mentions[m].kind != NameKind::Role => match self.meant[m] {
                Some(entity) => (self.named(entity), Some(entity)),
                None => (self.unnamed(phrase), None),
            },
            Head::Name(m) => self.holder(phrase, self.reader.names.mentions[m].last, last),
            Head::Noun(t) => self.noun(phrase, t, last),
            Head::Pronoun(t) => {
                if let Some(subject) = self.unnamed_here(t) {
                    return self.speaker(subject, last);
                }
                if let Some(subject) = self.unnamed_before(t).or_else(|| self.unnamed_last(t, last)) {
                    return (self.unnamed(subject), None);
                }
                let holder =
                    self.definite_before(t).and_then(|subject| self.speaker(subject, last).1).filter(|&entity| self.may_be(t, entity));
                if let Some(entity) =
                    holder.or_else(|| self.labelled(t)).or_else(|| self.pronoun(t, last)).or_else(|| self.institution(t, last))
                {
                    return (self.named(entity), Some(entity));
                }
                match self.definite_before(t) {
                    Some(subject) => self.speaker(subject, last),
                    None => (Speaker { name: None, role: None, kind: SpeakerKind::Person, organisation: None }, None),
                }
            }
        }
    }

    /// Points of a summary, crossheads and captions mean nobody outside themselves by "he".
    pub(super) fn is_apart(&self, here: usize, there: usize) -> bool {
        let (here, there) = (self.reader.sentences[here].block, self.reader.sentences[there].block);
        here != there && !matches!(self.reader.blocks[there], BlockKind::Paragraph | BlockKind::Question | BlockKind::Blockquote)
    }

    /// Does the gender of a pronoun allow a person?
    fn may_be(&self, token: usize, entity: usize) -> bool {
        let known = &self.entities[entity];
        let wanted = i32::from(self.reader.is(token, Class::HE)) - i32::from(self.reader.is(token, Class::SHE));
        known.person && known.gender * wanted >= 0
    }

    /// `Moss: I said "no".`: the one whose answer the block is.
    fn labelled(&self, token: usize) -> Option<usize> {
        let reader = self.reader;
        if !matches!(reader.word(token), "I" | "we" | "We") {
            return None;
        }
        let block = reader.sentences.get(self.sentence(token))?.block;
        let first = reader.sentences.iter().position(|sentence| sentence.block == block)?;
        let start = reader.sentences[first].tokens.start;
        let mention = reader.names.at(start)?;
        let behind = reader.names.mentions[mention].last + 1;
        (reader.kind(behind) == TokenKind::Colon).then(|| self.meant[mention])?.filter(|&entity| self.entities[entity].person)
    }

    /// The number of the sentence that holds a token.
    pub(super) fn sentence(&self, token: usize) -> usize {
        self.reader.sentences.partition_point(|s| s.tokens.start <= token).saturating_sub(1)
    }

    /// "The minister left after what he called ...": the subject of the pronoun's own sentence.
    fn unnamed_here(&self, token: usize) -> Option<Phrase> {
        let reader = self.reader;
        let start = reader.sentences.get(self.sentence(token))?.tokens.start;
        if !reader.is(token, Class::HE.or(Class::SHE)) || token < start + 2 || token > start + 60 {
            return None;
        }
        let subject = reader.clause_subject(start, token)?;
        let role = match subject.head {
            Head::Noun(t) => reader.is(t, Class::ROLE),
            Head::Name(m) => reader.names.mentions[m].kind == NameKind::Role,
            Head::Pronoun(_) => false,
        };
        let person = (start..token).any(|t| reader.names.at(t).is_some_and(|m| self.meant[m].is_some_and(|e| self.entities[e].person)));
        (role && !person && subject.last < token).then_some(subject)
    }

    /// "..., said an official. "...," he added.": the speaker of the quotation before, who has no name.
    fn unnamed_last(&self, token: usize, last: Option<Said>) -> Option<Phrase> {
        let phrase = last.filter(|last| last.entity.is_none())?.phrase;
        let Head::Noun(head) = phrase.head else { return None };
        // A person who is named in between is who is meant.
        let between = self.reader.names.mentions.iter().enumerate().skip_while(|(_, mention)| mention.first <= phrase.last);
        let mut between = between.take_while(|(_, mention)| mention.last < token).filter_map(|(m, _)| self.meant[m]);
        if between.any(|entity| self.entities[entity].person) {
            return None;
        }
        let near = self.sentence(token) <= self.sentence(phrase.first) + 2;
        let person = self.reader.is(token, Class::HE.or(Class::SHE)) && self.reader.is(head, Class::ROLE);
        let thing =
            self.reader.is(token, Class::IT) && self.reader.is(head, Class::DOC.or(Class::ORG)) && !self.reader.is(head, Class::ROLE);
        (near && (person || thing)).then_some(phrase)
    }

    pub(super) fn named(&self, entity: usize) -> Speaker {
        let entity = &self.entities[entity];
        let kind = if entity.person { SpeakerKind::Person } else { SpeakerKind::Organisation };
        Speaker { name: Some(entity.name.clone()), role: entity.role.clone(), kind, organisation: entity.organisation.clone() }
    }

    /// A common noun: a document of somebody, a role with a holder, or somebody without a name.
    pub(super) fn noun(&self, phrase: Phrase, head: usize, last: Option<Said>) -> (Speaker, Option<usize>) {
        let reader = self.reader;
        if reader.is(head, Class::DOC.or(Class::SAYING)) && !reader.is(head, Class::ROLE.or(Class::PEOPLE)) && phrase.last > phrase.first {
            // "the ministry's official statement", "the Kestrel statement"
            let owner = (phrase.first..head).rev().find_map(|t| reader.names.at(t).and_then(|m| self.meant[m]));
            // "a tweet by X"
            let by = (head + 1..phrase.last).find(|&t| matches!(reader.word(t), "by" | "from"));
            let author = by.and_then(|by| (by + 1..=phrase.last).find_map(|t| reader.names.at(t).and_then(|m| self.meant[m])));
            if let Some(entity) = owner.or(author) {
                return (self.named(entity), Some(entity));
            }
            let owned = (phrase.first + 1..head).rev().find(|&t| reader.kind(t) == TokenKind::Possessive);
            let owner = owned.and_then(|t| reader.ending_at(t - 1, phrase.first)).filter(|owner| owner.last < head);
            if let Some(owner) = owner.filter(|owner| matches!(owner.head, Head::Noun(_))) {
                return self.speaker(owner, last);
            }
        }
        self.holder(phrase, head, last)
    }

    /// The noun phrase without its article.
    pub(super) fn unnamed(&self, phrase: Phrase) -> Speaker {
        let reader = self.reader;
        let mut first = phrase.first;
        if first < phrase.last
            && (reader.is(first, Class::POSS) || matches!(reader.word(first).to_ascii_lowercase().as_str(), "the" | "a" | "an"))
        {
            first += 1;
        }
        let name = span_of(reader.tokens, first, phrase.last).of(reader.body).to_owned();
        let kind = match phrase.head {
            Head::Noun(t) if reader.is(t, Class::ROLE.or(Class::PEOPLE)) => SpeakerKind::Unnamed,
            Head::Noun(t) if reader.is(t, Class::DOC) => SpeakerKind::Document,
            Head::Noun(t) if reader.is(t, Class::ORG) => SpeakerKind::Organisation,
            _ => SpeakerKind::Unnamed,
        };
        Speaker { name: Some(name), role: None, kind, organisation: None }
    }

    /// "A spokesman said no. He added ...": the pronoun means somebody without a name who is the subject of the sentence before.
    pub(super) fn unnamed_before(&self, token: usize) -> Option<Phrase> {
        let definite = |subject: &Phrase| self.reader.word(subject.first).eq_ignore_ascii_case("the");
        let opens = self.reader.sentences.get(self.sentence(token)).is_some_and(|sentence| sentence.tokens.start == token);
        self.subject_before(token).filter(|subject| opens && !(self.reader.is(token, Class::HE.or(Class::SHE)) && definite(subject)))
    }

    /// "The woman next door saw it first. "...," she said.": where no name fits the pronoun.
    fn definite_before(&self, token: usize) -> Option<Phrase> {
        self.subject_before(token).filter(|_| self.reader.is(token, Class::HE.or(Class::SHE)))
    }

    /// The subject of the sentence before, if it is somebody or something that has no name and fits the pronoun.
    fn subject_before(&self, token: usize) -> Option<Phrase> {
        let reader = self.reader;
        let here = reader.sentences.partition_point(|s| s.tokens.start <= token).checked_sub(1)?;
        let previous = &reader.sentences[here.checked_sub(1)?];
        let leads = (reader.sentences[here].tokens.start..token).all(|t| !reader.tokens[t].is_word());
        if previous.block != reader.sentences[here].block || !leads {
            return None;
        }
        let subject = reader.clause_subject(previous.tokens.start, previous.tokens.end.min(previous.tokens.start + 60))?;
        let Head::Noun(head) = subject.head else { return None };
        let one = reader.is(token, Class::HE.or(Class::SHE));
        let fits = if one {
            reader.is(head, Class::ROLE) || reader.word(subject.first).eq_ignore_ascii_case("one")
        } else {
            reader.is(head, Class::PEOPLE.or(Class::ORG)) || reader.is(token, Class::IT) && reader.is(head, Class::DOC)
        };
        let named =
            (subject.first..=subject.last).any(|t| reader.names.at(t).is_some_and(|m| reader.names.mentions[m].kind == NameKind::Person));
        (fits && !named && reader.is(token, Class::THIRD)).then_some(subject)
    }

    /// Whom "he" or "she" means: the best of the persons named before, by nearness, place in the sentence, and gender.
    pub(super) fn pronoun(&self, token: usize, last: Option<Said>) -> Option<usize> {
        let wanted = match self.reader.word(token).to_ascii_lowercase().as_str() {
            "he" | "his" => 1,
            "she" | "her" => -1,
            _ => return None,
        };
        self.nearest(token, wanted, last).map(|nearest| nearest.entity)
    }

    /// The person most likely meant at `token`, with a score: by nearness, place in the sentence, gender (`wanted`: above 0 a man, below 0 a
    /// woman, 0 either) and what shows that a name is a person's.
    pub(super) fn nearest(&self, token: usize, wanted: i32, last: Option<Said>) -> Option<Nearest> {
        let reader = self.reader;
        let here = reader.sentences.partition_point(|s| s.tokens.start <= token).checked_sub(1)?;
        let end = reader.names.mentions.partition_point(|m| m.first < token);
        let fits = |entity: usize| self.entities[entity].person && self.entities[entity].gender * wanted >= 0;
        // "he told X": not X.
        let told = reader.is_cue_at(token + 1, Class::TELL.or(Class::SAY)).then(|| reader.names.at(token + 2)).flatten();
        let told = told.and_then(|m| self.meant[m]);
        let of_persons = |entity: usize| {
            let known = &self.entities[entity];
            let mut score = 0;
            if known.gender * wanted > 0 {
                score += 4;
            }
            if last.and_then(|last| last.entity) == Some(entity) {
                score += 5;
            }
            // Nothing but two capitals says that this is a person.
            if !known.evident {
                score -= 8;
            }
            score
        };
        let away = |sentence: usize| {
            let blocks = reader.sentences[here].block.saturating_sub(reader.sentences[sentence].block);
            -10 * (here.saturating_sub(sentence)) as i32 - 5 * blocks as i32
        };
        let mut best: Option<Nearest> = None;
        let mut offer = |score: i32, entity: usize| {
            if Some(entity) == told {
                return;
            }
            best = Some(match best {
                None => Nearest { score, entity, next: None },
                Some(top) if top.entity == entity => Nearest { score: top.score.max(score), ..top },
                Some(top) if score > top.score => Nearest { score, entity, next: Some(top.score) },
                Some(top) => Nearest { next: Some(top.next.map_or(score, |next| next.max(score))), ..top },
            });
        };
        // Who has just spoken, by whatever words, speaks on.
        if let Some(said) = last
            && let Some(entity) = said.entity.filter(|&entity| fits(entity))
            && said.phrase.last < token
            && !self.is_apart(here, self.sentence(said.phrase.first))
        {
            offer(away(self.sentence(said.phrase.first)) + 8 + of_persons(entity), entity);
        }
        let mut subject: Option<(usize, Option<usize>)> = None;
        for number in (0..end).rev().take(40) {
            let mention = &reader.names.mentions[number];
            let Some(entity) = self.meant[number].filter(|&entity| fits(entity)) else { continue };
            if self.is_apart(here, mention.sentence) {
                continue;
            }
            if subject.is_none_or(|(sentence, _)| sentence != mention.sentence) {
                let about = || self.main_person(mention.sentence, token);
                // The pronoun's own sentence is looked at up to the pronoun.
                let person = if mention.sentence == here { about() } else { *self.about[mention.sentence].get_or_init(about) };
                subject = Some((mention.sentence, person));
            }
            let mut score = away(mention.sentence) + of_persons(entity);
            let before = mention.first.checked_sub(1).filter(|&t| reader.kind(t) == TokenKind::Word);
            // "Speaking to X, he said": X is not who speaks.
            if before.is_some_and(|t| reader.is(t, Class::PREP)) {
                if here == mention.sentence {
                    continue;
                }
                score -= 6;
            }
            if reader.kind(mention.last + 1) == TokenKind::Possessive {
                score -= 4;
            }
            // "Y asked X whether ...": X answers.
            if before.is_some_and(|t| matches!(reader.word(t), "asked" | "asks" | "questioned" | "quizzed" | "pressed")) {
                score += 14;
            }
            if subject.is_some_and(|(_, person)| person == Some(entity)) {
                score += 8;
            }
            offer(score, entity);
        }
        best
    }

    /// The person whom a sentence is about: its subject, else the first that it names.
    pub(super) fn main_person(&self, sentence: usize, before: usize) -> Option<usize> {
        let reader = self.reader;
        let tokens = reader.sentences[sentence].tokens.clone();
        let end = tokens.end.min(before);
        let person = |m: usize| self.meant[m].filter(|&entity| self.entities[entity].person);
        let subject = reader.clause_subject(tokens.start, end.min(tokens.start + 60)).and_then(|phrase| match phrase.head {
            Head::Name(m) => person(m),
            _ => None,
        });
        subject.or_else(|| {
            let from = reader.names.mentions.partition_point(|mention| mention.first < tokens.start);
            let to = reader.names.mentions.partition_point(|mention| mention.first < end);
            (from..to).find_map(person)
        })
    }

    /// "it", "they": the institution that has just spoken, or that the sentence before is about.
    fn institution(&self, token: usize, last: Option<Said>) -> Option<usize> {
        let reader = self.reader;
        let it = reader.word(token).eq_ignore_ascii_case("it");
        if !it && !reader.word(token).eq_ignore_ascii_case("they") {
            return None;
        }
        let here = self.sentence(token);
        let spoke = last.filter(|last| here <= self.sentence(last.phrase.first) + 2)?.entity?;
        (!self.entities[spoke].person).then_some(spoke)
    }
}
