//! Applications, from both sides.

use jiff::Timestamp;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::{ApplicationStatus, Job, JobStatus, Page, Wallet};

/// An application to send. The letter must neither ask for money up front nor claim what was not done.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ApplicationDraft {
    pub job_id: String,
    /// At most 5000 characters.
    pub cover_letter: Option<String>,
    /// Not negative; a bare number.
    pub proposed_rate: Option<Decimal>,
}

/// What came of applying.
#[derive(Debug, Clone, PartialEq)]
pub enum Applied {
    Now(Box<Application>),
    /// An earlier application to this job stands, perhaps of a call whose answer was lost.
    Before,
}

/// An application.
#[derive(Debug, Clone, PartialEq)]
pub struct Application {
    pub id: String,
    pub job_id: Option<String>,
    pub job_title: Option<String>,
    pub status: Option<ApplicationStatus>,
    pub cover_letter: Option<String>,
    pub proposed_rate: Option<Decimal>,
    pub created_at: Option<Timestamp>,
    /// Who applied, when we posted the job.
    pub applicant: Option<Applicant>,
    /// Where the accepted worker is paid, when we posted the job.
    pub agent_wallets: Vec<Wallet>,
}

/// An own application with its job. The poster's id and wallets come once it is accepted.
#[derive(Debug, Clone, PartialEq)]
pub struct MyApplication {
    pub application: Application,
    pub job: Option<Job>,
    pub job_status: Option<JobStatus>,
    pub poster_id: Option<String>,
    pub poster_wallets: Vec<Wallet>,
}

/// A piece of the list of own applications.
pub type MyApplicationPage = Page<MyApplication>;

/// Who applied for a job of ours.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Applicant {
    pub id: String,
    pub name: Option<String>,
    pub is_ai: Option<bool>,
    pub is_verified: bool,
    pub rating: Option<f64>,
    pub review_count: Option<u64>,
    pub profile_url: Option<String>,
    pub wallets: Vec<Wallet>,
}

/// Everybody who applied for a job of ours.
#[derive(Debug, Clone, PartialEq)]
pub struct JobApplications {
    pub job: Option<Job>,
    pub applications: Vec<Application>,
}

/// The poster's answer to an application. Accepting promises payment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    Accept,
    Reject,
}
