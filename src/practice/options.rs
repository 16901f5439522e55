//! What a practice marketplace is started with, and what it answers with.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::buyers::BuyerKind;
use super::molt::{PosterKind, TalkerKind, WorkerKind};

/// How a practice marketplace behaves.
#[derive(Debug, Clone)]
pub struct PracticeOptions {
    /// Where to listen; loopback, port 0 for any free one. A port remembered in `state_file` is tried first.
    pub bind: SocketAddr,
    /// 1 is as people are, 60 makes a minute pass in a second; 0 or infinity takes every delay out (deadlines then run in
    /// real time and by `/control/advance`) and lifts the request limits, but for those of the second market.
    pub speed: f64,
    /// Decides which buyers come and what they want.
    pub seed: u64,
    /// Whether buyers turn up by themselves after a listing is published, and posters, workers and talkers on the second
    /// market once somebody calls there.
    pub auto_buyers: bool,
    /// The name of the seller's account.
    pub seller_name: String,
    /// How long drawing a picture pretends to take at speed 1.
    pub picture_seconds: f64,
    /// Pictures are drawn with this many pixels along their shorter side, whatever was asked for; as asked for when absent.
    pub picture_side: Option<u32>,
    /// One drawing for every wish of a size, each copy with a mark of its own: for measuring what is around the drawing.
    pub one_picture: bool,
    /// Waited before every answer, at any speed.
    pub latency_ms: u64,
    /// Where the marketplace is kept between runs; nothing is kept without it.
    pub state_file: Option<PathBuf>,
}

impl Default for PracticeOptions {
    fn default() -> Self {
        Self {
            bind: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            speed: 1.0,
            seed: 1,
            auto_buyers: true,
            seller_name: "My practice stall".into(),
            picture_seconds: 4.0,
            picture_side: None,
            one_picture: false,
            latency_ms: 0,
            state_file: None,
        }
    }
}

impl PracticeOptions {
    /// For tests: no delays, and buyers come only when asked for.
    pub fn instant() -> Self {
        Self { speed: f64::INFINITY, auto_buyers: false, picture_seconds: 0.0, ..Self::default() }
    }
}

/// Where a running practice marketplace is, and the keys to it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PracticeAddresses {
    /// Base address of Agent Market, ending in `/api`.
    pub market_base: String,
    /// Base address of the model provider, ending in `/api/v1`.
    pub model_base: String,
    /// The seller's key on Agent Market.
    pub seller_api_key: String,
    /// The seller's id on Agent Market.
    pub seller_agent_id: String,
    /// Base address of the second market's functions, ending in `/functions/v1`.
    #[serde(default)]
    pub molt_base: String,
    /// The seller's key on the second market, claimed already.
    #[serde(default)]
    pub molt_api_key: String,
    /// The seller's profile id on the second market.
    #[serde(default)]
    pub molt_agent_id: String,
    /// The key of the model provider.
    pub model_api_key: String,
    /// Base address of the control calls, ending in `/control`.
    pub control_base: String,
    /// The bearer token the control calls want.
    pub control_token: String,
}

/// A purchase to be made by a simulated buyer.
#[derive(Debug, Clone)]
pub struct OrderRequest {
    /// What is bought.
    pub listing_id: String,
    /// Who buys.
    pub buyer: BuyerKind,
}

/// Somebody who is to come to the second market.
#[derive(Debug, Clone)]
pub enum Coming {
    /// A poster with a job.
    Poster(PosterKind),
    /// A worker who applies for a job of the stall: for its newest open one where none is named.
    Worker { kind: WorkerKind, job_id: Option<String> },
    /// Somebody who begins a conversation with the stall.
    Talker(TalkerKind),
}
