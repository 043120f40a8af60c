//! What a term means where words are expected: a word, the beginning of words, everything, or an operator of another language.
//!
//! A form that means something elsewhere (`word~1`, `a && b`, `w/5`) is refused: reading it as words would be a silent misreading.

use super::Query;
use super::fault::{Fault, shown};
use super::lex::{PUNCTUATION, has_word, is_quotation_mark, is_space, unsupported};
use std::ops::Range;

/// A bare term or the value of a text field; `start` is its first byte in the query.
pub(super) fn word(raw: &str, start: usize) -> Result<Query, Fault> {
    let span = start..start + raw.len();
    match raw {
        "*" => return Ok(Query::All),
        "?" => return Ok(Query::Unknown),
        _ => {}
    }
    let word = bare(raw);
    let begin = span.start + raw.len() - raw.trim_start_matches(PUNCTUATION).len();
    let at = begin..begin + word.len();
    if !has_word(word) {
        return Err(without_words(word, at, span));
    }
    if let Some(unreserved) = address_or_time(word) {
        return Ok(Query::Word(plain_apostrophes(unreserved)));
    }
    if matches!(word, "AND" | "OR" | "NOT") {
        return Err(Fault::new(span.clone(), format!("{} is an operator here", shown(word))).repair(span, format!("\"{word}\"")));
    }
    if let Some((head, edits)) = word.split_once('~') {
        return fuzzy(head, edits, &at);
    }
    let (exact, bare) = match word.strip_prefix('=') {
        Some(bare) => (true, with_last_point(raw, bare)),
        None => (false, word),
    };
    let from = at.start + usize::from(exact);
    if let Some(fault) = operator_of_another_language(bare, &(from..from + bare.len())) {
        return Err(fault);
    }
    let is_pattern = bare.contains(['*', '?']);
    match (exact, is_pattern) {
        (true, true) => Err(Fault::new(at, "a word with wildcards has no exact form").repair(begin..begin + 1, "")),
        (true, false) => Ok(Query::Exact(plain_apostrophes(bare))),
        (false, true) => wildcard(bare, at),
        (false, false) => Ok(Query::Word(plain_apostrophes(bare))),
    }
}

/// A word without the punctuation around it; the last point of an abbreviation (`U.S.`) is part of it.
pub(super) fn bare(raw: &str) -> &str {
    with_last_point(raw, raw.trim_matches(PUNCTUATION))
}

/// A part of a text, with the point behind it where that ends an abbreviation.
pub(super) fn with_last_point<'a>(text: &'a str, part: &'a str) -> &'a str {
    let is_letter = |piece: &str| piece.chars().count() == 1 && piece.chars().all(char::is_alphabetic);
    let is_abbreviation = part.contains('.') && part.split('.').all(is_letter);
    let whole = text.find(part).filter(|_| is_abbreviation).and_then(|at| text.get(at..=at + part.len()));
    whole.filter(|whole| whole.ends_with('.')).unwrap_or(part)
}

/// `sanction*`, `wom?n`.
fn wildcard(word: &str, at: Range<usize>) -> Result<Query, Fault> {
    // Several stars on end say no more than one.
    let mut simple = word.to_owned();
    while simple.contains("**") {
        simple = simple.replace("**", "*");
    }
    let word = simple.as_str();
    // `pro-*`: what is left of the hyphen would stand alone.
    let lonely = word.split(|c: char| !c.is_alphanumeric() && !is_inner(c)).find(|piece| piece.contains('*') && !has_word(piece));
    match lonely {
        Some(_) => {
            Err(Fault::new(at, "a letter or digit must stand beside the *")
                .advise("write a part of the word, and * for the rest: sanction*"))
        }
        None => Ok(Query::Wildcard(plain_apostrophes(word))),
    }
}

/// Marks that may stand within one word with wildcards.
fn is_inner(c: char) -> bool {
    matches!(c, '*' | '?' | '\'' | '\u{2019}' | '.' | ',') || unicode_normalization::char::is_combining_mark(c)
}

/// `sanction~1`
fn fuzzy(head: &str, edits: &str, at: &Range<usize>) -> Result<Query, Fault> {
    let tilde = at.start + head.len();
    let behind = tilde..at.end;
    let letters = head.chars().filter(|c| c.is_alphanumeric()).count();
    if !head.chars().all(|c| c.is_alphanumeric() || matches!(c, '\'' | '\u{2019}') || unicode_normalization::char::is_combining_mark(c)) {
        return Err(Fault::new(at.clone(), "~ stands behind one word of letters and digits").repair(behind, ""));
    }
    match edits {
        "1" | "2" => {
            let edits = if edits == "1" { 1 } else { 2 };
            if letters < 1 + 2 * usize::from(edits) {
                let message = format!("{} is too short: words of so few letters are all near each other", shown(head));
                let fault = Fault::new(at.clone(), message).advise("write three letters or more before ~1, five or more before ~2");
                return Err(if letters >= 3 { fault.repair(behind, "~1") } else { fault });
            }
            Ok(Query::Fuzzy(plain_apostrophes(head), edits))
        }
        _ => Err(Fault::new(behind.clone(), "behind ~ stands how many letters may differ: 1 or 2").repair(behind, "~1")),
    }
}

/// `/expression/`, slashes included.
pub(super) fn expression(raw: &str, start: usize) -> Result<Query, Fault> {
    let inner = raw.get(1..raw.len().saturating_sub(1)).unwrap_or_default();
    let span = start..start + raw.len();
    if inner.is_empty() {
        return Err(Fault::new(span.clone(), "nothing stands between the slashes").repair(span, ""));
    }
    if let Some(Some(ours)) = connector_elsewhere(raw.trim_end_matches('/')) {
        return Err(Fault::new(span.clone(), format!("{} is a connector of another query language", shown(raw))).repair(span, ours));
    }
    // As it will be run: what cannot be run within bounds is refused here.
    match crate::query::regex(inner, true) {
        Ok(_) => Ok(Query::Regex(inner.to_owned())),
        Err(regex::Error::CompiledTooBig(_)) => {
            Err(Fault::new(span, "this regular expression is too large")
                .advise("write a shorter one; {1000} repeats what it stands behind"))
        }
        Err(error) => {
            let why = error.to_string();
            let why = why.lines().last().unwrap_or_default().trim_start_matches("error: ").trim_end_matches('.');
            Err(Fault::new(span, format!("not a regular expression: {why}"))
                .advise("put the words in quotation marks to search for them as they stand"))
        }
    }
}

/// The words of a phrase, marks excluded: white space becomes one space. A `*` stands for any letters within a word, alone for any word.
pub(super) fn phrase(inner: &str, start: usize) -> Result<Query, Fault> {
    let words: Vec<&str> = inner.split(|c| is_space(c) || is_quotation_mark(c)).filter(|word| !word.is_empty()).collect();
    if let Some(word) = words.iter().find(|word| word.contains("**") || (word.contains('*') && **word != "*" && !has_word(word))) {
        let at = inner.find(word).unwrap_or(0);
        let span = start + at..start + at + word.len();
        return Err(Fault::new(span.clone(), "one * stands for any letters, or alone for any word").repair(span, "*"));
    }
    let is_open = |word: Option<&&str>| word.is_some_and(|word| *word == "*");
    if is_open(words.first()) || is_open(words.last()) {
        let trimmed: Vec<&str> = words.iter().skip_while(|word| **word == "*").copied().collect();
        let last = trimmed.iter().rposition(|word| *word != "*").map_or(0, |last| last + 1);
        let span = start..start + inner.len();
        return Err(Fault::new(span.clone(), "a phrase begins and ends with a word").repair(span, trimmed[..last].join(" ")));
    }
    Ok(Query::Phrase(plain_apostrophes(&words.join(" "))))
}

/// Typographic apostrophes mean the same as straight ones.
fn plain_apostrophes(text: &str) -> String {
    text.replace(['\u{2018}', '\u{2019}'], "'")
}

/// `https://a.example/b?c=d` and `10:30` hold marks that are operators elsewhere.
fn address_or_time(word: &str) -> Option<&str> {
    let (before, after) = word.split_once(':')?;
    let is_address =
        (before.eq_ignore_ascii_case("http") || before.eq_ignore_ascii_case("https")) && after.starts_with("//") && !word.contains('^');
    let is_time = word.starts_with(|c: char| c.is_numeric()) && !word.contains(['*', '~', '^', '|', '\\']);
    (is_address || is_time).then_some(word)
}

const OPERATORS: &str = "write AND, OR and NOT between words";

fn without_words(word: &str, at: Range<usize>, raw: Range<usize>) -> Fault {
    let span = if at.is_empty() { raw } else { at };
    let fault = Fault::new(span.clone(), "there is no letter or digit in this").repair(span.clone(), "");
    match word {
        "&&" => fault.repair(span, "AND").advise(OPERATORS),
        "||" | "|" => fault.repair(span, "OR").advise(OPERATORS),
        "*" | "" => fault.advise("write a word, or * alone for everything"),
        _ => fault.advise("leave it out, or write a word"),
    }
}

fn operator_of_another_language(word: &str, at: &Range<usize>) -> Option<Fault> {
    let part = |offset: usize, length: usize| at.start + offset..at.start + offset + length;
    let mark = |wanted: char| word.find(wanted).map(|offset| part(offset, wanted.len_utf8()));
    if let Some(ours) = connector_elsewhere(word) {
        let fault = Fault::new(at.clone(), format!("{} is a connector of another query language", shown(word)));
        return Some(match ours {
            Some(ours) => fault.repair(at.clone(), ours),
            None => fault.advise(
                "write a w/5 b for words near each other, a pre/5 b in this order, a w/s b, a w/p b; --syntax reads other languages",
            ),
        });
    }
    if let Some(offset) = word.find("&&") {
        return Some(Fault::new(part(offset, 2), "`&&` is not an operator here").repair(part(offset, 2), " AND "));
    }
    if let Some(span) = mark('|') {
        let both = span.start..span.end + usize::from(word[span.end - at.start..].starts_with('|'));
        return Some(Fault::new(both.clone(), "`|` is not an operator here").repair(both, " OR "));
    }
    if let Some(span) = mark('^') {
        let fault = Fault::new(span.clone(), "`^` stands at the end of a clause, before a number").repair(span.start..at.end, "");
        return Some(fault.advise("write word^2 to let it count twice"));
    }
    if let Some(span) = mark('\\') {
        return Some(unsupported(span.clone(), "`\\`, escapes").repair(span.start..at.end, "").advise("leave it out"));
    }
    if let Some(offset) = word.find(':').filter(|_| !word.starts_with(|c: char| c.is_numeric())) {
        return Some(Fault::new(part(offset, 1), "a second field within a clause").repair(at.clone(), format!("\"{word}\"")));
    }
    let first = word.chars().next()?;
    let is_reserved = matches!(first, '-' | '+' | '=' | '/' | '<' | '>' | '&' | '–' | '—' | '\u{2212}');
    let span = part(0, first.len_utf8());
    is_reserved.then(|| {
        let message = match first {
            '<' | '>' => "only date and confidence can be compared".to_owned(),
            '-' => "a hyphen excludes only at the start of a clause".to_owned(),
            _ => format!("no word begins with {}", shown(&first.to_string())),
        };
        Fault::new(span.clone(), message).repair(span, "").advise("leave it out")
    })
}

/// `n/5`, `p/5`, `NEAR5`, `ADJ3`, `/5n/`: connectors of other languages, with what stands for them here.
fn connector_elsewhere(word: &str) -> Option<Option<String>> {
    let is_number = |text: &str| !text.is_empty() && text.len() <= 4 && text.bytes().all(|b| b.is_ascii_digit());
    match word {
        "SAME" => return Some(Some("w/p".to_owned())),
        "NEAR" | "ADJ" | "PRE" | "ONEAR" | "w/" | "W/" | "pre/" | "PRE/" => return Some(None),
        _ => {}
    }
    if let Some((connector, reach)) = word.split_once('/') {
        let (connector, reach) = (connector.to_ascii_lowercase(), reach.to_ascii_lowercase());
        if let Some(number) = reach.strip_suffix('n').filter(|number| connector.is_empty() && is_number(number)) {
            return Some(Some(format!("w/{number}")));
        }
        let known = ["n", "p", "within", "onear", "notw", "w", "pre", "near"].contains(&connector.as_str());
        if !known || !(is_number(&reach) || ["s", "p", "seg"].contains(&reach.as_str())) {
            return None;
        }
        return Some(match connector.as_str() {
            "n" | "within" => Some(format!("w/{reach}")),
            "p" | "onear" => Some(format!("pre/{reach}")),
            _ => None,
        });
    }
    let number = |name: &str| word.strip_prefix(name).filter(|number| is_number(number));
    if let Some(number) = number("NEAR") {
        return Some(Some(format!("w/{number}")));
    }
    if let Some(number) = number("ADJ") {
        return Some(Some(format!("pre/{number}")));
    }
    number("ATLEAST").is_some().then_some(None)
}
