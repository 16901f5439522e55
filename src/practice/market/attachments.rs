//! The files of an order: who may add them when, how they are listed, and the presigned addresses they are fetched from.

use std::sync::Arc;

use axum::Json;
use axum::body::Body as ResponseBody;
use axum::extract::multipart::Multipart;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use hmac::{Hmac, KeyInit, Mac};
use serde::Deserialize;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::orders;
use crate::practice::caller::Caller;
use crate::practice::refusal::Refusal;
use crate::practice::shapes::stamp;
use crate::practice::shared::Shared;
use crate::practice::speed::after;
use crate::practice::state::{Attachment, Order, OrderStatus};

/// Contract, `x-limits`.
pub(in crate::practice) const LARGEST: usize = 104_857_600;
const MOST: usize = 10;
const REFUSED: &[&str] = &["exe", "bat", "sh", "dll", "ps1", "cmd", "vbs", "js"];
/// A download address lives an hour.
const DOWNLOAD_SECONDS: i64 = 3600;

fn signature(shared: &Shared, file_id: &str, expires: i64) -> String {
    Hmac::<Sha256>::new_from_slice(shared.download_secret.as_bytes())
        .map(|mut mac| {
            mac.update(format!("{file_id}.{expires}").as_bytes());
            hex::encode(mac.finalize().into_bytes())
        })
        .unwrap_or_default()
}

fn download_url(shared: &Shared, file_id: &str) -> String {
    let expires = shared.clock.now().as_second() + DOWNLOAD_SECONDS;
    let signature = signature(shared, file_id, expires);
    format!("{}/files/{file_id}?expires={expires}&signature={signature}", shared.origin())
}

/// A file in one of the two documented families of keys.
fn view(shared: &Shared, order: &Order, file: &Attachment) -> Value {
    let side = if file.uploader_id == order.seller_id { "seller_delivery" } else { "buyer_material" };
    let mut view = json!({
        "file_id": file.id, "size": file.size, "sha256": file.sha256, "description": file.description,
        "file_type": side, "uploader_agent_id": file.uploader_id,
        "uploaded_at": stamp(file.uploaded_at, order.ordinal), "download_url": download_url(shared, &file.id),
        "high_risk_input": matches!(file.mime_type.as_str(), "text/html" | "image/svg+xml"),
    });
    if let Some(fields) = view.as_object_mut() {
        let (name, kind) = if order.ordinal.is_multiple_of(2) {
            ("original_filename", "mime_type")
        } else {
            ("filename", "content_type")
        };
        fields.insert(name.into(), json!(file.filename));
        fields.insert(kind.into(), json!(file.mime_type));
    }
    view
}

/// A file for the control address, in one form always.
pub(in crate::practice) fn plain_view(order: &Order, file: &Attachment) -> Value {
    json!({
        "file_id": file.id, "filename": file.filename, "mime_type": file.mime_type, "size": file.size,
        "sha256": file.sha256, "description": file.description,
        "from": if file.uploader_id == order.seller_id { "seller" } else { "buyer" },
        "uploaded_at": stamp(file.uploaded_at, 1),
    })
}

/// What an upload holds.
struct Upload {
    filename: String,
    mime_type: String,
    bytes: Bytes,
    description: Option<String>,
    overwrite: Option<String>,
}

async fn read_upload(mut form: Multipart) -> Result<Upload, Refusal> {
    let broken = |_| Refusal::Malformed("The multipart body could not be read".into());
    let mut file = None;
    let (mut description, mut overwrite) = (None, None);
    while let Some(part) = form.next_field().await.map_err(broken)? {
        match part.name() {
            Some("file") => {
                let filename = part.file_name().unwrap_or_default().to_owned();
                let mime_type = part.content_type().unwrap_or("application/octet-stream").to_owned();
                file = Some((filename, mime_type, part.bytes().await.map_err(broken)?));
            }
            Some("description") => description = Some(part.text().await.map_err(broken)?),
            Some("overwrite_filename") => overwrite = Some(part.text().await.map_err(broken)?),
            _ => {}
        }
    }
    let (filename, mime_type, bytes) = file.ok_or_else(|| Refusal::Malformed("No file was sent".into()))?;
    if filename.is_empty() || filename.contains(['/', '\\', '\0']) {
        return Err(Refusal::Malformed("The file needs a plain name".into()));
    }
    Ok(Upload { filename, mime_type, bytes, description, overwrite })
}

/// Whether this party may add files now.
fn may_add(order: &Order, agent_id: &str) -> Result<(), Refusal> {
    use OrderStatus::{InProgress, PendingAccept, PendingConfirmation};
    let open = if agent_id == order.seller_id {
        matches!(order.status, InProgress | PendingConfirmation)
    } else {
        matches!(order.status, PendingAccept | InProgress)
    };
    if open {
        Ok(())
    } else {
        Err(Refusal::Forbidden(format!("Files cannot be added while the order is {}", order.status.word())))
    }
}

pub(in crate::practice) async fn upload(
    State(shared): State<Arc<Shared>>,
    Caller(agent_id): Caller,
    Path(order_id): Path<String>,
    form: Multipart,
) -> Result<(StatusCode, Json<Value>), Refusal> {
    may_add(orders::readable(&shared.world(), &agent_id, &order_id)?, &agent_id)?;
    let Upload { filename, mime_type, bytes, description, overwrite } = read_upload(form).await?;
    let extension = filename.rsplit_once('.').map(|(_, end)| end.to_lowercase()).unwrap_or_default();
    if REFUSED.contains(&extension.as_str()) {
        return Err(Refusal::Unacceptable(format!("Files of type .{extension} are not allowed")));
    }
    if bytes.len() > LARGEST {
        return Err(Refusal::Unacceptable("The file is larger than 100 MB".into()));
    }
    let sha256 = hex::encode(Sha256::digest(&bytes));
    shared.keep_file(&sha256, bytes.clone());

    let mut turn = shared.turn();
    let now = turn.now;
    let order = orders::party(&mut turn, &agent_id, &order_id)?;
    may_add(order, &agent_id)?;
    if let Some(replaced) = overwrite {
        order.files.retain(|file| file.filename != replaced || file.uploader_id != agent_id);
    }
    if order.files.len() >= MOST {
        return Err(Refusal::Unacceptable(format!("An order holds at most {MOST} files")));
    }
    let file = Attachment {
        id: shared.uuid(),
        filename,
        mime_type,
        size: bytes.len() as u64,
        sha256,
        description,
        uploader_id: agent_id.clone(),
        uploaded_at: now,
    };
    order.files.push(file.clone());
    order.updated_at = now;
    if order.status == OrderStatus::PendingConfirmation {
        order.confirm_deadline = Some(after(now, orders::REOPENED_CONFIRM_SECONDS));
    }
    let view = view(&shared, order, &file);
    let answer = match order.ordinal % 3 {
        2 => json!({"file": view}),
        _ => view,
    };
    Ok((StatusCode::CREATED, Json(answer)))
}

pub(in crate::practice) async fn list(
    State(shared): State<Arc<Shared>>,
    Caller(agent_id): Caller,
    Path(order_id): Path<String>,
) -> Result<Json<Value>, Refusal> {
    let world = shared.world();
    let order = orders::readable(&world, &agent_id, &order_id)?;
    let files: Vec<Value> = order.files.iter().map(|file| view(&shared, order, file)).collect();
    let total: u64 = order.files.iter().map(|file| file.size).sum();
    Ok(Json(json!({"file_count": files.len(), "total_size": total, "files": files})))
}

pub(in crate::practice) async fn delete(
    State(shared): State<Arc<Shared>>,
    Caller(agent_id): Caller,
    Path((order_id, file_id)): Path<(String, String)>,
) -> Result<StatusCode, Refusal> {
    let mut turn = shared.turn();
    let order = orders::party(&mut turn, &agent_id, &order_id)?;
    let file = order.files.iter().find(|file| file.id == file_id).ok_or(Refusal::NotFound("File"))?;
    if file.uploader_id != agent_id {
        return Err(Refusal::Forbidden("Only the uploader may delete a file".into()));
    }
    order.files.retain(|file| file.id != file_id);
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Debug, Deserialize)]
pub(in crate::practice) struct Presigned {
    expires: Option<i64>,
    signature: Option<String>,
}

/// The presigned address: no key wanted, and a key is refused, as object stores do.
pub(in crate::practice) async fn download(
    State(shared): State<Arc<Shared>>,
    Path(file_id): Path<String>,
    Query(query): Query<Presigned>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    if headers.contains_key(header::AUTHORIZATION) {
        return Err(Refusal::Malformed("Only one way to authorise is allowed".into()));
    }
    let expires = query.expires.unwrap_or_default();
    let expected = signature(&shared, &file_id, expires);
    if query.signature.as_deref() != Some(expected.as_str()) || expires < shared.clock.now().as_second() {
        return Err(Refusal::Forbidden("The address is not valid any more".into()));
    }
    let file = {
        let world = shared.world();
        let mut files = world.orders.iter().flat_map(|order| &order.files);
        files.find(|file| file.id == file_id).cloned()
    };
    let file = file.ok_or(Refusal::NotFound("File"))?;
    let bytes = shared.lookup_file(&file.sha256).ok_or(Refusal::NotFound("File"))?;
    let kind = header::HeaderValue::from_str(&file.mime_type)
        .unwrap_or(header::HeaderValue::from_static("application/octet-stream"));
    Ok(([(header::CONTENT_TYPE, kind)], ResponseBody::from(bytes)).into_response())
}
