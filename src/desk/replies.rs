//! The seller's saved replies: words for writing them again.

use super::contract::*;
use crate::stall::Stall;

const SETTING: &str = "saved_replies";
const MOST_REPLIES: usize = 100;
const MOST_NAME: usize = 80;
const MOST_TEXT: usize = 5_000;

pub(super) async fn list(stall: &Stall, _: Nothing) -> Result<SavedReplies, DeskError> {
    let Some(kept) = stall.store().lookup_setting(SETTING).await? else {
        return Ok(SavedReplies { replies: Vec::new() });
    };
    serde_json::from_str(&kept)
        .map_err(|_| DeskError::of("internal", "the saved replies as kept cannot be read"))
}

/// Keeps all replies as given.
pub(super) async fn save(stall: &Stall, request: SavedReplies) -> Result<SavedReplies, DeskError> {
    let wrong =
        |field: &str| Err(DeskError::of("invalid", "a saved reply does not fit").with("field", field));
    if request.replies.len() > MOST_REPLIES {
        return wrong("replies");
    }
    let mut replies = Vec::with_capacity(request.replies.len());
    for reply in request.replies {
        let reply = SavedReply { name: reply.name.trim().to_owned(), text: reply.text.trim().to_owned() };
        if reply.name.is_empty() || reply.name.chars().count() > MOST_NAME {
            return wrong("name");
        }
        if reply.text.is_empty() || reply.text.chars().count() > MOST_TEXT {
            return wrong("text");
        }
        replies.push(reply);
    }
    let saved = SavedReplies { replies };
    let json = serde_json::to_string(&saved).map_err(|error| DeskError::of("internal", error.to_string()))?;
    let mut write = stall.store().write().await?;
    write.put_setting(SETTING, &json, stall.clock().now()).await?;
    write.commit().await?;
    stall.signals().send(DeskEvent::SettingsChanged);
    Ok(saved)
}
