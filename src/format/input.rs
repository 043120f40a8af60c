//! From bytes to text: how much of an input is read, and in which encoding.
//!
//! The order of evidence was right for every page of a measured set: byte-order mark, then valid UTF-8, then the label that
//! the input itself carries, then what its letters look like (crate `chardetng`, which knows how browsers' users write), which is
//! windows-1252 for most, in which every byte means something.

use super::{LONGEST_ARTICLE, Mapping, Problem};
use crate::text::{Date, clean, encoding};
use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Decoder, Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};
use std::borrow::Cow;
use std::io::{self, BufRead, Read, Seek};
use std::path::Path;

/// How to read, apart from the format.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// Which keys or columns of JSON and CSV are which field.
    pub map: Mapping,
    /// Letters that were decoded wrongly before they came here (`â€™` for `’`) are put right.
    pub repair_encoding: bool,
    /// The day on which it is read: later dates are refused. `None`: no date is.
    pub today: Option<Date>,
}

/// What a format reads: a name, bytes, and how to read them.
pub struct Input<'a> {
    name: &'a Path,
    reader: Reader<'a>,
    settings: &'a Settings,
    depth: u8,
    pieces: Option<&'a dyn Pieces>,
}

/// What is known of the pieces of a container from an earlier reading.
pub trait Pieces: Sync {
    /// True where a piece, the how-manieth in its container from 1, holds the bytes that it held then: it is accounted for, and need not be read.
    fn is_known(&self, bytes: &[u8], number: u64) -> bool;
}

/// Bytes, from first to last or with a way to go back.
pub enum Reader<'a> {
    /// From first to last: a pipe, an entry of another archive.
    Stream(&'a mut dyn BufRead),
    /// With a way to go back, which ZIP archives need.
    File(&'a mut dyn SeekRead),
}

/// Bytes that can be read anywhere.
pub trait SeekRead: BufRead + Seek {}

impl<R: BufRead + Seek> SeekRead for R {}

impl Reader<'_> {
    /// The bytes from first to last.
    pub fn stream(&mut self) -> &mut dyn BufRead {
        match self {
            Reader::Stream(reader) => *reader,
            Reader::File(reader) => *reader,
        }
    }
}

impl<'a> Input<'a> {
    /// Bytes that are read from first to last. The name is the file's path below its root: a date may stand in it.
    pub fn stream(name: &'a Path, reader: &'a mut dyn BufRead) -> Self {
        Self::new(name, Reader::Stream(reader))
    }

    /// Bytes that can be read anywhere: a file, a buffer.
    pub fn file(name: &'a Path, reader: &'a mut dyn SeekRead) -> Self {
        Self::new(name, Reader::File(reader))
    }

    fn new(name: &'a Path, reader: Reader<'a>) -> Self {
        static DEFAULT: Settings = Settings { map: Mapping::NONE, repair_encoding: false, today: None };
        Self { name, reader, settings: &DEFAULT, depth: 0, pieces: None }
    }

    /// The same, read otherwise.
    #[must_use]
    pub fn with(self, settings: &'a Settings) -> Self {
        Self { settings, ..self }
    }

    /// The same, where something is known of its pieces. Only readers of JSON Lines ask.
    #[must_use]
    pub fn with_pieces(self, pieces: &'a dyn Pieces) -> Self {
        Self { pieces: Some(pieces), ..self }
    }

    /// The bytes, and all that is known beside them.
    pub(super) fn parts(self) -> (Reader<'a>, Context<'a>) {
        (self.reader, Context { name: self.name, settings: self.settings, depth: self.depth, pieces: self.pieces })
    }
}

/// What a reader knows beside the bytes.
#[derive(Clone, Copy)]
pub(super) struct Context<'a> {
    /// The file's path below its root, and within the archive that holds it.
    pub(super) name: &'a Path,
    pub(super) settings: &'a Settings,
    /// How many archives stand around it.
    pub(super) depth: u8,
    pub(super) pieces: Option<&'a dyn Pieces>,
}

impl<'a> Context<'a> {
    /// Bytes as text ([`decode`]), with letters that were decoded wrongly before put right or complained of.
    pub(super) fn text(&self, bytes: &[u8], label: Option<&str>, problems: &mut Vec<Problem>) -> String {
        let (text, guessed) = decode(bytes, label);
        problems.extend(guessed);
        self.mended(text, problems)
    }

    /// A text with its letters put right where that is asked for. It must not be cleaned yet: half of the letters are control characters.
    pub(super) fn mended(&self, text: String, problems: &mut Vec<Problem>) -> String {
        let Some(mended) = encoding::repaired(&text) else { return text };
        let sample = clean::visible(&mended.sample);
        let is_told = problems.iter().any(|problem| problem.message.contains("decoded wrongly"));
        if self.settings.repair_encoding {
            let message = format!("letters that were decoded wrongly were put right, such as `{sample}`");
            problems.extend((!is_told).then(|| Problem::new("", message, "")));
            return mended.text;
        }
        let message = format!("letters look decoded wrongly: `{sample}`");
        problems.extend((!is_told).then(|| Problem::new("", message, "read it with --repair-encoding to put them right")));
        text
    }
    /// An input inside this one.
    pub(super) fn inner(self, name: &'a Path, reader: &'a mut dyn BufRead) -> Input<'a> {
        Input { name, reader: Reader::Stream(reader), settings: self.settings, depth: self.depth + 1, pieces: None }
    }
}

/// The whole of an input that is one article.
pub(super) fn whole(reader: &mut dyn BufRead) -> Result<Vec<u8>, Problem> {
    let mut bytes = Vec::new();
    match reader.take(LONGEST_ARTICLE as u64 + 1).read_to_end(&mut bytes) {
        Err(error) => Err(unreadable(&error)),
        Ok(_) if bytes.len() > LONGEST_ARTICLE => Err(too_long("")),
        Ok(_) => Ok(bytes),
    }
}

/// The system could not read on.
pub(super) fn unreadable(error: &io::Error) -> Problem {
    Problem::new("", format!("cannot be read: {error}"), "")
}

/// An article beyond [`LONGEST_ARTICLE`].
pub(super) fn too_long(place: &str) -> Problem {
    let message = format!("longer than {} MB, which no news article is", LONGEST_ARTICLE >> 20);
    Problem::new(place, message, "split it into articles, or leave it out")
}

/// Bytes as text; `label` is the name of an encoding that the input itself states. The problem says what was guessed.
pub(super) fn decode(bytes: &[u8], label: Option<&str>) -> (String, Option<Problem>) {
    if let Some((encoding, length)) = Encoding::for_bom(bytes) {
        let (text, lossy) = encoding.decode_without_bom_handling(&bytes[length..]);
        let problem =
            lossy.then(|| Problem::new("", format!("not all of it is valid {}", encoding.name()), "the rest is shown as \u{fffd}"));
        return (text.into_owned(), problem);
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        return (text.to_owned(), None);
    }
    // A label of UTF-8 or UTF-16 is refuted: UTF-8 by the bytes, UTF-16 by the ASCII that the label itself is written in.
    let stated = label.and_then(|l| Encoding::for_label(l.as_bytes())).filter(|e| *e != UTF_8 && *e != UTF_16LE && *e != UTF_16BE);
    let encoding = stated.unwrap_or_else(|| detected(bytes));
    let (text, _) = encoding.decode_without_bom_handling(bytes);
    let guessed = || {
        let message = format!("not valid UTF-8, read as {} by its letters", encoding.name().to_ascii_lowercase());
        Problem::new("", message, "save it as UTF-8 if letters look wrong")
    };
    let problem = stated.is_none().then(guessed);
    (text.into_owned(), problem)
}

/// The encoding that bytes look like, among those that no UTF is.
fn detected(bytes: &[u8]) -> &'static Encoding {
    // A few letters beyond ASCII look like many encodings: then the most common one is the best guess.
    if bytes.iter().filter(|byte| !byte.is_ascii()).take(ENOUGH).count() < ENOUGH {
        return WINDOWS_1252;
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(&bytes[..bytes.len().min(LONGEST_LOOK)], true);
    detector.guess(None, Utf8Detection::Deny)
}

/// Bytes beyond ASCII from which on they can be told apart.
const ENOUGH: usize = 8;

/// Bytes that are looked at to tell an encoding.
const LONGEST_LOOK: usize = 1 << 18;

/// The first bytes of a file as text for sniffing; `None` when they are binary.
pub(super) fn head(bytes: &[u8]) -> Option<Cow<'_, str>> {
    let (encoding, length) = Encoding::for_bom(bytes).unwrap_or((UTF_8, 0));
    let text = if encoding == UTF_8 {
        String::from_utf8_lossy(&bytes[length..])
    } else {
        encoding.decode_without_bom_handling(&bytes[length..]).0
    };
    const MAGIC: [&str; 5] = ["%PDF", "{\\rtf", "%!PS", "PK\u{3}\u{4}", "\u{1f}"];
    // A stray control character is dirt; where one byte in fifty is one, the file is binary.
    let controls = text.bytes().filter(|b| *b < 0x20 && !matches!(b, b'\t' | b'\n' | b'\r' | 0x0b | 0x0c | 0x1a | 0x1b)).count();
    let binary = controls * 50 > text.len() || MAGIC.iter().any(|magic| text.starts_with(magic));
    (!binary).then_some(text)
}

/// A container's bytes as UTF-8 without byte-order mark: UTF-16 is transcoded as it is read, anything else passes as it is.
pub(super) struct Utf8Reader<'a> {
    inner: &'a mut dyn BufRead,
    utf16: Option<Decoder>,
    buffer: Vec<u8>,
    at: usize,
    done: bool,
}

impl<'a> Utf8Reader<'a> {
    pub(super) fn new(inner: &'a mut dyn BufRead) -> io::Result<Self> {
        // `fill_buf` may hold a single byte only (a pipe): put the first three together by hand.
        let mut start = Vec::with_capacity(3);
        inner.take(3).read_to_end(&mut start)?;
        let (encoding, length) = Encoding::for_bom(&start).unwrap_or((UTF_8, 0));
        let rest = start.split_off(length.min(start.len()));
        if encoding == UTF_8 {
            return Ok(Self { inner, utf16: None, buffer: rest, at: 0, done: false });
        }
        let mut reader = Self { inner, utf16: Some(encoding.new_decoder_without_bom_handling()), buffer: Vec::new(), at: 0, done: false };
        reader.transcode(&rest, false);
        Ok(reader)
    }

    fn transcode(&mut self, bytes: &[u8], last: bool) {
        if let Some(decoder) = &mut self.utf16 {
            let room = decoder.max_utf8_buffer_length(bytes.len()).unwrap_or(bytes.len() * 3 + 16);
            let start = self.buffer.len();
            self.buffer.resize(start + room, 0);
            let (_, _, written, _) = decoder.decode_to_utf8(bytes, &mut self.buffer[start..], last);
            self.buffer.truncate(start + written);
        }
    }
}

impl Read for Utf8Reader<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let available = self.fill_buf()?;
        let length = available.len().min(out.len());
        out[..length].copy_from_slice(&available[..length]);
        self.consume(length);
        Ok(length)
    }
}

impl BufRead for Utf8Reader<'_> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        while self.at >= self.buffer.len() {
            self.buffer.clear();
            self.at = 0;
            if self.utf16.is_none() {
                return self.inner.fill_buf();
            }
            if self.done {
                break;
            }
            let bytes = self.inner.fill_buf()?.to_vec();
            self.inner.consume(bytes.len());
            self.done = bytes.is_empty();
            self.transcode(&bytes, bytes.is_empty());
        }
        Ok(&self.buffer[self.at..])
    }

    fn consume(&mut self, length: usize) {
        if self.at < self.buffer.len() {
            self.at += length;
        } else {
            self.inner.consume(length);
        }
    }
}
