//! Gathers the notices of all crates that the program is built from, for `onrecord licenses`: from the sources that cargo has at hand, so
//! that no text of others is kept in this repository. Where cargo cannot say (a build without its metadata), the list says so.

use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt::Write;
use std::path::Path;
use std::process::Command;

fn main() {
    for file in ["build.rs", "Cargo.toml", "Cargo.lock"] {
        println!("cargo:rerun-if-changed={file}");
    }
    let out = std::env::var("OUT_DIR").expect("cargo sets OUT_DIR");
    // Only the program prints them.
    let text = if std::env::var_os("CARGO_FEATURE_CLI").is_some() { notices() } else { Some(String::new()) };
    let text = text
        .unwrap_or_else(|| "The notices of the crates that this program is built from could not be gathered when it was built.\n".into());
    std::fs::write(Path::new(&out).join("notices.txt"), text).expect("OUT_DIR can be written");
}

fn notices() -> Option<String> {
    let target = std::env::var("TARGET").ok()?;
    let cargo = std::env::var_os("CARGO")?;
    let run = |more: &[&str]| {
        let args = ["metadata", "--format-version", "1", "--locked", "--filter-platform", &target];
        let output = Command::new(&cargo).args(args).args(more).current_dir(std::env::var_os("CARGO_MANIFEST_DIR")?).output().ok()?;
        output.status.success().then(|| serde_json::from_slice::<Value>(&output.stdout).ok()).flatten()
    };
    let metadata = run(&["--offline"]).or_else(|| run(&[]))?;
    let packages: HashMap<&str, &Value> =
        metadata["packages"].as_array()?.iter().filter_map(|package| Some((package["id"].as_str()?, package))).collect();
    let used = used(&metadata)?;
    let root = metadata["resolve"]["root"].as_str()?;

    let mut list = String::new();
    // Texts that are the same are printed once.
    let mut texts: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut crates: Vec<&Value> = used.iter().filter(|id| **id != root).filter_map(|id| packages.get(id).copied()).collect();
    crates.sort_by_key(|package| (package["name"].as_str().unwrap_or_default(), package["version"].as_str().unwrap_or_default()));
    for package in crates {
        let text = |key: &str| package[key].as_str().unwrap_or_default();
        let name = format!("{} {}", text("name"), text("version"));
        writeln!(list, "{name}: {}  {}", if text("license").is_empty() { "see below" } else { text("license") }, text("repository"))
            .ok()?;
        let folder = Path::new(text("manifest_path")).parent()?;
        for text in licence_files(folder) {
            texts.entry(text).or_default().insert(name.clone());
        }
    }
    let mut out = format!(
        "onrecord is licensed under MIT or Apache-2.0, as you like.\n\nIt is built from these crates, each under its own licence:\n\n{list}"
    );
    for (text, names) in texts {
        let names: Vec<String> = names.into_iter().collect();
        write!(out, "\n{}\n{}\n\n{}\n", "=".repeat(80), names.join(", "), text.trim_end()).ok()?;
    }
    Some(out)
}

/// The crates that end up in the program: reached without development and build dependencies.
fn used(metadata: &Value) -> Option<BTreeSet<&str>> {
    let nodes: HashMap<&str, &Value> =
        metadata["resolve"]["nodes"].as_array()?.iter().filter_map(|node| Some((node["id"].as_str()?, node))).collect();
    let mut used = BTreeSet::new();
    let mut open = vec![metadata["resolve"]["root"].as_str()?];
    while let Some(id) = open.pop() {
        if !used.insert(id) {
            continue;
        }
        for dependency in nodes.get(id)?["deps"].as_array()? {
            let is_normal = dependency["dep_kinds"].as_array()?.iter().any(|kind| kind["kind"].is_null());
            open.extend(dependency["pkg"].as_str().filter(|_| is_normal));
        }
    }
    Some(used)
}

fn licence_files(folder: &Path) -> Vec<String> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let named =
        |name: &str| ["LICENSE", "LICENCE", "COPYING", "NOTICE", "UNLICENSE"].iter().any(|start| name.to_uppercase().starts_with(start));
    let mut files: Vec<_> =
        entries.flatten().filter(|entry| named(&entry.file_name().to_string_lossy())).map(|entry| entry.path()).collect();
    files.sort();
    files.iter().filter_map(|path| Some(String::from_utf8_lossy(&std::fs::read(path).ok()?).replace("\r\n", "\n"))).collect()
}
