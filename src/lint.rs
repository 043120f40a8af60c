//! What the keeper of an archive should look at: here are files and folders, give me what was read and looks wrong, by class.

use crate::article::{Article, BlockKind, DateRole};
use crate::discover::{self, Start, Step};
use crate::error::Result;
use crate::format::{Format, Item, Settings};
use crate::ingest::read;
use crate::text::encoding;
use crossbeam_channel::bounded;
use serde::Serialize;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

/// What can be wrong with an article, or with an input.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Class {
    /// An input, or an article in it, could not be read.
    Unreadable,
    /// It has no date.
    NoDate,
    /// Its date lies in the future.
    FutureDate,
    /// Its dates contradict each other.
    DateConflict,
    /// It has no headline.
    NoHeadline,
    /// A quotation mark has no counterpart.
    UnbalancedMarks,
    /// Its text is suspiciously short.
    ShortBody,
    /// Its text holds what belongs to the page around it.
    Boilerplate,
    /// Letters were decoded wrongly, here or before.
    Mojibake,
    /// Another article of the same source has its id.
    DuplicateId,
    /// It stands under no desk.
    EmptyDesk,
    /// Its reader had to guess or left something out.
    Reader,
}

impl Class {
    /// All classes, in the order in which they are told.
    pub const ALL: [Class; 12] = [
        Class::Unreadable,
        Class::NoDate,
        Class::FutureDate,
        Class::DateConflict,
        Class::NoHeadline,
        Class::UnbalancedMarks,
        Class::ShortBody,
        Class::Boilerplate,
        Class::Mojibake,
        Class::DuplicateId,
        Class::EmptyDesk,
        Class::Reader,
    ];

    /// Its name, as flags take it and JSON has it.
    pub fn name(self) -> &'static str {
        match self {
            Class::Unreadable => "unreadable",
            Class::NoDate => "no-date",
            Class::FutureDate => "future-date",
            Class::DateConflict => "date-conflict",
            Class::NoHeadline => "no-headline",
            Class::UnbalancedMarks => "unbalanced-marks",
            Class::ShortBody => "short-body",
            Class::Boilerplate => "boilerplate",
            Class::Mojibake => "mojibake",
            Class::DuplicateId => "duplicate-id",
            Class::EmptyDesk => "empty-desk",
            Class::Reader => "reader",
        }
    }

    /// What it means, and what to do about it.
    pub fn about(self) -> &'static str {
        match self {
            Class::Unreadable => "could not be read: mend it or leave it out",
            Class::NoDate => "no date: it stands last in every order and matches no range",
            Class::FutureDate => "a date in the future: see which of its dates is right with `onrecord explain`",
            Class::DateConflict => "dates that contradict each other: see them with `onrecord explain`; find them with date-conflict:yes",
            Class::NoHeadline => "no headline",
            Class::UnbalancedMarks => "a quotation mark without its counterpart: words may be quoted that nobody said, or not quoted",
            Class::ShortBody => "a text of fewer than 40 words: it may have been cut off, or not be an article",
            Class::Boilerplate => "text of the page around it: cookies, sign-ups, terms of use",
            Class::Mojibake => "letters decoded wrongly: --repair-encoding puts most of them right",
            Class::DuplicateId => "an id that stands twice in one source",
            Class::EmptyDesk => "no desk",
            Class::Reader => "the reader had to guess, or left something out",
        }
    }
}

/// One thing to look at.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Finding {
    /// What is wrong.
    pub class: Class,
    /// The file.
    pub path: String,
    /// Where in it; empty for the whole.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub place: String,
    /// What in particular: the words, the dates.
    pub detail: String,
}

/// What was looked at and what was found.
#[derive(Debug, Default)]
pub struct Report {
    /// Files that were read.
    pub files: u64,
    /// Files of no known format, and what else was left out.
    pub skipped: u64,
    /// Articles in them.
    pub articles: u64,
    /// How often each class was found.
    pub counts: BTreeMap<Class, u64>,
    /// The first findings of each class, in the order of paths.
    pub examples: Vec<Finding>,
    /// What was left out, and why: the file or entry, in the order of paths.
    pub left: Vec<(String, String)>,
}

/// How to look.
pub struct Options {
    /// Read every input as this format.
    pub format: Option<&'static dyn Format>,
    /// How to read.
    pub settings: Settings,
    /// Classes to look for.
    pub classes: Vec<Class>,
    /// Examples to keep of each class; 0 keeps all.
    pub examples: usize,
    /// Worker threads.
    pub threads: usize,
}

/// Reads files and folders and says what should be looked at.
///
/// # Errors
/// A path does not exist, or two of them are the same root.
pub fn lint(paths: &[PathBuf], options: &Options) -> Result<Report> {
    let starts = discover::starts(paths, None, &[], false)?;
    let shared = Mutex::new((Report::default(), Vec::new(), HashMap::new()));
    let (files, jobs) = bounded::<(String, discover::File)>(256);
    std::thread::scope(|scope| {
        for _ in 0..options.threads.max(1) {
            let (jobs, shared) = (jobs.clone(), &shared);
            // A thread that cannot be started leaves its work to the others; the first runs here if none can.
            let work = move || jobs.iter().for_each(|(root, file)| look_at(&root, &file, options, shared));
            let _ = std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, work);
        }
        drop(jobs);
        starts.iter().for_each(|start| send(start, &files, options, &shared));
        drop(files);
    });
    let (mut report, mut findings, ids) = shared.into_inner().unwrap_or_else(PoisonError::into_inner);
    twice(ids, options, &mut findings);
    findings.sort();
    report.left.sort();
    for finding in findings {
        let count = report.counts.entry(finding.class).or_default();
        *count += 1;
        if options.examples == 0 || *count <= options.examples as u64 {
            report.examples.push(finding);
        }
    }
    Ok(report)
}

/// Readers go deep on hostile input.
const STACK: usize = 16 << 20;

/// Articles by root and id.
type Ids = HashMap<(String, String), Vec<(String, String)>>;

type Shared = Mutex<(Report, Vec<Finding>, Ids)>;

fn send(start: &Start, files: &crossbeam_channel::Sender<(String, discover::File)>, options: &Options, shared: &Shared) {
    discover::walk(start, |step| match step {
        Step::File(file) => files.send((start.root.name.clone(), file)).is_ok(),
        Step::Hidden | Step::Gone { .. } => true,
        Step::Skipped(path, why) => {
            let mut shared = shared.lock().unwrap_or_else(PoisonError::into_inner);
            shared.0.skipped += 1;
            shared.0.left.push((shown(&path), why.to_owned()));
            true
        }
        Step::Failed(path, error) => {
            if options.classes.contains(&Class::Unreadable) {
                let finding = Finding { class: Class::Unreadable, path: shown(&path), place: String::new(), detail: error };
                shared.lock().unwrap_or_else(PoisonError::into_inner).1.push(finding);
            }
            true
        }
    });
}

fn shown(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}

/// One file and all of its articles.
fn look_at(root: &str, file: &discover::File, options: &Options, shared: &Shared) {
    let path = shown(&file.file);
    let mut found: Vec<Finding> = Vec::new();
    let mut ids: Vec<(String, String)> = Vec::new();
    let (mut articles, mut left) = (0, Vec::new());
    let mut sink = |item: Item| {
        let finding = |class: Class, place: &str, detail: String| Finding { class, path: path.clone(), place: place.to_owned(), detail };
        match item {
            Item::Problem(problem) => found.push(finding(Class::Unreadable, &problem.place, problem.message)),
            Item::Skipped(problem) => {
                let place = if problem.place.is_empty() { String::new() } else { format!(" ({})", problem.place) };
                left.push((format!("{path}{place}"), problem.message));
            }
            Item::Article { article, place, problems } => {
                articles += 1;
                // What has a class of its own is told there.
                let own = |message: &str| !message.contains("decoded wrongly") && !message.contains("in the future");
                let noted = problems.into_iter().filter(|problem| own(&problem.message));
                found.extend(noted.map(|problem| finding(Class::Reader, &place, problem.message)));
                found.extend(looks(&article).into_iter().map(|(class, detail)| finding(class, &place, detail)));
                ids.extend(article.id.clone().map(|id| (id, place)));
            }
        }
        ControlFlow::Continue(())
    };
    // A reader that panics on some input of a kind never met before must not end the run.
    let outcome = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        read(&file.file, Path::new(&file.below), options.format, &options.settings, &mut sink)
    }));
    let unread = |detail: String| Finding { class: Class::Unreadable, path: path.clone(), place: String::new(), detail };
    match outcome {
        Ok(Ok(Some(_))) => {}
        Ok(Ok(None)) => left.push((path.clone(), "no known format".to_owned())),
        Ok(Err(problem)) => found.push(unread(problem.message)),
        Err(_) => found.push(unread(crate::format::Problem::internal().message)),
    }
    found.retain(|finding| options.classes.contains(&finding.class));
    let mut shared = shared.lock().unwrap_or_else(PoisonError::into_inner);
    let (report, findings, all) = &mut *shared;
    report.files += 1;
    report.articles += articles;
    report.skipped += left.len() as u64;
    report.left.append(&mut left);
    findings.append(&mut found);
    for (id, place) in ids {
        all.entry((root.to_owned(), id)).or_default().push((path.clone(), place));
    }
}

/// Ids that stand twice in one source.
fn twice(ids: Ids, options: &Options, findings: &mut Vec<Finding>) {
    if !options.classes.contains(&Class::DuplicateId) {
        return;
    }
    for ((_, id), mut places) in ids.into_iter().filter(|(_, places)| places.len() > 1) {
        places.sort();
        let (first, _) = places[0].clone();
        for (path, place) in places.drain(1..) {
            let detail =
                if path == first { format!("`{id}` stands in this file before") } else { format!("`{id}` stands in {first}, too") };
            findings.push(Finding { class: Class::DuplicateId, path, place, detail });
        }
    }
}

/// Fewer words than this make no article.
const SHORT: usize = 40;

/// What should be looked at in an article.
pub fn looks(article: &Article) -> Vec<(Class, String)> {
    let meta = &article.meta;
    let mut found = Vec::new();
    if meta.date.is_none() {
        found.push((Class::NoDate, meta.headline.clone().unwrap_or_default()));
    }
    let future = meta.found.get("future");
    found.extend(future.map(|date| (Class::FutureDate, date.to_string())));
    if meta.date_conflict {
        let dates: Vec<String> = meta.dates.iter().map(told).collect();
        let line = meta.dateline.as_ref().and_then(|line| line.date).map(|date| format!("dateline {date}"));
        found.push((Class::DateConflict, dates.into_iter().chain(line).collect::<Vec<_>>().join(", ")));
    }
    if meta.headline.is_none() {
        found.push((Class::NoHeadline, excerpt(article.body())));
    }
    found.extend(unbalanced(article).map(|words| (Class::UnbalancedMarks, words)));
    let words = article.body().split_whitespace().count();
    if words < SHORT {
        found.push((Class::ShortBody, format!("{words} words: {}", excerpt(article.body()))));
    }
    found.extend(boilerplate(article).map(|words| (Class::Boilerplate, words)));
    let mend = |text: &str| encoding::repaired(text).map(|mended| mended.sample);
    let lost = |text: &str| text.contains('\u{fffd}').then(|| "\u{fffd}: letters that were lost".to_owned());
    let headline = meta.headline.as_deref().unwrap_or_default();
    found.extend(
        [headline, article.body()].iter().find_map(|text| mend(text).or_else(|| lost(text))).map(|sample| (Class::Mojibake, sample)),
    );
    if meta.desk.is_none() {
        found.push((Class::EmptyDesk, headline.to_owned()));
    }
    found
}

fn told(dating: &crate::article::Dating) -> String {
    let role = match dating.role {
        DateRole::Published => "published",
        DateRole::Modified => "modified",
        DateRole::Edition => "edition",
        DateRole::Crawled => "crawled",
    };
    format!("{role} {} ({})", dating.date, dating.source)
}

/// The first words of a text.
fn excerpt(text: &str) -> String {
    let line = text.lines().next().unwrap_or_default();
    let cut: String = line.chars().take(60).collect();
    if cut.len() < line.len() { format!("{cut}…") } else { cut }
}

/// The first paragraph whose quotation marks do not pair. One that opens and goes on in the next paragraph, which opens again, pairs.
fn unbalanced(article: &Article) -> Option<String> {
    let body = article.body();
    let blocks: Vec<&str> =
        article.blocks().filter(|block| block.kind != BlockKind::Blockquote).map(|block| block.span.of(body).trim()).collect();
    for (at, text) in blocks.iter().enumerate() {
        let count = |mark: char| text.matches(mark).count();
        let goes_on = |mark: char| blocks.get(at + 1).is_some_and(|next| next.starts_with(mark));
        let curly = count('“').cmp(&count('”'));
        let open = curly == std::cmp::Ordering::Greater && !(count('“') == count('”') + 1 && goes_on('“'));
        let straight = count('"') % 2 == 1 && !goes_on('"') && !inches(text);
        if open || curly == std::cmp::Ordering::Less || straight {
            let mark = text.find(['“', '”', '"']).unwrap_or(0);
            return Some(excerpt(&text[mark..]));
        }
    }
    None
}

/// `6'2"` measures, and quotes nothing.
fn inches(text: &str) -> bool {
    text.match_indices('"').any(|(at, _)| text[..at].ends_with(|c: char| c.is_ascii_digit()))
}

/// Phrases of the page around a story, in lower case.
const AROUND: [&str; 32] = [
    "accessibility tools",
    "read full article",
    "read our epaper",
    "accept all cookies",
    "ad blocker",
    "advertisement",
    "all rights reserved",
    "already a subscriber",
    "by signing up",
    "click here to",
    "cookie policy",
    "create a free account",
    "create an account",
    "enable javascript",
    "follow us on",
    "log in to",
    "our newsletter",
    "privacy policy",
    "read more:",
    "reserved for subscribers",
    "share this article",
    "share this story",
    "sign in to continue",
    "sign up for",
    "subscribe now",
    "subscribe to continue",
    "subscribe to our",
    "subscribe to read",
    "terms of use",
    "this website uses cookies",
    "view comments",
    "we use cookies",
];

/// The first block of a few words that speaks of the page and not of the story.
fn boilerplate(article: &Article) -> Option<String> {
    let body = article.body();
    let quoted = |text: &str| text.contains(['“', '"']);
    let mut short = article.blocks().map(|block| block.span.of(body).trim()).filter(|text| text.len() < 400 && !quoted(text));
    short
        .find(|text| {
            let lower = text.to_lowercase();
            AROUND.iter().any(|phrase| lower.contains(phrase))
        })
        .map(excerpt)
}

/// The classes of these names.
///
/// # Errors
/// The name that is none.
pub fn classes(names: &[String]) -> std::result::Result<HashSet<Class>, String> {
    names.iter().map(|name| Class::ALL.into_iter().find(|class| class.name() == name).ok_or_else(|| name.clone())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::Draft;
    use crate::text::Date;

    #[track_caller]
    fn check(text: &str, change: impl FnOnce(&mut Draft), expected: &[(Class, &str)]) {
        let blocks = text.lines().map(|line| (BlockKind::Paragraph, line.to_owned())).collect();
        let mut draft = Draft { blocks, ..Draft::default() };
        draft.meta.headline = Some("Storm".to_owned());
        draft.meta.desk = Some("Local".to_owned());
        draft.meta.dated(DateRole::Published, Date::parse("2025-04-17").expect("a date"), "field");
        change(&mut draft);
        let found = looks(&Article::new(draft));
        assert_eq!(found.iter().map(|(class, detail)| (*class, detail.as_str())).collect::<Vec<_>>(), expected);
    }

    fn long(text: &str) -> String {
        format!("{text}\n{}", "The harbour is closed. ".repeat(12))
    }

    #[test]
    fn what_is_missing() {
        check(&long("All is well."), |_| {}, &[]);
        check("All is well.", |_| {}, &[(Class::ShortBody, "3 words: All is well.")]);
        check(&long("All is well."), |draft| draft.meta.desk = None, &[(Class::EmptyDesk, "Storm")]);
        check(&long("All is well."), |draft| draft.meta.headline = None, &[(Class::NoHeadline, "All is well.")]);
        let undated = |draft: &mut Draft| (draft.meta.date, draft.meta.dates) = (None, Vec::new());
        check(&long("All is well."), undated, &[(Class::NoDate, "Storm")]);
    }

    #[test]
    fn marks_that_do_not_pair() {
        check(&long("“All is well,” she said."), |_| {}, &[]);
        check(&long("“All is well.\n“And so are we,” she said."), |_| {}, &[]);
        check(&long("“All is well, she said."), |_| {}, &[(Class::UnbalancedMarks, "“All is well, she said.")]);
        check(&long("\"All is well, she said."), |_| {}, &[(Class::UnbalancedMarks, "\"All is well, she said.")]);
        check(&long("The 6'2\" sailor said so."), |_| {}, &[]);
    }

    #[test]
    fn what_does_not_belong() {
        check(&long("We use cookies to count our readers."), |_| {}, &[(Class::Boilerplate, "We use cookies to count our readers.")]);
        check(&long("“Subscribe to nothing,” she said."), |_| {}, &[]);
        check(&long("The mayorâ€™s word."), |_| {}, &[(Class::Mojibake, "â€™")]);
        check(&long("The mayor\u{fffd}s word."), |_| {}, &[(Class::Mojibake, "\u{fffd}: letters that were lost")]);
    }
}
