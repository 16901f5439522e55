//! How the wished picture is to be: its shape, number and style, and what must not be in it.

use super::vocabulary::STYLES;
use crate::practice::words::{has, has_any, is_chinese};

/// The shape asked for, if any is.
pub(super) fn aspect_ratio(text: &str) -> Option<&'static str> {
    let text = text.to_lowercase().replace('：', ":");
    const RATIOS: [&str; 7] = ["16:9", "9:16", "2:3", "3:2", "3:4", "4:3", "1:1"];
    // What is said about the shape itself goes before what follows from the use.
    const WORDS: [(&str, &str); 7] = [
        ("1:1", "square|方图|方形|正方形"),
        ("9:16", "phone wallpaper|story|stories|tall|vertical|手机壁纸|竖版|竖屏|竖图"),
        ("16:9", "wide|panorama|desktop wallpaper|横幅|宽幅|横版|横图|宽屏"),
        ("3:2", "landscape format|postcard|明信片"),
        ("2:3", "portrait format|poster|book cover|海报"),
        ("16:9", "banner|header|公众号封面"),
        ("1:1", "avatar|logo|icon|sticker|头像"),
    ];
    let by_number = RATIOS.into_iter().find(|ratio| text.contains(ratio));
    by_number.or_else(|| {
        WORDS.iter().find(|(_, words)| words.split('|').any(|word| has(&text, word))).map(|(ratio, _)| *ratio)
    })
}

/// How many pictures are asked for, if that is said.
pub(super) fn count(text: &str) -> Option<u64> {
    const NUMBERS: [(u64, [&str; 3]); 3] =
        [(2, ["two", "2", "两"]), (3, ["three", "3", "三"]), (4, ["four", "4", "四"])];
    const NOUNS: [&str; 7] =
        ["pictures", "images", "versions", "variations", "variants", "options", "illustrations"];
    let text = text.to_lowercase();
    NUMBERS.into_iter().find_map(|(number, [word, digit, han])| {
        let english = NOUNS.iter().any(|noun| {
            has(&text, &format!("{word} {noun}"))
                || has(&text, &format!("{digit} {noun}"))
                || has(&text, &format!("{word} different {noun}"))
        });
        let chinese = ["张", "幅"].iter().any(|unit| {
            text.contains(&format!("{han}{unit}"))
                || (is_chinese(&text) && text.contains(&format!("{digit}{unit}")))
        });
        (english || chinese).then_some(number)
    })
}

/// The style asked for, or a plain one.
pub(super) fn style(text: &str) -> String {
    let lower = text.to_lowercase();
    let named: Vec<&str> = STYLES.iter().copied().filter(|style| has(&lower, style)).collect();
    // "flat" says nothing beside "flat vector".
    let is_part = |style: &str| named.iter().any(|other| *other != style && other.contains(style));
    let found: Vec<&str> = named.iter().copied().filter(|style| !is_part(style)).take(3).collect();
    match (found.is_empty(), is_chinese(text)) {
        (false, true) => found.join("、"),
        (false, false) => found.join(", "),
        (true, true) => "简洁的编辑插画".to_owned(),
        (true, false) => "clean editorial illustration".to_owned(),
    }
}

/// What must not be in the picture.
pub(super) fn negative(text: &str) -> String {
    let lower = text.to_lowercase();
    let mut unwanted = Vec::new();
    if has_any(&lower, &["no text", "no words", "without text", "不要文字", "没有文字"]) {
        unwanted.push(if is_chinese(text) { "文字" } else { "text, letters" });
    }
    unwanted.push(if is_chinese(text) { "水印、变形、模糊" } else { "watermark, distortion, blur" });
    unwanted.join(if is_chinese(text) { "、" } else { ", " })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_shape_and_number() {
        assert_eq!(aspect_ratio("tall format for a phone wallpaper"), Some("9:16"));
        assert_eq!(aspect_ratio("横版16:9"), Some("16:9"));
        assert_eq!(aspect_ratio("Square, like a poster"), Some("1:1"));
        assert_eq!(aspect_ratio("a fox"), None);
        assert_eq!(count("Two pictures for my kitchen"), Some(2));
        assert_eq!(count("一组小图两张"), Some(2));
        assert_eq!(count("two cats"), None);
    }
}
