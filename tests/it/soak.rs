//! Killed hundreds of times, at random instants of everything that writes. Takes minutes, and is run by its name:
//!
//! ```sh
//! ONRECORD_KILLS=300 cargo test --test it soak -- --ignored --nocapture
//! ```
//!
//! `ONRECORD_SEED` repeats the choices of a run; instants differ, as machines do.

use crate::sandbox::Sandbox;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::time::{Duration, Instant};

/// xorshift: the choices of a run, repeated by its seed.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % end
    }
}

/// The archive as it stands in the folder: the version of each article, of a container (below 1000) or in a file of its own.
type Archive = BTreeMap<u64, u64>;

fn line(id: u64, version: u64) -> String {
    let text = format!(
        "Report {id} of version{version}, with some words on the harbour.\\n\\\"We saw {id} in version{version},\\\" said Anna Arden.\\nShe said that the wall would hold."
    );
    format!("{{\"id\": \"{id}\", \"headline\": \"Report {id}\", \"text\": \"{text}\"}}\n")
}

fn write(sandbox: &Sandbox, archive: &Archive) {
    let of_container = archive.iter().filter(|(id, _)| **id < 1000);
    sandbox.write("papers/all.jsonl", of_container.map(|(id, version)| line(*id, *version)).collect::<String>());
    for id in 1000..1040 {
        let name = format!("papers/single/{id}.json");
        match archive.get(&id) {
            Some(version) => drop(sandbox.write(&name, line(id, *version))),
            None => drop(std::fs::remove_file(sandbox.path(&name))),
        }
    }
}

/// Adds, changes and removes some articles.
fn change(archive: &mut Archive, dice: &mut Dice) {
    for _ in 0..1 + dice.below(60) {
        let id = if dice.below(5) == 0 { 1000 + dice.below(40) } else { dice.below(700) };
        if dice.below(4) == 0 {
            archive.remove(&id)
        } else {
            archive.insert(id, dice.below(1 << 20))
        };
    }
    // A container never vanishes whole, nor does the folder of single files.
    archive.entry(0).or_insert(0);
    archive.entry(1000).or_insert(0);
}

/// The articles of an index, each of which must be there once.
#[track_caller]
fn held(sandbox: &Sandbox, index: &str) -> Archive {
    let output = sandbox.run(&["search", "*", "--limit", "0", "--jsonl", "--index", index]);
    assert_eq!(output.code, 0, "{output:?}");
    let mut held = Archive::new();
    for line in output.stdout.lines() {
        let hit: Value = serde_json::from_str(line).expect("JSON");
        if hit["type"] == "summary" {
            assert_eq!(hit["total"].as_u64(), Some(held.len() as u64), "each article once");
            continue;
        }
        let text = hit["fragments"].to_string();
        let version = text.split("version").nth(1).map(|rest| rest.chars().take_while(char::is_ascii_digit).collect::<String>());
        let id = hit["id"].as_str().and_then(|id| id.parse().ok()).expect("an id");
        let twice = held.insert(id, version.and_then(|version| version.parse().ok()).expect("a version"));
        assert!(twice.is_none(), "{id} is there twice");
    }
    held
}

#[test]
#[ignore = "takes minutes: ONRECORD_KILLS=300 cargo test --test it soak -- --ignored --nocapture"]
fn killed_hundreds_of_times_nothing_is_lost() {
    let number = |name: &str, usual: u64| std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(usual);
    let kills = number("ONRECORD_KILLS", 300);
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).map_or(1, |since| since.as_nanos() as u64 | 1);
    let seed = number("ONRECORD_SEED", now);
    let say = |text: String| drop(writeln!(std::io::stdout(), "{text}"));
    say(format!("ONRECORD_SEED={seed} ONRECORD_KILLS={kills}"));
    let mut dice = Dice(seed | 1);
    let sandbox = Sandbox::new();
    let mut archive: Archive = (0..400).chain(1000..1030).map(|id| (id, 0)).collect();
    write(&sandbox, &archive);
    sandbox.ok(&["index", "papers", "--index", "ix", "-q"]);
    // Each version that an article may have: since the last run that ended by itself.
    let mut may_be: BTreeMap<u64, BTreeSet<Option<u64>>> = archive.iter().map(|(id, version)| (*id, [Some(*version)].into())).collect();
    let (mut killed, mut ended, mut by_kind) = (0, 0, BTreeMap::<&str, u64>::new());
    let mut lengths: BTreeMap<&str, u64> = BTreeMap::new();
    while killed < kills {
        let kind = ["update", "many commits", "many commits", "optimize", "rebuild", "snapshot", "first"][dice.below(7) as usize];
        let args: &[&str] = match kind {
            "update" => &["index", "papers", "--index", "ix", "--prune", "-q"],
            "many commits" => &["index", "papers", "--index", "ix", "--prune", "-q", "--commit-every", "0.002"],
            "optimize" => &["optimize", "--index", "ix", "-q"],
            "rebuild" => &["index", "papers", "--index", "ix", "--rebuild", "-q"],
            "snapshot" => &["snapshot", "snap", "--index", "ix", "-q"],
            _ => &["index", "papers", "--index", "young", "-q", "--prune", "--commit-every", "0.002"],
        };
        let writes = matches!(kind, "update" | "many commits" | "rebuild");
        if writes {
            change(&mut archive, &mut dice);
            write(&sandbox, &archive);
            for id in 0..1040 {
                let now = archive.get(&id).copied();
                may_be.entry(id).or_insert_with(|| [None].into()).insert(now);
            }
        }
        // Somewhere in the time that it took last, or a little later.
        let usual = *lengths.get(kind).unwrap_or(&60_000);
        let instant = Duration::from_micros(dice.below(usual + usual / 8 + 1_000));
        let began = Instant::now();
        let mut child =
            sandbox.command(args).stderr(std::fs::File::create(sandbox.path("said")).expect("a file")).spawn().expect("it runs");
        let mut has_ended = false;
        while began.elapsed() < instant && !has_ended {
            std::thread::sleep(Duration::from_micros(500));
            has_ended = child.try_wait().expect("its state").is_some();
        }
        child.kill().expect("killed");
        let status = child.wait().expect("it ends");
        let told = format!("{kind}, killed after {instant:?} (kill {killed})");
        if status.code().is_some() {
            let said = std::fs::read_to_string(sandbox.path("said")).unwrap_or_default();
            assert!(status.success(), "{told}: {status:?}: {said}");
            ended += 1;
            lengths.insert(kind, began.elapsed().as_micros() as u64);
            if writes {
                may_be = archive.iter().map(|(id, version)| (*id, [Some(*version)].into())).collect();
            }
        } else {
            killed += 1;
            *by_kind.entry(kind).or_default() += 1;
            lengths.entry(kind).and_modify(|length| *length = *length * 21 / 20);
        }
        let held = held(&sandbox, "ix");
        for (id, versions) in &may_be {
            let version = held.get(id).copied();
            assert!(versions.contains(&version), "{told}: {id} is {version:?}, not of {versions:?}");
        }
        assert!(held.keys().all(|id| may_be.contains_key(id)), "{told}");
        let checked = sandbox.run(&["check", "--index", "ix"]);
        assert_eq!(checked.code, 0, "{told}: {checked:?}");
        for other in ["snap", "young"] {
            // Half a snapshot has another name; an index that has just begun is none, or has what was committed.
            if sandbox.path(other).join("onrecord.json").exists() {
                let checked = sandbox.run(&["check", "--index", other]);
                assert_eq!(checked.code, 0, "{told}: {other}: {checked:?}");
            }
        }
        let _ = std::fs::remove_dir_all(sandbox.path("snap"));
        if dice.below(3) == 0 {
            let _ = std::fs::remove_dir_all(sandbox.path("young"));
        }
    }
    say(format!("{killed} kills {by_kind:?}, {ended} runs ended by themselves"));
    sandbox.ok(&["index", "papers", "--index", "ix", "--prune"]);
    sandbox.ok(&["index", "papers", "--index", "young", "--prune"]);
    sandbox.ok(&["index", "papers", "--index", "fresh"]);
    assert_eq!(held(&sandbox, "ix"), archive);
    let fresh = sandbox.dump("fresh");
    for index in ["ix", "young"] {
        assert_eq!(sandbox.dump(index), fresh, "{index}");
        sandbox.ok(&["optimize", "--index", index, "-q"]);
        assert!(!sandbox.path(&format!("{index}.new")).exists() && !sandbox.path(&format!("{index}.old")).exists());
    }
    sandbox.ok(&["optimize", "--index", "fresh", "-q"]);
    for (mode, query) in [("articles", "harbour report"), ("articles", "wall OR 17"), ("quotes", "saw"), ("quotes", "speaker:arden 3")] {
        let of = |index: &str| {
            let answer = sandbox.search(mode, query, &["--limit", "0", "--index", index]);
            let hits = answer["hits"].as_array().expect("hits").iter();
            (answer["total"].clone(), hits.map(|hit| (hit["id"].to_string(), hit["score"].to_string())).collect::<Vec<_>>())
        };
        assert_eq!(of("ix"), of("fresh"), "{query}");
        assert_eq!(of("young"), of("fresh"), "{query}");
    }
    let files = std::fs::read_dir(sandbox.path("ix")).expect("the folder").count();
    assert!(files < 16, "what kills have left is cleared away: {files} files");
}
