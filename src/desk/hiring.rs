//! The hiring screen: jobs we post, who applies, and how it ends.

use super::contract::*;
use super::convert::{amount, instant};
use super::errors::no_wallet;
use super::jobs::{history, jobs_of, profile, read_amount, small, wallets};
use crate::guard::signs;
use crate::jobs::Paid;
use crate::marketplaces::moltmarket::{Agent, Applicant, Decision, JobEnding, WalletKind, check_wallet};
use crate::stall::Stall;
use crate::store::{ApplicantRow, PostedJobRow};

pub(super) async fn post(stall: &Stall, request: PostJob) -> Result<PostedJobView, DeskError> {
    let jobs = jobs_of(stall)?;
    let row = if request.draft {
        jobs.save_posted(request.id.as_deref(), &request.form).await?
    } else {
        jobs.post(request.id.as_deref(), &request.form).await?
    };
    whole(stall, row).await
}

pub(super) async fn edit(stall: &Stall, request: EditJob) -> Result<PostedJobView, DeskError> {
    let row = jobs_of(stall)?.edit(&request.id, &request.form).await?;
    whole(stall, row).await
}

pub(super) async fn discard(stall: &Stall, request: ById) -> Result<Nothing, DeskError> {
    jobs_of(stall)?.discard_posted(&request.id).await?;
    Ok(Nothing {})
}

pub(super) async fn list(stall: &Stall, _: Nothing) -> Result<PostedJobList, DeskError> {
    let jobs = jobs_of(stall)?;
    let mut views = Vec::new();
    for row in jobs.store.list_posted_jobs(&jobs.account_id).await? {
        views.push(view(stall, row).await?);
    }
    Ok(PostedJobList { jobs: views })
}

pub(super) async fn get(stall: &Stall, request: ById) -> Result<PostedJobView, DeskError> {
    let jobs = jobs_of(stall)?;
    let row = jobs.store.get_posted_job(&jobs.account_id, &request.id).await?;
    whole(stall, row).await
}

pub(super) async fn applicants(stall: &Stall, request: ById) -> Result<ApplicantList, DeskError> {
    let rows = jobs_of(stall)?.list_applicants(&request.id).await?;
    Ok(ApplicantList { applicants: rows.into_iter().map(applicant).collect() })
}

pub(super) async fn decide(stall: &Stall, request: DecideApplicant) -> Result<PostedJobView, DeskError> {
    let decision = if request.accept { Decision::Accept } else { Decision::Reject };
    let jobs = jobs_of(stall)?;
    let decided =
        jobs.decide(&request.id, &request.application_id, decision, request.yes, &request.word).await?;
    whole(stall, decided).await
}

pub(super) async fn opinion(stall: &Stall, request: ById) -> Result<OpinionView, DeskError> {
    Ok(jobs_of(stall)?.opinion(&request.id).await?)
}

pub(super) async fn paid(stall: &Stall, request: MarkPaid) -> Result<PostedJobView, DeskError> {
    let kind = WalletKind::from(request.kind.as_str());
    let address = request.address.trim();
    check_wallet(&kind, address).map_err(|problem| no_wallet(problem, "address", address))?;
    let amount = read_amount("amount", Some(&request.amount))?.unwrap_or_default();
    let jobs = jobs_of(stall)?;
    let row = jobs.mark_paid(&request.id, kind, address, amount, &request.note).await?;
    whole(stall, row).await
}

pub(super) async fn finish(stall: &Stall, request: FinishJob) -> Result<PostedJobView, DeskError> {
    let ending = if request.completed {
        JobEnding::Completed { amount: read_amount("amount", request.amount.as_deref())? }
    } else {
        JobEnding::Cancelled
    };
    let row = jobs_of(stall)?.finish(&request.id, ending).await?;
    whole(stall, row).await
}

pub(super) async fn review(stall: &Stall, request: LeaveReview) -> Result<PostedJobView, DeskError> {
    let row = jobs_of(stall)?.review_worker(&request.id, request.rating, &request.text).await?;
    whole(stall, row).await
}

async fn whole(stall: &Stall, row: PostedJobRow) -> Result<PostedJobView, DeskError> {
    let history = history(stall, &row.id).await?;
    Ok(PostedJobView { history, ..view(stall, row).await? })
}

async fn view(stall: &Stall, row: PostedJobRow) -> Result<PostedJobView, DeskError> {
    let applicants = stall.store().list_applicants(&row.id).await?.len();
    let paid: Option<Paid> = row.paid.as_deref().and_then(|paid| serde_json::from_str(paid).ok());
    let opinion: Option<OpinionView> =
        row.opinion.as_deref().and_then(|opinion| serde_json::from_str(opinion).ok());
    Ok(PostedJobView {
        id: row.id,
        market_job_id: row.market_job_id,
        form: serde_json::from_str(&row.form).unwrap_or_default(),
        state: row.state.as_str().to_owned(),
        market_status: row.market_status,
        problem: row.problem,
        worker_id: row.worker_id,
        worker_name: row.worker_name,
        worker_wallets: wallets(serde_json::from_str(&row.worker_wallets).unwrap_or_default()),
        rate: row.rate.map(amount),
        opinion,
        paid: paid.map(|paid| PaidView {
            kind: paid.kind.into(),
            address: paid.address,
            amount: amount(paid.amount),
            note: paid.note,
            at: instant(paid.at),
        }),
        review: row.review.as_str().to_owned(),
        review_rating: row.review_rating,
        review_text: row.review_text,
        applicants: u32::try_from(applicants).unwrap_or(u32::MAX),
        created_at: instant(row.created_at),
        updated_at: instant(row.updated_at),
        history: Vec::new(),
    })
}

fn applicant(row: ApplicantRow) -> ApplicantView {
    let person: Option<Applicant> = serde_json::from_str(&row.person).unwrap_or_default();
    let agent: Option<Agent> = row.profile.as_deref().and_then(|profile| serde_json::from_str(profile).ok());
    ApplicantView {
        id: row.id,
        person_id: person.as_ref().map(|person| person.id.clone()),
        name: person.as_ref().and_then(|person| person.name.clone()),
        is_ai: person.as_ref().and_then(|person| person.is_ai),
        verified: person.as_ref().is_some_and(|person| person.is_verified),
        rating: person.as_ref().and_then(|person| person.rating),
        review_count: person.as_ref().and_then(|person| person.review_count).map(small),
        signs: signs(&row.letter).into_iter().map(|sign| sign.code().to_owned()).collect(),
        letter: row.letter,
        rate: row.rate.map(amount),
        status: row.status,
        wallets: wallets(person.map(|person| person.wallets).unwrap_or_default()),
        profile: agent.map(profile),
        applied_at: row.applied_at.map(instant),
    }
}
