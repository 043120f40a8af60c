//! `onrecord search` and `onrecord quotes`: questions to an index.

use super::kwic::Kwic;
use super::offsets::Counting;
use super::query::{Filter, Output, Printing, Where, hint_once, json, opened, unanswered};
use super::settings::Settings;
use super::{Ended, Failure, complain, say, terminal};
use clap::{Args, CommandFactory, ValueEnum};
use onrecord::index::{Grouping, Sort};
use onrecord::output;
use onrecord::parameters::{days, distinct, seconds, share};
use onrecord::query::{CHEATSHEET, Field, Match, Mode, Syntax};
use onrecord::search::{Answer, Cursor, Diagnose, Request, search};
use std::collections::HashSet;
use std::io::{BufWriter, IsTerminal, Write};
use std::path::Path;
use std::time::Duration;

/// Search an index.
#[derive(Args)]
#[command(
    after_help = help("Examples:\n  onrecord search 'hlead(harbour w/5 levy) -atleast3(strike)'\n  onrecord quotes 'said(Lindqvist, wall w/5 time) date:2025'\n  onrecord quotes --speaker Lindqvist levy\n  onrecord quotes 'speaker:(vassard OR kvistmark) treaty' --on \"September 2025\" --json\n  onrecord search 'desk:politics \"harbour levy\"' --sort newest\n  onrecord quotes flood --facets speaker,month --csv\n  onrecord quotes levy --kwic --kwic-sort right --limit 0\n\n`onrecord fields` lists the fields. docs/query.md has the whole language.")
)]
pub(super) struct SearchArgs {
    #[command(flatten)]
    typed: Typed,
    #[command(flatten)]
    place: Where,
    #[command(flatten)]
    asking: Asking,
    /// The page behind this cursor: `next_cursor` of the page before
    #[arg(long, value_name = "CURSOR")]
    cursor: Option<Cursor>,
    /// Print only how many there are
    #[arg(long, short, conflicts_with_all = ["output", "json", "jsonl", "csv"])]
    count: bool,
    #[command(flatten)]
    printing: Printing,
    #[command(flatten)]
    kwic: Kwic,
    #[command(flatten)]
    counting: Counting,
    /// Show how the query was understood, and what the engine runs
    #[arg(long)]
    explain: bool,
}

/// The query language in short, and examples.
fn help(examples: &str) -> String {
    let line = |(write, find): &(&str, &str)| format!("  {write:<24}  {find}\n");
    format!("The query language, in short:\n{}\n{examples}", CHEATSHEET.iter().map(line).collect::<String>())
}

/// A query as it was typed.
#[derive(Args)]
pub(super) struct Typed {
    /// What to look for; several words need no quotation marks, a phrase needs two pairs: '"harbour levy"'
    #[arg(value_name = "QUERY", allow_hyphen_values = true)]
    query: Option<String>,
    #[arg(hide = true)]
    more: Vec<String>,
}

impl Typed {
    /// Its text.
    pub(super) fn text(&self) -> String {
        self.query.iter().chain(&self.more).map(String::as_str).collect::<Vec<_>>().join(" ")
    }

    /// What is wrong where a mistyped option stands for the query: a query may begin with a hyphen (`-speaker:A`), an option may not pass for one.
    pub(super) fn mistyped(&self, command: &str) -> Option<String> {
        self.query.as_deref().filter(|query| is_option(query)).map(|query| unknown_option(query, command))
    }
}

/// What shapes a question and its answer, whatever its words.
#[derive(Args)]
pub(super) struct Asking {
    #[command(flatten)]
    clauses: Clauses,
    /// Order of the hits
    #[arg(long, value_enum, default_value_t = Order::Relevance)]
    sort: Order,
    /// How many hits to show, 0 for all [default: 10; env: ONRECORD_LIMIT]
    #[arg(long, short = 'n', value_name = "N")]
    limit: Option<usize>,
    /// Count all hits by these: speaker, role, desk, publisher, section, byline, kind, day, week, month, year; speaker/month: each speaker by month
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    facets: Vec<Grouping>,
    /// How many values of a facet to show, 0 for all [default: 10]
    #[arg(long, value_name = "N")]
    facet_limit: Option<usize>,
    /// Show how each score came about; the parts add up to it
    #[arg(long)]
    explain_score: bool,
    /// Let older articles count less: a score is halved after each 30d, 8w, 6m or 2y of age; undated articles come last
    #[arg(long, value_name = "HALF-LIFE", value_parser = days)]
    recency: Option<f64>,
    /// Give up after so many seconds
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    timeout: Option<Duration>,
    /// After --timeout show what was found until then, and say so
    #[arg(long, requires = "timeout")]
    partial: bool,
}

/// What is looked for, besides the words of the query.
#[derive(Args)]
pub(super) struct Clauses {
    /// Who speaks
    #[arg(long, short, value_name = "NAME")]
    speaker: Option<String>,
    /// Exact words: of a quote where a speaker is asked for, else anywhere
    #[arg(long, short, value_name = "WORDS")]
    phrase: Option<String>,
    #[command(flatten)]
    filter: Filter,
    /// Reported clauses too ("X said that ..."), and the whole clause around words in marks
    #[arg(long)]
    indirect: bool,
    /// Only quotes whose speaker is at least so sure, 0 to 1
    #[arg(long, value_name = "NUMBER", value_parser = share)]
    min_confidence: Option<f32>,
    /// What to look for: articles or quotes
    #[arg(long = "in", value_name = "WHAT", value_enum)]
    mode: Option<What>,
    /// How many of the bare words must be there: all, any, or 75%
    #[arg(long = "match", value_name = "HOW")]
    matching: Option<Match>,
    /// Take the query as words only, without any syntax
    #[arg(long)]
    plain: bool,
    /// Read a query that was written for another system: nexis, factiva, proquest, lucene
    #[arg(long, value_name = "SYSTEM", conflicts_with = "plain")]
    syntax: Option<Syntax>,
    /// Run the nearest reading of a query that cannot be read, and say so
    #[arg(long)]
    lenient: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum What {
    Articles,
    Quotes,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Order {
    Relevance,
    Newest,
    Oldest,
}

impl Asking {
    /// The request of a query text.
    pub(super) fn request(&self, text: String, default: Mode, settings: &Settings) -> Request {
        Request {
            sort: match self.sort {
                Order::Relevance => Sort::Relevance,
                Order::Newest => Sort::Newest,
                Order::Oldest => Sort::Oldest,
            },
            limit: self.limit.unwrap_or(settings.limit),
            facets: distinct(&self.facets),
            facet_limit: self.facet_limit.unwrap_or(settings.facet_limit),
            explain_score: self.explain_score,
            half_life: self.recency,
            timeout: self.timeout,
            partial: self.partial,
            ..self.clauses.request(text, default)
        }
    }
}

impl Clauses {
    /// The request of a query text, with nothing said of how its hits are shown.
    pub(super) fn request(&self, text: String, default: Mode) -> Request {
        let mut request = Request {
            text,
            plain: self.plain,
            syntax: self.syntax,
            lenient: self.lenient,
            matching: self.matching,
            fields: self.speaker.iter().map(|speaker| (Field::Speaker, speaker.clone())).collect(),
            phrase: self.phrase.clone(),
            indirect: self.indirect,
            min_confidence: self.min_confidence,
            mode: Some(match self.mode {
                Some(What::Articles) => Mode::Articles,
                Some(What::Quotes) => Mode::Quotes,
                None => default,
            }),
            ..Request::default()
        };
        self.filter.fill(&mut request);
        request
    }
}

pub(super) fn run(args: &SearchArgs, default: Mode, settings: &Settings) -> Result<Ended, Failure> {
    let command = if default == Mode::Quotes { "quotes" } else { "search" };
    if let Some(problem) = args.typed.mistyped(command) {
        complain(&problem);
        return Ok(Ended::Failed);
    }
    let diagnose = match (args.explain, args.count) {
        (true, _) => Diagnose::Always,
        (false, true) => Diagnose::Never,
        (false, false) => Diagnose::Few,
    };
    let offsets = args.counting.unit(args.printing.output())?;
    let marks = args.kwic.is_wanted();
    let mut request =
        Request { cursor: args.cursor, diagnose, marks, bare: args.count, ..args.asking.request(args.typed.text(), default, settings) };
    let answer = opened(&args.place, &mut request, settings).and_then(|(index, understood)| {
        if args.explain {
            say(&format!("understood as: {understood}"));
            let run = request.people.as_ref().map_or_else(|| understood.clone(), |people| people.expand(&understood));
            say(&format!("engine: {}", index.engine_form(&run, request.mode.unwrap_or(default))?));
        }
        search(&index, &request)
    });
    let answer = match answer {
        Ok(answer) => answer,
        Err(error) => return unanswered(&request, error),
    };
    answer.notes.iter().for_each(|note| say(&format!("note: {note}")));
    if answer.is_partial {
        complain("time ran out: there may be more hits, and better ones");
    }
    if let Some(why) = answer.stale {
        complain(why);
    }
    if args.asking.explain_score && request.sort != Sort::Relevance {
        say("hits in the order of their dates have no score to explain; leave --sort away");
    }
    if args.kwic.is_wanted() {
        return args.kwic.print(&answer, args.printing.output(), offsets, settings);
    }
    let mut out = BufWriter::new(std::io::stdout().lock());
    match args.printing.output() {
        _ if args.count => writeln!(out, "{}", answer.total)?,
        Output::Json => writeln!(out, "{}", json(&offsets.answer(&answer))?)?,
        Output::Jsonl => {
            for (rank, shown) in output::hit::ranked(&answer) {
                writeln!(out, "{}", json(&offsets.hit(shown, rank))?)?;
            }
            writeln!(out, "{}", json(&offsets.summary(&answer))?)?;
        }
        Output::Csv => {
            output::csv::answer(&mut out, &answer)?;
            out.flush()?;
            let cut =
                answer.facets.iter().any(|facet| facet.values.iter().filter(|(value, _)| value.is_some()).count() as u64 != facet.distinct);
            if cut {
                say("not all values: --facet-limit 0 gives all");
            } else if let Some(next) = answer.next.filter(|_| args.asking.facets.is_empty()) {
                say(&format!("{}: --limit 0 gives all, --cursor {next} the next page", count(&answer)));
            }
        }
        Output::Text => {
            output::text::answer(&mut out, &answer, terminal::style(settings.color))?;
            out.flush()?;
            say(&footer(&answer));
            doctors_advice(&answer, args.explain);
            if answer.total == 0
                && args.place.is_index()
                && let Some(folder) = args.typed.more.iter().find(|word| Path::new(word).is_dir())
            {
                say(&format!("hint: `{folder}` was taken for a word; --from {folder} searches that folder"));
            }
            if std::io::stdout().is_terminal() && std::io::stderr().is_terminal() && answer.total > 0 {
                hint_once(HINT);
            }
        }
    }
    out.flush()?;
    Ok(if answer.total == 0 { Ended::NoHits } else { Ended::Hits })
}

/// What else is possible, said once.
const HINT: &str = "hint: `onrecord quotes` finds what was said, `--speaker NAME` by whom, `--facets speaker,month` counts, `--json` is for scripts; \
                    `onrecord speakers` lists who speaks, `onrecord show FILE` prints an article with its quotes (this is said once)";

/// `--bogus`, which is no word of a query.
fn is_option(word: &str) -> bool {
    word.strip_prefix("--").is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_alphabetic()))
}

fn unknown_option(word: &str, command: &str) -> String {
    let name = word.trim_start_matches('-').split('=').next().unwrap_or_default();
    let cli = super::Cli::command();
    let options = cli.find_subcommand(command).into_iter().flat_map(|command| command.get_arguments()).filter_map(|arg| arg.get_long());
    let near = options.map(|option| (strsim::jaro_winkler(name, option), option)).max_by(|a, b| a.0.total_cmp(&b.0));
    let hint = match near {
        Some((score, option)) if score > 0.8 => format!("\nhint: --{option}"),
        _ => format!("\nhint: onrecord {command} --help lists the options"),
    };
    format!("there is no option --{name}; to search for such a word, put it into quotation marks within the query: '\"{name}\"'{hint}")
}

/// How many were found, in words.
fn count(answer: &Answer) -> String {
    let what = match (answer.mode, answer.total) {
        (Mode::Articles, 1) => "article",
        (Mode::Articles, _) => "articles",
        (Mode::Quotes, 1) => "quote",
        (Mode::Quotes, _) => "quotes",
    };
    let shown = answer.hits.len() as u64;
    match answer.total {
        0 => format!("no {what} for: {}", answer.understood),
        total if answer.seen > 0 && shown == 0 => format!("no more of {total} {what}"),
        total if answer.seen > 0 => format!("{} to {} of {total} {what}", answer.seen + 1, answer.seen + shown),
        total if shown < total => format!("{shown} of {total} {what}"),
        total => format!("{total} {what}"),
    }
}

/// Says what the query doctor found: all of it where that was asked for, or where there are no hits.
pub(super) fn doctors_advice(answer: &Answer, all: bool) {
    if let Some(diagnosis) = &answer.diagnosis {
        output::text::diagnosis(diagnosis, answer.mode, all || answer.total == 0).iter().for_each(|line| say(line));
    }
}

/// How many were found, and what should be known of them.
pub(super) fn footer(answer: &Answer) -> String {
    let more = if answer.next.is_some() && answer.seen == 0 { " (--limit 0 shows all)" } else { "" };
    let mut line = count(answer) + more;
    if let Some(undated) = answer.undated.filter(|undated| *undated > 0) {
        line += &if undated == 1 {
            "; 1 article has no date, and matches no range".to_owned()
        } else {
            format!("; {undated} articles have no date, and match no range")
        };
    }
    // A story that stands in the archive several times is not counted as one in silence.
    let distinct: HashSet<(&str, Option<usize>)> =
        answer.hits.iter().map(|shown| (shown.hit.article.article.body(), shown.hit.quote)).collect();
    match answer.hits.len() - distinct.len() {
        0 => line,
        1 => format!("{line}; one of them repeats another's article word for word"),
        copies => format!("{line}; {copies} of them repeat another's article word for word"),
    }
}
