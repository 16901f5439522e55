//! The words a picture model gets for one picture of a brief.

use crate::model::{AspectRatio, Brief};

/// Most characters of the listing's style that go in.
const MOST_STYLE_CHARS: usize = 600;

/// The prompt for picture `n` of `of` (both from 1). `style` is what the seller set for the listing.
///
/// The ratio is said in words too, because some models do not look at the parameter (contract, ImageConfig). Several
/// pictures of one brief are told apart by words, because the models take no number.
pub fn prompt_for(brief: &Brief, style: Option<&str>, n: u8, of: u8) -> String {
    let mut parts = vec![sentence(&brief.prompt)];
    if !brief.style.trim().is_empty() {
        parts.push(sentence(&format!("Style: {}", brief.style.trim())));
    }
    if let Some(style) = style.map(str::trim).filter(|style| !style.is_empty()) {
        let style: String = style.chars().take(MOST_STYLE_CHARS).collect();
        parts.push(sentence(&format!("House style: {style}")));
    }
    parts.push(format!("Format: {}.", in_words(brief.aspect_ratio)));
    if !brief.negative.trim().is_empty() {
        parts.push(sentence(&format!("Leave out: {}", brief.negative.trim())));
    }
    if of > 1 {
        parts.push(format!(
            "This is variation {n} of {of}: keep subject and style, and give it a composition and viewpoint of its own."
        ));
    }
    parts.push("Draw exactly one picture, without a frame, border, signature or watermark.".to_owned());
    parts.join("\n")
}

fn sentence(text: &str) -> String {
    let text = text.trim();
    let ends = text.ends_with(['.', '!', '?', '。', '！', '？']);
    if ends { text.to_owned() } else { format!("{text}.") }
}

fn in_words(ratio: AspectRatio) -> &'static str {
    match ratio {
        AspectRatio::Square => "a square picture, aspect ratio 1:1",
        AspectRatio::TwoToThree => "an upright picture, aspect ratio 2:3",
        AspectRatio::ThreeToTwo => "a landscape picture, aspect ratio 3:2",
        AspectRatio::ThreeToFour => "an upright picture, aspect ratio 3:4",
        AspectRatio::FourToThree => "a landscape picture, aspect ratio 4:3",
        AspectRatio::NineToSixteen => "a tall upright picture, aspect ratio 9:16",
        AspectRatio::SixteenToNine => "a wide landscape picture, aspect ratio 16:9",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn brief() -> Brief {
        Brief {
            subject: "fox".into(),
            style: "watercolour".into(),
            prompt: "A red fox in snow".into(),
            negative: "text, people".into(),
            aspect_ratio: AspectRatio::SixteenToNine,
            count: 2,
            language: "en".into(),
        }
    }

    #[test]
    fn says_ratio_style_and_what_to_leave_out() {
        let prompt = prompt_for(&brief(), Some("soft morning light"), 1, 1);
        assert!(prompt.starts_with("A red fox in snow.\nStyle: watercolour.\n"), "{prompt}");
        assert!(prompt.contains("House style: soft morning light."), "{prompt}");
        assert!(prompt.contains("aspect ratio 16:9"), "{prompt}");
        assert!(prompt.contains("Leave out: text, people."), "{prompt}");
        assert!(!prompt.contains("variation"), "one picture has no variations: {prompt}");
    }

    #[test]
    fn tells_variations_of_one_brief_apart() {
        let (first, second) = (prompt_for(&brief(), None, 1, 2), prompt_for(&brief(), None, 2, 2));
        assert!(first.contains("variation 1 of 2") && second.contains("variation 2 of 2"));
    }

    #[test]
    fn leaves_empty_parts_out() {
        let bare = Brief { style: " ".into(), negative: String::new(), ..brief() };
        let prompt = prompt_for(&bare, Some("  "), 1, 1);
        assert!(!prompt.contains("tyle:") && !prompt.contains("Leave out"), "{prompt}");
    }
}
