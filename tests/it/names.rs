//! Folders as they are found: names that nobody would choose, links in circles, pipes, what vanishes. The run goes on, says what it left
//! out, and a second run finds nothing new and ends as the first did.
#![cfg(unix)]

use crate::sandbox::{Output, Sandbox};
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::symlink;
use std::process::Command;

const STORY: &str = "Storm closes harbour\n\nThe harbour of Port Ellery is closed, and nobody knows for how long it will be.\n";

/// Indexes the folder twice: the second run adds and changes nothing and ends with the same code and the same messages.
#[track_caller]
fn twice(sandbox: &Sandbox, code: i32, articles: u64) -> Output {
    let first = sandbox.run(&["index", "in"]);
    assert_eq!(first.code, code, "{first:?}");
    let second = sandbox.run(&["index", "in"]);
    assert_eq!(second.code, code, "{second:?}");
    assert!(first.stderr.contains(&format!("{articles} article")), "{first:?}");
    assert!(second.stderr.contains(&format!("0 articles added, 0 changed, 0 removed, {articles} unchanged")), "{second:?}");
    let remarks =
        |output: &Output| output.stderr.lines().filter(|line| !line.contains(" unchanged")).map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(remarks(&first), remarks(&second));
    assert!(!first.stderr.contains('\u{1b}'), "{first:?}");
    first
}

#[test]
fn names_that_nobody_would_choose() {
    let sandbox = Sandbox::new();
    let folder = sandbox.path("in");
    std::fs::create_dir(&folder).expect("a folder");
    let long = "n".repeat(250) + ".txt";
    let names: [&[u8]; 9] = [
        b"two\nlines.txt",
        b"\x1b[2J\x07bell.txt",
        b"latin \xe9\xff.txt",
        b"back\\xe9slash.txt",
        b"-rf.txt",
        b" blank .txt",
        "e\u{301}\u{202e}txt.exe.txt".as_bytes(),
        b"a;b|c&d$(e)`f'g\"h.txt",
        long.as_bytes(),
    ];
    for (name, n) in names.iter().zip(1..) {
        std::fs::write(folder.join(OsStr::from_bytes(name)), STORY.replace("Port Ellery", &format!("Port Ellery number{n}")))
            .expect("written");
    }
    twice(&sandbox, 0, 9);
    // Each is an article of its own, and is found by its key; what is printed of it can be read.
    let answer = sandbox.search("articles", "harbour", &["--limit", "0"]);
    let hits = answer["hits"].as_array().expect("hits");
    let mut keys: Vec<&str> = hits.iter().filter_map(|hit| hit["key"].as_str()).collect();
    keys.sort_unstable();
    keys.dedup();
    assert_eq!(keys.len(), 9);
    for key in keys {
        let shown = sandbox.ok(&["show", key]).stdout;
        assert!(!shown.contains('\u{1b}') && !shown.contains('\u{7}'), "{shown:?}");
    }
    std::fs::remove_file(folder.join(OsStr::from_bytes(names[0]))).expect("removed");
    assert!(sandbox.ok(&["index", "in"]).stderr.contains("1 removed, 8 unchanged"));
}

#[test]
fn what_is_no_file_is_left_out_and_said() {
    let sandbox = Sandbox::new();
    sandbox.write("in/story.txt", STORY);
    let made = Command::new("mkfifo").arg(sandbox.path("in/pipe.txt")).status();
    assert!(made.is_ok_and(|status| status.success()), "mkfifo");
    let _socket = std::os::unix::net::UnixListener::bind(sandbox.path("in/socket.txt")).expect("a socket");
    symlink("/dev/zero", sandbox.path("in/zero.txt")).expect("a link");
    let output = twice(&sandbox, 0, 1);
    for name in ["pipe.txt", "socket.txt", "zero.txt"] {
        assert!(output.stderr.contains(&format!("skipped in/{name}: neither a file nor a folder")), "{name}: {output:?}");
    }
    for name in ["in/pipe.txt", "in/zero.txt"] {
        let named = sandbox.run(&["index", name]);
        assert!(named.code == 2 && named.stderr.contains("neither a file nor a folder"), "{named:?}");
    }
}

#[test]
fn links_in_circles() {
    let sandbox = Sandbox::new();
    sandbox.write("in/a/story.txt", STORY);
    symlink("../..", sandbox.path("in/a/around")).expect("a link");
    symlink("..", sandbox.path("in/a/up")).expect("a link");
    symlink(".", sandbox.path("in/a/here")).expect("a link");
    let output = twice(&sandbox, 0, 1);
    assert_eq!(output.stderr.matches("a link to a folder that holds it").count(), 3, "{output:?}");
    // Links that lead nowhere, and to each other: nothing counts as vanished while what lies behind them is unknown.
    symlink("nowhere.txt", sandbox.path("in/a/dangling.txt")).expect("a link");
    symlink("two.txt", sandbox.path("in/a/one.txt")).expect("a link");
    symlink("one.txt", sandbox.path("in/a/two.txt")).expect("a link");
    for _ in 0..2 {
        let output = sandbox.run(&["index", "in"]);
        assert!(output.code == 2 && output.stderr.contains("1 unchanged"), "{output:?}");
        for name in ["dangling.txt", "one.txt", "two.txt"] {
            assert!(output.stderr.contains(&format!("in/a/{name}: ")), "{name}: {output:?}");
        }
    }
}

#[test]
fn a_folder_that_is_deeper_than_a_path_may_be_long() {
    let sandbox = Sandbox::new();
    sandbox.write("in/story.txt", STORY);
    // From within, step by step: no path names the deepest of them.
    let script = "cd in && name=$(printf 'd%.0s' $(seq 200)) && for i in $(seq 30); do mkdir $name && cd -P $name || break; done 2> /dev/null; echo deep > deep.txt";
    let made = Command::new("sh").args(["-c", script]).current_dir(sandbox.path("")).status();
    if !made.is_ok_and(|status| status.success()) {
        return;
    }
    let began = std::time::Instant::now();
    for _ in 0..2 {
        let output = sandbox.run(&["index", "in"]);
        assert!(output.stderr.contains("1 article added") || output.stderr.contains("1 unchanged"), "{output:?}");
        assert!(output.code == 0 || output.stderr.contains("too long"), "{output:?}");
    }
    assert!(began.elapsed().as_secs() < 30);
    let _ = Command::new("rm").args(["-rf", "in"]).current_dir(sandbox.path("")).status();
}

#[test]
fn a_folder_that_is_not_mounted_keeps_what_the_index_has() {
    let sandbox = Sandbox::new();
    sandbox.write("in/story.txt", STORY);
    sandbox.ok(&["index", "in"]);
    std::fs::rename(sandbox.path("in"), sandbox.path("away")).expect("moved");
    for _ in 0..2 {
        let gone = sandbox.run(&["index", "in"]);
        assert_eq!(gone.code, 2, "{gone:?}");
    }
    std::fs::create_dir(sandbox.path("in")).expect("a folder");
    for _ in 0..2 {
        let empty = sandbox.run(&["index", "in"]);
        assert!(empty.code == 2 && empty.stderr.contains("1 of 1 indexed files are gone"), "{empty:?}");
    }
    assert_eq!(sandbox.search("articles", "harbour", &[])["total"], 1);
}

#[test]
fn what_may_not_be_read_is_not_gone() {
    use std::os::unix::fs::PermissionsExt;
    let sandbox = Sandbox::new();
    let file = sandbox.write("in/story.txt", STORY);
    let folder = sandbox.write("in/closed/other.txt", STORY).parent().expect("a folder").to_path_buf();
    sandbox.ok(&["index", "in"]);
    let close = |mode: u32| {
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(mode)).expect("set");
        std::fs::set_permissions(&folder, std::fs::Permissions::from_mode(mode)).expect("set");
    };
    close(0o000);
    // Whoever may read everything sees no closed doors.
    let is_closed = std::fs::read(&file).is_err();
    for _ in 0..if is_closed { 2 } else { 0 } {
        let output = sandbox.run(&["index", "in"]);
        assert!(output.code == 2 && output.stderr.contains("0 removed"), "{output:?}");
        assert!(output.stderr.contains("in/story.txt: ") && output.stderr.contains("in/closed: "), "{output:?}");
    }
    assert_eq!(sandbox.search("articles", "harbour", &[])["total"], 2);
    close(0o755);
    assert!(sandbox.ok(&["index", "in"]).stderr.contains("2 unchanged"));
}
