//! A folder of its own for each test, and the program run in it.

use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// A temporary folder with articles and an index.
pub(crate) struct Sandbox {
    folder: tempfile::TempDir,
}

/// What a run of the program gave.
#[derive(Debug)]
pub(crate) struct Output {
    /// Exit code; -1 where a signal ended it.
    pub(crate) code: i32,
    /// Standard output.
    pub(crate) stdout: String,
    /// Standard error.
    pub(crate) stderr: String,
}

impl Sandbox {
    pub(crate) fn new() -> Self {
        Self { folder: tempfile::tempdir().expect("a temporary folder") }
    }

    /// A path in the sandbox.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes a file; folders are made.
    pub(crate) fn write(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("the folder is made");
        std::fs::write(&path, content).expect("the file is written");
        path
    }

    /// The program, about to be run in the sandbox.
    pub(crate) fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_onrecord"));
        command.args(args).current_dir(self.folder.path()).env_clear().stdin(Stdio::null());
        for name in ["HOME", "USERPROFILE"] {
            command.env(name, self.folder.path());
        }
        command.env("XDG_CACHE_HOME", self.path("cache")).env("XDG_CONFIG_HOME", self.path("config"));
        // Windows has other names for these folders, and programs that do not start without its own.
        command.env("LOCALAPPDATA", self.path("cache")).env("APPDATA", self.path("config"));
        if let Some(system) = std::env::var_os("SystemRoot") {
            command.env("SystemRoot", system);
        }
        command
    }

    /// Runs the program.
    pub(crate) fn run(&self, args: &[&str]) -> Output {
        let output = self.command(args).output().expect("the program runs");
        Output {
            code: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8(output.stdout).expect("the output is UTF-8"),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    /// Runs a line of a shell in the sandbox, with the program's environment.
    #[cfg(unix)]
    pub(crate) fn shell(&self, script: &str) -> Output {
        let mut shell = Command::new("sh");
        shell.args(["-c", script]).current_dir(self.folder.path()).env_clear().stdin(Stdio::null());
        shell.env("HOME", self.folder.path()).env("PATH", std::env::var_os("PATH").unwrap_or_default());
        let output = shell.output().expect("a shell runs");
        Output {
            code: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    /// Runs the program, which must end well.
    #[track_caller]
    pub(crate) fn ok(&self, args: &[&str]) -> Output {
        let output = self.run(args);
        assert_eq!(output.code, 0, "{args:?}: {output:?}");
        output
    }

    /// Searches the sandbox's index and reads the JSON; the exit code must fit the total.
    #[track_caller]
    pub(crate) fn search(&self, mode: &str, query: &str, more: &[&str]) -> Value {
        let mut args = vec!["search", "--in", mode, "--json"];
        args.extend(more);
        args.extend(["--", query]);
        let output = self.run(&args);
        let answer: Value = serde_json::from_str(&output.stdout).unwrap_or_else(|error| panic!("{query}: {error}: {output:?}"));
        assert_eq!(output.code, i32::from(answer["total"] == 0), "{query}: exit code");
        answer
    }

    /// Every record of the index as text, in a fixed order: all articles and quotes with their words and speakers.
    pub(crate) fn dump(&self, index: &str) -> Vec<String> {
        let mut lines = Vec::new();
        for mode in ["articles", "quotes"] {
            let output = self.run(&["search", "--in", mode, "--limit", "0", "--jsonl", "--index", index, "*"]);
            assert!(output.code < 2, "{output:?}");
            lines.extend(output.stdout.lines().filter(|line| !line.contains("\"type\":\"summary\"")).map(without_rank));
        }
        lines.sort();
        lines
    }
}

fn without_rank(line: &str) -> String {
    let mut hit: Value = serde_json::from_str(line).expect("a hit is JSON");
    hit["rank"] = Value::Null;
    hit.to_string()
}

/// The folder of the sample archive.
pub(crate) fn corpus() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus")
}
