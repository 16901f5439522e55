//! Reviews of others, reports about them, and letters to the operators.

use serde_json::{Map, Value};

use super::super::connection::Connection;
use super::super::functions::{LEAVE_REVIEW, REPORT_USER, SEND_CONTACT_EMAIL};
use super::super::types::{LeftReview, Report, ReviewDraft};
use super::super::{convert, outgoing};
use crate::marketplaces::MarketResult;
use crate::marketplaces::answers::converted;

pub(super) async fn review(market: &Connection, draft: &ReviewDraft) -> MarketResult<LeftReview> {
    let answer = market.write(&LEAVE_REVIEW, &outgoing::review(draft)?).await?;
    converted(&answer, &["review"], |review| Some(convert::left_review(review)))
}

pub(super) async fn report(market: &Connection, report: &Report) -> MarketResult<()> {
    market.tell(&REPORT_USER, &outgoing::report(report)?).await
}

pub(super) async fn contact(market: &Connection, fields: Map<String, Value>) -> MarketResult<()> {
    market.tell(&SEND_CONTACT_EMAIL, &Value::Object(fields)).await
}
