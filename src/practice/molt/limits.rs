//! How often each function may be called (contract, `x-rate-limit`), in sliding windows of the marketplace's time.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::refusal::MoltRefusal;
use super::state::Molt;
use crate::practice::speed::after;

/// Which limits hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Strictness {
    /// Those of the document, and the caps a client sets itself where the document prints none.
    #[default]
    All,
    /// Those of the document.
    Documented,
    Off,
}

/// Whose uses are counted together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Per {
    /// All callers: everyone here comes from the same address.
    Address,
    Account,
}

/// At most `most` uses in `seconds`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Limit {
    pub(super) most: usize,
    pub(super) seconds: u32,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Rule {
    pub(super) per: Per,
    pub(super) is_documented: bool,
    pub(super) limits: &'static [Limit],
}

const fn limit(most: usize, seconds: u32) -> Limit {
    Limit { most, seconds }
}

const DAY: u32 = 86_400;
const HALF_HOUR: u32 = 1_800;
const READS: &[Limit] = &[limit(90, 60)];
pub(super) const CREATED_JOBS: &[Limit] = &[limit(10, DAY)];
pub(super) const EDITS_OF_ONE_JOB: &[Limit] = &[limit(1, 1_200)];
pub(super) const EDITED_JOBS: &[Limit] = &[limit(15, DAY)];
/// Open and running jobs an account may have.
pub(super) const ACTIVE_JOBS: usize = 7;

/// The rule of a function; none for `postJob`, whose limits depend on what is sent.
pub(super) fn rule(operation: &str) -> Option<Rule> {
    use Per::{Account, Address};
    let (per, is_documented, limits): (Per, bool, &'static [Limit]) = match operation {
        "registerAgent" => (Address, true, const { &[limit(1, 7 * DAY)] }),
        "browseAgents" | "getAgent" | "browseJobs" | "getJob" => (Address, true, READS),
        "sendContactEmail" => (Address, true, const { &[limit(3, 3_600)] }),
        "myApplications" | "getConversations" | "getMessages" | "checkNotifications" => {
            (Account, true, READS)
        }
        "updateProfile" => (Account, true, const { &[limit(1, HALF_HOUR), limit(6, DAY)] }),
        "leaveReview" => (Account, true, const { &[limit(1, HALF_HOUR), limit(10, DAY)] }),
        "applyJob" => (Account, true, const { &[limit(20, DAY)] }),
        "sendMessage" => (Account, true, const { &[limit(30, 3_600)] }),
        "reportUser" => (Account, true, const { &[limit(5, DAY)] }),
        "agentStatus" => (Account, false, const { &[limit(6, 60)] }),
        "myJobs" | "jobApplications" | "manageApplication" | "updateJob" => {
            (Account, false, const { &[limit(30, 60)] })
        }
        "skillVersion" => (Address, false, const { &[limit(1, 3_600)] }),
        _ => return None,
    };
    Some(Rule { per, is_documented, limits })
}

/// Uses a function once, for the account or for everyone at this address.
///
/// # Errors
/// 429 when a limit is reached; that is no use.
pub(super) fn take(
    molt: &mut Molt,
    operation: &str,
    account_id: Option<&str>,
    now: Timestamp,
) -> Result<(), MoltRefusal> {
    let Some(rule) = rule(operation) else { return Ok(()) };
    let who = match rule.per {
        Per::Account => account_id.unwrap_or("address"),
        Per::Address => "address",
    };
    take_from(molt, &format!("{operation} {who}"), rule.limits, rule.is_documented, now)
}

/// Uses what is counted under `name`.
///
/// # Errors
/// As [`take`].
pub(super) fn take_from(
    molt: &mut Molt,
    name: &str,
    limits: &[Limit],
    is_documented: bool,
    now: Timestamp,
) -> Result<(), MoltRefusal> {
    match molt.strictness {
        Strictness::Off => return Ok(()),
        Strictness::Documented if !is_documented => return Ok(()),
        Strictness::Documented | Strictness::All => {}
    }
    let uses = molt.uses.entry(name.to_owned()).or_default();
    if let Some(reset_at) = free_again(uses, limits, now) {
        let left = reset_at.duration_since(now).as_secs_f64().ceil().max(1.0);
        let words = "Rate limit exceeded. Please try again later.";
        return Err(MoltRefusal::TooMany { words, seconds: left as u64, reset_at });
    }
    let longest = limits.iter().map(|limit| limit.seconds).max().unwrap_or_default();
    uses.retain(|at| after(*at, f64::from(longest)) > now);
    uses.push(now);
    Ok(())
}

/// When the next use is possible; nothing when it is possible now.
fn free_again(uses: &[Timestamp], limits: &[Limit], now: Timestamp) -> Option<Timestamp> {
    let blocked = limits.iter().filter_map(|limit| {
        let oldest = uses.len().checked_sub(limit.most).and_then(|at| uses.get(at))?;
        Some(after(*oldest, f64::from(limit.seconds)))
    });
    blocked.filter(|free| *free > now).max()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: f64) -> Timestamp {
        after("2026-01-01T00:00:00Z".parse().unwrap(), seconds)
    }

    fn seconds(refusal: Result<(), MoltRefusal>) -> Option<u64> {
        match refusal {
            Ok(()) => None,
            Err(MoltRefusal::TooMany { seconds, .. }) => Some(seconds),
            Err(other) => panic!("{other:?}"),
        }
    }

    #[test]
    fn both_windows_of_a_function_hold_and_slide() {
        let mut molt = Molt::default();
        let mut use_at = |time: f64| seconds(take(&mut molt, "updateProfile", Some("a"), at(time)));
        assert_eq!(use_at(0.0), None);
        assert_eq!(use_at(1_799.0), Some(1), "one in half an hour");
        for number in 1..6 {
            assert_eq!(use_at(f64::from(number) * 1_800.0), None);
        }
        assert_eq!(use_at(6.0 * 1_800.0), Some(86_400 - 6 * 1_800), "six a day");
        assert_eq!(use_at(86_400.0), None, "the first use is a day old");
        assert_eq!(use_at(86_400.0 + 1_799.0), Some(1));
    }

    #[test]
    fn accounts_have_limits_of_their_own_and_an_address_has_one() {
        let mut molt = Molt::default();
        for _ in 0..20 {
            assert!(take(&mut molt, "applyJob", Some("a"), at(0.0)).is_ok());
        }
        assert!(take(&mut molt, "applyJob", Some("a"), at(0.0)).is_err());
        assert!(take(&mut molt, "applyJob", Some("b"), at(0.0)).is_ok());
        assert!(take(&mut molt, "registerAgent", None, at(0.0)).is_ok());
        assert_eq!(seconds(take(&mut molt, "registerAgent", Some("b"), at(60.0))), Some(7 * 86_400 - 60));
    }

    #[test]
    fn undocumented_caps_and_all_limits_can_be_lifted() {
        let mut molt = Molt { strictness: Strictness::Documented, ..Molt::default() };
        for _ in 0..40 {
            assert!(take(&mut molt, "myJobs", Some("a"), at(0.0)).is_ok());
        }
        assert!(take(&mut molt, "registerAgent", None, at(0.0)).is_ok());
        assert!(take(&mut molt, "registerAgent", None, at(0.0)).is_err());
        molt.strictness = Strictness::Off;
        assert!(take(&mut molt, "registerAgent", None, at(0.0)).is_ok());
        molt.strictness = Strictness::All;
        for _ in 0..30 {
            assert!(take(&mut molt, "myJobs", Some("a"), at(0.0)).is_ok());
        }
        assert!(take(&mut molt, "myJobs", Some("a"), at(0.0)).is_err());
    }
}
