//! What a message asks for: the picture without the politeness around it, and its shape, number and style.

use super::timing;
use crate::practice::words::{has, has_any, is_chinese, is_han};

/// Politeness and verbs before the thing itself, longest first where one begins another.
const FRAMES: &[&str] = &[
    "good morning", "good evening", "hey there", "hi there", "hello there", "hello", "hey", "hi", "sure", "okay", "ok",
    "yes", "please", "maybe", "just", "could you please", "could you", "can you please", "can you", "would you",
    "i would like", "i'd like", "i'd love", "i would love", "i want", "i need", "i am looking for", "i'm looking for",
    "give me", "make me", "draw me", "make it", "make", "draw", "create", "paint", "generate", "design", "show me",
    "a picture of", "a picture with", "an image of", "a drawing of", "an illustration of", "a painting of",
    "a photo of", "picture of", "image of", "to have", "to be", "could it be", "can it be", "it could be", "it to be",
    "could it", "the other way", "instead", "but", "and",
];
const CHINESE_FRAMES: &[&str] = &[
    "你好", "您好", "就是这样", "麻烦", "请帮我", "帮我", "给我", "请", "我想要", "我想", "我要", "我需要", "想要", "需要",
    "能不能把", "能不能", "可不可以", "可以", "能", "画一幅", "画一张", "画一只", "画", "生成", "设计", "做一张", "做一个", "把",
    "一张", "一幅", "：", "，", "。", "！", "~", " ",
];
/// Words that say nothing about what the picture shows.
const EMPTY: &[&str] = &[
    "i", "you", "me", "my", "we", "us", "our", "your", "it", "its", "this", "that", "the", "a", "an", "of", "for", "to",
    "in", "on", "at", "with", "and", "or", "is", "are", "be", "do", "does", "did", "can", "could", "would", "will",
    "should", "please", "hi", "hello", "hey", "hiya", "there", "thanks", "thank", "like", "love", "want", "need", "make",
    "draw", "create", "paint", "generate", "design", "give", "get", "have", "some", "something", "anything", "nice",
    "cool", "pretty", "beautiful", "great", "good", "lovely", "awesome", "amazing", "interesting", "best", "perfect",
    "picture", "pictures", "image", "images", "photo", "drawing", "illustration", "art", "artwork", "poster", "logo",
    "banner", "cover", "wallpaper", "avatar", "graphic", "visual", "painting", "stuff", "thing", "things", "one", "new",
    "really", "very", "just", "maybe", "not", "sure", "what", "yet", "guess", "know", "think", "idea", "how", "much",
    "long", "when", "who", "why", "where", "which", "work", "works", "take", "time", "price", "cost", "order", "here",
    "am", "im", "m", "d", "s", "t", "ll", "ve", "re", "surprise", "whatever", "any", "kind", "type", "help", "looking",
    "look", "up", "out", "so", "if", "about", "from", "as", "social", "media", "business", "company", "project",
    "website", "urgent", "asap", "hope", "day", "well", "ready", "let", "later", "soon", "tomorrow", "today", "wait",
    "moment", "back", "decide", "send", "details", "more", "ok", "okay", "yes", "no", "yo", "fun", "quick", "question",
    "service", "available", "start", "begin", "wow", "excellent", "wonderful", "gorgeous", "adorable", "again", "too",
    "happy", "bye", "job", "done", "got", "all", "only", "then", "now", "welcome", "morning", "evening", "everything",
    "tell",
];
const EMPTY_CHINESE: &[&str] = &[
    "你好", "您好", "在吗", "麻烦", "帮我", "给我", "我想要", "我想", "我要", "想要", "需要", "可以", "能不能", "一张", "一幅",
    "一个", "图片", "图画", "插画", "照片", "海报", "头像", "封面", "好看", "漂亮", "什么", "东西", "随便", "都行", "谢谢", "设计",
    "生成", "喜欢", "怎么", "多少", "好的", "收到", "非常", "满意", "老板", "店家", "亲", "下单", "订单", "已经", "完美", "太棒",
    "不错", "真好", "很好", "很", "真", "个", "请", "我", "你", "您", "画", "做", "张", "幅", "图", "的", "点", "吗", "吧", "啊", "呢",
    "了", "呀", "嗨", "能", "要", "想", "好", "有", "是", "都", "也", "还", "再", "来", "帮", "给", "下", "一", "美",
];

/// How many words (or Chinese characters) say something about the picture. Expects lower case.
pub(super) fn content(text: &str) -> usize {
    let rest = EMPTY_CHINESE.iter().fold(text.to_owned(), |rest, word| rest.replace(word, ""));
    let han = rest.chars().filter(|c| is_han(*c)).count();
    let words = text
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| word.len() > 1 && word.chars().all(|c| c.is_ascii_alphabetic() || (c.is_alphabetic() && !is_han(c))))
        .filter(|word| !EMPTY.contains(word))
        .count();
    han + words
}

/// The wish without greeting and politeness.
pub(super) fn core(text: &str) -> String {
    let mut rest = text.trim();
    loop {
        let before = rest;
        rest = rest.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, ',' | '.' | '!' | ':' | ';' | '-' | '~' | '?' | ')'));
        for frame in FRAMES {
            if let Some(tail) = strip(rest, frame) {
                rest = tail;
            }
        }
        for frame in CHINESE_FRAMES {
            rest = rest.strip_prefix(frame).unwrap_or(rest);
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
    (head.eq_ignore_ascii_case(frame) && !tail.chars().next().is_some_and(char::is_alphanumeric)).then_some(tail)
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

/// The shape asked for, if any is.
pub(super) fn aspect_ratio(text: &str) -> Option<&'static str> {
    let text = text.to_lowercase().replace('：', ":");
    const RATIOS: [&str; 7] = ["16:9", "9:16", "2:3", "3:2", "3:4", "4:3", "1:1"];
    const WORDS: [(&str, &[&str]); 5] = [
        ("9:16", &["phone wallpaper", "story", "stories", "tall", "vertical", "手机壁纸", "竖版", "竖屏", "竖图"]),
        ("16:9", &["banner", "wide", "panorama", "desktop wallpaper", "header", "横幅", "宽幅", "横版", "横图", "宽屏", "公众号封面"]),
        ("3:2", &["landscape format", "postcard", "明信片"]),
        ("2:3", &["portrait format", "poster", "book cover", "海报"]),
        ("1:1", &["square", "avatar", "logo", "icon", "sticker", "方图", "方形", "头像", "正方形"]),
    ];
    let by_number = RATIOS.into_iter().find(|ratio| text.contains(ratio));
    by_number.or_else(|| WORDS.iter().find(|(_, words)| has_any(&text, words)).map(|(ratio, _)| *ratio))
}

/// How many pictures are asked for, if that is said.
pub(super) fn count(text: &str) -> Option<u64> {
    const NUMBERS: [(u64, [&str; 3]); 3] = [(2, ["two", "2", "两"]), (3, ["three", "3", "三"]), (4, ["four", "4", "四"])];
    const NOUNS: [&str; 7] = ["pictures", "images", "versions", "variations", "variants", "options", "illustrations"];
    let text = text.to_lowercase();
    NUMBERS.into_iter().find_map(|(number, [word, digit, han])| {
        let english = NOUNS.iter().any(|noun| {
            has(&text, &format!("{word} {noun}")) || has(&text, &format!("{digit} {noun}")) || has(&text, &format!("{word} different {noun}"))
        });
        let chinese = ["张", "幅"].iter().any(|unit| {
            text.contains(&format!("{han}{unit}")) || (is_chinese(&text) && text.contains(&format!("{digit}{unit}")))
        });
        (english || chinese).then_some(number)
    })
}

/// The style asked for, or a plain one.
pub(super) fn style(text: &str) -> String {
    const STYLES: &[&str] = &[
        "gouache", "watercolour", "watercolor", "oil painting", "paper-cut", "flat vector", "flat illustration", "isometric",
        "line art", "pixel art", "art deco", "bauhaus", "minimal", "storybook", "botanical print", "retro travel poster",
        "pastel", "vintage", "geometric", "photorealistic", "anime", "ink", "cartoon", "painterly", "flat", "水彩", "油画",
        "国风", "水墨", "淡墨", "工笔画", "工笔", "剪纸", "扁平", "绘本", "写实", "极简", "卡通", "马克笔", "水粉", "包豪斯", "复古海报",
        "手绘", "电影感", "科技感", "线条简洁", "几何",
    ];
    let lower = text.to_lowercase();
    let found: Vec<&str> = STYLES.iter().copied().filter(|style| has(&lower, style)).take(3).collect();
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

/// The prompt a picture model gets for a wish.
pub(super) fn prompt(core: &str, style: &str, ratio: &str) -> String {
    let core = core.trim().trim_end_matches(['.', '。']);
    if is_chinese(core) {
        format!("{core}。风格：{style}。构图均衡，光线自然，画幅 {ratio}。")
    } else {
        format!("{core}. Style: {style}. Balanced composition, natural light, aspect ratio {ratio}.")
    }
}

/// An earlier prompt with a change worked in: what the change replaces goes, what it adds is put in front.
pub(super) fn merge(prompt: &str, change: &str) -> String {
    let wanted = changed_part(change);
    let (wanted, replaced) = match wanted.to_lowercase().find("instead of ") {
        Some(at) => {
            let gone = wanted.get(at + "instead of ".len()..).unwrap_or_default();
            let gone = gone.split([',', '.', '?', '!']).next().unwrap_or_default().trim();
            let gone = ["the ", "a ", "an "].iter().find_map(|article| gone.strip_prefix(article)).unwrap_or(gone);
            let first = gone.split(" for ").next().unwrap_or(gone).to_owned();
            (wanted.get(..at).unwrap_or_default().trim().to_owned(), Some(first))
        }
        None => (wanted.trim().trim_end_matches(" instead").replace(" instead,", ","), None),
    };
    let mut merged = timing::replace(prompt, &wanted);
    if let Some(gone) = replaced {
        let new = ["be ", "use ", "try "].iter().find_map(|verb| wanted.rsplit_once(verb)).map_or(wanted.as_str(), |(_, new)| new);
        merged = timing::swap(&merged, &gone, new.trim());
    }
    if wanted.is_empty() {
        return merged;
    }
    let merged = merged.trim();
    if is_chinese(&wanted) { format!("{wanted}。{merged}") } else { format!("{merged} Changed as asked: {wanted}.") }
}

/// The sentences of a message that are not praise, without politeness.
fn changed_part(change: &str) -> String {
    let parts: Vec<&str> = change
        .split_inclusive(['.', '!', '?', '。', '！', '？'])
        .map(str::trim)
        .filter(|part| content(&part.to_lowercase()) > 0)
        .collect();
    let text = if parts.is_empty() { change.to_owned() } else { parts.join(" ") };
    let text = core(&text);
    let end = |c: char| c.is_whitespace() || matches!(c, '?' | '!' | '.' | '。' | '？' | '！' | '吗' | '呢' | '～' | '~');
    text.trim_end_matches(end).to_owned()
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

    #[test]
    fn reads_shape_and_number() {
        assert_eq!(aspect_ratio("tall format for a phone wallpaper"), Some("9:16"));
        assert_eq!(aspect_ratio("横版16:9"), Some("16:9"));
        assert_eq!(aspect_ratio("a fox"), None);
        assert_eq!(count("Two pictures for my kitchen"), Some(2));
        assert_eq!(count("一组小图两张"), Some(2));
        assert_eq!(count("two cats"), None);
    }

    #[test]
    fn works_a_change_into_the_prompt() {
        let evening = merge("A lighthouse at sunset, calm sea", "Lovely! Could it be evening instead, with the lamp lit?");
        assert!(evening.contains("lighthouse") && evening.contains("evening"), "{evening}");
        assert!(!evening.contains("sunset"), "{evening}");
        let cat = merge("A sleeping ginger cat", "So sweet. Could the cat be black and white instead of ginger?");
        assert!(cat.contains("sleeping black and white cat"), "{cat}");
        assert!(!cat.contains("ginger"), "{cat}");
        let rain = merge("一只橘猫，小雨", "很喜欢！能不能把小雨改成傍晚的夕阳？");
        assert!(rain.contains("橘猫") && rain.contains("夕阳"), "{rain}");
    }
}
