//! Jobs of the second market: finding and applying, posting and hiring.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What jobs are looked for. All filters of the market.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct JobFilter {
    /// open when absent; in_progress, completed, cancelled, all
    pub status: Option<String>,
    /// ai, human, or both when absent
    pub poster: Option<String>,
    pub promoted: Option<bool>,
    pub skills: Vec<String>,
    pub budget_min: Option<String>,
    pub budget_max: Option<String>,
}

/// A piece of the jobs that are found.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct JobSearch {
    pub filter: JobFilter,
    pub offset: u32,
}

/// What was found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct JobList {
    pub jobs: Vec<JobView>,
    pub total: Option<u32>,
    pub next_offset: Option<u32>,
    /// Applications sent in 24 hours, the stall's own limit, and the market's.
    pub sent_today: u32,
    pub own_limit: u32,
    pub market_limit: u32,
}

/// A job with what we make of it. Its texts are a stranger's.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct JobView {
    pub id: String,
    pub title: String,
    pub description: String,
    pub skills: Vec<String>,
    /// Bare numbers: the market names no currency.
    pub budget_min: Option<String>,
    pub budget_max: Option<String>,
    pub timeline: Option<String>,
    pub promoted: bool,
    /// In the market's word.
    pub status: Option<String>,
    pub deadline_at: Option<String>,
    pub deadline_timezone: Option<String>,
    pub success_criteria: Vec<String>,
    pub poster_id: Option<String>,
    pub poster_name: Option<String>,
    pub poster_is_ai: Option<bool>,
    pub poster: Option<ProfileView>,
    pub application_count: Option<u32>,
    pub created_at: Option<String>,
    pub url: Option<String>,
    /// 0 to 100
    pub fit: u8,
    pub reasons: Vec<FitReasonView>,
    /// yes, yes_bucket, needs_public_address, text_only, needs_upload, needs_service, needs_source_files
    pub delivery: String,
    /// The seller has to say yes to applying all the same.
    pub needs_yes: bool,
    pub application: Option<ApplicationView>,
}

/// One thing that makes a job suit us more or less.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct FitReasonView {
    /// picture_job, text_job, skills_common, skills_none, budget_unknown, budget_covers, budget_tight, budget_below_cost, criteria_none, criteria_fine, criterion_unmet, description_elsewhere, poster_good, poster_fair, poster_poor, poster_unknown, poster_verified, sign, language_ours, language_other, not_open, deadline_past, deadline_soon, deadline_far
    pub code: String,
    pub points: i32,
    pub detail: BTreeMap<String, String>,
}

/// A profile on the market.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct ProfileView {
    pub id: String,
    pub name: Option<String>,
    pub is_ai: Option<bool>,
    pub verified: bool,
    pub skills: Vec<String>,
    pub rating: Option<f64>,
    pub review_count: Option<u32>,
    pub hourly_rate: Option<String>,
    pub bio: Option<String>,
    pub profile_url: Option<String>,
    pub reviews: Vec<ReviewView>,
}

/// A review of somebody.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct ReviewView {
    pub rating: Option<f64>,
    pub text: Option<String>,
    pub by: Option<String>,
    pub created_at: Option<String>,
}

/// An address money can be sent to, in full.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct WalletView {
    /// eth, btc, or the market's word
    pub kind: String,
    pub address: String,
}

/// One line of the history of an application or a posted job.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct JobHistoryLine {
    pub at: String,
    /// robot, seller, market
    pub who: String,
    /// The state it came to, or what was done.
    pub kind: String,
    pub reason: String,
}

/// What must hold in the end, with the seller's own tick.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct CriterionView {
    pub text: String,
    /// The seller has seen to it. Only told of an application that is read by itself.
    pub ticked: bool,
}

/// An application of ours.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ApplicationView {
    pub id: String,
    pub job_id: String,
    pub title: String,
    pub letter: String,
    pub rate: Option<String>,
    /// draft, sending, pending, accepted, rejected, gone, held, failed
    pub state: String,
    /// Why it stands so, as a code; may be empty.
    pub reason: String,
    pub job_status: Option<String>,
    /// The job as it was when it was read last. Its texts are a stranger's.
    pub description: String,
    pub criteria: Vec<CriterionView>,
    pub deadline_at: Option<String>,
    pub deadline_timezone: Option<String>,
    pub poster_id: Option<String>,
    pub poster_name: Option<String>,
    pub poster_wallets: Vec<WalletView>,
    pub accepted_at: Option<String>,
    pub delivered_at: Option<String>,
    pub reminders: u32,
    pub order_id: Option<String>,
    /// none, expected, reported, received, missing
    pub payment: String,
    pub payment_amount: Option<String>,
    pub payment_note: String,
    /// none, proposed, sending, left, failed
    pub review: String,
    pub review_rating: Option<u8>,
    pub review_text: String,
    pub created_at: String,
    pub updated_at: String,
    /// Empty in lists.
    pub history: Vec<JobHistoryLine>,
}

/// Our applications, the latest changed first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ApplicationList {
    pub applications: Vec<ApplicationView>,
}

/// A search the seller saved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SavedSearchView {
    pub id: String,
    pub name: String,
    pub filter: JobFilter,
    pub looked_at: Option<String>,
}

/// The saved searches.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SavedSearchList {
    pub searches: Vec<SavedSearchView>,
}

/// A search to save; with an id, another one in its place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SaveSearch {
    pub id: Option<String>,
    pub name: String,
    pub filter: JobFilter,
}

/// A letter to be read before it is sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct LetterView {
    pub text: String,
    pub by_model: bool,
    /// Why the model wrote none: model_missing, over_cap, refused, unusable, or a model_ code.
    pub reason: Option<String>,
}

/// A letter to send or to keep.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ApplyForJob {
    pub job_id: String,
    pub letter: String,
    pub rate: Option<String>,
    /// The seller applies although it cannot be handed over now.
    pub yes: bool,
    /// Keep it as a draft; send nothing.
    pub draft: bool,
}

/// A held letter that the seller has read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SendHeldLetter {
    pub id: String,
    pub yes: bool,
}

/// A criterion the seller has seen to, or has not after all.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct TickCriterion {
    /// The application's id.
    pub id: String,
    /// Its place in the list, from 0.
    pub criterion: u32,
    pub ticked: bool,
}

/// What the seller knows of a payment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct MarkPayment {
    pub id: String,
    /// none, expected, reported, received, missing
    pub payment: String,
    pub amount: Option<String>,
    pub note: String,
}

/// A review to leave: of the poster of an application's job, or of the worker of a posted job.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct LeaveReview {
    pub id: String,
    /// 1 to 5
    pub rating: u8,
    pub text: String,
}

/// The room's settings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct JobSettingsForm {
    /// by_hand, draft_letters, automatic
    pub mode: String,
    /// 1 to 20
    pub most_a_day: u32,
    /// 0 to 100
    pub least_fit: u8,
}

/// A job to post, as typed, and as it is kept. Limits are the market's (contract, `PostJobCreate`).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(default)]
pub struct JobForm {
    /// 5 to 200 characters
    pub title: String,
    /// 20 to 10,000 characters
    pub description: String,
    /// At most 20 of 100 characters.
    pub skills: Vec<String>,
    /// Bare numbers; may be empty.
    pub budget_min: String,
    pub budget_max: String,
    /// At most 20 of 500 characters.
    pub success_criteria: Vec<String>,
    /// An instant; may be empty.
    pub deadline_at: String,
    /// A name such as Asia/Shanghai; may be empty.
    pub deadline_timezone: String,
    /// At most 200 characters.
    pub timeline: String,
}

/// A job to post; with an id, the draft that is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct PostJob {
    pub id: Option<String>,
    pub form: JobForm,
    /// Keep it as a draft; post nothing.
    pub draft: bool,
}

/// A posted job to change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct EditJob {
    pub id: String,
    pub form: JobForm,
}

/// A job we posted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct PostedJobView {
    pub id: String,
    pub market_job_id: Option<String>,
    pub form: JobForm,
    /// draft, posting, refused, open, in_progress, completed, cancelled, other
    pub state: String,
    /// In the market's word.
    pub market_status: Option<String>,
    /// Why the market did not take it, as a code; may be empty.
    pub problem: String,
    pub worker_id: Option<String>,
    pub worker_name: Option<String>,
    pub worker_wallets: Vec<WalletView>,
    pub rate: Option<String>,
    pub opinion: Option<OpinionView>,
    pub paid: Option<PaidView>,
    /// none, proposed, sending, left, failed
    pub review: String,
    pub review_rating: Option<u8>,
    pub review_text: String,
    pub applicants: u32,
    pub created_at: String,
    pub updated_at: String,
    /// Empty in lists.
    pub history: Vec<JobHistoryLine>,
}

/// Jobs we posted, newest first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct PostedJobList {
    pub jobs: Vec<PostedJobView>,
}

/// Somebody who applied for a job we posted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct ApplicantView {
    /// The application's id.
    pub id: String,
    pub person_id: Option<String>,
    pub name: Option<String>,
    pub is_ai: Option<bool>,
    pub verified: bool,
    pub rating: Option<f64>,
    pub review_count: Option<u32>,
    pub letter: String,
    pub rate: Option<String>,
    /// In the market's word.
    pub status: String,
    pub wallets: Vec<WalletView>,
    /// What is odd about the letter: pay_first, off_platform, asks_secret, refund, phishing, orders, hidden
    pub signs: Vec<String>,
    pub profile: Option<ProfileView>,
    pub applied_at: Option<String>,
}

/// Who applied, the first to apply first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct ApplicantList {
    pub applicants: Vec<ApplicantView>,
}

/// The decision on an applicant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct DecideApplicant {
    pub id: String,
    pub application_id: String,
    pub accept: bool,
    /// The seller knows that accepting promises payment.
    pub yes: bool,
    /// Said to the applicant; may be empty.
    pub word: String,
}

/// A second opinion on a delivery.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct OpinionView {
    pub criteria: Vec<CriterionOpinion>,
    /// Messages of the worker that were looked at.
    pub messages: u32,
}

/// What the model thinks of one criterion.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct CriterionOpinion {
    pub criterion: String,
    /// met, not_met, unclear
    pub verdict: String,
    pub why: String,
}

/// A payment the seller made elsewhere.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct MarkPaid {
    pub id: String,
    /// eth, btc
    pub kind: String,
    pub address: String,
    pub amount: String,
    pub note: String,
}

/// The same as kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct PaidView {
    pub kind: String,
    pub address: String,
    pub amount: String,
    pub note: String,
    pub at: String,
}

/// The end of a posted job.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct FinishJob {
    pub id: String,
    /// Completed, else cancelled.
    pub completed: bool,
    /// What was paid; the agreed rate when absent.
    pub amount: Option<String>,
}
