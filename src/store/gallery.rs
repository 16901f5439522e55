//! The gallery: pictures of an account by words, stars and tags, newest first, a page at a time.

use sqlx::sqlite::Sqlite;
use sqlx::{QueryBuilder, Row};

use super::pictures::{PictureRow, read};
use super::{Doing, Store, StoreResult};

/// The index of words knows runs of three letters. Shorter words (two Chinese characters are a word) are looked for in
/// this many of the newest pictures, letter by letter.
const NEWEST: i64 = 100_000;
const INDEXED: usize = 3;
/// Words of one search; more add nothing.
const MOST_WORDS: usize = 8;

/// Which pictures a screen wants.
#[derive(Debug, Clone, Default)]
pub struct PictureSearch {
    /// Each of the words in prompt, title of the order, buyer's name or number of the order.
    pub words: Option<String>,
    pub min_rating: u8,
    pub tag: Option<String>,
    /// Continue after this picture.
    pub before: Option<i64>,
    pub limit: u32,
}

impl PictureSearch {
    fn terms(&self) -> Vec<&str> {
        self.words.as_deref().unwrap_or_default().split_whitespace().take(MOST_WORDS).collect()
    }

    /// `FROM` and `WHERE`, each led by the index that narrows most, so that a page never reads everything.
    fn push(&self, query: &mut QueryBuilder<Sqlite>, account_id: &str) {
        let terms = self.terms();
        let (long, short): (Vec<&str>, Vec<&str>) =
            terms.iter().partition(|term| term.chars().count() >= INDEXED);
        let tag = self.tag.as_deref().filter(|tag| !tag.is_empty());
        if !terms.is_empty() {
            query.push(" FROM pictures_words w CROSS JOIN pictures p ON p.id = w.rowid");
        } else if tag.is_some() {
            query.push(" FROM picture_tags t CROSS JOIN pictures p ON p.id = t.picture_id");
        } else {
            query.push(" FROM pictures p");
        }
        query.push(" LEFT JOIN orders o ON o.id = p.order_id WHERE p.account_id = ");
        query.push_bind(account_id.to_owned()).push(" AND p.state <> 'refused' AND p.deleted_at IS NULL");
        let order = self.leading();
        if let Some(before) = self.before {
            query.push(format!(" AND {order} < ")).push_bind(before);
        }
        if self.min_rating > 0 {
            query.push(" AND p.rating >= ").push_bind(self.min_rating);
        }
        if !long.is_empty() {
            let phrases: Vec<String> =
                long.iter().map(|term| format!("\"{}\"", term.replace('"', "\"\""))).collect();
            query.push(" AND w.pictures_words MATCH ").push_bind(phrases.join(" "));
        } else if !short.is_empty() {
            query.push(format!(" AND w.rowid > (SELECT MAX(id) FROM pictures) - {NEWEST}"));
        }
        for term in short {
            let like = format!("%{}%", term.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_"));
            query.push(" AND w.words LIKE ").push_bind(like).push(" ESCAPE '\\'");
        }
        match tag {
            Some(tag) if terms.is_empty() => query.push(" AND t.tag = ").push_bind(tag.to_owned()),
            Some(tag) => query
                .push(" AND EXISTS (SELECT 1 FROM picture_tags t WHERE t.picture_id = p.id AND t.tag = ")
                .push_bind(tag.to_owned())
                .push(")"),
            None => query,
        };
    }

    /// The picture's id as the leading index has it.
    fn leading(&self) -> &'static str {
        if !self.terms().is_empty() {
            "w.rowid"
        } else if self.tag.as_deref().is_some_and(|tag| !tag.is_empty()) {
            "t.picture_id"
        } else {
            "p.id"
        }
    }
}

impl Store {
    /// A page of the gallery, newest first.
    pub async fn list_gallery(
        &self,
        account_id: &str,
        search: &PictureSearch,
    ) -> StoreResult<Vec<PictureRow>> {
        let mut query = QueryBuilder::new(super::pictures::COLUMNS);
        search.push(&mut query, account_id);
        query.push(format!(" ORDER BY {} DESC LIMIT ", search.leading())).push_bind(search.limit);
        let rows = query.build().fetch_all(self.reader()).await.doing("searching pictures")?;
        rows.iter().map(read).collect()
    }

    /// How many pictures a search finds, counted up to `most`.
    pub async fn count_gallery(
        &self,
        account_id: &str,
        search: &PictureSearch,
        most: u32,
    ) -> StoreResult<u32> {
        let mut query = QueryBuilder::new("SELECT COUNT(*) AS many FROM (SELECT 1");
        search.push(&mut query, account_id);
        query.push(" LIMIT ").push_bind(most).push(")");
        let row = query.build().fetch_one(self.reader()).await.doing("counting pictures")?;
        Ok(row.get("many"))
    }

    /// A picture with the account of its order; none when it is unknown or deleted.
    pub async fn lookup_picture(&self, id: i64) -> StoreResult<Option<(String, PictureRow)>> {
        let row = sqlx::query(sqlx::AssertSqlSafe(format!(
            "{} FROM pictures p LEFT JOIN orders o ON o.id = p.order_id WHERE p.id = ? AND p.deleted_at IS NULL AND p.account_id IS NOT NULL",
            super::pictures::COLUMNS
        )))
        .bind(id)
        .fetch_optional(self.reader())
        .await
        .doing("looking up a picture")?;
        row.map(|row| Ok((row.get("account_id"), read(&row)?))).transpose()
    }

    /// The shown pictures of an account that lie beside one of them: (newer, older).
    pub async fn lookup_beside(&self, account_id: &str, id: i64) -> StoreResult<(Option<i64>, Option<i64>)> {
        let row = sqlx::query(
            "SELECT (SELECT MIN(id) FROM pictures WHERE account_id = ?1 AND state <> 'refused' AND deleted_at IS NULL AND id > ?2) AS newer,
                    (SELECT MAX(id) FROM pictures WHERE account_id = ?1 AND state <> 'refused' AND deleted_at IS NULL AND id < ?2) AS older",
        )
        .bind(account_id)
        .bind(id)
        .fetch_one(self.reader())
        .await
        .doing("looking beside a picture")?;
        Ok((row.get("newer"), row.get("older")))
    }
}
