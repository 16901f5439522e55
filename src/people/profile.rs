//! The own profile: changes are gathered into the one call the market allows so rarely, and outlive a restart.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tokio::sync::{Mutex, Notify};
use tokio_util::sync::CancellationToken;

use super::here;
use crate::clock::Clock;
use crate::crash::{self, Point};
use crate::desk::contract::DeskEvent;
use crate::marketplaces::moltmarket::{Agent, MoltMarket, ProfileChange, SkillVersion, Wallet, WalletKind};
use crate::marketplaces::{MarketError, MarketResult};
use crate::signals::Signals;
use crate::store::{Store, StoreError, StoreResult};

const LONGEST_SLEEP: Duration = Duration::from_secs(600);

/// A change of the profile as it waits in the database. Exactly this is sent.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Waiting {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub capabilities: Option<Vec<String>>,
    /// Kind and address. Replaces the whole list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wallets: Option<Vec<(WalletKind, String)>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub avatar_url: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub skill_version: Option<String>,
}

impl From<ProfileChange> for Waiting {
    fn from(change: ProfileChange) -> Self {
        let wallets = change
            .wallets
            .map(|wallets| wallets.into_iter().map(|wallet| (wallet.kind, wallet.address)).collect());
        Self {
            description: change.description,
            capabilities: change.capabilities,
            wallets,
            avatar_url: change.avatar_url,
            skill_version: change.skill_version,
        }
    }
}

impl From<Waiting> for ProfileChange {
    fn from(waiting: Waiting) -> Self {
        let wallet = |(kind, address)| Wallet { kind, address };
        Self {
            description: waiting.description,
            capabilities: waiting.capabilities,
            wallets: waiting.wallets.map(|wallets| wallets.into_iter().map(wallet).collect()),
            avatar_url: waiting.avatar_url,
            webhook: None,
            skill_version: waiting.skill_version,
        }
    }
}

impl Waiting {
    /// What is left once `sent` was taken by the market; a field changed since stays.
    fn without(self, sent: &Self) -> Option<Self> {
        fn left<T: PartialEq>(now: Option<T>, sent: &Option<T>) -> Option<T> {
            now.filter(|now| Some(now) != sent.as_ref())
        }
        let left = Self {
            description: left(self.description, &sent.description),
            capabilities: left(self.capabilities, &sent.capabilities),
            wallets: left(self.wallets, &sent.wallets),
            avatar_url: left(self.avatar_url, &sent.avatar_url),
            skill_version: left(self.skill_version, &sent.skill_version),
        };
        (left != Self::default()).then_some(left)
    }
}

/// The own profile as the market shows it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct ProfileView {
    pub name: Option<String>,
    pub description: Option<String>,
    pub capabilities: Vec<String>,
    pub avatar_url: Option<String>,
    pub wallets: Vec<(WalletKind, String)>,
    pub rating: Option<f64>,
    pub review_count: Option<u64>,
    pub is_verified: bool,
    pub profile_url: Option<String>,
}

impl From<Agent> for ProfileView {
    fn from(agent: Agent) -> Self {
        Self {
            name: agent.name,
            description: agent.bio,
            capabilities: agent.capabilities,
            avatar_url: agent.avatar_url,
            wallets: agent.wallets.into_iter().map(|wallet| (wallet.kind, wallet.address)).collect(),
            rating: agent.rating,
            review_count: agent.review_count,
            is_verified: agent.is_verified,
            profile_url: agent.profile_url,
        }
    }
}

/// The newer version of the market's rules. Texts are the market's: for showing, never followed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rules {
    pub own_version: Option<String>,
    pub current_version: String,
    pub last_updated: Option<String>,
    pub summary: Option<String>,
    /// Version, date and summary of each change, as far as the market listed them.
    pub changes: Vec<(String, Option<String>, Option<String>)>,
    /// The document itself, to be opened by the seller.
    pub document_url: Option<String>,
}

impl Rules {
    /// The same with the list of changes.
    #[must_use]
    pub fn with(mut self, version: SkillVersion) -> Self {
        self.changes =
            version.changes.into_iter().map(|change| (change.version, change.date, change.summary)).collect();
        self.document_url = version.document_url;
        self
    }
}

/// The profile of one account.
pub struct Profile {
    pub market: Arc<MoltMarket>,
    pub store: Store,
    pub clock: Arc<dyn Clock>,
    pub signals: Signals,
    pub account_id: String,
    pub own_id: String,
    /// Signalled when a change waits.
    pub send_now: Arc<Notify>,
    /// One change at a time.
    pub sending: Mutex<()>,
}

impl Profile {
    /// Adds a change to the one that waits.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn change(&self, change: ProfileChange) -> StoreResult<()> {
        let mut write = self.store.write().await?;
        let before = read(write.lookup_pending_profile(&self.account_id).await?)?.unwrap_or_default();
        let after = Waiting::from(ProfileChange::from(before).then(change));
        write.put_pending_profile(&self.account_id, Some(&text(&after)?), None, self.clock.now()).await?;
        write.commit().await?;
        self.send_now.notify_one();
        self.signals.send(DeskEvent::MoltChanged);
        Ok(())
    }

    /// Takes back what waits and was not sent. Rules that were acknowledged stay so.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn take_back(&self) -> StoreResult<()> {
        // What is on its way cannot be taken back: its outcome is recorded first.
        let _turn = self.sending.lock().await;
        let mut write = self.store.write().await?;
        let before = read(write.lookup_pending_profile(&self.account_id).await?)?.unwrap_or_default();
        let left = Waiting { skill_version: before.skill_version, ..Waiting::default() };
        let left = (left != Waiting::default()).then(|| text(&left)).transpose()?;
        write.put_pending_profile(&self.account_id, left.as_deref(), None, self.clock.now()).await?;
        write.commit().await?;
        self.send_now.notify_one();
        self.signals.send(DeskEvent::MoltChanged);
        Ok(())
    }

    /// Says that the seller has read this version of the rules.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn acknowledge(&self, version: &str) -> StoreResult<()> {
        let change = ProfileChange { skill_version: Some(version.to_owned()), ..ProfileChange::default() };
        self.change(change).await
    }

    /// Sends changes when the market allows it, until told to stop.
    pub async fn run(&self, stop: CancellationToken) {
        loop {
            let wait = match self.send_waiting().await {
                Ok(wait) => wait.unwrap_or(LONGEST_SLEEP),
                Err(error) => {
                    tracing::warn!(%error, "the profile cannot be changed now");
                    Duration::from_secs(60)
                }
            };
            tokio::select! {
                () = self.send_now.notified() => {}
                () = tokio::time::sleep(wait.min(LONGEST_SLEEP)) => {}
                () = stop.cancelled() => break,
            }
        }
    }

    /// Sends what waits, if anything. How long it has to wait yet, if it has to. Values are set as a whole, so that a change
    /// whose outcome is not known is simply sent again.
    ///
    /// # Errors
    /// When the market or the database fails.
    pub async fn send_waiting(&self) -> MarketResult<Option<Duration>> {
        let _turn = self.sending.lock().await;
        let kept = self.store.get_molt_account(&self.account_id).await.map_err(|error| here(&error))?;
        let waiting = read(kept.pending).map_err(|error| here(&error))?;
        let Some(sent) = waiting.filter(|_| !is_final(kept.pending_problem.as_deref())) else {
            return Ok(None);
        };
        crash::point(Point::ProfileBeforeCall);
        let answer = self.market.update_profile(&sent.clone().into()).await;
        crash::point(Point::ProfileAfterCall);
        match answer {
            Ok(()) => {
                self.record(&sent, true, None).await.map_err(|error| here(&error))?;
                if let Err(error) = self.refresh().await {
                    tracing::info!(%error, "the changed profile cannot be read now");
                }
                Ok(None)
            }
            Err(MarketError::Spent { next_at, .. }) => Ok(Some(until(next_at, self.clock.now()))),
            Err(MarketError::RateLimited { wait }) => Ok(Some(wait)),
            Err(error) => {
                let problem = Some(error.code()).filter(|_| !error.is_passing());
                self.record(&sent, false, problem).await.map_err(|error| here(&error))?;
                if error.is_passing() || error.may_have_landed() { Err(error) } else { Ok(None) }
            }
        }
    }

    async fn record(&self, sent: &Waiting, is_taken: bool, problem: Option<&str>) -> StoreResult<()> {
        let mut write = self.store.write().await?;
        let now = read(write.lookup_pending_profile(&self.account_id).await?)?;
        let left = if is_taken { now.and_then(|now| now.without(sent)) } else { now };
        let left = left.map(|left| text(&left)).transpose()?;
        if is_taken {
            let version = sent.skill_version.as_deref();
            if version.is_some() {
                write.put_rules(&self.account_id, None).await?;
            }
        }
        write.put_pending_profile(&self.account_id, left.as_deref(), problem, self.clock.now()).await?;
        write.commit().await?;
        crash::point(Point::ProfileRecorded);
        self.signals.send(DeskEvent::MoltChanged);
        Ok(())
    }

    /// Reads the own profile from the market and keeps it.
    ///
    /// # Errors
    /// When the market or the database fails.
    pub async fn refresh(&self) -> MarketResult<()> {
        if self.own_id.is_empty() {
            return Ok(());
        }
        let profile = ProfileView::from(self.market.get_agent(&self.own_id).await?);
        let kept = async {
            let profile = text(&profile)?;
            let before = self.store.get_molt_account(&self.account_id).await?.profile;
            if before.as_deref() != Some(&profile) {
                let mut write = self.store.write().await?;
                write.put_molt_profile(&self.account_id, &profile).await?;
                write.commit().await?;
                self.signals.send(DeskEvent::MoltChanged);
            }
            Ok::<_, StoreError>(())
        };
        kept.await.map_err(|error| here(&error))
    }
}

/// Whether a change was refused for good: it is not sent again before the seller changes it.
fn is_final(problem: Option<&str>) -> bool {
    matches!(
        problem,
        Some("market_invalid" | "market_limit" | "refused_here" | "content_policy" | "market_not_found")
    )
}

fn until(at: Timestamp, now: Timestamp) -> Duration {
    Duration::try_from(at.duration_since(now)).unwrap_or_default() + Duration::from_millis(10)
}

fn read(text: Option<String>) -> StoreResult<Option<Waiting>> {
    let Some(text) = text else { return Ok(None) };
    let unknown = |_| StoreError::UnknownValue { what: "change of the profile", value: String::new() };
    serde_json::from_str(&text).map(Some).map_err(unknown)
}

fn text(value: &impl Serialize) -> StoreResult<String> {
    serde_json::to_string(value)
        .map_err(|_| StoreError::UnknownValue { what: "profile", value: String::new() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_changed_while_a_change_was_sent_is_left() {
        let of = |text: &str| Waiting { description: Some(text.to_owned()), ..Waiting::default() };
        assert_eq!(of("a").without(&of("a")), None);
        assert_eq!(of("b").without(&of("a")), Some(of("b")));
        let more = Waiting { avatar_url: Some("https://a.example/b.png".to_owned()), ..of("a") };
        let left = more.clone().without(&of("a")).unwrap();
        assert_eq!((left.description, left.avatar_url), (None, more.avatar_url));
    }

    #[test]
    fn a_change_is_kept_as_it_is_sent() {
        let change = ProfileChange {
            description: Some("Draws.".to_owned()),
            capabilities: Some(vec!["art".to_owned()]),
            wallets: Some(vec![Wallet { kind: WalletKind::Eth, address: "0xabc".to_owned() }]),
            avatar_url: None,
            webhook: None,
            skill_version: Some("2.3.0".to_owned()),
        };
        let kept = text(&Waiting::from(change.clone())).unwrap();
        assert_eq!(ProfileChange::from(read(Some(kept)).unwrap().unwrap()), change);
    }
}
