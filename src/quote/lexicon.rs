//! Closed classes, speech verbs, titles and nouns of people, institutions and documents: what a single word can tell.
//!
//! The lists are data (`lexicon/*.txt`); here they become one hash map from a lower-case form to a set of [`Class`] bits, built once.

use crate::text::hash::{self, ShortWords};
use std::collections::HashMap;
use std::sync::OnceLock;

/// A set of word classes: a word can be of several ("report" is a verb of speech and a document).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Class(u64);

macro_rules! classes {
    ($($name:ident = $bit:expr, $doc:literal;)*) => {
        impl Class {
            $(#[doc = $doc] pub(crate) const $name: Class = Class(1 << $bit);)*
        }
    };
}

classes! {
    DET = 0, "Articles, demonstratives, quantifiers, number words.";
    POSS = 1, "his, her, their ...";
    HE = 2, "he";
    SHE = 3, "she";
    THEY = 4, "they";
    WE = 5, "I, we, you";
    IT = 6, "it";
    PREP = 7, "Prepositions.";
    CONJ = 8, "Coordinating conjunctions.";
    SUB = 9, "Subordinating conjunctions.";
    REL = 10, "who, which, that";
    AUX = 11, "Forms of be, have, do and the modals.";
    ADV = 12, "Common adverbs.";
    TIME = 13, "Days, months, parts of the day.";
    ABBR = 14, "Abbreviations that end in a point.";
    PARTICLE = 15, "Small words inside names: van, de, bin.";
    SUFFIX = 16, "Jr, III";
    TITLE = 17, "Stands before a person's name.";
    MALE = 18, "Tells that a person is a man.";
    FEMALE = 19, "Tells that a person is a woman.";
    ROLE = 20, "What a person is: spokesman, president.";
    PEOPLE = 21, "Groups of people: officials, critics.";
    ORG = 22, "A word of an institution's name, or an institution.";
    DOC = 23, "What words stand in: statement, letter.";
    SAYING = 24, "What somebody says: promise, claim.";
    PLACE = 25, "Countries, states, capitals.";
    DEMONYM = 26, "French, Russian, northern.";
    SAY = 27, "Verbs that take words before or after them.";
    TELL = 28, "Verbs with an addressee.";
    NAME = 29, "Verbs that call or judge with the words quoted.";
    WEAK = 30, "Verbs that announce words only when marked words follow.";
    ING = 31, "The -ing form of a cue.";
    PAST = 32, "The past form or participle of a cue.";
    BASE = 33, "The bare form of a cue.";
    FIRM = 35, "A word that only names of firms end in.";
    VERB = 36, "Frequent verbs that end a noun phrase.";
    ADJ = 37, "Adjectives that stand before titles and names.";
    WORK = 34, "Things that have titles: film, book, song.";
    OBJECT = 38, "Verbs whose object is reported: criticised the plan.";
    INFINITIVE = 39, "Verbs whose infinitive is reported: vowed to go.";
    ABOUT = 40, "Verbs whose matter stands behind a preposition: called for a review.";
    STATE = 44, "States of mind: confident that.";
    MIND = 45, "Verbs of mind, whose clause needs a that.";
    MAN = 42, "A forename of men.";
    WOMAN = 43, "A forename of women.";
    OF = 41, "Of these, verbs whose hearer stands behind a preposition: spoke to the council of a review.";
}

impl Class {
    /// Any cue verb.
    pub(crate) const CUE: Class = Class(Self::SAY.0 | Self::TELL.0 | Self::NAME.0 | Self::WEAK.0);
    /// Verbs that report without marks, besides the cues.
    pub(crate) const REPORT: Class = Class(Self::OBJECT.0 | Self::INFINITIVE.0 | Self::ABOUT.0 | Self::OF.0 | Self::MIND.0);
    /// Subject pronouns of the third person.
    pub(crate) const THIRD: Class = Class(Self::HE.0 | Self::SHE.0 | Self::THEY.0 | Self::IT.0);
    /// Any subject pronoun.
    pub(crate) const PRONOUN: Class = Class(Self::THIRD.0 | Self::WE.0);
    /// Nouns that can speak or hold words.
    pub(crate) const NOUN: Class =
        Class(Self::ROLE.0 | Self::PEOPLE.0 | Self::ORG.0 | Self::DOC.0 | Self::SAYING.0 | Self::TITLE.0 | Self::WORK.0);
    /// Words that end a noun phrase.
    pub(crate) const CLOSED: Class = Class(
        Self::DET.0
            | Self::POSS.0
            | Self::PRONOUN.0
            | Self::PREP.0
            | Self::CONJ.0
            | Self::SUB.0
            | Self::REL.0
            | Self::AUX.0
            | Self::ADV.0
            | Self::TIME.0,
    );

    /// True when the word is of one of the given classes.
    pub(crate) const fn is(self, any_of: Class) -> bool {
        self.0 & any_of.0 != 0
    }

    /// The union of two sets.
    pub(crate) const fn or(self, other: Class) -> Class {
        Class(self.0 | other.0)
    }
}

/// The classes of a word as printed; [`Class::default`] for a word of the open vocabulary.
pub(crate) fn class(word: &str) -> Class {
    if let Some(key) = packed(word.as_bytes()) {
        return lexicon().short.get(&key).copied().unwrap_or_default();
    }
    let folded = word.replace('’', "'").to_lowercase();
    let found = match packed(folded.as_bytes()) {
        Some(key) => lexicon().short.get(&key),
        None => lexicon().long.get(folded.as_str()),
    };
    found.copied().unwrap_or_default()
}

/// A word of up to 16 ASCII bytes, in small letters, as one number.
fn packed(bytes: &[u8]) -> Option<u128> {
    const ONES: u128 = u128::MAX / 255;
    const HIGH: u128 = ONES * 128;
    let word = hash::packed(bytes).filter(|word| word & HIGH == 0)?;
    // The high bit of each byte from `A` on, and behind `Z`.
    let (from_a, behind_z) = (word + ONES * u128::from(128 - b'A'), word + ONES * u128::from(127 - b'Z'));
    Some(word | (from_a & !behind_z & HIGH) >> 2)
}

/// Words of up to 16 ASCII bytes, as numbers, apart from longer ones and those with other letters.
#[derive(Default)]
struct Lexicon {
    short: HashMap<u128, Class, ShortWords>,
    long: HashMap<Box<str>, Class, ShortWords>,
}

fn lexicon() -> &'static Lexicon {
    static LEXICON: OnceLock<Lexicon> = OnceLock::new();
    LEXICON.get_or_init(|| {
        let mut map = Lexicon::default();
        lists(&mut map, include_str!("lexicon/closed.txt"));
        lists(&mut map, include_str!("lexicon/nouns.txt"));
        lists(&mut map, include_str!("lexicon/titles.txt"));
        lists(&mut map, include_str!("lexicon/places.txt"));
        lists(&mut map, include_str!("lexicon/forenames.txt"));
        cues(&mut map, include_str!("lexicon/cues.txt"));
        reports(&mut map, include_str!("lexicon/reports.txt"));
        map
    })
}

fn add(map: &mut Lexicon, word: &str, class: Class) {
    let entry = match packed(word.as_bytes()) {
        Some(key) => map.short.entry(key).or_default(),
        None => map.long.entry(word.into()).or_default(),
    };
    *entry = entry.or(class);
}

/// Lines of a class and its words.
fn lists(map: &mut Lexicon, text: &str) {
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        let mut words = line.split(' ');
        let class = match words.next() {
            Some("det") => Class::DET,
            Some("poss") => Class::POSS,
            Some("he") => Class::HE,
            Some("she") => Class::SHE,
            Some("they") => Class::THEY,
            Some("we") => Class::WE,
            Some("it") => Class::IT,
            Some("prep") => Class::PREP,
            Some("conj") => Class::CONJ,
            Some("sub") => Class::SUB,
            Some("rel") => Class::REL,
            Some("aux") => Class::AUX,
            Some("adv") => Class::ADV,
            Some("time") => Class::TIME,
            Some("abbr") => Class::ABBR,
            Some("particle") => Class::PARTICLE,
            Some("suffix") => Class::SUFFIX,
            Some("m") => Class::TITLE.or(Class::MALE),
            Some("f") => Class::TITLE.or(Class::FEMALE),
            Some("n") => Class::TITLE,
            Some("role") => Class::ROLE,
            Some("people") => Class::PEOPLE,
            Some("org") => Class::ORG,
            Some("doc") => Class::DOC,
            Some("saying") => Class::SAYING,
            Some("work") => Class::WORK,
            Some("verb") => Class::VERB,
            Some("adj") => Class::ADJ,
            Some("firm") => Class::FIRM,
            Some("place") => Class::PLACE,
            Some("demonym") => Class::DEMONYM,
            Some("man") => Class::MAN,
            Some("woman") => Class::WOMAN,
            _ => continue,
        };
        for word in words {
            add(map, word, class);
            // Roles in the plural are people: "delegates"
            if class == Class::ROLE && word.len() > 2 && !word.ends_with('s') && !word.ends_with("man") {
                let plural = match word.strip_suffix('y') {
                    Some(stem) => format!("{stem}ies"),
                    None if word.ends_with("ch") || word.ends_with('x') => format!("{word}es"),
                    None => format!("{word}s"),
                };
                add(map, &plural, Class::PEOPLE);
            }
            // Peoples: "the Russians"
            if class.is(Class::DEMONYM) && !word.ends_with("sh") && !word.ends_with("se") && !word.ends_with("ch") {
                add(map, &format!("{word}s"), Class::PEOPLE);
            }
            // Words, documents and works are read in the plural too.
            if class.is(Class::SAYING.or(Class::DOC).or(Class::WORK)) && !word.ends_with('s') && word.len() > 2 {
                let plural = match word.strip_suffix('y') {
                    Some(stem) if !stem.ends_with(['a', 'e', 'o', 'u']) => format!("{stem}ies"),
                    _ if word.ends_with("ch") || word.ends_with('x') => format!("{word}es"),
                    _ => format!("{word}s"),
                };
                add(map, &plural, class);
            }
        }
    }
}

/// Lines of a class, a lemma and its past forms.
fn cues(map: &mut Lexicon, text: &str) {
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        let mut words = line.split(' ');
        let class = match words.next() {
            Some("say") => Class::SAY,
            Some("tell") => Class::TELL,
            Some("name") => Class::NAME,
            Some("weak") => Class::WEAK,
            _ => continue,
        };
        if let Some(lemma) = words.next() {
            verb(map, class, lemma, words.next());
        }
    }
}

/// Lines of a frame and its verbs, past forms behind a colon.
fn reports(map: &mut Lexicon, text: &str) {
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        let mut words = line.split(' ');
        let class = match words.next() {
            Some("object") => Class::OBJECT,
            Some("to") => Class::INFINITIVE,
            Some("about") => Class::ABOUT,
            Some("of") => Class::ABOUT.or(Class::OF),
            Some("mind") => Class::MIND,
            Some("state") => {
                words.for_each(|word| add(map, word, Class::STATE));
                continue;
            }
            _ => continue,
        };
        for word in words {
            let (lemma, past) = word.split_once(':').map_or((word, None), |(lemma, past)| (lemma, Some(past)));
            verb(map, class, lemma, past);
        }
    }
}

/// All forms of a verb.
fn verb(map: &mut Lexicon, class: Class, lemma: &str, past: Option<&str>) {
    let regular = match lemma.strip_suffix('e') {
        Some(stem) => format!("{stem}ed"),
        None => format!("{lemma}ed"),
    };
    let past = past.unwrap_or(&regular);
    let doubled = past.strip_suffix("ed").filter(|stem| stem.len() == lemma.len() + 1 && stem.starts_with(lemma));
    let ing = match (doubled, lemma.strip_suffix('e').filter(|stem| !stem.ends_with(['e', 'o']))) {
        (Some(stem), _) => format!("{stem}ing"),
        (None, Some(stem)) => format!("{stem}ing"),
        (None, None) => format!("{lemma}ing"),
    };
    let third = match lemma.strip_suffix('y').filter(|stem| !stem.ends_with(['a', 'e', 'o', 'u'])) {
        Some(stem) => format!("{stem}ies"),
        None if lemma.ends_with(['s', 'x', 'z']) || lemma.ends_with("ch") || lemma.ends_with("sh") || lemma == "go" => {
            format!("{lemma}es")
        }
        None => format!("{lemma}s"),
    };
    add(map, lemma, class.or(Class::BASE));
    add(map, &third, class);
    add(map, &ing, class.or(Class::ING));
    for past in past.split('/') {
        add(map, past, class.or(Class::PAST));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #[test]
        fn a_packed_word_is_its_bytes_in_small_letters(word in "[ -~é]{0,20}") {
            let lower = word.to_ascii_lowercase();
            let expected = (word.is_ascii() && word.len() <= 16).then(|| {
                let mut bytes = [0; 16];
                bytes[..lower.len()].copy_from_slice(lower.as_bytes());
                u128::from_le_bytes(bytes)
            });
            assert_eq!(packed(word.as_bytes()), expected);
        }
    }

    #[test]
    fn forms_are_spelled_out() {
        for (word, wanted) in [
            ("replied", Class::SAY.or(Class::PAST)),
            ("replies", Class::SAY),
            ("quipping", Class::ING),
            ("describing", Class::ING),
            ("Said", Class::PAST),
            ("written", Class::PAST),
            ("Mr", Class::MALE),
            ("dismisses", Class::NAME),
        ] {
            assert!(class(word).is(wanted), "{word}");
        }
        assert_eq!(class("zeppelin"), Class::default());
        assert!(class("couldn’t").is(Class::AUX));
    }
}
