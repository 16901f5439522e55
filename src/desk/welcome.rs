//! First steps: practise, or connect real accounts. Every check is live, and a key never comes back.

use super::contract::*;
use super::convert::{amount, secret};
use crate::marketplaces::MarketError;
use crate::marketplaces::agent_market::{Registration, register};
use crate::model::{KeyStatus, ModelError};
use crate::settings::read_keys;
use crate::stall::{ConnectError, DEFAULT_MARKET_BASE, DEFAULT_MODEL_BASE, Stall};

pub(super) async fn practise(stall: &Stall, _: Nothing) -> Result<StallView, DeskError> {
    stall.change_mode(StallMode::Practice).await?;
    if stall.account().is_none() {
        return Err(DeskError::of("practice_failed", "the practice marketplace could not be opened"));
    }
    super::stall::view(stall).await
}

pub(super) async fn leave_practice(stall: &Stall, _: Nothing) -> Result<StallView, DeskError> {
    let has_account =
        stall.store().lookup_account(crate::store::AccountKind::AgentMarket, false).await?.is_some();
    stall.change_mode(if has_account { StallMode::Live } else { StallMode::Welcome }).await?;
    super::stall::view(stall).await
}

/// The address given, else the one the environment fixes, else the market's own: a key goes to no other.
fn market_base<'a>(stall: &'a Stall, given: Option<&'a str>) -> &'a str {
    let fixed = stall.environment().agent_market_base_url.as_ref();
    given.unwrap_or_else(|| fixed.map_or(DEFAULT_MARKET_BASE, url::Url::as_str))
}

/// The same for the model provider.
fn model_base<'a>(stall: &'a Stall, given: Option<&'a str>) -> &'a str {
    let fixed = stall.environment().openrouter_base_url.as_ref();
    given.unwrap_or_else(|| fixed.map_or(DEFAULT_MODEL_BASE, url::Url::as_str))
}

pub(super) async fn check_market(stall: &Stall, request: ConnectMarket) -> Result<Proof, DeskError> {
    let base = market_base(stall, request.base_url.as_deref());
    proof_of_market(stall.check_market(base, secret(&request.key)).await.map(|(_, profile)| profile))
}

pub(super) async fn check_model(stall: &Stall, request: ConnectModel) -> Result<Proof, DeskError> {
    let base = model_base(stall, request.base_url.as_deref());
    proof_of_model(stall.check_model(base, secret(&request.key)).await.map(|(_, status)| status))
}

pub(super) async fn connect_market(stall: &Stall, request: ConnectMarket) -> Result<Proof, DeskError> {
    let base = market_base(stall, request.base_url.as_deref());
    let key = secret(&request.key);
    let checked = stall.check_market(base, key.clone()).await.map(|(_, profile)| profile);
    if let Ok(profile) = &checked {
        stall.keep_market(base, key, profile, false).await?;
        let name = profile.name.clone();
        let mut settings = stall.saved_settings();
        if !name.trim().is_empty()
            && settings.stall_name == crate::settings::StallSettings::default().stall_name
        {
            settings.stall_name = name.chars().take(60).collect();
            stall.save_settings(settings).await?;
        }
        stall.change_mode(StallMode::Live).await?;
    }
    proof_of_market(checked)
}

pub(super) async fn connect_model(stall: &Stall, request: ConnectModel) -> Result<Proof, DeskError> {
    let base = model_base(stall, request.base_url.as_deref());
    let key = secret(&request.key);
    let checked = stall.check_model(base, key.clone()).await.map(|(_, status)| status);
    if let Ok(status) = &checked {
        stall.keep_model(base, key, status).await?;
        stall.refresh_model().await?;
    }
    proof_of_model(checked)
}

pub(super) async fn register_market(stall: &Stall, request: RegisterMarket) -> Result<Proof, DeskError> {
    let base = market_base(stall, request.base_url.as_deref());
    // A key that still works makes a second registration a mistake (contract, registerAgent).
    if stall.account().is_some_and(|account| !account.row.practice) {
        return Err(DeskError::of("conflict", "an account is connected already"));
    }
    let registration = Registration {
        name: request.name.trim().to_owned(),
        owner_email: request.owner_email.trim().to_owned(),
        description: Some(request.description.trim().to_owned()).filter(|text| !text.is_empty()),
        skills: vec!["image".to_owned()],
        invite_code: None,
    };
    let registered = register(
        base,
        &registration,
        std::sync::Arc::clone(stall.clock()),
        std::sync::Arc::clone(stall.ids()),
    )
    .await?;
    // The key is shown to us once: it is kept before anything else happens.
    let profile = crate::marketplaces::Profile {
        id: registered.id.clone(),
        handle: registered.handle.clone(),
        name: registered.name.clone().unwrap_or_else(|| registration.name.clone()),
        trust_score: None,
        is_online: None,
        push_url: None,
        balance: None,
    };
    stall.keep_market(base, registered.api_key.clone(), &profile, false).await?;
    stall.change_mode(StallMode::Live).await?;
    proof_of_market(stall.check_market(base, registered.api_key).await.map(|(_, profile)| profile))
}

pub(super) async fn import(stall: &Stall, request: ImportKeys) -> Result<ImportFound, DeskError> {
    let imported = read_keys(&request.text, &stall.config().folders)
        .map_err(|error| DeskError::of("invalid", error.to_string()).with("field", "text"))?;
    let environment = &imported.environment;
    let market_base = environment.agent_market_base_url.as_ref().map(ToString::to_string);
    let model_base = environment.openrouter_base_url.as_ref().map(ToString::to_string);
    let mut found = ImportFound {
        market: None,
        model: None,
        settings: imported.taken.clone(),
        unknown: imported.unknown.clone(),
    };
    if let Some(credentials) = &imported.credentials {
        use secrecy::ExposeSecret;
        let key = credentials.api_key.expose_secret().to_owned();
        found.market = Some(connect_market(stall, ConnectMarket { base_url: market_base, key }).await?);
    }
    if let Some(key) = &environment.openrouter_api_key {
        use secrecy::ExposeSecret;
        let key = key.expose_secret().to_owned();
        found.model = Some(connect_model(stall, ConnectModel { base_url: model_base, key }).await?);
    }
    let settings = stall.saved_settings().overlaid_by(environment);
    stall.save_settings(settings).await?;
    Ok(found)
}

pub(super) fn proof_of_market(
    checked: Result<crate::marketplaces::Profile, ConnectError>,
) -> Result<Proof, DeskError> {
    match checked {
        Ok(profile) => Ok(Proof {
            ok: true,
            code: "key_works".to_owned(),
            name: Some(profile.name).filter(|name| !name.is_empty()),
            balance: profile.balance.map(|balance| format!("{} UAT", amount(balance.total))),
            detail: None,
        }),
        Err(ConnectError::Market(error)) => {
            let code = match &error {
                MarketError::Unauthorized | MarketError::Forbidden { .. } => "key_refused",
                MarketError::Network { .. } | MarketError::NotFound | MarketError::Server { .. } => {
                    "unreachable"
                }
                _ => "unexpected",
            };
            Ok(failed(code, &error))
        }
        Err(error) => Err(error.into()),
    }
}

pub(super) fn proof_of_model(checked: Result<KeyStatus, ConnectError>) -> Result<Proof, DeskError> {
    match checked {
        Ok(status) => {
            let left = status.remaining_usd.or(status.account_credit_usd);
            let empty = left.is_some_and(|left| left <= rust_decimal::Decimal::ZERO);
            Ok(Proof {
                ok: !empty,
                code: if empty { "no_credit" } else { "key_works" }.to_owned(),
                name: Some(status.label).filter(|label| !label.is_empty()),
                balance: left.map(|left| format!("{} USD", amount(left.round_dp(2)))),
                detail: None,
            })
        }
        Err(ConnectError::Model(error)) => {
            let code = match &error {
                ModelError::Unauthorized => "key_refused",
                ModelError::OutOfCredit { .. } => "no_credit",
                ModelError::Network { .. } | ModelError::Server { .. } | ModelError::Overloaded { .. } => {
                    "unreachable"
                }
                _ => "unexpected",
            };
            Ok(failed(code, &error))
        }
        Err(error) => Err(error.into()),
    }
}

fn failed(code: &str, error: &dyn std::fmt::Display) -> Proof {
    Proof { ok: false, code: code.to_owned(), name: None, balance: None, detail: Some(error.to_string()) }
}
