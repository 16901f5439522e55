//! Killed twice in a row, and killed while the seller has the order in their own hands.

use serde_json::json;
use stallkeeper::crash::Point;

use super::far::until;
use super::home::Home;
use super::invariants;
use super::matrix::{Case, play};
use super::scene::{Scene, hand_back_and_finish, raise_caps, until_paid};

#[test]
fn killed_twice_around_an_effect_it_happens_once() {
    let pairs = [
        (Point::AcceptBeforeCall, Point::AcceptAfterCall),
        (Point::GuideBeforeCall, Point::GuideAfterCall),
        (Point::UploadBeforeCall, Point::UploadAfterCall),
        (Point::TellBeforeCall, Point::TellAfterCall),
        (Point::CompleteBeforeCall, Point::CompleteAfterCall),
    ];
    let mut cases = Vec::new();
    for (before, after) in pairs {
        // Not there, not there again; there, and dead again before that is known.
        cases.push([before, before]);
        cases.push([after, Point::RunnerLooked]);
    }
    cases.push([Point::DrawAnswerKept, Point::RunnerLooked]);
    let cases: Vec<Case> = cases
        .into_iter()
        .map(|deaths| Case {
            scene: Scene::Clear,
            deaths: deaths.iter().map(|point| point.name().to_owned()).collect(),
            most_unclear: 0,
        })
        .collect();
    play(&cases);
}

#[tokio::test]
async fn a_paid_picture_that_never_came_is_repeated_once_counted_and_then_the_seller_is_asked() {
    let home = Home::new().await;
    let order = home.far.order(&home.listing, "in_requirement").await;
    for _ in 0..2 {
        home.live_until(Point::DrawAfterCall.name()).until_dead(Point::DrawAfterCall.name()).await;
    }
    let server = home.live().await;
    let held =
        async || server.order(&order).await.filter(|view| view["card"]["hold"]["code"] == "unclear_outcome");
    until("the seller to be asked", async || held().await.is_some()).await;
    let view = held().await.unwrap();
    assert_eq!(home.far.paid_pictures().await, 2, "the first and one repeat");
    let hold = &view["card"]["hold"];
    assert_eq!((&hold["detail"]["attempts"], &hold["settle"]), (&json!("2"), &json!("retry")));
    assert!(view["actions"].as_array().unwrap().contains(&json!("retry")));
    let shown = view["recorder"].as_array().unwrap().iter();
    let shown = shown.filter(|line| line["kind"] == "step_unclear" && line["step"] == "draw");
    assert_eq!(shown.count(), 2, "both tries are in the flight recorder");
    // The seller has looked and wants it tried again. Both tries count with their worst case, so that there is no room
    // for a third before the seller makes some.
    server.desk("orders.retry", json!({ "id": view["card"]["id"] })).await;
    until("the cap to hold it", async || {
        server.order(&order).await.is_some_and(|view| view["card"]["hold"]["code"] == "over_cap")
    })
    .await;
    assert_eq!(home.far.paid_pictures().await, 2);
    raise_caps(&server).await;
    until_paid(&home, &server, &order).await;
    assert_eq!(home.far.paid_pictures().await, 3);
    invariants::close_at_rest(server).await;
    let found = invariants::check(&home, &[order], "a draw killed twice").await;
    assert_eq!((found.unclear, found.delivered), (2, 1));
}

/// The order stays in the seller's hands over a death at any of these points.
#[tokio::test]
async fn an_order_in_the_sellers_hands_gets_no_robot_action_after_a_kill() {
    for point in [
        Point::OrdersReleased,
        Point::InboxCommitted,
        Point::WorkerRecorded,
        Point::RunnerClaimed,
        Point::RunnerBeforeRest,
        Point::RunnerRested,
    ] {
        for (act, back) in [("orders.take_over", None), ("orders.pause", Some("orders.resume"))] {
            let home = Home::new().await;
            let server = home.live().await;
            let order = home.far.order(&home.listing, "by_hand").await;
            until("the order to wait for the buyer", async || {
                server.order(&order).await.is_some_and(|view| view["card"]["next"] == "wait_brief")
            })
            .await;
            let id = server.order(&order).await.unwrap()["card"]["id"].clone();
            server.desk(act, json!({ "id": id })).await;
            server.kill_hard();
            home.far
                .control("/buyer/message", json!({ "order_id": order, "text": "A fox in the snow, please" }))
                .await;
            home.live_until(point.name()).until_dead(point.name()).await;
            let server = home.live().await;
            until("the buyer's words to be seen", async || {
                let view = server.order(&order).await.unwrap();
                view["thread"].to_string().contains("A fox in the snow")
                    && view["card"]["next"] == "wait_seller"
            })
            .await;
            assert_eq!(home.far.sellers_words(&order).await.len(), 1, "{act} {}", point.name());
            if let Some(back) = back {
                assert_eq!(home.far.paid_pictures().await, 0, "{act} {}", point.name());
                server.desk(back, json!({ "id": id })).await;
                home.far.until_status(&order, "pending_confirmation").await;
            } else {
                hand_back_and_finish(&home, &server, &order).await;
            }
            invariants::close_at_rest(server).await;
        }
    }
}

#[tokio::test]
async fn guides_once_and_pays_once_when_the_buyer_answers_while_nobody_is_there() {
    let home = Home::new().await;
    let server = home.live().await;
    let order = home.far.order(&home.listing, "by_hand").await;
    until("the guidance", async || home.far.sellers_words(&order).await.len() == 1).await;
    server.kill_hard();
    home.far
        .control(
            "/buyer/message",
            json!({ "order_id": order, "text": "A lighthouse in a storm, oil painting" }),
        )
        .await;
    let server = home.live().await;
    home.far.until_status(&order, "pending_confirmation").await;
    home.far.control("/buyer/confirm", json!({ "order_id": order })).await;
    until_paid(&home, &server, &order).await;
    invariants::close_at_rest(server).await;
    assert_eq!(home.far.sellers_words(&order).await.len(), 2, "one guidance, one delivery");
    let found = invariants::check(&home, &[order], "an answer in the night").await;
    assert_eq!((found.paid, found.delivered), (1, 1));
}
