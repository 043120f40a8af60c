//! Who holds a role: "the president", "Veldmark's foreign minister", "the company", "the 46-year-old".

use super::Speaker;
use super::cast::Cast;
use super::coref::{Nearest, Said};
use super::lexicon::Class;
use super::mention::NameKind;
use super::phrase::{Head, Phrase};
use super::reader::Reader;
use super::token::TokenKind;
use std::cmp::Reverse;
use std::ops::Range;

impl Cast<'_> {
    /// "the president": the person met who has that role, the nearest of those that fit its words best; else the only one who is
    /// introduced later ("the harbour master" of a first point).
    pub(super) fn holder(&self, phrase: Phrase, head: usize, last: Option<Said>) -> (Speaker, Option<usize>) {
        let reader = self.reader;
        let owned = (phrase.first..head).any(|t| reader.kind(t) == TokenKind::Possessive);
        let definite = reader.word(phrase.first).eq_ignore_ascii_case("the") || matches!(phrase.head, Head::Name(_)) || owned;
        let document = reader.is(head, Class::DOC) && !reader.is(head, Class::ROLE.or(Class::ORG));
        if definite && !document {
            let word = reader.word(head).to_lowercase();
            let wanted = Wanted::new(reader, phrase, head);
            let end = reader.names.mentions.partition_point(|mention| mention.first < phrase.first);
            let fit = |entity: usize| {
                let known = &self.entities[entity];
                if known.person {
                    known.roles.iter().filter_map(|role| wanted.fit(role)).max()
                } else {
                    (known.lower.ends_with(&word) || known.roles.contains(&word)).then_some(0)
                }
            };
            // With the number of the mention: the greater, the nearer.
            let met = self.named_by(end.saturating_sub(500)..end).into_iter();
            let met = met.filter_map(|(entity, m)| Some((fit(entity)?, m, entity))).max().map(|(_, _, entity)| entity);
            let holder = met
                .or_else(|| self.last_institution(phrase, &word, last))
                .or_else(|| self.varied(phrase, head, last))
                .or_else(|| self.introduced_later(end, fit));
            if let Some(entity) = holder {
                return (self.named(entity), Some(entity));
            }
        }
        (self.unnamed(phrase), None)
    }

    /// Who is named by some mentions, each once, with the number of their last one there.
    fn named_by(&self, mentions: Range<usize>) -> Vec<(usize, usize)> {
        let mut named: Vec<(usize, usize)> = mentions.filter_map(|m| Some((self.meant[m]?, m))).collect();
        named.sort_unstable_by_key(|&(entity, m)| (entity, Reverse(m)));
        named.dedup_by_key(|(entity, _)| *entity);
        named
    }

    /// The only person behind the phrase who fits it.
    fn introduced_later(&self, end: usize, fit: impl Fn(usize) -> Option<usize>) -> Option<usize> {
        let later = self.named_by(end..self.meant.len().min(end + 500)).into_iter().map(|(entity, _)| entity);
        let mut later = later.filter(|&entity| self.entities[entity].person && fit(entity).is_some());
        later.next().filter(|_| later.next().is_none())
    }

    /// "X said no. "...," the striker added.", "the 46-year-old": another word for the person who was named last, whose office nobody has told.
    fn varied(&self, phrase: Phrase, head: usize, last: Option<Said>) -> Option<usize> {
        let reader = self.reader;
        let aged = (phrase.first..=phrase.last).any(|t| reader.word(t).ends_with("-year-old"));
        let describes = aged || reader.is(head, Class::ROLE.or(Class::TITLE));
        if !describes || phrase.last > phrase.first + 5 || !reader.word(phrase.first).eq_ignore_ascii_case("the") {
            return None;
        }
        let word = reader.word(head).to_lowercase();
        // There may be many of these in one article, each of them somebody else.
        let others = [
            "spokes",
            "official",
            "source",
            "aide",
            "lawyer",
            "attorney",
            "judge",
            "analyst",
            "expert",
            "reporter",
            "journalist",
            "narrator",
            "statement",
            "officer",
            "witness",
            "adviser",
            "advisor",
            "editor",
            "member",
            "critic",
            "resident",
            "prosecutor",
            "police",
            "person",
            "mother",
            "father",
            "wife",
            "husband",
            "son",
            "daughter",
            "sister",
            "brother",
            "whip",
            "referee",
            "caller",
            "neighbo",
            "driver",
        ];
        if !aged && others.iter().any(|other| word.starts_with(other)) {
            return None;
        }
        let sign = i32::from(reader.is(head, Class::MALE)) - i32::from(reader.is(head, Class::FEMALE));
        let last = last.filter(|last| self.sentence(last.phrase.first) < self.sentence(phrase.first));
        let Nearest { score, entity, .. } = self.nearest(phrase.first, sign, last)?;
        let known = &self.entities[entity];
        // An office of his own is no other office.
        let office = |role: &String| role.split(' ').any(is_office);
        let conflict = known.roles.iter().any(office) && is_office(&word);
        // An office that nobody has told of is the speaker's only where they have just spoken.
        let spoke = last.is_some_and(|last| {
            let (here, there) = (self.sentence(phrase.first), self.sentence(last.phrase.first));
            last.entity == Some(entity) && here == there + 1 && reader.sentences[here].block == reader.sentences[there].block
        });
        let fits = spoke || !is_office(&word) || known.roles.iter().any(|role| role.split(' ').any(|own| own == word));
        // Two capitals are enough for a person where the sentence before is about them.
        let here = self.sentence(phrase.first);
        let before = here.checked_sub(1).filter(|&sentence| reader.sentences[sentence].block == reader.sentences[here].block);
        let about = known.evident || before.is_some_and(|sentence| self.main_person(sentence, phrase.first) == Some(entity));
        (about && !conflict && fits && score >= -20).then_some(entity)
    }

    /// "the company": the last institution named in this block or the two before it.
    fn last_institution(&self, phrase: Phrase, word: &str, last: Option<Said>) -> Option<usize> {
        let reader = self.reader;
        if !is_institution(word) || phrase.last > phrase.first + 3 {
            return None;
        }
        let here = self.sentence(phrase.first);
        let block = reader.sentences[here].block;
        // Who has just spoken.
        if let Some(said) = last
            && let Some(entity) = said.entity.filter(|&entity| !self.entities[entity].person && self.entities[entity].evident)
            && said.phrase.last < phrase.first
            && reader.sentences[self.sentence(said.phrase.first)].block + 2 >= block
        {
            return Some(entity);
        }
        let end = reader.names.mentions.partition_point(|m| m.first < phrase.first);
        let near = reader.names.mentions[..end].iter().enumerate().rev().take(100);
        let near = near.take_while(|(_, m)| reader.sentences[m.sentence].block + 2 >= block).filter(|(_, m)| {
            let leads = m.first == reader.sentences[m.sentence].tokens.start;
            let object = m.first > 0 && reader.is(m.first - 1, Class::PREP);
            let place = reader.is(m.name.0, Class::PLACE.or(Class::DEMONYM)) && m.name.0 == m.name.1;
            (m.kind == NameKind::Organisation || m.kind == NameKind::Unknown && leads)
                && !object
                && !place
                && !self.is_apart(here, m.sentence)
        });
        let near: Vec<usize> = near.filter_map(|(number, _)| self.meant[number]).filter(|&entity| !self.entities[entity].person).collect();
        near.iter().find(|&&entity| self.entities[entity].evident).or(near.iter().find(|&&entity| self.entities[entity].count > 1)).copied()
    }
}

/// Words for institutions that an article names once and then calls by what they are.
pub(super) fn is_institution(word: &str) -> bool {
    matches!(
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
            | "journal"
            | "network"
            | "bank"
            | "union"
            | "club"
            | "retailer"
            | "manufacturer"
            | "maker"
            | "giant"
            | "chain"
            | "publisher"
            | "nonprofit"
            | "non-profit"
            | "think-tank"
            | "watchdog"
            | "regulator"
            | "broadcaster"
            | "station"
            | "channel"
            | "outlet"
            | "site"
            | "website"
            | "foundation"
            | "institute"
            | "studio"
            | "label"
            | "insurer"
            | "brewer"
            | "lender"
            | "start-up"
            | "startup"
    )
}

/// What a phrase such as "Veldmark's foreign minister" asks of a role.
struct Wanted {
    head: String,
    /// Words before the head that a role must not contradict: `foreign`.
    modifiers: Vec<String>,
    /// All its words.
    words: Vec<String>,
}

impl Wanted {
    fn new(reader: &Reader<'_>, phrase: Phrase, head: usize) -> Self {
        let plain = |t: &usize| reader.tokens[*t].is_word() && !reader.is(*t, Class::DET.or(Class::POSS).or(Class::PREP).or(Class::ADJ));
        let lower = |t: usize| reader.word(t).to_lowercase();
        // An owner ("Veldmark's") may be left out where the role is told.
        let owner = (phrase.first..head).rev().find(|&t| reader.kind(t) == TokenKind::Possessive).map_or(phrase.first, |t| t + 1);
        let modifiers = (owner..head).filter(plain).filter(|&t| !reader.is(t, Class::DEMONYM.or(Class::PLACE))).map(lower).collect();
        let words = (phrase.first..=phrase.last).filter(|t| plain(t)).map(lower).collect();
        Self { head: lower(head), modifiers, words }
    }

    /// How many of the words stand in a role with the same head; `None` for another role.
    fn fit(&self, role: &str) -> Option<usize> {
        let head: Vec<&str> = head_words(role).collect();
        if !head.contains(&self.head.as_str()) {
            return None;
        }
        let has = |word: &String| role.split(|c: char| !c.is_alphanumeric() && c != '-').any(|other| other == word);
        // "the prime minister" is no harbour minister, but may be a minister.
        let bare = head.len() == 1;
        // A vice-president is no president.
        let lesser =
            head.iter().any(|word| matches!(*word, "vice" | "deputy" | "assistant" | "associate") && !self.words.iter().any(|w| w == word));
        if lesser || !bare && !self.modifiers.iter().all(has) {
            return None;
        }
        Some(self.words.iter().filter(|word| has(word)).count())
    }
}

/// Words for offices that one holds at a time.
fn is_office(word: &str) -> bool {
    matches!(
        word,
        "president"
            | "minister"
            | "premier"
            | "chancellor"
            | "secretary"
            | "governor"
            | "mayor"
            | "senator"
            | "congressman"
            | "congresswoman"
            | "ambassador"
            | "commissioner"
            | "king"
            | "queen"
            | "pope"
            | "archbishop"
            | "bishop"
            | "general"
            | "admiral"
            | "chairman"
            | "chairwoman"
            | "chair"
            | "director"
            | "coach"
            | "manager"
            | "captain"
            | "treasurer"
            | "engineer"
            | "doctor"
            | "professor"
            | "mother"
            | "father"
            | "wife"
            | "husband"
            | "son"
            | "daughter"
            | "brother"
            | "sister"
            | "friend"
            | "colleague"
            | "neighbour"
            | "neighbor"
            | "victim"
            | "nurse"
            | "teacher"
            | "pilot"
            | "driver"
    )
}

/// The words of a role before its first preposition: "president" of "president of the league", not "league".
fn head_words(role: &str) -> impl Iterator<Item = &str> {
    role.split(' ').take_while(|w| !matches!(*w, "of" | "to" | "for" | "at" | "in" | "from" | "with" | "on" | "who" | "under"))
}
