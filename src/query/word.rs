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
    if raw == "*" {
        return Ok(Query::All);
    }
    let word = raw.trim_matches(PUNCTUATION);
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
    if let Some(fault) = operator_of_another_language(word, &at) {
        return Err(fault);
    }
    let Some(head) = word.strip_suffix('*') else { return Ok(Query::Word(plain_apostrophes(word))) };
    if !head.ends_with(char::is_alphanumeric) {
        return Err(
            Fault::new(at, "a letter or digit must stand before the *").advise("write the beginning of the word, then *: sanction*")
        );
    }
    Ok(Query::Prefix(plain_apostrophes(head)))
}

/// The words of a phrase, marks excluded: white space becomes one space. A wildcard would be lost in silence, so it is refused.
pub(super) fn phrase(inner: &str, start: usize) -> Result<Query, Fault> {
    if let Some(at) = inner.find('*') {
        let star = start + at..start + at + 1;
        return Err(unsupported(star.clone(), "a wildcard within a phrase").repair(star, "").advise("write the words in full"));
    }
    let words: Vec<&str> = inner.split(|c| is_space(c) || is_quotation_mark(c)).filter(|word| !word.is_empty()).collect();
    Ok(Query::Phrase(plain_apostrophes(&words.join(" "))))
}

/// Typographic apostrophes mean the same as straight ones.
fn plain_apostrophes(text: &str) -> String {
    text.replace(['\u{2018}', '\u{2019}'], "'")
}

/// `https://a.example/b?c=d` and `10:30` hold marks that are operators elsewhere.
fn address_or_time(word: &str) -> Option<&str> {
    let (before, after) = word.split_once(':')?;
    let is_address = (before.eq_ignore_ascii_case("http") || before.eq_ignore_ascii_case("https")) && after.starts_with("//");
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
    if is_proximity(word) {
        return Some(unsupported(at.clone(), &format!("{}, nearness of words", shown(word))));
    }
    if let Some(offset) = word.find("&&") {
        return Some(Fault::new(part(offset, 2), "`&&` is not an operator here").repair(part(offset, 2), " AND "));
    }
    if let Some(span) = mark('|') {
        let both = span.start..span.end + usize::from(word[span.end - at.start..].starts_with('|'));
        return Some(Fault::new(both.clone(), "`|` is not an operator here").repair(both, " OR "));
    }
    for (wanted, what) in [('~', "`~`, words of similar spelling"), ('^', "`^`, weights"), ('\\', "`\\`, escapes")] {
        if let Some(span) = mark(wanted) {
            return Some(unsupported(span.clone(), what).repair(span.start..at.end, "").advise("leave it out"));
        }
    }
    let star = word.find('*').filter(|offset| offset + 1 < word.len());
    if let Some(offset) = star.or_else(|| word.find('?')) {
        return Some(unsupported(part(offset, 1), "a wildcard within a word").advise("write the beginning of the word, then *: sanction*"));
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
            '/' => "`/`, regular expressions: not in this version of the query language".to_owned(),
            '-' => "a hyphen excludes only at the start of a clause".to_owned(),
            _ => format!("no word begins with {}", shown(&first.to_string())),
        };
        Fault::new(span.clone(), message).repair(span, "").advise("leave it out")
    })
}

/// `w/5`, `pre/3`, `NEAR/4`, `w/s`, `NEAR5`, `ADJ3`, `/5n/`: the librarians' connectors.
fn is_proximity(word: &str) -> bool {
    let is_number = |text: &str| !text.is_empty() && text.len() <= 4 && text.bytes().all(|b| b.is_ascii_digit());
    let is_reach = |text: &str| is_number(text) || ["s", "p", "seg"].contains(&text);
    if let Some((connector, reach)) = word.split_once('/') {
        let connector = connector.to_ascii_lowercase();
        let is_connector = ["w", "n", "pre", "p", "near", "within", "onear", "notw"].contains(&connector.as_str());
        let is_factiva = connector.is_empty() && reach.strip_suffix(['n', 'N'].as_slice()).is_some_and(is_number);
        return is_connector && is_reach(&reach.to_ascii_lowercase()) || is_factiva;
    }
    ["NEAR", "ADJ", "ATLEAST"].iter().any(|name| word.strip_prefix(name).is_some_and(is_number))
}
