//! The form of a job to post. Fields are texts as they are typed; each is read here, and the client checks the limits.

use jiff::Timestamp;
use rust_decimal::Decimal;

use crate::desk::contract::JobForm;
use crate::jobs::error::JobsError;
use crate::marketplaces::moltmarket::{Job, JobChange, JobDraft, JobTerms};

impl JobForm {
    /// The job as it is sent.
    ///
    /// # Errors
    /// `Field` for what cannot be read, or a budget that ends before it begins.
    pub fn draft(&self) -> Result<JobDraft, JobsError> {
        Ok(JobDraft {
            title: self.title.clone(),
            description: self.description.clone(),
            terms: self.terms()?,
        })
    }

    /// What is sent when `before` becomes this. Only what differs; what is emptied stays as it was there, as the market
    /// documents no way to take a part away.
    ///
    /// # Errors
    /// As [`Self::draft`].
    pub fn change_from(&self, before: &Self) -> Result<JobChange, JobsError> {
        let (ours, theirs) = (self.terms()?, before.terms()?);
        fn changed<T: PartialEq>(ours: Option<T>, theirs: &Option<T>) -> Option<T> {
            ours.filter(|ours| theirs.as_ref() != Some(ours))
        }
        Ok(JobChange {
            title: (self.title != before.title).then(|| self.title.clone()),
            description: (self.description != before.description).then(|| self.description.clone()),
            terms: JobTerms {
                skills: changed(ours.skills, &theirs.skills),
                budget_min: changed(ours.budget_min, &theirs.budget_min),
                budget_max: changed(ours.budget_max, &theirs.budget_max),
                success_criteria: changed(ours.success_criteria, &theirs.success_criteria),
                deadline_at: changed(ours.deadline_at, &theirs.deadline_at),
                deadline_timezone: changed(ours.deadline_timezone, &theirs.deadline_timezone),
                timeline: changed(ours.timeline, &theirs.timeline),
            },
        })
    }

    /// The form of a job that was posted elsewhere.
    pub(super) fn of(job: &Job) -> Self {
        let number =
            |amount: Option<Decimal>| amount.map(|amount| amount.normalize().to_string()).unwrap_or_default();
        Self {
            title: job.title.clone().unwrap_or_default(),
            description: job.description.clone().unwrap_or_default(),
            skills: job.skills.clone(),
            budget_min: number(job.budget_min),
            budget_max: number(job.budget_max),
            success_criteria: job.success_criteria.clone(),
            deadline_at: job.deadline_at.map(|at| at.to_string()).unwrap_or_default(),
            deadline_timezone: job.deadline_timezone.clone().unwrap_or_default(),
            timeline: job.timeline.clone().unwrap_or_default(),
        }
    }

    fn terms(&self) -> Result<JobTerms, JobsError> {
        let some = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
        let list = |texts: &[String]| Some(texts.to_vec()).filter(|texts| !texts.is_empty());
        let (least, most) =
            (amount("budget_min", &self.budget_min)?, amount("budget_max", &self.budget_max)?);
        if matches!((least, most), (Some(least), Some(most)) if least > most) {
            return Err(JobsError::Field { field: "budget_max", problem: "must not be less than the least" });
        }
        let deadline_at = match some(&self.deadline_at) {
            None => None,
            Some(text) => Some(
                text.parse::<Timestamp>()
                    .map_err(|_| JobsError::Field { field: "deadline_at", problem: "is no moment" })?,
            ),
        };
        let deadline_timezone = some(&self.deadline_timezone);
        if deadline_timezone.as_deref().is_some_and(|name| jiff::tz::TimeZone::get(name).is_err()) {
            return Err(JobsError::Field { field: "deadline_timezone", problem: "is no time zone" });
        }
        Ok(JobTerms {
            skills: list(&self.skills),
            budget_min: least,
            budget_max: most,
            success_criteria: list(&self.success_criteria),
            deadline_at,
            deadline_timezone,
            timeline: some(&self.timeline),
        })
    }
}

/// A bare number that is not negative.
pub(super) fn amount(field: &'static str, text: &str) -> Result<Option<Decimal>, JobsError> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    match text.parse::<Decimal>() {
        Ok(amount) if amount >= Decimal::ZERO => Ok(Some(amount)),
        _ => Err(JobsError::Field { field, problem: "must be a number that is not negative" }),
    }
}

#[cfg(test)]
mod tests {
    use rust_decimal::dec;

    use super::*;

    #[test]
    fn each_field_is_read_and_the_wrong_one_is_named() {
        let form = JobForm {
            title: "A fox".into(),
            budget_min: " 5 ".into(),
            budget_max: "7.5".into(),
            deadline_at: "2026-05-04T12:00:00Z".into(),
            deadline_timezone: "Asia/Shanghai".into(),
            ..JobForm::default()
        };
        let terms = form.draft().unwrap().terms;
        assert_eq!(
            (terms.budget_min, terms.budget_max, terms.skills),
            (Some(dec!(5)), Some(dec!(7.5)), None)
        );
        type Spoil = fn(&mut JobForm);
        let wrong: [(&str, Spoil); 5] = [
            ("budget_min", |form| form.budget_min = "five".into()),
            ("budget_max", |form| form.budget_max = "-1".into()),
            ("budget_max", |form| form.budget_max = "4".into()),
            ("deadline_at", |form| form.deadline_at = "tomorrow".into()),
            ("deadline_timezone", |form| form.deadline_timezone = "Mars/Base".into()),
        ];
        for (field, spoil) in wrong {
            let mut form = form.clone();
            spoil(&mut form);
            let error = form.draft().unwrap_err();
            assert!(matches!(error, JobsError::Field { field: found, .. } if found == field), "{field}");
        }
    }

    #[test]
    fn only_what_differs_is_sent_as_a_change() {
        let before = JobForm { title: "A fox".into(), skills: vec!["ink".into()], ..JobForm::default() };
        let now = JobForm { budget_max: "9".into(), ..before.clone() };
        let change = now.change_from(&before).unwrap();
        assert_eq!((change.title, change.terms.skills, change.terms.budget_max), (None, None, Some(dec!(9))));
        assert_eq!(before.change_from(&before).unwrap(), JobChange::default());
    }
}
