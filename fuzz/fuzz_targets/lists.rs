//! Arbitrary text as a file of queries, as a mapping of keys to fields, and as a list of what was taken down: read, or refused.

#![no_main]

use libfuzzer_sys::fuzz_target;
use onrecord::format::Mapping;

fuzz_target!(|text: &str| {
    if let Ok(mapping) = text.parse::<Mapping>() {
        assert_eq!(mapping.to_string().parse::<Mapping>().map(|again| again.to_string()), Ok(mapping.to_string()));
    }
    let _ = onrecord::batch::questions(text.as_bytes(), "queries");
});
