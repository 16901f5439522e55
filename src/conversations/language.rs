//! Which of our two languages to write in.

use crate::settings::Language;

/// Whether a text holds Chinese characters.
pub fn has_chinese(text: &str) -> bool {
    text.chars().any(|letter| matches!(letter, '\u{4e00}'..='\u{9fff}' | '\u{3400}'..='\u{4dbf}'))
}

/// The language to write to a buyer in: what was read of theirs (a tag such as `zh-CN`), else what their own words
/// look like, else what the listing is written in.
pub fn buyer_language(read: Option<&str>, own_words: &str, listing: &str) -> Language {
    match read {
        Some(tag) if tag.to_ascii_lowercase().starts_with("zh") => Language::Chinese,
        Some(tag) if !tag.is_empty() => Language::English,
        _ if !own_words.trim().is_empty() => if_chinese(own_words),
        _ => if_chinese(listing),
    }
}

fn if_chinese(text: &str) -> Language {
    if has_chinese(text) { Language::Chinese } else { Language::English }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_in_the_buyers_language_before_the_listings() {
        assert_eq!(buyer_language(Some("zh-Hans"), "hello", "English"), Language::Chinese);
        assert_eq!(buyer_language(Some("fr"), "你好", "中文"), Language::English);
        assert_eq!(buyer_language(None, "我要一只猫", "English"), Language::Chinese);
        assert_eq!(buyer_language(None, " ", "中文头像"), Language::Chinese);
        assert_eq!(buyer_language(Some(""), "", "Poster"), Language::English);
    }
}
