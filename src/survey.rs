//! What an index holds, seen from above: who speaks in it, and how much of what.

use crate::analyze::fold;
use crate::error::{Error, Result};
use crate::index::{Count, Facet, Index, Named, Stats};
use crate::people::{At, People, PeopleFile, Reason};
use crate::query::Mode;
use crate::quote::SpeakerKind;
use crate::search::{self, FacetCounts, Request};
use crate::text::word::words as words_of;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Somebody who speaks in the archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArchiveSpeaker {
    /// The fullest of the names.
    pub name: String,
    /// What speaks.
    pub kind: Option<SpeakerKind>,
    /// Names as resolved within articles, the most frequent first.
    pub names: Vec<SpokenName>,
    /// Roles, the most frequent first, with their quotes; role and organisation are parted by `\n`.
    pub roles: Vec<(String, u64)>,
    /// Quotes and articles. An article that uses two of the names counts twice.
    pub count: Count,
    /// First and last second of the dates of the articles, on the clocks they were written by.
    pub dates: Option<(i64, i64)>,
}

/// A name under which somebody speaks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SpokenName {
    /// As resolved within articles.
    pub text: String,
    /// Its quotes.
    pub quotes: u64,
    /// Why it is theirs.
    pub reason: Reason,
}

/// Who speaks.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Speakers {
    /// The most quoted first.
    pub speakers: Vec<ArchiveSpeaker>,
    /// Quotes of whom nobody knows who said them, if any were asked for.
    pub unknown: Count,
}

/// Who speaks in the quotes that a request asks for; its limit and order are not used. `pattern` holds beginnings of the words of a name, in
/// any order; empty for everybody. Names are put together as [`People`] has them.
///
/// # Errors
/// The query cannot be read, or the index fails.
pub fn speakers(index: &dyn Index, pattern: &str, request: &Request) -> Result<Speakers> {
    let beginnings: Vec<String> = words_of(pattern).map(|word| fold(word.span.of(pattern).trim_end_matches('.'))).collect();
    if beginnings.is_empty() && !pattern.trim_matches(['*', ' ']).is_empty() {
        return Err(Error::Usage(format!("there is no word in `{}`; give the beginning of a name", crate::text::clean::visible(pattern))));
    }
    let people = match &request.people {
        Some(people) => Arc::clone(people),
        None => Arc::new(People::of(index, &PeopleFile::default())?),
    };
    // Neither text nor flags: everybody.
    let everybody = Request { facets: vec![Facet::Speaker.into()], ..request.clone() };
    let all = index.names(&search::understand(&everybody)?, &Arc::new(people.by_place()))?;
    let (named, unnamed): (Vec<Named>, Vec<Named>) = all.into_iter().partition(|named| named.name.is_some());
    let mut unknown = Count::default();
    unnamed.into_iter().for_each(|named| unknown += named.count);
    let wanted = |speaker: &ArchiveSpeaker| {
        let fits = |name: &str| {
            let words: Vec<String> = words_of(name).map(|word| fold(word.span.of(name))).collect();
            beginnings.iter().all(|beginning| words.iter().any(|word| word.starts_with(beginning.as_str())))
        };
        fits(&speaker.name) || speaker.names.iter().any(|name| fits(&name.text))
    };
    let mut speakers = merged(named, &people);
    speakers.retain(wanted);
    // A part of the archive is asked for by its names alone.
    if !beginnings.is_empty() {
        unknown = Count::default();
    }
    Ok(Speakers { speakers, unknown })
}

/// The folded words of a name.
fn words(name: &str) -> Vec<String> {
    name.split(|c: char| !c.is_alphanumeric() && c != '\'' && c != '’').filter(|word| !word.is_empty()).map(fold).collect()
}

fn merged(all: Vec<Named>, people: &People) -> Vec<ArchiveSpeaker> {
    let mut groups: BTreeMap<(String, bool), Vec<(Named, Reason)>> = BTreeMap::new();
    for named in all {
        let Some(name) = named.name.clone() else { continue };
        let at = At { month: named.month, desk: named.desk.as_deref() };
        // A surname that is nobody's here stands by itself.
        let (whole, reason, known) = match people.who(&name, at) {
            Some(person) => {
                let reason = person.names.iter().find(|known| known.text == *name).map_or(Reason::Name, |known| known.reason);
                (person.name.clone(), reason, true)
            }
            None => (name.to_string(), Reason::Name, false),
        };
        groups.entry((whole, known)).or_default().push((named, reason));
    }
    let mut speakers: Vec<ArchiveSpeaker> = groups.into_iter().filter_map(|((name, _), group)| speaker(name, group)).collect();
    speakers.sort_by(|a, b| (b.count.quotes, b.count.articles, &a.name).cmp(&(a.count.quotes, a.count.articles, &b.name)));
    speakers
}

fn speaker(name: String, group: Vec<(Named, Reason)>) -> Option<ArchiveSpeaker> {
    let mut names: Vec<SpokenName> = Vec::new();
    // "Harbour Minister" and "harbour minister" are one role: as it is most often printed.
    let mut roles: BTreeMap<Vec<String>, Vec<(Arc<str>, u64)>> = BTreeMap::new();
    let (mut count, mut dates) = (Count::default(), None);
    let mut kinds: Vec<(Option<SpeakerKind>, u64)> = Vec::new();
    for (named, reason) in group {
        count += named.count;
        dates = match (dates, named.dates) {
            (Some((from, to)), Some((first, last))) => Some((first.min(from), last.max(to))),
            (known, other) => known.or(other),
        };
        match kinds.iter_mut().find(|(kind, _)| *kind == named.kind) {
            Some((_, quotes)) => *quotes += named.count.quotes,
            None => kinds.push((named.kind, named.count.quotes)),
        }
        for (role, quotes) in named.roles {
            let printed = roles.entry(words(&role)).or_default();
            match printed.iter_mut().find(|(known, _)| *known == role) {
                Some((_, known)) => *known += quotes,
                None => printed.push((role, quotes)),
            }
        }
        let text = named.name?;
        match names.iter_mut().find(|known| known.text == *text) {
            Some(known) => known.quotes += named.count.quotes,
            None => names.push(SpokenName { text: text.to_string(), quotes: named.count.quotes, reason }),
        }
    }
    names.sort_by(|a, b| (b.quotes, &a.text).cmp(&(a.quotes, &b.text)));
    let together = |printed: Vec<(Arc<str>, u64)>| {
        let quotes = printed.iter().map(|(_, quotes)| quotes).sum();
        Some((printed.into_iter().rev().max_by_key(|(_, quotes)| *quotes)?.0.to_string(), quotes))
    };
    let mut roles: Vec<(String, u64)> = roles.into_values().filter_map(together).collect();
    roles.sort_by(|a, b| (b.1, &a.0).cmp(&(a.1, &b.0)));
    let kind = kinds.into_iter().max_by_key(|(_, quotes)| *quotes)?.0;
    Some(ArchiveSpeaker { name, kind, names, roles, count, dates })
}

/// What an index holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Survey {
    /// Articles, quotes, dates, files, size.
    pub stats: Stats,
    /// Articles and quotes by paper.
    pub publishers: FacetCounts,
    /// Articles and quotes by desk.
    pub desks: FacetCounts,
    /// How many names speak; the hits without a value are quotes without a known speaker.
    pub speakers: FacetCounts,
}

/// Counts what an index holds.
///
/// # Errors
/// The index fails.
pub fn survey(index: &dyn Index) -> Result<Survey> {
    let request = |mode, facets: &[Facet]| Request {
        text: "*".into(),
        mode: Some(mode),
        sort: crate::index::Sort::Oldest,
        limit: 1,
        facets: facets.iter().map(|&facet| facet.into()).collect(),
        ..Request::default()
    };
    let articles = search::search(index, &request(Mode::Articles, &[Facet::Publisher, Facet::Desk]))?;
    let quotes = search::search(index, &request(Mode::Quotes, &[Facet::Speaker]))?;
    let mut facets = articles.facets.into_iter().chain(quotes.facets);
    let mut next =
        |facet: Facet| facets.next().unwrap_or(FacetCounts { facet: facet.into(), distinct: 0, values: Vec::new(), within: Vec::new() });
    let (publishers, desks, speakers) = (next(Facet::Publisher), next(Facet::Desk), next(Facet::Speaker));
    Ok(Survey { stats: index.stats()?, publishers, desks, speakers })
}
