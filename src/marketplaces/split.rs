//! Long texts as several messages: where a message is the delivery, none of it may be cut (BEHAVIOUR 2.4).

/// Most characters of one part, its header included. Both markets take 10,000.
pub const PART_CHARS: usize = 9_000;

/// A text as messages of at most [`PART_CHARS`] characters. More than one begin with `(n/m)`. They are broken between
/// paragraphs where that is possible, else between lines, else between words, else anywhere. Only white space at the breaks
/// is lost. A blank text is no message.
pub fn split_message(text: &str) -> Vec<String> {
    let text = text.trim();
    if text.chars().count() <= PART_CHARS {
        return if text.is_empty() { Vec::new() } else { vec![text.to_owned()] };
    }
    let mut expected = 2;
    loop {
        let parts = parts(text, PART_CHARS - header(expected, expected).chars().count());
        // A longer header leaves less room, so that the number of parts is known only once it fits its own header.
        if header(parts.len(), parts.len()).len() <= header(expected, expected).len() {
            let all = parts.len();
            let numbered = parts.iter().enumerate();
            return numbered.map(|(at, part)| format!("{}{part}", header(at + 1, all))).collect();
        }
        expected = parts.len();
    }
}

/// Parts as one text again, without their headers. The white space that was lost at the breaks becomes an empty line.
pub fn join_parts(parts: &[&str]) -> String {
    let whole: Vec<&str> = parts.iter().map(|part| without_header(part)).collect();
    whole.join("\n\n")
}

fn without_header(part: &str) -> &str {
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    part.split_once(")\n\n")
        .and_then(|(header, rest)| {
            let (number, all) = header.strip_prefix('(')?.split_once('/')?;
            (is_number(number) && is_number(all)).then_some(rest)
        })
        .unwrap_or(part)
}

fn header(number: usize, all: usize) -> String {
    format!("({number}/{all})\n\n")
}

/// The text in pieces of at most `room` characters.
fn parts(text: &str, room: usize) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some((end, _)) = rest.char_indices().nth(room) {
        let (part, after) = rest.split_at(break_before(rest, end));
        parts.push(part.trim_end());
        rest = after.trim_start();
    }
    if !rest.is_empty() {
        parts.push(rest);
    }
    parts
}

/// The best place for a break in the text, at `end` at the latest.
fn break_before(text: &str, end: usize) -> usize {
    // A break may stand right behind the last character that fits.
    let next = text[end..].chars().next().map_or(0, char::len_utf8);
    let reach = &text[..end + next];
    let paragraph = || ["\n\n", "\n\r\n"].iter().filter_map(|end| reach.rfind(end)).max();
    let line = || reach.rfind('\n');
    let word = || reach.rfind(char::is_whitespace);
    let paragraph_at_the_end = text[end..].starts_with("\n\n").then_some(end);
    paragraph_at_the_end.or_else(paragraph).or_else(line).or_else(word).filter(|at| *at > 0).unwrap_or(end)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn words(text: &str) -> String {
        text.chars().filter(|character| !character.is_whitespace()).collect()
    }

    /// The parts without their headers, joined.
    fn joined(parts: &[String]) -> String {
        parts.iter().map(|part| part.split_once("\n\n").unwrap().1).collect()
    }

    #[test]
    fn a_text_that_fits_is_one_message_without_a_header() {
        assert_eq!(split_message(""), Vec::<String>::new());
        assert_eq!(split_message(" \n "), Vec::<String>::new());
        assert_eq!(split_message("done"), ["done"]);
        let just = "猫".repeat(PART_CHARS);
        assert_eq!(split_message(&just), [just.as_str()]);
        assert_eq!(split_message(&format!("{just}猫")).len(), 2);
    }

    #[test]
    fn breaks_between_paragraphs() {
        let paragraph = |letter: &str| letter.repeat(4_000);
        let text = ["a", "b", "c", "d", "e"].map(paragraph).join("\n\n");
        let parts = split_message(&text);
        assert_eq!(
            parts,
            [
                format!("(1/3)\n\n{}\n\n{}", paragraph("a"), paragraph("b")),
                format!("(2/3)\n\n{}\n\n{}", paragraph("c"), paragraph("d")),
                format!("(3/3)\n\n{}", paragraph("e")),
            ]
        );
    }

    #[test]
    fn breaks_between_paragraphs_that_just_fit() {
        let room = PART_CHARS - "(1/2)\n\n".len();
        let text = format!("{}\n\n{}", "a".repeat(room), "b".repeat(room));
        let parts = split_message(&text);
        assert_eq!(parts.len(), 2);
        assert!(parts.iter().all(|part| part.chars().count() == PART_CHARS));
    }

    #[test]
    fn breaks_between_lines_then_words_then_anywhere() {
        let line = format!("{}\n{} tail", "a".repeat(5_000), "b".repeat(5_000));
        assert_eq!(split_message(&line)[0], format!("(1/2)\n\n{}", "a".repeat(5_000)));
        let words = format!("{} {}", "a".repeat(5_000), "b".repeat(5_000));
        assert_eq!(split_message(&words)[1], format!("(2/2)\n\n{}", "b".repeat(5_000)));
        let solid = "a".repeat(20_000);
        let parts = split_message(&solid);
        assert_eq!(parts.len(), 3);
        assert_eq!(joined(&parts), solid);
    }

    #[test]
    fn numbers_of_two_and_three_digits_fit_too() {
        for length in [85_000, 95_000, 900_000, 1_000_000] {
            let text = "猫".repeat(length);
            let parts = split_message(&text);
            assert!(parts.iter().all(|part| part.chars().count() <= PART_CHARS), "{length}");
            assert!(parts.last().unwrap().starts_with(&format!("({}/{})", parts.len(), parts.len())));
            assert_eq!(joined(&parts), text);
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn nothing_but_white_space_is_lost(pieces in prop::collection::vec(("[a-z猫 ]{0,40}", 1_usize..120, "(\n\n|\n|\r\n| )"), 0..12)) {
            let text: String = pieces.iter().map(|(piece, times, end)| piece.repeat(*times) + end).collect();
            let parts = split_message(&text);
            for (at, part) in parts.iter().enumerate() {
                prop_assert!(part.chars().count() <= PART_CHARS);
                prop_assert_eq!(part.starts_with(&format!("({}/{})\n\n", at + 1, parts.len())), parts.len() > 1);
            }
            let whole = if parts.len() > 1 { joined(&parts) } else { parts.concat() };
            prop_assert_eq!(words(&whole), words(&text));
        }
    }

    #[test]
    fn parts_are_put_together_again_without_their_headers() {
        let text = format!("{}\n\n{}", "a".repeat(6_000), "b".repeat(6_000));
        let parts = split_message(&text);
        assert_eq!(join_parts(&parts.iter().map(String::as_str).collect::<Vec<_>>()), text);
        assert_eq!(join_parts(&["(see below)\n\nlike this"]), "(see below)\n\nlike this");
        assert_eq!(join_parts(&["plain"]), "plain");
    }
}
