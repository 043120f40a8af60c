//! One person under many names: across the archive, and by what the user knows better.

use crate::sandbox::Sandbox;
use serde_json::Value;

/// Two papers on one minister, one of them by her surname alone, and a singer of that surname on another desk.
fn desk() -> Sandbox {
    let sandbox = Sandbox::new();
    let article = |id: &str, desk: &str, date: &str, text: &str| {
        let line = serde_json::json!({"id": id, "headline": format!("Story {id}"), "desk": desk, "date": date, "text": text});
        format!("{line}\n")
    };
    let lines = [
        article("1", "World", "2025-03-01", "\"The wall stands,\" said Mara Quillon, the minister."),
        article("2", "World", "2025-03-09", "\"The wall is dry,\" Mr Bode and Quillon heard. \"The wall holds,\" Quillon said."),
        article("3", "Culture", "2025-03-02", "\"I sing low,\" said Tove Quillon, the singer."),
        article("4", "Culture", "2025-03-05", "\"I sing lower,\" Quillon said."),
        article("5", "World", "2025-03-11", "\"The wall drips,\" the harbour minister said. \"We mend it.\""),
    ];
    sandbox.write("papers/all.jsonl", lines.concat());
    sandbox.run(&["index", "papers", "-q"]);
    sandbox
}

fn json(sandbox: &Sandbox, args: &[&str]) -> Value {
    serde_json::from_str(&sandbox.ok(args).stdout).expect("JSON")
}

fn count(sandbox: &Sandbox, args: &[&str]) -> String {
    let mut all = vec!["quotes", "-c"];
    all.extend(args);
    sandbox.run(&all).stdout.trim().to_owned()
}

#[test]
fn a_full_name_finds_the_surname_alone_on_its_desk() {
    let sandbox = desk();
    let found = json(&sandbox, &["quotes", "speaker:\"Mara Quillon\"", "--json"]);
    let texts: Vec<&str> =
        found["hits"].as_array().expect("hits").iter().map(|hit| hit["quote"]["text"].as_str().expect("a text")).collect();
    assert!(texts.contains(&"The wall stands,") && texts.contains(&"The wall holds,"), "{texts:?}");
    assert!(!texts.iter().any(|text| text.contains("sing")), "{texts:?}");
    let lone = found["hits"].as_array().expect("hits").iter().find(|hit| hit["quote"]["text"] == "The wall holds,").expect("the surname's");
    assert_eq!(lone["quote"]["person"]["name"], "Mara Quillon");
    assert_eq!(lone["quote"]["person"]["why"], "surname");
    assert!(lone["quote"]["person"]["confidence"].as_f64() < lone["quote"]["confidence"].as_f64());
    assert_eq!(count(&sandbox, &["speaker:\"Tove Quillon\""]), "2");
    assert_eq!(count(&sandbox, &["speaker:\"Tove Quillon\" sing"]), "2");
    // Binding goes on: a surname's quote is a hit for her words alone.
    assert_eq!(count(&sandbox, &["speaker:\"Mara Quillon\" quote:holds"]), "1");
}

#[test]
fn the_users_file_overrides_without_reading_the_archive_again() {
    let sandbox = desk();
    assert_eq!(count(&sandbox, &["speaker:\"Mara Quillon\" drips"]), "0");
    let file =
        "[[person]]\nname = \"Mara Quillon\"\nroles = [{ role = \"harbour minister\", from = \"2025-01\" }]\nnever = [\"Quillon\"]\n";
    sandbox.write("people.toml", file);
    assert_eq!(count(&sandbox, &["speaker:\"Mara Quillon\" drips", "--people", "people.toml"]), "1");
    assert_eq!(count(&sandbox, &["speaker:\"Mara Quillon\" holds", "--people", "people.toml"]), "0");
    // Where the index stands it is found by itself.
    sandbox.write(".onrecord/people.toml", file);
    assert_eq!(count(&sandbox, &["speaker:\"Mara Quillon\" drips"]), "1");
    sandbox.write("people.toml", "[[person]]\nname = \"Mara Quillon\"\nnick = \"M\"\n");
    let wrong = sandbox.run(&["quotes", "speaker:Quillon", "--people", "people.toml"]);
    assert_eq!(wrong.code, 2);
    assert!(wrong.stderr.contains("people.toml") && wrong.stderr.contains("nick"), "{}", wrong.stderr);
    let missing = sandbox.run(&["speakers", "--people", "nowhere.toml"]);
    assert_eq!(missing.code, 2);
    assert!(missing.stderr.contains("nowhere.toml"), "{}", missing.stderr);
}

#[test]
fn speakers_are_put_together_and_say_why() {
    let sandbox = desk();
    let all = json(&sandbox, &["speakers", "--json", "-n", "0"]);
    let mara = all["speakers"].as_array().expect("speakers").iter().find(|row| row["name"] == "Mara Quillon").expect("Mara");
    let names: Vec<(&str, &str)> = mara["names"]
        .as_array()
        .expect("names")
        .iter()
        .map(|name| (name["name"].as_str().unwrap(), name["why"].as_str().unwrap()))
        .collect();
    assert!(names.contains(&("Quillon", "surname")) && names.contains(&("Mara Quillon", "name")), "{names:?}");
}
