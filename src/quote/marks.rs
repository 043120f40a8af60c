//! Quotation marks: here is an article, give me the stretches inside marks.
//!
//! Marks are paired block by block. A stretch that opens and never closes runs to the end of its block; when the next block opens
//! with a mark again, it goes on there. Marks inside marks belong to the words quoted. Single marks count only in blocks without
//! double ones, because most of them are apostrophes.

use crate::article::{Article, Block, BlockKind};
use crate::text::Span;

/// A stretch of text in quotation marks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Stretch {
    /// With its marks.
    pub(crate) outer: Span,
    /// Without its marks.
    pub(crate) inner: Span,
    /// The stretch before this one was not closed in its block and this one takes it up.
    pub(crate) continues: bool,
    /// It fills a block quotation.
    pub(crate) set_apart: bool,
    /// Its marks are single ones.
    pub(crate) single: bool,
}

/// All stretches, in order, none of them empty.
pub(crate) fn stretches(article: &Article) -> Vec<Stretch> {
    let body = article.body();
    let mut out: Vec<Stretch> = Vec::new();
    let mut open = false;
    // A pull quote repeats what the article quotes already.
    for block in article.blocks().filter(|block| block.kind != BlockKind::Pullquote) {
        let before = out.len();
        let starts_with_mark = scan(body, block, &mut out).is_some_and(|first| first as usize == block.span.start as usize);
        let unclosed = out.len() > before && !is_closed(out[out.len() - 1]);
        if block.kind == BlockKind::Blockquote {
            set_apart(body, block, &mut out, before);
            open = false;
            continue;
        }
        if open && starts_with_mark && out.len() > before {
            out[before].continues = true;
        }
        open = unclosed;
    }
    out
}

/// A block quotation is one stretch: all of it, or all between the marks when it is also marked.
fn set_apart(body: &str, block: Block, out: &mut Vec<Stretch>, before: usize) {
    let line = trimmed(body, block.span);
    if line.is_empty() {
        return;
    }
    if out.len() > before && out[before].outer.start <= line.start + 3 && out[before].outer.len() * 2 > line.len() {
        return;
    }
    out.truncate(before);
    out.push(Stretch { outer: line, inner: line, continues: false, set_apart: true, single: false });
}

fn trimmed(body: &str, span: Span) -> Span {
    let text = span.of(body);
    let start = span.start as usize + (text.len() - text.trim_start().len());
    Span::new(start, start + text.trim().len())
}

fn is_closed(stretch: Stretch) -> bool {
    stretch.outer.end > stretch.inner.end
}

/// How a mark may be used, and its length in bytes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mark {
    Straight,
    Left,
    Right,
    Low,
    Backticks,
    Apostrophes,
    GuillemetLeft,
    GuillemetRight,
}

fn mark_at(bytes: &[u8], at: usize) -> Option<(Mark, usize)> {
    let rest = &bytes[at..];
    match rest[0] {
        b'"' if is_apostrophe(bytes, at) => None,
        b'"' => Some((Mark::Straight, 1)),
        b'`' if rest.starts_with(b"``") => Some((Mark::Backticks, 2)),
        b'\'' if rest.starts_with(b"''") => Some((Mark::Apostrophes, 2)),
        0xE2 if rest.starts_with("“".as_bytes()) => Some((Mark::Left, 3)),
        0xE2 if rest.starts_with("”".as_bytes()) => Some((Mark::Right, 3)),
        0xE2 if rest.starts_with("„".as_bytes()) => Some((Mark::Low, 3)),
        0xEF if rest.starts_with("＂".as_bytes()) => Some((Mark::Straight, 3)),
        0xC2 if rest.starts_with("«".as_bytes()) => Some((Mark::GuillemetLeft, 2)),
        0xC2 if rest.starts_with("»".as_bytes()) => Some((Mark::GuillemetRight, 2)),
        _ => None,
    }
}

/// `the country"s ships`: an apostrophe typed as a quotation mark.
fn is_apostrophe(bytes: &[u8], at: usize) -> bool {
    let letter = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_alphabetic);
    at > 0 && letter(at - 1) && bytes.get(at + 1) == Some(&b's') && !letter(at + 2) && bytes.get(at + 2) == Some(&b' ')
}

fn closes(opener: Mark, mark: Mark) -> bool {
    use Mark::*;
    match opener {
        Left | Right => matches!(mark, Right | Straight),
        Low => matches!(mark, Left | Right | Straight),
        Straight => matches!(mark, Straight | Right),
        Backticks | Apostrophes => matches!(mark, Apostrophes | Straight),
        GuillemetLeft => mark == GuillemetRight,
        GuillemetRight => mark == GuillemetLeft,
    }
}

/// Pairs the double marks of a block, then single ones if it has no double ones. Returns where the first mark stands.
fn scan(body: &str, block: Block, out: &mut Vec<Stretch>) -> Option<u32> {
    let bytes = body.as_bytes();
    let (start, end) = (block.span.start as usize, block.span.end as usize - usize::from(block.span.of(body).ends_with('\n')));
    let before_block = out.len();
    let mut first = None;
    let mut open: Option<(usize, usize, Mark)> = None;
    let mut taken_up = false;
    let mut candidates = Candidates::new(&bytes[..end], start);
    let mut at = start;
    while let Some(found) = candidates.next(at) {
        at = found;
        let Some((mark, width)) = mark_at(bytes, at).filter(|(_, width)| at + width <= end) else {
            at += 1;
            continue;
        };
        match open {
            None if opens(body, mark, at, width, start, end) => {
                first = first.or(Some(at as u32));
                open = Some((at, at + width, mark));
            }
            None => {}
            // Another opening mark while one is open: the first one was never closed.
            Some((outer, inner, Mark::Left)) if mark == Mark::Left => {
                // Or it is a closing mark printed the wrong way round.
                let after = body[at + width..end].chars().next();
                if after.is_none_or(char::is_whitespace) && !body[..at].ends_with(char::is_whitespace) {
                    push(body, out, outer, inner, at, at + width);
                    open = None;
                } else {
                    push(body, out, outer, inner, at, at);
                    open = Some((at, at + width, mark));
                }
            }
            // The next paragraph of a quotation, joined to this one: `... the end. "And then ...`
            Some((outer, inner, Mark::Straight)) if mark == Mark::Straight && reopens(body, inner, at, end) => {
                let before = out.len();
                push(body, out, outer, inner, at, at);
                taken_up = out.len() > before;
                open = Some((at, at + width, mark));
                at += width;
                continue;
            }
            Some((outer, inner, opener)) if closes(opener, mark) => {
                // Three apostrophes: the first one closes a quotation inside.
                if mark == Mark::Apostrophes && bytes[at..end].starts_with(b"'''") {
                    at += 1;
                }
                let before = out.len();
                push(body, out, outer, inner, at, at + width);
                if let Some(stretch) = out.get_mut(before) {
                    stretch.continues = std::mem::take(&mut taken_up);
                }
                open = None;
            }
            Some(_) => {}
        }
        at += width;
    }
    if let Some((outer, inner, _)) = open {
        let before = out.len();
        push(body, out, outer, inner, end, end);
        if let Some(stretch) = out.get_mut(before) {
            stretch.continues = taken_up;
        }
    }
    if first.is_none() {
        return singles(body, start, end, out);
    }
    // British style: double marks inside single ones.
    let mut outer = Vec::new();
    let outer_first = singles(body, start, end, &mut outer);
    let inside = |double: &Stretch| {
        let after = outer.partition_point(|single| single.inner.start <= double.outer.start);
        after.checked_sub(1).is_some_and(|number| outer[number].inner.contains(double.outer) && closes_speech(body, &outer[number]))
    };
    if !outer.is_empty() && out.len() > before_block && out[before_block..].iter().all(inside) {
        out.truncate(before_block);
        out.append(&mut outer);
        return outer_first;
    }
    first
}

/// The bytes that can begin a mark, in order: two searches side by side, each running over the block once.
struct Candidates<'a> {
    bytes: &'a [u8],
    plain: Option<usize>,
    wide: Option<usize>,
}

impl<'a> Candidates<'a> {
    fn new(bytes: &'a [u8], start: usize) -> Self {
        let mut candidates = Self { bytes, plain: Some(start), wide: Some(start) };
        candidates.plain = candidates.plain_from(start);
        candidates.wide = candidates.wide_from(start);
        candidates
    }

    fn plain_from(&self, at: usize) -> Option<usize> {
        memchr::memchr3(b'"', b'`', b'\'', self.bytes.get(at..)?).map(|found| at + found)
    }

    fn wide_from(&self, at: usize) -> Option<usize> {
        memchr::memchr3(0xE2, 0xC2, 0xEF, self.bytes.get(at..)?).map(|found| at + found)
    }

    /// The first candidate at or behind `at`; `at` must not go back.
    fn next(&mut self, at: usize) -> Option<usize> {
        if self.plain.is_some_and(|plain| plain < at) {
            self.plain = self.plain_from(at);
        }
        if self.wide.is_some_and(|wide| wide < at) {
            self.wide = self.wide_from(at);
        }
        match (self.plain, self.wide) {
            (Some(plain), Some(wide)) => Some(plain.min(wide)),
            (plain, wide) => plain.or(wide),
        }
    }
}

fn opens(body: &str, mark: Mark, at: usize, width: usize, start: usize, end: usize) -> bool {
    let before = body[start..at].chars().next_back();
    let after = body[at + width..end].chars().next();
    match mark {
        Mark::Right | Mark::GuillemetRight => {
            after.is_some_and(|c| !c.is_whitespace())
                && before.is_none_or(|c| c.is_whitespace() || matches!(c, '(' | '[' | '—' | '–' | '-'))
        }
        // 6" is a length; a mark behind words and before a space closes what was never opened.
        Mark::Straight => {
            let length = before.is_some_and(|c| c.is_ascii_digit()) && !after.is_some_and(char::is_alphabetic);
            let closing = before.is_some_and(|c| !c.is_whitespace()) && after.is_none_or(char::is_whitespace);
            !length && !closing
        }
        _ => true,
    }
}

/// Do the words in these marks end in punctuation, as speech does and as a word with apostrophes around it does not?
fn closes_speech(body: &str, single: &Stretch) -> bool {
    single.inner.of(body).ends_with([',', '.', '!', '?'])
}

/// Does a straight mark open once more: behind the end of a sentence and a space, and right before a word?
fn reopens(body: &str, inner: usize, at: usize, end: usize) -> bool {
    let words = body[inner..at].trim_end_matches(' ');
    let ended = words.len() < at - inner && words.ends_with(['.', '!', '?']);
    ended && body[at + 1..end].starts_with(|c: char| c.is_alphanumeric() || matches!(c, '\'' | '[' | '$' | '£'))
}

fn push(body: &str, out: &mut Vec<Stretch>, outer: usize, inner: usize, inner_end: usize, outer_end: usize) {
    let inner = trimmed(body, Span::new(inner, inner_end));
    if inner.of(body).chars().any(char::is_alphanumeric) {
        out.push(Stretch { outer: Span::new(outer, outer_end), inner, continues: false, set_apart: false, single: false });
    }
}

/// British style: single marks. An opening mark stands before a letter and after a space; a closing mark stands after the words and
/// before a space or punctuation, and is no apostrophe of a plural as long as a better one follows.
fn singles(body: &str, start: usize, end: usize, out: &mut Vec<Stretch>) -> Option<u32> {
    let mut first = None;
    let mut open: Option<(usize, usize)> = None;
    let mut plural: Option<usize> = None;
    let text = &body[start..end];
    for (at, c) in apostrophes(text) {
        let before = text[..at].chars().next_back();
        let after = text[at + c.len_utf8()..].chars().next();
        let can_open = c != '’'
            && before.is_none_or(|c| c.is_whitespace() || matches!(c, '(' | '[' | '—' | '–' | '-'))
            && after.is_some_and(char::is_alphabetic);
        let can_close = c != '‘'
            && before.is_some_and(|c| !c.is_whitespace())
            && after.is_none_or(|c| c.is_whitespace() || matches!(c, '.' | ',' | ';' | ':' | '?' | '!' | ')' | ']' | '—' | '–'));
        match open {
            None if can_open => {
                open = Some((at, at + c.len_utf8()));
                plural = None;
            }
            Some((outer, inner)) if can_close => {
                if before == Some('s') && after.is_some_and(char::is_whitespace) {
                    plural = plural.or(Some(at));
                    continue;
                }
                first = first.or(Some((start + outer) as u32));
                push_single(body, start, outer, inner, at, c.len_utf8(), out);
                open = None;
            }
            Some((outer, inner)) if can_open => {
                if let Some(close) = plural.take() {
                    first = first.or(Some((start + outer) as u32));
                    push_single(body, start, outer, inner, close, c.len_utf8(), out);
                }
                open = Some((at, at + c.len_utf8()));
            }
            _ => {}
        }
    }
    if let (Some((outer, inner)), Some(close)) = (open, plural) {
        let width = body[start + close..].chars().next().map_or(1, char::len_utf8);
        first = first.or(Some((start + outer) as u32));
        push_single(body, start, outer, inner, close, width, out);
    }
    first
}

/// Apostrophes and single marks, with where they stand.
fn apostrophes(text: &str) -> impl Iterator<Item = (usize, char)> + '_ {
    memchr::memchr2_iter(b'\'', 0xE2, text.as_bytes())
        .filter_map(|at| text[at..].chars().next().filter(|c| matches!(c, '\'' | '‘' | '’')).map(|c| (at, c)))
}

fn push_single(body: &str, start: usize, outer: usize, inner: usize, close: usize, width: usize, out: &mut Vec<Stretch>) {
    let before = out.len();
    push(body, out, start + outer, start + inner, start + close, start + close + width);
    // Rock 'n' roll.
    if out.len() > before && out[before].inner.len() < 3 {
        out.truncate(before);
    }
    if let Some(stretch) = out.get_mut(before) {
        stretch.single = true;
    }
}
