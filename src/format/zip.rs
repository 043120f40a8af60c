//! ZIP archives: each entry is read as the file that it is, without unpacking to disk.

use super::compressed::{FREE, Guarded, MOST, too_large};
use super::input::{self, Reader};
use super::{Format, Input, Item, Problem, Sink, nested};
use std::borrow::Cow;
use std::cell::Cell;
use std::io::{BufReader, Cursor, Read, Seek, SeekFrom};

/// ZIP archives.
pub(super) struct Zip;

/// Bytes of an archive inside another that is read into memory, since ZIP must be read from its end.
const LARGEST_INNER: u64 = 256 << 20;

impl Format for Zip {
    fn name(&self) -> &'static str {
        "zip"
    }

    fn about(&self) -> &'static str {
        "ZIP archives of files of any of these formats"
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["zip"]
    }

    fn is_marked(&self, head: &[u8]) -> bool {
        head.starts_with(b"PK\x03\x04") || head.starts_with(b"PK\x05\x06")
    }

    fn read(&self, input: Input<'_>, sink: &mut Sink<'_>) -> Result<(), Problem> {
        let (reader, context) = input.parts();
        nested::check_depth(&context)?;
        match reader {
            Reader::File(file) => archive(file, &context, sink),
            Reader::Stream(reader) => {
                let mut bytes = Vec::new();
                reader.take(LARGEST_INNER + 1).read_to_end(&mut bytes).map_err(|error| input::unreadable(&error))?;
                if bytes.len() as u64 > LARGEST_INNER {
                    let message = format!("a ZIP archive of more than {} MB inside another or from a pipe", LARGEST_INNER >> 20);
                    return Err(Problem::new("", message, "name it as a file of its own"));
                }
                archive(Cursor::new(bytes), &context, sink)
            }
        }
    }
}

fn archive(mut reader: impl Read + Seek, context: &input::Context<'_>, sink: &mut Sink<'_>) -> Result<(), Problem> {
    let broken = |error: ::zip::result::ZipError| Problem::new("", format!("not a whole ZIP archive: {error}"), "it may have been cut off");
    let size = reader.seek(SeekFrom::End(0)).map_err(|error| input::unreadable(&error))?;
    let mut archive = ::zip::ZipArchive::new(reader).map_err(broken)?;
    // Entries may lie over each other: what counts is all that they give.
    let whole: u64 =
        (0..archive.len()).filter_map(|at| archive.by_index_raw(at).ok().map(|entry| entry.size())).fold(0, u64::saturating_add);
    if whole > FREE && whole > size.saturating_mul(MOST) {
        return Err(Problem::new("", too_large(), "leave the file out"));
    }
    if archive.comment().is_empty() && is_document(&archive) {
        let _ = sink(Item::Skipped(Problem::new("", "a document of an office program, not an archive", "export it as text or HTML")));
        return Ok(());
    }
    for number in 0..archive.len() {
        let name = archive.name_for_index(number).map(|name| path_of(name, number));
        let path = name.unwrap_or_else(|| format!("entry {}", number + 1));
        let flow = match archive.by_index(number) {
            Ok(entry) if entry.is_dir() || nested::is_hidden(&path) => continue,
            Ok(entry) => {
                // What the entry takes in the archive is what its growth is measured by.
                let taken = Cell::new(entry.compressed_size());
                let guarded = Guarded { name: "ZIP", inner: entry, taken: &taken, given: 0 };
                nested::read_entry(&mut BufReader::with_capacity(1 << 16, guarded), &path, context, sink)
            }
            Err(error) => {
                sink(Item::Problem(Problem::new(path, format!("cannot be read: {error}"), "the other entries are read all the same")))
            }
        };
        if flow.is_break() {
            break;
        }
    }
    Ok(())
}

/// Word-processor files and electronic books are ZIP archives, too.
fn is_document<R: Read + Seek>(archive: &::zip::ZipArchive<R>) -> bool {
    archive.file_names().flatten().any(|name| matches!(&*name, "[Content_Types].xml" | "mimetype" | "META-INF/manifest.xml"))
}

/// The path of an entry; one that cannot be read is called by its number.
fn path_of(name: Result<Cow<'_, str>, ::zip::result::ZipError>, number: usize) -> String {
    name.map_or_else(|_| format!("entry {}", number + 1), |name| name.replace('\\', "/"))
}
