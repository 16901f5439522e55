//! From their JSON to our types. `None` means the one thing we cannot do without, an id, is missing.

use serde_json::{Map, Value};

use super::types::{
    About, AccountStatus, Agent, Applicant, Application, ApplicationStatus, Claim, Conversation, EndedJob,
    Job, JobStatus, LeftReview, Message, MessageKind, MyApplication, Notification, NotificationKind, Person,
    Review, SkillChange, SkillUpdate, SkillVersion, Wallet, WalletKind,
};
use super::wire::{lines, rows};
use crate::marketplaces::lenient::Fields;

/// Schema `StatusResult`, whose status stands beside the account.
pub(super) fn status(fields: Fields<'_>) -> Option<AccountStatus> {
    let agent = fields.object(&["agent"]);
    Some(AccountStatus {
        claim: Claim::from(fields.id(&["status"])?),
        id: agent.and_then(|agent| agent.id(&["id"])),
        name: agent.and_then(|agent| agent.id(&["name"])),
        claimed_at: agent.and_then(|agent| agent.instant(&["claimed_at"])),
        claimed_by: agent.and_then(|agent| agent.id(&["claimed_by"])),
    })
}

/// Schema `Person`.
fn person(fields: Fields<'_>) -> Option<Person> {
    Some(Person {
        id: fields.id(&["id"])?,
        name: fields.id(&["name"]),
        is_ai: fields.flag(&["is_ai"]),
        avatar_url: fields.id(&["avatar_url"]),
    })
}

/// Schema `Wallet`.
fn wallet(fields: Fields<'_>) -> Option<Wallet> {
    Some(Wallet { kind: WalletKind::from(fields.id(&["type"])?), address: fields.id(&["address"])? })
}

/// Schemas `AgentCard` and `AgentDetail`.
pub(super) fn agent(fields: Fields<'_>) -> Option<Agent> {
    let links = fields.value(&["portfolio_links"]).and_then(Value::as_array);
    Some(Agent {
        id: fields.id(&["id"])?,
        agent_profile_id: fields.id(&["agent_profile_id"]),
        name: fields.id(&["name"]),
        is_ai: fields.flag(&["is_ai"]),
        is_verified: fields.flag(&["is_verified"]).unwrap_or(false),
        is_featured: fields.flag(&["is_featured"]).unwrap_or(false),
        skills: fields.words(&["skills"]).unwrap_or_default(),
        rating: fields.measure(&["rating"]),
        review_count: fields.count(&["review_count"]),
        hourly_rate: fields.amount(&["hourly_rate"]),
        response_time: fields.id(&["response_time"]),
        bio: fields.id(&["bio"]),
        avatar_url: fields.id(&["avatar_url"]),
        profile_url: fields.id(&["profile_url"]),
        capabilities: fields.words(&["capabilities"]).unwrap_or_default(),
        wallets: rows(fields, "wallets", wallet),
        reviews: rows(fields, "reviews", review),
        portfolio_links: links.cloned().unwrap_or_default(),
    })
}

/// Schema `Review`. Nothing in it is needed.
fn review(fields: Fields<'_>) -> Option<Review> {
    Some(Review {
        id: fields.id(&["id"]),
        rating: fields.measure(&["rating"]),
        text: fields.id(&["content"]),
        reviewer_name: fields.id(&["reviewer_name"]),
        reviewer_is_ai: fields.flag(&["reviewer_is_ai"]),
        created_at: fields.instant(&["created_at"]),
    })
}

/// Schema `Job`, in any of its views.
pub(super) fn job(fields: Fields<'_>) -> Option<Job> {
    Some(Job {
        id: fields.id(&["id"])?,
        title: fields.id(&["title"]),
        description: fields.id(&["description"]),
        skills: fields.words(&["skills"]).unwrap_or_default(),
        budget_min: fields.amount(&["budget_min"]),
        budget_max: fields.amount(&["budget_max"]),
        timeline: fields.id(&["timeline"]),
        is_promoted: fields.flag(&["is_promoted"]).unwrap_or(false),
        status: fields.id(&["status"]).map(JobStatus::from),
        deadline_at: fields.instant(&["deadline_at"]),
        deadline_timezone: fields.id(&["deadline_timezone"]),
        success_criteria: lines(fields, "success_criteria"),
        poster: fields.object(&["poster"]).and_then(person),
        poster_id: fields.id(&["poster_id"]),
        poster_wallets: rows(fields, "poster_wallets", wallet),
        application_count: fields.count(&["application_count"]),
        created_at: fields.instant(&["created_at"]),
        url: fields.id(&["url", "detail_url"]),
    })
}

/// The job of schema `UpdateJobResult`. It says nothing that is needed.
pub(super) fn ended_job(fields: Fields<'_>) -> EndedJob {
    EndedJob {
        id: fields.id(&["id"]),
        title: fields.id(&["title"]),
        previous_status: fields.id(&["previous_status"]).map(JobStatus::from),
        status: fields.id(&["status"]).map(JobStatus::from),
        completed_at: fields.instant(&["completed_at"]),
        completed_by: fields.id(&["completed_by"]),
        completed_amount: fields.amount(&["completed_amount"]),
    }
}

/// Schema `Application`.
pub(super) fn application(fields: Fields<'_>) -> Option<Application> {
    let job = fields.object(&["job"]);
    Some(Application {
        id: fields.id(&["id"])?,
        job_id: fields.id(&["job_id"]).or_else(|| job?.id(&["id"])),
        job_title: fields.id(&["job_title"]).or_else(|| job?.id(&["title"])),
        status: fields.id(&["status"]).map(ApplicationStatus::from),
        cover_letter: fields.id(&["cover_letter"]),
        proposed_rate: fields.amount(&["proposed_rate"]),
        created_at: fields.instant(&["created_at"]),
        applicant: fields.object(&["applicant"]).and_then(applicant),
        agent_wallets: rows(fields, "agent_wallets", wallet),
    })
}

/// Schema `Application` as its sender sees it. The poster stands in the job, or beside it.
pub(super) fn my_application(fields: Fields<'_>) -> Option<MyApplication> {
    let job = fields.object(&["job"]).and_then(job);
    let wallets = rows(fields, "poster_wallets", wallet);
    let in_job = job.as_ref();
    Some(MyApplication {
        application: application(fields)?,
        job_status: fields
            .id(&["job_status"])
            .map(JobStatus::from)
            .or_else(|| in_job.and_then(|job| job.status.clone())),
        poster_id: fields.id(&["poster_id"]).or_else(|| in_job.and_then(|job| job.poster_id.clone())),
        poster_wallets: match in_job {
            Some(job) if wallets.is_empty() => job.poster_wallets.clone(),
            _ => wallets,
        },
        job,
    })
}

/// Schema `Applicant`.
fn applicant(fields: Fields<'_>) -> Option<Applicant> {
    Some(Applicant {
        id: fields.id(&["id"])?,
        name: fields.id(&["name"]),
        is_ai: fields.flag(&["is_ai"]),
        is_verified: fields.flag(&["is_verified"]).unwrap_or(false),
        rating: fields.measure(&["rating"]),
        review_count: fields.count(&["review_count"]),
        profile_url: fields.id(&["profile_url"]),
        wallets: rows(fields, "wallets", wallet),
    })
}

/// Wallets that stand beside an application instead of in it.
pub(super) fn wallets_beside(fields: Fields<'_>) -> Vec<Wallet> {
    rows(fields, "agent_wallets", wallet)
}

/// Schema `Conversation`.
pub(super) fn conversation(fields: Fields<'_>) -> Option<Conversation> {
    Some(Conversation {
        id: fields.id(&["id"])?,
        job_id: fields.id(&["job_id"]),
        other: fields.object(&["other_participant"]).and_then(person),
        last_message_at: fields.instant(&["last_message_at"]),
        unread_count: fields.count(&["unread_count"]),
    })
}

/// Schema `Message`.
pub(super) fn message(fields: Fields<'_>) -> Option<Message> {
    Some(Message {
        id: fields.id(&["id"])?,
        conversation_id: fields.id(&["conversation_id"]),
        text: fields.text(&["content"]).unwrap_or_default(),
        kind: fields.id(&["message_type"]).map(MessageKind::from),
        image_url: fields.id(&["image_url"]),
        sender_id: fields.id(&["sender_id"]),
        sender_name: fields.id(&["sender_name"]),
        sender_is_ai: fields.flag(&["sender_is_ai"]),
        is_own: fields.flag(&["is_own"]),
        is_read: fields.flag(&["is_read"]),
        at: fields.instant(&["created_at"]),
    })
}

/// The review of schema `ReviewResult`. It says nothing that is needed.
pub(super) fn left_review(fields: Fields<'_>) -> LeftReview {
    LeftReview {
        id: fields.id(&["id"]),
        rating: fields.measure(&["rating"]),
        reviewee_name: fields.id(&["reviewee_name"]),
        created_at: fields.instant(&["created_at"]),
    }
}

/// Schema `Notification`. Without `data` its keys are read from the top level; without a kind the kind is unknown.
pub(super) fn notification(fields: Fields<'_>) -> Option<Notification> {
    let beside: Map<String, Value> =
        fields.without(&["id", "event", "type", "is_read", "created_at", "data"]);
    let payload = match fields.value(&["data"]) {
        Some(data @ Value::Object(_)) => data.clone(),
        _ => Value::Object(beside),
    };
    Some(Notification {
        id: fields.id(&["id"])?,
        kind: NotificationKind::from(fields.id(&["event", "type"]).unwrap_or_default()),
        about: Fields::of(&payload).map(about).unwrap_or_default(),
        payload,
        is_read: fields.flag(&["is_read"]),
        created_at: fields.instant(&["created_at"]),
    })
}

/// Schema `NotificationData`.
fn about(fields: Fields<'_>) -> About {
    About {
        message_id: fields.id(&["message_id"]),
        conversation_id: fields.id(&["conversation_id"]),
        sender_id: fields.id(&["sender_id"]),
        sender_name: fields.id(&["sender_name"]),
        preview: fields.id(&["content_preview"]),
        application_id: fields.id(&["application_id"]),
        job_id: fields.id(&["job_id"]),
        job_title: fields.id(&["job_title"]),
        applicant_id: fields.id(&["applicant_id"]),
        applicant_name: fields.id(&["applicant_name"]),
        proposed_rate: fields.amount(&["proposed_rate"]),
        status: fields.id(&["new_status", "status"]),
        poster_id: fields.id(&["poster_id"]),
    }
}

/// Schema `SkillUpdate`. Its being there says that there is one, unless it says no.
pub(super) fn skill_update(fields: Fields<'_>) -> SkillUpdate {
    SkillUpdate {
        is_available: fields.flag(&["update_available"]).unwrap_or(true),
        own_version: fields.id(&["your_version"]),
        current_version: fields.id(&["current_version"]),
        last_updated: fields.id(&["last_updated"]),
        summary: fields.id(&["summary"]),
        action: fields.id(&["action"]),
    }
}

/// Schema `SkillVersion`.
pub(super) fn skill_version(fields: Fields<'_>) -> Option<SkillVersion> {
    Some(SkillVersion {
        current_version: fields.id(&["current_version"])?,
        last_updated: fields.id(&["last_updated"]),
        document_url: fields.id(&["skill_url"]),
        changes: rows(fields, "changelog", |fields| {
            Some(SkillChange {
                version: fields.id(&["version"])?,
                date: fields.id(&["date"]),
                summary: fields.id(&["summary"]),
                action_required: fields.id(&["action_required"]),
            })
        }),
        instructions: fields.id(&["instructions"]),
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::super::types::Paging;
    use super::super::wire;
    use super::*;
    use crate::marketplaces::lenient::tests::any_json;

    /// One object in which every name we ask for has this value.
    fn everywhere(value: &Value) -> Value {
        let names = [
            "status",
            "agent",
            "type",
            "address",
            "rating",
            "skills",
            "wallets",
            "reviews",
            "portfolio_links",
            "budget_min",
            "deadline_at",
            "success_criteria",
            "poster",
            "poster_wallets",
            "job",
            "applicant",
            "agent_wallets",
            "proposed_rate",
            "other_participant",
            "content",
            "created_at",
            "event",
            "data",
            "new_status",
            "changelog",
            "current_version",
            "success",
            "unread_count",
        ];
        let mut object: Map<String, Value> =
            names.iter().map(|name| ((*name).to_owned(), value.clone())).collect();
        object.insert("id".to_owned(), json!("x1"));
        Value::Object(object)
    }

    proptest! {
        #[test]
        fn whatever_stands_in_the_fields_an_object_with_an_id_is_read(value in any_json()) {
            let object = everywhere(&value);
            let fields = Fields::of(&object).unwrap();
            prop_assert!(agent(fields).is_some() && job(fields).is_some() && application(fields).is_some());
            prop_assert!(my_application(fields).is_some() && conversation(fields).is_some());
            prop_assert!(message(fields).is_some() && notification(fields).is_some());
            let _ = (status(fields), skill_version(fields), skill_update(fields));
            let _ = (ended_job(fields), left_review(fields), wire::is_refused(&object));
            let paging = Paging::default();
            prop_assert_eq!(wire::page(&json!({"jobs": [object]}), "jobs", paging, job).unwrap().rows.len(), 1);
        }
    }
}
