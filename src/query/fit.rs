//! What may stand where: here is a query and its place, give me the name of what does not belong there.

use super::{Query, Scope};

/// What cannot stand beside a connector, if there is such.
pub(super) fn misfit(operand: &Query) -> Option<&'static str> {
    match operand {
        query if query.is_words() => None,
        Query::Near(_) | Query::And(_) | Query::Or(_) | Query::Group(_) | Query::Scope(Scope::Caps, _) => {
            operand.children().into_iter().find_map(misfit)
        }
        _ => Some(called(operand)),
    }
}

/// What cannot be counted by `atleast3( )`.
pub(super) fn counted(inner: &Query) -> Option<&'static str> {
    match inner {
        query if query.is_words() => None,
        Query::And(all) => all.iter().find_map(counted),
        Query::Group(inner) | Query::Scope(Scope::Caps, inner) => counted(inner),
        Query::Or(any) => any.iter().find_map(|query| match query {
            Query::And(_) => Some("AND within OR"),
            Query::Group(inner) if matches!(**inner, Query::And(_)) => Some("AND within OR"),
            query => counted(query),
        }),
        _ => Some(called(inner)),
    }
}

/// What cannot stand in `hlead( )`, `first50( )`, `caps( )`.
pub(super) fn scoped(inner: &Query, scope: Scope) -> Option<&'static str> {
    match inner {
        query if query.is_words() => None,
        Query::Scope(Scope::Caps, _) => None,
        Query::AtLeast(..) | Query::Near(_) if scope != Scope::Caps => None,
        Query::Near(_) | Query::And(_) | Query::Or(_) | Query::Not(_) | Query::Least(..) | Query::Group(_) => {
            inner.children().into_iter().find_map(|child| scoped(child, scope))
        }
        _ => Some(called(inner)),
    }
}

/// What cannot stand below a crosshead in `within( )`.
pub(super) fn below(inner: &Query) -> Option<&'static str> {
    fn text(query: &Query) -> Option<&'static str> {
        match query {
            query if query.is_words() => None,
            Query::Near(_) | Query::AtLeast(..) | Query::Scope(Scope::Caps, _) => None,
            Query::And(_) | Query::Or(_) | Query::Not(_) | Query::Group(_) => query.children().into_iter().find_map(text),
            _ => Some(called(query)),
        }
    }
    match inner {
        Query::And(all) => all.iter().find_map(below),
        Query::Not(not) => below(not),
        Query::Field(field, _) if field.is_of_quote() => None,
        query => text(query),
    }
}

/// A query's name for a message.
fn called(query: &Query) -> &'static str {
    match query {
        Query::All => "`*` alone",
        Query::Field(..) => "a field",
        Query::Not(_) => "NOT",
        Query::Least(..) => "OF",
        Query::AtLeast(..) => "atleast( )",
        Query::Scope(Scope::Head, _) => "hlead( )",
        Query::Scope(Scope::First(_), _) => "first( )",
        Query::Within(..) => "within( )",
        Query::Said(..) => "said( )",
        Query::Boost(..) => "a weight",
        Query::Near(_) => "a connector",
        Query::And(_) => "AND",
        Query::Or(_) => "OR",
        _ => "this",
    }
}

/// How many simple connectors an operand stands for: AND within it means each of its words.
pub(super) fn places(operand: &Query) -> usize {
    match operand {
        Query::And(all) => all.iter().map(places).sum(),
        Query::Or(any) if any.iter().any(|query| places(query) > 1) => any.iter().map(places).sum(),
        Query::Near(near) => places(&near.left).saturating_mul(places(&near.right)),
        Query::Group(inner) | Query::Scope(_, inner) => places(inner),
        _ => 1,
    }
}
