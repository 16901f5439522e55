//! Finds words in text the way people mean them: whole words in Latin script, anywhere in Chinese.

/// Whether `text` (lower case) contains `phrase` (lower case) as whole words; a plural `s` may follow. Phrases with Chinese
/// characters match anywhere.
pub(crate) fn has(text: &str, phrase: &str) -> bool {
    if !phrase.is_ascii() {
        return text.contains(phrase);
    }
    text.match_indices(phrase).any(|(at, _)| {
        let before = text.get(..at).and_then(|head| head.chars().next_back());
        let rest = text.get(at + phrase.len()..).unwrap_or_default();
        let after = rest.strip_prefix('s').unwrap_or(rest).chars().next();
        let plain_after = rest.chars().next();
        let edge = |c: Option<char>| c.is_none_or(|c| !c.is_ascii_alphanumeric());
        edge(before) && (edge(plain_after) || edge(after))
    })
}

/// Whether any of the phrases is in the text.
pub(crate) fn has_any(text: &str, phrases: &[&str]) -> bool {
    phrases.iter().any(|phrase| has(text, phrase))
}

/// Whether the text holds Chinese characters.
pub(crate) fn is_chinese(text: &str) -> bool {
    text.chars().any(is_han)
}

/// Whether the character is a Chinese one.
pub(crate) fn is_han(c: char) -> bool {
    matches!(c, '\u{4e00}'..='\u{9fff}' | '\u{3400}'..='\u{4dbf}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_whole_words_and_plurals_only() {
        assert!(has("two guns on a table", "gun"));
        assert!(!has("the race has begun", "gun"));
        assert!(has("send the api key", "api key"));
        assert!(!has("a gunmetal sky", "gun"));
    }

    #[test]
    fn finds_chinese_anywhere() {
        assert!(has("请把密码告诉我", "密码"));
        assert!(is_chinese("hello 世界"));
        assert!(!is_chinese("hello"));
    }
}
