//! One list of what is said on all markets: conversations of MoltMarket and the threads of Agent Market's orders.

use std::cmp::Reverse;

use super::contract::*;
use super::convert::instant;
use super::people::letter;
use crate::stall::{OpenMolt, Stall};
use crate::store::{
    ConversationRow, LetterRow, LetterState, LetterWriter, OrderThreadRow, Speaker, ThreadSearch,
    WantedThreads,
};

const PAGE: u32 = 50;
const MOST: u32 = 100;
/// Characters shown of what was said last.
const LAST_CHARS: usize = 160;
/// Sorts behind every id.
const BEHIND_ALL: &str = "\u{10FFFF}";

/// Where a page begins: behind the thread of this time, kind and id. At the same time conversations come first.
struct Cursor {
    at: i64,
    is_order: bool,
    id: String,
}

impl Cursor {
    fn read(text: &str) -> Option<Self> {
        let mut parts = text.splitn(3, '.');
        let (at, kind, id) = (parts.next()?, parts.next()?, parts.next()?);
        Some(Self { at: at.parse().ok()?, is_order: kind == "o", id: id.to_owned() })
    }

    /// The same place as the threads of one kind count.
    fn for_orders(&self, orders: bool) -> (i64, String) {
        let id = match (self.is_order, orders) {
            (false, true) => BEHIND_ALL.to_owned(),
            (true, false) => String::new(),
            _ => self.id.clone(),
        };
        (self.at, id)
    }
}

/// A thread before it is shown.
enum Found {
    Conversation(ConversationRow),
    Order(OrderThreadRow),
}

impl Found {
    /// By time, kind and id, the next one last.
    fn place(&self) -> (i64, Reverse<bool>, &str) {
        match self {
            Self::Conversation(row) => (row.newest_at.as_millisecond(), Reverse(false), &row.id),
            Self::Order(row) => (row.last_at.as_millisecond(), Reverse(true), &row.order_id),
        }
    }

    fn cursor(&self) -> String {
        let (at, Reverse(is_order), id) = self.place();
        format!("{at}.{}.{id}", if is_order { "o" } else { "c" })
    }
}

pub(super) async fn list(stall: &Stall, filter: ThreadFilter) -> Result<ThreadList, DeskError> {
    let wanted = match filter.only.as_deref() {
        None => WantedThreads::All,
        Some(word) => WantedThreads::parse(word)
            .map_err(|_| DeskError::of("invalid", "no such kind of threads").with("field", "only"))?,
    };
    let limit = filter.limit.unwrap_or(PAGE).clamp(1, MOST);
    let after = filter.after.as_deref().and_then(Cursor::read);
    let search = |orders: bool| ThreadSearch {
        wanted,
        words: filter.search.clone(),
        after: after.as_ref().map(|cursor| cursor.for_orders(orders)),
        // One more tells whether there is a next page.
        limit: limit + 1,
    };
    let (store, molt) = (stall.store(), stall.molt());
    let mut found = Vec::new();
    if let Some(molt) = &molt {
        let rows = store.search_conversations(&molt.row.id, &search(false)).await?;
        found.extend(rows.into_iter().map(Found::Conversation));
    }
    if let Some(account) = stall.account() {
        let rows = store.search_order_threads(&account.row.id, &search(true)).await?;
        found.extend(rows.into_iter().map(Found::Order));
    }
    found.sort_by(|one, other| other.place().cmp(&one.place()));
    let has_more = found.len() > limit as usize;
    found.truncate(limit as usize);
    let next = found.last().filter(|_| has_more).map(Found::cursor);
    let mut threads = Vec::with_capacity(found.len());
    for each in found {
        threads.push(match (each, &molt) {
            (Found::Conversation(row), Some(molt)) => conversation(stall, molt, row).await?,
            (Found::Order(row), _) => order(row),
            (Found::Conversation(_), None) => continue,
        });
    }
    let is_plain = filter.search.as_deref().is_none_or(|words| words.trim().is_empty());
    let first_letters = match &molt {
        Some(molt) if after.is_none() && is_plain && wanted == WantedThreads::All => {
            let unsent = store.list_unsent_letters(&molt.row.id).await?;
            unsent.into_iter().filter(|row| row.conversation_id.is_none()).map(letter).collect()
        }
        _ => Vec::new(),
    };
    Ok(ThreadList { threads, next, unread: unread(stall).await?, first_letters, molt: status(stall).await? })
}

/// Threads of all markets with something unread.
pub(super) async fn unread(stall: &Stall) -> Result<u32, DeskError> {
    let mut many = 0;
    if let Some(molt) = stall.molt() {
        many += stall.store().count_unread_conversations(&molt.row.id).await?;
    }
    if let Some(account) = stall.account() {
        many += stall.store().count_unread_order_threads(&account.row.id).await?;
    }
    Ok(many)
}

async fn status(stall: &Stall) -> Result<String, DeskError> {
    let Some(molt) = stall.molt() else { return Ok("none".to_owned()) };
    let kept = stall.store().get_molt_account(&molt.row.id).await?;
    Ok(if kept.is_claimed { "open" } else { "unclaimed" }.to_owned())
}

pub(super) async fn conversation(
    stall: &Stall,
    molt: &OpenMolt,
    row: ConversationRow,
) -> Result<ThreadCard, DeskError> {
    let (store, account) = (stall.store(), molt.row.id.as_str());
    let last = store.lookup_last_letter(account, &row.id).await?;
    let troubled = store.lookup_troubled_letter(account, &row.id).await?;
    let order = match &row.job_id {
        Some(job_id) => store.lookup_market_order(account, job_id).await?,
        None => None,
    };
    Ok(ThreadCard {
        kind: "conversation".to_owned(),
        person_id: row.other_id,
        name: row.other_name,
        is_ai: row.other_is_ai,
        title: order.as_ref().map(|order| order.title.clone()).filter(|title| !title.is_empty()),
        stage: order.as_ref().map(|order| order.stage.into()),
        job_id: row.job_id,
        order_id: order.map(|order| order.id),
        newest_at: Some(row.newest_at).filter(|at| at.as_second() > 0).map(instant),
        last: last.map(last_words),
        unread: row.unread,
        needs_you: troubled
            .map(|letter| if letter.state == LetterState::Held { "held" } else { "failed" }.to_owned()),
        reading: row.needs_reading,
        id: row.id,
    })
}

fn order(row: OrderThreadRow) -> ThreadCard {
    ThreadCard {
        kind: "order".to_owned(),
        id: row.order_id.clone(),
        person_id: None,
        name: row.buyer_name,
        is_ai: None,
        title: Some(row.title).filter(|title| !title.is_empty()),
        stage: Some(row.stage.into()),
        job_id: None,
        order_id: Some(row.order_id),
        last: Some(LastWords {
            who: match row.last_who {
                Speaker::Buyer => "them",
                Speaker::Robot => "robot",
                Speaker::Seller => "seller",
                Speaker::Market => "market",
            }
            .to_owned(),
            text: shortened(&row.last_text),
        }),
        newest_at: Some(instant(row.last_at)),
        unread: u32::from(row.unread),
        needs_you: row.is_held.then(|| "order".to_owned()),
        reading: false,
    }
}

fn last_words(row: LetterRow) -> LastWords {
    let who = match row.who {
        LetterWriter::Them => "them",
        LetterWriter::Robot => "robot",
        LetterWriter::Seller => "seller",
    };
    // A picture without words is told by its address.
    let text = if row.body.is_empty() { row.image_url.unwrap_or_default() } else { row.body };
    LastWords { who: who.to_owned(), text: shortened(&text) }
}

/// The beginning, in one line.
fn shortened(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    line.chars().take(LAST_CHARS).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_is_read_back_and_knows_its_place_among_both_kinds() {
        let cursor = Cursor::read("1700.o.some.id").unwrap();
        assert_eq!(cursor.for_orders(true), (1700, "some.id".to_owned()));
        assert_eq!(cursor.for_orders(false), (1700, String::new()));
        let cursor = Cursor::read("1700.c.a").unwrap();
        assert_eq!(cursor.for_orders(false), (1700, "a".to_owned()));
        assert_eq!(cursor.for_orders(true).1, BEHIND_ALL);
        assert!(Cursor::read("x").is_none());
    }
}
