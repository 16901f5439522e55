//! A jobs room on a practice marketplace, with its clock in the test's hand.

use std::sync::{Arc, Mutex, RwLock};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use reqwest::Method;
use secrecy::SecretString;
use serde_json::{Value, json};
use stallkeeper::clock::{Clock, ManualClock, SystemClock, SystemIds};
use stallkeeper::http::{TimeLimits, client};
use stallkeeper::jobs::{AboutUs, JobNotice, JobRules, Jobs, Means, Wish};
use stallkeeper::marketplaces::budget::{Budgets, MemoryBook};
use stallkeeper::marketplaces::moltmarket::MoltMarket;
use stallkeeper::model::{Model, OpenRouter};
use stallkeeper::practice::{Practice, PracticeAddresses, PracticeOptions};
use stallkeeper::signals::Signals;
use stallkeeper::store::{AccountKind, AccountRow, Store};

pub const LETTER: &str = "Hello! I would draw this as you describe it.";

pub struct Home {
    pub jobs: Arc<Jobs>,
    pub clock: ManualClock,
    pub at: PracticeAddresses,
    notices: Arc<Mutex<Vec<JobNotice>>>,
    http: reqwest::Client,
    _practice: Practice,
    dir: tempfile::TempDir,
}

impl Home {
    /// Without limits of the market, with means to show pictures, and without people but those asked for.
    pub async fn open() -> Self {
        let home = Self::open_limited().await;
        home.control("/molt/limits", json!({"limits": "off"})).await;
        home
    }

    pub async fn open_limited() -> Self {
        let practice = Practice::start(PracticeOptions::instant()).await.unwrap();
        let at = practice.addresses().clone();
        let dir = tempfile::tempdir().unwrap();
        let clock = ManualClock::at(whole_millisecond());
        let notices = Arc::new(Mutex::new(Vec::new()));
        let jobs = room(&at, dir.path(), &clock, &notices).await;
        Self { jobs, clock, at, notices, http: client(TimeLimits::API).unwrap(), _practice: practice, dir }
    }

    /// The stall is closed and opened again on the same data; what is counted of budgets is forgotten.
    pub async fn reopen(&mut self) {
        self.jobs.store.close().await;
        self.jobs = room(&self.at, self.dir.path(), &self.clock, &self.notices).await;
    }

    pub fn with_rules(&self, change: impl FnOnce(&mut JobRules)) {
        change(&mut self.jobs.rules.write().unwrap());
    }

    pub fn pass(&self, hours: i64) {
        self.clock.advance(SignedDuration::from_hours(hours));
    }

    pub fn take_notices(&self) -> Vec<JobNotice> {
        std::mem::take(&mut self.notices.lock().unwrap())
    }

    async fn call(&self, method: Method, url: String, key: &str, body: Option<Value>) -> (u16, Value) {
        let mut request = self.http.request(method, url).bearer_auth(key);
        if let Some(body) = body {
            request = request.json(&body);
        }
        let answer = request.send().await.unwrap();
        (answer.status().as_u16(), answer.json().await.unwrap_or(Value::Null))
    }

    pub async fn control(&self, path: &str, body: Value) -> Value {
        let url = format!("{}{path}", self.at.control_base);
        let (status, answer) = self.call(Method::POST, url, &self.at.control_token, Some(body)).await;
        assert!((200..300).contains(&status), "{path}: {status} {answer}");
        answer
    }

    pub async fn look(&self, path: &str) -> Value {
        let url = format!("{}{path}", self.at.control_base);
        let (status, answer) = self.call(Method::GET, url, &self.at.control_token, None).await;
        assert_eq!(status, 200, "{path}: {answer}");
        answer
    }

    /// A call of the market with somebody's key.
    pub async fn call_as(&self, key: &str, path: &str, body: Value) -> Value {
        let url = format!("{}{path}", self.at.molt_base);
        let (status, answer) = self.call(Method::POST, url, key, Some(body)).await;
        assert!((200..300).contains(&status), "{path}: {status} {answer}");
        answer
    }

    pub async fn fault(&self, operation: &str, kind: &str) {
        self.control("/fault", json!({"operation": operation, "kind": kind})).await;
    }

    /// How often a function took effect.
    pub async fn done(&self, operation: &str) -> u64 {
        self.look("/calls").await["counters"][operation]["done"].as_u64().unwrap_or(0)
    }

    /// How often a function was asked for.
    pub async fn received(&self, operation: &str) -> u64 {
        self.look("/calls").await["counters"][operation]["received"].as_u64().unwrap_or(0)
    }

    /// A poster's job for one picture: its id, and the poster's key.
    pub async fn job_of(&self, kind: &str) -> (String, String) {
        let wish = json!({"kind": kind, "title": "A poster of a fox", "criteria": ["Square format"], "pictures": 1,
            "description": "A fox under an oak in autumn, gouache. Please deliver as a public link."});
        let answer = self.control("/molt/job", wish).await;
        (text(&answer["job_id"]), text(&answer["api_key"]))
    }

    pub fn wish() -> Wish {
        Wish { letter: LETTER.to_owned(), rate: Some(30.into()), yes: false }
    }

    /// How many applications the market has for a job.
    pub async fn applications_for(&self, job_id: &str) -> usize {
        self.look(&format!("/molt/job/{job_id}")).await["applications"].as_array().unwrap().len()
    }

    /// Waits until the market's job has this status.
    pub async fn once_status(&self, job_id: &str, status: &str) {
        let path = format!("/molt/job/{job_id}");
        let what = format!("job {status}");
        until(&what, async || self.look(&path).await["status"] == status).await;
    }

    /// All notifications of the stall, oldest first: kind and body.
    pub async fn news(&self) -> Vec<(String, Value)> {
        let seen = self.look(&format!("/molt/account/{}", self.at.molt_agent_id)).await;
        let news = seen["notifications"].as_array().unwrap().iter();
        news.map(|one| (text(one.get("event").or(one.get("type")).unwrap()), one.clone())).collect()
    }

    /// Hands over everything the market has told, in this order.
    pub async fn hear_all(&self) {
        for (kind, body) in self.news().await {
            self.jobs.hear(&kind.as_str().into(), &body).await.unwrap();
        }
    }
}

async fn room(
    at: &PracticeAddresses,
    dir: &std::path::Path,
    clock: &ManualClock,
    notices: &Arc<Mutex<Vec<JobNotice>>>,
) -> Arc<Jobs> {
    let store = Store::open(&dir.join("stall.db")).await.unwrap();
    let account = AccountRow {
        id: "molt".into(),
        kind: AccountKind::MoltMarket,
        base_url: at.molt_base.clone(),
        practice: true,
        name: "Lin".into(),
        own_id: at.molt_agent_id.clone(),
        handle: String::new(),
        feed_cursor: 0,
        checked_at: None,
        check_code: String::new(),
        balance: None,
        created_at: clock.now(),
    };
    let mut write = store.write().await.unwrap();
    write.upsert_account(&account).await.unwrap();
    write.commit().await.unwrap();
    let shared: Arc<dyn Clock> = Arc::new(clock.clone());
    let budgets = Arc::new(Budgets::new(Arc::new(MemoryBook::default()), Arc::clone(&shared)));
    let key = SecretString::from(at.molt_api_key.clone());
    let ids = Arc::new(SystemIds);
    let market =
        MoltMarket::connect(&at.molt_base, "molt", key, budgets, Arc::clone(&shared), ids.clone()).unwrap();
    let model_key = SecretString::from(at.model_api_key.clone());
    let model: Arc<dyn Model> =
        Arc::new(OpenRouter::connect(&at.model_base.parse().unwrap(), model_key).unwrap());
    let told = Arc::clone(notices);
    Arc::new(Jobs {
        store,
        market: Arc::new(market),
        model: RwLock::new(Some(model)),
        clock: shared,
        ids,
        signals: Signals::default(),
        rules: RwLock::new(JobRules {
            text_models: vec!["google/gemini-3.1-flash-lite".into()],
            us: AboutUs {
                capabilities: vec!["illustration".into()],
                worst_picture_usd: None,
                speaks_chinese: true,
                speaks_english: true,
            },
            means: Means { links: Some(stallkeeper::links::LinkKind::OwnAddress) },
            name: "Lin's stall".into(),
            ..JobRules::default()
        }),
        account_id: "molt".into(),
        notices: Arc::new(move |notice| told.lock().unwrap().push(notice)),
        turn: tokio::sync::Mutex::default(),
    })
}

/// Now, as the database keeps it.
fn whole_millisecond() -> Timestamp {
    Timestamp::from_millisecond(SystemClock.now().as_millisecond()).unwrap()
}

pub fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("no text: {value}")).to_owned()
}

/// Waits until a condition holds, for ten seconds at most.
pub async fn until(what: &str, condition: impl AsyncFn() -> bool) {
    let waiting = async {
        while !condition().await {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    assert!(tokio::time::timeout(Duration::from_secs(10), waiting).await.is_ok(), "never: {what}");
}
