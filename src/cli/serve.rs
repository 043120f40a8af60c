//! `onrecord serve` and `onrecord mcp`: the page, the API, and tools for assistants.

use super::query::Where;
use super::settings::Settings;
use super::{Ended, Failure, complain, say};
use clap::Args;
use onrecord::Error;
use onrecord::parameters::seconds;
use onrecord::server::{AccessLog, Options, Room, serve, stdio};
use std::fs::File;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Serve a page, an API and tools for assistants.
#[derive(Args)]
#[command(
    after_help = "The page is at /, the API at /api/v1 (described by /api/v1/openapi.json), tools for assistants at /mcp, /healthz and /metrics are for those who keep the server. A commit to the index is taken up at once. Ctrl-C ends it: whoever is being answered then gets the answer.\n\nExamples:\n  onrecord serve --from corpus/archive\n  onrecord serve --bind 127.0.0.1:8080 --access-log access.jsonl\n  onrecord serve --bind 0.0.0.0:7878 --allow-remote --token-file token --host archive.example"
)]
pub(super) struct ServeArgs {
    #[command(flatten)]
    place: Where,
    /// Address to listen on; port 0 takes a free one
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:7878")]
    bind: SocketAddr,
    /// Listen on an address that other machines reach; needs --token-file
    #[arg(long, requires = "token_file")]
    allow_remote: bool,
    /// Ask every request for the token in this file, at least 16 letters: as `Authorization: Bearer TOKEN`, or as the password of any user
    #[arg(long, value_name = "FILE")]
    token_file: Option<PathBuf>,
    /// Another name that the server is called by, such as that of a proxy before it; may be repeated
    #[arg(long = "host", value_name = "NAME")]
    hosts: Vec<String>,
    /// An origin whose pages may read the API, such as https://news.example; may be repeated
    #[arg(long, value_name = "ORIGIN")]
    cors: Vec<String>,
    /// Requests that are answered at once; more are told to come back
    #[arg(long, value_name = "N", default_value_t = 256, value_parser = clap::value_parser!(u16).range(1..))]
    max_requests: u16,
    /// The same from one address
    #[arg(long, value_name = "N", default_value_t = 128, value_parser = clap::value_parser!(u16).range(1..))]
    max_per_client: u16,
    /// How many seconds a search may take
    #[arg(long, value_name = "SECONDS", default_value = "10", value_parser = seconds)]
    timeout: Duration,
    /// Note each request in this file, a line of JSON each; `-` for standard output
    #[arg(long, value_name = "FILE")]
    access_log: Option<PathBuf>,
    /// Note what was asked as well; without it only the names of parameters are noted
    #[arg(long, requires = "access_log")]
    log_queries: bool,
}

/// Serve tools to one assistant.
#[derive(Args)]
#[command(
    after_help = "For the settings of an assistant: command `onrecord`, arguments `mcp --index /path/to/index`. `onrecord serve` has the same tools at /mcp, for several.\n\nExamples:\n  onrecord mcp --index archive.index"
)]
pub(super) struct McpArgs {
    #[command(flatten)]
    place: Where,
    /// How many seconds a search may take
    #[arg(long, value_name = "SECONDS", default_value = "10", value_parser = seconds)]
    timeout: Duration,
}

/// Shortest token, in bytes.
const SHORTEST_TOKEN: usize = 16;

pub(super) fn run(args: &ServeArgs, settings: &Settings) -> Result<Ended, Failure> {
    if !args.bind.ip().is_loopback() && !args.allow_remote {
        let what = format!("{} is reached by other machines: say --allow-remote, and name a --token-file", args.bind);
        return Err(Error::Usage(what).into());
    }
    if args.bind.ip().is_unspecified() && args.hosts.is_empty() {
        let what = format!("{} is every address of this machine: say with --host NAME by which name or address it is called", args.bind);
        return Err(Error::Usage(what).into());
    }
    if let Some(host) =
        args.hosts.iter().find(|host| host.is_empty() || host.contains(['/', '@']) || (host.contains(':') && !host.ends_with(']')))
    {
        return Err(Error::Usage(format!("--host {host}: a name alone, without scheme, port and path, such as archive.example")).into());
    }
    let is_origin = |origin: &str| {
        origin.split_once("://").is_some_and(|(scheme, name)| {
            matches!(scheme, "http" | "https") && !name.is_empty() && !name.contains(['/', '*', '@', '?', '#'])
        })
    };
    if let Some(origin) = args.cors.iter().find(|origin| !is_origin(origin)) {
        return Err(Error::Usage(format!(
            "--cors {origin}: an origin is a scheme and a name, perhaps a port, such as https://news.example"
        ))
        .into());
    }
    let token = args.token_file.as_deref().map(token).transpose()?;
    let log = args.access_log.as_deref().map(|path| access_log(path, args.log_queries)).transpose()?;
    let room = room(&args.place, settings)?;
    let options = Options {
        bind: args.bind,
        names: args.hosts.clone(),
        token,
        cors: args.cors.clone(),
        at_once: args.max_requests.into(),
        per_client: args.max_per_client.into(),
        patience: args.timeout,
        log,
        complain: Box::new(complain),
    };
    serve(room, options, |address| say(&format!("listening on http://{address}/ (Ctrl-C ends it)")))?;
    Ok(Ended::Hits)
}

pub(super) fn mcp(args: &McpArgs, settings: &Settings) -> Result<Ended, Failure> {
    stdio(room(&args.place, settings)?, args.timeout)?;
    Ok(Ended::Hits)
}

/// The index, and the file of people that goes with it.
fn room(place: &Where, settings: &Settings) -> Result<Room, Failure> {
    let index = place.open(settings)?;
    let folder = index.folder().to_path_buf();
    drop(index);
    let read = place.people_file(&folder, settings);
    Ok(Room::open(&folder, Box::new(read))?)
}

fn token(path: &Path) -> onrecord::Result<String> {
    let text = std::fs::read_to_string(path).map_err(|error| Error::io(path, error))?;
    let token = text.trim();
    if token.len() < SHORTEST_TOKEN || !token.chars().all(|c| c.is_ascii_graphic()) {
        let what = format!("{}: a token is one word of at least {SHORTEST_TOKEN} letters and digits", path.display());
        return Err(Error::Usage(what));
    }
    Ok(token.to_owned())
}

fn access_log(path: &Path, with_queries: bool) -> onrecord::Result<AccessLog> {
    if path == Path::new("-") {
        return Ok(AccessLog::new(Box::new(std::io::stdout()), with_queries));
    }
    let file = File::options().append(true).create(true).open(path).map_err(|error| Error::io(path, error))?;
    Ok(AccessLog::new(Box::new(file), with_queries))
}
