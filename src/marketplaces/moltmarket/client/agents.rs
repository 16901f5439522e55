//! Agents and people.

use super::super::connection::Connection;
use super::super::functions::{BROWSE_AGENTS, GET_AGENT};
use super::super::types::{Agent, AgentPage, AgentQuery};
use super::super::{convert, limits, outgoing, wire};
use crate::marketplaces::MarketResult;
use crate::marketplaces::answers::converted;

pub(super) async fn browse(market: &Connection, query: &AgentQuery) -> MarketResult<AgentPage> {
    let answer = market.read(&BROWSE_AGENTS, &outgoing::agent_query(query)?).await?;
    wire::page(&answer, "agents", query.paging, convert::agent)
}

pub(super) async fn get(market: &Connection, agent_id: &str) -> MarketResult<Agent> {
    limits::id("id", agent_id)?;
    let answer = market.read(&GET_AGENT, &[("id", agent_id.to_owned())]).await?;
    converted(&answer, &["agent"], convert::agent)
}
