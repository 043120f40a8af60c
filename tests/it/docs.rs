//! The documentation runs: every `console` block of README and docs is typed, in a folder that holds the sample archive, and prints what stands
//! there; every example of `--help` runs.
//!
//! A line `...` stands for any lines. `ONRECORD_WRITE_DOCS=1 cargo test documentation` writes what was printed into the files; blocks that
//! are cut elsewhere than at their end are left alone.

use crate::jq::jq;
use crate::sandbox::{Sandbox, corpus};
#[cfg(feature = "server")]
use crate::served::Running;
use std::fs::File;
use std::path::{Path, PathBuf};

/// A folder with a copy of the sample archive as `corpus`.
fn desk() -> Sandbox {
    let sandbox = Sandbox::new();
    let corpus = corpus();
    let root = corpus.parent().expect("the project");
    for entry in walkdir::WalkDir::new(&corpus).into_iter().flatten().filter(|entry| entry.file_type().is_file()) {
        let below = entry.path().strip_prefix(root).expect("below");
        sandbox.write(&below.to_string_lossy(), std::fs::read(entry.path()).expect("an article"));
    }
    sandbox.write("examples/queries.tsv", std::fs::read(root.join("examples/queries.tsv")).expect("queries"));
    sandbox
}

/// The words of a command line as a shell reads them: quotes of both kinds, backslashes, no variables.
fn words(line: &str) -> Vec<String> {
    let (mut words, mut word, mut open, mut begun) = (Vec::new(), String::new(), None, false);
    let mut chars = line.chars();
    while let Some(c) = chars.next() {
        match (c, open) {
            (c, Some(quote)) if c == quote => open = None,
            ('\\', None | Some('"')) => word.extend(chars.next()),
            ('\'' | '"', None) => open = Some(c),
            (c, None) if c.is_whitespace() => {
                if begun {
                    words.push(std::mem::take(&mut word));
                }
                begun = false;
                continue;
            }
            (c, _) => word.push(c),
        }
        begun = true;
    }
    if begun {
        words.push(word);
    }
    words
}

/// The commands of a pipeline: `|` outside quotation marks parts them.
fn pipeline(line: &str) -> Vec<Vec<String>> {
    let mut commands = vec![Vec::new()];
    let marked = line.replace(" | ", " \u{1} ").replace("|\n", "\u{1} ");
    // A bar within quotation marks is none: only those that the words keep alone count.
    for word in words(&marked) {
        if word == "\u{1}" { commands.push(Vec::new()) } else { commands.last_mut().expect("a command").push(word.replace('\u{1}', "|")) }
    }
    commands
}

/// The address that documents show.
const SHOWN: &str = "127.0.0.1:7878";

/// A desk, and the server that was started at it.
struct Desk {
    sandbox: Sandbox,
    #[cfg(feature = "server")]
    running: Option<Running>,
}

impl Desk {
    fn new() -> Self {
        Self {
            sandbox: desk(),
            #[cfg(feature = "server")]
            running: None,
        }
    }
}

/// Says what was not run for want of a program.
#[cfg(feature = "server")]
fn skipped(error: &std::io::Error) {
    // Not by a macro, which tests keep to themselves: whoever reads the run must see what was left out.
    let _ = std::io::Write::write_all(&mut std::io::stderr(), format!("SKIPPED: curl of the documentation: {error}\n").as_bytes());
}

/// What a server prints when it is started, and what `curl` prints of it, where there is one; it listens on a free port here.
#[cfg(feature = "server")]
fn served(desk: &mut Desk, command: &[&str]) -> Option<String> {
    match command {
        // What is served at the front of a terminal is not waited for.
        ["onrecord", "serve", args @ ..] => {
            let args = args.strip_suffix(&["&"]).unwrap_or(args);
            desk.running = Some(Running::new(&desk.sandbox, args));
            Some(format!("listening on http://{SHOWN}/ (Ctrl-C ends it)\n"))
        }
        ["curl", args @ ..] => {
            let running = desk.running.as_ref()?;
            let args = args.iter().map(|arg| arg.replace(SHOWN, &running.address));
            let output = std::process::Command::new("curl").args(args).current_dir(desk.sandbox.path("")).output();
            let output = output.inspect_err(skipped).ok()?;
            let text = String::from_utf8_lossy(&output.stdout).replace(&running.address, SHOWN).replace('\r', "");
            // The hour of an answer is another one each time.
            Some(text.lines().map(|line| if line.starts_with("date: ") { "date: ...\n".to_owned() } else { format!("{line}\n") }).collect())
        }
        _ => None,
    }
}

#[cfg(not(feature = "server"))]
fn served(_: &mut Desk, _: &[&str]) -> Option<String> {
    None
}

/// What a command line prints, both streams in order; `None` for what is not run here.
fn typed(desk: &mut Desk, line: &str) -> Option<String> {
    let commands = pipeline(line);
    let first: Vec<&str> = commands[0].iter().map(String::as_str).collect();
    if let Some(text) = served(desk, &first) {
        return Some(filtered(text, &commands[1..], line));
    }
    let sandbox = &desk.sandbox;
    let args: Vec<&str> = match first.as_slice() {
        ["onrecord", args @ ..] => args.to_vec(),
        ["cargo", "run", "--release", "--", args @ ..] => args.to_vec(),
        _ => return None,
    };
    let (out, err) = (sandbox.path("typed.out"), sandbox.path("typed.err"));
    let mut command = sandbox.command(&args);
    command.env("COLUMNS", "100").stdout(File::create(&out).expect("a file"));
    if commands.len() == 1 {
        // One file for both: their order is part of what people see.
        command.stdout(File::options().append(true).open(&out).expect("a file"));
        command.stderr(File::options().append(true).open(&out).expect("a file"));
    } else {
        command.stderr(File::create(err).expect("a file"));
    }
    let status = command.status().expect("the program runs");
    assert!(status.code().is_some_and(|code| code <= 2), "{line}: {status}");
    Some(filtered(std::fs::read_to_string(&out).expect("UTF-8"), &commands[1..], line))
}

/// What filters make of a text.
fn filtered(mut text: String, filters: &[Vec<String>], line: &str) -> String {
    for filter in filters {
        let filter: Vec<&str> = filter.iter().map(String::as_str).collect();
        text = match filter.as_slice() {
            ["jq", "-r", filter] => jq(filter, &text, true, false),
            ["jq", "-c", filter] => jq(filter, &text, false, true),
            ["jq", filter] => jq(filter, &text, false, false),
            ["head", count] => {
                let count: usize = count.trim_start_matches(['-', 'n']).parse().expect("head -N");
                text.lines().take(count).map(|line| format!("{line}\n")).collect()
            }
            other => panic!("{line}: {other:?} cannot be run here"),
        };
    }
    text
}

/// Times and what depends on the machine are not compared.
fn comparable(text: &str) -> String {
    let mut out = String::new();
    for line in text.lines() {
        let line = line.trim_end();
        match line.rsplit_once("; ") {
            Some((before, seconds)) if seconds.ends_with(" s") && before.contains(" files") => out += before,
            _ => out += line,
        }
        out.push('\n');
    }
    out
}

/// True when `found` is `expected`, in which a line `...` stands for any lines.
fn fits(expected: &str, found: &str) -> bool {
    let (expected, found) = (comparable(expected), comparable(found));
    let mut rest = found.as_str();
    let pieces: Vec<&str> = expected.split("...\n").collect();
    for (at, piece) in pieces.iter().enumerate() {
        let is_last = at + 1 == pieces.len();
        let place = match (at, is_last) {
            (0, true) => (rest == *piece).then_some(0),
            (0, false) => rest.starts_with(piece).then_some(0),
            (_, true) => rest.ends_with(piece).then(|| rest.len() - piece.len()),
            _ => rest.find(piece),
        };
        let Some(place) = place else { return false };
        rest = &rest[place + piece.len()..];
    }
    true
}

/// A file with its console blocks typed anew: what it would say, and what did not fit.
fn retyped(text: &str) -> (String, Vec<String>, usize) {
    let mut desk = Desk::new();
    let (mut out, mut wrong, mut commands) = (String::new(), Vec::new(), 0);
    let mut lines = text.split_inclusive('\n').peekable();
    while let Some(line) = lines.next() {
        out += line;
        if line.trim_end() != "```console" {
            continue;
        }
        let mut block = Vec::new();
        for line in lines.by_ref() {
            if line.starts_with("```") {
                block.push(line);
                break;
            }
            block.push(line);
        }
        let close = block.pop().expect("a fence that closes");
        let mut at = 0;
        while at < block.len() {
            let mut command = String::new();
            if !block[at].starts_with("$ ") {
                out += block[at];
                at += 1;
                continue;
            }
            // A line that ends in `|` or `\` goes on.
            loop {
                out += block[at];
                command += block[at];
                at += 1;
                if !command.trim_end().ends_with(['|', '\\']) || at >= block.len() {
                    break;
                }
            }
            let start = at;
            while at < block.len() && !block[at].starts_with("$ ") {
                at += 1;
            }
            let expected: String = block[start..at].concat();
            let line = command.trim_start_matches("$ ").replace("\\\n", " ").replace("|\n", "| ");
            match typed(&mut desk, line.trim()) {
                None => out += &expected,
                Some(found) => {
                    commands += 1;
                    if fits(&expected, &found) {
                        out += &expected;
                    } else {
                        wrong.push(format!("$ {}\n--- stands\n{expected}--- printed\n{found}", line.trim()));
                        out += &rewritten(&expected, &found);
                    }
                }
            }
        }
        out += close;
    }
    (out, wrong, commands)
}

/// What is printed, cut where the document cuts it: behind some lines. Cut otherwise, a block is left to its writer.
fn rewritten(expected: &str, found: &str) -> String {
    match expected.strip_suffix("...\n") {
        Some(kept) if !kept.is_empty() && !kept.contains("...\n") => {
            found.split_inclusive('\n').take(kept.lines().count()).collect::<String>() + "...\n"
        }
        None if !expected.contains("...\n") => found.to_owned(),
        _ => expected.to_owned(),
    }
}

#[test]
fn documentation_prints_what_it_shows() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files: Vec<PathBuf> = std::fs::read_dir(root.join("docs")).expect("docs").flatten().map(|entry| entry.path()).collect();
    files.push(root.join("README.md"));
    files.retain(|path| path.extension().is_some_and(|extension| extension == "md"));
    let (mut all_wrong, mut all) = (Vec::new(), 0);
    for path in files {
        let text = std::fs::read_to_string(&path).expect("a document");
        let (made, wrong, commands) = retyped(&text);
        all += commands;
        if std::env::var_os("ONRECORD_WRITE_DOCS").is_some() && made != text {
            std::fs::write(&path, made).expect("the document is written");
        } else {
            all_wrong.extend(wrong.into_iter().map(|wrong| format!("{}\n{wrong}", path.display())));
        }
    }
    assert!(all >= 15, "{all} commands");
    assert!(all_wrong.is_empty(), "{}", all_wrong.join("\n\n"));
}

#[test]
fn examples_of_the_help_run() {
    let mut desk = Desk::new();
    desk.sandbox.ok(&["index", "corpus"]);
    let mut examples = 0;
    for command in [
        "",
        "index",
        "search",
        "quotes",
        "speakers",
        "show",
        "stats",
        "check",
        "optimize",
        "snapshot",
        "extract",
        "fields",
        "completions",
        "man",
        "licenses",
        "remove",
        "blocked",
    ] {
        let args: Vec<&str> = [command, "--help"].into_iter().filter(|arg| !arg.is_empty()).collect();
        let help = desk.sandbox.ok(&args).stdout;
        for line in help.lines().map(str::trim).filter(|line| line.starts_with("onrecord ") && !line.contains('[')) {
            let line = line.split("  #").next().unwrap_or(line).trim();
            let found = typed(&mut desk, line).unwrap_or_else(|| panic!("{line} cannot be run"));
            assert!(!found.trim_start().starts_with("error") && !found.contains("onrecord: "), "{line}: {found}");
            examples += 1;
        }
    }
    assert!(examples >= 10, "{examples} examples in --help");
}

#[test]
fn examples_of_the_library_run() {
    let sandbox = desk();
    sandbox.ok(&["index", "corpus/archive"]);
    let folder = Path::new(env!("CARGO_BIN_EXE_onrecord")).parent().expect("a folder").join("examples");
    let run = |name: &str, args: &[&str], input: &str| {
        let mut command = std::process::Command::new(folder.join(name));
        let input = File::open(sandbox.path(input)).expect("an article");
        let output = command.args(args).current_dir(sandbox.path("")).stdin(input).output().expect("the example runs");
        assert!(output.status.success(), "{name}: {output:?}");
        String::from_utf8(output.stdout).expect("UTF-8")
    };
    let article = "corpus/archive/straitwire/june.jsonl";
    let who = run("who_said", &["corpus/archive", "\"worth the chair\""], article);
    assert_eq!(who, "2025-06-23T11:20:00+02:00  Oskar Brandvold (“He”): worth the chair.\n");
    let quotes = run("quotes_of_a_text", &[], "corpus/archive/skarnholm-echo/2025-06-19-levy-vote.txt");
    assert!(quotes.starts_with("Mara Lindqvist\t0.9") && quotes.contains("\tThe sea does not wait for a budget,\n"), "{quotes}");
    let audit = run("source_audit", &[".onrecord"], article);
    assert!(audit.lines().count() == 10 && audit.starts_with("Mara Lindqvist\t"), "{audit}");
}

#[test]
fn lines_are_read_as_a_shell_reads_them() {
    assert_eq!(words(r#"a 'b "c" d' "e f" g\ h"#), ["a", "b \"c\" d", "e f", "g h"]);
    assert_eq!(pipeline("a 'x | y' | b"), [vec!["a", "x | y"], vec!["b"]]);
    assert!(fits("a\n...\nc\n", "a\nb\nb\nc\n") && !fits("a\n...\nd\n", "a\nb\nc\n") && !fits("a\n", "a\nb\n"));
}
