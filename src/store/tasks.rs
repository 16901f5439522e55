//! Picture tasks: one row per round of drawing, mirrored into `image_tasks.jsonl` once ended (the guide, step 5).

use jiff::Timestamp;
use sqlx::Row;

use super::convert::{instant, instant_opt, json, millis, words};
use super::{Doing, Store, StoreResult, Write};

words! {
    /// Where a task stands.
    TaskStatus, "task status" { Running = "running", Success = "success", Failed = "failed" }
}

/// A task as kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaskRow {
    pub id: String,
    pub order_id: String,
    pub round: u32,
    pub market_order_id: Option<String>,
    pub original_input: String,
    pub optimized_prompt: String,
    pub model: String,
    pub count: u32,
    pub status: TaskStatus,
    pub error_message: Option<String>,
    pub image_paths: Vec<String>,
    pub created_at: Timestamp,
    pub completed_at: Option<Timestamp>,
}

impl Store {
    /// Ended tasks not yet in the mirror, oldest first.
    pub async fn list_tasks_to_mirror(&self) -> StoreResult<Vec<TaskRow>> {
        let rows = sqlx::query(
            "SELECT id, order_id, round, market_order_id, original_input, optimized_prompt, model, count, status, error_message, image_paths,
                    created_at, completed_at
             FROM tasks WHERE mirrored = 0 AND completed_at IS NOT NULL ORDER BY completed_at",
        )
        .fetch_all(self.reader())
        .await
        .doing("listing tasks to mirror")?;
        rows.iter()
            .map(|row| {
                Ok(TaskRow {
                    id: row.get("id"),
                    order_id: row.get("order_id"),
                    round: row.get("round"),
                    market_order_id: row.get("market_order_id"),
                    original_input: row.get("original_input"),
                    optimized_prompt: row.get("optimized_prompt"),
                    model: row.get("model"),
                    count: row.get("count"),
                    status: TaskStatus::parse(row.get("status"))?,
                    error_message: row.get("error_message"),
                    image_paths: json("image paths", row.get("image_paths"))?,
                    created_at: instant(row.get("created_at"))?,
                    completed_at: instant_opt(row.get("completed_at"))?,
                })
            })
            .collect()
    }
}

impl Write {
    /// Begins the task of a round; one that exists is left alone.
    pub async fn begin_task(&mut self, task: &TaskRow) -> StoreResult<()> {
        sqlx::query(
            "INSERT INTO tasks (id, order_id, round, market_order_id, original_input, optimized_prompt, model, count, status, created_at)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'running', ?) ON CONFLICT DO NOTHING",
        )
        .bind(&task.id)
        .bind(&task.order_id)
        .bind(task.round)
        .bind(&task.market_order_id)
        .bind(&task.original_input)
        .bind(&task.optimized_prompt)
        .bind(&task.model)
        .bind(task.count)
        .bind(millis(task.created_at))
        .execute(&mut *self.tx)
        .await
        .doing("beginning a task")?;
        Ok(())
    }

    /// Ends the task of a round, once.
    pub async fn end_task(
        &mut self,
        order_id: &str,
        round: u32,
        status: TaskStatus,
        error_message: Option<&str>,
        image_paths: &[String],
        now: Timestamp,
    ) -> StoreResult<()> {
        sqlx::query(
            "UPDATE tasks SET status = ?3, error_message = ?4, image_paths = ?5, completed_at = ?6, mirrored = 0
             WHERE order_id = ?1 AND round = ?2 AND (completed_at IS NULL OR status <> ?3)",
        )
        .bind(order_id)
        .bind(round)
        .bind(status.as_str())
        .bind(error_message)
        .bind(serde_json::to_string(image_paths).unwrap_or_else(|_| "[]".to_owned()))
        .bind(millis(now))
        .execute(&mut *self.tx)
        .await
        .doing("ending a task")?;
        Ok(())
    }

    /// Records that a task stands in the mirror with this end; one that has ended otherwise meanwhile does not.
    pub async fn record_mirrored(&mut self, id: &str, status: TaskStatus) -> StoreResult<()> {
        sqlx::query("UPDATE tasks SET mirrored = 1 WHERE id = ? AND status = ?")
            .bind(id)
            .bind(status.as_str())
            .execute(&mut *self.tx)
            .await
            .doing("recording a mirrored task")?;
        Ok(())
    }
}
