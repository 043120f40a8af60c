//! A fault: what is wrong with a query text while it is being read, and how it could be mended.

use super::{Field, QueryError};
use std::ops::Range;

/// Faults of one text that are mended one after the other.
const MOST_REPAIRS: usize = 8;

/// Becomes a [`QueryError`] once it is known whether its repair runs.
#[derive(Debug)]
pub(super) struct Fault {
    message: String,
    span: Range<usize>,
    repair: Option<(Range<usize>, String)>,
    advice: Option<String>,
}

impl Fault {
    /// What is wrong with these bytes of the query.
    pub(super) fn new(span: Range<usize>, message: impl Into<String>) -> Self {
        Self { message: message.into(), span, repair: None, advice: None }
    }

    /// The query would run if these bytes were replaced.
    pub(super) fn repair(mut self, span: Range<usize>, by: impl Into<String>) -> Self {
        self.repair = Some((span, by.into()));
        self
    }

    /// What to do where no repair runs.
    pub(super) fn advise(mut self, advice: impl Into<String>) -> Self {
        self.advice = Some(advice.into());
        self
    }

    /// The error, with the repaired query as suggestion if `runs` finds that it can be read, else with the advice.
    pub(super) fn into_error(self, text: &str, runs: impl Fn(&str) -> bool) -> QueryError {
        let repaired = self.repaired(text).filter(|query| runs(query));
        let suggestion = repaired.clone().or(self.advice);
        QueryError { message: self.message, start: self.span.start, end: self.span.end, suggestion, repair: repaired }
    }

    /// The nearest text that `read` can read: what is wrong mended, one thing after the other.
    pub(super) fn nearest<T>(&self, text: &str, read: impl Fn(&str) -> Result<T, Fault>) -> Option<String> {
        // Not worth anybody's while for texts that no person has typed.
        if text.len() > 10_000 {
            return None;
        }
        let mut mended = self.repaired(text)?;
        for _ in 0..MOST_REPAIRS {
            match read(&mended) {
                Ok(_) => return Some(mended),
                Err(fault) => mended = fault.repaired(&mended)?,
            }
        }
        None
    }

    /// The text with what is wrong mended, if that can be done.
    fn repaired(&self, text: &str) -> Option<String> {
        self.repair.as_ref().and_then(|(span, by)| spliced(text, span.clone(), by))
    }
}

/// The text with these bytes replaced; what is taken out leaves no double space behind.
fn spliced(text: &str, span: Range<usize>, by: &str) -> Option<String> {
    let (before, mut after) = (text.get(..span.start)?, text.get(span.end..)?);
    if by.is_empty() && (before.is_empty() || before.ends_with([' ', '('])) {
        after = after.trim_start();
    }
    let before = if by.is_empty() && after.starts_with(')') { before.trim_end() } else { before };
    Some([before, by, after].concat().trim().to_owned())
}

/// A piece of the query for a message: without what could disturb a terminal, and not too long.
pub(super) fn shown(text: &str) -> String {
    let mut clean = text.chars().filter(|&c| !super::lex::is_space(c) || c == ' ');
    let mut shown: String = clean.by_ref().take(40).collect();
    if clean.next().is_some() {
        shown.push('…');
    }
    format!("`{shown}`")
}

/// Other systems' and everyday names of our fields.
const SYNONYMS: [(&str, Field); 22] = [
    ("title", Field::Headline),
    ("head", Field::Headline),
    ("heading", Field::Section),
    ("crosshead", Field::Section),
    ("lead", Field::Summary),
    ("standfirst", Field::Summary),
    ("text", Field::Body),
    ("content", Field::Body),
    ("said", Field::Quote),
    ("says", Field::Quote),
    ("who", Field::Speaker),
    ("person", Field::Speaker),
    ("name", Field::Speaker),
    ("verb", Field::Cue),
    ("author", Field::Byline),
    ("by", Field::Byline),
    ("source", Field::Publisher),
    ("paper", Field::Publisher),
    ("since", Field::Date),
    ("until", Field::Date),
    ("after", Field::Date),
    ("before", Field::Date),
];

/// The field that somebody meant who typed this name; `None` if none is near.
pub(super) fn meant_field(name: &str) -> Option<Field> {
    let synonym = SYNONYMS.iter().find(|(synonym, _)| synonym.eq_ignore_ascii_case(name));
    synonym.map(|(_, field)| *field).or_else(|| misspelt_field(name))
}

/// The field whose name was cut short or typed wrong.
pub(super) fn misspelt_field(name: &str) -> Option<Field> {
    if name.len() > 32 {
        return None;
    }
    let name = name.to_lowercase();
    let is_part = |field: &Field| name.len() >= 3 && (field.name().starts_with(&name) || name.starts_with(field.name()));
    let allowed = if name.len() <= 4 { 1 } else { 2 };
    let near = Field::ALL.iter().map(|field| (edits(&name, field.name()), *field)).min_by_key(|(edits, _)| *edits);
    Field::ALL.into_iter().find(is_part).or_else(|| near.filter(|(edits, _)| *edits <= allowed).map(|(_, field)| field))
}

/// Insertions, deletions, replacements and swaps of neighbours that lead from one word to the other (optimal string alignment).
fn edits(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut rows: Vec<Vec<usize>> = vec![(0..=b.len()).collect()];
    for i in 1..=a.len() {
        let mut row = vec![i; b.len() + 1];
        for j in 1..=b.len() {
            let replaced = rows[i - 1][j - 1] + usize::from(a[i - 1] != b[j - 1]);
            row[j] = replaced.min(rows[i - 1][j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                row[j] = row[j].min(rows[i - 2][j - 2] + 1);
            }
        }
        rows.push(row);
    }
    rows[a.len()][b.len()]
}

/// The names of all fields for a message.
pub(super) fn field_names() -> String {
    Field::ALL.map(Field::name).join(", ")
}
