//! Files inside of files: an entry of an archive, what a compressed file holds.

use super::input::Context;
use super::{HEAD, Item, Problem, Sink, detect};
use crate::text::clean;
use std::io::{BufRead, Cursor, Read};
use std::path::Path;

/// Archives within each other: `a.tar.gz` inside of `b.zip` has three.
const DEEPEST: u8 = 4;

/// An archive inside of so many others is no archive of news.
pub(super) fn check_depth(context: &Context<'_>) -> Result<(), Problem> {
    if context.depth < DEEPEST {
        return Ok(());
    }
    Err(Problem::new("", format!("more than {DEEPEST} archives within each other"), "unpack the outer ones"))
}

/// Reads an input inside another, whatever its format; `name` is its own name or path.
pub(super) fn read_unknown(reader: &mut dyn BufRead, name: &Path, context: &Context<'_>, sink: &mut Sink<'_>) -> Result<(), Problem> {
    let mut head = Vec::new();
    reader.take(HEAD as u64).read_to_end(&mut head).map_err(|error| super::input::unreadable(&error))?;
    let Some(format) = detect(name, &head).filter(|_| !head.trim_ascii().is_empty()) else {
        let why = if head.trim_ascii().is_empty() { "empty" } else { "no known format" };
        let _ = sink(Item::Skipped(Problem::new("", why, "")));
        return Ok(());
    };
    let mut whole = Cursor::new(head).chain(reader);
    format.read(context.inner(name, &mut whole), sink)
}

/// Reads an entry of an archive: its path becomes part of the place of each article, and of its name, in which a date may stand. What is
/// wrong with an entry costs that entry.
pub(super) fn read_entry(reader: &mut dyn BufRead, path: &str, context: &Context<'_>, sink: &mut Sink<'_>) -> std::ops::ControlFlow<()> {
    // Whatever an archive calls its entries, a place is one line.
    let path = &*clean::visible(path);
    let name = context.name.join(path);
    let place = |inner: &str| if inner.is_empty() { path.to_owned() } else { format!("{path}/{inner}") };
    let placed = |problem: Problem| Problem { place: place(&problem.place), ..problem };
    let mut stopped = std::ops::ControlFlow::Continue(());
    let outcome = read_unknown(reader, &name, context, &mut |item| {
        let item = match item {
            Item::Article { article, place: inner, problems } => {
                Item::Article { article, place: place(&inner), problems: problems.into_iter().map(placed).collect() }
            }
            Item::Problem(problem) => Item::Problem(placed(problem)),
            Item::Skipped(problem) => Item::Skipped(placed(problem)),
        };
        stopped = sink(item);
        stopped
    });
    match outcome {
        Err(problem) if stopped.is_continue() => sink(Item::Problem(placed(problem))),
        _ => stopped,
    }
}

/// True for entries that no reader of an archive should look at: hidden ones and what operating systems leave behind.
pub(super) fn is_hidden(path: &str) -> bool {
    path.split('/').any(|part| part.starts_with('.') && part.len() > 1 && part != "..") || path.starts_with("__MACOSX/")
}
