//! Waits that were set by a clock that has since been set back.

use jiff::{SignedDuration, Timestamp};

use super::convert::millis;
use super::{Doing, StoreResult, Write};

impl Write {
    /// Moves every wait that ends after `now` back by `by`, so that nothing waits for a time the clock will only show
    /// again much later. Nothing ends before `now`, and what the market set is left alone.
    pub async fn shift_waits(&mut self, by: SignedDuration, now: Timestamp) -> StoreResult<()> {
        let by = i64::try_from(by.as_millis()).unwrap_or(i64::MAX / 4);
        for statement in [
            "UPDATE orders SET next_at = MAX(next_at - ?1, ?2) WHERE next_at > ?2",
            "UPDATE orders SET lease_until = MAX(lease_until - ?1, ?2) WHERE lease_until > ?2",
            "UPDATE orders SET retry_base = MIN(retry_base - ?1, ?2) WHERE retry_base > ?2",
            "UPDATE journal SET retry_at = MAX(retry_at - ?1, ?2) WHERE retry_at > ?2",
            "UPDATE journal SET result_at = MIN(result_at - ?1, ?2) WHERE result_at > ?2 AND outcome IN ('retry', 'failed', 'unclear')",
            "UPDATE budget_uses SET at = MIN(at - ?1, ?2), matters_until = matters_until - ?1 WHERE at > ?2",
            "UPDATE budget_blocks SET until = MAX(until - ?1, ?2) WHERE until > ?2",
            "UPDATE inbox SET next_at = MAX(next_at - ?1, ?2) WHERE handled_at IS NULL AND next_at > ?2",
        ] {
            sqlx::query(statement)
                .bind(by)
                .bind(millis(now))
                .execute(&mut *self.tx)
                .await
                .doing("moving waits after the clock was set back")?;
        }
        Ok(())
    }
}
