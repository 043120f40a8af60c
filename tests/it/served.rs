//! The program as a server: started on a free port, asked over real connections, stopped at the end.

use crate::sandbox::{Sandbox, corpus};
use serde_json::Value;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Stdio};

/// A server that runs until it is dropped.
pub(crate) struct Running {
    child: Child,
    /// Such as 127.0.0.1:41233.
    pub(crate) address: String,
}

/// A server, and the sandbox that its index stands in.
pub(crate) struct Served {
    running: Running,
    pub(crate) sandbox: Sandbox,
}

impl std::ops::Deref for Served {
    type Target = Running;

    fn deref(&self) -> &Running {
        &self.running
    }
}

/// An answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    /// Names in lower case.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.body.clone()).expect("UTF-8")
    }

    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&self.body)))
    }

    pub(crate) fn lines(&self) -> Vec<Value> {
        self.text().lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
    }
}

impl Served {
    /// A server of the sample archive, indexed as `.onrecord`.
    pub(crate) fn new(args: &[&str]) -> Self {
        let sandbox = Sandbox::new();
        sandbox.ok(&["index", "-q", corpus().join("archive").to_str().expect("a path")]);
        Self::of(sandbox, args)
    }

    /// A server of a sandbox's index.
    pub(crate) fn of(sandbox: Sandbox, args: &[&str]) -> Self {
        Self { running: Running::new(&sandbox, args), sandbox }
    }

    /// Asks it to end, and waits; the exit code.
    #[cfg(unix)]
    pub(crate) fn stop(&mut self) -> Option<i32> {
        let id = self.running.child.id().to_string();
        std::process::Command::new("kill").args(["-TERM", &id]).status().expect("kill runs");
        self.running.child.wait().expect("it ends").code()
    }
}

impl Running {
    /// Starts it in a sandbox.
    pub(crate) fn new(sandbox: &Sandbox, args: &[&str]) -> Self {
        let mut all = vec!["serve", "--bind", "127.0.0.1:0"];
        all.extend(args);
        let mut child = sandbox.command(&all).stderr(Stdio::piped()).stdout(Stdio::null()).spawn().expect("the program runs");
        let mut said = BufReader::new(child.stderr.take().expect("standard error"));
        let mut line = String::new();
        let address = loop {
            line.clear();
            assert_ne!(said.read_line(&mut line).expect("a line"), 0, "the server ended");
            if let Some((_, rest)) = line.split_once("listening on http://") {
                break rest.split('/').next().expect("an address").to_owned();
            }
        };
        // What it says later on is read, so that it never waits.
        std::thread::spawn(move || std::io::copy(&mut said, &mut std::io::sink()));
        Self { child, address }
    }

    /// Asks for something.
    pub(crate) fn get(&self, path: &str) -> Answer {
        self.ask("GET", path, &[], b"")
    }

    /// Asks with headers and a body.
    pub(crate) fn ask(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Answer {
        let mut request = format!("{method} {path} HTTP/1.1\r\nconnection: close\r\n");
        if !headers.iter().any(|(name, _)| *name == "host") {
            request += &format!("host: {}\r\n", self.address);
        }
        headers.iter().for_each(|(name, value)| request += &format!("{name}: {value}\r\n"));
        if !body.is_empty() {
            request += &format!("content-length: {}\r\n", body.len());
        }
        request += "\r\n";
        let mut bytes = request.into_bytes();
        bytes.extend(body);
        self.raw(&bytes).expect("an answer")
    }

    /// Sends these bytes and reads what comes back until the server closes; `None` where that is no answer.
    pub(crate) fn raw(&self, bytes: &[u8]) -> Option<Answer> {
        let mut stream = TcpStream::connect(&self.address).expect("the server listens");
        // A server that has seen enough may close before all is sent.
        let _ = stream.write_all(bytes);
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer);
        parsed(&answer)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn parsed(bytes: &[u8]) -> Option<Answer> {
    let mut headers = [httparse::EMPTY_HEADER; 64];
    let mut head = httparse::Response::new(&mut headers);
    let httparse::Status::Complete(at) = head.parse(bytes).ok()? else { return None };
    let headers: Vec<(String, String)> =
        head.headers.iter().map(|h| (h.name.to_lowercase(), String::from_utf8_lossy(h.value).into_owned())).collect();
    let chunked = headers.iter().any(|(name, value)| name == "transfer-encoding" && value == "chunked");
    let body = if chunked { unchunked(&bytes[at..])? } else { bytes[at..].to_vec() };
    Some(Answer { status: head.code?, headers, body })
}

/// A body that came in chunks; `None` where it breaks off.
fn unchunked(mut bytes: &[u8]) -> Option<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let httparse::Status::Complete((at, size)) = httparse::parse_chunk_size(bytes).ok()? else { return None };
        let size = usize::try_from(size).ok()?;
        if size == 0 {
            return Some(body);
        }
        body.extend(bytes.get(at..at + size)?);
        bytes = bytes.get(at + size + 2..)?;
    }
}
