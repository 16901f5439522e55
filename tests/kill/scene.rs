//! The little stories in which the server is killed.

use serde_json::{Value, json};

use super::far::until;
use super::home::{Doomed, Home};
use super::invariants;
use super::server::Server;

/// What goes on while the server is killed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scene {
    /// One order of a clear buyer, placed while the server runs.
    Clear,
    /// The same, placed before the server starts.
    Waiting,
    /// The buyer asks for a change after delivery: a second round.
    ChangesMind,
    /// The listing sends a draft first; the buyer wants it changed once, and agrees to the second.
    Drafted,
    /// The market answers 409 once to this operation.
    Refuses(&'static str),
    /// No model draws: the buyer gets a friendly word and the order waits.
    Fails,
    /// Neither push nor feed: only listing the orders finds this one.
    Unheard,
    /// The seller takes over and writes to the buyer.
    SellerSpeaks,
    SellerTakesOver,
    /// A picture asked for through the local interface.
    Task,
    /// The seller publishes a listing.
    Publishes,
    /// The seller changes a published listing.
    ChangesListing,
    /// The seller pauses a published listing and resumes it.
    PausesListing,
}

/// What has been done in a scene so far.
#[derive(Debug, Default)]
struct Play {
    order: Option<String>,
    asked: bool,
}

const WORDS: &str = "I will look after this one myself.";
const WISH: &str = "A bowl of lemons on a blue table, oil painting";

/// Plays a scene with a server that dies at each of these points in turn, and then lives.
pub async fn killed(scene: Scene, deaths: &[String]) -> invariants::Found {
    let what = format!("{scene:?} killed at {}", deaths.join(", then "));
    let mut home = Home::new().await;
    scene.prepare(&mut home).await;
    let mut play = Play::default();
    if matches!(scene, Scene::Waiting | Scene::Unheard) {
        play.order = Some(home.far.order(&home.listing, "clear").await);
    }
    for death in deaths {
        let doomed = home.live_until(death);
        scene.act(&home, &doomed, &mut play).await;
        doomed.until_dead(death).await;
    }
    scene.after_death(&home).await;
    let server = home.live().await;
    scene.finish(&home, &server, &mut play, &what).await;
    invariants::close_at_rest(server).await;
    let orders: Vec<String> = play.order.into_iter().collect();
    let found = invariants::check(&home, &orders, &what).await;
    if let Some(order) = orders.first() {
        let (words, pictures) = scene.outcome();
        let said = home.far.sellers_words(order).await;
        assert!(words.contains(&said.len()), "{what}: {said:?}");
        assert_eq!(found.delivered, pictures, "{what}: pictures delivered");
    }
    found
}

impl Scene {
    async fn prepare(self, home: &mut Home) {
        match self {
            Self::Refuses(operation) => {
                let once =
                    json!({ "operation": operation, "kind": "fail_before", "status": 409, "count": 1 });
                home.far.control("/fault", once).await;
            }
            Self::Fails => home.set("IMAGE_MODEL", "nobody/draws-this"),
            Self::Drafted => {
                let server = home.live().await;
                draft_first(&server, &home.listing).await;
                invariants::close_at_rest(server).await;
            }
            Self::Unheard => {
                home.far.control("/push/pause", json!({ "paused": true })).await;
                let deaf = json!({ "operation": "pollEvents", "kind": "fail_before", "status": 503, "count": 100_000 });
                home.far.control("/fault", deaf).await;
            }
            _ => {}
        }
    }

    async fn after_death(self, home: &Home) {
        if self == Self::Unheard {
            home.far.control("/fault/clear", json!({})).await;
            home.far.control("/push/pause", json!({ "paused": false })).await;
        }
    }

    /// Brings the scene to the moment of death; the server may be gone at any line.
    async fn act(self, home: &Home, doomed: &Doomed, play: &mut Play) {
        let far = &home.far;
        match self {
            Self::Waiting | Self::Unheard => {}
            Self::Clear | Self::ChangesMind | Self::Drafted | Self::Refuses(_) | Self::Fails => {
                let buyer =
                    if matches!(self, Self::ChangesMind | Self::Drafted) { "changes_mind" } else { "clear" };
                if play.order.is_none() {
                    play.order = Some(far.order(&home.listing, buyer).await);
                }
            }
            Self::SellerSpeaks | Self::SellerTakesOver => {
                let server = doomed.server().unwrap();
                let order = far.order(&home.listing, "by_hand").await;
                until("the guidance", async || far.sellers_words(&order).await.len() == 1).await;
                until("the guidance to be recorded", async || {
                    server.order(&order).await.unwrap()["card"]["next"] == "wait_brief"
                })
                .await;
                let id = server.order(&order).await.unwrap()["card"]["id"].clone();
                play.order = Some(order);
                server.desk_while_it_lives("orders.take_over", json!({ "id": id })).await;
                if self == Self::SellerSpeaks {
                    server
                        .desk_while_it_lives("orders.message", json!({ "order_id": id, "text": WORDS }))
                        .await;
                }
            }
            Self::Task => {
                let server = doomed.server().unwrap();
                until("the stall to be open", async || server.health().await == 200).await;
                play.asked = server.generate_while_it_lives(json!({ "input": WISH })).await.is_some();
            }
            Self::Publishes | Self::ChangesListing | Self::PausesListing => {
                let server = doomed.server().unwrap();
                until("the stall to be open", async || server.health().await == 200).await;
                publish(server, None, "drawn by hand").await;
                if self == Self::PausesListing {
                    let id = listing(server).await;
                    for paused in [true, false] {
                        let wish = json!({ "id": id, "paused": paused });
                        server.desk_while_it_lives("listings.pause", wish).await;
                    }
                }
                if self == Self::ChangesListing {
                    publish(server, listing(server).await, "drawn by a steady hand").await;
                }
            }
        }
    }

    async fn finish(self, home: &Home, server: &Server, play: &mut Play, what: &str) {
        let far = &home.far;
        match self {
            Self::Task => {
                let records =
                    || std::fs::read_to_string(home.data().join("image_tasks.jsonl")).unwrap_or_default();
                if !what.contains("task.kept") {
                    server.generate_while_it_lives(json!({ "input": WISH })).await.unwrap();
                }
                until("the task's record", async || records().lines().count() == 1).await;
                assert!(records().contains("\"status\":\"success\""), "{what}");
                assert_eq!(far.paid_pictures().await, 1, "{what}");
            }
            Self::Publishes | Self::ChangesListing => {
                let seen = server.desk("listings.list", json!({})).await;
                assert!(!seen.to_string().contains("\"publishing\""), "{what}: nobody publishes now: {seen}");
                // The seller looks, and presses the button again.
                server.desk("listings.refresh", json!({})).await;
                let text = if self == Self::Publishes { "drawn by hand" } else { "drawn by a steady hand" };
                publish(server, listing(server).await, text).await;
                server.desk("listings.refresh", json!({})).await;
                let ours = named(&server.desk("listings.list", json!({})).await["listings"], "form");
                assert_eq!(ours.len(), 1, "{what}: {ours:?}");
                assert_eq!(ours[0]["status"], "active", "{what}: {ours:?}");
                let theirs = far.as_seller(reqwest::Method::GET, "/listings/my", json!({})).await;
                let theirs = theirs.get("items").or(theirs.get("listings")).unwrap_or(&theirs).clone();
                let count =
                    theirs.as_array().unwrap().iter().filter(|row| row.to_string().contains(NAME)).count();
                assert_eq!(count, 1, "{what}: {theirs}");
                assert!(theirs.to_string().contains(text), "{what}: {theirs}");
            }
            Self::PausesListing => {
                let ours = async || {
                    named(&server.desk("listings.list", json!({})).await["listings"], "form").remove(0)
                };
                let paused = ours().await["paused"].clone();
                assert_eq!(paused, !what.contains(":2"), "{what}");
                let path = format!("/listings/{}", ours().await["market_listing_id"].as_str().unwrap());
                let hidden = async || {
                    let theirs = far.as_seller(reqwest::Method::GET, &path, json!({})).await;
                    theirs["listing"]["is_hidden"].clone()
                };
                until("the market to be told", async || hidden().await == paused).await;
                server.desk("listings.refresh", json!({})).await;
                assert_eq!(ours().await["hidden_by_seller"], false, "{what}: nobody hid it by hand");
                let wish = json!({ "id": ours().await["id"], "paused": false });
                assert_eq!(server.desk("listings.pause", wish).await["status"], "active", "{what}");
                assert_eq!(hidden().await, false, "{what}");
            }
            Self::Fails => {
                let order = play.order.clone().unwrap();
                until("the order to wait for the seller", async || {
                    server
                        .order(&order)
                        .await
                        .is_some_and(|view| view["card"]["hold"]["code"] == "draw_failed")
                })
                .await;
            }
            Self::SellerSpeaks => {
                let order = play.order.clone().unwrap();
                let settled = async || {
                    let view = server.order(&order).await.unwrap();
                    let ours =
                        view["thread"].as_array().unwrap().iter().find(|line| line["text"] == WORDS).cloned();
                    ours.map_or_else(
                        || "absent".to_owned(),
                        |line| line["state"].as_str().unwrap().to_owned(),
                    )
                };
                until("the seller's words to be told apart", async || {
                    matches!(settled().await.as_str(), "absent" | "sent" | "failed")
                })
                .await;
                let there = far.sellers_words(&order).await.iter().filter(|text| *text == WORDS).count();
                let said = settled().await;
                assert_eq!(there, usize::from(said == "sent"), "{what}: shown as {said}");
                let id = server.order(&order).await.unwrap()["card"]["id"].clone();
                if said != "sent" {
                    server.desk("orders.message", json!({ "order_id": id, "text": WORDS })).await;
                }
                hand_back_and_finish(home, server, &order).await;
            }
            Self::SellerTakesOver => {
                let order = play.order.clone().unwrap();
                let view = server.order(&order).await.unwrap();
                let id = view["card"]["id"].clone();
                assert_eq!(view["card"]["taken_over"], what.contains("desk.changed"), "{what}");
                server.desk("orders.take_over", json!({ "id": id })).await;
                hand_back_and_finish(home, server, &order).await;
            }
            _ => {
                let order = play.order.clone().unwrap();
                until_paid(home, server, &order).await;
            }
        }
    }

    /// Words of ours and pictures of a scene that went well.
    fn outcome(self) -> (std::ops::RangeInclusive<usize>, usize) {
        match self {
            // A buyer who sees the changed picture before they are told of it confirms at once.
            Self::ChangesMind => (2..=3, 2),
            // The guidance, two drafts, the delivery; two drafts and the picture.
            Self::Drafted => (4..=4, 3),
            Self::Fails => (2..=2, 0),
            Self::SellerSpeaks => (3..=3, 1),
            _ => (2..=2, 1),
        }
    }
}

/// The order is paid there and here, and nothing is left to do or to find out about.
pub async fn until_paid(home: &Home, server: &Server, order: &str) {
    home.far.until_status(order, "completed").await;
    until("our own record", async || {
        server.order(order).await.is_some_and(|view| {
            view["card"]["stage"] == "paid"
                && view["card"]["next"] == "none"
                && view["card"]["progress"].is_null()
        })
    })
    .await;
}

/// Room for drawings that count with their worst case because nobody knows whether they were made.
pub async fn raise_caps(server: &Server) {
    let mut values = server.desk("settings.get", json!({})).await["values"].clone();
    values["cap_per_order_usd"] = json!("5");
    values["cap_per_day_usd"] = json!("500");
    server.desk("settings.save", values).await;
}

/// While it is taken over, what the buyer writes moves nothing; handed back, the order is finished.
pub async fn hand_back_and_finish(home: &Home, server: &Server, order: &str) {
    let far = &home.far;
    far.control("/buyer/message", json!({ "order_id": order, "text": WISH })).await;
    until("the buyer's words to be seen", async || {
        let view = server.order(order).await.unwrap();
        view["thread"].as_array().unwrap().iter().any(|line| line["text"] == WISH)
            && view["card"]["next"] == "wait_seller"
    })
    .await;
    assert_eq!(far.paid_pictures().await, 0, "nothing is drawn for an order that was taken over");
    let id = server.order(order).await.unwrap()["card"]["id"].clone();
    server.desk("orders.hand_back", json!({ "id": id })).await;
    far.until_status(order, "pending_confirmation").await;
    far.control("/buyer/confirm", json!({ "order_id": order })).await;
    until_paid(home, server, order).await;
}

const NAME: &str = "Portraits of quiet animals";

fn form(description: &str) -> Value {
    json!({
        "name": NAME, "description": format!("You order, tell us which animal you like, and we send the picture here, {description}."),
        "price": "12", "category": "design", "tags": ["image", "animal"], "inventory": 5, "style": "",
        "aspect_ratio": "1:1", "count": 1, "revisions": 2, "automation": null, "example": null,
    })
}

/// Has the listing send a draft first.
async fn draft_first(server: &Server, listing: &str) {
    let known = server.desk("listings.refresh", json!({})).await;
    let rows = known["listings"].as_array().unwrap();
    let mut row = rows.iter().find(|row| row["market_listing_id"] == listing).unwrap().clone();
    row["form"]["recipe"]["draft_first"] = json!(true);
    server.desk("listings.save", json!({ "id": row["id"], "form": row["form"] })).await;
}

/// Saves and publishes; whether it worked is looked up later.
async fn publish(server: &Server, id: Option<Value>, description: &str) {
    let saved =
        server.desk_while_it_lives("listings.save", json!({ "id": id, "form": form(description) })).await;
    let Some((status, row)) = saved else { return };
    assert_eq!(status, 200, "{row}");
    if let Some((status, answer)) =
        server.desk_while_it_lives("listings.publish", json!({ "id": row["id"] })).await
    {
        assert_eq!(status, 200, "{answer}");
    }
}

async fn listing(server: &Server) -> Option<Value> {
    let list = server.desk("listings.list", json!({})).await;
    named(&list["listings"], "form").first().map(|row| row["id"].clone())
}

fn named(rows: &Value, within: &str) -> Vec<Value> {
    rows.as_array().unwrap().iter().filter(|row| row[within]["name"] == NAME).cloned().collect()
}
