//! A desktop for one test: its notifications, its tray, its window manager, its screen.

use std::collections::HashMap;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use tokio::sync::watch;
use x11rb::connection::Connection as _;
use x11rb::protocol::xproto::{ConnectionExt, ImageFormat};

use zbus::{Connection, OwnedObjectPath, OwnedVariant, Proxy, Variant};

use crate::notifications::{Notifications, Shown};
use crate::program::{PATIENCE, Running, artefacts, until};
use crate::tray_host::{TrayAddress, TrayWatcher};

/// The title the window wears.
const TITLE: &str = "Stallkeeper";

/// A desktop that belongs to one test.
pub struct Desktop {
    connection: Connection,
    notifications: watch::Receiver<Vec<Shown>>,
    tray_items: watch::Receiver<Vec<TrayAddress>>,
    _window_manager: Running,
}

/// A line of a menu on the bus: its id, its properties, the lines below it.
type Node = (i32, HashMap<String, OwnedVariant>, Vec<OwnedVariant>);

/// One line of the tray's menu.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MenuLine {
    pub id: i32,
    pub label: String,
    pub enabled: bool,
    pub ticked: bool,
}

impl Desktop {
    /// Takes the desktop's names on the session bus and starts a window manager.
    pub async fn start() -> Result<Self> {
        let (shown, notifications) = watch::channel(Vec::new());
        let (registered, tray_items) = watch::channel(Vec::new());
        let connection = zbus::connection::Builder::session()
            .serve_at("/org/freedesktop/Notifications", Notifications { shown })
            .serve_at("/StatusNotifierWatcher", TrayWatcher { registered })
            .name("org.freedesktop.Notifications")
            .name("org.kde.StatusNotifierWatcher")
            .build()
            .await
            .context("no session bus of the test's own: run this under dbus-run-session")?;
        let window_manager = start_window_manager().await?;
        Ok(Self { connection, notifications, tray_items, _window_manager: window_manager })
    }

    /// Everything shown so far.
    pub fn notifications(&self) -> Vec<Shown> {
        self.notifications.borrow().clone()
    }

    /// The first notification that fits.
    pub async fn notification(
        &self,
        what: &str,
        patience: Duration,
        fits: impl Fn(&Shown) -> bool,
    ) -> Result<Shown> {
        let found = until(what, patience, async || Ok(self.notifications().into_iter().find(&fits))).await;
        found.with_context(|| format!("shown so far: {:#?}", self.notifications()))
    }

    /// Clicks a notification, as its service would report it.
    pub async fn click(&self, notification: &Shown) -> Result<()> {
        let service = self
            .connection
            .object_server()
            .interface::<_, Notifications>("/org/freedesktop/Notifications")
            .await?;
        Notifications::action_invoked(service.signal_emitter(), notification.id, "default").await?;
        Ok(())
    }

    /// Whether the window is on the screen.
    pub fn has_window(&self) -> Result<bool> {
        let listed = Command::new("wmctrl").arg("-l").output()?;
        Ok(String::from_utf8_lossy(&listed.stdout).lines().any(|line| line.ends_with(TITLE)))
    }

    /// Closes the window as its close button does.
    pub fn close_window(&self) -> Result<()> {
        let closed = Command::new("wmctrl").args(["-c", TITLE]).status()?;
        if !closed.success() {
            bail!("the window manager finds no window called {TITLE}");
        }
        Ok(())
    }

    /// Keeps a picture of the whole screen. (The driver's own pictures never come with the lighter renderer.)
    pub fn picture(&self, name: &str) -> Result<()> {
        let (display, screen) = x11rb::connect(None)?;
        let root = display.setup().roots.get(screen).context("a display without a screen")?;
        let (width, height) = (root.width_in_pixels, root.height_in_pixels);
        let dots =
            display.get_image(ImageFormat::Z_PIXMAP, root.root, 0, 0, width, height, u32::MAX)?.reply()?;
        // 24 bits deep means four bytes a dot: blue, green, red, nothing.
        let colours = dots.data.chunks_exact(4).flat_map(|dot| [dot[2], dot[1], dot[0]]).collect();
        let picture = image::RgbImage::from_raw(width.into(), height.into(), colours)
            .context("the display is not 24 bits deep")?;
        Ok(picture.save(artefacts()?.join(format!("{name}.png")))?)
    }

    /// Keeps a picture of the screen if `outcome` is a failure.
    pub fn explain<T>(&self, name: &str, outcome: Result<T>) -> Result<T> {
        outcome.inspect_err(|_| {
            if let Err(error) = self.picture(&format!("{name}-failed")) {
                eprintln!("no picture of the failure: {error:#}");
            }
        })
    }

    /// The tray's menu as a desktop reads it.
    pub async fn tray_menu(&self) -> Result<Vec<MenuLine>> {
        let menu = self.menu().await?;
        menu.call_method("AboutToShow", &(0_i32)).await.ok();
        let no_names: Vec<&str> = Vec::new();
        let (_, (_, _, lines)): (u32, Node) = menu.call("GetLayout", &(0_i32, -1_i32, no_names)).await?;
        lines.into_iter().map(read_line).collect()
    }

    /// Chooses a line of the tray's menu.
    pub async fn choose(&self, line: &MenuLine) -> Result<()> {
        let menu = self.menu().await?;
        menu.call_method("Event", &(line.id, "clicked", Variant::from(0_i32), 0_u32)).await?;
        Ok(())
    }

    async fn menu(&self) -> Result<Proxy<'static>> {
        let item =
            until("an icon in the tray", PATIENCE, async || Ok(self.tray_items.borrow().last().cloned()))
                .await?;
        let icon = Proxy::new(
            &self.connection,
            item.service.clone(),
            item.path.clone(),
            "org.kde.StatusNotifierItem",
        )
        .await?;
        let path: OwnedObjectPath = icon.get_property("Menu").await?;
        Ok(Proxy::new(&self.connection, item.service, path, "com.canonical.dbusmenu").await?)
    }
}

/// A display without any client starts over, and for that moment takes none.
async fn start_window_manager() -> Result<Running> {
    let start = || Running::start(Command::new("openbox").arg("--replace"));
    let mut window_manager = start()?;
    until("a window manager", PATIENCE, async || {
        if window_manager.try_wait()?.is_some() {
            window_manager = start()?;
        }
        Ok(Command::new("wmctrl").arg("-m").output()?.status.success().then_some(()))
    })
    .await?;
    Ok(window_manager)
}

fn read_line(value: OwnedVariant) -> Result<MenuLine> {
    let (id, properties, _): Node = value.try_into()?;
    let text = |name: &str| -> Option<String> { properties.get(name)?.try_clone().ok()?.try_into().ok() };
    let enabled = properties.get("enabled").and_then(|value| bool::try_from(value).ok());
    let ticked = properties.get("toggle-state").and_then(|value| i32::try_from(value).ok());
    Ok(MenuLine {
        id,
        label: text("label").unwrap_or_default(),
        enabled: enabled.unwrap_or(true),
        ticked: ticked == Some(1),
    })
}
