//! What a poster does next, decided from the job and what was said alone, so that a restart changes nothing.

use super::acts::Act;
use super::kinds::{PosterKind, PosterScript, Verdict};
use super::words::SCAM;
use crate::practice::molt::state::{ApplicationStatus, Job, JobStatus, Message, Molt};

/// Complaints about what is missing before a poster says no more.
const COMPLAINTS: u32 = 3;
/// Questions a poster answers.
const ANSWERS: u32 = 5;

/// What the hired worker has said to the poster since it was hired, in the job's thread or where no job was named.
pub(super) fn from_worker<'a>(molt: &'a Molt, job: &'a Job) -> impl Iterator<Item = &'a Message> {
    let hired = job.hired_id.as_deref().unwrap_or_default();
    molt.conversations
        .iter()
        .filter(move |conversation| conversation.is_between(&job.poster_id, hired))
        .filter(move |conversation| conversation.job_id.as_ref().is_none_or(|about| *about == job.id))
        .flat_map(|conversation| &conversation.messages)
        .filter(move |message| message.sender_id == hired && Some(message.created_at) >= job.hired_at)
}

/// The next act, if there is one before somebody else does something.
pub(super) fn next_act(molt: &Molt, job: &Job, script: &PosterScript) -> Option<Act> {
    if script.kind == PosterKind::ByHand {
        return None;
    }
    match job.status {
        JobStatus::Open => {
            let mut pending = molt.applications_for(&job.id);
            pending.find(|application| application.status == ApplicationStatus::Pending)?;
            match script.kind {
                PosterKind::NeverLooks => None,
                PosterKind::Rejects => Some(Act::Reject),
                _ => Some(Act::Hire),
            }
        }
        JobStatus::InProgress => in_progress(molt, job, script),
        JobStatus::Completed => (!script.has_reviewed).then_some(Act::Review),
        JobStatus::Cancelled => None,
    }
}

fn in_progress(molt: &Molt, job: &Job, script: &PosterScript) -> Option<Act> {
    match script.kind {
        PosterKind::Silent => return None,
        PosterKind::Scams if script.lines < SCAM.len() => return Some(Act::SayScam),
        PosterKind::Scams => return Some(Act::Cancel),
        _ => {}
    }
    if !script.is_welcomed {
        return Some(Act::Welcome);
    }
    if script.kind == PosterKind::CancelsBefore {
        return Some(Act::Cancel);
    }
    let said = from_worker(molt, job).count();
    if script.is_looking {
        return None;
    }
    if said > script.judged {
        return Some(Act::Look);
    }
    match script.verdict.as_ref()? {
        Verdict::Good => Some(on_good_delivery(script)),
        Verdict::Lacking { .. } => {
            (script.complaints < COMPLAINTS && script.answered < said).then_some(Act::Complain)
        }
        Verdict::Talk => {
            let is_asked =
                from_worker(molt, job).last().is_some_and(|message| message.content.contains(['?', '？']));
            (is_asked && script.answered < said && script.answers < ANSWERS).then_some(Act::Answer)
        }
    }
}

fn on_good_delivery(script: &PosterScript) -> Act {
    match script.kind {
        PosterKind::AsksChange if script.changes_asked < 1 => Act::AskChange,
        PosterKind::AsksTwice if script.changes_asked < 2 => Act::AskChange,
        PosterKind::CancelsAfter => Act::Cancel,
        PosterKind::PaysLate if !script.has_promised => Act::PromisePay,
        PosterKind::PaysLate => Act::PayLate,
        _ => Act::Pay,
    }
}
