//! Words: what stands between two blanks, as a reader counts them.
//!
//! A word is a run of letters and digits. An apostrophe between two letters belongs to it (`Russia's`, `don't`, `O'Neill`), as do a
//! point or comma between two digits (`2.5`, `1,000`) and the points of an abbreviation of single letters (`U.S.`). A hyphen parts
//! words (`30-day` is two). Positions count words from 0; the end of a block (`\n`) and an omission (`…`) count as one word
//! more, so that no phrase runs from one paragraph into the next or over what was left out.

use super::Span;

/// A word and where it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Word {
    /// UTF-8 bytes into the text.
    pub span: Span,
    /// Position: how many words and block ends stand before it.
    pub position: u32,
}

/// The words of a text, in order.
pub fn words(text: &str) -> Words<'_> {
    Words { text, at: 0, position: 0 }
}

/// Iterator over the words of a text; see [`words`].
#[derive(Debug, Clone)]
pub struct Words<'a> {
    text: &'a str,
    at: usize,
    position: u32,
}

/// True for the bytes that are ASCII letters and digits, by number.
pub(crate) static LETTERS: [bool; 256] = {
    let mut letters = [false; 256];
    let mut byte = 0;
    while byte < 128 {
        letters[byte] = (byte as u8).is_ascii_alphanumeric();
        byte += 1;
    }
    letters
};

/// True for the characters that words are made of: letters, digits and combining marks.
#[inline]
pub fn is_word_char(c: char) -> bool {
    if c.is_ascii() { c.is_ascii_alphanumeric() } else { c.is_alphanumeric() || unicode_normalization::char::is_combining_mark(c) }
}

/// True for the apostrophes that people and machines write.
#[inline]
pub fn is_apostrophe(c: char) -> bool {
    matches!(c, '\'' | '’' | '‘' | 'ʼ' | '＇')
}

impl Words<'_> {
    #[inline]
    fn char_at(&self, at: usize) -> Option<char> {
        match self.text.as_bytes().get(at) {
            Some(&byte) if byte < 128 => Some(byte as char),
            Some(_) => self.text[at..].chars().next(),
            None => None,
        }
    }

    /// The end of the run of word characters that begins at `at`.
    #[inline]
    fn run(&self, mut at: usize) -> usize {
        let bytes = self.text.as_bytes();
        loop {
            while bytes.get(at).is_some_and(|byte| LETTERS[usize::from(*byte)]) {
                at += 1;
            }
            let Some(c) = self.char_at(at).filter(|c| !c.is_ascii()) else { return at };
            if !is_word_char(c) {
                return at;
            }
            at += c.len_utf8();
        }
    }

    /// The end of an abbreviation such as `U.S.` that begins at `at`, its last point included.
    #[inline]
    fn abbreviation(&self, at: usize) -> Option<usize> {
        let bytes = self.text.as_bytes();
        let pair = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_alphabetic) && bytes.get(at + 1) == Some(&b'.');
        let mut end = at;
        while pair(end) {
            end += 2;
        }
        let whole = self.char_at(end).is_none_or(|c| !is_word_char(c));
        // `J.K. Rowling`, `U.S.`: two points at least; `e.g.Something` is no abbreviation but a missing blank.
        (end >= at + 4 && whole).then_some(end)
    }
}

impl Iterator for Words<'_> {
    type Item = Word;

    #[inline]
    fn next(&mut self) -> Option<Word> {
        let mut at = self.at;
        loop {
            match *self.text.as_bytes().get(at)? {
                byte if LETTERS[usize::from(byte)] => break,
                byte if byte.is_ascii() => {
                    self.position += u32::from(byte == b'\n');
                    at += 1;
                }
                _ => {
                    let c = self.char_at(at)?;
                    if is_word_char(c) {
                        break;
                    }
                    self.position += u32::from(c == '…');
                    at += c.len_utf8();
                }
            }
        }
        let start = at;
        let mut end = self.run(start);
        // `U.S.`: a letter by itself and a point, and so on.
        if end == start + 1
            && self.text.as_bytes().get(end) == Some(&b'.')
            && let Some(behind) = self.abbreviation(start)
        {
            end = behind;
        }
        // Joints inside a word: apostrophes between letters, points and commas between digits.
        while self.text.as_bytes().get(end) != Some(&b' ')
            && let Some(joint) = self.char_at(end)
        {
            let after = end + joint.len_utf8();
            let inside = match self.char_at(after) {
                Some(next) if is_apostrophe(joint) => next.is_alphabetic(),
                Some(next) if joint == '.' || joint == ',' => next.is_ascii_digit() && self.text.as_bytes()[end - 1].is_ascii_digit(),
                _ => false,
            };
            if !inside {
                break;
            }
            end = self.run(after);
        }
        let word = Word { span: Span::new(start, end), position: self.position };
        self.position += 1;
        self.at = end;
        Some(word)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let found: Vec<&str> = words(text).map(|word| word.span.of(text)).collect();
        assert_eq!(found.join("|"), expected);
    }

    #[test]
    fn words_as_a_reader_counts_them() {
        check("Russia's attacks, and the “so-called” plan.", "Russia's|attacks|and|the|so|called|plan");
        check("The U.S. paid 1,000.50 in 2.5 days; e.g. 30-day terms.", "The|U.S.|paid|1,000.50|in|2.5|days|e.g.|30|day|terms");
        check("'twas the officials' view, O’Neill said ''yes''", "twas|the|officials|view|O’Neill|said|yes");
        check("Élysée, cafe\u{301}, naïve, 東京", "Élysée|cafe\u{301}|naïve|東京");
        check("at 5. Then 6, 7", "at|5|Then|6|7");
        check(" … — ", "");
    }

    #[test]
    fn a_block_end_counts_as_a_word() {
        let positions: Vec<u32> = words("one two\nthree").map(|word| word.position).collect();
        assert_eq!(positions, [0, 1, 3]);
        let positions: Vec<u32> = words("one … two").map(|word| word.position).collect();
        assert_eq!(positions, [0, 2]);
    }

    proptest::proptest! {
        #[test]
        fn words_stand_in_the_text_in_order(text in "\\PC{0,60}") {
            let mut end = 0;
            for word in words(&text) {
                assert!(word.span.fits(&text) && !word.span.is_empty() && word.span.start >= end);
                end = word.span.end;
            }
        }
    }
}
