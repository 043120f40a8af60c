//! jq filters as the documentation shows them, run by a jq written in Rust: the tests need no jq on the machine.

use jaq_core::load::{Arena, File, Loader};
use jaq_core::{Compiler, Ctx, Vars, data, unwrap_valr};
use jaq_json::{Val, read, write};

/// What `jq FILTER` prints for a text of JSON values; `raw` is `-r`, `compact` is `-c`.
pub(crate) fn jq(filter: &str, text: &str, raw: bool, compact: bool) -> String {
    let defs = jaq_core::defs().chain(jaq_std::defs()).chain(jaq_json::defs());
    let funs = jaq_core::funs().chain(jaq_std::funs()).chain(jaq_json::funs());
    let arena = Arena::default();
    let modules = Loader::new(defs).load(&arena, File { code: filter, path: () });
    let modules = modules.unwrap_or_else(|errors| panic!("{filter}: {errors:?}"));
    let filter = Compiler::default().with_funs(funs).compile(modules).unwrap_or_else(|errors| panic!("{errors:?}"));
    let mut out = Vec::new();
    for value in read::parse_many(text.as_bytes()) {
        let ctx = Ctx::<data::JustLut<Val>>::new(&filter.lut, Vars::new([]));
        for found in filter.id.run((ctx, value.expect("JSON"))).map(unwrap_valr) {
            match found.unwrap_or_else(|error| panic!("{error:?}")) {
                Val::TStr(text) if raw => out.extend_from_slice(&text),
                other => {
                    let pp = if compact {
                        write::Pp::default()
                    } else {
                        write::Pp { indent: Some("  ".into()), sep_space: true, ..write::Pp::default() }
                    };
                    write::write(&mut out, &pp, 0, &other).expect("memory takes it");
                }
            }
            out.push(b'\n');
        }
    }
    String::from_utf8(out).expect("UTF-8")
}

#[test]
fn filters_do_what_jq_does() {
    assert_eq!(jq(".a[] | [.b, (.c | tostring)] | join(\"; \")", r#"{"a": [{"b": "x\"y", "c": 1}]}"#, true, false), "x\"y; 1\n");
    assert_eq!(jq("select(.k == 1) | .d[:4]", "{\"k\": 1, \"d\": \"2025-04\"}\n{\"k\": 2}", true, false), "2025\n");
    assert_eq!(jq("{a, n: (.l | length)}", r#"{"a": null, "l": [1, 2]}"#, false, true), "{\"a\":null,\"n\":2}\n");
}
