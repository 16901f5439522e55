//! What the page may ask of the shell: the desk, and saving a picture where the seller says.

use std::path::Path;

use bytes::Bytes;
use percent_encoding::percent_decode_str;
use serde_json::{Value, json};
use stallkeeper::desk::{self, contract::DeskError, contract::FileView};
use stallkeeper::doors::{Behind as _, DroppedFile};
use tauri::{AppHandle, State, WebviewWindow};
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
    let (answer, chosen) = oneshot::channel();
    let name = file_name(&suggested_name);
    window.dialog().file().set_parent(&window).set_file_name(name).save_file(move |path| {
        // Nobody listens any more when the window went away meanwhile.
        let _ = answer.send(path);
    });
    let Ok(Some(path)) = chosen.await else { return Ok(false) };
    let path = path.into_path().map_err(|error| DeskError::of("invalid", error.to_string()))?;
    let request = json!({ "sha256": sha256, "path": path });
    desk::dispatch(&stall, "gallery.save", request).await?;
    Ok(true)
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

/// Only a name, never a place: the dialog decides where.
fn file_name(suggested: &str) -> &str {
    Path::new(suggested).file_name().and_then(|name| name.to_str()).unwrap_or("picture.png")
}

#[cfg(test)]
mod tests {
    use super::file_name;

    #[test]
    fn a_suggested_name_cannot_point_elsewhere() {
        assert_eq!(file_name("cat.png"), "cat.png");
        assert_eq!(file_name("/etc/cron.d/cat.png"), "cat.png");
        assert_eq!(file_name("../../cat.png"), "cat.png");
        assert_eq!(file_name(".."), "picture.png");
    }
}
