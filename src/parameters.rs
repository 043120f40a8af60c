//! Questions as names and values: what stands behind `?` in an address, and what an assistant hands over.
//!
//! Here is a list of names and values, give me what is [`Asked`]. The names are those of the command line's flags and mean the same, values
//! are read by the same functions; [`Parameter`] says of each what it takes, so that the description of an API can be made from the list.

use crate::error::{Error, Result};
use crate::index::{Facet, Grouping, Sort};
use crate::kwic;
use crate::output::offsets::Offsets;
use crate::query::{Field, Match, Mode, Syntax};
use crate::search::{Diagnose, Request, today};
use crate::text::{Date, clean::visible};
use std::collections::HashSet;
use std::fmt::Display;
use std::str::FromStr;
use std::time::Duration;

/// A parameter: its name, what its value is, and what it means.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Parameter {
    /// Name: that of the flag on the command line, `q` for the text.
    pub name: &'static str,
    /// What its value is.
    pub kind: Kind,
    /// What it means: one sentence.
    pub about: &'static str,
}

/// What a value is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Kind {
    /// Any text.
    Text,
    /// `true` or `false`.
    Flag,
    /// A whole number not less than this.
    Whole(u64),
    /// A number from 0 to 1.
    Share,
    /// A day, month, year or stretch of days, as people write them.
    Day,
    /// One of these.
    Choice(&'static [&'static str]),
    /// Names of facets, parted by commas.
    Groupings,
    /// A text of this form (ECMA 262).
    Pattern(&'static str),
}

const fn parameter(name: &'static str, kind: Kind, about: &'static str) -> Parameter {
    Parameter { name, kind, about }
}

/// The text of a question.
pub const TEXT: &[Parameter] = &[parameter("q", Kind::Text, "What to look for, in the query language.")];

/// Which articles count.
pub const FILTER: &[Parameter] = &[
    parameter("headline", Kind::Text, "Words of the headline."),
    parameter("section", Kind::Text, "Words of a crosshead."),
    parameter("desk", Kind::Text, "The newspaper's own section, such as World."),
    parameter("publisher", Kind::Text, "The paper."),
    parameter("since", Kind::Day, "Not earlier than: 2025, 2025-04-17, April 2025, last week, 7d, yesterday."),
    parameter("until", Kind::Day, "Not later than, the last second of that day, month or year included."),
    parameter("on", Kind::Day, "Within this day, month, year or stretch of days; not together with since or until."),
];

/// What is looked for, besides the words of the text.
pub const CLAUSES: &[Parameter] = &[
    parameter("speaker", Kind::Text, "Who speaks."),
    parameter("phrase", Kind::Text, "Exact words: of a quote where a speaker is asked for, else anywhere."),
    parameter("indirect", Kind::Flag, "Reported clauses too, and the whole clause around words in marks."),
    parameter("min-confidence", Kind::Share, "Only quotes whose speaker is at least so sure."),
    parameter("in", Kind::Choice(&["articles", "quotes"]), "What to look for."),
    parameter("match", Kind::Pattern("^(all|any|[1-9][0-9]?%|100%)$"), "How many of the bare words must be there: all, any, or 75%."),
    parameter("plain", Kind::Flag, "Take the text as words only, without any syntax; any of them will do."),
    parameter("syntax", Kind::Choice(&["nexis", "factiva", "proquest", "lucene"]), "Read a text that was written for another system."),
    parameter("lenient", Kind::Flag, "Run the nearest reading of a text that cannot be read, and say so."),
];

/// How long a search may take.
pub const PATIENCE: &[Parameter] = &[
    parameter(
        "timeout",
        Kind::Pattern("^(0\\.(00[1-9]|0[1-9][0-9]?|[1-9][0-9]{0,2})|[1-9][0-9]{0,4}(\\.[0-9]{1,3})?)$"),
        "Give up after so many seconds; no more than the server allows.",
    ),
    parameter("partial", Kind::Flag, "Show what was found until then, and say so; needs timeout."),
];

/// Which hits are shown, and how.
pub const HITS: &[Parameter] = &[
    parameter("sort", Kind::Choice(&["relevance", "newest", "oldest"]), "Order of the hits."),
    parameter("limit", Kind::Whole(0), "How many hits; 0 for all, which only jsonl and csv can give."),
    parameter("cursor", Kind::Pattern("^([0-9a-f]{2}){4,200}$"), "The page behind this cursor: next_cursor of the page before."),
    parameter("explain-score", Kind::Flag, "Say how each score came about."),
    parameter(
        "recency",
        Kind::Pattern("^([1-9][0-9]{0,4}[dw]|[1-9][0-9]{0,2}[my])$"),
        "Let a score be halved after each 30d, 8w, 6m or 2y of age.",
    ),
    parameter("offsets", Kind::Choice(&["bytes", "utf-16", "characters"]), "In what offsets are counted."),
    parameter("explain", Kind::Flag, "Let the query doctor look into the query, however much it finds."),
    parameter("kwic", Kind::Flag, "A concordance instead of the hits: a row for each match, with the words on both sides of it."),
    parameter("kwic-sort", Kind::Choice(&["hits", "left", "right", "date"]), "Order of its rows."),
    parameter("kwic-width", Kind::Whole(0), "Characters of context on each side."),
];

/// What is counted.
pub const COUNTS: &[Parameter] = &[
    parameter(
        "facets",
        Kind::Groupings,
        "Count all hits by these: speaker, role, desk, publisher, section, byline, kind, day, week, month, year; speaker/month: each speaker by month.",
    ),
    parameter("facet-limit", Kind::Whole(0), "How many values of a facet, 0 for all."),
];

/// The unit of a timeline.
pub const UNIT: &[Parameter] =
    &[parameter("by", Kind::Choice(&["day", "week", "month", "year"]), "The unit of the calendar; weeks are those of ISO 8601.")];

/// How many of a list are shown.
pub const LIMIT: &[Parameter] = &[parameter("limit", Kind::Whole(0), "How many to show, 0 for all.")];

/// The form of the answer.
pub const OUTPUT: &[Parameter] =
    &[parameter("output", Kind::Choice(&["json", "jsonl", "csv"]), "The form of the answer; it goes before the header Accept.")];

/// The form of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Form {
    /// One object.
    #[default]
    Json,
    /// One object a line, then a summary.
    Jsonl,
    /// A table.
    Csv,
}

/// What is asked.
#[derive(Debug, Clone)]
pub struct Asked {
    /// The question.
    pub request: Request,
    /// The form of the answer, where one was named.
    pub form: Option<Form>,
    /// In what offsets are counted.
    pub offsets: Offsets,
    /// The unit of a timeline.
    pub by: Facet,
    /// A concordance is wanted: the order of its rows, and how much context they show.
    pub kwic: Option<(kwic::Order, usize)>,
}

/// Reads names and values; a value that is empty says nothing, as forms send it. `known` are the parameters that may stand there, `usual` is
/// what holds where nothing is said. A name may be written with `_` for `-`.
///
/// # Errors
/// A parameter is not known, stands twice, or its value cannot be read; two contradict each other.
pub fn read(pairs: &[(String, String)], known: &[&[Parameter]], usual: Request) -> Result<Asked> {
    let mut asked = Asked { request: usual, form: None, offsets: Offsets::Bytes, by: Facet::Month, kwic: None };
    let mut seen = HashSet::new();
    let (mut order, mut width) = (kwic::Order::Hits, kwic::WIDTH);
    let mut wants_kwic = false;
    for (typed, value) in pairs {
        let name = typed.replace('_', "-");
        let known = || known.iter().flat_map(|list| list.iter());
        let Some(parameter) = known().find(|parameter| parameter.name == name) else {
            let near = known().map(|parameter| (strsim::jaro_winkler(&name, parameter.name), parameter.name));
            let near = near.max_by(|a, b| a.0.total_cmp(&b.0)).filter(|(score, _)| *score > 0.8);
            let hint = match near {
                Some((_, near)) => format!("did you mean `{near}`?"),
                None if known().next().is_none() => "none is taken here".to_owned(),
                None => format!("there are {}", known().map(|parameter| parameter.name).collect::<Vec<_>>().join(", ")),
            };
            return Err(Error::Usage(format!("there is no parameter `{}`; {hint}", visible(typed))));
        };
        if value.is_empty() {
            continue;
        }
        if !seen.insert(parameter.name) && parameter.name != "facets" {
            return Err(Error::Usage(format!("the parameter `{name}` stands there twice")));
        }
        let wrong = |error: String| Error::Usage(format!("{name}={}: {error}", visible(value)));
        match parameter.name {
            "output" => asked.form = Some(form(value).map_err(wrong)?),
            "offsets" => asked.offsets = offsets(value).map_err(wrong)?,
            "by" => {
                asked.by = Facet::from_str(value)
                    .ok()
                    .filter(|unit| unit.is_of_time())
                    .ok_or_else(|| wrong("write day, week, month or year".into()))?
            }
            "kwic" => wants_kwic = flag(value).map_err(wrong)?,
            // Of a page: where it is looked at.
            "quote" | "part" => whole(value).map(|_| ()).map_err(wrong)?,
            "kwic-sort" => order = kwic_order(value).map_err(wrong)?,
            "kwic-width" => {
                width = whole(value).map_err(wrong)?;
                if width > WIDEST {
                    return Err(wrong(format!("no more than {WIDEST} characters")));
                }
            }
            name => set(&mut asked.request, name, value).map_err(wrong)?,
        }
    }
    let has = |name| seen.contains(name);
    if has("on") && (has("since") || has("until")) {
        return Err(Error::Usage("`on` cannot stand together with `since` or `until`".into()));
    }
    if asked.request.partial && !has("timeout") {
        return Err(Error::Usage("`partial` needs `timeout`: after how many seconds what was found is an answer".into()));
    }
    if asked.request.plain && asked.request.syntax.is_some() {
        return Err(Error::Usage("`plain` cannot stand together with `syntax`".into()));
    }
    if wants_kwic && (!asked.request.facets.is_empty() || asked.request.explain_score) {
        return Err(Error::Usage("`kwic` cannot stand together with `facets` or `explain-score`".into()));
    }
    if wants_kwic {
        asked.kwic = Some((order, width));
        asked.request.marks = true;
    } else if has("kwic-sort") || has("kwic-width") {
        return Err(Error::Usage("`kwic-sort` and `kwic-width` need `kwic`".into()));
    }
    if asked.form == Some(Form::Csv) && asked.offsets != Offsets::Bytes {
        return Err(Error::Usage("`offsets` is for json and jsonl, which say in what they count".into()));
    }
    Ok(asked)
}

/// Sets what one parameter says.
fn set(request: &mut Request, name: &str, value: &str) -> Result<(), String> {
    let field = |request: &mut Request, field| request.fields.push((field, value.to_owned()));
    match name {
        "q" => request.text = value.to_owned(),
        "speaker" => field(request, Field::Speaker),
        "headline" => field(request, Field::Headline),
        "section" => field(request, Field::Section),
        "desk" => field(request, Field::Desk),
        "publisher" => field(request, Field::Publisher),
        "phrase" => request.phrase = Some(value.to_owned()),
        "since" => request.since = Some(dates(value)?.0),
        "until" => request.until = Some(dates(value)?.1),
        "on" => {
            let (first, last) = dates(value)?;
            (request.since, request.until) = (Some(first), Some(last));
        }
        "indirect" => request.indirect = flag(value)?,
        "min-confidence" => request.min_confidence = Some(share(value)?),
        "in" => request.mode = Some(mode(value)?),
        "match" => request.matching = Some(parsed::<Match>(value)?),
        "plain" => request.plain = flag(value)?,
        "syntax" => request.syntax = Some(parsed::<Syntax>(value)?),
        "lenient" => request.lenient = flag(value)?,
        "sort" => request.sort = sort(value)?,
        "limit" => request.limit = whole(value)?,
        "cursor" => request.cursor = Some(value.parse()?),
        "facets" => request.facets.extend(groupings(value)?),
        "facet-limit" => request.facet_limit = whole(value)?,
        "explain-score" => request.explain_score = flag(value)?,
        "explain" if flag(value)? => request.diagnose = Diagnose::Always,
        "recency" => request.half_life = Some(days(value)?),
        "timeout" => request.timeout = Some(seconds(value)?),
        "partial" => request.partial = flag(value)?,
        _ => {}
    }
    request.facets = distinct(&request.facets);
    Ok(())
}

fn parsed<T: FromStr<Err: Display>>(text: &str) -> Result<T, String> {
    text.parse().map_err(|error: T::Err| error.to_string())
}

/// `true`, `false`, `1`, `0`, and the words of forms.
fn flag(text: &str) -> Result<bool, String> {
    match text.to_ascii_lowercase().as_str() {
        "true" | "1" | "on" | "yes" => Ok(true),
        "false" | "0" | "off" | "no" => Ok(false),
        _ => Err("write true or false".to_owned()),
    }
}

/// Characters of context on each side of a match at most: rows are held all at once.
const WIDEST: usize = 1000;

/// The greatest whole number that is taken.
pub const GREATEST: usize = 1_000_000_000;

fn whole(text: &str) -> Result<usize, String> {
    let number = text.parse().ok().filter(|number| *number <= GREATEST);
    number.ok_or_else(|| format!("not a whole number from 0 to {GREATEST}"))
}

fn mode(text: &str) -> Result<Mode, String> {
    match text {
        "articles" => Ok(Mode::Articles),
        "quotes" => Ok(Mode::Quotes),
        _ => Err("write articles or quotes".to_owned()),
    }
}

fn sort(text: &str) -> Result<Sort, String> {
    match text {
        "relevance" => Ok(Sort::Relevance),
        "newest" => Ok(Sort::Newest),
        "oldest" => Ok(Sort::Oldest),
        _ => Err("write relevance, newest or oldest".to_owned()),
    }
}

fn form(text: &str) -> Result<Form, String> {
    match text {
        "json" => Ok(Form::Json),
        "jsonl" => Ok(Form::Jsonl),
        "csv" => Ok(Form::Csv),
        _ => Err("write json, jsonl or csv".to_owned()),
    }
}

fn offsets(text: &str) -> Result<Offsets, String> {
    match text {
        "bytes" => Ok(Offsets::Bytes),
        "utf-16" => Ok(Offsets::Utf16),
        "characters" => Ok(Offsets::Characters),
        _ => Err("write bytes, utf-16 or characters".to_owned()),
    }
}

fn kwic_order(text: &str) -> Result<kwic::Order, String> {
    match text {
        "hits" => Ok(kwic::Order::Hits),
        "left" => Ok(kwic::Order::Left),
        "right" => Ok(kwic::Order::Right),
        "date" => Ok(kwic::Order::Date),
        _ => Err("write hits, left, right or date".to_owned()),
    }
}

fn groupings(text: &str) -> Result<Vec<Grouping>, String> {
    text.split(',').filter(|name| !name.trim().is_empty()).map(parsed).collect()
}

/// Each facet once, in the order in which they were named.
pub fn distinct(facets: &[Grouping]) -> Vec<Grouping> {
    let mut seen = HashSet::new();
    facets.iter().copied().filter(|facet| seen.insert(*facet)).collect()
}

/// A number from 0 to 1.
///
/// # Errors
/// It is none.
pub fn share(text: &str) -> Result<f32, String> {
    let number = text.parse::<f32>().ok().filter(|number| (0.0..=1.0).contains(number));
    number.ok_or_else(|| "not a number from 0 to 1".to_owned())
}

/// `30d`, `8w`, `6m`, `2y`, in days.
///
/// # Errors
/// It is no age.
pub fn days(text: &str) -> Result<f64, String> {
    let unit = text.chars().next_back().unwrap_or_default();
    let length = match unit {
        'd' => 1.0,
        'w' => 7.0,
        'm' => 30.436_875,
        'y' => 365.242_5,
        _ => f64::NAN,
    };
    let number = text.strip_suffix(unit).and_then(|number| number.parse::<f64>().ok());
    let days = number.map(|number| number * length).filter(|days| (0.01..1e6).contains(days));
    days.ok_or_else(|| "write days, weeks, months or years: 30d, 8w, 6m, 2y".to_owned())
}

/// `2`, `0.5`
///
/// # Errors
/// It is no stretch of time.
pub fn seconds(text: &str) -> Result<Duration, String> {
    let number = text.trim_end_matches('s').parse::<f64>().ok().filter(|seconds| (0.001..1e6).contains(seconds));
    number.map(Duration::from_secs_f64).ok_or_else(|| "write seconds: 2, 0.5".to_owned())
}

/// The first and the last date that a text stands for, counted from today.
///
/// # Errors
/// It is no date, or has more than one reading.
pub fn dates(text: &str) -> Result<(Date, Date), String> {
    Date::typed(text, today()).ok_or_else(|| {
        "not a date from 1600 to 9999 that has one reading; write 2025, 2025-04, 2025-04-17, \"April 2025\", \"17 April 2025\", 2025-Q2, 1990s, \
         yesterday, \"last week\", 7d or \"3 months ago\""
            .to_owned()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: &[&[Parameter]] = &[TEXT, CLAUSES, FILTER, PATIENCE, HITS, COUNTS, UNIT, OUTPUT];

    fn asked(text: &str) -> Result<Asked> {
        let pairs: Vec<(String, String)> =
            text.split('&').filter_map(|pair| pair.split_once('=')).map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        read(&pairs, ALL, Request { limit: 10, ..Request::default() })
    }

    #[test]
    fn what_is_said_is_read() {
        let asked = asked("q=levy&speaker=Hale&desk=World&min_confidence=0.5&in=quotes&sort=newest&limit=3&facets=speaker,desk&since=&partial=true&timeout=2").expect("a question");
        let request = asked.request;
        assert_eq!((request.text.as_str(), request.limit, request.sort, request.mode), ("levy", 3, Sort::Newest, Some(Mode::Quotes)));
        assert_eq!(request.fields, [(Field::Speaker, "Hale".to_owned()), (Field::Desk, "World".to_owned())]);
        assert_eq!((request.min_confidence, request.facets.len(), request.since), (Some(0.5), 2, None));
        assert_eq!((request.timeout, request.partial), (Some(Duration::from_secs(2)), true));
    }

    #[test]
    fn what_cannot_be_read_is_an_error_that_says_so() {
        for (text, part) in [
            ("speker=A", "did you mean `speaker`?"),
            ("xyzzy=1", "there are q, speaker"),
            ("q=a&q=b", "twice"),
            ("since=17/04/25", "not a date"),
            ("on=2025&since=2024", "cannot stand together"),
            ("in=houses", "write articles or quotes"),
            ("limit=-1", "not a whole number"),
            ("min-confidence=2", "not a number from 0 to 1"),
            ("partial=true", "needs `timeout`"),
            ("kwic-sort=left", "need `kwic`"),
            ("facets=moon", "hits can be counted by"),
            ("cursor=00", "not a cursor"),
            ("output=csv&offsets=utf-16", "is for json"),
            ("plain=perhaps", "true or false"),
        ] {
            let error = asked(text).expect_err(text).to_string();
            assert!(error.contains(part), "{text}: {error}");
        }
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_fine(name in "[a-z_-]{0,12}|q|since|cursor|facets|recency", value in "(?s).{0,20}") {
            let _ = read(&[(name, value)], ALL, Request::default());
        }
    }
}
