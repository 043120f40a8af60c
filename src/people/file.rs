//! `people.toml`: what the user knows better.
//!
//! ```toml
//! [[person]]
//! name = "Mara Lindqvist"
//! aliases = ["Lindqvist", "Mother Harbour"]
//! roles = [{ role = "harbour minister", from = "2024-11", until = "2025-10-31" }]
//! never = ["Tove Lindqvist"]
//! ```

use super::spelling::words;
use crate::error::{Error, Result, shortened};
use crate::query::When;
use crate::text::Date;
use serde::Deserialize;
use std::collections::BTreeMap;

/// What a `people.toml` says.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PeopleFile {
    /// One table per person.
    #[serde(default, rename = "person")]
    pub people: Vec<FilePerson>,
}

/// A person as the user knows them.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FilePerson {
    /// The name that is shown.
    pub name: String,
    /// Other names, as they stand in articles; case and accents do not count.
    #[serde(default)]
    pub aliases: Vec<String>,
    /// Roles under which they speak without a name: "harbour minister".
    #[serde(default)]
    pub roles: Vec<DatedRole>,
    /// Names that are somebody else's.
    #[serde(default)]
    pub never: Vec<String>,
}

/// A role and when it is held.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DatedRole {
    /// As it stands in articles, without article.
    pub role: String,
    /// First year, month or day.
    pub from: Option<String>,
    /// Last year, month or day.
    pub until: Option<String>,
}

impl DatedRole {
    /// The months in which it is held.
    pub(super) fn when(&self) -> When {
        let month = |text: &Option<String>| text.as_deref().and_then(Date::parse);
        let first = month(&self.from).map(|date| When::month_of(date.first_second()));
        let last = month(&self.until).map(|date| When::month_of(date.last_second()));
        if first.is_none() && last.is_none() { When::Always } else { When::Between(first, last) }
    }
}

impl FilePerson {
    /// Is this one of their names?
    pub(super) fn is_named(&self, name: &[String]) -> bool {
        std::iter::once(&self.name).chain(&self.aliases).any(|own| words(own) == name)
    }
}

impl PeopleFile {
    /// Reads a file. `place` is how messages name it.
    ///
    /// # Errors
    /// It is no TOML of this shape; a name is empty, or claimed by two people; a date cannot be read; a person is kept from themself.
    pub fn parse(text: &str, place: &str) -> Result<Self> {
        let file: Self =
            toml::from_str(text).map_err(|error| Error::Usage(format!("{place}: {}", shortened(error.to_string().trim_end()))))?;
        let wrong = |message: String| Err(Error::Usage(format!("{place}: {message}")));
        let mut owners: BTreeMap<Vec<String>, &str> = BTreeMap::new();
        for person in &file.people {
            for name in std::iter::once(&person.name).chain(&person.aliases) {
                let key = words(name);
                if key.is_empty() {
                    return wrong(format!("`{name}` of {} is no name", or_somebody(&person.name)));
                }
                if let Some(other) = owners.insert(key, &person.name).filter(|other| *other != person.name) {
                    return wrong(format!("`{name}` is a name of both {other} and {}; leave it to one of them", person.name));
                }
            }
            if let Some(own) = person.never.iter().find(|name| person.is_named(&words(name))) {
                return wrong(format!("{} is never to be `{own}`, which is one of their names", person.name));
            }
            for role in &person.roles {
                let dates = [("from", &role.from), ("until", &role.until)];
                for (key, text) in dates {
                    if let Some(text) = text.as_deref().filter(|text| Date::parse(text).is_none()) {
                        return wrong(format!("{key} = \"{text}\" of {}: write a date as 2025, 2025-04 or 2025-04-17", person.name));
                    }
                }
                if let (Some(from), Some(until)) = (role.from.as_deref().and_then(Date::parse), role.until.as_deref().and_then(Date::parse))
                    && from.first_second() > until.last_second()
                {
                    return wrong(format!("the role `{}` of {} ends before it begins", role.role, person.name));
                }
            }
        }
        let names: Vec<&String> = file.people.iter().map(|person| &person.name).collect();
        if let Some(twice) = names.iter().enumerate().find(|(i, name)| names[..*i].contains(name)).map(|(_, name)| name) {
            return wrong(format!("{twice} has two tables; make them one"));
        }
        Ok(file)
    }

    /// True where it says nothing.
    pub fn is_empty(&self) -> bool {
        self.people.is_empty()
    }

    /// Are these two names never one person's?
    pub(super) fn never(&self, one: &str, other: &str) -> bool {
        if self.people.iter().all(|person| person.never.is_empty()) {
            return false;
        }
        let (one, other) = (words(one), words(other));
        let keeps =
            |person: &FilePerson, a: &[String], b: &[String]| person.is_named(a) && person.never.iter().any(|name| words(name) == b);
        self.people.iter().any(|person| keeps(person, &one, &other) || keeps(person, &other, &one))
    }
}

fn or_somebody(name: &str) -> &str {
    if name.trim().is_empty() { "a person without a name" } else { name }
}
