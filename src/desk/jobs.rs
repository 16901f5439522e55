//! The jobs screen: finding, applying, and what comes after.

use std::sync::Arc;

use rust_decimal::Decimal;

use super::contract::*;
use super::convert::{amount, instant};
use crate::jobs::{ApplyMode, FoundJob, JobSettings, Jobs, JobsError, SavedSearch, SearchForm, Wish, ticked};
use crate::marketplaces::moltmarket::{Agent, Job, Paging, Wallet};
use crate::stall::Stall;
use crate::store::{ApplicationRow, JobHistoryRow, PaymentState};

/// Applications in 24 hours that the market takes (contract, `/apply-job`).
const MARKET_LIMIT: u32 = 20;

pub(super) fn jobs_of(stall: &Stall) -> Result<Arc<Jobs>, DeskError> {
    stall.jobs().ok_or_else(super::errors::no_molt)
}

pub(super) async fn search(stall: &Stall, request: JobSearch) -> Result<JobList, DeskError> {
    let jobs = jobs_of(stall)?;
    let paging = Paging { offset: request.offset.into(), ..Paging::default() };
    let found = jobs.search(&form(&request.filter)?, paging).await?;
    Ok(JobList {
        jobs: found.jobs.into_iter().map(job_view).collect(),
        total: found.total.map(small),
        next_offset: found.next_offset.map(small),
        sent_today: u32::try_from(jobs.sent_today().await?).unwrap_or(u32::MAX),
        own_limit: jobs.settings().await?.most_a_day,
        market_limit: MARKET_LIMIT,
    })
}

pub(super) async fn get(stall: &Stall, request: ById) -> Result<JobView, DeskError> {
    Ok(job_view(jobs_of(stall)?.get(&request.id).await?))
}

pub(super) async fn saved_list(stall: &Stall, _: Nothing) -> Result<SavedSearchList, DeskError> {
    let searches = jobs_of(stall)?.list_searches().await?;
    Ok(SavedSearchList { searches: searches.into_iter().map(search_view).collect() })
}

pub(super) async fn saved_save(stall: &Stall, request: SaveSearch) -> Result<SavedSearchView, DeskError> {
    let jobs = jobs_of(stall)?;
    let saved = jobs.save_search(request.id.as_deref(), &request.name, &form(&request.filter)?).await?;
    Ok(search_view(saved))
}

pub(super) async fn saved_delete(stall: &Stall, request: ById) -> Result<Nothing, DeskError> {
    jobs_of(stall)?.delete_search(&request.id).await?;
    Ok(Nothing {})
}

pub(super) async fn draft_letter(stall: &Stall, request: ById) -> Result<LetterView, DeskError> {
    let letter = jobs_of(stall)?.draft_letter(&request.id).await?;
    Ok(LetterView { text: letter.text, by_model: letter.by_model, reason: letter.reason })
}

pub(super) async fn apply(stall: &Stall, request: ApplyForJob) -> Result<ApplicationView, DeskError> {
    let jobs = jobs_of(stall)?;
    let rate = read_amount("rate", request.rate.as_deref())?;
    let wish = Wish { letter: request.letter, rate, yes: request.yes };
    let row = if request.draft {
        jobs.save_letter(&request.job_id, &wish).await?
    } else {
        jobs.apply(&request.job_id, &wish).await?
    };
    with_history(stall, row).await
}

pub(super) async fn send_held(stall: &Stall, request: SendHeldLetter) -> Result<ApplicationView, DeskError> {
    let row = jobs_of(stall)?.send_held(&request.id, request.yes).await?;
    with_history(stall, row).await
}

pub(super) async fn discard(stall: &Stall, request: ById) -> Result<Nothing, DeskError> {
    jobs_of(stall)?.discard(&request.id).await?;
    Ok(Nothing {})
}

pub(super) async fn applications(stall: &Stall, _: Nothing) -> Result<ApplicationList, DeskError> {
    let jobs = jobs_of(stall)?;
    let rows = jobs.store.list_applications(&jobs.account_id).await?;
    Ok(ApplicationList { applications: rows.into_iter().map(application_view).collect() })
}

pub(super) async fn application(stall: &Stall, request: ById) -> Result<ApplicationView, DeskError> {
    let jobs = jobs_of(stall)?;
    let row = jobs.store.get_application(&jobs.account_id, &request.id).await?;
    with_history(stall, row).await
}

pub(super) async fn tick(stall: &Stall, request: TickCriterion) -> Result<ApplicationView, DeskError> {
    let row = jobs_of(stall)?.tick(&request.id, request.criterion, request.ticked).await?;
    with_history(stall, row).await
}

pub(super) async fn payment(stall: &Stall, request: MarkPayment) -> Result<ApplicationView, DeskError> {
    let payment = PaymentState::parse(&request.payment)
        .map_err(|_| DeskError::of("invalid", "no such payment state").with("field", "payment"))?;
    let amount = read_amount("amount", request.amount.as_deref())?;
    let row = jobs_of(stall)?.mark_payment(&request.id, payment, amount, &request.note).await?;
    with_history(stall, row).await
}

pub(super) async fn review(stall: &Stall, request: LeaveReview) -> Result<ApplicationView, DeskError> {
    let row = jobs_of(stall)?.review_poster(&request.id, request.rating, &request.text).await?;
    with_history(stall, row).await
}

pub(super) async fn settings(stall: &Stall, _: Nothing) -> Result<JobSettingsForm, DeskError> {
    let settings = jobs_of(stall)?.settings().await?;
    let mode = match settings.mode {
        ApplyMode::ByHand => "by_hand",
        ApplyMode::DraftLetters => "draft_letters",
        ApplyMode::Automatic => "automatic",
    };
    Ok(JobSettingsForm {
        mode: mode.to_owned(),
        most_a_day: settings.most_a_day,
        least_fit: settings.least_fit,
    })
}

pub(super) async fn set_settings(
    stall: &Stall,
    request: JobSettingsForm,
) -> Result<JobSettingsForm, DeskError> {
    let mode = match request.mode.as_str() {
        "by_hand" => ApplyMode::ByHand,
        "draft_letters" => ApplyMode::DraftLetters,
        "automatic" => ApplyMode::Automatic,
        _ => return Err(DeskError::of("invalid", "no such mode").with("field", "mode")),
    };
    let settings = JobSettings { mode, most_a_day: request.most_a_day, least_fit: request.least_fit };
    jobs_of(stall)?.save_settings(settings).await?;
    self::settings(stall, Nothing {}).await
}

async fn with_history(stall: &Stall, row: ApplicationRow) -> Result<ApplicationView, DeskError> {
    let history = history(stall, &row.id).await?;
    let lines = history.iter().map(|line| (line.kind.as_str(), line.reason.as_str()));
    let ticked = ticked(lines);
    let mut view = application_view(row);
    for (at, criterion) in view.criteria.iter_mut().enumerate() {
        criterion.ticked = ticked.contains(&at);
    }
    Ok(ApplicationView { history, ..view })
}

pub(super) async fn history(stall: &Stall, id: &str) -> Result<Vec<JobHistoryLine>, DeskError> {
    let line = |row: JobHistoryRow| JobHistoryLine {
        at: instant(row.at),
        who: row.actor.as_str().to_owned(),
        kind: row.kind,
        reason: row.reason,
    };
    Ok(stall.store().list_job_history(id).await?.into_iter().map(line).collect())
}

pub(super) fn small(number: u64) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// An amount as it was typed; nothing when it is blank.
pub(super) fn read_amount(field: &str, text: Option<&str>) -> Result<Option<Decimal>, DeskError> {
    let Some(text) = text.map(str::trim).filter(|text| !text.is_empty()) else { return Ok(None) };
    let read = text.parse::<Decimal>().ok().filter(|amount| *amount >= Decimal::ZERO);
    read.map(Some).ok_or_else(|| DeskError::of("invalid", "no amount").with("field", field))
}

fn form(filter: &JobFilter) -> Result<SearchForm, DeskError> {
    Ok(SearchForm {
        status: filter.status.clone(),
        poster: filter.poster.clone(),
        promoted: filter.promoted,
        skills: filter.skills.clone(),
        budget_min: read_amount("budget_min", filter.budget_min.as_deref())?,
        budget_max: read_amount("budget_max", filter.budget_max.as_deref())?,
    })
}

fn search_view(saved: SavedSearch) -> SavedSearchView {
    SavedSearchView {
        id: saved.id,
        name: saved.name,
        filter: JobFilter {
            status: saved.form.status,
            poster: saved.form.poster,
            promoted: saved.form.promoted,
            skills: saved.form.skills,
            budget_min: saved.form.budget_min.map(amount),
            budget_max: saved.form.budget_max.map(amount),
        },
        looked_at: saved.looked_at.map(instant),
    }
}

pub(super) fn wallets(wallets: Vec<Wallet>) -> Vec<WalletView> {
    let view = |wallet: Wallet| WalletView { kind: wallet.kind.into(), address: wallet.address };
    wallets.into_iter().map(view).collect()
}

pub(super) fn profile(agent: Agent) -> ProfileView {
    let reviews = agent.reviews.into_iter().map(|review| ReviewView {
        rating: review.rating,
        text: review.text,
        by: review.reviewer_name,
        created_at: review.created_at.map(instant),
    });
    ProfileView {
        id: agent.id,
        name: agent.name,
        is_ai: agent.is_ai,
        verified: agent.is_verified,
        skills: agent.skills,
        rating: agent.rating,
        review_count: agent.review_count.map(small),
        hourly_rate: agent.hourly_rate.map(amount),
        bio: agent.bio,
        profile_url: agent.profile_url,
        reviews: reviews.collect(),
    }
}

fn job_view(found: FoundJob) -> JobView {
    let FoundJob { job, fit, delivery, poster, application } = found;
    let reasons = fit.reasons.into_iter().map(|reason| FitReasonView {
        code: reason.code.to_owned(),
        points: reason.points,
        detail: reason.detail.into_iter().map(|(name, value)| (name.to_owned(), value)).collect(),
    });
    JobView {
        id: job.id,
        title: job.title.unwrap_or_default(),
        description: job.description.unwrap_or_default(),
        skills: job.skills,
        budget_min: job.budget_min.map(amount),
        budget_max: job.budget_max.map(amount),
        timeline: job.timeline,
        promoted: job.is_promoted,
        status: job.status.map(Into::into),
        deadline_at: job.deadline_at.map(instant),
        deadline_timezone: job.deadline_timezone,
        success_criteria: job.success_criteria,
        poster_id: job.poster.as_ref().map(|poster| poster.id.clone()).or(job.poster_id),
        poster_name: job.poster.as_ref().and_then(|poster| poster.name.clone()),
        poster_is_ai: job.poster.as_ref().and_then(|poster| poster.is_ai),
        poster: poster.map(profile),
        application_count: job.application_count.map(small),
        created_at: job.created_at.map(instant),
        url: job.url,
        fit: fit.score,
        reasons: reasons.collect(),
        delivery: delivery.code().to_owned(),
        needs_yes: delivery.needs_yes(),
        application: application.map(application_view),
    }
}

fn application_view(row: ApplicationRow) -> ApplicationView {
    let job: Option<Job> = serde_json::from_str(&row.job).ok();
    let criteria = job.iter().flat_map(|job| &job.success_criteria);
    ApplicationView {
        description: job.as_ref().and_then(|job| job.description.clone()).unwrap_or_default(),
        criteria: criteria.map(|text| CriterionView { text: text.clone(), ticked: false }).collect(),
        deadline_at: job.as_ref().and_then(|job| job.deadline_at).map(instant),
        deadline_timezone: job.as_ref().and_then(|job| job.deadline_timezone.clone()),
        poster_name: job.and_then(|job| job.poster?.name),
        id: row.id,
        job_id: row.job_id,
        title: row.title,
        letter: row.letter,
        rate: row.rate.map(amount),
        state: row.state.as_str().to_owned(),
        reason: row.reason,
        job_status: row.job_status,
        poster_id: row.poster_id,
        poster_wallets: wallets(serde_json::from_str(&row.poster_wallets).unwrap_or_default()),
        accepted_at: row.accepted_at.map(instant),
        delivered_at: row.delivered_at.map(instant),
        reminders: u32::try_from(row.reminded.len()).unwrap_or(u32::MAX),
        order_id: row.order_id,
        payment: row.payment.as_str().to_owned(),
        payment_amount: row.payment_amount.map(amount),
        payment_note: row.payment_note,
        review: row.review.as_str().to_owned(),
        review_rating: row.review_rating,
        review_text: row.review_text,
        created_at: instant(row.created_at),
        updated_at: instant(row.updated_at),
        history: Vec::new(),
    }
}

impl From<JobsError> for DeskError {
    fn from(error: JobsError) -> Self {
        let message = error.to_string();
        match error {
            JobsError::NotNow(reason) => Self::of("not_now", message).with("reason", reason),
            JobsError::Blocked(leak) => Self::of("outgoing_blocked", message).with("leak", leak.code()),
            JobsError::NeedsYes(reason) => Self::of("needs_yes", message).with("reason", reason),
            JobsError::OwnLimit { limit, next_at } => Self::of("own_limit", message)
                .with("limit", limit.to_string())
                .with("next_at", instant(next_at)),
            JobsError::Field { field, .. } => Self::of("invalid", message).with("field", field),
            JobsError::Unclear => Self::of("unclear", message),
            JobsError::ModelMissing => Self::of("model_missing", message),
            JobsError::OverCap(over) => Self::of("over_cap", message)
                .with("which", over.which)
                .with("cap", amount(over.cap))
                .with("spent", amount(over.spent)),
            JobsError::Market(error) => error.into(),
            JobsError::Model(error) => error.into(),
            JobsError::Store(error) => error.into(),
        }
    }
}
