//! Arbitrary bytes: what format they are, and what that reads of them.

#![no_main]

use libfuzzer_sys::fuzz_target;
use onrecord::format::{self, Input};
use std::io::Cursor;
use std::ops::ControlFlow;
use std::path::Path;

fuzz_target!(|bytes: &[u8]| {
    let name = Path::new("a");
    if let Some(format) = format::detect(name, &bytes[..bytes.len().min(format::HEAD)]) {
        let _ = format.read(Input::file(name, &mut Cursor::new(bytes)), &mut |_| ControlFlow::Continue(()));
    }
});
