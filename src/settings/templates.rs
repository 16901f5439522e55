//! The messages the robot sends to buyers, in both languages.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::values::Language;

/// Names between braces that are filled in when a message is sent.
pub const PLACEHOLDERS: [&str; 5] = ["listing", "buyer", "count", "question", "files"];

/// When a message is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TemplateKey {
    /// When a job was given to us: says that work begins.
    Started,
    /// After accepting: asks what the buyer wants.
    Guide,
    /// When the answer was not enough to draw from.
    GuideAgain,
    /// With a draft: asks whether to go on.
    Draft,
    /// With the finished pictures.
    Delivered,
    /// When drawing or uploading failed for now.
    Apology,
    /// With pictures redrawn after the buyer asked for changes.
    Changed,
    /// When drawing or linking failed for now, of a given job.
    JobApology,
    /// With the finished pictures of a given job, where nothing is confirmed on an order.
    JobDelivered,
    /// With the pictures of a given job redrawn after its poster asked for changes.
    JobChanged,
}

impl TemplateKey {
    pub const ALL: [Self; 10] = [
        Self::Started,
        Self::Guide,
        Self::GuideAgain,
        Self::Draft,
        Self::Delivered,
        Self::Apology,
        Self::Changed,
        Self::JobApology,
        Self::JobDelivered,
        Self::JobChanged,
    ];

    /// The text a stall starts with.
    pub fn default_text(self, language: Language) -> &'static str {
        match (self, language) {
            (Self::Started, Language::English) => {
                "Hello {buyer}, thank you for choosing me for \"{listing}\". I've read your description and start \
                 now; I'll write here as soon as there is something to see."
            }
            (Self::Started, Language::Chinese) => {
                "{buyer} 您好，感谢把「{listing}」交给我！我已看过您的说明，现在开始，有结果会马上在这里告诉您。"
            }
            (Self::Guide, Language::English) => {
                "Hello {buyer}, thank you for ordering \"{listing}\"! What would you like to see in your \
                 picture? Please tell me the subject, the style or mood, where you will use it, and any words \
                 that should appear. I'll start drawing as soon as you reply."
            }
            (Self::Guide, Language::Chinese) => {
                "{buyer} 您好，感谢订购「{listing}」！您希望画面上有什么？请告诉我主题、风格或氛围、用在哪里，\
                 以及需要出现的文字。收到您的回复后我马上开始画。"
            }
            (Self::GuideAgain, Language::English) => {
                "Thank you! One more thing so that I can draw exactly what you have in mind: {question}"
            }
            (Self::GuideAgain, Language::Chinese) => "谢谢！为了画出您想要的效果，还想请教一点：{question}",
            (Self::Draft, Language::English) => {
                "Here is a draft, {buyer}: {files}. It only shows the idea; the finished picture will be worked out \
                 in detail. Shall I go on like this? Say yes, or tell me what should be different."
            }
            (Self::Draft, Language::Chinese) => {
                "{buyer}，这是一张草图：{files}。它只是看个大概，正式的图会画得更精细。这样继续可以吗？可以的话请回复「可以」，要调整的话请直接告诉我。"
            }
            (Self::Delivered, Language::English) => {
                "Your order is ready, {buyer}: {files}. I hope you like it! If something should be different, \
                 just tell me here before you confirm the order."
            }
            (Self::Delivered, Language::Chinese) => {
                "{buyer}，您的图片画好了：{files}。希望您喜欢！如果想调整，请在确认订单之前直接在这里告诉我。"
            }
            (Self::Apology, Language::English) => {
                "Sorry {buyer}, this is taking longer than it should. Your order is safe and I'm on it; \
                 I'll write again as soon as there is news. You don't need to do anything."
            }
            (Self::Apology, Language::Chinese) => {
                "抱歉，{buyer}，这次比预计的要久一些。您的订单没有问题，我正在处理，有进展会马上告诉您，您无需做任何事。"
            }
            (Self::Changed, Language::English) => {
                "I've made the changes you asked for: {files}. Please have a look. If it's right, you can \
                 confirm the order; if not, tell me what to adjust."
            }
            (Self::Changed, Language::Chinese) => {
                "已按您的意见修改：{files}。请看一下，满意的话就可以确认订单；如果还要调整，请告诉我。"
            }
            (Self::JobApology, Language::English) => {
                "Sorry {buyer}, the work for \"{listing}\" is taking longer than it should. I'm still on it and \
                 will write here as soon as there is news. You don't need to do anything."
            }
            (Self::JobApology, Language::Chinese) => {
                "抱歉，{buyer}，「{listing}」比预计的要久一些。我还在处理，有进展会马上在这里告诉您，您无需做任何事。"
            }
            (Self::JobDelivered, Language::English) => {
                "The work for \"{listing}\" is ready, {buyer}: {files}. I hope you like it! If something should be \
                 different, just tell me here."
            }
            (Self::JobDelivered, Language::Chinese) => {
                "{buyer}，「{listing}」画好了：{files}。希望您喜欢！如果想调整，请直接在这里告诉我。"
            }
            (Self::JobChanged, Language::English) => {
                "I've made the changes you asked for: {files}. Please have a look, and tell me here if something \
                 should still be different."
            }
            (Self::JobChanged, Language::Chinese) => {
                "已按您的意见修改：{files}。请看一下，如果还要调整，请直接在这里告诉我。"
            }
        }
    }
}

/// The stall's messages. Only those the seller changed are kept, so that a better default reaches everyone else.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Templates(BTreeMap<TemplateKey, BTreeMap<Language, String>>);

impl Templates {
    /// The longest message.
    pub const MAX_CHARACTERS: usize = 2000;

    /// The text of a message, with its placeholders.
    pub fn text(&self, key: TemplateKey, language: Language) -> &str {
        let changed = self.0.get(&key).and_then(|texts| texts.get(&language));
        changed.map_or_else(|| key.default_text(language), String::as_str)
    }

    /// Changes a text; a blank one brings the default back.
    pub fn set(&mut self, key: TemplateKey, language: Language, text: &str) {
        let text = text.trim();
        let texts = self.0.entry(key).or_default();
        if text.is_empty() || text == key.default_text(language) {
            texts.remove(&language);
        } else {
            texts.insert(language, text.to_owned());
        }
        if texts.is_empty() {
            self.0.remove(&key);
        }
    }

    /// The texts the seller changed.
    pub(super) fn changed(&self) -> impl Iterator<Item = (TemplateKey, Language, &str)> {
        self.0
            .iter()
            .flat_map(|(key, texts)| texts.iter().map(|(language, text)| (*key, *language, text.as_str())))
    }
}

/// The first `{name}` in the text that is not a placeholder, or `{` itself when a brace is left open.
pub(super) fn unknown_placeholder(text: &str) -> Option<&str> {
    let mut rest = text;
    while let Some(open) = rest.find('{') {
        rest = &rest[open + 1..];
        let Some(close) = rest.find('}') else { return Some("{") };
        if !PLACEHOLDERS.contains(&&rest[..close]) {
            return Some(&rest[..close]);
        }
        rest = &rest[close + 1..];
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_default_text_can_be_sent_as_it_is() {
        for key in TemplateKey::ALL {
            for language in [Language::English, Language::Chinese] {
                let text = key.default_text(language);
                assert_eq!(unknown_placeholder(text), None, "{key:?}");
                assert!(!text.contains("  "), "{key:?} has a doubled space");
            }
        }
        assert!(TemplateKey::GuideAgain.default_text(Language::Chinese).contains("{question}"));
    }

    #[test]
    fn the_poster_of_a_job_is_not_asked_to_confirm_an_order() {
        for key in [
            TemplateKey::Started,
            TemplateKey::JobApology,
            TemplateKey::JobDelivered,
            TemplateKey::JobChanged,
        ] {
            let english = key.default_text(Language::English);
            assert!(!english.contains("confirm") && !english.contains("order"), "{key:?}: {english}");
            let chinese = key.default_text(Language::Chinese);
            assert!(!chinese.contains("确认") && !chinese.contains("订单"), "{key:?}: {chinese}");
        }
    }

    #[test]
    fn keeps_only_what_the_seller_changed() {
        let mut templates = Templates::default();
        templates.set(TemplateKey::Guide, Language::English, " What shall I draw? ");
        assert_eq!(templates.text(TemplateKey::Guide, Language::English), "What shall I draw?");
        assert_eq!(serde_json::to_string(&templates).unwrap(), r#"{"guide":{"en":"What shall I draw?"}}"#);
        templates.set(
            TemplateKey::Guide,
            Language::English,
            TemplateKey::Guide.default_text(Language::English),
        );
        assert_eq!(templates, Templates::default());
    }

    #[test]
    fn finds_what_cannot_be_filled_in() {
        assert_eq!(unknown_placeholder("{buyer}: {count} of {files}"), None);
        assert_eq!(unknown_placeholder("Hello {name}"), Some("name"));
        assert_eq!(unknown_placeholder("Hello {buyer"), Some("{"));
    }
}
