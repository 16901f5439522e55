//! The client of the model provider: a text model reads what a buyer wants, a picture model draws it.
//!
//! A model has no hands: it gets text and gives back text or a picture, never a tool, a key or a say in what happens
//! next. [`Model`] is what the stall needs; [`OpenRouter`] is the provider behind it. Calls are made once: a paid
//! picture is never asked for twice in here. Who may try again, with which model and when is said by [`chain`].

mod brief;
pub mod chain;
mod cost;
mod data_url;
mod error;
mod money;
mod openrouter;
mod types;
mod watched;

use async_trait::async_trait;
use serde_json::Value;

pub use brief::{AspectRatio, Brief, Resolution};
pub use cost::{PICTURE_MAX_TOKENS, worst_case_analysis_usd, worst_case_usd};
pub use data_url::{DataUrl, DataUrlError, decode_data_url};
pub use error::ModelError;
pub use money::{Caps, OverCap, Spending, WORST_READING_USD, fits};
pub use openrouter::{OpenRouter, Readings, read_as_everything, read_draw_answer};
pub use types::{
    Analysis, AnalysisRequest, Answered, DrawAnswer, DrawRequest, FormRequest, KeyStatus, ModelInfo,
    ModelUse, PictureRoute, PictureSource, Reference, Verdict,
};
pub use watched::{ModelHealth, ModelProblem, Watched};

/// What the stall asks of a model provider.
#[async_trait]
pub trait Model: Send + Sync {
    /// Reads a buyer's text into a brief, or says what else it is. Tries the request's text models in order on
    /// passing errors, and lets a model repair an unusable answer once; never waits in between.
    async fn analyse(&self, request: &AnalysisRequest) -> Result<Answered<Analysis>, ModelError>;
    /// Has a text model fill in a form from fenced data. As with [`Model::analyse`], models are tried in order and an
    /// unusable answer may be repaired once.
    async fn fill(&self, _request: &FormRequest) -> Result<Answered<Value>, ModelError> {
        Err(ModelError::Invalid { message: "this model fills in no forms".to_owned() })
    }
    /// One paid call to one model for one picture; never repeated here. Store [`DrawAnswer::raw`] before anything else.
    async fn draw(&self, request: &DrawRequest) -> Result<DrawAnswer, ModelError>;
    /// The models on offer for this use, as the provider lists them.
    async fn list_models(&self, wanted: ModelUse) -> Result<Vec<ModelInfo>, ModelError>;
    /// What earlier calls showed to stand in the way of every paid one.
    fn problem(&self) -> Option<ModelProblem> {
        None
    }
    /// Whether the key works and what may still be spent with it.
    async fn check_key(&self) -> Result<KeyStatus, ModelError>;
}
