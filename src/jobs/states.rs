//! What the market's word makes of the state of an application. Pure: the same word twice changes nothing, and a word that
//! comes late takes nothing back.

use crate::marketplaces::moltmarket::{ApplicationStatus, JobStatus};
use crate::store::ApplicationState;

/// A change of state and why.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step {
    pub to: ApplicationState,
    pub reason: &'static str,
}

/// What follows from the market's word on the application and on its job; none when it stands so already.
pub fn followed(
    now: ApplicationState,
    application: Option<&ApplicationStatus>,
    job: Option<&JobStatus>,
) -> Option<Step> {
    use ApplicationState::{Accepted, Draft, Failed, Gone, Held, Pending, Rejected, Sending};
    let step = |to, reason| (to != now).then_some(Step { to, reason });
    let is_over = matches!(job, Some(JobStatus::InProgress | JobStatus::Completed | JobStatus::Cancelled));
    match (application, now) {
        (Some(ApplicationStatus::Accepted), _) => step(Accepted, "market_accepted"),
        (Some(ApplicationStatus::Rejected), _) => step(Rejected, "market_rejected"),
        // Once decided it does not go back to waiting: that was read before.
        (Some(ApplicationStatus::Pending), Accepted | Rejected) => None,
        // Somebody else has it: whether ours is rejected too, the market does not say.
        (Some(ApplicationStatus::Pending), _) if matches!(job, Some(JobStatus::InProgress)) => {
            step(Pending, "taken")
        }
        (Some(ApplicationStatus::Pending), _) if is_over => step(Gone, "job_over"),
        (Some(ApplicationStatus::Pending), _) => step(Pending, "market_has_it"),
        (Some(ApplicationStatus::Other(_)), Sending) => step(Pending, "market_has_it"),
        (Some(ApplicationStatus::Other(_)), _) => None,
        (None, Draft | Held | Failed) if is_over => step(Gone, "job_over"),
        (None, Pending | Sending) if matches!(job, Some(JobStatus::Completed | JobStatus::Cancelled)) => {
            step(Gone, "job_over")
        }
        (None, Draft | Sending | Pending | Accepted | Rejected | Gone | Held | Failed) => None,
    }
}

#[cfg(test)]
mod tests {
    use ApplicationState::{Accepted, Draft, Failed, Gone, Held, Pending, Rejected, Sending};

    use super::*;

    #[test]
    fn the_markets_word_decides_and_late_words_take_nothing_back() {
        let (pending, accepted, rejected) =
            (ApplicationStatus::Pending, ApplicationStatus::Accepted, ApplicationStatus::Rejected);
        let odd = ApplicationStatus::from("shortlisted");
        let (open, taken, done, off) =
            (JobStatus::Open, JobStatus::InProgress, JobStatus::Completed, JobStatus::Cancelled);
        for (now, application, job, expected) in [
            (Sending, Some(&pending), Some(&open), Some(Pending)),
            (Failed, Some(&pending), None, Some(Pending)),
            (Held, Some(&pending), None, Some(Pending)),
            (Draft, Some(&pending), None, Some(Pending)),
            (Gone, Some(&pending), Some(&open), Some(Pending)),
            (Pending, Some(&pending), Some(&open), None),
            (Pending, Some(&pending), Some(&taken), None),
            (Pending, Some(&pending), Some(&off), Some(Gone)),
            (Pending, Some(&pending), Some(&done), Some(Gone)),
            (Pending, Some(&accepted), Some(&taken), Some(Accepted)),
            (Sending, Some(&accepted), None, Some(Accepted)),
            (Accepted, Some(&accepted), Some(&done), None),
            (Accepted, Some(&pending), Some(&open), None),
            (Rejected, Some(&pending), Some(&open), None),
            (Pending, Some(&rejected), None, Some(Rejected)),
            (Rejected, Some(&rejected), Some(&off), None),
            (Sending, Some(&odd), None, Some(Pending)),
            (Pending, Some(&odd), None, None),
            (Pending, None, Some(&off), Some(Gone)),
            (Sending, None, Some(&done), Some(Gone)),
            (Draft, None, Some(&taken), Some(Gone)),
            (Held, None, Some(&off), Some(Gone)),
            (Pending, None, Some(&taken), None),
            (Accepted, None, Some(&off), None),
            (Draft, None, Some(&open), None),
            (Draft, None, None, None),
        ] {
            let step = followed(now, application, job);
            assert_eq!(step.map(|step| step.to), expected, "{now:?} {application:?} {job:?}");
            if let Some(step) = step {
                assert_eq!(followed(step.to, application, job), None, "{now:?}: twice changes nothing");
            }
        }
    }
}
