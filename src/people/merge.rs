//! From names to people.

use super::spelling::{key, middles_agree, words};
use super::{Name, PeopleFile, Person, Reason, Roll};
use crate::index::Named;
use crate::query::{MonthDesk, When};
use crate::quote::SpeakerKind;
use std::collections::{BTreeMap, HashMap, HashSet};

/// How near in months a full name must speak to a surname alone, and how near in other desks.
const NEAR: i32 = 3;
const FAR: i32 = 12;
/// How many times as often as the next bearer.
const DOMINATES: u64 = 3;

/// All that is known of a name.
struct Known<'a> {
    text: &'a str,
    words: Vec<String>,
    /// Quotes by what speaks.
    persons: u64,
    quotes: u64,
    entries: Vec<&'a Named>,
}

impl Known<'_> {
    fn is_person(&self) -> bool {
        self.persons * 2 > self.quotes
    }
}

/// The people of an archive, in the order of their names.
pub(super) fn persons(roll: &Roll, file: &PeopleFile) -> Vec<Person> {
    let known = known(roll);
    let apart: HashSet<(&str, &str)> = roll.apart.iter().flat_map(|(a, b)| [(a.as_str(), b.as_str()), (b.as_str(), a.as_str())]).collect();
    let never = |a: &str, b: &str| apart.contains(&(a, b)) || file.never(a, b);
    // Which cluster a name belongs to; names of the file's people come first.
    let mut clusters: Vec<Vec<usize>> = Vec::new();
    let mut of_file: Vec<Option<usize>> = Vec::new();
    let mut taken = vec![false; known.len()];
    for (entry, person) in file.people.iter().enumerate() {
        let mine: Vec<usize> = (0..known.len()).filter(|&i| !taken[i] && person.is_named(&known[i].words)).collect();
        mine.iter().for_each(|&i| taken[i] = true);
        clusters.push(mine);
        of_file.push(Some(entry));
    }
    full_names(&known, &mut taken, &never, &mut clusters);
    of_file.resize(clusters.len(), None);
    let mut persons: Vec<Person> =
        clusters.iter().zip(&of_file).filter_map(|(cluster, entry)| person(&known, cluster, *entry, file)).collect();
    lone_surnames(&known, &mut taken, &never, &clusters, &of_file, &mut persons, file);
    // What is left: institutions, unnamed sources, lone names whose bearer nobody can tell; equal but for case and accents is the same.
    let mut left: BTreeMap<&[String], Vec<usize>> = BTreeMap::new();
    for i in (0..known.len()).filter(|&i| !taken[i]) {
        left.entry(&known[i].words).or_default().push(i);
    }
    persons.extend(left.into_values().filter_map(|cluster| person(&known, &cluster, None, file)));
    for (person, dated) in file.people.iter().flat_map(|person| person.roles.iter().map(move |dated| (person, dated))) {
        let Some(whole) = persons.iter_mut().find(|known| known.name == person.name) else { continue };
        for name in known.iter().filter(|name| name.words == words(&dated.role) && !name.is_person()) {
            whole.names.push(Name { text: name.text.to_owned(), reason: Reason::Role, when: dated.when() });
        }
    }
    persons.sort_by(|a, b| a.name.cmp(&b.name));
    persons
}

/// The names of which month and desk may tell whose they are: surnames that stand alone, and full names of several who bear them.
pub(super) fn shared(names: &[Named], file: &PeopleFile) -> HashSet<String> {
    let mut bearers: HashMap<String, (bool, HashSet<Vec<String>>)> = HashMap::new();
    let texts = names.iter().filter_map(|named| named.name.as_deref());
    let of_file = file.people.iter().map(|person| person.name.as_str());
    for name in texts.clone().chain(of_file) {
        let words = words(name);
        let Some(surname) = words.last() else { continue };
        let (stands_alone, full) = bearers.entry(key(surname)).or_default();
        if words.len() > 1 {
            full.insert(words);
        } else {
            *stands_alone = true;
        }
    }
    bearers.retain(|_, (stands_alone, full)| *stands_alone && full.len() > 1);
    let is_shared = |name: &&str| {
        let words = words(name);
        words.last().is_some_and(|surname| bearers.contains_key(&key(surname))) || file.people.iter().any(|person| person.is_named(&words))
    };
    texts.filter(is_shared).map(str::to_owned).collect()
}

/// Names by their text, in order.
fn known(roll: &Roll) -> Vec<Known<'_>> {
    let mut all: BTreeMap<&str, Known<'_>> = BTreeMap::new();
    for named in &roll.names {
        let Some(text) = named.name.as_deref() else { continue };
        let of = || Known { text, words: words(text), persons: 0, quotes: 0, entries: Vec::new() };
        let known = all.entry(text).or_insert_with(of);
        known.quotes += named.count.quotes;
        known.persons += if named.kind == Some(SpeakerKind::Person) { named.count.quotes } else { 0 };
        known.entries.push(named);
    }
    all.into_values().filter(|known| !known.words.is_empty()).collect()
}

/// Full names of people: forename and surname agree but for their spelling, and no middle name speaks against it.
fn full_names(known: &[Known<'_>], taken: &mut [bool], never: &impl Fn(&str, &str) -> bool, clusters: &mut Vec<Vec<usize>>) {
    let mut groups: BTreeMap<(String, String), Vec<usize>> = BTreeMap::new();
    for (i, name) in known.iter().enumerate().filter(|(_, name)| name.is_person() && name.words.len() > 1) {
        if !taken[i] {
            groups.entry((key(&name.words[0]), key(&name.words[name.words.len() - 1]))).or_default().push(i);
        }
    }
    let middle = |i: usize| &known[i].words[1..known[i].words.len() - 1];
    for group in groups.into_values() {
        let mut own: Vec<Vec<usize>> = Vec::new();
        // Those with middle names first: who has none joins them only where all agree.
        let (with, without): (Vec<usize>, Vec<usize>) = group.into_iter().partition(|&i| !middle(i).is_empty());
        let fits = |cluster: &Vec<usize>, i: usize| {
            cluster.iter().all(|&other| middles_agree(middle(other), middle(i)) && !never(known[other].text, known[i].text))
        };
        for i in with {
            match own.iter_mut().find(|cluster| fits(cluster, i)) {
                Some(cluster) => cluster.push(i),
                None => own.push(vec![i]),
            }
        }
        let mut bare: Vec<Vec<usize>> = Vec::new();
        for i in without {
            let only = own.len() == 1 && fits(&own[0], i);
            let place = if only { own.first_mut() } else { bare.iter_mut().find(|cluster| fits(cluster, i)) };
            match place {
                Some(cluster) => cluster.push(i),
                None => bare.push(vec![i]),
            }
        }
        for cluster in own.into_iter().chain(bare) {
            cluster.iter().for_each(|&i| taken[i] = true);
            clusters.push(cluster);
        }
    }
}

/// A cluster as a person: the fullest name, of these the most frequent, stands first.
fn person(known: &[Known<'_>], cluster: &[usize], entry: Option<usize>, file: &PeopleFile) -> Option<Person> {
    let by_file = entry.map(|entry| &file.people[entry]);
    let order = |&i: &usize| (std::cmp::Reverse((known[i].words.len(), known[i].quotes)), known[i].text);
    let mut cluster = cluster.to_vec();
    cluster.sort_by_key(order);
    let name = match by_file {
        Some(person) => person.name.clone(),
        None => known[*cluster.first()?].text.to_owned(),
    };
    let names = cluster.iter().map(|&i| {
        let text = known[i].text.to_owned();
        let reason = match by_file {
            _ if text == name => Reason::Name,
            Some(_) => Reason::Alias,
            None => Reason::Spelling,
        };
        Name { text, reason, when: When::Always }
    });
    Some(Person { names: names.collect(), name })
}

/// Surnames alone: month by month and desk by desk, whose is it?
fn lone_surnames(
    known: &[Known<'_>],
    taken: &mut [bool],
    never: &impl Fn(&str, &str) -> bool,
    clusters: &[Vec<usize>],
    of_file: &[Option<usize>],
    persons: &mut [Person],
    file: &PeopleFile,
) {
    let mut bearers: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    // Clusters without any name in the archive have become no person.
    let numbers: Vec<usize> = (0..clusters.len()).filter(|&c| !clusters[c].is_empty() || of_file[c].is_some()).collect();
    for (person, &cluster) in numbers.iter().enumerate() {
        let full = clusters[cluster].iter().find(|&&i| known[i].words.len() > 1).map(|&i| known[i].words.clone());
        let full = full.or_else(|| of_file[cluster].map(|entry| words(&file.people[entry].name)).filter(|words| words.len() > 1));
        if let Some(surname) = full.as_ref().and_then(|words| words.last()) {
            bearers.entry(key(surname)).or_default().push(person);
        }
    }
    for i in 0..known.len() {
        let name = &known[i];
        let acronym = name.text.len() < 6 && name.text.chars().all(char::is_uppercase);
        if taken[i] || name.words.len() != 1 || acronym || !name.entries.iter().any(|entry| may_be_surname(entry)) {
            continue;
        }
        let Some(all) = bearers.get(&key(&name.words[0])) else { continue };
        let all: Vec<usize> = all
            .iter()
            .copied()
            .filter(|&person| clusters[numbers[person]].iter().all(|&full| !never(known[full].text, name.text)))
            .collect();
        // Of a name that is not known to be a person's, only the very spelling is a surname.
        let exact = |person: &usize| clusters[numbers[*person]].iter().any(|&full| known[full].words.last() == name.words.last());
        let all: Vec<usize> = if name.is_person() { all } else { all.into_iter().filter(exact).collect() };
        let mut bearing = Bearers::new(known, clusters, &numbers, &all);
        let mut whose: BTreeMap<usize, Vec<MonthDesk>> = BTreeMap::new();
        let mut all_found = true;
        for entry in &name.entries {
            match bearing.whose(entry) {
                Some(person) => whose.entry(person).or_default().push((entry.month, entry.desk.as_deref().map(str::to_owned))),
                None => all_found = false,
            }
        }
        let one = all_found && whose.len() == 1;
        taken[i] = all_found;
        for (person, mut buckets) in whose {
            buckets.sort();
            buckets.dedup();
            let when = if one { When::Always } else { When::In(buckets) };
            persons[person].names.push(Name { text: name.text.to_owned(), reason: Reason::Surname, when });
        }
    }
}

fn may_be_surname(entry: &Named) -> bool {
    matches!(entry.kind, Some(SpeakerKind::Person | SpeakerKind::Organisation))
}

/// The bearers of a surname, and where they speak.
struct Bearers<'a> {
    persons: &'a [usize],
    /// Desk, month, number of the bearer, quotes; in order.
    by_desk: Vec<(Option<&'a str>, i32, usize, u64)>,
    /// Month, number of the bearer, quotes; in order.
    by_month: Vec<(i32, usize, u64)>,
    /// Who dominates around a month, once that was asked.
    around: HashMap<i32, Verdict>,
    anywhere: Verdict,
}

/// Whose a surname is.
#[derive(Debug, Clone, Copy)]
enum Verdict {
    /// No bearer speaks there.
    Nobody,
    /// The bearer of this number dominates.
    One(usize),
    /// Several speak there, and none dominates.
    Several,
}

impl<'a> Bearers<'a> {
    fn new(known: &[Known<'a>], clusters: &[Vec<usize>], numbers: &[usize], persons: &'a [usize]) -> Self {
        let (mut by_desk, mut by_month, mut anywhere) = (Vec::new(), Vec::new(), Vec::new());
        for (bearer, &person) in persons.iter().enumerate() {
            for entry in clusters[numbers[person]].iter().flat_map(|&i| &known[i].entries) {
                anywhere.push((bearer, entry.count.quotes));
                if let Some(month) = entry.month {
                    by_desk.push((entry.desk.as_deref(), month, bearer, entry.count.quotes));
                    by_month.push((month, bearer, entry.count.quotes));
                }
            }
        }
        by_desk.sort_unstable();
        by_month.sort_unstable();
        let anywhere = verdict(persons.len(), anywhere.into_iter());
        Self { persons, by_desk, by_month, around: HashMap::new(), anywhere }
    }

    /// The one who dominates around a month and desk, else around the month, else anywhere; `None` where none does.
    fn whose(&mut self, at: &'a Named) -> Option<usize> {
        let bearers = self.persons.len();
        let near = at.month.map_or(Verdict::Nobody, |month| {
            let desk = at.desk.as_deref();
            let from = self.by_desk.partition_point(|&(of, when, ..)| (of, when) < (desk, month - NEAR));
            let near = self.by_desk[from..].iter().take_while(|&&(of, when, ..)| (of, when) <= (desk, month + NEAR));
            verdict(bearers, near.map(|&(.., bearer, quotes)| (bearer, quotes)))
        });
        let far = |by_month: &[(i32, usize, u64)], month: i32| {
            let from = by_month.partition_point(|&(when, ..)| when < month - FAR);
            let far = by_month[from..].iter().take_while(|&&(when, ..)| when <= month + FAR);
            verdict(bearers, far.map(|&(_, bearer, quotes)| (bearer, quotes)))
        };
        let found = match (near, at.month) {
            (Verdict::Nobody, Some(month)) => *self.around.entry(month).or_insert_with(|| far(&self.by_month, month)),
            (near, _) => near,
        };
        match if matches!(found, Verdict::Nobody) { self.anywhere } else { found } {
            Verdict::One(bearer) => Some(self.persons[bearer]),
            Verdict::Nobody | Verdict::Several => None,
        }
    }
}

/// Who of so many bearers dominates, by their quotes.
fn verdict(bearers: usize, counts: impl Iterator<Item = (usize, u64)>) -> Verdict {
    let mut sums = vec![0; bearers];
    counts.for_each(|(bearer, quotes)| sums[bearer] += quotes);
    let (mut first, mut second) = ((0, 0), 0);
    for (bearer, quotes) in sums.into_iter().enumerate() {
        if quotes > first.0 {
            (second, first) = (first.0, (quotes, bearer));
        } else {
            second = second.max(quotes);
        }
    }
    match (first, second) {
        ((0, _), _) => Verdict::Nobody,
        ((_, bearer), 0) => Verdict::One(bearer),
        ((quotes, bearer), second) if quotes >= DOMINATES * second => Verdict::One(bearer),
        _ => Verdict::Several,
    }
}
