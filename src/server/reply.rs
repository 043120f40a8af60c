//! An answer before it is sent: status, kind of content, and the content, whole or piece by piece.

use super::problem::Problem;
use axum::http::StatusCode;
use serde::Serialize;
use std::io::{self, Write};

/// Writes an answer that is too long to be held.
pub(super) type Pieces = Box<dyn FnOnce(&mut dyn Write) -> io::Result<()> + Send>;

/// An answer.
pub struct Reply {
    /// HTTP status.
    pub status: StatusCode,
    /// The header Content-Type.
    pub kind: &'static str,
    /// What is sent.
    pub content: Content,
    /// The name under which a browser saves it.
    pub file_name: Option<&'static str>,
    /// After how many seconds it may be worth asking again.
    pub retry_after: Option<u64>,
}

/// What is sent.
pub enum Content {
    /// All of it.
    Whole(Vec<u8>),
    /// Piece by piece.
    Pieces(Pieces),
}

pub(super) const JSON: &str = "application/json";
pub(super) const JSON_LINES: &str = "application/jsonl";
pub(super) const CSV: &str = "text/csv; charset=utf-8; header=present";
pub(super) const HTML: &str = "text/html; charset=utf-8";
pub(super) const PROBLEM: &str = "application/problem+json";

impl Reply {
    /// An answer held whole.
    pub fn whole(kind: &'static str, content: impl Into<Vec<u8>>) -> Self {
        Self { status: StatusCode::OK, kind, content: Content::Whole(content.into()), file_name: None, retry_after: None }
    }

    /// An answer piece by piece.
    pub fn pieces(kind: &'static str, pieces: Pieces) -> Self {
        Self { content: Content::Pieces(pieces), ..Self::whole(kind, Vec::new()) }
    }

    /// One JSON object.
    pub fn json(value: &impl Serialize) -> Self {
        // Shapes of our own, without maps of odd keys: this does not fail.
        Self::whole(JSON, serde_json::to_vec(value).unwrap_or_default())
    }

    /// The same with another status.
    #[must_use]
    pub fn status(self, status: StatusCode) -> Self {
        Self { status, ..self }
    }
}

impl From<Problem> for Reply {
    fn from(problem: Problem) -> Self {
        let body = serde_json::to_vec(&problem).unwrap_or_default();
        Self { retry_after: problem.retry_after, ..Self::whole(PROBLEM, body).status(problem.code()) }
    }
}
