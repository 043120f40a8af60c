//! Spellings near a word, with how many records hold them.

use super::forms::each;
use super::watch::Watch;
use super::words::Target;
use crate::analyze::{self, Analyzed};
use crate::pattern::{Case, Form, Keyed, Kind};
use std::collections::HashMap;
use tantivy::Searcher;

/// Spellings that are told at most.
const MOST: usize = 5;

/// How many records hold a word in some fields, every form of it, and the most frequent other words near it: those that begin with the
/// same letter and differ in one letter, from five letters on in two. Records that hold a word in several of the fields, or in several forms, count once for
/// each.
pub(super) fn spellings(
    searcher: &Searcher,
    word: &Analyzed,
    targets: &[Target],
    watch: &Watch,
) -> tantivy::Result<(u64, Vec<(String, u64)>)> {
    let bare = analyze::base(&word.folded).into_owned();
    let own = Form::new(Kind::Stem(Keyed { key: word.key.clone(), word: word.word.clone() }), Case::Any);
    let edits = if bare.chars().count() < 5 { 1 } else { 2 };
    let near = Form::new(Kind::Fuzzy(bare, edits), Case::Any).beginning_with(word.folded.chars().next());
    let mut records = 0;
    // By key: how often, and the commonest printed form.
    let mut found: HashMap<String, (u64, u32, String)> = HashMap::new();
    for segment in searcher.segment_readers() {
        for target in targets {
            let index = segment.inverted_index(target.field)?;
            each(&own, &index, watch, &mut |_, info| {
                records += u64::from(info.doc_freq);
                Ok(())
            })?;
            each(&near, &index, watch, &mut |term, info| {
                let key = analyze::unmarked(term).1.split(analyze::SEPARATOR).next().unwrap_or_default();
                if key != word.key {
                    let (all, most, printed) = found.entry(key.to_owned()).or_default();
                    *all += u64::from(info.doc_freq);
                    if info.doc_freq > *most {
                        *most = info.doc_freq;
                        *printed = analyze::printed_form(term).into_owned();
                    }
                }
                Ok(())
            })?;
        }
    }
    let mut near: Vec<(String, u64)> = found.into_values().map(|(all, _, printed)| (printed, all)).collect();
    near.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    near.truncate(MOST);
    Ok((records, near))
}
