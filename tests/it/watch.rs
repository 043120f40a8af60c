//! Folders that are followed: what changes in them is searchable within moments, and nothing is lost.

use crate::sandbox::Sandbox;
use std::io::{BufRead, BufReader};
use std::process::{Child, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// Far longer than it takes, for machines that have much else to do.
const PATIENCE: Duration = Duration::from_secs(40);

fn article(name: &str) -> String {
    format!(
        "{{\"id\": \"{name}\", \"headline\": \"Report {name}\", \"text\": \"A report on {name}.\\n\\\"We saw {name},\\\" said Anna Arden.\"}}"
    )
}

/// `onrecord index --watch`, running.
struct Watching<'a> {
    sandbox: &'a Sandbox,
    child: Child,
    said: Arc<Mutex<String>>,
}

impl<'a> Watching<'a> {
    /// Starts it, and waits until it follows the folders.
    #[track_caller]
    fn start(sandbox: &'a Sandbox, more: &[&str]) -> Self {
        let mut args = vec!["index", "papers", "--watch"];
        args.extend(more);
        let mut child = sandbox.command(&args).stderr(Stdio::piped()).spawn().expect("the program runs");
        let said = Arc::new(Mutex::new(String::new()));
        let (stderr, text) = (child.stderr.take().expect("stderr"), Arc::clone(&said));
        std::thread::spawn(move || {
            for line in BufReader::new(stderr).lines().map_while(Result::ok) {
                *text.lock().expect("no panic") += &(line + "\n");
            }
        });
        let watching = Self { sandbox, child, said };
        watching.says("watching for changes");
        watching
    }

    fn said(&self) -> String {
        self.said.lock().expect("no panic").clone()
    }

    /// Waits until it has said something.
    #[track_caller]
    fn says(&self, words: &str) {
        wait(|| self.said().contains(words), || format!("it says `{words}`: {}", self.said()));
    }

    /// Waits until so many articles are found for a query.
    #[track_caller]
    fn finds(&self, query: &str, expected: u64) {
        let total = || {
            let output = self.sandbox.run(&["search", "--json", "--limit", "1", "--", query]);
            serde_json::from_str::<serde_json::Value>(&output.stdout).ok().and_then(|answer| answer["total"].as_u64())
        };
        wait(|| total() == Some(expected), || format!("{query}: {:?} instead of {expected}; it said: {}", total(), self.said()));
    }

    /// Ends it as Ctrl-C does; gives its exit status.
    #[cfg(unix)]
    fn end(mut self, signal: &str) -> Option<i32> {
        let sent = std::process::Command::new("sh").args(["-c", &format!("kill -{signal} {}", self.child.id())]).status();
        assert!(sent.is_ok_and(|status| status.success()), "the signal is sent");
        self.child.wait().expect("it ends").code()
    }
}

impl Drop for Watching<'_> {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[track_caller]
fn wait(is_so: impl Fn() -> bool, expected: impl Fn() -> String) {
    let began = Instant::now();
    while !is_so() {
        assert!(began.elapsed() < PATIENCE, "{}", expected());
        std::thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn what_is_written_changed_renamed_and_removed_is_found_as_it_is() {
    let sandbox = Sandbox::new();
    for name in ["alpha", "bravo", "charlie"] {
        sandbox.write(&format!("papers/{name}.json"), article(name));
    }
    let watching = Watching::start(&sandbox, &[]);
    watching.finds("*", 3);
    sandbox.write("papers/delta.json", article("delta"));
    watching.finds("delta", 1);
    sandbox.write("papers/alpha.json", article("alpaca"));
    watching.finds("alpaca", 1);
    watching.finds("alpha", 0);
    // Another name is another place in the archive.
    std::fs::rename(sandbox.path("papers/bravo.json"), sandbox.path("papers/bravissimo.json")).expect("renamed");
    watching.says("1 article added, 0 changed, 1 removed");
    watching.finds("bravo", 1);
    std::fs::remove_file(sandbox.path("papers/charlie.json")).expect("removed");
    watching.finds("charlie", 0);
    // As editors save: beside it, then in its place.
    sandbox.write("papers/.delta.tmp", article("dynamo"));
    std::fs::rename(sandbox.path("papers/.delta.tmp"), sandbox.path("papers/delta.json")).expect("renamed");
    watching.finds("dynamo", 1);
    watching.finds("*", 3);
}

#[test]
fn folders_that_come_move_and_go_take_their_files_with_them() {
    let sandbox = Sandbox::new();
    sandbox.write("papers/alpha.json", article("alpha"));
    sandbox.write("elsewhere/june/bravo.json", article("bravo"));
    sandbox.write("elsewhere/june/week/charlie.json", article("charlie"));
    let watching = Watching::start(&sandbox, &[]);
    sandbox.write("papers/may/deep/delta.json", article("delta"));
    watching.finds("delta", 1);
    std::fs::rename(sandbox.path("elsewhere/june"), sandbox.path("papers/june")).expect("moved");
    watching.finds("bravo OR charlie", 2);
    // What came with a folder is followed, too.
    sandbox.write("papers/june/week/echo.json", article("echo"));
    watching.finds("echo", 1);
    std::fs::rename(sandbox.path("papers/june"), sandbox.path("papers/july")).expect("moved");
    watching.says("3 articles added, 0 changed, 3 removed");
    watching.finds("bravo OR charlie OR echo", 3);
    std::fs::rename(sandbox.path("papers/july"), sandbox.path("elsewhere/july")).expect("moved");
    watching.finds("bravo OR charlie OR echo", 0);
    std::fs::remove_dir_all(sandbox.path("papers/may")).expect("removed");
    watching.finds("*", 1);
    sandbox.write("papers/.hidden/foxtrot.json", article("foxtrot"));
    sandbox.write("papers/golf.json", article("golf"));
    watching.finds("golf", 1);
    watching.finds("*", 2);
}

#[test]
fn many_files_at_once_are_all_found() {
    let sandbox = Sandbox::new();
    sandbox.write("papers/alpha.json", article("alpha"));
    let watching = Watching::start(&sandbox, &["--commit-every", "0.2"]);
    for i in 0..300 {
        sandbox.write(&format!("papers/{}/{i}.json", i % 7), article(&format!("story{i}")));
    }
    watching.finds("*", 301);
}

#[cfg(unix)]
#[test]
fn told_to_end_it_ends_well_and_goes_on_where_it_was() {
    let sandbox = Sandbox::new();
    sandbox.write("papers/alpha.json", article("alpha"));
    let watching = Watching::start(&sandbox, &[]);
    sandbox.write("papers/bravo.json", article("bravo"));
    watching.finds("bravo", 1);
    assert_eq!(watching.end("INT"), Some(0));
    // What happens while nobody looks is found at the next start.
    sandbox.write("papers/charlie.json", article("charlie"));
    std::fs::remove_file(sandbox.path("papers/alpha.json")).expect("removed");
    let watching = Watching::start(&sandbox, &[]);
    watching.says("1 article added, 0 changed, 1 removed, 1 unchanged");
    watching.finds("*", 2);
    assert_eq!(watching.end("TERM"), Some(0));
}

#[test]
fn other_commands_that_write_get_their_turn() {
    let sandbox = Sandbox::new();
    sandbox.write("papers/alpha.json", article("alpha"));
    sandbox.write("other/bravo.json", article("bravo"));
    let watching = Watching::start(&sandbox, &[]);
    sandbox.ok(&["index", "other", "--wait", "20"]);
    watching.finds("*", 2);
    sandbox.write("papers/charlie.json", article("charlie"));
    watching.finds("*", 3);
}

#[cfg(unix)]
#[test]
fn a_root_that_is_gone_is_waited_for_and_nothing_is_removed() {
    let sandbox = Sandbox::new();
    sandbox.write("papers/alpha.json", article("alpha"));
    sandbox.write("papers/bravo.json", article("bravo"));
    let watching = Watching::start(&sandbox, &[]);
    std::fs::rename(sandbox.path("papers"), sandbox.path("away")).expect("moved");
    watching.says("the folder is gone or not mounted");
    // As a folder that something is mounted on: there, and empty.
    std::fs::create_dir(sandbox.path("papers")).expect("made");
    std::thread::sleep(Duration::from_millis(1500));
    watching.finds("*", 2);
    std::fs::remove_dir(sandbox.path("papers")).expect("removed");
    sandbox.write("away/charlie.json", article("charlie"));
    std::fs::rename(sandbox.path("away"), sandbox.path("papers")).expect("moved");
    watching.says("the folder is back");
    watching.finds("*", 3);
    // It is followed as before.
    sandbox.write("papers/delta.json", article("delta"));
    watching.finds("*", 4);
}

#[test]
fn an_index_and_a_report_within_the_folder_are_no_news() {
    let sandbox = Sandbox::new();
    sandbox.write("papers/alpha.json", article("alpha"));
    let watching = Watching::start(&sandbox, &["--index", "papers/index", "--report", "papers/report.json", "-v"]);
    sandbox.write("papers/bravo.json", article("bravo"));
    watching.says("bravo.json: indexed as json, 1 article");
    std::thread::sleep(Duration::from_millis(1500));
    // The first run, and one batch.
    assert!(watching.said().matches(" files (").count() + watching.said().matches(" file (").count() <= 3, "{}", watching.said());
}

#[test]
fn an_index_that_is_gone_is_not_made_again() {
    let sandbox = Sandbox::new();
    sandbox.write("papers/alpha.json", article("alpha"));
    let mut watching = Watching::start(&sandbox, &[]);
    std::fs::rename(sandbox.path(".onrecord"), sandbox.path("elsewhere")).expect("moved");
    sandbox.write("papers/bravo.json", article("bravo"));
    watching.says("nothing is made in its place");
    assert_eq!(watching.child.wait().expect("it ends").code(), Some(2));
    assert!(!sandbox.path(".onrecord").exists());
}
