//! Help: the query language with examples that run, the fields, the keys.

use super::{Page, Place, framed, said};
use crate::query::{CHEATSHEET, Field};
use crate::search::Request;
use crate::server::api::Ask;
use crate::suggest::about;
use maud::{Markup, html};

/// Keys and what they do.
const KEYS: [(&str, &str); 7] = [
    ("/", "go to the search box"),
    ("↓ ↑ Enter Esc", "in the box: choose a suggestion, take it, close the list"),
    ("j, k", "next hit, hit before; in an article: next mark, mark before"),
    ("o or Enter", "open the hit"),
    ("e", "unfold the evidence of the hit"),
    ("c", "copy the citation of the hit"),
    ("?", "this page"),
];

pub(super) fn page(ask: &Ask<'_>) -> Page {
    crate::parameters::read(ask.pairs, &[], Request::default())?;
    let content = html! {
        h1 { "Help" }
        (cheatsheet())
        h2 { "Fields" }
        p { "A field is asked for as " code { "name:value" } ", with several words as " code { "name:\"two words\"" } "." }
        div.scroll tabindex="0" role="region" aria-label="Fields" {
            table {
                thead { tr { th scope="col" { "Field" } th scope="col" { "What it holds" } } }
                tbody { @for field in Field::ALL { tr { th scope="row" { code { (field.name()) ":" } } td { (about(field)) } } } }
            }
        }
        h2 { "How speakers are found" }
        p {
            "Each quote shows who said it and how sure that is, from 0 to 1: how often such an attribution is right. “Evidence” unfolds the words "
            "that name the speaker beside the quote, and the way from “he” or a surname to the full name. Rules err: check before you print."
        }
        h2 { "Keys" }
        dl.keys { @for (key, what) in KEYS { dt { kbd { (key) } } dd { (what) } } }
        p.check hidden { input #keys type="checkbox" checked; label for="keys" { "Single keys do this here" } }
        h2 { "For scripts and assistants" }
        p {
            "Everything here can be had as JSON, JSON Lines and CSV under " code { "/api/v1" } ", described by "
            a href="/api/v1/openapi.json" { "openapi.json" } "; assistants ask at " code { "/mcp" } "."
        }
    };
    Ok(framed("Help", ask.view, &content))
}

/// The query language with examples that run.
pub(super) fn cheatsheet() -> Markup {
    html! {
        h2 { "What to type" }
        div.scroll tabindex="0" role="region" aria-label="The query language" {
            table.cheatsheet {
                thead { tr { th scope="col" { "Type" } th scope="col" { "To find" } } }
                tbody {
                    @for (example, meaning) in CHEATSHEET {
                        @let query = example.split(", ").next().unwrap_or(example);
                        tr { th scope="row" { a href=(Place::default().with("q", query).href("/")) { code { (example) } } } td { (said(meaning)) } }
                    }
                }
            }
        }
    }
}
