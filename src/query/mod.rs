//! The query: what people and programs ask, apart from any engine.
//!
//! Here is a text that somebody typed, give me a [`Query`]; here is a `Query`, give me the text that says the same.

mod bind;
mod caret;
mod display;
mod fault;
mod lex;
mod matching;
mod parse;
mod value;
mod word;

#[cfg(test)]
mod tests;

pub use bind::{Mode, bind};
pub use matching::{Match, plain, with_match};
pub use parse::{parse, parse_field, parse_on, phrase};

use crate::text::Date;
use chrono::Datelike;
use serde::{Deserialize, Serialize};

/// A field that a query can name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Field {
    /// The headline.
    Headline,
    /// Points or standfirst above the text.
    Summary,
    /// The whole body, summary included.
    Body,
    /// Crossheads.
    Section,
    /// The words of a quote.
    Quote,
    /// The resolved name or the mention of who speaks.
    Speaker,
    /// What the speaker is.
    Role,
    /// The words that announce a quote.
    Cue,
    /// direct, mixed, indirect.
    Kind,
    /// How sure the attribution is, 0 to 1.
    Confidence,
    /// Who wrote it.
    Byline,
    /// The newspaper's own section.
    Desk,
    /// The paper.
    Publisher,
    /// When it was published.
    Date,
    /// A day, in any year.
    On,
    /// When it was last changed.
    Modified,
    /// The day that the announcement of a quote names.
    SaidOn,
    /// Whether its dates contradict each other.
    DateConflict,
    /// The place in its dateline.
    Place,
    /// The agency in its dateline.
    Agency,
    /// The language of its text.
    Language,
}

impl Field {
    /// All fields, in the order in which messages name them.
    pub const ALL: [Field; 21] = [
        Field::Headline,
        Field::Summary,
        Field::Body,
        Field::Section,
        Field::Quote,
        Field::Speaker,
        Field::Role,
        Field::Cue,
        Field::Kind,
        Field::Confidence,
        Field::Byline,
        Field::Desk,
        Field::Publisher,
        Field::Date,
        Field::On,
        Field::Modified,
        Field::SaidOn,
        Field::DateConflict,
        Field::Place,
        Field::Agency,
        Field::Language,
    ];

    /// The name typed in a query.
    pub fn name(self) -> &'static str {
        match self {
            Field::Headline => "headline",
            Field::Summary => "summary",
            Field::Body => "body",
            Field::Section => "section",
            Field::Quote => "quote",
            Field::Speaker => "speaker",
            Field::Role => "role",
            Field::Cue => "cue",
            Field::Kind => "kind",
            Field::Confidence => "confidence",
            Field::Byline => "byline",
            Field::Desk => "desk",
            Field::Publisher => "publisher",
            Field::Date => "date",
            Field::On => "on",
            Field::Modified => "modified",
            Field::SaidOn => "said-on",
            Field::DateConflict => "date-conflict",
            Field::Place => "place",
            Field::Agency => "agency",
            Field::Language => "language",
        }
    }

    /// True for the fields of a quote: clauses on them bind to one quote.
    pub fn is_of_quote(self) -> bool {
        matches!(self, Field::Speaker | Field::Role | Field::Quote | Field::Cue | Field::Kind | Field::Confidence | Field::SaidOn)
    }

    /// True for the fields that hold dates.
    pub fn is_date(self) -> bool {
        matches!(self, Field::Date | Field::On | Field::Modified | Field::SaidOn)
    }

    /// True for the fields that are asked for by ranges.
    pub fn is_range(self) -> bool {
        self.is_date() || self == Field::Confidence
    }
}

/// A query. A closed tree that names no engine and prints back to query text.
#[derive(Debug, Clone, PartialEq)]
pub enum Query {
    /// Everything: `*`.
    All,
    /// A bare word, found in all its inflected forms. Holds what was typed.
    Word(String),
    /// `"words in marks"`: these forms, in this order, nothing between.
    Phrase(String),
    /// `sanction*`: every word that begins so. Holds what stands before the `*`.
    Prefix(String),
    /// Dates that overlap from the first to the last, ends included; `None` is open.
    DateRange(Option<Date>, Option<Date>),
    /// A day of the year, in any year: month and day.
    DayOfYear(u32, u32),
    /// Numbers from the first to the last, ends included; `None` is open.
    NumberRange(Option<f32>, Option<f32>),
    /// `field:value`, `field:"phrase"`, `field:(group)`: one clause. Within it no other field is named.
    Field(Field, Box<Query>),
    /// `a b`, `a AND b`; children may be [`Query::Not`].
    And(Vec<Query>),
    /// `a OR b`.
    Or(Vec<Query>),
    /// `-a`, `NOT a`.
    Not(Box<Query>),
    /// `( ... )`: binds by itself.
    Group(Box<Query>),
    /// At least so many of the words (`--match 75%`).
    Least(usize, Vec<Query>),
    /// Speakers of exactly these names, each where it is theirs; made by [`crate::people`], never typed.
    SaidAs(Vec<SaidAs>),
    /// All inside holds for one and the same quote; made by [`bind`], never typed.
    SameQuote(Box<Query>),
}

impl Query {
    /// Both: clauses of one AND-group, as if typed one after the other; an OR keeps its parentheses.
    ///
    /// This is how flags join a query: `--speaker A` with `quote:x` binds like `quote:x speaker:A`.
    #[must_use]
    pub fn and(self, other: Query) -> Query {
        let mut all = self.into_clauses();
        all.extend(other.into_clauses());
        Query::And(all)
    }

    /// True where reported clauses are asked for: `kind:indirect`, not negated, alone or among others (`kind:(direct OR mixed OR indirect)`).
    pub fn asks_for_indirect(&self) -> bool {
        let indirect = |value: &Query| matches!(value, Query::Word(word) | Query::Phrase(word) if word.eq_ignore_ascii_case("indirect"));
        fn any(query: &Query, test: &impl Fn(&Query) -> bool) -> bool {
            match query {
                Query::And(children) | Query::Or(children) | Query::Least(_, children) => children.iter().any(|child| any(child, test)),
                Query::Group(inner) => any(inner, test),
                Query::Not(_) => false,
                other => test(other),
            }
        }
        any(self, &|query| matches!(query, Query::Field(Field::Kind, value) if any(value, &indirect)))
    }

    /// Quotes in marks and reported clauses: what `--indirect` adds to a query.
    pub fn any_kind() -> Query {
        let kinds = ["direct", "mixed", "indirect"].map(|kind| Query::Word(kind.to_owned()));
        Query::Field(Field::Kind, Box::new(Query::Group(Box::new(Query::Or(kinds.into())))))
    }

    /// The clauses of an AND-group.
    fn into_clauses(self) -> Vec<Query> {
        match self {
            Query::And(all) => all,
            Query::Or(_) => vec![Query::Group(Box::new(self))],
            _ => vec![self],
        }
    }

    /// The same without the parentheses around it, if there are any.
    fn ungrouped(self) -> Query {
        match self {
            Query::Group(inner) => *inner,
            _ => self,
        }
    }
}

/// A name under which somebody speaks in some articles.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SaidAs {
    /// The name as it stands in the records.
    pub name: String,
    /// Who that is.
    pub person: String,
    /// In which articles.
    pub when: When,
}

/// A month and a desk, where there is one.
pub type MonthDesk = (Option<i32>, Option<String>);

/// Articles by month and desk. Months are counted as years times twelve and months from 0.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum When {
    /// All.
    Always,
    /// Those of these months and desks; without date or desk where there is none. In order.
    In(Vec<MonthDesk>),
    /// Those from the first month to the last, both included; without date none.
    Between(Option<i32>, Option<i32>),
}

impl When {
    /// True for the articles of a month and desk.
    pub fn holds(&self, month: Option<i32>, desk: Option<&str>) -> bool {
        match self {
            When::Always => true,
            When::In(places) => places.binary_search_by(|(m, d)| (*m, d.as_deref()).cmp(&(month, desk))).is_ok(),
            When::Between(first, last) => {
                month.is_some_and(|month| first.is_none_or(|first| month >= first) && last.is_none_or(|last| month <= last))
            }
        }
    }

    /// The month of an instant, in seconds since 1970.
    pub fn month_of(seconds: i64) -> i32 {
        chrono::DateTime::from_timestamp(seconds, 0).map_or(0, |date| date.year() * 12 + date.month0() as i32)
    }
}

/// A query that cannot be read: what is wrong, where (bytes into the text), and what was perhaps meant.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("{message}")]
pub struct QueryError {
    /// What is wrong, in lower case.
    pub message: String,
    /// Where, in UTF-8 bytes into the query text.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
    /// A query that would run, or what to do.
    pub suggestion: Option<String>,
}
