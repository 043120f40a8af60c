//! Who speaks: the list, and the page of one.

use super::chart::chart;
use super::hit::hit;
use super::{Page, Place, counted, framed, plain, speaker_href, thousands};
use crate::output::survey::{RoleOut, SpeakerRow, speakers};
use crate::parameters as p;
use crate::people::Reason;
use crate::profile::{Profile, profile};
use crate::quote::SpeakerKind;
use crate::search::Request;
use crate::server::api::{Ask, no_speaker};
use crate::suggest::quoted;
use maud::{Markup, html};

/// Speakers on a page, and at most.
const ROWS: usize = 100;
const MOST_ROWS: usize = 5_000;
/// Latest quotes of a speaker.
const LATEST: usize = 10;

pub(super) fn list(ask: &Ask<'_>) -> Page {
    let asked = p::read(ask.pairs, &[p::TEXT, p::FILTER, p::LIMIT], Request { limit: ROWS, ..Request::default() })?;
    let place = Place::of(ask.pairs);
    let request = asked.request;
    let limit = if request.limit == 0 { MOST_ROWS } else { request.limit.min(MOST_ROWS) };
    let found = speakers(ask.view.speakers_of(&request)?.as_ref(), limit);
    let shown = found.speakers.len() as u64;
    let content = html! {
        h1 { "Who speaks" }
        form.find method="get" action="/speakers" role="search" {
            label for="pattern" { "Beginnings of a name" }
            input #pattern type="search" name="q" value=(crate::text::clean::visible(&request.text)) autocomplete="off" spellcheck="false" placeholder="mara l";
            button type="submit" { "Find" }
        }
        p.quiet {
            @if shown < found.total { (thousands(shown)) " of " } (counted(found.total, "speaker"))
            @if found.unknown.quotes > 0 { "; " (counted(found.unknown.quotes, "quote")) " without a known speaker" }
            @if shown < found.total && limit < MOST_ROWS { " · " a href=(place.with("limit", &(limit * 5).to_string()).href("/speakers")) { "show more" } }
            " · " a href=(place.with("output", "csv").with("limit", "0").href("/api/v1/speakers")) { "CSV" }
            " · " a href=(place.with("output", "jsonl").with("limit", "0").href("/api/v1/speakers")) { "JSON Lines" }
        }
        @if found.total == 0 { p.none { "Nobody speaks under such a name." } } @else {
            div.scroll tabindex="0" role="region" aria-label="Speakers" {
                table.speakers {
                    thead { tr { th scope="col" { "Name" } th scope="col" { "Quotes" } th scope="col" { "Articles" } th scope="col" { "First" } th scope="col" { "Last" } th scope="col" { "Role" } } }
                    tbody { @for row in &found.speakers { (self::row(row)) } }
                }
            }
        }
    };
    Ok(framed("Who speaks", ask.view, &content))
}

fn row(row: &SpeakerRow) -> Markup {
    html! {
        tr {
            th scope="row" { a href=(speaker_href(&row.name)) { bdi { (plain(&row.name)) } } @if let Some(kind) = kind(row.kind) { span.quiet { " " (kind) } } }
            td { (thousands(row.quotes)) } td { (thousands(row.articles)) }
            td { (row.first.as_deref().unwrap_or_default()) } td { (row.last.as_deref().unwrap_or_default()) }
            td { @if let Some(RoleOut { role, .. }) = row.roles.first() { bdi { (plain(role)) } } }
        }
    }
}

fn kind(kind: Option<SpeakerKind>) -> Option<&'static str> {
    match kind {
        Some(SpeakerKind::Organisation) => Some("organisation"),
        Some(SpeakerKind::Unnamed) => Some("not named"),
        Some(SpeakerKind::Document) => Some("document"),
        _ => None,
    }
}

pub(super) fn one(ask: &Ask<'_>) -> Page {
    p::read(ask.pairs, &[&[super::search::CHART]], Request::default())?;
    let place = Place::of(ask.pairs);
    let speaker = ask.view.speaker(ask.id).ok_or_else(|| no_speaker(ask.id))?;
    let found = profile(&ask.view.index, &ask.view.people, speaker, LATEST)?;
    let name = &found.speaker.name;
    let theirs = Place::default().with("q", &format!("speaker:{}", quoted(name))).with("in", "quotes");
    let newest = theirs.with("sort", "newest");
    let count = found.speaker.count;
    let content = html! {
        h1 { bdi { (plain(name)) } }
        p.where {
            (counted(count.quotes, "quote")) " in " (counted(count.articles, "article"))
            @if let Some(kind) = kind(found.speaker.kind) { " · " (kind) }
            " · " a href=(theirs.href("/")) { "search their quotes" }
            " · " a href=(theirs.with("in", "").with("output", "csv").with("limit", "0").href("/api/v1/quotes")) { "CSV" }
            " · " a href=(format!("/api/v1{}", speaker_href(name))) { "JSON" }
        }
        (chart(&found.months, &theirs, "/", &place, &speaker_href(name)))
        div.columns {
            (roles(&found)) (names(&found)) (together(&found, &theirs))
        }
        section aria-labelledby="latest" {
            h2 #latest { "Latest quotes" }
            ol.hits { @for (i, shown) in found.latest.iter().enumerate() { (hit(shown, i + 1, &theirs)) } }
            @if count.quotes > found.latest.len() as u64 { p { a href=(newest.href("/")) { "All " (counted(count.quotes, "quote")) ", newest first" } } }
        }
    };
    Ok(framed(&crate::text::clean::visible(name), ask.view, &content))
}

fn roles(found: &Profile) -> Markup {
    html! {
        @if !found.roles.is_empty() {
            section aria-labelledby="roles" {
                h2 #roles { "Roles over time" }
                ul.plain {
                    @for role in &found.roles {
                        li {
                            bdi { (plain(&role.text)) } " "
                            span.quiet {
                                @if let Some((first, last)) = &role.months { (first) @if first != last { " to " (last) } ", " }
                                (counted(role.quotes, "quote"))
                            }
                        }
                    }
                }
            }
        }
    }
}

fn names(found: &Profile) -> Markup {
    html! {
        section aria-labelledby="names" {
            h2 #names { "Names used" }
            ul.plain {
                @for name in &found.speaker.names {
                    li { bdi { (plain(&name.text)) } " " span.quiet { (counted(name.quotes, "quote")) (why(name.reason)) } }
                }
            }
        }
    }
}

fn why(reason: Reason) -> &'static str {
    match reason {
        Reason::Name => "",
        Reason::Spelling => ", another spelling",
        Reason::Surname => ", their surname alone",
        Reason::Alias => ", by people.toml",
        Reason::Role => ", a role by people.toml",
    }
}

fn together(found: &Profile, theirs: &Place) -> Markup {
    html! {
        @if !found.together.is_empty() {
            section aria-labelledby="together" {
                h2 #together { "Quoted together with" }
                ul.plain {
                    @for (name, count) in &found.together {
                        @let both = format!("({}) (speaker:{})", theirs.get("q").unwrap_or_default(), quoted(name));
                        li {
                            a href=(speaker_href(name)) { bdi { (plain(name)) } } " "
                            a.quiet href=(Place::default().with("q", &both).with("in", "articles").href("/")) { (counted(count.articles, "article")) }
                        }
                    }
                }
            }
        }
    }
}
