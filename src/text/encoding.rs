//! Text that was decoded wrongly before it arrived ("â€™" for "’", "Ã©" for "é"): UTF-8 bytes read as windows-1252.

use encoding_rs::WINDOWS_1252;
use std::ops::Range;

/// A text with its letters put right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mended {
    /// The text.
    pub text: String,
    /// The first letters that were wrong, as they stood.
    pub sample: String,
}

/// The text with its wrongly decoded letters put right; `None` where there are none.
///
/// Each run of characters beyond ASCII is looked at by itself: if its bytes in windows-1252 are valid UTF-8 of fewer characters, these are
/// what was meant. Such a run hardly comes about otherwise: "Ã" or "â" would stand before a sign such as "©" or "€".
pub fn repaired(text: &str) -> Option<Mended> {
    if text.is_ascii() || !text.contains(is_lead) {
        return None;
    }
    let mut out = String::with_capacity(text.len());
    let mut sample = None;
    let mut done = 0;
    for run in runs(text) {
        let Some(meant) = meant(&text[run.clone()]) else { continue };
        sample.get_or_insert_with(|| text[run.clone()].to_owned());
        out.push_str(&text[done..run.start]);
        out.push_str(&meant);
        done = run.end;
    }
    out.push_str(&text[done..]);
    // Twice wrong is seen, too.
    let sample = sample?;
    let text = repaired(&out).map_or(out, |again| again.text);
    Some(Mended { text, sample })
}

/// First characters of a letter that was decoded wrongly: the bytes that begin a sequence of UTF-8, in windows-1252.
fn is_lead(c: char) -> bool {
    matches!(
        c,
        'Â' | 'Ã'
            | 'Å'
            | 'Ä'
            | 'Æ'
            | 'Ç'
            | 'È'
            | 'É'
            | 'Ê'
            | 'Ë'
            | 'Ì'
            | 'Í'
            | 'Î'
            | 'Ï'
            | 'Ð'
            | 'Ñ'
            | 'Ò'
            | 'Ó'
            | 'Ô'
            | 'Õ'
            | 'Ö'
            | '×'
            | 'Ø'
            | 'Ù'
            | 'à'
            | 'á'
            | 'â'
            | 'ã'
            | 'ä'
            | 'å'
            | 'æ'
            | 'ç'
            | 'è'
            | 'é'
            | 'ê'
            | 'ë'
            | 'ì'
            | 'í'
            | 'î'
            | 'ï'
            | 'ð'
    )
}

/// The runs of characters beyond ASCII.
fn runs(text: &str) -> impl Iterator<Item = Range<usize>> + '_ {
    let mut at = 0;
    std::iter::from_fn(move || {
        let start = at + text[at..].find(|c: char| !c.is_ascii())?;
        at = text[start..].find(|c: char| c.is_ascii()).map_or(text.len(), |length| start + length);
        Some(start..at)
    })
}

/// What a run was before it was decoded wrongly.
fn meant(run: &str) -> Option<String> {
    run.chars().nth(1)?;
    let mut bytes = Vec::with_capacity(run.len());
    for c in run.chars() {
        match u8::try_from(u32::from(c)) {
            // Read as Latin-1, the bytes 0x80 to 0x9f are control characters.
            Ok(byte) => bytes.push(byte),
            Err(_) => {
                let mut buffer = [0; 4];
                let (encoded, _, failed) = WINDOWS_1252.encode(c.encode_utf8(&mut buffer));
                match &*encoded {
                    [byte] if !failed => bytes.push(*byte),
                    _ => return None,
                }
            }
        }
    }
    // "â€" at the end has lost its last byte, the one that windows-1252 has no letter for: it was "”".
    if bytes.ends_with(&[0xe2, 0x80]) {
        bytes.push(0x9d);
    }
    let meant = String::from_utf8(bytes).ok()?;
    (meant.chars().count() < run.chars().count() && meant.chars().all(is_likely)).then_some(meant)
}

/// Characters that texts decoded wrongly were made of: Latin, Greek and Cyrillic letters, punctuation, signs of currency. "ß’" could else be
/// taken for a letter of N'Ko.
fn is_likely(c: char) -> bool {
    matches!(c, '\u{a0}'..='\u{24f}' | '\u{370}'..='\u{4ff}' | '\u{1e00}'..='\u{1eff}' | '\u{2000}'..='\u{20cf}' | '\u{2100}'..='\u{214f}' | '\u{fb00}'..='\u{fb06}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Option<&str>) {
        assert_eq!(repaired(text).map(|mended| mended.text).as_deref(), expected, "{text}");
    }

    #[test]
    fn letters_decoded_wrongly() {
        check("The mayorâ€™s word", Some("The mayor’s word"));
        check("Ã‰lysÃ©e", Some("Élysée"));
        check("Port-Ã\u{89}vrin", Some("Port-Évrin"));
        check("â€œYes,â€\u{9d} she said", Some("“Yes,” she said"));
        check("â€œYes,â€ she said", Some("“Yes,” she said"));
        check("Â£5", Some("£5"));
        check("Ã¢â‚¬â„¢", Some("’"));
    }

    #[test]
    fn letters_that_are_right() {
        check("Élysée, São Paulo, Ångström", None);
        check("“Yes,” she said – £5", None);
        check("Plain text", None);
        check("ÂNGELA", None);
        check("ﬀ Â", None);
    }

    proptest::proptest! {
        #[test]
        fn what_was_decoded_wrongly_comes_back(text in "[a-zé’“”ñüß£ ]{0,20}") {
            let (wrong, _) = WINDOWS_1252.decode_without_bom_handling(text.as_bytes());
            let back = repaired(&wrong).map_or(wrong.clone().into_owned(), |mended| mended.text);
            proptest::prop_assert_eq!(back, text);
        }

        #[test]
        fn any_text_is_fine(text in "(?s).{0,40}") {
            repaired(&text);
        }
    }
}
