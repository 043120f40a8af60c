//! How a score came about, clause by clause.
//!
//! The engine explains its own queries, but asks every clause of an alternative for the record, also those that stand behind it; here a
//! clause that does not match is left out.

use super::block::{ArticlesOf, QuotesOf, Weighted, settled};
use super::describe::describe;
use super::words::WordsQuery;
use crate::index::Explanation;
use tantivy::query::{BooleanQuery, EnableScoring, Occur, Query};
use tantivy::{DocId, SegmentReader};

/// The explanation of a record's score; `None` where the query does not match it.
pub(super) fn explain(
    query: &dyn Query,
    scoring: EnableScoring<'_>,
    segment: &SegmentReader,
    doc: DocId,
) -> tantivy::Result<Option<Explanation>> {
    let weight = query.weight(scoring)?;
    let Some(mut scorer) = settled(weight.as_ref(), segment, doc)? else { return Ok(None) };
    let value = scorer.score();
    let mut parts = Vec::new();
    let what = if let Some(words) = query.downcast_ref::<WordsQuery>() {
        parts = words.explain(scoring, segment, doc)?;
        format!("{} in its fields", words.label)
    } else if let Some(boolean) = query.downcast_ref::<BooleanQuery>() {
        for (_, clause) in boolean.clauses().iter().filter(|(occur, _)| *occur != Occur::MustNot) {
            parts.extend(explain(clause.as_ref(), scoring, segment, doc)?);
        }
        "sum of the clauses".to_owned()
    } else if let Some(ArticlesOf(quotes)) = query.downcast_ref() {
        let columns = segment.fast_fields();
        let count = columns.u64("quotes")?.first(doc).unwrap_or(0) as DocId + columns.u64("reported")?.first(doc).unwrap_or(0) as DocId;
        let mut best: Option<Explanation> = None;
        for quote in doc + 1..=doc + count {
            let told = explain(quotes.as_ref(), scoring, segment, quote)?;
            if let Some(told) = told.filter(|told| best.as_ref().is_none_or(|best| told.value > best.value)) {
                best = Some(told);
            }
        }
        parts.extend(best);
        "the article's best quote".to_owned()
    } else if let Some(Weighted(inner, weight)) = query.downcast_ref() {
        if let Some(told) = explain(inner.as_ref(), scoring, segment, doc)? {
            parts.push(told.times(*weight));
        }
        format!("weight {weight}")
    } else if let Some(QuotesOf(articles)) = query.downcast_ref() {
        let ordinal = segment.fast_fields().u64("ordinal")?.first(doc).unwrap_or(0) as DocId;
        parts.extend(explain(articles.as_ref(), scoring, segment, doc.saturating_sub(ordinal))?);
        "the quote's article".to_owned()
    } else {
        describe(query)
    };
    let is_sum = query.is::<WordsQuery>() || query.is::<BooleanQuery>();
    // Parts that add nothing are told only where no others are.
    if parts.iter().any(|part| part.value != 0.0) {
        parts.retain(|part| part.value != 0.0);
    }
    if is_sum && parts.len() == 1 {
        return Ok(parts.pop());
    }
    Ok(Some(Explanation { what, value, parts }))
}
