//! Everything that is kept, table by table and page by page, as text: for a seller who takes it elsewhere.

use sqlx::Row;

use super::{Doing, Store, StoreResult, letters};

/// A table of an export.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExportTable {
    Orders,
    Messages,
    Letters,
    History,
    Pictures,
    Money,
    Listings,
    Applications,
    PostedJobs,
}

/// One row: where it stands in its table, and its cells in the order of the heads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExportRow {
    pub at: i64,
    pub cells: Vec<Option<String>>,
}

/// Heads, the expressions beneath them, and where they are read from. The first table named is the one that is paged.
type Shape = (&'static [(&'static str, &'static str)], &'static str);

const MARKET: (&str, &str) = ("market", "accounts.kind");
const PRACTICE: (&str, &str) = ("practice", "accounts.practice");

impl ExportTable {
    pub const ALL: [Self; 9] = [
        Self::Orders,
        Self::Messages,
        Self::Letters,
        Self::History,
        Self::Pictures,
        Self::Money,
        Self::Listings,
        Self::Applications,
        Self::PostedJobs,
    ];

    /// Its name, and that of its file without an ending.
    pub fn name(self) -> &'static str {
        match self {
            Self::Orders => "orders",
            Self::Messages => "messages",
            Self::Letters => "letters",
            Self::History => "history",
            Self::Pictures => "pictures",
            Self::Money => "money",
            Self::Listings => "listings",
            Self::Applications => "applications",
            Self::PostedJobs => "posted_jobs",
        }
    }

    /// The names of its columns.
    pub fn heads(self) -> impl Iterator<Item = &'static str> {
        self.shape().0.iter().map(|(head, _)| *head)
    }

    fn shape(self) -> Shape {
        match self {
            Self::Orders => (
                &[
                    ("order", "orders.market_order_id"),
                    MARKET,
                    PRACTICE,
                    ("kind", "orders.kind"),
                    ("listing", "orders.listing_id"),
                    ("title", "orders.title"),
                    ("buyer", "orders.buyer_name"),
                    ("buyer_id", "orders.buyer_id"),
                    ("price", "orders.price"),
                    ("fee", "orders.fee"),
                    ("payout", "orders.payout"),
                    ("status", "orders.market_status"),
                    ("stage", "orders.stage"),
                    ("requirement", "orders.requirement"),
                    ("cancel_reason", "orders.cancel_reason"),
                    ("placed_at", "time(COALESCE(orders.market_created_at, orders.created_at))"),
                    ("updated_at", "time(orders.updated_at)"),
                ],
                "orders JOIN accounts ON accounts.id = orders.account_id",
            ),
            Self::Messages => (
                &[
                    ("order", "orders.market_order_id"),
                    ("at", "time(messages.at)"),
                    ("who", "messages.who"),
                    ("name", "messages.name"),
                    ("state", "messages.state"),
                    ("text", "messages.body"),
                ],
                "messages JOIN orders ON orders.id = messages.order_id",
            ),
            Self::Letters => (
                &[
                    ("conversation", "letters.conversation_id"),
                    ("with", "conversations.other_name"),
                    ("job", "conversations.job_id"),
                    ("at", "time(letters.at)"),
                    ("who", letters::WHO),
                    ("state", "letters.state"),
                    ("text", "letters.body"),
                    ("picture_address", "letters.image_url"),
                ],
                "letters LEFT JOIN conversations ON conversations.account_id = letters.account_id
                     AND conversations.id = letters.conversation_id",
            ),
            Self::History => (
                &[
                    ("order", "orders.market_order_id"),
                    ("at", "time(history.at)"),
                    ("who", "history.actor"),
                    ("what", "history.kind"),
                    ("step", "history.step"),
                    ("detail", "history.detail"),
                ],
                "history JOIN orders ON orders.id = history.order_id",
            ),
            Self::Pictures => (
                &[
                    ("sha256", "pictures.sha256"),
                    ("media_type", "pictures.media_type"),
                    ("order", "orders.market_order_id"),
                    ("round", "pictures.round"),
                    ("number", "pictures.n"),
                    ("draft", "pictures.is_draft"),
                    ("width", "pictures.width"),
                    ("height", "pictures.height"),
                    ("bytes", "pictures.bytes"),
                    ("prompt", "pictures.prompt"),
                    ("model", "pictures.model"),
                    ("cost_usd", "pictures.cost_usd"),
                    ("state", "pictures.state"),
                    ("rating", "pictures.rating"),
                    (
                        "tags",
                        "(SELECT group_concat(tag, '; ') FROM picture_tags WHERE picture_id = pictures.id)",
                    ),
                    ("made_at", "time(pictures.created_at)"),
                    ("deleted_at", "time(pictures.deleted_at)"),
                ],
                "pictures LEFT JOIN orders ON orders.id = pictures.order_id",
            ),
            Self::Money => (
                &[
                    ("at", "time(ledger.at)"),
                    MARKET,
                    PRACTICE,
                    ("order", "orders.market_order_id"),
                    ("kind", "ledger.kind"),
                    ("amount", "ledger.amount"),
                    ("currency", "ledger.currency"),
                ],
                "ledger JOIN accounts ON accounts.id = ledger.account_id LEFT JOIN orders ON orders.id = ledger.order_id",
            ),
            Self::Listings => (
                &[
                    ("listing", "listings.market_listing_id"),
                    MARKET,
                    PRACTICE,
                    ("status", "listings.status"),
                    ("market_status", "listings.market_status"),
                    ("sold", "listings.sold"),
                    ("views", "listings.views"),
                    ("form", "listings.form"),
                    ("made_at", "time(listings.created_at)"),
                    ("updated_at", "time(listings.updated_at)"),
                    ("deleted_at", "time(listings.deleted_at)"),
                ],
                "listings JOIN accounts ON accounts.id = listings.account_id",
            ),
            Self::Applications => (
                &[
                    ("job", "applications.job_id"),
                    PRACTICE,
                    ("title", "applications.title"),
                    ("letter", "applications.letter"),
                    ("rate", "applications.rate"),
                    ("state", "applications.state"),
                    ("job_status", "applications.job_status"),
                    ("payment", "applications.payment"),
                    ("payment_amount", "applications.payment_amount"),
                    ("payment_note", "applications.payment_note"),
                    ("review_rating", "applications.review_rating"),
                    ("review", "applications.review_text"),
                    ("made_at", "time(applications.created_at)"),
                    ("delivered_at", "time(applications.delivered_at)"),
                ],
                "applications JOIN accounts ON accounts.id = applications.account_id",
            ),
            Self::PostedJobs => (
                &[
                    ("job", "posted_jobs.market_job_id"),
                    PRACTICE,
                    ("state", "posted_jobs.state"),
                    ("market_status", "posted_jobs.market_status"),
                    ("worker", "posted_jobs.worker_name"),
                    ("rate", "posted_jobs.rate"),
                    ("paid", "posted_jobs.paid"),
                    ("review_rating", "posted_jobs.review_rating"),
                    ("review", "posted_jobs.review_text"),
                    ("form", "posted_jobs.form"),
                    ("made_at", "time(posted_jobs.created_at)"),
                ],
                "posted_jobs JOIN accounts ON accounts.id = posted_jobs.account_id",
            ),
        }
    }
}

/// SQL that gives one cell as text; `time(…)` is a moment as RFC 3339 tells it.
fn cell(expression: &str) -> String {
    match expression.strip_prefix("time(") {
        Some(inner) => {
            let inner = inner.strip_suffix(')').unwrap_or(inner);
            format!("strftime('%Y-%m-%dT%H:%M:%SZ', ({inner}) / 1000, 'unixepoch')")
        }
        None => format!("CAST({expression} AS TEXT)"),
    }
}

impl Store {
    /// How many rows a table has.
    pub async fn count_export(&self, table: ExportTable) -> StoreResult<u64> {
        let row =
            sqlx::query(sqlx::AssertSqlSafe(format!("SELECT COUNT(*) AS many FROM {}", table.name_in_sql())))
                .fetch_one(self.reader())
                .await
                .doing("counting what is kept")?;
        Ok(u64::try_from(row.get::<i64, _>("many")).unwrap_or(0))
    }

    /// The next rows of a table, in the order they were kept; `after` is where the last one stood, 0 at first.
    pub async fn read_export(
        &self,
        table: ExportTable,
        after: i64,
        most: u32,
    ) -> StoreResult<Vec<ExportRow>> {
        let (columns, from) = table.shape();
        let cells: Vec<String> = columns.iter().map(|(_, expression)| cell(expression)).collect();
        let (cells, paged) = (cells.join(", "), table.name_in_sql());
        let rows = sqlx::query(sqlx::AssertSqlSafe(format!(
            "SELECT {paged}.rowid AS at, {cells} FROM {from} WHERE {paged}.rowid > ? ORDER BY {paged}.rowid LIMIT ?"
        )))
        .bind(after)
        .bind(most)
        .fetch_all(self.reader())
        .await
        .doing("reading what is kept")?;
        let read = |row: &sqlx::sqlite::SqliteRow| ExportRow {
            at: row.get(0),
            cells: (1..=columns.len()).map(|nth| row.get(nth)).collect(),
        };
        Ok(rows.iter().map(read).collect())
    }
}

impl ExportTable {
    fn name_in_sql(self) -> &'static str {
        match self {
            Self::Money => "ledger",
            other => other.name(),
        }
    }
}
