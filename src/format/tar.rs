//! TAR archives: each entry is read as the file that it is, from first to last.

use super::{Format, Input, Item, Problem, Sink, nested};
use std::io::{BufReader, Read};

/// TAR archives.
pub(super) struct Tar;

impl Format for Tar {
    fn name(&self) -> &'static str {
        "tar"
    }

    fn about(&self) -> &'static str {
        "TAR archives of the same"
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["tar"]
    }

    fn is_marked(&self, head: &[u8]) -> bool {
        head.get(257..262) == Some(b"ustar")
    }

    fn read(&self, input: Input<'_>, sink: &mut Sink<'_>) -> Result<(), Problem> {
        let (mut reader, context) = input.parts();
        nested::check_depth(&context)?;
        let broken =
            |error: std::io::Error| Problem::new("", format!("not a whole TAR archive: {error}"), "what stands before the break was read");
        let mut archive = ::tar::Archive::new(reader.stream());
        // Archives put behind each other.
        archive.set_ignore_zeros(true);
        let mut links = 0_u64;
        let mut any = false;
        for entry in archive.entries().map_err(broken)? {
            let mut entry = match entry {
                Ok(entry) => entry,
                // Behind a broken header nothing is certain any more.
                Err(error) if any => {
                    let _ = sink(Item::Problem(broken(error)));
                    return Ok(());
                }
                Err(error) => return Err(broken(error)),
            };
            any = true;
            let path = String::from_utf8_lossy(&entry.path_bytes()).replace('\\', "/");
            let path = path.trim_start_matches("./").to_owned();
            let kind = entry.header().entry_type();
            if !(kind.is_file() || kind.is_contiguous() || kind.is_gnu_sparse()) || nested::is_hidden(&path) {
                links += u64::from(!kind.is_dir() && !kind.is_pax_global_extensions());
                continue;
            }
            let flow = nested::read_entry(&mut BufReader::with_capacity(1 << 16, entry.by_ref()), &path, &context, sink);
            if flow.is_break() {
                return Ok(());
            }
        }
        if links > 0 {
            let _ = sink(Item::Skipped(Problem::new("", format!("{links} links, hidden entries and special files left out"), "")));
        }
        Ok(())
    }
}
