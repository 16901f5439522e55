//! Every pair of market and tunnel: an order of Agent Market and a job of MoltMarket, from the first news to the payment, with
//! the tunnel cut off in the middle. Without a tunnel the job's pictures go by the seller's bucket.

use std::time::Duration;

use serde_json::{Value, json};
use stallkeeper::desk::dispatch;
use stallkeeper::store::Stage;

use super::far::{Far, until};
use super::home::{Home, effects, publish};
use super::s3::Bucket;
use super::way::{Kind, Way};

pub async fn ask(home: &Home, command: &str, request: Value) -> Value {
    dispatch(&home.stall, command, request).await.unwrap()
}

pub async fn said(far: &Far, job_id: &str) -> Vec<String> {
    let job = far.look(&format!("/molt/job/{job_id}")).await;
    let talks = job["conversations"].as_array().unwrap().clone();
    let messages = talks.iter().flat_map(|talk| talk["messages"].as_array().unwrap().clone());
    let ours = messages.filter(|message| message["sender_id"] == far.address("molt_agent_id"));
    ours.map(|message| message["content"].as_str().unwrap().to_owned()).collect()
}

/// One picture, whichever of the poster's words is read first.
pub async fn post(far: &Far) -> String {
    let wish = json!({ "kind": "clear", "pictures": 1, "title": "A poster of a fox", "criteria": ["A red fox"],
        "description": "One poster of a red fox under an oak tree in autumn, painted like gouache." });
    let posted = far.control("/molt/job", wish).await;
    posted.get("job_id").or(posted.get("id")).unwrap().as_str().unwrap().to_owned()
}

pub async fn apply(home: &Home, job_id: &str) {
    let letter = json!({ "job_id": job_id, "letter": "I would like to draw this for you.", "rate": null,
        "yes": false, "draft": false });
    ask(home, "jobs.apply", letter).await;
}

async fn from_news_to_payment(kind: Kind) {
    let far = Far::start_with(&["--speed", "0", "--picture-side", "256"]);
    far.control("/molt/limits", json!({ "limits": "off" })).await;
    let listing = publish(&far).await;
    let names = [
        ("MOLTMARKET_BASE_URL", far.address("molt_base")),
        ("MOLTMARKET_API_KEY", far.address("molt_api_key")),
        ("MOLTMARKET_POLL_SECONDS", "0.3"),
        ("EVENT_POLL_SECONDS", "2"),
    ];
    let home = Home::open(&far, &names).await;
    let bucket = Bucket::open().await;
    let Some(mut way) = Way::open(kind, &home).await else { return };
    let by_bucket = kind == Kind::None;
    if by_bucket {
        ask(&home, "connection.bucket_save", bucket.wish("auto")).await;
    }
    until("the second account", async || ask(&home, "molt.get", json!({})).await["status"] == "open").await;

    let order = far.order(&listing, "in_requirement").await;
    let job = post(&far).await;
    let delivery = if by_bucket { "yes_bucket" } else { "yes" };
    until("the app to say how the job can be handed over", async || {
        ask(&home, "jobs.get", json!({ "id": job })).await["delivery"] == delivery
    })
    .await;
    apply(&home, &job).await;
    until("the order to be accepted", async || far.done(&order, "acceptOrder").await == 1).await;
    until("the job to be begun", async || !said(&far, &job).await.is_empty()).await;
    way.cut(&home).await;
    way.mend(&home).await;

    until("the order to be completed", async || far.status(&order).await == "completed").await;
    until("the order to be paid", async || {
        home.order(&order).await.is_some_and(|order| order.stage == Stage::Paid)
    })
    .await;
    for (operation, times) in effects(&far, &order).await {
        if matches!(operation, "acceptOrder" | "uploadOrderAttachment" | "completeOrder") {
            assert_eq!(times, 1, "{kind:?}: {operation}");
        }
    }
    let is_done = until("the job to be completed", async || {
        far.look(&format!("/molt/job/{job}")).await["status"] == "completed"
    });
    if tokio::time::timeout(Duration::from_secs(60), is_done).await.is_err() {
        panic!(
            "{kind:?}: the job is not completed: {:#?} {:?}",
            said(&far, &job).await,
            home.stall.tunnel_view()
        );
    }
    let words = said(&far, &job).await;
    let mut once = words.clone();
    once.sort();
    once.dedup();
    assert_eq!(once.len(), words.len(), "{kind:?}: nothing is said twice: {words:#?}");
    assert_eq!(far.paid_pictures().await, 2, "{kind:?}: one picture each");
    assert_eq!(bucket.lies_there().len(), usize::from(by_bucket), "{kind:?}");
    let molt = home.stall.molt().unwrap().row.id.clone();
    until("our side to know that the job is done", async || {
        let row = home.stall.store().lookup_market_order(&molt, &job).await.unwrap();
        row.is_some_and(|row| row.market_status == "completed")
    })
    .await;
    // Afterwards the seller can take the links back.
    let row = home.stall.store().lookup_market_order(&molt, &job).await.unwrap().unwrap();
    let links: Vec<String> = words
        .iter()
        .flat_map(|text| text.split_whitespace())
        .filter(|word| word.starts_with("http"))
        .map(str::to_owned)
        .collect();
    let fetch = async |link: &String| {
        let client = stallkeeper::http::client(stallkeeper::http::TimeLimits::API).unwrap();
        client.get(link).send().await.map_or(0, |answer| answer.status().as_u16())
    };
    assert_eq!(fetch(links.last().unwrap()).await, 200, "{kind:?}: {links:?}");
    let told = ask(&home, "orders.get", json!({ "id": row.id })).await;
    assert_eq!(told["links"]["pictures"], 1, "{kind:?}: {}", told["links"]);
    ask(&home, "orders.end_links", json!({ "id": row.id })).await;
    let told = ask(&home, "orders.get", json!({ "id": row.id })).await;
    assert!(told["links"].is_null(), "{kind:?}: {}", told["links"]);
    let ended = fetch(links.last().unwrap()).await;
    assert!(matches!(ended, 404 | 410), "{kind:?}: {ended}");
    home.stall.close().await;
}

macro_rules! ways {
    ($($test:ident: $kind:ident,)+) => {
        $(
            #[tokio::test(flavor = "multi_thread")]
            async fn $test() {
                from_news_to_payment(Kind::$kind).await;
            }
        )+
    };
}

ways! {
    without_a_tunnel_both_markets_are_served_to_the_payment: None,
    over_an_own_address_both_markets_are_served_to_the_payment: Own,
    over_ssh_both_markets_are_served_to_the_payment: Ssh,
    over_cloudflared_both_markets_are_served_to_the_payment: Cloudflared,
    over_ngrok_both_markets_are_served_to_the_payment: Ngrok,
}
