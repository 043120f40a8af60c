//! What holds where no flag says otherwise: a flag, else the environment, else the user's configuration file, else a default.

use super::Color;
use super::index::MEMORY;
use clap::ValueEnum;
use etcetera::BaseStrategy;
use onrecord::error::shortened;
use onrecord::format::Mapping;
use onrecord::{Error, Result};
use serde::Deserialize;
use std::path::{Path, PathBuf};

/// The configuration file: `config.toml` in the folder `onrecord` of the user's configuration folder, or `$ONRECORD_CONFIG`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct File {
    index: Option<PathBuf>,
    people: Option<PathBuf>,
    color: Option<String>,
    limit: Option<usize>,
    facet_limit: Option<usize>,
    wait: Option<u64>,
    threads: Option<u8>,
    memory: Option<u32>,
    commit_every: Option<f64>,
    map: Option<String>,
}

/// Settings in force.
pub(super) struct Settings {
    index: PathBuf,
    /// The user's file on who is who.
    pub(super) people: Option<PathBuf>,
    pub(super) color: Color,
    pub(super) limit: usize,
    pub(super) facet_limit: usize,
    /// Seconds to wait for a lock.
    pub(super) wait: u64,
    pub(super) threads: Option<u8>,
    /// Megabytes for what is not yet written.
    pub(super) memory: Option<u32>,
    /// Seconds between commits.
    pub(super) commit_every: Option<f64>,
    /// Which keys of foreign JSON and columns of CSV are which field.
    pub(super) map: Option<Mapping>,
}

impl Settings {
    /// Those of a program without environment and configuration file.
    pub(super) fn bare(color: Option<Color>) -> Self {
        let color = color.unwrap_or(Color::Auto);
        Self {
            index: ".onrecord".into(),
            people: None,
            color,
            limit: 10,
            facet_limit: 10,
            wait: 0,
            threads: None,
            memory: None,
            commit_every: None,
            map: None,
        }
    }

    /// Reads environment and configuration file; `color` is the flag's.
    pub(super) fn read(color: Option<Color>) -> Result<Self> {
        let file = file()?;
        let named = variable("ONRECORD_COLOR").map(|name| (name, "$ONRECORD_COLOR".to_owned()));
        // NO_COLOR is of the environment, too: it wins over the file.
        let named = named.or(variable("NO_COLOR").map(|_| ("never".to_owned(), String::new())));
        let named = named.or(file.color.map(|name| (name, "color in the configuration file".to_owned())));
        let color = match (color, named) {
            (Some(color), _) => color,
            (None, Some((name, place))) => {
                Color::from_str(&name, true).map_err(|_| Error::Usage(format!("{place} is `{name}`; it can be auto, always or never")))?
            }
            (None, None) => Color::Auto,
        };
        let limit = match variable("ONRECORD_LIMIT") {
            Some(text) => text.trim().parse().map_err(|_| Error::Usage(format!("$ONRECORD_LIMIT is `{text}`, not a number")))?,
            None => file.limit.unwrap_or(10),
        };
        if let Some(threads) = file.threads.filter(|threads| !(1..=64).contains(threads)) {
            return Err(Error::Usage(format!("threads in the configuration file is {threads}; it can be 1 to 64")));
        }
        if let Some(memory) = file.memory.filter(|memory| !MEMORY.contains(&i64::from(*memory))) {
            let (least, most) = (MEMORY.start(), MEMORY.end());
            return Err(Error::Usage(format!("memory in the configuration file is {memory}; it can be {least} to {most} (megabytes)")));
        }
        let map = file.map.map(|text| text.parse()).transpose();
        let map = map.map_err(|error| Error::Usage(format!("map in the configuration file: {error}")))?;
        let index = variable("ONRECORD_INDEX").map(PathBuf::from).or(file.index);
        Ok(Self {
            index: index.unwrap_or_else(|| ".onrecord".into()),
            people: variable("ONRECORD_PEOPLE").map(PathBuf::from).or(file.people),
            color,
            limit,
            facet_limit: file.facet_limit.unwrap_or(10),
            wait: file.wait.unwrap_or(0),
            threads: file.threads,
            memory: file.memory,
            commit_every: file.commit_every,
            map,
        })
    }

    /// The folder of the index; `flag` wins.
    pub(super) fn index(&self, flag: Option<&Path>) -> PathBuf {
        flag.unwrap_or(&self.index).to_path_buf()
    }
}

/// A variable of the environment that says something.
fn variable(name: &str) -> Option<String> {
    std::env::var_os(name).map(|value| value.to_string_lossy().into_owned()).filter(|value| !value.is_empty())
}

fn file() -> Result<File> {
    let named = variable("ONRECORD_CONFIG").map(PathBuf::from);
    let usual = || Some(etcetera::choose_base_strategy().ok()?.config_dir().join("onrecord").join("config.toml"));
    let is_named = named.is_some();
    let Some(path) = named.or_else(usual) else { return Ok(File::default()) };
    let text = match std::fs::read_to_string(&path) {
        Ok(text) => text,
        // No file, or no folder where one would be.
        Err(error) if matches!(error.kind(), std::io::ErrorKind::NotFound | std::io::ErrorKind::NotADirectory) && !is_named => {
            return Ok(File::default());
        }
        Err(error) => return Err(Error::io(path, error)),
    };
    let mut file: File = toml::from_str(&text).map_err(|error| {
        // Numbers are numbers to those who write them.
        let kinds = ["usize", "u64", "u32", "u8", "f64"];
        let reason = kinds.into_iter().fold(error.to_string(), |text, kind| text.replace(&format!("expected {kind}"), "expected a number"));
        Error::Usage(format!("{}: {}", path.display(), shortened(reason.trim_end())))
    })?;
    file.index = file.index.map(|index| located(index, &path));
    file.people = file.people.map(|people| located(people, &path));
    Ok(file)
}

/// `~/index` is in the user's home; a relative path counts from the file's folder.
fn located(index: PathBuf, file: &Path) -> PathBuf {
    match (index.strip_prefix("~"), etcetera::home_dir()) {
        (Ok(rest), Ok(home)) => home.join(rest),
        _ => file.parent().unwrap_or(Path::new("")).join(index),
    }
}
