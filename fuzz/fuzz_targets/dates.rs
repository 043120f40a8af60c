//! Arbitrary text as a date of a field and as a date as people type them: what is understood has an order.

#![no_main]

use libfuzzer_sys::fuzz_target;
use onrecord::text::Date;

fuzz_target!(|text: &str| {
    if let Some(date) = Date::parse(text) {
        assert!(date.first_second() <= date.last_second());
        let _ = (date.next(), date.previous(), date.day(), date.local_day());
        // What is printed reads back as the same time.
        let printed = date.to_string();
        let again = Date::parse(&printed).unwrap_or_else(|| panic!("{printed} is no date"));
        assert_eq!((again.first_second(), again.last_second()), (date.first_second(), date.last_second()), "{printed}");
    }
    let today = Date::ymd(2025, Some(4), Some(17));
    for today in [today, None] {
        if let Some((from, until)) = Date::typed(text, today) {
            assert!(from.first_second() <= until.last_second());
        }
    }
});
