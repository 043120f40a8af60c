//! The engine's query as text, for people who want to see what is run.

use super::block::{ArticlesOf, FilterQuery, QuotesOf, Weighted};
use super::clause::ClauseQuery;
use super::within::WithinQuery;
use super::words::WordsQuery;
use tantivy::query::{BooleanQuery, ConstScoreQuery, EmptyQuery, Occur, Query};

/// `+` must match, `-` must not, `|` one of them; words say in which fields they are looked for.
pub(super) fn describe(query: &dyn Query) -> String {
    if let Some(words) = query.downcast_ref::<WordsQuery>() {
        let fields: Vec<&str> = words.targets.iter().map(|target| target.name).collect();
        return format!("{}:{}", fields.join("|"), words.label);
    }
    if let Some(ClauseQuery(words)) = query.downcast_ref() {
        return format!("clause:{}", words.label);
    }
    if let Some(ArticlesOf(quotes)) = query.downcast_ref() {
        return format!("articles-of({})", describe(quotes.as_ref()));
    }
    if let Some(QuotesOf(articles)) = query.downcast_ref() {
        return format!("quotes-of({})", describe(articles.as_ref()));
    }
    if let Some(Weighted(inner, weight)) = query.downcast_ref() {
        return format!("{}^{weight}", describe(inner.as_ref()));
    }
    if let Some(within) = query.downcast_ref::<WithinQuery>() {
        return within.label.clone();
    }
    if let Some(filter) = query.downcast_ref::<FilterQuery>() {
        return format!("column({})", filter.label);
    }
    if query.is::<EmptyQuery>() {
        return "nothing".to_owned();
    }
    if query.is::<ConstScoreQuery>() {
        return "everything".to_owned();
    }
    let Some(boolean) = query.downcast_ref::<BooleanQuery>() else { return format!("{query:?}") };
    let clauses = boolean.clauses();
    let parts: Vec<String> = clauses.iter().map(|(_, clause)| describe(clause.as_ref())).collect();
    let least = boolean.get_minimum_number_should_match();
    if clauses.iter().all(|(occur, _)| *occur == Occur::Should) {
        let any = format!("({})", parts.join(" | "));
        return if least > 1 { format!("{least} of {any}") } else { any };
    }
    let signed = clauses.iter().zip(parts).map(|((occur, _), part)| match occur {
        Occur::Must => format!("+{part}"),
        Occur::MustNot => format!("-{part}"),
        Occur::Should => part,
    });
    format!("({})", signed.collect::<Vec<_>>().join(" "))
}
