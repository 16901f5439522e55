//! Finding jobs: by hand, and by saved searches that tell what they had not shown before. Whoever polls calls
//! [`Jobs::look`]; nothing here repeats by itself.

use std::collections::BTreeMap;

use jiff::Timestamp;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::apply::Wish;
use super::delivery::{CanDeliver, delivery};
use super::error::JobsError;
use super::fit::{Fit, fit};
use super::parts::{JobNotice, Jobs, MOST_PAGES, page_from};
use super::rules::ApplyMode;
use crate::desk::contract::DeskEvent;
use crate::marketplaces::moltmarket::{Agent, Job, JobQuery, JobStatus, Paging, WhoseKind};
use crate::store::{ApplicationRow, JobSearchRow};

const MOST_SEARCHES: usize = 20;
const MOST_NAME_CHARS: usize = 80;

/// What is looked for. Every filter of the market (contract, `/browse-jobs`).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SearchForm {
    /// `open` when absent; `all` for any.
    pub status: Option<String>,
    /// `ai`, `human`, or both when absent.
    pub poster: Option<String>,
    pub promoted: Option<bool>,
    pub skills: Vec<String>,
    pub budget_min: Option<Decimal>,
    pub budget_max: Option<Decimal>,
}

impl SearchForm {
    /// The market's query for a piece of the list.
    ///
    /// # Errors
    /// `Field` for a word the market does not know.
    pub fn query(&self, paging: Paging) -> Result<JobQuery, JobsError> {
        let poster = match self.poster.as_deref() {
            None | Some("" | "all") => WhoseKind::All,
            Some("ai") => WhoseKind::Agents,
            Some("human") => WhoseKind::People,
            Some(_) => return Err(JobsError::Field { field: "poster", problem: "must be ai, human or all" }),
        };
        let status = match self.status.as_deref() {
            None | Some("") => Some(JobStatus::Open),
            Some("all") => None,
            Some(word) => match JobStatus::from(word) {
                JobStatus::Other(_) => {
                    return Err(JobsError::Field { field: "status", problem: "is no status of a job" });
                }
                known => Some(known),
            },
        };
        Ok(JobQuery {
            status,
            poster,
            promoted: self.promoted,
            skills: self.skills.clone(),
            budget_min: self.budget_min,
            budget_max: self.budget_max,
            paging,
        })
    }
}

/// A job with what we make of it.
#[derive(Debug, Clone, PartialEq)]
pub struct FoundJob {
    pub job: Job,
    pub fit: Fit,
    pub delivery: CanDeliver,
    /// The poster's profile, where it was read.
    pub poster: Option<Agent>,
    pub application: Option<ApplicationRow>,
}

/// A piece of what was found.
#[derive(Debug, Clone, PartialEq)]
pub struct FoundJobs {
    pub jobs: Vec<FoundJob>,
    pub total: Option<u64>,
    pub next_offset: Option<u64>,
}

/// A saved search.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SavedSearch {
    pub id: String,
    pub name: String,
    pub form: SearchForm,
    pub looked_at: Option<Timestamp>,
}

/// What a saved search showed for the first time.
#[derive(Debug, Clone, PartialEq)]
pub struct NewFinds {
    pub search: SavedSearch,
    pub jobs: Vec<FoundJob>,
}

impl Jobs {
    /// A piece of the jobs that fit the form.
    ///
    /// # Errors
    /// When the form does not fit, the market does not answer, or the database fails.
    pub async fn search(&self, form: &SearchForm, paging: Paging) -> Result<FoundJobs, JobsError> {
        let page = self.market.browse_jobs(&form.query(paging)?).await?;
        let applications = self.applications_by_job().await?;
        let jobs = page.rows.into_iter().map(|job| self.found(job, None, &applications)).collect();
        Ok(FoundJobs { jobs, total: page.total, next_offset: page.next_offset })
    }

    /// One job, with its poster's profile where that can be read.
    ///
    /// # Errors
    /// When the job cannot be read or the database fails.
    pub async fn get(&self, job_id: &str) -> Result<FoundJob, JobsError> {
        let job = self.market.get_job(job_id).await?;
        let poster_id = job.poster.as_ref().map(|poster| poster.id.clone()).or_else(|| job.poster_id.clone());
        let poster = match poster_id {
            // The job can be judged without: a profile that does not come is no reason to show nothing.
            Some(id) => self.market.get_agent(&id).await.ok(),
            None => None,
        };
        Ok(self.found(job, poster, &self.applications_by_job().await?))
    }

    async fn applications_by_job(&self) -> Result<BTreeMap<String, ApplicationRow>, JobsError> {
        let rows = self.store.list_applications(&self.account_id).await?;
        Ok(rows.into_iter().map(|row| (row.job_id.clone(), row)).collect())
    }

    fn found(&self, job: Job, poster: Option<Agent>, ours: &BTreeMap<String, ApplicationRow>) -> FoundJob {
        let rules = self.rules();
        FoundJob {
            fit: fit(&job, poster.as_ref(), &rules.us, self.clock.now()),
            delivery: delivery(&job, rules.means),
            application: ours.get(&job.id).cloned(),
            poster,
            job,
        }
    }

    /// The saved searches, oldest first. One whose form cannot be read any more looks for everything.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn list_searches(&self) -> Result<Vec<SavedSearch>, JobsError> {
        let rows = self.store.list_job_searches(&self.account_id).await?;
        Ok(rows.into_iter().map(saved).collect())
    }

    /// Saves a search; with an id, another one in its place.
    ///
    /// # Errors
    /// `Field` for a form or name that does not fit, `NotNow` when there are too many, or when the database fails.
    pub async fn save_search(
        &self,
        id: Option<&str>,
        name: &str,
        form: &SearchForm,
    ) -> Result<SavedSearch, JobsError> {
        form.query(Paging::default())?;
        let name = name.trim();
        if name.is_empty() || name.chars().count() > MOST_NAME_CHARS {
            return Err(JobsError::Field { field: "name", problem: "must have 1 to 80 characters" });
        }
        let known = self.store.list_job_searches(&self.account_id).await?;
        let row = match id {
            Some(id) => {
                let row = known.into_iter().find(|row| row.id == id);
                row.ok_or_else(|| JobsError::missing("saved search", id))?
            }
            None if known.len() >= MOST_SEARCHES => return Err(JobsError::NotNow("too_many_searches")),
            None => JobSearchRow {
                id: self.ids.id(),
                account_id: self.account_id.clone(),
                name: String::new(),
                form: String::new(),
                looked_at: None,
                created_at: self.clock.now(),
            },
        };
        let form = serde_json::to_string(form).unwrap_or_default();
        let looked_at = row.looked_at.filter(|_| form == row.form);
        let row = JobSearchRow { name: name.to_owned(), form, looked_at, ..row };
        let mut write = self.store.write().await?;
        write.put_job_search(&row).await?;
        write.commit().await?;
        Ok(saved(row))
    }

    /// Takes a saved search away.
    ///
    /// # Errors
    /// When there is none, or the database fails.
    pub async fn delete_search(&self, id: &str) -> Result<(), JobsError> {
        let mut write = self.store.write().await?;
        let was_there = write.delete_job_search(&self.account_id, id).await?;
        write.commit().await?;
        if was_there { Ok(()) } else { Err(JobsError::missing("saved search", id)) }
    }

    /// Has every saved search look once, tells what is new since it looked last, and does with it what the seller has set.
    /// The first look of a search only learns what is there.
    ///
    /// # Errors
    /// When the market does not answer or the database fails; what was found before is told already.
    pub async fn look(&self) -> Result<Vec<NewFinds>, JobsError> {
        let mut finds = Vec::new();
        for search in self.list_searches().await? {
            let jobs = self.look_with(&search).await?;
            if jobs.is_empty() {
                continue;
            }
            self.signals
                .send(DeskEvent::JobsFound { search_id: search.id.clone(), count: count(jobs.len()) });
            self.tell(JobNotice::Found { search: search.name.clone(), count: jobs.len() });
            for found in &jobs {
                self.act_on(found).await?;
            }
            finds.push(NewFinds { search, jobs });
        }
        Ok(finds)
    }

    async fn look_with(&self, search: &SavedSearch) -> Result<Vec<FoundJob>, JobsError> {
        let is_first = search.looked_at.is_none();
        let applications = self.applications_by_job().await?;
        let (mut offset, mut new) = (0, Vec::new());
        for _ in 0..MOST_PAGES {
            let page = self.market.browse_jobs(&search.form.query(page_from(offset))?).await?;
            let rows = page.rows.len();
            let mut write = self.store.write().await?;
            let now = self.clock.now();
            let mut unseen = 0;
            for job in page.rows {
                if write.record_job_seen(&search.id, &job.id, now).await? {
                    unseen += 1;
                    new.push(job);
                }
            }
            write.commit().await?;
            // Jobs come newest first: behind a whole page that was seen before there is nothing new.
            let is_known = unseen == 0 && rows > 0 && !is_first;
            match page.next_offset {
                Some(next) if next > offset && rows > 0 && !is_known => offset = next,
                _ => break,
            }
        }
        let mut write = self.store.write().await?;
        write.record_job_look(&search.id, self.clock.now()).await?;
        write.commit().await?;
        if is_first {
            return Ok(Vec::new());
        }
        Ok(new.into_iter().map(|job| self.found(job, None, &applications)).collect())
    }

    /// What the seller has set to be done with a new find. By default nothing.
    async fn act_on(&self, found: &FoundJob) -> Result<(), JobsError> {
        let settings = self.settings().await?;
        let has_signs = found.fit.reasons.iter().any(|reason| reason.code == "sign");
        let is_fit = found.fit.score >= settings.least_fit && !found.delivery.needs_yes() && !has_signs;
        if settings.mode == ApplyMode::ByHand || !is_fit || found.application.is_some() {
            return Ok(());
        }
        let letter = self.letter_for(&found.job).await?;
        let wish = Wish { letter: letter.text, rate: None, yes: false };
        // A template is no letter to send unseen.
        if settings.mode == ApplyMode::Automatic && letter.by_model {
            match self.apply_as_robot(&found.job.id, &wish).await {
                Err(JobsError::Store(error)) => return Err(error.into()),
                // It stands in the application's history; the seller can send it.
                Err(_) | Ok(_) => return Ok(()),
            }
        }
        self.save_draft(&found.job, &wish, crate::store::Actor::Robot).await?;
        Ok(())
    }
}

fn saved(row: JobSearchRow) -> SavedSearch {
    SavedSearch {
        form: serde_json::from_str(&row.form).unwrap_or_default(),
        id: row.id,
        name: row.name,
        looked_at: row.looked_at,
    }
}

fn count(many: usize) -> u32 {
    u32::try_from(many).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::jobs::parts::FULL_PAGE;

    #[test]
    fn reads_every_filter_and_refuses_words_the_market_does_not_know() {
        let form = SearchForm {
            status: Some("in_progress".into()),
            poster: Some("human".into()),
            promoted: Some(true),
            skills: vec!["posters".into()],
            budget_min: Some(1.into()),
            budget_max: Some(9.into()),
        };
        let query = form.query(page_from(100)).unwrap();
        assert_eq!((query.status, query.poster), (Some(JobStatus::InProgress), WhoseKind::People));
        assert_eq!((query.paging.limit, query.paging.offset), (FULL_PAGE, 100));
        assert_eq!(SearchForm::default().query(Paging::default()).unwrap(), JobQuery::default());
        let all = SearchForm { status: Some("all".into()), ..SearchForm::default() };
        assert_eq!(all.query(Paging::default()).unwrap().status, None);
        for (field, form) in [
            ("status", SearchForm { status: Some("paused".into()), ..SearchForm::default() }),
            ("poster", SearchForm { poster: Some("cats".into()), ..SearchForm::default() }),
        ] {
            let error = form.query(Paging::default()).unwrap_err();
            assert!(matches!(error, JobsError::Field { field: found, .. } if found == field));
        }
    }
}
