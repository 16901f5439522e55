//! Works a change into an earlier prompt.

use super::vocabulary::CHANGES;
use super::{timing, wish};
use crate::practice::words::{has_any, is_chinese};

/// An earlier text with a change worked in: what the change replaces is replaced.
pub(super) fn apply(text: &str, change: &str) -> String {
    let wanted = Wanted::read(change);
    let lit = if wanted.is_addition { text.to_owned() } else { timing::replace(text, &wanted.text) };
    match &wanted.swap {
        Some((gone, new)) => timing::swap(&lit, gone, new),
        None => lit,
    }
}

/// An earlier prompt with a change worked in and said in words.
pub(super) fn prompt(earlier: &str, change: &str) -> String {
    let merged = apply(earlier, change);
    let (merged, wanted) = (merged.trim(), Wanted::read(change).text);
    match (wanted.is_empty(), is_chinese(&wanted)) {
        (true, _) => merged.to_owned(),
        (false, true) => format!("{wanted}。{merged}"),
        (false, false) => format!("{merged} Changed as asked: {wanted}."),
    }
}

/// What a change asks for.
struct Wanted {
    text: String,
    /// What is to go, and what is to be in its place.
    swap: Option<(String, String)>,
    /// It adds something and leaves the rest.
    is_addition: bool,
}

impl Wanted {
    fn read(change: &str) -> Self {
        let text = asking_part(change);
        let is_addition = has_any(&text.to_lowercase(), &["add", "加", "多"]);
        let (text, swap) = match text.to_lowercase().find(" instead of ") {
            Some(at) => {
                let gone = text.get(at + " instead of ".len()..).unwrap_or_default();
                let gone = gone.split([',', '.', '?', '!']).next().unwrap_or_default().trim();
                let gone = ["the ", "a ", "an "]
                    .iter()
                    .find_map(|article| gone.strip_prefix(article))
                    .unwrap_or(gone);
                let gone = gone.split(" for ").next().unwrap_or(gone).to_owned();
                let text = text.get(..at).unwrap_or_default().trim().to_owned();
                let new = ["be ", "use ", "try "]
                    .iter()
                    .find_map(|verb| text.rsplit_once(verb))
                    .map(|(_, new)| new);
                let new = new.unwrap_or(&text).trim().to_owned();
                (text, Some((gone, new)))
            }
            None => {
                let swap = chinese_swap(&text);
                (text.trim_end_matches(" instead").replace(" instead,", ","), swap)
            }
        };
        Self { text, swap, is_addition }
    }
}

/// The two sides of "把 A 换成 B".
fn chinese_swap(text: &str) -> Option<(String, String)> {
    let (gone, new) = ["换成", "改成", "变成"].iter().find_map(|verb| text.split_once(verb))?;
    let gone = gone.rsplit('把').next().unwrap_or(gone).trim();
    let new = new.split(['，', '。', '吗', '？']).next().unwrap_or(new).trim();
    // A single character is rarely the whole of what it stands for in the prompt.
    (gone.chars().count() > 1 && !new.is_empty()).then(|| (gone.to_owned(), new.to_owned()))
}

/// The message from the first part on that asks for a change, without praise and politeness.
fn asking_part(change: &str) -> String {
    let parts: Vec<&str> = change.split_inclusive([',', '.', '!', '?', '，', '。', '！', '？']).collect();
    let asks = |part: &&str| has_any(&part.to_lowercase(), &CHANGES);
    let first = parts.iter().position(asks).unwrap_or(0);
    let text = wish::core(&parts.get(first..).unwrap_or_default().concat());
    let end = |c: char| {
        c.is_whitespace() || matches!(c, '?' | '!' | '.' | '。' | '？' | '！' | '吗' | '呢' | '～' | '~')
    };
    text.trim_end_matches(end).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn works_a_change_into_the_prompt() {
        let evening = prompt(
            "A lighthouse at sunset, calm sea",
            "Lovely! Could it be evening instead, with the lamp lit?",
        );
        assert!(evening.contains("lighthouse") && evening.contains("evening"), "{evening}");
        assert!(!evening.contains("sunset"), "{evening}");
        let cat =
            prompt("A sleeping ginger cat", "So sweet. Could the cat be black and white instead of ginger?");
        assert!(cat.contains("sleeping black and white cat"), "{cat}");
        assert!(!cat.contains("ginger"), "{cat}");
        let rain = prompt("一只橘猫，小雨", "很喜欢！能不能把小雨改成傍晚的夕阳？");
        assert!(rain.contains("橘猫") && rain.contains("夕阳") && !rain.contains("，小雨"), "{rain}");
    }
}
