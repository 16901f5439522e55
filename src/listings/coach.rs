//! The coach reads a listing before buyers do: what stands in the way of publishing, and what would make it clearer.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::form::ListingForm;
use super::recipe::{MOST_MODELS, Typed};

/// Longest name and description (contract, ListingCreateRequest).
pub const MOST_NAME: usize = 200;
pub const MOST_DESCRIPTION: usize = 2_000;
const SHORT_DESCRIPTION: usize = 60;

/// How much an advice weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weight {
    /// Stands in the way of publishing.
    Stop,
    /// Would make it better.
    Better,
    /// Well done.
    Good,
}

/// One piece of advice about one field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Advice {
    pub field: &'static str,
    pub code: &'static str,
    pub weight: Weight,
    pub detail: BTreeMap<String, String>,
}

/// Words by which a copy tells what the buyer sends, what they get and how it arrives (the guide, module 1).
const SENDS: [&str; 16] = [
    "tell me",
    "tell us",
    "send",
    "reply",
    "describe",
    "your brief",
    "your idea",
    "your request",
    "requirements",
    "let me know",
    "告诉",
    "发送",
    "回复",
    "描述",
    "需求",
    "说明",
];
const GETS: [&str; 14] = [
    "picture",
    "image",
    "illustration",
    "poster",
    "cover",
    "avatar",
    "artwork",
    "portrait",
    "图片",
    "插画",
    "海报",
    "封面",
    "头像",
    "画",
];
const ARRIVES: [&str; 12] =
    ["attach", "file", "download", "png", "jpg", "deliver", "upload", "附件", "文件", "下载", "交付", "上传"];
/// Asking for these is refused by the market (contract 1.9).
const SECRETS: [&str; 11] = [
    "password",
    "api key",
    "apikey",
    "seed phrase",
    "private key",
    "verification code",
    "passcode",
    "密码",
    "私钥",
    "助记词",
    "验证码",
];
/// Settling elsewhere is a fraud signal (contract 4.5).
const ELSEWHERE: [&str; 10] =
    ["whatsapp", "telegram", "wechat", "paypal", "venmo", "微信", "支付宝", "://", "www.", "@gmail"];

/// What one order costs at worst, as far as it is known.
#[derive(Debug, Clone, Copy, Default)]
pub struct Costs {
    /// In the market's credits.
    pub credits: Option<Decimal>,
    /// In US dollars at the model provider.
    pub usd: Option<Decimal>,
    /// US dollars that must be free for an order to be accepted.
    pub to_begin_usd: Option<Decimal>,
    /// The cap per order that holds: the listing's own or the stall's.
    pub cap_usd: Option<Decimal>,
}

impl Costs {
    /// What must be free and the cap, where every order would wait for the seller.
    fn over_cap_at_once(&self) -> Option<(Decimal, Decimal)> {
        self.to_begin_usd.zip(self.cap_usd).filter(|(needed, cap)| cap < needed)
    }
}

/// Reads a form.
pub fn coach(form: &ListingForm, costs: Costs) -> Vec<Advice> {
    let mut advice = Vec::new();
    let mut say = |field, code, weight| advice.push(Advice { field, code, weight, detail: BTreeMap::new() });
    let (name, description) = (form.name.trim(), form.description.trim());
    let all = format!("{name}\n{description}\n{}", form.tags.join("\n")).to_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| all.contains(word));
    match name.chars().count() {
        0 => say("name", "empty", Weight::Stop),
        many if many > MOST_NAME => say("name", "too_long", Weight::Stop),
        many if many < 8 && name.is_ascii() => say("name", "too_short", Weight::Better),
        _ => {}
    }
    match description.chars().count() {
        0 => say("description", "empty", Weight::Stop),
        many if many > MOST_DESCRIPTION => say("description", "too_long", Weight::Stop),
        many => {
            let mut clear = true;
            for (words, code) in [
                (&SENDS[..], "says_nothing_to_send"),
                (&GETS[..], "says_nothing_delivered"),
                (&ARRIVES[..], "says_no_delivery_way"),
            ] {
                if !has(words) {
                    clear = false;
                    say("description", code, Weight::Better);
                }
            }
            if clear
                && many >= SHORT_DESCRIPTION.min(if description.is_ascii() { SHORT_DESCRIPTION } else { 20 })
            {
                say("description", "good", Weight::Good);
            }
        }
    }
    if has(&SECRETS) {
        say("description", "asks_for_secrets", Weight::Stop);
    }
    if has(&ELSEWHERE) {
        say("description", "off_platform", Weight::Stop);
    }
    match form.price() {
        None if form.price.trim().is_empty() => say("price", "empty", Weight::Stop),
        None => say("price", "not_a_number", Weight::Stop),
        Some(price) if price <= Decimal::ZERO => say("price", "too_low", Weight::Stop),
        Some(price) if !price.is_integer() => say("price", "not_whole", Weight::Stop),
        Some(price) if costs.credits.is_some_and(|cost| price < cost) => {
            say("price", "price_below_cost", Weight::Better)
        }
        Some(_) => {}
    }
    if form.category.trim().is_empty() {
        say("category", "empty", Weight::Stop);
    }
    if form.tags.is_empty() {
        say("tags", "empty", Weight::Better);
    }
    if !(1..=4).contains(&form.count) {
        say("count", "out_of_range", Weight::Stop);
    }
    if form.inventory == Some(0) {
        say("inventory", "sold_out", Weight::Better);
    }
    match Typed::read(&form.recipe.order_cap_usd) {
        Typed::NoNumber => say("order_cap_usd", "not_a_number", Weight::Stop),
        Typed::TooLow => say("order_cap_usd", "too_low", Weight::Stop),
        Typed::Amount(_) | Typed::Nothing if costs.over_cap_at_once().is_some() => {}
        Typed::Amount(cap) if costs.usd.is_some_and(|usd| cap < usd) => {
            say("order_cap_usd", "cap_below_cost", Weight::Better);
        }
        Typed::Amount(_) | Typed::Nothing => {}
    }
    match Typed::read(&form.recipe.least_price) {
        Typed::NoNumber => say("least_price", "not_a_number", Weight::Stop),
        Typed::TooLow => say("least_price", "too_low", Weight::Stop),
        Typed::Amount(least) if form.price().is_some_and(|price| price < least) => {
            say("least_price", "above_price", Weight::Better);
        }
        Typed::Amount(_) | Typed::Nothing => {}
    }
    for (field, chain) in
        [("text_models", &form.recipe.text_models), ("picture_models", &form.recipe.picture_models)]
    {
        if chain.len() > MOST_MODELS {
            say(field, "too_many_models", Weight::Stop);
        }
    }
    if let Some((needed, cap)) = costs.over_cap_at_once() {
        let detail = [("needed", needed), ("cap", cap)];
        advice.push(Advice {
            field: "order_cap_usd",
            code: "cap_stops_all",
            weight: Weight::Better,
            detail: detail.map(|(name, usd)| (name.to_owned(), usd.normalize().to_string())).into(),
        });
    }
    advice
}

/// Whether nothing stands in the way.
pub fn is_ready(advice: &[Advice]) -> bool {
    advice.iter().all(|advice| advice.weight != Weight::Stop)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::listings::Recipe;
    use crate::model::AspectRatio;

    fn form() -> ListingForm {
        ListingForm {
            name: "Storybook illustration".into(),
            description: "Tell me who or what you would like to see, and I will draw one illustration and deliver it as a PNG attached to your order.".into(),
            price: "20".into(),
            category: "design".into(),
            tags: vec!["art".into()],
            inventory: None,
            style: String::new(),
            aspect_ratio: AspectRatio::Square,
            count: 1,
            revisions: 1,
            automation: None,
            example: None,
            recipe: Recipe::default(),
        }
    }

    fn codes(form: &ListingForm) -> Vec<&'static str> {
        coach(form, Costs { credits: Some(Decimal::ONE), usd: Some(Decimal::ONE), ..Costs::default() })
            .into_iter()
            .map(|advice| advice.code)
            .collect()
    }

    #[test]
    fn a_clear_listing_is_praised_and_ready() {
        assert_eq!(codes(&form()), ["good"]);
        let chinese = ListingForm {
            name: "儿童绘本插画".into(),
            description: "请告诉我您想看到的主题和风格，我会画一张插画，并以附件形式交付 PNG 文件给您。"
                .into(),
            ..form()
        };
        assert_eq!(codes(&chinese), ["good"]);
        assert!(is_ready(&coach(&chinese, Costs::default())));
    }

    #[test]
    fn says_when_the_cap_lets_no_order_begin() {
        let costs = |cap: i64| Costs {
            usd: Some(Decimal::TWO),
            to_begin_usd: Some(Decimal::new(85, 2)),
            cap_usd: Some(Decimal::new(cap, 2)),
            ..Costs::default()
        };
        let own = |cap: &str| ListingForm {
            recipe: Recipe { order_cap_usd: cap.into(), ..Recipe::default() },
            ..form()
        };
        let said = |form: &ListingForm, cap| -> Vec<Advice> {
            let advice = coach(form, costs(cap));
            advice.into_iter().filter(|advice| advice.field == "order_cap_usd").collect()
        };
        // The stall's cap, then the listing's own.
        for form in [form(), own("0.50")] {
            let [advice] = &said(&form, 50)[..] else { panic!("{:?}", said(&form, 50)) };
            assert_eq!(
                (advice.code, &*advice.detail["needed"], &*advice.detail["cap"]),
                ("cap_stops_all", "0.85", "0.5")
            );
        }
        assert!(said(&form(), 85).is_empty());
        assert_eq!(said(&own("0.90"), 90)[0].code, "cap_below_cost", "it may stop midway");
    }

    #[test]
    fn says_what_is_missing() {
        let vague = ListingForm {
            description: "Nice things made quickly for everyone who likes nice things in life.".into(),
            ..form()
        };
        // "Storybook illustration" in the name already says what is made.
        assert_eq!(codes(&vague), ["says_nothing_to_send", "says_no_delivery_way"]);
        assert!(is_ready(&coach(&vague, Costs::default())), "advice is not a refusal");
    }

    #[test]
    fn stops_what_the_market_would_refuse() {
        for (broken, code) in [
            (ListingForm { price: "2.5".into(), ..form() }, "not_whole"),
            (ListingForm { price: "0".into(), ..form() }, "too_low"),
            (ListingForm { price: "x".into(), ..form() }, "not_a_number"),
            (ListingForm { name: "y".repeat(201), ..form() }, "too_long"),
            (
                ListingForm {
                    description: "Send me your password and I draw a picture file".into(),
                    ..form()
                },
                "asks_for_secrets",
            ),
            (
                ListingForm { description: "Send me a picture file on WhatsApp".into(), ..form() },
                "off_platform",
            ),
            (ListingForm { count: 9, ..form() }, "out_of_range"),
        ] {
            assert!(codes(&broken).contains(&code), "{code}");
            assert!(!is_ready(&coach(&broken, Costs::default())), "{code}");
        }
    }

    #[test]
    fn reads_the_recipe_too() {
        let with = |recipe| ListingForm { recipe, ..form() };
        let cap = |text: &str| with(Recipe { order_cap_usd: text.into(), ..Recipe::default() });
        let least = |text: &str| with(Recipe { least_price: text.into(), ..Recipe::default() });
        for (broken, code, ready) in [
            (cap("0,5"), "not_a_number", false),
            (cap("0"), "too_low", false),
            (cap("0.99"), "cap_below_cost", true),
            (least("x"), "not_a_number", false),
            (least("21"), "above_price", true),
            (
                with(Recipe { picture_models: vec!["a/b".into(); 9], ..Recipe::default() }),
                "too_many_models",
                false,
            ),
        ] {
            assert!(codes(&broken).contains(&code), "{code}");
            assert_eq!(is_ready(&coach(&broken, Costs::default())), ready, "{code}");
        }
        assert_eq!(codes(&cap("1")), ["good"]);
        assert_eq!(codes(&least("20")), ["good"]);
    }
}
