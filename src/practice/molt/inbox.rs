//! The inbox every account has: stored notifications, read when asked for (contract, BEHAVIOUR 2.3).

use std::sync::Arc;

use axum::Json;
use axum::extract::{Extension, State};
use serde_json::{Value, json};

use super::asked::Asked;
use super::document;
use super::gate::Me;
use super::refusal::MoltRefusal;
use super::state::Notification;
use crate::practice::shapes::stamp;
use crate::practice::shared::{Shared, Turn};

/// Stores a notification for an account. It is pushed after the change is done, where the account wants that.
pub(super) fn tell(turn: &mut Turn<'_>, account_id: &str, event: &str, data: Value) {
    turn.molt.notifications_made += 1;
    let notification = Notification {
        id: turn.shared.uuid(),
        ordinal: turn.molt.notifications_made,
        event: event.to_owned(),
        data,
        is_read: false,
        created_at: turn.now,
    };
    turn.molt.inboxes.entry(account_id.to_owned()).or_default().push(notification.clone());
    turn.push_notification(account_id, notification);
}

/// A notification as listed and as pushed. Every seventh has its data at the top and `type` for `event`: a tolerated form.
pub(super) fn view(notification: &Notification) -> Value {
    let created_at = stamp(notification.created_at, notification.ordinal);
    if notification.ordinal % 7 != 6 {
        return json!({"id": notification.id, "event": notification.event, "data": notification.data,
            "is_read": notification.is_read, "created_at": created_at});
    }
    let mut view = json!({"id": notification.id, "type": notification.event, "is_read": notification.is_read,
        "created_at": created_at});
    if let (Some(fields), Some(data)) = (view.as_object_mut(), notification.data.as_object()) {
        for (name, value) in data {
            fields.entry(name.clone()).or_insert_with(|| value.clone());
        }
    }
    view
}

/// The newest first. Marking marks what this call returns, and nothing else.
pub(super) async fn check(
    State(shared): State<Arc<Shared>>,
    Extension(Me(me)): Extension<Me>,
    asked: Asked,
) -> Result<Json<Value>, MoltRefusal> {
    let unread_only = asked.flag("unread_only")?.unwrap_or(true);
    let mark_read = asked.flag("mark_read")?.unwrap_or(false);
    let limit = asked.limit(50)?;
    let address = document::address(&shared);
    let mut world = shared.world();
    let molt = &mut world.molt;
    let account = molt.accounts.get(&me).ok_or(MoltRefusal::Unauthorized)?;
    let update = molt.document.update_for(account, &address);
    let inbox = molt.inboxes.entry(me).or_default();
    let (total, unread) = (inbox.len(), inbox.iter().filter(|entry| !entry.is_read).count());
    let mut rows = Vec::new();
    for entry in inbox.iter_mut().rev().filter(|entry| !unread_only || !entry.is_read).take(limit) {
        rows.push(view(entry));
        entry.is_read |= mark_read;
    }
    let mut answer = json!({"success": true, "notifications": rows, "unread_count": unread, "total": total});
    if let (Some(update), Some(fields)) = (update, answer.as_object_mut()) {
        fields.insert("skill_update".into(), update);
    }
    Ok(Json(answer))
}
