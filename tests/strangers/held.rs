//! What must not leave is held for the seller, who sees it, changes it or sends it; what buyers try is shown.

use reqwest::StatusCode;
use serde_json::{Value, json};

use super::attacks::Scene;
use super::far::until;
use super::names::NAMES;
use super::provider::Script;

fn asks(question: &str) -> Script {
    let answer = json!({ "verdict": "no_brief", "language": "en", "subject": "", "style": "", "optimized_prompt": "", "negative": "",
        "aspect_ratio": "1:1", "count": 1, "question": question, "reason": "" });
    Script { answers: vec![answer], ..Script::default() }
}

/// Waits until a message was held back so often, and gives the order.
async fn held(s: &Scene, order: &str, times: usize) -> Value {
    let seen = std::cell::RefCell::new(Value::Null);
    let hold = async || {
        let Some(view) = s.server().order(order).await else { return false };
        let blocked = view["recorder"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|line| line["detail"]["reason"] == "outgoing_blocked");
        let is_held = view["card"]["hold"]["code"] == "outgoing_blocked" && blocked.count() >= times;
        seen.replace(view);
        is_held
    };
    until("the message to be held back", hold).await;
    seen.into_inner()
}

async fn says(s: &Scene, order: &str, text: &str) {
    s.far.control("/buyer/message", json!({ "order_id": order, "text": text })).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_that_must_not_leave_waits_for_the_seller_to_change_it() {
    let s = Scene::open().await;
    s.provider.script("MARK-CHANGED", asks("Could you add me on Telegram?"));
    s.provider.script("MARK-AS-IT-IS", asks("Is pictures-shop.com the address to be painted?"));
    let (changed, as_it_is) =
        (s.far.order(&s.listing, "by_hand").await, s.far.order(&s.listing, "by_hand").await);
    for (order, mark) in [(&changed, "MARK-CHANGED"), (&as_it_is, "MARK-AS-IT-IS")] {
        until("the guidance", async || s.far.sellers_words(order).await.len() == 1).await;
        says(&s, order, &format!("something with {mark}")).await;
    }

    let view = held(&s, &changed, 1).await;
    let hold = &view["card"]["hold"];
    assert_eq!((&hold["settle"], &hold["detail"]["found"]), (&json!("words"), &json!("contact")));
    assert!(
        hold["detail"]["text"].as_str().unwrap().contains("Could you add me on Telegram?"),
        "the seller sees it whole"
    );
    assert!(view["actions"].as_array().unwrap().contains(&json!("words")));
    assert_eq!(s.far.sellers_words(&changed).await.len(), 1, "the buyer does not");

    // Trying again changes nothing: it is held again.
    s.server().desk("orders.retry", json!({ "id": view["card"]["id"] })).await;
    held(&s, &changed, 2).await;
    assert_eq!(s.far.sellers_words(&changed).await.len(), 1);

    let better = "Which colours would you like?";
    s.server().desk("orders.send_words", json!({ "order_id": view["card"]["id"], "text": better })).await;
    until("the changed words", async || s.far.sellers_words(&changed).await.len() == 2).await;
    assert_eq!(s.far.sellers_words(&changed).await[1], better);
    says(&s, &changed, "A red lighthouse at dusk").await;
    s.far.until_status(&changed, "pending_confirmation").await;
    assert_eq!(
        s.far.sellers_words(&changed).await.len(),
        3,
        "the greeting, the seller's words, the delivery"
    );

    let view = held(&s, &as_it_is, 1).await;
    let words = view["card"]["hold"]["detail"]["text"].clone();
    s.server().desk("orders.send_words", json!({ "order_id": view["card"]["id"], "text": words })).await;
    until("the same words", async || s.far.sellers_words(&as_it_is).await.len() == 2).await;
    assert_eq!(s.far.sellers_words(&as_it_is).await[1], words.as_str().unwrap());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_seller_sees_the_signs_of_a_scam_and_of_their_own_slips() {
    let s = Scene::open().await;
    let order = s.far.order(&s.listing, "by_hand").await;
    until("the guidance", async || s.far.sellers_words(&order).await.len() == 1).await;
    says(&s, &order, "I overpaid, refund the difference on Telegram. 把密码发给我").await;
    let shown = async || {
        s.server().order(&order).await.is_some_and(|view| view["thread"].as_array().unwrap().len() >= 2)
    };
    until("the message to be seen", shown).await;
    let view = s.server().order(&order).await.unwrap();
    let theirs = view["thread"].as_array().unwrap().iter().find(|message| message["who"] == "buyer").unwrap();
    assert_eq!(theirs["signs"], json!(["off_platform", "asks_secret", "refund"]));
    let ours = view["thread"].as_array().unwrap().iter().find(|message| message["who"] == "robot").unwrap();
    assert_eq!(ours["signs"], json!([]), "our own side is not suspected");

    // A seller's own words go out as they wrote them, with a warning where they were written.
    let mut values = s.server().desk("settings.get", json!({})).await["values"].clone();
    for template in values["templates"].as_array_mut().unwrap() {
        if template["key"] == "guide" && template["language"] == "en" {
            template["text"] =
                json!("Hello! My other pictures are at www.lin-paints.example. What shall I draw?");
        }
    }
    let saved = s.server().desk("settings.save", values).await;
    assert_eq!(saved["template_warnings"], json!([{ "key": "guide", "language": "en", "found": "link" }]));
    let order = s.far.order(&s.listing, "by_hand").await;
    until("their own words", async || s.far.sellers_words(&order).await.len() == 1).await;
    assert!(s.far.sellers_words(&order).await[0].contains("www.lin-paints.example"));

    // A key that slips in is not sent, and the order is not held for it.
    let id = s.server().order(&order).await.unwrap()["card"]["id"].clone();
    let http = stallkeeper::http::client(stallkeeper::http::TimeLimits::API).unwrap();
    let slip = json!({ "order_id": id, "text": "my key is sk-or-v1-0123456789abcdef0123456789abcdef" });
    let asked = http
        .post(format!("{}/desk/orders.message", s.server().address))
        .bearer_auth(&s.server().token)
        .json(&slip);
    let answer = asked.send().await.unwrap();
    assert_eq!(answer.status().as_u16(), 409, "ours, not the far side's");
    let answer: Value = answer.json().await.unwrap();
    assert_eq!(answer["code"], "outgoing_blocked");
    assert_eq!(s.far.sellers_words(&order).await.len(), 1);
    assert_eq!(s.server().order(&order).await.unwrap()["card"]["hold"], Value::Null);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_local_door_gives_out_pictures_and_nothing_else() {
    let s = Scene::open().await;
    let order = s.far.order(&s.listing, "in_requirement").await;
    s.far.until_status(&order, "completed").await;
    let picture =
        s.server().order(&order).await.unwrap()["pictures"][0]["sha256"].as_str().unwrap().to_owned();
    let http = stallkeeper::http::client(stallkeeper::http::TimeLimits::API).unwrap();
    let ask = async |path: &str| {
        let mut url = url::Url::parse(&s.server().address).unwrap();
        url.path_segments_mut().unwrap().extend(["desk", "pictures"]).extend(path.split('|'));
        http.get(url).bearer_auth(&s.server().token).send().await.unwrap()
    };
    for size in ["full", "card", "row"] {
        let answer = ask(&format!("{size}|{picture}")).await;
        assert_eq!(answer.status(), StatusCode::OK);
        let header = |name: &str| answer.headers()[name].to_str().unwrap().to_owned();
        assert!(["image/png", "image/jpeg", "image/webp"].contains(&header("content-type").as_str()));
        assert_eq!(header("x-content-type-options"), "nosniff");
        assert_eq!(header("content-security-policy"), "default-src 'none'; sandbox");
        assert_eq!(header("cross-origin-resource-policy"), "same-origin");
    }
    for name in NAMES.iter().filter(|name| !name.contains('|') && !["", ".", ".."].contains(name)) {
        for path in [format!("full|{name}"), format!("{name}|{picture}"), format!("full|{picture}|{name}")] {
            let answer = ask(&path).await;
            assert!(answer.status().is_client_error(), "{path:?}: {}", answer.status());
            let kind = answer.headers().get("content-type").map(|kind| kind.to_str().unwrap().to_owned());
            let kind = kind.unwrap_or_default();
            assert!(!kind.contains("svg") && !kind.contains("html"), "{path:?}: {kind}");
            assert!(
                answer.headers().get("set-cookie").is_none()
                    && answer.headers().get("content-disposition").is_none()
            );
        }
    }
}
