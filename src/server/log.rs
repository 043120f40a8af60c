//! The access log: a line of JSON for each request. What people look for is theirs: of a question only the names of its parameters are noted,
//! unless somebody asks for more.

use axum::http::{Method, Uri};
use serde::Serialize;
use std::io::Write;
use std::net::SocketAddr;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// Where requests are noted.
pub struct AccessLog {
    out: Mutex<Box<dyn Write + Send>>,
    with_queries: bool,
}

/// A request and how it went.
pub struct Entry<'a> {
    /// Who asked.
    pub remote: SocketAddr,
    /// GET and so on.
    pub method: &'a Method,
    /// What was asked.
    pub uri: &'a Uri,
    /// The route that answered.
    pub route: &'a str,
    /// HTTP status.
    pub status: u16,
    /// From the request to the head of its answer.
    pub took: Duration,
}

#[derive(Serialize)]
struct Line<'a> {
    time: String,
    remote: String,
    method: &'a str,
    route: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    path: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    query: Option<&'a str>,
    parameters: Vec<String>,
    status: u16,
    milliseconds: f64,
}

impl AccessLog {
    /// Notes requests in a file; `with_queries`: with what was asked.
    pub fn new(out: Box<dyn Write + Send>, with_queries: bool) -> Self {
        Self { out: Mutex::new(out), with_queries }
    }

    pub(super) fn note(&self, entry: &Entry<'_>) {
        let names = form_urlencoded::parse(entry.uri.query().unwrap_or_default().as_bytes());
        let line = Line {
            time: chrono::Utc::now().to_rfc3339_opts(chrono::SecondsFormat::Millis, true),
            remote: entry.remote.ip().to_string(),
            method: entry.method.as_str(),
            route: entry.route,
            path: self.with_queries.then(|| entry.uri.path()),
            query: entry.uri.query().filter(|_| self.with_queries),
            parameters: names.filter(|(_, value)| !value.is_empty()).map(|(name, _)| name.into_owned()).collect(),
            status: entry.status,
            milliseconds: (entry.took.as_secs_f64() * 1e5).round() / 100.0,
        };
        let mut out = self.out.lock().unwrap_or_else(PoisonError::into_inner);
        // A full disk stops no answer.
        let _ = serde_json::to_string(&line).map(|line| writeln!(out, "{line}").and_then(|()| out.flush()));
    }
}
