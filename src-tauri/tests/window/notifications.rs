//! A notification service that only remembers: Desktop Notifications Specification 1.2.
#![expect(clippy::too_many_arguments, reason = "the specification's signatures")]

use std::collections::HashMap;

use tokio::sync::watch;
use zbus::object_server::SignalEmitter;
use zbus::{OwnedVariant, interface};

/// A notification as the desktop was asked to show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    pub id: u32,
    pub title: String,
    pub body: String,
    /// Pairs of key and label; `default` is a click on the notification itself.
    pub actions: Vec<String>,
}

impl Shown {
    /// A payment is told by itself, or in one notification with others when many come together.
    pub fn tells_of_a_payment(&self) -> bool {
        self.title.starts_with("Paid: ") || (self.is_gathered() && self.body.contains("payment"))
    }

    pub fn is_gathered(&self) -> bool {
        self.title == "Just now at your stall"
    }
}

/// The service; it remembers what it was asked to show.
pub struct Notifications {
    pub shown: watch::Sender<Vec<Shown>>,
}

#[interface(name = "org.freedesktop.Notifications")]
impl Notifications {
    fn notify(
        &self,
        _app_name: &str,
        _replaces_id: u32,
        _app_icon: &str,
        summary: String,
        body: String,
        actions: Vec<String>,
        _hints: HashMap<String, OwnedVariant>,
        _expire_timeout: i32,
    ) -> u32 {
        let mut id = 0;
        self.shown.send_modify(|shown| {
            id = u32::try_from(shown.len()).unwrap_or(u32::MAX) + 1;
            shown.push(Shown { id, title: summary, body, actions });
        });
        id
    }

    fn close_notification(&self, _id: u32) {}

    fn get_capabilities(&self) -> Vec<&'static str> {
        vec!["actions", "body", "body-markup"]
    }

    fn get_server_information(&self) -> (&'static str, &'static str, &'static str, &'static str) {
        ("test", "Stallkeeper", "1", "1.2")
    }

    #[zbus(signal)]
    pub async fn action_invoked(emitter: &SignalEmitter<'_>, id: u32, action_key: &str) -> zbus::Result<()>;
}
