//! The search analyzers: from a word as printed to the term that stands in the index, and back.
//!
//! Every word is indexed once, as it is printed. Its term is its *key* (the stem, case and accents folded), then how the printed
//! form differs from it. All forms of one stem thus stand beside each other in the dictionary, so that
//!
//! - a bare word finds every inflected form by one short walk over the terms that begin with its key,
//! - an exact phrase takes those terms alone whose folded form is the one asked for,
//! - case and accents can be asked for later without another index,
//!
//! and nothing is indexed twice. Highlighting uses the same functions on stored text, so that what is marked is what matched.
//!
//! Term: `key`, or `key \0 case drop suffix` (case `l`, `C`apitalised, `A`ll capitals; the folded form is the key without its last
//! `drop` characters, then the suffix), or `key \0 X printed` for all else.

mod stream;
mod tongue;

pub use stream::{WordStream, WordTokenizer, write_terms};
pub use tongue::{Tongue, comparable, unmarked};

use crate::schema::Analyzer;
use crate::text::word::{is_apostrophe, words};
use std::borrow::Cow;
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// Changes whenever a text would be analyzed otherwise than before: an index made by another analyzer must be rebuilt.
pub const FINGERPRINT: &str = "words-3 snowball-by-language key+form";

/// Separates the key from the form in a term.
pub const SEPARATOR: char = '\0';

/// A word of a query or of a stored text, ready to be compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Analyzed {
    /// Stem (prose) or folded word (names).
    pub key: String,
    /// The word with case and accents folded.
    pub folded: String,
    /// The word as printed.
    pub word: String,
    /// Position among the words of its text.
    pub position: u32,
}

/// The words of a text as keys and folded forms.
pub fn analyze(text: &str, analyzer: Analyzer) -> Vec<Analyzed> {
    words(text)
        .map(|word| {
            let printed = word.span.of(text);
            let folded = fold(printed);
            Analyzed { key: key(&folded, analyzer), folded, word: printed.to_owned(), position: word.position }
        })
        .collect()
}

/// A word with case and accents folded and plain apostrophes: `Élysée’s` becomes `elysee's`.
pub fn fold(word: &str) -> String {
    if word.is_ascii() {
        return word.to_ascii_lowercase();
    }
    unaccented(word.nfkd().filter(|&c| !is_combining_mark(c)).flat_map(char::to_lowercase), word.len())
}

/// A word with accents folded and plain apostrophes, in its capitals and small letters: `Élysée’s` becomes `Elysee's`.
pub fn plain(word: &str) -> Cow<'_, str> {
    if word.is_ascii() { Cow::Borrowed(word) } else { Cow::Owned(unaccented(word.nfkd(), word.len())) }
}

fn unaccented(letters: impl Iterator<Item = char>, length: usize) -> String {
    let mut out = String::with_capacity(length);
    for c in letters {
        match c {
            c if is_apostrophe(c) => out.push('\''),
            'ß' => out.push_str("ss"),
            'æ' => out.push_str("ae"),
            'Æ' => out.push_str("AE"),
            'œ' => out.push_str("oe"),
            'Œ' => out.push_str("OE"),
            'ø' => out.push('o'),
            'Ø' => out.push('O'),
            'ł' => out.push('l'),
            'Ł' => out.push('L'),
            'đ' | 'ð' => out.push('d'),
            'Đ' | 'Ð' => out.push('D'),
            'þ' => out.push_str("th"),
            'Þ' => out.push_str("TH"),
            'ı' => out.push('i'),
            c if is_combining_mark(c) => {}
            c => out.push(c),
        }
    }
    out
}

/// The key of a folded word: without possessive, inner apostrophes, thousands' commas and the points of abbreviations; for prose its stem.
///
/// Stem: Snowball English (Porter 2). A stem that shares fewer than two characters with its word (`dying`, `die`) is not used, so that
/// the terms of a prefix are found by its first two characters.
pub fn key(folded: &str, analyzer: Analyzer) -> String {
    let base = base(folded);
    if analyzer == Analyzer::Name || !base.bytes().all(|b| b.is_ascii_lowercase()) {
        return base.into_owned();
    }
    let stemmer = rust_stemmers::Stemmer::create(rust_stemmers::Algorithm::English);
    let stem = stemmer.stem(&base);
    if stem.len() >= 2 && stem.as_bytes()[..2] == base.as_bytes()[..2] { stem.into_owned() } else { base.into_owned() }
}

/// The key of a word as printed in a language; see [`key`] for English.
pub fn key_in(word: &str, tongue: Option<Tongue>) -> String {
    match tongue {
        Some(tongue) => tongue.key(word),
        None => key(&fold(word), Analyzer::Prose),
    }
}

/// A folded word without possessive and inner punctuation: `russia's` is `russia`, `1,000` is `1000`, `u.s.` is `us`; `2.5` stays.
pub fn base(folded: &str) -> Cow<'_, str> {
    let bare = folded.strip_suffix("'s").unwrap_or(folded);
    if !bare.contains(['\'', ',', '.']) {
        return Cow::Borrowed(bare);
    }
    let is_number = bare.starts_with(|c: char| c.is_ascii_digit());
    Cow::Owned(bare.chars().filter(|&c| c != '\'' && c != ',' && (c != '.' || is_number)).collect())
}

/// Appends the term of a word as printed; in prose of another language than English behind that language's mark.
pub fn push_term(word: &str, analyzer: Analyzer, tongue: Option<Tongue>, out: &mut String) {
    let folded = fold(word);
    let key = match tongue.filter(|_| analyzer == Analyzer::Prose) {
        Some(tongue) => {
            out.push_str(&tongue.mark());
            tongue.key(word)
        }
        None => key(&folded, analyzer),
    };
    out.push_str(&key);
    let case = case_of(word);
    // Letters that are capitals in all but name (`𝚨`) are kept as printed.
    if case == 'l' && folded == key && plain(word) == folded {
        return;
    }
    out.push(SEPARATOR);
    let common = key.bytes().zip(folded.bytes()).take_while(|(a, b)| a == b).count();
    let drop = key.len() - common;
    if case == 'X' || drop > 9 || !folded.is_ascii() || !word.is_ascii() {
        out.push('X');
        out.push_str(word);
        return;
    }
    out.push(case);
    // `Rubio`: nothing dropped, nothing added.
    if drop > 0 || common < folded.len() {
        out.push(char::from(b'0' + drop as u8));
        out.push_str(&folded[common..]);
    }
}

/// `l`ower case, `C`apitalised, `A`ll capitals, or `X`: anything else.
fn case_of(word: &str) -> char {
    let mut letters = word.chars().filter(|c| c.is_alphabetic());
    let Some(first) = letters.next() else { return 'l' };
    let (mut upper, mut lower) = (0, 0);
    for c in letters {
        upper += usize::from(c.is_uppercase());
        lower += usize::from(!c.is_uppercase());
    }
    match (first.is_uppercase(), upper, lower) {
        (false, 0, _) => 'l',
        (true, 0, _) => 'C',
        (true, _, 0) => 'A',
        _ => 'X',
    }
}

/// The folded form that a term stands for; terms that this module did not make give what stands there.
pub fn folded_form(term: &str) -> Cow<'_, str> {
    let (_, term) = unmarked(term);
    let Some((key, code)) = term.split_once(SEPARATOR) else { return Cow::Borrowed(term) };
    let mut rest = code.chars();
    if rest.next() == Some('X') {
        return Cow::Owned(fold(rest.as_str()));
    }
    match rest.next().and_then(|digit| digit.to_digit(10)) {
        None => Cow::Borrowed(key),
        Some(drop) => Cow::Owned(key[..key.len().saturating_sub(drop as usize)].to_owned() + rest.as_str()),
    }
}

/// The word as printed that a term stands for, accents aside; terms that this module did not make give what stands there.
pub fn printed_form(term: &str) -> Cow<'_, str> {
    let (_, bare) = unmarked(term);
    let Some((_, code)) = bare.split_once(SEPARATOR) else { return Cow::Borrowed(bare) };
    let case = code.chars().next();
    if case == Some('X') {
        return Cow::Borrowed(code.get(1..).unwrap_or_default());
    }
    let folded = folded_form(term);
    match case {
        Some('A') => Cow::Owned(folded.to_ascii_uppercase()),
        Some('C') => {
            let mut letters = folded.into_owned();
            if let Some(at) = letters.find(|c: char| c.is_ascii_alphabetic()) {
                letters[at..=at].make_ascii_uppercase();
            }
            Cow::Owned(letters)
        }
        _ => folded,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(word: &str, expected_key: &str, expected_form: &str) {
        let mut term = String::new();
        push_term(word, Analyzer::Prose, None, &mut term);
        assert_eq!(term.split(SEPARATOR).next(), Some(expected_key), "key of {word}");
        assert_eq!(folded_form(&term), expected_form, "form of {word} from {term:?}");
    }

    #[test]
    fn a_term_holds_its_key_and_its_form() {
        check("sanction", "sanction", "sanction");
        check("Sanctions", "sanction", "sanctions");
        check("SANCTIONED", "sanction", "sanctioned");
        check("happy", "happi", "happy");
        check("Happiness", "happi", "happiness");
        check("Élysée", "elyse", "elysee");
        check("élysée’s", "elyse", "elysee's");
        check("Harbour's", "harbour", "harbour's");
        check("O’Neill", "oneil", "o'neill");
        check("don't", "dont", "don't");
        check("U.S.", "us", "u.s.");
        check("1,000", "1000", "1,000");
        check("2.5", "2.5", "2.5");
        check("McKay", "mckay", "mckay");
        check("dying", "dying", "dying");
        check("30", "30", "30");
        check("Straße", "strass", "strasse");
    }

    #[test]
    fn names_are_not_stemmed() {
        let mut term = String::new();
        push_term("Banks", Analyzer::Name, None, &mut term);
        assert_eq!(term, "banks\0C");
    }

    proptest::proptest! {
        #[test]
        fn a_term_gives_back_its_folded_form(word in "[\\p{L}\\p{M}\\p{N}][\\p{L}\\p{M}\\p{N}'’]{0,12}") {
            for analyzer in [Analyzer::Prose, Analyzer::Name] {
                let mut plain = String::new();
                push_term(&word, analyzer, None, &mut plain);
                assert_eq!(folded_form(&plain), fold(&word));
                assert_eq!(super::plain(&printed_form(&plain)), super::plain(&word));
                assert_eq!(plain.split(SEPARATOR).next(), Some(&*key(&fold(&word), analyzer)));
                // The first two characters of form and key agree: a prefix finds its terms by them.
                let (base, key) = (base(&fold(&word)).into_owned(), key(&fold(&word), analyzer));
                assert_eq!(base.chars().take(2).collect::<String>(), key.chars().take(2).collect::<String>());
            }
        }
    }
}
