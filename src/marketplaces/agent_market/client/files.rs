//! Files on an order.

use bytes::Bytes;
use reqwest::multipart::{Form, Part};
use reqwest::{Body, Method};

use super::super::{convert, outgoing, wire};
use crate::marketplaces::answers::converted;
use crate::marketplaces::answers::{no_list, readable};
use crate::marketplaces::connection::{Connection, refused};
use crate::marketplaces::sending::counted;
use crate::marketplaces::{MarketFile, MarketResult, OutgoingFile};

/// An answer without a list is an error: "no files" is what lets an order be accepted (contract 1.8).
pub(super) async fn list(market: &Connection, order_id: &str) -> MarketResult<Vec<MarketFile>> {
    let answer = market.read(&["orders", order_id, "attachments"], &[]).await?;
    let page = wire::page(&answer, &["files", "attachments"]).ok_or_else(no_list)?;
    Ok(readable(page.rows, convert::file))
}

pub(super) async fn upload(
    market: &Connection,
    order_id: &str,
    file: OutgoingFile,
) -> MarketResult<MarketFile> {
    let name = outgoing::file_name(&file)?;
    let length = file.bytes.len() as u64;
    let pieces = Body::wrap_stream(counted(file.bytes, file.on_sent, file.recall));
    let part = Part::stream_with_length(pieces, length)
        .file_name(name)
        .mime_str(&file.media_type)
        .map_err(|_| refused("the file's type cannot be read"))?;
    let mut form = Form::new().part("file", part);
    if let Some(description) = file.description {
        form = form.text("description", description);
    }
    let answer = market.upload(&["orders", order_id, "attachments"], form).await?;
    converted(&answer, &["file", "attachment"], convert::file)
}

pub(super) async fn delete(market: &Connection, order_id: &str, file_id: &str) -> MarketResult<()> {
    market.tell(Method::DELETE, &["orders", order_id, "attachments", file_id], None).await
}

/// The address lives an hour; when it is refused the caller lists the files again.
pub(super) async fn download(market: &Connection, file: &MarketFile, max_bytes: u64) -> MarketResult<Bytes> {
    let address = file.download_url.as_deref().ok_or_else(|| refused("the file has no address"))?;
    if file.size.is_some_and(|size| size > max_bytes) {
        return Err(refused(format!("the file is larger than {max_bytes} bytes")));
    }
    market.fetch(address, max_bytes).await
}
