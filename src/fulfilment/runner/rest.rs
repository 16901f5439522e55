//! Records that an order waits, holds or is over, and lets go of it.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use super::deadlines::accept_look;
use super::{Runner, after};
use crate::crash::{self, Point};
use crate::desk::contract::DeskEvent;
use crate::fulfilment::plan::{HoldReason, Next, Waiting, stage};
use crate::fulfilment::situation::Situation;
use crate::fulfilment::steps::answer_of;
use crate::host::NoticeKind;
use crate::marketplaces::MarketStatus;
use crate::store::{Actor, HoldRow, OrderKind, OrderRow, Stage, StoreResult, TaskRow, TaskStatus, Write};

/// Paid and cancelled orders stay on the board this long.
const ON_BOARD_AFTER: SignedDuration = SignedDuration::from_hours(24);

impl Runner {
    /// Records that an order waits, holds or is over, and lets go of it. `look_at` is when something begun earlier is
    /// to be found out about.
    pub(super) async fn rest(
        &self,
        s: &Situation,
        next: Next,
        look_at: Option<Timestamp>,
    ) -> StoreResult<()> {
        let now = self.parts.clock.now();
        let mut write = self.parts.store.write().await?;
        let mut order = write.get_order(&s.order.id).await?;
        let before = order.clone();
        let mut notice: Option<String> = None;
        self.note_missed(&mut write, &before, &next, now).await?;
        let next_at = match &next {
            Next::Do(_) => Some(now),
            Next::Wait { until, why } => {
                why.as_str().clone_into(&mut order.next_step);
                order.hold = None;
                // A moment that has passed must not have the order walked round and round.
                until.map(|at| at.max(after(now, SignedDuration::from_millis(50))))
            }
            Next::Hold(reason) => {
                "none".clone_into(&mut order.next_step);
                notice = self.hold(&mut write, &mut order, reason, now).await?.map(str::to_owned);
                notice = self.last_call(&mut write, s, now).await?.or(notice);
                // Deadlines pass while the seller thinks.
                accept_look(s).or(order.confirm_deadline.filter(|at| *at > now))
            }
            Next::Over(why) => self.over(&mut write, s, &mut order, why, now).await?,
        };
        let next_at = next_at.into_iter().chain(look_at).min();
        if before.hold.is_some() && order.hold.is_none() {
            write.insert_history(&order.id, Actor::Robot, "released", None, &[], None, now).await?;
        }
        if s.order.kind == OrderKind::Order {
            self.move_stage(&mut write, &mut order, stage(s), now).await?;
        }
        let changed = before.stage != order.stage
            || before.next_step != order.next_step
            || before.hold != order.hold
            || before.archived != order.archived;
        if changed {
            order.updated_at = now;
        }
        write.put_order(&order).await?;
        let freed = is_at_work(before.stage) && !is_at_work(order.stage);
        // Woken for a free place and not in need of it any more.
        let passed_on = before.next_step == Waiting::Capacity.as_str()
            && order.next_step != Waiting::Capacity.as_str()
            && !is_at_work(order.stage);
        if freed || passed_on {
            write.wake_next_for_capacity(&self.parts.account_id, now).await?;
        }
        write.release_order(&order.id, &self.owner, s.order.wake, next_at, now).await?;
        crash::point(Point::RunnerBeforeRest);
        write.commit().await?;
        crash::point(Point::RunnerRested);
        if matches!(s.status(), MarketStatus::Completed | MarketStatus::Cancelled) {
            self.drop_answers(s).await;
        }
        if let Some(code) = notice {
            (self.parts.notices)(NoticeKind::NeedsYou, &order, &code);
        }
        if order.stage == Stage::Paid && before.stage != Stage::Paid {
            (self.parts.notices)(NoticeKind::Paid, &order, "");
        }
        if changed {
            self.parts.signals.send(DeskEvent::OrderChanged { id: order.id.clone() });
        }
        Ok(())
    }

    /// Answers that became no picture are kept while their order may still need them, and not longer.
    async fn drop_answers(&self, s: &Situation) {
        let names: Vec<String> =
            s.journal.entries().iter().filter_map(|entry| answer_of(&s.order.id, entry)).collect();
        if names.is_empty() {
            return;
        }
        let files = Arc::clone(&self.parts.files);
        let dropped =
            tokio::task::spawn_blocking(move || names.iter().try_for_each(|name| files.drop_spool(name)))
                .await;
        if let Ok(Err(error)) = dropped {
            tracing::warn!(%error, "an answer that is no longer needed cannot be removed");
        }
    }

    /// Puts an order on hold; the code is returned when the seller is to be told.
    pub(super) async fn hold(
        &self,
        write: &mut Write,
        order: &mut OrderRow,
        reason: &HoldReason,
        now: Timestamp,
    ) -> StoreResult<Option<&'static str>> {
        if order.kind == OrderKind::Task {
            let why = reason
                .detail
                .get("reason")
                .filter(|why| !why.is_empty())
                .map_or(reason.code, String::as_str)
                .to_owned();
            // A failed upload does not undo the pictures (the guide, step 4).
            let status =
                if reason.code == "upload_failed" { TaskStatus::Success } else { TaskStatus::Failed };
            self.fail_task(write, order, status, &why, now).await?;
            return Ok(None);
        }
        if order.hold.as_ref().is_some_and(|hold| hold.code == reason.code) {
            if let Some(hold) = &mut order.hold {
                hold.detail.clone_from(&reason.detail);
            }
            return Ok(None);
        }
        let mut detail: Vec<(&str, String)> = vec![("code", reason.code.to_owned())];
        detail.extend(reason.detail.iter().map(|(key, value)| (key.as_str(), value.clone())));
        write.insert_history(&order.id, Actor::Robot, "held", None, &detail, None, now).await?;
        order.hold =
            Some(HoldRow { code: reason.code.to_owned(), detail: reason.detail.clone(), since: now });
        order.unread = true;
        Ok(Some(reason.code))
    }

    pub(super) async fn over(
        &self,
        write: &mut Write,
        s: &Situation,
        order: &mut OrderRow,
        why: &str,
        now: Timestamp,
    ) -> StoreResult<Option<Timestamp>> {
        "none".clone_into(&mut order.next_step);
        order.hold = None;
        match why {
            "task_done" => {
                let round = s.journal.readings().len().min(1);
                self.end_task(
                    write,
                    s,
                    u32::try_from(round).unwrap_or(1).max(1),
                    TaskStatus::Success,
                    None,
                    now,
                )
                .await?;
                order.stage = Stage::Delivered;
                order.archived = true;
                Ok(None)
            }
            "task_without_brief" => {
                self.fail_task(write, order, TaskStatus::Failed, "no valid requirements in the input", now)
                    .await?;
                Ok(None)
            }
            "not_ours" => {
                if !order.archived {
                    let detail = [
                        ("reason", why.to_owned()),
                        ("listing", order.listing_id.clone().unwrap_or_default()),
                    ];
                    write
                        .insert_history(
                            &order.id,
                            Actor::Robot,
                            "not_done",
                            Some("accept"),
                            &detail,
                            None,
                            now,
                        )
                        .await?;
                }
                order.archived = true;
                order.unread = false;
                Ok(None)
            }
            _ => {
                // Paid or cancelled: it stays on the board for a day.
                let leaves = after(order.updated_at, ON_BOARD_AFTER);
                order.archived = leaves <= now;
                Ok((!order.archived).then_some(leaves))
            }
        }
    }

    pub(super) async fn fail_task(
        &self,
        write: &mut Write,
        order: &mut OrderRow,
        status: TaskStatus,
        why: &str,
        now: Timestamp,
    ) -> StoreResult<()> {
        let task = TaskRow {
            id: order.id.clone(),
            order_id: order.id.clone(),
            round: 1,
            market_order_id: order.deliver_to.clone(),
            original_input: crate::orders::requirement_text(order.requirement.as_deref()),
            optimized_prompt: String::new(),
            model: String::new(),
            count: 1,
            status: TaskStatus::Running,
            error_message: None,
            image_paths: Vec::new(),
            created_at: order.created_at,
            completed_at: None,
        };
        write.begin_task(&task).await?;
        let kept = self.parts.store.list_order_pictures(&order.id).await?;
        let paths: Vec<String> = kept
            .iter()
            .filter_map(|picture| self.parts.files.path_of(&picture.sha256).ok())
            .map(|path| path.display().to_string())
            .collect();
        write.end_task(&order.id, 1, status, Some(why), &paths, now).await?;
        order.stage = Stage::Closed;
        order.archived = true;
        order.next_step = "none".to_owned();
        Ok(())
    }
}

/// Whether an order of this stage takes one of the places the seller allows.
fn is_at_work(stage: Stage) -> bool {
    matches!(stage, Stage::Asking | Stage::Making | Stage::Approving)
}
