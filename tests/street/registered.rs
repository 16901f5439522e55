//! What the market has as our address.

use reqwest::Method;
use serde_json::json;
use stallkeeper::settings::StallSettings;
use stallkeeper::stall::Stall;

use super::far::{Far, until};

/// The address the market pushes to, whole.
pub async fn market_has(far: &Far) -> Option<String> {
    let me = far.as_seller(Method::GET, "/agents/me", json!({})).await;
    let me = me.get("agent").unwrap_or(&me);
    me["webhook_url"].as_str().map(str::to_owned)
}

/// Waits until the market has this base address with the path of the news.
pub async fn until_market_has(far: &Far, base: &str) {
    let whole = format!("{}/api/v1/webhook/orders", base.trim_end_matches('/'));
    until("the market to have our address", async || market_has(far).await.as_deref() == Some(&whole)).await;
}

/// Saves changed settings.
pub async fn change(stall: &Stall, change: impl FnOnce(&mut StallSettings)) {
    let mut settings = stall.saved_settings();
    change(&mut settings);
    stall.save_settings(settings).await.unwrap();
}

/// Waits until pushed news can be expected.
pub async fn until_it_carries_news(stall: &Stall) {
    until("the address to carry news", async || stall.tunnel_view().carries_news()).await;
}
