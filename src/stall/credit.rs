//! What is left at the model provider, asked anew when somebody looks at it.

use jiff::{SignedDuration, Timestamp};
use rust_decimal::Decimal;

use super::connect::KEY_WORKS;
use super::{ConnectError, Stall};
use crate::desk::contract::StallMode;
use crate::store::{AccountKind, StoreResult};

/// What was asked less long ago is not asked again.
const FRESH: SignedDuration = SignedDuration::from_mins(1);

impl Stall {
    /// Asks the model provider what is left, where what is known is older than a minute. Whether it was asked.
    ///
    /// # Errors
    /// When the provider cannot be asked or refuses the key, or the database fails. What was known stays, with its time.
    pub async fn look_at_credit(&self) -> Result<bool, ConnectError> {
        if self.mode() == StallMode::Practice {
            return Ok(false);
        }
        let kept =
            self.store().lookup_account(AccountKind::OpenRouter, false).await.map_err(anyhow::Error::from)?;
        let Some(kept) = kept.filter(|kept| kept.check_code != "no_key") else { return Ok(false) };
        let now = self.clock().now();
        if kept.checked_at.is_some_and(|at| at <= now && now.duration_since(at) < FRESH) {
            return Ok(false);
        }
        // The one that works on orders remembers what this call shows of key and credit.
        let model = match self.account().and_then(|account| account.model()) {
            Some(model) => Some(model),
            None => self.live_model().await?,
        };
        let Some(model) = model else { return Ok(false) };
        let status = model.check_key().await?;
        let left = status.remaining_usd.or(status.account_credit_usd);
        self.keep_credit(&kept.id, left, now).await.map_err(anyhow::Error::from)?;
        Ok(true)
    }

    async fn keep_credit(&self, id: &str, left: Option<Decimal>, now: Timestamp) -> StoreResult<()> {
        let mut write = self.store().write().await?;
        write.record_check(id, KEY_WORKS, left, now).await?;
        write.commit().await
    }
}
