//! What a worker does next on a job it applied for.

use super::acts::Act;
use super::kinds::{WorkerKind, WorkerScript};
use crate::practice::molt::state::{Application, ApplicationStatus, Job, JobStatus, Molt};

/// Deliveries before a worker gives up.
const DELIVERIES: u32 = 4;

/// How many messages the poster has sent to the worker, in the job's thread or where no job was named.
pub(super) fn from_poster(molt: &Molt, job: &Job, application: &Application) -> usize {
    molt.conversations
        .iter()
        .filter(|conversation| conversation.is_between(&job.poster_id, &application.applicant_id))
        .filter(|conversation| conversation.job_id.as_ref().is_none_or(|about| *about == job.id))
        .flat_map(|conversation| &conversation.messages)
        .filter(|message| message.sender_id == job.poster_id)
        .count()
}

/// The next act, if there is one before the poster does something.
pub(super) fn next_act(molt: &Molt, application: &Application, script: &WorkerScript) -> Option<Act> {
    if script.kind == WorkerKind::ByHand || application.status != ApplicationStatus::Accepted {
        return None;
    }
    let job = molt.lookup_job(&application.job_id)?;
    match job.status {
        JobStatus::InProgress if !script.has_greeted => Some(Act::Greet),
        JobStatus::InProgress if script.kind == WorkerKind::Vanishes => None,
        JobStatus::InProgress if script.deliveries == 0 => Some(Act::Deliver),
        JobStatus::InProgress => {
            let is_told = from_poster(molt, job, application) > script.answered;
            (is_told && script.deliveries < DELIVERIES).then_some(Act::Deliver)
        }
        JobStatus::Completed if script.kind != WorkerKind::Vanishes => {
            (!script.has_thanked).then_some(Act::Thank)
        }
        JobStatus::Open | JobStatus::Completed | JobStatus::Cancelled => None,
    }
}
