//! Opens the rooms behind given jobs: the jobs room, and what walks them.

use std::sync::{Arc, PoisonError, RwLock};

use tokio_util::task::TaskTracker;
use url::Url;

use super::connect::{is_loopback, model_client};
use super::given::Given;
use super::{OpenAccount, OpenMolt, Stall};
use crate::fulfilment::{ActError, Caps, Gate, Parts, Runner, Scheduler, SellerAct, StallRules};
use crate::host::{Notice, NoticeKind};
use crate::intake::Worker;
use crate::jobs::{AboutUs, JobNotice, JobNotices, JobRules, Jobs, Means};
use crate::marketplaces::Marketplace;
use crate::marketplaces::moltmarket::{MoltMarket, MoltOrders};
use crate::model::{Model, ModelHealth};
use crate::orders::Notices;
use crate::settings::Language;
use crate::store::{AccountRow, StoreResult};

/// What walks the orders of one account.
#[derive(Clone)]
pub struct Walks {
    pub account_id: String,
    pub runner: Arc<Runner>,
    pub scheduler: Arc<Scheduler>,
    tasks: TaskTracker,
}

impl Walks {
    /// Does what the seller asked for, to its end also when whoever asked has gone away: given up half way, it would leave
    /// the order claimed. `held` is let go of at the end.
    ///
    /// # Errors
    /// As [`Runner::act`].
    pub async fn act(
        &self,
        order_id: &str,
        act: SellerAct,
        held: impl Send + 'static,
    ) -> Result<(), ActError> {
        let (runner, scheduler) = (Arc::clone(&self.runner), Arc::clone(&self.scheduler));
        let order_id = order_id.to_owned();
        let done = self.tasks.spawn(async move {
            let done = runner.act(&order_id, act).await;
            scheduler.wake();
            drop(held);
            done
        });
        done.await.unwrap_or(Err(ActError::Unclear))
    }

    /// Has one order looked at now.
    pub async fn wake_order(&self, id: &str) -> StoreResult<()> {
        let parts = &self.runner.parts;
        let mut write = parts.store.write().await?;
        write.wake_order(id, parts.clock.now()).await?;
        write.commit().await?;
        self.scheduler.wake();
        Ok(())
    }

    /// Has waiting orders looked at again: a rule changed.
    pub(super) async fn wake_waiting(&self) -> StoreResult<()> {
        let parts = &self.runner.parts;
        let mut write = parts.store.write().await?;
        write.wake_open_orders(&parts.account_id, parts.clock.now()).await?;
        write.commit().await?;
        self.scheduler.wake();
        Ok(())
    }
}

impl Stall {
    /// What walks orders now: of each open account.
    pub fn walks(&self) -> Vec<Walks> {
        let main = self.account().map(|account| account.walks());
        main.into_iter().chain(self.molt().map(|molt| molt.walks())).collect()
    }

    /// What walks this order, if its account is open.
    ///
    /// # Errors
    /// When the database fails or the order is unknown.
    pub async fn walks_of(&self, order_id: &str) -> StoreResult<Option<Walks>> {
        let order = self.store().get_order(order_id).await?;
        Ok(self.walks().into_iter().find(|walks| walks.account_id == order.account_id))
    }

    /// Opens the jobs room and what walks given jobs.
    pub(super) async fn open_given(
        &self,
        row: &AccountRow,
        base: &str,
        market: &Arc<MoltMarket>,
        gate: Gate,
    ) -> anyhow::Result<Given> {
        let inner = &self.inner;
        let mut write = inner.store.write().await?;
        write.release_all_orders(&row.id, inner.clock.now()).await?;
        write.commit().await?;
        let model_health = ModelHealth::default();
        let model = self.model_for(row).await?.map(|model| self.watch(model, &model_health));
        let jobs = Arc::new(Jobs {
            store: inner.store.clone(),
            market: Arc::clone(market),
            model: RwLock::new(model.clone()),
            clock: Arc::clone(&inner.clock),
            ids: Arc::clone(&inner.ids),
            signals: inner.signals.clone(),
            rules: RwLock::new(self.job_rules(Vec::new())),
            account_id: row.id.clone(),
            notices: self.tell_of_jobs(),
            turn: tokio::sync::Mutex::default(),
        });
        let orders: Arc<dyn Marketplace> = Arc::new(MoltOrders::new(Arc::clone(market), row.own_id.clone()));
        let notices = self.notices_of_given();
        let runner = Arc::new(Runner::new(Parts {
            store: inner.store.clone(),
            market: Arc::clone(&orders),
            model: RwLock::new(model),
            files: Arc::clone(&inner.files),
            clock: Arc::clone(&inner.clock),
            ids: Arc::clone(&inner.ids),
            signals: inner.signals.clone(),
            rules: RwLock::new(self.rules_of_given()),
            account_id: row.id.clone(),
            own_id: row.own_id.clone(),
            allow_loopback: row.practice || Url::parse(base).is_ok_and(|url| is_loopback(&url)),
            drawers: RwLock::default(),
            links: Arc::clone(&inner.links),
            notices: Arc::clone(&notices),
        }));
        let scheduler = Arc::new(Scheduler::new(Arc::clone(&runner)).behind(gate));
        let worker = Worker {
            market: orders,
            store: inner.store.clone(),
            clock: Arc::clone(&inner.clock),
            ids: Arc::clone(&inner.ids),
            signals: inner.signals.clone(),
            account_id: row.id.clone(),
            own_id: row.own_id.clone(),
            arrived: Arc::default(),
            walk: {
                let scheduler = Arc::clone(&scheduler);
                Arc::new(move || scheduler.wake())
            },
            notices,
        };
        let (stall, of_jobs) = (Arc::downgrade(&self.inner), Arc::clone(&jobs));
        let refresh = Box::new(move |capabilities| {
            let Some(inner) = stall.upgrade() else { return };
            let rules = Self { inner }.job_rules(capabilities);
            *of_jobs.rules.write().unwrap_or_else(PoisonError::into_inner) = rules;
        });
        Ok(Given::new(jobs, runner, scheduler, worker, model_health, refresh))
    }

    async fn model_for(&self, row: &AccountRow) -> anyhow::Result<Option<Arc<dyn Model>>> {
        if !row.practice {
            return self.live_model().await;
        }
        let addresses = match &*self.inner.practice.lock().await {
            Some(practice) => practice.addresses().clone(),
            None => return Ok(None),
        };
        Ok(Some(model_client(&addresses.model_base, addresses.model_api_key.into())?))
    }

    /// Hands a newly connected model to the given jobs.
    pub(super) async fn refresh_model_of_given(&self) -> anyhow::Result<()> {
        let Some(molt) = self.molt().filter(|molt| !molt.row.practice) else { return Ok(()) };
        let given = &molt.given;
        let model = self.live_model().await?.map(|model| self.watch(model, &given.model_health));
        *given.jobs.model.write().unwrap_or_else(PoisonError::into_inner) = model.clone();
        given.runner.parts.connect(model);
        given.model_health.forget();
        molt.walks().wake_waiting().await?;
        Ok(())
    }

    /// Hands the present rules to the given jobs.
    pub(super) fn apply_rules_of_given(&self) {
        let Some(molt) = self.molt() else { return };
        let (jobs, parts) = (&molt.given.jobs, &molt.given.runner.parts);
        *parts.rules.write().unwrap_or_else(PoisonError::into_inner) = self.rules_of_given();
        let rules = self.job_rules(jobs.rules().us.capabilities);
        *jobs.rules.write().unwrap_or_else(PoisonError::into_inner) = rules;
    }

    /// Listings are of the other market; a given job is always ours.
    fn rules_of_given(&self) -> StallRules {
        StallRules { only_listings: Vec::new(), ..self.stall_rules() }
    }

    fn job_rules(&self, capabilities: Vec<String>) -> JobRules {
        let settings = self.settings();
        JobRules {
            text_models: settings.text_models,
            caps: Caps { per_order_usd: settings.cap_per_order_usd, per_day_usd: settings.cap_per_day_usd },
            us: AboutUs { capabilities, worst_picture_usd: None, speaks_chinese: true, speaks_english: true },
            means: Means { links: self.inner.links.way() },
            name: settings.stall_name,
            language: settings.language,
        }
    }

    /// The jobs room and the conversations tell the rest in their own words.
    fn notices_of_given(&self) -> Notices {
        let notices = self.notices();
        Arc::new(move |kind, order, code| {
            if kind == NoticeKind::NeedsYou {
                notices(kind, order, code);
            }
        })
    }

    fn tell_of_jobs(&self) -> JobNotices {
        let stall = Arc::downgrade(&self.inner);
        Arc::new(move |notice| {
            let Some(inner) = stall.upgrade() else { return };
            let stall = Self { inner };
            let notice = word(notice, stall.settings().language);
            let about = notice.order_id.clone().unwrap_or_else(|| notice.title.clone());
            stall.tell(notice, &about);
        })
    }
}

fn word(notice: JobNotice, language: Language) -> Notice {
    use NoticeKind::{NeedsYou, OrderReceived};
    let (kind, english, chinese, body) = match notice {
        JobNotice::Found { search, count } => {
            (OrderReceived, format!("{count} new jobs found"), format!("找到 {count} 个新工作"), search)
        }
        JobNotice::Accepted { title, .. } => {
            (OrderReceived, "You got the job".to_owned(), "你获得了这份工作".to_owned(), title)
        }
        JobNotice::Rejected { title, .. } => {
            (NeedsYou, "The job went to somebody else".to_owned(), "这份工作给了别人".to_owned(), title)
        }
        JobNotice::Completed { title, .. } => (
            NeedsYou,
            "A job is done: look whether you were paid".to_owned(),
            "工作已完成：请确认是否收到付款".to_owned(),
            title,
        ),
        JobNotice::Cancelled { title, .. } => {
            (NeedsYou, "A job was cancelled".to_owned(), "工作已被取消".to_owned(), title)
        }
        JobNotice::Applied { title, .. } => (
            OrderReceived,
            "Somebody applied for your job".to_owned(),
            "有人申请了你发布的工作".to_owned(),
            title,
        ),
    };
    let title = if language == Language::Chinese { chinese } else { english };
    Notice { kind, order_id: None, title, body }
}

impl OpenAccount {
    /// What walks its orders.
    pub fn walks(&self) -> Walks {
        Walks {
            account_id: self.row.id.clone(),
            runner: Arc::clone(&self.runner),
            scheduler: Arc::clone(&self.scheduler),
            tasks: self.tasks.clone(),
        }
    }
}

impl OpenMolt {
    /// What walks its orders.
    pub fn walks(&self) -> Walks {
        Walks {
            account_id: self.row.id.clone(),
            runner: Arc::clone(&self.given.runner),
            scheduler: Arc::clone(&self.given.scheduler),
            tasks: self.tasks.clone(),
        }
    }
}
