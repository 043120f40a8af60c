//! Fragments: the best excerpts of a text around what matched, cut at sentences where they are short enough.

use crate::text::{Span, sentence};

/// An excerpt: a slice of its field's text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fragment {
    /// UTF-8 bytes into the field's text.
    pub span: Span,
    /// What matched: UTF-8 bytes into the excerpt.
    pub highlights: Vec<Span>,
}

/// Longest excerpt in bytes, unless one match alone is longer.
const LONGEST: usize = 320;

/// The best excerpts of `text` around `marks` (in order, without overlap), at most `most`, in order of the text.
pub fn fragments(text: &str, marks: &[Span], most: usize) -> Vec<Fragment> {
    let mut cuts: Vec<(usize, Span)> = Vec::new();
    let sentences = sentence::sentences(text);
    let mut at = 0;
    for &mark in marks {
        if let Some((count, cut)) = cuts.last_mut()
            && cut.contains(mark)
        {
            *count += 1;
            continue;
        }
        while at + 1 < sentences.len() && sentences[at].end <= mark.start {
            at += 1;
        }
        // From the sentence of the match's first word to that of its last one.
        let mut cut = sentences.get(at).copied().unwrap_or(mark);
        let last = sentences[at.min(sentences.len())..].iter().take_while(|sentence| sentence.start < mark.end).last();
        cut.start = cut.start.min(mark.start);
        cut.end = last.map_or(cut.end, |last| last.end).max(mark.end);
        if cut.len() > LONGEST {
            cut = around(text, cut, mark);
        }
        if let Some((_, before)) = cuts.last() {
            cut.start = cut.start.max(before.end.min(mark.start));
        }
        cuts.push((1, cut));
    }
    cuts.sort_by_key(|&(count, cut)| (std::cmp::Reverse(count), cut.start));
    cuts.truncate(most);
    cuts.sort_by_key(|&(_, cut)| cut.start);
    cuts.into_iter().map(|(_, cut)| fragment(cut, marks)).collect()
}

/// The beginning of a text, for hits without a match in it.
pub fn beginning(text: &str) -> Option<Fragment> {
    let first = *sentence::sentences(text).first()?;
    let cut = if first.len() > LONGEST { around(text, first, Span { start: first.start, end: first.start }) } else { first };
    Some(Fragment { span: cut, highlights: Vec::new() })
}

/// An excerpt of a given span with the marks in it.
pub fn fragment(span: Span, marks: &[Span]) -> Fragment {
    let inside = marks.iter().filter(|mark| span.contains(**mark));
    Fragment { span, highlights: inside.map(|mark| Span { start: mark.start - span.start, end: mark.end - span.start }).collect() }
}

/// Some words before and after a match, at most [`LONGEST`] bytes in all, within `limits`.
fn around(text: &str, limits: Span, mark: Span) -> Span {
    let spare = LONGEST.saturating_sub(mark.len()) / 2;
    let mut start = (mark.start as usize).saturating_sub(spare).max(limits.start as usize);
    let mut end = (mark.end as usize + spare.max(LONGEST.saturating_sub(mark.end as usize - start))).min(limits.end as usize);
    // Back to the blanks: no word is cut.
    while start > limits.start as usize && !(text.is_char_boundary(start) && text[..start].ends_with(char::is_whitespace)) {
        if start >= mark.start as usize {
            start = mark.start as usize;
            break;
        }
        start += 1;
    }
    while end > mark.end as usize
        && end < limits.end as usize
        && !(text.is_char_boundary(end) && text[end..].starts_with(char::is_whitespace))
    {
        end -= 1;
    }
    Span::new(start, end.max(mark.end as usize))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn span_of(text: &str, words: &str) -> Span {
        let start = text.find(words).expect("the words stand in the text");
        Span::new(start, start + words.len())
    }

    #[test]
    fn an_excerpt_is_the_sentence_of_the_match() {
        let text = "One thing. Another thing happened. A third.\nNext line.";
        let found = fragments(text, &[span_of(text, "Another"), span_of(text, "happened")], 3);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].span.of(text), "Another thing happened.");
        assert_eq!(found[0].highlights.iter().map(|h| h.of(found[0].span.of(text))).collect::<Vec<_>>(), ["Another", "happened"]);
    }

    #[test]
    fn a_long_sentence_is_cut_between_words() {
        let text = "word ".repeat(200) + "target " + &"word ".repeat(200);
        let found = fragments(&text, &[span_of(&text, "target")], 3);
        let excerpt = found[0].span.of(&text);
        assert!(
            excerpt.len() <= LONGEST && excerpt.contains("target") && excerpt.starts_with("word") && excerpt.ends_with("word"),
            "{excerpt}"
        );
    }

    proptest::proptest! {
        #[test]
        fn excerpts_hold_their_marks(text in "[\\PC\n.]{0,200}", picks in proptest::collection::vec(0usize..100, 0..5)) {
            let words: Vec<Span> = crate::text::word::words(&text).map(|word| word.span).collect();
            let mut marks: Vec<Span> = picks.iter().filter_map(|&i| words.get(i).copied()).collect();
            marks.sort_unstable();
            marks.dedup();
            let found = fragments(&text, &marks, usize::MAX);
            let mut shown = 0;
            for fragment in &found {
                assert!(fragment.span.fits(&text));
                for highlight in &fragment.highlights {
                    let words = highlight.of(fragment.span.of(&text));
                    assert!(marks.iter().any(|mark| mark.of(&text) == words));
                    shown += 1;
                }
            }
            assert_eq!(shown, marks.len());
        }
    }
}
