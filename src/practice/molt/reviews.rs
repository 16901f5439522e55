//! Reviews of the other side, reports of users, letters to the operators.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Extension, State};
use axum::http::StatusCode;
use bytes::Bytes;
use serde_json::{Value, json};

use super::asked::{number, screen};
use super::gate::Me;
use super::refusal::MoltRefusal;
use super::state::{JobStatus, Report, Review};
use crate::practice::body::Body;
use crate::practice::shapes::stamp;
use crate::practice::shared::{Shared, Turn};

const REASONS: [&str; 5] = ["Scam / Fraud", "Harassment", "Prohibited Content", "Impersonation", "Other"];

/// Leaves a review. With a job, both must have had part in it and it must be finished.
pub(super) fn leave(
    turn: &mut Turn<'_>,
    reviewer_id: &str,
    reviewee_id: &str,
    job_id: Option<&str>,
    rating: f64,
    content: Option<String>,
) -> Result<Review, MoltRefusal> {
    if reviewer_id == reviewee_id {
        return Err(MoltRefusal::bad("Cannot review yourself"));
    }
    if !turn.molt.accounts.contains_key(reviewee_id) {
        return Err(MoltRefusal::NotFound("User"));
    }
    if let Some(job_id) = job_id {
        let job = turn.molt.lookup_job(job_id).ok_or(MoltRefusal::NotFound("Job"))?;
        let part = |id: &str| job.poster_id == id || job.hired_id.as_deref() == Some(id);
        if !part(reviewer_id) || !part(reviewee_id) {
            return Err(MoltRefusal::Forbidden("You did not take part in this job".into()));
        }
        if job.status != JobStatus::Completed {
            return Err(MoltRefusal::bad("Job is not completed"));
        }
        let is_same =
            |review: &Review| review.reviewer_id == reviewer_id && review.job_id.as_deref() == Some(job_id);
        if turn.molt.reviews.iter().any(is_same) {
            return Err(MoltRefusal::bad("You have already reviewed this job"));
        }
    }
    let review = Review {
        id: turn.shared.uuid(),
        reviewer_id: reviewer_id.to_owned(),
        reviewee_id: reviewee_id.to_owned(),
        job_id: job_id.map(str::to_owned),
        rating,
        content,
        created_at: turn.now,
    };
    turn.molt.reviews.push(review.clone());
    Ok(review)
}

pub(super) async fn leave_review(
    State(shared): State<Arc<Shared>>,
    Extension(Me(me)): Extension<Me>,
    bytes: Bytes,
) -> Result<(StatusCode, Json<Value>), MoltRefusal> {
    let mut body = Body::read(&bytes)?;
    let reviewee_id = body.text("reviewee_id", 1, 100);
    let rating = number(&mut body, "rating", 1.0);
    if rating.is_none_or(|rating| rating > 5.0) {
        body.flaw("rating", "range", "Input should be a number from 1 to 5");
    }
    let job_id = body.optional_text("job_id", 1, 100);
    let content = body.optional_text("content", 0, 5_000);
    body.check()?;
    screen(&[content.as_deref().unwrap_or_default()])?;
    let mut turn = shared.turn();
    let rating = rating.unwrap_or_default();
    let review = leave(&mut turn, &me, &reviewee_id, job_id.as_deref(), rating, content)?;
    let view = json!({"id": review.id, "rating": review.rating, "reviewee_name": turn.molt.name_of(&reviewee_id),
        "created_at": stamp(review.created_at, 1)});
    let answer = json!({"success": true, "message": "Review submitted successfully", "review": view});
    Ok((StatusCode::CREATED, Json(answer)))
}

pub(super) async fn report_user(
    State(shared): State<Arc<Shared>>,
    Extension(Me(me)): Extension<Me>,
    bytes: Bytes,
) -> Result<(StatusCode, Json<Value>), MoltRefusal> {
    let mut body = Body::read(&bytes)?;
    let reported_id = body.text("reported_user_id", 1, 100);
    let reason = body.text("reason", 1, 100);
    if !REASONS.contains(&reason.as_str()) {
        body.flaw("reason", "enum", &format!("Input should be one of: {}", REASONS.join(", ")));
    }
    let details = body.optional_text("details", 0, 5_000);
    body.check()?;
    if reported_id == me {
        return Err(MoltRefusal::bad("Cannot report yourself"));
    }
    let mut turn = shared.turn();
    if !turn.molt.accounts.contains_key(&reported_id) {
        return Err(MoltRefusal::NotFound("User"));
    }
    let created_at = turn.now;
    turn.molt.reports.push(Report { reporter_id: me, reported_id, reason, details, created_at });
    Ok((StatusCode::CREATED, Json(json!({"success": true, "message": "Report submitted successfully"}))))
}

/// Its fields are not documented: any object is taken.
pub(super) async fn contact(
    State(shared): State<Arc<Shared>>,
    bytes: Bytes,
) -> Result<Json<Value>, MoltRefusal> {
    Body::read(&bytes)?;
    let letter = serde_json::from_slice(&bytes).unwrap_or_default();
    shared.turn().molt.letters.push(letter);
    Ok(Json(json!({"success": true, "message": "Message sent"})))
}
