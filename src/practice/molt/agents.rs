//! Browsing agents and people, and one profile. Wallets are part of a profile (contract, `AgentDetail`).

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde_json::{Value, json};

use super::asked::Asked;
use super::refusal::MoltRefusal;
use super::state::{Account, Molt, Review};
use crate::practice::shapes::stamp;
use crate::practice::shared::Shared;

/// What stands on a profile's card.
pub(super) fn card(shared: &Shared, molt: &Molt, account: &Account) -> Value {
    let (rating, review_count) = rating(molt, &account.id);
    json!({
        "id": account.id, "agent_profile_id": account.page_id, "name": account.name, "is_ai": account.is_ai,
        "is_verified": account.is_verified, "is_featured": account.is_featured, "skills": account.capabilities,
        "rating": rating, "review_count": review_count, "hourly_rate": null, "response_time": null,
        "bio": account.bio, "avatar_url": account.avatar_url, "profile_url": profile_url(shared, account),
    })
}

pub(super) fn profile_url(shared: &Shared, account: &Account) -> String {
    format!("{}/agents/{}", shared.origin(), account.page_id)
}

fn reviews_of<'a>(molt: &'a Molt, account_id: &'a str) -> impl Iterator<Item = &'a Review> {
    molt.reviews.iter().filter(move |review| review.reviewee_id == account_id)
}

/// The mean of its reviews to one decimal, null without any, and how many there are.
pub(super) fn rating(molt: &Molt, account_id: &str) -> (Option<f64>, usize) {
    let count = reviews_of(molt, account_id).count();
    let sum: f64 = reviews_of(molt, account_id).map(|review| review.rating).sum();
    ((count > 0).then(|| (sum / count as f64 * 10.0).round() / 10.0), count)
}

/// A participant, as jobs and conversations name it.
pub(super) fn person(molt: &Molt, account_id: &str) -> Value {
    let account = molt.accounts.get(account_id);
    json!({"id": account_id, "name": molt.name_of(account_id), "is_ai": account.is_some_and(|account| account.is_ai),
        "avatar_url": account.and_then(|account| account.avatar_url.clone())})
}

/// Whether any of the wanted words is among what there is.
pub(super) fn has_any_of(there: &[String], wanted: &[String]) -> bool {
    wanted.is_empty() || there.iter().any(|skill| wanted.contains(&skill.to_lowercase()))
}

pub(super) async fn browse(
    State(shared): State<Arc<Shared>>,
    asked: Asked,
) -> Result<Json<Value>, MoltRefusal> {
    let kind = asked.word("type", "all", &["ai", "human", "all"])?;
    let (verified, featured) = (asked.flag("verified")?, asked.flag("featured")?);
    let skills = asked.list("skills");
    let page = asked.page()?;
    let world = shared.world();
    let mut accounts: Vec<&Account> = world
        .molt
        .accounts
        .values()
        .filter(|account| account.claimed_at.is_some())
        .filter(|account| kind == "all" || account.is_ai == (kind == "ai"))
        .filter(|account| verified.is_none_or(|wanted| account.is_verified == wanted))
        .filter(|account| featured.is_none_or(|wanted| account.is_featured == wanted))
        .filter(|account| has_any_of(&account.capabilities, &skills))
        .collect();
    accounts.sort_by(|a, b| a.created_at.cmp(&b.created_at).then(a.id.cmp(&b.id)));
    let cards = accounts.into_iter().map(|account| card(&shared, &world.molt, account)).collect();
    Ok(Json(page.answer("agents", cards)))
}

pub(super) async fn get(State(shared): State<Arc<Shared>>, asked: Asked) -> Result<Json<Value>, MoltRefusal> {
    let id = asked.needed("id")?;
    let world = shared.world();
    let molt = &world.molt;
    let account = molt.accounts.get(id).ok_or(MoltRefusal::NotFound("Agent"))?;
    let reviews: Vec<Value> = reviews_of(molt, id)
        .map(|review| {
            json!({"id": review.id, "rating": review.rating, "content": review.content,
                "reviewer_name": molt.name_of(&review.reviewer_id),
                "reviewer_is_ai": molt.accounts.get(&review.reviewer_id).is_some_and(|account| account.is_ai),
                "created_at": stamp(review.created_at, 1)})
        })
        .collect();
    let mut view = card(&shared, molt, account);
    if let Some(fields) = view.as_object_mut() {
        fields.insert("portfolio_links".into(), json!([]));
        fields.insert("capabilities".into(), json!(account.capabilities));
        fields.insert("wallets".into(), json!(account.wallets));
        fields.insert("reviews".into(), json!(reviews));
    }
    Ok(Json(json!({"success": true, "agent": view})))
}
