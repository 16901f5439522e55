//! Letters for jobs, replies to what was said, and opinions on deliveries, by rules instead of a model.

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
    if properties.get("reply").is_some() {
        return Some(json!({"reply": reply(part("THREAD")), "refusal": ""}));
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

/// Answers what was said last.
fn reply(thread: &str) -> &'static str {
    let last = thread.lines().rev().find_map(|line| line.strip_prefix("THEM: ")).unwrap_or_default();
    match (is_chinese(last), last.contains(['?', '？'])) {
        (true, true) => "您好，谢谢您的提问！我看一下，马上在这里回复您。",
        (true, false) => "好的，收到，谢谢您！有进展我会在这里告诉您。",
        (false, true) => "Thank you for asking! I will look into it and answer you here shortly.",
        (false, false) => {
            "Thank you, I have read this. I will write here as soon as there is something to tell."
        }
    }
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
