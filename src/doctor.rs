//! The query doctor: why a query finds little or nothing.
//!
//! Here is a query that was asked of an index, give me the hits of each of its clauses, which clause empties it, and spellings that the index
//! holds near its words. It works until a deadline and says when it had to stop.

use crate::error::{Error, Result};
use crate::index::{Index, Spelling};
use crate::query::{Field, Mode, Query};
use std::time::Instant;

/// With fewer hits than these a query is looked into.
pub const FEW: u64 = 3;

/// What the doctor found.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Diagnosis {
    /// The clauses of the query, each with the hits that it has alone.
    pub clauses: Vec<ClauseCount>,
    /// Clauses without which the query would have more hits, with how many; the greatest first. Not looked for where a clause has none alone.
    pub without: Vec<ClauseCount>,
    /// The query with words that speakers are called by asked of speakers, where more quotes are found so; the most first.
    pub instead: Vec<ClauseCount>,
    /// Words of the query that find little, with spellings near them that find more.
    pub spellings: Vec<Spelling>,
    /// True where time ran out.
    pub is_partial: bool,
}

/// A clause and a number of hits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClauseCount {
    /// The clause, in the query language.
    pub clause: String,
    /// Hits.
    pub hits: u64,
}

/// So many times as frequent must a spelling be that is told beside a word that the index holds.
const TIMES: u64 = 5;

/// Words that are looked into at most.
const MOST_WORDS: usize = 8;

/// Names that are tried as speakers at most, of one query.
const MOST_NAMES: usize = 3;

/// Words of a name at most, where words are taken for one.
const LONGEST_NAME: usize = 3;

/// Looks into a query. `widen`: gives a query the other names of people.
///
/// # Errors
/// The index fails.
pub fn diagnose(index: &dyn Index, typed: &Query, widen: &dyn Fn(&Query) -> Query, mode: Mode, deadline: Instant) -> Result<Diagnosis> {
    let mut found = Diagnosis::default();
    match examine(index, typed, widen, mode, deadline, &mut found) {
        // What cannot be counted is not looked into; the answer stands.
        Err(Error::Timeout | Error::Usage(_)) => {
            found.is_partial = true;
            Ok(found)
        }
        other => other.map(|()| found),
    }
}

fn examine(
    index: &dyn Index,
    typed: &Query,
    widen: &dyn Fn(&Query) -> Query,
    mode: Mode,
    deadline: Instant,
    found: &mut Diagnosis,
) -> Result<()> {
    let widened = widen(typed);
    let (clauses, asked) = (clauses(typed), clauses(&widened));
    // Where reported clauses count for the whole, they count for each part.
    let kinds: Vec<Query> =
        asked.iter().filter(|clause| typed.asks_for_indirect() && is_of_kind(clause)).map(|clause| (*clause).clone()).collect();
    let count = |query: &Query| {
        let beside = kinds.iter().filter(|kind| *kind != query).cloned();
        index.count(&beside.fold(query.clone(), Query::and), mode, Some(deadline))
    };
    for (clause, asked) in clauses.iter().zip(&asked) {
        found.clauses.push(ClauseCount { clause: clause.to_string(), hits: count(asked)? });
    }
    if mode == Mode::Quotes {
        let whole = count(&widened)?;
        for query in as_speakers(typed, &|name| Ok(count(&widen(name))? > 0))? {
            let hits = count(&widen(&query))?;
            if hits > whole {
                found.instead.push(ClauseCount { clause: query.to_string(), hits });
            }
        }
        found.instead.sort_by_key(|count| std::cmp::Reverse(count.hits));
        found.instead.truncate(MOST_NAMES);
    }
    for (word, field) in words(typed).into_iter().take(MOST_WORDS) {
        let mut spelling = index.spellings(&word, field, mode, deadline)?;
        // What each finds, as a query would.
        let asks = |word: &str| {
            let word = Query::Word(word.to_owned());
            field.map_or_else(|| word.clone(), |field| Query::Field(field, Box::new(word.clone())))
        };
        spelling.records = count(&asks(&word))?;
        if spelling.records >= FEW {
            continue;
        }
        for (near, hits) in &mut spelling.near {
            *hits = count(&asks(near))?;
        }
        // Of a word that is there, a spelling that is hardly more frequent is another word.
        let records = spelling.records;
        spelling.near.retain(|(_, hits)| *hits > 0 && *hits >= TIMES * records);
        spelling.near.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        if !spelling.near.is_empty() {
            found.spellings.push(spelling);
        }
    }
    let is_empty_alone = found.clauses.iter().any(|count| count.hits == 0);
    if matches!(typed, Query::And(_)) && clauses.len() > 2 && !is_empty_alone {
        let whole = count(&widened)?;
        for (i, clause) in clauses.iter().enumerate() {
            let others = asked.iter().enumerate().filter(|(j, _)| *j != i).map(|(_, query)| (*query).clone()).collect();
            let hits = count(&Query::And(others))?;
            if hits > whole {
                found.without.push(ClauseCount { clause: clause.to_string(), hits });
            }
        }
        found.without.sort_by_key(|count| std::cmp::Reverse(count.hits));
    }
    Ok(())
}

/// A query with words of it as the name of a speaker, in each way in which `speaks` knows the name: `speaker:Hale levy` for `Hale levy`,
/// which a quote holds only where its own words name Hale. The longest names first.
fn as_speakers(query: &Query, speaks: &dyn Fn(&Query) -> Result<bool>) -> Result<Vec<Query>> {
    let parts = match query {
        Query::And(list) => list.as_slice(),
        other => std::slice::from_ref(other),
    };
    let bare = |part: &Query| match part {
        Query::Word(text) | Query::Phrase(text) => Some(text.clone()),
        _ => None,
    };
    let mut found = Vec::new();
    for length in (1..=LONGEST_NAME.min(parts.len())).rev() {
        for (at, run) in parts.windows(length).enumerate().take(MOST_WORDS) {
            let Some(words) = run.iter().map(bare).collect::<Option<Vec<String>>>() else { continue };
            let name = match run {
                [one] => one.clone(),
                _ => Query::Phrase(words.join(" ")),
            };
            let name = Query::Field(Field::Speaker, Box::new(name));
            if speaks(&name)? {
                let others = parts[..at].iter().chain(&parts[at + length..]).cloned();
                found.push(others.fold(name, Query::and));
            }
        }
    }
    Ok(found)
}

fn is_of_kind(clause: &Query) -> bool {
    matches!(clause, Query::Field(Field::Kind, _))
}

/// What stands side by side in a query, or its alternatives; nothing where there is but one clause.
fn clauses(query: &Query) -> Vec<&Query> {
    match query {
        Query::And(list) | Query::Or(list) => list.iter().collect(),
        Query::Group(inner) => clauses(inner),
        _ => Vec::new(),
    }
}

/// The words that a query asks for, each with its field; those of exclusions are not looked into.
fn words(query: &Query) -> Vec<(String, Option<Field>)> {
    fn gather(query: &Query, field: Option<Field>, out: &mut Vec<(String, Option<Field>)>) {
        match query {
            Query::Not(_) | Query::SaidAs(_) => {}
            Query::Field(field, _) if field.is_range() || matches!(field, Field::Kind | Field::DateConflict) => {}
            Query::Field(field, inner) => gather(inner, Some(*field), out),
            Query::Said(speaker, inner) => {
                gather(speaker, Some(Field::Speaker), out);
                gather(inner, Some(Field::Quote), out);
            }
            Query::Within(crosshead, inner) => {
                gather(crosshead, Some(Field::Section), out);
                gather(inner, None, out);
            }
            Query::Word(text) | Query::Exact(text) | Query::Phrase(text) => {
                let words = crate::text::word::words(text).map(|word| word.span.of(text).to_owned());
                for word in words.filter(|word| !word.contains('*')) {
                    if !out.iter().any(|(known, of)| *known == word && *of == field) {
                        out.push((word, field));
                    }
                }
            }
            _ => query.children().into_iter().for_each(|child| gather(child, field, out)),
        }
    }
    let mut out = Vec::new();
    gather(query, None, &mut out);
    out
}
