//! The page: HTML made on the server, which works without scripts; scripts add comfort.
//!
//! Everything from an article goes through `maud`, which escapes it; nothing is fetched from anywhere else ([`POLICY`]); every state is an
//! address.

mod article;
mod chart;
mod help;
mod hit;
mod search;
mod speaker;

use super::api::Ask;
use super::problem::Problem;
use super::reply::{self, Reply};
use super::room::View;
use crate::text::{Span, clean::visible};
use maud::{DOCTYPE, Markup, PreEscaped, html};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// What a page may load, and what it may do.
pub const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// Answers for a page.
pub type Answer = fn(&Ask<'_>) -> Reply;

/// The pages, by path.
pub const PAGES: [(&str, Answer); 5] = [
    ("/", |ask| finished(search::page(ask))),
    ("/articles/{*id}", |ask| finished(article::page(ask))),
    ("/speakers", |ask| finished(speaker::list(ask))),
    ("/speakers/{*id}", |ask| finished(speaker::one(ask))),
    ("/help", |ask| finished(help::page(ask))),
];

const STYLE: &str = include_str!("../assets/style.css");
const SCRIPT: &str = include_str!("../assets/script.js");
const ICON: &str = include_str!("../assets/icon.svg");

/// What pages load: path, kind, content.
pub const ASSETS: [(&str, &str, &str); 3] = [
    ("/assets/style.css", "text/css; charset=utf-8", STYLE),
    ("/assets/script.js", "text/javascript; charset=utf-8", SCRIPT),
    ("/assets/icon.svg", "image/svg+xml", ICON),
];

/// The version of the assets: part of their addresses, so that a browser may keep them.
pub fn asset_tag() -> &'static str {
    static TAG: std::sync::OnceLock<String> = std::sync::OnceLock::new();
    TAG.get_or_init(|| format!("\"{:016x}\"", crate::record::key(&[STYLE, SCRIPT, ICON])))
}

fn asset(path: &str) -> String {
    format!("{path}?v={}", asset_tag().trim_matches('"'))
}

/// The page of a problem, for those who read pages.
pub(super) fn of_problem(problem: Problem) -> Reply {
    finished(Err(Failure::Problem(problem)))
}

/// A page, or what is wrong.
type Page = Result<Markup, Failure>;

/// What is wrong, and perhaps a page that says so in its place.
enum Failure {
    /// Nothing can be shown but the problem.
    Problem(Problem),
    /// A page that shows it.
    Shown(Box<(Problem, Markup)>),
}

impl<T: Into<Problem>> From<T> for Failure {
    fn from(problem: T) -> Self {
        Self::Problem(problem.into())
    }
}

fn finished(page: Page) -> Reply {
    match page {
        Ok(page) => Reply::whole(reply::HTML, page.into_string()),
        Err(Failure::Shown(shown)) => {
            let (problem, page) = *shown;
            Reply { retry_after: problem.retry_after, ..Reply::whole(reply::HTML, page.into_string()).status(problem.code()) }
        }
        Err(Failure::Problem(problem)) => {
            let page = bare(
                problem.title,
                &html! {
                    h1 { (problem.title) }
                    p { (said(&problem.detail)) }
                    @if !problem.keys.is_empty() {
                        ul { @for key in &problem.keys { li { a href=(format!("/articles/{key}")) { (key) } } } }
                    }
                    p { a href="/" { "Search the archive" } }
                },
            );
            Reply { retry_after: problem.retry_after, ..Reply::whole(reply::HTML, page.into_string()).status(problem.code()) }
        }
    }
}

/// The frame of a page.
fn bare(title: &str, content: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                meta name="robots" content="noindex";
                title { (title) " · onrecord" }
                link rel="icon" type="image/svg+xml" href=(asset("/assets/icon.svg"));
                link rel="stylesheet" href=(asset("/assets/style.css"));
                script src=(asset("/assets/script.js")) defer {}
            }
            body {
                a.skip href="#main" { "Skip to the content" }
                header.top {
                    a.brand href="/" { "on" b { "record" } }
                    nav aria-label="Pages" {
                        a href="/" { "Search" }
                        a href="/speakers" { "Speakers" }
                        a href="/help" { "Help" }
                    }
                }
                main #main tabindex="-1" { (content) }
                p.sr role="status" aria-live="polite" #say {}
            }
        }
    }
}

/// The same with what the archive holds at its foot.
fn framed(title: &str, view: &View, content: &Markup) -> Markup {
    let stats = &view.survey.stats;
    let foot = html! {
        footer.foot {
            p {
                (counted(stats.articles, "article")) ", " (counted(stats.quotes, "quote"))
                @if let Some((first, last)) = span_of(view) { ", " (first) " to " (last) }
                ". Speakers are found by rules, and rules err: check before you print. "
                a href="/api/v1/openapi.json" { "API" }
            }
        }
    };
    bare(title, &html! { (content) (foot) })
}

/// First and last day of an archive.
fn span_of(view: &View) -> Option<(String, String)> {
    let day = |seconds| crate::text::Date::of_seconds(seconds).map(|date| date.to_string());
    let (first, last) = view.survey.stats.dates?;
    day(first).zip(day(last))
}

/// `12,345 quotes`
fn counted(count: u64, what: &str) -> String {
    format!("{} {what}{}", thousands(count), if count == 1 { "" } else { "s" })
}

/// `12,345`
fn thousands(count: u64) -> String {
    let digits = count.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A text with marks; without control characters, which keep their place.
fn marked(text: &str, marks: &[Span]) -> Markup {
    let mut at = 0;
    html! {
        @for mark in marks {
            (plain(text.get(at..mark.start as usize).unwrap_or_default()))
            mark { (plain(text.get(mark.range()).unwrap_or_default())) }
            ({ at = mark.end as usize; PreEscaped("") })
        }
        (plain(text.get(at..).unwrap_or_default()))
    }
}

/// A text of an article; a control character is shown as such. What turns the reading direction ends with its element (`dir="auto"`, `bdi`).
fn plain(text: &str) -> Markup {
    if text.contains(|c: char| c.is_control() && c != '\n') {
        html! { (visible(text)) }
    } else {
        html! { (text) }
    }
}

/// A message of the program, in which what is typed stands between backticks.
fn said(text: &str) -> Markup {
    html! { @for (i, piece) in text.split('`').enumerate() { @if i % 2 == 1 { code { (plain(piece)) } } @else { (plain(piece)) } } }
}

/// What may stand in a path as it is.
const IN_PATH: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// A part of a path.
fn in_path(text: &str) -> String {
    utf8_percent_encode(text, IN_PATH).to_string()
}

/// The address of a speaker's page.
fn speaker_href(name: &str) -> String {
    format!("/speakers/{}", in_path(name))
}

/// The state of a page: what stands behind `?`.
#[derive(Debug, Clone, Default)]
struct Place(Vec<(String, String)>);

impl Place {
    fn of(pairs: &[(String, String)]) -> Self {
        // As they came: an address says the same again. What is shown of them is made visible where it is shown.
        let named = |(name, value): &(String, String)| (name.replace('_', "-"), value.clone());
        Self(pairs.iter().filter(|(_, value)| !value.is_empty()).map(named).collect())
    }

    fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The same with another value; another question begins at its first page.
    fn with(&self, name: &str, value: &str) -> Self {
        let mut pairs: Vec<(String, String)> = self.0.iter().filter(|(known, _)| known != name && known != "cursor").cloned().collect();
        if !value.is_empty() {
            pairs.push((name.to_owned(), value.to_owned()));
        }
        Self(pairs)
    }

    fn href(&self, path: &str) -> String {
        if self.0.is_empty() {
            return path.to_owned();
        }
        format!("{path}?{}", form_urlencoded::Serializer::new(String::new()).extend_pairs(&self.0).finish())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_escaped_and_marked() {
        let text = "a <b> & \"c\"";
        assert_eq!(marked(text, &[Span::new(2, 5)]).into_string(), "a <mark>&lt;b&gt;</mark> &amp; &quot;c&quot;");
        assert!(!marked("a\u{1b}b", &[]).into_string().contains('\u{1b}'));
        assert_eq!(marked("", &[]).into_string(), "");
    }

    #[test]
    fn numbers_and_paths_are_written_for_people_and_browsers() {
        assert_eq!(["0", "999", "1,000", "1,234,567"], [0, 999, 1000, 1_234_567].map(thousands).each_ref().map(String::as_str));
        assert_eq!(in_path("Ana/../O’Neill?"), "Ana%2F..%2FO%E2%80%99Neill%3F");
        let place = Place::of(&[("q".into(), "a b&c".into()), ("cursor".into(), "00".into()), ("since".into(), String::new())]);
        assert_eq!(place.with("in", "quotes").href("/"), "/?q=a+b%26c&in=quotes");
        assert_eq!(place.with("q", "").href("/"), "/");
    }
}
