//! When two printed names may be one name: case, accents, initials, and the manners in which other alphabets are written in ours.

use crate::analyze::fold;

/// The folded words of a name.
pub(super) fn words(name: &str) -> Vec<String> {
    name.split(|c: char| !c.is_alphanumeric() && c != '\'' && c != '’').filter(|word| !word.is_empty()).map(fold).collect()
}

/// What the spellings of one sound have in common: "zelensky", "zelenskyy" and "zelenskiy" are one, so are "khrushchev" and "hrushchov".
pub(super) fn key(word: &str) -> String {
    let mut text = fold(word).replace(['\'', '’', '-'], "");
    // Longer spellings before those they contain.
    for (from, to) in [
        ("shch", "sc"),
        ("tsch", "c"),
        ("sch", "s"),
        ("tch", "c"),
        ("zh", "j"),
        ("kh", "h"),
        ("ch", "c"),
        ("sh", "s"),
        ("ph", "f"),
        ("ts", "z"),
        ("tz", "z"),
        ("ck", "k"),
        ("ou", "u"),
        ("oo", "u"),
        ("iy", "y"),
        ("yi", "y"),
        ("ij", "y"),
        ("ii", "y"),
        ("yy", "y"),
        ("ey", "y"),
        ("w", "v"),
        ("x", "ks"),
        ("q", "k"),
        ("j", "y"),
        ("i", "y"),
    ] {
        if text.contains(from) {
            text = text.replace(from, to);
        }
    }
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if !out.ends_with(c) {
            out.push(c);
        }
    }
    out
}

/// What names have in common that could be one person's: their surnames are one but for their spelling.
pub(crate) fn sound(name: &str) -> Option<String> {
    words(name).last().map(|surname| key(surname))
}

/// True for two names that differ in more than case and accents.
pub(crate) fn differ(one: &str, other: &str) -> bool {
    words(one) != words(other)
}

/// May two lists of middle names be one person's: one left out, or each an initial or the same.
pub(super) fn middles_agree(one: &[String], other: &[String]) -> bool {
    if one.is_empty() || other.is_empty() {
        return true;
    }
    one.iter().zip(other).all(|(a, b)| a == b || a.chars().count() == 1 && b.starts_with(a) || b.chars().count() == 1 && a.starts_with(b))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_name_in_several_spellings() {
        for (one, other) in [
            ("Brodsky", "Brodskiy"),
            ("Brodsky", "Brodskyy"),
            ("Khariton", "Hariton"),
            ("Yanev", "Janev"),
            ("Élan", "elan"),
            ("Schukin", "Shukin"),
        ] {
            assert_eq!(key(one), key(other), "{one} {other}");
        }
        for (one, other) in [("Moss", "Mars"), ("Brodsky", "Brodie"), ("Arden", "Ardent")] {
            assert_ne!(key(one), key(other), "{one} {other}");
        }
    }
}
