//! How people come: with a job, with an application for a job of the stall, with a first message.

use serde::Deserialize;

use super::briefs::{self, Brief};
use super::kinds::{PosterKind, PosterScript, TalkerKind, TalkerScript, WorkerKind, WorkerScript};
use super::words;
use crate::practice::buyers::people;
use crate::practice::molt::conversations::{self, Said};
use crate::practice::molt::refusal::MoltRefusal;
use crate::practice::molt::state::{Account, Job, JobStatus, Molt, Posting, Wallet};
use crate::practice::molt::{accounts, applications, jobs};
use crate::practice::shared::Turn;
use crate::practice::speed::after;

/// A job to be posted; what is not said is taken from the poster's brief.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(in crate::practice) struct JobWish {
    pub(in crate::practice) kind: PosterKind,
    /// Somebody simulated who has come before; somebody new where nobody is named.
    pub(in crate::practice) poster_id: Option<String>,
    pub(in crate::practice) title: Option<String>,
    pub(in crate::practice) description: Option<String>,
    pub(in crate::practice) criteria: Option<Vec<String>>,
    /// How many pictures; 0 where the job is not for pictures.
    pub(in crate::practice) pictures: Option<usize>,
}

/// An application for a job of the stall: for its newest open one where none is named.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(in crate::practice) struct WorkerWish {
    pub(in crate::practice) kind: WorkerKind,
    pub(in crate::practice) job_id: Option<String>,
    pub(in crate::practice) letter: Option<String>,
    pub(in crate::practice) rate: Option<f64>,
}

/// A conversation to be begun: with the real account that called last where none is named.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(in crate::practice) struct TalkWish {
    pub(in crate::practice) kind: TalkerKind,
    pub(in crate::practice) to: Option<String>,
    /// The job it is about; a stranger takes one that the other works on.
    pub(in crate::practice) job_id: Option<String>,
    /// Said instead of the first line.
    pub(in crate::practice) text: Option<String>,
}

/// Who came, with the key to play it by hand, and the id of what it came with.
#[derive(Debug, Clone)]
pub(in crate::practice) struct Arrived {
    pub(in crate::practice) id: String,
    pub(in crate::practice) account_id: String,
    pub(in crate::practice) api_key: String,
}

/// Somebody new, claimed and with a wallet.
fn somebody(turn: &mut Turn<'_>, is_chinese: bool, bio: &str) -> (Account, u64) {
    let (number, seed) = (turn.molt.people_made, turn.shared.options.seed);
    turn.molt.people_made += 1;
    let ids = turn.shared.ids.clone();
    let name = unused(&turn.molt, people::name(is_chinese, number, seed));
    let mut account = accounts::open_account(ids.as_ref(), turn.now, &name, bio);
    account.claim(turn.now, "person@practice.example");
    account.is_simulated = true;
    account.is_ai = number % 2 == 1;
    account.is_featured = number % 5 == 4;
    account.wallets = vec![Wallet { kind: "eth".into(), address: format!("0x{}", ids.secret_hex(20)) }];
    account.document_version = Some(turn.molt.document.version.clone());
    turn.molt.insert_account(account.clone());
    (account, number)
}

/// Names are unique on this market.
fn unused(molt: &Molt, name: String) -> String {
    let is_taken = |name: &str| molt.accounts.values().any(|account| account.name == name);
    if !is_taken(&name) {
        return name;
    }
    (2..).map(|number| format!("{name} ({number})")).find(|name| !is_taken(name)).unwrap_or(name)
}

/// Somebody comes and posts a job.
///
/// # Errors
/// When the poster named is nobody simulated.
pub(in crate::practice) fn post(turn: &mut Turn<'_>, wish: JobWish) -> Result<Arrived, MoltRefusal> {
    let is_chinese = wish.kind == PosterKind::Chinese;
    let (account, number) = match &wish.poster_id {
        Some(id) => {
            let known = turn.molt.accounts.get(id).filter(|account| account.is_simulated).cloned();
            (known.ok_or(MoltRefusal::NotFound("Poster"))?, turn.molt.jobs.len() as u64)
        }
        None => somebody(turn, is_chinese, "Posts jobs now and then."),
    };
    // A stride that shares no factor with the number of briefs visits them all before any comes again.
    let at = (turn.shared.options.seed as usize).wrapping_mul(2).wrapping_add(number as usize * 5)
        % briefs::count(is_chinese);
    let brief = briefs::at(is_chinese, at);
    let script = PosterScript::new(wish.kind, at, wish.pictures.unwrap_or(brief.pictures));
    let deadline_at = brief.days.map(|days| after(turn.now, f64::from(days) * 86_400.0));
    let posting = Posting {
        deadline_at,
        deadline_timezone: deadline_at
            .map(|_| if is_chinese { "Asia/Shanghai" } else { "Europe/Berlin" }.to_owned()),
        ..posting(&brief, wish)
    };
    let Job { id, .. } = jobs::insert(turn, &account.id, posting, Some(script));
    Ok(Arrived { id, account_id: account.id, api_key: account.api_key })
}

fn posting(brief: &Brief, wish: JobWish) -> Posting {
    let owned = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
    Posting {
        title: wish.title.unwrap_or_else(|| brief.title.to_owned()),
        description: wish.description.unwrap_or_else(|| brief.description.to_owned()),
        skills: owned(brief.skills),
        budget_min: Some(brief.budget.0),
        budget_max: Some(brief.budget.1),
        success_criteria: wish.criteria.unwrap_or_else(|| owned(brief.criteria)),
        timeline: Some(brief.timeline.to_owned()),
        ..Posting::default()
    }
}

/// Somebody comes and applies for a job of the stall.
pub(in crate::practice) fn apply(turn: &mut Turn<'_>, wish: WorkerWish) -> Result<Arrived, MoltRefusal> {
    let is_real = |molt: &Molt, job: &Job| {
        molt.accounts.get(&job.poster_id).is_some_and(|account| !account.is_simulated)
    };
    let newest = || {
        let mut open = turn.molt.jobs.iter().rev().filter(|job| job.status == JobStatus::Open);
        open.find(|job| is_real(&turn.molt, job)).map(|job| job.id.clone())
    };
    let job_id = wish.job_id.clone().or_else(newest).ok_or(MoltRefusal::NotFound("Job"))?;
    let job = turn.molt.lookup_job(&job_id).ok_or(MoltRefusal::NotFound("Job"))?;
    if job.status != JobStatus::Open {
        return Err(MoltRefusal::bad("Job is not open for applications"));
    }
    let letter = wish.letter.unwrap_or_else(|| words::letter(wish.kind, &job.posting.title));
    let rate = wish.rate.or(job.posting.budget_max);
    let is_chinese = wish.kind == WorkerKind::Chinese;
    let (account, _) = somebody(turn, is_chinese, "Makes pictures to order.");
    let script = WorkerScript::new(wish.kind);
    let application = applications::apply(turn, &account.id, &job_id, Some(letter), rate, Some(script))?;
    Ok(Arrived { id: application.id, account_id: account.id, api_key: account.api_key })
}

/// Somebody comes and says something.
pub(in crate::practice) fn talk(turn: &mut Turn<'_>, wish: TalkWish) -> Result<Arrived, MoltRefusal> {
    let stall = || turn.molt.stall_account().map(|account| account.id.clone());
    let to = wish.to.clone().or_else(stall).ok_or(MoltRefusal::NotFound("Recipient"))?;
    if !turn.molt.accounts.contains_key(&to) {
        return Err(MoltRefusal::NotFound("Recipient"));
    }
    let working_on = || {
        let mut jobs = turn.molt.jobs.iter().rev().filter(|job| job.status == JobStatus::InProgress);
        jobs.find(|job| job.hired_id.as_ref() == Some(&to)).map(|job| job.id.clone())
    };
    let job_id = match wish.kind {
        TalkerKind::Stranger => wish.job_id.clone().or_else(working_on),
        _ => wish.job_id.clone(),
    };
    if job_id.as_deref().is_some_and(|id| turn.molt.lookup_job(id).is_none()) {
        return Err(MoltRefusal::NotFound("Job"));
    }
    let first = words::talk(wish.kind).first().copied().unwrap_or_default();
    let text = wish.text.unwrap_or_else(|| first.to_owned());
    let (account, _) = somebody(turn, wish.kind == TalkerKind::Chinese, "Looks around.");
    let conversation_id = conversations::open(turn, &account.id, &to, job_id.as_deref())?;
    conversations::say(turn, &account.id, &conversation_id, Said::text(text))?;
    let script = TalkerScript { kind: wish.kind, talker_id: account.id.clone(), lines: 1, answered: 0 };
    let found = turn.molt.conversations.iter_mut().find(|found| found.id == conversation_id);
    if let Some(conversation) = found {
        conversation.script = Some(script);
    }
    Ok(Arrived { id: conversation_id, account_id: account.id, api_key: account.api_key })
}
