//! Desktop notifications. A click opens the window on the order; nothing is ever decided by one.

use stallkeeper::desk::contract::Language;
use stallkeeper::host::Notice;
use tauri::AppHandle;
use tauri_plugin_notification::{ActionPerformed, NotificationExt};
use tauri_plugin_store::StoreExt;

use crate::window::{self, Page};
use crate::words;

/// The shell's own small memory, apart from the stall's database.
const MEMORY: &str = "desktop.json";
const TOLD_ABOUT_TRAY: &str = "told_about_tray";
const ORDER: &str = "order_id";
/// What the desktop calls a click on the notification itself.
const CLICK: &str = "tap";

/// Listens for clicks. Notifications shown earlier would report none.
pub fn listen(app: &AppHandle) -> anyhow::Result<()> {
    let handle = app.clone();
    app.notification().on_action(move |action| {
        if action.action_id() == CLICK {
            window::show_soon(&handle, order_of(action).map_or(Page::Home, Page::Order));
        }
    })?;
    Ok(())
}

/// Shows a notice and returns at once.
pub fn show(app: &AppHandle, notice: &Notice) {
    let mut builder =
        app.notification().builder().title(plain(&notice.title)).body(plain(&notice.body)).auto_cancel();
    if let Some(order_id) = &notice.order_id {
        builder = builder.extra(ORDER, order_id);
    }
    if let Err(error) = builder.show() {
        tracing::warn!(kind = ?notice.kind, %error, "a notice could not be shown");
    }
}

/// Says, the first time ever, that closing the window does not close the stall.
pub fn tell_about_tray_once(app: &AppHandle, language: Language) -> anyhow::Result<()> {
    let memory = app.store(MEMORY)?;
    if memory.get(TOLD_ABOUT_TRAY).is_some_and(|told| told == true) {
        return Ok(());
    }
    let (title, body) = words::still_there(language);
    app.notification().builder().title(title).body(body).show()?;
    memory.set(TOLD_ABOUT_TRAY, true);
    memory.save()?;
    Ok(())
}

fn order_of(action: &ActionPerformed) -> Option<String> {
    Some(action.notification()?.extra().get(ORDER)?.as_str()?.to_owned())
}

/// Notification services of Linux read markup; a buyer's words must not become a link or a picture there.
fn plain(text: &str) -> String {
    text.replace('<', "‹").replace('>', "›")
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn a_buyers_markup_stays_text() {
        assert_eq!(plain("<a href=\"https://x\">pay here</a>"), "‹a href=\"https://x\"›pay here‹/a›");
        assert_eq!(plain("猫 & moon"), "猫 & moon");
    }
}
