//! Arbitrary bytes, read as the format that the target is named after: no panic, and sections tile the body.
//!
//! `cargo +nightly fuzz run html corpus/formats/truce-renewed`, from the root of the repository.

#![no_main]

use libfuzzer_sys::fuzz_target;
use onrecord::article::{Article, Meta};
use onrecord::format::{self, Input, Item};
use std::io::Cursor;
use std::ops::ControlFlow;
use std::path::Path;

fuzz_target!(|bytes: &[u8]| {
    let format = format::by_name(env!("CARGO_BIN_NAME")).expect("a target is named after a format");
    let mut reader = Cursor::new(bytes);
    let _ = format.read(Input::file(Path::new("2025/04/17/a"), &mut reader), &mut |item| {
        if let Item::Article { article, .. } = item {
            let tiled = Article::from_parts(None, Meta::default(), article.body().to_owned(), article.sections().to_vec());
            assert!(tiled.is_some(), "sections tile the body");
        }
        ControlFlow::Continue(())
    });
});
