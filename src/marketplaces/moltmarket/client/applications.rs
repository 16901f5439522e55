//! Applications, from both sides.

use super::super::connection::Connection;
use super::super::functions::{APPLY_JOB, JOB_APPLICATIONS, MANAGE_APPLICATION, MY_APPLICATIONS};
use super::super::types::{
    Application, ApplicationDraft, ApplicationStatus, Applied, Decision, JobApplications, MyApplicationPage,
    Paging,
};
use super::super::{convert, limits, outgoing, wire};
use crate::marketplaces::answers::converted;
use crate::marketplaces::lenient::Fields;
use crate::marketplaces::{MarketError, MarketResult};

pub(super) async fn apply(market: &Connection, draft: &ApplicationDraft) -> MarketResult<Applied> {
    match market.write(&APPLY_JOB, &outgoing::application(draft)?).await {
        Ok(answer) => {
            let made = converted(&answer, &["application"], convert::application)?;
            Ok(Applied::Now(Box::new(made)))
        }
        Err(error) => by_its_text(error),
    }
}

/// The market does not say which status goes with which refusal, so the text decides (contract, `/apply-job`).
fn by_its_text(error: MarketError) -> MarketResult<Applied> {
    let message = match &error {
        MarketError::Invalid { message, .. }
        | MarketError::Forbidden { message }
        | MarketError::Conflict { message, .. } => message.clone(),
        _ => return Err(error),
    };
    let text = message.to_ascii_lowercase();
    if text.contains("already applied") {
        return Ok(Applied::Before);
    }
    Err(if text.contains("job not found") {
        MarketError::NotFound
    } else if text.contains("not open for applications") {
        MarketError::Conflict { message, retry: false }
    } else if text.contains("your own job") {
        MarketError::Forbidden { message }
    } else {
        error
    })
}

pub(super) async fn mine(
    market: &Connection,
    status: Option<&ApplicationStatus>,
    paging: Paging,
) -> MarketResult<MyApplicationPage> {
    let mut query = vec![outgoing::application_status(status)?];
    query.extend(outgoing::paging(paging)?);
    let answer = market.read(&MY_APPLICATIONS, &query).await?;
    wire::page(&answer, "applications", paging, convert::my_application)
}

pub(super) async fn of_job(
    market: &Connection,
    job_id: &str,
    status: Option<&ApplicationStatus>,
) -> MarketResult<JobApplications> {
    limits::id("job_id", job_id)?;
    let query = [("job_id", job_id.to_owned()), outgoing::application_status(status)?];
    let answer = market.read(&JOB_APPLICATIONS, &query).await?;
    Ok(JobApplications {
        job: Fields::of(&answer).and_then(|fields| fields.object(&["job"])).and_then(convert::job),
        applications: wire::list(&answer, "applications", convert::application)?,
    })
}

/// The wallets of whoever was accepted stand in the application, or beside it.
pub(super) async fn decide(
    market: &Connection,
    application_id: &str,
    decision: Decision,
) -> MarketResult<Application> {
    let answer = market.write(&MANAGE_APPLICATION, &outgoing::decision(application_id, decision)?).await?;
    let mut application = converted(&answer, &["application"], convert::application)?;
    if application.agent_wallets.is_empty() {
        application.agent_wallets = Fields::of(&answer).map(convert::wallets_beside).unwrap_or_default();
    }
    Ok(application)
}
