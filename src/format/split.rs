//! Cuts a stream of markup into its articles, so that a broken one costs itself and memory does not grow with the file.

use super::input::{self, Utf8Reader};
use super::{LONGEST_ARTICLE, Problem};
use memchr::memmem;
use std::io::BufRead;

/// Bytes that are kept of what stands before the first article.
const LONGEST_HEAD: usize = 1 << 20;

/// Bytes that are kept of what stands behind the last article.
const LONGEST_TAIL: usize = 4 << 10;

/// Bytes of one article of markup at most: its tree takes many times as much.
const LONGEST: usize = LONGEST_ARTICLE / 4;

/// A piece of a stream.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Piece {
    /// An element that holds an article, from its start tag to its end tag.
    Whole(Vec<u8>),
    /// One whose end tag is missing, before another.
    Cut(Vec<u8>),
    /// One in which the stream ends.
    End(Vec<u8>),
    /// One that is longer than any article.
    TooLong,
}

/// Cuts out the elements of some names.
pub(super) struct Splitter<'a> {
    reader: Utf8Reader<'a>,
    names: &'a [&'a str],
    buffer: Vec<u8>,
    /// Where the next tag is looked for.
    at: usize,
    /// What stands before the first article.
    pub(super) head: Vec<u8>,
    /// The last bytes of what stands behind the last article.
    pub(super) tail: Vec<u8>,
    started: bool,
    /// First and one past the last byte of a start tag that was read and whose element is not.
    opened: Option<usize>,
}

/// A tag of one of the names.
struct Tag {
    start: usize,
    end: usize,
    opens: bool,
    closed: bool,
}

impl<'a> Splitter<'a> {
    pub(super) fn new(reader: &'a mut dyn BufRead, names: &'a [&'a str]) -> Result<Self, Problem> {
        let reader = Utf8Reader::new(reader).map_err(|error| input::unreadable(&error))?;
        Ok(Self { reader, names, buffer: Vec::new(), at: 0, head: Vec::new(), tail: Vec::new(), started: false, opened: None })
    }

    /// The next article.
    pub(super) fn next(&mut self) -> Result<Option<Piece>, Problem> {
        let start = loop {
            if let Some(start) = self.opened.take() {
                break start;
            }
            let Some(tag) = self.tag()? else {
                self.tail = self.buffer[self.buffer.len().saturating_sub(LONGEST_TAIL)..].to_vec();
                self.forget(self.buffer.len());
                return Ok(None);
            };
            if tag.opens && !tag.closed {
                break tag.start;
            }
        };
        self.forget(start);
        // From here on the element stands at the start of the buffer; its start tag has been passed.
        loop {
            let Some(tag) = self.tag()? else {
                let all = std::mem::take(&mut self.buffer);
                self.at = 0;
                return Ok(Some(if all.len() > LONGEST { Piece::TooLong } else { Piece::End(all) }));
            };
            if tag.opens && tag.closed {
                continue;
            }
            // The articles of these formats hold no others: a start tag means that an end tag is missing.
            let end = if tag.opens { tag.start } else { tag.end };
            let long = self.buffer.len() > LONGEST && end > LONGEST;
            let item: Vec<u8> = if long { Vec::new() } else { self.buffer[..end].to_vec() };
            if tag.opens {
                self.opened = Some(tag.start);
            } else {
                self.buffer.drain(..end);
                self.at -= end;
            }
            return Ok(Some(match (long, tag.opens) {
                (true, _) => Piece::TooLong,
                (false, true) => Piece::Cut(item),
                (false, false) => Piece::Whole(item),
            }));
        }
    }

    /// Drops what stands before `start`; what stands before the first article is kept apart.
    fn forget(&mut self, start: usize) {
        if !self.started {
            self.head.extend_from_slice(&self.buffer[..start.min(LONGEST_HEAD.saturating_sub(self.head.len()))]);
            self.started = true;
        }
        self.buffer.drain(..start);
        self.at = self.at.saturating_sub(start);
    }

    /// The next tag of one of the names, outside of comments and CDATA.
    fn tag(&mut self) -> Result<Option<Tag>, Problem> {
        loop {
            let Some(start) = self.find(b"<", self.at)? else { return Ok(None) };
            // Enough to tell what it is.
            self.want(start + 12)?;
            let rest = &self.buffer[start..];
            let end = if rest.starts_with(b"<![CDATA[") {
                self.find(b"]]>", start)?.map(|at| at + 3)
            } else if rest.starts_with(b"<!--") {
                self.find(b"-->", start)?.map(|at| at + 3)
            } else if !matches!(rest.get(1), Some(b'/' | b'a'..=b'z' | b'A'..=b'Z')) {
                self.at = start + 1;
                continue;
            } else {
                let end = self.find(b">", start)?.map(|at| at + 1);
                if let Some(end) = end
                    && let Some(tag) = self.named(start, end)
                {
                    self.at = end;
                    return Ok(Some(tag));
                }
                end
            };
            let Some(end) = end else { return Ok(None) };
            self.at = end;
        }
    }

    fn named(&self, start: usize, end: usize) -> Option<Tag> {
        let inner = &self.buffer[start + 1..end - 1];
        let opens = inner.first() != Some(&b'/');
        let name = if opens { inner } else { &inner[1..] };
        let name = &name[..name.iter().position(|b| b.is_ascii_whitespace() || *b == b'/').unwrap_or(name.len())];
        let name = name.rsplit(|b| *b == b':').next().unwrap_or(name);
        self.names.iter().any(|own| own.as_bytes().eq_ignore_ascii_case(name)).then_some(Tag {
            start,
            end,
            opens,
            closed: inner.last() == Some(&b'/'),
        })
    }

    /// Where a pattern stands from `from` on; reads on as far as needed. What is longer than any article is dropped but for its length.
    fn find(&mut self, pattern: &[u8], mut from: usize) -> Result<Option<usize>, Problem> {
        loop {
            if let Some(at) = memmem::find(&self.buffer[from.min(self.buffer.len())..], pattern) {
                return Ok(Some(from + at));
            }
            from = self.buffer.len().saturating_sub(pattern.len() - 1).max(from);
            if self.buffer.len() > 2 * LONGEST {
                // Its bytes will not be read: room for what follows.
                let kept = self.buffer.len() - LONGEST / 2;
                let cut = kept.min(from).saturating_sub(LONGEST + 1);
                self.buffer.drain(..cut);
                self.at = self.at.saturating_sub(cut);
                from -= cut;
            }
            if !self.more()? {
                return Ok(None);
            }
        }
    }

    fn want(&mut self, length: usize) -> Result<(), Problem> {
        while self.buffer.len() < length && self.more()? {}
        Ok(())
    }

    fn more(&mut self) -> Result<bool, Problem> {
        let bytes = self.reader.fill_buf().map_err(|error| input::unreadable(&error))?;
        let length = bytes.len();
        self.buffer.extend_from_slice(bytes);
        self.reader.consume(length);
        Ok(length > 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(markup: &str, expected: &[&str]) {
        for capacity in [1, 7, 4096] {
            let mut reader = std::io::BufReader::with_capacity(capacity, markup.as_bytes());
            let mut splitter = Splitter::new(&mut reader, &["item", "entry"]).expect("a reader");
            let mut found = Vec::new();
            while let Some(piece) = splitter.next().expect("no problem") {
                found.push(match piece {
                    Piece::Whole(bytes) => String::from_utf8(bytes).expect("text"),
                    Piece::Cut(bytes) => format!("cut {}", String::from_utf8(bytes).expect("text")),
                    Piece::End(bytes) => format!("end {}", String::from_utf8(bytes).expect("text")),
                    Piece::TooLong => "long".to_owned(),
                });
            }
            found.insert(0, String::from_utf8(splitter.head).expect("text"));
            assert_eq!(found, expected);
        }
    }

    #[test]
    fn articles_are_cut_out() {
        check("<r>head<item>1</item> <x:item a='b'>2</x:item>tail</r>", &["<r>head", "<item>1</item>", "<x:item a='b'>2</x:item>"]);
        check("<r><items/><item/><ENTRY>1</ENTRY>", &["<r><items/><item/>", "<ENTRY>1</ENTRY>"]);
        check("no markup", &["no markup"]);
        check("a < b <item>1 < 2</item>", &["a < b ", "<item>1 < 2</item>"]);
    }

    #[test]
    fn comments_and_cdata_hide_tags() {
        check("<!-- <item> --><item><![CDATA[</item>]]></item>", &["<!-- <item> -->", "<item><![CDATA[</item>]]></item>"]);
    }

    #[test]
    fn missing_end_tags() {
        check("<item>1<item>2</item>", &["", "cut <item>1", "<item>2</item>"]);
        check("<item>1</item><item>2", &["", "<item>1</item>", "end <item>2"]);
        check("<item>1<!-- open", &["", "end <item>1<!-- open"]);
    }

    #[test]
    fn an_element_longer_than_any_article() {
        struct Long(usize);
        impl std::io::Read for Long {
            fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
                let length = out.len().min(self.0);
                out[..length].fill(b'x');
                self.0 -= length;
                Ok(length)
            }
        }
        let bytes = std::io::Read::chain(std::io::Read::chain(&b"<item>"[..], Long(5 * LONGEST_ARTICLE)), &b"</item><item>2</item>"[..]);
        let mut reader = std::io::BufReader::with_capacity(1 << 20, bytes);
        let mut splitter = Splitter::new(&mut reader, &["item"]).expect("a reader");
        assert_eq!(splitter.next(), Ok(Some(Piece::TooLong)));
        assert_eq!(splitter.next(), Ok(Some(Piece::Whole(b"<item>2</item>".to_vec()))));
        assert_eq!(splitter.next(), Ok(None));
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_fine(text in "(<item>|</item>|<!--|-->|<!\\[CDATA\\[|\\]\\]>|<|>|a| ){0,20}") {
            let mut reader = text.as_bytes();
            let mut splitter = Splitter::new(&mut reader, &["item"]).expect("a reader");
            let pieces = std::iter::from_fn(|| splitter.next().expect("no problem")).take(text.len() + 1).count();
            proptest::prop_assert!(pieces <= text.len());
        }
    }
}
