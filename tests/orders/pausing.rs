//! A paused listing takes no new orders, and one that follows the places is hidden while all are taken.

use reqwest::Method;
use serde_json::{Value, json};

use super::far::{Far, until};
use super::recipe::held;
use super::server::{Server, free_port};

struct Scene {
    far: Far,
    server: Server,
    /// The market's id.
    listing: String,
    port: u16,
    home: tempfile::TempDir,
}

const SOON: (&str, &str) = ("HEARTBEAT_SECONDS", "0.2");

async fn scene_with(extra: &[(&str, &str)]) -> Scene {
    let far = Far::start();
    let home = tempfile::tempdir().unwrap();
    let listing = far.publish().await;
    let port = free_port();
    let extra: Vec<_> =
        [("SERVICE_SKU_ID", listing.as_str())].into_iter().chain(extra.iter().copied()).collect();
    let server = Server::start(&far, home.path(), port, &extra);
    until("the stall to be open", async || server.health().await == 200).await;
    server.desk("listings.refresh", json!({})).await;
    Scene { far, server, listing, port, home }
}

async fn scene() -> Scene {
    scene_with(&[]).await
}

impl Scene {
    /// The server ends as in a power cut; `meanwhile` happens, and it lives again.
    async fn after_a_power_cut(self, meanwhile: impl AsyncFnOnce(&Far)) -> Self {
        let Self { far, server, listing, port, home } = self;
        server.kill_hard();
        meanwhile(&far).await;
        let server = Server::start(&far, home.path(), port, &[("SERVICE_SKU_ID", &listing)]);
        until("the stall to be open", async || server.health().await == 200).await;
        Self { far, server, listing, port, home }
    }

    /// The listing as its card shows it.
    async fn card(&self) -> Value {
        let known = self.server.desk("listings.list", json!({})).await;
        let listings = known["listings"].as_array().unwrap();
        listings.iter().find(|listing| listing["market_listing_id"] == self.listing).unwrap().clone()
    }

    async fn pause(&self, paused: bool) -> Value {
        let id = self.card().await["id"].clone();
        self.server.desk("listings.pause", json!({ "id": id, "paused": paused })).await
    }

    async fn hide(&self, hidden: bool) -> Value {
        let id = self.card().await["id"].clone();
        self.server.desk("listings.hide", json!({ "id": id, "hidden": hidden })).await
    }

    async fn follow_places(&self, follows: bool) {
        let card = self.card().await;
        let mut form = card["form"].clone();
        form["recipe"]["hide_when_full"] = json!(follows);
        self.server.desk("listings.save", json!({ "id": card["id"], "form": form })).await;
    }

    async fn places(&self, max_running: u32) {
        let mut values = self.server.desk("settings.get", json!({})).await["values"].clone();
        values["max_running"] = json!(max_running);
        self.server.desk("settings.save", values).await;
    }

    /// Whether the market has it hidden.
    async fn is_hidden(&self) -> bool {
        let mine = self.far.as_seller(Method::GET, "/listings/my?include_hidden=true", json!({})).await;
        let listings = mine["items"].as_array().unwrap();
        let listing = listings.iter().find(|listing| listing["id"] == self.listing).unwrap();
        listing["is_hidden"].as_bool().unwrap()
    }

    /// Waits until the market has it hidden, or not, and the card says so and why.
    async fn until_hidden(&self, hidden: bool, why: Value) {
        let wanted = json!([if hidden { "hidden" } else { "active" }, why, null]);
        until(&format!("the listing to be {wanted}"), async || {
            let card = self.card().await;
            let said = json!([card["status"], card["hidden_why"], card["untold"]]);
            said == wanted && self.is_hidden().await == hidden
        })
        .await;
    }

    /// How often the market was told something about a listing.
    async fn told(&self) -> u64 {
        self.far.received("updateListing").await
    }

    async fn market_takes_no_change(&self, count: u32) {
        self.market_answers(503, count).await;
    }

    async fn market_answers(&self, status: u16, count: u32) {
        let fault =
            json!({ "operation": "updateListing", "kind": "fail_before", "status": status, "count": count });
        self.far.control("/fault", fault).await;
    }

    async fn held(&self, order: &str, code: &str) -> Value {
        held(&self.server, order, code).await
    }

    async fn ordered(&self) -> String {
        self.far.order(&self.listing, "by_hand").await
    }

    async fn until_guided(&self, order: &str) {
        until("the guidance", async || self.far.sellers_words(order).await.len() == 1).await;
    }

    /// An order that is at work until the buyer says what they want.
    async fn guided(&self) -> String {
        let order = self.ordered().await;
        self.until_guided(&order).await;
        order
    }

    async fn cancelled(&self, order: &str) {
        self.far.control("/buyer/cancel", json!({ "order_id": order, "reason": "changed my plans" })).await;
        self.held(order, "cancelled_midway").await;
    }

    /// Several signs of life later.
    async fn a_while_later(&self) {
        let before = self.far.received("heartbeat").await;
        until("signs of life", async || self.far.received("heartbeat").await >= before + 4).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_paused_listing_is_hidden_and_an_order_that_is_under_way_goes_on() {
    let s = scene().await;
    let order = s.guided().await;
    let card = s.pause(true).await;
    assert_eq!(
        (&card["paused"], &card["hidden_why"], &card["status"], &card["untold"]),
        (&json!(true), &json!("pause"), &json!("hidden"), &Value::Null)
    );
    assert!(s.is_hidden().await);
    s.far
        .control("/buyer/message", json!({ "order_id": order, "text": "A green door in an old wall" }))
        .await;
    s.far.until_status(&order, "pending_confirmation").await;
    let card = s.pause(false).await;
    assert_eq!(
        (&card["paused"], &card["hidden_why"], &card["status"]),
        (&json!(false), &Value::Null, &json!("active"))
    );
    assert!(!s.is_hidden().await);
    assert_eq!(s.told().await, 2);
    s.guided().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn while_the_market_cannot_be_told_the_robot_takes_no_order_of_a_paused_listing() {
    let s = scene().await;
    s.market_takes_no_change(1_000).await;
    let card = s.pause(true).await;
    assert_eq!(
        (&card["paused"], &card["untold"], &card["status"]),
        (&json!(true), &json!("market_server"), &json!("active"))
    );
    assert!(!s.is_hidden().await);

    let late = s.ordered().await;
    let view = s.held(&late, "listing_paused").await;
    assert_eq!(view["card"]["hold"]["settle"], "approve");
    assert_eq!(view["card"]["hold"]["detail"]["listing"], s.card().await["id"]);
    assert!(view["actions"].as_array().unwrap().contains(&json!("decline")), "{}", view["actions"]);
    assert_eq!(s.far.received("acceptOrder").await, 0);
    s.server.desk("orders.approve", json!({ "id": view["card"]["id"] })).await;
    s.until_guided(&late).await;

    let later = s.ordered().await;
    s.held(&later, "listing_paused").await;
    s.far.control("/fault/clear", json!({})).await;
    let card = s.pause(false).await;
    assert_eq!(
        (&card["paused"], &card["untold"], &card["status"]),
        (&json!(false), &Value::Null, &json!("active"))
    );
    s.until_guided(&later).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_that_waits_to_be_accepted_is_held_as_soon_as_its_listing_is_paused() {
    let s = scene().await;
    s.places(1).await;
    s.guided().await;
    let waiting = s.ordered().await;
    until("the order to wait for a place", async || {
        s.server.order(&waiting).await.is_some_and(|view| view["card"]["next"] == "wait_capacity")
    })
    .await;
    s.pause(true).await;
    s.held(&waiting, "listing_paused").await;
    s.pause(false).await;
    until("the order to wait for a place again", async || {
        s.server.order(&waiting).await.unwrap()["card"]["next"] == "wait_capacity"
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_market_could_not_be_told_is_told_later_and_once() {
    let s = scene_with(&[SOON]).await;
    s.market_takes_no_change(3).await;
    assert_eq!(s.pause(true).await["untold"], "market_server");
    s.until_hidden(true, json!("pause")).await;
    assert_eq!(s.told().await, 4, "three that failed, and the one that did not");
    s.a_while_later().await;
    assert_eq!(s.told().await, 4, "nothing is told that was told");
    // The answer to a change that was made is lost: it is made again rather than left in doubt.
    let lost = json!({ "operation": "updateListing", "kind": "drop_after", "count": 1 });
    s.far.control("/fault", lost).await;
    assert_eq!(s.pause(false).await["untold"], "market_network");
    s.until_hidden(false, Value::Null).await;
    assert_eq!(s.told().await, 6);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_market_refuses_for_good_is_told_again_only_when_the_seller_asks() {
    let s = scene_with(&[SOON]).await;
    s.market_answers(403, 2).await;
    assert_eq!(s.pause(true).await["untold"], "market_forbidden");
    assert_eq!(s.told().await, 1);
    s.a_while_later().await;
    assert_eq!((s.told().await, s.card().await["untold"].clone()), (1, json!("market_forbidden")));
    s.server.desk("listings.refresh", json!({})).await;
    assert_eq!(s.told().await, 2, "asked once more, and refused once more");
    s.pause(true).await;
    s.until_hidden(true, json!("pause")).await;
    assert_eq!(s.told().await, 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hiding_whose_answer_was_lost_does_not_outlive_the_pause() {
    let s = scene().await;
    let lost = json!({ "operation": "updateListing", "kind": "drop_after", "count": 1 });
    s.far.control("/fault", lost).await;
    assert_eq!(s.pause(true).await["untold"], "market_network");
    assert!(s.is_hidden().await);
    let card = s.pause(false).await;
    assert_eq!((&card["status"], &card["hidden_by_seller"]), (&json!("active"), &json!(false)));
    assert!(!s.is_hidden().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn looking_at_the_listings_again_tells_the_market_what_it_missed() {
    let s = scene().await;
    s.market_takes_no_change(1).await;
    s.pause(true).await;
    assert!(!s.is_hidden().await);
    s.server.desk("listings.refresh", json!({})).await;
    s.until_hidden(true, json!("pause")).await;
    assert_eq!(s.card().await["hidden_by_seller"], false);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pause_outlives_a_power_cut_and_the_market_is_told_at_the_start() {
    let s = scene().await;
    s.market_takes_no_change(1_000).await;
    s.pause(true).await;
    let mut late = String::new();
    let listing = s.listing.clone();
    let s = s
        .after_a_power_cut(async |far| {
            late = far.order(&listing, "by_hand").await;
            far.control("/fault/clear", json!({})).await;
        })
        .await;
    assert_eq!(s.card().await["paused"], true);
    s.held(&late, "listing_paused").await;
    s.until_hidden(true, json!("pause")).await;
    assert_eq!(s.far.received("acceptOrder").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_seller_hid_by_hand_stays_hidden_when_it_is_resumed() {
    let s = scene().await;
    assert_eq!(s.hide(true).await["hidden_why"], "seller");
    s.pause(true).await;
    let resumed = s.pause(false).await;
    assert_eq!((&resumed["hidden_why"], &resumed["status"]), (&json!("seller"), &json!("hidden")));
    assert!(s.is_hidden().await);
    // Hidden by hand while it is paused, the other way round.
    assert_eq!(s.hide(false).await["status"], "active");
    s.pause(true).await;
    s.hide(true).await;
    s.pause(false).await;
    assert!(s.is_hidden().await);
    s.hide(false).await;
    assert!(!s.is_hidden().await);
    // Shown by hand while it is paused: it is shown once it is resumed.
    s.pause(true).await;
    assert_eq!(s.hide(false).await["status"], "hidden");
    assert!(s.is_hidden().await);
    s.pause(false).await;
    assert!(!s.is_hidden().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn hidden_while_the_only_place_is_taken_with_two_calls_in_all() {
    let s = scene_with(&[SOON]).await;
    s.places(1).await;
    s.follow_places(true).await;
    let order = s.guided().await;
    s.until_hidden(true, json!("full")).await;
    assert_eq!(s.told().await, 1);
    s.a_while_later().await;
    s.far
        .control("/buyer/message", json!({ "order_id": order, "text": "A green door in an old wall" }))
        .await;
    s.far.until_status(&order, "pending_confirmation").await;
    s.until_hidden(false, Value::Null).await;
    s.a_while_later().await;
    assert_eq!(s.told().await, 2, "hidden once, shown once");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_place_that_is_free_and_taken_at_once_is_not_offered_in_between() {
    let s = scene().await;
    s.places(1).await;
    s.follow_places(true).await;
    let listing = s.listing.clone();
    let mut orders = Vec::new();
    let s = s
        .after_a_power_cut(async |far| {
            for _ in 0..2 {
                orders.push(far.order(&listing, "by_hand").await);
            }
        })
        .await;
    s.until_hidden(true, json!("full")).await;
    let accepted = async |order: &String| s.far.done(order, "acceptOrder").await == 1;
    until("one of them to be accepted", async || accepted(&orders[0]).await != accepted(&orders[1]).await)
        .await;
    let (first, second) =
        if accepted(&orders[0]).await { (&orders[0], &orders[1]) } else { (&orders[1], &orders[0]) };
    s.until_guided(first).await;
    // The place is free for a while: accepting the next one takes a second try.
    s.far
        .control(
            "/fault",
            json!({ "operation": "acceptOrder", "kind": "fail_before", "status": 503, "count": 1 }),
        )
        .await;
    s.cancelled(first).await;
    s.until_guided(second).await;
    assert_eq!(s.told().await, 1, "hidden all the time");
    s.cancelled(second).await;
    s.until_hidden(false, Value::Null).await;
    assert_eq!(s.told().await, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_free_place_shows_nothing_that_is_paused_or_that_the_seller_hid() {
    let s = scene_with(&[SOON]).await;
    s.places(1).await;
    s.follow_places(true).await;
    let order = s.guided().await;
    s.until_hidden(true, json!("full")).await;
    assert_eq!(s.pause(true).await["hidden_why"], "pause");
    s.cancelled(&order).await;
    s.a_while_later().await;
    s.until_hidden(true, json!("pause")).await;
    assert_eq!(s.told().await, 1, "it was hidden already");
    s.pause(false).await;
    s.until_hidden(false, Value::Null).await;

    let order = s.guided().await;
    s.until_hidden(true, json!("full")).await;
    s.hide(true).await;
    s.cancelled(&order).await;
    s.a_while_later().await;
    s.until_hidden(true, json!("seller")).await;
    s.hide(false).await;
    // By hand, elsewhere.
    s.far.as_seller(Method::PATCH, &format!("/listings/{}", s.listing), json!({ "is_hidden": true })).await;
    s.server.desk("listings.refresh", json!({})).await;
    s.until_hidden(true, json!("seller")).await;
    s.a_while_later().await;
    assert!(s.is_hidden().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn more_places_show_it_and_so_does_turning_the_choice_off() {
    let s = scene().await;
    s.places(1).await;
    s.follow_places(true).await;
    s.guided().await;
    s.until_hidden(true, json!("full")).await;
    s.places(2).await;
    s.until_hidden(false, Value::Null).await;
    s.places(1).await;
    s.until_hidden(true, json!("full")).await;
    s.follow_places(false).await;
    s.until_hidden(false, Value::Null).await;
    assert_eq!(s.told().await, 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_became_free_while_the_program_was_dead_is_shown_at_the_start() {
    let s = scene().await;
    s.places(1).await;
    s.follow_places(true).await;
    let order = s.guided().await;
    s.until_hidden(true, json!("full")).await;
    let s = s
        .after_a_power_cut(async |far| {
            far.control("/buyer/cancel", json!({ "order_id": order, "reason": "changed my plans" })).await;
        })
        .await;
    s.until_hidden(false, Value::Null).await;
}
