//! The listings screen.

use std::sync::Arc;

use rust_decimal::Decimal;
use serde_json::Value;

use super::contract::*;
use super::convert::{amount, instant, listing_form, listing_form_view};
use super::errors::no_account;
use crate::fulfilment::steps::{ASSUMED_FEE_PERCENT, assumed_fee};
use crate::listings::{self as room, Costs, ListingError, Weight, coach, is_ready};
use crate::model::{Resolution, WORST_READING_USD, worst_case_usd};
use crate::settings::AutomationMode;
use crate::stall::{OpenAccount, Stall};
use crate::store::{HiddenWhy, ListingRow};

fn account_of(stall: &Stall) -> Result<Arc<OpenAccount>, DeskError> {
    stall.account().ok_or_else(no_account)
}

pub(super) async fn list(stall: &Stall, _: Nothing) -> Result<ListingList, DeskError> {
    let Some(account) = stall.account() else { return Ok(ListingList { listings: Vec::new() }) };
    let rows = stall.store().list_listings(&account.row.id).await?;
    Ok(ListingList { listings: rows.into_iter().map(view).collect::<Result<_, _>>()? })
}

pub(super) async fn get(stall: &Stall, request: ById) -> Result<ListingView, DeskError> {
    view(account_of(stall)?.listings.get(&request.id).await?)
}

pub(super) async fn check(stall: &Stall, form: ListingForm) -> Result<ListingCheck, DeskError> {
    let form = listing_form(form)?;
    let settings = stall.settings();
    let chain = if form.recipe.picture_models.is_empty() {
        &settings.picture_models
    } else {
        &form.recipe.picture_models
    };
    let one = |model: &String| worst_case_usd(model, form.recipe.resolution, None);
    let worst = chain.first().map(|model| one(model) * Decimal::from(form.count));
    let drafts = if form.recipe.draft_first { form.recipe.draft_models(chain) } else { Vec::new() };
    let draft = drafts.first().map(|model| worst_case_usd(model, Resolution::Standard, None));
    let draft = draft.unwrap_or_default();
    let worst = worst.map(|usd| usd + draft);
    let dearest = chain.iter().map(one).max();
    let mode = form.automation.unwrap_or(settings.automation);
    let dearest = dearest.filter(|_| mode != AutomationMode::ByHand);
    let to_begin_usd = dearest.map(|usd| usd + draft + WORST_READING_USD);
    let credits = worst.filter(|_| !settings.credit_usd.is_zero()).map(|usd| usd / settings.credit_usd);
    let own_cap = form.recipe.cap_under(settings.cap_per_order_usd);
    let cap_usd = own_cap.or(settings.cap_per_order_usd);
    let usd = worst.map(|usd| usd + WORST_READING_USD);
    let advice = coach(&form, Costs { credits, usd, to_begin_usd, cap_usd });
    let price = form.price().filter(|price| *price > Decimal::ZERO);
    Ok(ListingCheck {
        order_cap_usd: cap_usd.map(amount),
        cap_is_listings: own_cap.is_some(),
        ready: is_ready(&advice),
        advice: advice
            .into_iter()
            .map(|advice| Advice {
                field: advice.field.to_owned(),
                code: advice.code.to_owned(),
                weight: match advice.weight {
                    Weight::Stop => "stop",
                    Weight::Better => "better",
                    Weight::Good => "good",
                }
                .to_owned(),
                detail: advice.detail,
            })
            .collect(),
        fee_percent: amount(ASSUMED_FEE_PERCENT),
        fee: price.map(|price| amount(assumed_fee(price))),
        take_home: price.map(|price| amount(price - assumed_fee(price))),
    })
}

pub(super) async fn save(stall: &Stall, request: ListingSave) -> Result<ListingView, DeskError> {
    let form = listing_form(request.form)?;
    let account = account_of(stall)?;
    let row = account.listings.save(request.id.as_deref(), form).await?;
    // Orders that wait for what the recipe says now go on.
    if row.market_listing_id.is_some() {
        account.wake_waiting().await?;
        account.show_listings.notify_one();
    }
    told(stall, row)
}

pub(super) async fn publish(stall: &Stall, request: ById) -> Result<ListingView, DeskError> {
    let account = account_of(stall)?;
    let published = account.listings.publish(&request.id).await;
    account.show_listings.notify_one();
    stall.signals().send(DeskEvent::ListingChanged { id: request.id });
    told(stall, published?)
}

pub(super) async fn hide(stall: &Stall, request: ListingHide) -> Result<ListingView, DeskError> {
    let row = account_of(stall)?.listings.hide(&request.id, request.hidden).await?;
    told(stall, row)
}

/// Pauses a listing or resumes it. The robot follows at once; what the market could not be told is told later.
pub(super) async fn pause(stall: &Stall, request: ListingPause) -> Result<ListingView, DeskError> {
    let account = account_of(stall)?;
    told(stall, account.listings.pause(&request.id, request.paused).await?)?;
    account.wake_waiting().await?;
    told(stall, account.listings.tell(&request.id).await?)
}

pub(super) async fn delete(stall: &Stall, request: ById) -> Result<Nothing, DeskError> {
    account_of(stall)?.listings.delete(&request.id).await?;
    stall.signals().send(DeskEvent::ListingChanged { id: request.id });
    Ok(Nothing {})
}

pub(super) async fn refresh(stall: &Stall, _: Nothing) -> Result<ListingList, DeskError> {
    account_of(stall)?.listings.refresh().await?;
    list(stall, Nothing {}).await
}

pub(super) async fn metrics(stall: &Stall, request: ById) -> Result<ListingMetrics, DeskError> {
    let account = account_of(stall)?;
    let listings = &account.listings;
    let row = listings.get(&request.id).await?;
    let Some(market_id) = row.market_listing_id else {
        return Err(DeskError::of("not_now", "it is not published yet"));
    };
    let numbers = listings.market.listing_metrics(&market_id).await?;
    let plain = |value: &Value| match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(flag) => Some(flag.to_string()),
        _ => None,
    };
    // What the market calls its own things by is no number.
    let fields =
        numbers.as_object().into_iter().flatten().filter(|(name, _)| *name != "id" && !name.ends_with("_id"));
    Ok(ListingMetrics {
        numbers: fields.filter_map(|(name, value)| Some((name.clone(), plain(value)?))).collect(),
    })
}

fn told(stall: &Stall, row: ListingRow) -> Result<ListingView, DeskError> {
    stall.signals().send(DeskEvent::ListingChanged { id: row.id.clone() });
    view(row)
}

fn view(row: ListingRow) -> Result<ListingView, DeskError> {
    let form: room::ListingForm =
        serde_json::from_str(&row.form).map_err(|error| DeskError::of("storage", error.to_string()))?;
    let problem: Option<room::Problem> =
        row.problem.as_deref().and_then(|problem| serde_json::from_str(problem).ok());
    Ok(ListingView {
        id: row.id,
        market_listing_id: row.market_listing_id,
        form: listing_form_view(form),
        status: row.status,
        market_status: row.market_status,
        paused: row.hiding.paused,
        hidden_by_seller: row.hiding.by_seller,
        hidden_why: row.hiding.why.map(|why| HiddenWhy::as_str(why).to_owned()),
        untold: row.hiding.problem,
        sold: row.sold,
        views: row.views,
        problem: problem.map(|problem| ListingProblem {
            code: problem.code,
            message: problem.message,
            fields: problem.fields,
            categories: problem.categories,
            reasons: problem.reasons,
        }),
        updated_at: instant(row.updated_at),
    })
}

impl From<ListingError> for DeskError {
    fn from(error: ListingError) -> Self {
        match error {
            ListingError::NotReady => Self::of("invalid", "the listing is not ready to be published"),
            ListingError::Market(error) => error.into(),
            ListingError::Store(error) => error.into(),
        }
    }
}
