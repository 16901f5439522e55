//! Text as a reader sees it, for the filters: what hides words from a filter does not hide them from a person.

/// Characters that show nothing: zero-width, direction and format marks, variation selectors, tags, controls.
pub fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{00AD}' | '\u{034F}' | '\u{061C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}' | '\u{180B}'..='\u{180F}'
        | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{3164}' | '\u{FE00}'..='\u{FE0F}'
        | '\u{FEFF}' | '\u{FFA0}' | '\u{0300}'..='\u{036F}' | '\u{E0000}'..='\u{E0FFF}')
        || (c.is_control() && !matches!(c, '\n' | '\r' | '\t'))
}

/// Without what shows nothing, in small letters, look-alike letters of other scripts and forms as plain ones.
pub fn plain(text: &str) -> String {
    text.chars().filter(|c| !is_invisible(*c)).map(plain_letter).flat_map(char::to_lowercase).collect()
}

fn plain_letter(c: char) -> char {
    match c {
        '\u{3000}' | '\u{00A0}' | '\u{2000}'..='\u{200A}' | '\u{202F}' | '\u{205F}' => ' ',
        '\u{FF01}'..='\u{FF5E}' => shifted(c, '\u{FF01}', '!'),
        // Mathematical alphabets: thirteen styles of 52 letters, five of ten digits.
        '\u{1D400}'..='\u{1D6A3}' => letter((u32::from(c) - 0x1D400) % 52),
        '\u{1D7CE}'..='\u{1D7FF}' => char::from_digit((u32::from(c) - 0x1D7CE) % 10, 10).unwrap_or(c),
        'Ⓐ'..='Ⓩ' => shifted(c, 'Ⓐ', 'a'),
        'ⓐ'..='ⓩ' => shifted(c, 'ⓐ', 'a'),
        'а' | 'А' | 'α' | 'Α' | 'ɑ' => 'a',
        'В' | 'Β' | 'β' => 'b',
        'с' | 'С' | 'ϲ' => 'c',
        'ԁ' => 'd',
        'е' | 'Е' | 'Ε' | 'ё' | 'є' => 'e',
        'һ' | 'Н' | 'Η' => 'h',
        'і' | 'І' | 'ι' | 'Ι' | 'ı' => 'i',
        'ј' | 'Ј' => 'j',
        'К' | 'к' | 'Κ' | 'κ' => 'k',
        'ӏ' | 'Ӏ' => 'l',
        'М' | 'м' | 'Μ' => 'm',
        'ո' | 'Ν' => 'n',
        'о' | 'О' | 'ο' | 'Ο' | 'օ' => 'o',
        'р' | 'Р' | 'ρ' | 'Ρ' => 'p',
        'ԛ' => 'q',
        'ѕ' | 'Ѕ' => 's',
        'Т' | 'т' | 'Τ' | 'τ' => 't',
        'ν' => 'v',
        'ԝ' => 'w',
        'х' | 'Х' | 'χ' | 'Χ' => 'x',
        'у' | 'У' | 'γ' | 'Υ' => 'y',
        'Ζ' => 'z',
        '。' | '․' => '.',
        'ː' | '꞉' => ':',
        '∕' | '⁄' => '/',
        other => other,
    }
}

fn shifted(c: char, from: char, to: char) -> char {
    char::from_u32(u32::from(c) - u32::from(from) + u32::from(to)).unwrap_or(c)
}

fn letter(number: u32) -> char {
    char::from_u32(u32::from('a') + number % 26).unwrap_or(' ')
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn reads_what_is_hidden_or_dressed_up() {
        for text in [
            "telegram",
            "TeLeGrAm",
            "t\u{200B}e\u{200D}l\u{FEFF}egram",
            "ｔｅｌｅｇｒａｍ",
            "tеlеgrаm",
            "𝐭𝐞𝐥𝐞𝐠𝐫𝐚𝐦",
            "𝔱𝔢𝔩𝔢𝔤𝔯𝔞𝔪",
            "ⓣⓔⓛⓔⓖⓡⓐⓜ",
            "tele\u{00AD}gram\u{E0041}",
        ] {
            assert_eq!(plain(text), "telegram", "{text}");
        }
        assert_eq!(plain("加我微信：abc"), "加我微信:abc");
    }
}
