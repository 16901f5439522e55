//! Tasks of the local interface: recorded first, walked like an order behind the answer.

use super::Stall;
use crate::crash::{self, Point};
use crate::desk::contract::DeskError;
use crate::doors::GenerateRequest;
use crate::orders::fresh_task;

/// Longest input that is taken, in characters.
const MOST_INPUT: usize = 8_000;

impl Stall {
    /// Starts a task of the local interface and returns its id at once.
    ///
    /// # Errors
    /// `not_now` while no account is open, `storage` when the task cannot be recorded.
    pub async fn generate(&self, request: GenerateRequest) -> Result<String, DeskError> {
        let Some(account) = self.account() else {
            return Err(DeskError::of("not_now", "no marketplace account is open"));
        };
        let storage = |error: crate::store::StoreError| DeskError::of("storage", error.to_string());
        let id = self.ids().id();
        let input: String = request.input.trim().chars().take(MOST_INPUT).collect();
        let deliver_to = request.order_id.filter(|order| !order.trim().is_empty());
        let now = self.clock().now();
        let mut task = fresh_task(id.clone(), &account.row.id, &input, deliver_to, now);
        task.title = request.kind.unwrap_or_default().chars().take(120).collect();
        let mut write = self.store().write().await.map_err(storage)?;
        write.put_order(&task).await.map_err(storage)?;
        crash::point(Point::TaskBeforeKept);
        write.commit().await.map_err(storage)?;
        crash::point(Point::TaskKept);
        account.scheduler.wake();
        Ok(id)
    }
}
