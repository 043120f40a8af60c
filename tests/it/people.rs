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

#[test]
fn reported_clauses_are_asked_for() {
    let sandbox = Sandbox::new();
    let text = "Mara Quillon, the minister, said that the wall was dry. She called the levy \"a wall of paper\" before the harbour vote. \"It holds,\" she said.";
    sandbox.write("papers/a.txt", format!("Wall stands\n\nBy Ann Moss\n\n{text}\n"));
    sandbox.ok(&["index", "papers", "-q"]);
    assert_eq!(count(&sandbox, &["speaker:Quillon"]), "2");
    assert_eq!(count(&sandbox, &["speaker:Quillon", "--indirect"]), "3");
    assert_eq!(count(&sandbox, &["kind:indirect"]), "1");
    assert_eq!(count(&sandbox, &["dry"]), "0");
    assert_eq!(count(&sandbox, &["\"wall was dry\"", "--indirect"]), "1");
    // Of a mixed quote the whole clause; in marks alone without the flag.
    assert_eq!(count(&sandbox, &["levy"]), "0");
    assert_eq!(count(&sandbox, &["harbour", "--indirect"]), "1");
    assert_eq!(count(&sandbox, &["speaker:Quillon", "--indirect", "--min-confidence", "0.99"]), "0");
    let article = json(&sandbox, &["search", "speaker:Quillon quote:dry", "--indirect", "--json"]);
    assert_eq!(article["total"], 1);
    assert_eq!(sandbox.run(&["search", "speaker:Quillon quote:dry", "--json"]).code, 1);
    let hit = &json(&sandbox, &["quotes", "harbour", "--indirect", "--json"])["hits"][0];
    let clause = hit["fragments"].as_array().expect("fragments").iter().find(|fragment| fragment["field"] == "clause").expect("the clause");
    assert!(clause["text"].as_str().expect("a text").contains("before the harbour vote"), "{clause}");
    let speaker = &hit["quote"]["speaker"];
    assert_eq!(speaker["mention"], "She");
    assert_eq!(speaker["chain"][0]["text"], "Mara Quillon");
    assert_eq!(hit["quote"]["rule"], "said-before");
    // Left out at indexing, they are not found.
    sandbox.ok(&["index", "papers", "-q", "--no-indirect", "--index", "small"]);
    assert_eq!(count(&sandbox, &["speaker:Quillon", "--indirect", "--index", "small"]), "2");
    let clauses = |args: &[&str]| {
        json(&sandbox, args)["quotes"].as_array().expect("quotes").iter().filter(|quote| quote["kind"] == "indirect").count()
    };
    assert_eq!(clauses(&["extract", "papers/a.txt"]), 1);
    assert_eq!(clauses(&["extract", "papers/a.txt", "--no-indirect"]), 0);
}

#[test]
fn an_annotated_sample_is_scored() {
    let sandbox = Sandbox::new();
    sandbox.write(
        "a.txt",
        "Wall stands\n\nBy Ann Moss\n\n\"It holds,\" said Mara Quillon, the minister. \"It is dry,\" she said on Monday.\n",
    );
    let gold = |second: &str| {
        serde_json::json!({"file": "a.txt", "quotes": [
            {"parts": ["It holds,"], "speaker": "Mara Quillon", "mention": "Mara Quillon", "speaker_kind": "person"},
            {"parts": ["It is dry,"], "speaker": second, "mention": "she", "speaker_kind": "person"}], "not_quotes": []})
        .to_string()
    };
    sandbox.write("gold/a.json", gold("Mara Quillon"));
    let score = json(&sandbox, &["evaluate", "gold", "--json"]);
    assert_eq!((&score["f1"], &score["speakers"]["right"], &score["classes"]["pronoun"]["right"]), (&100.0.into(), &2.into(), &1.into()));
    sandbox.write("gold/a.json", gold("Tove Quillon"));
    let text = sandbox.run(&["evaluate", "gold", "--errors", "0", "--at-least", "90"]);
    assert_eq!(text.code, 1);
    assert!(text.stdout.contains("“It is dry” is by Tove Quillon, got Mara Quillon"), "{}", text.stdout);
    sandbox.write("gold/b.json", "{\"quotes\": []}");
    let wrong = sandbox.run(&["evaluate", "gold"]);
    assert!(wrong.code == 2 && wrong.stderr.contains("b.json: no `file`"), "{}", wrong.stderr);
    assert_eq!(sandbox.run(&["evaluate", "nowhere.json"]).code, 2);
}
