//! Counting hits by their columns: facets, and the names under which somebody speaks.
//!
//! A segment is counted by the numbers that its columns give to values; the values themselves are read once, at its end. The quotes of an
//! article stand behind each other, so that an article is counted once per value by remembering the last one seen.

use crate::index::{Count, Counted, Facet, Grouping, Named};
use crate::query::When;
use crate::record;
use crate::text::Date;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;
use tantivy::collector::{Collector, SegmentCollector};
use tantivy::columnar::{Column, StrColumn};
use tantivy::fastfield::FastFieldReaders;
use tantivy::{DocId, Score, SegmentOrdinal, SegmentReader};

/// Collects counts by some facets.
pub(super) struct Facets<'a> {
    pub(super) facets: &'a [Grouping],
    pub(super) quotes: bool,
}

/// Counts in one segment.
pub(super) struct SegmentFacets {
    facets: Vec<OneFacet>,
    block: Block,
}

impl Collector for Facets<'_> {
    type Fruit = Vec<Counted>;
    type Child = SegmentFacets;

    fn for_segment(&self, _: SegmentOrdinal, reader: &SegmentReader) -> tantivy::Result<SegmentFacets> {
        let columns = reader.fast_fields();
        let facets: tantivy::Result<Vec<_>> = self.facets.iter().map(|&facet| OneFacet::new(facet, self.quotes, columns)).collect();
        Ok(SegmentFacets { facets: facets?, block: Block::new(self.quotes, columns)? })
    }

    fn requires_scoring(&self) -> bool {
        false
    }

    fn merge_fruits(&self, segments: Vec<tantivy::Result<Vec<Table>>>) -> tantivy::Result<Vec<Counted>> {
        let mut all = vec![Table::default(); self.facets.len()];
        for segment in segments {
            for (all, counts) in all.iter_mut().zip(segment?) {
                for (value, count) in counts.values {
                    *all.values.entry(value).or_default() += count;
                }
                for (pair, count) in counts.pairs {
                    *all.pairs.entry(pair).or_default() += count;
                }
            }
        }
        let counted = |table: Table| Counted {
            values: table.values.into_iter().collect(),
            within: table.pairs.into_iter().map(|((outer, inner), count)| (outer, inner, count)).collect(),
        };
        Ok(all.into_iter().map(counted).collect())
    }
}

/// What was counted by one facet, and within its values by another.
#[derive(Debug, Clone, Default)]
pub(super) struct Table {
    values: BTreeMap<Option<String>, Count>,
    pairs: BTreeMap<(Option<String>, Option<String>), Count>,
}

impl SegmentCollector for SegmentFacets {
    type Fruit = tantivy::Result<Vec<Table>>;

    fn collect(&mut self, doc: DocId, _: Score) {
        let place = self.block.place(doc);
        self.facets.iter_mut().for_each(|facet| facet.collect(place));
    }

    fn harvest(self) -> Self::Fruit {
        self.facets.into_iter().map(OneFacet::harvest).collect()
    }
}

/// Finds the article of a quote and the quotes of an article.
struct Block {
    ordinal: Option<Column<u64>>,
    quotes: Column<u64>,
}

/// A hit: its article, and its quote or how many quotes follow the article.
#[derive(Clone, Copy)]
struct Place {
    article: DocId,
    quote: Option<DocId>,
    quotes: u64,
}

impl Block {
    fn new(of_quotes: bool, columns: &FastFieldReaders) -> tantivy::Result<Self> {
        let ordinal = if of_quotes { Some(columns.u64("ordinal")?) } else { None };
        Ok(Self { ordinal, quotes: columns.u64("quotes")? })
    }

    fn place(&self, doc: DocId) -> Place {
        match &self.ordinal {
            Some(ordinal) => {
                let article = doc.saturating_sub(ordinal.first(doc).unwrap_or(0) as DocId);
                Place { article, quote: Some(doc), quotes: 1 }
            }
            None => Place { article: doc, quote: None, quotes: self.quotes.first(doc).unwrap_or(0) },
        }
    }
}

/// A count that knows the last article it has counted.
#[derive(Clone, Copy, Default)]
struct Running {
    count: Count,
    last: Option<DocId>,
}

impl Running {
    fn add(&mut self, article: DocId, quotes: u64) {
        self.count.quotes += quotes;
        if self.last != Some(article) {
            self.last = Some(article);
            self.count.articles += 1;
        }
    }
}

/// What a facet looks at. A column without any value is not there.
enum Look {
    /// A text of the quote.
    Quote(Option<StrColumn>),
    /// The name of who speaks, where it is known.
    Speaker(Option<StrColumn>, Column<u64>),
    /// A text of the article.
    Article(Option<StrColumn>),
    /// The article's date.
    Date(Column<i64>, Column<i64>),
}

/// The number of a value: of a text in its column, or the days of a date.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Value {
    None,
    Text(u64),
    Days(i64, i64),
}

struct OneFacet {
    facet: (Facet, Look),
    within: Option<(Facet, Look)>,
    counts: HashMap<Value, Running>,
    pairs: HashMap<(Value, Value), Running>,
}

/// Seconds of a day.
const DAY: i64 = 86_400;

impl OneFacet {
    fn new(grouping: Grouping, of_quotes: bool, columns: &FastFieldReaders) -> tantivy::Result<Self> {
        let look = |facet| Ok::<_, tantivy::TantivyError>((facet, Look::new(facet, of_quotes, columns)?));
        let (facet, within) = (look(grouping.facet)?, grouping.within.map(look).transpose()?);
        Ok(Self { facet, within, counts: HashMap::new(), pairs: HashMap::new() })
    }
    fn collect(&mut self, place: Place) {
        let Place { article, quote, quotes } = place;
        // In articles, each of the article's quotes counts.
        let docs = || quote.map_or(article + 1..=article + quotes as DocId, |quote| quote..=quote);
        let at = |look: &Look, quote: DocId| look.at(if look.is_of_quote() { quote } else { article });
        let look = &self.facet.1;
        if look.is_of_quote() {
            docs().for_each(|quote| self.counts.entry(look.at(quote)).or_default().add(article, 1));
        } else {
            self.counts.entry(look.at(article)).or_default().add(article, quotes);
        }
        let Some((_, within)) = &self.within else { return };
        if look.is_of_quote() || within.is_of_quote() {
            docs().for_each(|quote| self.pairs.entry((at(look, quote), at(within, quote))).or_default().add(article, 1));
        } else {
            self.pairs.entry((look.at(article), within.at(article))).or_default().add(article, quotes);
        }
    }

    fn harvest(self) -> tantivy::Result<Table> {
        let mut table = Table::default();
        for (value, Running { count, .. }) in self.counts {
            for text in texts(&self.facet, value)? {
                *table.values.entry(text).or_default() += count;
            }
        }
        let Some(within) = &self.within else { return Ok(table) };
        for ((value, inner), Running { count, .. }) in self.pairs {
            let inner = texts(within, inner)?;
            for text in texts(&self.facet, value)? {
                for inner in &inner {
                    *table.pairs.entry((text.clone(), inner.clone())).or_default() += count;
                }
            }
        }
        Ok(table)
    }
}

/// The texts of a value; an article has all its crossheads.
fn texts((facet, look): &(Facet, Look), value: Value) -> tantivy::Result<Vec<Option<String>>> {
    let text = match value {
        Value::None => None,
        Value::Text(number) => look.text(number)?,
        Value::Days(from, to) => facet.calendar(from, to),
    };
    Ok(match text {
        Some(lines) if *facet == Facet::Section => lines.lines().map(|line| Some(line.to_owned())).collect(),
        Some(lines) if *facet == Facet::Role => vec![lines.lines().next().filter(|role| !role.is_empty()).map(str::to_owned)],
        text => vec![text],
    })
}

impl Look {
    fn new(facet: Facet, of_quotes: bool, columns: &FastFieldReaders) -> tantivy::Result<Self> {
        Ok(match facet {
            Facet::Speaker => Look::Speaker(columns.str("speaker")?, columns.u64("speaker_kind")?),
            Facet::Role => Look::Quote(columns.str("role")?),
            Facet::Section if of_quotes => Look::Quote(columns.str("quote_section")?),
            Facet::Section => Look::Article(columns.str("section")?),
            Facet::Kind => Look::Quote(columns.str("kind")?),
            Facet::Byline => Look::Article(columns.str("byline")?),
            Facet::Desk => Look::Article(columns.str("desk")?),
            Facet::Publisher => Look::Article(columns.str("publisher")?),
            Facet::Day | Facet::Week | Facet::Month | Facet::Year => Look::Date(columns.i64("date_from")?, columns.i64("date_to")?),
        })
    }

    fn is_of_quote(&self) -> bool {
        matches!(self, Look::Quote(_) | Look::Speaker(..))
    }

    fn at(&self, doc: DocId) -> Value {
        let text =
            |column: &Option<StrColumn>| column.as_ref().and_then(|column| column.ords().first(doc)).map_or(Value::None, Value::Text);
        match self {
            Look::Quote(column) | Look::Article(column) => text(column),
            Look::Speaker(column, kind) => match kind.first(doc).and_then(record::speaker_kind) {
                Some(_) => text(column),
                None => Value::None,
            },
            Look::Date(from, to) => match (from.first(doc), to.first(doc)) {
                (Some(from), Some(to)) => Value::Days(from.div_euclid(DAY), to.div_euclid(DAY)),
                _ => Value::None,
            },
        }
    }

    fn text(&self, number: u64) -> tantivy::Result<Option<String>> {
        match self {
            Look::Quote(Some(column)) | Look::Article(Some(column)) | Look::Speaker(Some(column), _) => text_of(column, number),
            _ => Ok(None),
        }
    }
}

fn text_of(column: &StrColumn, number: u64) -> tantivy::Result<Option<String>> {
    let mut text = String::new();
    Ok(column.ord_to_str(number, &mut text)?.then_some(text))
}

impl Facet {
    /// The day, week, month or year in which both days lie; a date that is only a year has no month and counts as its year.
    fn calendar(self, from: i64, to: i64) -> Option<String> {
        let part = |days: i64, length: usize| Some(Date::of_seconds(days * DAY)?.to_string().get(..length)?.to_owned());
        let lengths: &[usize] = match self {
            Facet::Year => &[4],
            Facet::Day => &[10, 7, 4],
            _ => &[7, 4],
        };
        let week = |days: i64| Some(chrono::DateTime::from_timestamp(days * DAY, 0)?.format("%G-W%V").to_string());
        let in_week = || week(from).filter(|value| Some(value) == week(to).as_ref());
        let in_part = || lengths.iter().find_map(|&length| part(from, length).filter(|value| Some(value) == part(to, length).as_ref()));
        if self == Facet::Week { in_week().or_else(in_part) } else { in_part() }
    }
}

/// Collects the names under which somebody speaks; of quotes only.
pub(super) struct Names {
    /// Names that are counted month by month and desk by desk.
    pub(super) by_place: Arc<HashSet<String>>,
}

/// Names of one segment, by the number of the name and what speaks.
pub(super) struct SegmentNames {
    block: Block,
    speaker: Option<StrColumn>,
    kind: Column<u64>,
    role: Option<StrColumn>,
    date: (Column<i64>, Column<i64>),
    desk: Option<StrColumn>,
    names: HashMap<NameKey, OneName>,
    by_place: Arc<HashSet<String>>,
    /// By the number of a name, once it was met: is it counted by place?
    is_by_place: Vec<Option<bool>>,
}

/// Numbers of name and kind, month, number of the desk.
type NameKey = (Option<u64>, u64, Option<i32>, Option<u64>);

/// What was counted of a name.
#[derive(Default)]
struct OneName {
    running: Running,
    /// Few: they are looked through.
    roles: Vec<(u64, u64)>,
    dates: Option<(i64, i64)>,
}

/// Where a name stands: name, month, desk.
type NamePlace = (Option<Arc<str>>, Option<i32>, Option<Arc<str>>);

/// A name as a segment gives it: with month and desk, its kind's code, roles by their text.
pub(super) type SegmentName = (NamePlace, u64, Count, Vec<(Arc<str>, u64)>, Option<(i64, i64)>);

impl Collector for Names {
    type Fruit = Vec<Named>;
    type Child = SegmentNames;

    fn for_segment(&self, _: SegmentOrdinal, reader: &SegmentReader) -> tantivy::Result<SegmentNames> {
        let columns = reader.fast_fields();
        let speaker = columns.str("speaker")?;
        Ok(SegmentNames {
            block: Block::new(true, columns)?,
            is_by_place: vec![None; speaker.as_ref().map_or(0, |column| column.num_terms())],
            by_place: Arc::clone(&self.by_place),
            speaker,
            kind: columns.u64("speaker_kind")?,
            role: columns.str("role")?,
            date: (columns.i64("date_from")?, columns.i64("date_to")?),
            desk: columns.str("desk")?,
            names: HashMap::new(),
        })
    }

    fn requires_scoring(&self) -> bool {
        false
    }

    fn merge_fruits(&self, segments: Vec<tantivy::Result<Vec<SegmentName>>>) -> tantivy::Result<Vec<Named>> {
        // Of a large archive there are millions: what each takes is what all of it takes.
        let mut all = HashMap::<NamePlace, (Named, Vec<(u64, u64)>)>::new();
        for segment in segments {
            for (place, kind, count, roles, dates) in segment? {
                let (named, kinds) = all.entry(place.clone()).or_insert_with(|| {
                    let (name, month, desk) = place;
                    (Named { name, kind: None, roles: Vec::new(), count: Count::default(), dates: None, month, desk }, Vec::new())
                });
                named.count += count;
                named.dates = around(named.dates, dates);
                add(kinds, kind, count.quotes);
                roles.into_iter().for_each(|(role, quotes)| add(&mut named.roles, role, quotes));
            }
        }
        let finish = |(mut named, kinds): (Named, Vec<(u64, u64)>)| {
            let most = kinds.into_iter().max_by_key(|&(code, quotes)| (quotes, std::cmp::Reverse(code)));
            named.kind = most.and_then(|(code, _)| record::speaker_kind(code));
            named.roles.sort_by(|a, b| (b.1, &a.0).cmp(&(a.1, &b.0)));
            named
        };
        let mut names: Vec<Named> = all.into_values().map(finish).collect();
        names.sort_unstable_by(|a, b| (&a.name, a.month, &a.desk).cmp(&(&b.name, b.month, &b.desk)));
        Ok(names)
    }
}

/// Adds to what was counted of something, in a list of few.
fn add<T: PartialEq>(counts: &mut Vec<(T, u64)>, of: T, count: u64) {
    match counts.iter_mut().find(|(known, _)| *known == of) {
        Some((_, known)) => *known += count,
        None => counts.push((of, count)),
    }
}

/// The values of a column by their numbers, each read once.
struct Texts<'a> {
    column: Option<&'a StrColumn>,
    known: HashMap<u64, Arc<str>>,
}

impl<'a> Texts<'a> {
    fn of(column: Option<&'a StrColumn>) -> Self {
        Self { column, known: HashMap::new() }
    }

    fn get(&mut self, number: u64) -> tantivy::Result<Option<Arc<str>>> {
        if let Some(text) = self.known.get(&number) {
            return Ok(Some(Arc::clone(text)));
        }
        let Some(column) = self.column else { return Ok(None) };
        let Some(text) = text_of(column, number)? else { return Ok(None) };
        Ok(Some(Arc::clone(self.known.entry(number).or_insert(text.into()))))
    }
}

/// Groups the values of a column, in the order of their numbers: those for which `group` gives the same are in one.
pub(super) fn groups(column: &StrColumn, group: &dyn Fn(&str) -> Option<String>) -> tantivy::Result<Vec<Option<u32>>> {
    let (mut numbers, mut groups) = (HashMap::new(), Vec::with_capacity(column.num_terms()));
    let mut values = column.dictionary().stream()?;
    while values.advance() {
        let key = std::str::from_utf8(values.key()).ok().and_then(group);
        groups.push(key.map(|key| {
            let next = numbers.len() as u32;
            *numbers.entry(key).or_insert(next)
        }));
    }
    Ok(groups)
}

/// The span around two spans.
pub(super) fn around(one: Option<(i64, i64)>, other: Option<(i64, i64)>) -> Option<(i64, i64)> {
    match (one, other) {
        (Some(one), Some(other)) => Some((one.0.min(other.0), one.1.max(other.1))),
        (one, other) => one.or(other),
    }
}

impl SegmentNames {
    fn is_by_place(&mut self, number: u64) -> bool {
        let (Some(column), Some(known)) = (&self.speaker, self.is_by_place.get_mut(number as usize)) else { return false };
        // What cannot be read is said when the names are.
        *known.get_or_insert_with(|| text_of(column, number).ok().flatten().is_some_and(|name| self.by_place.contains(&name)))
    }
}

impl SegmentCollector for SegmentNames {
    type Fruit = tantivy::Result<Vec<SegmentName>>;

    fn collect(&mut self, doc: DocId, _: Score) {
        let place = self.block.place(doc);
        let kind = self.kind.first(doc).unwrap_or(0);
        let known = record::speaker_kind(kind).is_some();
        let name = self.speaker.as_ref().filter(|_| known).and_then(|column| column.ords().first(doc));
        let date = self.date.0.first(place.article).zip(self.date.1.first(place.article));
        let (mut month, mut desk) = (None, None);
        if name.is_some_and(|number| self.is_by_place(number)) {
            month = date.map(|(from, _)| When::month_of(from));
            desk = self.desk.as_ref().and_then(|column| column.ords().first(place.article));
        }
        let entry = self.names.entry((name, kind, month, desk)).or_default();
        entry.running.add(place.article, 1);
        if let Some(role) = self.role.as_ref().filter(|_| known).and_then(|column| column.ords().first(doc)) {
            add(&mut entry.roles, role, 1);
        }
        entry.dates = around(entry.dates, date);
    }

    fn harvest(self) -> Self::Fruit {
        let (mut speakers, mut desks, mut roles) =
            (Texts::of(self.speaker.as_ref()), Texts::of(self.desk.as_ref()), Texts::of(self.role.as_ref()));
        let mut names = Vec::with_capacity(self.names.len());
        for ((name, kind, month, desk), counted) in self.names {
            let text = name.map(|number| speakers.get(number)).transpose()?.flatten();
            let desk = desk.map(|number| desks.get(number)).transpose()?.flatten();
            let mut held = Vec::with_capacity(counted.roles.len());
            for (number, quotes) in counted.roles {
                held.extend(roles.get(number)?.map(|role| (role, quotes)));
            }
            names.push(((text, month, desk), kind, counted.running.count, held, counted.dates));
        }
        Ok(names)
    }
}
