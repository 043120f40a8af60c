//! `onrecord batch`: a file of queries, answered line by line with one opened index.

use super::query::{Where, json};
use super::search::Asking;
use super::settings::Settings;
use super::{Ended, Failure, complain, say, shown, terminal};
use clap::Args;
use onrecord::batch::{Question, questions};
use onrecord::index::embedded::Embedded;
use onrecord::output::hit;
use onrecord::query::Mode;
use onrecord::search::{Request, asks_for_speaker, error_text, search, understand};
use onrecord::{Error, people::People};
use serde::Deserialize;
use std::cell::OnceCell;
use std::collections::HashMap;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Answer a file of queries.
#[derive(Args)]
#[command(
    after_help = "FILE holds a query a line: an id, a tab and the query, or JSON such as {\"qid\": \"1\", \"text\": \"levy\"}, or queries alone, whose ids are the numbers of their lines. Each answer is a line of JSON: what --json prints, with the `qid`. A query that cannot be read, or is not done in its --timeout, gets a line with `error`, the others are answered, and the exit status is 2.\n\nExamples:\n  onrecord batch queries.tsv\n  onrecord batch queries.jsonl --in quotes --limit 3 --to answers.jsonl\n  onrecord batch questions.jsonl --plain --match any --limit 200 --ids"
)]
pub(super) struct BatchArgs {
    /// The queries, one a line; - for standard input
    #[arg(value_name = "FILE")]
    file: PathBuf,
    #[command(flatten)]
    place: Where,
    #[command(flatten)]
    asking: Asking,
    /// Of each hit only `id`, `rank` and `score`
    #[arg(long)]
    ids: bool,
    /// Write the answers to this file; what it has already is not asked again, so that an interrupted run goes on
    #[arg(long, value_name = "FILE")]
    to: Option<PathBuf>,
}

/// A line of an earlier run, as far as it matters for going on.
#[derive(Deserialize)]
struct Line {
    qid: String,
    #[serde(rename = "schema_version")]
    _version: u32,
    query: Option<Query>,
    text: Option<String>,
    #[serde(rename = "in")]
    mode: Option<String>,
    #[serde(default)]
    total: u64,
}

#[derive(Deserialize)]
struct Query {
    text: String,
    understood: String,
}

/// What became of the questions.
#[derive(Default)]
struct Tally {
    answered: usize,
    hits: usize,
    failed: usize,
    before: usize,
}

pub(super) fn run(args: &BatchArgs, settings: &Settings) -> Result<Ended, Failure> {
    let questions = read(&args.file)?;
    // An earlier run is looked at before anything is indexed.
    let earlier = args.to.as_deref().map(Earlier::open).transpose()?;
    let index = args.place.open(settings)?;
    let batch = Batch { args, settings, index, people: OnceCell::new() };
    let bar = terminal::steps(questions.len(), args.to.is_some());
    let mut tally = Tally::default();
    let mut stdout = std::io::stdout().lock();
    let (mut file, done) = earlier.map_or((None, HashMap::new()), |earlier| (Some((earlier.file, earlier.path)), earlier.lines));
    for question in &questions {
        bar.inc(1);
        if let Some(line) = done.get(&question.qid) {
            batch.agrees(question, line)?;
            tally.before += 1;
            tally.hits += usize::from(line.total > 0);
            tally.failed += usize::from(line.query.is_none());
            continue;
        }
        let mut line = batch.answer(question, &mut tally)?;
        line.push('\n');
        // A line is whole or is not there: it is written at once.
        match &mut file {
            Some((file, path)) => file.write_all(line.as_bytes()).map_err(|error| Error::io(path.as_path(), error))?,
            None => stdout.write_all(line.as_bytes())?,
        }
    }
    stdout.flush()?;
    bar.finish_and_clear();
    let counted = |count: usize| if count == 1 { "1 query".to_owned() } else { format!("{count} queries") };
    let mut told = format!("{} answered, {} of all with hits", counted(tally.answered), tally.hits);
    if tally.before > 0 {
        told += &format!(", {} answered before", tally.before);
    }
    if tally.failed > 0 {
        told += &format!(", {} not answered", tally.failed);
    }
    say(&told);
    Ok(match tally {
        Tally { failed: 1.., .. } => Ended::Failed,
        Tally { hits: 0, .. } => Ended::NoHits,
        _ => Ended::Hits,
    })
}

/// The questions of a file.
fn read(path: &Path) -> onrecord::Result<Vec<Question>> {
    let mut bytes = Vec::new();
    let name = if path == Path::new("-") {
        std::io::stdin().lock().read_to_end(&mut bytes).map_err(|error| Error::io("standard input", error))?;
        "standard input".to_owned()
    } else {
        bytes = std::fs::read(path).map_err(|error| Error::io(path, error))?;
        shown(path)
    };
    let questions = questions(&bytes, &name)?;
    if questions.is_empty() {
        return Err(Error::Usage(format!("{name} holds no query; write one a line, or an id, a tab and a query")));
    }
    Ok(questions)
}

/// The file of an earlier run, ready to be written on.
struct Earlier {
    file: File,
    path: PathBuf,
    lines: HashMap<String, Line>,
}

impl Earlier {
    fn open(path: &Path) -> onrecord::Result<Self> {
        let failed = |error| Error::io(path, error);
        let mut file = File::options().read(true).write(true).create(true).truncate(false).open(path).map_err(failed)?;
        let mut text = Vec::new();
        file.read_to_end(&mut text).map_err(failed)?;
        // What the interrupted run had begun is written anew.
        let whole = text.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
        let mut lines = HashMap::new();
        for (number, line) in text[..whole].split(|byte| *byte == b'\n').enumerate().filter(|(_, line)| !line.is_empty()) {
            let line: Line = serde_json::from_slice(line).map_err(|error| {
                let place = format!("{}, line {}", shown(path), number + 1);
                Error::Usage(format!(
                    "{place}: no answer of an earlier run ({error}); --to takes a new file, or one that `onrecord batch` wrote"
                ))
            })?;
            lines.insert(line.qid.clone(), line);
        }
        let rest = &text[whole..];
        let begins = |start: &[u8]| rest.starts_with(start) || start.starts_with(rest);
        if !begins(b"{\"qid\":\"")
            || serde_json::from_slice::<serde_json::Value>(rest).is_ok() && serde_json::from_slice::<Line>(rest).is_err()
        {
            return Err(Error::Usage(format!("{}: its end is no answer of an earlier run; --to takes a new file", shown(path))));
        }
        file.set_len(whole as u64).map_err(failed)?;
        file.seek(SeekFrom::End(0)).map_err(failed)?;
        Ok(Self { file, path: path.to_path_buf(), lines })
    }
}

struct Batch<'a> {
    args: &'a BatchArgs,
    settings: &'a Settings,
    index: Embedded,
    people: OnceCell<Arc<People>>,
}

impl Batch<'_> {
    fn request(&self, question: &Question) -> Request {
        Request { bare: self.args.ids, ..self.args.asking.request(question.text.clone(), Mode::Articles, self.settings) }
    }

    /// Who is who, read once, and only where it is asked for.
    fn people(&self) -> onrecord::Result<Arc<People>> {
        if let Some(people) = self.people.get() {
            return Ok(Arc::clone(people));
        }
        let people = self.args.place.people(&self.index, self.settings)?;
        Ok(Arc::clone(self.people.get_or_init(|| people)))
    }

    /// The answer to a question, as a line.
    fn answer(&self, question: &Question, tally: &mut Tally) -> Result<String, Failure> {
        let mut request = self.request(question);
        let answer = understand(&request).and_then(|understood| {
            if asks_for_speaker(&understood) {
                request.people = Some(self.people()?);
            }
            search(&self.index, &request)
        });
        let problem = match answer {
            Ok(answer) => {
                tally.answered += 1;
                tally.hits += usize::from(answer.total > 0);
                return match self.args.ids {
                    true => json(&hit::batch_ids(&question.qid, &answer)),
                    false => json(&hit::BatchOut { qid: &question.qid, answer: hit::answer(&answer) }),
                };
            }
            Err(Error::Query(error)) => error.with_caret(&error_text(&request, &error)),
            Err(error @ (Error::Usage(_) | Error::Timeout)) => error.to_string(),
            Err(error) => return Err(error.into()),
        };
        tally.failed += 1;
        complain(&format!("{}, line {} ({}): {problem}", shown(&self.args.file), question.line, question.qid));
        json(&hit::BatchErrorOut { qid: &question.qid, schema_version: hit::SCHEMA_VERSION, text: &question.text, error: problem })
    }

    /// An earlier answer is one to this question, asked in this way.
    fn agrees(&self, question: &Question, line: &Line) -> onrecord::Result<()> {
        let request = self.request(question);
        let same = match &line.query {
            Some(query) => {
                let mode = if request.mode == Some(Mode::Quotes) { "quotes" } else { "articles" };
                query.text == question.text
                    && understand(&request).is_ok_and(|understood| understood.to_string() == query.understood)
                    && line.mode.as_deref() == Some(mode)
            }
            None => line.text.as_deref() == Some(&question.text),
        };
        if same {
            return Ok(());
        }
        let to = self.args.to.as_deref().map(shown).unwrap_or_default();
        let place = format!("line {} ({})", question.line, question.qid);
        Err(Error::Usage(format!(
            "{to} answers another query under the id of {place}, or the same with other options; name another file with --to"
        )))
    }
}
