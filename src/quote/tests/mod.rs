//! Attribution in invented sentences: one class of wording each.

mod fuzz;
mod indirect;
mod marks;
mod nobody;
mod speakers;

use super::{QuoteKind, attribute};
use crate::article::{Article, BlockKind, Draft};

/// An article with one paragraph per line.
fn article(text: &str) -> Article {
    let blocks = text.lines().map(|line| (BlockKind::Paragraph, line.trim().to_owned())).collect();
    Article::new(Draft { blocks, ..Draft::default() })
}

/// Every quote in marks on a line of its own: `"part" + "part" <- Name (rule)`.
fn drawn(article: &Article) -> Vec<String> {
    lines(article, false)
}

fn lines(article: &Article, indirect: bool) -> Vec<String> {
    let found = attribute(article);
    let body = article.body();
    let draw = |quote: &super::Quote| {
        let parts: Vec<String> = quote.parts.iter().map(|part| format!("\"{}\"", part.of(body))).collect();
        let name = match quote.speaker.map(|number| &found.speakers[number]) {
            Some(speaker) => speaker.name.clone().unwrap_or_else(|| format!("({})", quote.mention.map_or("", |mention| mention.of(body)))),
            None => "nobody".to_owned(),
        };
        format!("{} <- {name} ({})", parts.join(" + "), quote.rule)
    };
    found.quotes.iter().filter(|quote| (quote.kind == QuoteKind::Indirect) == indirect).map(draw).collect()
}

#[track_caller]
fn check(text: &str, expected: &[&str]) {
    assert_eq!(drawn(&article(text)), expected, "in: {text}");
}
