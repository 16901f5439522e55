//! The desktop's side of the tray: StatusNotifierItem, the watcher's part.

use tokio::sync::watch;
use zbus::interface;
use zbus::message::Header;

/// Where an icon of the tray is to be found on the bus.
#[derive(Debug, Clone)]
pub struct TrayAddress {
    pub service: String,
    pub path: String,
}

/// The tray; it remembers who came.
pub struct TrayWatcher {
    pub registered: watch::Sender<Vec<TrayAddress>>,
}

#[interface(name = "org.kde.StatusNotifierWatcher")]
impl TrayWatcher {
    fn register_status_notifier_item(&self, service: &str, #[zbus(header)] header: Header<'_>) {
        let sender = header.sender().map(ToString::to_string).unwrap_or_default();
        // Items name either their object (and are where the call came from) or their bus name.
        let item = if service.starts_with('/') {
            TrayAddress { service: sender, path: service.to_owned() }
        } else {
            TrayAddress { service: service.to_owned(), path: "/StatusNotifierItem".to_owned() }
        };
        self.registered.send_modify(|items| items.push(item));
    }

    fn register_status_notifier_host(&self, _service: &str) {}

    #[zbus(property)]
    fn registered_status_notifier_items(&self) -> Vec<String> {
        self.registered.borrow().iter().map(|item| format!("{}{}", item.service, item.path)).collect()
    }

    #[zbus(property)]
    fn is_status_notifier_host_registered(&self) -> bool {
        true
    }

    #[zbus(property)]
    fn protocol_version(&self) -> i32 {
        0
    }
}
