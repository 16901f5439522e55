//! Search over everything with words in it, newest first.
//!
//! The indexes (migration 31) know runs of three letters, so a word is found in the middle of others and in languages
//! without blanks. A shorter word, two Chinese characters for one, is first looked for among the newest rows; where it is
//! rarer than that, the index is asked which runs begin with it.

use jiff::Timestamp;
use sqlx::sqlite::SqliteRow;
use sqlx::{QueryBuilder, Row, Sqlite};

use super::convert::{instant, words};
use super::{Doing, Store, StoreResult};

/// Words beyond these are not looked at.
const MOST_WORDS: usize = 8;
const MOST_CHARS: usize = 100;
/// Letters an index knows at once.
const RUN: usize = 3;
/// Newest rows read for a short word before the index is asked.
const NEWEST: u32 = 5_000;
/// Rows an index may name before those of other accounts are left out.
const CANDIDATES: u32 = 20_000;
/// Rows that are few enough to be looked up one by one. What stands in more is soon found among the newest.
const FEW: u32 = 2_000;
/// Runs a short word may begin.
const MOST_RUNS: u32 = 400;

words! {
    /// What was found.
    FoundKind, "kind of finding" {
        Order = "order", Message = "message", Letter = "letter", Listing = "listing", Picture = "picture",
        Application = "application", Posted = "posted", Conversation = "conversation", Person = "person",
    }
}

/// Something found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    pub kind: FoundKind,
    /// Of the order, listing, picture, application or posted job; of a message the order's, of a letter the
    /// conversation's, of a person the market's id.
    pub id: String,
    /// What it is called; may be empty.
    pub title: String,
    /// Where the words stand, when not in the title.
    pub text: String,
    /// Who wrote it, or bought it.
    pub name: Option<String>,
    /// Of a picture.
    pub sha256: Option<String>,
    pub at: Option<Timestamp>,
}

/// What is looked for: every word must be there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SearchWords(Vec<String>);

impl SearchWords {
    /// Words as typed; none when there is nothing to look for.
    pub fn read(typed: &str) -> Option<Self> {
        let words: Vec<String> = typed
            .split_whitespace()
            .map(|word| word.chars().filter(|letter| !letter.is_control()).take(MOST_CHARS).collect())
            .filter(|word: &String| !word.is_empty())
            .take(MOST_WORDS)
            .collect();
        (!words.is_empty()).then_some(Self(words))
    }

    /// Each word.
    pub fn all(&self) -> &[String] {
        &self.0
    }

    pub(super) fn short(&self) -> impl Iterator<Item = &String> {
        self.0.iter().filter(|word| word.chars().count() < RUN)
    }

    /// The long words for an index; none when there are only short ones.
    pub(super) fn long(&self) -> Option<String> {
        let long: Vec<String> =
            self.0.iter().filter(|word| word.chars().count() >= RUN).map(|word| quoted(word)).collect();
        (!long.is_empty()).then(|| long.join(" AND "))
    }
}

/// One index with the table whose rows it knows.
struct Index {
    words: &'static str,
    runs: &'static str,
    /// Columns, tables and conditions; the index's row is `f.rowid` or the table's own id.
    select: &'static str,
    from: &'static str,
    id: &'static str,
    /// Where the words stand in the table.
    text: &'static str,
}

const MESSAGES: Index = Index {
    words: "messages_words",
    runs: "messages_runs",
    select: "SELECT 'message' AS kind, m.order_id AS thing, o.title AS title, m.body AS text,
             CASE WHEN m.who = 'buyer' THEN COALESCE(m.name, o.buyer_name) END AS name, m.at AS at, NULL AS sha256",
    from: "messages m ON m.id = f.id CROSS JOIN orders o ON o.id = m.order_id AND o.kind = 'order' AND o.account_id",
    id: "messages",
    text: "m.body",
};
const LETTERS: Index = Index {
    words: "letters_words",
    runs: "letters_runs",
    select: "SELECT 'letter' AS kind, l.conversation_id AS thing, COALESCE(c.other_name, '') AS title, l.body AS text,
             CASE WHEN l.who = 'them' THEN l.name END AS name, l.at AS at, NULL AS sha256",
    from: "letters l ON l.id = f.id AND l.state <> 'discarded' AND l.conversation_id IS NOT NULL
           CROSS JOIN conversations c ON c.account_id = l.account_id AND c.id = l.conversation_id AND c.account_id",
    id: "letters",
    text: "l.body",
};

impl Store {
    /// Messages about orders, and letters of conversations.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn find_said(
        &self,
        accounts: &[String],
        words: &SearchWords,
        limit: u32,
    ) -> StoreResult<Vec<Found>> {
        let mut found = self.find_in(&MESSAGES, accounts, words, limit).await?;
        found.extend(self.find_in(&LETTERS, accounts, words, limit).await?);
        Ok(found)
    }

    async fn find_in(
        &self,
        index: &Index,
        accounts: &[String],
        words: &SearchWords,
        limit: u32,
    ) -> StoreResult<Vec<Found>> {
        if let Some(long) = words.long() {
            return self.by_index(index, accounts, words, &long, limit).await;
        }
        let newest = self.among_newest(index, accounts, words, limit).await?;
        if newest.len() >= limit as usize {
            return Ok(newest);
        }
        match self.runs_of(index.runs, words).await? {
            Some(runs) => self.by_index(index, accounts, words, &runs, limit).await,
            None => Ok(newest),
        }
    }

    async fn by_index(
        &self,
        index: &Index,
        accounts: &[String],
        words: &SearchWords,
        matching: &str,
        limit: u32,
    ) -> StoreResult<Vec<Found>> {
        let mut query = QueryBuilder::<Sqlite>::new(index.select);
        query.push(" FROM (SELECT rowid AS id FROM ").push(index.words).push(" WHERE ");
        query.push(index.words).push(" MATCH ").push_bind(matching.to_owned());
        query.push(" ORDER BY rowid DESC LIMIT ").push_bind(CANDIDATES).push(") f CROSS JOIN ");
        query.push(index.from);
        push_accounts(&mut query, accounts);
        query.push(" WHERE true");
        push_short(&mut query, index.text, words);
        query.push(" LIMIT ").push_bind(limit);
        let rows = query.build().fetch_all(self.reader()).await.doing("searching what was said")?;
        rows.iter().map(read).collect()
    }

    async fn among_newest(
        &self,
        index: &Index,
        accounts: &[String],
        words: &SearchWords,
        limit: u32,
    ) -> StoreResult<Vec<Found>> {
        let mut query = QueryBuilder::<Sqlite>::new(index.select);
        query.push(" FROM (SELECT id FROM ").push(index.id);
        query.push(" ORDER BY id DESC LIMIT ").push_bind(NEWEST).push(") f CROSS JOIN ");
        query.push(index.from);
        push_accounts(&mut query, accounts);
        query.push(" WHERE true");
        push_short(&mut query, index.text, words);
        query.push(" LIMIT ").push_bind(limit);
        let rows = query.build().fetch_all(self.reader()).await.doing("searching the newest")?;
        rows.iter().map(read).collect()
    }

    /// Orders, listings, jobs and people: a few of each kind.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn find_named(
        &self,
        accounts: &[String],
        words: &SearchWords,
        limit: u32,
    ) -> StoreResult<Vec<Found>> {
        if let Some(long) = words.long() {
            return self.named_by_index(&NAMED, accounts, words, &long, limit).await;
        }
        let (mut found, mut further) = (Vec::new(), Vec::new());
        for kind in NAMED {
            let newest = self.named_newest(kind, accounts, words, limit).await?;
            if newest.len() < limit as usize && self.has_older(kind, accounts).await? {
                further.push(kind);
            } else {
                found.extend(newest);
            }
        }
        if further.is_empty() {
            return Ok(found);
        }
        match self.runs_of("findable_runs", words).await? {
            Some(runs) => found.extend(self.named_by_index(&further, accounts, words, &runs, limit).await?),
            None => {
                for kind in further {
                    found.extend(self.named_newest(kind, accounts, words, limit).await?);
                }
            }
        }
        Ok(found)
    }

    async fn named_by_index(
        &self,
        kinds: &[FoundKind],
        accounts: &[String],
        words: &SearchWords,
        matching: &str,
        limit: u32,
    ) -> StoreResult<Vec<Found>> {
        // The index is walked once for all kinds.
        let mut query = QueryBuilder::<Sqlite>::new(NAMED_COLUMNS);
        query.push(
            " FROM (SELECT f.id, ROW_NUMBER() OVER (PARTITION BY f.kind ORDER BY f.id DESC) AS place FROM
             (SELECT rowid AS id FROM findable_words WHERE findable_words MATCH ",
        );
        query.push_bind(matching.to_owned()).push(" ORDER BY rowid DESC LIMIT ").push_bind(CANDIDATES);
        query.push(") w CROSS JOIN findable f INDEXED BY findable_kinds ON f.id = w.id AND f.account_id");
        push_accounts(&mut query, accounts);
        query.push(" WHERE true");
        push_short(&mut query, "f.title || ' ' || f.more", words);
        query.push(") w CROSS JOIN findable f ON f.id = w.id").push(NAMED_JOIN);
        query.push(" WHERE w.place <= ").push_bind(limit).push(" ORDER BY f.id DESC");
        let rows = query.build().fetch_all(self.reader()).await.doing("searching names")?;
        let mut found = rows.iter().map(read).collect::<StoreResult<Vec<_>>>()?;
        found.retain(|hit| kinds.contains(&hit.kind));
        found.sort_by_key(|hit| NAMED.iter().position(|kind| *kind == hit.kind));
        Ok(found)
    }

    async fn named_newest(
        &self,
        kind: FoundKind,
        accounts: &[String],
        words: &SearchWords,
        limit: u32,
    ) -> StoreResult<Vec<Found>> {
        let mut found = Vec::new();
        for account in accounts {
            let mut query = QueryBuilder::<Sqlite>::new(NAMED_COLUMNS);
            query.push(" FROM (SELECT id FROM findable WHERE account_id = ").push_bind(account.clone());
            query.push(" AND kind = ").push_bind(kind.as_str());
            query.push(" ORDER BY id DESC LIMIT ").push_bind(NEWEST);
            query.push(") w CROSS JOIN findable f ON f.id = w.id").push(NAMED_JOIN).push(" WHERE true");
            push_short(&mut query, "f.title || ' ' || f.more", words);
            query.push(" LIMIT ").push_bind(limit);
            let rows = query.build().fetch_all(self.reader()).await.doing("searching the newest names")?;
            for row in &rows {
                found.push(read(row)?);
            }
        }
        found.truncate(limit as usize);
        Ok(found)
    }

    /// Whether there are more of a kind than the newest that are read.
    async fn has_older(&self, kind: FoundKind, accounts: &[String]) -> StoreResult<bool> {
        for account in accounts {
            let row = sqlx::query(
                "SELECT 1 FROM findable WHERE account_id = ? AND kind = ? ORDER BY id DESC LIMIT 1 OFFSET ?",
            )
            .bind(account)
            .bind(kind.as_str())
            .bind(NEWEST)
            .fetch_optional(self.reader())
            .await
            .doing("looking how much there is")?;
            if row.is_some() {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Pictures by the words they were drawn from.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn find_pictures(
        &self,
        accounts: &[String],
        words: &SearchWords,
        limit: u32,
    ) -> StoreResult<Vec<Found>> {
        let mut query = QueryBuilder::<Sqlite>::new(
            "SELECT 'picture' AS kind, CAST(p.id AS TEXT) AS thing, o.title AS title, p.prompt AS text, o.buyer_name AS name,
                 p.created_at AS at, p.sha256 AS sha256 FROM (",
        );
        match words.long() {
            Some(long) => {
                query
                    .push("SELECT rowid AS id FROM pictures_words WHERE pictures_words MATCH ")
                    .push_bind(long);
                query.push(" ORDER BY rowid DESC LIMIT ").push_bind(CANDIDATES);
            }
            None => {
                query.push("SELECT id FROM pictures ORDER BY id DESC LIMIT ").push_bind(CANDIDATES);
            }
        }
        query.push(
            ") f CROSS JOIN pictures p ON p.id = f.id AND p.state <> 'refused' AND p.deleted_at IS NULL CROSS JOIN orders o ON o.id = p.order_id AND o.account_id",
        );
        push_accounts(&mut query, accounts);
        query.push(" WHERE true");
        for word in words.all() {
            push_like(&mut query, "p.prompt", word);
        }
        query.push(" LIMIT ").push_bind(limit);
        let rows = query.build().fetch_all(self.reader()).await.doing("searching pictures")?;
        rows.iter().map(read).collect()
    }

    /// Messages in which a text stands, where they are few.
    pub(super) async fn few_messages(&self, text: &str) -> StoreResult<Option<Vec<i64>>> {
        let question = "SELECT rowid FROM messages_words WHERE messages_words MATCH ? LIMIT ?";
        self.few(question, MESSAGES.runs, text).await
    }

    /// Names (rows of `findable`) in which a text stands, where they are few.
    pub(super) async fn few_names(&self, text: &str) -> StoreResult<Option<Vec<i64>>> {
        let question = "SELECT rowid FROM findable_words WHERE findable_words MATCH ? LIMIT ?";
        self.few(question, "findable_runs", text).await
    }

    async fn few(
        &self,
        question: &'static str,
        runs: &'static str,
        text: &str,
    ) -> StoreResult<Option<Vec<i64>>> {
        let matching = if text.chars().any(char::is_control) {
            return Ok(None);
        } else if text.chars().count() >= RUN {
            quoted(text)
        } else {
            match self.runs_of(runs, &SearchWords(vec![text.to_owned()])).await? {
                Some(matching) => matching,
                None => return Ok(None),
            }
        };
        let found = sqlx::query_scalar(question).bind(matching).bind(FEW + 1).fetch_all(self.reader()).await;
        let found: Vec<i64> = found.doing("asking an index of words")?;
        Ok((found.len() <= FEW as usize).then_some(found))
    }

    /// Short words as the runs of an index that begin with them; none when there are too many to ask for.
    pub(super) async fn runs_of(
        &self,
        runs: &'static str,
        words: &SearchWords,
    ) -> StoreResult<Option<String>> {
        let mut every = Vec::new();
        for word in words.short() {
            let folded = word.to_lowercase();
            let mut query = QueryBuilder::<Sqlite>::new("SELECT term FROM ");
            query.push(runs).push(" WHERE term >= ").push_bind(folded.clone());
            query.push(" AND term < ").push_bind(format!("{folded}\u{10FFFF}"));
            query.push(" LIMIT ").push_bind(MOST_RUNS + 1);
            let rows = query.build().fetch_all(self.reader()).await.doing("reading an index of words")?;
            if rows.len() > MOST_RUNS as usize {
                return Ok(None);
            }
            if rows.is_empty() {
                // Nothing has it.
                return Ok(Some(quoted("\u{10FFFD}\u{10FFFD}\u{10FFFD}")));
            }
            let any: Vec<String> = rows.iter().map(|row| quoted(row.get("term"))).collect();
            every.push(format!("({})", any.join(" OR ")));
        }
        Ok(Some(every.join(" AND ")))
    }
}

const NAMED: [FoundKind; 6] = [
    FoundKind::Order,
    FoundKind::Listing,
    FoundKind::Application,
    FoundKind::Posted,
    FoundKind::Conversation,
    FoundKind::Person,
];
const NAMED_COLUMNS: &str =
    "SELECT f.kind AS kind, f.thing AS thing, f.title AS title, f.more AS text, o.buyer_name AS name,
     COALESCE(o.market_created_at, o.created_at) AS at, NULL AS sha256";
const NAMED_JOIN: &str = " LEFT JOIN orders o ON f.kind = 'order' AND o.id = f.thing";

fn read(row: &SqliteRow) -> StoreResult<Found> {
    let at: Option<i64> = row.get("at");
    Ok(Found {
        kind: FoundKind::parse(row.get("kind"))?,
        id: row.get("thing"),
        title: row.get("title"),
        text: row.get("text"),
        name: row.get("name"),
        sha256: row.get("sha256"),
        at: at.map(instant).transpose()?,
    })
}

fn quoted(word: &str) -> String {
    format!("\"{}\"", word.replace('"', "\"\""))
}

fn push_accounts(query: &mut QueryBuilder<Sqlite>, accounts: &[String]) {
    query.push(" IN (");
    let mut list = query.separated(", ");
    for account in accounts {
        list.push_bind(account.clone());
    }
    query.push(")");
}

fn push_short(query: &mut QueryBuilder<Sqlite>, text: &'static str, words: &SearchWords) {
    for word in words.short() {
        push_like(query, text, word);
    }
}

pub(super) fn push_like(query: &mut QueryBuilder<Sqlite>, text: &'static str, word: &str) {
    let like = format!("%{}%", word.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_"));
    query.push(" AND (").push(text).push(") LIKE ").push_bind(like).push(" ESCAPE '\\'");
}
