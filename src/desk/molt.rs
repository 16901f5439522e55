//! The MoltMarket account: connecting, claiming, the profile, the rules.

use std::sync::Arc;
use std::time::Duration;

use serde::de::DeserializeOwned;
use tokio::sync::broadcast::error::RecvError;

use super::contract::*;
use super::convert::{instant, secret};
use super::errors::no_wallet;
use crate::marketplaces::MarketError;
use crate::marketplaces::budget::BudgetView;
use crate::marketplaces::moltmarket::{
    ProfileChange, Registration, Wallet, WalletKind, WalletProblem, check_wallet,
};
use crate::people::{self, ProfileView, Rules};
use crate::settings::base_url;
use crate::stall::{ConnectError, DEFAULT_MOLT_BASE, OpenMolt, Stall};
use crate::store::{InboxRow, MoltAccountRow};

const NEWS: u32 = 40;
/// How long a screen waits for the inbox to be read; it goes on being read after that.
const PATIENCE: Duration = Duration::from_secs(30);

pub(super) async fn get(stall: &Stall, _: Nothing) -> Result<MoltView, DeskError> {
    let trouble = stall.molt_trouble().map(str::to_owned);
    let Some(molt) = stall.molt() else { return closed(stall, trouble).await };
    let kept = stall.store().get_molt_account(&molt.row.id).await?;
    let pulse = molt.inbox.view();
    let budgets = budgets(stall, &molt).await?;
    let (_, unread) = stall.store().count_conversations(&molt.row.id).await?;
    let outbox = stall.store().list_unsent_letters(&molt.row.id).await?.len();
    let news = stall.store().list_recent_news(&molt.row.id, NEWS).await?;
    let pending: Option<people::Waiting> = read("change of the profile", kept.pending.as_deref())?;
    let acknowledged = pending.as_ref().and_then(|pending| pending.skill_version.clone());
    let profile: Option<ProfileView> = read("profile", kept.profile.as_deref())?;
    let rules: Option<Rules> = read("rules", kept.rules.as_deref())?;
    Ok(MoltView {
        status: if kept.is_claimed { "open" } else { "unclaimed" }.to_owned(),
        trouble,
        base_url: molt.row.base_url.clone(),
        practice: molt.row.practice,
        name: molt.row.name.clone(),
        own_id: molt.row.own_id.clone(),
        since: Some(instant(molt.row.created_at)),
        by_environment: by_environment(stall, molt.row.practice),
        key_kept_in: kept_in(stall, molt.row.practice),
        claim_url: kept.claim_url.clone(),
        claim_code: kept.claim_code.clone(),
        inbox: Pulse {
            last_at: pulse.worked_at.map(instant),
            ok: pulse.problem.is_none() && pulse.worked_at.is_some(),
            every_seconds: stall.settings().moltmarket_seconds.rounded_up(),
            problem: pulse.problem,
        },
        inbox_tried_at: pulse.tried_at.map(instant),
        inbox_next_at: pulse.next_at.map(instant),
        profile: profile.map(profile_view),
        pending: pending.map(|pending| pending_view(pending, &kept, &budgets)),
        rules: rules.map(|rules| rules_view(rules, acknowledged.as_deref())),
        news: news.into_iter().map(event).collect(),
        budgets,
        unread,
        outbox: u32::try_from(outbox).unwrap_or(u32::MAX),
    })
}

pub(super) async fn connect(stall: &Stall, request: MoltConnect) -> Result<MoltView, DeskError> {
    not_in_practice(stall)?;
    let base = base(stall, request.base_url.as_deref())?;
    if request.key.trim().is_empty() {
        return Err(DeskError::of("invalid", "the key is empty").with("field", "key"));
    }
    stall.connect_molt(&base, secret(&request.key)).await?;
    get(stall, Nothing {}).await
}

pub(super) async fn register(stall: &Stall, request: MoltRegister) -> Result<MoltView, DeskError> {
    not_in_practice(stall)?;
    if !request.terms_seen {
        return Err(
            DeskError::of("invalid", "the market's terms must be seen first").with("field", "terms_seen")
        );
    }
    if stall.molt().is_some() {
        return Err(DeskError::of("conflict", "a MoltMarket account is connected already"));
    }
    let base = base(stall, request.base_url.as_deref())?;
    let registration = Registration {
        name: request.name.trim().to_owned(),
        description: request.description.trim().to_owned(),
        capabilities: words(request.capabilities),
    };
    match stall.register_molt(&base, &registration).await {
        // The answer held the only copy of the key: whether there is an account now, only the market's page tells.
        Err(ConnectError::Market(error)) if error.may_have_landed() => {
            return Err(DeskError::of("unclear", "it is not known whether the account was made"));
        }
        made => made?,
    }
    get(stall, Nothing {}).await
}

pub(super) async fn disconnect(stall: &Stall, _: Nothing) -> Result<MoltView, DeskError> {
    not_in_practice(stall)?;
    stall.disconnect_molt().await?;
    get(stall, Nothing {}).await
}

/// Adds to the one change that waits. Wallets are looked at first: a typo there is money lost.
pub(super) async fn profile_save(stall: &Stall, form: MoltProfileForm) -> Result<MoltView, DeskError> {
    let molt = open(stall)?;
    let change = change(form);
    if let Some(problem) = problems(&molt, &change).into_iter().next() {
        return Err(problem);
    }
    molt.profile.change(change).await?;
    get(stall, Nothing {}).await
}

/// Says what speaks against a change before it is asked for. Sends nothing and keeps nothing.
pub(super) async fn profile_check(
    stall: &Stall,
    form: MoltProfileForm,
) -> Result<MoltProfileCheck, DeskError> {
    let molt = open(stall)?;
    Ok(MoltProfileCheck { problems: problems(&molt, &change(form)) })
}

/// Takes back the change that waits.
pub(super) async fn profile_take_back(stall: &Stall, _: Nothing) -> Result<MoltView, DeskError> {
    open(stall)?.profile.take_back().await?;
    get(stall, Nothing {}).await
}

fn change(form: MoltProfileForm) -> ProfileChange {
    let wallet = |wallet: MoltWallet| Wallet {
        kind: WalletKind::from(wallet.kind.trim()),
        address: wallet.address.trim().to_owned(),
    };
    ProfileChange {
        description: form.description.map(|text| text.trim().to_owned()),
        capabilities: form.capabilities.map(words),
        avatar_url: form.avatar_url.map(|url| url.trim().to_owned()),
        wallets: form.wallets.map(|wallets| wallets.into_iter().map(wallet).collect()),
        webhook: None,
        skill_version: None,
    }
}

/// Each wallet is looked at by itself; of the rest the first part that does not fit is told.
fn problems(molt: &OpenMolt, change: &ProfileChange) -> Vec<DeskError> {
    if *change == ProfileChange::default() {
        return vec![DeskError::of("invalid", "nothing of the profile changes").with("field", "description")];
    }
    let wallets = change.wallets.iter().flatten().enumerate().filter_map(|(at, wallet)| {
        let problem = check_wallet(&wallet.kind, &wallet.address).err()?;
        Some(no_wallet(problem, format!("wallets[{at}]"), &wallet.address))
    });
    let mut problems: Vec<DeskError> = wallets.collect();
    // A wallet of an unknown kind would be told a second time, in the words of the whole request.
    let has_bad_kind = problems.iter().any(|problem| problem.code == WalletProblem::Kind.code());
    if let Err(error) = molt.market.check_profile(change)
        && !(has_bad_kind && matches!(error, MarketError::Refused { .. }))
    {
        problems.push(error.into());
    }
    problems
}

pub(super) async fn acknowledge_rules(
    stall: &Stall,
    request: AcknowledgeRules,
) -> Result<MoltView, DeskError> {
    let molt = open(stall)?;
    let kept = stall.store().get_molt_account(&molt.row.id).await?;
    let rules: Option<Rules> = read("rules", kept.rules.as_deref())?;
    // Only what was shown can be acknowledged.
    if rules.is_none_or(|rules| rules.current_version != request.version) {
        return Err(DeskError::of("conflict", "these are not the rules as they are now"));
    }
    molt.profile.acknowledge(&request.version).await?;
    get(stall, Nothing {}).await
}

/// Reads the inbox now, and tells how it is then. A reading that takes long goes on by itself.
pub(super) async fn poll_now(stall: &Stall, _: Nothing) -> Result<MoltView, DeskError> {
    let molt = open(stall)?;
    let mut signals = stall.signals().subscribe();
    let before = molt.inbox.view().tries;
    molt.poll_now.notify_one();
    let read = async {
        while molt.inbox.view().tries == before {
            if matches!(signals.recv().await, Err(RecvError::Closed)) {
                break;
            }
        }
    };
    let _ = tokio::time::timeout(PATIENCE, read).await;
    get(stall, Nothing {}).await
}

/// The account must be open.
pub(super) fn open(stall: &Stall) -> Result<Arc<OpenMolt>, DeskError> {
    stall.molt().ok_or_else(super::errors::no_molt)
}

fn not_in_practice(stall: &Stall) -> Result<(), DeskError> {
    if stall.mode() == StallMode::Practice {
        return Err(DeskError::of("molt_practice", "the practice marketplace has its own account"));
    }
    Ok(())
}

/// The address given, else the one the environment fixes, else the market's own.
fn base(stall: &Stall, given: Option<&str>) -> Result<String, DeskError> {
    let fixed = stall.environment().moltmarket_base_url.as_ref().map_or(DEFAULT_MOLT_BASE, url::Url::as_str);
    base_url(given.map(str::trim).filter(|base| !base.is_empty()).unwrap_or(fixed))
        .map(|url| url.to_string())
        .map_err(|problem| DeskError::of("invalid", problem.to_string()).with("field", "base_url"))
}

fn words(words: Vec<String>) -> Vec<String> {
    let words = words.into_iter().map(|word| word.trim().to_owned());
    words.filter(|word| !word.is_empty()).collect()
}

fn read<T: DeserializeOwned>(what: &str, text: Option<&str>) -> Result<Option<T>, DeskError> {
    let unknown = |_| DeskError::of("storage", format!("the database holds an unreadable {what}"));
    text.map(|text| serde_json::from_str(text).map_err(unknown)).transpose()
}

fn by_environment(stall: &Stall, practice: bool) -> bool {
    !practice && stall.environment().moltmarket_api_key.is_some()
}

/// Without an open account: there is none, or the one there is cannot be opened now.
async fn closed(stall: &Stall, trouble: Option<String>) -> Result<MoltView, DeskError> {
    let row = if trouble.is_some() { stall.connected_molt().await? } else { None };
    let (base_url, name, since) = match row {
        Some(row) => (row.base_url, row.name, Some(instant(row.created_at))),
        None => (String::new(), String::new(), None),
    };
    Ok(MoltView {
        key_kept_in: trouble.as_ref().and_then(|_| kept_in(stall, false)),
        status: if trouble.is_some() { "opening" } else { "none" }.to_owned(),
        by_environment: trouble.is_some() && by_environment(stall, false),
        trouble,
        base_url,
        practice: false,
        name,
        own_id: String::new(),
        since,
        claim_url: None,
        claim_code: None,
        inbox: Pulse { last_at: None, ok: false, every_seconds: 0, problem: None },
        inbox_tried_at: None,
        inbox_next_at: None,
        profile: None,
        pending: None,
        rules: None,
        news: Vec::new(),
        budgets: Vec::new(),
        unread: 0,
        outbox: 0,
    })
}

/// Where the key lies; none in practice.
fn kept_in(stall: &Stall, practice: bool) -> Option<String> {
    (!practice && !by_environment(stall, practice)).then(|| stall.secrets().kept_in().as_str().to_owned())
}

fn wallet_views(wallets: Vec<(WalletKind, String)>) -> Vec<MoltWallet> {
    let view = |(kind, address): (WalletKind, String)| MoltWallet { kind: kind.into(), address };
    wallets.into_iter().map(view).collect()
}

fn profile_view(profile: ProfileView) -> MoltProfile {
    MoltProfile {
        name: profile.name,
        description: profile.description,
        capabilities: profile.capabilities,
        avatar_url: profile.avatar_url,
        wallets: wallet_views(profile.wallets),
        rating: profile.rating,
        review_count: profile.review_count.map(|many| u32::try_from(many).unwrap_or(u32::MAX)),
        verified: profile.is_verified,
        profile_url: profile.profile_url,
    }
}

fn pending_view(pending: people::Waiting, kept: &MoltAccountRow, budgets: &[MoltBudget]) -> MoltPending {
    let next_at = budgets.iter().filter(|budget| budget.operation == "update-profile");
    MoltPending {
        form: MoltProfileForm {
            description: pending.description,
            capabilities: pending.capabilities,
            avatar_url: pending.avatar_url,
            wallets: pending.wallets.map(wallet_views),
        },
        skill_version: pending.skill_version,
        since: kept.pending_since.map(instant),
        next_at: next_at.filter_map(|budget| budget.free_again_at.clone()).max(),
        problem: kept.pending_problem.clone(),
    }
}

fn rules_view(rules: Rules, acknowledged: Option<&str>) -> MoltRules {
    MoltRules {
        acknowledged: acknowledged == Some(&rules.current_version),
        own_version: rules.own_version,
        current_version: rules.current_version,
        last_updated: rules.last_updated,
        summary: rules.summary,
        changes: rules
            .changes
            .into_iter()
            .map(|(version, date, summary)| MoltRuleChange { version, date, summary })
            .collect(),
        document_url: rules.document_url,
    }
}

/// All budgets of the account; what counts by the job says which.
pub(super) async fn budgets(stall: &Stall, molt: &OpenMolt) -> Result<Vec<MoltBudget>, DeskError> {
    let mut budgets: Vec<MoltBudget> = molt.market.budgets().await?.into_iter().map(budget).collect();
    for budget in &mut budgets {
        let Some(job_id) = &budget.subject else { continue };
        let posted = stall.store().lookup_posted_job(&molt.row.id, job_id).await?;
        budget.subject_title = posted
            .and_then(|row| serde_json::from_str::<JobForm>(&row.form).ok())
            .map(|form| form.title)
            .filter(|title| !title.is_empty());
    }
    Ok(budgets)
}

fn budget(view: BudgetView) -> MoltBudget {
    MoltBudget {
        operation: view.operation.to_owned(),
        subject: view.subject,
        subject_title: None,
        used: view.used,
        limit: view.limit,
        window_seconds: u32::try_from(view.window.as_secs()).unwrap_or(u32::MAX),
        free_again_at: view.free_again_at.map(instant),
    }
}

fn event(event: InboxRow) -> EventView {
    EventView {
        id: event.id.to_string(),
        event_id: event.event_id,
        kind: event.kind,
        via: event.via,
        order_id: None,
        received_at: instant(event.received_at),
        handled_at: event.handled_at.map(instant),
        outcome: event.outcome,
    }
}
