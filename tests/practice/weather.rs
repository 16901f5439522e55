//! The weather dial: every slider over real HTTP.

use reqwest::Method;
use serde_json::{Value, json};
use stallkeeper::clock::{Clock, SystemClock};

use crate::push::{SECRET, opened};
use crate::seller::Seller;

async fn turned(seller: &Seller, sliders: Value) {
    let wish = json!({"preset": "calm", "seed": 1, "chances": sliders});
    seller.control("/weather", wish).await;
}

/// An order in progress, in calm weather.
async fn in_progress(seller: &Seller) -> String {
    seller.publish(20).await;
    let (order_id, _) = seller.ordered_by("by_hand").await;
    seller.post(&format!("/orders/{order_id}/accept"), json!({})).await;
    order_id
}

async fn say(seller: &Seller, order_id: &str) -> reqwest::Result<reqwest::Response> {
    let address = format!("{}/orders/{order_id}/messages", seller.at.market_base);
    let request = seller.client.post(address).bearer_auth(&seller.at.seller_api_key);
    request.json(&json!({"content": "hello"})).send().await
}

async fn said(seller: &Seller, order_id: &str) -> usize {
    seller.look(&format!("/order/{order_id}")).await["messages"].as_array().unwrap().len()
}

#[tokio::test]
async fn any_subset_is_set_and_the_rest_stays() {
    let seller = Seller::open().await;
    let calm = seller.look("/weather").await;
    assert_eq!((&calm["preset"], &calm["seed"]), (&json!("calm"), &json!(1)));
    let storm = seller.control("/weather", json!({"preset": "storm", "seed": 42})).await;
    assert_eq!((&storm["preset"], &storm["seed"]), (&json!("storm"), &json!(42)));
    let moved = seller.control("/weather", json!({"chances": {"push_lost": 1}})).await;
    assert_eq!(moved["preset"], Value::Null);
    assert_eq!(moved["chances"]["push_lost"], json!(1.0));
    assert_eq!(moved["chances"]["push_late"], storm["chances"]["push_late"]);
    assert_eq!(moved["seed"], json!(42));
    assert_eq!(seller.control("/weather", json!({"preset": "calm"})).await["preset"], "calm");
    for wrong in [json!({"chances": {"push_lost": 2}}), json!({"chances": {"rain": 1}}), json!({"rain": 1})] {
        let address = format!("{}/weather", seller.at.control_base);
        let key = &seller.at.control_token;
        let (status, _) = seller.call(Method::POST, address, key, Some(wrong.clone())).await.unwrap();
        assert_eq!(status, 422, "{wrong}");
    }
}

#[tokio::test]
async fn a_call_is_refused_or_fails_before_its_effect() {
    let seller = Seller::open().await;
    let order_id = in_progress(&seller).await;
    turned(&seller, json!({"call_too_many": 1})).await;
    let answer = say(&seller, &order_id).await.unwrap();
    assert_eq!((answer.status().as_u16(), answer.headers()["Retry-After"].to_str().unwrap()), (429, "2"));
    turned(&seller, json!({"call_failed_before": 1})).await;
    let mut seen = std::collections::BTreeSet::new();
    for _ in 0..12 {
        seen.insert(say(&seller, &order_id).await.unwrap().status().as_u16());
    }
    assert_eq!(seen.into_iter().collect::<Vec<_>>(), [500, 502, 503]);
    turned(&seller, json!({"call_cut_before": 1})).await;
    assert!(say(&seller, &order_id).await.is_err());
    assert_eq!(said(&seller, &order_id).await, 0);
}

#[tokio::test]
async fn a_call_fails_or_is_cut_after_its_effect() {
    let seller = Seller::open().await;
    let order_id = in_progress(&seller).await;
    turned(&seller, json!({"call_failed_after": 1})).await;
    assert!(say(&seller, &order_id).await.unwrap().status().is_server_error());
    assert_eq!(said(&seller, &order_id).await, 1);
    turned(&seller, json!({"call_cut_after": 1})).await;
    assert!(say(&seller, &order_id).await.is_err());
    assert_eq!(said(&seller, &order_id).await, 2);
    turned(&seller, json!({"call_half_answer": 1})).await;
    let half = say(&seller, &order_id).await.unwrap();
    assert_eq!(half.status().as_u16(), 201);
    let half = half.text().await.unwrap();
    assert!(half.starts_with('{') && serde_json::from_str::<Value>(&half).is_err(), "{half}");
    assert_eq!(said(&seller, &order_id).await, 3);
}

#[tokio::test]
async fn every_strike_is_on_record_with_what_it_hit() {
    let seller = Seller::open().await;
    let order_id = in_progress(&seller).await;
    turned(&seller, json!({"call_failed_after": 1})).await;
    say(&seller, &order_id).await.unwrap();
    turned(&seller, json!({})).await;
    let strikes = seller.look(&format!("/calls?order_id={order_id}")).await["strikes"].clone();
    let strike = &strikes["latest"][0];
    assert_eq!((&strike["by"], &strike["hit"]), (&json!("call_failed_after"), &json!("sendOrderMessage")));
    assert_eq!(strike["order_id"], json!(order_id));
    assert_eq!(strikes["counts"], json!({"call_failed_after": 1}));
    say(&seller, &order_id).await.unwrap();
    assert_eq!(seller.look("/weather").await["strikes"]["counts"], json!({"call_failed_after": 1}));
}

#[tokio::test]
async fn the_same_seed_strikes_the_same_calls_in_another_marketplace() {
    async fn statuses(seed: u64) -> Vec<u16> {
        let seller = Seller::open().await;
        let order_id = in_progress(&seller).await;
        let wish = json!({"seed": seed, "chances": {"call_too_many": 0.2, "call_failed_before": 0.3}});
        seller.control("/weather", wish).await;
        let mut statuses = Vec::new();
        for _ in 0..40 {
            statuses.push(say(&seller, &order_id).await.unwrap().status().as_u16());
        }
        statuses
    }
    let first = statuses(5).await;
    assert_eq!(first, statuses(5).await);
    assert_ne!(first, statuses(6).await);
}

#[tokio::test]
async fn the_provider_refuses_gives_no_picture_breaks_it_or_has_no_credit() {
    let seller = Seller::open().await;
    let model = "google/gemini-2.5-flash-image";
    let chat = json!({"model": model, "modalities": ["image", "text"], "messages": [{"role": "user", "content": "a fox"}]});
    let image = json!({"model": model, "prompt": "a fox"});
    let text =
        json!({"model": "google/gemini-3.1-flash-lite", "messages": [{"role": "user", "content": "hello"}]});

    turned(&seller, json!({"picture_refused": 1})).await;
    let (status, answer) = seller.ask("/chat/completions", chat.clone()).await;
    let class = &answer["error"]["metadata"]["error_type"];
    assert_eq!((status, class), (403, &json!("content_policy_violation")));
    assert_eq!(seller.ask("/chat/completions", text.clone()).await.0, 200, "words are not struck");

    turned(&seller, json!({"picture_missing": 1})).await;
    let (status, answer) = seller.ask("/chat/completions", chat.clone()).await;
    assert_eq!((status, &answer["choices"][0]["message"]["images"]), (200, &Value::Null));
    assert_eq!(seller.ask("/images", image.clone()).await.1["data"], json!([]));
    assert_eq!(seller.look("/calls").await["paid_pictures"], 0);

    turned(&seller, json!({"picture_broken": 1})).await;
    let (_, answer) = seller.ask("/chat/completions", chat.clone()).await;
    let url = answer["choices"][0]["message"]["images"][0]["image_url"]["url"].as_str().unwrap();
    assert!(url.starts_with("data:image/png;base64,") && url.ends_with("!!"));
    let (_, answer) = seller.ask("/images", image).await;
    assert!(answer["data"][0]["b64_json"].as_str().unwrap().ends_with("!!"));
    assert_eq!(seller.look("/calls").await["paid_pictures"], 2, "what is broken was drawn and charged");

    turned(&seller, json!({"picture_no_credit": 1})).await;
    assert_eq!(seller.ask("/chat/completions", chat).await.0, 402);
    assert_eq!(seller.ask("/chat/completions", text).await.0, 402);
}

#[tokio::test]
async fn the_markets_clock_is_ahead_or_behind() {
    let seller = Seller::open().await;
    for seconds in [600, -600] {
        seller.control("/weather", json!({"amounts": {"market_clock": seconds}})).await;
        let answer = seller.client.get(format!("{}/health", seller.at.market_base)).send().await.unwrap();
        let said = answer.headers()["Date"].to_str().unwrap();
        let said = jiff::fmt::rfc2822::parse(said).unwrap().timestamp();
        let off = said.duration_since(SystemClock.now()).as_secs();
        assert!((off - seconds).abs() < 30, "{off} s off at {seconds}");
    }
}

#[tokio::test]
async fn pushes_are_lost_but_stay_in_the_feed() {
    let (seller, mut pushes) = opened(0).await;
    turned(&seller, json!({"push_lost": 1})).await;
    seller.ordered_by("by_hand").await;
    assert_eq!(seller.get("/events/me/events").await.1.as_array().unwrap().len(), 1);
    turned(&seller, json!({})).await;
    seller.ordered_by("by_hand").await;
    let (_, event) = pushes.recv().await.unwrap();
    assert_eq!(
        event["event_id"],
        seller.get("/events/me/events").await.1[1]["event_id"],
        "only the second came"
    );
}

#[tokio::test]
async fn pushes_come_again_and_badly_signed_ones_are_tried_once_more() {
    let (seller, mut pushes) = opened(0).await;
    seller
        .control("/weather", json!({"chances": {"push_repeated": 1}, "amounts": {"push_repeated": 2}}))
        .await;
    seller.ordered_by("by_hand").await;
    let (first, second) = (pushes.recv().await.unwrap(), pushes.recv().await.unwrap());
    assert_eq!(first, second);

    let (seller, mut pushes) = opened(1).await;
    turned(&seller, json!({"push_badly_signed": 1})).await;
    seller.ordered_by("by_hand").await;
    let (is_right, _) = pushes.recv().await.unwrap();
    assert!(!is_right, "signed with something else than {SECRET}");
    turned(&seller, json!({})).await;
    while !pushes.recv().await.unwrap().0 {}
}

#[tokio::test]
async fn a_push_waits_until_another_has_gone_first() {
    let (seller, mut pushes) = opened(0).await;
    let wish = json!({"chances": {"push_overtaken": 1}, "amounts": {"push_overtaken": 60000}});
    seller.control("/weather", wish).await;
    let (first, _) = seller.ordered_by("by_hand").await;
    let strikes = async || seller.look("/weather").await["strikes"]["counts"]["push_overtaken"] == json!(1);
    while !strikes().await {
        tokio::task::yield_now().await;
    }
    turned(&seller, json!({})).await;
    let (second, _) = seller.ordered_by("by_hand").await;
    let order = async |pushes: &mut tokio::sync::mpsc::UnboundedReceiver<crate::push::Pushed>| {
        pushes.recv().await.unwrap().1["payload"]["order_id"].as_str().unwrap().to_owned()
    };
    assert_eq!(order(&mut pushes).await, second);
    assert_eq!(order(&mut pushes).await, first);
}
