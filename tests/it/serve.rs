//! The server itself: who is let in, how much at once, what it notes and counts, what it does when the index changes and when it ends.

use crate::sandbox::Sandbox;
use crate::served::Served;
use serde_json::Value;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

const TOKEN: &str = "correct-horse-battery-staple";

#[test]
fn it_answers_to_its_own_name_alone() {
    let served = Served::new(&["--host", "archive.example"]);
    let port = served.address.rsplit(':').next().expect("a port").to_owned();
    let asked_as = |host: &str| served.ask("GET", "/api/v1/stats", &[("host", host)], b"").status;
    for host in [&*served.address, &format!("localhost:{port}"), "archive.example"] {
        assert_eq!(asked_as(host), 200, "{host}");
    }
    for host in ["evil.example", "127.0.0.1:1", "localhost.evil.example"] {
        assert_eq!(asked_as(host), 421, "{host}");
    }
    assert_eq!(served.raw(b"GET /healthz HTTP/1.0\r\n\r\n").map(|answer| answer.status), Some(421));
    // Pages of other origins may not send anything, nor ask for tools.
    let of_page = |method: &str, path: &str| served.ask(method, path, &[("origin", "https://evil.example")], b"{}").status;
    assert_eq!((of_page("POST", "/mcp"), of_page("POST", "/api/v1/search"), of_page("GET", "/mcp")), (403, 403, 403));
    assert_eq!(served.get("/healthz").text(), "ok\n");
}

#[test]
fn no_page_of_another_origin_reads_unless_it_is_named() {
    let served = Served::new(&["--cors", "https://news.example"]);
    let allowed =
        |origin: &str, path: &str| served.ask("GET", path, &[("origin", origin)], b"").header("access-control-allow-origin").to_owned();
    assert_eq!(allowed("https://news.example", "/api/v1/stats"), "https://news.example");
    assert_eq!(allowed("https://evil.example", "/api/v1/stats"), "");
    assert_eq!(allowed("https://news.example", "/"), "");
    // A browser asks beforehand, and without a token.
    let before = |origin: &str| {
        let headers = [("origin", origin), ("access-control-request-method", "GET"), ("access-control-request-headers", "authorization")];
        let answer = served.ask("OPTIONS", "/api/v1/stats", &headers, b"");
        (answer.status, answer.header("access-control-allow-headers").contains("authorization"))
    };
    assert_eq!((before("https://news.example"), before("https://evil.example").0), ((200, true), 403));
    assert_eq!(
        Served::new(&[]).ask("GET", "/api/v1/stats", &[("origin", "https://news.example")], b"").header("access-control-allow-origin"),
        ""
    );
}

#[test]
fn other_machines_need_a_flag_and_a_token() {
    let sandbox = Sandbox::new();
    sandbox.write("a/a.txt", "No\n\n\"No,\" said Ann Moss.\n");
    sandbox.ok(&["index", "-q", "a"]);
    let refused = |args: &[&str], part: &str| {
        let output = sandbox.run(&[&["serve"], args].concat());
        assert!(output.code == 2 && output.stderr.contains(part), "{output:?}");
    };
    refused(&["--bind", "0.0.0.0:0"], "--allow-remote");
    refused(&["--bind", "0.0.0.0:0", "--allow-remote"], "--token-file");
    sandbox.write("short", "abc\n");
    refused(&["--token-file", "short"], "at least 16");
    refused(&["--token-file", "nowhere"], "nowhere");
    refused(&["--index", "nowhere"], "there is no index here");
    refused(&["--bind", "here"], "invalid");
    sandbox.write("token", TOKEN);
    refused(&["--bind", "0.0.0.0:0", "--allow-remote", "--token-file", "token"], "--host");
    refused(&["--host", "archive.example:80"], "a name alone");
    refused(&["--cors", "*"], "an origin is");
    refused(&["--cors", "https://news.example/"], "an origin is");
}

#[test]
fn a_token_is_asked_for_wherever_one_is_set() {
    let sandbox = Sandbox::new();
    sandbox.write("a/a.txt", "No\n\n\"No,\" said Ann Moss.\n");
    sandbox.ok(&["index", "-q", "a"]);
    sandbox.write("token", format!("{TOKEN}\n"));
    let served = Served::of(sandbox, &["--token-file", "token"]);
    let with = |path: &str, value: &str| served.ask("GET", path, &[("authorization", value)], b"").status;
    for path in ["/", "/api/v1/stats", "/metrics", "/assets/style.css", "/nowhere"] {
        let refused = served.get(path);
        assert_eq!(refused.status, 401, "{path}");
        assert!(refused.header("www-authenticate").contains("Basic"));
        assert_eq!(with(path, "Bearer wrong-horse-battery-staple"), 401, "{path}");
        assert_ne!(with(path, &format!("Bearer {TOKEN}")), 401, "{path}");
    }
    assert_eq!(with("/", "Basic YW55Ym9keTpjb3JyZWN0LWhvcnNlLWJhdHRlcnktc3RhcGxl"), 200);
    assert_eq!(served.get("/healthz").status, 200);
    assert_eq!(served.ask("POST", "/mcp", &[], b"{}").status, 401);
}

#[test]
fn what_is_too_large_is_refused() {
    let served = Served::new(&[]);
    let refused = served.ask("POST", "/mcp", &[("content-type", "application/json")], &vec![b' '; 2 << 20]);
    assert_eq!(refused.status, 413);
    let long = served.get(&format!("/api/v1/search?q={}", "x".repeat(70_000)));
    assert!(matches!(long.status, 414 | 431), "{}", long.status);
    // A body whose length nobody announced.
    let mut chunked = format!("POST /mcp HTTP/1.1\r\nhost: {}\r\ncontent-type: application/json\r\naccept: application/json, text/event-stream\r\ntransfer-encoding: chunked\r\nconnection: close\r\n\r\n", served.address).into_bytes();
    for _ in 0..40 {
        chunked.extend(b"10000\r\n");
        chunked.extend(vec![b' '; 1 << 16]);
        chunked.extend(b"\r\n");
    }
    chunked.extend(b"0\r\n\r\n");
    let answer = served.raw(&chunked);
    assert!(answer.as_ref().is_none_or(|answer| matches!(answer.status, 400 | 413 | 500)), "{answer:?}");
    assert_eq!(served.get("/healthz").status, 200);
}

#[test]
fn a_body_that_nobody_asked_for_is_not_waited_for() {
    let served = Served::new(&[]);
    let mut waiting = TcpStream::connect(&served.address).expect("the server listens");
    write!(waiting, "POST /healthz HTTP/1.1\r\nhost: {}\r\ncontent-length: 1000\r\n\r\nx", served.address).expect("it is sent");
    let begun = Instant::now();
    let mut head = [0; 12];
    waiting.read_exact(&mut head).expect("an answer");
    assert_eq!((&head, begun.elapsed() < Duration::from_secs(5)), (b"HTTP/1.1 405", true));
}

#[test]
fn broken_requests_break_nothing() {
    let served = Served::new(&[]);
    for bytes in [
        &b"\x16\x03\x01\x02\x00"[..],
        b"GET\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"\0\0\0\0",
        b"POST / HTTP/1.1\r\nhost: x\r\ncontent-length: -1\r\n\r\n",
    ] {
        let _ = served.raw(&[bytes, b"\r\n\r\n"].concat());
    }
    assert_eq!(served.get("/").status, 200);
}

#[test]
fn too_many_at_once_are_told_to_come_back() {
    let served = Served::new(&["--max-requests", "4", "--max-per-client", "2"]);
    let statuses: Vec<(u16, String)> = std::thread::scope(|scope| {
        let ask = || {
            let answer = served.get("/api/v1/timeline?q=*&by=day&in=quotes");
            (answer.status, answer.header("retry-after").to_owned())
        };
        let all: Vec<_> = (0..40).map(|_| scope.spawn(ask)).collect();
        all.into_iter().map(|one| one.join().expect("an answer")).collect()
    });
    assert!(
        statuses.iter().all(|(status, retry)| match status {
            200 => retry.is_empty(),
            429 | 503 => retry == "1",
            _ => false,
        }),
        "{statuses:?}"
    );
    assert!(statuses.iter().any(|(status, _)| *status == 200));
    // Whoever was let in has left.
    assert_eq!(served.get("/api/v1/stats").status, 200);
}

#[test]
fn a_search_that_takes_too_long_is_given_up() {
    let served = Served::new(&["--timeout", "0.001"]);
    let answer = served.get("/api/v1/search?q=%2F.*a.*%2F%20OR%20%2F.*e.*%2F%20OR%20%2F.*i.*%2F&in=quotes&limit=1000");
    assert!(matches!(answer.status, 200 | 503), "{answer:?}");
    if answer.status == 503 {
        assert_eq!(answer.header("retry-after"), "1");
        assert_eq!(answer.json()["type"], "urn:onrecord:problem:timeout");
    }
}

#[test]
fn the_log_notes_requests_and_not_what_was_asked() {
    let lines = |args: &[&str]| -> Vec<Value> {
        let served = Served::new(args);
        served.get("/api/v1/quotes?q=secret&speaker=");
        served.get("/articles/nobody?secret%20name=x");
        // It is written by a thread of its own.
        std::thread::sleep(Duration::from_millis(300));
        std::fs::read_to_string(served.sandbox.path("access.jsonl"))
            .expect("the log")
            .lines()
            .map(|line| serde_json::from_str(line).expect("JSON"))
            .collect()
    };
    let quiet = lines(&["--access-log", "access.jsonl"]);
    assert_eq!(quiet.len(), 2);
    assert_eq!(
        (quiet[0]["route"].as_str(), quiet[0]["status"].as_u64(), quiet[0]["parameters"][0].as_str()),
        (Some("/api/v1/quotes"), Some(200), Some("q"))
    );
    assert!(quiet.iter().all(|line| !line.to_string().contains("secret") && !line.to_string().contains("nobody")), "{quiet:?}");
    assert!(quiet[0]["time"].as_str().is_some_and(|time| time.ends_with('Z')) && quiet[0]["milliseconds"].is_number());
    let full = lines(&["--access-log", "access.jsonl", "--log-queries"]);
    assert_eq!((full[0]["query"].as_str(), full[1]["path"].as_str()), (Some("q=secret&speaker="), Some("/articles/nobody")));
}

#[test]
fn it_counts_what_it_does() {
    let served = Served::new(&[]);
    served.get("/api/v1/quotes?q=levy");
    served.get("/api/v1/quotes?q=speker:x");
    let metrics = served.get("/metrics");
    assert!(metrics.header("content-type").starts_with("application/openmetrics-text"));
    let text = metrics.text();
    for line in [
        "onrecord_requests_total{route=\"/api/v1/quotes\",status=\"200\"} 1",
        "onrecord_requests_total{route=\"/api/v1/quotes\",status=\"400\"} 1",
        "onrecord_request_duration_seconds_count{route=\"/api/v1/quotes\"} 2",
        "onrecord_index_articles 41",
        "onrecord_requests_in_flight 1",
    ] {
        assert!(text.contains(line), "{line}\n{text}");
    }
    assert!(text.ends_with("# EOF\n"));
}

#[test]
fn commits_rebuilds_and_people_are_taken_up() {
    let served = Served::new(&[]);
    let soon = |what: &str, test: &dyn Fn() -> bool| {
        let begun = Instant::now();
        while !test() {
            assert!(begun.elapsed() < Duration::from_secs(10), "{what}");
            std::thread::sleep(Duration::from_millis(30));
        }
    };
    let total = |path: &str| served.get(path).json()["total"].as_u64();
    assert_eq!(total("/api/v1/quotes?q=walrus"), Some(0));
    served.sandbox.write("more/walrus.txt", "Walrus\n\n\"A walrus came,\" said Ann Moss, the harbour master.\n");
    served.sandbox.ok(&["index", "-q", "more"]);
    soon("a commit", &|| total("/api/v1/quotes?q=walrus") == Some(1));
    assert_eq!(served.get("/api/v1/speakers/Ann%20Moss").status, 200);
    served.sandbox.ok(&["index", "-q", "--rebuild", "--prune", "more"]);
    soon("a rebuild", &|| {
        total("/api/v1/quotes?q=*") == total("/api/v1/quotes?q=*&in=quotes") && total("/api/v1/quotes?q=walrus") == Some(1)
    });
    assert_eq!(total("/api/v1/quotes?speaker=Anneliese%20Walrus"), Some(0));
    served.sandbox.write(".onrecord/people.toml", "[[person]]\nname = \"Anneliese Walrus\"\naliases = [\"Ann Moss\"]\n");
    soon("who is who", &|| total("/api/v1/quotes?speaker=Anneliese%20Walrus") == Some(1));
    // What cannot be read changes nothing, is counted, and keeps no commit back.
    served.sandbox.write(".onrecord/people.toml", "[[person\n");
    soon("a slip is noted", &|| served.get("/metrics").text().contains("onrecord_index_reload_failing 1"));
    assert_eq!(total("/api/v1/quotes?speaker=Anneliese%20Walrus"), Some(1));
    served.sandbox.write("more/seal.txt", "Seal\n\n\"A seal came,\" said Ann Moss, the harbour master.\n");
    served.sandbox.ok(&["index", "-q", "more"]);
    soon("a commit beside a slip", &|| total("/api/v1/quotes?speaker=Anneliese%20Walrus") == Some(2));
}

#[test]
fn no_request_is_lost_while_the_index_changes() {
    let served = Served::new(&[]);
    let done = std::sync::atomic::AtomicBool::new(false);
    let answered = std::thread::scope(|scope| {
        let askers: Vec<_> = (0..4)
            .map(|i| {
                let (served, done) = (&served, &done);
                scope.spawn(move || {
                    let mut count = 0;
                    while !done.load(std::sync::atomic::Ordering::Relaxed) {
                        let path =
                            ["/api/v1/quotes?q=levy", "/?q=wall", "/api/v1/speakers?q=lind", "/api/v1/quotes?q=*&limit=0&output=jsonl"][i];
                        let answer = served.get(path);
                        assert_eq!(answer.status, 200, "{path}: {}", answer.text());
                        count += 1;
                    }
                    count
                })
            })
            .collect();
        for round in 0..6 {
            served.sandbox.write(&format!("more/{round}.txt"), format!("Levy {round}\n\n\"The levy goes,\" said Ann Moss {round}.\n"));
            served.sandbox.ok(&["index", "-q", "more"]);
            if round == 3 {
                served.sandbox.ok(&["optimize", "-q"]);
            }
        }
        done.store(true, std::sync::atomic::Ordering::Relaxed);
        askers.into_iter().map(|asker| asker.join().expect("no request is lost")).collect::<Vec<i32>>()
    });
    assert!(answered.iter().all(|count| *count > 3), "{answered:?}");
}

#[cfg(unix)]
#[test]
fn whoever_is_being_answered_gets_the_answer() {
    let mut served = Served::new(&[]);
    let mut stream = TcpStream::connect(&served.address).expect("the server listens");
    // The head of a request that has begun.
    write!(stream, "GET /api/v1/quotes?q=levy HTTP/1.1\r\nhost: {}\r\n", served.address).expect("it is sent");
    std::thread::sleep(Duration::from_millis(100));
    let begun = Instant::now();
    let address = served.address.clone();
    let ended = std::thread::scope(|scope| {
        let ended = scope.spawn(|| served.stop());
        std::thread::sleep(Duration::from_millis(200));
        write!(stream, "\r\n").expect("it is still there");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("an answer");
        assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 200"), "{answer}");
        ended.join().expect("no panic")
    });
    assert_eq!(ended, Some(0));
    assert!(begun.elapsed() < Duration::from_secs(12));
    assert!(TcpStream::connect(&address).is_err());
}
