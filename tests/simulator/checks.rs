//! What must be true when a night is over, seen from the far side and from the stall's own records.

use jiff::Timestamp;
use rust_decimal::Decimal;
use stallkeeper::marketplaces::MarketStatus;
use stallkeeper::store::{EntryOutcome, LedgerKind};

use super::job_checks::check_job;
use super::stall::{ACCOUNT, Night, account_of};
use super::world::FarOrder;

/// Journal steps that make the calls of one kind.
fn steps_of(call: &str) -> &'static [&'static str] {
    match call {
        "say" => &["greet", "guide", "tell", "tell_again", "apologise", "say"],
        "accept" => &["accept"],
        "upload" => &["upload"],
        "complete" => &["complete"],
        "draw" => &["draw"],
        "read_brief" => &["read_brief"],
        _ => &[],
    }
}

pub async fn check(night: &Night) {
    let world = &night.world;
    let far: Vec<FarOrder> = world.state().orders.values().cloned().collect();
    let mut paid = Decimal::ZERO;
    for order in &far {
        paid += check_order(night, order).await;
    }
    let earned = night.store.sum_ledger(ACCOUNT, LedgerKind::Earned, Timestamp::UNIX_EPOCH).await.unwrap();
    let completed =
        far.iter().filter(|order| order.job.is_none() && order.status == MarketStatus::Completed).count();
    if earned != Decimal::from(19 * completed) {
        world.wrong(format!("{completed} orders were paid and the books say {earned}"));
    }
    let stored: Vec<i64> = night
        .store
        .list_recent_news(ACCOUNT, 100_000)
        .await
        .unwrap()
        .iter()
        .filter_map(|row| row.event_id.parse().ok())
        .collect();
    let (acknowledged, pushed): (Vec<i64>, Vec<i64>) = {
        let state = world.state();
        (
            state.events.iter().filter(|known| known.acknowledged).map(|known| known.event.id).collect(),
            state.pushed.iter().copied().collect(),
        )
    };
    for id in acknowledged.iter().chain(&pushed) {
        if !stored.contains(id) {
            world.wrong(format!("event {id} was acknowledged and lost"));
        }
    }
    let stray: Vec<_> = walk(&night.folder.join("files"))
        .into_iter()
        .filter(|name| name.ends_with(".tmp") || name.contains("/answers/"))
        .collect();
    if !stray.is_empty() {
        world.wrong(format!("temporary files were left: {stray:?}"));
    }
}

async fn check_order(night: &Night, order: &FarOrder) -> Decimal {
    let (world, id) = (&night.world, &order.id);
    let Some(row) = night.store.lookup_market_order(account_of(order), id).await.unwrap() else {
        world.wrong(format!("{id} is unknown here"));
        return Decimal::ZERO;
    };
    let journal = night.store.list_journal(&row.id).await.unwrap();
    for (call, received) in &order.received {
        let tries = journal.iter().filter(|entry| steps_of(call).contains(&entry.step.as_str())).count();
        if tries < *received as usize {
            world.wrong(format!("{id}: {received} calls of {call}, {tries} in the journal"));
        }
    }
    if let Some(open) = journal.iter().find(|entry| entry.outcome == EntryOutcome::Open)
        && order.status == MarketStatus::Completed
    {
        world.wrong(format!("{id}: what came of {} was never found out", open.key));
    }
    match &order.job {
        Some(job) => check_job(night, order, job, &row.id).await,
        None => check_sale(night, order),
    }
    check_money(night, order, &row.id).await;
    order.charged
}

fn check_sale(night: &Night, order: &FarOrder) {
    let (world, id) = (&night.world, &order.id);
    for (file, sha256) in &order.files {
        match night.files.read(sha256) {
            Ok(_) => {}
            Err(error) => {
                world.wrong(format!("{id}: the bytes of {} are not those kept here: {error}", file.name))
            }
        }
    }
    let is_finished = order.files.iter().any(|(file, _)| file.name.starts_with("picture"));
    if world.drafts && order.status == MarketStatus::Completed && !is_finished {
        world.wrong(format!("{id} is paid for a draft"));
    }
    if order.accepts > 1 || order.completes > 1 {
        world.wrong(format!("{id}: {} accepts, {} completes", order.accepts, order.completes));
    }
    if order.status == MarketStatus::Completed
        && (order.accepts != 1 || order.completes != 1 || order.files.is_empty())
    {
        world.wrong(format!("{id} is paid without having been made"));
    }
}

async fn check_money(night: &Night, order: &FarOrder, row_id: &str) {
    let (world, id) = (&night.world, &order.id);
    let most_lost = 2 * (1 + night.retries) * 3;
    if order.lost_pictures > most_lost {
        world.wrong(format!("{id}: {} pictures were paid for and lost", order.lost_pictures));
    }
    let booked = night.store.order_cost_usd(row_id).await.unwrap();
    if booked != order.charged_known {
        world.wrong(format!(
            "{id}: the books say {booked} USD, the provider's answers {}",
            order.charged_known
        ));
    }
    let (counted, _) = night.store.spent_usd(row_id, world.now()).await.unwrap();
    if counted < order.charged {
        world.wrong(format!("{id}: {} USD were charged and only {counted} are counted", order.charged));
    }
    if let Some(cap) = night.rules.caps.per_order_usd
        && order.charged > cap
    {
        world.wrong(format!("{id}: {} USD were charged under a cap of {cap}", order.charged));
    }
}

fn walk(folder: &std::path::Path) -> Vec<String> {
    let mut names = Vec::new();
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            names.extend(walk(&path));
        } else {
            names.push(path.display().to_string());
        }
    }
    names
}
