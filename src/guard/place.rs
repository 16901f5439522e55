//! Where in a text the outgoing filter found something, for the seller to see.

use std::ops::Range;

use regex::{Regex, RegexSet};

use super::outgoing::{self, Leak, find_leak};
use super::plain::plain;

/// The words in `text` that the filter stops at, as they stand there; none when nothing is found or it is the text as a
/// whole.
pub fn find_place(text: &str) -> Option<&str> {
    let leak = find_leak(text)?;
    if leak == Leak::Key {
        return text.split(outgoing::ends_word).find(|word| outgoing::looks_like_key(&visible(word)));
    }
    let patterns = outgoing::patterns(leak)?;
    let (words, places) = mapped(text);
    let found = patterns.matches(&words).into_iter().find_map(|number| first(patterns, number, &words))?;
    let begin = places.partition_point(|(plain, _)| *plain <= found.start).checked_sub(1)?;
    let end = places.partition_point(|(plain, _)| *plain < found.end).checked_sub(1)?;
    let (from, last) = (places.get(begin)?.1, places.get(end)?.1);
    let behind = text.get(last..)?.chars().next().map_or(0, char::len_utf8);
    text.get(from..last + behind).map(str::trim).filter(|place| !place.is_empty())
}

fn visible(word: &str) -> String {
    word.chars().filter(|letter| !super::plain::is_invisible(*letter)).collect()
}

fn first(patterns: &RegexSet, number: usize, words: &str) -> Option<Range<usize>> {
    Regex::new(patterns.patterns().get(number)?).ok()?.find(words).map(|found| found.range())
}

/// The plain text, and for each of its pieces where it begins there and in `text`.
fn mapped(text: &str) -> (String, Vec<(usize, usize)>) {
    let (mut words, mut places) = (String::new(), Vec::new());
    for (at, letter) in text.char_indices() {
        let piece = plain(letter.encode_utf8(&mut [0; 4]));
        if !piece.is_empty() {
            places.push((words.len(), at));
            words.push_str(&piece);
        }
    }
    (words, places)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shows_the_words_it_stops_at() {
        for (text, place) in [
            ("Hello, mine is Lin@example.org, thanks", "Lin@example.org"),
            ("please see https://pay.example/x now", "://"),
            ("and look at www.elsewhere.example", "www."),
            ("您好，请先付款再开始", "先付款"),
            ("it is in /home/lin/notes", "/home/"),
            ("my key is sk-or-v1-0123456789abcdef0123, ok", "sk-or-v1-0123456789abcdef0123"),
            ("Ｐａｙ me in advance please", "Ｐａｙ me in advance"),
        ] {
            assert_eq!(find_place(text), Some(place), "{text}");
        }
        assert_eq!(find_place("a fox in the snow"), None);
    }

    #[test]
    fn the_plain_text_is_that_of_the_filter() {
        for text in ["Ｐａｙ\u{200B} МЕ ⓁⒾⓃ", "İstanbul ß 猫", ""] {
            assert_eq!(mapped(text).0, plain(text));
        }
    }
}
