//! Who comes in: the name that the server is called by, where a request comes from, the token, and how many at once.

use super::Options;
use super::problem::{Problem, Trouble};
use axum::http::{HeaderMap, Method, Uri, header};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use prometheus_client::metrics::gauge::Gauge;
use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};
use subtle::ConstantTimeEq;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// What stands at the door.
pub(super) struct Gate {
    /// Names that the server is called by, in lower case, without port.
    names: Vec<String>,
    port: u16,
    /// Origins whose pages may read.
    origins: Vec<String>,
    token: Option<String>,
    at_once: Arc<Semaphore>,
    per_client: usize,
    clients: Arc<Mutex<HashMap<IpAddr, usize>>>,
    in_flight: Gauge,
}

/// Somebody who was let in; leaves when dropped.
pub(super) struct Guest {
    clients: Arc<Mutex<HashMap<IpAddr, usize>>>,
    address: IpAddr,
    in_flight: Gauge,
    _place: OwnedSemaphorePermit,
}

impl Drop for Guest {
    fn drop(&mut self) {
        self.in_flight.dec();
        let mut clients = self.clients.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = clients.get_mut(&self.address) {
            *count -= 1;
            if *count == 0 {
                clients.remove(&self.address);
            }
        }
    }
}

impl Gate {
    /// A server bound to an address, and called by other names beside.
    pub(super) fn new(bound: SocketAddr, options: &Options, in_flight: Gauge) -> Self {
        let mut names: Vec<String> = options.names.iter().map(|name| name.to_ascii_lowercase()).collect();
        if bound.ip().is_loopback() {
            names.extend(["localhost", "127.0.0.1", "[::1]"].map(str::to_owned));
        }
        if !bound.ip().is_unspecified() {
            names.push(match bound.ip() {
                IpAddr::V4(address) => address.to_string(),
                IpAddr::V6(address) => format!("[{address}]"),
            });
        }
        Self {
            names,
            port: bound.port(),
            origins: options.cors.clone(),
            token: options.token.clone(),
            at_once: Arc::new(Semaphore::new(options.at_once)),
            per_client: options.per_client,
            clients: Arc::default(),
            in_flight,
        }
    }

    /// True where a browser asks beforehand whether a page that may read may ask.
    fn is_preflight(&self, method: &Method, headers: &HeaderMap) -> bool {
        let origin = headers.get(header::ORIGIN).and_then(|origin| origin.to_str().ok());
        *method == Method::OPTIONS && origin.is_some_and(|origin| self.origins.iter().any(|known| known == origin))
    }

    /// True for a name, perhaps with the port, that this server is called by. A name that was given on purpose may stand with any port: what
    /// stands before the server may listen on another one.
    fn is_called(&self, authority: &str) -> bool {
        let authority = authority.to_ascii_lowercase();
        let (name, port) = match authority.rsplit_once(':') {
            Some((name, port)) if !port.ends_with(']') => (name, Some(port)),
            _ => (authority.as_str(), None),
        };
        let own = ["localhost", "127.0.0.1", "[::1]"].contains(&name);
        let fits = match port.map(str::parse::<u16>) {
            None => true,
            Some(Ok(port)) => port == self.port || !own,
            Some(Err(_)) => false,
        };
        fits && self.names.iter().any(|known| known == name)
    }

    /// The request is meant for this server, and comes from where it may come from.
    pub(super) fn check(&self, method: &Method, uri: &Uri, headers: &HeaderMap) -> Result<(), Problem> {
        let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
        let mut hosts = headers.get_all(header::HOST).iter();
        let host = match (hosts.next(), hosts.next()) {
            (Some(host), None) => host.to_str().ok(),
            _ => None,
        };
        let called = uri.authority().map(|authority| authority.as_str()).is_none_or(|name| self.is_called(name));
        if !called || !host.is_some_and(|host| self.is_called(host)) {
            let detail = "the header Host must be the name that the server is bound to; `onrecord serve --host NAME` adds one";
            return Err(Problem::new(Trouble::Misdirected, detail));
        }
        let safe = matches!(*method, Method::GET | Method::HEAD);
        let is_tools = uri.path() == "/mcp" || uri.path().starts_with("/mcp/");
        if let Some(origin) = text(header::ORIGIN).or_else(|| headers.contains_key(header::ORIGIN).then_some(""))
            && (!safe || is_tools)
            && (is_tools || !self.is_preflight(method, headers))
        {
            let own = origin.split_once("://").is_some_and(|(scheme, name)| match scheme {
                // Without a port it is another service of this machine.
                "http" => self.is_called(&with_port(name, 80)),
                "https" => self.is_called(&with_port(name, 443)),
                _ => false,
            });
            if !own {
                return Err(Problem::new(Trouble::Forbidden, "requests from pages of other origins are not answered"));
            }
        }
        Ok(())
    }

    /// The request has the token, if one is asked for: `Authorization: Bearer TOKEN`, or as the password of any user.
    pub(super) fn may_enter(&self, method: &Method, headers: &HeaderMap) -> bool {
        let Some(token) = self.token.as_ref().filter(|_| !self.is_preflight(method, headers)) else { return true };
        let Some(given) = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()) else { return false };
        let (scheme, value) = given.split_once(' ').unwrap_or((given, ""));
        let given = if scheme.eq_ignore_ascii_case("bearer") {
            value.trim().as_bytes().to_vec()
        } else if scheme.eq_ignore_ascii_case("basic") {
            let pair = STANDARD.decode(value.trim()).unwrap_or_default();
            let colon = pair.iter().position(|byte| *byte == b':').map_or(pair.len(), |at| at + 1);
            pair[colon..].to_vec()
        } else {
            return false;
        };
        given.ct_eq(token.as_bytes()).into()
    }

    /// Lets somebody in, unless there are too many.
    pub(super) fn enter(&self, address: IpAddr) -> Result<Guest, Problem> {
        let place = Arc::clone(&self.at_once).try_acquire_owned();
        let place =
            place.map_err(|_| Problem::new(Trouble::Busy, "more requests at once than this server answers; ask again in a moment"))?;
        let mut clients = self.clients.lock().unwrap_or_else(PoisonError::into_inner);
        let count = clients.entry(address).or_default();
        if *count >= self.per_client {
            return Err(Problem::new(Trouble::TooMany, format!("no more than {} requests at once from one address", self.per_client)));
        }
        *count += 1;
        drop(clients);
        self.in_flight.inc();
        Ok(Guest { clients: Arc::clone(&self.clients), address, in_flight: self.in_flight.clone(), _place: place })
    }
}

/// A name with its port, as the scheme has it where none is said.
fn with_port(name: &str, usual: u16) -> String {
    let has_port = name.rsplit_once(':').is_some_and(|(_, port)| !port.ends_with(']'));
    if has_port { name.to_owned() } else { format!("{name}:{usual}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gate(bound: &str, names: &[&str], token: Option<&str>) -> Gate {
        let bound = bound.parse().expect("an address");
        let options = Options {
            bind: bound,
            names: names.iter().map(|name| (*name).to_owned()).collect(),
            token: token.map(str::to_owned),
            cors: vec!["https://news.example".to_owned()],
            at_once: 2,
            per_client: 1,
            patience: std::time::Duration::from_secs(1),
            log: None,
            complain: Box::new(|_| {}),
        };
        Gate::new(bound, &options, Gauge::default())
    }

    #[test]
    fn a_server_answers_to_its_own_names_alone() {
        let own = gate("127.0.0.1:7878", &["news.example"], None);
        for name in ["127.0.0.1:7878", "localhost:7878", "LOCALHOST", "[::1]:7878", "news.example", "news.example:443"] {
            assert!(own.is_called(name), "{name}");
        }
        for name in ["evil.example", "127.0.0.1:80", "localhost:", "127.0.0.1.evil.example:7878", "", "localhost:7878:7878", "::1"] {
            assert!(!own.is_called(name), "{name}");
        }
        assert!(!gate("0.0.0.0:80", &[], None).is_called("0.0.0.0"));
        assert!(gate("[2001:db8::1]:80", &[], None).is_called("[2001:db8::1]:80"));
    }

    #[test]
    fn other_origins_may_only_read() {
        let gate = gate("127.0.0.1:7878", &[], None);
        let ask = |method: Method, path: &str, origin: Option<&str>| {
            let mut headers = HeaderMap::new();
            headers.insert(header::HOST, "localhost:7878".parse().expect("a value"));
            if let Some(origin) = origin {
                headers.insert(header::ORIGIN, origin.parse().expect("a value"));
            }
            gate.check(&method, &path.parse().expect("a path"), &headers).map_err(|problem| problem.status)
        };
        assert_eq!(ask(Method::GET, "/", Some("http://evil.example")), Ok(()));
        assert_eq!(ask(Method::POST, "/", Some("http://evil.example")), Err(403));
        assert_eq!(ask(Method::GET, "/mcp", Some("http://evil.example")), Err(403));
        assert_eq!(ask(Method::POST, "/mcp", Some("null")), Err(403));
        assert_eq!(ask(Method::POST, "/mcp", Some("http://localhost:7878")), Ok(()));
        assert_eq!(ask(Method::POST, "/mcp", Some("http://localhost")), Err(403));
        assert_eq!(ask(Method::POST, "/mcp", None), Ok(()));
        assert_eq!(ask(Method::OPTIONS, "/api/v1/stats", Some("https://news.example")), Ok(()));
        assert_eq!(ask(Method::POST, "/api/v1/stats", Some("https://news.example")), Err(403));
        assert_eq!(ask(Method::OPTIONS, "/mcp", Some("https://news.example")), Err(403));
        assert_eq!(ask(Method::GET, "http://evil.example/", None), Err(421));
    }

    #[test]
    fn a_token_is_asked_for() {
        let gate = gate("127.0.0.1:7878", &[], Some("a-long-token-of-somebody"));
        let enters = |value: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::AUTHORIZATION, value.parse().expect("a value"));
            gate.may_enter(&Method::GET, &headers)
        };
        assert!(enters("Bearer a-long-token-of-somebody"));
        assert!(enters(&format!("Basic {}", STANDARD.encode("anybody:a-long-token-of-somebody"))));
        for wrong in
            ["Bearer", "Bearer a-long-token-of-somebodx", "Bearer a-long-token", "Basic ????", "Digest x", "a-long-token-of-somebody"]
        {
            assert!(!enters(wrong), "{wrong}");
        }
        assert!(!gate.may_enter(&Method::GET, &HeaderMap::new()));
    }

    #[test]
    fn so_many_come_in_at_once() {
        let gate = gate("127.0.0.1:7878", &[], None);
        let [a, b, c] = [1, 2, 3].map(|last| IpAddr::from([10, 0, 0, last]));
        let status = |guest: Result<Guest, Problem>| guest.map_err(|problem| (problem.status, problem.retry_after)).err();
        let first = gate.enter(a).unwrap_or_else(|problem| panic!("{problem:?}"));
        assert_eq!(status(gate.enter(a)), Some((429, Some(1))));
        let second = gate.enter(b).unwrap_or_else(|problem| panic!("{problem:?}"));
        assert_eq!(status(gate.enter(c)), Some((503, Some(1))));
        drop((first, second));
        assert_eq!(status(gate.enter(a)), None);
        assert!(gate.clients.lock().expect("no panic").is_empty());
    }
}
