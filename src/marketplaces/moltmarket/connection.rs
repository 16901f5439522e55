//! Calls to the market: each is counted before it goes out, and goes with the key only where the function takes one.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use jiff::Timestamp;
use reqwest::Method;
use secrecy::SecretString;
use serde_json::Value;
use url::Url;

use super::functions::{self, Function};
use super::{refusal, wire};
use crate::clock::{Clock, Ids};
use crate::marketplaces::budget::{BudgetView, Budgets};
use crate::marketplaces::connection::Connection as Line;
use crate::marketplaces::{MarketError, MarketResult};

/// The wait after the market failed (contract, response `Unexpected`).
const WAIT_AFTER_FAILURE: Duration = Duration::from_secs(30);
/// The market's own wait is believed up to here, or as long as the function's longest window.
const LONGEST_WAIT: Duration = Duration::from_secs(60 * 60);

/// The account whose calls take the key.
struct Account {
    /// Our id of it, under which its uses are counted.
    id: String,
    line: Line,
}

/// The way of one stall to the market.
pub(super) struct Connection {
    /// Without a key.
    public: Line,
    account: Option<Account>,
    budgets: Arc<Budgets>,
    clock: Arc<dyn Clock>,
}

impl Connection {
    /// Checks the base address and the key and opens nothing yet.
    pub(super) fn open(
        base: &str,
        account: Option<(&str, SecretString)>,
        budgets: Arc<Budgets>,
        clock: Arc<dyn Clock>,
        ids: Arc<dyn Ids>,
    ) -> MarketResult<Self> {
        let line = |key| Line::open(base, key, Arc::clone(&clock), Arc::clone(&ids), refusal::error, None);
        let (public, account) = match account {
            Some((id, key)) => {
                let line = line(Some(key))?;
                (line.without_key(), Some(Account { id: id.to_owned(), line }))
            }
            None => (line(None)?, None),
        };
        Ok(Self { public, account, budgets, clock })
    }

    /// The configured address.
    pub(super) fn base(&self) -> &Url {
        self.public.base()
    }

    /// Whether the market is on this computer.
    pub(super) fn is_local(&self) -> bool {
        self.public.is_local()
    }

    /// Reads without effect. Tried again when no answer came, as long as the budget lasts: each try counts.
    pub(super) async fn read(&self, function: &Function, query: &[(&str, String)]) -> MarketResult<Value> {
        let line = self.way(function)?.1;
        let got_no_answer = |error: &MarketError| matches!(error, MarketError::Network { .. });
        let first = OnceLock::new();
        let answer = line.retrying(got_no_answer, || async {
            self.read_once(function, query).await.inspect_err(|error| drop(first.set(error.clone())))
        });
        let answer = answer.await;
        match (answer, first.into_inner()) {
            (Err(MarketError::Spent { .. }), Some(first)) => Err(first),
            (answer, _) => answer,
        }
    }

    /// Reads once, because reading changes something there.
    pub(super) async fn read_once(
        &self,
        function: &Function,
        query: &[(&str, String)],
    ) -> MarketResult<Value> {
        let line = self.way(function)?.1;
        let query: Vec<(&str, &str)> = query.iter().map(|(name, value)| (*name, value.as_str())).collect();
        self.counted(function, "", line.read_once(&[function.path], &query)).await
    }

    /// Writes. Made once.
    pub(super) async fn write(&self, function: &Function, body: &Value) -> MarketResult<Value> {
        self.write_about(function, "", body).await
    }

    /// As [`Self::write`], about one of the things that are counted by themselves.
    pub(super) async fn write_about(
        &self,
        function: &Function,
        subject: &str,
        body: &Value,
    ) -> MarketResult<Value> {
        let line = self.way(function)?.1;
        self.counted(function, subject, line.write(Method::POST, &[function.path], body)).await
    }

    /// Writes where the answer says no more than that it worked, in whatever form. Made once.
    pub(super) async fn tell(&self, function: &Function, body: &Value) -> MarketResult<()> {
        let line = self.way(function)?.1;
        let path = [function.path];
        self.counted(function, "", line.write_for_any_answer(Method::POST, &path, body)).await.map(drop)
    }

    /// What is used of every function's budget. Without an account only the public functions have one.
    pub(super) async fn budgets(&self) -> MarketResult<Vec<BudgetView>> {
        let mut views = Vec::new();
        for function in &functions::ALL {
            if let Ok((holder, _)) = self.way(function) {
                views.extend(self.budgets.view(holder, &function.budget).await?);
            }
        }
        Ok(views)
    }

    /// Whose budget a function uses, and the line it goes over.
    fn way(&self, function: &Function) -> MarketResult<(&str, &Line)> {
        if function.is_public {
            return Ok((self.public.base().as_str().trim_end_matches('/'), &self.public));
        }
        let account = self.account.as_ref().ok_or(MarketError::Unauthorized)?;
        Ok((&account.id, &account.line))
    }

    async fn counted(
        &self,
        function: &Function,
        subject: &str,
        call: impl Future<Output = MarketResult<Value>>,
    ) -> MarketResult<Value> {
        let (holder, line) = self.way(function)?;
        let taken = self.budgets.take(holder, &function.budget, subject).await?;
        let answer = call.await.and_then(|answer| {
            if wire::is_refused(&answer) {
                return Err(line.judged(200, None, answer.to_string().as_bytes()));
            }
            Ok(answer)
        });
        let wait = match &answer {
            Err(MarketError::Network { sent: false, .. } | MarketError::Refused { .. }) => {
                self.budgets.give_back(taken).await;
                None
            }
            Err(MarketError::RateLimited { wait }) => Some(*wait),
            Err(MarketError::Server { .. }) => Some(WAIT_AFTER_FAILURE),
            _ => None,
        };
        if let Some(wait) = wait {
            let longest = Duration::try_from(function.budget.longest()).unwrap_or_default();
            let until = self.clock.now().saturating_add(wait.min(longest.max(LONGEST_WAIT)));
            self.budgets.block(holder, &function.budget, until.unwrap_or(Timestamp::MAX)).await;
        }
        answer
    }
}
