//! What we send: bodies and queries, written once everything in them is within its limits.

use rust_decimal::Decimal;
use serde_json::{Map, Value, json};

use super::limits;
use super::types::{
    AgentQuery, ApplicationDraft, ApplicationStatus, Decision, JobChange, JobDraft, JobEnding, JobQuery,
    JobStatus, JobTerms, OutgoingMessage, Paging, ProfileChange, Recipient, Registration, Report,
    ReviewDraft, Wallet, WalletKind, WebhookChange, WhoseKind,
};
use crate::marketplaces::address::is_loopback;
use crate::marketplaces::connection::refused;
use crate::marketplaces::{MarketResult, Unit};

/// The parts of a query.
pub(super) type Query = Vec<(&'static str, String)>;

/// A body under way.
#[derive(Default)]
struct Body(Map<String, Value>);

impl Body {
    fn put(&mut self, name: &str, value: impl Into<Value>) {
        self.0.insert(name.to_owned(), value.into());
    }

    fn put_some<T>(
        &mut self,
        name: &str,
        value: Option<T>,
        write: impl FnOnce(&str, T) -> MarketResult<Value>,
    ) -> MarketResult<()> {
        if let Some(value) = value {
            self.put(name, write(name, value)?);
        }
        Ok(())
    }
}

/// Writes a text within these bounds.
fn text(bounds: (u64, u64)) -> impl Fn(&str, &str) -> MarketResult<Value> {
    move |field, text| {
        limits::characters(field, text, bounds)?;
        Ok(Value::from(text))
    }
}

/// Writes a list of at most `most` texts of at most `longest` characters.
fn texts(most: u64, longest: u64) -> impl Fn(&str, &[String]) -> MarketResult<Value> {
    move |field, texts| {
        limits::entries(field, texts, most, longest)?;
        Ok(json!(texts))
    }
}

fn id(field: &str, id: &str) -> MarketResult<Value> {
    limits::id(field, id)?;
    Ok(Value::from(id))
}

fn address(field: &str, written: &str) -> MarketResult<Value> {
    limits::address(field, written)?;
    Ok(Value::from(written))
}

/// Schema `RegisterRequest`.
pub(super) fn registration(registration: &Registration) -> MarketResult<Value> {
    let mut body = Body::default();
    body.put_some("name", Some(registration.name.as_str()), text((1, limits::AGENT_NAME)))?;
    body.put_some("description", Some(registration.description.as_str()), text((1, limits::BIO)))?;
    let capabilities = Some(registration.capabilities.as_slice()).filter(|words| !words.is_empty());
    body.put_some("capabilities", capabilities, texts(limits::CAPABILITIES, limits::CAPABILITY))?;
    Ok(body.0.into())
}

/// Schema `UpdateProfileRequest`. A market on this computer may be told of an address there.
pub(super) fn profile(change: &ProfileChange, is_local: bool) -> MarketResult<Value> {
    let mut body = Body::default();
    body.put_some("description", change.description.as_deref(), text((0, limits::BIO)))?;
    let capabilities = change.capabilities.as_deref();
    body.put_some("capabilities", capabilities, texts(limits::CAPABILITIES, limits::CAPABILITY))?;
    body.put_some("wallets", change.wallets.as_deref(), wallets)?;
    body.put_some("avatar_url", change.avatar_url.as_deref(), address)?;
    body.put_some("webhook_url", change.webhook.as_ref(), |field, webhook| match webhook {
        WebhookChange::Off => Ok(Value::Null),
        WebhookChange::To(written) => {
            let url = limits::address(field, written)?;
            if url.scheme() != "https" && !(is_local && is_loopback(&url)) {
                return Err(refused(format!("{field} must start with https")));
            }
            Ok(Value::from(written.as_str()))
        }
    })?;
    body.put_some("skill_version", change.skill_version.as_deref(), |field, written| {
        limits::version(field, written)?;
        Ok(Value::from(written))
    })?;
    if body.0.is_empty() {
        return Err(refused("nothing of the profile changes"));
    }
    Ok(body.0.into())
}

fn wallets(field: &str, wallets: &[Wallet]) -> MarketResult<Value> {
    limits::within(field, Unit::Entries, wallets.len() as u64, (0, limits::WALLETS))?;
    let mut written = Vec::with_capacity(wallets.len());
    for (at, Wallet { kind, address }) in wallets.iter().enumerate() {
        if matches!(kind, WalletKind::Other(_)) {
            return Err(refused(format!("{field}[{at}].type must be eth or btc")));
        }
        limits::characters(&format!("{field}[{at}].address"), address, (1, u64::MAX))?;
        written.push(json!({ "type": kind.as_str(), "address": address }));
    }
    Ok(written.into())
}

/// Schema `ApplyRequest`.
pub(super) fn application(draft: &ApplicationDraft) -> MarketResult<Value> {
    let mut body = Body::default();
    body.put_some("job_id", Some(draft.job_id.as_str()), id)?;
    body.put_some("cover_letter", draft.cover_letter.as_deref(), text((0, limits::COVER_LETTER)))?;
    body.put_some("proposed_rate", draft.proposed_rate, limits::amount_from_zero)?;
    Ok(body.0.into())
}

/// Schema `PostJobCreate`.
pub(super) fn job(draft: &JobDraft) -> MarketResult<Value> {
    let mut body = Body::default();
    body.put_some("title", Some(draft.title.as_str()), text(limits::JOB_TITLE))?;
    body.put_some("description", Some(draft.description.as_str()), text(limits::JOB_DESCRIPTION))?;
    put_terms(&mut body, &draft.terms)?;
    Ok(body.0.into())
}

/// Schema `PostJobEdit`.
pub(super) fn job_change(job_id: &str, change: &JobChange) -> MarketResult<Value> {
    let mut body = Body::default();
    body.put_some("title", change.title.as_deref(), text(limits::JOB_TITLE))?;
    body.put_some("description", change.description.as_deref(), text(limits::JOB_DESCRIPTION))?;
    put_terms(&mut body, &change.terms)?;
    if body.0.is_empty() {
        return Err(refused("nothing of the job changes"));
    }
    limits::id("job_id", job_id)?;
    body.put("job_id", job_id);
    Ok(body.0.into())
}

fn put_terms(body: &mut Body, terms: &JobTerms) -> MarketResult<()> {
    body.put_some("skills", terms.skills.as_deref(), texts(limits::SKILLS, limits::SKILL))?;
    body.put_some("budget_min", terms.budget_min, limits::amount)?;
    body.put_some("budget_max", terms.budget_max, limits::amount)?;
    let criteria = terms.success_criteria.as_deref();
    body.put_some("success_criteria", criteria, texts(limits::CRITERIA, limits::CRITERION))?;
    body.put_some("deadline_at", terms.deadline_at, |_, at| Ok(Value::from(at.to_string())))?;
    body.put_some("deadline_timezone", terms.deadline_timezone.as_deref(), id)?;
    body.put_some("timeline", terms.timeline.as_deref(), text((0, limits::TIMELINE)))
}

/// Schema `ManageRequest`.
pub(super) fn decision(application_id: &str, decision: Decision) -> MarketResult<Value> {
    limits::id("application_id", application_id)?;
    let action = match decision {
        Decision::Accept => "accept",
        Decision::Reject => "reject",
    };
    Ok(json!({ "application_id": application_id, "action": action }))
}

/// Schema `UpdateJobRequest`.
pub(super) fn ending(job_id: &str, ending: JobEnding) -> MarketResult<Value> {
    limits::id("job_id", job_id)?;
    let mut body = Body::default();
    body.put("job_id", job_id);
    match ending {
        JobEnding::Completed { amount } => {
            body.put("status", "completed");
            body.put_some("completed_amount", amount, limits::amount)?;
        }
        JobEnding::Cancelled => body.put("status", "cancelled"),
    }
    Ok(body.0.into())
}

/// Schemas `SendToConversation` and `SendToRecipient`.
pub(super) fn message(message: &OutgoingMessage) -> MarketResult<Value> {
    let mut body = Body::default();
    match &message.to {
        Recipient::Conversation(conversation) => {
            body.put_some("conversation_id", Some(conversation.as_str()), id)?
        }
        Recipient::Person { id: person, job_id } => {
            body.put_some("recipient_id", Some(person.as_str()), id)?;
            body.put_some("job_id", job_id.as_deref(), id)?;
        }
    }
    body.put_some("content", Some(message.text.as_str()), text((1, limits::MESSAGE)))?;
    body.put("message_type", if message.image_url.is_some() { "image" } else { "text" });
    body.put_some("image_url", message.image_url.as_deref(), address)?;
    Ok(body.0.into())
}

/// Schema `ReviewRequest`.
pub(super) fn review(draft: &ReviewDraft) -> MarketResult<Value> {
    let mut body = Body::default();
    body.put_some("reviewee_id", Some(draft.reviewee_id.as_str()), id)?;
    limits::within("rating", Unit::Number, draft.rating.into(), limits::RATING)?;
    body.put("rating", draft.rating);
    body.put_some("job_id", draft.job_id.as_deref(), id)?;
    body.put_some("content", draft.text.as_deref(), text((0, limits::REVIEW)))?;
    Ok(body.0.into())
}

/// Schema `ReportRequest`.
pub(super) fn report(report: &Report) -> MarketResult<Value> {
    let mut body = Body::default();
    body.put_some("reported_user_id", Some(report.reported_user_id.as_str()), id)?;
    body.put("reason", report.reason.as_str());
    body.put_some("details", report.details.as_deref(), text((0, limits::REPORT_DETAILS)))?;
    Ok(body.0.into())
}

/// The query of `browse-agents`.
pub(super) fn agent_query(query: &AgentQuery) -> MarketResult<Query> {
    let mut parts = vec![("type", whose(query.kind))];
    parts.extend(query.verified.map(|flag| ("verified", flag.to_string())));
    parts.extend(query.featured.map(|flag| ("featured", flag.to_string())));
    parts.extend(skills(&query.skills)?);
    parts.extend(paging(query.paging)?);
    Ok(parts)
}

/// The query of `browse-jobs`.
pub(super) fn job_query(query: &JobQuery) -> MarketResult<Query> {
    let mut parts = vec![job_status(query.status.as_ref())?, ("poster_type", whose(query.poster))];
    parts.extend(query.promoted.map(|flag| ("promoted", flag.to_string())));
    parts.extend(skills(&query.skills)?);
    parts.extend(query.budget_min.map(|amount| ("budget_min", plain(amount))));
    parts.extend(query.budget_max.map(|amount| ("budget_max", plain(amount))));
    parts.extend(paging(query.paging)?);
    Ok(parts)
}

/// The part of a query that asks for jobs of one status, or of all.
pub(super) fn job_status(status: Option<&JobStatus>) -> MarketResult<(&'static str, String)> {
    match status {
        Some(JobStatus::Other(_)) => Err(refused("status must be one the marketplace can be asked for")),
        status => Ok(("status", status.map_or("all", JobStatus::as_str).to_owned())),
    }
}

/// The part of a query that asks for applications of one status, or of all.
pub(super) fn application_status(status: Option<&ApplicationStatus>) -> MarketResult<(&'static str, String)> {
    match status {
        Some(ApplicationStatus::Other(_)) => {
            Err(refused("status must be one the marketplace can be asked for"))
        }
        status => Ok(("status", status.map_or("all", ApplicationStatus::as_str).to_owned())),
    }
}

/// Which piece of a list.
pub(super) fn paging(paging: Paging) -> MarketResult<[(&'static str, String); 2]> {
    Ok([rows(paging.limit)?, ("offset", paging.offset.to_string())])
}

/// How many rows.
pub(super) fn rows(limit: u32) -> MarketResult<(&'static str, String)> {
    limits::within("limit", Unit::Number, limit.into(), limits::ROWS)?;
    Ok(("limit", limit.to_string()))
}

fn whose(kind: WhoseKind) -> String {
    match kind {
        WhoseKind::Agents => "ai",
        WhoseKind::People => "human",
        WhoseKind::All => "all",
    }
    .to_owned()
}

/// Skills go as one text with commas between them.
fn skills(skills: &[String]) -> MarketResult<Option<(&'static str, String)>> {
    limits::entries("skills", skills, limits::SKILLS, limits::SKILL)?;
    if skills.iter().any(|skill| skill.contains(',')) {
        return Err(refused("a skill that is looked for cannot have a comma in it"));
    }
    Ok((!skills.is_empty()).then(|| ("skills", skills.join(","))))
}

fn plain(amount: Decimal) -> String {
    amount.normalize().to_string()
}
