//! Orders: what the market says of each, where we stand, holds and leases. Tasks of the local interface are rows of
//! the same table, so that one runner walks both.

use std::collections::BTreeMap;

use jiff::Timestamp;
use rust_decimal::Decimal;
use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqliteConnection};

use super::convert::{decimal_opt, instant, instant_opt, json, millis, words};
use super::{Doing, Store, StoreError, StoreResult, Write};

words! {
    /// Whether a buyer ordered it or the local interface asked for it.
    OrderKind, "order kind" { Order = "order", Task = "task" }
}

words! {
    /// Where an order stands on our side.
    Stage, "stage" {
        Waiting = "waiting", Asking = "asking", Making = "making", Approving = "approving",
        Delivered = "delivered", Paid = "paid", Closed = "closed",
    }
}

/// Why an order waits for the seller.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HoldRow {
    pub code: String,
    pub detail: BTreeMap<String, String>,
    pub since: Timestamp,
}

/// An order as kept.
#[derive(Debug, Clone, PartialEq)]
pub struct OrderRow {
    pub id: String,
    pub account_id: String,
    pub kind: OrderKind,
    pub market_order_id: String,
    pub deliver_to: Option<String>,
    pub listing_id: Option<String>,
    pub title: String,
    pub buyer_id: Option<String>,
    pub buyer_name: Option<String>,
    pub price: Option<Decimal>,
    pub fee: Option<Decimal>,
    pub payout: Option<Decimal>,
    pub market_status: String,
    /// What the buyer wrote when ordering, as JSON text; untrusted.
    pub requirement: Option<String>,
    pub cancel_reason: Option<String>,
    pub accept_deadline: Option<Timestamp>,
    /// Until when the market wants it completed, where it says so.
    pub complete_deadline: Option<Timestamp>,
    pub confirm_deadline: Option<Timestamp>,
    pub market_created_at: Option<Timestamp>,
    /// When the market last said so; of a cancelled order, when it was cancelled as far as the market tells.
    pub read_at: Timestamp,
    pub stage: Stage,
    pub next_step: String,
    pub next_at: Option<Timestamp>,
    pub hold: Option<HoldRow>,
    pub paused: bool,
    pub taken_over: bool,
    pub retry_base: Timestamp,
    /// Grows with every reason to look again.
    pub wake: i64,
    pub unread: bool,
    pub archived: bool,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

/// Which orders a screen wants.
#[derive(Debug, Clone, Default)]
pub struct OrderSearch {
    pub words: Option<String>,
    pub stage: Option<Stage>,
    pub held_only: bool,
    pub archived: bool,
    /// Continue after this order: (updated_at in ms, id).
    pub after: Option<(i64, String)>,
    pub limit: u32,
}

const COLUMNS: &str = "id, account_id, kind, market_order_id, deliver_to, listing_id, title, buyer_id, buyer_name, price, fee, payout, \
     market_status, requirement, cancel_reason, accept_deadline, complete_deadline, confirm_deadline, market_created_at, read_at, stage, next_step, next_at, \
     hold_code, hold_detail, hold_since, paused, taken_over, retry_base, wake, unread, archived, created_at, updated_at";

fn read(row: &SqliteRow) -> StoreResult<OrderRow> {
    let hold = match row.get::<Option<String>, _>("hold_code") {
        None => None,
        Some(code) => Some(HoldRow {
            code,
            detail: json("hold detail", row.get("hold_detail"))?,
            since: instant(row.get::<Option<i64>, _>("hold_since").unwrap_or_default())?,
        }),
    };
    Ok(OrderRow {
        id: row.get("id"),
        account_id: row.get("account_id"),
        kind: OrderKind::parse(row.get("kind"))?,
        market_order_id: row.get("market_order_id"),
        deliver_to: row.get("deliver_to"),
        listing_id: row.get("listing_id"),
        title: row.get("title"),
        buyer_id: row.get("buyer_id"),
        buyer_name: row.get("buyer_name"),
        price: decimal_opt(row.get("price"))?,
        fee: decimal_opt(row.get("fee"))?,
        payout: decimal_opt(row.get("payout"))?,
        market_status: row.get("market_status"),
        requirement: row.get("requirement"),
        cancel_reason: row.get("cancel_reason"),
        accept_deadline: instant_opt(row.get("accept_deadline"))?,
        complete_deadline: instant_opt(row.get("complete_deadline"))?,
        confirm_deadline: instant_opt(row.get("confirm_deadline"))?,
        market_created_at: instant_opt(row.get("market_created_at"))?,
        read_at: instant(row.get("read_at"))?,
        stage: Stage::parse(row.get("stage"))?,
        next_step: row.get("next_step"),
        next_at: instant_opt(row.get("next_at"))?,
        hold,
        paused: row.get("paused"),
        taken_over: row.get("taken_over"),
        retry_base: instant(row.get("retry_base"))?,
        wake: row.get("wake"),
        unread: row.get("unread"),
        archived: row.get("archived"),
        created_at: instant(row.get("created_at"))?,
        updated_at: instant(row.get("updated_at"))?,
    })
}

impl Store {
    /// An order by our id.
    pub async fn lookup_order(&self, id: &str) -> StoreResult<Option<OrderRow>> {
        let row = sqlx::query(sqlx::AssertSqlSafe(format!("SELECT {COLUMNS} FROM orders WHERE id = ?")))
            .bind(id)
            .fetch_optional(self.reader())
            .await
            .doing("looking up an order")?;
        row.as_ref().map(read).transpose()
    }

    /// An order that must exist.
    pub async fn get_order(&self, id: &str) -> StoreResult<OrderRow> {
        self.lookup_order(id).await?.ok_or_else(|| StoreError::Missing { what: "order", id: id.to_owned() })
    }

    /// An order by the market's id.
    pub async fn lookup_market_order(
        &self,
        account_id: &str,
        market_order_id: &str,
    ) -> StoreResult<Option<OrderRow>> {
        let row = sqlx::query(sqlx::AssertSqlSafe(format!(
            "SELECT {COLUMNS} FROM orders WHERE account_id = ? AND market_order_id = ?"
        )))
        .bind(account_id)
        .bind(market_order_id)
        .fetch_optional(self.reader())
        .await
        .doing("looking up an order of the market")?;
        row.as_ref().map(read).transpose()
    }

    /// Ids of orders of an account whose next moment has come and that nobody walks now.
    pub async fn list_due_orders(
        &self,
        account_id: &str,
        now: Timestamp,
        limit: u32,
    ) -> StoreResult<Vec<String>> {
        self.list_ids_due(
            "SELECT id FROM orders WHERE next_at IS NOT NULL AND next_at <= ?2 AND account_id = ?1 AND lease_until <= ?2
             ORDER BY next_at LIMIT ?3",
            account_id,
            now,
            limit,
        )
        .await
    }

    /// Those of [`Store::list_due_orders`] that are not accepted yet.
    pub async fn list_due_unaccepted(
        &self,
        account_id: &str,
        now: Timestamp,
        limit: u32,
    ) -> StoreResult<Vec<String>> {
        self.list_ids_due(
            "SELECT id FROM orders WHERE stage = 'waiting' AND archived = 0 AND next_at IS NOT NULL AND next_at <= ?2 AND account_id = ?1
                 AND lease_until <= ?2 ORDER BY next_at LIMIT ?3",
            account_id,
            now,
            limit,
        )
        .await
    }

    async fn list_ids_due(
        &self,
        statement: &'static str,
        account_id: &str,
        now: Timestamp,
        limit: u32,
    ) -> StoreResult<Vec<String>> {
        let rows = sqlx::query(statement)
            .bind(account_id)
            .bind(millis(now))
            .bind(limit)
            .fetch_all(self.reader())
            .await
            .doing("listing due orders")?;
        Ok(rows.iter().map(|row| row.get("id")).collect())
    }

    /// The next moment any order of an account is due.
    pub async fn next_due_at(&self, account_id: &str) -> StoreResult<Option<Timestamp>> {
        let row = sqlx::query(
            "SELECT MIN(at) AS at FROM (
                 SELECT (SELECT next_at FROM orders WHERE account_id = ?1 AND next_at IS NOT NULL AND lease_until = 0
                         ORDER BY next_at LIMIT 1) AS at
                 UNION ALL
                 SELECT MAX(next_at, lease_until) AS at FROM orders INDEXED BY orders_leased WHERE account_id = ?1 AND lease_until > 0)",
        )
        .bind(account_id)
        .fetch_one(self.reader())
        .await
        .doing("looking up the next due order")?;
        instant_opt(row.get("at"))
    }

    /// Market ids of orders of an account that we think are not over.
    pub async fn list_open_market_orders(&self, account_id: &str) -> StoreResult<Vec<String>> {
        let rows = sqlx::query(
            "SELECT market_order_id FROM orders WHERE kind = 'order' AND archived = 0 AND account_id = ?
                 AND stage IN ('waiting', 'asking', 'making', 'approving', 'delivered')",
        )
        .bind(account_id)
        .fetch_all(self.reader())
        .await
        .doing("listing open orders")?;
        Ok(rows.iter().map(|row| row.get("market_order_id")).collect())
    }

    /// Orders of an account for the board or the list, newest change first.
    pub async fn search_orders(&self, account_id: &str, search: &OrderSearch) -> StoreResult<Vec<OrderRow>> {
        let mut query = sqlx::QueryBuilder::new(format!(
            "SELECT {COLUMNS} FROM orders WHERE kind = 'order' AND account_id = "
        ));
        query.push_bind(account_id.to_owned());
        if !search.archived {
            query.push(" AND archived = 0");
        }
        if let Some(stage) = search.stage {
            query.push(" AND stage = ").push_bind(stage.as_str());
        }
        if search.held_only {
            query.push(" AND hold_code IS NOT NULL");
        }
        if let Some(words) = search.words.as_deref().map(str::trim).filter(|words| !words.is_empty()) {
            let like = format!("%{}%", words.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_"));
            query.push(" AND (title LIKE ").push_bind(like.clone());
            query.push(" ESCAPE '\\' OR buyer_name LIKE ").push_bind(like.clone());
            query.push(" ESCAPE '\\' OR market_order_id LIKE ").push_bind(like.clone());
            query.push(" ESCAPE '\\' OR requirement LIKE ").push_bind(like);
            query.push(" ESCAPE '\\')");
        }
        if let Some((at, id)) = &search.after {
            query.push(" AND (updated_at, id) < (").push_bind(*at).push(", ").push_bind(id.clone()).push(")");
        }
        query.push(" ORDER BY updated_at DESC, id DESC LIMIT ").push_bind(search.limit);
        let rows = query.build().fetch_all(self.reader()).await.doing("searching orders")?;
        rows.iter().map(read).collect()
    }

    /// (needs the seller, unread, being made, waiting) of an account.
    pub async fn count_orders(&self, account_id: &str) -> StoreResult<(u32, u32, u32, u32)> {
        let row = sqlx::query(
            "SELECT (SELECT COUNT(*) FROM orders INDEXED BY orders_held WHERE kind = 'order' AND archived = 0 AND account_id = ?1 AND hold_code IS NOT NULL) AS held,
                    (SELECT COUNT(*) FROM orders INDEXED BY orders_unread WHERE kind = 'order' AND archived = 0 AND account_id = ?1 AND unread = 1) AS unread,
                    (SELECT COUNT(*) FROM orders WHERE kind = 'order' AND archived = 0 AND account_id = ?1 AND stage IN ('asking', 'making', 'approving')) AS running,
                    (SELECT COUNT(*) FROM orders WHERE kind = 'order' AND archived = 0 AND account_id = ?1 AND stage = 'waiting') AS waiting",
        )
        .bind(account_id)
        .fetch_one(self.reader())
        .await
        .doing("counting orders")?;
        Ok((row.get("held"), row.get("unread"), row.get("running"), row.get("waiting")))
    }

    /// Orders since an instant that were cancelled without ever having been accepted by us and without the seller having
    /// declined them, and not before their time to accept was over: nobody was there.
    pub async fn count_missed(&self, account_id: &str, since: Timestamp) -> StoreResult<u32> {
        let row = sqlx::query(
            "SELECT COUNT(*) AS many FROM orders o INDEXED BY orders_cancelled WHERE kind = 'order' AND account_id = ?1 AND market_status = 'cancelled' AND created_at >= ?2
                 AND read_at >= COALESCE(accept_deadline, market_created_at + 1800000)
                 AND NOT EXISTS (SELECT 1 FROM journal j WHERE j.order_id = o.id AND j.step IN ('accept', 'decline', 'cancel') AND j.outcome = 'done')",
        )
        .bind(account_id)
        .bind(millis(since))
        .fetch_one(self.reader())
        .await
        .doing("counting missed orders")?;
        Ok(row.get("many"))
    }

    /// How many orders of an account, but for this one, are at work or about to be.
    pub async fn count_running(&self, account_id: &str, but_for: &str) -> StoreResult<u32> {
        let mut connection = self.reader().acquire().await.doing("counting orders at work")?;
        running(&mut connection, account_id, but_for).await
    }

    /// Whether an order is about to be accepted: it came, and neither the seller nor a closed stall keeps it waiting.
    pub async fn has_order_coming(&self, account_id: &str) -> StoreResult<bool> {
        sqlx::query_scalar(
            "SELECT EXISTS (SELECT 1 FROM orders WHERE kind = 'order' AND archived = 0 AND account_id = ? AND stage = 'waiting'
                 AND hold_code IS NULL AND next_step NOT IN ('wait_missed', 'wait_open', 'wait_seller'))",
        )
        .bind(account_id)
        .fetch_one(self.reader())
        .await
        .doing("looking for an order about to be accepted")
    }

    /// Whether any order was ever delivered.
    pub async fn has_delivered(&self, account_id: &str) -> StoreResult<bool> {
        let row = sqlx::query(
            "SELECT EXISTS (SELECT 1 FROM orders INDEXED BY orders_delivered WHERE kind = 'order' AND stage IN ('delivered', 'paid') AND account_id = ?) AS yes",
        )
        .bind(account_id)
        .fetch_one(self.reader())
        .await
        .doing("looking for a delivered order")?;
        Ok(row.get("yes"))
    }
}

async fn running(connection: &mut SqliteConnection, account_id: &str, but_for: &str) -> StoreResult<u32> {
    sqlx::query_scalar(
        "SELECT (SELECT COUNT(*) FROM orders WHERE kind = 'order' AND archived = 0 AND account_id = ?1
                     AND stage IN ('asking', 'making', 'approving') AND id <> ?2)
              + (SELECT COUNT(*) FROM orders INDEXED BY orders_accepting WHERE kind = 'order' AND archived = 0 AND account_id = ?1
                     AND stage = 'waiting' AND next_step = 'accept' AND id <> ?2)",
    )
    .bind(account_id)
    .bind(but_for)
    .fetch_one(connection)
    .await
    .doing("counting orders at work")
}

impl Write {
    /// As [`Store::count_running`], inside this transaction.
    pub async fn count_running(&mut self, account_id: &str, but_for: &str) -> StoreResult<u32> {
        running(&mut self.tx, account_id, but_for).await
    }

    /// An order inside this transaction, so that a decision and its record see the same row.
    pub async fn get_order(&mut self, id: &str) -> StoreResult<OrderRow> {
        let row = sqlx::query(sqlx::AssertSqlSafe(format!("SELECT {COLUMNS} FROM orders WHERE id = ?")))
            .bind(id)
            .fetch_optional(&mut *self.tx)
            .await
            .doing("reading an order")?;
        row.as_ref()
            .map(read)
            .transpose()?
            .ok_or_else(|| StoreError::Missing { what: "order", id: id.to_owned() })
    }

    /// The same by the market's id, if it is known.
    pub async fn lookup_market_order(
        &mut self,
        account_id: &str,
        market_order_id: &str,
    ) -> StoreResult<Option<OrderRow>> {
        let row = sqlx::query(sqlx::AssertSqlSafe(format!(
            "SELECT {COLUMNS} FROM orders WHERE account_id = ? AND market_order_id = ?"
        )))
        .bind(account_id)
        .bind(market_order_id)
        .fetch_optional(&mut *self.tx)
        .await
        .doing("reading an order of the market")?;
        row.as_ref().map(read).transpose()
    }

    /// Keeps a whole order row; the lease is left alone.
    pub async fn put_order(&mut self, order: &OrderRow) -> StoreResult<()> {
        let hold_detail = order.hold.as_ref().map_or_else(|| "{}".to_owned(), |hold| to_json(&hold.detail));
        sqlx::query(
            "INSERT INTO orders (id, account_id, kind, market_order_id, deliver_to, listing_id, title, buyer_id, buyer_name, price, fee, payout,
                 market_status, requirement, cancel_reason, accept_deadline, complete_deadline, confirm_deadline, market_created_at, read_at, stage, next_step,
                 next_at, hold_code, hold_detail, hold_since, paused, taken_over, retry_base, unread, archived, created_at, updated_at)
             VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,?14,?15,?16,?17,?18,?19,?20,?21,?22,?23,?24,?25,?26,?27,?28,?29,?30,?31,?32,?33)
             ON CONFLICT (id) DO UPDATE SET listing_id = excluded.listing_id, title = excluded.title, buyer_id = excluded.buyer_id,
                 buyer_name = excluded.buyer_name, price = excluded.price, fee = excluded.fee, payout = excluded.payout,
                 market_status = excluded.market_status, requirement = excluded.requirement, cancel_reason = excluded.cancel_reason,
                 accept_deadline = excluded.accept_deadline, complete_deadline = excluded.complete_deadline,
                 confirm_deadline = excluded.confirm_deadline,
                 market_created_at = excluded.market_created_at, read_at = excluded.read_at, stage = excluded.stage,
                 next_step = excluded.next_step, next_at = excluded.next_at, hold_code = excluded.hold_code, hold_detail = excluded.hold_detail,
                 hold_since = excluded.hold_since, paused = excluded.paused, taken_over = excluded.taken_over,
                 retry_base = excluded.retry_base, unread = excluded.unread, archived = excluded.archived, updated_at = excluded.updated_at",
        )
        .bind(&order.id)
        .bind(&order.account_id)
        .bind(order.kind.as_str())
        .bind(&order.market_order_id)
        .bind(&order.deliver_to)
        .bind(&order.listing_id)
        .bind(&order.title)
        .bind(&order.buyer_id)
        .bind(&order.buyer_name)
        .bind(order.price.map(|amount| amount.to_string()))
        .bind(order.fee.map(|amount| amount.to_string()))
        .bind(order.payout.map(|amount| amount.to_string()))
        .bind(&order.market_status)
        .bind(&order.requirement)
        .bind(&order.cancel_reason)
        .bind(order.accept_deadline.map(millis))
        .bind(order.complete_deadline.map(millis))
        .bind(order.confirm_deadline.map(millis))
        .bind(order.market_created_at.map(millis))
        .bind(millis(order.read_at))
        .bind(order.stage.as_str())
        .bind(&order.next_step)
        .bind(order.next_at.map(millis))
        .bind(order.hold.as_ref().map(|hold| hold.code.clone()))
        .bind(hold_detail)
        .bind(order.hold.as_ref().map(|hold| millis(hold.since)))
        .bind(order.paused)
        .bind(order.taken_over)
        .bind(millis(order.retry_base))
        .bind(order.unread)
        .bind(order.archived)
        .bind(millis(order.created_at))
        .bind(millis(order.updated_at))
        .execute(&mut *self.tx)
        .await
        .doing("keeping an order")?;
        Ok(())
    }

    /// Has every order that is not over looked at again at `at` or earlier.
    pub async fn wake_open_orders(&mut self, account_id: &str, at: Timestamp) -> StoreResult<()> {
        sqlx::query(
            "UPDATE orders SET wake = wake + 1, next_at = MIN(COALESCE(next_at, ?2), ?2)
             WHERE kind = 'order' AND archived = 0 AND account_id = ?1 AND stage IN ('waiting', 'asking', 'making', 'approving', 'delivered')",
        )
        .bind(account_id)
        .bind(millis(at))
        .execute(&mut *self.tx)
        .await
        .doing("waking open orders")?;
        Ok(())
    }

    /// Has an order looked at again at `at` or earlier.
    pub async fn wake_order(&mut self, id: &str, at: Timestamp) -> StoreResult<()> {
        sqlx::query(
            "UPDATE orders SET wake = wake + 1, next_at = MIN(COALESCE(next_at, ?2), ?2) WHERE id = ?1",
        )
        .bind(id)
        .bind(millis(at))
        .execute(&mut *self.tx)
        .await
        .doing("waking an order")?;
        Ok(())
    }

    /// Has the order looked at that waits for a free place and must be accepted first.
    pub async fn wake_next_for_capacity(&mut self, account_id: &str, at: Timestamp) -> StoreResult<()> {
        sqlx::query(
            "UPDATE orders SET wake = wake + 1, next_at = ?2 WHERE id =
                 (SELECT id FROM orders WHERE next_step = 'wait_capacity' AND account_id = ?1 AND next_at > ?2
                  ORDER BY accept_deadline LIMIT 1)",
        )
        .bind(account_id)
        .bind(millis(at))
        .execute(&mut *self.tx)
        .await
        .doing("waking an order that waits for a place")?;
        Ok(())
    }

    /// Claims an order for one walker until a time; false when another holds it.
    pub async fn claim_order(
        &mut self,
        id: &str,
        owner: &str,
        now: Timestamp,
        until: Timestamp,
    ) -> StoreResult<bool> {
        let done = sqlx::query(
            "UPDATE orders SET lease_owner = ?2, lease_until = ?4 WHERE id = ?1 AND (lease_until <= ?3 OR lease_owner = ?2)",
        )
        .bind(id)
        .bind(owner)
        .bind(millis(now))
        .bind(millis(until))
        .execute(&mut *self.tx)
        .await
        .doing("claiming an order")?;
        Ok(done.rows_affected() == 1)
    }

    /// Gives a claim back and sets when to look again. A wake since `wake` was read means: at once.
    pub async fn release_order(
        &mut self,
        id: &str,
        owner: &str,
        wake: i64,
        next_at: Option<Timestamp>,
        now: Timestamp,
    ) -> StoreResult<()> {
        sqlx::query(
            "UPDATE orders SET lease_owner = NULL, lease_until = 0, next_at = CASE WHEN wake = ?3 THEN ?4 ELSE ?5 END
             WHERE id = ?1 AND lease_owner = ?2",
        )
            .bind(id)
            .bind(owner)
            .bind(wake)
            .bind(next_at.map(millis))
            .bind(millis(now))
            .execute(&mut *self.tx)
            .await
            .doing("releasing an order")?;
        Ok(())
    }

    /// Gives back every claim of an account and has its open orders looked at: when it opens, whoever held them is gone.
    pub async fn release_all_orders(&mut self, account_id: &str, now: Timestamp) -> StoreResult<()> {
        sqlx::query(
            "UPDATE orders SET lease_owner = NULL, lease_until = 0,
                 next_at = CASE WHEN archived = 0 THEN ?1 ELSE next_at END
             WHERE account_id = ?2",
        )
        .bind(millis(now))
        .bind(account_id)
        .execute(&mut *self.tx)
        .await
        .doing("releasing all orders")?;
        Ok(())
    }
}

fn to_json(detail: &BTreeMap<String, String>) -> String {
    serde_json::to_string(detail).unwrap_or_else(|_| "{}".to_owned())
}
