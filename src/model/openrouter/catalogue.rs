//! Models on offer and the state of the key.

use rust_decimal::Decimal;
use serde_json::Value;

use crate::model::cost::{STANDARD_TOKENS, amount, likely_picture_usd};
use crate::model::{KeyStatus, ModelError, ModelInfo, ModelUse, PictureRoute};

/// The models of a `/models` or `/images/models` answer that fit this use. One that cannot be read is left out.
pub(super) fn models(
    answer: &Value,
    wanted: ModelUse,
    route: PictureRoute,
) -> Result<Vec<ModelInfo>, ModelError> {
    let list = answer.get("data").and_then(Value::as_array).ok_or_else(unreadable)?;
    Ok(list.iter().filter_map(|entry| model(entry, wanted, route)).collect())
}

fn model(entry: &Value, wanted: ModelUse, route: PictureRoute) -> Option<ModelInfo> {
    let text = |name: &str| entry.get(name).and_then(Value::as_str);
    let words = |path: &str| -> Vec<&str> {
        entry
            .pointer(path)
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .collect()
    };
    let id = text("id")?;
    let gives = words("/architecture/output_modalities");
    let takes = words("/architecture/input_modalities");
    let structured_outputs = words("/supported_parameters").contains(&"structured_outputs");
    let fits = match wanted {
        ModelUse::Text => structured_outputs && (gives.is_empty() || gives.contains(&"text")),
        ModelUse::Picture => route == PictureRoute::Images || gives.contains(&"image"),
    };
    if !fits {
        return None;
    }
    let price = |name: &str| entry.get("pricing")?.get(name).and_then(amount);
    let per_million = |name: &str| Some((price(name)? * Decimal::from(1_000_000)).normalize());
    let per_picture = || {
        let tokens = price("image_output").map(|usd| (usd * Decimal::from(STANDARD_TOKENS)).normalize());
        tokens.filter(|usd| !usd.is_zero()).or_else(|| likely_picture_usd(id))
    };
    Some(ModelInfo {
        id: id.to_owned(),
        name: text("name").unwrap_or(id).to_owned(),
        usd_per_picture: if wanted == ModelUse::Picture { per_picture() } else { None },
        usd_per_million_in: per_million("prompt"),
        usd_per_million_out: per_million("completion"),
        structured_outputs,
        picture_only: wanted == ModelUse::Picture && !gives.contains(&"text"),
        takes_pictures: takes.is_empty() || takes.contains(&"image"),
        route,
        expiration: text("expiration_date").map(str::to_owned),
    })
}

/// The key's state from `/key`, and the account's credit from `/credits` where that may be seen.
pub(super) fn key_status(key: &Value, credits: Option<&Value>) -> Result<KeyStatus, ModelError> {
    let data = key.get("data").ok_or_else(unreadable)?;
    let money = |name: &str| data.get(name).and_then(amount);
    let text = |name: &str| data.get(name).and_then(Value::as_str).map(str::to_owned);
    let account = |name: &str| credits?.get("data")?.get(name).and_then(amount);
    Ok(KeyStatus {
        label: text("label").unwrap_or_default(),
        limit_usd: money("limit"),
        // Overspent by a last call shows as a negative number, which is nothing left, not unlimited.
        remaining_usd: match data.get("limit_remaining") {
            Some(left) if left.is_number() || left.is_string() => Some(amount(left).unwrap_or_default()),
            _ => None,
        },
        used_usd: money("usage").unwrap_or_default(),
        used_today_usd: money("usage_daily"),
        is_free_tier: data.get("is_free_tier").and_then(Value::as_bool).unwrap_or(false),
        expires_at: text("expires_at"),
        account_credit_usd: account("total_credits")
            .zip(account("total_usage"))
            .map(|(bought, used)| bought - used),
    })
}

fn unreadable() -> ModelError {
    ModelError::Network { message: "the answer has no data".to_owned(), sent: true }
}
