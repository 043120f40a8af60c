//! A query in the first line, an article below it: what is marked are characters of the field, in order, without overlap; the article comes
//! back from its stored bytes as it was; excerpts hold their marks.

#![no_main]

use libfuzzer_sys::fuzz_target;
use onrecord::article::{Article, BlockKind, Draft};
use onrecord::highlight::Highlighter;
use onrecord::query::{Mode, bind, parse};
use onrecord::record::{Origin, Stored, hash, records};
use onrecord::{fragment, quote};

fuzz_target!(|text: &str| {
    let (query, text) = text.split_once('\n').unwrap_or((text, ""));
    let Ok(query) = parse(query) else { return };
    let blocks = text.lines().map(|line| (BlockKind::Paragraph, line.to_owned())).collect();
    let article = Article::new(Draft { blocks, ..Draft::default() });
    let attribution = quote::attribute(&article);
    let records = records(&article, &attribution, &Origin::default(), hash(&article));
    let loaded = Stored::load(&records.article.stored, article.body().to_owned()).expect("what was stored comes back");
    assert_eq!(loaded.article.body(), article.body());
    assert_eq!(loaded.attribution.quotes.len(), attribution.quotes.len());
    for mode in [Mode::Articles, Mode::Quotes] {
        let highlighter = Highlighter::new(&bind(&query, mode), mode);
        let quotes = if mode == Mode::Quotes { (0..attribution.quotes.len()).map(Some).collect() } else { vec![None] };
        for quote in quotes {
            highlighter.holds(&loaded, quote);
            for field in highlighter.mark(&loaded, quote).fields {
                assert!(field.spans.iter().all(|span| span.fits(&field.text)));
                assert!(field.spans.windows(2).all(|two| two[0].end <= two[1].start));
                fragment::fragments(&field.text, &field.spans, 3);
            }
        }
    }
});
