//! A model that is watched: what its calls show about key and credit is remembered.

use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use jiff::Timestamp;
use rust_decimal::Decimal;
use serde_json::Value;

use super::{
    Analysis, AnalysisRequest, Answered, DrawAnswer, DrawRequest, FormRequest, KeyStatus, Model, ModelError,
    ModelInfo, ModelUse,
};
use crate::clock::Clock;

/// With less than this left no order can be read, let alone drawn (contract, OpenRouter price hints).
const LEAST_CREDIT_USD: Decimal = Decimal::from_parts(2, 0, 0, false, 2);

/// What stands in the way of every paid call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ModelProblem {
    KeyRefused,
    OutOfCredit,
}

/// What the latest calls showed; clones share it.
#[derive(Debug, Clone, Default)]
pub struct ModelHealth(Arc<Mutex<View>>);

#[derive(Debug, Clone, Copy, Default)]
struct View {
    problem: Option<ModelProblem>,
    proved_at: Option<Timestamp>,
    /// A problem went away that nobody has acted on yet.
    is_mended: bool,
}

impl ModelHealth {
    /// Whether a problem went away since this was asked last.
    pub fn take_mended(&self) -> bool {
        std::mem::take(&mut self.lock().is_mended)
    }

    pub fn problem(&self) -> Option<ModelProblem> {
        self.lock().problem
    }

    /// Last time a call showed that key and credit are good.
    pub fn proved_at(&self) -> Option<Timestamp> {
        self.lock().proved_at
    }

    /// Knows nothing any more: another key is in use.
    pub fn forget(&self) {
        *self.lock() = View::default();
    }

    fn learn<T>(&self, answer: &Result<T, ModelError>, now: Timestamp) {
        let mut view = self.lock();
        match answer {
            Ok(_) => {
                view.is_mended |= view.problem.take().is_some();
                view.proved_at = Some(now);
            }
            Err(ModelError::Unauthorized) => view.problem = Some(ModelProblem::KeyRefused),
            Err(ModelError::OutOfCredit { .. }) => view.problem = Some(ModelProblem::OutOfCredit),
            // Says nothing about key and credit.
            Err(_) => {}
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, View> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A model whose calls are watched.
pub struct Watched {
    model: Arc<dyn Model>,
    health: ModelHealth,
    clock: Arc<dyn Clock>,
}

impl Watched {
    pub fn new(model: Arc<dyn Model>, health: ModelHealth, clock: Arc<dyn Clock>) -> Self {
        Self { model, health, clock }
    }
}

#[async_trait]
impl Model for Watched {
    fn problem(&self) -> Option<ModelProblem> {
        self.health.problem()
    }

    async fn analyse(&self, request: &AnalysisRequest) -> Result<Answered<Analysis>, ModelError> {
        let answer = self.model.analyse(request).await;
        self.health.learn(&answer, self.clock.now());
        answer
    }

    async fn fill(&self, request: &FormRequest) -> Result<Answered<Value>, ModelError> {
        let answer = self.model.fill(request).await;
        self.health.learn(&answer, self.clock.now());
        answer
    }

    async fn draw(&self, request: &DrawRequest) -> Result<DrawAnswer, ModelError> {
        let answer = self.model.draw(request).await;
        self.health.learn(&answer, self.clock.now());
        answer
    }

    async fn list_models(&self, wanted: ModelUse) -> Result<Vec<ModelInfo>, ModelError> {
        self.model.list_models(wanted).await
    }

    async fn check_key(&self) -> Result<KeyStatus, ModelError> {
        let status = self.model.check_key().await;
        let shown = match &status {
            Ok(status) if status.remaining_usd.is_some_and(|left| left < LEAST_CREDIT_USD) => {
                Err(ModelError::OutOfCredit { limit_source: None })
            }
            Ok(_) => Ok(()),
            Err(error) => Err(error.clone()),
        };
        self.health.learn(&shown, self.clock.now());
        status
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn remembers_what_is_wrong_until_a_call_shows_otherwise() {
        let health = ModelHealth::default();
        let now: Timestamp = "2026-01-01T00:00:00Z".parse().unwrap();
        let learn = |answer: Result<(), ModelError>| {
            health.learn(&answer, now);
            health.problem()
        };
        assert_eq!(learn(Err(ModelError::Unauthorized)), Some(ModelProblem::KeyRefused));
        let slow = ModelError::RateLimited { wait: Some(Duration::from_secs(1)) };
        assert_eq!(learn(Err(slow)), Some(ModelProblem::KeyRefused), "says nothing about the key");
        assert_eq!(
            learn(Err(ModelError::OutOfCredit { limit_source: None })),
            Some(ModelProblem::OutOfCredit)
        );
        assert_eq!(learn(Ok(())), None);
        assert_eq!(health.proved_at(), Some(now));
    }
}
