//! ninjs 1 to 3 (IPTC News in JSON) and JSON Feed, recognised by their keys and brought to the keys of an article.

use serde_json::{Map, Value};

/// True for an object of ninjs: a `uri` beside what only ninjs has, or a body by the name of its type.
pub(super) fn is_ninjs(map: &Map<String, Value>) -> bool {
    let has = |key: &str| map.contains_key(key);
    let bodies = ["body_xhtml", "body_html", "body_text", "body_main", "headline_main", "article_html", "bodies", "headlines"];
    let beside = [
        "version_created",
        "versioncreated",
        "versionCreated",
        "firstcreated",
        "firstCreated",
        "pubstatus",
        "pubStatus",
        "profile",
        "standard",
    ];
    bodies.iter().any(|key| has(key)) && (has("uri") || beside.iter().any(|key| has(key)))
        || has("uri") && beside.iter().any(|key| has(key))
}

/// True for an item of a JSON Feed.
pub(super) fn is_feed_item(map: &Map<String, Value>) -> bool {
    map.contains_key("content_html") || map.contains_key("content_text")
}

/// Why an item of ninjs is no article, if it is none.
pub(super) fn left(map: &Map<String, Value>) -> Option<String> {
    let kind = map.get("type").and_then(Value::as_str).unwrap_or("text");
    let status = map.get("pubstatus").or(map.get("pubStatus")).and_then(Value::as_str).unwrap_or("usable");
    if ["canceled", "cancelled", "withheld", "killed"].contains(&status) {
        return Some(format!("{status} by its publisher"));
    }
    ["picture", "video", "audio", "graphic", "event", "planning"].contains(&kind).then(|| format!("an item of the type {kind}, not text"))
}

/// An item of ninjs with the keys of an article; all others are dropped.
pub(super) fn article(map: &Map<String, Value>) -> Map<String, Value> {
    let get = |keys: &[&str]| keys.iter().find_map(|key| map.get(*key)).filter(|value| !value.is_null()).cloned();
    let mut out = Map::new();
    let mut put = |key: &str, value: Option<Value>| {
        if let Some(value) = value {
            out.insert(key.to_owned(), value);
        }
    };
    put("id", get(&["uri", "guid"]));
    put(
        "headline",
        get(&["headline", "headline_main"])
            .or_else(|| chosen(map.get("headlines"), &["main", "headline", "hd"], "value"))
            .or_else(|| get(&["title", "name"])),
    );
    let body = get(&["body_xhtml", "body_html"])
        .or_else(|| body_of(map.get("bodies")))
        .or_else(|| get(&["body_richtext", "body_main", "article_html", "body_text", "body"]))
        .or_else(|| map.iter().find(|(key, value)| key.starts_with("body_") && value.is_string()).map(|(_, value)| value.clone()))
        .or_else(|| get(&["description_html", "description_text"]).filter(|_| !map.contains_key("headlines")));
    put("text", body);
    let summary = get(&["description_text", "description_html", "summary"])
        .or_else(|| chosen(map.get("descriptions"), &["summary", "abstract"], "value"));
    put("summary", summary);
    let (first, version) =
        (get(&["firstcreated", "firstCreated", "first_created"]), get(&["versioncreated", "versionCreated", "version_created"]));
    match (first, version) {
        (Some(first), Some(version)) if first != version => {
            put("date", Some(first));
            put("modified", Some(version));
        }
        (first, version) => put("date", first.or(version).or_else(|| get(&["contentcreated", "contentCreated"]))),
    }
    put("byline", get(&["byline", "by"]));
    put(
        "authors",
        people(map.get("authors"))
            .or_else(|| people(map.get("people").and_then(|people| by_role(people, &["author", "creator", "writer"])).as_ref())),
    );
    put("publisher", publisher(map));
    put("desk", desk(map));
    put("url", get(&["url", "ednote_url"]).or_else(|| get(&["uri"]).filter(|uri| uri.as_str().is_some_and(|uri| uri.starts_with("http")))));
    put("language", get(&["language"]));
    put("dateline", get(&["located"]));
    out
}

/// An item of a JSON Feed with the keys of an article; `feed` is the object around the list.
pub(super) fn feed_item(map: &Map<String, Value>) -> Map<String, Value> {
    let get = |keys: &[&str]| keys.iter().find_map(|key| map.get(*key)).filter(|value| !value.is_null()).cloned();
    let mut out = Map::new();
    let pairs = [
        ("id", get(&["id"])),
        ("headline", get(&["title"])),
        ("text", get(&["content_html", "content_text"])),
        ("summary", get(&["summary"])),
        ("date", get(&["date_published"])),
        ("modified", get(&["date_modified"])),
        ("authors", people(map.get("authors").or(map.get("author")))),
        ("url", get(&["url", "external_url"])),
        ("language", get(&["language"])),
        ("desk", map.get("tags").and_then(|tags| tags.get(0)).cloned()),
    ];
    for (key, value) in pairs {
        if let Some(value) = value {
            out.insert(key.to_owned(), value);
        }
    }
    out
}

/// Of a list of texts with roles, the one with a role of these, else the first that has none, else the first.
fn chosen(list: Option<&Value>, roles: &[&str], key: &str) -> Option<Value> {
    let list = list?.as_array()?;
    let role = |value: &Value| value.get("role").and_then(Value::as_str).map(str::to_lowercase);
    let by_role = list.iter().find(|value| role(value).is_some_and(|role| roles.contains(&role.as_str())));
    let one = by_role.or_else(|| list.iter().find(|value| role(value).is_none())).or_else(|| list.first())?;
    one.get(key).cloned()
}

/// Of several bodies the one of markup, else the first.
fn body_of(bodies: Option<&Value>) -> Option<Value> {
    let list = bodies?.as_array()?;
    let kind = |value: &Value| {
        ["contenttype", "contentType", "format", "role"]
            .iter()
            .filter_map(|key| value.get(*key).and_then(Value::as_str))
            .collect::<String>()
            .to_lowercase()
    };
    let markup = list.iter().find(|value| kind(value).contains("html"));
    markup.or_else(|| list.first())?.get("value").cloned()
}

/// Names of people, each as a string.
fn people(list: Option<&Value>) -> Option<Value> {
    let name = |value: &Value| match value {
        Value::String(_) => Some(value.clone()),
        other => other.get("name").filter(|name| name.is_string()).cloned(),
    };
    let names: Vec<Value> = match list? {
        Value::Array(list) => list.iter().filter_map(name).collect(),
        one => name(one).into_iter().collect(),
    };
    (!names.is_empty()).then_some(Value::Array(names))
}

fn by_role(people: &Value, roles: &[&str]) -> Option<Value> {
    let wanted = |value: &&Value| {
        value.get("rel").or(value.get("role")).and_then(Value::as_str).is_some_and(|role| roles.contains(&role.to_lowercase().as_str()))
    };
    let list: Vec<Value> = people.as_array()?.iter().filter(wanted).cloned().collect();
    (!list.is_empty()).then_some(Value::Array(list))
}

fn publisher(map: &Map<String, Value>) -> Option<Value> {
    let source =
        map.get("source").or(map.get("provider")).filter(|source| source.as_str().is_some_and(|source| !source.is_empty())).cloned();
    let listed = || {
        let list = map.get("infosources").or(map.get("infoSources")).or(map.get("infosource"))?;
        list.get(0).unwrap_or(list).get("name").cloned()
    };
    let organisation = || {
        map.get("organisation")
            .or(map.get("organisations"))
            .and_then(|list| by_role(list, &["publisher", "provider", "source"]))?
            .get(0)?
            .get("name")
            .cloned()
    };
    source.or_else(listed).or_else(organisation).or_else(|| map.get("copyrightholder").or(map.get("copyrightHolder")).cloned())
}

/// The newspaper's section: a service, else a subject of a scheme of desks or categories, else the first subject with a name.
fn desk(map: &Map<String, Value>) -> Option<Value> {
    let name = |value: &Value| value.get("name").or(value.get("code")).or(value.get("literal")).filter(|name| name.is_string()).cloned();
    let subjects = map.get("subject").or(map.get("subjects")).and_then(Value::as_array);
    let scheme = |value: &&Value| {
        let said =
            [value.get("scheme"), value.get("rel"), value.get("uri")].into_iter().flatten().filter_map(Value::as_str).collect::<String>();
        ["desk", "section", "categor", "department", "service"].iter().any(|word| said.to_lowercase().contains(word))
    };
    let service = map.get("service").or(map.get("services")).and_then(|list| list.get(0)).and_then(name);
    service.or_else(|| subjects?.iter().find(scheme).and_then(name)).or_else(|| subjects?.iter().find_map(name))
}
