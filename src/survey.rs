//! What an index holds, seen from above: who speaks in it, and how much of what.

use crate::analyze::fold;
use crate::error::{Error, Result};
use crate::index::{Count, Facet, Index, Named, Stats};
use crate::query::{Field, Mode, Query};
use crate::quote::SpeakerKind;
use crate::search::{self, FacetCounts, Request};
use crate::text::word::words as words_of;
use std::collections::BTreeMap;

/// Somebody who speaks in the archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArchiveSpeaker {
    /// The fullest of the names.
    pub name: String,
    /// What speaks.
    pub kind: Option<SpeakerKind>,
    /// Names as resolved within articles, the most frequent first, with their quotes.
    pub names: Vec<(String, u64)>,
    /// Roles, the most frequent first, with their quotes; role and organisation are parted by `\n`.
    pub roles: Vec<(String, u64)>,
    /// Quotes and articles. An article that uses two of the names counts twice.
    pub count: Count,
    /// First and last second of the dates of the articles, on the clocks they were written by.
    pub dates: Option<(i64, i64)>,
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
/// any order; empty for everybody.
///
/// Names are merged when they are the same but for case and accents, and a lone surname is merged into the only person of that surname who is
/// fully named. Nothing else is: two people of one name are not told apart.
///
/// # Errors
/// The query cannot be read, or the index fails.
pub fn speakers(index: &dyn Index, pattern: &str, request: &Request) -> Result<Speakers> {
    // Words, and no query: names hold points, commas and ampersands.
    let names = words_of(pattern).map(|word| Query::Prefix(word.span.of(pattern).trim_end_matches('.').to_owned()));
    let mut names: Vec<Query> = names.collect();
    // Neither text nor flags: everybody.
    let everybody = Request { facets: vec![Facet::Speaker], ..request.clone() };
    let mut query = search::understand(&everybody)?;
    if !names.is_empty() {
        let value = if names.len() == 1 { names.remove(0) } else { Query::And(names) };
        query = query.and(Query::Field(Field::Speaker, Box::new(value)));
    } else if !pattern.trim_matches(['*', ' ']).is_empty() {
        return Err(Error::Usage(format!("there is no word in `{}`; give the beginning of a name", crate::text::clean::visible(pattern))));
    }
    let all = index.names(&query)?;
    let (named, unnamed): (Vec<Named>, Vec<Named>) = all.into_iter().partition(|named| named.name.is_some());
    let unknown = unnamed.into_iter().map(|named| named.count).fold(Count::default(), |mut sum, count| {
        sum += count;
        sum
    });
    Ok(Speakers { speakers: merged(named), unknown })
}

/// The folded words of a name.
fn words(name: &str) -> Vec<String> {
    name.split(|c: char| !c.is_alphanumeric() && c != '\'' && c != '’').filter(|word| !word.is_empty()).map(fold).collect()
}

fn merged(all: Vec<Named>) -> Vec<ArchiveSpeaker> {
    let mut groups: BTreeMap<Vec<String>, Vec<Named>> = BTreeMap::new();
    for named in all {
        let key = words(named.name.as_deref().unwrap_or_default());
        groups.entry(key).or_default().push(named);
    }
    let is_person = |group: &[Named]| group.iter().all(|named| named.kind == Some(SpeakerKind::Person));
    // By surname: the only full name that ends in it, or none.
    let mut full: BTreeMap<String, Option<Vec<String>>> = BTreeMap::new();
    for (key, group) in &groups {
        if key.len() > 1
            && is_person(group)
            && let Some(surname) = key.last()
        {
            full.entry(surname.clone()).and_modify(|known| *known = None).or_insert_with(|| Some(key.clone()));
        }
    }
    let lone: Vec<Vec<String>> =
        groups.iter().filter(|(key, group)| key.len() == 1 && is_person(group)).map(|(key, _)| key.clone()).collect();
    for key in lone {
        if let Some(Some(whole)) = full.get(&key[0])
            && let Some(group) = groups.remove(&key)
        {
            groups.entry(whole.clone()).or_default().extend(group);
        }
    }
    let mut speakers: Vec<ArchiveSpeaker> = groups.into_values().filter_map(speaker).collect();
    speakers.sort_by(|a, b| (b.count.quotes, b.count.articles, &a.name).cmp(&(a.count.quotes, a.count.articles, &b.name)));
    speakers
}

fn speaker(group: Vec<Named>) -> Option<ArchiveSpeaker> {
    let mut names: Vec<(String, u64)> = Vec::new();
    // "Harbour Minister" and "harbour minister" are one role: as it is most often printed.
    let mut roles: BTreeMap<Vec<String>, Vec<(String, u64)>> = BTreeMap::new();
    let (mut count, mut dates, mut kind) = (Count::default(), None, (0, None));
    for named in group {
        count += named.count;
        dates = match (dates, named.dates) {
            (Some((from, to)), Some((first, last))) => Some((first.min(from), last.max(to))),
            (known, other) => known.or(other),
        };
        if named.count.quotes > kind.0 {
            kind = (named.count.quotes, named.kind);
        }
        for (role, quotes) in named.roles {
            let printed = roles.entry(words(&role)).or_default();
            match printed.iter_mut().find(|(known, _)| *known == role) {
                Some((_, known)) => *known += quotes,
                None => printed.push((role, quotes)),
            }
        }
        names.push((named.name?, named.count.quotes));
    }
    names.sort_by(|a, b| (b.1, &a.0).cmp(&(a.1, &b.0)));
    let together = |printed: Vec<(String, u64)>| {
        let quotes = printed.iter().map(|(_, quotes)| quotes).sum();
        Some((printed.into_iter().rev().max_by_key(|(_, quotes)| *quotes)?.0, quotes))
    };
    let mut roles: Vec<(String, u64)> = roles.into_values().filter_map(together).collect();
    roles.sort_by(|a, b| (b.1, &a.0).cmp(&(a.1, &b.0)));
    // The fullest name; of these the most frequent.
    let most = names.iter().map(|(name, _)| words(name).len()).max()?;
    let name = names.iter().find(|(name, _)| words(name).len() == most)?.0.clone();
    Some(ArchiveSpeaker { name, kind: kind.1, names, roles, count, dates })
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
        facets: facets.to_vec(),
        ..Request::default()
    };
    let articles = search::search(index, &request(Mode::Articles, &[Facet::Publisher, Facet::Desk]))?;
    let quotes = search::search(index, &request(Mode::Quotes, &[Facet::Speaker]))?;
    let mut facets = articles.facets.into_iter().chain(quotes.facets);
    let mut next = |facet| facets.next().unwrap_or(FacetCounts { facet, distinct: 0, values: Vec::new() });
    let (publishers, desks, speakers) = (next(Facet::Publisher), next(Facet::Desk), next(Facet::Speaker));
    Ok(Survey { stats: index.stats()?, publishers, desks, speakers })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(name: &str, kind: SpeakerKind, quotes: u64) -> Named {
        let count = Count { quotes, articles: 1 };
        Named { name: Some(name.into()), kind: Some(kind), roles: vec![("minister".into(), quotes)], count, dates: Some((0, 9)) }
    }

    #[track_caller]
    fn check(names: &[(&str, SpeakerKind)], expected: &[&str]) {
        let all = names.iter().enumerate().map(|(i, (name, kind))| named(name, *kind, 100 - i as u64)).collect();
        let shown: Vec<String> = merged(all)
            .iter()
            .map(|speaker| {
                let names: Vec<&str> = speaker.names.iter().map(|(name, _)| name.as_str()).collect();
                format!("{}: {}", speaker.name, names.join(", "))
            })
            .collect();
        assert_eq!(shown, expected);
    }

    #[test]
    fn names_of_one_person_are_merged() {
        use SpeakerKind::{Organisation, Person};
        check(&[("Lindqvist", Person), ("Mara Lindqvist", Person)], &["Mara Lindqvist: Lindqvist, Mara Lindqvist"]);
        check(&[("Élodie Vassard", Person), ("Elodie Vassard", Person)], &["Élodie Vassard: Élodie Vassard, Elodie Vassard"]);
        // Two bearers: left apart.
        check(
            &[("Sørby", Person), ("Ruben Sørby", Person), ("Karin Sørby", Person)],
            &["Sørby: Sørby", "Ruben Sørby: Ruben Sørby", "Karin Sørby: Karin Sørby"],
        );
        check(&[("Courier", Organisation), ("Anna Courier", Person)], &["Courier: Courier", "Anna Courier: Anna Courier"]);
    }
}
