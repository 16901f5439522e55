//! The MoltMarket account: connected, claimed, read and written to. It opens and closes with the stall and never disturbs
//! the account beside it; either may be absent.

use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, OnceLock, PoisonError, Weak};
use std::time::Duration;

use jiff::Timestamp;
use secrecy::{ExposeSecret, SecretString};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::connect::{ConnectError, KEY_WORKS};
use super::given::{self, Given};
use super::{Stall, connect};
use crate::clock::JumpWatch;
use crate::crash::{self, Point};
use crate::desk::contract::{DeskEvent, StallMode};
use crate::host::{Notice, NoticeKind};
use crate::intake::{Inbox, NotificationFeed, Pulse};
use crate::logs::hide;
use crate::marketplaces::MarketError;
use crate::marketplaces::moltmarket::{AccountStatus, Claim, MoltMarket, Registration, register_agent};
use crate::people::{JobsRoom, JobsSlot, People, Profile, Tell, state_file};
use crate::secrets::SecretName;
use crate::settings::{Language, base_url};
use crate::store::{AccountKind, AccountRow, ConversationRow};

/// The market's present address (contract, `servers`).
pub const DEFAULT_MOLT_BASE: &str = "https://uzqzlfvfbkhvradsqdls.supabase.co/functions/v1";
/// Stands in the place of a key that is about to be made.
const NO_KEY_YET: &str = "no key yet";
const DISCONNECTED: &str = "disconnected";

/// A MoltMarket account that is being served.
pub struct OpenMolt {
    pub row: AccountRow,
    pub market: Arc<MoltMarket>,
    pub people: Arc<People>,
    pub profile: Arc<Profile>,
    /// Of reading the inbox.
    pub inbox: Pulse,
    /// Signalled to read the inbox now.
    pub poll_now: Arc<Notify>,
    pub opened_at: Timestamp,
    /// Jobs that were given to us.
    pub given: Arc<Given>,
    jobs: JobsSlot,
    /// After a sleep the market is asked before any job is walked.
    pub(super) catching_up: AtomicBool,
    pub(super) jumps: JumpWatch,
    stop: CancellationToken,
    pub(super) tasks: TaskTracker,
}

impl OpenMolt {
    /// The jobs room takes its place: it is told news about jobs, also what came before it was there.
    pub fn open_jobs(&self, room: Arc<dyn JobsRoom>) {
        self.jobs.fill(room);
        self.poll_now.notify_one();
    }

    /// Where the jobs room is, once it is there.
    pub fn jobs(&self) -> &JobsSlot {
        &self.jobs
    }

    pub(super) fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) {
        let stop = self.stop.clone();
        self.tasks.spawn(async move {
            let _ = stop.run_until_cancelled(task).await;
        });
    }

    pub(super) async fn close(&self, patience: Duration) {
        self.stop.cancel();
        self.tasks.close();
        if tokio::time::timeout(patience, self.tasks.wait()).await.is_err() {
            tracing::info!("a call is still under way; what came of it is looked up at the next start");
        }
    }
}

impl Stall {
    /// The MoltMarket account the stall serves now.
    pub fn molt(&self) -> Option<Arc<OpenMolt>> {
        self.inner.molt.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Why no MoltMarket account is open although one is wanted.
    pub fn molt_trouble(&self) -> Option<&'static str> {
        *self.inner.molt_trouble.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn set_molt_trouble(&self, trouble: Option<&'static str>) {
        *self.inner.molt_trouble.lock().unwrap_or_else(PoisonError::into_inner) = trouble;
        self.signals().send(DeskEvent::MoltChanged);
    }

    /// Connects the account of a key, after asking the market whose it is.
    ///
    /// # Errors
    /// When the market does not accept the key or cannot be asked, or it cannot be kept.
    pub async fn connect_molt(&self, base: &str, key: SecretString) -> Result<(), ConnectError> {
        let _turn = self.inner.changing.lock().await;
        let base = checked_base(base)?;
        hide(key.expose_secret());
        let status = self.molt_client(&base, "checking", key.clone())?.agent_status().await?;
        let row = self.keep_molt(&base, &status, false).await?;
        self.secrets()
            .set(&SecretName::MoltMarketKey { account: row.id.clone() }, key.clone())
            .await
            .map_err(anyhow::Error::from)?;
        self.choose(&row.id).await?;
        self.enter_live_for_molt().await?;
        self.close_molt(super::CLOSING).await;
        self.serve_molt(row, &base, key).await?;
        Ok(())
    }

    /// Makes an account: one try in seven days is allowed. The seller has seen the market's terms. The key is kept before
    /// anything else is done with the answer.
    ///
    /// # Errors
    /// When nothing could be made, or it is not known whether it was.
    pub async fn register_molt(&self, base: &str, registration: &Registration) -> Result<(), ConnectError> {
        let _turn = self.inner.changing.lock().await;
        let base = checked_base(base)?;
        let now = self.clock().now();
        let id = self.ids().id();
        let name = SecretName::MoltMarketKey { account: id.clone() };
        // A place that takes no key is found out before there is a key to lose.
        self.secrets().set(&name, NO_KEY_YET.to_owned().into()).await.map_err(anyhow::Error::from)?;
        let mut row = molt_row(&id, &base, &registration.name, now);
        let kept = async {
            let mut write = self.store().write().await?;
            write.upsert_account(&row).await?;
            write.commit().await
        };
        kept.await.map_err(anyhow::Error::from)?;
        let made = register_agent(
            &base,
            registration,
            Arc::clone(&self.inner.budgets),
            Arc::clone(self.clock()),
            Arc::clone(self.ids()),
        );
        let made = match made.await {
            Ok(made) => made,
            Err(error) => {
                self.forget_unmade(&id).await?;
                return Err(error.into());
            }
        };
        hide(made.api_key.expose_secret());
        let key_kept = self.secrets().set(&name, made.api_key.clone()).await;
        row.own_id = made.id.clone().unwrap_or_else(|| id.clone());
        let kept = async {
            let mut write = self.store().write().await?;
            write.record_identity(&id, &row.own_id, &registration.name).await?;
            write.record_check(&id, KEY_WORKS, None, now).await?;
            write.put_claim(&id, made.claim_url.as_deref(), made.verification_code.as_deref()).await?;
            write.commit().await
        };
        kept.await.map_err(anyhow::Error::from)?;
        self.choose(&id).await?;
        self.enter_live_for_molt().await?;
        self.close_molt(super::CLOSING).await;
        // The only copy of a key that could not be kept is in use at least until the program ends.
        self.serve_molt(row, &base, made.api_key).await?;
        key_kept.map_err(anyhow::Error::from)?;
        Ok(())
    }

    async fn forget_unmade(&self, id: &str) -> anyhow::Result<()> {
        let mut write = self.store().write().await?;
        write.delete_account(id).await?;
        write.commit().await?;
        self.secrets().delete(&SecretName::MoltMarketKey { account: id.to_owned() }).await?;
        Ok(())
    }

    /// Forgets the key and stops serving. What was said stays.
    ///
    /// # Errors
    /// When the key or the note of it cannot be taken away.
    pub async fn disconnect_molt(&self) -> anyhow::Result<()> {
        let _turn = self.inner.changing.lock().await;
        let Some(row) = self.connected_molt().await? else { return Ok(()) };
        self.close_molt(super::CLOSING).await;
        self.secrets().delete(&SecretName::MoltMarketKey { account: row.id.clone() }).await?;
        let mut write = self.store().write().await?;
        write.record_check(&row.id, DISCONNECTED, None, self.clock().now()).await?;
        write.commit().await?;
        self.set_molt_trouble(None);
        Ok(())
    }

    /// A stall without any account becomes a real one with the first.
    async fn enter_live_for_molt(&self) -> anyhow::Result<()> {
        if self.mode() == StallMode::Welcome {
            self.save_setting(super::MODE, &StallMode::Live).await?;
            *self.inner.mode.write().unwrap_or_else(PoisonError::into_inner) = StallMode::Live;
            self.signals().send(DeskEvent::StallChanged);
        }
        Ok(())
    }

    /// Opens the account of the practice MoltMarket.
    pub(super) async fn open_practice_molt(&self) -> anyhow::Result<()> {
        let addresses = match &*self.inner.practice.lock().await {
            Some(practice) => practice.addresses().clone(),
            None => return Ok(()),
        };
        let key = SecretString::from(addresses.molt_api_key);
        hide(key.expose_secret());
        let status = self.molt_client(&addresses.molt_base, "checking", key.clone())?.agent_status().await?;
        let row = self.keep_molt(&addresses.molt_base, &status, true).await?;
        self.serve_molt(row, &addresses.molt_base, key).await
    }

    /// Opens the connected account, if there is one; where the market must be asked first and cannot be, tries on in the
    /// background.
    pub(super) async fn open_live_molt(&self) {
        if let Err(error) = self.try_live_molt().await {
            tracing::warn!(error = %format!("{error:#}"), "the MoltMarket account cannot be opened now");
            let stall = self.clone();
            let stop = self.inner.stop.clone();
            self.spawn(async move {
                let _ = stop.run_until_cancelled(stall.keep_trying_molt()).await;
            });
        }
    }

    async fn keep_trying_molt(&self) {
        let mut wait = Duration::from_secs(1);
        loop {
            tokio::time::sleep(wait).await;
            let _turn = self.inner.changing.lock().await;
            if self.mode() != StallMode::Live || self.molt().is_some() || self.try_live_molt().await.is_ok() {
                return;
            }
            wait = (wait * 2).min(Duration::from_secs(60));
        }
    }

    async fn try_live_molt(&self) -> Result<(), ConnectError> {
        let opened = self.connect_live_molt().await;
        self.set_molt_trouble(match &opened {
            Ok(()) => None,
            Err(ConnectError::Market(MarketError::Unauthorized)) => Some("key_refused"),
            Err(ConnectError::Market(_)) => Some("market_unreachable"),
            Err(_) => Some("not_connected"),
        });
        opened
    }

    async fn connect_live_molt(&self) -> Result<(), ConnectError> {
        let environment = self.environment();
        if let Some(key) = environment.moltmarket_api_key.clone() {
            let base = environment.moltmarket_base_url.as_ref();
            let base = checked_base(base.map_or(DEFAULT_MOLT_BASE, url::Url::as_str))?;
            let status = self.molt_client(&base, "checking", key.clone())?.agent_status().await?;
            let row = self.keep_molt(&base, &status, false).await?;
            self.serve_molt(row, &base, key).await?;
            return Ok(());
        }
        let Some(mut row) = self.connected_molt().await? else { return Ok(()) };
        let key = self.secrets().lookup(&SecretName::MoltMarketKey { account: row.id.clone() }).await;
        let Some(key) = key.map_err(anyhow::Error::from)? else {
            return Err(anyhow::anyhow!("the key of the MoltMarket account is not kept any more").into());
        };
        if key.expose_secret() == NO_KEY_YET {
            // The program ended while the account was made, and nothing came of it that we know of.
            self.forget_unmade(&row.id).await?;
            return Ok(());
        }
        hide(key.expose_secret());
        let base = row.base_url.clone();
        if row.own_id == row.id {
            let status = self.molt_client(&base, &row.id, key.clone())?.agent_status().await?;
            row = self.learn_identity(row, &status).await?;
        }
        self.serve_molt(row, &base, key).await?;
        Ok(())
    }

    /// The account that is connected, open or not: the seller's own before one the environment named.
    ///
    /// # Errors
    /// When the accounts cannot be read.
    pub async fn connected_molt(&self) -> anyhow::Result<Option<AccountRow>> {
        let mut rows = self.store().list_accounts().await?;
        rows.retain(|row| row.kind == AccountKind::MoltMarket && !row.practice);
        Ok(rows.into_iter().rev().find(|row| row.check_code != DISCONNECTED))
    }

    /// One account at a time: the others are not opened any more. Their keys stay.
    async fn choose(&self, id: &str) -> anyhow::Result<()> {
        let rows = self.store().list_accounts().await?;
        let mut write = self.store().write().await?;
        write.record_chosen(id, self.clock().now()).await?;
        for row in rows {
            if row.kind == AccountKind::MoltMarket && !row.practice && row.id != id {
                write.record_check(&row.id, DISCONNECTED, None, self.clock().now()).await?;
            }
        }
        write.commit().await?;
        Ok(())
    }

    /// Whether a stall that serves a MoltMarket account has none on Agent Market.
    pub(super) async fn has_only_molt(&self) -> bool {
        let agent_market = self.store().lookup_account(AccountKind::AgentMarket, false).await;
        let has_molt = self.environment().moltmarket_api_key.is_some()
            || matches!(self.connected_molt().await, Ok(Some(_)));
        has_molt && !self.config().has_market_account() && matches!(agent_market, Ok(None))
    }

    async fn learn_identity(
        &self,
        mut row: AccountRow,
        status: &AccountStatus,
    ) -> anyhow::Result<AccountRow> {
        let Some(own_id) = status.id.clone() else { return Ok(row) };
        row.own_id = own_id;
        row.name = status.name.clone().unwrap_or(row.name);
        let mut write = self.store().write().await?;
        write.record_identity(&row.id, &row.own_id, &row.name).await?;
        write.record_check(&row.id, KEY_WORKS, None, self.clock().now()).await?;
        write.commit().await?;
        Ok(row)
    }

    async fn keep_molt(
        &self,
        base: &str,
        status: &AccountStatus,
        practice: bool,
    ) -> anyhow::Result<AccountRow> {
        let base = if practice { connect::PRACTICE_BASE } else { base };
        let name = status.name.clone().unwrap_or_default();
        let mut row = molt_row(&self.ids().id(), base, &name, self.clock().now());
        row.practice = practice;
        row.own_id = status.id.clone().unwrap_or_default();
        KEY_WORKS.clone_into(&mut row.check_code);
        let mut write = self.store().write().await?;
        row.id = write.upsert_account(&row).await?;
        write.record_claimed(&row.id, status.claim == Claim::Claimed).await?;
        crash::point(Point::AccountBeforeKept);
        write.commit().await?;
        crash::point(Point::AccountKept);
        Ok(row)
    }

    fn molt_client(
        &self,
        base: &str,
        account_id: &str,
        key: SecretString,
    ) -> Result<MoltMarket, MarketError> {
        let budgets = Arc::clone(&self.inner.budgets);
        MoltMarket::connect(base, account_id, key, budgets, Arc::clone(self.clock()), Arc::clone(self.ids()))
    }

    /// Serves an account until it is closed. Asks nobody yet.
    async fn serve_molt(&self, row: AccountRow, base: &str, key: SecretString) -> anyhow::Result<()> {
        let inner = &self.inner;
        let market = Arc::new(self.molt_client(base, &row.id, key)?);
        let this: Arc<OnceLock<Weak<OpenMolt>>> = Arc::default();
        let gate = {
            let (stall, this) = (self.clone(), Arc::clone(&this));
            Arc::new(move || {
                this.get().and_then(Weak::upgrade).is_none_or(|molt| stall.may_walk_given(&molt))
            })
        };
        let given = Arc::new(self.open_given(&row, base, &market, gate).await?);
        let people = Arc::new(People {
            market: Arc::clone(&market),
            store: inner.store.clone(),
            clock: Arc::clone(&inner.clock),
            ids: Arc::clone(&inner.ids),
            signals: inner.signals.clone(),
            account_id: row.id.clone(),
            own_id: row.own_id.clone(),
            tell: self.tell_of_letters(),
            send_now: Arc::default(),
            sending: tokio::sync::Mutex::default(),
        });
        let profile = Arc::new(Profile {
            market: Arc::clone(&market),
            store: inner.store.clone(),
            clock: Arc::clone(&inner.clock),
            signals: inner.signals.clone(),
            account_id: row.id.clone(),
            own_id: row.own_id.clone(),
            send_now: Arc::default(),
            sending: tokio::sync::Mutex::default(),
        });
        let molt = Arc::new(OpenMolt {
            market: Arc::clone(&market),
            people: Arc::clone(&people),
            profile: Arc::clone(&profile),
            inbox: Pulse::default(),
            poll_now: Arc::default(),
            opened_at: inner.clock.now(),
            given: Arc::clone(&given),
            jobs: JobsSlot::default(),
            catching_up: AtomicBool::new(false),
            jumps: JumpWatch::new(Arc::clone(&inner.clock)),
            stop: CancellationToken::new(),
            tasks: TaskTracker::new(),
            row: row.clone(),
        });
        let _ = this.set(Arc::downgrade(&molt));
        let room: Arc<dyn JobsRoom> = Arc::clone(&given) as _;
        molt.open_jobs(room);
        let feed = NotificationFeed {
            market,
            store: inner.store.clone(),
            inbox: Inbox::open(inner.store.clone(), row.id.clone(), Arc::clone(&inner.clock)),
            clock: Arc::clone(&inner.clock),
            ids: Arc::clone(&inner.ids),
            signals: inner.signals.clone(),
            account_id: row.id,
            people: Arc::clone(&people),
            profile: Arc::clone(&profile),
            jobs: molt.jobs.clone(),
            every: {
                let stall = self.clone();
                Arc::new(move || stall.settings().moltmarket_seconds.duration())
            },
            pulse: molt.inbox.clone(),
            now: Arc::clone(&molt.poll_now),
            whole_at: Mutex::default(),
        };
        let stop = &molt.stop;
        let token = stop.clone();
        molt.tasks.spawn(async move { feed.run(token).await });
        let token = stop.clone();
        molt.tasks.spawn(async move { people.run_outbox(token).await });
        let token = stop.clone();
        molt.tasks.spawn(async move { profile.run(token).await });
        let (token, scheduler) = (stop.clone(), Arc::clone(&given.scheduler));
        molt.tasks.spawn(async move { scheduler.run(token).await });
        let (token, stall, followed) = (stop.clone(), self.clone(), Arc::clone(&given));
        molt.tasks.spawn(async move {
            let _ = token.run_until_cancelled(given::follow(stall, followed)).await;
        });
        let (token, stall, watched) = (stop.clone(), self.clone(), Arc::clone(&molt));
        molt.tasks.spawn(async move {
            let _ = token.run_until_cancelled(stall.watch_clock_of_given(&watched)).await;
        });
        *inner.molt.write().unwrap_or_else(PoisonError::into_inner) = Some(molt);
        self.open_jobs(Some(Arc::clone(&given.jobs)));
        self.set_molt_trouble(None);
        Ok(())
    }

    pub(super) async fn close_molt(&self, patience: Duration) {
        let molt = self.inner.molt.write().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(molt) = molt {
            self.open_jobs(None);
            molt.close(patience).await;
        }
    }

    fn tell_of_letters(&self) -> Tell {
        let stall = Arc::downgrade(&self.inner);
        Arc::new(move |conversation| {
            let Some(inner) = stall.upgrade() else { return };
            let stall = Self { inner };
            let language = stall.settings().language;
            stall.tell(notice_of(conversation, language), &conversation.id);
        })
    }

    /// Writes `moltmarket/STATE.json` where it differs from the database.
    pub(super) async fn mirror_molt(&self) -> anyhow::Result<()> {
        let Some(molt) = self.molt() else { return Ok(()) };
        let content = state_file::content(self.store(), &molt.row.id, &molt.jobs, self.clock().now()).await?;
        let dir = self.config().data_dir.join("moltmarket");
        let aside = tokio::task::spawn_blocking(move || state_file::write(&dir, &content)).await??;
        if let Some(path) = aside {
            tracing::warn!(path = %path.display(), "STATE.json could not be read; it is kept aside and was made anew");
        }
        Ok(())
    }
}

fn checked_base(base: &str) -> Result<String, ConnectError> {
    let base = base_url(base).map_err(|problem| ConnectError::Address(problem.to_string()))?;
    Ok(base.as_str().trim_end_matches('/').to_owned())
}

fn molt_row(id: &str, base: &str, name: &str, now: Timestamp) -> AccountRow {
    AccountRow {
        id: id.to_owned(),
        kind: AccountKind::MoltMarket,
        base_url: base.to_owned(),
        practice: false,
        name: name.to_owned(),
        // Until the market says who it is.
        own_id: id.to_owned(),
        handle: String::new(),
        feed_cursor: 0,
        checked_at: Some(now),
        check_code: "registering".to_owned(),
        balance: None,
        created_at: now,
    }
}

fn notice_of(conversation: &ConversationRow, language: Language) -> Notice {
    let name = conversation.other_name.clone();
    let title = match language {
        Language::Chinese => format!("{} 给您写信", name.unwrap_or_else(|| "有人".to_owned())),
        Language::English => format!("{} wrote to you", name.unwrap_or_else(|| "Somebody".to_owned())),
    };
    Notice { kind: NoticeKind::BuyerMessage, order_id: None, title, body: "MoltMarket".to_owned() }
}
