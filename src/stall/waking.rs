//! After a sleep, or when the clock was set: catch up once, then one summary for the seller.
//!
//! While it catches up no order is walked: what was planned before may no longer fit, so the market is asked first. What
//! no longer fits is then dropped by the plan's own rules: an order past its accept deadline is not accepted, a
//! question the buyer has answered is not asked, nothing is done for an order that was cancelled.

use std::collections::BTreeSet;
use std::sync::atomic::Ordering;
use std::sync::{Arc, PoisonError};
use std::time::Duration;

use super::{OpenAccount, OpenMolt, Stall, Walks};
use crate::clock::{Jump, TICK};
use crate::host::{Notice, NoticeKind};
use crate::settings::Language;

/// How long orders wait for the market to be asked; a market that cannot be reached must not hold them for ever.
const ASKING: Duration = Duration::from_secs(120);
/// The summary waits this long for what was caught up to come to rest.
const SETTLING: Duration = Duration::from_secs(30);
const LOOK_AGAIN: Duration = Duration::from_millis(100);

/// When what was gathered happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Meanwhile {
    /// The machine slept.
    Away,
    /// In the seller's quiet hours.
    Quiet,
    /// Much at once.
    Busy,
}

impl Meanwhile {
    fn title(self, language: Language) -> &'static str {
        match (self, language) {
            (Self::Away, Language::English) => "While you were away",
            (Self::Away, Language::Chinese) => "你离开的时候",
            (Self::Quiet, Language::English) => "In your quiet hours",
            (Self::Quiet, Language::Chinese) => "免打扰时段里",
            (Self::Busy, Language::English) => "Just now at your stall",
            (Self::Busy, Language::Chinese) => "摊位刚才的动静",
        }
    }
}

/// What happened while nobody was there, gathered instead of being told piece by piece.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(super) struct Gathered {
    new: BTreeSet<String>,
    messages: BTreeSet<String>,
    paid: BTreeSet<String>,
    needs_you: BTreeSet<String>,
}

impl Gathered {
    pub(super) fn add(&mut self, kind: NoticeKind, order_id: &str) {
        let orders = match kind {
            NoticeKind::OrderReceived => &mut self.new,
            NoticeKind::BuyerMessage => &mut self.messages,
            NoticeKind::Paid => &mut self.paid,
            NoticeKind::NeedsYou => &mut self.needs_you,
            NoticeKind::WhileAway => return,
        };
        orders.insert(order_id.to_owned());
    }

    /// The one notice, if there is anything to tell.
    pub(super) fn notice(&self, language: Language, meanwhile: Meanwhile) -> Option<Notice> {
        let chinese = language == Language::Chinese;
        let part = |count: usize, one: &str, more: &str, zh: &str| match (count, chinese) {
            (0, _) => None,
            (1, false) => Some(format!("1 {one}")),
            (_, false) => Some(format!("{count} {more}")),
            (_, true) => Some(format!("{count} {zh}")),
        };
        let parts: Vec<String> = [
            part(self.new.len(), "new order", "new orders", "个新订单"),
            part(
                self.messages.len(),
                "conversation with new messages",
                "conversations with new messages",
                "个对话有新消息",
            ),
            part(self.paid.len(), "payment", "payments", "笔收款"),
            part(self.needs_you.len(), "needs you", "need you", "个需要你处理"),
        ]
        .into_iter()
        .flatten()
        .collect();
        let order_id = match (self.needs_you.first(), self.needs_you.len()) {
            (Some(id), 1) => Some(id.clone()),
            _ => None,
        };
        (!parts.is_empty()).then(|| Notice {
            kind: NoticeKind::WhileAway,
            order_id,
            title: meanwhile.title(language).to_owned(),
            body: parts.join(if chinese { "，" } else { ", " }),
        })
    }
}

impl Stall {
    /// Looks at the clocks again and again, so that a jump is noticed also where nothing else is to be done.
    pub(super) async fn watch_clock(&self, account: &Arc<OpenAccount>) {
        loop {
            tokio::time::sleep(TICK).await;
            self.may_walk(account);
        }
    }

    /// Whether orders may be walked; starts catching up when the clock has jumped.
    pub(super) fn may_walk(&self, account: &Arc<OpenAccount>) -> bool {
        if let Some(jump) = account.jumps.look()
            && !account.catching_up.swap(true, Ordering::SeqCst)
        {
            self.inner.away.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert_default();
            let (stall, account, stop) = (self.clone(), Arc::clone(account), account.stopping());
            account.clone().spawn(async move {
                if stop.run_until_cancelled(stall.catch_up(&account, jump)).await.is_none() {
                    stall.inner.away.lock().unwrap_or_else(PoisonError::into_inner).take();
                }
            });
        }
        !account.catching_up.load(Ordering::SeqCst)
    }

    async fn catch_up(&self, account: &Arc<OpenAccount>, jump: Jump) {
        tracing::info!(?jump, "the machine slept or its clock was set; catching up");
        self.shift_waits(jump).await;
        let beats = |account: &OpenAccount| (account.feed.view().beats, account.reconcile.view().beats);
        let before = beats(account);
        account.read_feed.notify_one();
        account.compare.notify_one();
        account.beat.notify_one();
        self.inner.street.try_now();
        let asked = async {
            loop {
                let now = beats(account);
                if now.0 > before.0 && now.1 > before.1 && self.has_handled_news(account).await {
                    return;
                }
                tokio::time::sleep(LOOK_AGAIN).await;
            }
        };
        let _ = tokio::time::timeout(ASKING, asked).await;
        account.catching_up.store(false, Ordering::SeqCst);
        if let Err(error) = account.wake_waiting().await {
            tracing::error!(%error, "orders cannot be planned anew");
        }
        let _ = tokio::time::timeout(SETTLING, self.settled(&account.walks())).await;
        self.tell_gathered();
    }

    /// Whether given jobs may be walked; starts catching up when the clock has jumped.
    pub(super) fn may_walk_given(&self, molt: &Arc<OpenMolt>) -> bool {
        if let Some(jump) = molt.jumps.look()
            && !molt.catching_up.swap(true, Ordering::SeqCst)
        {
            let (stall, woken) = (self.clone(), Arc::clone(molt));
            molt.spawn(async move { stall.catch_up_given(&woken, jump).await });
        }
        !molt.catching_up.load(Ordering::SeqCst)
    }

    pub(super) async fn watch_clock_of_given(&self, molt: &Arc<OpenMolt>) {
        loop {
            tokio::time::sleep(TICK).await;
            self.may_walk_given(molt);
        }
    }

    /// The same for given jobs: the inbox is read before any is walked. Beside an account of the other market that one moves
    /// the waits and tells the seller.
    async fn catch_up_given(&self, molt: &OpenMolt, jump: Jump) {
        let is_alone = self.account().is_none();
        if is_alone {
            self.inner.away.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert_default();
            self.shift_waits(jump).await;
        }
        let before = molt.inbox.view().beats;
        molt.poll_now.notify_one();
        molt.people.send_now.notify_one();
        molt.profile.send_now.notify_one();
        self.inner.street.try_now();
        let asked = async {
            while molt.inbox.view().beats == before {
                tokio::time::sleep(LOOK_AGAIN).await;
            }
        };
        let _ = tokio::time::timeout(ASKING, asked).await;
        molt.catching_up.store(false, Ordering::SeqCst);
        if let Err(error) = molt.walks().wake_waiting().await {
            tracing::error!(%error, "given jobs cannot be planned anew");
        }
        if is_alone {
            let _ = tokio::time::timeout(SETTLING, self.settled(&molt.walks())).await;
            self.tell_gathered();
        }
    }

    /// A clock that was set back keeps nothing waiting.
    async fn shift_waits(&self, jump: Jump) {
        let Jump::Back(by) = jump else { return };
        let shifted = async {
            let mut write = self.store().write().await?;
            write.shift_waits(by, self.clock().now()).await?;
            write.commit().await
        };
        if let Err(error) = shifted.await {
            tracing::error!(%error, "waits cannot be moved after the clock was set back");
        }
    }

    fn tell_gathered(&self) {
        let gathered = self.inner.away.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(notice) =
            gathered.and_then(|gathered| gathered.notice(self.settings().language, Meanwhile::Away))
        {
            self.inner.host.notify(notice);
        }
    }

    async fn has_handled_news(&self, account: &OpenAccount) -> bool {
        let news = self.store().list_orders_in_the_news(&account.row.id, 1).await;
        matches!(news, Ok(news) if news.first().is_none_or(|(_, at)| *at > self.clock().now()))
    }

    /// Waits until no order is walked and none is due, seen twice in a row.
    async fn settled(&self, walks: &Walks) {
        let mut quiet = 0;
        while quiet < 2 {
            tokio::time::sleep(LOOK_AGAIN).await;
            let next = self.store().next_due_at(&walks.account_id).await;
            let is_due = !matches!(next, Ok(next) if next.is_none_or(|at| at > self.clock().now()));
            quiet = if is_due || walks.scheduler.is_walking() { 0 } else { quiet + 1 };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_in_one_notice_what_happened_and_nothing_when_nothing_did() {
        let mut gathered = Gathered::default();
        assert_eq!(gathered.notice(Language::English, Meanwhile::Away), None);
        for id in ["a", "b", "c"] {
            gathered.add(NoticeKind::OrderReceived, id);
        }
        gathered.add(NoticeKind::NeedsYou, "b");
        gathered.add(NoticeKind::NeedsYou, "b");
        let notice = gathered.notice(Language::English, Meanwhile::Away).unwrap();
        assert_eq!(
            (notice.title.as_str(), notice.body.as_str()),
            ("While you were away", "3 new orders, 1 needs you")
        );
        assert_eq!(notice.order_id.as_deref(), Some("b"), "a click opens the one that needs the seller");
        let notice = gathered.notice(Language::Chinese, Meanwhile::Away).unwrap();
        assert_eq!(
            (notice.title.as_str(), notice.body.as_str()),
            ("你离开的时候", "3 个新订单，1 个需要你处理")
        );
    }
}
