//! Somebody who speaks, seen from near: roles over time, with whom they are quoted, how often when, and their latest words.

use crate::analyze::fold;
use crate::error::Result;
use crate::index::{Count, Facet, Grouping, Index, Sort};
use crate::people::{At, People};
use crate::query::Mode;
use crate::search::{self, Request, Shown};
use crate::survey::ArchiveSpeaker;
use crate::timeline::{self, Timeline};
use std::collections::HashMap;
use std::sync::Arc;

/// Somebody who speaks.
#[derive(Debug, Clone)]
pub struct Profile {
    /// Names, roles, counts, dates.
    pub speaker: ArchiveSpeaker,
    /// Roles, the latest first.
    pub roles: Vec<Role>,
    /// Who is quoted in the same articles, those of the most articles first.
    pub together: Vec<(String, Count)>,
    /// Their quotes by month.
    pub months: Timeline,
    /// Their latest quotes.
    pub latest: Vec<Shown>,
}

/// A role in time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Role {
    /// The role, and whom they speak for in it.
    pub text: String,
    /// Quotes in it.
    pub quotes: u64,
    /// First and last month in which it was printed, such as 2025-04; `None` in undated articles.
    pub months: Option<(String, String)>,
}

impl Role {
    fn join(&mut self, months: Option<(String, String)>, quotes: u64) {
        self.quotes += quotes;
        self.months = match (self.months.take(), months) {
            (Some((first, last)), Some((from, to))) => Some((first.min(from), last.max(to))),
            (one, other) => one.or(other),
        };
    }
}

/// Who is named as quoted together, at most.
const MOST_TOGETHER: usize = 12;

/// What an archive knows of a speaker; `latest` quotes, at most.
///
/// # Errors
/// The index fails.
pub fn profile(index: &dyn Index, people: &Arc<People>, speaker: &ArchiveSpeaker, latest: usize) -> Result<Profile> {
    let theirs = Request {
        text: "*".to_owned(),
        said_as: people.said_as(&speaker.name),
        mode: Some(Mode::Quotes),
        people: Some(Arc::clone(people)),
        limit: latest.max(1),
        sort: Sort::Newest,
        ..Request::default()
    };
    let by_month = Grouping { facet: Facet::Role, within: Some(Facet::Month) };
    let said = search::search(index, &Request { facets: vec![by_month], ..theirs.clone() })?;
    let months = timeline::timeline(index, &theirs, Facet::Month)?;
    let beside = Request { mode: Some(Mode::Articles), facets: vec![Facet::Speaker.into()], limit: 1, bare: true, ..theirs };
    let beside = search::search(index, &beside)?;
    let mut roles: Vec<Role> = Vec::new();
    for facet in &said.facets {
        for ((role, count), within) in facet.values.iter().zip(&facet.within) {
            let Some(role) = role else { continue };
            let mut months = within.iter().filter_map(|(month, _)| month.clone());
            let first = months.next();
            let last = months.next_back().or_else(|| first.clone());
            let (text, months) = (role.replace('\n', ", "), first.zip(last));
            // "Harbour Minister" and "harbour minister" are one role: as it is most often printed.
            match roles.iter_mut().find(|known| fold(&known.text) == fold(&text)) {
                Some(known) => known.join(months, count.quotes),
                None => roles.push(Role { text, quotes: count.quotes, months }),
            }
        }
    }
    roles.sort_by(|a, b| {
        let last = |role: &Role| role.months.as_ref().map(|(_, last)| last.clone());
        last(b).cmp(&last(a)).then_with(|| b.quotes.cmp(&a.quotes)).then_with(|| a.text.cmp(&b.text))
    });
    let own = |name: &str| name == speaker.name || speaker.names.iter().any(|known| known.text == name);
    let mut together: HashMap<String, Count> = HashMap::new();
    for (name, count) in beside.facets.into_iter().flat_map(|facet| facet.values) {
        let Some(name) = name.filter(|name| !own(name)) else { continue };
        // Names that are one person's everywhere are put together.
        let name = people.who(&name, At::default()).map_or(name, |person| person.name.clone());
        if !own(&name) {
            *together.entry(name).or_default() += count;
        }
    }
    let mut together: Vec<(String, Count)> = together.into_iter().collect();
    together.sort_by(|(a, n), (b, m)| (m.articles, m.quotes).cmp(&(n.articles, n.quotes)).then_with(|| a.cmp(b)));
    together.truncate(MOST_TOGETHER);
    Ok(Profile { speaker: speaker.clone(), roles, together, months, latest: said.hits.into_iter().take(latest).collect() })
}
