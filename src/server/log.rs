//! The access log: a line of JSON for each request. What people look for is theirs: of a question only the names of its parameters are noted,
//! unless somebody asks for more.

use axum::http::{Method, Uri};
use serde::Serialize;
use std::io::Write;
use std::net::SocketAddr;
use std::sync::mpsc::{SyncSender, sync_channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// Where requests are noted: by a thread of its own, so that a slow disk or reader keeps no answer back. What it cannot follow is left out.
pub struct AccessLog {
    lines: Option<SyncSender<String>>,
    writer: Option<JoinHandle<()>>,
    with_queries: bool,
}

/// Lines that wait to be written.
const WAITING: usize = 4096;
/// How long the last lines may take.
const FAREWELL: Duration = Duration::from_secs(1);

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
    pub fn new(mut out: Box<dyn Write + Send>, with_queries: bool) -> Self {
        let (lines, waiting) = sync_channel::<String>(WAITING);
        let write = move || {
            for line in waiting {
                // A full disk stops no answer.
                let _ = writeln!(out, "{line}").and_then(|()| out.flush());
            }
        };
        let writer = std::thread::Builder::new().name("access log".to_owned()).spawn(write).ok();
        Self { lines: Some(lines), writer, with_queries }
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
            // What is no name of a parameter may be anything.
            parameters: names.filter(|(name, value)| !value.is_empty() && is_name(name)).map(|(name, _)| name.into_owned()).collect(),
            status: entry.status,
            milliseconds: (entry.took.as_secs_f64() * 1e5).round() / 100.0,
        };
        if let (Some(lines), Ok(line)) = (&self.lines, serde_json::to_string(&line)) {
            let _ = lines.try_send(line);
        }
    }
}

fn is_name(name: &str) -> bool {
    name.len() <= 20 && name.bytes().all(|byte| byte.is_ascii_lowercase() || matches!(byte, b'-' | b'_'))
}

impl Drop for AccessLog {
    /// The last lines are written, unless nobody takes them.
    fn drop(&mut self) {
        self.lines = None;
        let begun = Instant::now();
        while self.writer.as_ref().is_some_and(|writer| !writer.is_finished()) && begun.elapsed() < FAREWELL {
            std::thread::sleep(Duration::from_millis(5));
        }
    }
}
