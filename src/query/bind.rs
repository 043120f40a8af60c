//! Binding: here is a query as typed, give me one that says which clauses hold for one and the same quote.
//!
//! The rules are the contract's, "What binds to what": an article in which A speaks and B says the phrase is no hit for A.

use super::{Field, Query};

/// What is searched for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Mode {
    /// Hits are articles: quote clauses ask whether one of their quotes fits.
    Articles,
    /// Hits are quotes: all clauses are about the hit itself or its article.
    Quotes,
}

/// Binds the quote clauses of a query. The result holds no [`Query::Group`] and no double negation; in [`Mode::Articles`] every
/// quote field stands within a [`Query::SameQuote`], in [`Mode::Quotes`] there is none. A range stands directly behind its field:
/// `date:(2023 OR 2025)` becomes `date:2023 OR date:2025`.
///
/// Clauses of one AND-group, negated ones included, are collected into one `SameQuote`; a group binds by itself; where all are
/// negated each excludes by itself.
pub fn bind(query: &Query, mode: Mode) -> Query {
    match query {
        Query::And(clauses) => and_group(clauses, mode),
        Query::Or(any) => Query::Or(any.iter().map(|query| bind(query, mode)).collect()),
        Query::Group(inner) => bind(inner, mode),
        Query::Least(count, words) => Query::Least(*count, words.iter().map(|query| bind(query, mode)).collect()),
        Query::SameQuote(inner) => Query::SameQuote(Box::new(ungrouped(inner))),
        Query::Not(_) | Query::Field(..) => and_group(std::slice::from_ref(query), mode),
        Query::All
        | Query::Word(_)
        | Query::Phrase(_)
        | Query::Prefix(_)
        | Query::DateRange(..)
        | Query::DayOfYear(..)
        | Query::NumberRange(..)
        | Query::SaidAs(_) => query.clone(),
    }
}

/// One AND-group, of one clause or more.
fn and_group(clauses: &[Query], mode: Mode) -> Query {
    let mut bound = Vec::new();
    let mut of_quote = Vec::new();
    let mut place = 0;
    for clause in clauses {
        let (is_negated, core) = peeled(clause);
        if mode == Mode::Articles && is_of_quote(core) {
            if of_quote.is_empty() {
                place = bound.len();
            }
            of_quote.push((is_negated, ungrouped(core)));
        } else {
            let core = if matches!(core, Query::Field(..)) { ungrouped(core) } else { bind(core, mode) };
            bound.push(negated_if(is_negated, core));
        }
    }
    if of_quote.iter().all(|(is_negated, _)| *is_negated) {
        let excluded = of_quote.into_iter().map(|(_, clause)| Query::Not(Box::new(Query::SameQuote(Box::new(clause)))));
        bound.splice(place..place, excluded);
    } else {
        let all = of_quote.into_iter().map(|(is_negated, clause)| negated_if(is_negated, clause)).collect();
        bound.insert(place, Query::SameQuote(Box::new(one_or_all(all))));
    }
    one_or_all(bound)
}

fn one_or_all(mut all: Vec<Query>) -> Query {
    if all.len() == 1 { all.remove(0) } else { Query::And(all) }
}

fn negated_if(is_negated: bool, query: Query) -> Query {
    match query {
        Query::Not(inner) if is_negated => *inner,
        query if is_negated => Query::Not(Box::new(query)),
        query => query,
    }
}

/// Without its negations; true if there was an odd number of them.
fn peeled(query: &Query) -> (bool, &Query) {
    let (mut is_negated, mut core) = (false, query);
    while let Query::Not(inner) = core {
        is_negated = !is_negated;
        core = inner;
    }
    (is_negated, core)
}

fn is_of_quote(query: &Query) -> bool {
    matches!(query, Query::Field(field, _) if field.is_of_quote())
}

/// The same without parentheses, for what binds nothing: the value of a field.
fn ungrouped(query: &Query) -> Query {
    let each = |list: &[Query]| list.iter().map(ungrouped).collect();
    match query {
        Query::Group(inner) => ungrouped(inner),
        Query::Field(field, value) if field.is_range() => behind_each(*field, value),
        Query::Field(field, value) => Query::Field(*field, Box::new(ungrouped(value))),
        Query::And(all) => Query::And(each(all)),
        Query::Or(any) => Query::Or(each(any)),
        Query::Least(count, words) => Query::Least(*count, each(words)),
        Query::SameQuote(inner) => Query::SameQuote(Box::new(ungrouped(inner))),
        Query::Not(_) => {
            let (is_negated, core) = peeled(query);
            negated_if(is_negated, ungrouped(core))
        }
        _ => query.clone(),
    }
}

/// Puts the field before each of its ranges.
fn behind_each(field: Field, value: &Query) -> Query {
    let each = |list: &[Query]| list.iter().map(|value| behind_each(field, value)).collect();
    match value {
        Query::And(all) => Query::And(each(all)),
        Query::Or(any) => Query::Or(each(any)),
        Query::Not(inner) => negated_if(true, behind_each(field, inner)),
        Query::Group(inner) => behind_each(field, inner),
        range => Query::Field(field, Box::new(range.clone())),
    }
}

#[cfg(test)]
mod tests;
