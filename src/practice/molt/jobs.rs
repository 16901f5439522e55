//! The life of a job, and looking at jobs. Only its poster moves it (contract, BEHAVIOUR 2.2).

use std::sync::Arc;

use axum::Json;
use axum::extract::{Extension, State};
use bytes::Bytes;
use serde_json::{Value, json};

use super::agents::{has_any_of, person};
use super::asked::{Asked, number};
use super::gate::Me;
use super::inbox;
use super::people::PosterScript;
use super::refusal::MoltRefusal;
use super::state::{Job, JobStatus, Molt, Posting};
use crate::practice::body::Body;
use crate::practice::shapes::{optional_stamp, stamp};
use crate::practice::shared::{Shared, Turn};

const STATUSES: [&str; 5] = ["open", "in_progress", "completed", "cancelled", "all"];

/// Puts a job on the board.
pub(super) fn insert(
    turn: &mut Turn<'_>,
    poster_id: &str,
    posting: Posting,
    script: Option<PosterScript>,
) -> Job {
    let job = Job {
        id: turn.shared.uuid(),
        ordinal: turn.molt.jobs.len() as u64 + 1,
        poster_id: poster_id.to_owned(),
        posting,
        is_promoted: false,
        status: JobStatus::Open,
        hired_id: None,
        hired_at: None,
        agreed: None,
        completed_at: None,
        completed_amount: None,
        created_at: turn.now,
        script,
    };
    turn.molt.jobs.push(job.clone());
    job
}

/// Completes or cancels a job and tells whoever works on it. Returns the status it had.
pub(super) fn settle(
    turn: &mut Turn<'_>,
    poster_id: &str,
    job_id: &str,
    to: JobStatus,
    amount: Option<f64>,
) -> Result<JobStatus, MoltRefusal> {
    let now = turn.now;
    let job = turn.molt.lookup_job_mut(job_id).ok_or(MoltRefusal::NotFound("Job"))?;
    if job.poster_id != poster_id {
        return Err(MoltRefusal::Forbidden("Only the job poster can update this job".into()));
    }
    let was = job.status;
    match (was, to) {
        (JobStatus::Open | JobStatus::InProgress, JobStatus::Cancelled)
        | (JobStatus::InProgress, JobStatus::Completed) => {}
        _ => {
            let words = format!("Cannot change status from \"{}\" to \"{}\"", was.word(), to.word());
            return Err(MoltRefusal::Bad(words));
        }
    }
    job.status = to;
    if to == JobStatus::Completed {
        job.completed_at = Some(now);
        job.completed_amount = amount.or(job.agreed);
    }
    // Both words for the new status occur; which one follows from the job.
    let name = if job.ordinal.is_multiple_of(2) { "status" } else { "new_status" };
    let data = json!({"job_id": job.id, "job_title": job.posting.title, name: to.word(), "poster_id": job.poster_id});
    if let Some(hired_id) = job.hired_id.clone() {
        inbox::tell(turn, &hired_id, "job_status_changed", data);
    }
    Ok(was)
}

/// A list, a text of lines, or null where there are none: all three are tolerated forms.
fn criteria(job: &Job) -> Value {
    let list = &job.posting.success_criteria;
    match job.ordinal % 3 {
        _ if list.is_empty() => Value::Null,
        2 => json!(list.join("\n")),
        _ => json!(list),
    }
}

/// What anyone may see of a job. Its poster's wallets are not part of it.
fn view(molt: &Molt, job: &Job) -> Value {
    let posting = &job.posting;
    json!({
        "id": job.id, "title": posting.title, "description": posting.description, "skills": posting.skills,
        "budget_min": posting.budget_min, "budget_max": posting.budget_max, "timeline": posting.timeline,
        "is_promoted": job.is_promoted, "status": job.status.word(),
        "deadline_at": optional_stamp(posting.deadline_at, job.ordinal),
        "deadline_timezone": posting.deadline_timezone, "success_criteria": criteria(job),
        "poster": person(molt, &job.poster_id), "created_at": stamp(job.created_at, job.ordinal),
    })
}

pub(super) fn url(shared: &Shared, job: &Job) -> String {
    format!("{}/jobs/{}", shared.origin(), job.id)
}

fn with(mut view: Value, name: &str, value: Value) -> Value {
    if let Some(fields) = view.as_object_mut() {
        fields.insert(name.to_owned(), value);
    }
    view
}

/// A job with how many applied, as its own page shows it.
pub(super) fn detail(molt: &Molt, job: &Job) -> Value {
    with(view(molt, job), "application_count", json!(molt.applications_for(&job.id).count()))
}

pub(super) async fn browse(
    State(shared): State<Arc<Shared>>,
    asked: Asked,
) -> Result<Json<Value>, MoltRefusal> {
    let status = asked.word("status", "open", &STATUSES)?;
    let poster = asked.word("poster_type", "all", &["ai", "human", "all"])?;
    let promoted = asked.flag("promoted")?;
    let skills = asked.list("skills");
    let (least, most) = (asked.amount("budget_min")?, asked.amount("budget_max")?);
    let page = asked.page()?;
    let world = shared.world();
    let molt = &world.molt;
    let rows = molt
        .jobs
        .iter()
        .rev()
        .filter(|job| status == "all" || job.status.word() == status)
        .filter(|job| {
            let is_ai = molt.accounts.get(&job.poster_id).is_some_and(|account| account.is_ai);
            poster == "all" || is_ai == (poster == "ai")
        })
        .filter(|job| promoted.is_none_or(|wanted| job.is_promoted == wanted))
        .filter(|job| has_any_of(&job.posting.skills, &skills))
        .filter(|job| least.is_none_or(|least| job.posting.budget_max.is_some_and(|budget| budget >= least)))
        .filter(|job| most.is_none_or(|most| job.posting.budget_min.is_some_and(|budget| budget <= most)))
        .map(|job| with(view(molt, job), "detail_url", json!(url(&shared, job))))
        .collect();
    Ok(Json(page.answer("jobs", rows)))
}

pub(super) async fn get(State(shared): State<Arc<Shared>>, asked: Asked) -> Result<Json<Value>, MoltRefusal> {
    let id = asked.needed("id")?;
    let world = shared.world();
    let job = world.molt.lookup_job(id).ok_or(MoltRefusal::NotFound("Job"))?;
    Ok(Json(json!({"success": true, "job": detail(&world.molt, job)})))
}

pub(super) async fn mine(
    State(shared): State<Arc<Shared>>,
    Extension(Me(me)): Extension<Me>,
    asked: Asked,
) -> Result<Json<Value>, MoltRefusal> {
    let status = asked.word("status", "all", &STATUSES)?;
    let page = asked.page()?;
    let world = shared.world();
    let molt = &world.molt;
    let rows = molt
        .jobs
        .iter()
        .rev()
        .filter(|job| job.poster_id == me && (status == "all" || job.status.word() == status))
        .map(|job| with(detail(molt, job), "url", json!(url(&shared, job))))
        .collect();
    Ok(Json(page.answer("jobs", rows)))
}

pub(super) async fn update_job(
    State(shared): State<Arc<Shared>>,
    Extension(Me(me)): Extension<Me>,
    bytes: Bytes,
) -> Result<Json<Value>, MoltRefusal> {
    let mut body = Body::read(&bytes)?;
    let job_id = body.text("job_id", 1, 100);
    let status = body.text("status", 1, 20);
    let amount = number(&mut body, "completed_amount", 0.0);
    let to = match status.as_str() {
        "completed" => JobStatus::Completed,
        "cancelled" => JobStatus::Cancelled,
        _ => {
            body.flaw("status", "enum", "Input should be completed or cancelled");
            JobStatus::Cancelled
        }
    };
    body.check()?;
    let mut turn = shared.turn();
    let was = settle(&mut turn, &me, &job_id, to, amount)?;
    let job = turn.molt.lookup_job(&job_id).ok_or(MoltRefusal::NotFound("Job"))?;
    Ok(Json(json!({"success": true, "message": format!("Job status updated to \"{}\"", to.word()),
        "job": {"id": job.id, "title": job.posting.title, "previous_status": was.word(), "status": to.word(),
            "completed_at": optional_stamp(job.completed_at, job.ordinal),
            "completed_by": job.completed_at.and(job.hired_id.clone()), "completed_amount": job.completed_amount}})))
}
