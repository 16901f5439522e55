//! Who applies for a job, and who is hired.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Extension, State};
use axum::http::StatusCode;
use bytes::Bytes;
use serde_json::{Value, json};

use super::agents::{profile_url, rating};
use super::asked::{Asked, number, screen};
use super::gate::Me;
use super::inbox;
use super::jobs;
use super::people::WorkerScript;
use super::refusal::MoltRefusal;
use super::state::{Application, ApplicationStatus, JobStatus, Molt};
use crate::practice::body::Body;
use crate::practice::shapes::stamp;
use crate::practice::shared::{Shared, Turn};

const STATUSES: [&str; 4] = ["pending", "accepted", "rejected", "all"];

/// Applies for a job and tells its poster.
pub(super) fn apply(
    turn: &mut Turn<'_>,
    applicant_id: &str,
    job_id: &str,
    cover_letter: Option<String>,
    proposed_rate: Option<f64>,
    script: Option<WorkerScript>,
) -> Result<Application, MoltRefusal> {
    let job = turn.molt.lookup_job(job_id).ok_or(MoltRefusal::NotFound("Job"))?;
    if job.status != JobStatus::Open {
        return Err(MoltRefusal::bad("Job is not open for applications"));
    }
    if job.poster_id == applicant_id {
        return Err(MoltRefusal::bad("Cannot apply to your own job"));
    }
    if turn.molt.applications_for(job_id).any(|application| application.applicant_id == applicant_id) {
        return Err(MoltRefusal::bad("You have already applied to this job"));
    }
    let (poster_id, title) = (job.poster_id.clone(), job.posting.title.clone());
    let application = Application {
        id: turn.shared.uuid(),
        job_id: job_id.to_owned(),
        applicant_id: applicant_id.to_owned(),
        cover_letter,
        proposed_rate,
        status: ApplicationStatus::Pending,
        created_at: turn.now,
        script,
    };
    let data = json!({"application_id": application.id, "job_id": job_id, "job_title": title,
        "applicant_id": applicant_id, "applicant_name": turn.molt.name_of(applicant_id),
        "proposed_rate": proposed_rate});
    turn.molt.applications.push(application.clone());
    inbox::tell(turn, &poster_id, "new_application", data);
    Ok(application)
}

/// Accepts or rejects who applied. Accepting moves the job; other applicants stay as they are.
pub(super) fn decide(
    turn: &mut Turn<'_>,
    poster_id: &str,
    application_id: &str,
    is_accepted: bool,
) -> Result<(), MoltRefusal> {
    let now = turn.now;
    let application =
        turn.molt.lookup_application(application_id).ok_or(MoltRefusal::NotFound("Application"))?;
    let (job_id, applicant_id) = (application.job_id.clone(), application.applicant_id.clone());
    let (status, rate) = (application.status, application.proposed_rate);
    let job = turn.molt.lookup_job_mut(&job_id).ok_or(MoltRefusal::NotFound("Job"))?;
    if job.poster_id != poster_id {
        return Err(MoltRefusal::Forbidden("Only the job poster can manage applications".into()));
    }
    if status != ApplicationStatus::Pending {
        return Err(MoltRefusal::bad("Application has already been processed"));
    }
    if is_accepted {
        if job.status != JobStatus::Open {
            return Err(MoltRefusal::bad("Job is not open"));
        }
        job.status = JobStatus::InProgress;
        job.hired_id = Some(applicant_id.clone());
        job.hired_at = Some(now);
        job.agreed = rate.or(job.posting.budget_max).or(job.posting.budget_min);
    }
    let status = if is_accepted { ApplicationStatus::Accepted } else { ApplicationStatus::Rejected };
    let data = json!({"application_id": application_id, "job_id": job_id, "job_title": job.posting.title,
        "status": status.word(), "poster_id": poster_id});
    if let Some(application) = turn.molt.applications.iter_mut().find(|found| found.id == application_id) {
        application.status = status;
    }
    inbox::tell(turn, &applicant_id, "application_status_changed", data);
    Ok(())
}

/// A rate as a number or as text: both forms occur.
fn rate(molt: &Molt, application: &Application) -> Value {
    let ordinal = molt.lookup_job(&application.job_id).map_or(0, |job| job.ordinal);
    match application.proposed_rate {
        Some(rate) if ordinal % 4 == 3 => json!(format!("{rate:.2}")),
        rate => json!(rate),
    }
}

fn view(molt: &Molt, application: &Application) -> Value {
    json!({"id": application.id, "job_id": application.job_id, "status": application.status.word(),
        "cover_letter": application.cover_letter, "proposed_rate": rate(molt, application),
        "created_at": stamp(application.created_at, 1)})
}

fn with(mut view: Value, name: &str, value: Value) -> Value {
    if let Some(fields) = view.as_object_mut() {
        fields.insert(name.to_owned(), value);
    }
    view
}

pub(super) async fn apply_job(
    State(shared): State<Arc<Shared>>,
    Extension(Me(me)): Extension<Me>,
    bytes: Bytes,
) -> Result<(StatusCode, Json<Value>), MoltRefusal> {
    let mut body = Body::read(&bytes)?;
    let job_id = body.text("job_id", 1, 100);
    let cover_letter = body.optional_text("cover_letter", 0, 5_000);
    let proposed_rate = number(&mut body, "proposed_rate", 0.0);
    body.check()?;
    screen(&[cover_letter.as_deref().unwrap_or_default()])?;
    let mut turn = shared.turn();
    let application = apply(&mut turn, &me, &job_id, cover_letter, proposed_rate, None)?;
    let answer = json!({"success": true, "message": "Application submitted successfully",
        "application": view(&turn.molt, &application)});
    Ok((StatusCode::CREATED, Json(answer)))
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
        .applications
        .iter()
        .rev()
        .filter(|application| application.applicant_id == me)
        .filter(|application| status == "all" || application.status.word() == status)
        .map(|application| with(view(molt, application), "job", job_applied_for(&shared, molt, application)))
        .collect();
    Ok(Json(page.answer("applications", rows)))
}

/// The job as an applicant sees it: whose it is and where to be paid from only after acceptance.
fn job_applied_for(shared: &Shared, molt: &Molt, application: &Application) -> Value {
    let Some(job) = molt.lookup_job(&application.job_id) else { return Value::Null };
    let view = json!({"id": job.id, "title": job.posting.title, "status": job.status.word(),
        "budget_min": job.posting.budget_min, "budget_max": job.posting.budget_max, "url": jobs::url(shared, job)});
    if application.status != ApplicationStatus::Accepted {
        return view;
    }
    let wallets = molt.accounts.get(&job.poster_id).map(|account| account.wallets.clone());
    with(with(view, "poster_id", json!(job.poster_id)), "poster_wallets", json!(wallets.unwrap_or_default()))
}

pub(super) async fn of_job(
    State(shared): State<Arc<Shared>>,
    Extension(Me(me)): Extension<Me>,
    asked: Asked,
) -> Result<Json<Value>, MoltRefusal> {
    let job_id = asked.needed("job_id")?;
    let status = asked.word("status", "all", &STATUSES)?;
    let world = shared.world();
    let molt = &world.molt;
    let job = molt.lookup_job(job_id).ok_or(MoltRefusal::NotFound("Job"))?;
    if job.poster_id != me {
        return Err(MoltRefusal::Forbidden("Only the job poster can see its applications".into()));
    }
    let rows: Vec<Value> = molt
        .applications_for(job_id)
        .filter(|application| status == "all" || application.status.word() == status)
        .map(|application| with(view(molt, application), "applicant", applicant(&shared, molt, application)))
        .collect();
    Ok(Json(json!({"success": true, "applications": rows,
        "job": {"id": job.id, "title": job.posting.title, "status": job.status.word()}})))
}

fn applicant(shared: &Shared, molt: &Molt, application: &Application) -> Value {
    let Some(account) = molt.accounts.get(&application.applicant_id) else { return Value::Null };
    let (rating, review_count) = rating(molt, &account.id);
    json!({"id": account.id, "name": account.name, "is_ai": account.is_ai, "is_verified": account.is_verified,
        "rating": rating, "review_count": review_count, "profile_url": profile_url(shared, account),
        "wallets": account.wallets})
}

pub(super) async fn manage(
    State(shared): State<Arc<Shared>>,
    Extension(Me(me)): Extension<Me>,
    bytes: Bytes,
) -> Result<Json<Value>, MoltRefusal> {
    let mut body = Body::read(&bytes)?;
    let application_id = body.text("application_id", 1, 100);
    let action = body.text("action", 1, 20);
    if !matches!(action.as_str(), "accept" | "reject") {
        body.flaw("action", "enum", "Input should be accept or reject");
    }
    body.check()?;
    let is_accepted = action == "accept";
    let mut turn = shared.turn();
    decide(&mut turn, &me, &application_id, is_accepted)?;
    let molt = &turn.molt;
    let application = molt.lookup_application(&application_id).ok_or(MoltRefusal::NotFound("Application"))?;
    let job = molt.lookup_job(&application.job_id).ok_or(MoltRefusal::NotFound("Job"))?;
    let mut answer = json!({"id": application.id, "status": application.status.word(), "job_id": job.id,
        "job_title": job.posting.title, "job_status": job.status.word()});
    if is_accepted {
        let wallets = molt.accounts.get(&application.applicant_id).map(|account| account.wallets.clone());
        answer = with(answer, "agent_wallets", json!(wallets.unwrap_or_default()));
    }
    let message = format!("Application {}ed successfully", action);
    Ok(Json(json!({"success": true, "message": message, "application": answer})))
}
