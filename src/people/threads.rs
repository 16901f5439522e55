//! Reads conversations: the list says which changed, and only those are read.

use std::collections::HashMap;

use jiff::Timestamp;

use super::{People, here};
use crate::desk::contract::DeskEvent;
use crate::marketplaces::moltmarket::{Conversation, Message, MessagePage, Paging};
use crate::marketplaces::{MarketError, MarketResult};
use crate::store::{ConversationRow, StoreResult, ThreadLetter};

/// Rows of a page.
const PAGE: u32 = 100;

impl People {
    /// Looks through the list of conversations for those that changed and marks them to be read. The market lists the last
    /// written to first, though it does not promise it: the look ends at the first page with one that did not change,
    /// unless `whole`.
    ///
    /// # Errors
    /// When the market or the database fails.
    pub async fn look_over(&self, whole: bool) -> MarketResult<()> {
        let mut paging = Paging { limit: PAGE, offset: 0 };
        loop {
            let page = self.market.get_conversations(paging).await?;
            let all_changed = self.note_changed(&page.rows).await.map_err(|error| here(&error))?;
            match page.next_offset {
                // A page that does not go on would be read without end.
                Some(next) if next > paging.offset && !page.rows.is_empty() && (whole || all_changed) => {
                    paging.offset = next;
                }
                _ => return Ok(()),
            }
        }
    }

    /// Whether all of these had changed.
    async fn note_changed(&self, listed: &[Conversation]) -> StoreResult<bool> {
        let ids: Vec<&str> = listed.iter().map(|conversation| conversation.id.as_str()).collect();
        let known = self.store.list_known_conversations(&self.account_id, &ids).await?;
        let known: HashMap<&str, &ConversationRow> = known.iter().map(|row| (row.id.as_str(), row)).collect();
        let mut changed = Vec::new();
        for conversation in listed {
            let unread = u32::try_from(conversation.unread_count.unwrap_or(0)).unwrap_or(u32::MAX);
            let before = known.get(conversation.id.as_str());
            let has_changed = before.is_none_or(|row| {
                row.listed_unread < unread
                    || kept(conversation.last_message_at) != row.listed_at
                    || (row.job_id.is_none() && conversation.job_id.is_some())
            });
            if has_changed {
                changed.push(ConversationRow {
                    id: conversation.id.clone(),
                    job_id: conversation.job_id.clone(),
                    other_id: conversation.other.as_ref().map(|other| other.id.clone()),
                    other_name: conversation.other.as_ref().and_then(|other| other.name.clone()),
                    other_is_ai: conversation.other.as_ref().and_then(|other| other.is_ai),
                    listed_at: conversation.last_message_at,
                    listed_unread: unread,
                    needs_reading: true,
                    newest_at: conversation.last_message_at.unwrap_or_default(),
                    ..ConversationRow::default()
                });
            }
        }
        if !changed.is_empty() {
            let mut write = self.store.write().await?;
            for row in &changed {
                write.put_conversation(&self.account_id, row).await?;
            }
            write.commit().await?;
        }
        Ok(changed.len() == listed.len())
    }

    /// Reads every conversation that is marked, the newest first. What was read stays read when a later one fails.
    ///
    /// # Errors
    /// When the market or the database fails.
    pub async fn read_due(&self) -> MarketResult<()> {
        loop {
            let due = self.store.lookup_conversation_to_read(&self.account_id).await;
            let Some(row) = due.map_err(|error| here(&error))? else { return Ok(()) };
            self.read_thread(row).await?;
        }
    }

    /// Reads what is new in one conversation, from the newest letter back to the first known one.
    ///
    /// # Errors
    /// When the market or the database fails; reading goes on from there the next time.
    pub async fn read_thread(&self, mut row: ConversationRow) -> MarketResult<()> {
        if row.read_before.is_none() {
            row.read_until = self.known_up_to(&row.id).await?;
        }
        let mut told = 0;
        let mut found = 0;
        // What stood there before a gap was filled may have grown since.
        let mut from_the_top = row.read_before.is_some();
        loop {
            let read = self.market.get_messages(&row.id, PAGE, row.read_before.as_deref()).await;
            let page = match read {
                Err(MarketError::NotFound | MarketError::Forbidden { .. }) => {
                    MessagePage { messages: Vec::new(), has_more: false }
                }
                page => page?,
            };
            let reached =
                page.messages.iter().any(|message| Some(message.id.as_str()) == row.read_until.as_deref());
            let before = page.messages.first().map(|message| message.id.clone());
            let is_last = reached || !page.has_more || before.is_none() || before == row.read_before;
            row.read_before = before.filter(|_| !is_last);
            let is_done = is_last && !from_the_top;
            row.needs_reading = !is_done;
            if is_last {
                row.read_until = None;
            }
            let (fresh, unread) = self
                .keep(&mut row, &page.messages, is_done && found == 0)
                .await
                .map_err(|error| here(&error))?;
            found += fresh;
            told += unread;
            if is_done {
                break;
            }
            if is_last {
                from_the_top = false;
                row.read_until = self.known_up_to(&row.id).await?;
            }
        }
        if found > 0 {
            self.signals.send(DeskEvent::LetterReceived { conversation_id: row.id.clone() });
        }
        if told > 0 {
            (self.tell)(&row);
        }
        Ok(())
    }

    async fn known_up_to(&self, conversation_id: &str) -> MarketResult<Option<String>> {
        let known = self.store.lookup_last_read_letter(&self.account_id, conversation_id).await;
        known.map_err(|error| here(&error))
    }

    /// Keeps a page of letters and how far reading came. How many were new, and how many of those are for the seller.
    async fn keep(
        &self,
        row: &mut ConversationRow,
        messages: &[Message],
        may_be_idle: bool,
    ) -> StoreResult<(u32, u32)> {
        let now = self.clock.now();
        let mut write = self.store.write().await?;
        let (mut fresh, mut unread) = (0, 0);
        for message in messages {
            let is_own = self.is_own(message);
            let letter = ThreadLetter {
                market_id: &message.id,
                is_own,
                name: message.sender_name.as_deref(),
                body: &message.text,
                image_url: message.image_url.as_deref(),
                at: message.at.unwrap_or(now),
            };
            let place = (row.id.as_str(), row.other_id.as_deref());
            if write.insert_thread_letter(&self.account_id, place, &letter).await? {
                fresh += 1;
                unread += u32::from(!is_own && message.is_read != Some(true));
                row.newest_at = row.newest_at.max(letter.at);
                if !is_own {
                    row.other_name = row.other_name.take().or_else(|| message.sender_name.clone());
                    row.other_id = row.other_id.take().or_else(|| message.sender_id.clone());
                }
            }
        }
        // Reading may mark as read there, or not. What brought nothing new is not read again for the same count.
        if !(may_be_idle && fresh == 0) {
            row.listed_unread = 0;
        }
        write.record_read(&self.account_id, row, unread).await?;
        write.commit().await?;
        Ok((fresh, unread))
    }

    fn is_own(&self, message: &Message) -> bool {
        message.is_own.unwrap_or_else(|| {
            !self.own_id.is_empty() && message.sender_id.as_deref() == Some(self.own_id.as_str())
        })
    }
}

/// As our database keeps it: to the millisecond.
fn kept(at: Option<Timestamp>) -> Option<Timestamp> {
    at.and_then(|at| Timestamp::from_millisecond(at.as_millisecond()).ok())
}
