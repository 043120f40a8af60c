//! Languages and their stemmers. English is what a word is taken for unless its text says otherwise; the words of every other language
//! stand in the dictionary behind a mark of their language, so that one language's stems never meet another's.

use super::{base, fold};
use rust_stemmers::{Algorithm, Stemmer};
use std::borrow::Cow;

/// A language other than English, by how its words are brought to their stems.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Tongue(u8);

/// Begins the terms and texts of such a language; no cleaned text holds it.
pub(super) const MARK: char = '\u{1}';

/// BCP 47 codes and their stemmers (Snowball). The place in this list stands in every index: it may only grow at its end.
const STEMMERS: [(&str, Algorithm); 18] = [
    ("ar", Algorithm::Arabic),
    ("da", Algorithm::Danish),
    ("nl", Algorithm::Dutch),
    ("fi", Algorithm::Finnish),
    ("fr", Algorithm::French),
    ("de", Algorithm::German),
    ("el", Algorithm::Greek),
    ("hu", Algorithm::Hungarian),
    ("it", Algorithm::Italian),
    ("no", Algorithm::Norwegian),
    ("nb", Algorithm::Norwegian),
    ("pt", Algorithm::Portuguese),
    ("ro", Algorithm::Romanian),
    ("ru", Algorithm::Russian),
    ("es", Algorithm::Spanish),
    ("sv", Algorithm::Swedish),
    ("ta", Algorithm::Tamil),
    ("tr", Algorithm::Turkish),
];

/// A language without a stemmer: its words are found as they are written, case and accents aside.
const OTHER: Tongue = Tongue(STEMMERS.len() as u8);

/// Words that lose their vowel before another and lean on it: "l'accord", "dell'accordo", without the apostrophe and in small letters.
const ELIDED: [&str; 26] = [
    "l", "d", "j", "m", "n", "s", "t", "c", "qu", "jusqu", "lorsqu", "puisqu", "quelqu", "presqu", "un", "dell", "all", "nell", "sull",
    "dall", "coll", "quell", "quest", "sant", "bell", "tutt",
];

impl Tongue {
    /// The language of a BCP 47 tag; `None` for English and for none.
    pub fn of(tag: &str) -> Option<Self> {
        let code = tag.split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase();
        if code.is_empty() || code == "en" || !(2..=3).contains(&code.len()) {
            return None;
        }
        let at = STEMMERS.iter().position(|(own, _)| *own == code);
        Some(at.map_or(OTHER, |at| Self(at as u8)))
    }

    fn letter(self) -> char {
        char::from(b'a' + self.0)
    }

    /// What its terms and texts begin with.
    pub fn mark(self) -> String {
        [MARK, self.letter()].iter().collect()
    }

    fn elides(self) -> bool {
        matches!(STEMMERS.get(usize::from(self.0)), Some(("fr" | "it", _)))
    }

    /// A folded word without what leans on it: `l'accord` is `accord`.
    pub fn without_elision(self, folded: &str) -> &str {
        match folded.split_once('\'') {
            Some((leaning, rest)) if self.elides() && rest.chars().count() >= 2 && ELIDED.contains(&leaning) => rest,
            _ => folded,
        }
    }

    /// The key of a word as printed, without the mark: its stem, folded. As in English it shares its first two characters with the word.
    pub(super) fn key(self, word: &str) -> String {
        let folded = fold(word);
        let bare = base(self.without_elision(&folded)).into_owned();
        let Some((_, algorithm)) = STEMMERS.get(usize::from(self.0)) else { return bare };
        // Stemmers know the accents of their language.
        let lower = word.to_lowercase().replace(['’', '‘', 'ʼ'], "'");
        let lower = lower.split_once('\'').map_or(lower.as_str(), |(leaning, rest)| {
            if self.elides() && rest.chars().count() >= 2 && ELIDED.contains(&leaning) { rest } else { &lower }
        });
        let lower = lower.strip_suffix("'s").unwrap_or(lower);
        let stem = fold(&Stemmer::create(*algorithm).stem(lower));
        let stem = base(&stem);
        if !stem.is_empty() && stem.chars().take(2).eq(bare.chars().take(2)) && stem.chars().nth(1).is_some() {
            stem.into_owned()
        } else {
            bare
        }
    }
}

/// A term or text without its mark, and the language that this names.
pub fn unmarked(text: &str) -> (Option<Tongue>, &str) {
    let Some(rest) = text.strip_prefix(MARK) else { return (None, text) };
    match rest.as_bytes().first() {
        Some(letter @ b'a'..=b'z') => (Some(Tongue(letter - b'a')), &rest[1..]),
        _ => (None, text),
    }
}

/// A folded form as prefixes and phrases are compared with it.
pub fn comparable(form: Cow<'_, str>, tongue: Option<Tongue>) -> Cow<'_, str> {
    match tongue {
        Some(tongue) if form.contains('\'') => Cow::Owned(tongue.without_elision(&form).to_owned()),
        _ => form,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(tag: &str, words: &[&str]) {
        let tongue = Tongue::of(tag).expect("a language");
        let keys: Vec<String> = words.iter().map(|word| tongue.key(word)).collect();
        assert!(keys.windows(2).all(|pair| pair[0] == pair[1]), "{words:?} have the keys {keys:?}");
    }

    #[test]
    fn forms_of_one_word_have_one_key() {
        check("fr", &["élection", "Élections", "l'élection", "d’élections"]);
        check("fr", &["accord", "accords", "l’accord"]);
        check("de", &["Verhandlung", "Verhandlungen"]);
        check("es", &["negociación", "negociaciones"]);
        check("it", &["accordo", "dell'accordo", "accordi"]);
        check("sv-SE", &["hamnavgift", "hamnavgifter", "hamnavgiften"]);
        check("ru", &["переговоры", "переговоров"]);
        check("pl", &["port", "Port"]);
    }

    #[test]
    fn english_is_no_other_language() {
        assert_eq!(
            [Tongue::of("en"), Tongue::of("en-GB"), Tongue::of(""), Tongue::of("zxx-x")].map(|tongue| tongue.is_some()),
            [false, false, false, true]
        );
    }

    proptest::proptest! {
        #[test]
        fn a_key_begins_as_its_word_does(word in "[\\p{L}\\p{M}][\\p{L}\\p{M}'’]{0,12}", at in 0..=STEMMERS.len() as u8) {
            let tongue = Tongue(at);
            let folded = fold(&word);
            let bare = base(tongue.without_elision(&folded)).into_owned();
            let key = tongue.key(&word);
            proptest::prop_assert!(bare.is_empty() || key.chars().take(2).eq(bare.chars().take(2)), "{} {}", bare, key);
            let text = tongue.mark() + &word;
            proptest::prop_assert_eq!(unmarked(&text), (Some(tongue), word.as_str()));
        }
    }
}
