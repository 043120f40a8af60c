//! What went wrong, as an answer: a problem document (RFC 9457) with the words that the command line prints.

use crate::error::Error;
use crate::query::QueryError;
use crate::search::{Request, error_text};
use axum::http::StatusCode;
use serde::Serialize;

/// A problem.
#[derive(Debug, Clone, Serialize)]
pub struct Problem {
    /// Names the kind of problem: `urn:onrecord:problem:query` and so on.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// The kind in words.
    pub title: &'static str,
    /// HTTP status.
    pub status: u16,
    /// What is wrong, where, and what to do.
    pub detail: String,
    /// Where a query cannot be read: the text that is wrong.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub query: Option<Box<QueryProblem>>,
    /// Where an id names several articles: their keys.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub keys: Vec<String>,
    /// After how many seconds it may be worth asking again.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retry_after: Option<u64>,
}

/// What is wrong with a query.
#[derive(Debug, Clone, Serialize)]
pub struct QueryProblem {
    /// The text: that of the query, or the value of a parameter.
    pub text: String,
    /// First byte of what is wrong in it.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
    /// A query that would run, or what to do.
    pub suggestion: Option<String>,
    /// A query that would run.
    pub repair: Option<String>,
}

/// The kinds of problems.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    /// The query cannot be read.
    Query,
    /// A parameter cannot be read.
    Parameter,
    /// This needs a token.
    Unauthorized,
    /// This is not allowed from there.
    Forbidden,
    /// There is no such thing.
    NotFound,
    /// Only GET is answered here.
    Method,
    /// There is no such form of the answer.
    NotAcceptable,
    /// That names several articles.
    Ambiguous,
    /// That is too large.
    TooLarge,
    /// This server has another name.
    Misdirected,
    /// Too many requests at once from there.
    TooMany,
    /// The server failed.
    Fault,
    /// That took too long.
    Timeout,
    /// The server is busy.
    Busy,
}

impl Trouble {
    /// Its URN, its words, its HTTP status.
    fn row(self) -> (&'static str, &'static str, u16) {
        match self {
            Self::Query => ("urn:onrecord:problem:query", "The query cannot be read", 400),
            Self::Parameter => ("urn:onrecord:problem:parameter", "A parameter cannot be read", 400),
            Self::Unauthorized => ("urn:onrecord:problem:unauthorized", "This needs a token", 401),
            Self::Forbidden => ("urn:onrecord:problem:forbidden", "This is not allowed from there", 403),
            Self::NotFound => ("urn:onrecord:problem:not-found", "There is no such thing", 404),
            Self::Method => ("urn:onrecord:problem:method", "Only GET is answered here", 405),
            Self::NotAcceptable => ("urn:onrecord:problem:not-acceptable", "There is no such form of the answer", 406),
            Self::Ambiguous => ("urn:onrecord:problem:ambiguous", "That names several articles", 409),
            Self::TooLarge => ("urn:onrecord:problem:too-large", "That is too large", 413),
            Self::Misdirected => ("urn:onrecord:problem:misdirected", "This server has another name", 421),
            Self::TooMany => ("urn:onrecord:problem:too-many", "Too many requests at once from there", 429),
            Self::Fault => ("urn:onrecord:problem:fault", "The server failed", 500),
            Self::Timeout => ("urn:onrecord:problem:timeout", "That took too long", 503),
            Self::Busy => ("urn:onrecord:problem:busy", "The server is busy", 503),
        }
    }
}

impl Problem {
    /// A problem of a kind.
    pub fn new(trouble: Trouble, detail: impl Into<String>) -> Self {
        let (kind, title, status) = trouble.row();
        let retry_after = matches!(status, 429 | 503).then_some(1);
        Self { kind, title, status, detail: detail.into(), query: None, keys: Vec::new(), retry_after }
    }

    /// What an error says; a query's error stands in one of the texts of its request.
    pub fn of(error: &Error, request: Option<&Request>) -> Self {
        match error {
            Error::Query(wrong) => {
                let text = request.map(|request| error_text(request, wrong)).unwrap_or_default();
                let QueryError { message, start, end, suggestion, repair } = wrong.clone();
                let query = Some(Box::new(QueryProblem { text, start, end, suggestion, repair }));
                Self { query, ..Self::new(Trouble::Query, message) }
            }
            Error::Usage(what) => Self::new(Trouble::Parameter, in_parameters(what)),
            Error::Timeout => Self::new(Trouble::Timeout, in_parameters(&error.to_string())),
            Error::Busy(what) => Self::new(Trouble::Busy, what),
            other => Self::new(Trouble::Fault, other.to_string()),
        }
    }

    /// The status.
    pub fn code(&self) -> StatusCode {
        StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }
}

/// A message that speaks of flags, as those say it who have parameters.
fn in_parameters(message: &str) -> String {
    const WORDS: [(&str, &str); 3] = [
        ("a flag such as --speaker NAME", "a parameter such as speaker"),
        ("flags, --in and --sort", "parameters"),
        ("(--partial)", "(partial=true)"),
    ];
    let message = WORDS.iter().fold(message.to_owned(), |message, (flags, parameters)| message.replace(flags, parameters));
    // What is left of flags loses its hyphens: --since is since.
    let mut pieces = message.split(" --");
    let first = pieces.next().unwrap_or_default().trim_start_matches("--").to_owned();
    pieces.fold(first, |text, piece| text + if piece.starts_with(|c: char| c.is_ascii_lowercase()) { " " } else { " --" } + piece)
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        Self::of(&error, None)
    }
}
