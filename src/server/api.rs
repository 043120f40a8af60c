//! The API: a question as names and values, answered as the command line answers it.
//!
//! [`ROUTES`] is the list of what can be asked; the router, the description of the API and its tests are made from it.

use super::problem::{Problem, Trouble};
use super::reply::{self, Content, Reply};
use super::room::View;
use crate::index::{Facet, Grouping};
use crate::kwic;
use crate::output::{self, csv};
use crate::parameters::{self as p, Asked, Form, Parameter};
use crate::profile::profile;
use crate::query::Mode;
use crate::record::show_key;
use crate::search::{Answer, Diagnose, Named, Request, asks_for_speaker, named, search, understand};
use crate::suggest::suggest;
use crate::timeline::beside;
use serde::Serialize;
use std::io::{self, Write};
use std::sync::Arc;
use std::time::Duration;

/// A question to the server.
pub struct Ask<'a> {
    /// What is asked of.
    pub view: &'a Arc<View>,
    /// What stands in the path, decoded: the id of an article, the name of a speaker.
    pub id: &'a str,
    /// What stands behind `?`, decoded.
    pub pairs: &'a [(String, String)],
    /// The header Accept; empty for anything.
    pub accept: &'a str,
    /// How long a search may take.
    pub patience: Duration,
}

/// Something that can be asked.
pub struct Route {
    /// Path, with `{id}` for what varies.
    pub path: &'static str,
    /// Its name.
    pub name: &'static str,
    /// What it gives: one sentence.
    pub about: &'static str,
    /// What may stand behind `?`.
    pub parameters: &'static [&'static [Parameter]],
    /// What the `{id}` is.
    pub id: Option<&'static str>,
    /// Name of the schema of its JSON: `schema/NAME.schema.json`.
    pub schema: &'static str,
    /// True where JSON Lines and CSV can be had.
    pub tables: bool,
    /// Answers it.
    pub answer: fn(&Ask<'_>) -> Result<Reply, Problem>,
}

/// Hits that one JSON object holds at most.
pub const MOST_HITS: usize = 1000;
/// Hits that are held at once while a download is written.
const PAGE: usize = 1000;
/// Values of a facet that are counted where nobody says how many.
const FACET_VALUES: usize = 10;
/// Suggestions where nobody says how many, and at most.
const SUGGESTIONS: usize = 8;
const MOST_SUGGESTIONS: usize = 50;
/// Latest quotes of a speaker.
const LATEST: usize = 10;
/// Articles of one id whose keys are listed, and of how many it is said what they are.
const MOST_KEYS: usize = 100;
const MOST_TOLD: usize = 10;

const SEARCH: &[&[Parameter]] = &[p::TEXT, p::CLAUSES, p::FILTER, p::HITS, p::COUNTS, p::PATIENCE, p::OUTPUT];

/// Everything that can be asked.
pub static ROUTES: [Route; 10] = [
    Route {
        path: "/api/v1/search",
        name: "search",
        about: "Articles, ranked, with what matched marked; in=quotes gives quotes.",
        parameters: SEARCH,
        id: None,
        schema: "hit",
        tables: true,
        answer: |ask| hits(ask, Mode::Articles),
    },
    Route {
        path: "/api/v1/quotes",
        name: "quotes",
        about: "Quotes, ranked, with who said them; in=articles gives articles.",
        parameters: SEARCH,
        id: None,
        schema: "hit",
        tables: true,
        answer: |ask| hits(ask, Mode::Quotes),
    },
    Route {
        path: "/api/v1/articles/{id}",
        name: "article",
        about: "One article with its text, sections, quotes and speakers.",
        parameters: &[],
        id: Some("Id or key of an article or a quote, or the file of an article."),
        schema: "extract",
        tables: false,
        answer: article,
    },
    Route {
        path: "/api/v1/speakers",
        name: "speakers",
        about: "Who speaks, how often, when, under which names and in which roles; q holds beginnings of the words of a name.",
        parameters: &[p::TEXT, p::FILTER, p::LIMIT, p::OUTPUT],
        id: None,
        schema: "speakers",
        tables: true,
        answer: speakers,
    },
    Route {
        path: "/api/v1/speakers/{id}",
        name: "speaker",
        about: "One speaker: names, roles over time, with whom they are quoted, timeline, latest quotes.",
        parameters: &[],
        id: Some("The name of a speaker, as speakers gives it."),
        schema: "speaker",
        tables: false,
        answer: speaker,
    },
    Route {
        path: "/api/v1/timeline",
        name: "timeline",
        about: "Hits by day, week, month or year, beside what the archive holds.",
        parameters: &[p::TEXT, p::CLAUSES, p::FILTER, p::PATIENCE, p::UNIT, p::OUTPUT],
        id: None,
        schema: "timeline",
        tables: true,
        answer: over_time,
    },
    Route {
        path: "/api/v1/facets",
        name: "facets",
        about: "Counts over all hits; without facets by speaker, desk, publisher, section and month.",
        parameters: &[p::TEXT, p::CLAUSES, p::FILTER, p::COUNTS, p::PATIENCE, p::OUTPUT],
        id: None,
        schema: "hit",
        tables: true,
        answer: counts,
    },
    Route {
        path: "/api/v1/suggest",
        name: "suggest",
        about: "What the text before the cursor could become: fields, names, spellings.",
        parameters: &[p::TEXT, &[MODE], p::LIMIT],
        id: None,
        schema: "suggest",
        tables: false,
        answer: suggestions,
    },
    Route {
        path: "/api/v1/stats",
        name: "stats",
        about: "What the index holds.",
        parameters: &[],
        id: None,
        schema: "stats",
        tables: false,
        answer: |ask| form(&read(ask, &[])?, ask.accept, false).map(|_| Reply::json(&output::survey::stats(&ask.view.survey))),
    },
    Route {
        path: "/api/v1/schema",
        name: "schema",
        about: "The field table: every field of the index, and which of them a query can name.",
        parameters: &[],
        id: None,
        schema: "fields",
        tables: false,
        answer: |ask| form(&read(ask, &[])?, ask.accept, false).map(|_| Reply::whole(reply::JSON, crate::schema::SOURCE)),
    },
];

const MODE: Parameter = Parameter { name: "in", kind: p::Kind::Choice(&["articles", "quotes"]), about: "What is looked for." };

/// What is asked, with what holds where nothing is said.
fn read(ask: &Ask<'_>, known: &[&[Parameter]]) -> Result<Asked, Problem> {
    let usual =
        Request { limit: 10, facet_limit: FACET_VALUES, timeout: Some(ask.patience), diagnose: Diagnose::Few, ..Request::default() };
    let mut asked = p::read(ask.pairs, known, usual)?;
    asked.request.timeout = asked.request.timeout.map(|timeout| timeout.min(ask.patience));
    Ok(asked)
}

/// The form of the answer: what the parameter `output` says, else what the header Accept likes best.
fn form(asked: &Asked, accept: &str, tables: bool) -> Result<Form, Problem> {
    if let Some(form) = asked.form {
        return Ok(form);
    }
    let mut best: Option<(f32, Form)> = None;
    for range in accept.split(',').map(str::trim).filter(|range| !range.is_empty()) {
        let mut parts = range.split(';').map(str::trim);
        let form = match parts.next().unwrap_or_default().to_ascii_lowercase().as_str() {
            "*/*" | "application/*" | "application/json" | "application/problem+json" => Form::Json,
            "application/jsonl" | "application/x-ndjson" | "application/ndjson" | "application/x-jsonlines" if tables => Form::Jsonl,
            "text/csv" | "text/*" if tables => Form::Csv,
            _ => continue,
        };
        let weight = parts.find_map(|part| part.strip_prefix("q=")?.parse().ok()).unwrap_or(1.0);
        if weight > 0.0 && best.is_none_or(|(before, _)| weight > before) {
            best = Some((weight, form));
        }
    }
    match best {
        Some((_, form)) => Ok(form),
        None if accept.trim().is_empty() => Ok(Form::Json),
        None => {
            let forms = if tables { "application/json, application/jsonl and text/csv" } else { "application/json" };
            Err(Problem::new(Trouble::NotAcceptable, format!("the answer can be had as {forms}")))
        }
    }
}

/// One request that is asked for its speakers under all of their names, as on the command line.
fn with_people(request: &mut Request, view: &View) -> Result<(), Problem> {
    let understood = understand(request).map_err(|error| Problem::of(&error, Some(request)))?;
    if asks_for_speaker(&understood) {
        request.people = Some(Arc::clone(&view.people));
    }
    Ok(())
}

fn hits(ask: &Ask<'_>, usual: Mode) -> Result<Reply, Problem> {
    let mut asked = read(ask, SEARCH)?;
    asked.request.mode = asked.request.mode.or(Some(usual));
    let form = form(&asked, ask.accept, true)?;
    with_people(&mut asked.request, ask.view)?;
    let wanted = asked.request.limit;
    let is_long = wanted == 0 || wanted > MOST_HITS;
    if is_long && (form == Form::Json || asked.kwic.is_some()) {
        return Err(Problem::new(
            Trouble::Parameter,
            format!(
                "limit: a JSON object holds at most {MOST_HITS} hits; take output=jsonl or output=csv, which have no end, or pages by cursor"
            ),
        ));
    }
    if is_long {
        asked.request.limit = PAGE;
    }
    let answer = search(&ask.view.index, &asked.request).map_err(|error| Problem::of(&error, Some(&asked.request)))?;
    let offsets = asked.offsets;
    if let Some((order, width)) = asked.kwic {
        let rows = kwic::rows(&answer.hits, width, order);
        let found = output::kwic::kwic(&answer, &rows, offsets);
        return match form {
            Form::Json => Ok(Reply::json(&found)),
            Form::Jsonl => lines(found.rows.iter().map(json).chain([json(&found.summary())])),
            Form::Csv => table("matches.csv", |out| csv::kwic(out, &found.rows)),
        };
    }
    match form {
        Form::Json => Ok(Reply::json(&offsets.answer(&answer))),
        _ if is_long => Ok(download(ask, asked, wanted, answer, form)),
        Form::Jsonl => lines(
            output::hit::ranked(&answer).map(|(rank, shown)| json(&offsets.hit(shown, rank))).chain([json(&offsets.summary(&answer))]),
        ),
        Form::Csv => table(file_name(form, answer.mode), |out| csv::answer(out, &answer)),
    }
}

/// The name under which a browser saves a list of hits.
fn file_name(form: Form, mode: Mode) -> &'static str {
    match (form, mode) {
        (Form::Csv, Mode::Quotes) => "quotes.csv",
        (Form::Csv, Mode::Articles) => "articles.csv",
        (_, Mode::Quotes) => "quotes.jsonl",
        (_, Mode::Articles) => "articles.jsonl",
    }
}

/// So many hits, 0 for all, page by page: no more of them are held than one page.
fn download(ask: &Ask<'_>, asked: Asked, most: usize, first: Answer, form: Form) -> Reply {
    let view = Arc::clone(ask.view);
    let offsets = asked.offsets;
    let kind = if form == Form::Csv { reply::CSV } else { reply::JSON_LINES };
    let file_name = file_name(form, first.mode);
    let write = move |out: &mut dyn Write| -> io::Result<()> {
        let mut summary = offsets.summary(&first);
        let mut request = Request { facets: Vec::new(), diagnose: Diagnose::Never, ..asked.request };
        let (mut page, mut written, mut is_first) = (first, 0, true);
        loop {
            match form {
                // Facets are a table of their own, which is whole on the first page.
                Form::Csv if is_first => csv::answer(out, &page)?,
                Form::Csv => csv::hits(out, &page)?,
                _ => {
                    for (rank, shown) in output::hit::ranked(&page) {
                        writeln!(out, "{}", json(&offsets.hit(shown, rank)))?;
                    }
                }
            }
            written += page.hits.len();
            is_first = false;
            let left = if most == 0 { PAGE } else { most.saturating_sub(written) };
            let Some(next) = page.next.filter(|_| left > 0 && (form != Form::Csv || page.facets.is_empty())) else {
                summary.about.next_cursor = page.next.map(|next| next.to_string());
                break;
            };
            request.cursor = Some(next);
            request.limit = PAGE.min(left);
            page = search(&view.index, &request).map_err(io::Error::other)?;
        }
        if form == Form::Jsonl {
            writeln!(out, "{}", json(&summary))?;
        }
        Ok(())
    };
    Reply { file_name: Some(file_name), ..Reply::pieces(kind, Box::new(write)) }
}

fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

fn lines(lines: impl Iterator<Item = String>) -> Result<Reply, Problem> {
    let mut text = lines.collect::<Vec<_>>().join("\n");
    text.push('\n');
    Ok(Reply::whole(reply::JSON_LINES, text))
}

fn table(name: &'static str, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<Reply, Problem> {
    let mut text = Vec::new();
    write(&mut text).map_err(|error| Problem::new(Trouble::Fault, error.to_string()))?;
    Ok(Reply { file_name: Some(name), ..Reply::whole(reply::CSV, text) })
}

/// The summary of a list: all but the list itself.
fn summary_of(value: &impl Serialize, list: &str) -> String {
    let mut summary = serde_json::to_value(value).unwrap_or_default();
    if let Some(keys) = summary.as_object_mut() {
        keys.remove(list);
        keys.insert("type".to_owned(), "summary".into());
    }
    summary.to_string()
}

/// The one article that an id names.
pub(super) fn one(ask: &Ask<'_>) -> Result<Named, Problem> {
    let mut found = named(&ask.view.index, ask.id)?;
    match found.len() {
        0 => Err(Problem::new(
            Trouble::NotFound,
            format!("there is no article `{}`; take an id from a search", crate::text::clean::visible(ask.id)),
        )),
        1 => Ok(found.remove(0)),
        many => {
            let told = |named: &Named| {
                let (origin, meta) = (&named.loaded.origin, &named.loaded.article.meta);
                let date = meta.date.map(|date| format!(", {date}")).unwrap_or_default();
                format!("{} ({}{date})", show_key(origin.key()), crate::text::clean::visible(&origin.file))
            };
            let list: Vec<String> = found.iter().take(MOST_TOLD).map(told).collect();
            let keys = found.iter().map(|named| show_key(named.loaded.origin.key())).take(MOST_KEYS).collect();
            let id = crate::text::clean::visible(ask.id);
            let detail = format!("`{id}` names {many} articles; name one by its key: {}", list.join("; "));
            Err(Problem { keys, ..Problem::new(Trouble::Ambiguous, detail) })
        }
    }
}

fn article(ask: &Ask<'_>) -> Result<Reply, Problem> {
    let asked = read(ask, &[])?;
    form(&asked, ask.accept, false)?;
    let Named { loaded, .. } = one(ask)?;
    let (key, id) = (show_key(loaded.origin.key()), loaded.id());
    Ok(Reply::json(&output::extract::extract(&loaded.article, &loaded.attribution, &loaded.origin.file, &key, &id)))
}

fn speakers(ask: &Ask<'_>) -> Result<Reply, Problem> {
    let asked = read(ask, &[p::TEXT, p::FILTER, p::LIMIT, p::OUTPUT])?;
    let form = form(&asked, ask.accept, true)?;
    let found = output::survey::speakers(ask.view.speakers_of(&asked.request)?.as_ref(), asked.request.limit);
    match form {
        Form::Json => Ok(Reply::json(&found)),
        Form::Jsonl => lines(found.speakers.iter().map(json).chain([summary_of(&found, "speakers")])),
        Form::Csv => table("speakers.csv", |out| csv::speakers(out, &found.speakers)),
    }
}

fn speaker(ask: &Ask<'_>) -> Result<Reply, Problem> {
    let asked = read(ask, &[])?;
    form(&asked, ask.accept, false)?;
    let known = ask.view.speaker(ask.id).ok_or_else(|| no_speaker(ask.id))?;
    Ok(Reply::json(&output::survey::profile(&profile(&ask.view.index, &ask.view.people, known, LATEST)?)))
}

pub(super) fn no_speaker(name: &str) -> Problem {
    Problem::new(
        Trouble::NotFound,
        format!("nobody speaks under the name `{}`; take a name from speakers", crate::text::clean::visible(name)),
    )
}

fn over_time(ask: &Ask<'_>) -> Result<Reply, Problem> {
    let mut asked = read(ask, &[p::TEXT, p::CLAUSES, p::FILTER, p::PATIENCE, p::UNIT, p::OUTPUT])?;
    let form = form(&asked, ask.accept, true)?;
    asked.request = Request { facets: vec![asked.by.into()], facet_limit: 0, limit: 1, bare: true, ..asked.request };
    asked.request.mode = asked.request.mode.or(Some(Mode::Articles));
    with_people(&mut asked.request, ask.view)?;
    let answer = search(&ask.view.index, &asked.request).map_err(|error| Problem::of(&error, Some(&asked.request)))?;
    let found = beside(&answer, asked.by, ask.view.archive(&asked.request, asked.by)?.as_ref());
    let found = output::timeline::timeline(&asked.request.text, &found);
    match form {
        Form::Json => Ok(Reply::json(&found)),
        Form::Jsonl => lines(found.rows.iter().map(json).chain([summary_of(&found, "rows")])),
        Form::Csv => table("timeline.csv", |out| csv::timeline(out, &found)),
    }
}

fn counts(ask: &Ask<'_>) -> Result<Reply, Problem> {
    let mut asked = read(ask, &[p::TEXT, p::CLAUSES, p::FILTER, p::COUNTS, p::PATIENCE, p::OUTPUT])?;
    let form = form(&asked, ask.accept, true)?;
    let request = &mut asked.request;
    if request.facets.is_empty() {
        request.facets = [Facet::Speaker, Facet::Desk, Facet::Publisher, Facet::Section, Facet::Month].map(Grouping::from).to_vec();
    }
    (request.limit, request.bare) = (1, true);
    request.mode = request.mode.or(Some(Mode::Articles));
    with_people(request, ask.view)?;
    let mut answer = search(&ask.view.index, request).map_err(|error| Problem::of(&error, Some(request)))?;
    // Counts are asked for, not hits.
    answer.hits.clear();
    answer.next = None;
    match form {
        Form::Json => Ok(Reply::json(&output::hit::answer(&answer))),
        Form::Jsonl => lines([json(&output::hit::summary(&answer))].into_iter()),
        Form::Csv => table("facets.csv", |out| csv::answer(out, &answer)),
    }
}

fn suggestions(ask: &Ask<'_>) -> Result<Reply, Problem> {
    let has_limit = ask.pairs.iter().any(|(name, value)| name == "limit" && !value.is_empty());
    let asked = read(ask, &[p::TEXT, &[MODE], p::LIMIT])?;
    form(&asked, ask.accept, false)?;
    let most = if has_limit { asked.request.limit.min(MOST_SUGGESTIONS) } else { SUGGESTIONS };
    let most = if most == 0 { MOST_SUGGESTIONS } else { most };
    let (view, mode) = (ask.view, asked.request.mode.unwrap_or(Mode::Quotes));
    let found = suggest(&view.index, &asked.request.text, mode, &view.speakers, &view.survey, most)?;
    Ok(Reply::json(&output::survey::suggestions(&asked.request.text, &found)))
}

/// A reply as bytes, for those who hold it all: tests, assistants.
pub fn bytes(reply: Reply) -> io::Result<Vec<u8>> {
    match reply.content {
        Content::Whole(bytes) => Ok(bytes),
        Content::Pieces(write) => {
            let mut bytes = Vec::new();
            write(&mut bytes)?;
            Ok(bytes)
        }
    }
}
