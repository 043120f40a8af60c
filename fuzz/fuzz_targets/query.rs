//! Arbitrary text as a query: an error with a position and perhaps a reading that runs, or a query that prints as text which reads back as
//! the same and can be bound. The same text as a query of other systems: refused, or a query of ours.

#![no_main]

use libfuzzer_sys::fuzz_target;
use onrecord::query::{Mode, Syntax, bind, parse, translate};

fuzz_target!(|text: &str| {
    match parse(text) {
        Ok(query) => {
            assert_eq!(parse(&query.to_string()).as_ref(), Ok(&query));
            for mode in [Mode::Articles, Mode::Quotes] {
                bind(&query, mode);
            }
        }
        Err(error) => {
            assert!(error.start <= error.end && error.end <= text.len());
            assert!(error.repair.is_none_or(|repair| parse(&repair).is_ok()));
        }
    }
    for syntax in Syntax::ALL {
        match translate(text, syntax) {
            Ok(translation) => assert!(parse(&translation.query).is_ok()),
            Err(error) => assert!(text.get(error.start..error.end).is_some()),
        }
    }
});
