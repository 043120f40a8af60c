//! What every reader does last with what it understood of an article: dates settled, language told.

use super::input::Context;
use super::{Problem, dates, limits};
use crate::article::{Article, Draft};
use crate::text::language;

/// The article that a draft stands for; `problems` gains what was noticed on the way.
pub(super) fn finish(mut draft: Draft, context: &Context<'_>, problems: &mut Vec<Problem>) -> Article {
    limits::keep(&mut draft, problems);
    limits::long_words(&draft, problems);
    dates::settle(&mut draft, context.name, context.settings.today);
    if let Some(late) = draft.meta.dates.iter().find(|dating| dates::is_future(dating, context.settings.today)).cloned() {
        let message = format!("the date {} lies in the future", late.date);
        draft.meta.found.insert("future", late.date.to_string().into());
        let used = draft.meta.date == Some(late.date);
        problems.push(Problem::new(
            "",
            message,
            if used { "a field gives it, so that it stands" } else { "it is kept as evidence and not used" },
        ));
    }
    let mut article = Article::new(draft);
    if article.meta.language.is_none()
        && let Some(tag) = language::detect(article.body())
    {
        article.meta.language = Some(tag.to_owned());
        article.meta.found.insert("language", "detected from the text".into());
    }
    article
}
