//! The stall's part for given jobs, as the jobs room has it: a look that finds what changed, the walk, and reminders.

use std::sync::Arc;

use jiff::Timestamp;
use stallkeeper::fulfilment::{ActError, Runner};
use stallkeeper::intake::Worker;
use stallkeeper::jobs::{Reminder, next_reminder, reminder_text};
use stallkeeper::settings::Language;
use stallkeeper::store::{EntryOutcome, OrderRow, Speaker, Store};

use super::molt::SimMolt;
use super::stall::JOBS;
use super::world::World;

const LOOK_EVERY: i64 = 30;

/// The parts of a stall that serve one given job.
pub struct Given {
    pub runner: Runner,
    worker: Worker,
    molt: Arc<SimMolt>,
    look_at: Timestamp,
    /// When the poster is to be asked whether the work has come.
    pub remind_at: Option<Timestamp>,
}

impl Given {
    /// At start everything is looked over, whatever was read before.
    pub fn new(molt: Arc<SimMolt>, runner: Runner, worker: Worker, world: &World) -> Self {
        let now = world.now();
        let mut state = world.state();
        for job in state.orders.values_mut().filter_map(|order| order.job.as_mut()) {
            job.news_at = Some(job.news_at.map_or(now, |at| at.min(now)));
        }
        Self { runner, worker, molt, look_at: now, remind_at: None }
    }

    /// When a look will find something; one that can find nothing is left out.
    pub fn looks_at(&self, world: &World) -> Option<Timestamp> {
        let state = world.state();
        let news = state.orders.values().filter_map(|order| order.job.as_ref()?.news_at).min()?;
        Some(news.max(self.look_at))
    }

    pub async fn look(&mut self, store: &Store, world: &World, reminded: &[Timestamp]) {
        let now = world.now();
        self.look_at = world.after(4);
        if self.molt.look().await.is_err() {
            return;
        }
        let due: Vec<String> = {
            let state = world.state();
            let new = |at: Option<Timestamp>| at.is_some_and(|at| at <= now);
            let jobs = state.orders.values().filter(|order| {
                let job = order.job.as_ref();
                job.is_some_and(|job| new(job.news_at))
            });
            jobs.map(|order| order.id.clone()).collect()
        };
        for id in due {
            if !self.worker.read_again(&id).await.unwrap() {
                return;
            }
            world.job_was_read(&id);
            if let Some(row) = store.lookup_market_order(JOBS, &id).await.unwrap() {
                self.plan_reminder(store, world, reminded, &row).await;
            }
        }
        self.look_at = world.after(if world.stormy() { LOOK_EVERY } else { 4 * LOOK_EVERY });
    }

    pub async fn walk(&mut self, store: &Store, world: &World, reminded: &[Timestamp]) {
        for id in store.list_due_orders(JOBS, world.now(), 16).await.unwrap() {
            self.runner.walk(&id).await.unwrap();
            let row = store.get_order(&id).await.unwrap();
            let is_over = matches!(row.market_status.as_str(), "completed" | "cancelled");
            if !is_over && row.hold.is_none() && !row.next_step.starts_with("wait_") {
                world.wrong(format!("{} rests without a reason: {}", row.market_order_id, row.next_step));
            }
            self.plan_reminder(store, world, reminded, &row).await;
        }
    }

    /// Whether and when the poster is to be reminded, and of which delivery.
    async fn reminder(
        store: &Store,
        world: &World,
        reminded: &[Timestamp],
        row: &OrderRow,
    ) -> Option<(Timestamp, Reminder)> {
        if row.market_status != "in_progress" {
            return None;
        }
        let journal = store.list_journal(&row.id).await.unwrap();
        let told = journal.iter().filter(|entry| entry.step == "tell" && entry.outcome == EntryOutcome::Done);
        let delivered = told.filter_map(|entry| entry.result_at).max()?;
        let words = store.list_messages(&row.id).await.unwrap();
        let word = words.iter().filter(|word| word.who == Speaker::Buyer).map(|word| word.at).max();
        Some((delivered, next_reminder(delivered, reminded, word, world.now())))
    }

    async fn plan_reminder(&mut self, store: &Store, world: &World, reminded: &[Timestamp], row: &OrderRow) {
        self.remind_at = match Self::reminder(store, world, reminded, row).await {
            Some((_, Reminder::At(at))) => Some(at),
            Some((_, Reminder::Due(_))) => Some(self.remind_at.map_or(world.now(), |at| at.max(world.now()))),
            Some((_, Reminder::Never)) | None => None,
        };
    }

    pub async fn remind(&mut self, store: &Store, world: &World, reminded: &mut Vec<Timestamp>) {
        self.remind_at = None;
        let id =
            world.state().orders.values().find(|order| order.job.is_some()).map(|order| order.id.clone());
        let Some(row) = store.lookup_market_order(JOBS, &id.unwrap()).await.unwrap() else { return };
        let Some((delivered, Reminder::Due(number))) = Self::reminder(store, world, reminded, &row).await
        else {
            return;
        };
        if row.taken_over || row.paused {
            self.remind_at = Some(world.after(600));
            return;
        }
        let name = format!("{}.{number}", delivered.as_millisecond());
        let text = reminder_text(number, &row.title, Language::English);
        match self.runner.remind(&row.id, &name, &text).await {
            Ok(()) => {
                reminded.push(world.now());
                self.plan_reminder(store, world, reminded, &row).await;
            }
            Err(error) => {
                let is_given_up = matches!(&error, ActError::NotDone { reason, .. } if reason == "given_up");
                world.trace(format!("no reminder: {error}"));
                self.remind_at = Some(world.after(if is_given_up { 6 * 3_600 } else { 60 }));
            }
        }
    }
}
