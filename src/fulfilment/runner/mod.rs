//! Walks one order: claim, plan, write the intent down, do the step, record the outcome with the new state.
//!
//! No network, model or file wait happens inside a transaction. A crash anywhere leaves an open intent at most, and the
//! next walk looks before it repeats.

mod act;
mod claims;
mod deadlines;
mod doorway;
mod gather;
mod parts;
mod record;
mod remind;
mod rest;
mod step;
mod unfinished;

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};

use super::outcome::Outcome;
use super::plan::{Next, plan};
use super::situation::Situation;
use super::step::Step;
use crate::crash::{self, Point};
use crate::store::StoreResult;

use claims::Claim;

pub use act::{ActError, SellerAct};
pub use parts::Parts;

/// How long one walk may hold an order before another may take it: longer than any step's time limit.
const LEASE: SignedDuration = SignedDuration::from_mins(10);

/// When an order is looked at again whose walk the database ended.
const AFTER_TROUBLE: SignedDuration = SignedDuration::from_secs(30);

/// Walks the orders of one account.
pub struct Runner {
    pub parts: Parts,
    owner: String,
    usual_ms: Mutex<HashMap<&'static str, u32>>,
    /// Claims that could not be given back.
    kept: Mutex<Vec<Claim>>,
}

impl Runner {
    pub fn new(parts: Parts) -> Self {
        let owner = parts.ids.id();
        Self { parts, owner, usual_ms: Mutex::default(), kept: Mutex::default() }
    }

    /// How long a step usually takes here, in milliseconds.
    pub fn usual_ms(&self, step: &str) -> u32 {
        let known = self.usual_ms.lock().unwrap_or_else(PoisonError::into_inner).get(step).copied();
        known.unwrap_or(match step {
            "draw" => 20_000,
            "read_brief" => 3_000,
            _ => 800,
        })
    }

    /// Walks an order until it waits, holds or is over. Someone else walking it is fine: nothing is done.
    ///
    /// # Errors
    /// When the database fails; the order stays as recorded and is walked again.
    pub async fn walk(&self, order_id: &str) -> StoreResult<()> {
        self.walk_while(order_id, |_| true).await
    }

    async fn walk_while(&self, order_id: &str, goes_on: fn(&Situation) -> bool) -> StoreResult<()> {
        let now = self.parts.clock.now();
        let mut write = self.parts.store.write().await?;
        let claimed = write.claim_order(order_id, &self.owner, now, after(now, LEASE)).await?;
        write.commit().await?;
        if !claimed {
            return Ok(());
        }
        crash::point(Point::RunnerClaimed);
        let walked = self.walk_claimed(order_id, goes_on).await;
        if walked.is_err() {
            let later = after(self.parts.clock.now(), AFTER_TROUBLE);
            self.give_back(Claim { order_id: order_id.to_owned(), owner: self.owner.clone() }, later).await;
        }
        walked
    }

    async fn walk_claimed(&self, order_id: &str, goes_on: fn(&Situation) -> bool) -> StoreResult<()> {
        loop {
            let s = self.situation(order_id).await?;
            if !goes_on(&s) {
                return self.hand_on(&s).await;
            }
            match plan(&s) {
                Next::Do(step) => {
                    if matches!(step, Step::Draw { .. }) {
                        self.parts.prove_disk().await?;
                        self.parts.know_drawers().await;
                    }
                    self.step(&s, &step).await?;
                }
                next => match unfinished::earliest(&s) {
                    Some(open) if unfinished::is_due(open, s.now) => self.find_out(&s, open).await?,
                    open => return self.rest(&s, next, open.and_then(|open| open.retry_at)).await,
                },
            }
        }
    }

    fn learn(&self, step: &'static str, took: std::time::Duration, outcome: &Outcome) {
        if matches!(outcome, Outcome::Done(_)) {
            let ms = u32::try_from(took.as_millis()).unwrap_or(u32::MAX);
            let mut usual = self.usual_ms.lock().unwrap_or_else(PoisonError::into_inner);
            usual.entry(step).and_modify(|known| *known = (*known / 4) * 3 + ms / 4).or_insert(ms);
        }
    }

    fn jittered(&self, from: Timestamp, wait: SignedDuration) -> Timestamp {
        let ms = i64::try_from(wait.as_millis()).unwrap_or(i64::MAX / 4);
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_precision_loss,
            reason = "milliseconds of at most an hour"
        )]
        let jitter = (ms as f64 * 0.5 * self.parts.ids.fraction()) as i64;
        after(from, SignedDuration::from_millis(ms + jitter))
    }
}

fn after(at: Timestamp, by: SignedDuration) -> Timestamp {
    at.saturating_add(by).unwrap_or(at)
}
