//! Finds the parts of a prompt between delimiters like `<<<BUYER_MESSAGE>>>` and `<<<END_BUYER_MESSAGE>>>`.

use serde_json::Value;

/// What a prompt says about an order.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Prompt {
    /// The buyer's newest words.
    pub(super) buyer: String,
    /// What was filled in with the order, if anything.
    pub(super) form: Option<String>,
    /// The brief that was read before, if there is one.
    pub(super) current_brief: Option<String>,
    /// Outside every part it is said that the buyer was sent a draft.
    pub(super) draft_waits: bool,
}

/// Reads the texts of the user messages: the last one with delimiters, else the last one as it is.
pub(super) fn read(texts: &[String]) -> Prompt {
    let last = texts.iter().rev().find(|text| text.contains("<<<")).or(texts.last());
    let last = last.map(String::as_str).unwrap_or_default();
    let sections = sections(last);
    if sections.is_empty() {
        return Prompt { buyer: last.to_owned(), ..Prompt::default() };
    }
    let named = |words: &[&str]| -> Option<String> {
        let contents: Vec<&str> = sections
            .iter()
            .filter(|(name, _)| words.iter().any(|word| name.contains(word)))
            .map(|(_, content)| content.as_str())
            .filter(|content| !matches!(*content, "" | "none" | "(none)" | "null" | "-"))
            .collect();
        (!contents.is_empty()).then(|| contents.join("\n"))
    };
    Prompt {
        buyer: named(&["BUYER"]).or_else(|| named(&["NEWEST", "CONTENT", "INPUT"])).unwrap_or_default(),
        form: named(&["FORM", "REQUIREMENT"]).map(|form| plain(&form)),
        current_brief: named(&["BRIEF"]),
        draft_waits: outside(last).contains("A draft of the current brief was sent"),
    }
}

/// The texts in a JSON document, or the text as it is.
fn plain(form: &str) -> String {
    fn texts(value: &Value, found: &mut Vec<String>) {
        match value {
            Value::String(text) => found.push(text.clone()),
            Value::Array(items) => items.iter().for_each(|item| texts(item, found)),
            Value::Object(fields) => fields.values().for_each(|field| texts(field, found)),
            _ => {}
        }
    }
    let mut found = Vec::new();
    match serde_json::from_str(form) {
        Ok(value) => texts(&value, &mut found),
        Err(_) => found.push(form.to_owned()),
    }
    found.join(", ")
}

/// What follows the last delimited part.
fn outside(text: &str) -> &str {
    text.rsplit_once(">>>").map_or("", |(_, after)| after)
}

/// Name and content of every delimited part, in order. A part ends at its own end mark, or at the next mark.
pub(super) fn sections(text: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some((name, after)) = next_mark(rest) {
        rest = after;
        if name.starts_with("END") {
            continue;
        }
        let end = after.find("<<<").unwrap_or(after.len());
        let content = after.get(..end).unwrap_or_default().trim().to_owned();
        found.push((name, content));
    }
    found
}

/// The name in the next `<<<NAME>>>` and what follows it. Marks with more than a name in them, as `<<<NAME id=3>>>`, count.
fn next_mark(text: &str) -> Option<(String, &str)> {
    let (_, after) = text.split_once("<<<")?;
    let end = after.find([' ', '\n', '>', ':'])?;
    let name = after.get(..end)?.trim_start_matches('/').to_uppercase();
    let line_end = after.find('\n').unwrap_or(after.len());
    let content = match after.get(..line_end).and_then(|line| line.find(">>>")) {
        Some(at) => after.get(at + 3..)?,
        None => after.get(end..)?,
    };
    Some((name, content))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn prompt(text: &str) -> Prompt {
        read(&[text.to_owned()])
    }

    #[test]
    fn takes_the_buyers_words_from_between_the_marks() {
        let read = prompt(
            "Read this.\n<<<LISTING>>>\nPictures\n<<<END_LISTING>>>\n<<<BUYER_MESSAGE>>>\na red fox\n<<<END_BUYER_MESSAGE>>>\nAnswer in JSON.",
        );
        assert_eq!(read, Prompt { buyer: "a red fox".into(), ..Prompt::default() });
    }

    #[test]
    fn joins_several_messages_and_finds_the_brief() {
        let read = prompt(
            "<<<CURRENT_BRIEF>>>{\"subject\":\"a fox\"}<<<END_CURRENT_BRIEF>>> <<<BUYER>>>evening<<<END>>> <<<BUYER>>>please<<<END>>>",
        );
        assert_eq!(read.buyer, "evening\nplease");
        assert_eq!(read.current_brief.as_deref(), Some("{\"subject\":\"a fox\"}"));
    }

    #[test]
    fn takes_everything_when_there_are_no_marks() {
        assert_eq!(prompt("a red fox").buyer, "a red fox");
    }

    #[test]
    fn reads_the_texts_of_a_form() {
        let read = prompt(
            "<<<ORDER_FORM>>>\n{\"free_text\": \"a red fox\", \"size\": [\"square\"]}\n<<<END_ORDER_FORM>>>\n<<<BUYER_TEXT>>>\n\n<<<END_BUYER_TEXT>>>",
        );
        assert_eq!(read, Prompt { form: Some("a red fox, square".into()), ..Prompt::default() });
    }

    #[test]
    fn keeps_to_the_data_when_an_answer_is_to_be_repaired() {
        let texts =
            ["<<<BUYER_TEXT>>>a red fox<<<END_BUYER_TEXT>>>".to_owned(), "That cannot be used.".to_owned()];
        assert_eq!(read(&texts).buyer, "a red fox");
    }

    #[test]
    fn understands_marks_without_closing_brackets() {
        let read = prompt("<<<BUYER\na red fox\nBUYER>>>");
        assert!(read.buyer.starts_with("a red fox"), "{read:?}");
    }
}
