//! The client: one stall's calls to MoltMarket. The work of each noun is in its own file.

mod account;
mod agents;
mod applications;
mod feedback;
mod jobs;
mod messages;
mod notifications;

use std::fmt;
use std::sync::Arc;

use secrecy::SecretString;
use serde_json::{Map, Value};

use super::connection::Connection;
use super::types::{
    AccountStatus, Agent, AgentPage, AgentQuery, Application, ApplicationDraft, ApplicationStatus, Applied,
    ConversationPage, Decision, EndedJob, Job, JobApplications, JobChange, JobDraft, JobEnding, JobPage,
    JobQuery, JobStatus, LeftReview, Message, MessagePage, MyApplicationPage, Notifications, OutgoingMessage,
    Paging, ProfileChange, Report, ReviewDraft, SkillVersion,
};
use crate::clock::{Clock, Ids};
use crate::marketplaces::MarketResult;
use crate::marketplaces::budget::{BudgetView, Budgets};

/// One stall's calls to MoltMarket. Prints without its key.
///
/// Every call is made once, save that a read without effect is tried again when no answer came. Before a call goes out
/// its parts are checked ([`MarketError::Limit`], [`MarketError::Refused`]) and its use is written down
/// ([`MarketError::Spent`], [`MarketError::Unrecorded`]); when one of these comes back, nothing was sent. After 429 the
/// function is closed until the market's time, after a failure of the market for 30 s. A 400 may be screened content: it
/// is never sent again unchanged.
///
/// [`MarketError::Limit`]: crate::marketplaces::MarketError::Limit
/// [`MarketError::Refused`]: crate::marketplaces::MarketError::Refused
/// [`MarketError::Spent`]: crate::marketplaces::MarketError::Spent
/// [`MarketError::Unrecorded`]: crate::marketplaces::MarketError::Unrecorded
pub struct MoltMarket {
    connection: Connection,
}

impl MoltMarket {
    /// For the account of `key` at `base_url` (the part before the function's name). `account_id` is our own id of it, under
    /// which its uses are counted. Calls nothing yet; [`Self::agent_status`] checks the key.
    ///
    /// # Errors
    /// `Refused` when the address is not https (or http on this computer) or the key cannot be one.
    pub fn connect(
        base_url: &str,
        account_id: &str,
        key: SecretString,
        budgets: Arc<Budgets>,
        clock: Arc<dyn Clock>,
        ids: Arc<dyn Ids>,
    ) -> MarketResult<Self> {
        let connection = Connection::open(base_url, Some((account_id, key)), budgets, clock, ids)?;
        Ok(Self { connection })
    }

    /// Without an account: for looking around. What takes a key answers `Unauthorized` without being sent.
    ///
    /// # Errors
    /// As [`Self::connect`].
    pub fn connect_without_account(
        base_url: &str,
        budgets: Arc<Budgets>,
        clock: Arc<dyn Clock>,
        ids: Arc<dyn Ids>,
    ) -> MarketResult<Self> {
        Ok(Self { connection: Connection::open(base_url, None, budgets, clock, ids)? })
    }

    /// What is used of every function's budget, for showing.
    ///
    /// # Errors
    /// `Unrecorded` when the book cannot be read.
    pub async fn budgets(&self) -> MarketResult<Vec<BudgetView>> {
        self.connection.budgets().await
    }

    /// Whether the account is claimed. Until then some functions answer `Forbidden`.
    pub async fn agent_status(&self) -> MarketResult<AccountStatus> {
        account::status(&self.connection).await
    }

    /// Whether a change of the profile is within the market's limits. Sends nothing.
    ///
    /// # Errors
    /// [`MarketError::Limit`] or [`MarketError::Refused`].
    ///
    /// [`MarketError::Limit`]: crate::marketplaces::MarketError::Limit
    /// [`MarketError::Refused`]: crate::marketplaces::MarketError::Refused
    pub fn check_profile(&self, change: &ProfileChange) -> MarketResult<()> {
        super::outgoing::profile(change, self.connection.is_local()).map(drop)
    }

    /// Changes the own profile: six times a day, once in 30 minutes.
    pub async fn update_profile(&self, change: &ProfileChange) -> MarketResult<()> {
        account::update_profile(&self.connection, change).await
    }

    /// The version of the market's document; asked once an hour at most.
    pub async fn skill_version(&self) -> MarketResult<SkillVersion> {
        account::skill_version(&self.connection).await
    }

    /// Finds agents and people.
    pub async fn browse_agents(&self, query: &AgentQuery) -> MarketResult<AgentPage> {
        agents::browse(&self.connection, query).await
    }

    /// One profile, with reviews and wallets.
    pub async fn get_agent(&self, agent_id: &str) -> MarketResult<Agent> {
        agents::get(&self.connection, agent_id).await
    }

    /// Finds jobs.
    pub async fn browse_jobs(&self, query: &JobQuery) -> MarketResult<JobPage> {
        jobs::browse(&self.connection, query).await
    }

    /// One job, with its success criteria.
    pub async fn get_job(&self, job_id: &str) -> MarketResult<Job> {
        jobs::get(&self.connection, job_id).await
    }

    /// Posts a job.
    pub async fn post_job(&self, draft: &JobDraft) -> MarketResult<Job> {
        jobs::post(&self.connection, draft).await
    }

    /// Changes an own open job: 15 times a day, each job once in 20 minutes.
    pub async fn edit_job(&self, job_id: &str, change: &JobChange) -> MarketResult<Job> {
        jobs::edit(&self.connection, job_id, change).await
    }

    /// Jobs we posted; `None` for any status.
    pub async fn my_jobs(&self, status: Option<&JobStatus>, paging: Paging) -> MarketResult<JobPage> {
        jobs::mine(&self.connection, status, paging).await
    }

    /// Ends a job we posted.
    pub async fn update_job(&self, job_id: &str, ending: JobEnding) -> MarketResult<EndedJob> {
        jobs::end(&self.connection, job_id, ending).await
    }

    /// Applies for a job: 20 times a day. Having applied before is a success.
    pub async fn apply_job(&self, draft: &ApplicationDraft) -> MarketResult<Applied> {
        applications::apply(&self.connection, draft).await
    }

    /// Own applications; `None` for any status.
    pub async fn my_applications(
        &self,
        status: Option<&ApplicationStatus>,
        paging: Paging,
    ) -> MarketResult<MyApplicationPage> {
        applications::mine(&self.connection, status, paging).await
    }

    /// Who applied for a job of ours; `None` for any status.
    pub async fn job_applications(
        &self,
        job_id: &str,
        status: Option<&ApplicationStatus>,
    ) -> MarketResult<JobApplications> {
        applications::of_job(&self.connection, job_id, status).await
    }

    /// Accepts or rejects somebody who applied. Accepting promises payment; the answer says where to.
    pub async fn manage_application(
        &self,
        application_id: &str,
        decision: Decision,
    ) -> MarketResult<Application> {
        applications::decide(&self.connection, application_id, decision).await
    }

    /// Own conversations.
    pub async fn get_conversations(&self, paging: Paging) -> MarketResult<ConversationPage> {
        messages::conversations(&self.connection, paging).await
    }

    /// Messages of a conversation, oldest first: the last `limit` (1 to 100), or the last before a message.
    pub async fn get_messages(
        &self,
        conversation_id: &str,
        limit: u32,
        before: Option<&str>,
    ) -> MarketResult<MessagePage> {
        messages::get(&self.connection, conversation_id, limit, before).await
    }

    /// Sends a message: 30 an hour. Longer texts go through [`split_message`](super::split_message) first.
    pub async fn send_message(&self, message: &OutgoingMessage) -> MarketResult<Message> {
        messages::send(&self.connection, message).await
    }

    /// The inbox, at most `limit` rows (1 to 100). With `mark_read` what is returned counts as read there, so that a lost
    /// answer loses news: read unmarked and store first, then mark and store what is new in that answer too.
    pub async fn check_notifications(
        &self,
        mark_read: bool,
        unread_only: bool,
        limit: u32,
    ) -> MarketResult<Notifications> {
        notifications::check(&self.connection, mark_read, unread_only, limit).await
    }

    /// Leaves a review: ten a day, one in 30 minutes.
    pub async fn leave_review(&self, draft: &ReviewDraft) -> MarketResult<LeftReview> {
        feedback::review(&self.connection, draft).await
    }

    /// Reports somebody to the operators: five times a day.
    pub async fn report_user(&self, report: &Report) -> MarketResult<()> {
        feedback::report(&self.connection, report).await
    }

    /// Writes to the operators: three times an hour. No field of it is documented, so that it takes them as they are; a
    /// screen opens the market's contact page instead (contract, `/send-contact-email`).
    pub async fn send_contact_email(&self, fields: Map<String, Value>) -> MarketResult<()> {
        feedback::contact(&self.connection, fields).await
    }
}

impl fmt::Debug for MoltMarket {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("MoltMarket")
            .field("base", &self.connection.base().as_str())
            .finish_non_exhaustive()
    }
}
