//! Marks that hold nobody's words: titles of works, nicknames, names of things, scare quotes.

use super::attach::{Place, Source};
use super::lexicon::Class;
use super::marks::Stretch;
use super::reader::Reader;
use super::token::TokenKind;

/// True when the stretch is no quotation at all.
pub(crate) fn is_nobodys(reader: &Reader, stretch: &Stretch, place: Place, source: &Source) -> bool {
    if stretch.set_apart || stretch.continues {
        return false;
    }
    let text = stretch.inner.of(reader.body);
    let at = place.token;
    let sentence = reader.sentences[place.sentence].tokens.clone();
    let before = at.checked_sub(1).filter(|&t| t >= sentence.start);
    let words = text.split_whitespace().take(12).count();
    if words > 10 {
        return false;
    }
    // Robert "Bob" Smith: the stretch stands inside a name.
    if before.is_some_and(|b| reader.names.at(b).is_some() && reader.names.at(b) == reader.names.at(at + 1)) {
        return true;
    }
    // A word or two that nobody is said to have used, in the middle of a sentence: a term, or scare quotes.
    let led = before.is_some_and(|b| reader.is(b, Class::DET.or(Class::POSS).or(Class::PREP).or(Class::CONJ)) || reader.is_be(b));
    let attribute = reader.kind(at + 1) == TokenKind::Word && !reader.is(at + 1, Class::CLOSED);
    let term = words == 1 && led || words <= 2 && attribute;
    if source.phrase.is_none() && term && !text.ends_with(['.', ',', '!', '?']) {
        return true;
    }
    let titled = titled(text);
    let introduced = before.is_some_and(|b| {
        let word = reader.word(b).to_ascii_lowercase();
        matches!(word.as_str(), "titled" | "entitled" | "dubbed" | "nicknamed" | "codenamed" | "subtitled" | "so-called" | "aka")
            || word == "called" && b > sentence.start && !reader.is(b - 1, Class::PRONOUN) && reader.names.at(b - 1).is_none() && titled
            || word == "as" && b > sentence.start && reader.word(b - 1) == "known"
    });
    // "soon known on the quays as the "Long Wait""
    let article = before.filter(|&b| matches!(reader.word(b), "the" | "a" | "an")).map_or(before, |b| b.checked_sub(1));
    let known = article.is_some_and(|b| {
        reader.word(b) == "as"
            && (b.saturating_sub(6).max(sentence.start)..b).any(|t| matches!(reader.word(t), "known" | "referred" | "nicknamed"))
    });
    let strong = source.cue.is_some()
        && before.is_some_and(|b| matches!(reader.kind(b), TokenKind::Comma | TokenKind::Colon) || reader.is_cue(b, Class::SAY));
    if (introduced || known) && !strong {
        return true;
    }
    // "on ABC's "Good Evening"", "told "The Long Hour""
    let hosted = before.is_some_and(|b| {
        reader.kind(b) == TokenKind::Possessive
            || matches!(
                reader.word(b),
                "on" | "in" | "at" | "from" | "during" | "by" | "hosts" | "hosted" | "hosting" | "told" | "tells" | "telling"
            )
    });
    if titled && hosted && words <= 6 && !text.ends_with(['!', '?']) && capitals_only(text) {
        return true;
    }
    if titled && !strong && words <= 8 {
        // "the opera, though "The Long Wait" is playing", ""The Long Wait", the film that ..."
        let named = words >= 2 && capitals_only(text) && sentence.clone().any(|t| reader.is(t, Class::WORK));
        let work = before.is_some_and(|b| reader.is(b, Class::WORK)) || reader.is(at + 1, Class::WORK) || named;
        let ends = text.ends_with(['!', '?']);
        return work || source.phrase.is_none() && source.cue.is_none() || !ends && words >= 2 && source.rule == "subject";
    }
    false
}

/// No word but small ones of grammar begins with a small letter.
fn capitals_only(text: &str) -> bool {
    text.split_whitespace().all(|word| {
        let letters = word.trim_matches(|c: char| !c.is_alphanumeric());
        !letters.starts_with(char::is_lowercase)
            || matches!(letters, "a" | "an" | "and" | "the" | "of" | "in" | "on" | "for" | "to" | "with" | "at" | "by" | "or" | "from")
    })
}

/// Every word of weight begins with a capital: "The Old Man and the Sea".
fn titled(text: &str) -> bool {
    // In capitals throughout it is shouted, not a title.
    if !text.contains(char::is_lowercase) && text.split_whitespace().nth(2).is_some() {
        return false;
    }
    let mut capitals = 0;
    for word in text.split_whitespace() {
        let letters = word.trim_matches(|c: char| !c.is_alphanumeric());
        let Some(first) = letters.chars().next() else { continue };
        if first.is_uppercase() || first.is_numeric() {
            capitals += 1;
        } else if letters.len() > 4 {
            return false;
        }
    }
    let words = text.split_whitespace().count();
    capitals > 0
        && capitals * 2 >= words
        && text.chars().find(|c| c.is_alphanumeric()).is_some_and(|c| !c.is_lowercase())
        && (words > 1 || capitals == 1)
}
