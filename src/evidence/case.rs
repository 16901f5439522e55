//! What there is to show of one order.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::desk::contract::{OrderView, RecorderEntry};
use crate::listings::ListingForm;
use crate::logs::redact;
use crate::settings::Language;
use crate::store::{Entry, EntryOutcome, OrderRow};

/// Details of a step that open something or lie on this computer.
const KEPT_BACK: &[&str] = &["path", "address", "folder", "key"];

/// A file the buyer was given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivered {
    /// As the buyer saw it.
    pub name: String,
    /// Of the bytes that were sent; none where it was not noted.
    pub sha256: Option<String>,
    pub bytes: Option<u64>,
    pub at: Timestamp,
    /// `file` put on the order, or `link` told in a message.
    pub way: &'static str,
}

/// Everything of one order, as it is read at one moment.
#[derive(Debug)]
pub struct Case {
    pub market: &'static str,
    /// Of the price; none where the market keeps no money.
    pub currency: Option<&'static str>,
    pub order: OrderRow,
    pub view: OrderView,
    /// The listing as the stall keeps it, and since when it says this.
    pub listing: Option<(ListingForm, Timestamp)>,
    pub delivered: Vec<Delivered>,
    pub language: Language,
    /// Folders of this computer, which are in no text.
    pub folders: Vec<String>,
}

/// What the journal proves to have reached the buyer, oldest first.
pub fn delivered(journal: &[Entry]) -> Vec<Delivered> {
    let text = |entry: &Entry, name: &str| entry.result.get(name)?.as_str().map(str::to_owned);
    let mut found: Vec<Delivered> = Vec::new();
    for entry in journal.iter().filter(|entry| entry.outcome == EntryOutcome::Done) {
        let way = match entry.step.as_str() {
            "upload" | "send_file" => "file",
            "link" | "link_again" => "link",
            _ => continue,
        };
        let Some(name) = text(entry, "name") else { continue };
        let file = Delivered {
            sha256: entry.output_sha256.clone().or_else(|| text(entry, "sha256")),
            bytes: entry.result.get("bytes").and_then(Value::as_u64),
            at: entry.result_at.unwrap_or(entry.intent_at),
            way,
            name,
        };
        // A link that was made anew leads to the same picture.
        let is_known = |known: &Delivered| {
            known.way == "link"
                && file.way == "link"
                && known.name == file.name
                && known.sha256 == file.sha256
        };
        if !found.iter().any(is_known) {
            found.push(file);
        }
    }
    found
}

impl Case {
    /// A text without what must not leave this computer.
    pub(super) fn plain(&self, text: &str) -> String {
        let mut text = redact(text).into_owned();
        for folder in self.folders.iter().filter(|folder| folder.len() > 1) {
            text = text.replace(folder.as_str(), "[folder]");
        }
        text
    }

    /// When the newest thing of it happened: what it shows stands as of then.
    pub(super) fn as_of(&self) -> &str {
        let times = self.view.recorder.iter().map(|entry| entry.at.as_str());
        let times = times.chain(self.view.thread.iter().map(|message| message.at.as_str()));
        times.max().unwrap_or(&self.view.card.created_at)
    }

    /// What a step noted, as far as it is shown.
    pub(super) fn detail(&self, entry: &RecorderEntry) -> BTreeMap<String, String> {
        let shown = entry.detail.iter().filter(|(name, _)| !KEPT_BACK.contains(&name.as_str()));
        shown.map(|(name, value)| (name.clone(), self.plain(value))).collect()
    }

    pub(super) fn order_json(&self) -> Value {
        let (order, view) = (&self.order, &self.view);
        let at = |at: Option<Timestamp>| at.map(|at| at.to_string());
        json!({
            "marketplace": self.market,
            "order_id": order.market_order_id,
            "title": self.plain(&order.title),
            "buyer": order.buyer_name.as_deref().map(|name| self.plain(name)),
            "marketplace_status": order.market_status,
            "stage": order.stage.as_str(),
            "ordered_at": at(order.market_created_at.or(Some(order.created_at))),
            "deadlines": {
                "accept": at(order.accept_deadline),
                "deliver": at(order.complete_deadline),
                "confirm": at(order.confirm_deadline),
            },
            "price": order.price.map(|price| price.to_string()),
            "currency": self.currency,
            "requirement_as_sent": order.requirement.as_deref().map(|text| self.plain(text)),
            "requirement": view.requirement.as_deref().map(|text| self.plain(text)),
            "changes_allowed": view.revisions_allowed,
            "changes_made": view.revisions_used,
            "cancel_reason": view.cancel_reason.as_deref().map(|text| self.plain(text)),
        })
    }

    /// What was promised to every buyer of this listing.
    pub(super) fn listing_json(&self) -> Option<Value> {
        let (form, since) = self.listing.as_ref()?;
        Some(json!({
            "as_of": since.to_string(),
            "may_have_changed_since_the_order": *since > self.order.market_created_at.unwrap_or(self.order.created_at),
            "name": self.plain(&form.name),
            "description": self.plain(&form.description),
            "price": form.price,
            "category": form.category,
            "tags": form.tags,
            "pictures_per_order": form.count,
            "changes_included": form.revisions,
            "aspect_ratio": form.aspect_ratio.as_str(),
        }))
    }

    pub(super) fn thread_json(&self) -> Value {
        let messages = self.view.thread.iter().map(|message| {
            json!({
                "at": message.at, "who": message.who, "name": message.name.as_deref().map(|name| self.plain(name)),
                "state": message.state, "text": self.plain(&message.text),
            })
        });
        messages.collect()
    }

    pub(super) fn timeline_json(&self) -> Value {
        let entries = self.view.recorder.iter().map(|entry| {
            json!({
                "at": entry.at, "actor": entry.actor, "kind": entry.kind, "step": entry.step,
                "duration_ms": entry.duration_ms, "detail": self.detail(entry),
            })
        });
        entries.collect()
    }

    pub(super) fn money_json(&self) -> Value {
        let view = &self.view;
        json!({
            "currency": self.currency,
            "price": view.card.price,
            "fee": view.fee,
            "payout": view.payout,
            "fee_and_payout_are_estimates": view.payout_estimated,
            "paid_for_models_usd": view.cost_usd,
        })
    }
}
