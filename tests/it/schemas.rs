//! The committed schemas: valid themselves, described throughout, agreed with each other, and true of the contract's shapes.

use serde_json::{Value, json};

fn schema(name: &str) -> Value {
    let path = format!("{}/schema/{name}.schema.json", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(path).expect("the schema is there");
    serde_json::from_str(&text).expect("a schema is JSON")
}

/// The schema of one definition, with the others at hand.
fn definition(schema: &Value, name: &str) -> Value {
    json!({"$schema": schema["$schema"], "$ref": format!("#/$defs/{name}"), "$defs": schema["$defs"]})
}

#[track_caller]
fn holds(schema: &Value, instance: &Value) {
    let validator = jsonschema::validator_for(schema).expect("a valid schema");
    let errors: Vec<String> = validator.iter_errors(instance).map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert!(errors.is_empty(), "{errors:#?}");
}

#[track_caller]
fn fails(schema: &Value, instance: &Value) {
    assert!(!jsonschema::validator_for(schema).expect("a valid schema").is_valid(instance), "{instance}");
}

/// `value` with one key changed.
fn with(value: &Value, key: &str, other: Value) -> Value {
    let mut value = value.clone();
    value[key] = other;
    value
}

fn without(value: &Value, key: &str) -> Value {
    let mut value = value.clone();
    value.as_object_mut().expect("an object").remove(key);
    value
}

#[test]
fn schemas_are_valid_and_every_property_is_described() {
    fn described(name: &str, value: &Value) {
        if let Some(properties) = value.get("properties").and_then(Value::as_object)
            && value.get("type").is_some()
        {
            for (key, property) in properties {
                assert!(property["description"].is_string(), "{name}: {key} has no description");
            }
        }
        match value {
            Value::Object(map) => map.values().for_each(|value| described(name, value)),
            Value::Array(list) => list.iter().for_each(|value| described(name, value)),
            _ => {}
        }
    }
    for name in [
        "article", "check", "extract", "hit", "kwic", "optimize", "problem", "snapshot", "speaker", "speakers", "stats", "suggest",
        "takedown", "timeline",
    ] {
        assert!(jsonschema::meta::is_valid(&schema(name)), "{name}");
        described(name, &schema(name));
    }
}

#[test]
fn both_outputs_mean_the_same_by_a_span_and_a_speaker() {
    let (extract, hit) = (schema("extract"), schema("hit"));
    for name in ["span", "speaker"] {
        assert_eq!(extract["$defs"][name], hit["$defs"][name]);
    }
}

fn speaker() -> Value {
    json!({"name": "Anna Weber", "kind": "person", "role": "minister", "organisation": null, "mention": "Weber", "mention_span": {"start": 18, "end": 23}})
}

fn extract() -> Value {
    json!({
        "schema_version": 1, "id": "7", "key": "00112233445566ff", "source": "news/a.json", "headline": null, "headline_inferred": false,
        "date": "2025-04", "date_precision": "month", "date_source": "field", "authors": ["Jo Marsh"], "byline": null, "publisher": null,
        "desk": "World", "url": null, "language": "en", "body": "“Never,” said Weber.", "headings": [],
        "sections": [{"kind": "lead", "heading": null, "start": 0, "end": 24, "blocks": [{"kind": "paragraph", "start": 0, "end": 24}]}],
        "quotes": [{"id": "00112233445566ff-3", "kind": "direct", "parts": [{"start": 3, "end": 9}], "content": {"start": 3, "end": 9}, "cue": {"start": 13, "end": 17},
            "rule": "said-after", "confidence": 0.9, "speaker": speaker()}]
    })
}

#[test]
fn an_extract_has_the_shape_of_the_contract() {
    let schema = schema("extract");
    holds(&schema, &extract());
    holds(&schema, &with(&with(&extract(), "date", Value::Null), "date_precision", Value::Null));
    holds(&schema, &with(&extract(), "date", json!("2025-04-17T10:00:00+02:00")));
    fails(&schema, &with(&extract(), "date", json!("17 April 2025")));
    fails(&schema, &with(&extract(), "schema_version", json!(2)));
    fails(&schema, &with(&extract(), "unheard", json!(1)));
    for key in extract().as_object().expect("an object").keys() {
        fails(&schema, &without(&extract(), key));
    }
    let mut partless = extract();
    partless["quotes"][0]["parts"] = json!([]);
    fails(&schema, &partless);
    let mut unknown = extract();
    unknown["quotes"][0]["speaker"] = Value::Null;
    holds(&schema, &unknown);
}

fn hit() -> Value {
    json!({
        "id": "00112233445566ff-3", "key": "00112233445566ff", "article": "7", "kind": "quote", "rank": 1, "score": 1.5, "headline": "No",
        "date": null, "date_precision": null, "date_source": null, "desk": null, "section": null, "publisher": null, "path": "news/a.json", "url": null,
        "quote": {"text": "Never,", "parts": [{"start": 3, "end": 9}], "kind": "direct", "confidence": 1, "speaker": speaker()},
        "fragments": [{"field": "quote", "start": 0, "end": 6, "text": "Never,", "section": null, "highlights": [{"start": 0, "end": 5}]}]
    })
}

#[test]
fn an_answer_has_the_shape_of_the_contract() {
    let schema = schema("hit");
    let query = json!({"text": "never", "understood": "never speaker:Weber"});
    let answer =
        json!({"schema_version": 1, "query": query, "in": "quotes", "total": 1, "hits": [hit()], "next_cursor": null, "stale": null});
    holds(&schema, &answer);
    holds(
        &schema,
        &with(
            &answer,
            "facets",
            json!({"desk": [{"value": "World", "quotes": 3, "articles": 1}, {"value": null, "quotes": 1, "articles": 1}]}),
        ),
    );
    fails(&schema, &with(&answer, "facets", json!({"desk": [{"value": "World", "count": 1}]})));
    fails(&schema, &with(&answer, "in", json!("files")));
    let of_hit = definition(&schema, "hit");
    holds(&of_hit, &hit());
    holds(&of_hit, &with(&without(&hit(), "quote"), "kind", json!("article")));
    fails(&of_hit, &without(&hit(), "quote"));
    fails(&of_hit, &with(&hit(), "kind", json!("article")));
    fails(&of_hit, &with(&hit(), "rank", json!(0)));
    let of_summary = definition(&schema, "summary");
    holds(&of_summary, &json!({"type": "summary", "total": 0}));
    fails(&of_summary, &json!({"type": "summary"}));
    fails(&of_summary, &hit());
}

#[test]
fn input_is_taken_generously() {
    let schema = schema("article");
    for article in [
        json!({}),
        json!({"headline": "No", "text": "“Never,” said Weber.", "quotes": 7, "unheard": true}),
        json!({"id": 7, "body": ["One.", "Two."], "summary": ["A point", null], "date": "2025-04", "authors": [{"name": "Jo Marsh"}, "Anna Weber"]}),
        json!({"id": null, "text": null, "headline": "", "date": "", "authors": null, "desk": null, "publisher": {"name": "The Quay Herald"}}),
        json!({"date": 2025, "byline": "By Jo Marsh", "section": ["World", "Europe"]}),
    ] {
        holds(&schema, &article);
    }
    for article in [json!([]), json!({"text": 7}), json!({"headline": ["No"]}), json!({"authors": [7]})] {
        fails(&schema, &article);
    }
}
