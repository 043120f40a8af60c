//! What `speakers` and `stats` print as JSON, and what the server says of speakers.

use super::hit::{HitOut, hit};
use super::timeline::{TimelineOut, timeline};
use crate::index::Count;
use crate::people::Reason;
use crate::profile::{Profile, Role};
use crate::quote::SpeakerKind;
use crate::record::{self, show_key};
use crate::schema;
use crate::search::FacetCounts;
use crate::suggest::{Kind, Suggestion, quoted};
use crate::survey::{ArchiveSpeaker, Speakers, Survey};
use crate::text::Date;
use serde::Serialize;

/// Version of these shapes.
pub const SCHEMA_VERSION: u32 = 1;

/// Who speaks.
#[derive(Debug, Serialize)]
pub struct SpeakersOut {
    /// [`SCHEMA_VERSION`].
    pub schema_version: u32,
    /// How many speakers there are.
    pub total: u64,
    /// The most quoted first.
    pub speakers: Vec<SpeakerRow>,
    /// Quotes of whom nobody knows who said them.
    pub unknown: UnknownOut,
}

/// Quotes without a known speaker.
#[derive(Debug, Serialize)]
pub struct UnknownOut {
    /// Quotes.
    pub quotes: u64,
    /// Articles.
    pub articles: u64,
}

/// Somebody who speaks.
#[derive(Debug, Clone, Serialize)]
pub struct SpeakerRow {
    /// The fullest name.
    pub name: String,
    /// person, organisation, unnamed or document.
    pub kind: Option<SpeakerKind>,
    /// Quotes.
    pub quotes: u64,
    /// Articles.
    pub articles: u64,
    /// Day of the first article.
    pub first: Option<String>,
    /// Day of the last article.
    pub last: Option<String>,
    /// Names as resolved within articles.
    pub names: Vec<NameOut>,
    /// Roles.
    pub roles: Vec<RoleOut>,
}

/// A name that was used.
#[derive(Debug, Clone, Serialize)]
pub struct NameOut {
    /// The name.
    pub name: String,
    /// Quotes under it.
    pub quotes: u64,
    /// Why it is theirs: name, spelling, surname, alias or role.
    pub why: Reason,
}

/// A role that was given.
#[derive(Debug, Clone, Serialize)]
pub struct RoleOut {
    /// The role.
    pub role: String,
    /// Whom they speak for.
    pub organisation: Option<String>,
    /// Quotes in it.
    pub quotes: u64,
}

/// The wire form of who speaks; the first `limit` of them, 0 for all.
pub fn speakers(found: &Speakers, limit: usize) -> SpeakersOut {
    let limit = if limit == 0 { usize::MAX } else { limit };
    SpeakersOut {
        schema_version: SCHEMA_VERSION,
        total: found.speakers.len() as u64,
        speakers: found.speakers.iter().take(limit).map(row).collect(),
        unknown: UnknownOut { quotes: found.unknown.quotes, articles: found.unknown.articles },
    }
}

fn row(speaker: &ArchiveSpeaker) -> SpeakerRow {
    let role = |(role, quotes): &(String, u64)| {
        let (role, organisation) = match role.split_once('\n') {
            Some((role, organisation)) => (role, Some(organisation.to_owned())),
            None => (role.as_str(), None),
        };
        RoleOut { role: role.to_owned(), organisation, quotes: *quotes }
    };
    SpeakerRow {
        name: speaker.name.clone(),
        kind: speaker.kind,
        quotes: speaker.count.quotes,
        articles: speaker.count.articles,
        first: speaker.dates.and_then(|(first, _)| day(first)),
        last: speaker.dates.and_then(|(_, last)| day(last)),
        names: speaker.names.iter().map(|name| NameOut { name: name.text.clone(), quotes: name.quotes, why: name.reason }).collect(),
        roles: speaker.roles.iter().map(role).collect(),
    }
}

/// Somebody who speaks, seen from near.
#[derive(Debug, Serialize)]
pub struct ProfileOut {
    /// [`SCHEMA_VERSION`].
    pub schema_version: u32,
    /// Names, roles, counts, dates.
    pub speaker: SpeakerRow,
    /// Roles in time, the latest first.
    pub roles: Vec<RoleInTimeOut>,
    /// Who is quoted in the same articles.
    pub together: Vec<TogetherOut>,
    /// Their quotes by month.
    pub timeline: TimelineOut,
    /// Their latest quotes.
    pub latest: Vec<HitOut>,
}

/// A role in time.
#[derive(Debug, Serialize)]
pub struct RoleInTimeOut {
    /// The role, and whom they speak for in it.
    pub role: String,
    /// Quotes in it.
    pub quotes: u64,
    /// First month in which it was printed.
    pub first: Option<String>,
    /// Last month.
    pub last: Option<String>,
}

/// Somebody who is quoted in the same articles.
#[derive(Debug, Serialize)]
pub struct TogetherOut {
    /// The name.
    pub name: String,
    /// Articles that quote both.
    pub articles: u64,
    /// Their quotes in these.
    pub quotes: u64,
}

/// The wire form of a speaker seen from near.
pub fn profile(found: &Profile) -> ProfileOut {
    let role = |role: &Role| {
        let (first, last) = role.months.clone().unzip();
        RoleInTimeOut { role: role.text.clone(), quotes: role.quotes, first, last }
    };
    let together = |(name, count): &(String, Count)| TogetherOut { name: name.clone(), articles: count.articles, quotes: count.quotes };
    ProfileOut {
        schema_version: SCHEMA_VERSION,
        speaker: row(&found.speaker),
        roles: found.roles.iter().map(role).collect(),
        together: found.together.iter().map(together).collect(),
        timeline: timeline(&format!("speaker:{}", quoted(&found.speaker.name)), &found.months),
        latest: found.latest.iter().enumerate().map(|(i, shown)| hit(shown, i + 1)).collect(),
    }
}

/// Suggestions.
#[derive(Debug, Serialize)]
pub struct SuggestOut {
    /// [`SCHEMA_VERSION`].
    pub schema_version: u32,
    /// What was typed.
    pub query: String,
    /// What it could become, the likeliest first.
    pub suggestions: Vec<SuggestionOut>,
}

/// A suggestion.
#[derive(Debug, Serialize)]
pub struct SuggestionOut {
    /// field, value or spelling.
    pub kind: &'static str,
    /// The whole text as it would be.
    pub text: String,
    /// What is new in it.
    pub label: String,
    /// What a field says.
    pub about: Option<String>,
    /// How many quotes, articles or records have it.
    pub count: Option<u64>,
}

/// The wire form of suggestions.
pub fn suggestions(query: &str, found: &[Suggestion]) -> SuggestOut {
    let suggestion = |suggestion: &Suggestion| SuggestionOut {
        kind: match suggestion.kind {
            Kind::Field => "field",
            Kind::Value => "value",
            Kind::Spelling => "spelling",
        },
        text: suggestion.text.clone(),
        label: suggestion.label.clone(),
        about: suggestion.about.clone(),
        count: suggestion.count,
    };
    SuggestOut { schema_version: SCHEMA_VERSION, query: query.to_owned(), suggestions: found.iter().map(suggestion).collect() }
}

fn day(seconds: i64) -> Option<String> {
    Date::of_seconds(seconds).map(|date| date.to_string())
}

/// What an index holds.
#[derive(Debug, Serialize)]
pub struct StatsOut {
    /// [`SCHEMA_VERSION`].
    pub schema_version: u32,
    /// Articles.
    pub articles: u64,
    /// Quotes in marks.
    pub quotes: u64,
    /// Reported clauses.
    pub reported: u64,
    /// Quotes in marks without a known speaker.
    pub quotes_without_speaker: u64,
    /// Names that speak; `speakers` merges some of them.
    pub names: u64,
    /// Day of the earliest date.
    pub first: Option<String>,
    /// Day of the latest date.
    pub last: Option<String>,
    /// Articles without a date.
    pub undated: u64,
    /// Papers.
    pub publishers: Vec<ValueOut>,
    /// Desks.
    pub desks: Vec<ValueOut>,
    /// Source files.
    pub files: u64,
    /// Root folders.
    pub roots: Vec<RootOut>,
    /// Bytes on disk.
    pub bytes: u64,
    /// Version of the index's format.
    pub format: u32,
    /// Version of the rules by which articles are read and attributed.
    pub records: u32,
    /// The commit: it changes with every change of the index.
    pub commit: String,
}

/// A value with its counts; null for articles that have none.
#[derive(Debug, Serialize)]
pub struct ValueOut {
    /// The value.
    pub value: Option<String>,
    /// Quotes.
    pub quotes: u64,
    /// Articles.
    pub articles: u64,
}

/// A root folder.
#[derive(Debug, Serialize)]
pub struct RootOut {
    /// Its name: part of every key.
    pub name: String,
    /// Where it stood when it was last read.
    pub path: String,
}

/// The wire form of what an index holds.
pub fn stats(survey: &Survey) -> StatsOut {
    let stats = &survey.stats;
    let value = |(value, Count { quotes, articles }): &(Option<String>, Count)| ValueOut {
        value: value.clone(),
        quotes: *quotes,
        articles: *articles,
    };
    let values = |counts: &FacetCounts| counts.values.iter().map(value).collect();
    let unknown = survey.speakers.values.iter().filter(|(value, _)| value.is_none()).map(|(_, count)| count.quotes).sum();
    StatsOut {
        schema_version: SCHEMA_VERSION,
        articles: stats.articles,
        quotes: stats.quotes,
        reported: stats.reported,
        quotes_without_speaker: unknown,
        names: survey.speakers.distinct,
        first: stats.dates.and_then(|(first, _)| day(first)),
        last: stats.dates.and_then(|(_, last)| day(last)),
        undated: stats.undated,
        publishers: values(&survey.publishers),
        desks: values(&survey.desks),
        files: stats.files,
        roots: stats.roots.iter().map(|root| RootOut { name: root.name.clone(), path: root.path.clone() }).collect(),
        bytes: stats.bytes,
        format: schema::fields().format,
        records: record::VERSION,
        commit: show_key(stats.state.commit),
    }
}
