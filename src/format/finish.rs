//! What every reader does last with what it understood of an article: letters put right or complained of, dates settled, language told.

use super::input::Context;
use super::{Problem, dates};
use crate::article::{Article, Draft};
use crate::text::{encoding, language};

/// The article that a draft stands for; `problems` gains what was noticed on the way.
pub(super) fn finish(mut draft: Draft, context: &Context<'_>, problems: &mut Vec<Problem>) -> Article {
    let repair = context.settings.repair_encoding;
    if let Some(sample) = mend(&mut draft, repair) {
        let (message, help) = if repair {
            (format!("letters that were decoded wrongly were put right, such as `{sample}`"), "")
        } else {
            (format!("letters look decoded wrongly: `{sample}`"), "read it with --repair-encoding to put them right")
        };
        problems.push(Problem::new("", message, help));
    }
    dates::settle(&mut draft, context.name, context.settings.today);
    if let Some(late) = draft.meta.dates.iter().find(|dating| dates::is_future(dating, context.settings.today)).cloned() {
        let message = format!("the date {} lies in the future", late.date);
        draft.meta.found.insert("future", late.date.to_string());
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
        article.meta.found.insert("language", "detected from the text".to_owned());
    }
    article
}

/// Looks through all texts of a draft for letters that were decoded wrongly, and puts them right if asked to; a sample of them.
fn mend(draft: &mut Draft, repair: bool) -> Option<String> {
    let mut sample = None;
    let meta = &mut draft.meta;
    let fields = [&mut meta.headline, &mut meta.byline, &mut meta.publisher, &mut meta.desk];
    let blocks = draft.summary.iter_mut().chain(&mut draft.blocks).chain(&mut draft.notes).map(|(_, text)| text);
    for text in fields.into_iter().flatten().chain(&mut meta.authors).chain(blocks) {
        let Some(mended) = encoding::repaired(text) else { continue };
        sample = sample.or(Some(mended.sample));
        if repair {
            *text = mended.text;
        }
    }
    sample
}
