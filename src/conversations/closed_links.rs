//! What is said of links that do not open: by buyers, and by us.

use crate::settings::Language;

/// What only a delivery has.
const DELIVERIES: [&str; 11] =
    ["link", "url", "download", "file", "web page", "attachment", "链接", "地址", "文件", "网址", "页面"];
/// That one of those is closed.
const CLOSED: [&str; 22] = [
    "not open",
    "n't open",
    "not work",
    "n't work",
    "not load",
    "n't load",
    "not access",
    "n't access",
    "can not see",
    "can't see",
    "can not view",
    "can't view",
    "unable to",
    "expired",
    "broken",
    "dead",
    "404",
    "410",
    "not found",
    "no longer available",
    "times out",
    "timed out",
];
/// The same of a picture, of which other things may be said with like words.
const UNSEEN: [&str; 14] = [
    "can not open",
    "can't open",
    "could not open",
    "couldn't open",
    "can not view",
    "can't view",
    "can not see the",
    "can't see the",
    "not load",
    "n't load",
    "unable to open",
    "unable to view",
    "can not download",
    "can't download",
];
const PICTURES: [&str; 3] = ["picture", "image", "photo"];
/// Chinese says it in one word.
const CLOSED_IN_CHINESE: [&str; 7] =
    ["打不开", "无法打开", "失效", "过期", "打开不了", "下载不了", "无法访问"];

/// Whether a buyer's words say that what they were sent cannot be opened. Taken for it once too often a buyer gets the same
/// pictures again; taken for it once too seldom they may be charged to us a second time, so it is generous.
pub fn says_link_is_closed(text: &str) -> bool {
    let text = text.to_lowercase().replace('’', "'").replace("cannot", "can not");
    let has = |words: &[&str]| words.iter().any(|word| text.contains(word));
    (has(&DELIVERIES) && has(&CLOSED)) || (has(&PICTURES) && has(&UNSEEN)) || has(&CLOSED_IN_CHINESE)
}

/// Words of somebody who asks what of a delivery meets a criterion.
const ASKING_HOW: [&str; 7] = [
    "how this is met",
    "how is this met",
    "how it is met",
    "how is it met",
    "怎么满足",
    "如何满足",
    "怎样满足",
];

/// Whether a buyer asks how a criterion is met: a question for an answer, not a wish to be drawn and paid.
pub fn asks_how_met(text: &str) -> bool {
    let text = text.to_lowercase();
    ASKING_HOW.iter().any(|words| text.contains(words))
}

/// The words that go with new links to the same pictures.
pub fn new_links(language: Language, links: &[String]) -> String {
    let opening = match language {
        Language::English => "Sorry that the link did not open. Here it is again, new, for the same work:",
        Language::Chinese => "抱歉，之前的链接打不开。以下是同样图片的新链接：",
    };
    format!("{opening}\n\n{}", links.join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_closed_link_is_told_from_a_wish() {
        for text in [
            "The link doesn't open.",
            "I can’t open the link, please send it again",
            "I cannot open the picture",
            "Your link is not working for me",
            "the url gives 404",
            "Link expired :(",
            "I cannot see 1 of the pictures; I need a public link that opens.",
            "链接打不开，请重新发一下",
            "图片链接已失效",
            "Unable to download the file.",
        ] {
            assert!(says_link_is_closed(text), "{text}");
        }
        for text in [
            "Make it darker please",
            "Could the whale be a little bigger?",
            "Lovely, thank you!",
            "Please open the window in the picture a little",
            "the door should be open",
            "The colours don't work for me, make it warmer",
            "The window in the picture is not open, please open it",
            "背景换成深灰试试",
            "",
        ] {
            assert!(!says_link_is_closed(text), "{text}");
        }
    }

    #[test]
    fn a_question_about_a_criterion_is_told_from_a_wish() {
        for text in ["Please tell me how this is met: Square format", "请说明这一条是怎么满足的：横版16:9"]
        {
            assert!(asks_how_met(text) && !says_link_is_closed(text), "{text}");
        }
        for text in ["Make it square please", "How about a darker sky?", "横版可以吗？"] {
            assert!(!asks_how_met(text), "{text}");
        }
    }

    #[test]
    fn new_links_stand_alone_on_their_lines() {
        let links = ["picture-1.png: https://a.example/1".to_owned()];
        for language in [Language::English, Language::Chinese] {
            let said = new_links(language, &links);
            assert_eq!(said.lines().last(), Some("picture-1.png: https://a.example/1"));
        }
    }
}
