//! Crawls: WARC 1.x and ARC, plain or with a gzip member for each record. HTML responses are read as saved pages, with their address and the
//! time of the crawl; a broken record costs itself.

use super::input::{self, Context};
use super::{Format, Input, Item, LONGEST_ARTICLE, Problem, Sink, Sniff, html};
use crate::article::DateRole;
use crate::text::{Date, clean};
use std::collections::BTreeMap;
use std::io::{self, BufRead, BufReader, Cursor, Read};
use std::ops::ControlFlow;
use std::path::Path;

/// WARC and ARC files.
pub(super) struct Warc;

/// Bytes of a record's header, or of one of its lines.
const LONGEST_HEADER: u64 = 64 << 10;

impl Format for Warc {
    fn name(&self) -> &'static str {
        "warc"
    }

    fn about(&self) -> &'static str {
        "crawls: the HTML pages of WARC 1.x and ARC files, plain or gzipped"
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["warc", "arc"]
    }

    fn sniff(&self, head: &str) -> Sniff {
        if is_start(head.as_bytes()) { Sniff::Yes } else { Sniff::No }
    }

    fn is_marked(&self, head: &[u8]) -> bool {
        is_start(head)
    }

    fn read(&self, input: Input<'_>, sink: &mut Sink<'_>) -> Result<(), Problem> {
        let (mut reader, context) = input.parts();
        let mut crawl = Crawl::new(&context, sink);
        // An early end was asked for.
        let _ = crawl.records(reader.stream()).map_err(|error| input::unreadable(&error))?;
        crawl.finish();
        Ok(())
    }
}

fn is_start(head: &[u8]) -> bool {
    head.starts_with(b"WARC/") || head.starts_with(b"filedesc:")
}

/// True when what a gzip file holds begins as a crawl does.
pub(super) fn is_crawl(reader: &mut dyn BufRead) -> bool {
    let mut start = [0; 16];
    let known = reader.fill_buf().unwrap_or_default();
    let read = flate2::bufread::GzDecoder::new(known).read(&mut start).unwrap_or(0);
    is_start(&start[..read])
}

/// Reads a crawl whose records are gzip members.
pub(super) fn read_members(reader: &mut dyn BufRead, context: &Context<'_>, sink: &mut Sink<'_>) -> Result<(), Problem> {
    let mut crawl = Crawl::new(context, sink);
    loop {
        let (lost, found) = to_member(reader).map_err(|error| input::unreadable(&error))?;
        if lost > 0 {
            let place = format!("record {}", crawl.number + 1);
            let problem = Problem::new(place, format!("{lost} bytes that are no gzip data"), "reading goes on at the next member");
            if (crawl.sink)(Item::Problem(problem)).is_break() {
                return Ok(());
            }
        }
        if !found {
            break;
        }
        let mut member = BufReader::with_capacity(1 << 16, flate2::bufread::GzDecoder::new(&mut *reader));
        let outcome = crawl.records(&mut member);
        match outcome {
            Ok(ControlFlow::Break(())) => return Ok(()),
            // To its end, so that the next one begins where it should.
            Ok(ControlFlow::Continue(())) => drop(io::copy(&mut member, &mut io::sink())),
            Err(error) => {
                let place = format!("record {}", crawl.number);
                let problem =
                    Problem::new(place, format!("the gzip data cannot be read: {error}"), "the other records are read all the same");
                if (crawl.sink)(Item::Problem(problem)).is_break() {
                    return Ok(());
                }
            }
        }
    }
    crawl.finish();
    Ok(())
}

/// Moves on to the next gzip member: how many bytes that are none stood before it (zeros at the end, which fill a block of a tape, do not
/// count), and whether there is one.
fn to_member(reader: &mut dyn BufRead) -> io::Result<(u64, bool)> {
    const MAGIC: [u8; 3] = [0x1f, 0x8b, 8];
    let (mut lost, mut matched) = (0_u64, 0);
    loop {
        let bytes = reader.fill_buf()?;
        if bytes.is_empty() {
            return Ok((lost, false));
        }
        if matched == 0 && bytes.starts_with(&MAGIC) {
            return Ok((lost, true));
        }
        match memchr::memmem::find(bytes, &MAGIC) {
            Some(at) => {
                lost += bytes[..at].iter().filter(|byte| **byte != 0).count() as u64;
                reader.consume(at);
                matched = 0;
            }
            None => {
                // A mark may stand across two buffers: its member is lost, and told.
                lost += bytes.iter().filter(|byte| **byte != 0).count() as u64;
                let length = bytes.len();
                reader.consume(length);
            }
        }
    }
}

/// A crawl while it is read.
struct Crawl<'a, 's> {
    context: Context<'a>,
    sink: &'a mut Sink<'s>,
    /// Records so far.
    number: u64,
    /// What was left out, and how often.
    left: BTreeMap<String, u64>,
}

/// What the header of a record says.
#[derive(Default)]
struct Header {
    kind: String,
    url: String,
    id: String,
    date: Option<Date>,
    content_type: String,
    length: u64,
}

impl<'a, 's> Crawl<'a, 's> {
    fn new(context: &Context<'a>, sink: &'a mut Sink<'s>) -> Self {
        // Where a crawl was kept says nothing about its pages.
        Self { context: Context { name: Path::new(""), ..*context }, sink, number: 0, left: BTreeMap::new() }
    }

    /// All records of a stream.
    fn records(&mut self, reader: &mut dyn BufRead) -> io::Result<ControlFlow<()>> {
        let mut line = Vec::new();
        let (mut lost, mut read_ahead) = (false, false);
        loop {
            if !std::mem::take(&mut read_ahead) {
                line.clear();
                if reader.take(LONGEST_HEADER).read_until(b'\n', &mut line)? == 0 {
                    return Ok(ControlFlow::Continue(()));
                }
            }
            let text = String::from_utf8_lossy(&line);
            let words = text.trim_end();
            if words.is_empty() {
                continue;
            }
            let header = if words.starts_with("WARC/") { Some(warc_header(reader)?) } else { arc_header(words) };
            let Some(header) = header else {
                if !lost {
                    let place = format!("record {}", self.number + 1);
                    let problem = Problem::new(place, "no record begins here", "reading goes on at the next one");
                    if (self.sink)(Item::Problem(problem)).is_break() {
                        return Ok(ControlFlow::Break(()));
                    }
                }
                lost = true;
                continue;
            };
            lost = false;
            self.number += 1;
            let (bytes, length, next) = content(reader, &header)?;
            let flow = if length < header.length { self.broken_off(&header) } else { self.record(&header, bytes) };
            if flow.is_break() {
                return Ok(flow);
            }
            if let Some(next) = next {
                (line, read_ahead) = (next, true);
            }
        }
    }

    fn broken_off(&mut self, header: &Header) -> ControlFlow<()> {
        let message = format!("the record ends before its {} bytes are told", header.length);
        let problem = Problem::new(self.place(header), message, "the file may have been cut off");
        (self.sink)(Item::Problem(problem))
    }

    /// What a record is called: its address, its id, its number.
    fn place(&self, header: &Header) -> String {
        let named = [&header.url, &header.id].into_iter().find(|name| !name.is_empty());
        named.map_or_else(|| format!("record {}", self.number), |name| clean::visible(name))
    }

    fn leave(&mut self, why: impl Into<String>) -> ControlFlow<()> {
        *self.left.entry(why.into()).or_default() += 1;
        ControlFlow::Continue(())
    }

    fn record(&mut self, header: &Header, bytes: Vec<u8>) -> ControlFlow<()> {
        let is_page = |kind: &str| kind.contains("html");
        match header.kind.as_str() {
            "response" | "resource" => {}
            "revisit" => return self.leave("revisits of pages that are kept elsewhere"),
            // What a crawler says about itself and what it asked.
            "warcinfo" | "request" | "metadata" => return ControlFlow::Continue(()),
            other => return self.leave(format!("records of the kind {}", if other.is_empty() { "unknown" } else { other })),
        }
        if bytes.len() > LONGEST_ARTICLE {
            let problem = input::too_long(&self.place(header));
            return (self.sink)(Item::Problem(problem));
        }
        let is_http = header.content_type.contains("http") || bytes.starts_with(b"HTTP/");
        let (page, label) = if is_http {
            let response = match response(&bytes) {
                Ok(response) => response,
                Err(why) => {
                    let problem = Problem::new(self.place(header), why, "the other records are read all the same");
                    return (self.sink)(Item::Problem(problem));
                }
            };
            if !(200..300).contains(&response.status) {
                return self.leave(format!("responses with the status {}", response.status));
            }
            let kind = response.content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
            let unnamed = kind.is_empty() && html::looks_like_page(response.body);
            if !is_page(&kind) && !unnamed {
                return self.leave(format!("responses of the type {}", if kind.is_empty() { "unknown" } else { &kind }));
            }
            let label = response.content_type.split_once("charset=").map(|(_, label)| label.trim_matches([' ', '"', '\'', ';']).to_owned());
            (response.whole_body(), label)
        } else if is_page(&header.content_type) {
            (bytes, None)
        } else {
            return self.leave(format!("records of the type {}", header.content_type));
        };
        if input::head(&page[..page.len().min(1024)]).is_none() {
            return self.leave("responses that call themselves pages and are binary");
        }
        self.page(&page, label.as_deref(), header)
    }

    fn page(&mut self, bytes: &[u8], label: Option<&str>, header: &Header) -> ControlFlow<()> {
        let mut note = |meta: &mut crate::article::Meta| {
            if meta.url.is_none() && header.url.starts_with("http") {
                meta.url = Some(header.url.clone());
                meta.found.insert("url", "the crawl's record".into());
            }
            if let Some(date) = header.date {
                meta.dated(DateRole::Crawled, date, "crawl");
            }
        };
        match html::article(bytes, label, &self.context, &mut note) {
            Ok((article, mut problems)) => {
                let place = self.place(header);
                problems.iter_mut().for_each(|problem| problem.place.clone_from(&place));
                (self.sink)(Item::Article { article, place, problems })
            }
            // Front pages of pictures, players, pages that build themselves in the browser: crawls are full of them.
            Err(problem) => self.leave(format!("pages with {}", problem.message)),
        }
    }

    /// Says what was left out.
    fn finish(&mut self) {
        if self.left.is_empty() {
            return;
        }
        let mut kinds: Vec<(&String, &u64)> = self.left.iter().collect();
        kinds.sort_by(|a, b| b.1.cmp(a.1).then(a.0.cmp(b.0)));
        let total: u64 = self.left.values().sum();
        let shown: Vec<String> = kinds.iter().take(12).map(|(why, count)| format!("{count} {}", clean::visible(why))).collect();
        let message = format!("{total} records left out: {}", shown.join(", "));
        let _ = (self.sink)(Item::Skipped(Problem::new("", message, "")));
    }
}

/// The content of a record (no more than one byte above the longest article of it), how long it is, and the line that begins the next record
/// where that begins too early: a length that is too long must not swallow what follows.
fn content(reader: &mut dyn BufRead, header: &Header) -> io::Result<(Vec<u8>, u64, Option<Vec<u8>>)> {
    let (mut bytes, mut line) = (Vec::new(), Vec::new());
    let mut length = 0;
    let mut blank = false;
    while length < header.length {
        line.clear();
        let read = reader.take(header.length - length).take(LONGEST_HEADER).read_until(b'\n', &mut line)?;
        if read == 0 {
            break;
        }
        if blank && line.starts_with(b"WARC/1.") && line.ends_with(b"\n") {
            return Ok((bytes, length, Some(line)));
        }
        blank = line == b"\r\n" || line == b"\n";
        length += read as u64;
        if bytes.len() <= LONGEST_ARTICLE {
            bytes.extend_from_slice(&line);
        }
    }
    Ok((bytes, length, None))
}

/// The header of a WARC record behind its first line.
fn warc_header(reader: &mut dyn BufRead) -> io::Result<Header> {
    let mut header = Header::default();
    let mut limited = reader.take(LONGEST_HEADER);
    let mut line = Vec::new();
    loop {
        line.clear();
        if limited.read_until(b'\n', &mut line)? == 0 {
            break;
        }
        let text = String::from_utf8_lossy(&line);
        let text = text.trim();
        if text.is_empty() {
            break;
        }
        let Some((name, value)) = text.split_once(':') else { continue };
        let value = value.trim();
        match name.trim().to_ascii_lowercase().as_str() {
            "warc-type" => header.kind = value.to_ascii_lowercase(),
            "warc-target-uri" => header.url = value.trim_matches(['<', '>']).to_owned(),
            "warc-record-id" => header.id = value.trim_matches(['<', '>']).to_owned(),
            "warc-date" => header.date = Date::parse(value),
            "content-type" => header.content_type = value.to_ascii_lowercase(),
            "content-length" => header.length = value.parse().unwrap_or(0),
            _ => {}
        }
    }
    Ok(header)
}

/// The line that begins an ARC record: address, IP, fourteen digits, type, (five more in version 2), length.
fn arc_header(line: &str) -> Option<Header> {
    let words: Vec<&str> = line.split(' ').collect();
    let (date, kind) = (words.get(2)?, words.get(3)?);
    let is_line = words[0].contains(':') && date.len() == 14 && date.bytes().all(|b| b.is_ascii_digit());
    if !is_line || words.len() < 5 {
        return None;
    }
    let length = words.last()?.parse().ok()?;
    let is_page = words[0].starts_with("http");
    Some(Header {
        kind: if is_page { "response" } else { "warcinfo" }.to_owned(),
        url: words[0].to_owned(),
        id: String::new(),
        // The clock of a crawl is that of Greenwich.
        date: Date::parse(&format!("{date}Z")),
        content_type: kind.to_ascii_lowercase(),
        length,
    })
}

/// A response of HTTP.
struct Response<'b> {
    status: u16,
    content_type: String,
    encoding: String,
    chunked: bool,
    body: &'b [u8],
}

/// The head of a response as any server may have written it, where the parser refuses it: other versions of HTTP, hundreds of lines.
fn lenient(bytes: &[u8]) -> Option<Response<'_>> {
    let head = bytes.starts_with(b"HTTP/").then(|| memchr::memmem::find(bytes, b"\r\n\r\n").map(|at| (at, 4)))?;
    let (end, gap) = head.or_else(|| memchr::memmem::find(bytes, b"\n\n").map(|at| (at, 2)))?;
    let text = String::from_utf8_lossy(&bytes[..end]);
    let mut lines = text.lines();
    let status = lines.next()?.split_whitespace().nth(1)?.parse().ok()?;
    let headers: Vec<(String, String)> = lines
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.trim().to_lowercase(), value.trim().to_lowercase()))
        .collect();
    let value = |name: &str| headers.iter().find(|(own, _)| own == name).map(|(_, value)| value.clone()).unwrap_or_default();
    Some(Response {
        status,
        content_type: value("content-type"),
        encoding: value("content-encoding"),
        chunked: value("transfer-encoding").contains("chunked"),
        body: &bytes[end + gap..],
    })
}

fn response(bytes: &[u8]) -> Result<Response<'_>, String> {
    let mut headers = [httparse::EMPTY_HEADER; 256];
    let mut parsed = httparse::Response::new(&mut headers);
    let mut config = httparse::ParserConfig::default();
    config.ignore_invalid_headers_in_responses(true).allow_spaces_after_header_name_in_responses(true);
    config.allow_obsolete_multiline_headers_in_responses(true);
    let length = match config.parse_response(&mut parsed, bytes) {
        Ok(httparse::Status::Complete(length)) => length,
        Ok(httparse::Status::Partial) => return Err("a response that ends within its header".to_owned()),
        Err(error) => return lenient(bytes).ok_or_else(|| format!("not a response of HTTP: {error}")),
    };
    let value = |name: &str| {
        let found = parsed.headers.iter().find(|header| header.name.eq_ignore_ascii_case(name));
        found.map(|header| String::from_utf8_lossy(header.value).to_ascii_lowercase()).unwrap_or_default()
    };
    Ok(Response {
        status: parsed.code.unwrap_or(0),
        content_type: value("content-type"),
        encoding: value("content-encoding"),
        chunked: value("transfer-encoding").contains("chunked"),
        body: &bytes[length..],
    })
}

impl Response<'_> {
    /// The body without what it was sent in. Some crawlers keep the headers of a transfer that they have undone: then it stays as it is.
    fn whole_body(&self) -> Vec<u8> {
        let body = if self.chunked { unchunked(self.body) } else { None };
        let body = body.unwrap_or_else(|| self.body.to_vec());
        let decoded = |reader: &mut dyn Read| {
            let mut out = Vec::new();
            // What comes before a break is a page, too.
            let _ = reader.take(LONGEST_ARTICLE as u64).read_to_end(&mut out);
            Some(out).filter(|out| !out.is_empty())
        };
        let encoding = self.encoding.trim();
        let plain = if encoding.contains("gzip") && body.starts_with(&[0x1f, 0x8b]) {
            decoded(&mut flate2::bufread::MultiGzDecoder::new(body.as_slice()))
        } else if encoding == "deflate" {
            decoded(&mut flate2::bufread::ZlibDecoder::new(body.as_slice()))
                .or_else(|| decoded(&mut flate2::bufread::DeflateDecoder::new(body.as_slice())))
        } else if encoding == "br" && !html::looks_like_page(&body) {
            decoded(&mut brotli_decompressor::Decompressor::new(Cursor::new(&body), 1 << 14))
        } else if encoding == "zstd" {
            zstd::stream::read::Decoder::new(Cursor::new(&body)).ok().and_then(|mut decoder| decoded(&mut decoder))
        } else {
            None
        };
        let mut page = plain.unwrap_or(body);
        // Compressed once more than is said, or without saying so.
        for _ in 0..2 {
            if page.starts_with(&[0x1f, 0x8b, 8]) {
                page = decoded(&mut flate2::bufread::MultiGzDecoder::new(page.as_slice())).unwrap_or_default();
            }
        }
        page
    }
}

/// The chunks of a transfer put together; `None` when it is in none.
fn unchunked(mut bytes: &[u8]) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(bytes.len());
    loop {
        let end = memchr::memchr(b'\n', bytes.get(..bytes.len().min(128))?)?;
        let line = std::str::from_utf8(&bytes[..end]).ok()?.trim();
        let length = usize::from_str_radix(line.split(';').next()?.trim(), 16).ok()?;
        bytes = &bytes[end + 1..];
        if length == 0 {
            return Some(out);
        }
        // A transfer that was cut off gives what it has.
        let Some(chunk) = bytes.get(..length) else {
            out.extend_from_slice(bytes);
            return Some(out);
        };
        out.extend_from_slice(chunk);
        bytes = bytes[length..].strip_prefix(b"\r\n").or_else(|| bytes[length..].strip_prefix(b"\n")).unwrap_or(&bytes[length..]);
        if bytes.is_empty() {
            return Some(out);
        }
    }
}
