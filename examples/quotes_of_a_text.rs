//! The quotes of one text, without any index: read, attribute, print.
//!
//! `cargo run --example quotes_of_a_text < article.txt`

#![allow(clippy::print_stdout)] // An example prints.

use onrecord::format::{self, Input, Item};
use onrecord::quote::attribute;
use onrecord::record::speaker_text;
use std::io::Read;
use std::ops::ControlFlow;
use std::path::Path;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut text = Vec::new();
    std::io::stdin().read_to_end(&mut text)?;
    let name = Path::new("article.txt");
    let format = format::detect(name, &text).ok_or("no known format")?;
    format.read(Input::stream(name, &mut text.as_slice()), &mut |item| {
        if let Item::Article { article, .. } = item {
            let found = attribute(&article);
            for quote in &found.quotes {
                let words: Vec<&str> = quote.parts.iter().map(|part| part.of(article.body())).collect();
                println!("{}\t{:.2}\t{}", speaker_text(&article, &found, quote), quote.confidence, words.join(" "));
            }
        }
        ControlFlow::Continue(())
    })?;
    Ok(())
}
