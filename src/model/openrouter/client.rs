//! Sending to the provider and receiving from it.

use std::time::Duration;

use async_trait::async_trait;
use bytes::{Bytes, BytesMut};
use reqwest::{Client, RequestBuilder, Response};
use rust_decimal::Decimal;
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::Value;
use tokio::time::Instant;
use url::{Host, Url};

use super::{analysis, catalogue, drawing, refusal};
use crate::http::{self, TimeLimits};
use crate::model::{
    Analysis, AnalysisRequest, Answered, DrawAnswer, DrawRequest, FormRequest, KeyStatus, Model, ModelError,
    ModelInfo, ModelUse, PictureRoute,
};

/// Most bytes of one answer. A 4K picture as base64 text is about half of it.
const MOST_ANSWER_BYTES: u64 = 64 << 20;

/// The model provider, reached with one key. Sends nothing that names the app or the seller (headers for attribution stay off).
#[derive(Debug)]
pub struct OpenRouter {
    base_url: String,
    key: SecretString,
    api: Client,
    text: Client,
    pictures: Client,
}

impl OpenRouter {
    /// Makes ready to talk to the provider at `base_url` (such as `https://openrouter.ai/api/v1`); sends nothing yet.
    ///
    /// # Errors
    /// `Invalid` for an address that would carry the key in the clear: plain http is for loopback only.
    pub fn connect(base_url: &Url, key: SecretString) -> Result<Self, ModelError> {
        if !may_carry_the_key(base_url) {
            return Err(ModelError::Invalid {
                message: "the address of the model provider must start with https".to_owned(),
            });
        }
        let client = |limits| {
            http::client(limits)
                .map_err(|error| ModelError::Network { message: error.to_string(), sent: false })
        };
        Ok(Self {
            base_url: base_url.as_str().trim_end_matches('/').to_owned(),
            key,
            api: client(TimeLimits::API)?,
            text: client(TimeLimits::TEXT_MODEL)?,
            pictures: client(TimeLimits::PICTURE_MODEL)?,
        })
    }

    async fn get(&self, path: &str) -> Result<Value, ModelError> {
        json(&self.send(self.api.get(self.address(path)), "").await?)
    }

    fn address(&self, path: &str) -> String {
        format!("{}/{path}", self.base_url)
    }

    /// Sends once and takes in the whole answer of a success. `model` is for the error only.
    async fn send(&self, request: RequestBuilder, model: &str) -> Result<Bytes, ModelError> {
        let response = request.bearer_auth(self.key.expose_secret()).send().await.map_err(network)?;
        let status = response.status();
        let headers = response.headers().clone();
        if status.is_success() {
            return whole(response).await;
        }
        // What is wrong shows in the status already; a body that breaks off changes nothing.
        let body = whole(response).await.unwrap_or_default();
        Err(refusal::of_response(status.as_u16(), &headers, &body, model))
    }

    /// One form by the first of these models that can fill it in.
    async fn ask_each<T>(
        &self,
        models: &[String],
        talk: &analysis::Talk,
        read: impl Fn(&str) -> Result<T, String> + Sync,
    ) -> Result<Answered<T>, ModelError> {
        let mut bill = Bill::default();
        let mut failed: Option<ModelError> = None;
        for model in models {
            match self.ask_one(model, talk.clone(), &read, &mut bill).await {
                Err(error) if error.is_passing() || error.try_next_model() => {
                    // A passing error says more than a model that is gone: the caller may wait and ask again.
                    if failed.as_ref().is_none_or(|earlier| !earlier.is_passing()) {
                        failed = Some(error);
                    }
                }
                outcome => return outcome,
            }
        }
        Err(failed.unwrap_or_else(|| ModelError::Invalid { message: "no text model is chosen".to_owned() }))
    }

    /// One form by one model, with one try to repair the answer.
    async fn ask_one<T>(
        &self,
        model: &str,
        mut talk: analysis::Talk,
        read: &(impl Fn(&str) -> Result<T, String> + Sync),
        bill: &mut Bill,
    ) -> Result<Answered<T>, ModelError> {
        loop {
            let answer = self.ask(model, &talk, bill).await?;
            if let Some(error) = refusal::inside(&answer, model) {
                return Err(error);
            }
            let said = answer.pointer("/choices/0/message").and_then(drawing::spoken);
            if said.is_none()
                && let Some(reason) = drawing::refused(&answer)
            {
                return Err(ModelError::Refused { reasons: vec![reason], cost_usd: bill.cost_usd });
            }
            let said = said.unwrap_or_default();
            match read(&said) {
                Ok(value) => {
                    let field = |name: &str| answer.get(name).and_then(Value::as_str).map(str::to_owned);
                    return Ok(Answered {
                        value,
                        model: field("model").unwrap_or_else(|| model.to_owned()),
                        cost_usd: bill.cost_usd,
                        generation_id: field("id"),
                        calls: bill.calls,
                        ms: bill.ms,
                    });
                }
                Err(message) if talk.is_repair() => {
                    return Err(ModelError::Unusable { message, cost_usd: bill.cost_usd });
                }
                Err(message) => talk = talk.repairing(&said, &message),
            }
        }
    }

    /// One call of a text model. Under `require_parameters` a model that takes no temperature is answered like one
    /// that does not exist, so it is asked once more without.
    async fn ask(&self, model: &str, talk: &analysis::Talk, bill: &mut Bill) -> Result<Value, ModelError> {
        match self.ask_at(model, talk, Some(0), bill).await {
            Err(ModelError::UnknownModel { .. }) => self.ask_at(model, talk, None, bill).await,
            answer => answer,
        }
    }

    async fn ask_at(
        &self,
        model: &str,
        talk: &analysis::Talk,
        temperature: Option<u8>,
        bill: &mut Bill,
    ) -> Result<Value, ModelError> {
        let started = Instant::now();
        let body = talk.body(model, temperature);
        let answer = self.send(self.text.post(self.address("chat/completions")).json(&body), model).await;
        bill.calls += 1;
        bill.ms += milliseconds(started.elapsed());
        let answer = json(&answer?)?;
        if let Some(cost) = answer.pointer("/usage/cost").and_then(crate::model::cost::amount) {
            bill.cost_usd = Some(bill.cost_usd.unwrap_or_default() + cost);
        }
        Ok(answer)
    }
}

#[async_trait]
impl Model for OpenRouter {
    async fn analyse(&self, request: &AnalysisRequest) -> Result<Answered<Analysis>, ModelError> {
        self.ask_each(&request.models, &analysis::Talk::about(request), analysis::read).await
    }

    async fn fill(&self, request: &FormRequest) -> Result<Answered<Value>, ModelError> {
        let talk = analysis::Talk::of_form(request);
        self.ask_each(&request.models, &talk, |said| analysis::read_form(said, request.check)).await
    }

    async fn draw(&self, request: &DrawRequest) -> Result<DrawAnswer, ModelError> {
        let started = Instant::now();
        let (path, body) = drawing::request(request);
        let raw = self.send(self.pictures.post(self.address(path)).json(&body), &request.model).await?;
        let mut answer = drawing::read(raw, &request.model)?;
        answer.ms = Some(milliseconds(started.elapsed()));
        answer.model.get_or_insert_with(|| request.model.clone());
        Ok(answer)
    }

    async fn list_models(&self, wanted: ModelUse) -> Result<Vec<ModelInfo>, ModelError> {
        match wanted {
            ModelUse::Text => {
                let answer = self.get("models?supported_parameters=structured_outputs").await?;
                catalogue::models(&answer, wanted, PictureRoute::Chat)
            }
            ModelUse::Picture => {
                let answer = self.get("models?output_modalities=image").await?;
                let mut models = catalogue::models(&answer, wanted, PictureRoute::Chat)?;
                // The dedicated route is newer and may be missing; the default route's list is whole without it.
                match self.get("images/models").await {
                    Ok(answer) => {
                        let more = catalogue::models(&answer, wanted, PictureRoute::Images)?;
                        let more: Vec<ModelInfo> = more
                            .into_iter()
                            .filter(|model| models.iter().all(|known| known.id != model.id))
                            .collect();
                        models.extend(more);
                    }
                    Err(error) => {
                        tracing::debug!(code = error.code(), "no list of the dedicated picture route")
                    }
                }
                Ok(models)
            }
        }
    }

    async fn check_key(&self) -> Result<KeyStatus, ModelError> {
        let key = self.get("key").await?;
        // An ordinary key may not see the account's credit (403); nothing is wrong with the key then.
        let credits = self.get("credits").await.ok();
        catalogue::key_status(&key, credits.as_ref())
    }
}

/// What the calls of one analysis came to.
#[derive(Debug, Default)]
struct Bill {
    calls: u32,
    ms: u64,
    cost_usd: Option<Decimal>,
}

fn may_carry_the_key(base_url: &Url) -> bool {
    let is_loopback = match base_url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    };
    base_url.scheme() == "https" || (base_url.scheme() == "http" && is_loopback)
}

/// The whole body, as long as it stays within the limit.
async fn whole(mut response: Response) -> Result<Bytes, ModelError> {
    let too_large = ModelError::TooLarge { limit_bytes: MOST_ANSWER_BYTES };
    if response.content_length().is_some_and(|length| length > MOST_ANSWER_BYTES) {
        return Err(too_large);
    }
    let mut body = BytesMut::new();
    while let Some(chunk) = response.chunk().await.map_err(network)? {
        if (body.len() + chunk.len()) as u64 > MOST_ANSWER_BYTES {
            return Err(too_large);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body.freeze())
}

fn json(body: &[u8]) -> Result<Value, ModelError> {
    serde_json::from_slice(body)
        .map_err(|_| ModelError::Network { message: "the answer is no JSON".to_owned(), sent: true })
}

fn network(error: reqwest::Error) -> ModelError {
    let sent = !(error.is_connect() || error.is_builder());
    let message =
        if error.is_timeout() { "no answer in time".to_owned() } else { error.without_url().to_string() };
    ModelError::Network { message, sent }
}

fn milliseconds(elapsed: Duration) -> u64 {
    u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX)
}
