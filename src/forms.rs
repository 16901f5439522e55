//! A form filled in by the text model, beside the walk of the orders. What it may cost at worst is reserved before the call and
//! counts against the caps like everything else models do; strangers' words are fenced, the model has no hands, and its
//! answer only fills fields.

use std::sync::Arc;

use serde_json::{Value, json};

use crate::clock::Clock;
use crate::model::{Caps, FormRequest, Model, ModelError, OverCap, Spending, WORST_READING_USD, fits};
use crate::store::{EntryOutcome, Store, StoreError};

/// Who asks, of whom, and what may be spent.
pub struct Forms<'a> {
    pub store: &'a Store,
    pub clock: &'a dyn Clock,
    pub account_id: &'a str,
    pub model: Option<Arc<dyn Model>>,
    /// In the order to try them.
    pub text_models: Vec<String>,
    pub caps: Caps,
}

/// What is asked.
pub struct Form<'a> {
    /// What it is about: the id of a job, an order or a conversation. What was spent on it counts towards its cap.
    pub subject_id: &'a str,
    /// What is to be done, in our own words only.
    pub system: &'static str,
    /// The texts of others, each between its fences.
    pub data: String,
    pub name: &'static str,
    /// JSON schema of the answer.
    pub schema: Value,
    /// Says what is wrong with an answer.
    pub check: fn(&Value) -> Result<(), String>,
}

/// Why a form was not filled in.
#[derive(Debug, thiserror::Error)]
pub enum FormError {
    #[error("no text model is connected")]
    ModelMissing,
    /// A spending cap would be broken.
    #[error("the spending cap of the {} is reached", .0.which)]
    OverCap(OverCap),
    #[error(transparent)]
    Model(#[from] ModelError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Forms<'_> {
    /// Has one form filled in.
    ///
    /// # Errors
    /// `ModelMissing` without a model, `OverCap` when it might cost too much, otherwise the model's or the database's failure.
    pub async fn fill(self, form: Form<'_>) -> Result<Value, FormError> {
        let model = self.model.filter(|_| !self.text_models.is_empty()).ok_or(FormError::ModelMissing)?;
        let mut write = self.store.write().await?;
        let now = self.clock.now();
        let (this_order_usd, today_usd) = write.job_spent_usd(form.subject_id, now).await?;
        fits(&Spending { this_order_usd, today_usd }, &self.caps, WORST_READING_USD)
            .map_err(FormError::OverCap)?;
        let intent = json!({ "form": form.name });
        let reserved = Some(WORST_READING_USD);
        let id =
            write.begin_job_entry(self.account_id, form.subject_id, "read", &intent, reserved, now).await?;
        write.commit().await?;
        let request = FormRequest {
            models: self.text_models,
            system: form.system,
            data: form.data,
            name: form.name,
            schema: form.schema,
            check: form.check,
        };
        let answer = model.fill(&request).await;
        let (outcome, result, cost) = match &answer {
            Ok(answer) => (EntryOutcome::Done, "", answer.cost_usd),
            // It may have been charged: what was reserved stays counted.
            Err(error) if error.may_have_landed() => (EntryOutcome::Unclear, error.code(), None),
            Err(error) => (EntryOutcome::Failed, error.code(), error.cost_usd()),
        };
        let mut write = self.store.write().await?;
        write.end_job_entry(id, outcome, result, cost, self.clock.now()).await?;
        write.commit().await?;
        Ok(answer?.value)
    }
}
