//! The query: what people and programs ask, apart from any engine.
//!
//! Here is a text that somebody typed, give me a [`Query`]; here is a `Query`, give me the text that says the same.

mod bind;
mod caret;
mod display;
mod fault;
mod fit;
mod foreign;
mod lex;
mod matching;
mod parse;
mod value;
mod word;

#[cfg(test)]
mod tests;

pub use bind::{Mode, bind};
pub use foreign::{Syntax, Translation, translate};
pub use matching::{Match, plain, with_match};
pub use parse::{parse, parse_field, parse_on, phrase};

use crate::text::Date;
use chrono::Datelike;
use serde::{Deserialize, Serialize};

/// The query language, in short: what to write, and what it finds.
pub const CHEATSHEET: &[(&str, &str)] = &[
    ("harbour levy", "both words, in any form"),
    ("\"harbour levy\"", "these words side by side"),
    ("sanction*, wom?n", "words with these letters"),
    ("harbour w/5 levy", "near each other; pre/5 in this order, w/s in one sentence"),
    ("hlead(levy)", "in headline, summary or first paragraph"),
    ("speaker:Lindqvist levy", "among quotes: what Lindqvist said about a levy"),
    ("a OR b, (a b), -a", "either, together, not"),
    ("desk:politics", "of this desk; publisher:Courier of this paper"),
    ("date:2025-03..2025-04", "of these months; date:\"last week\", on:07-26 this day in any year"),
];

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
    /// Who is named in a quote by somebody else.
    About,
    /// Who is named in the headline or the text.
    Mention,
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
    pub const ALL: [Field; 23] = [
        Field::Headline,
        Field::Summary,
        Field::Body,
        Field::Section,
        Field::Quote,
        Field::Speaker,
        Field::About,
        Field::Mention,
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
            Field::About => "about",
            Field::Mention => "mention",
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
        matches!(
            self,
            Field::Speaker | Field::About | Field::Role | Field::Quote | Field::Cue | Field::Kind | Field::Confidence | Field::SaidOn
        )
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
    /// `=sanction`: this form only.
    Exact(String),
    /// `sanction*`, `wom?n`: `*` stands for any letters, `?` for one.
    Wildcard(String),
    /// `sanction~1`: words that differ in so many letters at most.
    Fuzzy(String, u8),
    /// `/[0-9]+th/`: whole words that the expression fits.
    Regex(String),
    /// `?`, behind a field: its value is not known.
    Unknown,
    /// `a w/5 b`, `a pre/5 b`, `a w/s b`: near each other in one text.
    Near(Box<Near>),
    /// `atleast3(word)`: so often at least.
    AtLeast(u32, Box<Query>),
    /// `hlead(...)`, `first50(...)`, `caps(...)`: words of a part of the text, or printed as they are typed.
    Scope(Scope, Box<Query>),
    /// `within(section:X, ...)`: below one crosshead; with the value of `section:`.
    Within(Box<Query>, Box<Query>),
    /// `said(SPEAKER, ...)`: one quote, by this speaker, that holds what follows; with the value of `speaker:`.
    Said(Box<Query>, Box<Query>),
    /// `word^2`: counts so many times as much in the order of the hits.
    Boost(Box<Query>, f32),
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

/// Two things near each other in one text.
#[derive(Debug, Clone, PartialEq)]
pub struct Near {
    /// What stands on the left of the connector: words, phrases, wildcards, groups of these, or other nearness.
    pub left: Query,
    /// What stands on its right.
    pub right: Query,
    /// How near.
    pub reach: Reach,
    /// The left must stand before the right.
    pub ordered: bool,
}

/// How near two things must be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Reach {
    /// At most so many positions from the last word of the one to the first of the other; neighbours have 1.
    Words(u32),
    /// In one sentence.
    Sentence,
    /// In one paragraph.
    Paragraph,
}

/// What narrows the words inside.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Scope {
    /// In the headline, the summary or the first paragraph.
    Head,
    /// Among so many first words of the text.
    First(u32),
    /// Printed in capitals and small letters as typed, in this form.
    Caps,
    /// In this form; a word typed with a capital is printed with one. Made by [`bind`], never typed.
    Name,
}

impl Query {
    /// True for what matches words of a text at one place: words, phrases, wildcards; no operators.
    pub fn is_words(&self) -> bool {
        matches!(self, Query::Word(_) | Query::Phrase(_) | Query::Exact(_) | Query::Wildcard(_) | Query::Fuzzy(..) | Query::Regex(_))
    }

    /// The queries that this one is made of, one level down.
    pub fn children(&self) -> Vec<&Query> {
        match self {
            Query::And(list) | Query::Or(list) | Query::Least(_, list) => list.iter().collect(),
            Query::Near(near) => vec![&near.left, &near.right],
            Query::Within(a, b) | Query::Said(a, b) => vec![a, b],
            Query::Field(_, inner)
            | Query::AtLeast(_, inner)
            | Query::Scope(_, inner)
            | Query::Boost(inner, _)
            | Query::Not(inner)
            | Query::Group(inner)
            | Query::SameQuote(inner) => vec![inner],
            _ => Vec::new(),
        }
    }

    /// The same with each query that it is made of replaced, one level down.
    #[must_use]
    pub fn map(&self, change: &impl Fn(&Query) -> Query) -> Query {
        let list = |list: &[Query]| list.iter().map(change).collect();
        let boxed = |inner: &Query| Box::new(change(inner));
        match self {
            Query::And(all) => Query::And(list(all)),
            Query::Or(any) => Query::Or(list(any)),
            Query::Least(least, words) => Query::Least(*least, list(words)),
            Query::Near(near) => Query::Near(Box::new(Near { left: change(&near.left), right: change(&near.right), ..**near })),
            Query::Within(a, b) => Query::Within(boxed(a), boxed(b)),
            Query::Said(a, b) => Query::Said(boxed(a), boxed(b)),
            Query::Field(field, inner) => Query::Field(*field, boxed(inner)),
            Query::AtLeast(count, inner) => Query::AtLeast(*count, boxed(inner)),
            Query::Scope(scope, inner) => Query::Scope(*scope, boxed(inner)),
            Query::Boost(inner, weight) => Query::Boost(boxed(inner), *weight),
            Query::Not(inner) => Query::Not(boxed(inner)),
            Query::Group(inner) => Query::Group(boxed(inner)),
            Query::SameQuote(inner) => Query::SameQuote(boxed(inner)),
            _ => self.clone(),
        }
    }

    /// True where the test holds for this query or one that it is made of.
    pub fn any(&self, test: &impl Fn(&Query) -> bool) -> bool {
        test(self) || self.children().into_iter().any(|child| child.any(test))
    }

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
                Query::Not(_) | Query::SameQuote(_) => false,
                _ => test(query) || query.children().into_iter().any(|child| any(child, test)),
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

/// A regular expression for whole words, in bounds: the size of what it compiles to, so that none costs much.
///
/// # Errors
/// It is no regular expression, or too large.
pub(crate) fn regex(expression: &str, any_case: bool) -> Result<regex::Regex, regex::Error> {
    let whole = format!("^(?:{expression})$");
    regex::RegexBuilder::new(&whole).case_insensitive(any_case).size_limit(1 << 20).dfa_size_limit(1 << 20).nest_limit(50).build()
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
    /// A query that would run: the nearest reading of a text in which several things may be wrong.
    pub repair: Option<String>,
}
