//! The one window. Closing it destroys the page (about 100 MB); it is built again when wanted, so the page keeps
//! nothing that matters.

use anyhow::Context;
use stallkeeper::desk::contract::DeskEvent;
use tauri::webview::NewWindowResponse;
use tauri::{AppHandle, Emitter, Manager, Url, WebviewUrl, WebviewWindowBuilder};

const LABEL: &str = "main";

/// Name of the events the page listens to.
pub const DESK_EVENT: &str = "desk";

/// What the window is wanted for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Page {
    /// Wherever it stands.
    Home,
    /// This order.
    Order(String),
}

/// Brings the window to the front, from any thread.
pub fn show_soon(app: &AppHandle, page: Page) {
    let handle = app.clone();
    let asked = app.run_on_main_thread(move || {
        if let Err(error) = show(&handle, page) {
            tracing::error!("the window could not be shown: {error:#}");
        }
    });
    if let Err(error) = asked {
        tracing::debug!(%error, "the window is gone for good");
    }
}

/// Brings the window to the front, building it if it was closed; the window's thread must call this.
pub fn show(app: &AppHandle, page: Page) -> anyhow::Result<()> {
    if let Some(window) = app.get_webview_window(LABEL) {
        window.unminimize()?;
        window.show()?;
        window.set_focus()?;
        if let Page::Order(id) = page {
            app.emit(DESK_EVENT, DeskEvent::OpenOrder { id })?;
        }
        return Ok(());
    }
    let mut config = app.config().app.windows.first().context("tauri.conf.json names no window")?.clone();
    if let Page::Order(id) = page {
        config.url = WebviewUrl::App(format!("index.html#/orders/{id}").into());
    }
    WebviewWindowBuilder::from_config(app, &config)?
        .on_navigation(stays_inside)
        .on_new_window(|url, _| {
            open_outside(&url);
            NewWindowResponse::Deny
        })
        .build()?;
    Ok(())
}

/// The page never leaves the program; a link to the outside opens in the seller's browser.
fn stays_inside(url: &Url) -> bool {
    let inside = is_ours(url);
    if !inside {
        open_outside(url);
    }
    inside
}

fn is_ours(url: &Url) -> bool {
    match (url.scheme(), url.host_str()) {
        ("tauri", Some("localhost")) | ("http" | "https", Some("tauri.localhost")) => true,
        ("http", Some("localhost")) => cfg!(dev),
        _ => false,
    }
}

fn open_outside(url: &Url) {
    if url.scheme() != "https" {
        tracing::warn!(scheme = url.scheme(), "a link of an unusual kind was not followed");
        return;
    }
    if let Err(error) = tauri_plugin_opener::open_url(url, None::<&str>) {
        tracing::warn!(%error, "the browser could not be opened");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_programs_own_pages_are_shown_inside() {
        let ours = |url: &str| is_ours(&url.parse().expect("an address"));
        assert!(ours("tauri://localhost/index.html#/orders/1"));
        assert!(ours("http://tauri.localhost/"));
        assert!(!ours("https://example.org/"));
        assert!(!ours("https://tauri.localhost.example.org/"));
        assert!(!ours("file:///etc/passwd"));
        assert!(!ours("javascript:alert(1)"));
    }
}
