//! Does one act of one person, if it still is what that person would do.

use std::sync::Arc;

use super::acts::Act;
use super::kinds::{PosterKind, PosterScript, Verdict, WorkerKind, WorkerScript};
use super::round::{Who, next_act};
use super::words::{self, Line, line};
use super::{briefs, look, poster, talker, worker};
use crate::practice::molt::conversations::{self, Said};
use crate::practice::molt::refusal::MoltRefusal;
use crate::practice::molt::state::{Application, ApplicationStatus, Job, JobStatus};
use crate::practice::molt::{applications, jobs, pictures, reviews};
use crate::practice::shared::{Shared, Turn};

type Done = Result<(), MoltRefusal>;

pub(super) fn perform(shared: &Arc<Shared>, who: Who, act: Act) {
    let mut turn = shared.turn();
    if next_act(&turn.molt, who) != Some(act) {
        return;
    }
    let done = match who {
        Who::Poster(at) => as_poster(shared, &mut turn, at, act),
        Who::Worker(at) => as_worker(&mut turn, at, act),
        Who::Talker(at) => as_talker(&mut turn, at),
    };
    if let Err(refusal) = done {
        tracing::warn!(
            ?who,
            ?act,
            refusal = refusal.message(),
            "a person of the practice market was refused"
        );
    }
}

fn say(turn: &mut Turn<'_>, from: &str, to: &str, job_id: &str, said: Said) -> Done {
    let conversation_id = conversations::open(turn, from, to, Some(job_id))?;
    conversations::say(turn, from, &conversation_id, said).map(|_| ())
}

fn as_poster(shared: &Arc<Shared>, turn: &mut Turn<'_>, at: usize, act: Act) -> Done {
    let Some(job) = turn.molt.jobs.get(at).cloned() else { return Ok(()) };
    let Some(mut script) = job.script.clone() else { return Ok(()) };
    let done = poster_act(shared, turn, &job, &mut script, act);
    // It has done what it could: a refused act is not tried for ever.
    if let Some(job) = turn.molt.jobs.get_mut(at) {
        job.script = Some(script);
    }
    done
}

fn poster_act(
    shared: &Arc<Shared>,
    turn: &mut Turn<'_>,
    job: &Job,
    script: &mut PosterScript,
    act: Act,
) -> Done {
    let is_chinese = script.kind == PosterKind::Chinese;
    let hired = job.hired_id.clone().unwrap_or_default();
    let tell =
        |turn: &mut Turn<'_>, text: String| say(turn, &job.poster_id, &hired, &job.id, Said::text(text));
    let said = poster::from_worker(&turn.molt, job).count();
    match act {
        Act::Hire | Act::Reject => {
            let pending = |application: &&Application| application.status == ApplicationStatus::Pending;
            let Some(application) = turn.molt.applications_for(&job.id).find(pending).cloned() else {
                return Ok(());
            };
            applications::decide(turn, &job.poster_id, &application.id, act == Act::Hire)?;
            script.since = Some(turn.now);
            if act == Act::Reject {
                let words = Said::text(line(Line::Refuse, is_chinese));
                say(turn, &job.poster_id, &application.applicant_id, &job.id, words)?;
            }
            Ok(())
        }
        Act::Welcome => {
            script.is_welcomed = true;
            tell(turn, line(Line::Welcome, is_chinese).to_owned())
        }
        Act::SayScam => {
            let text = words::SCAM.get(script.lines).copied().unwrap_or_default();
            script.lines += 1;
            tell(turn, text.to_owned())
        }
        Act::Look => {
            script.is_looking = true;
            look::begin(shared, &turn.molt, job, script);
            Ok(())
        }
        Act::Answer => {
            script.answered = said;
            script.answers += 1;
            tell(turn, line(Line::Answer, is_chinese).to_owned())
        }
        Act::AskChange => {
            let brief = briefs::at(is_chinese, script.brief);
            let text = brief.changes.get(script.changes_asked as usize).copied().unwrap_or_default();
            script.changes_asked += 1;
            script.answered = said;
            script.verdict = None;
            script.since = Some(turn.now);
            tell(turn, text.to_owned())
        }
        Act::Complain => {
            script.complaints += 1;
            script.answered = said;
            let Some(Verdict::Lacking { criteria, pictures }) = script.verdict.take() else { return Ok(()) };
            tell(turn, words::complaint(&criteria, pictures, is_chinese))
        }
        Act::PromisePay => {
            script.has_promised = true;
            tell(turn, line(Line::PayTomorrow, is_chinese).to_owned())
        }
        Act::Pay | Act::PayLate => {
            let wallet = turn.molt.accounts.get(&hired).and_then(|account| account.wallets.first()).cloned();
            let address = wallet.as_ref().map(|wallet| wallet.address.as_str());
            let words = words::paid(job.agreed.unwrap_or_default(), address, act == Act::PayLate, is_chinese);
            tell(turn, words)?;
            jobs::settle(turn, &job.poster_id, &job.id, JobStatus::Completed, None).map(|_| ())
        }
        Act::Cancel => {
            let is_delivered = script.verdict == Some(Verdict::Good);
            let words = if is_delivered { Line::CancelAfter } else { Line::Cancel };
            tell(turn, line(words, is_chinese).to_owned())?;
            jobs::settle(turn, &job.poster_id, &job.id, JobStatus::Cancelled, None).map(|_| ())
        }
        Act::Review => {
            script.has_reviewed = true;
            let words = line(Line::Review, is_chinese).to_owned();
            reviews::leave(turn, &job.poster_id, &hired, Some(&job.id), 5.0, Some(words)).map(|_| ())
        }
        Act::Greet | Act::Deliver | Act::Thank | Act::TalkOn => Ok(()),
    }
}

fn as_worker(turn: &mut Turn<'_>, at: usize, act: Act) -> Done {
    let Some(application) = turn.molt.applications.get(at).cloned() else { return Ok(()) };
    let Some(mut script) = application.script.clone() else { return Ok(()) };
    let Some(job) = turn.molt.lookup_job(&application.job_id).cloned() else { return Ok(()) };
    let is_chinese = script.kind == WorkerKind::Chinese;
    let said = match act {
        Act::Greet => {
            script.has_greeted = true;
            Said::text(words::hello(is_chinese))
        }
        Act::Deliver => delivery(turn, &job, &application, &mut script),
        Act::Thank => {
            script.has_thanked = true;
            Said::text(words::thanks(is_chinese))
        }
        _ => return Ok(()),
    };
    if let Some(application) = turn.molt.applications.get_mut(at) {
        application.script = Some(script);
    }
    say(turn, &application.applicant_id, &job.poster_id, &job.id, said)
}

fn delivery(turn: &Turn<'_>, job: &Job, application: &Application, script: &mut WorkerScript) -> Said {
    let is_first = script.deliveries == 0;
    let names_criteria = !(is_first && script.kind == WorkerKind::MissesCriteria);
    let has_picture = !(is_first && script.kind == WorkerKind::NoPicture);
    script.deliveries += 1;
    script.answered = worker::from_poster(&turn.molt, job, application);
    let posting = &job.posting;
    let is_chinese = script.kind == WorkerKind::Chinese;
    let content = words::delivery(&posting.title, &posting.success_criteria, names_criteria, is_chinese);
    let image_url = has_picture.then(|| pictures::address(turn.shared, application, script.deliveries));
    Said { content, is_image: image_url.is_some(), image_url }
}

fn as_talker(turn: &mut Turn<'_>, at: usize) -> Done {
    let Some(conversation) = turn.molt.conversations.get_mut(at) else { return Ok(()) };
    let Some(mut script) = conversation.script.clone() else { return Ok(()) };
    let text = words::talk(script.kind).get(script.lines).copied().unwrap_or_default();
    script.answered = talker::from_other(conversation, &script);
    script.lines += 1;
    let (talker_id, conversation_id) = (script.talker_id.clone(), conversation.id.clone());
    conversation.script = Some(script);
    conversations::say(turn, &talker_id, &conversation_id, Said::text(text)).map(|_| ())
}
