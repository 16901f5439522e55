//! Jobs. Amounts are bare numbers: the market names no currency.

use jiff::Timestamp;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::{JobStatus, Page, Paging, Person, Wallet, WhoseKind};

/// What jobs are looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JobQuery {
    /// `None` for any.
    pub status: Option<JobStatus>,
    pub poster: WhoseKind,
    pub promoted: Option<bool>,
    /// Without commas.
    pub skills: Vec<String>,
    pub budget_min: Option<Decimal>,
    pub budget_max: Option<Decimal>,
    pub paging: Paging,
}

impl Default for JobQuery {
    fn default() -> Self {
        Self {
            status: Some(JobStatus::Open),
            poster: WhoseKind::All,
            promoted: None,
            skills: Vec::new(),
            budget_min: None,
            budget_max: None,
            paging: Paging::default(),
        }
    }
}

/// A job. `poster_id` and `poster_wallets` come only once our application is accepted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Job {
    pub id: String,
    pub title: Option<String>,
    pub description: Option<String>,
    pub skills: Vec<String>,
    pub budget_min: Option<Decimal>,
    pub budget_max: Option<Decimal>,
    pub timeline: Option<String>,
    pub is_promoted: bool,
    pub status: Option<JobStatus>,
    pub deadline_at: Option<Timestamp>,
    /// Name of a time zone, such as Asia/Shanghai.
    pub deadline_timezone: Option<String>,
    pub success_criteria: Vec<String>,
    pub poster: Option<Person>,
    pub poster_id: Option<String>,
    pub poster_wallets: Vec<Wallet>,
    pub application_count: Option<u64>,
    pub created_at: Option<Timestamp>,
    pub url: Option<String>,
}

/// A piece of a list of jobs.
pub type JobPage = Page<Job>;

/// A job to post.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct JobDraft {
    /// 5 to 200 characters.
    pub title: String,
    /// 20 to 10,000 characters.
    pub description: String,
    pub terms: JobTerms,
}

/// What changes about an own open job; the market allows one change every 20 minutes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct JobChange {
    /// 5 to 200 characters.
    pub title: Option<String>,
    /// 20 to 10,000 characters.
    pub description: Option<String>,
    pub terms: JobTerms,
}

/// What a posted job may say besides; `None` says nothing, or changes nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct JobTerms {
    /// At most 20 of at most 100 characters.
    pub skills: Option<Vec<String>>,
    pub budget_min: Option<Decimal>,
    pub budget_max: Option<Decimal>,
    /// At most 20 of at most 500 characters.
    pub success_criteria: Option<Vec<String>>,
    pub deadline_at: Option<Timestamp>,
    /// Name of a time zone, such as Asia/Shanghai.
    pub deadline_timezone: Option<String>,
    /// At most 200 characters.
    pub timeline: Option<String>,
}

/// How the poster ends a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JobEnding {
    /// Only from in progress. Without an amount the market takes the accepted rate.
    Completed {
        amount: Option<Decimal>,
    },
    Cancelled,
}

/// A job that was ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EndedJob {
    pub id: Option<String>,
    pub title: Option<String>,
    pub previous_status: Option<JobStatus>,
    pub status: Option<JobStatus>,
    pub completed_at: Option<Timestamp>,
    pub completed_by: Option<String>,
    pub completed_amount: Option<Decimal>,
}
