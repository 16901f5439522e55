//! Who comes by itself once somebody real has called: posters and talkers at intervals, workers for the stall's own jobs,
//! and the owner who claims a new account.

use jiff::Timestamp;

use super::arrive::{self, JobWish, TalkWish, WorkerWish};
use super::kinds::{PosterKind, TalkerKind, WorkerKind};
use crate::practice::buyers::between;
use crate::practice::molt::accounts;
use crate::practice::molt::state::{JobStatus, Molt};
use crate::practice::shared::{Shared, Turn};
use crate::practice::speed::after;

#[derive(Debug, Clone, Copy)]
enum Visitor {
    Poster(PosterKind),
    Talker(TalkerKind),
}

use Visitor::{Poster, Talker};

/// Then nobody comes until asked.
const VISITORS: [Visitor; 10] = [
    Poster(PosterKind::Clear),
    Poster(PosterKind::Chinese),
    Poster(PosterKind::AsksChange),
    Talker(TalkerKind::Curious),
    Poster(PosterKind::PaysLate),
    Poster(PosterKind::Rejects),
    Talker(TalkerKind::Stranger),
    Poster(PosterKind::Scams),
    Poster(PosterKind::Silent),
    Poster(PosterKind::Clear),
];
/// Who applies for each job of the stall.
const APPLICANTS: [WorkerKind; 3] = [WorkerKind::Terse, WorkerKind::Good, WorkerKind::WantsMoneyFirst];
/// Seconds until the first comes, and between one and the next: at least, at most.
const FIRST: (f64, f64) = (1.0, 3.0);
const BETWEEN: f64 = 45.0;
const APPLYING: (f64, f64) = (20.0, 35.0);
/// Seconds an owner takes to claim.
const CLAIMING: (f64, f64) = (15.0, 25.0);

enum Visit {
    Visitor(Visitor),
    Applicant { kind: WorkerKind, job_id: String },
    Owner { account_id: String },
}

/// Lets in who is due; says when the next one is.
pub(super) fn run(shared: &Shared) -> Option<Timestamp> {
    if !shared.options.auto_buyers {
        return None;
    }
    let now = shared.clock.now();
    let is_instant = shared.clock.is_instant();
    let coming = coming(&shared.world().molt, shared.options.seed);
    let mut next = None;
    for (due, visit) in coming {
        if due > now && !is_instant {
            next = Some(next.map_or(due, |next: Timestamp| next.min(due)));
            continue;
        }
        let mut turn = shared.turn();
        enter(&mut turn, visit);
    }
    next
}

fn enter(turn: &mut Turn<'_>, visit: Visit) {
    let done = match visit {
        Visit::Visitor(visitor) => {
            turn.molt.visits_made += 1;
            match visitor {
                Poster(kind) => arrive::post(turn, JobWish { kind, ..JobWish::default() }).map(|_| ()),
                Talker(kind) => arrive::talk(turn, TalkWish { kind, ..TalkWish::default() }).map(|_| ()),
            }
        }
        Visit::Applicant { kind, job_id } => {
            let wish = WorkerWish { kind, job_id: Some(job_id), ..WorkerWish::default() };
            arrive::apply(turn, wish).map(|_| ())
        }
        Visit::Owner { account_id } => accounts::claim(turn, &account_id),
    };
    if let Err(refusal) = done {
        tracing::debug!(refusal = refusal.message(), "a visitor of the practice market was refused");
    }
}

fn coming(molt: &Molt, seed: u64) -> Vec<(Timestamp, Visit)> {
    let mut coming = Vec::new();
    if let (Some(first), Some(visitor)) = (molt.first_call_at, VISITORS.get(molt.visits_made)) {
        let number = molt.visits_made as f64;
        let due = after(first, between(FIRST, seed, 0, 3) + BETWEEN * number);
        coming.push((due, Visit::Visitor(*visitor)));
    }
    for account in
        molt.accounts.values().filter(|account| account.claimed_at.is_none() && !account.is_simulated)
    {
        let due = after(account.created_at, between(CLAIMING, seed, 0, 4));
        coming.push((due, Visit::Owner { account_id: account.id.clone() }));
    }
    let is_real = |id: &str| molt.accounts.get(id).is_some_and(|account| !account.is_simulated);
    for job in molt.jobs.iter().filter(|job| job.status == JobStatus::Open && is_real(&job.poster_id)) {
        let applied =
            molt.applications_for(&job.id).filter(|application| application.script.is_some()).count();
        if let Some(kind) = APPLICANTS.get(applied) {
            let wait = between(APPLYING, seed, job.ordinal, applied as u64) * (applied + 1) as f64;
            let visit = Visit::Applicant { kind: *kind, job_id: job.id.clone() };
            coming.push((after(job.created_at, wait), visit));
        }
    }
    coming
}
