//! What the seller decides about letters that did not go. A long letter is one letter: its parts share their fate.

use super::People;
use crate::desk::contract::DeskEvent;
use crate::marketplaces::join_parts;
use crate::store::{LetterRow, LetterState, StoreError, StoreResult};

/// A letter that was taken back, to be changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TakenBack {
    /// Of all its parts that had not gone.
    pub text: String,
    pub image_url: Option<String>,
}

impl People {
    /// The seller sends a held or failed letter as it is; false when it is neither.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn send_held(&self, id: i64) -> StoreResult<bool> {
        Ok(!self.decide(id, LetterState::Waiting).await?.is_empty())
    }

    /// The seller drops a held, failed or waiting letter; false when it is gone or on its way.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn discard_held(&self, id: i64) -> StoreResult<bool> {
        Ok(!self.decide(id, LetterState::Discarded).await?.is_empty())
    }

    /// The seller takes a held, failed or waiting letter back; none when it is gone or on its way.
    ///
    /// # Errors
    /// When the database fails; then it stays as it is.
    pub async fn take_back(&self, id: i64) -> StoreResult<Option<TakenBack>> {
        let parts = self.decide(id, LetterState::Discarded).await?;
        let texts: Vec<&str> = parts.iter().map(|part| part.body.as_str()).collect();
        let image_url = parts.iter().find_map(|part| part.image_url.clone());
        Ok((!parts.is_empty()).then(|| TakenBack { text: join_parts(&texts), image_url }))
    }

    /// Moves a letter and those of its other parts that did not go either; those that were moved.
    async fn decide(&self, id: i64, to: LetterState) -> StoreResult<Vec<LetterRow>> {
        let Some(letter) = self.store.lookup_letter(&self.account_id, id).await? else {
            return Err(StoreError::Missing { what: "letter", id: id.to_string() });
        };
        let may = |state: LetterState| match state {
            LetterState::Held | LetterState::Failed => true,
            LetterState::Waiting => to == LetterState::Discarded,
            _ => false,
        };
        if !may(letter.state) {
            return Ok(Vec::new());
        }
        let parts = self.unsent_parts(&letter).await?;
        let mut moved = Vec::new();
        let mut write = self.store.write().await?;
        for part in parts {
            if may(part.state) && write.move_letter(part.id, part.state, to, None).await? {
                moved.push(part);
            }
        }
        write.commit().await?;
        self.send_now.notify_one();
        self.signals.send(DeskEvent::PeopleChanged);
        Ok(moved)
    }

    /// The parts of the same letter that did not go, itself with them.
    pub(super) async fn unsent_parts(&self, letter: &LetterRow) -> StoreResult<Vec<LetterRow>> {
        let own = letter.key.as_deref().and_then(|key| key.rsplit_once('/'));
        match own {
            Some((key, _)) => self.store.list_unsent_parts(&self.account_id, key).await,
            None => Ok(vec![letter.clone()]),
        }
    }
}
