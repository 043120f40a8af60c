//! Arbitrary text as a cursor, and with a right checksum: an error, or a cursor that prints and reads back as the same.

#![no_main]

use libfuzzer_sys::fuzz_target;
use onrecord::search::Cursor;

fuzz_target!(|bytes: &[u8]| {
    let text = String::from_utf8_lossy(bytes);
    let hash = xxhash_rust::xxh3::xxh3_64(bytes).to_le_bytes();
    let hex: String = bytes.iter().chain(&hash[..3]).map(|byte| format!("{byte:02x}")).collect();
    for text in [text.as_ref(), &hex] {
        if let Ok(cursor) = text.parse::<Cursor>() {
            assert_eq!(cursor.to_string().parse::<Cursor>(), Ok(cursor));
        }
    }
});
