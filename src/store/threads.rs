//! Threads with others, newest first and in pages: conversations with people, and what was said about orders.

use jiff::Timestamp;
use sqlx::{QueryBuilder, Row, Sqlite};

use super::convert::{instant, words};
use super::letters::UNSENT;
use super::people::{COLUMNS as CONVERSATION, read as read_conversation};
use super::{ConversationRow, Doing, MessageState, Speaker, Stage, Store, StoreResult};

words! {
    /// Which threads are wanted.
    Wanted, "kind of threads" {
        All = "all",
        Unread = "unread",
        /// The other side has the last word.
        Unanswered = "unanswered",
        /// A letter of ours is held or failed, or the order waits for the seller.
        NeedsYou = "needs_you",
    }
}

/// What is looked for, and where the page begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ThreadSearch {
    pub wanted: Wanted,
    /// One text, in names, titles and what was said.
    pub words: Option<String>,
    /// Time in milliseconds and id of the thread before the page.
    pub after: Option<(i64, String)>,
    pub limit: u32,
}

/// An order's thread in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderThreadRow {
    pub order_id: String,
    pub title: String,
    pub buyer_name: Option<String>,
    pub stage: Stage,
    pub unread: bool,
    /// The order waits for the seller.
    pub is_held: bool,
    pub last_who: Speaker,
    pub last_text: String,
    pub last_state: MessageState,
    pub last_at: Timestamp,
}

impl ThreadSearch {
    fn text(&self) -> Option<&str> {
        self.words.as_deref().map(str::trim).filter(|words| !words.is_empty())
    }

    fn like(&self) -> Option<String> {
        let words = self.text()?;
        Some(format!("%{}%", words.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_")))
    }
}

impl Store {
    /// A page of conversations.
    pub async fn search_conversations(
        &self,
        account_id: &str,
        search: &ThreadSearch,
    ) -> StoreResult<Vec<ConversationRow>> {
        let mut query =
            QueryBuilder::new(format!("SELECT {CONVERSATION} FROM conversations c WHERE c.account_id = "));
        query.push_bind(account_id.to_owned());
        match search.wanted {
            Wanted::All => {}
            Wanted::Unread => {
                query.push(" AND c.unread > 0");
            }
            Wanted::Unanswered => {
                query.push(
                    " AND (SELECT who FROM letters l WHERE l.account_id = c.account_id AND l.conversation_id = c.id AND l.market_id IS NOT NULL
                           ORDER BY l.at DESC, l.id DESC LIMIT 1) = 'them'",
                );
            }
            Wanted::NeedsYou => {
                query.push(format!(
                    " AND EXISTS (SELECT 1 FROM letters l WHERE l.account_id = c.account_id AND l.conversation_id = c.id
                          AND l.{UNSENT} AND l.state IN ('held', 'failed'))"
                ));
            }
        }
        if let Some(like) = search.like() {
            query.push(" AND (c.other_name LIKE ").push_bind(like.clone());
            query.push(
                " ESCAPE '\\' OR EXISTS (SELECT 1 FROM letters l WHERE l.account_id = c.account_id AND l.conversation_id = c.id
                     AND l.state <> 'discarded' AND l.body LIKE ",
            );
            query.push_bind(like).push(" ESCAPE '\\'))");
        }
        if let Some((at, id)) = &search.after {
            query
                .push(" AND (c.newest_at, c.id) < (")
                .push_bind(*at)
                .push(", ")
                .push_bind(id.clone())
                .push(")");
        }
        query.push(" ORDER BY c.newest_at DESC, c.id DESC LIMIT ").push_bind(search.limit);
        let rows = query.build().fetch_all(self.reader()).await.doing("searching conversations")?;
        rows.iter().map(read_conversation).collect()
    }

    /// A page of the threads of an account's orders. Messages are walked from the newest on; the one of each order that
    /// came in last stands for the thread, as the market's clock and ours differ. Words that stand in few places are
    /// looked up there first.
    pub async fn search_order_threads(
        &self,
        account_id: &str,
        search: &ThreadSearch,
    ) -> StoreResult<Vec<OrderThreadRow>> {
        let (messages, names) = match search.text() {
            Some(text) => (self.few_messages(text).await?, self.few_names(text).await?),
            None => (None, None),
        };
        let messages = messages.map(|few| serde_json::json!(few).to_string());
        let names = names.map(|few| serde_json::json!(few).to_string());
        let few = messages.clone().zip(names.clone());
        let mut query = QueryBuilder::new(
            "SELECT o.id, o.title, o.buyer_name, o.stage, o.unread, o.hold_code IS NOT NULL AS is_held, m.who, m.body, m.state, m.at FROM ",
        );
        match &few {
            Some((messages, names)) => {
                query.push("(SELECT s.order_id FROM messages s WHERE s.id IN (SELECT value FROM json_each(");
                query.push_bind(messages.clone());
                query.push(")) UNION SELECT f.thing FROM findable f WHERE f.kind = 'order' AND f.id IN (SELECT value FROM json_each(");
                query.push_bind(names.clone());
                query.push("))) found CROSS JOIN messages m ON m.order_id = found.order_id");
            }
            None => {
                query.push("messages m INDEXED BY messages_newest");
            }
        }
        // Bound to the message as well: a condition of the order alone has SQLite read every order first, for a Bloom
        // filter that a page of few threads never pays back.
        query.push(" CROSS JOIN orders o ON o.id = m.order_id WHERE iif(m.order_id = o.id, o.kind = 'order' AND o.account_id = ");
        query.push_bind(account_id.to_owned());
        query.push(
            ", 0) AND NOT EXISTS (SELECT 1 FROM messages n WHERE n.order_id = m.order_id AND n.id > m.id)",
        );
        match search.wanted {
            Wanted::All => {}
            Wanted::Unread => {
                query.push(" AND o.unread = 1");
            }
            Wanted::Unanswered => {
                query.push(" AND m.who = 'buyer'");
            }
            Wanted::NeedsYou => {
                query.push(" AND o.hold_code IS NOT NULL");
            }
        }
        if let Some(like) = search.like().filter(|_| few.is_none()) {
            push_words(&mut query, &like, messages, names);
        }
        if let Some((at, id)) = &search.after {
            query
                .push(" AND (m.at, m.order_id) < (")
                .push_bind(*at)
                .push(", ")
                .push_bind(id.clone())
                .push(")");
        }
        query.push(" ORDER BY m.at DESC, m.order_id DESC LIMIT ").push_bind(search.limit);
        let rows = query.build().fetch_all(self.reader()).await.doing("searching the threads of orders")?;
        rows.iter()
            .map(|row| {
                Ok(OrderThreadRow {
                    order_id: row.get("id"),
                    title: row.get("title"),
                    buyer_name: row.get("buyer_name"),
                    stage: Stage::parse(row.get("stage"))?,
                    unread: row.get("unread"),
                    is_held: row.get("is_held"),
                    last_who: Speaker::parse(row.get("who"))?,
                    last_text: row.get("body"),
                    last_state: MessageState::parse(row.get("state"))?,
                    last_at: instant(row.get("at"))?,
                })
            })
            .collect()
    }

    /// Conversations with something unread.
    pub async fn count_unread_conversations(&self, account_id: &str) -> StoreResult<u32> {
        let row =
            sqlx::query("SELECT COUNT(*) AS many FROM conversations WHERE account_id = ? AND unread > 0")
                .bind(account_id)
                .fetch_one(self.reader())
                .await
                .doing("counting unread conversations")?;
        Ok(row.get("many"))
    }

    /// Orders with something new in which something was said.
    pub async fn count_unread_order_threads(&self, account_id: &str) -> StoreResult<u32> {
        let row = sqlx::query(
            "SELECT COUNT(*) AS many FROM orders o WHERE kind = 'order' AND account_id = ? AND unread = 1
                 AND EXISTS (SELECT 1 FROM messages m WHERE m.order_id = o.id)",
        )
        .bind(account_id)
        .fetch_one(self.reader())
        .await
        .doing("counting unread threads of orders")?;
        Ok(row.get("many"))
    }
}

/// Orders with a text in their name or in what was said. Rows in which it stands, where they are few, are given as a
/// JSON list; otherwise each order's are read.
fn push_words(query: &mut QueryBuilder<Sqlite>, like: &str, messages: Option<String>, names: Option<String>) {
    query.push(" AND (");
    match names {
        Some(names) => {
            query.push("o.id IN (SELECT f.thing FROM findable f WHERE f.kind = 'order' AND f.id IN (SELECT value FROM json_each(");
            query.push_bind(names).push(")))");
        }
        None => {
            query.push(
                "EXISTS (SELECT 1 FROM findable f WHERE f.kind = 'order' AND f.account_id = o.account_id AND f.thing = o.id
                     AND (f.title LIKE ",
            );
            query.push_bind(like.to_owned()).push(" ESCAPE '\\' OR f.more LIKE ").push_bind(like.to_owned());
            query.push(" ESCAPE '\\'))");
        }
    }
    query.push(" OR ");
    match messages {
        Some(messages) => {
            query.push(
                "o.id IN (SELECT s.order_id FROM messages s WHERE s.id IN (SELECT value FROM json_each(",
            );
            query.push_bind(messages).push(")))");
        }
        None => {
            query.push("EXISTS (SELECT 1 FROM messages s WHERE s.order_id = o.id AND s.body LIKE ");
            query.push_bind(like.to_owned()).push(" ESCAPE '\\')");
        }
    }
    query.push(")");
}
