//! Jobs: finding them, and posting and ending our own.

use super::super::connection::Connection;
use super::super::functions::{BROWSE_JOBS, EDIT_JOB, GET_JOB, MY_JOBS, POST_JOB, UPDATE_JOB};
use super::super::types::{
    EndedJob, Job, JobChange, JobDraft, JobEnding, JobPage, JobQuery, JobStatus, Paging,
};
use super::super::{convert, limits, outgoing, wire};
use crate::marketplaces::MarketResult;
use crate::marketplaces::answers::converted;

pub(super) async fn browse(market: &Connection, query: &JobQuery) -> MarketResult<JobPage> {
    let answer = market.read(&BROWSE_JOBS, &outgoing::job_query(query)?).await?;
    wire::page(&answer, "jobs", query.paging, convert::job)
}

pub(super) async fn get(market: &Connection, job_id: &str) -> MarketResult<Job> {
    limits::id("id", job_id)?;
    let answer = market.read(&GET_JOB, &[("id", job_id.to_owned())]).await?;
    converted(&answer, &["job"], convert::job)
}

pub(super) async fn post(market: &Connection, draft: &JobDraft) -> MarketResult<Job> {
    let answer = market.write(&POST_JOB, &outgoing::job(draft)?).await?;
    converted(&answer, &["job"], convert::job)
}

pub(super) async fn edit(market: &Connection, job_id: &str, change: &JobChange) -> MarketResult<Job> {
    let answer = market.write_about(&EDIT_JOB, job_id, &outgoing::job_change(job_id, change)?).await?;
    converted(&answer, &["job"], convert::job)
}

pub(super) async fn mine(
    market: &Connection,
    status: Option<&JobStatus>,
    paging: Paging,
) -> MarketResult<JobPage> {
    let mut query = vec![outgoing::job_status(status)?];
    query.extend(outgoing::paging(paging)?);
    let answer = market.read(&MY_JOBS, &query).await?;
    wire::page(&answer, "jobs", paging, convert::job)
}

pub(super) async fn end(market: &Connection, job_id: &str, ending: JobEnding) -> MarketResult<EndedJob> {
    let answer = market.write(&UPDATE_JOB, &outgoing::ending(job_id, ending)?).await?;
    converted(&answer, &["job"], |job| Some(convert::ended_job(job)))
}
