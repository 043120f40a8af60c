//! Flags that say how inputs are read; all commands that read files have them.

use super::input_format;
use super::settings::Settings;
use clap::Args;
use onrecord::format::{self, Format, Mapping};
use onrecord::search::today;

/// How inputs are read.
#[derive(Args, Default)]
pub(super) struct Reading {
    /// Read every input as this format, whatever it looks like (`onrecord formats` lists them)
    #[arg(long, visible_alias = "format", value_name = "NAME", value_parser = input_format)]
    pub(super) input_format: Option<&'static dyn Format>,
    /// Keys of JSON or columns of CSV that are fields of an article, such as headline=title,text=content.body
    #[arg(long, value_name = "FIELD=KEY,...")]
    map: Vec<Mapping>,
    /// Put letters right that were decoded wrongly before they came here ("â€™" for "’")
    #[arg(long)]
    repair_encoding: bool,
}

impl Reading {
    /// The same for the readers of formats.
    pub(super) fn settings(&self, settings: &Settings) -> format::Settings {
        let own = settings.map.clone().unwrap_or_default();
        format::Settings { map: self.map.iter().cloned().fold(own, Mapping::and), repair_encoding: self.repair_encoding, today: today() }
    }
}
