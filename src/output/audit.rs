//! The JSON of `lint` and of `explain`: what should be looked at, and where each field of an article came from.

use super::extract::{DatingOut, Extract};
use crate::article::Article;
use crate::format::Problem;
use crate::lint::{Class, Finding, Report};
use serde::Serialize;
use std::collections::BTreeMap;

/// Version of these shapes.
pub const SCHEMA_VERSION: u32 = 1;

/// What `lint --json` prints.
#[derive(Debug, Serialize)]
pub struct LintOut<'r> {
    /// [`SCHEMA_VERSION`].
    pub schema_version: u32,
    /// Files read.
    pub files: u64,
    /// Files and entries left out.
    pub skipped: u64,
    /// Articles read.
    pub articles: u64,
    /// How often each class was found; classes that were not are left out.
    pub counts: BTreeMap<&'static str, u64>,
    /// Examples of each class, or all.
    pub findings: &'r [Finding],
    /// What was left out.
    pub left_out: Vec<LeftOut<'r>>,
}

/// A file or an entry that was left out.
#[derive(Debug, Serialize)]
pub struct LeftOut<'r> {
    /// The file, and where in it.
    pub path: &'r str,
    /// Why.
    pub message: &'r str,
}

/// The wire form of a report.
pub fn lint(report: &Report) -> LintOut<'_> {
    LintOut {
        schema_version: SCHEMA_VERSION,
        files: report.files,
        skipped: report.skipped,
        articles: report.articles,
        counts: report.counts.iter().map(|(class, count)| (class.name(), *count)).collect(),
        findings: &report.examples,
        left_out: report.left.iter().map(|(path, message)| LeftOut { path, message }).collect(),
    }
}

/// A report as text.
pub fn lint_text(report: &Report) -> String {
    let mut out = String::new();
    for class in Class::ALL {
        let Some(count) = report.counts.get(&class) else { continue };
        out += &format!("{} {count}: {}\n", class.name(), class.about());
        let examples: Vec<&Finding> = report.examples.iter().filter(|finding| finding.class == class).collect();
        for finding in &examples {
            let place = if finding.place.is_empty() { String::new() } else { format!(" ({})", finding.place) };
            out += &format!("  {}{place}: {}\n", finding.path, finding.detail);
        }
        let left = count - examples.len() as u64;
        if left > 0 {
            out += &format!("  and {left} more (--examples 0 shows all)\n");
        }
    }
    out
}

/// What was left out, as text; no more lines than `most`, 0 for all.
pub fn left_out_text(report: &Report, most: usize) -> String {
    let most = if most == 0 { usize::MAX } else { most };
    let mut out: String = report.left.iter().take(most).map(|(path, why)| format!("  {path}: {why}\n")).collect();
    if !out.is_empty() {
        out.insert_str(0, &format!("left out {}: no articles, or not for this program\n", report.left.len()));
    }
    if report.left.len() > most {
        out += &format!("  and {} more (--examples 0 shows all)\n", report.left.len() - most);
    }
    out
}

/// What `explain --json` prints of an article.
#[derive(Debug, Serialize)]
pub struct ExplainOut {
    /// [`SCHEMA_VERSION`].
    pub schema_version: u32,
    /// Format that it was read as.
    pub format: &'static str,
    /// Where in the input; empty for the whole.
    pub place: String,
    /// Each field, its value and where it was found.
    pub fields: Vec<FieldOut>,
    /// All dates that the source gives.
    pub dates: Vec<DatingOut>,
    /// What was wrong with it.
    pub problems: Vec<String>,
    /// What should be looked at.
    pub findings: Vec<LookOut>,
    /// The article as `extract` has it.
    pub article: Extract,
}

/// A field of an article.
#[derive(Debug, Serialize)]
pub struct FieldOut {
    /// Its name.
    pub field: &'static str,
    /// Its value; null where it has none.
    pub value: Option<String>,
    /// The rule or the place that it came from.
    pub rule: Option<String>,
}

/// Something to look at in an article.
#[derive(Debug, Serialize)]
pub struct LookOut {
    /// What is wrong.
    pub class: Class,
    /// What in particular.
    pub detail: String,
}

/// The fields of an article with where they were found.
pub fn fields(article: &Article) -> Vec<FieldOut> {
    let meta = &article.meta;
    let list = |names: &[String]| Some(names.join("; ")).filter(|names| !names.is_empty());
    let inferred = meta.headline_inferred.then(|| "inferred: the first line looks like one".to_owned());
    let date = meta.date_source.as_ref().map(|source| match meta.found.get("date") {
        Some(rule) if meta.dates.first().is_some_and(|first| Some(first.date) == meta.date) => format!("{source}: {rule}"),
        _ => source.clone(),
    });
    let dateline = meta.dateline.as_ref().map(|line| {
        let day = line.date.map(|date| date.to_string());
        [line.place.clone(), day, line.agency.clone()].into_iter().flatten().collect::<Vec<_>>().join(", ")
    });
    let rows: [(&'static str, Option<String>, Option<String>); 11] = [
        ("id", article.id.clone(), None),
        ("headline", meta.headline.clone(), inferred),
        ("date", meta.date.map(|date| date.to_string()), date),
        ("dateline", dateline, Some("before the first words, or a field of its own".to_owned())),
        ("byline", meta.byline.clone(), None),
        ("authors", list(&meta.authors), meta.found.get("byline").map(|rule| format!("the names in the byline ({rule})"))),
        ("publisher", meta.publisher.clone(), None),
        ("desk", meta.desk.clone(), None),
        ("url", meta.url.clone(), None),
        ("language", meta.language.clone(), None),
        ("body", Some(format!("{} blocks, {} characters", article.blocks().count(), article.body().chars().count())), None),
    ];
    let row = |(field, value, own): (&'static str, Option<String>, Option<String>)| {
        let known = if field == "date" { None } else { meta.found.get(field).map(|rule| rule.to_string()) };
        let rule = known.or(own).filter(|_| value.is_some());
        FieldOut { field, value, rule }
    };
    rows.into_iter().map(row).collect()
}

/// The wire form of an article with where it came from.
pub fn explain(article: &Article, extract: Extract, format: &'static str, place: &str, problems: &[Problem]) -> ExplainOut {
    ExplainOut {
        schema_version: SCHEMA_VERSION,
        format,
        place: place.to_owned(),
        fields: fields(article),
        dates: super::extract::dates_out(article),
        problems: problems.iter().map(|problem| problem.message.clone()).collect(),
        findings: crate::lint::looks(article).into_iter().map(|(class, detail)| LookOut { class, detail }).collect(),
        article: extract,
    }
}

/// The same as text: fields, dates, what should be looked at, and the text with sections, quotes and speakers drawn in.
pub fn explain_text(article: &Article, drawn: &str, format: &str, place: &str, problems: &[Problem]) -> String {
    let mut out = if place.is_empty() { format!("read as {format}\n\n") } else { format!("{place}, read as {format}\n\n") };
    let rows = fields(article);
    let width =
        rows.iter().filter_map(|row| row.value.as_ref()).map(|value| value.chars().count()).filter(|width| *width <= 48).max().unwrap_or(0);
    for FieldOut { field, value, rule } in rows {
        let value = value.unwrap_or_else(|| "-".to_owned());
        let rule = rule.map(|rule| format!("  [{rule}]")).unwrap_or_default();
        let pad = " ".repeat(width.saturating_sub(value.chars().count()).min(if rule.is_empty() { 0 } else { width }));
        out += format!("{field:<10} {value}{pad}{rule}").trim_end();
        out.push('\n');
    }
    let meta = &article.meta;
    if meta.dates.len() > 1 || meta.date_conflict {
        out += if meta.date_conflict { "\ndates, which contradict each other:\n" } else { "\ndates:\n" };
        for dating in super::extract::dates_out(article) {
            let role = serde_json::to_value(dating.role).ok().and_then(|role| role.as_str().map(str::to_owned)).unwrap_or_default();
            out += &format!("  {role:<10} {}  [{}]\n", dating.date, dating.source);
        }
    }
    let looks: Vec<String> = crate::lint::looks(article).into_iter().map(|(class, detail)| format!("{}: {detail}", class.name())).collect();
    let noted = problems.iter().map(|problem| problem.message.clone()).chain(looks);
    let noted: Vec<String> = noted.map(|line| format!("  {line}\n")).collect();
    if !noted.is_empty() {
        out += "\nto look at:\n";
        noted.iter().for_each(|line| out += line);
    }
    out += "\nsections:\n";
    for section in article.sections() {
        let kind = serde_json::to_value(section.kind).ok().and_then(|kind| kind.as_str().map(str::to_owned)).unwrap_or_default();
        let mut kinds: BTreeMap<String, usize> = BTreeMap::new();
        for block in &section.blocks {
            *kinds.entry(format!("{:?}", block.kind).to_lowercase()).or_default() += 1;
        }
        let kinds: Vec<String> = kinds.into_iter().map(|(kind, count)| format!("{count} {kind}")).collect();
        let heading = section.heading.map(|heading| format!(" “{}”", heading.of(article.body()))).unwrap_or_default();
        out += &format!("  {kind:<8}{heading} {}\n", kinds.join(", ")).replace("  ", "  ");
    }
    out.push('\n');
    out + drawn
}
