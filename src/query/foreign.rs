//! Queries of other systems: here is a query written for Nexis, Factiva, ProQuest or Lucene, give me the same query in our language.
//!
//! What has a counterpart is translated, what differs a little is translated and listed, what cannot be kept without finding less is
//! refused. A part may be left out only where the result then finds more, never where it finds less. Tables for users stand in `docs/syntaxes.md`.

mod date;
mod factiva;
mod lucene;
mod nexis;
mod node;
mod proquest;
mod reader;
mod tree;

#[cfg(test)]
mod tests;

use super::QueryError;
use std::fmt;
use std::ops::Range;
use std::str::FromStr;

/// A system whose queries can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Syntax {
    /// Nexis Uni, Lexis and the older LexisNexis: terms and connectors.
    Nexis,
    /// Factiva, traditional search.
    Factiva,
    /// The ProQuest platform, command line.
    Proquest,
    /// Lucene's classic parser, which Solr and Elasticsearch (`query_string`) share.
    Lucene,
}

impl Syntax {
    /// All systems, in the order in which messages name them.
    pub const ALL: [Syntax; 4] = [Syntax::Nexis, Syntax::Factiva, Syntax::Proquest, Syntax::Lucene];

    /// The name typed on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Syntax::Nexis => "nexis",
            Syntax::Factiva => "factiva",
            Syntax::Proquest => "proquest",
            Syntax::Lucene => "lucene",
        }
    }
}

impl fmt::Display for Syntax {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Syntax {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let found = Syntax::ALL.into_iter().find(|syntax| syntax.name().eq_ignore_ascii_case(text));
        found.ok_or_else(|| format!("there is no syntax `{text}`; write {}", Syntax::ALL.map(Syntax::name).join(", ")))
    }
}

/// A query in our language, and what it does not say that the other one said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Translation {
    /// The query.
    pub query: String,
    /// What could not be kept or was assumed: one English sentence each, every one once.
    pub lost: Vec<String>,
}

/// Longer texts are not queries.
const MAX_BYTES: usize = 1 << 20;

/// Groups and negations within each other; as in our own language.
const MAX_DEPTH: usize = 100;

/// Words, phrases and values; as in our own language. Bounds the depth of every tree as well.
const MAX_CLAUSES: usize = 1024;

/// Translates a query. Time is linear in its length; nothing makes it panic.
///
/// # Errors
///
/// What cannot be read, or cannot be said in our language without finding less; always with what to do instead.
pub fn translate(text: &str, syntax: Syntax) -> Result<Translation, QueryError> {
    if text.len() > MAX_BYTES {
        return Err(refused(0..0, "the query is longer than 1 MiB", "split the query into several"));
    }
    if text.trim().is_empty() {
        return Err(refused(0..text.len(), "the query is empty", "write a word"));
    }
    let translation = match syntax {
        Syntax::Nexis => nexis::translate(text),
        Syntax::Factiva => factiva::translate(text),
        Syntax::Proquest => proquest::translate(text),
        Syntax::Lucene => lucene::translate(text),
    }?;
    // What our language refuses (two letters with a `~`) is refused here as well, in terms of what was typed.
    match super::parse(&translation.query) {
        Ok(_) => Ok(translation),
        Err(error) => {
            let message = format!("this becomes {}, which cannot be run: {}", shown(&translation.query), error.message);
            Err(refused(0..text.len(), message, "write it in the query language of onrecord"))
        }
    }
}

/// The error for these bytes of the query, with what to do.
fn refused(span: Range<usize>, message: impl Into<String>, advice: impl Into<String>) -> QueryError {
    QueryError { message: message.into(), start: span.start, end: span.end, suggestion: Some(advice.into()), repair: None }
}

/// A piece of a query for a message: on one line, without what could disturb a terminal, and not too long.
fn shown(text: &str) -> String {
    let mut clean = text.chars().map(|c| if c.is_whitespace() { ' ' } else { c }).filter(|c| !c.is_control());
    let mut shown: String = clean.by_ref().take(40).collect();
    if clean.next().is_some() {
        shown.push('…');
    }
    format!("`{shown}`")
}
