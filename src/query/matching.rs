//! How many of the bare words must match, and texts that are taken as words only.

use super::fault::Fault;
use super::lex::MAX_CLAUSES;
use super::parse::parse;
use super::{Query, QueryError};
use std::collections::HashSet;
use std::fmt;
use std::str::FromStr;

/// What stands between bare words: `--match all|any|N%`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Match {
    /// AND, the rule of the language.
    #[default]
    All,
    /// OR.
    Any,
    /// At least so many per cent of them, rounded up to whole words. Values are taken as 1 to 100.
    Percent(u8),
}

impl FromStr for Match {
    type Err = QueryError;

    /// `all`, `any`, `1%` to `100%`.
    fn from_str(text: &str) -> Result<Self, QueryError> {
        let percent = text.strip_suffix('%').filter(|number| number.bytes().all(|b| b.is_ascii_digit()));
        match text {
            "all" => Ok(Self::All),
            "any" => Ok(Self::Any),
            _ => percent.and_then(|number| number.parse().ok()).filter(|number| (1..=100).contains(number)).map(Self::Percent).ok_or_else(
                || {
                    let message = "not a way to match words: all, any, or 1% to 100%".to_owned();
                    QueryError { message, start: 0, end: text.len(), suggestion: Some("75%".to_owned()), repair: None }
                },
            ),
        }
    }
}

impl fmt::Display for Match {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::All => f.write_str("all"),
            Self::Any => f.write_str("any"),
            Self::Percent(percent) => write!(f, "{percent}%"),
        }
    }
}

/// Changes what stands between the bare words, phrases and wildcards of the outermost AND-group. Everything else there (fields,
/// groups, exclusions) must hold as before; queries with OR on the outside say themselves what they want and stay as they are.
pub fn with_match(query: Query, matching: Match) -> Query {
    let Query::And(clauses) = query else { return query };
    let is_bare = Query::is_words;
    let count = clauses.iter().filter(|query| is_bare(query)).count();
    let wanted = match matching {
        Match::All => count,
        Match::Any => 1,
        Match::Percent(percent) => (count * usize::from(percent.clamp(1, 100))).div_ceil(100),
    };
    if wanted >= count {
        return Query::And(clauses);
    }
    let place = clauses.iter().position(is_bare).unwrap_or(0);
    let (bare, mut others): (Vec<_>, Vec<_>) = clauses.into_iter().partition(is_bare);
    let chosen = if wanted == 1 { Query::Or(bare) } else { Query::Least(wanted, bare) };
    if others.is_empty() {
        return chosen;
    }
    let chosen = if wanted == 1 { Query::Group(Box::new(chosen)) } else { chosen };
    others.insert(place, chosen);
    Query::And(others)
}

/// Takes a text as words only, without any syntax; any of them may match. A word that comes twice counts once; operators
/// lose their capitals, so that the query prints and reads back like any other.
pub fn plain(text: &str) -> Result<Query, QueryError> {
    let fail = |message: String| Fault::new(0..text.len(), message).advise("write one word or more").into_error(text, |_| false);
    let mut seen = HashSet::new();
    let mut words = Vec::new();
    for word in text.split(|c: char| !c.is_alphanumeric() && !is_inner(c)) {
        let word = super::word::with_last_point(word, word.trim_matches(is_inner)).replace('\u{2019}', "'");
        if word.is_empty() || !seen.insert(word.to_lowercase()) {
            continue;
        }
        if words.len() == MAX_CLAUSES {
            return Err(fail(format!("more than {MAX_CLAUSES} different words")));
        }
        let as_typed = Query::Word(word.clone());
        let is_word = parse(&word).is_ok_and(|parsed| parsed == as_typed);
        words.push(if is_word { as_typed } else { Query::Word(word.to_lowercase()) });
    }
    match words.len() {
        0 => Err(fail("there is no word in the text".to_owned())),
        1 => Ok(words.remove(0)),
        _ => Ok(Query::Or(words)),
    }
}

/// Marks that may stand within a word: `pro-European`, `O'Dell`, `3.5`. Combining marks belong to their letters.
fn is_inner(c: char) -> bool {
    matches!(c, '\'' | '\u{2019}' | '-' | '.' | '_') || unicode_normalization::char::is_combining_mark(c)
}
