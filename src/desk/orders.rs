//! The order board and one order.

use std::collections::HashMap;

use super::bucket;
use super::contract::*;
use super::convert::{amount, instant, picture};
use super::errors::no_account;
use super::files;
use super::gallery;
use super::recorder::recorder;
use crate::crash::{self, Point};
use crate::fulfilment::{Journal, Reading, Round, SellerAct, Situation, Waiting, place_key, steps};
use crate::guard;
use crate::orders::requirement_text;
use crate::stall::{Stall, Walks};
use crate::store::{Actor, EntryOutcome, NewEntry, OrderRow, OrderSearch, PaymentState, PictureRow, Speaker};

const PAGE: u32 = 100;
/// Longest message a seller may send here (contract, MessageCreate).
const MOST_MESSAGE: usize = 10_000;
const MOST_REASON: usize = 2_000;

pub(super) async fn list(stall: &Stall, filter: OrderFilter) -> Result<OrderList, DeskError> {
    let limit = filter.limit.unwrap_or(PAGE).clamp(1, 500);
    let search = OrderSearch {
        words: filter.search,
        stage: filter.stage.map(Into::into),
        held_only: filter.held_only,
        archived: filter.archived,
        after: filter.after.as_deref().and_then(read_cursor),
        limit,
    };
    let mut rows = Vec::new();
    for walks in stall.walks() {
        rows.extend(stall.store().search_orders(&walks.account_id, &search).await?);
    }
    // Each account gave its latest; the latest of all come first.
    rows.sort_by(|one, other| (other.updated_at, &other.id).cmp(&(one.updated_at, &one.id)));
    rows.truncate(limit as usize);
    let full = rows.len() >= limit as usize;
    let next =
        rows.last().filter(|_| full).map(|last| format!("{}.{}", last.updated_at.as_millisecond(), last.id));
    Ok(OrderList { orders: cards(stall, rows).await?, next })
}

fn read_cursor(cursor: &str) -> Option<(i64, String)> {
    let (at, id) = cursor.split_once('.')?;
    Some((at.parse().ok()?, id.to_owned()))
}

/// Rows as cards, with the newest picture and what runs now.
pub(super) async fn cards(stall: &Stall, rows: Vec<OrderRow>) -> Result<Vec<OrderCard>, DeskError> {
    let ids: Vec<String> = rows.iter().map(|row| row.id.clone()).collect();
    let newest: HashMap<String, String> = stall.store().newest_pictures(&ids).await?.into_iter().collect();
    let open: HashMap<String, crate::store::Entry> =
        stall.store().list_open_entries(&ids).await?.into_iter().collect();
    let walks = stall.walks();
    let payments = payments(stall, &walks, &rows).await?;
    Ok(rows
        .into_iter()
        .map(|row| {
            let payment = payments.get(&row.id).copied();
            card(&walks, &row, newest.get(&row.id).cloned(), open.get(&row.id), payment)
        })
        .collect())
}

/// What the seller noted of payments, by order, where the market moves no money.
async fn payments(
    stall: &Stall,
    walks: &[Walks],
    rows: &[OrderRow],
) -> Result<HashMap<String, PaymentState>, DeskError> {
    let mut accounts: Vec<&str> = rows
        .iter()
        .filter(|row| row.stage == crate::store::Stage::Paid && market_of(walks, row) == "moltmarket")
        .map(|row| row.account_id.as_str())
        .collect();
    accounts.sort_unstable();
    accounts.dedup();
    let mut found = HashMap::new();
    for account in accounts {
        let noted = stall.store().list_hand_payments(account).await?;
        found.extend(noted.into_iter().filter_map(|row| Some((row.order_id?, row.payment))));
    }
    Ok(found)
}

fn card(
    walks: &[Walks],
    row: &OrderRow,
    newest: Option<String>,
    open: Option<&crate::store::Entry>,
    payment: Option<PaymentState>,
) -> OrderCard {
    let accept_by = row
        .accept_deadline
        .or_else(|| row.market_created_at?.checked_add(crate::orders::ASSUMED_ACCEPT_WINDOW).ok());
    let deadline = match row.stage {
        crate::store::Stage::Waiting => accept_by.map(|at| Deadline {
            kind: "accept".to_owned(),
            at: instant(at),
            estimated: row.accept_deadline.is_none(),
        }),
        crate::store::Stage::Asking | crate::store::Stage::Making | crate::store::Stage::Approving => row
            .complete_deadline
            .map(|at| Deadline { kind: "complete".to_owned(), at: instant(at), estimated: false }),
        crate::store::Stage::Delivered => row.confirm_deadline.map(|at| Deadline {
            kind: "confirm".to_owned(),
            at: instant(at),
            estimated: false,
        }),
        _ => None,
    };
    OrderCard {
        id: row.id.clone(),
        market: market_of(walks, row).to_owned(),
        market_order_id: row.market_order_id.clone(),
        title: row.title.clone(),
        listing_id: row.listing_id.clone(),
        buyer_name: row.buyer_name.clone(),
        price: row.price.map(amount),
        stage: row.stage.into(),
        market_status: row.market_status.clone(),
        next: row.next_step.clone(),
        next_at: row.next_at.filter(|_| row.next_step == "wait_retry").map(instant),
        hold: row.hold.as_ref().map(|hold| Hold {
            code: hold.code.clone(),
            detail: hold.detail.clone(),
            since: instant(hold.since),
            settle: settle(&hold.code).to_owned(),
        }),
        deadline,
        progress: open.and_then(|entry| {
            let walks = walks.iter().find(|walks| walks.account_id == row.account_id)?;
            Some(progress(walks, entry))
        }),
        payment: payment.map(|payment| payment.as_str().to_owned()),
        picture: newest,
        unread: row.unread,
        paused: row.paused,
        taken_over: row.taken_over,
        created_at: instant(row.created_at),
        updated_at: instant(row.updated_at),
    }
}

/// Where the order is from.
fn market_of(walks: &[Walks], row: &OrderRow) -> &'static str {
    let market = walks.iter().find(|walks| walks.account_id == row.account_id);
    match market.map(|walks| walks.runner.parts.market.abilities().completes_orders) {
        Some(false) => "moltmarket",
        _ => "agent_market",
    }
}

fn progress(walks: &Walks, entry: &crate::store::Entry) -> Progress {
    let n = entry.key.rsplit_once('.').and_then(|(_, n)| n.parse().ok()).unwrap_or(1);
    Progress {
        step: entry.step.clone(),
        n,
        of: entry
            .intent
            .get("of")
            .and_then(serde_json::Value::as_u64)
            .and_then(|of| u32::try_from(of).ok())
            .unwrap_or(n),
        started_at: instant(entry.intent_at),
        expected_ms: walks.runner.usual_ms(&entry.step),
    }
}

/// The action that settles a hold.
fn settle(code: &str) -> &'static str {
    match code {
        "approve" | "by_hand" | "accept_asks" | "price_low" | "listing_paused" | "no_time"
        | "unsafe_file" | "revision_limit" | "draft_unanswered" => "approve",
        "buyer_asks" | "link_not_opened" => "reply",
        "disputed" | "cancelled_midway" | "unknown_status" => "none",
        "refused_brief" => "decline",
        "outgoing_blocked" => "words",
        _ => "retry",
    }
}

/// What walks this order.
pub(super) async fn walks_of(stall: &Stall, order_id: &str) -> Result<Walks, DeskError> {
    stall.walks_of(order_id).await?.ok_or_else(no_account)
}

pub(super) async fn get(stall: &Stall, request: ById) -> Result<OrderView, DeskError> {
    let walks = walks_of(stall, &request.id).await?;
    let store = stall.store();
    let situation = walks.runner.situation(&request.id).await?;
    let row = situation.order.clone();
    let card = cards(stall, vec![row.clone()]).await?.remove(0);
    let pictures = store.list_order_pictures(&row.id).await?;
    let messages = store.list_messages(&row.id).await?;
    let history = store.list_history(&row.id).await?;
    let rounds = crate::fulfilment::rounds(&situation);
    // A market where only the buyer ends an order takes no fee.
    let takes_fee = situation.abilities.completes_orders;
    let fee = row.fee.or_else(|| row.price.filter(|_| takes_fee).map(steps::assumed_fee));
    let payout = row.payout.or_else(|| Some(row.price? - fee?));
    Ok(OrderView {
        fee: fee.map(amount),
        payout: payout.map(amount),
        payout_estimated: row.payout.is_none(),
        cost_usd: amount(store.order_cost_usd(&row.id).await?),
        requirement_signs: signs_of(Speaker::Buyer, &requirement_text(row.requirement.as_deref())),
        requirement: Some(requirement_text(row.requirement.as_deref())).filter(|text| !text.is_empty()),
        cancel_reason: row.cancel_reason.clone(),
        brief: rounds.last().map(|round| BriefView {
            subject: round.brief.subject.clone(),
            style: round.brief.style.clone(),
            prompt: round.brief.prompt.clone(),
            aspect_ratio: round.brief.aspect_ratio.as_str().to_owned(),
            count: situation.rules.count,
            language: round.brief.language.clone(),
        }),
        thread: messages
            .into_iter()
            .map(|message| MessageView {
                id: message.id.to_string(),
                who: message.who.into(),
                name: message.name,
                signs: signs_of(message.who, &message.body),
                text: message.body,
                at: instant(message.at),
                state: message.state.as_str().to_owned(),
            })
            .collect(),
        files: files::views(&situation.journal),
        links: bucket::links(stall, &row.id, &situation.journal).await?,
        takes_files: files::limits(&row.market_status, &situation.abilities),
        actions: actions(&row, &situation.journal, situation.abilities.completes_orders),
        recorder: recorder(&situation.journal, history),
        look_alikes: look_alikes(stall, &row, &pictures).await?,
        not_as_asked: pictures.iter().filter_map(|picture| not_as_asked(&situation, picture)).collect(),
        pictures: pictures.into_iter().filter(|row| !row.is_deleted).map(picture).collect(),
        revisions_used: crate::fulfilment::changes_made(&situation),
        revisions_allowed: situation.rules.revisions,
        refund: proposed(&row, &situation.journal),
        card,
    })
}

/// Pictures of other buyers that look like those of the newest round, while that round waits for the seller's yes.
async fn look_alikes(
    stall: &Stall,
    row: &OrderRow,
    pictures: &[PictureRow],
) -> Result<Vec<LookAlike>, DeskError> {
    if row.hold.as_ref().is_none_or(|hold| hold.code != "approve") {
        return Ok(Vec::new());
    }
    let newest = pictures.iter().map(|picture| picture.round).max();
    let mut found: Vec<LookAlike> = Vec::new();
    for picture in pictures.iter().filter(|picture| Some(picture.round) == newest) {
        for alike in gallery::alike(stall, picture).await? {
            if !found.iter().any(|known| known.id == alike.id) {
                found.push(alike);
            }
        }
    }
    Ok(found)
}

/// What its checks found about a picture that is no reason to draw it again.
fn not_as_asked(s: &Situation, picture: &PictureRow) -> Option<NotAsAsked> {
    let entry = |step: &str| s.journal.done(&place_key(step, picture.round, picture.n));
    let checks = entry("check")?.result.get("checks")?.as_array()?;
    let missed = |name: &str| {
        checks.iter().any(|check| check["name"] == name && check["passed"] == serde_json::Value::Bool(false))
    };
    let what = [("picture_has_asked_ratio", "ratio"), ("picture_has_asked_size", "size")];
    let what: Vec<String> =
        what.into_iter().filter(|(name, _)| missed(name)).map(|(_, what)| what.to_owned()).collect();
    let intent = &entry("draw")?.intent;
    let asked = |name: &str| intent.get(name).and_then(|asked| asked.as_str()).unwrap_or_default().to_owned();
    (!what.is_empty()).then(|| NotAsAsked {
        round: picture.round,
        n: picture.n,
        what,
        ratio: asked("ratio"),
        size: asked("size"),
    })
}

/// What is suspicious about a text; our own side's words are not looked at.
fn signs_of(who: Speaker, text: &str) -> Vec<String> {
    match who {
        Speaker::Buyer | Speaker::Market => {
            guard::signs(text).into_iter().map(|sign| sign.code().to_owned()).collect()
        }
        Speaker::Robot | Speaker::Seller => Vec::new(),
    }
}

/// What the seller may do now.
/// `ends` says whether the seller can end an order of this market.
fn actions(row: &OrderRow, journal: &Journal, ends: bool) -> Vec<String> {
    let mut actions = Vec::new();
    let live = !matches!(row.market_status.as_str(), "completed" | "cancelled");
    let code = row.hold.as_ref().map(|hold| hold.code.as_str());
    if live {
        actions.push("message");
        actions.push(if row.taken_over { "hand_back" } else { "take_over" });
        if !row.taken_over {
            actions.push(if row.paused { "resume" } else { "pause" });
        }
    }
    match code.map(settle) {
        Some("approve") => actions.push("approve"),
        Some("retry") => actions.push("retry"),
        Some("words") => actions.push("words"),
        _ if row.next_step == "wait_retry" => actions.push("retry"),
        // Somebody who can read may see a yes where the robot saw none.
        _ if row.next_step == Waiting::Draft.as_str() => actions.push("approve"),
        _ => {}
    }
    let has_brief = journal.readings().iter().any(|(_, reading): &(i64, Reading)| reading.brief.is_some());
    match row.market_status.as_str() {
        "pending_accept" => actions.push("decline"),
        "in_progress" => {
            if has_brief {
                actions.push("redraw");
            }
            if ends {
                actions.push("complete");
                actions.push("cancel");
            }
        }
        "pending_confirmation" if has_brief => actions.push("redraw"),
        "in_dispute" if ends => actions.push("propose_refund"),
        _ => {}
    }
    actions.into_iter().map(str::to_owned).collect()
}

pub(super) async fn seen(stall: &Stall, request: ById) -> Result<Nothing, DeskError> {
    change(stall, &request.id, None, |row| {
        let was = row.unread;
        row.unread = false;
        // An ended order that was cancelled needs nothing but to be seen.
        if row.hold.as_ref().is_some_and(|hold| hold.code == "cancelled_midway") {
            row.archived = true;
            row.hold = None;
            return true;
        }
        was
    })
    .await
}

pub(super) async fn take_over(stall: &Stall, request: ById) -> Result<Nothing, DeskError> {
    change(stall, &request.id, Some("taken_over"), |row| !std::mem::replace(&mut row.taken_over, true)).await
}

pub(super) async fn hand_back(stall: &Stall, request: ById) -> Result<Nothing, DeskError> {
    change(stall, &request.id, Some("handed_back"), |row| std::mem::replace(&mut row.taken_over, false)).await
}

pub(super) async fn pause(stall: &Stall, request: ById) -> Result<Nothing, DeskError> {
    change(stall, &request.id, Some("paused"), |row| !std::mem::replace(&mut row.paused, true)).await
}

pub(super) async fn resume(stall: &Stall, request: ById) -> Result<Nothing, DeskError> {
    change(stall, &request.id, Some("resumed"), |row| std::mem::replace(&mut row.paused, false)).await
}

pub(super) async fn retry(stall: &Stall, request: ById) -> Result<Nothing, DeskError> {
    let now = stall.clock().now();
    change(stall, &request.id, Some("retry_set"), |row| {
        // Tries made until now no longer count: the seller has looked.
        row.retry_base = now;
        true
    })
    .await?;
    if let Some(account) = stall.account() {
        // What kept us from serving may be mended: it is looked at now, not at the next heartbeat.
        account.beat.notify_one();
    }
    Ok(Nothing {})
}

/// Changes a row by the seller's hand, writes history, and has the order looked at.
async fn change(
    stall: &Stall,
    id: &str,
    kind: Option<&str>,
    apply: impl FnOnce(&mut OrderRow) -> bool,
) -> Result<Nothing, DeskError> {
    let walks = walks_of(stall, id).await?;
    let now = stall.clock().now();
    let mut write = stall.store().write().await?;
    let mut row = write.get_order(id).await?;
    if !apply(&mut row) {
        return Ok(Nothing {});
    }
    write.put_order(&row).await?;
    if let Some(kind) = kind {
        write.insert_history(id, Actor::Seller, kind, None, &[], None, now).await?;
        write.wake_order(id, now).await?;
    }
    crash::point(Point::DeskBeforeChange);
    write.commit().await?;
    crash::point(Point::DeskChanged);
    walks.scheduler.wake();
    stall.signals().send(DeskEvent::OrderChanged { id: id.to_owned() });
    Ok(Nothing {})
}

pub(super) async fn approve(stall: &Stall, request: ById) -> Result<Nothing, DeskError> {
    let walks = walks_of(stall, &request.id).await?;
    let row = stall.store().get_order(&request.id).await?;
    let draft = || async {
        let drafts = crate::fulfilment::rounds(&walks.runner.situation(&request.id).await?);
        Ok::<_, DeskError>(drafts.last().filter(|round| round.is_draft).map(Round::draft_yes))
    };
    let nothing = || DeskError::of("not_now", "nothing waits for a yes");
    let Some(hold) = row.hold else {
        let waits = row.next_step == Waiting::Draft.as_str();
        return allow(stall, &walks, &request.id, draft().await?.filter(|_| waits).ok_or_else(nothing)?)
            .await;
    };
    let what = match hold.code.as_str() {
        "draft_unanswered" => draft().await?.ok_or_else(nothing)?,
        "approve" => format!("round:{}", hold.detail.get("round").map_or("1", String::as_str)),
        "by_hand" | "accept_asks" | "price_low" | "listing_paused" => "accept".to_owned(),
        "unsafe_file" => "files".to_owned(),
        "no_time" => "deadline".to_owned(),
        "revision_limit" => format!("turn:{}", hold.detail.get("turn").map_or("", String::as_str)),
        _ => return Err(nothing()),
    };
    allow(stall, &walks, &request.id, what).await
}

/// Writes down the seller's yes and has the order walked.
async fn allow(stall: &Stall, walks: &Walks, order_id: &str, what: String) -> Result<Nothing, DeskError> {
    let intent = serde_json::json!({ "what": what });
    note(stall, order_id, "approve", format!("approve:{what}"), intent, "approved").await?;
    walks.wake_order(order_id).await?;
    Ok(Nothing {})
}

/// Sends a message that was held back: as it was, or as the seller changed it.
pub(super) async fn send_words(stall: &Stall, request: HeldWords) -> Result<Nothing, DeskError> {
    let walks = walks_of(stall, &request.order_id).await?;
    let row = stall.store().get_order(&request.order_id).await?;
    let key = row
        .hold
        .filter(|hold| hold.code == "outgoing_blocked")
        .and_then(|hold| hold.detail.get("key").cloned())
        .ok_or_else(|| DeskError::of("not_now", "no message is held back"))?;
    let text = request.text.trim();
    check_text(text, MOST_MESSAGE, "text")?;
    check_secrets(text)?;
    let key = format!("words:{key}");
    note(stall, &request.order_id, "words", key, serde_json::json!({ "text": text }), "approved").await?;
    walks.wake_order(&request.order_id).await?;
    Ok(Nothing {})
}

pub(super) async fn redraw(stall: &Stall, request: Redraw) -> Result<Nothing, DeskError> {
    let walks = walks_of(stall, &request.order_id).await?;
    let prompt = request
        .prompt
        .map(|prompt| prompt.trim().chars().take(2_000).collect::<String>())
        .filter(|prompt| !prompt.is_empty());
    let key = format!("redraw:{}", stall.ids().id());
    note(stall, &request.order_id, "redraw", key, serde_json::json!({ "prompt": prompt }), "redraw").await?;
    walks.wake_order(&request.order_id).await?;
    Ok(Nothing {})
}

/// A decision of the seller in the journal: done the moment it is written.
async fn note(
    stall: &Stall,
    order_id: &str,
    step: &'static str,
    key: String,
    intent: serde_json::Value,
    kind: &str,
) -> Result<(), DeskError> {
    let now = stall.clock().now();
    let attempt = Journal::new(stall.store().list_journal(order_id).await?).next_attempt(&key);
    let mut write = stall.store().write().await?;
    let entry = NewEntry {
        step,
        key,
        attempt,
        actor: Actor::Seller,
        intent: intent.clone(),
        input_sha256: None,
        reserved_usd: None,
    };
    let id = write.begin_entry(order_id, &entry, now).await?;
    write.end_entry(id, EntryOutcome::Done, &intent, None, None, None, now).await?;
    write.insert_history(order_id, Actor::Seller, kind, None, &[], None, now).await?;
    write.commit().await?;
    Ok(())
}

pub(super) async fn message(stall: &Stall, request: SendMessage) -> Result<MessageView, DeskError> {
    let text = request.text.trim();
    check_text(text, MOST_MESSAGE, "text")?;
    check_secrets(text)?;
    act(stall, &request.order_id, SellerAct::Say { text: text.to_owned() }).await?;
    let sent = stall
        .store()
        .list_messages(&request.order_id)
        .await?
        .into_iter()
        .rev()
        .find(|message| message.body == text);
    let sent =
        sent.ok_or_else(|| DeskError::of("internal", "the message was sent but is not in the thread"))?;
    Ok(MessageView {
        signs: Vec::new(),
        id: sent.id.to_string(),
        who: sent.who.into(),
        name: sent.name,
        text: sent.body,
        at: instant(sent.at),
        state: sent.state.as_str().to_owned(),
    })
}

pub(super) async fn decline(stall: &Stall, request: WithReason) -> Result<Nothing, DeskError> {
    check_text(request.reason.trim(), MOST_REASON, "reason")?;
    check_secrets(&request.reason)?;
    act(stall, &request.order_id, SellerAct::Decline { reason: request.reason.trim().to_owned() }).await
}

pub(super) async fn cancel(stall: &Stall, request: WithReason) -> Result<Nothing, DeskError> {
    check_text(request.reason.trim(), MOST_REASON, "reason")?;
    check_secrets(&request.reason)?;
    act(stall, &request.order_id, SellerAct::Cancel { reason: request.reason.trim().to_owned() }).await
}

/// What a share of the price comes to. Nothing is sent.
pub(super) async fn refund(stall: &Stall, request: ProposeRefund) -> Result<RefundView, DeskError> {
    let row = stall.store().get_order(&request.order_id).await?;
    share(&row, percent(request.percent)?, None)
        .ok_or_else(|| DeskError::of("not_possible", "the order names no price"))
}

/// Tells the marketplace how much of the price the seller would give back. Equal proposals of both sides settle the
/// dispute at once (contract, negotiateDispute).
pub(super) async fn propose_refund(stall: &Stall, request: ProposeRefund) -> Result<Nothing, DeskError> {
    let percent = percent(request.percent)?;
    let row = stall.store().get_order(&request.order_id).await?;
    if row.market_status != "in_dispute" {
        return Err(DeskError::of("not_now", "the order is not disputed"));
    }
    act(stall, &request.order_id, SellerAct::ProposeRefund { percent }).await
}

fn percent(given: u32) -> Result<u8, DeskError> {
    u8::try_from(given)
        .ok()
        .filter(|percent| *percent <= 100)
        .ok_or_else(|| DeskError::of("invalid", "a share is 0 to 100 percent").with("field", "percent"))
}

/// The newest share the seller proposed that reached the marketplace, while it still matters.
fn proposed(row: &OrderRow, journal: &Journal) -> Option<RefundView> {
    let sent =
        |entry: &&crate::store::Entry| entry.step == "propose_refund" && entry.outcome == EntryOutcome::Done;
    let entry = journal.entries().iter().rev().find(sent)?;
    let percent = entry.intent.get("percent").and_then(serde_json::Value::as_u64)?;
    let at = entry.result_at.unwrap_or(entry.intent_at);
    (row.market_status == "in_dispute").then(|| share(row, u8::try_from(percent).ok()?, Some(at)))?
}

/// No fee is taken of what is given back (contract 1.11).
fn share(row: &OrderRow, percent: u8, sent_at: Option<jiff::Timestamp>) -> Option<RefundView> {
    let price = row.price?;
    let (share, whole) = (rust_decimal::Decimal::from(percent), rust_decimal::Decimal::ONE_HUNDRED);
    let fee = row.fee.unwrap_or_else(|| steps::assumed_fee(price));
    let back = (price * share / whole).round_dp(2);
    let left = ((price - fee) * (whole - share) / whole).round_dp(2);
    Some(RefundView {
        percent: percent.into(),
        back: amount(back),
        left: amount(left),
        sent_at: sent_at.map(instant),
    })
}

pub(super) async fn complete(stall: &Stall, request: CompleteByHand) -> Result<Nothing, DeskError> {
    check_text(request.note.trim(), MOST_REASON, "note")?;
    check_secrets(&request.note)?;
    act(stall, &request.order_id, SellerAct::Complete { note: request.note.trim().to_owned() }).await
}

fn check_text(text: &str, most: usize, field: &str) -> Result<(), DeskError> {
    match text.chars().count() {
        0 => Err(DeskError::of("invalid", "this must not be empty").with("field", field)),
        many if many > most => Err(DeskError::of("invalid", "this is too long")
            .with("field", field)
            .with("most", most.to_string())),
        _ => Ok(()),
    }
}

/// The seller's words are theirs, but a key or a path slips in by mistake only.
fn check_secrets(text: &str) -> Result<(), DeskError> {
    match guard::find_secret(text) {
        None => Ok(()),
        Some(found) => {
            Err(DeskError::of("outgoing_blocked", "this must not be sent").with("found", found.code()))
        }
    }
}

pub(super) async fn act(stall: &Stall, order_id: &str, act: SellerAct) -> Result<Nothing, DeskError> {
    walks_of(stall, order_id).await?.act(order_id, act, ()).await?;
    Ok(Nothing {})
}
