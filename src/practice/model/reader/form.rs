//! Puts what was understood into whatever JSON schema was asked for.

use serde_json::{Map, Value, json};

use super::judge::{Verdict, judge, judge_of_draft};
use super::{fences, job, merge, shape, wish};
use crate::practice::model::chat::text_of;

/// What was understood of a prompt.
struct Reading {
    verdict: Verdict,
    language: &'static str,
    subject: String,
    style: String,
    prompt: String,
    negative: String,
    aspect_ratio: String,
    count: u64,
    question: String,
    reason: String,
    reply: String,
}

fn user_texts(messages: &[Value]) -> Vec<String> {
    messages
        .iter()
        .filter(|message| message.get("role").is_some_and(|role| role == "user"))
        .map(text_of)
        .collect()
}

fn read(messages: &[Value]) -> Reading {
    let prompt = fences::read(&user_texts(messages));
    let before = prompt.current_brief.as_deref();
    let mut buyer = prompt.buyer.trim().to_owned();
    let mut verdict = match before {
        Some(_) if prompt.draft_waits => judge_of_draft(&buyer),
        _ => judge(&buyer, before.is_some()),
    };
    // A greeting does not undo what was written into the order.
    if let (Verdict::NoBrief | Verdict::Chat, Some(form), None) = (verdict, &prompt.form, before) {
        let by_form = judge(form, false);
        if matches!(by_form, Verdict::Brief | Verdict::Refuse) {
            (verdict, buyer) = (by_form, form.clone());
        }
    }
    let buyer = buyer.as_str();
    let language = wish::language(buyer);
    let is_chinese = language == "zh";
    let old = before.and_then(|text| serde_json::from_str::<Value>(text).ok());
    let old_text = |keys: &[&str]| {
        let fields = old.as_ref()?;
        keys.iter().find_map(|key| fields.get(*key)?.as_str()).map(str::to_owned)
    };
    let mut reading = Reading {
        verdict,
        language,
        subject: String::new(),
        style: String::new(),
        prompt: String::new(),
        negative: String::new(),
        aspect_ratio: shape::aspect_ratio(buyer).unwrap_or("1:1").to_owned(),
        count: shape::count(buyer).unwrap_or(1),
        question: String::new(),
        reason: reason(verdict, is_chinese).to_owned(),
        reply: reply_to(verdict, is_chinese).to_owned(),
    };
    match verdict {
        Verdict::Brief => {
            let core = wish::core(buyer);
            reading.subject = wish::subject(&core, 160);
            reading.style = shape::style(buyer);
            reading.negative = shape::negative(buyer);
            reading.prompt = wish::prompt(&core, &reading.style, &reading.aspect_ratio);
        }
        Verdict::Change => {
            let earlier = old_text(&["optimized_prompt", "prompt"])
                .or_else(|| before.map(str::to_owned))
                .unwrap_or_default();
            reading.prompt = merge::prompt(&earlier, buyer);
            reading.subject =
                merge::apply(&old_text(&["subject"]).unwrap_or_else(|| wish::subject(&earlier, 160)), buyer);
            reading.style = old_text(&["style"]).unwrap_or_else(|| shape::style(buyer));
            reading.negative = old_text(&["negative"]).unwrap_or_else(|| shape::negative(buyer));
            let shape = shape::aspect_ratio(buyer).map(str::to_owned).or_else(|| old_text(&["aspect_ratio"]));
            reading.aspect_ratio = shape.unwrap_or_else(|| "1:1".to_owned());
            let before = old.as_ref().and_then(|fields| fields.get("count")?.as_u64());
            reading.count = shape::count(buyer).or(before).unwrap_or(1);
        }
        Verdict::NoBrief => reading.question = question(is_chinese).to_owned(),
        Verdict::Agree | Verdict::Chat | Verdict::Refuse => {}
    }
    reading
}

fn question(is_chinese: bool) -> &'static str {
    if is_chinese {
        "您想在画面里看到什么？请告诉我主题、风格或氛围，以及画面形状（方图、横图或竖图）。"
    } else {
        "What would you like to see in the picture? Tell me the subject, the mood or style, and the shape (square, wide or tall)."
    }
}

fn reason(verdict: Verdict, is_chinese: bool) -> &'static str {
    match (verdict, is_chinese) {
        (Verdict::Brief, false) => "The message says what the picture should show.",
        (Verdict::Brief, true) => "消息说明了画面内容。",
        (Verdict::NoBrief, false) => "The message does not say what the picture should show.",
        (Verdict::NoBrief, true) => "消息没有说明画面内容。",
        (Verdict::Change, false) => "The buyer asks for a change of the picture.",
        (Verdict::Change, true) => "买家希望修改画面。",
        (Verdict::Agree, false) => "The buyer likes the draft.",
        (Verdict::Agree, true) => "买家认可草图。",
        (Verdict::Chat, false) => "Nothing to draw in this message.",
        (Verdict::Chat, true) => "这条消息不需要作画。",
        (Verdict::Refuse, false) => "The message asks for something that cannot be made or given.",
        (Verdict::Refuse, true) => "消息要求的内容不能制作或提供。",
    }
}

fn reply_to(verdict: Verdict, is_chinese: bool) -> &'static str {
    match (verdict, is_chinese) {
        (Verdict::Brief, false) => "Thank you, that is a lovely idea. I will start drawing right away.",
        (Verdict::Brief, true) => "谢谢，很好的想法，我马上开始画。",
        (Verdict::NoBrief, _) => question(is_chinese),
        (Verdict::Change, false) => "Of course, I will change that and send you the new picture.",
        (Verdict::Change, true) => "没问题，我改好后把新图发给您。",
        (Verdict::Agree, false) => "Wonderful, I will work it out in detail now.",
        (Verdict::Agree, true) => "好的，我这就画正式的图。",
        (Verdict::Chat, false) => "Thank you! Let me know if there is anything else.",
        (Verdict::Chat, true) => "谢谢！还有需要随时告诉我。",
        (Verdict::Refuse, false) => {
            "I am sorry, I cannot help with that. I am happy to draw something else for you."
        }
        (Verdict::Refuse, true) => "抱歉，这个我不能提供。很乐意为您画别的内容。",
    }
}

/// A friendly plain answer.
pub(in crate::practice) fn reply(messages: &[Value]) -> String {
    read(messages).reply
}

/// An object that fits `schema`; without a schema, everything that was understood.
pub(in crate::practice) fn fill(schema: &Value, messages: &[Value]) -> Value {
    if let Some(answer) = job::fill(schema, &user_texts(messages)) {
        return answer;
    }
    let reading = read(messages);
    if let Some(properties) = schema.get("properties").and_then(Value::as_object) {
        return object(&reading, properties);
    }
    const ALL: [&str; 10] = [
        "verdict",
        "language",
        "subject",
        "style",
        "optimized_prompt",
        "negative",
        "aspect_ratio",
        "count",
        "question",
        "reason",
    ];
    Value::Object(ALL.iter().filter_map(|name| Some(((*name).to_owned(), named(&reading, name)?))).collect())
}

fn object(reading: &Reading, properties: &Map<String, Value>) -> Value {
    Value::Object(properties.iter().map(|(name, rule)| (name.clone(), field(reading, name, rule))).collect())
}

fn field(reading: &Reading, name: &str, rule: &Value) -> Value {
    if let Some(properties) = rule.get("properties").and_then(Value::as_object) {
        return object(reading, properties);
    }
    let value = named(reading, name);
    if let Some(choices) = rule.get("enum").and_then(Value::as_array) {
        return value
            .filter(|value| choices.contains(value))
            .or_else(|| choices.first().cloned())
            .unwrap_or(Value::Null);
    }
    let kind = match rule.get("type") {
        Some(Value::String(kind)) => kind.as_str(),
        Some(Value::Array(kinds)) => {
            kinds.iter().filter_map(Value::as_str).find(|kind| *kind != "null").unwrap_or("null")
        }
        _ => "string",
    };
    match kind {
        "string" => value.filter(Value::is_string).unwrap_or_else(|| json!("")),
        "integer" | "number" => {
            let least = rule.get("minimum").and_then(Value::as_f64).unwrap_or(f64::MIN);
            let most = rule.get("maximum").and_then(Value::as_f64).unwrap_or(f64::MAX);
            let number = value.and_then(|value| value.as_f64()).unwrap_or(0.0).max(least).min(most);
            if kind == "integer" { json!(number as i64) } else { json!(number) }
        }
        "boolean" => json!(matches!(reading.verdict, Verdict::Brief | Verdict::Change)),
        "array" => {
            let texts = value.filter(|value| value.as_str().is_some_and(|text| !text.is_empty()));
            Value::Array(texts.into_iter().collect())
        }
        "object" => json!({}),
        _ => Value::Null,
    }
}

/// What was understood under a field of this name.
fn named(reading: &Reading, name: &str) -> Option<Value> {
    Some(match name {
        "verdict" | "kind" | "intent" => json!(reading.verdict.word()),
        "language" | "lang" => json!(reading.language),
        "subject" | "title" | "summary" => json!(reading.subject),
        "style" => json!(reading.style),
        "optimized_prompt" | "prompt" => json!(reading.prompt),
        "negative" | "negative_prompt" | "avoid" => json!(reading.negative),
        "aspect_ratio" | "ratio" => json!(reading.aspect_ratio),
        "count" | "n" => json!(reading.count),
        "question" => json!(reading.question),
        "reason" => json!(reading.reason),
        "reply" | "answer" | "message" | "text" | "draft" => json!(reading.reply),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn schema() -> Value {
        json!({"type": "object", "additionalProperties": false, "properties": {
            "verdict": {"enum": ["brief", "no_brief", "change", "chat", "refuse"]}, "language": {"type": "string"},
            "subject": {"type": "string"}, "style": {"type": "string"}, "optimized_prompt": {"type": "string"},
            "negative": {"type": "string"},
            "aspect_ratio": {"enum": ["1:1", "2:3", "3:2", "3:4", "4:3", "9:16", "16:9"]},
            "count": {"type": "integer", "minimum": 1, "maximum": 4}, "question": {"type": "string"},
            "reason": {"type": "string"}}})
    }

    fn ask(text: &str) -> Value {
        fill(
            &schema(),
            &[
                json!({"role": "system", "content": "You read briefs."}),
                json!({"role": "user", "content": text}),
            ],
        )
    }

    #[test]
    fn fills_the_whole_schema_for_a_brief() {
        let read = ask(
            "<<<BUYER_MESSAGE>>>\nHi! A paper-cut whale above a sleeping town, 16:9, no text please\n<<<END_BUYER_MESSAGE>>>",
        );
        assert_eq!(read["verdict"], "brief");
        assert_eq!(read["language"], "en");
        assert_eq!(read["aspect_ratio"], "16:9");
        assert_eq!(read["style"], "paper-cut");
        assert_eq!(read["count"], 1);
        assert!(
            read["optimized_prompt"].as_str().unwrap().starts_with("A paper-cut whale above a sleeping town")
        );
        assert!(read["negative"].as_str().unwrap().starts_with("text"));
        assert_eq!(read.as_object().unwrap().len(), 10);
    }

    #[test]
    fn takes_the_form_when_the_buyer_only_greets() {
        let form = "<<<ORDER_FORM>>>\n{\"free_text\": \"a whale above a town\"}\n<<<END_ORDER_FORM>>>\n";
        for words in ["", "hi"] {
            let read = ask(&format!("{form}<<<BUYER_TEXT>>>\n{words}\n<<<END_BUYER_TEXT>>>"));
            assert_eq!(read["verdict"], "brief", "after {words:?}");
            assert_eq!(read["subject"], "a whale above a town");
        }
    }

    #[test]
    fn asks_back_in_the_buyers_language() {
        let read = ask("<<<BUYER>>>你好，帮我画一张图吧<<<END_BUYER>>>");
        assert_eq!(read["verdict"], "no_brief");
        assert_eq!(read["language"], "zh");
        assert!(read["question"].as_str().unwrap().contains("画面"));
    }

    #[test]
    fn keeps_what_a_change_does_not_touch() {
        let read = ask(
            "<<<CURRENT_BRIEF>>>\n{\"subject\":\"a lighthouse at sunset\",\"style\":\"gouache\",\"optimized_prompt\":\"A lighthouse at sunset. Style: gouache.\",\"aspect_ratio\":\"16:9\",\"count\":2}\n<<<END_CURRENT_BRIEF>>>\n<<<BUYER_MESSAGE>>>\ncould it be evening instead\n<<<END_BUYER_MESSAGE>>>",
        );
        assert_eq!(read["verdict"], "change");
        assert_eq!(read["aspect_ratio"], "16:9");
        assert_eq!(read["count"], 2);
        assert_eq!(read["style"], "gouache");
        let prompt = read["optimized_prompt"].as_str().unwrap();
        assert!(
            prompt.contains("lighthouse") && prompt.contains("evening") && !prompt.contains("sunset"),
            "{prompt}"
        );
    }

    #[test]
    fn fits_schemas_it_has_never_seen() {
        let schema = json!({"properties": {"reply": {"type": "string"}, "sure": {"type": "boolean"},
            "stars": {"type": "integer", "minimum": 1, "maximum": 5}, "tags": {"type": "array"}, "mood": {"enum": ["calm", "wild"]},
            "nested": {"properties": {"subject": {"type": ["string", "null"]}}}}});
        let filled = fill(&schema, &[json!({"role": "user", "content": "a red fox"})]);
        assert!(filled["reply"].as_str().unwrap().contains("Thank you"));
        assert_eq!(filled["sure"], true);
        assert_eq!(filled["stars"], 1);
        assert_eq!(filled["mood"], "calm");
        assert_eq!(filled["nested"]["subject"], "a red fox");
    }
}
