//! Cleaning of text that arrives from files.

use unicode_normalization::{UnicodeNormalization, is_nfc};

/// One block as it stands in a body: NFC, white space of every kind (line ends included) folded to single spaces, no control
/// characters, soft hyphens or byte-order marks, ends trimmed. Quotation marks stay untouched.
pub fn line(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for word in text.split(|c: char| c.is_whitespace() || (c.is_control() && c != '\u{ad}')) {
        let before = out.len();
        if !out.is_empty() {
            out.push(' ');
        }
        let start = out.len();
        out.extend(word.chars().filter(|c| !matches!(c, '\u{ad}' | '\u{feff}' | '\u{200b}')));
        if out.len() == start {
            out.truncate(before);
        }
    }
    if is_nfc(&out) { out } else { out.nfc().collect() }
}
