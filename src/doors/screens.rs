//! The bundled screens, served to a browser.

use std::borrow::Cow;

use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::http::{HeaderValue, StatusCode, Uri};
use axum::response::{Html, IntoResponse, Response};
use bytes::Bytes;
use rust_embed::RustEmbed;

use super::body::refusal;

#[derive(RustEmbed)]
#[folder = "ui/dist"]
#[allow_missing = true]
struct Bundle;

const NOT_BUNDLED: &str = "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Stallkeeper</title>\
    <h1>Stallkeeper is running</h1>\
    <p>This build has no screens in it. Build them with <code>npm run build</code> in <code>ui/</code>, then build the \
    program again.</p><p><a href=\"/docs\">What can be asked of it without screens</a></p></html>";

/// A file of the screens by its path; `/` is the page itself.
pub(super) fn screen(uri: &Uri) -> Response {
    let path = match uri.path().trim_start_matches('/') {
        "" => "index.html",
        path => path,
    };
    match Bundle::get(path) {
        Some(file) => {
            let media_type = mime_guess::from_path(path).first_or_octet_stream();
            let media_type = HeaderValue::from_str(media_type.as_ref())
                .unwrap_or(HeaderValue::from_static("application/octet-stream"));
            // The build gives every file under assets/ a name that changes with its content.
            let kept =
                if path.starts_with("assets/") { "public, max-age=31536000, immutable" } else { "no-cache" };
            let headers = [(CONTENT_TYPE, media_type), (CACHE_CONTROL, HeaderValue::from_static(kept))];
            // The release build carries the bytes in the program: they are sent from there, not copied.
            let bytes = match file.data {
                Cow::Borrowed(bytes) => Bytes::from_static(bytes),
                Cow::Owned(bytes) => bytes.into(),
            };
            (headers, bytes).into_response()
        }
        None if path == "index.html" => Html(NOT_BUNDLED).into_response(),
        None => refusal(StatusCode::NOT_FOUND, "Not Found"),
    }
}
