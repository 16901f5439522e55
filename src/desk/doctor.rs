//! One look at everything an order needs. Facts are gathered here, once, when the seller asks; `doctor` judges them.

use std::sync::PoisonError;
use std::time::Duration;

use jiff::fmt::rfc2822;
use jiff::{SignedDuration, Timestamp};
use rust_decimal::Decimal;

use super::contract::*;
use crate::doctor::{self, Asked, Beat, Closed, Facts, MarketFacts, ModelFacts, MoltFacts, Street};
use crate::http::{TimeLimits, client};
use crate::intake::PulseView;
use crate::marketplaces::MarketError;
use crate::model::ModelError;
use crate::settings::ClosedBy;
use crate::stall::{OpenAccount, Stall};
use crate::store::{LedgerKind, OrderSearch, Unsafe, free_bytes, is_little, unsafe_place};
use crate::tunnel::{Registration, TunnelState};

/// Nobody is waited for longer.
const PATIENCE: Duration = Duration::from_secs(8);
/// The market counts three missed beats as offline (contract 1.4).
const OFFLINE_AFTER: i64 = 180;

pub(super) async fn check_up(stall: &Stall, _: Nothing) -> Result<CheckUp, DeskError> {
    let facts = gather(stall).await?;
    let findings = doctor::judge(&facts).into_iter().map(|found| CheckFinding {
        need: found.need.as_str().to_owned(),
        standing: found.standing.as_str().to_owned(),
        why: found.why.to_owned(),
        detail: found.detail.into_iter().map(|(name, value)| (name.to_owned(), value)).collect(),
        fix: found.fix.map(|fix| fix.as_str().to_owned()),
    });
    Ok(CheckUp { findings: findings.collect() })
}

async fn gather(stall: &Stall) -> Result<Facts, DeskError> {
    let now = stall.clock().now();
    let account = stall.account();
    let is_practice = stall.mode() == StallMode::Practice;
    let dir = stall.config().data_dir.clone();
    let looked = tokio::task::spawn_blocking(move || (unsafe_place(&dir), free_bytes(&dir).ok()));
    let base = account.as_ref().filter(|_| !is_practice).map(|open| open.row.base_url.clone());
    let (market, model, clock_ahead, looked) = tokio::join!(
        async {
            match &account {
                Some(open) => of_market(stall, open, now).await.map(Some),
                None => Ok(None),
            }
        },
        of_model(stall, account.as_deref()),
        async {
            match base {
                Some(base) => clock_ahead(stall, &base).await,
                None => None,
            }
        },
        looked,
    );
    let (place, free) = looked.unwrap_or_default();
    let mut spent = Decimal::ZERO;
    let mut waiting = 0;
    let midnight = super::today::local_midnight(now);
    for walks in stall.walks() {
        spent += stall.store().sum_ledger(&walks.account_id, LedgerKind::Model, midnight).await?;
        spent += stall.store().sum_job_costs(&walks.account_id, midnight).await?;
        let held = OrderSearch { held_only: true, limit: 200, ..OrderSearch::default() };
        waiting += stall.store().search_orders(&walks.account_id, &held).await?.len();
    }
    Ok(Facts {
        is_practice,
        disk_trouble: stall.store().disk().trouble().map(|trouble| trouble.code()),
        free,
        free_is_little: free.is_some_and(is_little),
        folder_risk: place.map(|place| match place {
            Unsafe::Synced { by } => ("synced_folder", by),
            Unsafe::Network { kind } => ("network_folder", kind),
        }),
        keys_in: stall.secrets().kept_in().as_str(),
        clock_ahead,
        closed: closed(stall),
        market: market?,
        model,
        spent_today_usd: spent,
        cap_today_usd: stall.settings().cap_per_day_usd,
        molt: of_moltmarket(stall, now).await?,
        waiting: u32::try_from(waiting).unwrap_or(u32::MAX),
    })
}

fn closed(stall: &Stall) -> Option<Closed> {
    if stall.wants_open() {
        return None;
    }
    Some(match stall.closed_by().filter(|_| stall.is_switched_open()) {
        Some(ClosedBy::Hours) => Closed::Hours,
        Some(ClosedBy::Away) => Closed::Away,
        None => Closed::Switch,
    })
}

async fn of_market(stall: &Stall, open: &OpenAccount, now: Timestamp) -> Result<MarketFacts, DeskError> {
    let asked = match tokio::time::timeout(PATIENCE, open.market.me()).await {
        Err(_) => Asked::Silent,
        Ok(Ok(_)) => Asked::Answered,
        Ok(Err(MarketError::Unauthorized)) => Asked::KeyRefused,
        Ok(Err(error)) => Asked::Failed(error.code()),
    };
    let view = stall.tunnel_view();
    let told = matches!(&view.registration, Registration::Told { address: Some(_), .. });
    let street = match &view.state {
        TunnelState::Off => Street::Off,
        TunnelState::Opening => Street::Opening,
        TunnelState::Open { .. } => Street::Open { told },
        TunnelState::Trouble { reason, .. } => Street::Trouble(reason.code()),
    };
    let settings = stall.settings();
    let pace = i64::from(settings.feed_seconds_with_push.rounded_up()).max(60);
    let pushed = open.push.view();
    let mut news = beat(&open.feed.view(), now, pace);
    news.worked_ago = news.worked_ago.into_iter().chain(ago(pushed.worked_at, now)).min();
    let listings = stall.store().list_listings(&open.row.id).await?;
    let count = |status: &str| listings.iter().filter(|row| row.status == status).count();
    Ok(MarketFacts {
        asked,
        news,
        sign_of_life: beat(&open.heartbeat.view(), now, OFFLINE_AFTER),
        street,
        listed: u32::try_from(count("active")).unwrap_or(u32::MAX),
        refused: u32::try_from(count("refused")).unwrap_or(u32::MAX),
    })
}

async fn of_model(stall: &Stall, account: Option<&OpenAccount>) -> ModelFacts {
    let of_molt = || {
        let molt = stall.molt()?;
        // Given back before the account it was read from.
        let held = molt.given.runner.parts.model.read().unwrap_or_else(PoisonError::into_inner);
        held.clone()
    };
    let Some(model) = account.and_then(OpenAccount::model).or_else(of_molt) else { return ModelFacts::None };
    let (asked, left_usd) = match tokio::time::timeout(PATIENCE, model.check_key()).await {
        Err(_) => (Asked::Silent, None),
        Ok(Ok(status)) => (Asked::Answered, status.remaining_usd),
        Ok(Err(ModelError::Unauthorized)) => (Asked::KeyRefused, None),
        Ok(Err(ModelError::OutOfCredit { .. })) => (Asked::OutOfCredit, None),
        Ok(Err(error)) => (Asked::Failed(error.code()), None),
    };
    ModelFacts::Key { asked, left_usd }
}

async fn of_moltmarket(stall: &Stall, now: Timestamp) -> Result<Option<MoltFacts>, DeskError> {
    let key_refused = stall.molt_trouble() == Some("key_refused");
    let Some(molt) = stall.molt() else {
        return Ok(key_refused.then_some(MoltFacts {
            is_claimed: true,
            key_refused,
            inbox: Beat::default(),
        }));
    };
    let view = molt.inbox.view();
    let refused = view.problem.as_deref() == Some("market_unauthorized");
    let is_claimed = super::molt::get(stall, Nothing {}).await?.status != "unclaimed";
    // Twice the pace: one reading may have to wait for what the market allows.
    let within = i64::from(stall.settings().moltmarket_seconds.rounded_up()) * 2;
    Ok(Some(MoltFacts {
        is_claimed,
        key_refused: key_refused || refused,
        inbox: beat(&view, now, within.max(60)),
    }))
}

fn beat(view: &PulseView, now: Timestamp, within: i64) -> Beat {
    Beat { worked_ago: ago(view.worked_at, now), within, failing: view.problem.is_some() }
}

fn ago(at: Option<Timestamp>, now: Timestamp) -> Option<i64> {
    at.map(|at| now.duration_since(at).abs().as_secs())
}

/// How far this computer is ahead of the market, by the time the market writes on its answers.
async fn clock_ahead(stall: &Stall, base: &str) -> Option<i64> {
    let limits = TimeLimits { connect: PATIENCE, total: PATIENCE };
    let answer = client(limits).ok()?.head(base).send().await.ok()?;
    let written = answer.headers().get("date")?.to_str().ok()?;
    let there = rfc2822::parse(written).ok()?.timestamp();
    let ahead: SignedDuration = stall.clock().now().duration_since(there);
    Some(ahead.as_secs())
}
