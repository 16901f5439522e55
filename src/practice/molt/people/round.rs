//! Carries out what people plan, each after a human delay.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use jiff::Timestamp;

use super::acts::Act;
use super::{perform, poster, talker, visits, worker};
use crate::practice::buyers::between;
use crate::practice::molt::state::Molt;
use crate::practice::shared::Shared;
use crate::practice::speed::after;

/// Whose plan it is: the place of its job, application or conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Who {
    Poster(usize),
    Worker(usize),
    Talker(usize),
}

#[derive(Debug, Clone, Copy)]
struct Planned {
    act: Act,
    due: Timestamp,
}

/// What everybody plans.
#[derive(Debug, Default)]
pub(in crate::practice) struct Plans(HashMap<Who, Planned>);

/// Plans for everybody and does what is due; says when the next act is.
pub(in crate::practice) fn live(shared: &Arc<Shared>, plans: &mut Plans) -> Option<Timestamp> {
    let next_visit = visits::run(shared);
    let now = shared.clock.now();
    let is_instant = shared.clock.is_instant();
    let wanted = wanted(&shared.world().molt);
    plans.0.retain(|who, planned| wanted.get(who) == Some(&planned.act));
    for (who, act) in wanted {
        let due = || after(now, between(act.seconds(), shared.options.seed, place(who), act as u64));
        plans.0.entry(who).or_insert_with(|| Planned { act, due: due() });
    }
    let is_due = |planned: &Planned| is_instant || planned.due <= now;
    let mut due: Vec<(Who, Planned)> = plans
        .0
        .iter()
        .filter(|(_, planned)| is_due(planned))
        .map(|(who, planned)| (*who, *planned))
        .collect();
    due.sort_by_key(|(who, planned)| (planned.due, *who));
    for (who, planned) in due {
        plans.0.remove(&who);
        perform::perform(shared, who, planned.act);
    }
    plans.0.values().map(|planned| planned.due).chain(next_visit).min()
}

fn place(who: Who) -> u64 {
    match who {
        Who::Poster(at) => at as u64,
        Who::Worker(at) => at as u64 + 100_000,
        Who::Talker(at) => at as u64 + 200_000,
    }
}

/// What each wants to do now.
fn wanted(molt: &Molt) -> BTreeMap<Who, Act> {
    let posters = (0..molt.jobs.len()).map(Who::Poster);
    let workers = (0..molt.applications.len()).map(Who::Worker);
    let talkers = (0..molt.conversations.len()).map(Who::Talker);
    let everybody = posters.chain(workers).chain(talkers);
    everybody.filter_map(|who| next_act(molt, who).map(|act| (who, act))).collect()
}

/// What one wants to do now.
pub(super) fn next_act(molt: &Molt, who: Who) -> Option<Act> {
    match who {
        Who::Poster(at) => {
            let job = molt.jobs.get(at)?;
            poster::next_act(molt, job, job.script.as_ref()?)
        }
        Who::Worker(at) => {
            let application = molt.applications.get(at)?;
            worker::next_act(molt, application, application.script.as_ref()?)
        }
        Who::Talker(at) => {
            let conversation = molt.conversations.get(at)?;
            talker::next_act(conversation, conversation.script.as_ref()?)
        }
    }
}
