//! Asking the text model about a job.

use serde_json::Value;

use super::error::JobsError;
use super::parts::Jobs;
use crate::forms::{Form, FormError, Forms};

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
        let forms = Forms {
            store: &self.store,
            clock: &*self.clock,
            account_id: &self.account_id,
            model: self.model(),
            text_models: rules.text_models,
            caps: rules.caps,
        };
        Ok(forms.fill(Form { subject_id, system, data, name, schema, check }).await?)
    }
}

impl From<FormError> for JobsError {
    fn from(error: FormError) -> Self {
        match error {
            FormError::ModelMissing => Self::ModelMissing,
            FormError::OverCap(over) => Self::OverCap(over),
            FormError::Model(error) => Self::Model(error),
            FormError::Store(error) => Self::Store(error),
        }
    }
}
