//! Cleaning of text that arrives from files.

use unicode_normalization::{UnicodeNormalization, is_nfc};

/// One block as it stands in a body: NFC, white space of every kind (line ends included) folded to single spaces, no control
/// characters, soft hyphens, byte-order marks or other invisible characters, ends trimmed. Quotation marks stay untouched.
///
/// Zero-width joiners and non-joiners stay where they spell something (Persian, Hindi, emoji) and go between ASCII letters,
/// where they only break words. Direction marks go everywhere: they could make a line read other than it is indexed.
pub fn line(text: &str) -> String {
    if is_clean(text.as_bytes()) {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    let mut before = ' ';
    let mut chars = text.chars().peekable();
    let mut space = false;
    while let Some(c) = chars.next() {
        if is_invisible(c) {
            continue;
        }
        if matches!(c, '\u{200c}' | '\u{200d}') {
            let joins = |c: char| !c.is_ascii() && !c.is_whitespace() && !is_invisible(c);
            let spells =
                !space && joins(before) && chars.peek().is_some_and(|&next| joins(next) && !matches!(next, '\u{200c}' | '\u{200d}'));
            if !spells {
                continue;
            }
        } else if c.is_whitespace() || c.is_control() {
            space = true;
            continue;
        }
        if space && !out.is_empty() {
            out.push(' ');
        }
        space = false;
        match ligature(c) {
            Some(letters) => out.push_str(letters),
            None => out.push(c),
        }
        before = c;
    }
    if is_nfc(&out) { out } else { out.nfc().collect() }
}

/// The same of a text that nobody else needs: given back as it is where it is clean.
pub fn owned(text: String) -> String {
    if is_clean(text.as_bytes()) { text } else { line(&text) }
}

/// The letters of a ligature, which prints them and spells them in one sign: "oﬃcial".
fn ligature(c: char) -> Option<&'static str> {
    const LETTERS: [&str; 7] = ["ff", "fi", "fl", "ffi", "ffl", "st", "st"];
    LETTERS.get((c as usize).checked_sub(0xfb00)?).copied()
}

/// True for printable ASCII with single spaces inside, which is most lines of most archives.
fn is_clean(text: &[u8]) -> bool {
    let (Some(first), Some(last)) = (text.first(), text.last()) else { return true };
    // Each byte and the one behind it, without a way out in the middle: so many are looked at in one step.
    let pairs = text.iter().zip(&text[1..]);
    let unclean = pairs.fold(false, |any, (byte, next)| any | (byte.wrapping_sub(b' ') > b'~' - b' ') | (*byte == b' ') & (*next == b' '));
    !unclean && (b'!'..=b'~').contains(first) && (b'!'..=b'~').contains(last)
}

/// Where the first byte stands that passes a test, many bytes in one step.
pub(crate) fn find(text: &[u8], test: impl Fn(u8) -> bool) -> Option<usize> {
    let mut chunks = text.chunks_exact(16);
    let plain = chunks.by_ref().take_while(|chunk| !chunk.iter().fold(false, |any, byte| any | test(*byte))).count() * 16;
    text[plain..].iter().position(|byte| test(*byte)).map(|at| plain + at)
}

/// Characters that print nothing and spell nothing: soft hyphen, zero-width space, word joiner, byte-order mark, direction
/// marks, overrides and isolates, annotation and tag characters, the placeholder of an embedded object.
fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffc}' | '\u{e0000}'..='\u{e007f}')
}

/// A text as it may reach a terminal: control characters of every kind (C0, C1, escapes), line ends and the marks that turn the direction
/// of writing are shown as `\u{fffd}` or as blanks.
pub fn visible(text: &str) -> String {
    let safe = |c: char| match c {
        '\t' | '\n' | '\r' | '\u{2028}' | '\u{2029}' => ' ',
        '\u{200e}' | '\u{200f}' | '\u{61c}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => '\u{fffd}',
        c if c.is_control() => '\u{fffd}',
        c => c,
    };
    text.chars().map(safe).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        assert_eq!(line(text), expected);
        assert_eq!(line(expected), expected, "cleaning twice changes nothing");
    }

    #[test]
    fn white_space_and_controls() {
        check("  The\tharbour\r\n  reopened \u{a0}today\u{2009}. ", "The harbour reopened today .");
        check("one\0two", "one two");
        check(" \u{b}\u{c}\u{85} ", "");
    }

    #[test]
    fn invisible_characters() {
        check("\u{feff}har\u{ad}bour \u{200b} mayor", "harbour mayor");
        check("\u{202e}drowssap\u{202c}", "drowssap");
        check("pass\u{200d}word", "password");
        check("می\u{200c}خواهم", "می\u{200c}خواهم");
        check("\u{200d}a\u{200c} \u{200d}b", "a b");
    }

    #[test]
    fn composed_characters_and_untouched_marks() {
        check("E\u{301}lyse\u{301}e", "Élysée");
        check("oﬃcial ﬁrst ﬂood", "official first flood");
        check("“Yes,” ‘no’ \"maybe\" «si»…", "“Yes,” ‘no’ \"maybe\" «si»…");
    }

    proptest::proptest! {
        #[test]
        fn cleaning_is_stable(text in "\\PC*|(?s).{0,40}") {
            let once = line(&text);
            proptest::prop_assert_eq!(line(&once), once);
        }
    }
}
