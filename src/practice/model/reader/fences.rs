//! Finds the parts of a prompt between delimiters like `<<<BUYER_MESSAGE>>>` and `<<<END_BUYER_MESSAGE>>>`.

/// What a prompt says about an order.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Prompt {
    /// The buyer's words.
    pub(super) buyer: String,
    /// The brief that was read before, if there is one.
    pub(super) current_brief: Option<String>,
}

/// Reads the texts of the user messages, the last one being the present question. Without delimiters the last text is the
/// buyer's.
pub(super) fn read(texts: &[String]) -> Prompt {
    let last = texts.last().map(String::as_str).unwrap_or_default();
    let sections = sections(last);
    let named = |words: &[&str]| -> Vec<&str> {
        sections
            .iter()
            .filter(|(name, _)| words.iter().any(|word| name.contains(word)))
            .map(|(_, content)| content.as_str())
            .filter(|content| !content.is_empty())
            .collect()
    };
    let brief = named(&["BRIEF"]).into_iter().find(|text| !matches!(*text, "none" | "null" | "-")).map(str::to_owned);
    let mut buyer = named(&["BUYER"]);
    if buyer.is_empty() {
        buyer = named(&["MESSAGE", "REQUIREMENT", "CONTENT", "INPUT"]);
    }
    let buyer = if sections.is_empty() { last.to_owned() } else { buyer.join("\n") };
    Prompt { buyer, current_brief: brief }
}

/// Name and content of every delimited part, in order. A part ends at its own end mark, or at the next mark.
fn sections(text: &str) -> Vec<(String, String)> {
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
        let read = prompt("Read this.\n<<<LISTING>>>\nPictures\n<<<END_LISTING>>>\n<<<BUYER_MESSAGE>>>\na red fox\n<<<END_BUYER_MESSAGE>>>\nAnswer in JSON.");
        assert_eq!(read, Prompt { buyer: "a red fox".into(), current_brief: None });
    }

    #[test]
    fn joins_several_messages_and_finds_the_brief() {
        let read = prompt("<<<CURRENT_BRIEF>>>{\"subject\":\"a fox\"}<<<END_CURRENT_BRIEF>>> <<<BUYER>>>evening<<<END>>> <<<BUYER>>>please<<<END>>>");
        assert_eq!(read.buyer, "evening\nplease");
        assert_eq!(read.current_brief.as_deref(), Some("{\"subject\":\"a fox\"}"));
    }

    #[test]
    fn takes_everything_when_there_are_no_marks() {
        assert_eq!(prompt("a red fox").buyer, "a red fox");
    }

    #[test]
    fn understands_marks_without_closing_brackets() {
        let read = prompt("<<<BUYER\na red fox\nBUYER>>>");
        assert!(read.buyer.starts_with("a red fox"), "{read:?}");
    }
}
