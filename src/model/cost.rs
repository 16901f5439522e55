//! What a call may cost at worst, to be reserved against the caps before it is made.
//!
//! The provider's lists do not say what picture tokens cost, so known models have a table (contract, OpenRouter
//! `x-models`, read on the dates given there) and unknown ones the dearest figure of it. Wrong on the dear side by intent.

use rust_decimal::{Decimal, RoundingStrategy};
use serde_json::Value;

use super::brief::Resolution;
use super::types::ModelInfo;

/// Tokens a picture may take: always sent (contract: about 1290 for a standard picture, more with words).
pub const PICTURE_MAX_TOKENS: u32 = 8_192;
/// Tokens of one picture at standard size (contract, note on `google/gemini-2.5-flash-image`).
pub(super) const STANDARD_TOKENS: u32 = 1_290;

/// What a larger picture costs more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Grows {
    /// Charged by the piece.
    Not,
    /// Charged by tokens, of which a picture takes no more than it may.
    ByTokens,
    /// Charged by its area, or nobody says.
    ByArea,
}

/// List price of one standard picture, and the most one standard picture of that model may come to, in thousandths of a
/// USD.
const PICTURES: [(&str, i64, i64, Grows); 7] = [
    ("google/gemini-2.5-flash-image", 40, 80, Grows::ByTokens),
    ("google/gemini-3.1-flash-image-preview", 70, 200, Grows::ByTokens),
    ("google/gemini-3-pro-image-preview", 140, 300, Grows::ByTokens),
    ("black-forest-labs/flux.2-pro", 45, 100, Grows::ByArea),
    ("black-forest-labs/flux.2-flex", 60, 250, Grows::ByArea),
    ("bytedance-seed/seedream-4.5", 50, 100, Grows::Not),
    ("openai/gpt-image-2", 130, 400, Grows::ByArea),
];

/// USD per million tokens in and out, in hundredths.
const TEXTS: [(&str, i64, i64); 4] = [
    ("google/gemini-3.1-flash-lite", 25, 150),
    ("openai/gpt-5-mini", 25, 200),
    ("google/gemini-2.5-flash-lite", 10, 40),
    ("anthropic/claude-haiku-4.5", 100, 500),
];

const UNKNOWN_PICTURE_MILLI_USD: i64 = 400;
/// Tokens of one analysis at most: two calls, each with every text at its cap (a token a character in the worst scripts).
const ANALYSIS_TOKENS_IN: i64 = 2 * 24_000;
const ANALYSIS_TOKENS_OUT: i64 = 2 * super::openrouter::ANALYSIS_MAX_TOKENS as i64;

/// The most one picture by `model` may cost at this resolution, in USD.
pub fn worst_case_usd(model: &str, resolution: Resolution, prices: Option<&ModelInfo>) -> Decimal {
    let (likely, grows) = PICTURES
        .iter()
        .find(|(id, ..)| *id == model)
        .map_or((None, Grows::ByArea), |(_, likely, _, grows)| (Some(Decimal::new(*likely, 3)), *grows));
    let standard = worst_standard_usd(model, prices);
    let by_area = standard * Decimal::from(resolution.factor().pow(2));
    match (grows, likely) {
        (Grows::Not, _) => standard,
        (Grows::ByTokens, Some(likely)) => {
            let tokens = Decimal::from(PICTURE_MAX_TOKENS) / Decimal::from(STANDARD_TOKENS);
            by_area
                .min((likely * tokens).round_dp_with_strategy(3, RoundingStrategy::AwayFromZero))
                .max(standard)
        }
        _ => by_area,
    }
}

fn worst_standard_usd(model: &str, prices: Option<&ModelInfo>) -> Decimal {
    let twice_listed = prices.and_then(|p| p.usd_per_picture).map(|usd| usd * Decimal::TWO);
    let table = PICTURES.iter().find(|(id, ..)| *id == model).map(|(_, _, worst, _)| Decimal::new(*worst, 3));
    match (table, twice_listed) {
        (Some(table), Some(listed)) => table.max(listed),
        (Some(table), None) => table,
        (None, Some(listed)) => listed.max(Decimal::new(100, 3)),
        (None, None) => {
            // Picture tokens cost at least what text tokens do.
            let tokens = prices.and_then(|p| p.usd_per_million_out).unwrap_or_default()
                * Decimal::new(PICTURE_MAX_TOKENS.into(), 6);
            tokens.max(Decimal::new(UNKNOWN_PICTURE_MILLI_USD, 3))
        }
    }
}

/// The most one reading of a buyer's text by `model` may cost, the repair included, in USD.
pub fn worst_case_analysis_usd(model: &str, prices: Option<&ModelInfo>) -> Decimal {
    let table = TEXTS
        .iter()
        .find(|(id, ..)| *id == model)
        .map(|(_, i, o)| (Decimal::new(*i, 2), Decimal::new(*o, 2)));
    let listed = prices.and_then(|p| Some((p.usd_per_million_in?, p.usd_per_million_out?)));
    let (usd_in, usd_out) = listed.or(table).unwrap_or((Decimal::from(5), Decimal::from(25)));
    let millions = |tokens: i64| Decimal::new(tokens, 6);
    (usd_in * millions(ANALYSIS_TOKENS_IN) + usd_out * millions(ANALYSIS_TOKENS_OUT))
        .round_dp_with_strategy(4, RoundingStrategy::AwayFromZero)
}

/// What the table says one picture by `model` is likely to cost, in USD.
pub(super) fn likely_picture_usd(model: &str) -> Option<Decimal> {
    PICTURES.iter().find(|(id, ..)| *id == model).map(|(_, likely, ..)| Decimal::new(*likely, 3))
}

/// No answer, price or balance has so many dollars. What lies beyond is unknown: sums and products of such numbers
/// would leave what a decimal number holds.
const BEYOND_ALL_USD: Decimal = Decimal::from_parts(1_000_000_000, 0, 0, false, 0);

/// An amount as the provider writes it, digit for digit: a JSON number or a string of one. Negative is unknown.
pub(super) fn amount(value: &Value) -> Option<Decimal> {
    let text = match value {
        Value::Number(number) => number.to_string(),
        Value::String(text) => text.trim().to_owned(),
        _ => return None,
    };
    let amount = text.parse().or_else(|_| Decimal::from_scientific(&text)).ok()?;
    (Decimal::ZERO..BEYOND_ALL_USD).contains(&amount).then_some(amount)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::PictureRoute;
    use serde_json::json;

    fn listed(usd_per_picture: Option<i64>, usd_per_million_out: Option<i64>) -> ModelInfo {
        ModelInfo {
            id: "example/draws".into(),
            name: "Draws".into(),
            usd_per_picture: usd_per_picture.map(|milli| Decimal::new(milli, 3)),
            usd_per_million_in: Some(Decimal::ONE),
            usd_per_million_out: usd_per_million_out.map(Decimal::from),
            structured_outputs: true,
            picture_only: false,
            takes_pictures: true,
            route: PictureRoute::Chat,
            expiration: None,
        }
    }

    #[test]
    fn an_amount_nobody_has_is_unknown() {
        assert_eq!(amount(&json!("999999999.99")), Some("999999999.99".parse().unwrap()));
        for beyond in [json!(1_000_000_000), json!("79228162514264337593543950335"), json!(7.9e28), json!(-1)]
        {
            assert_eq!(amount(&beyond), None, "{beyond}");
        }
    }

    #[test]
    fn reads_amounts_digit_for_digit() {
        let read = |text: &str| amount(&serde_json::from_str(text).unwrap()).map(|usd| usd.to_string());
        assert_eq!(read("0.0387").as_deref(), Some("0.0387"));
        assert_eq!(read("0.1").as_deref(), Some("0.1"), "no binary fraction shows");
        assert_eq!(read("1e-7").as_deref(), Some("0.0000001"));
        assert_eq!(read("\"0.0000025\"").as_deref(), Some("0.0000025"));
        assert_eq!(read("0").as_deref(), Some("0"));
        for nothing in [json!(null), json!(-1), json!("-1"), json!("free"), json!({})] {
            assert_eq!(amount(&nothing), None, "{nothing}");
        }
    }

    #[test]
    fn never_expects_less_than_the_table_or_the_list_says() {
        let known = "google/gemini-2.5-flash-image";
        assert_eq!(worst_case_usd(known, Resolution::Standard, None), Decimal::new(80, 3));
        assert_eq!(
            worst_case_usd(known, Resolution::Standard, Some(&listed(Some(10), None))),
            Decimal::new(80, 3)
        );
        assert_eq!(
            worst_case_usd(known, Resolution::Standard, Some(&listed(Some(100), None))),
            Decimal::new(200, 3)
        );
        for (id, likely, worst, _) in PICTURES {
            assert!(worst > likely, "{id}");
        }
    }

    #[test]
    fn expects_the_dearest_of_a_model_it_does_not_know() {
        let dearest = PICTURES.iter().map(|(_, _, worst, _)| *worst).max().unwrap();
        assert_eq!(worst_case_usd("example/draws", Resolution::Standard, None), Decimal::new(dearest, 3));
        assert_eq!(
            worst_case_usd("example/draws", Resolution::Standard, Some(&listed(None, Some(100)))),
            Decimal::new(8192, 4)
        );
        assert_eq!(
            worst_case_usd("example/draws", Resolution::Standard, Some(&listed(Some(5), None))),
            Decimal::new(100, 3)
        );
    }

    #[test]
    fn a_larger_picture_is_expected_to_cost_what_its_model_charges_by() {
        let worst = |model: &str| Resolution::ALL.map(|size| worst_case_usd(model, size, None).to_string());
        assert_eq!(worst("bytedance-seed/seedream-4.5"), ["0.100"; 3]);
        assert_eq!(worst("black-forest-labs/flux.2-flex"), ["0.250", "1.000", "4.000"]);
        // 8192 tokens of those of which 1290 are one standard picture.
        assert_eq!(worst("google/gemini-2.5-flash-image"), ["0.080", "0.255", "0.255"]);
        assert_eq!(worst("google/gemini-3.1-flash-image-preview"), ["0.200", "0.445", "0.445"]);
        assert_eq!(worst("example/draws"), ["0.400", "1.600", "6.400"]);
    }

    #[test]
    fn reserves_both_calls_of_a_reading() {
        // 48000 tokens in at 0.25 and 8000 out at 1.50 USD per million.
        assert_eq!(worst_case_analysis_usd("google/gemini-3.1-flash-lite", None), Decimal::new(240, 4));
        let unknown = worst_case_analysis_usd("example/reads", None);
        assert!(TEXTS.iter().all(|(id, ..)| worst_case_analysis_usd(id, None) < unknown));
    }
}
