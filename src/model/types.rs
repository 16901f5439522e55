//! What is asked of a model and what comes back, in our words.

use std::fmt;

use bytes::Bytes;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use url::Url;

use super::brief::{AspectRatio, Brief, Resolution};
use crate::settings::Language;

/// A buyer's words to be read. Everything but `models`, `buyer_language_hint` and `asks_in` is fenced before a model sees it.
#[derive(Debug, Clone, Default)]
pub struct AnalysisRequest {
    /// Text models in the order to try them; never empty.
    pub models: Vec<String>,
    pub listing_title: String,
    pub listing_description: String,
    /// BCP 47 tag of the language spoken so far, when known.
    pub buyer_language_hint: Option<String>,
    /// The language of the question to the buyer, where the seller has settled it; None asks in the buyer's.
    pub asks_in: Option<Language>,
    /// The brief agreed so far, when the text may be a change to it.
    pub previous_brief: Option<Brief>,
    /// A draft of that brief was sent, and the buyer asked whether to go on.
    pub draft_waits: bool,
    /// The buyer's newest words (untrusted).
    pub buyer_text: String,
    /// The latest messages before that, one a line, when there were any (untrusted).
    pub thread_excerpt: Option<String>,
    /// What the buyer filled in with the order, as text (untrusted).
    pub requirement: Option<String>,
}

/// A form for a text model to fill in.
#[derive(Debug, Clone)]
pub struct FormRequest {
    /// Text models in the order to try them; never empty.
    pub models: Vec<String>,
    /// What is to be done, in our own words only.
    pub system: &'static str,
    /// The texts of others, each between its fences, at most 20,000 characters together.
    pub data: String,
    /// The form's name, for the provider.
    pub name: &'static str,
    /// JSON schema of the answer.
    pub schema: Value,
    /// Looks at the answer; what is wrong with it goes back to the model once.
    pub check: fn(&Value) -> Result<(), String>,
}

/// What a buyer's text turned out to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Enough to draw from.
    Brief,
    /// The buyer wants a picture, but what it shows is missing: ask `question`.
    NoBrief,
    /// The buyer wants the current brief or picture different; the analysis holds the whole changed brief.
    Change,
    /// The buyer likes the draft as it is: the finished pictures may be drawn.
    Agree,
    /// Words that ask for no picture: thanks, a greeting, a question about the order.
    Chat,
    /// What was sent cannot be opened or found; nothing is to be drawn.
    CannotOpen,
    /// Something the stall must not draw.
    Refuse,
}

/// A text model's reading, validated: lengths within limits, no control characters. Its words stay untrusted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Analysis {
    pub verdict: Verdict,
    /// The buyer's language as a BCP 47 tag; empty when it cannot be told.
    pub language: String,
    pub subject: String,
    pub style: String,
    /// 1 to 2000 characters for a brief or a change, else empty or ignored.
    pub optimized_prompt: String,
    pub negative: String,
    pub aspect_ratio: AspectRatio,
    /// 1 to 4.
    pub count: u8,
    /// What to ask the buyer, in their language, at most 500 characters; may be empty.
    pub question: String,
    /// Why this verdict, for the seller.
    pub reason: String,
}

/// An answer with what it took to get it, failed tries included.
#[derive(Debug, Clone, PartialEq)]
pub struct Answered<T> {
    pub value: T,
    /// The model that answered, as the provider names it.
    pub model: String,
    /// What the provider charged for all calls made; absent when no answer told.
    pub cost_usd: Option<Decimal>,
    pub generation_id: Option<String>,
    /// How many calls were made.
    pub calls: u32,
    /// Milliseconds for all calls together.
    pub ms: u64,
}

/// The provider's two ways to a picture (contract, OpenRouter `/chat/completions` and `/images`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PictureRoute {
    #[default]
    Chat,
    Images,
}

/// A picture that goes to a model beside the words. Prints without its bytes.
#[derive(Clone, PartialEq, Eq)]
pub struct Reference {
    pub media_type: String,
    pub bytes: Bytes,
}

impl fmt::Debug for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reference")
            .field("media_type", &self.media_type)
            .field("bytes", &self.bytes.len())
            .finish()
    }
}

/// One picture to be drawn by one model.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DrawRequest {
    pub model: String,
    pub prompt: String,
    pub aspect_ratio: AspectRatio,
    pub resolution: Resolution,
    /// What it is drawn after, for a model that takes pictures.
    pub reference: Option<Reference>,
    pub route: PictureRoute,
    /// The model gives pictures only, no text (`modalities ["image"]`).
    pub picture_only: bool,
    /// Cap on what the answer may cost in tokens; always sent on the chat route.
    pub max_tokens: u32,
}

/// Where the picture of an answer is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PictureSource {
    /// In the answer itself. The declared type is a label only: the bytes decide.
    Bytes { bytes: Bytes, declared: Option<String> },
    /// At an address of the provider's choosing, to be fetched with `images::fetch`.
    Url(Url),
}

/// A drawn picture. Nothing about it has been checked except that it is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DrawAnswer {
    pub picture: PictureSource,
    /// The whole answer body, to be kept on disk before anything else; `read_draw_answer` reads it again.
    pub raw: Bytes,
    pub cost_usd: Option<Decimal>,
    /// The model that answered, as the provider names it; absent when read from a stored answer of the images route.
    pub model: Option<String>,
    pub generation_id: Option<String>,
    /// What the model said beside the picture (untrusted).
    pub text: Option<String>,
    /// Milliseconds the call took; absent when read from a stored answer.
    pub ms: Option<u64>,
}

/// What a model is wanted for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ModelUse {
    /// Reading buyers' texts: needs structured outputs.
    Text,
    /// Drawing.
    Picture,
}

/// A model on offer. Prices are the provider's list prices in USD.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ModelInfo {
    pub id: String,
    pub name: String,
    /// What one picture is likely to cost; absent when the list does not let one tell.
    pub usd_per_picture: Option<Decimal>,
    pub usd_per_million_in: Option<Decimal>,
    pub usd_per_million_out: Option<Decimal>,
    pub structured_outputs: bool,
    /// Draws without saying anything: [`DrawRequest::picture_only`] must be set.
    pub picture_only: bool,
    /// Takes a picture beside the words ([`DrawRequest::reference`]); true where the provider does not say.
    pub takes_pictures: bool,
    pub route: PictureRoute,
    /// When the provider takes the model away, as it writes the date. Warn the seller when set.
    pub expiration: Option<String>,
}

/// What the provider says about the key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyStatus {
    pub label: String,
    /// Cap of this key; absent means no cap.
    pub limit_usd: Option<Decimal>,
    /// Left under the cap; absent means unlimited, not zero.
    pub remaining_usd: Option<Decimal>,
    pub used_usd: Decimal,
    /// Used since midnight UTC, when told.
    pub used_today_usd: Option<Decimal>,
    pub is_free_tier: bool,
    /// When the key ends, as the provider writes it.
    pub expires_at: Option<String>,
    /// Credit of the whole account; absent with an ordinary key, which may not see it.
    pub account_credit_usd: Option<Decimal>,
}
