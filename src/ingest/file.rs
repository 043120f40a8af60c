//! One file, read by itself: for commands that need no index.

use crate::format::{self, Format, Input, Problem, SeekRead, Settings, Sink};
use std::fs::File;
use std::io::{BufReader, Cursor, Read, Seek};
use std::path::Path;

/// Reads the articles of a file, as its content and name tell its format, or as `format`. `name` is its path below its root: a date may
/// stand in it. Gives the format; `None` where it is of no known one.
///
/// # Errors
/// A problem with the file as a whole: it cannot be opened or read, it is a folder, it holds nothing of its format.
pub fn read(
    file: &Path,
    name: &Path,
    format: Option<&'static dyn Format>,
    settings: &Settings,
    sink: &mut Sink<'_>,
) -> Result<Option<&'static dyn Format>, Problem> {
    let failed = |error: std::io::Error| Problem::new("", format!("cannot be read: {error}"), "");
    let mut input = File::open(file).map_err(failed)?;
    if input.metadata().map_err(failed)?.is_dir() {
        return Err(Problem::new("", "a folder", "name files, or use `onrecord index`"));
    }
    let mut head = Vec::new();
    input.by_ref().take(format::HEAD as u64).read_to_end(&mut head).map_err(failed)?;
    let Some(format) = format.or_else(|| format::detect(name, &head)) else { return Ok(None) };
    // A pipe cannot go back: then what was read stands before the rest.
    if input.rewind().is_ok() {
        let mut reader = BufReader::with_capacity(1 << 18, input);
        let reader: &mut dyn SeekRead = &mut reader;
        format.read(Input::file(name, reader).with(settings), sink)?;
    } else {
        let mut whole = Cursor::new(head).chain(BufReader::with_capacity(1 << 18, input));
        format.read(Input::stream(name, &mut whole).with(settings), sink)?;
    }
    Ok(Some(format))
}
