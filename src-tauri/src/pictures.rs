//! The address pictures have in the window: `stall-picture://localhost/<full|card|row>/<sha256>`.

use stallkeeper::desk::contract::DeskError;
use stallkeeper::doors::PictureSize;
use tauri::http::{Method, Request, Response, StatusCode, header};
use tauri::{AppHandle, Manager, UriSchemeResponder};

use crate::opening::Opening;

/// The scheme's name; `tauri.conf.json` lets pictures, and nothing else, be loaded from it.
pub const SCHEME: &str = "stall-picture";

/// Answers one request for a picture, away from the thread of the window.
pub fn answer(app: AppHandle, request: Request<Vec<u8>>, responder: UriSchemeResponder) {
    tauri::async_runtime::spawn(async move {
        responder.respond(respond(&app, &request).await);
    });
}

async fn respond(app: &AppHandle, request: &Request<Vec<u8>>) -> Response<Vec<u8>> {
    if request.method() != Method::GET {
        return refusal(StatusCode::METHOD_NOT_ALLOWED);
    }
    let Some((size, sha256)) = read_path(request.uri().path()) else {
        return refusal(StatusCode::NOT_FOUND);
    };
    let picture = async { app.state::<Opening>().stall().await?.picture(sha256, size).await }.await;
    match picture {
        Ok(picture) => {
            let mut response = Response::new(picture.bytes.to_vec());
            let headers = response.headers_mut();
            let media_type = header::HeaderValue::from_str(&picture.media_type);
            headers.insert(
                header::CONTENT_TYPE,
                media_type.unwrap_or(header::HeaderValue::from_static("application/octet-stream")),
            );
            // The name is the hash of the content, so the content never changes.
            headers.insert(
                header::CACHE_CONTROL,
                header::HeaderValue::from_static("private, max-age=31536000, immutable"),
            );
            headers.insert(header::X_CONTENT_TYPE_OPTIONS, header::HeaderValue::from_static("nosniff"));
            response
        }
        Err(error) => refusal(status(&error)),
    }
}

fn status(error: &DeskError) -> StatusCode {
    match error.code.as_str() {
        "not_found" => StatusCode::NOT_FOUND,
        "invalid" => StatusCode::BAD_REQUEST,
        _ => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

fn refusal(status: StatusCode) -> Response<Vec<u8>> {
    let mut response = Response::new(Vec::new());
    *response.status_mut() = status;
    response
}

fn read_path(path: &str) -> Option<(PictureSize, &str)> {
    let (size, sha256) = path.strip_prefix('/')?.split_once('/')?;
    let size = match size {
        "full" => PictureSize::Full,
        "card" => PictureSize::Card,
        "row" => PictureSize::Row,
        _ => return None,
    };
    let is_hash = sha256.len() == 64 && sha256.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    is_hash.then_some((size, sha256))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_size_and_a_hash_name_a_picture() {
        let hash = "0f".repeat(32);
        assert_eq!(read_path(&format!("/card/{hash}")), Some((PictureSize::Card, hash.as_str())));
        for path in [
            format!("/card/{hash}/more"),
            format!("/huge/{hash}"),
            format!("/{hash}"),
            "/card/../../etc/passwd".to_owned(),
            format!("/full/{}", "0F".repeat(32)),
            "/full/".to_owned(),
        ] {
            assert_eq!(read_path(&path), None, "{path} names no picture");
        }
    }
}
