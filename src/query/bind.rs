//! Binding: here is a query as typed, give me one that says which clauses hold for one and the same quote, and in which every condition
//! on words is a single one.
//!
//! The rules are the contract's, "What binds to what": an article in which A speaks and B says the phrase is no hit for A.

use super::{Field, Near, Query, Scope};

/// What is searched for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Mode {
    /// Hits are articles: quote clauses ask whether one of their quotes fits.
    Articles,
    /// Hits are quotes: all clauses are about the hit itself or its article.
    Quotes,
}

/// Binds the quote clauses of a query. The result holds no [`Query::Group`], no [`Query::Said`] and no double negation; in
/// [`Mode::Articles`] every quote field stands within a [`Query::SameQuote`], in [`Mode::Quotes`] there is none. A range stands directly
/// behind its field: `date:(2023 OR 2025)` becomes `date:2023 OR date:2025`.
///
/// Clauses of one AND-group, negated ones included, are collected into one `SameQuote`; a group binds by itself; where all are
/// negated each excludes by itself.
///
/// What asks for words is taken apart until each leaf is words, [`Query::Near`] of words, or an OR of these beside a connector; around it
/// perhaps [`Query::AtLeast`], and around that [`Query::Scope`]: `hlead(a b)` becomes `hlead(a) hlead(b)`, `(a b) w/5 c` becomes
/// `(a w/5 c) (b w/5 c)`.
pub fn bind(query: &Query, mode: Mode) -> Query {
    match query {
        Query::And(clauses) => and_group(clauses, mode),
        Query::Group(inner) => bind(inner, mode),
        Query::Or(_) | Query::Least(..) => query.map(&|child| bind(child, mode)),
        Query::SameQuote(inner) => Query::SameQuote(Box::new(value(inner))),
        _ => and_group(std::slice::from_ref(query), mode),
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
            of_quote.push((is_negated, value(core)));
        } else {
            bound.push(negated_if(is_negated, clause_alone(core, mode)));
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

/// A clause that binds to no other.
fn clause_alone(core: &Query, mode: Mode) -> Query {
    match core {
        Query::And(_) | Query::Or(_) | Query::Least(..) | Query::Group(_) | Query::SameQuote(_) => bind(core, mode),
        Query::Boost(inner, weight) => Query::Boost(Box::new(clause_alone(inner, mode)), *weight),
        Query::Said(speaker, inner) => {
            let speaks = value(&Query::Field(Field::Speaker, speaker.clone()));
            let both = Query::And(vec![speaks, bind(inner, Mode::Quotes)]);
            if mode == Mode::Articles { Query::SameQuote(Box::new(both)) } else { both }
        }
        Query::Within(crosshead, inner) => below(crosshead, inner, mode),
        core => value(core),
    }
}

/// Below one crosshead: words in an article, and quotes that stand there.
fn below(crosshead: &Query, inner: &Query, mode: Mode) -> Query {
    let under = Query::Field(Field::Section, Box::new(crosshead.clone()));
    let clauses = inner.clone().into_clauses();
    if mode == Mode::Quotes {
        return and_group(&[vec![under], clauses].concat(), mode);
    }
    let (of_quote, words): (Vec<_>, Vec<_>) = clauses.into_iter().partition(|clause| is_of_quote(peeled(clause).1));
    let mut all = Vec::new();
    if !words.is_empty() {
        all.push(Query::Within(Box::new(value(crosshead)), Box::new(value(&one_or_all(words)))));
    }
    if !of_quote.is_empty() {
        // Bound together, as one quote's clauses.
        let clauses = [vec![under], of_quote].concat();
        all.push(Query::SameQuote(Box::new(and_group(&clauses, Mode::Quotes))));
    }
    one_or_all(all)
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
    match query {
        Query::Field(field, _) => field.is_of_quote(),
        Query::Boost(inner, _) => is_of_quote(inner),
        _ => false,
    }
}

/// What binds nothing: a clause on a field, its value, words; without parentheses, and taken apart.
fn value(query: &Query) -> Query {
    match query {
        Query::Group(inner) => value(inner),
        Query::Field(field, inner) => field_clause(*field, inner),
        Query::Not(_) => {
            let (is_negated, core) = peeled(query);
            negated_if(is_negated, value(core))
        }
        Query::And(_) | Query::Or(_) | Query::Least(..) | Query::Boost(..) | Query::SameQuote(_) => query.map(&value),
        Query::Near(_) => spread(query),
        Query::Scope(scope, inner) => on_leaves(&value(inner), &|leaf| Query::Scope(*scope, Box::new(leaf.clone()))),
        Query::AtLeast(count, inner) => counted(*count, inner),
        _ => query.clone(),
    }
}

fn field_clause(field: Field, inner: &Query) -> Query {
    let behind = |field: Field, value: Query| Query::Field(field, Box::new(value));
    match field {
        field if field.is_range() => on_leaves(&value(inner), &|range| behind(field, range.clone())),
        Field::About => on_leaves(&value(inner), &|name| {
            let speaks = behind(Field::Speaker, if let Query::AtLeast(_, name) = name { (**name).clone() } else { name.clone() });
            Query::And(vec![behind(Field::Quote, named(name)), Query::Not(Box::new(speaks))])
        }),
        Field::Mention => {
            on_leaves(&value(inner), &|name| Query::Or([Field::Headline, Field::Body].map(|field| behind(field, named(name))).into()))
        }
        _ => behind(field, value(inner)),
    }
}

/// A name as it stands in running text.
fn named(name: &Query) -> Query {
    let in_text = |name: Query| Query::Scope(Scope::Name, Box::new(name));
    match name {
        Query::SaidAs(names) => Query::Or(names.iter().map(|said| in_text(Query::Phrase(said.name.clone()))).collect()),
        Query::AtLeast(count, name) => Query::AtLeast(*count, Box::new(in_text((**name).clone()))),
        name => in_text(name.clone()),
    }
}

/// Each leaf of a tree of AND, OR, NOT and choices replaced.
fn on_leaves(tree: &Query, change: &dyn Fn(&Query) -> Query) -> Query {
    match tree {
        Query::And(_) | Query::Or(_) | Query::Least(..) | Query::Not(_) | Query::Boost(..) => tree.map(&|child| on_leaves(child, change)),
        Query::Group(inner) => on_leaves(inner, change),
        leaf => change(leaf),
    }
}

/// `atleast3(a b)` counts each; an OR is counted together.
fn counted(count: u32, inner: &Query) -> Query {
    match inner {
        Query::Group(inner) => counted(count, inner),
        Query::And(all) => Query::And(all.iter().map(|word| counted(count, word)).collect()),
        words => Query::AtLeast(count, Box::new(spread(words))),
    }
}

/// Words beside a connector, taken apart until no AND stands beside one: a tree of AND and OR whose leaves are places in a text.
fn spread(query: &Query) -> Query {
    match query {
        Query::Group(inner) => spread(inner),
        Query::And(_) | Query::Or(_) => query.map(&spread),
        Query::Scope(scope, inner) => on_places(&spread(inner), &|place| Query::Scope(*scope, Box::new(place.clone()))),
        Query::Near(near) => on_places(&spread(&near.left), &|left| {
            on_places(&spread(&near.right), &|right| Query::Near(Box::new(Near { left: left.clone(), right: right.clone(), ..**near })))
        }),
        words => words.clone(),
    }
}

/// Each place of such a tree replaced; an OR of places is one.
fn on_places(tree: &Query, change: &dyn Fn(&Query) -> Query) -> Query {
    fn is_place(query: &Query) -> bool {
        match query {
            Query::Or(any) => any.iter().all(is_place),
            Query::And(_) => false,
            Query::Scope(_, inner) => is_place(inner),
            _ => true,
        }
    }
    if is_place(tree) { change(tree) } else { tree.map(&|child| on_places(child, change)) }
}

#[cfg(test)]
mod tests;
