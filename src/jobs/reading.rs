//! Asking the text model about a job. What it may cost at worst is reserved before the call and counts against the caps like
//! everything else models do; strangers' words are fenced, the model has no hands, and its answer only fills fields.

use serde_json::{Value, json};

use super::error::JobsError;
use super::parts::Jobs;
use crate::model::{FormRequest, Spending, WORST_READING_USD, fits};
use crate::store::EntryOutcome;

/// Says what is wrong with an answer.
type Check = fn(&Value) -> Result<(), String>;

impl Jobs {
    /// One form filled in by the text model.
    ///
    /// # Errors
    /// `ModelMissing` without a model, `OverCap` when it might cost too much, otherwise the model's or the database's failure.
    pub(super) async fn read(
        &self,
        subject_id: &str,
        system: &'static str,
        data: String,
        name: &'static str,
        (schema, check): (Value, Check),
    ) -> Result<Value, JobsError> {
        let rules = self.rules();
        let model = self.model().filter(|_| !rules.text_models.is_empty()).ok_or(JobsError::ModelMissing)?;
        let mut write = self.store.write().await?;
        let now = self.clock.now();
        let (this_order_usd, today_usd) = write.job_spent_usd(subject_id, now).await?;
        fits(&Spending { this_order_usd, today_usd }, &rules.caps, WORST_READING_USD)
            .map_err(JobsError::OverCap)?;
        let intent = json!({ "form": name });
        let reserved = Some(WORST_READING_USD);
        let id = write.begin_job_entry(&self.account_id, subject_id, "read", &intent, reserved, now).await?;
        write.commit().await?;
        let request = FormRequest { models: rules.text_models, system, data, name, schema, check };
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
