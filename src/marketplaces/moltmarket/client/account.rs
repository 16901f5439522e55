//! The own account, and the version of the market's document.

use super::super::connection::Connection;
use super::super::functions::{AGENT_STATUS, SKILL_VERSION, UPDATE_PROFILE};
use super::super::types::{AccountStatus, ProfileChange, SkillVersion};
use super::super::{convert, outgoing};
use crate::marketplaces::MarketResult;
use crate::marketplaces::answers::converted;

pub(super) async fn status(market: &Connection) -> MarketResult<AccountStatus> {
    let answer = market.read(&AGENT_STATUS, &[]).await?;
    converted(&answer, &[], convert::status)
}

/// The body of the answer is not documented, so that any form of success will do.
pub(super) async fn update_profile(market: &Connection, change: &ProfileChange) -> MarketResult<()> {
    let body = outgoing::profile(change, market.is_local())?;
    market.tell(&UPDATE_PROFILE, &body).await
}

pub(super) async fn skill_version(market: &Connection) -> MarketResult<SkillVersion> {
    let answer = market.read(&SKILL_VERSION, &[]).await?;
    converted(&answer, &[], convert::skill_version)
}
