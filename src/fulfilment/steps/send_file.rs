//! A file the seller puts on the order with their own hands. After an unclear end the order's files are listed and
//! compared by name and size.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use super::Prepared;
use super::errors::{ended, not_now};
use crate::crash::{self, Point};
use crate::desk::contract::DeskEvent;
use crate::fulfilment::outcome::{Effects, Looked, Outcome};
use crate::fulfilment::runner::Parts;
use crate::fulfilment::situation::Situation;
use crate::images::files::sha256_hex;
use crate::marketplaces::{MarketFile, OnSent, OutgoingFile, Recall};

/// A file of the seller's, whole in memory. Prints without its bytes.
#[derive(Clone)]
pub struct SellersFile {
    pub name: String,
    pub media_type: String,
    pub bytes: Bytes,
    /// Cancelled when the seller does not want it sent any more.
    pub stop: CancellationToken,
}

/// The screens are told after this time how far a file is, or after this part of it: a way that comes to a stop must not
/// leave them far behind.
const BETWEEN: SignedDuration = SignedDuration::from_millis(125);
const PARTS: u64 = 20;

impl fmt::Debug for SellersFile {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("SellersFile").field("name", &self.name).field("bytes", &self.bytes.len()).finish()
    }
}

pub(in crate::fulfilment) fn prepare(file: &SellersFile) -> Prepared {
    let sha256 = sha256_hex(&file.bytes);
    Prepared {
        intent: json!({ "name": file.name, "bytes": file.bytes.len(), "sha256": sha256 }),
        input_sha256: Some(sha256),
        ..Prepared::default()
    }
}

pub(super) async fn perform(file: &SellersFile, s: &Situation, parts: &Parts) -> Outcome {
    let there = match parts.market.list_files(&s.order.market_order_id).await {
        Ok(there) => there,
        Err(error) => return ended(&error, s.now),
    };
    let bytes = file.bytes.len() as u64;
    if let Some(same) = there.iter().find(|known| is_same(known, &file.name, bytes, parts)) {
        return Outcome::Done(effects(same, &file.name, bytes, Some(sha256_hex(&file.bytes))));
    }
    if there.iter().any(|known| known.name == file.name) {
        return Outcome::fail("file_name_taken");
    }
    if there.len() >= s.abilities.max_files {
        return Outcome::fail("too_many_files");
    }
    let recall = Recall::default();
    let outgoing = OutgoingFile {
        name: file.name.clone(),
        media_type: file.media_type.clone(),
        bytes: file.bytes.clone(),
        description: None,
        on_sent: telling(file, s, parts),
        recall: recall.clone(),
    };
    crash::point(Point::UploadBeforeCall);
    let mut sending = parts.market.upload(&s.order.market_order_id, outgoing);
    let sent = tokio::select! {
        biased;
        sent = &mut sending => sent,
        () = file.stop.cancelled() => {
            if recall.call_back() {
                // A body that breaks off before its end is no file.
                return Outcome::fail("file_stopped");
            }
            sending.await
        }
    };
    crash::point(Point::UploadAfterCall);
    match sent {
        Ok(uploaded) => Outcome::Done(effects(&uploaded, &file.name, bytes, Some(sha256_hex(&file.bytes)))),
        Err(error) => ended(&error, s.now),
    }
}

/// Tells the screens how far the file is.
fn telling(file: &SellersFile, s: &Situation, parts: &Parts) -> OnSent {
    let (signals, clock) = (parts.signals.clone(), Arc::clone(&parts.clock));
    let (order_id, name, total) = (s.order.id.clone(), file.name.clone(), file.bytes.len());
    let last: Mutex<Option<(Timestamp, u64)>> = Mutex::default();
    OnSent::new(move |sent| {
        let now = clock.now();
        let mut last = last.lock().unwrap_or_else(PoisonError::into_inner);
        let is_due = |(at, told): (Timestamp, u64)| {
            now.duration_since(at) >= BETWEEN || sent.saturating_sub(told) >= total as u64 / PARTS
        };
        if sent < total as u64 && !last.is_none_or(is_due) {
            return;
        }
        *last = Some((now, sent));
        let size = |bytes: u64| u32::try_from(bytes).unwrap_or(u32::MAX);
        signals.send(DeskEvent::FileProgress {
            order_id: order_id.clone(),
            name: name.clone(),
            sent: size(sent),
            total: size(total as u64),
        });
    })
}

pub(super) async fn look(intent: &Value, s: &Situation, parts: &Parts) -> Looked {
    let name = intent.get("name").and_then(Value::as_str).unwrap_or_default();
    let bytes = intent.get("bytes").and_then(Value::as_u64).unwrap_or_default();
    let sha256 = intent.get("sha256").and_then(Value::as_str).map(str::to_owned);
    match parts.market.list_files(&s.order.market_order_id).await {
        Ok(there) => there
            .iter()
            .find(|known| is_same(known, name, bytes, parts))
            .map_or(Looked::NotLanded, |known| Looked::Landed(Box::new(effects(known, name, bytes, sha256)))),
        Err(error) => not_now(&error),
    }
}

fn is_same(known: &MarketFile, name: &str, bytes: u64, parts: &Parts) -> bool {
    known.name == name
        && known.size.is_none_or(|size| size == bytes)
        && known.uploader_id.as_ref().is_none_or(|uploader| *uploader == parts.own_id)
}

fn effects(file: &MarketFile, name: &str, bytes: u64, sha256: Option<String>) -> Effects {
    let result = json!({ "file_id": file.id, "name": name, "bytes": bytes, "market_sha256": file.sha256 });
    Effects { output_sha256: sha256, ..Effects::of(result) }
}
