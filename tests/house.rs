//! The plan of the house holds: imports point down it, and only the store speaks SQL.

#![expect(clippy::unwrap_used, reason = "a test ends where its surroundings fail")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// The rooms from the top of the house to the ground. A room may use those after it, never those before.
/// `desk::contract` is the language all speak and stands on the ground.
const PLAN: &[&str] = &[
    "desk",
    "stall",
    "doors",
    "tunnel",
    "intake",
    "fulfilment",
    "export",
    "money",
    "doctor",
    "evidence",
    "jobs",
    "listings",
    "people",
    "conversations",
    "links",
    "images",
    "orders",
    "forms",
    "marketplaces",
    "model",
    "guard",
    "store",
    "secrets",
    "settings",
    "signals",
    "practice",
    "host",
    "logs",
    "http",
    "clock",
    "crash",
];

fn sources(dir: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

fn all_sources() -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut found);
    found
        .into_iter()
        .map(|path| {
            let text = std::fs::read_to_string(&path).unwrap();
            (path, text)
        })
        .collect()
}

fn room_of(path: &Path) -> Option<String> {
    let below = path.strip_prefix(Path::new(env!("CARGO_MANIFEST_DIR")).join("src")).unwrap();
    let first = below.components().next()?.as_os_str().to_str()?.trim_end_matches(".rs").to_owned();
    (!matches!(first.as_str(), "lib" | "bin")).then_some(first)
}

#[test]
fn every_room_stands_in_the_plan() {
    let rooms: BTreeSet<String> = all_sources().iter().filter_map(|(path, _)| room_of(path)).collect();
    let planned: BTreeSet<String> = PLAN.iter().map(|room| (*room).to_owned()).collect();
    assert_eq!(rooms, planned);
}

#[test]
fn imports_point_down_the_plan() {
    let height = |room: &str| PLAN.iter().position(|known| *known == room);
    let mut wrong = Vec::new();
    for (path, text) in all_sources() {
        let Some(room) = room_of(&path) else { continue };
        let is_test = path.components().any(|part| part.as_os_str() == "tests")
            || path.to_string_lossy().contains("_tests");
        for line in text
            .lines()
            .take_while(|line| !line.starts_with("#[cfg(test)]") || line.contains("mod plan_tests"))
        {
            if line.trim_start().starts_with("//") {
                continue;
            }
            for (start, _) in line.match_indices("crate::") {
                let rest = &line[start + 7..];
                let used: String =
                    rest.chars().take_while(|letter| letter.is_ascii_lowercase() || *letter == '_').collect();
                let is_contract = rest.starts_with("desk::contract") || rest.starts_with("desk_commands");
                if let (Some(from), Some(to)) = (height(&room), height(&used))
                    && to < from
                    && !is_contract
                    && !is_test
                {
                    wrong.push(format!("{}: {}", path.display(), line.trim()));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "imports that point up:\n{}", wrong.join("\n"));
}

#[test]
fn only_the_store_speaks_sql() {
    for (path, text) in all_sources() {
        if room_of(&path).as_deref() != Some("store") {
            assert!(!text.contains("sqlx::"), "{} speaks SQL", path.display());
        }
    }
}

/// Codes between the quotes that follow `before`, in these files.
fn codes(files: &[&str], before: &str) -> BTreeSet<String> {
    let is_code = |text: &&str| !text.is_empty() && text.chars().all(|c| c.is_ascii_lowercase() || c == '_');
    let of = |text: &str| -> Vec<String> {
        let text = text.split("#[cfg(test)]").next().unwrap_or_default();
        let ends = text.match_indices(before).map(|(at, _)| at + before.len());
        let quoted = ends.filter_map(|at| text[at..].split('"').next());
        quoted.filter(is_code).map(str::to_owned).collect()
    };
    let here = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let wanted = |path: &Path| files.iter().any(|file| path.starts_with(here.join(file)));
    all_sources().iter().filter(|(path, _)| wanted(path)).flat_map(|(_, text)| of(text)).collect()
}

#[test]
fn every_reason_a_step_ends_with_has_words() {
    let errors = ["model/error.rs", "marketplaces/error.rs", "images/check.rs", "images/fetch.rs"];
    let steps = ["fulfilment/steps"];
    let reasons: BTreeSet<String> = [
        codes(&errors, "=> \""),
        codes(&steps, "Outcome::fail(\""),
        codes(&steps, "reason: \""),
        codes(&steps, "let reason = \""),
    ]
    .into_iter()
    .flatten()
    .collect();
    assert!(reasons.len() > 45, "{reasons:?}");
    let words = Path::new(env!("CARGO_MANIFEST_DIR")).join("ui/messages/en/codes.json");
    let words: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(words).unwrap()).unwrap();
    let worded = |reason: &&String| {
        ["reason", "hold"].iter().any(|family| words.get(format!("{family}_{reason}")).is_some())
    };
    let silent: Vec<&String> = reasons.iter().filter(|reason| !worded(reason)).collect();
    assert!(silent.is_empty(), "codes a seller would read as they are: {silent:?}");
}
