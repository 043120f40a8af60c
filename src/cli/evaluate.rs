//! `onrecord evaluate`: quotes and speakers against a reader's annotations.

use super::query::json;
use super::{Ended, Failure, shown};
use clap::Args;
use onrecord::evaluate::{Expected, Rate, Score, score};
use onrecord::format::{self, Input, Item};
use onrecord::{Error, quote};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::io::{BufWriter, Write};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

/// Score quotes and speakers on annotated articles.
#[derive(Args)]
#[command(
    after_help = "An annotation is a JSON object: `file` (counted from where the program runs, or from --root), `quotes` (each with `parts`, the words in marks; `speaker`, null where nobody can tell; `accept`, other right names; `mention`; `speaker_kind`; `class`, if you like) and `not_quotes` (words in marks that nobody says). For a file of several articles `articles` holds one such object for each, in order.\n\nExamples:\n  onrecord evaluate tests/expected/2025-08-16-regatta.json\n  onrecord evaluate tests/expected --errors 5"
)]
pub(super) struct EvaluateArgs {
    /// Annotations: JSON files, or folders of them
    #[arg(required = true, value_name = "GOLD")]
    gold: Vec<PathBuf>,
    /// Folder that the names of articles count from [default: the current one]
    #[arg(long, value_name = "DIR")]
    root: Option<PathBuf>,
    /// Show so many mistakes, 0 for all
    #[arg(long, value_name = "N")]
    errors: Option<usize>,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
    /// End with status 1 where the F1 of speakers is less, in a hundred
    #[arg(long, value_name = "NUMBER")]
    at_least: Option<f64>,
}

/// What is expected of a file.
#[derive(Deserialize)]
struct Annotation {
    file: Option<String>,
    /// A story in several formats: any of them will do.
    #[serde(default)]
    files: Option<serde_json::Value>,
    #[serde(default)]
    articles: Vec<Expected>,
    #[serde(flatten)]
    alone: Expected,
}

pub(super) fn run(args: &EvaluateArgs) -> Result<Ended, Failure> {
    let mut total = Score::default();
    let mut paths = Vec::new();
    args.gold.iter().try_for_each(|path| annotations(path, &mut paths))?;
    if paths.is_empty() {
        return Err(Error::Usage("no annotation: name JSON files, or a folder that holds some".into()).into());
    }
    for path in &paths {
        let text = std::fs::read_to_string(path).map_err(|error| Error::io(path, error))?;
        let gold: Annotation =
            serde_json::from_str(&text).map_err(|error| Error::Usage(format!("{}: no annotation: {error}", shown(path))))?;
        let first = |value: serde_json::Value| match value {
            serde_json::Value::Object(all) => all.into_iter().next().and_then(|(_, file)| file.as_str().map(str::to_owned)),
            serde_json::Value::Array(all) => all.first().and_then(|file| file.as_str().map(str::to_owned)),
            _ => None,
        };
        let Some(file) = gold.file.or_else(|| gold.files.and_then(first)) else {
            return Err(Error::Usage(format!("{}: no `file` says which article is meant", shown(path))).into());
        };
        let file = args.root.clone().unwrap_or_default().join(file);
        let expected = if gold.articles.is_empty() { vec![gold.alone] } else { gold.articles };
        total += scored(&file, &expected)?;
    }
    let mut out = BufWriter::new(std::io::stdout().lock());
    if args.json {
        let mut value = serde_json::to_value(&total).map_err(|error| Failure::Output(error.into()))?;
        value["f1"] = total.f1().into();
        value["schema_version"] = 1.into();
        writeln!(out, "{}", json(&value)?)?;
    } else {
        print(&mut out, &total, args.errors)?;
    }
    out.flush()?;
    Ok(if args.at_least.is_some_and(|least| total.f1() < least) { Ended::NoHits } else { Ended::Hits })
}

/// The JSON files at a path, in order.
fn annotations(path: &Path, out: &mut Vec<PathBuf>) -> Result<(), Error> {
    if !path.is_dir() {
        out.push(path.to_path_buf());
        return Ok(());
    }
    let mut inside: Vec<PathBuf> =
        std::fs::read_dir(path).map_err(|error| Error::io(path, error))?.flatten().map(|entry| entry.path()).collect();
    inside.sort();
    for path in inside.iter().filter(|path| path.is_dir() || path.extension().is_some_and(|extension| extension == "json")) {
        annotations(path, out)?;
    }
    Ok(())
}

/// The score of a file's articles.
fn scored(file: &Path, expected: &[Expected]) -> Result<Score, Error> {
    let bytes = std::fs::read(file).map_err(|error| Error::io(file, error))?;
    let head = &bytes[..bytes.len().min(format::HEAD)];
    let format = format::detect(file, head).ok_or_else(|| Error::Usage(format!("{}: no known format", shown(file))))?;
    let (mut total, mut number) = (Score::default(), 0);
    let mut sink = |item: Item| {
        if let Item::Article { article, .. } = item {
            if let Some(expected) = expected.get(number) {
                total += score(&article, &quote::attribute_marked(&article), expected);
            }
            number += 1;
        }
        ControlFlow::Continue(())
    };
    let mut reader = std::io::Cursor::new(&bytes);
    let read = format.read(Input::file(Path::new(file.file_name().unwrap_or_default()), &mut reader), &mut sink);
    read.map_err(|problem| Error::Usage(format!("{}: {problem}", shown(file))))?;
    if number != expected.len() {
        return Err(Error::Usage(format!("{}: {number} articles, and annotations of {}", shown(file), expected.len())));
    }
    Ok(total)
}

fn print(out: &mut dyn Write, score: &Score, errors: Option<usize>) -> std::io::Result<()> {
    let line =
        |out: &mut dyn Write, name: &str, rate: Rate| writeln!(out, "{name:<26}{:>6.1} %  {} of {}", rate.percent(), rate.right, rate.of);
    line(out, "stretches found", score.stretches)?;
    line(out, "speakers right, of named", score.named)?;
    line(out, "speakers right, of all", score.speakers)?;
    writeln!(out, "{:<26}{:>6.1}", "F1", score.f1())?;
    line(out, "nobody's words known", score.nobodys)?;
    let tables: [(&str, &BTreeMap<String, Rate>); 4] = [
        ("by how the speaker is named", &score.classes),
        ("by what speaks", &score.kinds),
        ("by rule", &score.rules),
        ("by confidence", &score.confidences),
    ];
    for (title, table) in tables.into_iter().filter(|(_, table)| !table.is_empty()) {
        writeln!(out, "\n{title}")?;
        let mut rows: Vec<(&String, &Rate)> = table.iter().collect();
        if title == "by rule" {
            rows.sort_by_key(|(_, rate)| std::cmp::Reverse(rate.of));
        }
        for (name, rate) in rows {
            line(out, &format!("  {}", onrecord::text::clean::visible(name)), *rate)?;
        }
    }
    let shown = errors.map_or(0, |errors| if errors == 0 { usize::MAX } else { errors });
    for mistake in score.mistakes.iter().take(shown) {
        let name = |name: &Option<String>| name.clone().unwrap_or_else(|| "nobody".to_owned());
        let rule = mistake.rule.as_ref().map_or("missed".to_owned(), |rule| format!("{rule}, {:.2}", mistake.confidence));
        let text = format!("“{}” is by {}, got {} ({rule})", mistake.words, name(&mistake.expected), name(&mistake.found));
        writeln!(out, "{}{}", if shown > 0 { "\n" } else { "" }, onrecord::text::clean::visible(&text))?;
    }
    Ok(())
}
