//! Asked before each call: writes the use down and lets it go out, or says when the next is possible.

use std::sync::Arc;

use jiff::Timestamp;
use tokio::sync::Mutex;

use super::{BookError, Budget, BudgetBook, BudgetView, Use};
use crate::clock::Clock;
use crate::marketplaces::{MarketError, MarketResult};

/// The budgets of every account and address of this stall. One for all clients, so that none overlooks another.
pub struct Budgets {
    book: Arc<dyn BudgetBook>,
    clock: Arc<dyn Clock>,
    /// Between looking and writing down nobody else looks.
    turn: Mutex<()>,
}

/// A use that is written down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use = "a use that is not made can be given back"]
pub struct Taken(i64);

impl Budgets {
    /// Kept in this book, by this clock.
    pub fn new(book: Arc<dyn BudgetBook>, clock: Arc<dyn Clock>) -> Self {
        Self { book, clock, turn: Mutex::new(()) }
    }

    /// Writes down a use that is about to be made. A crash after this does not give it back.
    ///
    /// # Errors
    /// [`MarketError::Spent`] with the time of the next one, [`MarketError::Unrecorded`] when it cannot be written down;
    /// the call must not go out then.
    pub async fn take(&self, holder: &str, budget: &Budget, subject: &str) -> MarketResult<Taken> {
        let _turn = self.turn.lock().await;
        let now = self.clock.now();
        let tally = self.book.load(holder, budget.operation, before(budget, now)).await?;
        if let Some(next_at) = budget.next_at(&tally, subject, now) {
            return Err(MarketError::Spent { operation: budget.operation, next_at });
        }
        let used = Use { at: now, subject: subject.to_owned() };
        let matters_until = now.saturating_add(budget.longest()).unwrap_or(Timestamp::MAX);
        Ok(Taken(self.book.record_use(holder, budget.operation, &used, matters_until).await?))
    }

    /// Gives back a use that surely never left this computer. When that fails it stays used, which is the safe side.
    pub async fn give_back(&self, taken: Taken) {
        if let Err(error) = self.book.strike_use(taken.0).await {
            tracing::warn!(%error, "a use that was not made stays counted");
        }
    }

    /// Notes that the market wants no more of this until then.
    pub async fn block(&self, holder: &str, budget: &Budget, until: Timestamp) {
        let noted = self.book.record_block(holder, budget.operation, until, self.clock.now()).await;
        if let Err(error) = noted {
            tracing::warn!(%error, operation = budget.operation, "the market's wait could not be noted");
        }
    }

    /// What is used and when it is free again.
    ///
    /// # Errors
    /// [`MarketError::Unrecorded`] when the book cannot be read.
    pub async fn view(&self, holder: &str, budget: &Budget) -> MarketResult<Vec<BudgetView>> {
        let now = self.clock.now();
        let tally = self.book.load(holder, budget.operation, before(budget, now)).await?;
        Ok(budget.view(&tally, now))
    }
}

/// Uses up to here do not matter any more.
fn before(budget: &Budget, now: Timestamp) -> Timestamp {
    now.saturating_sub(budget.longest()).unwrap_or(Timestamp::MIN)
}

impl From<BookError> for MarketError {
    fn from(error: BookError) -> Self {
        Self::Unrecorded { message: error.to_string() }
    }
}

#[cfg(test)]
mod tests {
    use async_trait::async_trait;
    use futures_util::future::join_all;
    use jiff::SignedDuration;

    use super::*;
    use crate::clock::ManualClock;
    use crate::marketplaces::budget::{BookResult, MemoryBook, Tally, Window};
    use crate::store::Store;

    const HOUR: SignedDuration = SignedDuration::from_hours(1);
    const SAY: Budget = Budget { operation: "say", windows: &[Window::of(3, HOUR)] };
    const ASK: Budget = Budget { operation: "ask", windows: &[Window::of(3, HOUR)] };

    fn clock() -> ManualClock {
        ManualClock::at("2026-05-04T12:00:00.123Z".parse().unwrap())
    }

    fn budgets(book: impl BudgetBook + 'static, clock: &ManualClock) -> Budgets {
        Budgets::new(Arc::new(book), Arc::new(clock.clone()))
    }

    async fn store(dir: &tempfile::TempDir) -> Store {
        Store::open(&dir.path().join("stall.db")).await.unwrap()
    }

    /// The same promises of every book.
    async fn keeps_its_promises(budgets: Budgets, clock: &ManualClock) {
        let began = clock.now();
        for _ in 0..3 {
            let _ = budgets.take("bo", &SAY, "").await.unwrap();
            clock.advance(SignedDuration::from_mins(10));
        }
        let next_at = began + HOUR;
        let refused = budgets.take("bo", &SAY, "").await.unwrap_err();
        assert!(
            matches!(refused, MarketError::Spent { operation: "say", next_at: at } if at == next_at),
            "{refused:?}"
        );
        let _ = budgets.take("lin", &SAY, "").await.expect("another's budget");
        let asked = budgets.take("bo", &ASK, "").await.expect("another operation");
        assert_eq!(budgets.view("bo", &ASK).await.unwrap()[0].used, 1);
        budgets.give_back(asked).await;
        assert_eq!(budgets.view("bo", &ASK).await.unwrap()[0].used, 0);

        clock.advance(SignedDuration::from_mins(30));
        assert_eq!(clock.now(), next_at);
        let _ = budgets.take("bo", &SAY, "").await.expect("the time that was named");
        assert!(budgets.take("bo", &SAY, "").await.is_err());

        let until = clock.now() + HOUR + HOUR;
        budgets.block("bo", &ASK, until).await;
        budgets.block("bo", &ASK, clock.now() + HOUR).await;
        let refused = budgets.take("bo", &ASK, "").await.unwrap_err();
        assert!(matches!(refused, MarketError::Spent { next_at, .. } if next_at == until), "the longer one");
        assert_eq!(budgets.view("bo", &ASK).await.unwrap()[0].free_again_at, Some(until));
        let _ = budgets.take("lin", &ASK, "").await.expect("another is not blocked");
        clock.advance(HOUR + HOUR);
        let _ = budgets.take("bo", &ASK, "").await.expect("the block is over");
    }

    #[tokio::test]
    async fn the_book_in_memory_keeps_its_promises() {
        let clock = clock();
        keeps_its_promises(budgets(MemoryBook::default(), &clock), &clock).await;
    }

    #[tokio::test]
    async fn the_durable_book_keeps_its_promises() {
        let (dir, clock) = (tempfile::tempdir().unwrap(), clock());
        keeps_its_promises(budgets(store(&dir).await, &clock), &clock).await;
    }

    #[tokio::test]
    async fn uses_and_blocks_outlive_a_restart() {
        let (dir, clock) = (tempfile::tempdir().unwrap(), clock());
        let first = store(&dir).await;
        let before = budgets(first.clone(), &clock);
        for _ in 0..3 {
            let _ = before.take("bo", &SAY, "").await.unwrap();
        }
        before.block("bo", &ASK, clock.now() + HOUR).await;
        first.close().await;
        let after = budgets(store(&dir).await, &clock);
        for budget in [SAY, ASK] {
            let refused = after.take("bo", &budget, "").await.unwrap_err();
            assert!(matches!(refused, MarketError::Spent { next_at, .. } if next_at == clock.now() + HOUR));
        }
        clock.advance(HOUR);
        let _ = after.take("bo", &SAY, "").await.unwrap();
        let _ = after.take("bo", &ASK, "").await.unwrap();
    }

    #[tokio::test]
    async fn many_at_once_get_no_more_than_there_is() {
        let (dir, clock) = (tempfile::tempdir().unwrap(), clock());
        let budgets = budgets(store(&dir).await, &clock);
        let taken = join_all((0..12).map(|_| budgets.take("bo", &SAY, ""))).await;
        assert_eq!(taken.iter().filter(|taken| taken.is_ok()).count(), 3);
    }

    /// A book on a full disk.
    struct TornBook;

    #[async_trait]
    impl BudgetBook for TornBook {
        async fn load(&self, _: &str, _: &str, _: Timestamp) -> BookResult<Tally> {
            Ok(Tally::default())
        }
        async fn record_use(&self, _: &str, _: &str, _: &Use, _: Timestamp) -> BookResult<i64> {
            Err(BookError("no room".to_owned()))
        }
        async fn strike_use(&self, _: i64) -> BookResult<()> {
            Err(BookError("no room".to_owned()))
        }
        async fn record_block(&self, _: &str, _: &str, _: Timestamp, _: Timestamp) -> BookResult<()> {
            Err(BookError("no room".to_owned()))
        }
    }

    #[tokio::test]
    async fn what_cannot_be_written_down_is_not_allowed() {
        let budgets = budgets(TornBook, &clock());
        let refused = budgets.take("bo", &SAY, "").await.unwrap_err();
        assert!(matches!(refused, MarketError::Unrecorded { .. }) && !refused.may_have_landed());
        budgets.block("bo", &SAY, Timestamp::MAX).await;
    }
}
