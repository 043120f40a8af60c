//! The reading room: a page, an API and tools for assistants, over one index. Nothing else in this program is asynchronous.
//!
//! ```text
//! request -> gate (name, origin, token, how many) -> api | page | mcp -> search.rs -> reply
//! ```
//!
//! What answers is plain code on a thread of its own ([`api`], [`page`]): here is an [`api::Ask`], give me a [`Reply`]. This file is what lies
//! between it and the network.

pub mod api;
mod gate;
mod log;
mod mcp;
mod metrics;
pub mod openapi;
mod outflow;
pub mod page;
mod problem;
mod reply;
mod room;

pub use mcp::stdio;
pub use problem::{Problem, Trouble};
pub use reply::{Content, Reply};
pub use room::{ReadPeople, Room, View};

use crate::error::{Error, Result};
use api::{Ask, ROUTES};
use axum::Router;
use axum::body::Body;
use axum::extract::rejection::RawPathParamsRejection;
use axum::extract::{DefaultBodyLimit, Extension, MatchedPath, RawPathParams, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, Uri, header};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use bytes::Bytes;
use gate::Gate;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use metrics::Metrics;
use outflow::sent;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tower::ServiceExt;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{NotForContentType, Predicate, SizeAbove};
use tower_http::cors::{AllowOrigin, CorsLayer};

pub use self::log::{AccessLog, Entry};

/// How to serve.
pub struct Options {
    /// Where to listen.
    pub bind: SocketAddr,
    /// Other names that the server is called by.
    pub names: Vec<String>,
    /// What a request must have.
    pub token: Option<String>,
    /// Origins whose pages may read the API.
    pub cors: Vec<String>,
    /// Requests that are answered at once, and of these from one address.
    pub at_once: usize,
    /// See there.
    pub per_client: usize,
    /// How long a search may take.
    pub patience: Duration,
    /// Where each request is noted.
    pub log: Option<AccessLog>,
    /// Says what whoever keeps the server should know.
    pub complain: Complain,
}

/// Says something to whoever keeps the server.
pub type Complain = Box<dyn Fn(&str) + Send + Sync>;

/// Longest body of a request, in bytes: only `/mcp` takes any.
const LONGEST_BODY: usize = 1 << 20;
/// Longest head of a request, in bytes.
const LONGEST_HEAD: usize = 64 << 10;
/// How long the head of a request may take.
const HEAD_PATIENCE: Duration = Duration::from_secs(15);
/// How long those who are being answered are waited for at the end.
const FAREWELL: Duration = Duration::from_secs(10);
/// How often the index is looked at.
const GLANCE: Duration = Duration::from_millis(300);
/// Downloads at once.
const DOWNLOADS: usize = 8;

/// Everything that requests share.
struct House {
    room: Arc<Room>,
    gate: Gate,
    metrics: Metrics,
    log: Option<AccessLog>,
    complain: Complain,
    patience: Duration,
    /// Searches that run at once.
    workers: Arc<Semaphore>,
    downloads: Arc<Semaphore>,
}

type Shared = Arc<House>;

/// What stands in a path in the place of a name.
type Named = std::result::Result<RawPathParams, RawPathParamsRejection>;

/// Who asks.
#[derive(Clone, Copy)]
struct Remote(SocketAddr);

/// Serves until it is asked to stop (interrupt, or termination); whoever is being answered then gets the answer. `listening` is told the address.
///
/// # Errors
/// The address cannot be listened on.
pub fn serve(room: Room, options: Options, listening: impl FnOnce(SocketAddr)) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(failed("the server cannot start"))?;
    let ended = runtime.block_on(run(room, options, listening));
    // A search that nobody waits for any more is not waited for.
    runtime.shutdown_timeout(Duration::from_millis(200));
    ended
}

fn failed(what: &str) -> impl FnOnce(io::Error) -> Error {
    move |error| Error::Usage(format!("{what}: {error}"))
}

async fn run(room: Room, options: Options, listening: impl FnOnce(SocketAddr)) -> Result<()> {
    let listener = TcpListener::bind(options.bind).await.map_err(failed(&format!("{} cannot be listened on", options.bind)))?;
    let bound = listener.local_addr().map_err(failed("the server has no address"))?;
    let cores = std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
    let metrics = Metrics::new();
    let in_flight = metrics.in_flight.clone();
    let house = Arc::new(House {
        room: Arc::new(room),
        gate: Gate::new(bound, &options, in_flight),
        metrics,
        log: options.log,
        complain: options.complain,
        patience: options.patience,
        workers: Arc::new(Semaphore::new(cores * 2)),
        downloads: Arc::new(Semaphore::new(DOWNLOADS)),
    });
    let app = router(&house, &options.cors)?;
    let watching = tokio::spawn(watch(Arc::clone(&house)));
    let mut stop = std::pin::pin!(asked_to_stop());
    let graceful = GracefulShutdown::new();
    let connections = Arc::new(Semaphore::new(options.at_once.saturating_mul(4).max(64)));
    let mut http = hyper::server::conn::http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(HEAD_PATIENCE).max_buf_size(LONGEST_HEAD);
    listening(bound);
    loop {
        let connected = tokio::select! {
            connected = accepted(&listener, &connections) => connected,
            () = &mut stop => break,
        };
        // A connection that fails before it is one concerns nobody; where the system has no more, the next try comes a little later.
        let Ok((stream, remote, place)) = connected else {
            tokio::time::sleep(Duration::from_millis(20)).await;
            continue;
        };
        let app = app.clone();
        let service = tower::service_fn(move |mut request: hyper::Request<hyper::body::Incoming>| {
            request.extensions_mut().insert(Remote(remote));
            app.clone().oneshot(request.map(Body::new))
        });
        let connection = graceful.watch(http.serve_connection(TokioIo::new(stream), TowerToHyperService::new(service)));
        tokio::spawn(async move {
            let _place = place;
            // Whoever breaks off knows it.
            let _ = connection.await;
        });
    }
    drop(listener);
    watching.abort();
    let _ = tokio::time::timeout(FAREWELL, graceful.shutdown()).await;
    Ok(())
}

async fn accepted(
    listener: &TcpListener,
    places: &Arc<Semaphore>,
) -> io::Result<(tokio::net::TcpStream, SocketAddr, tokio::sync::OwnedSemaphorePermit)> {
    let place = Arc::clone(places).acquire_owned().await.map_err(io::Error::other)?;
    let (stream, remote) = listener.accept().await?;
    let _ = stream.set_nodelay(true);
    Ok((stream, remote, place))
}

async fn asked_to_stop() {
    let interrupted = async {
        let _ = tokio::signal::ctrl_c().await;
    };
    #[cfg(unix)]
    let terminated = async {
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(mut signal) => {
                signal.recv().await;
            }
            Err(_) => std::future::pending().await,
        }
    };
    #[cfg(not(unix))]
    let terminated = std::future::pending::<()>();
    tokio::select! {
        () = interrupted => {}
        () = terminated => {}
    }
}

/// Takes up what writers commit.
async fn watch(house: Shared) {
    let mut complained = String::new();
    let mut told = |why: Option<String>| {
        house.metrics.failing.set(i64::from(why.is_some()));
        let why = why.unwrap_or_default();
        if !why.is_empty() && why != complained {
            (house.complain)(&format!("what has changed cannot be taken up, the server goes on with what it has: {why}"));
        }
        complained = why;
    };
    loop {
        tokio::time::sleep(GLANCE).await;
        let room = Arc::clone(&house.room);
        match tokio::task::spawn_blocking(move || room.refresh()).await {
            Ok((changed, wrong)) => {
                if changed {
                    house.metrics.reloads.inc();
                    ::log::info!(target: "onrecord::server", "a newer commit is taken up");
                }
                told(wrong.map(|error| error.to_string()));
            }
            Err(panic) => told(Some(panic.to_string())),
        }
    }
}

fn router(house: &Shared, cors: &[String]) -> Result<Router> {
    let mut api = Router::new();
    for route in &ROUTES {
        let path = route.path.replace("{id}", "{*id}");
        let answer = move |State(house): State<Shared>, captured: Named, uri: Uri, headers: HeaderMap| async move {
            respond(house, captured, &uri, &headers, move |ask| (route.answer)(ask).unwrap_or_else(Reply::from)).await
        };
        // Whoever lets pages of other origins read is asked beforehand by OPTIONS, which the layer below answers.
        api = api.route(&path, get(answer).options(not_allowed));
    }
    let openapi = || async {
        static TEXT: OnceLock<String> = OnceLock::new();
        let text = TEXT.get_or_init(|| serde_json::to_string_pretty(&openapi::document()).unwrap_or_default());
        ([(header::CONTENT_TYPE, reply::JSON)], text.as_str())
    };
    api = api.route("/api/v1/openapi.json", get(openapi));
    if !cors.is_empty() {
        let origins: Vec<HeaderValue> = cors
            .iter()
            .map(|origin| origin.parse().map_err(|_| Error::Usage(format!("`{origin}` is no origin; write https://news.example"))))
            .collect::<Result<_>>()?;
        let layer = CorsLayer::new().allow_origin(AllowOrigin::list(origins)).allow_methods([axum::http::Method::GET]);
        api = api.layer(layer.allow_headers([header::AUTHORIZATION, header::ACCEPT, header::IF_NONE_MATCH]));
    }
    let mut pages = Router::new();
    for (path, answer) in page::PAGES {
        let answer = move |State(house): State<Shared>, captured: Named, uri: Uri, headers: HeaderMap| async move {
            respond(house, captured, &uri, &headers, answer).await
        };
        pages = pages.route(path, get(answer));
    }
    for (path, kind, content) in page::ASSETS {
        let tag = page::asset_tag();
        let asset = move |headers: HeaderMap| async move {
            if headers.get(header::IF_NONE_MATCH).is_some_and(|known| known.as_bytes() == tag.as_bytes()) {
                return StatusCode::NOT_MODIFIED.into_response();
            }
            // The address of an asset names its version.
            let head = [(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, "public, max-age=31536000, immutable"), (header::ETAG, tag)];
            (head, content).into_response()
        };
        pages = pages.route(path, get(asset));
    }
    let compressed = CompressionLayer::new()
        .gzip(true)
        .zstd(true)
        .compress_when(SizeAbove::new(512).and(NotForContentType::const_new("text/event-stream")));
    Ok(api
        .merge(pages)
        .route("/healthz", get(|| async { ([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], "ok\n") }))
        .route("/metrics", get(measured))
        .nest_service("/mcp", mcp::service(Arc::clone(&house.room), house.patience, Arc::clone(&house.workers)))
        .fallback(nothing)
        .method_not_allowed_fallback(not_allowed)
        .layer(DefaultBodyLimit::disable())
        .layer(compressed)
        .layer(from_fn_with_state(Arc::clone(house), at_the_door))
        .layer(from_fn(with_headers))
        .with_state(Arc::clone(house)))
}

async fn measured(State(house): State<Shared>) -> Response {
    let view = house.room.view();
    ([(header::CONTENT_TYPE, "application/openmetrics-text; version=1.0.0; charset=utf-8")], house.metrics.text(&view)).into_response()
}

/// There is nothing at a path: a page says so to those who read pages.
async fn nothing(uri: Uri, headers: HeaderMap) -> Response {
    let path = crate::text::clean::visible(uri.path());
    let detail = format!("there is nothing at `{path}`; the page is at `/`, the API at `/api/v1`, described by `/api/v1/openapi.json`");
    let found = Problem::new(Trouble::NotFound, detail);
    let reads_pages = headers.get(header::ACCEPT).is_some_and(|accept| accept.to_str().is_ok_and(|accept| accept.contains("text/html")));
    if reads_pages && !path.starts_with("/api/") { whole(page::of_problem(found)) } else { problem(found) }
}

async fn not_allowed() -> Response {
    problem(Problem::new(Trouble::Method, "only GET and HEAD are answered here"))
}

fn problem(problem: Problem) -> Response {
    whole(Reply::from(problem))
}

fn too_large() -> Problem {
    Problem::new(Trouble::TooLarge, format!("the body of a request may have {LONGEST_BODY} bytes"))
}

/// What every answer says to browsers: nothing from outside, no guesses, no frames.
async fn with_headers(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    for (name, value) in [
        ("content-security-policy", page::POLICY),
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "same-origin"),
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
    ] {
        headers.entry(HeaderName::from_static(name)).or_insert(HeaderValue::from_static(value));
    }
    response
}

/// Lets a request in, or says why not; notes how it went.
async fn at_the_door(State(house): State<Shared>, Extension(Remote(remote)): Extension<Remote>, request: Request, next: Next) -> Response {
    let begun = Instant::now();
    let route = request.extensions().get::<MatchedPath>().map_or("other", MatchedPath::as_str).to_owned();
    let (method, uri) = (request.method().clone(), request.uri().clone());
    let entered = house.gate.check(&method, &uri, request.headers()).and_then(|()| {
        if uri.path() != "/healthz" && !house.gate.may_enter(&method, request.headers()) {
            return Err(Problem::new(
                Trouble::Unauthorized,
                "give the token: `Authorization: Bearer TOKEN`, or as the password of any user",
            ));
        }
        let announced = request.headers().get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
        if announced.is_some_and(|length| length > LONGEST_BODY as u64) {
            return Err(too_large());
        }
        house.gate.enter(remote.ip())
    });
    let response = match entered {
        Ok(guest) => {
            let (parts, body) = request.into_parts();
            // Only tools are asked by what stands in a body; nobody may take for ever to send it.
            let read = async {
                if method == axum::http::Method::POST && uri.path().starts_with("/mcp") {
                    axum::body::to_bytes(body, LONGEST_BODY).await
                } else {
                    Ok(Bytes::new())
                }
            };
            let response = match tokio::time::timeout(HEAD_PATIENCE, read).await {
                Ok(Ok(body)) => next.run(Request::from_parts(parts, Body::from(body))).await,
                Ok(Err(_)) => problem(too_large()),
                Err(_) => problem(Problem::new(Trouble::Timeout, "the body of the request did not come in time")),
            };
            drop(guest);
            response
        }
        Err(found) => {
            let asks = found.status == 401;
            let mut response = problem(found);
            if asks {
                let ways = HeaderValue::from_static("Basic realm=\"onrecord\", charset=\"UTF-8\", Bearer realm=\"onrecord\"");
                response.headers_mut().insert(header::WWW_AUTHENTICATE, ways);
            }
            response
        }
    };
    house.metrics.count(&route, response.status().as_u16(), begun.elapsed());
    if let Some(log) = &house.log {
        log.note(&Entry { remote, method: &method, uri: &uri, route: &route, status: response.status().as_u16(), took: begun.elapsed() });
    }
    response
}

/// Answers on a thread of its own.
async fn respond(
    house: Shared,
    named: Named,
    uri: &Uri,
    headers: &HeaderMap,
    answer: impl FnOnce(&Ask<'_>) -> Reply + Send + 'static,
) -> Response {
    let id = match &named {
        Ok(named) => named.iter().next().map(|(_, id)| id.to_owned()).unwrap_or_default(),
        Err(wrong) => return problem(Problem::new(Trouble::Parameter, wrong.body_text())),
    };
    let view = house.room.view();
    let accept: Vec<&str> = headers.get_all(header::ACCEPT).iter().filter_map(|value| value.to_str().ok()).collect();
    let accept = accept.join(",");
    let tag = tag_of(&view, uri, &accept);
    // The same question to the same index has the same answer.
    let known = headers.get(header::IF_NONE_MATCH).and_then(|known| known.to_str().ok());
    if known.is_some_and(|known| known.split(',').any(|known| known.trim() == tag)) {
        return tagged(StatusCode::NOT_MODIFIED.into_response(), &tag);
    }
    let query = uri.query().unwrap_or_default().to_owned();
    let partial = form_urlencoded::parse(query.as_bytes()).any(|(name, _)| name == "partial");
    let patience = house.patience;
    let busy = || problem(Problem::new(Trouble::Busy, "the server is busy; ask again in a moment"));
    let Ok(Ok(worker)) = tokio::time::timeout(patience, Arc::clone(&house.workers).acquire_owned()).await else { return busy() };
    let work = tokio::task::spawn_blocking(move || {
        let _worker = worker;
        let pairs: Vec<(String, String)> = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        answer(&Ask { view: &view, id: &id, pairs: &pairs, accept: &accept, patience })
    });
    // Searches watch the time by themselves; this is for what does not.
    match tokio::time::timeout(patience * 2, work).await {
        Ok(Ok(reply)) => {
            let response = sent(&house, reply).await;
            // What was found until time ran out may be another thing next time.
            if response.status() == StatusCode::OK && !partial { tagged(response, &tag) } else { response }
        }
        Ok(Err(_)) => {
            problem(Problem::new(Trouble::Fault, "this is a fault of the program, or the index is damaged; `onrecord check` tells which"))
        }
        Err(_) => problem(Problem::new(Trouble::Timeout, format!("this took longer than {} seconds", patience.as_secs_f32() * 2.0))),
    }
}

/// Names an answer: the index as it is, the question, the day that dates are counted from.
fn tag_of(view: &View, uri: &Uri, accept: &str) -> String {
    let today = crate::search::today().map(|day| day.to_string()).unwrap_or_default();
    let hash = crate::record::key(&[env!("CARGO_PKG_VERSION"), &view.tag(), &uri.to_string(), accept, &today]);
    format!("W/\"{hash:016x}\"")
}

fn tagged(mut response: Response, tag: &str) -> Response {
    let headers = response.headers_mut();
    if let Ok(tag) = tag.parse() {
        headers.insert(header::ETAG, tag);
    }
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    headers.append(header::VARY, HeaderValue::from_static("accept"));
    response
}

fn with_head(mut response: Response, reply: &Reply) -> Response {
    *response.status_mut() = reply.status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(reply.kind));
    if let Some(seconds) = reply.retry_after {
        headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    if let Some(name) = reply.file_name
        && let Ok(value) = format!("attachment; filename=\"{name}\"").parse()
    {
        headers.insert(header::CONTENT_DISPOSITION, value);
    }
    response
}

fn whole(mut reply: Reply) -> Response {
    let bytes = match std::mem::replace(&mut reply.content, Content::Whole(Vec::new())) {
        Content::Whole(bytes) => bytes,
        Content::Pieces(_) => Vec::new(),
    };
    with_head(Response::new(Body::from(bytes)), &reply)
}
