//! `--offsets` of `onrecord search` and `onrecord quotes`: in what the JSON counts.

use super::Failure;
use super::query::Output;
use clap::{Args, ValueEnum};
use onrecord::Error;
use onrecord::output::offsets::Offsets;

/// In what offsets are counted.
#[derive(Args)]
pub(super) struct Counting {
    /// In what offsets in JSON are counted: UTF-8 bytes, UTF-16 code units (JavaScript, Java), characters (Python)
    #[arg(long, value_enum, value_name = "UNIT", default_value_t = Unit::Bytes)]
    offsets: Unit,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Unit {
    Bytes,
    #[value(name = "utf-16")]
    Utf16,
    Characters,
}

impl Counting {
    /// The unit, for a form of output that can say what it is.
    pub(super) fn unit(&self, form: Output) -> Result<Offsets, Failure> {
        let unit = match self.offsets {
            Unit::Bytes => Offsets::Bytes,
            Unit::Utf16 => Offsets::Utf16,
            Unit::Characters => Offsets::Characters,
        };
        match form {
            Output::Text | Output::Csv if unit != Offsets::Bytes => {
                Err(Error::Usage("--offsets is for --json and --jsonl, which say in what they count".into()).into())
            }
            _ => Ok(unit),
        }
    }
}
