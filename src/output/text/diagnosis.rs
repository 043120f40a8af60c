//! What the query doctor found, in lines.

use super::counted;
use crate::doctor::{ClauseCount, Diagnosis};
use crate::query::{Field, Mode};

/// The lines of a diagnosis; without `all` only what could be asked instead.
pub fn diagnosis(found: &Diagnosis, mode: Mode, all: bool) -> Vec<String> {
    let hits = |count: &ClauseCount| counted(count.hits, if mode == Mode::Quotes { "quote" } else { "article" });
    let width = found
        .clauses
        .iter()
        .chain(&found.without)
        .chain(&found.instead)
        .map(|count| count.clause.chars().count())
        .max()
        .unwrap_or(0)
        .min(40);
    let line = |count: &ClauseCount, lead: &str| format!("  {lead}{:width$}  {}", count.clause, hits(count));
    let mut lines = Vec::new();
    if all && !found.clauses.is_empty() {
        lines.push("alone, its clauses find:".to_owned());
        lines.extend(found.clauses.iter().map(|count| line(count, "")));
    }
    if all && !found.without.is_empty() {
        lines.push("more is found without:".to_owned());
        lines.extend(found.without.iter().map(|count| line(count, "")));
    }
    if !found.instead.is_empty() {
        lines.push("more is found by asking who speaks:".to_owned());
        lines.extend(found.instead.iter().map(|count| line(count, "")));
    }
    for spelling in &found.spellings {
        let field = spelling.field.map(|field: Field| format!("{}:", field.name())).unwrap_or_default();
        let near: Vec<String> = spelling.near.iter().map(|(word, records)| format!("{word}: {records}")).collect();
        lines.push(format!("the index holds, near {field}{}: {}", spelling.word, near.join(", ")));
    }
    if all && found.is_partial {
        lines.push("(not all was looked into: that may take no longer than the query)".to_owned());
    }
    lines
}
