//! The gallery: pictures of an account by words, stars and tags, newest first, a page at a time.

use sqlx::sqlite::Sqlite;
use sqlx::{QueryBuilder, Row};

use super::pictures::{PictureRow, read};
use super::search::{SearchWords, push_like};
use super::{Doing, Store, StoreResult};

/// Short words that begin too many runs of the index are looked for in this many of the newest pictures, letter by
/// letter.
const NEWEST: i64 = 100_000;

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

/// How the words of a search are asked for.
#[derive(Debug, Default)]
struct Words {
    /// For the index; none where no word can be asked of it.
    matching: Option<String>,
    /// What is looked for letter by letter.
    letters: Vec<String>,
}

impl Words {
    fn is_none(&self) -> bool {
        self.matching.is_none() && self.letters.is_empty()
    }
}

impl PictureSearch {
    /// `FROM` and `WHERE`, each led by the index that narrows most, so that a page never reads everything.
    fn push(&self, query: &mut QueryBuilder<Sqlite>, account_id: &str, words: &Words) {
        let tag = self.tag();
        if !words.is_none() {
            query.push(" FROM pictures_words w CROSS JOIN pictures p ON p.id = w.rowid");
        } else if tag.is_some() {
            query.push(" FROM picture_tags t CROSS JOIN pictures p ON p.id = t.picture_id");
        } else {
            query.push(" FROM pictures p");
        }
        query.push(" LEFT JOIN orders o ON o.id = p.order_id WHERE p.account_id = ");
        query.push_bind(account_id.to_owned()).push(" AND p.state <> 'refused' AND p.deleted_at IS NULL");
        let order = self.leading(words);
        if let Some(before) = self.before {
            query.push(format!(" AND {order} < ")).push_bind(before);
        }
        if self.min_rating > 0 {
            query.push(" AND p.rating >= ").push_bind(self.min_rating);
        }
        match &words.matching {
            Some(matching) => {
                query.push(" AND w.pictures_words MATCH ").push_bind(matching.clone());
            }
            None if words.letters.is_empty() => {}
            None => {
                query.push(format!(" AND w.rowid > (SELECT MAX(id) FROM pictures) - {NEWEST}"));
            }
        }
        for letters in &words.letters {
            push_like(query, "w.words", letters);
        }
        match tag {
            Some(tag) if words.is_none() => query.push(" AND t.tag = ").push_bind(tag.to_owned()),
            Some(tag) => query
                .push(" AND EXISTS (SELECT 1 FROM picture_tags t WHERE t.picture_id = p.id AND t.tag = ")
                .push_bind(tag.to_owned())
                .push(")"),
            None => query,
        };
    }

    fn tag(&self) -> Option<&str> {
        self.tag.as_deref().filter(|tag| !tag.is_empty())
    }

    /// The picture's id as the leading index has it.
    fn leading(&self, words: &Words) -> &'static str {
        if !words.is_none() {
            "w.rowid"
        } else if self.tag().is_some() {
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
        let words = self.words_of_pictures(search).await?;
        let mut query = QueryBuilder::new(super::pictures::COLUMNS);
        search.push(&mut query, account_id, &words);
        query.push(format!(" ORDER BY {} DESC LIMIT ", search.leading(&words))).push_bind(search.limit);
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
        let words = self.words_of_pictures(search).await?;
        let mut query = QueryBuilder::new("SELECT COUNT(*) AS many FROM (SELECT 1");
        search.push(&mut query, account_id, &words);
        query.push(" LIMIT ").push_bind(most).push(")");
        let row = query.build().fetch_one(self.reader()).await.doing("counting pictures")?;
        Ok(row.get("many"))
    }

    /// The index knows runs of three letters: a shorter word (two Chinese characters are one) is asked for as the runs
    /// that begin with it.
    async fn words_of_pictures(&self, search: &PictureSearch) -> StoreResult<Words> {
        let Some(words) = search.words.as_deref().and_then(SearchWords::read) else {
            return Ok(Words::default());
        };
        if words.short().next().is_none() {
            return Ok(Words { matching: words.long(), letters: Vec::new() });
        }
        Ok(match self.runs_of("pictures_runs", &words).await? {
            Some(runs) => {
                let every: Vec<String> = words.long().into_iter().chain([runs]).collect();
                Words { matching: Some(every.join(" AND ")), letters: Vec::new() }
            }
            None => Words { matching: words.long(), letters: words.short().cloned().collect() },
        })
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
