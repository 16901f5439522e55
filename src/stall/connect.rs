//! Keys and accounts: checked live, kept in the place for secrets, and opened.

use std::sync::Arc;
use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};
use url::Url;

use super::Stall;
use super::account::Opening;
use crate::crash::{self, Point};
use crate::desk::contract::StallMode;
use crate::logs::hide;
use crate::marketplaces::agent_market::AgentMarket;
use crate::marketplaces::{MarketError, Marketplace, Profile};
use crate::model::{KeyStatus, Model, ModelError, OpenRouter};
use crate::practice::{Practice, PracticeOptions};
use crate::secrets::SecretName;
use crate::settings::{CredentialsFile, base_url, default_places};
use crate::store::{AccountKind, AccountRow};

/// The market's present public address (contract 1.1).
pub const DEFAULT_MARKET_BASE: &str = "https://www.clawlabor.com/api";
/// The model provider's address.
pub const DEFAULT_MODEL_BASE: &str = "https://openrouter.ai/api/v1";
/// What the practice account is kept under: its real address changes with every start.
pub(super) const PRACTICE_BASE: &str = "practice";

/// Result of a check the key has passed.
pub(super) const KEY_WORKS: &str = "key_works";

/// Why an account was not connected.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    #[error("this is not an address of a marketplace or model provider: {0}")]
    Address(String),
    #[error(transparent)]
    Market(#[from] MarketError),
    #[error(transparent)]
    Model(#[from] ModelError),
    #[error(transparent)]
    Other(#[from] anyhow::Error),
}

impl Stall {
    /// Asks a market who this key belongs to.
    ///
    /// # Errors
    /// When the market does not accept it or cannot be asked.
    pub async fn check_market(
        &self,
        base: &str,
        key: SecretString,
    ) -> Result<(Arc<dyn Marketplace>, Profile), ConnectError> {
        let market = self.market_client(base, key)?;
        let profile = market.me().await?;
        Ok((market, profile))
    }

    fn market_client(&self, base: &str, key: SecretString) -> Result<Arc<dyn Marketplace>, ConnectError> {
        hide(key.expose_secret());
        let base = base_url(base).map_err(|problem| ConnectError::Address(problem.to_string()))?;
        let market =
            AgentMarket::connect(base.as_str(), key, Arc::clone(self.clock()), Arc::clone(self.ids()))?;
        Ok(Arc::new(market))
    }

    /// Asks the model provider about this key.
    ///
    /// # Errors
    /// When the provider does not accept it or cannot be asked.
    pub async fn check_model(
        &self,
        base: &str,
        key: SecretString,
    ) -> Result<(Arc<dyn Model>, KeyStatus), ConnectError> {
        let model = model_client(base, key)?;
        let status = model.check_key().await?;
        Ok((model, status))
    }

    /// Keeps a checked market account and its key.
    ///
    /// # Errors
    /// When the key or the account cannot be kept.
    pub async fn keep_market(
        &self,
        base: &str,
        key: SecretString,
        profile: &Profile,
        practice: bool,
    ) -> anyhow::Result<AccountRow> {
        let base = if practice { PRACTICE_BASE.to_owned() } else { base_url(base)?.to_string() };
        let now = self.clock().now();
        let mut row = AccountRow {
            id: self.ids().id(),
            kind: AccountKind::AgentMarket,
            base_url: base,
            practice,
            name: profile.name.clone(),
            own_id: profile.id.clone(),
            handle: profile.handle.clone().unwrap_or_default(),
            feed_cursor: 0,
            checked_at: Some(now),
            check_code: KEY_WORKS.to_owned(),
            balance: profile.balance.map(|balance| balance.total),
            created_at: now,
        };
        let mut write = self.store().write().await?;
        row.id = write.upsert_account(&row).await?;
        let is_sellers = !practice && !self.config().has_market_account();
        if is_sellers {
            write.record_chosen(&row.id, now).await?;
        }
        crash::point(Point::AccountBeforeKept);
        write.commit().await?;
        crash::point(Point::AccountKept);
        if is_sellers {
            self.secrets().set(&SecretName::AgentMarketKey { account: row.id.clone() }, key).await?;
        }
        Ok(row)
    }

    /// Keeps a checked model key and its account.
    ///
    /// # Errors
    /// When the key or the account cannot be kept.
    pub async fn keep_model(&self, base: &str, key: SecretString, status: &KeyStatus) -> anyhow::Result<()> {
        let now = self.clock().now();
        let row = AccountRow {
            id: self.ids().id(),
            kind: AccountKind::OpenRouter,
            base_url: base_url(base)?.to_string(),
            practice: false,
            name: status.label.clone(),
            own_id: String::new(),
            handle: String::new(),
            feed_cursor: 0,
            checked_at: Some(now),
            check_code: KEY_WORKS.to_owned(),
            balance: status.remaining_usd.or(status.account_credit_usd),
            created_at: now,
        };
        let mut write = self.store().write().await?;
        write.upsert_account(&row).await?;
        write.commit().await?;
        self.secrets().set(&SecretName::ModelKey, key).await?;
        Ok(())
    }

    /// The model provider as it is connected now; none without a key.
    pub(super) async fn live_model(&self) -> anyhow::Result<Option<Arc<dyn Model>>> {
        let environment = self.environment();
        let kept = self.store().lookup_account(AccountKind::OpenRouter, false).await?;
        let base = match (&environment.openrouter_base_url, &kept) {
            (Some(base), _) => base.to_string(),
            (None, Some(row)) => row.base_url.clone(),
            (None, None) => DEFAULT_MODEL_BASE.to_owned(),
        };
        let key = match &environment.openrouter_api_key {
            Some(key) => Some(key.clone()),
            None => self.secrets().lookup(&SecretName::ModelKey).await?,
        };
        match key {
            None => Ok(None),
            Some(key) => Ok(Some(model_client(&base, key)?)),
        }
    }

    /// Hands a newly connected model to the open account.
    ///
    /// # Errors
    /// When the place for keys cannot be read.
    pub async fn refresh_model(&self) -> anyhow::Result<()> {
        if let Some(account) = self.account().filter(|account| !account.row.practice) {
            let model = self.live_model().await?;
            let model = model.map(|model| self.watch(model, &account.model_health));
            account.runner.parts.connect(model);
            account.model_health.forget();
            account.beat.notify_one();
            account.wake_waiting().await?;
        }
        self.refresh_model_of_given().await
    }

    /// Starts the practice marketplace and serves it.
    pub(super) async fn open_practice(&self) -> anyhow::Result<()> {
        let options = PracticeOptions {
            speed: self.config().practice_speed,
            seller_name: self.saved_settings().stall_name,
            state_file: Some(self.config().data_dir.join("practice.json")),
            ..PracticeOptions::default()
        };
        let practice = Practice::start(options).await?;
        let addresses = practice.addresses().clone();
        *self.inner.practice.lock().await = Some(practice);
        let key = SecretString::from(addresses.seller_api_key);
        let (market, profile) = self.check_market(&addresses.market_base, key.clone()).await?;
        let row = self.keep_market(&addresses.market_base, key, &profile, true).await?;
        let model = model_client(&addresses.model_base, addresses.model_api_key.into())?;
        self.serve(Opening {
            row,
            market,
            model: Some(model),
            market_has: profile.push_url,
            allow_loopback: true,
        })
        .await
    }

    /// Serves the real account; where the market cannot be asked now, tries on in the background.
    pub(super) async fn open_live(&self) {
        if let Err(wait) = self.try_live().await {
            let stall = self.clone();
            let stop = self.inner.stop.clone();
            self.spawn(async move {
                // Closing waits for this task, so it must let go wherever it is.
                let _ = stop.run_until_cancelled(stall.keep_trying(wait)).await;
            });
        }
    }

    async fn keep_trying(&self, mut wait: Duration) {
        loop {
            tokio::time::sleep(wait).await;
            let _turn = self.inner.changing.lock().await;
            if self.mode() != StallMode::Live || self.account().is_some() {
                return;
            }
            match self.try_live().await {
                Ok(()) => return,
                Err(next) => wait = next.max(wait * 2).min(Duration::from_secs(60)),
            }
        }
    }

    /// One try; on failure says how long to wait.
    async fn try_live(&self) -> Result<(), Duration> {
        match self.connect_live().await {
            Ok(()) => {
                self.set_trouble(None);
                Ok(())
            }
            Err(error) => {
                let (code, wait) = match &error {
                    ConnectError::Market(MarketError::Unauthorized) => ("key_refused", 30),
                    ConnectError::Market(_) => ("market_unreachable", 1),
                    ConnectError::Address(_) => ("address", 60),
                    ConnectError::Model(_) | ConnectError::Other(_) => ("not_connected", 5),
                };
                if self.trouble() != Some(code) {
                    tracing::warn!(error = %format!("{error:#}"), "the market account cannot be opened now");
                }
                self.set_trouble(Some(code));
                Err(Duration::from_secs(wait))
            }
        }
    }

    async fn connect_live(&self) -> Result<(), ConnectError> {
        let (base, key) = self.live_account().await?;
        let (market, profile) = self.check_market(&base, key.clone()).await?;
        let row = self.keep_market(&base, key, &profile, false).await?;
        let model = self.live_model().await?;
        let allow_loopback = base_url(&base).is_ok_and(|url| is_loopback(&url));
        self.serve(Opening { row, market, model, market_has: profile.push_url, allow_loopback }).await?;
        Ok(())
    }

    /// Address and key of the real account: the environment's, else the one connected on the screens.
    async fn live_account(&self) -> anyhow::Result<(String, SecretString)> {
        let environment = self.environment();
        if self.config().has_market_account() {
            let base = environment
                .agent_market_base_url
                .as_ref()
                .map_or(DEFAULT_MARKET_BASE.to_owned(), Url::to_string);
            let places = match &environment.credentials_file {
                Some(path) => vec![path.clone()],
                None => default_places(&self.config().folders),
            };
            let path = places.iter().find(|path| path.exists()).or(places.first());
            let Some(path) = path else { anyhow::bail!("no credentials file is named") };
            let file = CredentialsFile::read(path)?;
            if file.readable_by_others {
                tracing::warn!(path = %path.display(), "other users of this computer can read the credentials file");
            }
            return Ok((base, file.credentials.api_key));
        }
        let row = self.store().lookup_account(AccountKind::AgentMarket, false).await?;
        let Some(row) = row else { anyhow::bail!("no marketplace account is connected") };
        let key = self.secrets().lookup(&SecretName::AgentMarketKey { account: row.id.clone() }).await?;
        let Some(key) = key else { anyhow::bail!("the marketplace key is not kept any more") };
        Ok((row.base_url, key))
    }
}

pub(super) fn model_client(base: &str, key: SecretString) -> Result<Arc<dyn Model>, ConnectError> {
    hide(key.expose_secret());
    let base = base_url(base).map_err(|problem| ConnectError::Address(problem.to_string()))?;
    Ok(Arc::new(OpenRouter::connect(&base, key)?))
}

pub(super) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        Some(url::Host::Domain(name)) => name == "localhost",
        None => false,
    }
}
