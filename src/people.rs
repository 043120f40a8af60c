//! Who is who in an archive: the names under which people speak, put together to people.
//!
//! Here is what an index says of the names that speak in it ([`Roll`]), give me [`People`]; here is a query, give me one that finds a
//! person under all of their names. A table of people is derived: it stands in no record, is made anew when the index has changed, and does
//! not depend on the order in which articles were indexed. What a user's `people.toml` says ([`PeopleFile`]) goes above all that is derived.
//!
//! Put together are: spellings that differ in case, accents, a middle initial or the manner of transliteration; and a surname alone, month
//! by month and desk by desk, with the full name that dominates there. Two names that one article uses for different people are never put
//! together, nor are two people of one name ever told apart.

mod file;
mod merge;
mod spelling;

pub use file::PeopleFile;

use crate::analyze::fold;
use crate::error::Result;
use crate::index::{Index, Named};
use crate::query::{Field, Query, SaidAs, When};
use crate::quote;
use crate::record;
use crate::text::word::words as words_of;
use serde::{Deserialize, Serialize};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// What an index says of the names that speak in it.
#[derive(Debug, Clone, Default)]
pub struct Roll {
    /// Names, those that several people may bear by month and desk.
    pub names: Vec<Named>,
    /// Pairs of names that one article uses for different people; only of names that could be one person's.
    pub apart: Vec<(String, String)>,
}

/// Why a name belongs to a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Reason {
    /// It is the fullest of their names.
    Name,
    /// Another spelling of it.
    Spelling,
    /// Their surname alone, where no other bearer speaks as often.
    Surname,
    /// The user's file says so.
    Alias,
    /// A role that they hold, by the user's file.
    Role,
}

/// A name of a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Name {
    /// As it stands in the records.
    pub text: String,
    /// Why it is theirs.
    pub reason: Reason,
    /// Where it is theirs.
    pub when: When,
}

/// Somebody who speaks in the archive.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// The fullest name.
    pub name: String,
    /// All names, the fullest first.
    pub names: Vec<Name>,
}

/// Who is who.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct People {
    persons: Vec<Person>,
    /// Persons who may be meant by a name.
    by_name: HashMap<String, Vec<usize>>,
}

/// Where a name stands: month (years times twelve and months from 0) and desk of its article, and the first second of its date.
#[derive(Debug, Clone, Copy, Default)]
pub struct At<'a> {
    /// The month.
    pub month: Option<i32>,
    /// The desk.
    pub desk: Option<&'a str>,
}

/// Must change whenever the same names would be put together otherwise.
const VERSION: u32 = 2;

/// Under this name an index keeps the table.
const DERIVED: &str = "people";

impl People {
    /// Puts names together to people.
    pub fn derive(roll: &Roll, file: &PeopleFile) -> Self {
        let persons = merge::persons(roll, file);
        let mut by_name: HashMap<String, Vec<usize>> = HashMap::new();
        for (number, person) in persons.iter().enumerate() {
            for name in &person.names {
                let of = by_name.entry(name.text.clone()).or_default();
                if of.last() != Some(&number) {
                    of.push(number);
                }
            }
        }
        Self { persons, by_name }
    }

    /// The people of an index: as it keeps them, if nothing has changed since, else made anew and kept. With a user's file they are made
    /// anew each time.
    ///
    /// # Errors
    /// The index fails.
    pub fn of(index: &dyn Index, file: &PeopleFile) -> Result<Self> {
        let version = [VERSION.to_le_bytes(), record::VERSION.to_le_bytes()].concat();
        if file.is_empty()
            && let Some(kept) = index.derived(DERIVED)
            && let Some(kept) = kept.strip_prefix(version.as_slice())
            && let Ok(people) = postcard::from_bytes(kept)
        {
            return Ok(people);
        }
        let all = Query::All.and(Query::any_kind());
        // Place by place only where that decides: of a large archive there are millions of places.
        let mut names = index.names(&all, &Arc::default())?;
        let shared = merge::shared(&names, file);
        if !shared.is_empty() {
            names = index.names(&all, &Arc::new(shared))?;
        }
        let apart = index.apart(&spelling::sound, &spelling::differ)?;
        let people = Self::derive(&Roll { names, apart }, file);
        if file.is_empty() {
            let mut bytes = version;
            bytes.extend(postcard::to_allocvec(&people).unwrap_or_default());
            index.keep_derived(DERIVED, &bytes);
        }
        Ok(people)
    }

    /// Names that mean different people in different places.
    pub(crate) fn by_place(&self) -> HashSet<String> {
        let names = self.persons.iter().flat_map(|person| &person.names);
        names.filter(|name| name.when != When::Always).map(|name| name.text.clone()).collect()
    }

    /// Whom a name means where it stands.
    pub fn who(&self, name: &str, at: At<'_>) -> Option<&Person> {
        let of = self.by_name.get(name)?.iter().map(|&number| &self.persons[number]);
        let mut fits = of.filter(|person| person.names.iter().any(|known| known.text == name && known.when.holds(at.month, at.desk)));
        fits.next()
    }

    /// The names of somebody, by the fullest of them, each with where it is theirs; the name alone where nobody is known by it.
    pub fn said_as(&self, name: &str) -> Vec<SaidAs> {
        let of = |known: &Name| SaidAs { name: known.text.clone(), person: name.to_owned(), when: known.when.clone() };
        match self.persons.iter().find(|person| person.name == name) {
            Some(person) => person.names.iter().map(of).collect(),
            None => vec![SaidAs { name: name.to_owned(), person: name.to_owned(), when: When::Always }],
        }
    }

    /// A query that finds people under all of their names: each clause on a speaker also finds the other names of whom it means.
    #[must_use]
    pub fn expand(&self, query: &Query) -> Query {
        let widened = |value: &Query| match self.also(value) {
            names if names.is_empty() => value.clone(),
            names => Query::Or(vec![value.clone(), Query::SaidAs(names)]),
        };
        match query {
            Query::Field(field @ (Field::Speaker | Field::About | Field::Mention), value) => Query::Field(*field, Box::new(widened(value))),
            Query::Said(speaker, inner) => Query::Said(Box::new(widened(speaker)), Box::new(self.expand(inner))),
            _ => query.map(&|child| self.expand(child)),
        }
    }

    /// The names that a clause on a speaker does not find by itself, of all whom it means.
    fn also(&self, value: &Query) -> Vec<SaidAs> {
        let Some(test) = NameTest::new(value) else { return Vec::new() };
        let mut found = Vec::new();
        for person in self.persons.iter().filter(|person| test.fits(&person.name) || person.names.iter().any(|name| test.fits(&name.text)))
        {
            let others = person.names.iter().filter(|name| !test.fits_as_typed(&name.text));
            found.extend(others.map(|name| SaidAs { name: name.text.clone(), person: person.name.clone(), when: name.when.clone() }));
        }
        found.truncate(MOST_NAMES);
        found
    }
}

/// Names that a clause is widened by, at most.
const MOST_NAMES: usize = 200;

/// Which names a clause on a speaker means: words side by side, or each of some words.
struct NameTest {
    /// Runs of folded words, all of which must stand in a name.
    runs: Vec<Vec<String>>,
    /// The same without titles: "Secretary Moss" means Moss.
    bare: Vec<Vec<String>>,
}

impl NameTest {
    fn new(value: &Query) -> Option<Self> {
        let run = |text: &str| -> Vec<String> { words_of(text).map(|word| fold(word.span.of(text))).collect() };
        let runs: Vec<Vec<String>> = match value {
            Query::Word(text) | Query::Phrase(text) => vec![run(text)],
            Query::And(all) => all
                .iter()
                .map(|query| match query {
                    Query::Word(text) | Query::Phrase(text) => Some(run(text)),
                    _ => None,
                })
                .collect::<Option<_>>()?,
            Query::Group(inner) => return Self::new(inner),
            _ => return None,
        };
        let untitled = |run: &Vec<String>| -> Vec<String> { run.iter().skip_while(|word| quote::is_title(word)).cloned().collect() };
        let bare: Vec<Vec<String>> = runs.iter().map(untitled).filter(|run| !run.is_empty()).collect();
        (!bare.is_empty()).then_some(Self { runs, bare })
    }

    fn fits(&self, name: &str) -> bool {
        stand_in(&self.bare, name)
    }

    fn fits_as_typed(&self, name: &str) -> bool {
        stand_in(&self.runs, name)
    }
}

fn stand_in(runs: &[Vec<String>], name: &str) -> bool {
    let words: Vec<String> = words_of(name).map(|word| fold(word.span.of(name))).collect();
    runs.iter().all(|run| run.len() <= words.len() && words.windows(run.len()).any(|window| window == run.as_slice()))
}

#[cfg(test)]
mod tests;
