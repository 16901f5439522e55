//! The tray icon: whether the stall is open, what waits, and the way back to the window.

use std::sync::{Mutex, PoisonError};

use serde_json::json;
use stallkeeper::desk::{self, contract::Language};
use stallkeeper::host::TraySummary;
use tauri::image::Image;
use tauri::menu::{CheckMenuItem, Menu, MenuEvent, MenuItem, PredefinedMenuItem};
use tauri::tray::{MouseButton, MouseButtonState, TrayIcon, TrayIconBuilder, TrayIconEvent};
use tauri::{AppHandle, Manager, Wry};

use crate::opening::Opening;
use crate::window::{self, Page};
use crate::{lifecycle, words};

const OPEN_ICON: Image<'static> = tauri::include_image!("../icons/tray-open@2x.png");
const CLOSED_ICON: Image<'static> = tauri::include_image!("../icons/tray-closed@2x.png");

const SHOW: &str = "show";
const TOGGLE: &str = "toggle";
const QUIT: &str = "quit";

/// The icon with its menu, and what both show; kept in the application's state.
pub struct Tray {
    icon: TrayIcon,
    standing: MenuItem<Wry>,
    show: MenuItem<Wry>,
    toggle: CheckMenuItem<Wry>,
    quit: MenuItem<Wry>,
    shown: Mutex<Shown>,
}

#[derive(Clone, Copy)]
struct Shown {
    summary: TraySummary,
    language: Language,
}

impl Tray {
    /// Puts the icon into the tray; the window's thread must call this.
    pub fn build(app: &AppHandle) -> tauri::Result<Self> {
        let shown = Shown { summary: TraySummary::default(), language: Language::English };
        let words = words::tray(shown.language);
        let standing =
            MenuItem::new(app, words::summary(shown.language, shown.summary), false, None::<&str>)?;
        let show = MenuItem::with_id(app, SHOW, words.show, true, None::<&str>)?;
        let toggle = CheckMenuItem::with_id(app, TOGGLE, words.open, true, false, None::<&str>)?;
        let quit = MenuItem::with_id(app, QUIT, words.quit, true, None::<&str>)?;
        let line = || PredefinedMenuItem::separator(app);
        let menu = Menu::with_items(app, &[&standing, &line()?, &show, &toggle, &line()?, &quit])?;
        let icon = TrayIconBuilder::with_id("stall")
            .icon(CLOSED_ICON)
            .tooltip("Stallkeeper")
            .menu(&menu)
            .show_menu_on_left_click(false)
            .on_menu_event(chosen)
            .on_tray_icon_event(clicked)
            .build(app)?;
        Ok(Self { icon, standing, show, toggle, quit, shown: Mutex::new(shown) })
    }

    pub fn language(&self) -> Language {
        self.shown.lock().unwrap_or_else(PoisonError::into_inner).language
    }

    pub fn show_summary(&self, app: &AppHandle, summary: TraySummary) {
        self.change(app, |shown| shown.summary = summary);
    }

    pub fn speak(&self, app: &AppHandle, language: Language) {
        self.change(app, |shown| shown.language = language);
    }

    fn change(&self, app: &AppHandle, change: impl FnOnce(&mut Shown)) {
        change(&mut self.shown.lock().unwrap_or_else(PoisonError::into_inner));
        // Menus belong to the window's thread, and callers must not wait for it.
        let handle = app.clone();
        let asked = app.run_on_main_thread(move || {
            if let Err(error) = handle.state::<Self>().draw() {
                tracing::warn!(%error, "the tray could not be redrawn");
            }
        });
        if let Err(error) = asked {
            tracing::debug!(%error, "the tray is gone already");
        }
    }

    fn draw(&self) -> tauri::Result<()> {
        let Shown { summary, language } = *self.shown.lock().unwrap_or_else(PoisonError::into_inner);
        let words = words::tray(language);
        let line = words::summary(language, summary);
        self.icon.set_icon(Some(if summary.open { OPEN_ICON } else { CLOSED_ICON }))?;
        self.icon.set_tooltip(Some(format!("Stallkeeper: {line}")))?;
        self.standing.set_text(line)?;
        self.show.set_text(words.show)?;
        self.toggle.set_text(words.open)?;
        self.toggle.set_checked(summary.open)?;
        self.quit.set_text(words.quit)
    }
}

fn chosen(app: &AppHandle, event: MenuEvent) {
    match event.id().as_ref() {
        SHOW => window::show_soon(app, Page::Home),
        TOGGLE => toggle(app),
        QUIT => lifecycle::quit(app),
        _ => {}
    }
}

fn clicked(icon: &TrayIcon, event: TrayIconEvent) {
    if let TrayIconEvent::Click { button: MouseButton::Left, button_state: MouseButtonState::Up, .. } = event
    {
        window::show_soon(icon.app_handle(), Page::Home);
    }
}

fn toggle(app: &AppHandle) {
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        let tray = app.state::<Tray>();
        let open = !tray.shown.lock().unwrap_or_else(PoisonError::into_inner).summary.open;
        let changed = async {
            let stall = app.state::<Opening>().stall().await?;
            desk::dispatch(&stall, "stall.set_open", json!({ "open": open })).await
        };
        if let Err(error) = changed.await {
            tracing::warn!(
                code = error.code,
                message = error.message,
                "the stall could not be switched from the tray"
            );
        }
        // The menu has ticked itself on the click; show again what is really so.
        tray.change(&app, |_| {});
    });
}
