//! What spans of time brought and cost, added up. Amounts are decimal text: the database groups equal ones, and what is
//! added is exact.

use std::collections::BTreeMap;

use futures_util::TryStreamExt as _;
use jiff::Timestamp;
use rust_decimal::Decimal;
use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqliteConnection};

use super::convert::{decimal, decimal_opt, instant, instant_opt, millis};
use super::{Doing, LedgerKind, OrderKind, PaymentState, Stage, Store, StoreError, StoreResult};

/// What money moved for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum MoneySource {
    /// A listing, by the market's id.
    Listing(String),
    /// Orders without one: jobs, and what a market did not say.
    Unlisted,
    /// Asked for through the local interface.
    Task,
    /// Letters and opinions about jobs.
    Letters,
    /// No order is named.
    Other,
}

/// All movements of one kind and source in a span.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MoneySum {
    pub account_id: String,
    pub kind: LedgerKind,
    /// UAT or USD.
    pub currency: String,
    pub source: MoneySource,
    /// What an order of it was called; may be empty.
    pub title: String,
    pub amount: Decimal,
    /// How many movements.
    pub many: u32,
}

/// An accepted application with what the seller knows of its payment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HandPaymentRow {
    pub application_id: String,
    pub title: String,
    pub order_id: Option<String>,
    pub payment: PaymentState,
    pub amount: Option<Decimal>,
    /// What was agreed.
    pub rate: Option<Decimal>,
    pub job_status: Option<String>,
    pub accepted_at: Option<Timestamp>,
    /// When the seller said that it had come.
    pub received_at: Option<Timestamp>,
}

/// What the seller paid somebody for a job they posted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaidOutRow {
    pub posted_id: String,
    pub title: String,
    pub worker_name: Option<String>,
    pub amount: Decimal,
    pub at: Timestamp,
}

/// An order in a list of what moved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SheetOrder {
    pub id: String,
    pub account_id: String,
    pub kind: OrderKind,
    pub market_order_id: String,
    pub title: String,
    pub buyer_name: Option<String>,
    pub price: Option<Decimal>,
    pub market_status: String,
    pub stage: Stage,
    pub placed_at: Timestamp,
    /// By kind, in the span only.
    pub moved: BTreeMap<&'static str, Decimal>,
}

/// What models cost for the letters of one application or posted job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LetterCostRow {
    pub subject_id: String,
    pub title: String,
    pub last_at: Timestamp,
    pub cost_usd: Decimal,
}

/// From the first instant up to, but without, the second.
pub type Within = (Timestamp, Timestamp);

type Sums = BTreeMap<(&'static str, String, MoneySource), (String, Decimal, u32)>;

impl Store {
    /// What moved in each of these spans, in one look at the database.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn sum_money(&self, account_id: &str, spans: &[Within]) -> StoreResult<Vec<Vec<MoneySum>>> {
        let mut look = self.reader().begin().await.doing("adding up money")?;
        let mut answers = Vec::with_capacity(spans.len());
        for within in spans {
            let mut sums = Sums::new();
            add_ledger(&mut look, account_id, within, &mut sums).await?;
            add_letters(&mut look, account_id, within, &mut sums).await?;
            answers.push(
                sums.into_iter()
                    .map(|((kind, currency, source), (title, amount, many))| {
                        Ok(MoneySum {
                            account_id: account_id.to_owned(),
                            kind: LedgerKind::parse(kind)?,
                            currency,
                            source,
                            title,
                            amount,
                            many,
                        })
                    })
                    .collect::<StoreResult<Vec<_>>>()?,
            );
        }
        Ok(answers)
    }

    /// When anything first moved or was ordered on these accounts.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn first_money_at(&self, account_id: &str) -> StoreResult<Option<Timestamp>> {
        let row = sqlx::query(
            "SELECT MIN(at) AS at FROM (
                 SELECT (SELECT MIN(at) FROM ledger WHERE account_id = ?1) AS at
                 UNION ALL SELECT (SELECT MIN(result_at) FROM job_journal WHERE account_id = ?1 AND cost_usd IS NOT NULL)
                 UNION ALL SELECT (SELECT MIN(COALESCE(market_created_at, created_at)) FROM orders WHERE account_id = ?1)
                 UNION ALL SELECT (SELECT MIN(accepted_at) FROM applications WHERE account_id = ?1 AND state = 'accepted'))",
        )
        .bind(account_id)
        .fetch_one(self.reader())
        .await
        .doing("looking for the first money")?;
        instant_opt(row.get("at"))
    }

    /// Every accepted application, with its payment as the seller noted it.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn list_hand_payments(&self, account_id: &str) -> StoreResult<Vec<HandPaymentRow>> {
        let rows = sqlx::query(
            "SELECT id, title, order_id, payment, payment_amount, rate, job_status, accepted_at,
                 (SELECT MAX(h.at) FROM job_history h WHERE h.subject_id = a.id AND h.kind = 'payment' AND h.reason = 'received') AS received_at
             FROM applications a WHERE account_id = ? AND state = 'accepted' ORDER BY accepted_at, id",
        )
        .bind(account_id)
        .fetch_all(self.reader())
        .await
        .doing("listing payments by hand")?;
        rows.iter()
            .map(|row| {
                Ok(HandPaymentRow {
                    application_id: row.get("id"),
                    title: row.get("title"),
                    order_id: row.get("order_id"),
                    payment: PaymentState::parse(row.get("payment"))?,
                    amount: decimal_opt(row.get("payment_amount"))?,
                    rate: decimal_opt(row.get("rate"))?,
                    job_status: row.get("job_status"),
                    accepted_at: instant_opt(row.get("accepted_at"))?,
                    received_at: instant_opt(row.get("received_at"))?,
                })
            })
            .collect()
    }

    /// What the seller noted as paid to others.
    ///
    /// # Errors
    /// When the database cannot be read, or a note does not hold together.
    pub async fn list_paid_out(&self, account_id: &str) -> StoreResult<Vec<PaidOutRow>> {
        let rows = sqlx::query(
            "SELECT id, COALESCE(form ->> '$.title', '') AS title, worker_name, CAST(paid ->> '$.amount' AS TEXT) AS amount, paid ->> '$.at' AS at
             FROM posted_jobs WHERE account_id = ? AND paid IS NOT NULL ORDER BY created_at, id",
        )
        .bind(account_id)
        .fetch_all(self.reader())
        .await
        .doing("listing what was paid to others")?;
        rows.iter()
            .map(|row| {
                let at: String = row.get("at");
                Ok(PaidOutRow {
                    posted_id: row.get("id"),
                    title: row.get("title"),
                    worker_name: row.get("worker_name"),
                    amount: decimal(row.get("amount"))?,
                    at: at.parse().map_err(|_| StoreError::UnknownValue { what: "instant", value: at })?,
                })
            })
            .collect()
    }

    /// The order at work that cost most so far, with what is reserved for it: (id, title, US dollars).
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn lookup_costliest_order(
        &self,
        account_id: &str,
    ) -> StoreResult<Option<(String, String, Decimal)>> {
        let mut rows = sqlx::query(
            "SELECT o.id, o.title, COALESCE(j.cost_usd, j.reserved_usd) AS amount FROM orders o JOIN journal j ON j.order_id = o.id
             WHERE o.account_id = ? AND o.archived = 0 AND o.kind = 'order' AND o.stage IN ('asking', 'making', 'approving', 'delivered')
                 AND (j.cost_usd IS NOT NULL OR j.reserved_usd IS NOT NULL)",
        )
        .bind(account_id)
        .fetch(self.reader());
        let mut costs: BTreeMap<String, (String, Decimal)> = BTreeMap::new();
        while let Some(row) = rows.try_next().await.doing("looking for the costliest order")? {
            let cost = costs.entry(row.get("id")).or_insert_with(|| (row.get("title"), Decimal::ZERO));
            cost.1 += decimal(row.get("amount"))?;
        }
        let most = costs.into_iter().max_by(|one, other| one.1.1.cmp(&other.1.1));
        Ok(most.map(|(id, (title, cost))| (id, title, cost)))
    }

    /// Ids of orders that were placed in a span or for which money moved in it, the first placed first.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn list_sheet_ids(&self, account_id: &str, within: Within) -> StoreResult<Vec<String>> {
        let rows = sqlx::query(
            "SELECT id FROM orders WHERE id IN (
                 SELECT id FROM orders WHERE account_id = ?1 AND COALESCE(market_created_at, created_at) >= ?2 AND COALESCE(market_created_at, created_at) < ?3
                 UNION SELECT order_id FROM ledger WHERE account_id = ?1 AND at >= ?2 AND at < ?3 AND order_id IS NOT NULL)
             ORDER BY COALESCE(market_created_at, created_at), id",
        )
        .bind(account_id)
        .bind(millis(within.0))
        .bind(millis(within.1))
        .fetch_all(self.reader())
        .await
        .doing("listing the orders of a span")?;
        Ok(rows.iter().map(|row| row.get("id")).collect())
    }

    /// These orders, in this order, with what moved for each in a span. At most a few hundred at once.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn list_sheet_orders(&self, ids: &[String], within: Within) -> StoreResult<Vec<SheetOrder>> {
        let mut found: BTreeMap<String, SheetOrder> = BTreeMap::new();
        let mut query = sqlx::QueryBuilder::new(
            "SELECT id, account_id, kind, market_order_id, title, buyer_name, price, market_status, stage,
                 COALESCE(market_created_at, created_at) AS placed_at FROM orders WHERE id IN (",
        );
        push_ids(&mut query, ids);
        let rows = query.build().fetch_all(self.reader()).await.doing("reading the orders of a span")?;
        for row in &rows {
            let order = sheet_order(row)?;
            found.insert(order.id.clone(), order);
        }
        let mut query = sqlx::QueryBuilder::new("SELECT order_id, kind, amount FROM ledger WHERE at >= ");
        query.push_bind(millis(within.0)).push(" AND at < ").push_bind(millis(within.1));
        query.push(" AND order_id IN (");
        push_ids(&mut query, ids);
        let mut rows = query.build().fetch(self.reader());
        while let Some(row) = rows.try_next().await.doing("reading what moved for orders")? {
            if let Some(order) = found.get_mut(row.get::<&str, _>("order_id")) {
                let kind = LedgerKind::parse(row.get("kind"))?.as_str();
                *order.moved.entry(kind).or_default() += decimal(row.get("amount"))?;
            }
        }
        Ok(ids.iter().filter_map(|id| found.remove(id)).collect())
    }

    /// What models cost in a span for each application and posted job.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn list_letter_costs(
        &self,
        account_id: &str,
        within: Within,
    ) -> StoreResult<Vec<LetterCostRow>> {
        let mut rows = sqlx::query(
            "SELECT j.subject_id, j.result_at, j.cost_usd, COALESCE(a.title, p.form ->> '$.title', '') AS title
             FROM job_journal j LEFT JOIN applications a ON a.id = j.subject_id LEFT JOIN posted_jobs p ON p.id = j.subject_id
             WHERE j.account_id = ? AND j.cost_usd IS NOT NULL AND j.result_at >= ? AND j.result_at < ?",
        )
        .bind(account_id)
        .bind(millis(within.0))
        .bind(millis(within.1))
        .fetch(self.reader());
        let mut costs: BTreeMap<String, LetterCostRow> = BTreeMap::new();
        while let Some(row) = rows.try_next().await.doing("reading what letters cost")? {
            let (subject_id, at) = (row.get::<String, _>("subject_id"), instant(row.get("result_at"))?);
            let cost = costs.entry(subject_id.clone()).or_insert_with(|| LetterCostRow {
                subject_id,
                title: row.get("title"),
                last_at: at,
                cost_usd: Decimal::ZERO,
            });
            cost.last_at = cost.last_at.max(at);
            cost.cost_usd += decimal(row.get("cost_usd"))?;
        }
        let mut costs: Vec<LetterCostRow> = costs.into_values().collect();
        costs.sort_by(|one, other| (one.last_at, &one.subject_id).cmp(&(other.last_at, &other.subject_id)));
        Ok(costs)
    }
}

async fn add_ledger(
    look: &mut SqliteConnection,
    account_id: &str,
    within: &Within,
    sums: &mut Sums,
) -> StoreResult<()> {
    let mut rows = sqlx::query(
        "SELECT l.kind, l.currency, o.kind AS order_kind, o.listing_id, l.amount, MAX(o.title) AS title, COUNT(*) AS many
         FROM ledger l INDEXED BY ledger_of_time LEFT JOIN orders o ON o.id = l.order_id
         WHERE l.account_id = ? AND l.at >= ? AND l.at < ? GROUP BY l.kind, l.currency, o.kind, o.listing_id, l.amount",
    )
    .bind(account_id)
    .bind(millis(within.0))
    .bind(millis(within.1))
    .fetch(look);
    while let Some(row) = rows.try_next().await.doing("adding up the ledger")? {
        let kind = LedgerKind::parse(row.get("kind"))?.as_str();
        let source = match (row.get::<Option<&str>, _>("order_kind"), row.get("listing_id")) {
            (None, _) => MoneySource::Other,
            (Some("task"), _) => MoneySource::Task,
            (Some(_), Some(listing)) => MoneySource::Listing(listing),
            (Some(_), None) => MoneySource::Unlisted,
        };
        let title: Option<String> = row.get("title");
        let sum = sums.entry((kind, row.get("currency"), source)).or_default();
        add(sum, title.unwrap_or_default(), &row)?;
    }
    Ok(())
}

async fn add_letters(
    look: &mut SqliteConnection,
    account_id: &str,
    within: &Within,
    sums: &mut Sums,
) -> StoreResult<()> {
    let mut rows = sqlx::query(
        "SELECT cost_usd AS amount, COUNT(*) AS many FROM job_journal
         WHERE account_id = ? AND cost_usd IS NOT NULL AND result_at >= ? AND result_at < ? GROUP BY cost_usd",
    )
    .bind(account_id)
    .bind(millis(within.0))
    .bind(millis(within.1))
    .fetch(look);
    while let Some(row) = rows.try_next().await.doing("adding up what letters cost")? {
        let key = (LedgerKind::Model.as_str(), "USD".to_owned(), MoneySource::Letters);
        add(sums.entry(key).or_default(), String::new(), &row)?;
    }
    Ok(())
}

fn add(sum: &mut (String, Decimal, u32), title: String, row: &SqliteRow) -> StoreResult<()> {
    let many: u32 = row.get("many");
    if title > sum.0 {
        sum.0 = title;
    }
    sum.1 += decimal(row.get("amount"))? * Decimal::from(many);
    sum.2 += many;
    Ok(())
}

fn sheet_order(row: &SqliteRow) -> StoreResult<SheetOrder> {
    Ok(SheetOrder {
        id: row.get("id"),
        account_id: row.get("account_id"),
        kind: OrderKind::parse(row.get("kind"))?,
        market_order_id: row.get("market_order_id"),
        title: row.get("title"),
        buyer_name: row.get("buyer_name"),
        price: decimal_opt(row.get("price"))?,
        market_status: row.get("market_status"),
        stage: Stage::parse(row.get("stage"))?,
        placed_at: instant(row.get("placed_at"))?,
        moved: BTreeMap::new(),
    })
}

fn push_ids(query: &mut sqlx::QueryBuilder<sqlx::Sqlite>, ids: &[String]) {
    let mut list = query.separated(", ");
    for id in ids {
        list.push_bind(id.clone());
    }
    query.push(")");
}
