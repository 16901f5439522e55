//! What is connected, since when, and the proof of it.

use std::sync::PoisonError;
use std::time::Instant;

use jiff::Timestamp;

use super::contract::*;
use super::convert::{amount, instant};
use super::errors::no_account;
use crate::intake;
use crate::marketplaces::MarketStatus;
use crate::stall::{OpenAccount, Stall};
use crate::store::{AccountKind, AccountRow};
use crate::tunnel::Registration;

const EVENTS: u32 = 40;

pub(super) async fn get(stall: &Stall, _: Nothing) -> Result<ConnectionView, DeskError> {
    let settings = stall.settings();
    let counters = stall.push_door().counters();
    let account = stall.account();
    let model = accounts(stall).await?.into_iter().find(|view| view.kind == "openrouter");
    let tunnel = stall.tunnel_view();
    let our_url = tunnel.told_address().map(|address| {
        format!("{}{}", address.as_str().trim_end_matches('/'), settings.webhook_path.as_str())
    });
    let market_has = account
        .as_ref()
        .and_then(|open| open.registered.lock().unwrap_or_else(PoisonError::into_inner).clone());
    let (missed, since) = match &account {
        Some(open) => missed(stall, open).await?,
        None => (0, stall.opened_at()),
    };
    let events = match &account {
        Some(open) => stall.store().list_recent_news(&open.row.id, EVENTS).await?,
        None => Vec::new(),
    };
    let mut views = Vec::with_capacity(events.len());
    for event in events {
        let order = match (&account, &event.market_order_id) {
            (Some(open), Some(market)) => stall.store().lookup_market_order(&open.row.id, market).await?,
            _ => None,
        };
        views.push(EventView {
            id: event.id.to_string(),
            event_id: event.event_id,
            kind: event.kind,
            via: event.via,
            order_id: order.map(|row| row.id),
            received_at: instant(event.received_at),
            handled_at: event.handled_at.map(instant),
            outcome: event.outcome,
        });
    }
    let pulse = |pulse: Option<intake::PulseView>, every: u32| {
        let pulse = pulse.unwrap_or_default();
        Pulse {
            last_at: pulse.worked_at.map(instant),
            ok: pulse.problem.is_none() && pulse.worked_at.is_some(),
            every_seconds: every,
            problem: pulse.problem,
        }
    };
    let feed_every =
        if tunnel.carries_news() { settings.feed_seconds_with_push } else { settings.feed_seconds };
    Ok(ConnectionView {
        market: account.as_ref().map(|open| market_view(stall, &open.row)),
        model,
        push: PushView {
            kind: if our_url.is_some() { "own_address" } else { "none" }.to_owned(),
            matches: our_url.is_some() && our_url == market_has,
            our_url,
            market_has,
            last_at: counters.last_at.map(instant),
            received: u32::try_from(counters.received).unwrap_or(u32::MAX),
            refused: u32::try_from(counters.refused).unwrap_or(u32::MAX),
        },
        feed: pulse(account.as_ref().map(|open| open.feed.view()), feed_every.rounded_up()),
        heartbeat: pulse(
            account.as_ref().map(|open| open.heartbeat.view()),
            settings.heartbeat_seconds.rounded_up(),
        ),
        reconcile: pulse(account.as_ref().map(|open| open.reconcile.view()), 300),
        events: views,
        local_address: stall.local_address().map(|address| format!("http://{address}")),
        push_path: settings.webhook_path.as_str().to_owned(),
        tunnel: super::tunnel::status(stall, &tunnel).await?,
        links: super::bucket::view(stall).await,
        audit: super::tunnel::audit(stall, account.as_deref(), since).await?,
        changes: super::tunnel::changes(stall).await?,
        orders_missed: missed,
        missed_since: Some(instant(since)),
        warnings: super::data::warnings(stall).await,
    })
}

/// Orders that were cancelled because they were not accepted in time while the stall was open, and since when that is
/// counted.
pub(super) async fn missed(stall: &Stall, account: &OpenAccount) -> Result<(u32, Timestamp), DeskError> {
    let since = account.row.created_at;
    Ok((stall.store().count_missed(&account.row.id, since).await?, since))
}

fn market_view(stall: &Stall, row: &AccountRow) -> AccountView {
    AccountView {
        kind: "agent_market".to_owned(),
        name: row.name.clone(),
        base_url: row.base_url.clone(),
        practice: row.practice,
        has_key: true,
        key_kept_in: (!row.practice).then(|| stall.secrets().kept_in().as_str().to_owned()),
        proof: Some(proof(row, "UAT")),
        checked_at: row.checked_at.map(instant),
    }
}

fn proof(row: &AccountRow, unit: &str) -> Proof {
    Proof {
        ok: row.check_code == "key_works",
        code: row.check_code.clone(),
        name: Some(row.name.clone()).filter(|name| !name.is_empty()),
        balance: row.balance.map(|balance| format!("{} {unit}", amount(balance.round_dp(2)))),
        detail: None,
    }
}

/// The accounts of the stall that is open: the market's and the model provider's.
pub(super) async fn accounts(stall: &Stall) -> Result<Vec<AccountView>, DeskError> {
    let mut views = Vec::new();
    if let Some(open) = stall.account() {
        views.push(market_view(stall, &open.row));
        if open.row.practice {
            views.push(AccountView {
                kind: "openrouter".to_owned(),
                name: "practice".to_owned(),
                base_url: "practice".to_owned(),
                practice: true,
                has_key: true,
                key_kept_in: None,
                proof: Some(Proof {
                    ok: true,
                    code: "key_works".to_owned(),
                    name: None,
                    balance: None,
                    detail: None,
                }),
                checked_at: Some(instant(open.opened_at)),
            });
            return Ok(views);
        }
    }
    if let Some(row) = stall.store().lookup_account(AccountKind::OpenRouter, false).await? {
        views.push(AccountView {
            kind: "openrouter".to_owned(),
            name: row.name.clone(),
            base_url: row.base_url.clone(),
            practice: false,
            has_key: true,
            key_kept_in: Some(stall.secrets().kept_in().as_str().to_owned()),
            proof: Some(proof(&row, "USD")),
            checked_at: row.checked_at.map(instant),
        });
    } else if stall.environment().openrouter_api_key.is_some() {
        let base = stall
            .environment()
            .openrouter_base_url
            .as_ref()
            .map_or(crate::stall::DEFAULT_MODEL_BASE.to_owned(), ToString::to_string);
        views.push(AccountView {
            kind: "openrouter".to_owned(),
            name: "OPENROUTER_API_KEY".to_owned(),
            base_url: base,
            practice: false,
            has_key: true,
            key_kept_in: Some("memory".to_owned()),
            proof: None,
            checked_at: None,
        });
    }
    Ok(views)
}

/// Proves the connection step by step, with real calls.
pub(super) async fn test(stall: &Stall, _: Nothing) -> Result<ConnectionTest, DeskError> {
    let account = stall.account().ok_or_else(no_account)?;
    let mut steps = Vec::new();
    let mut step = |code: &str, begun: Instant, result: Result<Option<String>, String>| {
        steps.push(TestStep {
            code: code.to_owned(),
            ok: result.is_ok(),
            ms: u32::try_from(begun.elapsed().as_millis()).unwrap_or(u32::MAX),
            detail: result.unwrap_or_else(Some),
        });
    };
    let begun = Instant::now();
    let me = account.market.me().await;
    let registered = me.as_ref().ok().and_then(|profile| profile.push_url.clone());
    step("key", begun, me.map(|profile| Some(profile.name)).map_err(|error| error.to_string()));
    let begun = Instant::now();
    let beat = match stall.can_serve(&account) {
        Ok(()) => account.market.heartbeat().await.map(|()| None).map_err(|error| error.to_string()),
        // A heartbeat would say that orders can be served.
        Err(why) => Err(format!("not sent: {}", why.code())),
    };
    step("heartbeat", begun, beat);
    let begun = Instant::now();
    step(
        "feed",
        begun,
        account
            .market
            .pending_events()
            .await
            .map(|waiting| Some(waiting.to_string()))
            .map_err(|error| error.to_string()),
    );
    let begun = Instant::now();
    let listed = account.market.list_orders(&MarketStatus::PendingAccept).await;
    step(
        "orders",
        begun,
        listed.map(|orders| Some(orders.len().to_string())).map_err(|error| error.to_string()),
    );
    if let Some(ours) = get(stall, Nothing {}).await?.push.our_url {
        let matches = registered.as_deref() == Some(&ours);
        step(
            "push_registered",
            Instant::now(),
            if matches { Ok(Some(ours)) } else { Err(registered.unwrap_or_default()) },
        );
    }
    let begun = Instant::now();
    match account.model() {
        Some(model) => step(
            "model_key",
            begun,
            model.check_key().await.map(|status| Some(status.label)).map_err(|error| error.to_string()),
        ),
        None => step("model_key", begun, Err("no model provider is connected".to_owned())),
    }
    account.read_feed.notify_one();
    account.compare.notify_one();
    Ok(ConnectionTest { steps })
}

pub(super) async fn set_public_address(
    stall: &Stall,
    request: SetPublicAddress,
) -> Result<ConnectionView, DeskError> {
    let account = stall.account().ok_or_else(no_account)?;
    if account.row.practice {
        return Err(DeskError::of("not_now", "the practice marketplace needs no public address"));
    }
    if stall.environment().webhook_public_base_url.is_some() {
        return Err(DeskError::of("not_now", "the environment names the public address"));
    }
    let mut settings = stall.saved_settings();
    settings.public_base_url = match request.base_url.as_deref().map(str::trim).filter(|url| !url.is_empty())
    {
        None => None,
        Some(url) => Some(url.parse().map_err(|problem: crate::settings::AddressProblem| {
            DeskError::of("invalid", problem.to_string()).with("field", "base_url")
        })?),
    };
    settings.tunnel.kind = crate::settings::TunnelChoice::Own;
    stall.save_settings(settings).await?;
    if let Registration::Failed { code } = stall.until_told().await {
        return Err(DeskError::of(code, "the marketplace could not be told the address"));
    }
    stall.signals().send(DeskEvent::ConnectionChanged);
    get(stall, Nothing {}).await
}

pub(super) async fn redeliver(stall: &Stall, request: ById) -> Result<Nothing, DeskError> {
    let account = stall.account().ok_or_else(no_account)?;
    let id = request.id.parse().map_err(|_| DeskError::of("not_found", "no such event"))?;
    let mut write = stall.store().write().await?;
    if !write.redeliver(id).await? {
        return Err(DeskError::of("not_found", "no such event"));
    }
    write.commit().await?;
    account.arrived.notify_one();
    Ok(Nothing {})
}
