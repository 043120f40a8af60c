//! Stored articles as a damaged index holds them, arbitrary bytes and a real article with some bytes changed: none, or one whose spans all
//! stand in its body and that prints.

#![no_main]

use libfuzzer_sys::fuzz_target;
use onrecord::article::{Article, BlockKind, Draft};
use onrecord::output::extract;
use onrecord::quote;
use onrecord::record::{Origin, Stored, hash, records};
use std::sync::LazyLock;

/// A whole one, and its body.
static WHOLE: LazyLock<(Vec<u8>, String)> = LazyLock::new(|| {
    let paragraphs = ["The levy rises.", "“We must pay,” said Mara Hale, the mayor. “And soon.”", "She said it would be “hard”."];
    let blocks = paragraphs.iter().map(|text| (BlockKind::Paragraph, (*text).to_owned())).collect();
    let article = Article::new(Draft { blocks, ..Draft::default() });
    (records(&article, &quote::attribute(&article), &Origin::default(), hash(&article)).article.stored, article.body().to_owned())
});

fuzz_target!(|bytes: &[u8]| {
    let (mut damaged, body) = WHOLE.clone();
    check(bytes, &body);
    for change in bytes.chunks_exact(3) {
        let at = usize::from(u16::from_le_bytes([change[0], change[1]])) % damaged.len();
        damaged[at] = change[2];
    }
    check(&damaged, &body);
});

fn check(bytes: &[u8], body: &str) {
    let Some(loaded) = Stored::load(bytes, body.to_owned()) else { return };
    let body = loaded.article.body();
    for quote in &loaded.attribution.quotes {
        assert!(quote.parts.iter().chain([&quote.content]).chain(&quote.cue).chain(&quote.mention).all(|span| span.fits(body)));
    }
    let out = extract::extract(&loaded.article, &loaded.attribution, &loaded.origin.file, "", &loaded.id());
    assert!(serde_json::to_string(&out).is_ok());
}
