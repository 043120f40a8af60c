//! Single files compressed with gzip, Zstandard, bzip2 or xz: what is inside is read as it would be without, and nothing is unpacked to disk.

use super::{Format, Input, Problem, Sink, input, nested, warc};
use std::cell::Cell;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;

/// A compression.
pub(super) struct Compressed {
    name: &'static str,
    about: &'static str,
    extensions: &'static [&'static str],
    magic: &'static [u8],
    open: for<'r> fn(&'r mut dyn BufRead) -> io::Result<Box<dyn Read + 'r>>,
}

/// gzip, with as many members as there are.
pub(super) static GZIP: Compressed = Compressed {
    name: "gzip",
    about: "files of these formats, compressed by gzip",
    extensions: &["gz", "tgz"],
    magic: &[0x1f, 0x8b, 8],
    open: |reader| Ok(Box::new(flate2::bufread::MultiGzDecoder::new(reader))),
};

/// Zstandard.
pub(super) static ZSTD: Compressed = Compressed {
    name: "zstd",
    about: "by Zstandard",
    extensions: &["zst"],
    magic: &[0x28, 0xb5, 0x2f, 0xfd],
    open: |reader| {
        let mut decoder = zstd::stream::read::Decoder::with_buffer(reader)?;
        // 128 MB of window at most: what asks for more is no archive of news.
        decoder.window_log_max(27)?;
        Ok(Box::new(decoder))
    },
};

/// bzip2.
pub(super) static BZIP2: Compressed = Compressed {
    name: "bzip2",
    about: "by bzip2",
    extensions: &["bz2"],
    magic: b"BZh",
    open: |reader| Ok(Box::new(bzip2::bufread::MultiBzDecoder::new(reader))),
};

/// xz.
pub(super) static XZ: Compressed = Compressed {
    name: "xz",
    about: "by xz",
    extensions: &["xz"],
    magic: &[0xfd, b'7', b'z', b'X', b'Z', 0],
    open: |reader| Ok(Box::new(lzma_rust2::XzReader::new_mem_limit(reader, true, XZ_MEMORY_KB))),
};

/// Kilobytes of memory that an xz stream may ask for (its strongest level takes 65 MB).
const XZ_MEMORY_KB: u32 = 256 << 10;

impl Format for Compressed {
    fn name(&self) -> &'static str {
        self.name
    }

    fn about(&self) -> &'static str {
        self.about
    }

    fn extensions(&self) -> &'static [&'static str] {
        self.extensions
    }

    fn is_marked(&self, head: &[u8]) -> bool {
        head.starts_with(self.magic)
    }

    fn read(&self, input: Input<'_>, sink: &mut Sink<'_>) -> Result<(), Problem> {
        let (mut reader, context) = input.parts();
        nested::check_depth(&context)?;
        if self.name == GZIP.name && warc::is_crawl(reader.stream()) {
            // Each record of a crawl is a member of its own: a broken one costs itself.
            return warc::read_members(reader.stream(), &context, sink);
        }
        let taken = Cell::new(0);
        let mut counted = Counted { inner: reader.stream(), taken: &taken };
        let decoder = (self.open)(&mut counted).map_err(|error| input::unreadable(&broken(self.name, &error)))?;
        let guarded = Guarded { name: self.name, inner: decoder, taken: &taken, given: 0 };
        let name = without_extension(context.name, self.extensions[0]);
        nested::read_unknown(&mut BufReader::with_capacity(1 << 16, guarded), &name, &context, sink)
    }
}

/// `story.html.gz` holds `story.html`, `archive.tgz` holds `archive.tar`.
fn without_extension(name: &Path, extension: &str) -> std::path::PathBuf {
    let own = name.extension().and_then(|own| own.to_str()).unwrap_or_default().to_ascii_lowercase();
    match own.as_str() {
        own if own == extension => name.with_extension(""),
        "tgz" | "tbz" | "tbz2" | "txz" | "tzst" => name.with_extension("tar"),
        _ => name.to_owned(),
    }
}

/// Counts what is read through it.
pub(super) struct Counted<'r, 'c> {
    pub(super) inner: &'r mut dyn BufRead,
    pub(super) taken: &'c Cell<u64>,
}

impl Read for Counted<'_, '_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = self.inner.read(buffer)?;
        self.taken.set(self.taken.get() + length as u64);
        Ok(length)
    }
}

impl BufRead for Counted<'_, '_> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.inner.fill_buf()
    }

    fn consume(&mut self, length: usize) {
        self.taken.set(self.taken.get() + length as u64);
        self.inner.consume(length);
    }
}

/// Bytes that any input may give, whatever it is compressed to.
pub(super) const FREE: u64 = 256 << 20;

/// How many times its size an input may give beyond that. Text shrinks to a tenth, repeated text to a fiftieth.
pub(super) const MOST: u64 = 200;

/// Ends a stream that grows beyond all measure, and names what is broken.
pub(super) struct Guarded<'c, R> {
    pub(super) name: &'static str,
    pub(super) inner: R,
    pub(super) taken: &'c Cell<u64>,
    pub(super) given: u64,
}

impl<R: Read> Read for Guarded<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.given > FREE && self.given > self.taken.get().saturating_mul(MOST) {
            return Err(io::Error::new(io::ErrorKind::InvalidData, too_large()));
        }
        match self.inner.read(buffer) {
            Ok(length) => {
                self.given += length as u64;
                Ok(length)
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => Err(error),
            Err(error) => Err(broken(self.name, &error)),
        }
    }
}

fn broken(name: &str, error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("the {name} data is broken: {error}"))
}

/// What is said of an input that is made to grow.
pub(super) fn too_large() -> String {
    format!("it grows more than {MOST} times, as no archive of news does")
}
