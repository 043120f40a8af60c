//! Arbitrary text as a query: an error with a position, or a query that prints as text which reads back as the same.

#![no_main]

use libfuzzer_sys::fuzz_target;
use onrecord::query::parse;

fuzz_target!(|text: &str| {
    match parse(text) {
        Ok(query) => assert_eq!(parse(&query.to_string()).as_ref(), Ok(&query)),
        Err(error) => assert!(error.start <= error.end && error.end <= text.len()),
    }
});
