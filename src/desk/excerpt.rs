//! A text with the words found in it: split, never marked up. Others wrote it.

use super::contract::ExcerptPart;

/// Most characters of an excerpt.
const MOST: usize = 140;
/// Characters kept before the first word found.
const BEFORE: usize = 40;

/// The whole of a short text.
pub(super) fn marked(text: &str, words: &[String]) -> Vec<ExcerptPart> {
    parts(&plain(text), words, false)
}

/// The place in a text where the words stand; its beginning where they do not.
pub(super) fn excerpt(text: &str, words: &[String]) -> Vec<ExcerptPart> {
    parts(&plain(text), words, true)
}

/// Whether each of the words stands in a text.
pub(super) fn has_all(text: &str, words: &[String]) -> bool {
    let folded = folded(&plain(text));
    words.iter().all(|word| first(&folded, 0, &self::folded(&plain(word))).is_some())
}

/// In one line, without what would turn the direction of the text or hide in it.
fn plain(text: &str) -> Vec<char> {
    let is_hidden = |letter: char| {
        matches!(letter, '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{FEFF}')
            || (letter.is_control() && !letter.is_whitespace())
    };
    let mut plain = Vec::new();
    for letter in text.chars().filter(|letter| !is_hidden(*letter)) {
        if !letter.is_whitespace() {
            plain.push(letter);
        } else if plain.last().is_some_and(|last| *last != ' ') {
            plain.push(' ');
        }
    }
    if plain.last() == Some(&' ') {
        plain.pop();
    }
    plain
}

/// A letter for each letter, without its case.
fn folded(text: &[char]) -> Vec<char> {
    text.iter().map(|letter| letter.to_lowercase().next().unwrap_or(*letter)).collect()
}

fn first(text: &[char], from: usize, word: &[char]) -> Option<usize> {
    if word.is_empty() {
        return None;
    }
    let rest = text.get(from..)?;
    rest.windows(word.len()).position(|window| window == word).map(|at| from + at)
}

fn parts(text: &[char], words: &[String], is_cut: bool) -> Vec<ExcerptPart> {
    let folded_text = folded(text);
    let mut is_found = vec![false; text.len()];
    let mut first_at = None;
    for word in words {
        let word = folded(&plain(word));
        let mut from = 0;
        while let Some(at) = first(&folded_text, from, &word) {
            from = at + word.len();
            if let Some(span) = is_found.get_mut(at..from) {
                span.fill(true);
            }
            first_at = Some(first_at.map_or(at, |known: usize| known.min(at)));
        }
    }
    let begin = if is_cut { first_at.unwrap_or(0).saturating_sub(BEFORE) } else { 0 };
    let begin = if begin <= BEFORE / 4 { 0 } else { begin };
    let end = text.len().min(begin + MOST);
    let mut parts: Vec<ExcerptPart> = Vec::new();
    let mut push = |letter: char, found: bool| match parts.last_mut() {
        Some(part) if part.found == found => part.text.push(letter),
        _ => parts.push(ExcerptPart { text: letter.to_string(), found }),
    };
    if begin > 0 {
        push('…', false);
    }
    for (letter, found) in text.iter().zip(&is_found).take(end).skip(begin) {
        push(*letter, *found);
    }
    if end < text.len() {
        push('…', false);
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(parts: &[ExcerptPart]) -> String {
        let part = |part: &ExcerptPart| {
            if part.found { format!("[{}]", part.text) } else { part.text.clone() }
        };
        parts.iter().map(part).collect()
    }

    fn words(text: &str) -> Vec<String> {
        text.split_whitespace().map(str::to_owned).collect()
    }

    #[test]
    fn words_are_marked_whatever_their_case_and_script() {
        assert_eq!(shown(&marked("A Fox, a FOX", &words("fox"))), "A [Fox], a [FOX]");
        assert_eq!(shown(&marked("雪里的狐狸在跑", &words("狐狸 雪"))), "[雪]里的[狐狸]在跑");
        assert_eq!(shown(&marked("aaaa", &words("aa"))), "[aaaa]");
        assert_eq!(shown(&marked("ÄPFEL", &words("äpf"))), "[ÄPF]EL");
    }

    #[test]
    fn markup_stays_text_and_nothing_hides_or_turns_it() {
        assert_eq!(shown(&marked("<b>fox</b>", &words("fox"))), "<b>[fox]</b>");
        assert_eq!(shown(&marked("a\u{202E}b\u{0}\n\n c ", &words("zz"))), "ab c");
    }

    #[test]
    fn an_excerpt_shows_the_place_of_a_long_text() {
        let text = format!("{} fox {}", "word ".repeat(100), "tail ".repeat(100));
        let shown = shown(&excerpt(&text, &words("fox")));
        assert!(shown.starts_with('…') && shown.ends_with('…') && shown.contains(" [fox] tail"), "{shown}");
        assert!(shown.chars().count() <= MOST + 4);
        assert_eq!(self::shown(&excerpt("a fox", &words("fox"))), "a [fox]");
        assert!(has_all("a Fox in snow", &words("FOX sno")) && !has_all("a fox", &words("fox sno")));
    }
}
