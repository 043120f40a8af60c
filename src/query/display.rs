//! Printing a query as text that reads back as the same query.

use super::{Field, Query, Reach, Scope};
use std::fmt::{Display, Formatter, Result};

impl Display for Query {
    /// The query text: `parse(&query.to_string()) == Ok(query)` for every query that was parsed or built with [`Query::and`] and
    /// [`with_match`](crate::query::with_match). Bound queries print like what they were made from.
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        write(self, false, f)
    }
}

/// Values behind `field:` stand without the name of their field.
fn write(query: &Query, is_value: bool, f: &mut Formatter<'_>) -> Result {
    match query {
        Query::All => f.write_str("*"),
        Query::Word(word) => f.write_str(word),
        Query::Phrase(words) => write!(f, "\"{words}\""),
        Query::Exact(word) => write!(f, "={word}"),
        Query::Wildcard(word) => f.write_str(word),
        Query::Fuzzy(word, edits) => write!(f, "{word}~{edits}"),
        Query::Regex(expression) => write!(f, "/{expression}/"),
        Query::Unknown => f.write_str("?"),
        Query::Near(near) => {
            clause(&near.left, is_value, f)?;
            let name = if near.ordered { "pre" } else { "w" };
            match near.reach {
                Reach::Words(words) => write!(f, " {name}/{words} ")?,
                Reach::Sentence => write!(f, " {name}/s ")?,
                Reach::Paragraph => write!(f, " {name}/p ")?,
            }
            clause(&near.right, is_value, f)
        }
        Query::AtLeast(count, inner) => {
            write!(f, "atleast{count}")?;
            parenthesised(inner, is_value, f)
        }
        Query::Scope(Scope::Name, inner) => write(inner, is_value, f),
        Query::Scope(scope, inner) => {
            match scope {
                Scope::Head => f.write_str("hlead")?,
                Scope::First(count) => write!(f, "first{count}")?,
                Scope::Caps | Scope::Name => f.write_str("caps")?,
            }
            parenthesised(inner, is_value, f)
        }
        Query::Within(crosshead, inner) => {
            f.write_str("within(")?;
            field(Field::Section, crosshead, f)?;
            f.write_str(", ")?;
            write(inner, false, f)?;
            f.write_str(")")
        }
        Query::Said(speaker, inner) => {
            f.write_str("said(")?;
            write(speaker, true, f)?;
            f.write_str(", ")?;
            write(inner, false, f)?;
            f.write_str(")")
        }
        Query::Boost(inner, weight) => {
            clause(inner, is_value, f)?;
            write!(f, "^{weight}")
        }
        Query::DateRange(from, to) => range(Field::Date, is_value, from, to, f),
        Query::DayOfYear(month, day) => write!(f, "{}{month:02}-{day:02}", if is_value { "" } else { "on:" }),
        Query::NumberRange(from, to) => range(Field::Confidence, is_value, from, to, f),
        Query::SaidAs(names) => {
            let names: Vec<String> = names.iter().map(|said| format!("\"{}\"", said.name)).collect();
            write!(f, "({})", names.join(" OR "))
        }
        Query::Field(name, value) => field(*name, value, f),
        Query::And(all) => listed(all, is_value, f),
        Query::Or(any) => {
            for (at, query) in any.iter().enumerate() {
                f.write_str(if at == 0 { "" } else { " OR " })?;
                if let Query::And(all) = query { listed(all, is_value, f)? } else { clause(query, is_value, f)? }
            }
            Ok(())
        }
        Query::Not(inner) => {
            // `--` would be a slip of the pen.
            f.write_str(if matches!(**inner, Query::Not(_)) { "NOT " } else { "-" })?;
            clause(inner, is_value, f)
        }
        Query::Group(inner) | Query::SameQuote(inner) => match &**inner {
            Query::Group(_) => write(inner, is_value, f),
            inner => parenthesised(inner, is_value, f),
        },
        Query::Least(count, words) => {
            write!(f, "{count} OF (")?;
            for (at, word) in words.iter().enumerate() {
                f.write_str(if at == 0 { "" } else { " " })?;
                clause(word, is_value, f)?;
            }
            f.write_str(")")
        }
    }
}

fn field(name: Field, value: &Query, f: &mut Formatter<'_>) -> Result {
    write!(f, "{}:", name.name())?;
    match value {
        Query::Group(inner) => parenthesised(inner, true, f),
        list @ (Query::And(_) | Query::Or(_) | Query::Not(_) | Query::Least(..) | Query::Near(_) | Query::Boost(..)) => {
            parenthesised(list, true, f)
        }
        value => write(value, true, f),
    }
}

fn parenthesised(query: &Query, is_value: bool, f: &mut Formatter<'_>) -> Result {
    f.write_str("(")?;
    write(query, is_value, f)?;
    f.write_str(")")
}

/// A query where one clause is expected: lists get parentheses.
fn clause(query: &Query, is_value: bool, f: &mut Formatter<'_>) -> Result {
    match query {
        Query::And(_) | Query::Or(_) => parenthesised(query, is_value, f),
        query => write(query, is_value, f),
    }
}

/// Clauses side by side: AND.
fn listed(list: &[Query], is_value: bool, f: &mut Formatter<'_>) -> Result {
    for (at, query) in list.iter().enumerate() {
        f.write_str(match query {
            _ if at == 0 => "",
            // `2 OF (...)` would be read as a choice.
            Query::Word(word) if word == "OF" => " AND ",
            _ => " ",
        })?;
        clause(query, is_value, f)?;
    }
    Ok(())
}

fn range<T: Display + PartialEq>(field: Field, is_value: bool, from: &Option<T>, to: &Option<T>, f: &mut Formatter<'_>) -> Result {
    if !is_value {
        write!(f, "{}:", field.name())?;
    }
    from.iter().try_for_each(|from| write!(f, "{from}"))?;
    if from.is_some() && from == to {
        return Ok(());
    }
    f.write_str("..")?;
    to.iter().try_for_each(|to| write!(f, "{to}"))
}
