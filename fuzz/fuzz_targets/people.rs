//! Arbitrary text as a `people.toml`: a file, or what is wrong with it.

#![no_main]

use libfuzzer_sys::fuzz_target;
use onrecord::people::PeopleFile;

fuzz_target!(|text: &str| {
    if let Err(error) = PeopleFile::parse(text, "people.toml") {
        assert!(error.to_string().starts_with("people.toml"));
    }
});
