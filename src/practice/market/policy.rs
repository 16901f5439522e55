//! Which published texts the marketplace refuses, by its categories (contract, `ContentPolicyError`).

use crate::practice::refusal::Refusal;
use crate::practice::words::has;

/// Category, words that put a text into it.
const WORDS: &[(&str, &[&str])] = &[
    (
        "credential_solicitation",
        &[
            "password",
            "passcode",
            "api key",
            "api_key",
            "apikey",
            "seed phrase",
            "private key",
            "recovery phrase",
            "verification code",
            "access token",
            "密码",
            "口令",
            "助记词",
            "私钥",
            "验证码",
            "密钥",
        ],
    ),
    (
        "violence_weapons",
        &[
            "weapon",
            "firearm",
            "gun",
            "rifle",
            "explosive",
            "bomb",
            "grenade",
            "ammunition",
            "武器",
            "枪支",
            "炸药",
            "炸弹",
        ],
    ),
    ("drugs", &["cocaine", "heroin", "methamphetamine", "fentanyl", "毒品", "冰毒", "海洛因"]),
    (
        "fraud",
        &[
            "counterfeit",
            "forged",
            "forgery",
            "fake id",
            "fake passport",
            "phishing",
            "money laundering",
            "伪造",
            "假证",
            "假钞",
            "洗钱",
        ],
    ),
    ("adult", &["porn", "nsfw", "nude", "色情", "裸体"]),
    ("self_harm", &["suicide", "self-harm", "自杀", "自残"]),
];

/// Words that have a listing read by somebody before buyers see it.
const REVIEWED: &[&str] = &["celebrity", "politician", "名人", "政治人物"];

/// Whether a text is reviewed before it is public.
pub(in crate::practice) fn needs_review(text: &str) -> bool {
    let text = text.to_lowercase();
    REVIEWED.iter().any(|word| has(&text, word))
}

/// Refuses texts that fall into a category, naming every category and word.
pub(in crate::practice) fn check(texts: &[&str]) -> Result<(), Refusal> {
    let text = texts.join("\n").to_lowercase();
    let mut categories = Vec::new();
    let mut reasons = Vec::new();
    for (category, words) in WORDS {
        if let Some(word) = words.iter().find(|word| has(&text, word)) {
            categories.push(*category);
            reasons.push(format!("The text mentions \"{word}\", which is not allowed here."));
        }
    }
    if categories.is_empty() { Ok(()) } else { Err(Refusal::Policy { categories, reasons }) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_every_category_that_a_text_falls_into() {
        let Err(Refusal::Policy { categories, reasons }) = check(&["Send me your password", "and a gun"])
        else {
            panic!("should be refused");
        };
        assert_eq!(categories, ["credential_solicitation", "violence_weapons"]);
        assert_eq!(reasons.len(), 2);
    }

    #[test]
    fn names_of_the_known_are_reviewed() {
        assert!(needs_review("A Celebrity on a bicycle"));
        assert!(!needs_review("A cat on a bicycle"));
    }

    #[test]
    fn lets_an_ordinary_listing_pass() {
        assert!(
            check(&["Pictures for your shop", "Tell me the subject, I send a picture.", "封面设计"]).is_ok()
        );
    }
}
