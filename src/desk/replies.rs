//! Words for an answer: the seller's saved replies, and what the text model suggests.

use std::sync::PoisonError;

use serde_json::Value;

use super::contract::*;
use super::convert::amount;
use super::messages;
use crate::conversations::suggested::{self, Said};
use crate::forms::{Form, FormError, Forms};
use crate::guard::find_leak;
use crate::orders::requirement_text;
use crate::stall::{Stall, Walks};
use crate::store::{LetterState, LetterWriter, MessageState, Speaker};

/// Messages of a thread the model sees at most; what is older is rarely asked about.
const MOST_SEEN: usize = 40;

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

/// What is answered: whose walks know the model, what it is about, and what was said, oldest first.
struct Thread {
    walks: Walks,
    about: String,
    said: Vec<Said>,
}

/// Has the text model suggest an answer for the seller to change and send. Nothing goes out.
///
/// # Errors
/// `model_missing`, `over_cap`, a failure of the model, `reply_refused` when it would not write one, `reply_unusable` when
/// what it wrote must not leave.
pub(super) async fn suggest(stall: &Stall, request: SuggestReply) -> Result<SuggestedReply, DeskError> {
    let thread = match request.kind.as_str() {
        "order" => of_order(stall, &request.id).await?,
        "conversation" => of_conversation(stall, &request.id).await?,
        _ => return Err(DeskError::of("invalid", "no such kind of thread").with("field", "kind")),
    };
    let parts = &thread.walks.runner.parts;
    let rules = parts.stall_rules();
    let forms = Forms {
        store: stall.store(),
        clock: &*parts.clock,
        account_id: &thread.walks.account_id,
        model: parts.model.read().unwrap_or_else(PoisonError::into_inner).clone(),
        text_models: rules.text_models,
        caps: rules.caps,
    };
    let answer = forms
        .fill(Form {
            subject_id: &request.id,
            system: suggested::SYSTEM,
            data: suggested::data(&thread.about, &stall.settings().stall_name, &thread.said),
            name: "reply",
            schema: suggested::schema(),
            check: suggested::check,
        })
        .await?;
    match answer.get("reply").and_then(Value::as_str).map(str::trim) {
        Some("") => Err(DeskError::of("reply_refused", "the model would not write a reply")),
        Some(text) if find_leak(text).is_none() => Ok(SuggestedReply { text: text.to_owned() }),
        _ => Err(DeskError::of("reply_unusable", "what the model wrote must not leave")),
    }
}

async fn of_order(stall: &Stall, id: &str) -> Result<Thread, DeskError> {
    let walks = super::orders::walks_of(stall, id).await?;
    let order = stall.store().get_order(id).await?;
    let wish = requirement_text(order.requirement.as_deref());
    let about =
        format!("Order: {}\nStatus: {}\nOrdered with these words: {wish}", order.title, order.market_status);
    let rows = stall.store().list_messages(id).await?;
    let said = rows.into_iter().filter(|row| row.state == MessageState::Sent).filter_map(|row| {
        let is_ours = match row.who {
            Speaker::Buyer => false,
            Speaker::Robot | Speaker::Seller => true,
            Speaker::Market => return None,
        };
        Some(Said { is_ours, text: row.body })
    });
    Ok(Thread { walks, about, said: newest(said.collect()) })
}

async fn of_conversation(stall: &Stall, id: &str) -> Result<Thread, DeskError> {
    let molt = super::molt::open(stall)?;
    let account = molt.row.id.as_str();
    let row = stall.store().lookup_conversation(account, id).await?;
    let row = row.ok_or_else(|| DeskError::of("not_found", "no such conversation"))?;
    let card = messages::conversation(stall, &molt, row).await?;
    let about = format!("A conversation on a marketplace for jobs\nJob: {}", card.title.unwrap_or_default());
    let most = u32::try_from(MOST_SEEN).unwrap_or(u32::MAX);
    let rows = stall.store().list_older_letters(account, id, None, most).await?;
    let said = rows.into_iter().filter(|row| matches!(row.state, LetterState::Received | LetterState::Sent));
    let said = said.map(|row| Said { is_ours: row.who != LetterWriter::Them, text: row.body });
    Ok(Thread { walks: molt.walks(), about, said: newest(said.collect()) })
}

fn newest(mut said: Vec<Said>) -> Vec<Said> {
    said.split_off(said.len().saturating_sub(MOST_SEEN))
}

impl From<FormError> for DeskError {
    fn from(error: FormError) -> Self {
        let message = error.to_string();
        match error {
            FormError::ModelMissing => Self::of("model_missing", message),
            FormError::OverCap(over) => Self::of("over_cap", message)
                .with("which", over.which)
                .with("cap", amount(over.cap))
                .with("spent", amount(over.spent)),
            FormError::Model(error) => error.into(),
            FormError::Store(error) => error.into(),
        }
    }
}
