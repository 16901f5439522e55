//! Words of light, season and weather: within a group, a later wish replaces an earlier one.

use crate::practice::words::has;

const GROUPS: &[&[&str]] = &[
    &[
        "sunrise",
        "sunset",
        "dawn",
        "dusk",
        "morning",
        "midday",
        "noon",
        "late afternoon",
        "afternoon",
        "evening",
        "moonlit night",
        "deep blue night",
        "midnight",
        "night",
        "清晨",
        "早晨",
        "早上",
        "中午",
        "下午",
        "日落",
        "落日",
        "夕阳",
        "傍晚",
        "黄昏",
        "夜晚",
        "深夜",
        "月光",
    ],
    &["early winter", "spring", "summer", "autumn", "winter", "春天", "夏天", "秋天", "冬天"],
    &[
        "sunny", "rainy", "rain", "snowy", "snow", "misty", "foggy", "stormy", "小雨", "雨天", "下雨",
        "下雪", "雪天", "晴天",
    ],
];

/// The prompt with its light, season and weather replaced by those the change names.
pub(super) fn replace(prompt: &str, change: &str) -> String {
    let change = change.to_lowercase();
    GROUPS.iter().fold(prompt.to_owned(), |prompt, group| {
        let Some(wanted) = group.iter().find(|word| has(&change, word)) else { return prompt };
        group.iter().filter(|word| *word != wanted).fold(prompt, |prompt, word| swap(&prompt, word, wanted))
    })
}

/// Replaces whole words, whatever their case.
pub(super) fn swap(text: &str, word: &str, by: &str) -> String {
    if word.is_empty() || !text.is_ascii() && word.is_ascii() && !has(&text.to_lowercase(), word) {
        return text.to_owned();
    }
    let lower = text.to_lowercase();
    // Lower-casing may change lengths in other scripts; then nothing is replaced rather than cut in the wrong place.
    if lower.len() != text.len() || !has(&lower, &word.to_lowercase()) {
        return text.to_owned();
    }
    let word = word.to_lowercase();
    let mut swapped = String::with_capacity(text.len());
    let mut done = 0;
    for (at, _) in lower.match_indices(&word) {
        let end = at + word.len();
        let edge = |c: Option<char>| !word.is_ascii() || c.is_none_or(|c| !c.is_ascii_alphanumeric());
        let before = lower.get(..at).and_then(|head| head.chars().next_back());
        let after = lower.get(end..).and_then(|tail| tail.chars().next());
        if edge(before) && edge(after) {
            swapped.push_str(text.get(done..at).unwrap_or_default());
            swapped.push_str(by);
            done = end;
        }
    }
    swapped.push_str(text.get(done..).unwrap_or_default());
    swapped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_of_light_replaces_the_light() {
        assert_eq!(
            replace("A lighthouse at sunset, calm sea", "evening"),
            "A lighthouse at evening, calm sea"
        );
        assert_eq!(replace("小雨中的海边，清晨", "傍晚"), "小雨中的海边，傍晚");
    }

    #[test]
    fn a_change_of_colour_leaves_the_light() {
        assert_eq!(replace("A lighthouse at sunset", "make it bluer"), "A lighthouse at sunset");
    }
}
