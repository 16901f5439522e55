//! The open stall: builds every part from settings, starts, pauses and stops them.
//!
//! Only wiring lives here. What a part does is in its own room; what a screen asks is in the desk.

mod account;
mod backups;
mod config;
mod connect;
mod credit;
mod deleting;
mod disk;
mod exporting;
mod given;
mod giving;
mod help;
mod hours;
mod keeping;
mod light;
mod linking;
mod mirrors;
mod molt;
mod news;
mod notices;
mod pictures;
mod registrar;
mod rules;
mod sendings;
mod serving;
mod showing;
mod street;
mod summary;
mod tasks;
mod telling;
mod unfit;
mod waking;
mod ways;

use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Duration;

use anyhow::Context;
use jiff::Timestamp;
use secrecy::{ExposeSecret, SecretString};
use tokio::sync::broadcast;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::clock::{Clock, Ids, SystemClock, SystemIds};
use crate::desk::contract::{DeskEvent, LightColour, StallMode};
use crate::doors::{FileLinks, HookDoor, HookDoorConfig, PushDoor};
use crate::evidence;
use crate::host::Host;
use crate::images::PictureFiles;
use crate::jobs::Jobs;
use crate::links::{Asked, Links, OwnLinks};
use crate::logs::hide;
use crate::marketplaces::budget::Budgets;
use crate::practice::Practice;
use crate::secrets::{SecretName, Secrets};
use crate::settings::{Environment, StallSettings};
use crate::signals::Signals;
use crate::store::Store;
use crate::tunnel::{ProbeKey, Prober};

pub use account::OpenAccount;
pub use config::StallConfig;
pub use connect::{ConnectError, DEFAULT_MARKET_BASE, DEFAULT_MODEL_BASE};
pub use deleting::Needed;
pub use exporting::{ExportEnd, ExportState};
pub use given::Given;
pub use giving::Walks;
pub use light::Light;
pub use molt::{DEFAULT_MOLT_BASE, OpenMolt};
pub use unfit::Damaged;

/// How long closing waits for steps under way: a program that was told to end must end soon.
const CLOSING: Duration = Duration::from_secs(5);
/// Another stall is opened only once the one before has let go of its orders; longer than any step's time limit.
const CHANGING: Duration = Duration::from_secs(600);
const SETTINGS: &str = "stall";
const MODE: &str = "mode";
const IS_OPEN: &str = "is_open";
const DATABASE: &str = "stall.db";

/// An open stall; clones share it.
#[derive(Clone)]
pub struct Stall {
    inner: Arc<Inner>,
}

struct Inner {
    config: StallConfig,
    store: Store,
    files: Arc<PictureFiles>,
    secrets: Secrets,
    signals: Signals,
    host: Arc<dyn Host>,
    clock: Arc<dyn Clock>,
    ids: Arc<dyn Ids>,
    /// As the seller saved them, before the environment is laid over.
    settings: RwLock<StallSettings>,
    mode: RwLock<StallMode>,
    /// Whether the seller has the stall open.
    is_open: std::sync::atomic::AtomicBool,
    /// Signalled when the seller sets other hours.
    hours_changed: tokio::sync::Notify,
    account: RwLock<Option<Arc<OpenAccount>>>,
    molt: RwLock<Option<Arc<OpenMolt>>>,
    /// Why no MoltMarket account is open although one is wanted.
    molt_trouble: Mutex<Option<&'static str>>,
    /// What the markets allow only so often, of all accounts.
    budgets: Arc<Budgets>,
    jobs: RwLock<Option<Arc<Jobs>>>,
    practice: tokio::sync::Mutex<Option<Practice>>,
    /// Why no account is open although one is wanted.
    trouble: Mutex<Option<&'static str>>,
    push: PushDoor,
    hook: HookDoor,
    street: Arc<street::Street>,
    file_links: FileLinks,
    links: Arc<Links>,
    local_address: RwLock<Option<std::net::SocketAddr>>,
    opened_at: Timestamp,
    /// What happened while the machine slept, until the seller is told.
    away: Mutex<Option<waking::Gathered>>,
    gate: Mutex<telling::Gate>,
    /// Signalled when notices are kept back, or when they are to be looked at anew.
    notices_changed: tokio::sync::Notify,
    exporting: exporting::Exporting,
    sendings: sendings::Sendings,
    light_seen: Mutex<Option<(LightColour, Timestamp)>>,
    stop: CancellationToken,
    tasks: TaskTracker,
    /// Cancelled when the stall is to be closed and opened again.
    reopen: CancellationToken,
    /// One change of mode at a time.
    changing: tokio::sync::Mutex<()>,
    lock: std::fs::File,
}

impl Stall {
    /// Opens the stall: database, files, accounts, then everything that repeats.
    ///
    /// # Errors
    /// When the data folder is in use or cannot be written, or the database cannot be opened.
    pub async fn open(config: StallConfig, host: Arc<dyn Host>) -> anyhow::Result<Self> {
        Self::open_with(config, host, Arc::new(SystemClock), Arc::new(SystemIds)).await
    }

    /// The same with another clock and other ids.
    ///
    /// # Errors
    /// As [`Stall::open`].
    pub async fn open_with(
        config: StallConfig,
        host: Arc<dyn Host>,
        clock: Arc<dyn Clock>,
        ids: Arc<dyn Ids>,
    ) -> anyhow::Result<Self> {
        let dir = &config.data_dir;
        let lock = lock(dir)?;
        let database = dir.join(DATABASE);
        let store = match Store::open_at(&database, clock.now()).await {
            Ok(store) => store,
            Err(error) => {
                let error = unfit::explain(error, &database).await;
                return Err(error.context("the stall's database cannot be opened"));
            }
        };
        let pictures = dir.join("pictures");
        let files = tokio::task::spawn_blocking(move || PictureFiles::open(pictures))
            .await?
            .context("the picture folder cannot be opened")?;
        let swept = dir.to_owned();
        let swept =
            tokio::task::spawn_blocking(move || evidence::sweep(&swept).and(exporting::sweep(&swept)));
        if let Err(error) = swept.await? {
            tracing::warn!(%error, "what was left unfinished could not be taken away");
        }
        hide_environment(&config.environment);
        let secrets =
            Secrets::open(config.secrets.clone(), config.environment.passphrase.clone(), Arc::clone(&ids))
                .await
                .context("the place for keys cannot be opened")?;
        let settings = load_settings(&store).await?;
        let mode = config.first_mode(load_setting(&store, MODE).await?);
        let is_open = load_setting(&store, IS_OPEN).await?.unwrap_or(true);
        let path = settings.overlaid_by(&config.environment).webhook_path;
        let push = PushDoor::new(Arc::clone(&clock), path.clone());
        let files = Arc::new(files);
        let probe = ProbeKey::draw(&*ids);
        let file_links = FileLinks::new(store.clone(), Arc::clone(&files), Arc::clone(&clock));
        let outside = HookDoorConfig { probe: Some(probe.clone()), files: Some(file_links.clone()) };
        let hook =
            HookDoor::open_with(push.clone(), outside).await.context("the door for news cannot be opened")?;
        let signals = Signals::default();
        let prober = Prober::new(probe, path.clone(), Arc::clone(&ids))
            .context("the system's certificates cannot be read")?;
        let registrar = registrar::MarketRegistrar::new(signals.clone(), path);
        let street = Arc::new(street::Street::new(prober, registrar));
        let address = {
            let street = Arc::clone(&street);
            Box::new(move || street.address())
        };
        let ask = {
            let (street, clock) = (Arc::clone(&street), Arc::clone(&clock));
            Box::new(move || {
                let (street, clock) = (Arc::clone(&street), Arc::clone(&clock));
                Box::pin(async move { street.leads_here(&*clock).await }) as Asked
            })
        };
        let own_links = OwnLinks { store: store.clone(), ids: Arc::clone(&ids) };
        let links = Arc::new(Links::new(own_links, address).asking(ask));
        let opened_at = clock.now();
        let budgets = Arc::new(Budgets::new(Arc::new(store.clone()), Arc::clone(&clock)));
        let stall = Self {
            inner: Arc::new(Inner {
                config,
                store,
                files,
                secrets,
                signals,
                host,
                clock,
                ids,
                settings: RwLock::new(settings),
                mode: RwLock::new(mode),
                is_open: is_open.into(),
                hours_changed: tokio::sync::Notify::new(),
                account: RwLock::default(),
                molt: RwLock::default(),
                molt_trouble: Mutex::default(),
                budgets,
                jobs: RwLock::default(),
                practice: tokio::sync::Mutex::default(),
                trouble: Mutex::default(),
                push,
                hook,
                street,
                file_links,
                links,
                local_address: RwLock::default(),
                opened_at,
                away: Mutex::default(),
                gate: Mutex::default(),
                notices_changed: tokio::sync::Notify::new(),
                exporting: exporting::Exporting::default(),
                sendings: sendings::Sendings::default(),
                light_seen: Mutex::default(),
                stop: CancellationToken::new(),
                tasks: TaskTracker::new(),
                reopen: CancellationToken::new(),
                changing: tokio::sync::Mutex::default(),
                lock,
            }),
        };
        stall.spawn(stall.clone().keep_mirrors());
        stall.spawn(stall.clone().keep_summary());
        stall.spawn(stall.clone().keep_watching_the_disk());
        stall.spawn(stall.clone().keep_backups());
        stall.spawn(stall.clone().keep_watching_the_light());
        stall.spawn(stall.clone().keep_tidy());
        stall.spawn(stall.clone().keep_hours());
        stall.spawn(stall.clone().keep_telling());
        stall.spawn(stall.clone().keep_looks());
        stall.enter(mode).await;
        Ok(stall)
    }

    /// Stops everything that runs and waits until it has stopped.
    pub async fn close(&self) {
        self.inner.stop.cancel();
        let _turn = self.inner.changing.lock().await;
        self.leave(CLOSING).await;
        self.inner.tasks.close();
        self.inner.tasks.wait().await;
        self.mirror_now().await;
        self.inner.store.close().await;
        // Another stall may open here while somebody still holds this one.
        if let Err(error) = self.inner.lock.unlock() {
            tracing::warn!(%error, "the data folder stays locked until the program ends");
        }
    }

    /// Whether the stall serves: the seller has it open and a market is connected.
    pub fn is_open(&self) -> bool {
        self.wants_open() && (self.account().is_some() || self.molt().is_some())
    }

    /// Whether new orders are taken on: the seller has the stall open, and it is neither out of hours nor away.
    pub fn wants_open(&self) -> bool {
        self.is_switched_open() && self.closed_by().is_none()
    }

    /// Whether the seller has the stall open.
    pub fn is_switched_open(&self) -> bool {
        self.inner.is_open.load(std::sync::atomic::Ordering::Relaxed)
    }

    /// Opens or closes the stall: closed, it takes no new orders and says so to the market; those under way go on.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn set_open(&self, open: bool) -> anyhow::Result<()> {
        self.save_setting(IS_OPEN, &open).await?;
        self.inner.is_open.store(open, std::sync::atomic::Ordering::Relaxed);
        self.open_changed().await
    }

    /// Says everywhere that the stall is open or closed now.
    async fn open_changed(&self) -> anyhow::Result<()> {
        self.apply_rules();
        if let Some(account) = self.account() {
            account.wake_waiting().await?;
            account.beat.notify_one();
        }
        if let Some(molt) = self.molt() {
            molt.walks().wake_waiting().await?;
        }
        self.signals().send(DeskEvent::StallChanged);
        Ok(())
    }

    /// Which stall is open.
    pub fn mode(&self) -> StallMode {
        *self.inner.mode.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes to another stall and remembers it.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn change_mode(&self, mode: StallMode) -> anyhow::Result<()> {
        let _turn = self.inner.changing.lock().await;
        self.save_setting(MODE, &mode).await?;
        self.leave(CHANGING).await;
        *self.inner.mode.write().unwrap_or_else(PoisonError::into_inner) = mode;
        self.enter(mode).await;
        Ok(())
    }

    async fn enter(&self, mode: StallMode) {
        self.set_trouble(None);
        self.open_street(mode).await;
        self.renew_links().await;
        match mode {
            StallMode::Welcome => {}
            StallMode::Practice => {
                if let Err(error) = self.open_practice().await {
                    tracing::error!(error = %format!("{error:#}"), "the practice marketplace cannot be opened");
                    self.set_trouble(Some("practice_failed"));
                }
                if let Err(error) = self.open_practice_molt().await {
                    tracing::error!(error = %format!("{error:#}"), "the practice MoltMarket cannot be opened");
                }
            }
            StallMode::Live => {
                if !self.has_only_molt().await {
                    self.open_live().await;
                }
                self.open_live_molt().await;
            }
        }
        self.signals().send(DeskEvent::StallChanged);
    }

    async fn leave(&self, patience: Duration) {
        self.inner.push.disconnect();
        self.inner.jobs.write().unwrap_or_else(PoisonError::into_inner).take();
        self.close_molt(patience).await;
        let account = self.inner.account.write().unwrap_or_else(PoisonError::into_inner).take();
        // The market hears that our address is gone while the last steps are finished.
        let unregistered = self.inner.street.close(patience);
        match account {
            Some(account) => {
                tokio::join!(unregistered, account.close(patience));
            }
            None => unregistered.await,
        }
        self.inner.street.registrar.disconnect();
        let practice = self.inner.practice.lock().await.take();
        if let Some(practice) = practice
            && let Err(error) = practice.stop().await
        {
            tracing::warn!(error = %format!("{error:#}"), "the practice marketplace did not close cleanly");
        }
    }

    /// The market account the stall serves now.
    pub fn account(&self) -> Option<Arc<OpenAccount>> {
        self.inner.account.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The jobs of the second market, while its account is open.
    pub fn jobs(&self) -> Option<Arc<Jobs>> {
        self.inner.jobs.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Opens the jobs room; `None` closes it.
    pub fn open_jobs(&self, jobs: Option<Arc<Jobs>>) {
        *self.inner.jobs.write().unwrap_or_else(PoisonError::into_inner) = jobs;
        self.signals().send(DeskEvent::StallChanged);
    }

    /// What screens are told.
    pub fn events(&self) -> broadcast::Receiver<DeskEvent> {
        self.signals().subscribe()
    }

    /// Tells every open screen to show an order: a notice about it was clicked.
    pub fn open_order(&self, id: &str) {
        self.signals().send(DeskEvent::OpenOrder { id: id.to_owned() });
    }

    /// The address pushed news comes in at, for both doors.
    pub fn push_door(&self) -> PushDoor {
        self.inner.push.clone()
    }

    /// Files under secret links.
    pub fn file_links(&self) -> FileLinks {
        self.inner.file_links.clone()
    }

    /// Where the hook door listens: what a tunnel is pointed at.
    pub fn hook_address(&self) -> std::net::SocketAddr {
        self.inner.hook.address()
    }

    /// Where the local door listens, once somebody opened it.
    pub fn local_address(&self) -> Option<std::net::SocketAddr> {
        *self.inner.local_address.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Remembers where the local door listens, for the screens.
    pub fn set_local_address(&self, address: std::net::SocketAddr) {
        *self.inner.local_address.write().unwrap_or_else(PoisonError::into_inner) = Some(address);
    }

    pub fn store(&self) -> &Store {
        &self.inner.store
    }

    pub fn files(&self) -> &Arc<PictureFiles> {
        &self.inner.files
    }

    pub fn secrets(&self) -> &Secrets {
        &self.inner.secrets
    }

    pub fn clock(&self) -> &Arc<dyn Clock> {
        &self.inner.clock
    }

    pub fn ids(&self) -> &Arc<dyn Ids> {
        &self.inner.ids
    }

    pub fn signals(&self) -> &Signals {
        &self.inner.signals
    }

    pub fn environment(&self) -> &Environment {
        &self.inner.config.environment
    }

    pub fn config(&self) -> &StallConfig {
        &self.inner.config
    }

    pub fn opened_at(&self) -> Timestamp {
        self.inner.opened_at
    }

    /// The practice marketplace, while it runs.
    pub fn practice(&self) -> &tokio::sync::Mutex<Option<Practice>> {
        &self.inner.practice
    }

    /// The settings as the seller saved them.
    pub fn saved_settings(&self) -> StallSettings {
        self.inner.settings.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The settings in force: the saved ones with what the environment fixes.
    pub fn settings(&self) -> StallSettings {
        self.saved_settings().overlaid_by(self.environment())
    }

    /// Saves settings and has everything follow them at once.
    ///
    /// # Errors
    /// When they are not valid or the database cannot be written.
    pub async fn save_settings(&self, settings: StallSettings) -> anyhow::Result<()> {
        settings.validate()?;
        let stored = settings.to_stored()?;
        let before = self.settings();
        self.save_setting(SETTINGS, &stored).await?;
        *self.inner.settings.write().unwrap_or_else(PoisonError::into_inner) = settings;
        let after = self.settings();
        if before.webhook_path != after.webhook_path {
            self.inner.push.set_path(after.webhook_path.clone());
            self.inner.street.prober.set_path(after.webhook_path.clone());
            self.inner.street.registrar.set_path(after.webhook_path.clone());
            self.inner.street.register_again();
        }
        if (&before.bucket, before.picture_links) != (&after.bucket, after.picture_links) {
            self.renew_links().await;
        }
        self.apply_rules();
        if before.notices != after.notices {
            self.inner.notices_changed.notify_one();
        }
        if before.hours != after.hours {
            self.inner.hours_changed.notify_one();
        }
        if street::is_other_street(&before, &after) {
            self.renew_street().await;
        }
        if let Some(account) = self.account() {
            account.wake_waiting().await?;
        }
        if let Some(molt) = self.molt() {
            if before.moltmarket_seconds != after.moltmarket_seconds {
                molt.poll_now.notify_one();
            }
            molt.walks().wake_waiting().await?;
        }
        self.signals().send(DeskEvent::SettingsChanged);
        self.signals().send(DeskEvent::StallChanged);
        Ok(())
    }

    pub(crate) async fn save_setting(&self, key: &str, value: &impl serde::Serialize) -> anyhow::Result<()> {
        let text = serde_json::to_string(value)?;
        let mut write = self.inner.store.write().await?;
        write.put_setting(key, &text, self.inner.clock.now()).await?;
        write.commit().await?;
        Ok(())
    }

    /// The secret the market signs pushed news with; made once and kept.
    pub(crate) async fn webhook_secret(&self, account_id: &str) -> anyhow::Result<SecretString> {
        if let Some(secret) = &self.environment().webhook_secret {
            return Ok(secret.clone());
        }
        let name = SecretName::WebhookSecret { account: account_id.to_owned() };
        if let Some(secret) = self.inner.secrets.lookup(&name).await? {
            return Ok(secret);
        }
        let secret = SecretString::from(self.inner.ids.secret_hex(24));
        self.inner.secrets.set(&name, secret.clone()).await?;
        Ok(secret)
    }

    /// The secret this account's news was signed with at the last start, where the environment names another one now.
    /// Remembers the present one for the next start.
    pub(crate) async fn replaced_webhook_secret(
        &self,
        account_id: &str,
    ) -> anyhow::Result<Option<SecretString>> {
        let Some(present) = &self.environment().webhook_secret else { return Ok(None) };
        let name = SecretName::WebhookSecret { account: account_id.to_owned() };
        let before = self.inner.secrets.lookup(&name).await?;
        if before.as_ref().is_some_and(|before| before.expose_secret() == present.expose_secret()) {
            return Ok(None);
        }
        self.inner.secrets.set(&name, present.clone()).await?;
        Ok(before)
    }

    pub(crate) fn trouble(&self) -> Option<&'static str> {
        *self.inner.trouble.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn set_trouble(&self, trouble: Option<&'static str>) {
        *self.inner.trouble.lock().unwrap_or_else(PoisonError::into_inner) = trouble;
        self.signals().send(DeskEvent::StallChanged);
    }

    fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) {
        self.inner.tasks.spawn(task);
    }
}

/// Whatever the environment gave as a secret appears in no log.
fn hide_environment(environment: &Environment) {
    let given = [
        &environment.admin_secret,
        &environment.webhook_secret,
        &environment.openrouter_api_key,
        &environment.moltmarket_api_key,
        &environment.passphrase,
    ];
    for secret in given.into_iter().flatten() {
        hide(secret.expose_secret());
    }
}

/// Makes the data folder this process's own.
fn lock(dir: &std::path::Path) -> anyhow::Result<std::fs::File> {
    std::fs::create_dir_all(dir)
        .with_context(|| format!("the data folder {} cannot be made", dir.display()))?;
    let lock = std::fs::File::create(dir.join("lock"))
        .with_context(|| format!("the data folder {} cannot be written", dir.display()))?;
    lock.try_lock().with_context(|| format!("another Stallkeeper keeps its stall in {}", dir.display()))?;
    Ok(lock)
}

/// Puts a backup in the place of a stall's data while no stall is open there. `backup` is the name of one of its backups,
/// or the path of a copy kept elsewhere. Returns where the replaced file is kept, if there was one.
///
/// # Errors
/// When a stall is open there, or the backup cannot be used; then nothing changes.
pub async fn restore_closed(
    data_dir: &std::path::Path,
    backup: &str,
) -> anyhow::Result<Option<std::path::PathBuf>> {
    let _lock = lock(data_dir)?;
    let database = data_dir.join(DATABASE);
    let known = crate::store::backup::list(&database)?.into_iter().find(|known| known.name == backup);
    let path = known.map_or_else(|| std::path::PathBuf::from(backup), |known| known.path);
    Ok(crate::store::restore(&database, &path).await?)
}

async fn load_settings(store: &Store) -> anyhow::Result<StallSettings> {
    match load_setting::<serde_json::Value>(store, SETTINGS).await? {
        None => Ok(StallSettings::default()),
        Some(stored) => StallSettings::from_stored(&stored).context("the saved settings cannot be read"),
    }
}

async fn load_setting<T: serde::de::DeserializeOwned>(store: &Store, key: &str) -> anyhow::Result<Option<T>> {
    match store.lookup_setting(key).await? {
        None => Ok(None),
        Some(text) => Ok(Some(
            serde_json::from_str(&text).with_context(|| format!("the saved setting {key} cannot be read"))?,
        )),
    }
}
