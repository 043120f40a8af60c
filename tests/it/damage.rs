//! Damaged files, full disks, folders that vanish or may not be written to: said, and nothing is lost.

use crate::keeping::{checked, copy, has_committed, papers};
use crate::sandbox::{Output, Sandbox};
use std::io::Write;
use std::path::PathBuf;
use std::process::Stdio;

#[test]
fn every_kind_of_damage_is_found_and_none_makes_a_command_panic_or_hang() {
    let sandbox = Sandbox::new();
    papers(&sandbox, 120, "spring");
    sandbox.ok(&["index", "papers", "--index", "whole", "-q"]);
    // One removed article makes a file of deletes; who is who is derived.
    papers(&sandbox, 119, "spring");
    sandbox.ok(&["index", "papers", "--index", "whole", "-q"]);
    sandbox.ok(&["quotes", "speaker:\"Anna Arden\"", "--index", "whole", "-n", "1"]);
    checked(&sandbox, "whole", 0);
    let whole = sandbox.path("whole");
    let mut kinds = Vec::new();
    for entry in std::fs::read_dir(&whole).expect("the folder").flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let bytes = std::fs::read(entry.path()).expect("a file");
        if bytes.is_empty() {
            continue;
        }
        kinds.push(name.rsplit('.').next().unwrap_or_default().to_owned());
        let last = bytes.len() - 1;
        let flips = [0, 1, last / 3, last / 2, last.saturating_sub(100), last.saturating_sub(40), last - 1, last];
        let flipped = flips.iter().map(|&at| {
            let mut damaged = bytes.clone();
            damaged[at] ^= 1 << (at % 8);
            (format!("a bit of byte {at}"), damaged)
        });
        let cuts = [0, 1, bytes.len() / 2, last].map(|len| (format!("only {len} bytes"), bytes[..len].to_vec()));
        for (what, damaged) in flipped.chain(cuts) {
            // The line end of a text is not missed.
            if name.ends_with(".json") && damaged.trim_ascii() == bytes.trim_ascii() {
                continue;
            }
            let _ = std::fs::remove_dir_all(sandbox.path("damaged"));
            copy(&whole, &sandbox.path("damaged"));
            std::fs::write(sandbox.path("damaged").join(&name), damaged).expect("written");
            let found = sandbox.run(&["check", "--index", "damaged"]);
            assert_eq!(found.code, 2, "{name}, {what}: {found:?}");
            never_panics(&found, &name, &what);
            let commands: [&[&str]; 5] = [
                &["search", "harbour OR report", "--limit", "0", "--facets", "day"],
                &["quotes", "speaker:\"Anna Arden\" saw", "--limit", "0"],
                &["show", "7"],
                &["stats"],
                &["speakers"],
            ];
            for args in commands {
                let output = sandbox.run(&[args, &["--index", "damaged"]].concat());
                assert!((0..=2).contains(&output.code), "{name}, {what}: {args:?}: {output:?}");
                never_panics(&output, &name, &what);
            }
        }
        let _ = std::fs::remove_dir_all(sandbox.path("damaged"));
        copy(&whole, &sandbox.path("damaged"));
        std::fs::remove_file(sandbox.path("damaged").join(&name)).expect("removed");
        let found = sandbox.run(&["check", "--index", "damaged"]);
        let is_spare = name.ends_with(".derived") || name == ".managed.json";
        assert_eq!(found.code, if is_spare { 0 } else { 2 }, "{name} is gone: {found:?}");
    }
    kinds.sort();
    kinds.dedup();
    for kind in ["del", "derived", "fast", "fieldnorm", "idx", "json", "pos", "store", "term"] {
        assert!(kinds.iter().any(|found| found == kind), "{kind}: {kinds:?}");
    }
}

#[track_caller]
fn never_panics(output: &Output, name: &str, what: &str) {
    assert!(!output.stderr.contains("panicked") && !output.stderr.contains("RUST_BACKTRACE"), "{name}, {what}: {output:?}");
}

/// Under a bound on the size of files, which is met as a full disk is.
#[cfg(unix)]
#[test]
fn a_full_disk_is_said_and_the_index_stands_as_it_was() {
    let sandbox = Sandbox::new();
    papers(&sandbox, 200, "spring");
    sandbox.ok(&["index", "papers"]);
    let before = sandbox.dump(".onrecord");
    papers(&sandbox, 3000, "summer");
    let program = env!("CARGO_BIN_EXE_onrecord");
    let bounded = |args: &str| {
        let script = format!("trap '' XFSZ; ulimit -f 40; exec {program} {args}");
        let output = sandbox.shell(&script);
        assert_eq!(output.code, 2, "{args}: {output:?}");
        never_panics(&output, args, "full");
        assert!(output.stderr.contains("disk full") || output.stderr.contains("too large"), "{args}: {}", output.stderr);
    };
    bounded("index papers");
    assert_eq!(sandbox.dump(".onrecord"), before);
    checked(&sandbox, ".onrecord", 0);
    bounded("index papers --rebuild");
    bounded("index papers --index fresh");
    assert_eq!(sandbox.dump(".onrecord"), before);
    sandbox.ok(&["index", "papers"]);
    sandbox.ok(&["index", "papers", "--index", "fresh"]);
    assert_eq!(sandbox.dump("fresh"), sandbox.dump(".onrecord"));
    let before = sandbox.dump(".onrecord");
    papers(&sandbox, 2900, "summer");
    sandbox.ok(&["index", "papers"]);
    bounded("optimize");
    checked(&sandbox, ".onrecord", 0);
    sandbox.ok(&["optimize"]);
    assert_ne!(sandbox.dump(".onrecord"), before);
    for index in [".onrecord", "fresh"] {
        checked(&sandbox, index, 0);
    }
}

#[cfg(unix)]
#[test]
fn an_index_that_vanishes_is_said() {
    let sandbox = Sandbox::new();
    papers(&sandbox, 40_000, "spring");
    let writer = sandbox.command(&["index", "papers", "--commit-every", "0.05"]).stderr(Stdio::piped()).spawn().expect("it runs");
    assert!(has_committed(&sandbox), "it begins to write");
    std::fs::rename(sandbox.path(".onrecord"), sandbox.path("elsewhere")).expect("moved away");
    let output = writer.wait_with_output().expect("it ends");
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{stderr}");
    assert!(stderr.contains("vanished") && !stderr.contains("panicked"), "{stderr}");
    assert!(!sandbox.path(".onrecord").exists(), "nothing is made in its place");
}

/// As somebody who may not write: needs root to become nobody, or not to be root.
#[cfg(unix)]
#[test]
fn where_nothing_can_be_written_searching_works_and_writing_says_so() {
    use std::os::unix::fs::PermissionsExt;
    let sandbox = Sandbox::new();
    papers(&sandbox, 50, "spring");
    sandbox.ok(&["index", "papers"]);
    let program: PathBuf = sandbox.path("onrecord");
    std::fs::copy(env!("CARGO_BIN_EXE_onrecord"), &program).expect("copied");
    let set = |name: &str, mode: u32| std::fs::set_permissions(sandbox.path(name), std::fs::Permissions::from_mode(mode)).expect("set");
    set(".", 0o755);
    set(".onrecord", 0o555);
    for entry in std::fs::read_dir(sandbox.path(".onrecord")).expect("the folder").flatten() {
        std::fs::set_permissions(entry.path(), std::fs::Permissions::from_mode(0o444)).expect("set");
    }
    let is_root = sandbox.shell("id -u").stdout.trim() == "0";
    let become_nobody = if is_root { "setpriv --reuid=65534 --regid=65534 --clear-groups " } else { "" };
    if sandbox.shell(&format!("{become_nobody}./onrecord formats")).code != 0 {
        let _ = writeln!(std::io::stderr(), "SKIPPED: nobody else can be become here");
        return;
    }
    let run = |args: &str| {
        let output = sandbox.shell(&format!("{become_nobody}./onrecord {args}"));
        never_panics(&output, args, "read-only");
        output
    };
    for args in ["search harbour", "quotes speaker:arden", "speakers", "stats", "check"] {
        assert_eq!(run(args).code, 0, "{args}: {:?}", run(args));
    }
    for args in ["index papers", "optimize", "index papers --rebuild", "snapshot copy"] {
        let output = run(args);
        assert_eq!(output.code, 2, "{args}: {output:?}");
        assert!(output.stderr.to_lowercase().contains("permission"), "{args}: {}", output.stderr);
    }
    set(".onrecord", 0o755);
}

#[test]
fn what_is_damaged_is_not_merged_into_something_whole() {
    let sandbox = Sandbox::new();
    for i in 0..12 {
        sandbox.write(
            &format!("papers/{i}.txt"),
            format!("Report {i}\n\nThe harbour of {i} is closed.\n\n\"We saw {i},\" said Anna Arden.\n"),
        );
    }
    sandbox.ok(&["index", "papers"]);
    for i in 0..6 {
        std::fs::remove_file(sandbox.path(&format!("papers/{i}.txt"))).expect("removed");
    }
    let files = std::fs::read_dir(sandbox.path(".onrecord")).expect("the folder").flatten();
    let file = files.map(|file| file.path()).find(|path| path.extension().is_some_and(|kind| kind == "fieldnorm")).expect("a file");
    let mut bytes = std::fs::read(&file).expect("its bytes");
    let middle = bytes.len() / 3;
    bytes[middle] ^= 0x40;
    std::fs::write(&file, bytes).expect("written");
    for args in [&["optimize"][..], &["remove", "--purge"], &["index", "papers", "--prune"]] {
        let said = sandbox.run(args);
        // A run does not merge what is damaged; it need not fail.
        assert!(args[0] == "index" || said.code == 2 && said.stderr.contains("onrecord check"), "{args:?}: {said:?}");
        assert_eq!(sandbox.run(&["check"]).code, 2, "after {args:?}");
    }
}
