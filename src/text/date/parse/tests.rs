use crate::text::{Date, Precision};
use chrono::{FixedOffset, NaiveDate};
use proptest::prelude::*;

#[track_caller]
fn check(text: &str, expected: &str) {
    assert_eq!(Date::parse(text).map(|date| date.to_string()).as_deref(), Some(expected), "{text:?}");
}

#[track_caller]
fn refuse(texts: &[&str]) {
    for text in texts {
        assert_eq!(Date::parse(text), None, "{text:?}");
    }
}

#[test]
fn iso_dates() {
    check("2025", "2025");
    check("2025-04", "2025-04");
    check("2025-04-17", "2025-04-17");
    check(" 2025-4-7 ", "2025-04-07");
    check("20250417", "2025-04-17");
    check("2025/04/17", "2025-04-17");
    check("2025.04.17", "2025-04-17");
    check("1600-01-01", "1600-01-01");
    check("9999-12-31T23:59:59Z", "9999-12-31T23:59:59Z");
    check("2024-02-29", "2024-02-29");
    check("2025-04-17+02:00", "2025-04-17");
    check("2025-04-17Z", "2025-04-17");
}

#[test]
fn iso_times() {
    check("2025-04-17T10:00:00+02:00", "2025-04-17T10:00:00+02:00");
    check("2025-04-17t10:00:00z", "2025-04-17T10:00:00Z");
    check("2025-04-17 10:00:00.123456+0200", "2025-04-17T10:00:00+02:00");
    check("2025-04-17 10:00:00 +0200 CEST", "2025-04-17T10:00:00+02:00");
    check("2025-04-17T10:00-05", "2025-04-17T10:00-05:00");
    check("2025-04-17T10:00", "2025-04-17T10:00");
    check("2025-04-17T10:00:00+00:00", "2025-04-17T10:00:00Z");
    check("2025-04-17T10:00:00\u{2212}03:30", "2025-04-17T10:00:00-03:30");
    check("20250417T101500Z", "2025-04-17T10:15:00Z");
    check("20250417T101500+0200", "2025-04-17T10:15:00+02:00");
    check("20250417101500", "2025-04-17T10:15:00");
    check("20250417101500Z", "2025-04-17T10:15:00Z");
    check("202504171015", "2025-04-17T10:15");
    check("2016-12-31T23:59:60Z", "2016-12-31T23:59:59Z");
    check("2025-04-17T10:00:00+02:00[Europe/Paris]", "2025-04-17T10:00:00+02:00");
}

#[test]
fn mail_dates() {
    check("Thu, 17 Apr 2025 10:00:00 +0200", "2025-04-17T10:00:00+02:00");
    check("Thu, 17 Apr 2025 10:00:00 GMT", "2025-04-17T10:00:00Z");
    check("17 Apr 2025 10:00 UT", "2025-04-17T10:00Z");
    check("Thu, 17 Apr 2025 10:00:00 EST", "2025-04-17T10:00:00-05:00");
    check("Thu, 17 Apr 2025 10:00:00 -0700 (PDT)", "2025-04-17T10:00:00-07:00");
    check("Thu, 17 Apr 25 10:00:00 GMT", "2025-04-17T10:00:00Z");
    check("Thursday, 17-Apr-25 10:00:00 GMT", "2025-04-17T10:00:00Z");
    check("Thu Apr 17 10:00:00 2025", "2025-04-17T10:00:00");
    check("Thu Apr 17 2025 10:00:00 GMT+0200 (Central European Summer Time)", "2025-04-17T10:00:00+02:00");
}

#[test]
fn printed_dates() {
    check("17 April 2025", "2025-04-17");
    check("17th of April, 2025", "2025-04-17");
    check("17. April 2025", "2025-04-17");
    check("17/04/2025", "2025-04-17");
    check("04/17/2025 2:27 AM", "2025-04-17T02:27");
    check("05.04.2025", "2025-04-05");
    check("04/04/2025", "2025-04-04");
    check("April 17, 2025", "2025-04-17");
    check("Apr. 17, 2025", "2025-04-17");
    check("Sept. 3, 2025", "2025-09-03");
    check("Thursday, April 17, 2025", "2025-04-17");
    check("THURS. APRIL 17 2025", "2025-04-17");
    check("Tues., 15 April 2025", "2025-04-15");
    check("Weds 16 April 2025", "2025-04-16");
    check("April 2025", "2025-04");
    check("17-Apr-2025", "2025-04-17");
    check("2025-Apr-17", "2025-04-17");
    check("Apr-17-2025", "2025-04-17");
    check("May 1, 1600", "1600-05-01");
}

#[test]
fn printed_times() {
    check("17 Apr 2025 10:15", "2025-04-17T10:15");
    check("Thu 17 Apr 2025 10.15 BST", "2025-04-17T10:15+01:00");
    check("April 17, 2025 at 10:15 a.m. EDT", "2025-04-17T10:15-04:00");
    check("April 17, 2025, 12:05 AM", "2025-04-17T00:05");
    check("April 17, 2025 12:05pm", "2025-04-17T12:05");
    check("3pm, 17 April 2025", "2025-04-17T15:00");
    check("10:15 GMT, 17 April 2025", "2025-04-17T10:15Z");
    check("17 April 2025 \u{2013} 10:15", "2025-04-17T10:15");
    // Summer or winter time? The day is all that is sure.
    check("April 17, 2025 10:15 p.m. ET", "2025-04-17");
}

#[test]
fn doubtful_dates_are_none() {
    refuse(&[
        "",
        " ",
        "04/05/2025",
        "17/04/25",
        "13/13/2025",
        "1/2/3/2025",
        "4-5-2025",
        "05-04-2025",
        "2025/04",
        "2024/25",
        "2025-4",
        "2025-13",
        "2025-00",
    ]);
    refuse(&["2025-02-29", "2025-02-30", "20250230", "30 February 2025", "31 April 2025", "1599", "1599-12-31", "10000", "0000-00-00"]);
    refuse(&["17 April", "April", "17", "Thursday", "10:15", "10:15 17 2025", "April 2025 10:15", "Thursday April 2025", "2025 10:15"]);
    refuse(&["Friday, April 17, 2025", "17 Apr 25", "April 17 25", "17-18 April 2025", "17 April May 2025", "April 17, 2025 and 2026"]);
    refuse(&["2025-04-17T25:00", "2025-04-17T24:00", "2025-04-17T10:60", "2025-04-17T10", "2025-04-17T10:00+25:00", "2025-04-17T1:2"]);
    refuse(&[
        "13:15 pm 17 April 2025",
        "0:15 am 17 April 2025",
        "pm 17 April 2025",
        "17 April 2025 GMT",
        "2025 Z",
        "10:15 10:16 17 April 2025",
    ]);
    refuse(&["yesterday", "Published 17 April 2025", "17 avril 2025", "1744884000", "1744884000000", "2025-W16-4", "2025-107", "2025--17"]);
    refuse(&[
        "Tuesday",
        "tueday 15 April 2025",
        "17th",
        "\u{661}\u{667} April 2025",
        "2025-04-17T",
        "2025-",
        "-2025",
        "2025-04-",
        "2025-04 10",
    ]);
    refuse(&["2025-04 17", "25 2025-04", "May May 2025", "+2025", "2025-04-17 +02:00 10"]);
}

#[test]
fn no_text_is_too_long() {
    refuse(&[&"2025 ".repeat(1 << 20), &"9".repeat(1 << 20), &"9".repeat(90)]);
}

fn dates() -> impl Strategy<Value = Date> {
    let precisions = [Precision::Year, Precision::Month, Precision::Day, Precision::Minute, Precision::Second];
    let offsets = proptest::option::of(-86_399..86_400i32);
    (1600..=9999i32, 1..=366u32, 0..86_400u32, offsets, proptest::sample::select(precisions.to_vec())).prop_filter_map(
        "no such day",
        |(year, day, second, offset, precision)| {
            let local = NaiveDate::from_yo_opt(year, day)?.and_hms_opt(second / 3600, second / 60 % 60, second % 60)?;
            Date::new(local, offset.and_then(FixedOffset::east_opt), precision)
        },
    )
}

proptest! {
    #[test]
    fn a_printed_date_is_read_back(date in dates()) {
        prop_assert_eq!(Date::parse(&date.to_string()), Some(date));
    }

    #[test]
    fn no_text_makes_it_panic(text in "\\PC*", near in "[0-9a-zTZ:.,/+ \\-]{0,30}", word in "(Thu|Apr|17|2025|10:15|pm|é|-|GMT| |,){0,9}") {
        for text in [text, near, word] {
            if let Some(date) = Date::parse(&text) {
                prop_assert_eq!(Date::parse(&date.to_string()), Some(date));
            }
        }
    }
}
