//! Arbitrary text: quotes and speakers, with every span on a character.

#![no_main]

use libfuzzer_sys::fuzz_target;
use onrecord::article::{Article, BlockKind, Draft};

fuzz_target!(|text: &str| {
    let blocks = text.lines().map(|line| (BlockKind::Paragraph, line.to_owned())).collect();
    let article = Article::new(Draft { blocks, ..Draft::default() });
    for quote in onrecord::quote::attribute(&article).quotes {
        quote.parts.iter().for_each(|part| drop(part.of(article.body()).to_owned()));
    }
});
