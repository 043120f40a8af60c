//! The description of the API (OpenAPI 3.1), made from the list of routes, their parameters and the schemas of what is printed.

use super::api::{ROUTES, Route};
use crate::parameters::{GREATEST, Kind, Parameter};
use serde_json::{Map, Value, json};

/// The schemas of what is printed, by name.
const SCHEMAS: [(&str, &str); 8] = [
    ("hit", include_str!("../../schema/hit.schema.json")),
    ("kwic", include_str!("../../schema/kwic.schema.json")),
    ("extract", include_str!("../../schema/extract.schema.json")),
    ("speakers", include_str!("../../schema/speakers.schema.json")),
    ("speaker", include_str!("../../schema/speaker.schema.json")),
    ("timeline", include_str!("../../schema/timeline.schema.json")),
    ("stats", include_str!("../../schema/stats.schema.json")),
    ("suggest", include_str!("../../schema/suggest.schema.json")),
];

const PROBLEM: &str = include_str!("../../schema/problem.schema.json");

/// What can go wrong with any question.
const PROBLEMS: [(u16, &str); 8] = [
    (400, "A parameter or the query cannot be read; `detail` says what is wrong and what to do."),
    (401, "The server asks for a token, and the request has none, or a wrong one."),
    (406, "The header Accept names no form that can be had."),
    (421, "The header Host names another server."),
    (429, "Too many requests at once from one address."),
    (500, "The server failed: the index is damaged, or this is a fault of the program."),
    (503, "The server is busy, or the search took too long."),
    (404, "There is no such article or speaker."),
];

/// The document.
pub fn document() -> Value {
    let mut paths = Map::new();
    for route in &ROUTES {
        paths.insert(route.path.to_owned(), json!({"get": operation(route)}));
    }
    let mut schemas = Map::new();
    for (name, text) in SCHEMAS.into_iter().chain([("problem", PROBLEM)]) {
        let mut schema: Value = serde_json::from_str(text).unwrap_or_default();
        if let Some(keys) = schema.as_object_mut() {
            keys.remove("$schema");
            keys.remove("$id");
        }
        rewrite(&mut schema, name);
        schemas.insert(name.to_owned(), schema);
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "onrecord",
            "version": env!("CARGO_PKG_VERSION"),
            "summary": "Who said what, when, and where it was printed.",
            "description": "The search of a news archive, as `onrecord serve` answers it. Parameters are the flags of the command line, answers its --json. All offsets are UTF-8 bytes unless `offsets` says otherwise. Fields may be added within version 1; readers should ignore keys that they do not know.",
            "license": {"name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "security": [{}, {"token": []}],
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer", "description": "The token of --token-file, where the server has one."}},
        },
    })
}

fn operation(route: &Route) -> Value {
    let mut parameters: Vec<Value> = route.parameters.iter().flat_map(|list| list.iter()).map(parameter).collect();
    if let Some(about) = route.id {
        parameters.insert(
            0,
            json!({"name": "id", "in": "path", "required": true, "description": about, "schema": {"type": "string", "minLength": 1}}),
        );
    }
    let reference = |name: &str| json!({"$ref": format!("#/components/schemas/{name}")});
    let schema = match route.schema {
        "fields" => json!({"type": "object", "required": ["format", "fields"]}),
        "hit" if route.name != "facets" => json!({"anyOf": [reference("hit"), reference("kwic")]}),
        name => reference(name),
    };
    let mut content = Map::new();
    content.insert("application/json".to_owned(), json!({"schema": schema}));
    if route.tables {
        content.insert("application/jsonl".to_owned(), json!({"schema": {"type": "string"}}));
        content.insert("text/csv".to_owned(), json!({"schema": {"type": "string"}}));
    }
    let mut responses = Map::new();
    responses.insert("200".to_owned(), json!({"description": "The answer.", "content": content}));
    responses.insert("304".to_owned(), json!({"description": "The answer is the one that the header If-None-Match names."}));
    let of_problem = json!({"application/problem+json": {"schema": reference("problem")}});
    for (status, about) in PROBLEMS.into_iter().filter(|(status, _)| *status != 404 || route.id.is_some()) {
        responses.insert(status.to_string(), json!({"description": about, "content": of_problem}));
    }
    if route.name == "article" {
        let about = "The id names several articles; `keys` lists them.";
        responses.insert("409".to_owned(), json!({"description": about, "content": of_problem}));
    }
    json!({"operationId": route.name, "summary": route.about, "parameters": parameters, "responses": responses})
}

fn parameter(parameter: &Parameter) -> Value {
    let mut schema = match parameter.kind {
        Kind::Text | Kind::Day => json!({"type": "string"}),
        Kind::Flag => json!({"type": "boolean"}),
        Kind::Whole(least) => json!({"type": "integer", "minimum": least, "maximum": GREATEST}),
        Kind::Share => json!({"type": "number", "minimum": 0, "maximum": 1}),
        Kind::Choice(values) => json!({"type": "string", "enum": values}),
        Kind::Groupings => json!({"type": "string"}),
        Kind::Pattern(pattern) => json!({"type": "string", "pattern": pattern}),
    };
    if parameter.name == "since" || parameter.name == "until" || parameter.name == "on" {
        schema["examples"] = json!(["2025-04-17", "April 2025", "last week"]);
    }
    json!({"name": parameter.name, "in": "query", "description": parameter.about, "allowEmptyValue": true, "schema": schema})
}

/// References within a schema, and from one to another, as they stand in the document.
fn rewrite(value: &mut Value, name: &str) {
    match value {
        Value::Object(keys) => {
            if let Some(Value::String(reference)) = keys.get_mut("$ref") {
                if let Some(inner) = reference.strip_prefix('#') {
                    *reference = format!("#/components/schemas/{name}{inner}");
                } else if let Some(other) = reference.strip_prefix("urn:onrecord:schema:") {
                    let (other, inner) = other.split_once('#').unwrap_or((other, ""));
                    let other = other.split(':').next().unwrap_or_default();
                    *reference = format!("#/components/schemas/{other}{inner}");
                }
            }
            keys.values_mut().for_each(|value| rewrite(value, name));
        }
        Value::Array(values) => values.iter_mut().for_each(|value| rewrite(value, name)),
        _ => {}
    }
}
