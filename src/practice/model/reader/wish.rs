//! What a message asks for: the picture without the politeness around it.

use super::vocabulary::{CHINESE_EMPTY, CHINESE_FRAMES, EMPTY, FRAMES};
use crate::practice::words::{is_chinese, is_han};

/// How many words (or Chinese characters) say something about the picture. Expects lower case.
pub(super) fn content(text: &str) -> usize {
    let rest = CHINESE_EMPTY.iter().fold(text.to_owned(), |rest, word| rest.replace(word, ""));
    let han = rest.chars().filter(|c| is_han(*c)).count();
    let text = ["good morning", "good evening", "good afternoon"]
        .iter()
        .fold(text.to_owned(), |text, hello| text.replace(hello, ""));
    let words = text
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| {
            word.len() > 1
                && word.chars().all(|c| c.is_ascii_alphabetic() || (c.is_alphabetic() && !is_han(c)))
        })
        .filter(|word| !EMPTY.contains(word))
        .count();
    han + words
}

/// The wish without greeting and politeness.
pub(super) fn core(text: &str) -> String {
    let mut rest = text.trim();
    loop {
        let before = rest;
        rest = rest.trim_start_matches(|c: char| {
            c.is_whitespace() || matches!(c, ',' | '.' | '!' | ':' | ';' | '-' | '~' | '?' | ')')
        });
        for frame in FRAMES.iter() {
            if let Some(tail) = strip(rest, frame) {
                rest = tail;
            }
        }
        for frame in CHINESE_FRAMES.iter() {
            // "for me" is politeness, "for my ..." is not: in Chinese only the next character tells.
            rest = rest.strip_prefix(frame).filter(|tail| !tail.starts_with('的')).unwrap_or(rest);
        }
        if rest == before {
            break;
        }
    }
    let rest = rest.trim();
    if rest.is_empty() { text.trim().to_owned() } else { rest.to_owned() }
}

/// What follows `frame` if the text begins with it as whole words.
fn strip<'t>(text: &'t str, frame: &str) -> Option<&'t str> {
    let head = text.get(..frame.len())?;
    let tail = text.get(frame.len()..)?;
    (head.eq_ignore_ascii_case(frame) && !tail.chars().next().is_some_and(char::is_alphanumeric))
        .then_some(tail)
}

/// The first sentence of a wish, at most `most` characters.
pub(super) fn subject(core: &str, most: usize) -> String {
    let first = core.split(['.', '。', '\n', '!', '！']).find(|part| !part.trim().is_empty()).unwrap_or(core);
    first.trim().chars().take(most).collect()
}

/// The language as a BCP 47 tag, told by script.
pub(super) fn language(text: &str) -> &'static str {
    let any = |range: std::ops::RangeInclusive<char>| text.chars().any(|c| range.contains(&c));
    if any('\u{3040}'..='\u{30ff}') {
        "ja"
    } else if any('\u{ac00}'..='\u{d7a3}') {
        "ko"
    } else if is_chinese(text) {
        "zh"
    } else if any('\u{0400}'..='\u{04ff}') {
        "ru"
    } else {
        "en"
    }
}

/// The prompt a picture model gets for a wish.
pub(super) fn prompt(core: &str, style: &str, ratio: &str) -> String {
    let core = core.trim().trim_end_matches(['.', '。']);
    if is_chinese(core) {
        format!("{core}。风格：{style}。构图均衡，光线自然，画幅 {ratio}。")
    } else {
        format!("{core}. Style: {style}. Balanced composition, natural light, aspect ratio {ratio}.")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_politeness_off() {
        assert_eq!(core("Hi! Could you please draw me a red fox?"), "a red fox?");
        assert_eq!(core("你好，请帮我画一只橘猫"), "橘猫");
        assert_eq!(core("hi"), "hi", "nothing but politeness stays as it is");
    }
}
