//! Everything the second market knows. Plain data, kept in the state file with the rest of the marketplace.

use std::collections::{BTreeMap, HashMap};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::document::Document;
use super::limits::Strictness;
use super::people::{PosterScript, TalkerScript, WorkerScript};

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Molt {
    pub(crate) accounts: BTreeMap<String, Account>,
    /// API key -> account id.
    pub(crate) keys: HashMap<String, String>,
    pub(crate) jobs: Vec<Job>,
    pub(crate) applications: Vec<Application>,
    pub(crate) conversations: Vec<Conversation>,
    /// Account id -> its notifications, oldest first.
    pub(crate) inboxes: BTreeMap<String, Vec<Notification>>,
    pub(crate) notifications_made: u64,
    pub(crate) reviews: Vec<Review>,
    pub(crate) reports: Vec<Report>,
    /// What was written to the operators.
    pub(crate) letters: Vec<Value>,
    /// What is limited and whose it is -> the instants at which it was used.
    pub(crate) uses: BTreeMap<String, Vec<Timestamp>>,
    pub(crate) strictness: Strictness,
    /// Whether messages with an address in them are refused when the recipient is an AI (seen by others, not documented).
    pub(crate) refuses_addresses: bool,
    pub(crate) document: Document,
    /// People made so far; numbers their names and briefs.
    pub(crate) people_made: u64,
    /// When somebody who is not simulated first called; visits begin then.
    pub(crate) first_call_at: Option<Timestamp>,
    pub(crate) visits_made: usize,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Account {
    /// The profile id, which every function wants.
    pub(crate) id: String,
    /// Only forms web addresses.
    pub(crate) page_id: String,
    pub(crate) name: String,
    pub(crate) bio: String,
    pub(crate) capabilities: Vec<String>,
    pub(crate) is_ai: bool,
    pub(crate) is_verified: bool,
    pub(crate) is_featured: bool,
    pub(crate) avatar_url: Option<String>,
    pub(crate) wallets: Vec<Wallet>,
    pub(crate) webhook_url: Option<String>,
    /// The version of the rules it acknowledged.
    pub(crate) document_version: Option<String>,
    pub(crate) api_key: String,
    pub(crate) claim_token: String,
    pub(crate) verification_code: String,
    pub(crate) claimed_at: Option<Timestamp>,
    pub(crate) claimed_by: Option<String>,
    /// Whether this marketplace made it up.
    pub(crate) is_simulated: bool,
    pub(crate) last_call_at: Option<Timestamp>,
    pub(crate) created_at: Timestamp,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Wallet {
    #[serde(rename = "type")]
    pub(crate) kind: String,
    pub(crate) address: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum JobStatus {
    Open,
    InProgress,
    Completed,
    Cancelled,
}

impl JobStatus {
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::InProgress => "in_progress",
            Self::Completed => "completed",
            Self::Cancelled => "cancelled",
        }
    }

    pub(crate) fn is_active(self) -> bool {
        matches!(self, Self::Open | Self::InProgress)
    }
}

/// What a poster says of a job; each field may be edited while the job is open.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Posting {
    pub(crate) title: String,
    pub(crate) description: String,
    pub(crate) skills: Vec<String>,
    pub(crate) budget_min: Option<f64>,
    pub(crate) budget_max: Option<f64>,
    pub(crate) success_criteria: Vec<String>,
    pub(crate) deadline_at: Option<Timestamp>,
    pub(crate) deadline_timezone: Option<String>,
    pub(crate) timeline: Option<String>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Job {
    pub(crate) id: String,
    /// Counts jobs from 1; decides which of the tolerated shapes its answers have.
    pub(crate) ordinal: u64,
    pub(crate) poster_id: String,
    pub(crate) posting: Posting,
    pub(crate) is_promoted: bool,
    pub(crate) status: JobStatus,
    /// Who was accepted, and for how much.
    pub(crate) hired_id: Option<String>,
    pub(crate) hired_at: Option<Timestamp>,
    pub(crate) agreed: Option<f64>,
    pub(crate) completed_at: Option<Timestamp>,
    pub(crate) completed_amount: Option<f64>,
    pub(crate) created_at: Timestamp,
    /// How its poster behaves; nobody's when a person or a test plays it.
    pub(crate) script: Option<PosterScript>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ApplicationStatus {
    Pending,
    Accepted,
    Rejected,
}

impl ApplicationStatus {
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Accepted => "accepted",
            Self::Rejected => "rejected",
        }
    }
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Application {
    pub(crate) id: String,
    pub(crate) job_id: String,
    pub(crate) applicant_id: String,
    pub(crate) cover_letter: Option<String>,
    pub(crate) proposed_rate: Option<f64>,
    pub(crate) status: ApplicationStatus,
    pub(crate) created_at: Timestamp,
    pub(crate) script: Option<WorkerScript>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Conversation {
    pub(crate) id: String,
    pub(crate) ordinal: u64,
    pub(crate) job_id: Option<String>,
    /// Who began it, and with whom.
    pub(crate) participants: (String, String),
    pub(crate) messages: Vec<Message>,
    /// How the one who began it behaves, where it is talk and no work.
    pub(crate) script: Option<TalkerScript>,
}

impl Conversation {
    pub(crate) fn has(&self, account_id: &str) -> bool {
        self.participants.0 == account_id || self.participants.1 == account_id
    }

    pub(crate) fn is_between(&self, one: &str, other: &str) -> bool {
        one != other && self.has(one) && self.has(other)
    }

    /// The other participant of `account_id`.
    pub(crate) fn counterpart(&self, account_id: &str) -> &str {
        if self.participants.0 == account_id { &self.participants.1 } else { &self.participants.0 }
    }
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Message {
    pub(crate) id: String,
    pub(crate) sender_id: String,
    pub(crate) content: String,
    pub(crate) image_url: Option<String>,
    /// `text` or `image`.
    pub(crate) kind: String,
    pub(crate) is_read: bool,
    pub(crate) created_at: Timestamp,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Notification {
    pub(crate) id: String,
    pub(crate) ordinal: u64,
    pub(crate) event: String,
    pub(crate) data: Value,
    pub(crate) is_read: bool,
    pub(crate) created_at: Timestamp,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Review {
    pub(crate) id: String,
    pub(crate) reviewer_id: String,
    pub(crate) reviewee_id: String,
    pub(crate) job_id: Option<String>,
    pub(crate) rating: f64,
    pub(crate) content: Option<String>,
    pub(crate) created_at: Timestamp,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Report {
    pub(crate) reporter_id: String,
    pub(crate) reported_id: String,
    pub(crate) reason: String,
    pub(crate) details: Option<String>,
    pub(crate) created_at: Timestamp,
}

impl Molt {
    pub(crate) fn insert_account(&mut self, account: Account) {
        self.keys.insert(account.api_key.clone(), account.id.clone());
        self.accounts.insert(account.id.clone(), account);
    }

    pub(crate) fn name_of(&self, account_id: &str) -> String {
        self.accounts.get(account_id).map(|account| account.name.clone()).unwrap_or_default()
    }

    pub(crate) fn lookup_job(&self, job_id: &str) -> Option<&Job> {
        self.jobs.iter().find(|job| job.id == job_id)
    }

    pub(crate) fn lookup_job_mut(&mut self, job_id: &str) -> Option<&mut Job> {
        self.jobs.iter_mut().find(|job| job.id == job_id)
    }

    pub(crate) fn lookup_application(&self, application_id: &str) -> Option<&Application> {
        self.applications.iter().find(|application| application.id == application_id)
    }

    pub(crate) fn lookup_conversation(&self, conversation_id: &str) -> Option<&Conversation> {
        self.conversations.iter().find(|conversation| conversation.id == conversation_id)
    }

    pub(crate) fn applications_for<'a>(&'a self, job_id: &'a str) -> impl Iterator<Item = &'a Application> {
        self.applications.iter().filter(move |application| application.job_id == job_id)
    }

    /// The account of a real caller that called last: whom visitors are interested in.
    pub(crate) fn stall_account(&self) -> Option<&Account> {
        self.accounts
            .values()
            .filter(|account| !account.is_simulated)
            .max_by_key(|account| account.last_call_at)
    }
}
