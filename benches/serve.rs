//! What does the server bear? `cargo bench --bench serve -- INDEX [SECONDS [CLIENTS]]`
//!
//! Clients (64) ask `onrecord serve` of a snapshot of the index over connections that stay open, each one question after the other: pages and
//! API, words, phrases, speakers, facets, timelines, suggestions, drawn with a fixed seed from the index. Every five seconds an article is
//! added to the snapshot, so that the server takes up new commits meanwhile. Told are the times to the last byte, every answer that is not
//! 200, and what memory the server holds (Linux). Clients and server share the machine. Without INDEX the sample archive is served.

#![allow(clippy::print_stdout, reason = "a bench prints its figures")]

use onrecord::index::embedded::Embedded;
use onrecord::query::Mode;
use onrecord::search::{Answer, Request, search};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

const PROGRAM: &str = env!("CARGO_BIN_EXE_onrecord");

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut args = std::env::args().skip(1).filter(|arg| !arg.starts_with("--"));
    let named = args.next();
    let seconds: u64 = args.next().map_or(Ok(5), |text| text.parse())?;
    let clients: usize = args.next().map_or(Ok(64), |text| text.parse())?;
    let folder = tempfile::tempdir()?;
    let index = folder.path().join("index");
    match &named {
        // Beside the index itself, so that its files are linked.
        Some(named) => run(Command::new(PROGRAM).args(["snapshot", "-q", "--index", named]).arg(&index))?,
        None => run(Command::new(PROGRAM).args(["index", "-q", "--index"]).arg(&index).arg("corpus/archive"))?,
    }
    let questions = questions(&Embedded::open(&index)?)?;
    let mut server = Server::start(&index)?;
    println!("{} questions, {clients} clients, {seconds} s", questions.len());
    let (times, errors) = (Mutex::new(Vec::new()), Mutex::new(Vec::new()));
    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        for client in 0..clients {
            let (questions, address, times, errors, done) = (&questions, &server.address, &times, &errors, &done);
            scope.spawn(move || {
                let (mut own, mut connection) = (Vec::new(), None);
                for question in questions.iter().cycle().skip(client * 37) {
                    if done.load(Ordering::Relaxed) {
                        break;
                    }
                    let begun = Instant::now();
                    match ask(&mut connection, address, question) {
                        Ok(200) => own.push(begun.elapsed()),
                        Ok(status) => errors.lock().expect("no panic").push(format!("{status} {question}")),
                        Err(error) => {
                            connection = None;
                            errors.lock().expect("no panic").push(format!("{error} {question}"));
                        }
                    }
                }
                times.lock().expect("no panic").extend(own);
            });
        }
        let begun = Instant::now();
        let (mut commits, mut memory) = (0, vec![server.memory()]);
        while begun.elapsed() < Duration::from_secs(seconds) {
            std::thread::sleep(Duration::from_millis(500));
            if begun.elapsed().as_secs() / 5 > commits {
                commits += 1;
                memory.push(server.memory());
                let article = folder.path().join("news");
                let text = format!("News {commits}\n\n\"News {commits},\" said Ann Moss, the harbour master.\n");
                let written = std::fs::create_dir_all(&article).and_then(|()| std::fs::write(article.join(format!("{commits}.txt")), text));
                written.expect("the article is written");
                run(Command::new(PROGRAM).args(["index", "-q", "--index"]).arg(&index).arg(&article)).expect("the article is indexed");
            }
        }
        done.store(true, Ordering::Relaxed);
        let megabytes: Vec<String> = memory.iter().map(|kib| format!("{}", kib / 1024)).collect();
        println!("{commits} commits; anonymous memory of the server every five seconds, MiB: {}", megabytes.join(" "));
    });
    let mut times = times.into_inner()?;
    times.sort_unstable();
    let errors = errors.into_inner()?;
    let at = |share: f64| times.get((times.len() as f64 * share) as usize).map_or(0.0, |time| time.as_secs_f64() * 1e3);
    println!(
        "{} answers, {:.0} a second; p50 {:.1} ms, p95 {:.1} ms, p99 {:.1} ms, max {:.1} ms; {} errors",
        times.len(),
        times.len() as f64 / seconds as f64,
        at(0.5),
        at(0.95),
        at(0.99),
        at(1.0 - f64::EPSILON),
        errors.len()
    );
    errors.iter().take(5).for_each(|error| println!("  {error}"));
    server.child.kill()?;
    Ok(())
}

fn run(command: &mut Command) -> std::io::Result<()> {
    let status = command.status()?;
    if status.success() { Ok(()) } else { Err(std::io::Error::other(format!("{command:?}: {status}"))) }
}

struct Server {
    child: Child,
    address: String,
}

impl Server {
    fn start(index: &Path) -> std::io::Result<Self> {
        let mut command = Command::new(PROGRAM);
        command.args(["serve", "--bind", "127.0.0.1:0", "--index"]).arg(index);
        let mut child = command.stderr(Stdio::piped()).spawn()?;
        let mut line = String::new();
        BufReader::new(child.stderr.take().expect("standard error")).read_line(&mut line)?;
        let address = line.split("http://").nth(1).and_then(|rest| rest.split('/').next());
        let address = address.ok_or_else(|| std::io::Error::other(line.clone()))?.to_owned();
        Ok(Self { child, address })
    }

    /// Anonymous memory in KiB; 0 where the system does not say.
    fn memory(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap_or_default();
        let line = status.lines().find(|line| line.starts_with("RssAnon:")).unwrap_or_default();
        line.split_whitespace().nth(1).and_then(|kib| kib.parse().ok()).unwrap_or_default()
    }
}

/// Asks over a connection that stays open; gives the status when the last byte was read.
fn ask(connection: &mut Option<BufReader<TcpStream>>, address: &str, path: &str) -> std::io::Result<u16> {
    if connection.is_none() {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        *connection = Some(BufReader::new(stream));
    }
    let Some(reader) = connection else { return Err(std::io::ErrorKind::NotConnected.into()) };
    write!(reader.get_mut(), "GET {path} HTTP/1.1\r\nhost: {address}\r\n\r\n")?;
    let (mut status, mut length) = (0, 0);
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line)? == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        let line = line.trim_end().to_ascii_lowercase();
        if let Some(rest) = line.strip_prefix("http/1.1 ") {
            status = rest.get(..3).and_then(|code| code.parse().ok()).unwrap_or(0);
        } else if let Some(rest) = line.strip_prefix("content-length: ") {
            length = rest.parse().unwrap_or(0);
        } else if line.is_empty() {
            break;
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    Ok(status)
}

/// What people and scripts ask: drawn from what the index holds.
fn questions(index: &Embedded) -> onrecord::Result<Vec<String>> {
    let sample = |mode| search(index, &Request { text: "*".into(), mode: Some(mode), limit: 2_000, ..Request::default() });
    let (articles, quotes): (Answer, Answer) = (sample(Mode::Articles)?, sample(Mode::Quotes)?);
    let mut seed = 20_250_417_u64;
    let mut below = |end: usize| {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        (seed % end.max(1) as u64) as usize
    };
    let encoded = |text: &str| -> String {
        text.bytes().map(|b| if b.is_ascii_alphanumeric() { char::from(b).to_string() } else { format!("%{b:02X}") }).collect()
    };
    let mut all = Vec::new();
    for _ in 0..600 {
        let article = &articles.hits[below(articles.hits.len())].hit.article;
        let words: Vec<&str> = article.article.body().split(|c: char| !c.is_alphanumeric()).filter(|word| word.len() > 3).collect();
        if words.len() < 3 || quotes.hits.is_empty() {
            continue;
        }
        let word = encoded(words[below(words.len())]);
        let other = encoded(words[below(words.len())]);
        let hit = &quotes.hits[below(quotes.hits.len())].hit;
        let attribution = &hit.article.attribution;
        let name = hit.quote.and_then(|i| attribution.speakers[attribution.quotes[i].speaker?].name.clone()).unwrap_or_default();
        if name.is_empty() {
            continue;
        }
        let (name, key) = (encoded(&name), onrecord::record::show_key(article.origin.key()));
        all.push(match below(12) {
            0 | 1 => format!("/?q={word}"),
            2 => format!("/?q={word}&in=articles"),
            3 => format!("/?q=speaker%3A%22{name}%22"),
            4 | 5 => format!("/api/v1/quotes?q={word}"),
            6 | 7 => format!("/api/v1/search?q={word}%20{other}"),
            8 => format!("/api/v1/quotes?speaker={name}&facets=desk,month"),
            9 => format!("/api/v1/timeline?q={word}"),
            10 => format!("/articles/{key}?q={word}"),
            _ => format!("/api/v1/suggest?q={}", &word[..word.len().min(4)]),
        });
    }
    Ok(all)
}
