//! What the page may ask of the shell: the desk, saving a picture or a table where the seller says, and
//! starting with the computer.

use std::path::{Path, PathBuf};

use bytes::Bytes;
use percent_encoding::percent_decode_str;
use serde_json::{Value, json};
use stallkeeper::desk::{self, contract::DeskError, contract::FileView};
use stallkeeper::doors::{Behind as _, DroppedFile};
use tauri::{AppHandle, State, WebviewWindow};
use tauri_plugin_autostart::ManagerExt as _;
use tauri_plugin_dialog::DialogExt;
use tokio::sync::oneshot;

use crate::lifecycle;
use crate::opening::Opening;

/// Performs one command of the desk's table.
#[tauri::command]
pub async fn desk(
    app: AppHandle,
    opening: State<'_, Opening>,
    command: String,
    request: Value,
) -> Result<Value, DeskError> {
    match opening.stall().await {
        Ok(stall) => desk::dispatch(&stall, &command, request).await,
        // Nothing else can be asked of a stall whose data is damaged.
        Err(error) if error.code == "damaged" && command == "data.restore" => {
            let backup = request["id"].as_str().unwrap_or_default();
            lifecycle::restore_and_open(&app, backup).await?;
            Ok(json!({}))
        }
        Err(error) => Err(error),
    }
}

/// Asks where to save a picture and saves it there; false when the seller changes their mind.
#[tauri::command]
pub async fn save_picture(
    window: WebviewWindow,
    opening: State<'_, Opening>,
    sha256: String,
    suggested_name: String,
) -> Result<bool, DeskError> {
    let stall = opening.stall().await?;
    let name = file_name(&suggested_name).unwrap_or("picture.png");
    let Some(path) = ask_where(&window, name).await? else { return Ok(false) };
    let request = json!({ "sha256": sha256, "path": path });
    desk::dispatch(&stall, "gallery.save", request).await?;
    Ok(true)
}

/// Asks where to save a table of every order of a span and saves it there: how many lines it has, or none when the seller
/// changes their mind.
#[tauri::command]
pub async fn save_money(
    window: WebviewWindow,
    opening: State<'_, Opening>,
    span: String,
    suggested_name: String,
) -> Result<Option<u64>, DeskError> {
    let stall = opening.stall().await?;
    let name = file_name(&suggested_name).unwrap_or("money.csv");
    let Some(path) = ask_where(&window, name).await? else { return Ok(None) };
    let path = with_ending(&path, "csv");
    let saved = desk::dispatch(&stall, "money.save_csv", json!({ "span": span, "path": path })).await?;
    Ok(saved["lines"].as_u64())
}

/// Asks where to save what can be shown of an order and saves it there; false when the seller changes their mind.
#[tauri::command]
pub async fn save_evidence(
    window: WebviewWindow,
    opening: State<'_, Opening>,
    order_id: String,
    suggested_name: String,
) -> Result<bool, DeskError> {
    let stall = opening.stall().await?;
    let name = file_name(&suggested_name).unwrap_or("order.zip");
    let Some(path) = ask_where(&window, name).await? else { return Ok(false) };
    let path = with_ending(&path, "zip");
    desk::dispatch(&stall, "orders.save_evidence", json!({ "order_id": order_id, "path": path })).await?;
    Ok(true)
}

async fn ask_where(window: &WebviewWindow, name: &str) -> Result<Option<PathBuf>, DeskError> {
    let (answer, chosen) = oneshot::channel();
    window.dialog().file().set_parent(window).set_file_name(name).save_file(move |path| {
        // Nobody listens any more when the window went away meanwhile.
        let _ = answer.send(path);
    });
    let Ok(Some(path)) = chosen.await else { return Ok(None) };
    path.into_path().map(Some).map_err(|error| DeskError::of("invalid", error.to_string()))
}

/// Puts a file of the seller's on an order: the body is the file, the headers say which order and what it is called.
#[tauri::command]
pub async fn send_file(
    opening: State<'_, Opening>,
    request: tauri::ipc::Request<'_>,
) -> Result<FileView, DeskError> {
    let header = |name: &str| {
        let value = request.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
        percent_decode_str(value).decode_utf8_lossy().into_owned()
    };
    let (order_id, name, media_type) = (header("order-id"), header("file-name"), header("media-type"));
    let tauri::ipc::InvokeBody::Raw(bytes) = request.body() else {
        return Err(DeskError::of("invalid", "the body is no file"));
    };
    let file = DroppedFile {
        name,
        media_type: Some(media_type).filter(|media_type| !media_type.is_empty()),
        bytes: Bytes::copy_from_slice(bytes),
    };
    opening.stall().await?.send_file(&order_id, file).await
}

/// Whether the system starts the stall with the computer, as the system itself has it.
#[tauri::command]
pub async fn starts_with_computer(app: AppHandle) -> Result<bool, DeskError> {
    app.autolaunch().is_enabled().map_err(|error| no_start(&error))
}

/// Has the system start the stall with the computer, in the tray, or no longer. Answers how it stands then.
#[tauri::command]
pub async fn set_starts_with_computer(app: AppHandle, on: bool) -> Result<bool, DeskError> {
    let start = app.autolaunch();
    let is_on = start.is_enabled().map_err(|error| no_start(&error))?;
    if is_on != on {
        if on { start.enable() } else { start.disable() }.map_err(|error| no_start(&error))?;
    }
    start.is_enabled().map_err(|error| no_start(&error))
}

fn no_start(error: &tauri_plugin_autostart::Error) -> DeskError {
    tracing::warn!(%error, "starting with the computer cannot be set");
    DeskError::of("start_not_set", error.to_string())
}

/// The seller may type a name without its ending. What is not the file they were asked about is not written over.
fn with_ending(path: &Path, wanted: &str) -> PathBuf {
    if path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case(wanted)) {
        return path.to_owned();
    }
    let with = |ending: String| {
        let mut name = path.as_os_str().to_owned();
        name.push(ending);
        PathBuf::from(name)
    };
    let mut names =
        std::iter::once(with(format!(".{wanted}"))).chain((2..).map(|nth| with(format!(" {nth}.{wanted}"))));
    names.find(|name| !name.exists()).unwrap_or_else(|| path.to_owned())
}

/// Only a name, never a place: the dialog decides where.
fn file_name(suggested: &str) -> Option<&str> {
    Path::new(suggested).file_name().and_then(|name| name.to_str())
}

#[cfg(test)]
mod tests {
    use super::{file_name, with_ending};

    #[test]
    fn a_suggested_name_cannot_point_elsewhere() {
        assert_eq!(file_name("cat.png"), Some("cat.png"));
        assert_eq!(file_name("/etc/cron.d/cat.png"), Some("cat.png"));
        assert_eq!(file_name("../../cat.png"), Some("cat.png"));
        assert_eq!(file_name(".."), None);
    }

    #[test]
    fn a_table_gets_its_ending_and_writes_over_nothing_else() {
        let dir = tempfile::tempdir().unwrap();
        let typed = dir.path().join("November");
        assert_eq!(with_ending(&typed, "csv"), dir.path().join("November.csv"));
        std::fs::write(dir.path().join("November.csv"), "another").unwrap();
        assert_eq!(with_ending(&typed, "csv"), dir.path().join("November 2.csv"));
        assert_eq!(with_ending(&dir.path().join("a.CSV"), "csv"), dir.path().join("a.CSV"));
        assert_eq!(with_ending(&dir.path().join("v1.2"), "csv"), dir.path().join("v1.2.csv"));
    }
}
