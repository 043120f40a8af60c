//! The search: one box, what was found, and what to narrow it by.

use super::chart::{chart, stretch, unit_of};
use super::hit::hit;
use super::{Failure, Page, Place, counted, framed, help, plain, said, span_of, speaker_href, thousands};
use crate::index::{Facet, Grouping};
use crate::parameters::{self as p, Parameter};
use crate::query::{self, Mode, Query};
use crate::search::{Answer, Diagnose, FacetCounts, Request, search};
use crate::server::api::{Ask, MOST_HITS};
use crate::server::problem::Problem;
use crate::suggest::quoted;
use crate::text::clean::visible;
use crate::timeline::{Timeline, beside};
use maud::{Markup, html};
use std::sync::Arc;

/// What the chart shows.
pub(super) const CHART: Parameter = Parameter {
    name: "chart",
    kind: p::Kind::Choice(&["count", "share"]),
    about: "What the chart shows: counts, or shares of the archive.",
};

/// What of a list of hits a page can show otherwise: order, how many, which page, age, how many values of a facet.
const SHOWN: &[Parameter] = &[p::HITS[0], p::HITS[1], p::HITS[2], p::HITS[4], p::COUNTS[1]];

/// Values of a facet where nobody asks for more.
const VALUES: usize = 8;
/// Values of a facet where somebody does.
const MORE_VALUES: usize = 50;
/// Hits on a page.
const HITS: usize = 10;

/// What hits can be narrowed by.
const FACETS: [(Facet, &str); 5] =
    [(Facet::Speaker, "Speaker"), (Facet::Desk, "Desk"), (Facet::Publisher, "Source"), (Facet::Section, "Section"), (Facet::Kind, "Kind")];

pub(super) fn page(ask: &Ask<'_>) -> Page {
    let place = Place::of(ask.pairs);
    let known: &[&[Parameter]] = &[p::TEXT, p::CLAUSES, p::FILTER, SHOWN, p::UNIT, &[CHART]];
    let usual = Request {
        limit: HITS,
        facet_limit: VALUES,
        mode: Some(Mode::Quotes),
        diagnose: Diagnose::Few,
        timeout: Some(ask.patience),
        ..Request::default()
    };
    let asked = p::read(ask.pairs, known, usual).map_err(|error| wrong(ask, &place, Problem::of(&error, None)))?;
    let mut request = asked.request;
    request.people = Some(Arc::clone(&ask.view.people));
    request.limit = request.limit.clamp(1, MOST_HITS / 10);
    let mode = request.mode.unwrap_or(Mode::Quotes);
    let says = |pair: &(String, String)| !["in", "sort", "limit", "chart", "by", "facet-limit"].contains(&pair.0.as_str());
    if !place.0.iter().any(says) {
        return Ok(welcome(ask, &place, mode));
    }
    // Without words: everything of that time, of that speaker.
    if request.text.trim().is_empty() && request.fields.is_empty() && request.phrase.is_none() {
        request.text = "*".to_owned();
    }
    let unit = match place.get("by") {
        Some(_) => asked.by,
        None => unit_of(stretch(request.since, request.until, ask.view.survey.stats.dates)),
    };
    let of_mode = |(facet, _): &&(Facet, &str)| mode == Mode::Quotes || *facet != Facet::Kind;
    request.facets = FACETS.iter().filter(of_mode).map(|(facet, _)| Grouping::from(*facet)).collect();
    request.facets.push(unit.into());
    let failed = |error| wrong(ask, &place, Problem::of(&error, Some(&request)));
    let answer = search(&ask.view.index, &request).map_err(failed)?;
    let over_time = beside(&answer, unit, ask.view.archive(&request, unit).map_err(failed)?.as_ref());
    let title = match place.get("q") {
        Some(text) => crate::text::clean::visible(text),
        None => "Search".to_owned(),
    };
    let content = html! {
        (form(&place, mode))
        (found(&answer, &over_time, &place, mode))
    };
    Ok(framed(&title, ask.view, &content))
}

/// The page of a query that cannot be read: the box, and the doctor's words under it.
fn wrong(ask: &Ask<'_>, place: &Place, problem: Problem) -> Failure {
    let mode = if place.get("in") == Some("articles") { Mode::Articles } else { Mode::Quotes };
    let content = html! {
        (form(place, mode))
        section.problem role="alert" {
            h1 { (problem.title) }
            p { (said(&problem.detail)) }
            @if let Some(query) = &problem.query {
                @let (start, end) = (query.start.min(query.text.len()), query.end.min(query.text.len()));
                p.caret dir="auto" {
                    code {
                        (plain(query.text.get(..start).unwrap_or_default()))
                        span.fault { (plain(query.text.get(start..end).filter(|words| !words.is_empty()).unwrap_or(" "))) }
                        (plain(query.text.get(end..).unwrap_or_default()))
                    }
                }
                @if let Some(suggestion) = &query.suggestion {
                    p {
                        @if query.repair.as_ref() == Some(suggestion) || query::parse(suggestion).is_ok() && place.get("q") == Some(&query.text) {
                            "Try " a href=(place.with("q", suggestion).href("/")) { code { (plain(suggestion)) } }
                        } @else { (said(suggestion)) }
                    }
                }
            }
        }
        (help::cheatsheet())
    };
    let page = framed(problem.title, ask.view, &content);
    Failure::Shown(Box::new((problem, page)))
}

/// The box with what belongs to it.
fn form(place: &Place, mode: Mode) -> Markup {
    let other = |name: &str| visible(place.get(name).unwrap_or_default());
    let is_open = ["speaker", "since", "until", "on", "indirect", "sort", "desk", "publisher", "headline", "section", "min-confidence"]
        .iter()
        .any(|name| place.get(name).is_some());
    let tab = |name: &str, label: &str, is_current: bool| {
        html! { a href=(place.with("in", name).href("/")) aria-current=[is_current.then_some("page")] { (label) } }
    };
    html! {
        form.search role="search" method="get" action="/" {
            div.box {
                label.sr for="q" { "Search the archive" }
                input #q type="search" name="q" value=(other("q")) autocomplete="off" autocapitalize="off" spellcheck="false"
                    placeholder="words, \"an exact phrase\", speaker:name" aria-describedby="hint";
                button type="submit" { "Search" }
                ul #suggestions role="listbox" aria-label="Suggestions" hidden {}
            }
            p.quiet #hint { "Words in any form, \"exact phrases\", " code { "speaker:name" } ", " code { "OR" } ", " code { "-not" } ", " code { "w/5" } " · " a href="/help" { "all of the language" } }
            nav.tabs aria-label="What to look for" { (tab("quotes", "Quotes", mode == Mode::Quotes)) (tab("articles", "Articles", mode == Mode::Articles)) }
            input type="hidden" name="in" value=(if mode == Mode::Quotes { "quotes" } else { "articles" });
            details.more open[is_open] {
                summary { "Speaker, dates, order" }
                div.fields {
                    @for (name, label, example) in [("speaker", "Speaker", "Mara Lindqvist"), ("since", "Since", "2025-04, last week"), ("until", "Until", "2025-06-30"), ("desk", "Desk", "Politics"), ("publisher", "Source", "Courier"), ("headline", "Headline", "")] {
                        div { label for=(name) { (label) } input id=(name) name=(name) value=(other(name)) placeholder=(example) autocomplete="off"; }
                    }
                    div {
                        label for="sort" { "Order" }
                        select #sort name="sort" {
                            @for (value, label) in [("", "Best first"), ("newest", "Newest first"), ("oldest", "Oldest first")] {
                                option value=(value) selected[other("sort") == value] { (label) }
                            }
                        }
                    }
                    div.check { input #indirect type="checkbox" name="indirect" value="true" checked[["true", "1", "on", "yes"].contains(&other("indirect").as_str())]; label for="indirect" { "Reported clauses too" } }
                }
            }
            @for name in ["on", "section", "min-confidence", "phrase", "match", "plain", "syntax", "lenient", "recency", "chart", "by"] {
                @if place.get(name).is_some() { input type="hidden" name=(name) value=(other(name)); }
            }
        }
    }
}

/// What the archive is, for those who come in.
fn welcome(ask: &Ask<'_>, place: &Place, mode: Mode) -> Markup {
    let view = ask.view;
    let stats = &view.survey.stats;
    let all = Place::default().with("q", "*").with("in", "articles");
    let content = html! {
        (form(place, mode))
        h1 {
            (counted(stats.quotes, "quote")) " in " (counted(stats.articles, "article"))
            @if let Some((first, last)) = span_of(view) { ", " (first) " to " (last) }
        }
        (chart(&view.months, &all, "/", place, "/"))
        div.columns {
            @if !view.speakers.speakers.is_empty() { section aria-labelledby="most" {
                h2 #most { "Most quoted" }
                ul.plain { @for speaker in view.speakers.speakers.iter().take(12) { li { a href=(speaker_href(&speaker.name)) { bdi { (plain(&speaker.name)) } } " " span.quiet { (thousands(speaker.count.quotes)) } } } }
                p { a href="/speakers" { "All who speak" } }
            } }
            (list("Desks", "desk", &view.survey.desks)) (list("Sources", "publisher", &view.survey.publishers))
        }
        (help::cheatsheet())
    };
    framed("Search", view, &content)
}

fn list(title: &str, field: &str, counts: &FacetCounts) -> Markup {
    html! {
        @if counts.distinct > 0 {
            section aria-labelledby=(format!("{field}s")) {
                h2 id=(format!("{field}s")) { (title) }
                ul.plain {
                    @for (value, count) in counts.values.iter().filter_map(|(value, count)| Some((value.as_ref()?, count))).take(12) {
                        li { a href=(Place::default().with("q", &format!("{field}:{}", quoted(value))).with("in", "articles").href("/")) { bdi { (plain(value)) } } " " span.quiet { (thousands(count.articles)) } }
                    }
                }
            }
        }
    }
}

fn found(answer: &Answer, over_time: &Timeline, place: &Place, mode: Mode) -> Markup {
    let what = if mode == Mode::Quotes { "quote" } else { "article" };
    let (first, last) = (answer.seen + 1, answer.seen + answer.hits.len() as u64);
    let kind = if mode == Mode::Quotes { "/api/v1/quotes" } else { "/api/v1/search" };
    let download = |form: &str| {
        place.with("in", "").with("chart", "").with("by", "").with("limit", "0").with("facet-limit", "").with("output", form).href(kind)
    };
    html! {
        div.answer {
            h1 { @if answer.total == 0 { "No " (what) "s" } @else { (counted(answer.total, what)) } }
            p.quiet.understood { "understood as " code dir="auto" { (plain(&answer.understood.to_string())) } }
            @for note in &answer.notes { p.note { (said(note)) } }
            @if let Some(stale) = answer.stale { p.note { (stale) } }
            @if let Some(undated) = answer.undated.filter(|undated| *undated > 0) { p.quiet { (counted(undated, "article")) " of the archive without a date can be no hit of a date" } }
            (advice(answer, place))
        }
        @if answer.total > 0 { (chart(over_time, place, "/", place, "/")) }
        div.results {
            section.list aria-label="Hits" {
                @if answer.total > 0 {
                    p.quiet.links {
                        @if answer.seen > 0 || last < answer.total { (thousands(first)) " to " (thousands(last)) " of " (thousands(answer.total)) " · " }
                        a href=(download("csv")) { "CSV" } " · " a href=(download("jsonl")) { "JSON Lines" }
                    }
                }
                ol.hits start=(first) { @for (i, shown) in answer.hits.iter().enumerate() { (hit(shown, first as usize + i, place)) } }
                @if answer.seen > 0 || answer.next.is_some() {
                    nav.pages aria-label="More hits" {
                        @if answer.seen > 0 { a href=(place.with("cursor", "").href("/")) { "First page" } }
                        @if let Some(next) = answer.next { a rel="next" href=(place.with("cursor", &next.to_string()).href("/")) { "Next page" } }
                    }
                }
            }
            @if answer.total > 0 { (narrow(answer, place, mode)) }
        }
    }
}

/// What the query doctor says, each piece of it a link to the query that it leads to.
fn advice(answer: &Answer, place: &Place) -> Markup {
    let Some(found) = answer.diagnosis.as_ref().filter(|_| answer.total < crate::doctor::FEW) else { return html! {} };
    let text = place.get("q").unwrap_or_default();
    html! {
        @if !found.spellings.is_empty() || !found.without.is_empty() || !found.instead.is_empty() || answer.total == 0 && found.clauses.len() > 1 {
            section.doctor aria-label="Advice" {
                @for query in &found.instead {
                    p { "Said by them: " a href=(place.with("q", &query.clause).href("/")) { code { (plain(&query.clause)) } } " has " (thousands(query.hits)) "." }
                }
                @for spelling in &found.spellings {
                    p {
                        "The archive has "
                        @for (i, (near, count)) in spelling.near.iter().enumerate() {
                            @if i > 0 { ", " }
                            @match replaced(text, &spelling.word, near) {
                                Some(text) => a href=(place.with("q", &text).href("/")) { (plain(near)) },
                                // The word stands in another place than the box.
                                None => (plain(near)),
                            }
                            " (" (thousands(*count)) ")"
                        }
                        " near “" (plain(&spelling.word)) "”."
                    }
                }
                @for clause in &found.without { p { "Without " code { (plain(&clause.clause)) } " there are " (thousands(clause.hits)) "." } }
                @if answer.total == 0 && found.clauses.len() > 1 {
                    p { "Alone: " @for (i, clause) in found.clauses.iter().enumerate() { @if i > 0 { ", " } code { (plain(&clause.clause)) } " " (thousands(clause.hits)) } }
                }
            }
        }
    }
}

/// A text in which a word is spelt otherwise.
fn replaced(text: &str, word: &str, by: &str) -> Option<String> {
    let is_edge = |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric());
    let places = text
        .match_indices(word)
        .find(|(at, _)| is_edge(text[..*at].chars().next_back()) && is_edge(text[at + word.len()..].chars().next()));
    places.map(|(at, _)| format!("{}{by}{}", &text[..at], &text[at + word.len()..]))
}

/// The facets: each value adds a clause to the query, which can be read there and taken out again.
fn narrow(answer: &Answer, place: &Place, mode: Mode) -> Markup {
    html! {
        aside.facets aria-label="Narrow the search" {
            @for (counts, (facet, label)) in answer.facets.iter().filter_map(|counts| Some((counts, FACETS.iter().find(|(facet, _)| *facet == counts.facet.facet)?))) {
                @let values: Vec<(&String, u64)> = counts.values.iter().filter_map(|(value, count)| Some((value.as_ref()?, if mode == Mode::Quotes { count.quotes } else { count.articles }))).collect();
                @if !values.is_empty() {
                    details open {
                        summary { h2 { (label) } }
                        ul.plain {
                            @for (value, count) in &values {
                                li { a href=(narrowed(place, answer, *facet, value, mode).href("/")) { bdi { (plain(value)) } } " " span.quiet { (thousands(*count)) } }
                            }
                        }
                        @if (values.len() as u64) < counts.distinct && place.get("facet-limit").is_none() {
                            p { a.quiet href=(place.with("facet-limit", &MORE_VALUES.to_string()).href("/")) { "more of " (thousands(counts.distinct)) } }
                        }
                    }
                }
            }
        }
    }
}

/// The page with one more clause. A query that is read in another way than ours goes on as it was understood.
fn narrowed(place: &Place, answer: &Answer, facet: Facet, value: &str, mode: Mode) -> Place {
    let read_otherwise = ["plain", "syntax", "lenient", "match"].iter().any(|name| place.get(name).is_some());
    if !read_otherwise {
        return place.with("q", &added(place.get("q").unwrap_or_default(), facet, value, mode));
    }
    // What flags said stands in it.
    let kept =
        place.0.iter().filter(|(name, _)| ["in", "sort", "limit", "chart", "by", "recency"].contains(&name.as_str())).cloned().collect();
    Place(kept).with("q", &added(&answer.understood.to_string(), facet, value, mode))
}

/// A query with one more clause. What a facet says of articles binds to no quote that the query asks for already.
fn added(text: &str, facet: Facet, value: &str, mode: Mode) -> String {
    let clause = format!("{}:{}", facet.name(), quoted(value));
    let clause = if mode == Mode::Articles && facet == Facet::Speaker { format!("({clause})") } else { clause };
    let text = text.trim();
    if text.is_empty() || text == "*" {
        return clause;
    }
    // `a OR b c` would be another question.
    match query::parse(text) {
        Ok(Query::Or(_)) => format!("({text}) {clause}"),
        _ => format!("{text} {clause}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_facet_adds_a_clause_that_says_what_it_says() {
        for (text, facet, value, mode, expected) in [
            ("", Facet::Desk, "World", Mode::Quotes, "desk:World"),
            ("levy", Facet::Speaker, "Mara Hale", Mode::Quotes, "levy speaker:\"Mara Hale\""),
            ("a OR b", Facet::Desk, "World", Mode::Quotes, "(a OR b) desk:World"),
            ("speaker:Hale", Facet::Speaker, "Ann Moss", Mode::Articles, "speaker:Hale (speaker:\"Ann Moss\")"),
            ("*", Facet::Kind, "direct", Mode::Quotes, "kind:direct"),
        ] {
            let query = added(text, facet, value, mode);
            assert_eq!(query, expected);
            query::parse(&query).unwrap_or_else(|error| panic!("{query}: {error}"));
        }
    }

    #[test]
    fn a_word_is_spelt_otherwise_where_it_stands_alone() {
        assert_eq!(replaced("speaker:lindqist lindqistic", "lindqist", "lindqvist").as_deref(), Some("speaker:lindqvist lindqistic"));
        assert_eq!(replaced("levys", "levy", "levies"), None);
    }
}
