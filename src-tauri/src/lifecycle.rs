//! From start to quit: builds the application, opens the stall beside it, closes it before leaving.

use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use serde_json::json;
use stallkeeper::desk;
use stallkeeper::desk::contract::{DeskError, DeskEvent, StallView};
use stallkeeper::logs::{Redacted, log_panics};
use stallkeeper::stall::{Stall, StallConfig};
use tauri::{AppHandle, Emitter, Manager, RunEvent};
use tauri_plugin_autostart::MacosLauncher;
use tauri_plugin_window_state::StateFlags;
use tokio::sync::broadcast::error::RecvError;
use tracing_subscriber::{EnvFilter, layer::SubscriberExt, util::SubscriberInitExt};

use crate::host::DesktopHost;
use crate::opening::Opening;
use crate::surroundings::{Arguments, HIDDEN, Surroundings};
use crate::tray::Tray;
use crate::window::{self, DESK_EVENT, Page};
use crate::{commands, notices, pictures};

/// How long leaving may wait for work that runs; what is cut off is taken up again at the next start.
const CLOSING_LIMIT: Duration = Duration::from_secs(10);

/// Runs until the seller quits.
pub fn run(surroundings: Surroundings, arguments: Arguments) -> anyhow::Result<()> {
    tauri::Builder::default()
        // First, so that a second start ends before it touches anything.
        .plugin(tauri_plugin_single_instance::init(|app, words, _| {
            if !Arguments::read(words).hidden {
                window::show_soon(app, Page::Home);
            }
        }))
        .plugin(tauri_plugin_notification::init())
        .plugin(tauri_plugin_autostart::init(MacosLauncher::LaunchAgent, Some(vec![HIDDEN])))
        .plugin(tauri_plugin_dialog::init())
        .plugin(tauri_plugin_store::Builder::default().build())
        .plugin(
            tauri_plugin_window_state::Builder::default()
                .with_state_flags(StateFlags::SIZE | StateFlags::POSITION | StateFlags::MAXIMIZED)
                .build(),
        )
        .register_asynchronous_uri_scheme_protocol(pictures::SCHEME, |context, request, responder| {
            pictures::answer(context.app_handle().clone(), request, responder);
        })
        .invoke_handler(tauri::generate_handler![
            commands::desk,
            commands::save_evidence,
            commands::save_money,
            commands::save_picture,
            commands::send_file,
            commands::set_starts_with_computer,
            commands::starts_with_computer
        ])
        .setup(move |app| Ok(set_up(app.handle(), &surroundings, arguments)?))
        .build(tauri::generate_context!())
        .context("the window system refused")?
        .run(handle);
    Ok(())
}

fn set_up(app: &AppHandle, surroundings: &Surroundings, arguments: Arguments) -> anyhow::Result<()> {
    let data_dir = match surroundings.data_dir() {
        Some(data_dir) => data_dir,
        None => app.path().app_local_data_dir().context("this system names no folder for applications")?,
    };
    write_logs(&data_dir)?;
    app.manage(DataDir(data_dir.clone()));
    app.manage(Opening::begin());
    app.manage(Tray::build(app)?);
    notices::listen(app)?;
    keep_stall(app.clone(), data_dir);
    tauri::async_runtime::spawn(quit_when_told(app.clone()));
    if !arguments.hidden {
        window::show(app, Page::Home)?;
    }
    Ok(())
}

fn handle(app: &AppHandle, event: RunEvent) {
    match event {
        // The last window was closed: the stall goes on in the tray.
        RunEvent::ExitRequested { api, code: None, .. } => {
            api.prevent_exit();
            let language = app.state::<Tray>().language();
            if let Err(error) = notices::tell_about_tray_once(app, language) {
                tracing::warn!("could not tell about the tray: {error:#}");
            }
        }
        #[cfg(target_os = "macos")]
        RunEvent::Reopen { .. } => window::show_soon(app, Page::Home),
        _ => {}
    }
}

/// Keeps the stall on a thread of its own. What the stall does it spawns itself; only its opening, and the passing on of
/// its events, run here.
fn keep_stall(app: AppHandle, data_dir: PathBuf) {
    std::thread::spawn(move || tauri::async_runtime::block_on(open_stall(app, data_dir)));
}

/// Opens the stall, and opens it again whenever a backup was put back.
async fn open_stall(app: AppHandle, data_dir: PathBuf) {
    loop {
        let host = Arc::new(DesktopHost::new(app.clone()));
        let opened = Stall::open(StallConfig::for_desktop(data_dir.clone()), host).await;
        app.state::<Opening>().finish(&opened);
        let stall = match opened {
            Ok(stall) => stall,
            Err(error) => return tracing::error!("the stall could not be opened: {error:#}"),
        };
        tokio::select! {
            () = pass_events_on(&app, &stall) => return,
            () = stall.wants_reopening() => {}
        }
        app.state::<Opening>().begin_again();
        stall.close().await;
    }
}

/// Puts a backup in the place of damaged data and opens the stall on it.
pub async fn restore_and_open(app: &AppHandle, backup: &str) -> Result<(), DeskError> {
    let data_dir = app.state::<DataDir>().0.clone();
    let restored = stallkeeper::stall::restore_closed(&data_dir, backup).await;
    restored.map_err(|error| desk::told(&error))?;
    app.state::<Opening>().begin_again();
    keep_stall(app.clone(), data_dir);
    Ok(())
}

/// Where the stall's data lies.
struct DataDir(PathBuf);

/// Tells the page what the stall tells its screens, for as long as the stall lives.
async fn pass_events_on(app: &AppHandle, stall: &Stall) {
    let mut events = stall.events();
    follow_language(app, stall).await;
    loop {
        let event = match events.recv().await {
            Ok(event) => event,
            // Events only say what to read again; after a gap that is everything.
            Err(RecvError::Lagged(_)) => DeskEvent::StallChanged,
            Err(RecvError::Closed) => return,
        };
        if matches!(event, DeskEvent::SettingsChanged | DeskEvent::StallChanged) {
            follow_language(app, stall).await;
        }
        if let Err(error) = app.emit(DESK_EVENT, event) {
            tracing::warn!(%error, "the page could not be told");
        }
    }
}

async fn follow_language(app: &AppHandle, stall: &Stall) {
    let view = desk::dispatch(stall, "stall.get", json!({})).await;
    match view.map(serde_json::from_value::<StallView>) {
        Ok(Ok(view)) => app.state::<Tray>().speak(app, view.language),
        Ok(Err(error)) => tracing::error!(%error, "the stall's view does not fit the contract"),
        Err(error) => {
            tracing::warn!(code = error.code, message = error.message, "the stall's view is not to be had")
        }
    }
}

/// Closes the stall, then leaves.
pub fn quit(app: &AppHandle) {
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        if let Some(stall) = app.state::<Opening>().lookup()
            && tokio::time::timeout(CLOSING_LIMIT, stall.close()).await.is_err()
        {
            tracing::warn!("the stall did not close in time");
        }
        app.exit(0);
    });
}

/// Leaves cleanly when the session ends or the terminal says so.
#[cfg(unix)]
async fn quit_when_told(app: AppHandle) {
    use tokio::signal::unix::{SignalKind, signal};

    let (Ok(mut terminate), Ok(mut interrupt)) =
        (signal(SignalKind::terminate()), signal(SignalKind::interrupt()))
    else {
        tracing::warn!("signals cannot be heard here");
        return;
    };
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    quit(&app);
}

#[cfg(not(unix))]
async fn quit_when_told(app: AppHandle) {
    if tokio::signal::ctrl_c().await.is_ok() {
        quit(&app);
    }
}

/// Writes what happens to files in the data folder and to the terminal, without secrets.
fn write_logs(data_dir: &Path) -> anyhow::Result<()> {
    // A folder that cannot be written is told about in the window, when the stall opens.
    let files = Redacted::in_folder(data_dir).ok();
    let files = files.map(|files| tracing_subscriber::fmt::layer().with_ansi(false).with_writer(files));
    let filter = EnvFilter::try_from_env("STALLKEEPER_LOG").unwrap_or_else(|_| EnvFilter::new("info"));
    tracing_subscriber::registry()
        .with(filter)
        .with(files)
        .with(
            tracing_subscriber::fmt::layer()
                .with_ansi(std::io::stderr().is_terminal())
                .with_writer(Redacted::new(std::io::stderr())),
        )
        .try_init()
        .context("logging was set up twice")?;
    log_panics();
    Ok(())
}
