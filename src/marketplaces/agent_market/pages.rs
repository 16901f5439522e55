//! Reading a list to its end.

use std::collections::HashSet;

use super::super::answers::{no_list, readable};
use super::super::connection::Connection;
use super::super::error::MarketResult;
use super::wire::{self, Fields};

/// Pages read at most: a market that never says "last page" does not hold us for ever.
const MOST_PAGES: u64 = 200;
/// Rows asked for at once; the documented maximum.
const PAGE_ROWS: usize = 100;

/// A list of the market.
pub(super) struct List<'a> {
    pub(super) path: &'a [&'a str],
    pub(super) query: &'a [(&'a str, &'a str)],
    /// Keys the rows may sit under, besides the usual ones.
    pub(super) names: &'a [&'a str],
    /// A page shorter than this is the last one: what the market surely fills when asked for [`PAGE_ROWS`].
    pub(super) full_page: usize,
}

impl List<'_> {
    /// Every row of every page. Rows without an id are left out with a warning; a row seen twice counts once.
    pub(super) async fn read<T>(
        &self,
        market: &Connection,
        convert: impl Fn(Fields<'_>) -> Option<T>,
        id: impl Fn(&T) -> String,
    ) -> MarketResult<Vec<T>> {
        let mut seen = HashSet::new();
        let mut found = Vec::new();
        let mut rows_read = 0_u64;
        for number in 1..=MOST_PAGES {
            let (number_written, limit) = (number.to_string(), PAGE_ROWS.to_string());
            let mut query = self.query.to_vec();
            query.extend([("page", number_written.as_str()), ("limit", limit.as_str())]);
            let answer = market.read(self.path, &query).await?;
            let page = wire::page(&answer, self.names).ok_or_else(no_list)?;
            rows_read += page.rows.len() as u64;
            let before = seen.len();
            for row in readable(page.rows, &convert) {
                if seen.insert(id(&row)) {
                    found.push(row);
                }
            }
            // A market that ignores the page number repeats itself; nothing new means the end.
            let is_last = seen.len() == before
                || match (page.total_pages, page.has_more, page.total_rows) {
                    (Some(pages), _, _) => number >= pages,
                    (None, Some(has_more), _) => !has_more,
                    (None, None, Some(total)) => rows_read >= total,
                    (None, None, None) => page.rows.len() < self.full_page,
                };
            if is_last {
                return Ok(found);
            }
        }
        tracing::warn!(path = self.path.join("/"), pages = MOST_PAGES, "list is longer than we read");
        Ok(found)
    }
}
