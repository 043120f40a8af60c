//! Killed at any moment, an index opens, holds what was committed, and the next run finishes the job.

use crate::sandbox::Sandbox;
use std::process::Stdio;
use std::time::Duration;

fn articles(sandbox: &Sandbox, version: &str) {
    let line = |i: usize| {
        let text = format!(
            "Report {i} of {version}, with some words on the harbour.\\n\\\"We saw {i} in {version},\\\" said Anna Arden.\\nShe left."
        );
        format!("{{\"id\": \"{i}\", \"headline\": \"Report {i}\", \"text\": \"{text}\"}}\n")
    };
    sandbox.write("papers/all.jsonl", (0..4000).map(line).collect::<String>());
    for i in 0..60 {
        sandbox.write(&format!("papers/single/{i}.json"), line(i + 10_000));
    }
}

#[test]
fn killed_at_random_moments_the_index_ends_as_if_undisturbed() {
    let sandbox = Sandbox::new();
    articles(&sandbox, "spring");
    sandbox.ok(&["index", "papers", "--index", "disturbed"]);
    articles(&sandbox, "autumn");
    for i in 0..10 {
        std::fs::remove_file(sandbox.path(&format!("papers/single/{i}.json"))).expect("removed");
    }
    // A spread of moments from the first millisecond to about the length of a run.
    let mut killed = 0;
    for moment in [3, 11, 23, 37, 52, 71, 96, 130, 170, 230] {
        let mut child = sandbox
            .command(&["index", "papers", "--index", "disturbed", "--commit-every", "0.02", "-q"])
            .stderr(Stdio::null())
            .spawn()
            .expect("the program runs");
        std::thread::sleep(Duration::from_millis(moment));
        killed += usize::from(child.try_wait().expect("its state").is_none());
        child.kill().expect("killed");
        child.wait().expect("it ends");
        // Whatever stood there is whole: every article once, with its quote.
        let found = sandbox.run(&["search", "*", "--index", "disturbed", "--json", "--limit", "1"]);
        assert_eq!(found.code, 0, "{found:?}");
        let total = serde_json::from_str::<serde_json::Value>(&found.stdout).expect("JSON")["total"].as_u64().expect("a total");
        assert!((4050..=4060).contains(&total), "{total} articles after {moment} ms");
    }
    assert!(killed >= 3, "only {killed} runs were killed before their end: make the archive larger");
    sandbox.ok(&["index", "papers", "--index", "disturbed"]);
    sandbox.ok(&["index", "papers", "--index", "undisturbed"]);
    let (disturbed, undisturbed) = (sandbox.dump("disturbed"), sandbox.dump("undisturbed"));
    assert_eq!(disturbed.len(), undisturbed.len());
    if let Some((a, b)) = disturbed.iter().zip(&undisturbed).find(|(a, b)| a != b) {
        panic!("after kills: {a}\nundisturbed: {b}");
    }
}

#[test]
#[cfg(unix)]
fn interrupted_it_commits_what_is_done_and_says_so() {
    let sandbox = Sandbox::new();
    let line = |i: usize| format!("{{\"id\": \"{i}\", \"text\": \"Report {i}. \\\"We saw {i},\\\" said Anna Arden, who left.\"}}\n");
    sandbox.write("papers/all.jsonl", (0..60_000).map(line).collect::<String>());
    let args = ["index", "papers", "--threads", "1", "--commit-every", "0.1"];
    let child = sandbox.command(&args).stderr(Stdio::piped()).spawn().expect("the program runs");
    assert!(crate::keeping::has_committed(&sandbox), "it begins to write");
    let signal = std::process::Command::new("sh").args(["-c", &format!("kill -INT {}", child.id())]).status();
    assert!(signal.is_ok_and(|status| status.success()), "the signal is sent");
    let output = child.wait_with_output().expect("it ends");
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(130), "{stderr}");
    assert!(stderr.contains("run the same command again"), "{stderr}");
    sandbox.ok(&["index", "papers", "--report", "report.json"]);
    let report: serde_json::Value = serde_json::from_slice(&std::fs::read(sandbox.path("report.json")).expect("the report")).expect("JSON");
    let (added, unchanged) = (report["added"].as_u64().expect("a count"), report["unchanged"].as_u64().expect("a count"));
    assert_eq!(added + unchanged, 60_000, "{report}");
    assert!(unchanged > 0 && added > 0, "the second run goes on where the first was stopped: {report}");
}
