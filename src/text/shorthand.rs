//! News text in shorthand: frequent words as one to three bytes. What is stored is a tenth smaller for it than by zstd alone, in less time: zstd
//! sees 64 KB at a time, too little to learn the language from, and has half as much to read.
//!
//! Shorthand is UTF-8. Its codes are made of control characters, which printed text does not hold (where it does, they are escaped):
//!
//! | bytes | stand for |
//! |---|---|
//! | one of [`ONE`] | one of the first three words of `shorthand.txt` |
//! | one of [`TWO`], then a byte below 128 | one of the next 2,816 |
//! | [`THREE`], then two bytes below 128 | one of all others |
//! | [`CAPITAL`], [`CAPITALS`] before a code | the word begins with a capital, is in capitals |
//! | [`JOINED`] before these | no blank stands before the word |
//! | [`ESCAPE`], then a character | that control character |
//!
//! A word has a blank before it, unless it stands at the beginning, at the beginning of a line, or behind another blank, an opening mark, a
//! hyphen or a slash: see [`takes_blank`]. The order of the words is part of an index's format: new words go to the end.

use super::hash::{ShortWords, packed};
use std::collections::HashMap;
use std::sync::LazyLock;

/// The words, the most frequent first, letters of ASCII only; written from memory for this program.
const LIST: &str = include_str!("shorthand.txt");

const ESCAPE: u8 = 0;
const CAPITAL: u8 = 1;
const CAPITALS: u8 = 2;
const JOINED: u8 = 3;
const ONE: [u8; 3] = [4, 5, 6];
/// Tab, line feed and carriage return are not among them.
const TWO: [u8; 22] =
    [0x07, 0x08, 0x0b, 0x0c, 0x0e, 0x0f, 0x10, 0x11, 0x12, 0x13, 0x14, 0x15, 0x16, 0x17, 0x18, 0x19, 0x1a, 0x1b, 0x1c, 0x1d, 0x1e, 0x1f];
const THREE: u8 = 0x7f;

/// The words by their number, in the order of the list.
static WORDS: LazyLock<Vec<&str>> = LazyLock::new(|| LIST.lines().collect());

/// The codes of the words, which are numbers as [`packed`] makes them.
static CODES: LazyLock<HashMap<u128, Code, ShortWords>> =
    LazyLock::new(|| WORDS.iter().zip(0..).filter_map(|(word, number)| Some((packed(word.as_bytes())?, Code::of(number)))).collect());

/// A code of one to three bytes, the first in the lowest place.
#[derive(Debug, Clone, Copy)]
struct Code {
    bytes: u64,
    length: usize,
}

impl Code {
    fn of(number: usize) -> Self {
        let code =
            |bytes: &[u8]| Self { bytes: bytes.iter().rev().fold(0, |code, byte| code << 8 | u64::from(*byte)), length: bytes.len() };
        let Some(two) = number.checked_sub(ONE.len()) else { return code(&[ONE[number]]) };
        match TWO.get(two / 128) {
            Some(lead) => code(&[*lead, (two % 128) as u8]),
            None => {
                let three = two - TWO.len() * 128;
                code(&[THREE, (three / 128) as u8, (three % 128) as u8])
            }
        }
    }

    /// With a byte before it.
    fn behind(self, byte: u8) -> Self {
        Self { bytes: self.bytes << 8 | u64::from(byte), length: self.length + 1 }
    }
}

/// True for bytes that shorthand gives a meaning of their own.
fn is_code(byte: u8) -> bool {
    byte == THREE || byte < 0x20 && !matches!(byte, b'\t' | b'\n' | b'\r')
}

/// Whether a word behind this byte has a blank before it, where nothing else is said.
fn takes_blank(before: Option<u8>) -> bool {
    !matches!(before, None | Some(b'\n' | b' ' | b'(' | b'-' | b'/'))
}

/// The word of ASCII letters that a text begins with, as [`packed`] makes it, and its length; of more than sixteen letters only that it is.
#[inline]
fn first_word(text: &[u8]) -> (u128, usize) {
    let Some(block) = text.first_chunk::<16>() else {
        let length = text.iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
        return (packed(&text[..length]).unwrap_or(0), length);
    };
    let block = u128::from_le_bytes(*block);
    let (first, second) = (block as u64, (block >> 64) as u64);
    // Only the lowest bytes, as many as there are letters.
    let lowest = |block: u64, length: usize| block & !(u64::MAX << (8 * length));
    match letters(first) {
        8 => match letters(second) {
            8 => (block, 16),
            length => (u128::from(first) | u128::from(lowest(second, length)) << 64, 8 + length),
        },
        length => (u128::from(lowest(first, length)), length),
    }
}

/// How many letters of ASCII eight bytes begin with, the lowest first.
#[inline]
fn letters(block: u64) -> usize {
    const EACH: u64 = u64::from_le_bytes([1; 8]);
    const HIGH: u64 = EACH << 7;
    // The highest bit of each byte tells.
    let small = (block | (EACH * 0x20)) & !HIGH;
    let is_letter = (small + EACH * (0x80 - b'a' as u64)) & !(small + EACH * (0x7f - b'z' as u64)) & !block;
    ((!is_letter & HIGH).trailing_zeros() / 8) as usize
}

/// The code of a word of so many letters, with the mark before it.
#[inline]
fn known(word: u128, length: usize) -> Option<Code> {
    if length < 2 {
        return None;
    }
    let code = |word: u128| CODES.get(&word).copied();
    if let Some(code) = code(word) {
        return Some(code);
    }
    // One bit parts small letters and capitals.
    let bits = u128::from_le_bytes([0x20; 16]) & u128::MAX >> (128 - 8 * length);
    let small = word | bits;
    match small ^ word {
        0x20 => Some(code(small)?.behind(CAPITAL)),
        capitals if capitals == bits => Some(code(small)?.behind(CAPITALS)),
        _ => None,
    }
}

/// Appends a text in shorthand.
pub(crate) fn write(text: &str, out: &mut Vec<u8>) {
    let bytes = text.as_bytes();
    out.reserve(bytes.len() * 5 / 8);
    // What stands from `from` on is not yet written.
    let (mut at, mut from) = (0, 0);
    while let Some(&byte) = bytes.get(at) {
        let start = at;
        if !byte.is_ascii_alphabetic() {
            if is_code(byte) {
                out.extend_from_slice(&bytes[from..start]);
                out.push(ESCAPE);
                from = start;
            }
            at += 1;
            continue;
        }
        let (word, length) = first_word(&bytes[start..]);
        at += length;
        if length >= 16 && bytes.get(at).is_some_and(u8::is_ascii_alphabetic) {
            at += bytes[at..].iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
            continue;
        }
        let Some(code) = known(word, length) else { continue };
        let before = |at: usize| at.checked_sub(1).map(|before| bytes[before]);
        let has_blank = start > from && before(start) == Some(b' ');
        let end = start - usize::from(has_blank);
        let takes_blank = takes_blank(before(end));
        let code = if takes_blank && !has_blank { code.behind(JOINED) } else { code };
        let end = if takes_blank { end } else { start };
        if code.length >= at - end {
            continue;
        }
        if from < end {
            out.extend_from_slice(&bytes[from..end]);
        }
        // Eight bytes at once, then as many as it has.
        let length = out.len() + code.length;
        out.extend_from_slice(&code.bytes.to_le_bytes());
        out.truncate(length);
        from = at;
    }
    out.extend_from_slice(&bytes[from..]);
}

/// The text again; `None` where this is no shorthand.
pub(crate) fn read(short: &str) -> Option<String> {
    let bytes = short.as_bytes();
    let mut text = String::with_capacity(short.len() * 2);
    let mut at = 0;
    while at < bytes.len() {
        let length = bytes[at..].iter().position(|&byte| is_code(byte)).unwrap_or(bytes.len() - at);
        text.push_str(short.get(at..at + length)?);
        at += length;
        let mut next = || {
            at += 1;
            bytes.get(at - 1).copied()
        };
        let Some(mut byte) = next() else { break };
        if byte == ESCAPE {
            text.push(char::from(next().filter(u8::is_ascii)?));
            continue;
        }
        let is_joined = byte == JOINED;
        if is_joined {
            byte = next()?;
        }
        let mark = Some(byte).filter(|byte| matches!(*byte, CAPITAL | CAPITALS));
        if mark.is_some() {
            byte = next()?;
        }
        let mut low = || next().filter(u8::is_ascii).map(usize::from);
        let number = match byte {
            THREE => ONE.len() + TWO.len() * 128 + low()? * 128 + low()?,
            lead => match TWO.binary_search(&lead) {
                Ok(two) => ONE.len() + two * 128 + low()?,
                Err(_) => ONE.iter().position(|one| *one == lead)?,
            },
        };
        let word = WORDS.get(number)?;
        if !is_joined && takes_blank(text.as_bytes().last().copied()) {
            text.push(' ');
        }
        let start = text.len();
        text.push_str(word);
        match mark {
            Some(CAPITALS) => text[start..].make_ascii_uppercase(),
            Some(_) => text[start..=start].make_ascii_uppercase(),
            None => {}
        }
    }
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::HashSet;

    fn short(text: &str) -> String {
        let mut out = Vec::new();
        write(text, &mut out);
        String::from_utf8(out).expect("shorthand is UTF-8")
    }

    fn there_and_back(text: &str) {
        assert_eq!(read(&short(text)).as_deref(), Some(text), "{:?}", short(text));
    }

    #[test]
    fn the_list_is_as_it_has_to_be() {
        let words: HashSet<&str> = WORDS.iter().copied().collect();
        assert_eq!(words.len(), WORDS.len(), "no word stands there twice");
        assert!(words.iter().all(|word| (2..=16).contains(&word.len()) && word.bytes().all(|byte| byte.is_ascii_alphabetic())));
        assert!(WORDS.len() <= ONE.len() + TWO.len() * 128 + 128 * 128);
        assert!(TWO.is_sorted() && TWO.iter().chain(&ONE).chain(&[ESCAPE, CAPITAL, CAPITALS, JOINED, THREE]).all(|byte| is_code(*byte)));
        // The order is part of the format: whoever moves a word has to raise it.
        let hash = |count: usize| xxhash_rust::xxh3::xxh3_64(WORDS[..count].join("\n").as_bytes());
        assert_eq!((WORDS.len(), hash(13_756)), (13_756, 9_985_266_344_199_041_296), "new words go to the end");
    }

    #[test]
    fn every_word_comes_back_in_every_form() {
        for word in WORDS.iter() {
            let (small, capitals) = (word.to_ascii_lowercase(), word.to_ascii_uppercase());
            let capital = small[..1].to_ascii_uppercase() + &small[1..];
            there_and_back(&format!(
                "{word}\n{small} {capital} {capitals} ({small}) \"{capital}\" 7{capitals}-{small}; {word}s, {small}/{capital}"
            ));
        }
    }

    #[test]
    fn text_becomes_shorter() {
        let text = "The harbour board said on Thursday that the ferry would not sail before the weekend. \"We have been told to wait,\" \
                    said Ann Moss, its president.\nTHE WEATHER office expects winds of 60 miles an hour.\n";
        there_and_back(text);
        assert!(short(text).len() * 100 < text.len() * 60, "{} of {}", short(text).len(), text.len());
        assert_eq!(short("of the"), "\u{5}\u{4}");
        for text in ["", " ", "  the  the", "the", "\u{0}the\u{7f}\u{1}", "Théthe théThe", "theThe THEthe", "– the—the", "the\tthe\r\nthe"]
        {
            there_and_back(text);
        }
    }

    proptest! {
        #[test]
        fn any_text_comes_back(text in any::<String>()) {
            there_and_back(&text);
        }

        #[test]
        fn words_among_anything_come_back(parts in prop::collection::vec(prop_oneof![
            prop::sample::select(vec!["the", "The", "THE", "said", "Telecom", "xq", "é", "\u{0}", "\u{3}", "\u{7f}", "1", "’"]).prop_map(str::to_owned),
            "[ \n\"(/.,-]{1,2}",
        ], 0..40)) {
            there_and_back(&parts.concat());
        }

        #[test]
        fn what_is_no_shorthand_is_no_panic(text in "[\u{0}-\u{7f}é]{0,40}") {
            let _ = read(&text);
        }
    }
}
