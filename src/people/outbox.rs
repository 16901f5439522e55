//! The outbox: every letter is written down before it goes, goes once, and goes in order.

use std::time::Duration;

use futures_util::FutureExt;
use tokio_util::sync::CancellationToken;

use super::{People, here};
use crate::crash::{self, Point};
use crate::desk::contract::DeskEvent;
use crate::guard::find_leak;
use crate::marketplaces::moltmarket::{OutgoingMessage, Paging, Recipient};
use crate::marketplaces::{MarketError, MarketResult, split_message};
use crate::store::{LetterRow, LetterState, LetterWriter, NewLetter, StoreResult};

/// A letter is tried so often when it cannot be told whether it went.
const MOST_TRIES: u32 = 5;
/// Rows of a page.
const PAGE: u32 = 100;
/// Looked for letters at least this often.
const LONGEST_SLEEP: Duration = Duration::from_secs(600);

/// Who gets a letter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum To {
    Conversation(String),
    /// Somebody; a conversation is begun when there is none.
    Person {
        id: String,
        job_id: Option<String>,
    },
}

/// A letter to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LetterDraft {
    pub to: To,
    pub who: LetterWriter,
    /// Any length: long ones go in parts.
    pub text: String,
    /// Already public.
    pub image_url: Option<String>,
    /// The same key is the same letter.
    pub key: String,
}

/// What became of a letter when it was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Outgoing {
    /// Of its first part.
    pub letter_id: i64,
    /// What the filter found; then nothing goes out before the seller says so.
    pub held: Option<&'static str>,
}

/// What came of a try to send.
enum Tried {
    /// There may be more to send.
    GoOn,
    /// Nothing goes out now: again after this time.
    Wait(Duration),
}

impl People {
    /// Puts a letter into the outbox. What the outgoing filter finds holds it (`guard::find_leak`).
    ///
    /// # Errors
    /// When the database fails; then nothing was put.
    pub async fn write_letter(&self, draft: &LetterDraft) -> StoreResult<Outgoing> {
        let known = self.store.lookup_letter_of_key(&self.account_id, &part_key(&draft.key, 0)).await?;
        if let Some(known) = known {
            return Ok(Outgoing { letter_id: known.id, held: None });
        }
        let leak = find_leak(&draft.text).map(|leak| leak.code());
        let (conversation_id, to_id, to_job_id) = match &draft.to {
            To::Conversation(id) => (Some(id.clone()), None, None),
            To::Person { id, job_id } => (None, Some(id.clone()), job_id.clone()),
        };
        let mut parts = split_message(&draft.text);
        if parts.is_empty() {
            parts.push(String::new());
        }
        let last = parts.len() - 1;
        let now = self.clock.now();
        let mut write = self.store.write().await?;
        let mut first = None;
        for (number, body) in parts.iter().enumerate() {
            let key = part_key(&draft.key, number);
            let letter = NewLetter {
                conversation_id: conversation_id.as_deref(),
                to_id: to_id.as_deref(),
                to_job_id: to_job_id.as_deref(),
                who: draft.who,
                body,
                image_url: draft.image_url.as_deref().filter(|_| number == last),
                state: if leak.is_some() { LetterState::Held } else { LetterState::Waiting },
                key: &key,
                problem: leak,
            };
            let id = write.insert_letter(&self.account_id, &letter, now).await?;
            first.get_or_insert(id);
        }
        write.commit().await?;
        self.send_now.notify_one();
        self.signals.send(DeskEvent::PeopleChanged);
        Ok(Outgoing { letter_id: first.unwrap_or_default(), held: leak })
    }

    /// Sends what waits, in order, until told to stop.
    pub async fn run_outbox(&self, stop: CancellationToken) {
        let mut failures = 0u32;
        loop {
            let _ = self.send_now.notified().now_or_never();
            let wait = match self.send_waiting().await {
                Ok(wait) => {
                    failures = 0;
                    wait.unwrap_or(LONGEST_SLEEP)
                }
                Err(error) => {
                    failures += 1;
                    if failures == 1 {
                        tracing::warn!(%error, "letters cannot be sent now");
                    }
                    Duration::from_secs(1u64.checked_shl(failures.min(6)).unwrap_or(60).min(60))
                }
            };
            tokio::select! {
                () = self.send_now.notified() => {}
                () = tokio::time::sleep(wait.min(LONGEST_SLEEP)) => {}
                () = stop.cancelled() => break,
            }
        }
    }

    /// Sends what waits, in order. How long the market wants us to wait with the rest, if there is any.
    ///
    /// # Errors
    /// When the market or the database fails; what is left is sent later.
    pub async fn send_waiting(&self) -> MarketResult<Option<Duration>> {
        let _turn = self.sending.lock().await;
        let kept = self.store.get_molt_account(&self.account_id).await.map_err(|error| here(&error))?;
        if !kept.is_claimed {
            return Ok(None);
        }
        loop {
            let next = self.store.lookup_next_letter(&self.account_id).await.map_err(|error| here(&error))?;
            let Some(letter) = next else { return Ok(None) };
            let tried = match letter.state {
                LetterState::Sending => self.look_for(&letter).await?,
                _ => self.send(&letter).await?,
            };
            self.signals.send(DeskEvent::PeopleChanged);
            if let Tried::Wait(wait) = tried {
                return Ok(Some(wait));
            }
        }
    }

    async fn send(&self, letter: &LetterRow) -> MarketResult<Tried> {
        let to = match (&letter.conversation_id, &letter.to_id) {
            (Some(id), _) => Recipient::Conversation(id.clone()),
            (None, Some(id)) => Recipient::Person { id: id.clone(), job_id: letter.to_job_id.clone() },
            (None, None) => {
                self.moved(letter, LetterState::Waiting, LetterState::Failed, Some("no_recipient")).await?;
                return Ok(Tried::GoOn);
            }
        };
        self.moved(letter, LetterState::Waiting, LetterState::Sending, None).await?;
        crash::point(Point::LetterBeforeCall);
        let message = OutgoingMessage { to, text: letter.body.clone(), image_url: letter.image_url.clone() };
        let sent = self.market.send_message(&message).await;
        crash::point(Point::LetterAfterCall);
        match sent {
            Ok(message) => {
                let recorded = async {
                    let mut write = self.store.write().await?;
                    let conversation = message.conversation_id.as_deref();
                    if let (Some(id), Some(to)) = (conversation, &letter.to_id) {
                        write.note_letter(&self.account_id, id, None, (Some(to), None)).await?;
                    }
                    write
                        .record_letter_sent(
                            &self.account_id,
                            letter.id,
                            &message.id,
                            conversation,
                            message.at,
                        )
                        .await?;
                    write.commit().await
                };
                recorded.await.map_err(|error| here(&error))?;
                crash::point(Point::LetterRecorded);
                Ok(Tried::GoOn)
            }
            Err(error) if error.may_have_landed() => {
                // It stays on its way: the next look finds it in the thread or has it sent again.
                Err(error)
            }
            Err(MarketError::Spent { next_at, .. }) => {
                self.moved(letter, LetterState::Sending, LetterState::Waiting, Some("market_budget")).await?;
                let wait = next_at.duration_since(self.clock.now());
                Ok(Tried::Wait(Duration::try_from(wait).unwrap_or_default() + Duration::from_millis(10)))
            }
            Err(MarketError::RateLimited { wait }) => {
                self.moved(letter, LetterState::Sending, LetterState::Waiting, Some("rate_limited")).await?;
                Ok(Tried::Wait(wait))
            }
            Err(error) if error.is_passing() || matches!(error, MarketError::Unauthorized) => {
                self.moved(letter, LetterState::Sending, LetterState::Waiting, Some(error.code())).await?;
                Err(error)
            }
            Err(error) => {
                self.moved(letter, LetterState::Sending, LetterState::Failed, Some(error.code())).await?;
                // What comes after it in the same letter would make no sense without it.
                for later in self.unsent_parts(letter).await.map_err(|error| here(&error))? {
                    self.moved(&later, LetterState::Waiting, LetterState::Failed, Some(error.code())).await?;
                }
                Ok(Tried::GoOn)
            }
        }
    }

    /// Looks whether a letter went whose outcome is not known: reading the thread finds it there and records it.
    async fn look_for(&self, letter: &LetterRow) -> MarketResult<Tried> {
        match (&letter.conversation_id, &letter.to_id) {
            (Some(id), _) => self.read_again(id).await?,
            (None, Some(to)) => self.find_thread(to, letter.to_job_id.as_deref()).await?,
            (None, None) => {}
        }
        let found = self.store.lookup_letter(&self.account_id, letter.id).await;
        let Some(now) = found.map_err(|error| here(&error))? else { return Ok(Tried::GoOn) };
        if now.state == LetterState::Sending {
            let to = if now.attempts >= MOST_TRIES { LetterState::Failed } else { LetterState::Waiting };
            self.moved(letter, LetterState::Sending, to, Some("unclear")).await?;
        }
        Ok(Tried::GoOn)
    }

    async fn read_again(&self, conversation_id: &str) -> MarketResult<()> {
        let row = self.store.lookup_conversation(&self.account_id, conversation_id).await;
        match row.map_err(|error| here(&error))? {
            Some(row) => self.read_thread(row).await,
            None => {
                let noted = async {
                    let mut write = self.store.write().await?;
                    write.note_letter(&self.account_id, conversation_id, None, (None, None)).await?;
                    write.commit().await
                };
                noted.await.map_err(|error| here(&error))?;
                self.read_due().await
            }
        }
    }

    /// Reads the conversations with somebody, wherever in the list they stand.
    async fn find_thread(&self, other_id: &str, job_id: Option<&str>) -> MarketResult<()> {
        let mut paging = Paging { limit: PAGE, offset: 0 };
        loop {
            let page = self.market.get_conversations(paging).await?;
            for conversation in &page.rows {
                let is_with = conversation.other.as_ref().is_some_and(|other| other.id == other_id);
                if is_with && (job_id.is_none() || conversation.job_id.as_deref() == job_id) {
                    let noted = async {
                        let mut write = self.store.write().await?;
                        let other = conversation.other.as_ref();
                        let name = other.and_then(|other| other.name.as_deref());
                        write
                            .note_letter(&self.account_id, &conversation.id, None, (Some(other_id), name))
                            .await?;
                        write.commit().await
                    };
                    noted.await.map_err(|error| here(&error))?;
                    self.read_again(&conversation.id).await?;
                }
            }
            match page.next_offset {
                Some(next) if next > paging.offset && !page.rows.is_empty() => paging.offset = next,
                _ => return Ok(()),
            }
        }
    }

    async fn moved(
        &self,
        letter: &LetterRow,
        from: LetterState,
        to: LetterState,
        problem: Option<&str>,
    ) -> MarketResult<()> {
        let moved = async {
            let mut write = self.store.write().await?;
            write.move_letter(letter.id, from, to, problem).await?;
            write.commit().await
        };
        moved.await.map_err(|error| here(&error))
    }
}

fn part_key(key: &str, number: usize) -> String {
    format!("{key}/{number}")
}
