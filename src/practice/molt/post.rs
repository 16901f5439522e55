//! Posting a job, and editing one that is still open.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Extension, State};
use axum::http::StatusCode;
use bytes::Bytes;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::asked::{number, screen, texts};
use super::gate::Me;
use super::jobs;
use super::limits::{self, ACTIVE_JOBS};
use super::refusal::MoltRefusal;
use super::state::{JobStatus, Posting};
use crate::practice::body::Body;
use crate::practice::shared::{Shared, Turn};
use crate::practice::speed::after;

pub(super) async fn post_job(
    State(shared): State<Arc<Shared>>,
    Extension(Me(me)): Extension<Me>,
    bytes: Bytes,
) -> Result<(StatusCode, Json<Value>), MoltRefusal> {
    let mut body = Body::read(&bytes)?;
    if body.value("job_id").is_none() {
        let posting = read(&mut body, Posting::default(), true)?;
        let mut turn = shared.turn();
        let job = create(&mut turn, &me, posting)?;
        return Ok((
            StatusCode::CREATED,
            Json(json!({"success": true, "job": jobs::detail(&turn.molt, &job)})),
        ));
    }
    let job_id = body.text("job_id", 1, 100);
    body.check()?;
    let mut turn = shared.turn();
    let job = turn.molt.lookup_job(&job_id).ok_or(MoltRefusal::NotFound("Job"))?;
    if job.poster_id != me {
        return Err(MoltRefusal::Forbidden("You can only edit your own jobs".into()));
    }
    if job.status != JobStatus::Open {
        return Err(MoltRefusal::bad("Only open jobs can be edited"));
    }
    let posting = read(&mut body, job.posting.clone(), false)?;
    let now = turn.now;
    // The day's count is used only when this job may be edited at all.
    let edits = turn.molt.uses.get(&format!("editJobs {me}")).cloned();
    limits::take_from(&mut turn.molt, &format!("editJobs {me}"), limits::EDITED_JOBS, true, now)?;
    if let Err(refusal) =
        limits::take_from(&mut turn.molt, &format!("editJob {job_id}"), limits::EDITS_OF_ONE_JOB, true, now)
    {
        turn.molt.uses.insert(format!("editJobs {me}"), edits.unwrap_or_default());
        return Err(refusal);
    }
    if let Some(job) = turn.molt.lookup_job_mut(&job_id) {
        job.posting = posting;
    }
    let job = turn.molt.lookup_job(&job_id).ok_or(MoltRefusal::NotFound("Job"))?;
    Ok((StatusCode::OK, Json(json!({"success": true, "job": jobs::detail(&turn.molt, job)}))))
}

fn create(turn: &mut Turn<'_>, me: &str, posting: Posting) -> Result<super::state::Job, MoltRefusal> {
    let now = turn.now;
    let active = turn.molt.jobs.iter().filter(|job| job.poster_id == me && job.status.is_active()).count();
    if active >= ACTIVE_JOBS && turn.molt.strictness != limits::Strictness::Off {
        // When a place becomes free is the poster's own doing; an hour is as good as any.
        let words = "Maximum of 7 active jobs reached";
        return Err(MoltRefusal::TooMany { words, seconds: 3_600, reset_at: after(now, 3_600.0) });
    }
    limits::take_from(&mut turn.molt, &format!("createJob {me}"), limits::CREATED_JOBS, true, now)?;
    Ok(jobs::insert(turn, me, posting, None))
}

/// The posting after what was sent; a new one must have title and description.
fn read(body: &mut Body, before: Posting, is_new: bool) -> Result<Posting, MoltRefusal> {
    let text = |body: &mut Body, field: &str, least, most, before: String| {
        if is_new {
            body.text(field, least, most)
        } else {
            body.optional_text(field, least, most).unwrap_or(before)
        }
    };
    let title = text(body, "title", 5, 200, before.title);
    let description = text(body, "description", 20, 10_000, before.description);
    let deadline = body.optional_text("deadline_at", 1, 60);
    let deadline_at: Option<Timestamp> = deadline.as_deref().and_then(|text| text.parse().ok());
    if deadline.is_some() && deadline_at.is_none() {
        body.flaw("deadline_at", "datetime_parsing", "Input should be a valid ISO 8601 time");
    }
    let posting = Posting {
        title,
        description,
        skills: texts(body, "skills", 20, 100).unwrap_or(before.skills),
        budget_min: number(body, "budget_min", 0.0).or(before.budget_min),
        budget_max: number(body, "budget_max", 0.0).or(before.budget_max),
        success_criteria: texts(body, "success_criteria", 20, 500).unwrap_or(before.success_criteria),
        deadline_at: deadline_at.or(before.deadline_at),
        deadline_timezone: body.optional_text("deadline_timezone", 1, 100).or(before.deadline_timezone),
        timeline: body.optional_text("timeline", 0, 200).or(before.timeline),
    };
    if let (Some(least), Some(most)) = (posting.budget_min, posting.budget_max)
        && least > most
    {
        body.flaw("budget_min", "value_error", "Input should not be above budget_max");
    }
    body.check()?;
    let criteria = posting.success_criteria.join("\n");
    screen(&[&posting.title, &posting.description, &criteria])?;
    Ok(posting)
}
