//! Who is put together with whom, and what the user's file does.

use super::*;
use crate::index::Count;
use crate::query;
use crate::quote::SpeakerKind;
use std::sync::Arc;

/// A name with its kind's letter, month and desk: `p Mara Lindqvist 5 World`.
fn named(line: &str, quotes: u64) -> Named {
    let (kind, rest) = line.split_once(' ').expect("a kind");
    let mut words: Vec<&str> = rest.split(' ').collect();
    let desk = words.pop().filter(|desk| *desk != "-").map(Arc::from);
    let month = words.pop().and_then(|month| month.parse().ok());
    let kind = match kind {
        "p" => SpeakerKind::Person,
        "o" => SpeakerKind::Organisation,
        _ => SpeakerKind::Unnamed,
    };
    let count = Count { quotes, articles: 1 };
    Named { name: Some(words.join(" ").into()), kind: Some(kind), roles: Vec::new(), count, dates: None, month, desk }
}

fn roll(lines: &[(&str, u64)], apart: &[(&str, &str)]) -> Roll {
    let names = lines.iter().map(|(line, quotes)| named(line, *quotes)).collect();
    Roll { names, apart: apart.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect() }
}

fn shown(people: &People) -> Vec<String> {
    let name = |name: &Name| match &name.when {
        When::Always => name.text.clone(),
        When::In(places) => format!("{} in {}", name.text, places.len()),
        When::Between(from, to) => format!("{} {from:?}..{to:?}", name.text),
    };
    people
        .persons
        .iter()
        .map(|person| format!("{}: {}", person.name, person.names.iter().map(name).collect::<Vec<_>>().join(", ")))
        .collect()
}

#[track_caller]
fn check(lines: &[(&str, u64)], apart: &[(&str, &str)], file: &str, expected: &[&str]) {
    let file = PeopleFile::parse(file, "people.toml").expect("a file");
    let people = People::derive(&roll(lines, apart), &file);
    assert_eq!(shown(&people), expected);
    let mut turned = lines.to_vec();
    turned.reverse();
    assert_eq!(People::derive(&roll(&turned, apart), &file), people, "the order of indexing does not matter");
}

#[test]
fn spellings_of_one_name_are_one_person() {
    check(&[("p Élodie Vassard 5 -", 3), ("p Elodie Vassard 6 -", 1)], &[], "", &["Élodie Vassard: Élodie Vassard, Elodie Vassard"]);
    check(
        &[("p Ludo Brodsky 5 -", 3), ("p Ludo Brodskyy 6 -", 1), ("p Brodskiy 6 -", 1)],
        &[],
        "",
        &["Ludo Brodsky: Ludo Brodsky, Ludo Brodskyy, Brodskiy"],
    );
    check(&[("p Ann B. Moss 5 -", 3), ("p Ann Moss 6 -", 4)], &[], "", &["Ann B. Moss: Ann B. Moss, Ann Moss"]);
    // Two middle names: two people, and nobody can tell whose the bare name is.
    check(
        &[("p Ann B. Moss 5 -", 3), ("p Ann C. Moss 5 -", 3), ("p Ann Moss 6 -", 4)],
        &[],
        "",
        &["Ann B. Moss: Ann B. Moss", "Ann C. Moss: Ann C. Moss", "Ann Moss: Ann Moss"],
    );
    check(&[("p Ann Moss 5 -", 3), ("p Anna Moss 6 -", 4)], &[], "", &["Ann Moss: Ann Moss", "Anna Moss: Anna Moss"]);
}

#[test]
fn a_surname_is_whose_who_dominates_there() {
    check(&[("p Mara Lindqvist 5 World", 3), ("p Lindqvist 6 Sport", 1)], &[], "", &["Mara Lindqvist: Mara Lindqvist, Lindqvist"]);
    // Two bearers: by desk and month, else nobody's.
    check(
        &[
            ("p Mara Lindqvist 5 World", 6),
            ("p Tove Lindqvist 5 Sport", 5),
            ("p Lindqvist 6 World", 1),
            ("p Lindqvist 4 Sport", 1),
            ("p Lindqvist 4 -", 1),
        ],
        &[],
        "",
        &["Lindqvist: Lindqvist", "Mara Lindqvist: Mara Lindqvist, Lindqvist in 1", "Tove Lindqvist: Tove Lindqvist, Lindqvist in 1"],
    );
    // An institution of that name is a surname only in the very spelling.
    check(&[("p Ann Moss 5 -", 3), ("o Moss 5 -", 1), ("o MOSS 5 -", 1)], &[], "", &["Ann Moss: Ann Moss, Moss", "MOSS: MOSS"]);
}

#[test]
fn who_differs_in_one_article_is_never_one() {
    check(&[("p Ann Moss 5 -", 3), ("p Moss 5 -", 1)], &[("Ann Moss", "Moss")], "", &["Ann Moss: Ann Moss", "Moss: Moss"]);
    check(
        &[("p Ludo Brodsky 5 -", 3), ("p Ludo Brodskyy 6 -", 1)],
        &[("Ludo Brodsky", "Ludo Brodskyy")],
        "",
        &["Ludo Brodsky: Ludo Brodsky", "Ludo Brodskyy: Ludo Brodskyy"],
    );
}

#[test]
fn the_file_goes_above_all() {
    let file = r#"
        [[person]]
        name = "Mara Lindqvist"
        aliases = ["Mother Harbour"]
        roles = [{ role = "harbour minister", from = "2024-11", until = "2025-10" }]
        never = ["Lindqvist"]
    "#;
    check(
        &[("p Mara Lindqvist 24303 -", 3), ("p Lindqvist 24303 -", 1), ("o Mother Harbour 24303 -", 1), ("u harbour minister 24303 -", 1)],
        &[],
        file,
        &[
            "Lindqvist: Lindqvist",
            "Mara Lindqvist: Mara Lindqvist, Mother Harbour, harbour minister Some(24298)..Some(24309)",
            "harbour minister: harbour minister",
        ],
    );
}

#[track_caller]
fn wrong(text: &str, expected: &str) {
    let error = PeopleFile::parse(text, "people.toml").expect_err("an error").to_string();
    assert!(error.contains(expected), "{error}");
}

#[test]
fn a_file_that_cannot_be_meant_says_why() {
    wrong("[[person]]\nname = \"A B\"\nalias = [\"C\"]", "unknown field `alias`");
    wrong("[[person]]\nname = \"\"", "`` of a person without a name is no name");
    wrong("[[person]]\nname = \"A B\"\naliases = [\"C\"]\n[[person]]\nname = \"D\"\naliases = [\"c\"]", "`c` is a name of both A B and D");
    wrong("[[person]]\nname = \"A B\"\nnever = [\"a b\"]", "never to be `a b`, which is one of their names");
    wrong("[[person]]\nname = \"A B\"\nroles = [{ role = \"x\", from = \"soon\" }]", "from = \"soon\" of A B: write a date");
    wrong("[[person]]\nname = \"A\"\nroles = [{ role = \"x\", from = \"2025\", until = \"2024\" }]", "ends before it begins");
}

#[track_caller]
fn expands(text: &str, expected: &[&str]) {
    let roll = roll(&[("p Mara Lindqvist 5 World", 3), ("p Lindqvist 6 World", 1), ("p Bruno Brook 5 -", 1), ("p Brooke 5 -", 1)], &[]);
    let people = People::derive(&roll, &PeopleFile::default());
    let mut found = Vec::new();
    fn collect(query: &Query, found: &mut Vec<String>) {
        match query {
            Query::SaidAs(names) => found.extend(names.iter().map(|said| said.name.clone())),
            Query::And(all) | Query::Or(all) => all.iter().for_each(|query| collect(query, found)),
            Query::Not(inner) | Query::Group(inner) | Query::Field(_, inner) => collect(inner, found),
            _ => {}
        }
    }
    collect(&people.expand(&query::parse(text).expect(text)), &mut found);
    assert_eq!(found, expected, "{text}");
}

#[test]
fn a_clause_on_a_speaker_finds_their_other_names() {
    expands("speaker:\"Mara Lindqvist\"", &["Lindqvist"]);
    expands("speaker:(mara lindqvist)", &["Lindqvist"]);
    expands("speaker:lindqvist", &[]);
    expands("speaker:\"Minister Lindqvist\"", &["Mara Lindqvist", "Lindqvist"]);
    expands("-speaker:\"Mara Lindqvist\" levy", &["Lindqvist"]);
    expands("speaker:brook quote:levy", &[]);
    expands("quote:\"Mara Lindqvist\"", &[]);
    expands("speaker:lindq*", &[]);
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig { cases: crate::cases(300), failure_persistence: None, ..Default::default() })]

    /// Whatever the names and the file: nothing panics, nobody is lost, and the order of indexing does not matter.
    #[test]
    fn any_names(names in proptest::collection::vec("[pou] (Ann|Bo|É|X\\.)?( [A-CЖ]\\.)?( Moss| Mosse| Brodskiy| Brodsky| 54) [1-9] (World|-)", 0..12), text in "\\PC{0,60}") {
        let lines: Vec<(&str, u64)> = names.iter().enumerate().map(|(i, name)| (name.as_str(), i as u64 % 4 + 1)).collect();
        let file = PeopleFile::default();
        let people = People::derive(&roll(&lines, &[]), &file);
        let mut turned = lines.clone();
        turned.reverse();
        proptest::prop_assert_eq!(&People::derive(&roll(&turned, &[]), &file), &people);
        for (line, _) in &lines {
            let entry = named(line, 1);
            let name = entry.name.unwrap_or_default();
            if name.chars().any(char::is_alphanumeric) {
                proptest::prop_assert!(people.who(&name, At { month: entry.month, desk: entry.desk.as_deref() }).is_some(), "{} in {:?}", name, shown(&people));
            }
        }
        let _ = PeopleFile::parse(&text, "people.toml");
        let _ = PeopleFile::parse(&format!("[[person]]\nname = {text:?}\naliases = [{text:?}]"), "people.toml");
        let _ = people.expand(&Query::Field(Field::Speaker, Box::new(Query::Phrase(text))));
    }
}
