//! What was received: a list of the latest calls and counters of all, for tests and the desk.

use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};

use jiff::Timestamp;
use serde::Serialize;

/// Calls remembered in full; older ones only count.
const REMEMBERED: usize = 5_000;
/// Documented soft limit of one action path (contract, `x-limits.requests`).
const REQUESTS_A_MINUTE: u64 = 1_000;

/// One received request.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Call {
    pub(crate) number: u64,
    pub(crate) at: Timestamp,
    pub(crate) operation: &'static str,
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) order_id: Option<String>,
    /// The agent that called, if its key was known.
    pub(crate) agent_id: Option<String>,
    /// What was answered; 0 when the connection was dropped.
    pub(crate) status: u16,
    pub(crate) milliseconds: f64,
}

/// How often an operation was called, and how often with a 2xx answer before any fault was applied.
#[derive(Debug, Clone, Copy, Default, Serialize)]
pub(crate) struct Counter {
    pub(crate) received: u64,
    pub(crate) done: u64,
}

#[derive(Debug, Default)]
pub(crate) struct Calls {
    pub(crate) latest: VecDeque<Call>,
    pub(crate) counters: BTreeMap<&'static str, Counter>,
    /// Order id -> operation -> counter.
    pub(crate) by_order: HashMap<String, BTreeMap<&'static str, Counter>>,
    /// Ids of the events whose push was answered with success.
    pub(crate) pushes_taken: BTreeSet<u64>,
    minutes: HashMap<(String, &'static str), (i64, u64)>,
    received: u64,
}

impl Calls {
    /// Records an answered call. `done` says whether the effect happened, whatever was answered.
    pub(crate) fn record(&mut self, mut call: Call, done: bool) {
        self.received += 1;
        call.number = self.received;
        let by_order = call.order_id.clone().map(|id| self.by_order.entry(id).or_default());
        for counters in [Some(&mut self.counters), by_order].into_iter().flatten() {
            let counter = counters.entry(call.operation).or_default();
            counter.received += 1;
            counter.done += u64::from(done);
        }
        if self.latest.len() == REMEMBERED {
            self.latest.pop_front();
        }
        self.latest.push_back(call);
    }

    /// Seconds to wait when `key` called `operation` too often in this minute.
    pub(crate) fn over_limit(&mut self, key: &str, operation: &'static str, now: Timestamp) -> Option<u64> {
        let second = now.as_second();
        let window = self.minutes.entry((key.to_owned(), operation)).or_insert((second, 0));
        if second - window.0 >= 60 {
            *window = (second, 0);
        }
        window.1 += 1;
        (window.1 > REQUESTS_A_MINUTE).then(|| (60 - (second - window.0)).max(1).unsigned_abs())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refuses_past_a_thousand_calls_a_minute_and_again_allows_in_the_next() {
        let mut calls = Calls::default();
        let now: Timestamp = "2026-01-01T00:00:10Z".parse().unwrap();
        for _ in 0..REQUESTS_A_MINUTE {
            assert_eq!(calls.over_limit("key", "getMe", now), None);
        }
        assert_eq!(calls.over_limit("key", "getMe", now), Some(60));
        assert_eq!(calls.over_limit("key", "getOrder", now), None, "each path has its own limit");
        let later: Timestamp = "2026-01-01T00:01:10Z".parse().unwrap();
        assert_eq!(calls.over_limit("key", "getMe", later), None);
    }
}
