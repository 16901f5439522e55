//! Letters for jobs, and opinions on deliveries, by rules instead of a model.

use serde_json::{Value, json};

use super::fences::sections;
use crate::practice::words::is_chinese;

/// The answer to a form about a job; none when it is another form.
pub(super) fn fill(schema: &Value, texts: &[String]) -> Option<Value> {
    let properties = schema.get("properties")?;
    let text = texts.iter().rev().find(|text| text.contains("<<<"))?;
    let parts = sections(text);
    let part = |name: &str| {
        parts.iter().find(|(label, _)| label == name).map(|(_, content)| content.as_str()).unwrap_or_default()
    };
    if properties.get("letter").is_some() {
        return Some(json!({"letter": letter(part("JOB"), part("CRITERIA")), "refusal": ""}));
    }
    properties.get("verdicts")?;
    let said = part("WORKER_MESSAGES").to_lowercase();
    let numbered = part("CRITERIA").lines().filter(|line| !line.trim().is_empty()).enumerate();
    let verdicts: Vec<Value> = numbered
        .map(|(at, line)| {
            let criterion = line.split_once(". ").map_or(line, |(_, rest)| rest).trim().to_lowercase();
            let (verdict, why) = if said.contains(&criterion) {
                ("met", "The worker names it.")
            } else if said.contains("http") || said.contains("[a picture is attached]") {
                ("unclear", "Only the picture can show it.")
            } else {
                ("not_met", "Nothing in the messages is about it.")
            };
            json!({"number": at + 1, "verdict": verdict, "why": why})
        })
        .collect();
    Some(json!({"verdicts": verdicts}))
}

fn letter(job: &str, criteria: &str) -> String {
    let title = job.lines().next().unwrap_or_default().trim();
    let points: Vec<&str> = criteria.lines().filter(|line| !line.trim().is_empty()).collect();
    if is_chinese(job) {
        format!("您好！「{title}」正是我擅长的。我会逐条满足：{}。期待您的回复。", points.join("；"))
    } else {
        format!(
            "Hello! \"{title}\" is work I would enjoy. I would see to each point: {}. I look forward to your word.",
            points.join("; ")
        )
    }
}
