//! Posters: each life of a job, on a clock that the test moves, with the stall's part over raw HTTP.

use serde_json::{Value, json};

use super::stall::{Pictures, Stall, poster_said, text};

/// A job of this kind that the stall is hired for and was welcomed to.
async fn started(stall: &Stall, wish: Value) -> String {
    stall.lift_limits().await;
    let (job_id, _) = stall.job_of(wish).await;
    stall.apply(&job_id).await;
    stall.once_status(&job_id, "in_progress").await;
    stall.once_said(&job_id, 1).await;
    job_id
}

fn one_picture(kind: &str) -> Value {
    json!({"kind": kind, "criteria": ["Square format", "No words in the picture"], "pictures": 1})
}

/// Lets this much time pass in small steps, so that everybody can act in it.
async fn wait(stall: &Stall, seconds: f64) {
    for _ in 0..20 {
        stall.advance(seconds / 20.0).await;
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
}

#[tokio::test]
async fn a_clear_poster_hires_looks_pays_completes_and_reviews() {
    let (stall, pictures) = (Stall::open_slowly().await, Pictures::open().await);
    stall.lift_limits().await;
    stall.post("/update-profile", json!({"wallets": [{"type": "eth", "address": "0x00beef"}]})).await;
    let (job_id, _) = stall.job_of(one_picture("clear")).await;
    stall.apply(&job_id).await;
    let seen = stall.look(&format!("/job/{job_id}")).await;
    assert_eq!(seen["status"], "open", "a person takes time");
    stall.once_status(&job_id, "in_progress").await;
    stall.once_said(&job_id, 1).await;
    stall.deliver(&job_id, &pictures).await;
    let seen = stall.once_status(&job_id, "completed").await;
    assert!(poster_said(&seen).last().unwrap().contains("beef"), "names the wallet: {seen}");
    assert_eq!(seen["job"]["completed_amount"], json!(30.0));
    let seen = stall.once(&job_id, "reviewed", |seen| seen["reviews"] != json!([])).await;
    assert_eq!(seen["reviews"][0]["reviewee_id"], json!(stall.id()));
    let events: Vec<String> = stall.news().await.into_iter().map(|(event, _)| event).collect();
    assert_eq!(events, ["application_status_changed", "new_message", "new_message", "job_status_changed"]);
}

#[tokio::test]
async fn every_brief_can_be_delivered_in_both_languages() {
    let (stall, pictures) = (Stall::open().await, Pictures::open().await);
    let mut titles = std::collections::BTreeSet::new();
    for kind in
        ["clear", "clear", "clear", "clear", "clear", "clear", "clear", "chinese", "chinese", "chinese"]
    {
        let job_id = started(&stall, json!({"kind": kind})).await;
        stall.deliver(&job_id, &pictures).await;
        let seen = stall.once_status(&job_id, "completed").await;
        titles.insert(text(&seen["job"]["posting"]["title"]));
        assert_eq!(poster_said(&seen)[0].is_ascii(), kind == "clear");
    }
    assert_eq!(titles.len(), 10, "briefs come in turn: {titles:?}");
}

#[tokio::test]
async fn a_rejecting_poster_says_so() {
    let stall = Stall::open_slowly().await;
    stall.lift_limits().await;
    let (job_id, _) = stall.job_of(json!({"kind": "rejects"})).await;
    stall.apply(&job_id).await;
    let said = stall.once_said(&job_id, 1).await;
    assert!(said[0].contains("somebody else"), "{said:?}");
    let (_, mine) = stall.get("/my-applications").await;
    assert_eq!(mine["applications"][0]["status"], "rejected");
    assert!(mine["applications"][0]["job"].get("poster_id").is_none());
    let (event, data) = stall.news().await.remove(0);
    assert_eq!((event.as_str(), &data["status"]), ("application_status_changed", &json!("rejected")));
}

#[tokio::test]
async fn a_poster_asks_for_one_change_or_two_and_waits_for_each() {
    let (stall, pictures) = (Stall::open_slowly().await, Pictures::open().await);
    for (kind, changes) in [("asks_change", 1), ("asks_twice", 2)] {
        let job_id = started(&stall, one_picture(kind)).await;
        for number in 1..=changes {
            stall.deliver(&job_id, &pictures).await;
            let said = stall.once_said(&job_id, 1 + number).await;
            assert!(said[number].contains(['?', '.']), "{said:?}");
            wait(&stall, 600.0).await;
            let seen = stall.look(&format!("/job/{job_id}")).await;
            assert_eq!(
                (seen["status"].as_str(), poster_said(&seen).len()),
                (Some("in_progress"), 1 + number)
            );
        }
        stall.say(&job_id, "I am on it.").await;
        wait(&stall, 600.0).await;
        assert_eq!(
            stall.look(&format!("/job/{job_id}")).await["status"],
            "in_progress",
            "words are no picture"
        );
        stall.deliver(&job_id, &pictures).await;
        stall.once_status(&job_id, "completed").await;
    }
}

#[tokio::test]
async fn a_poster_really_looks_at_what_it_gets() {
    let (stall, pictures) = (Stall::open_slowly().await, Pictures::open().await);
    let job_id = started(&stall, one_picture("clear")).await;
    let both = "Square format: yes. No words in the picture: none.";
    let last = async |count: usize| stall.once_said(&job_id, count).await.pop().unwrap();

    stall.say(&job_id, &format!("Here is your picture: {} {both}", pictures.no_picture())).await;
    assert!(last(2).await.contains("public link"), "bytes that are no picture");
    stall.say(&job_id, &format!("It is ready: {}", pictures.missing())).await;
    assert!(last(3).await.contains("public link"), "nothing there");
    wait(&stall, 300.0).await;
    let seen = stall.look(&format!("/job/{job_id}")).await;
    assert_eq!((seen["status"].as_str(), poster_said(&seen).len()), (Some("in_progress"), 3), "says it once");
    stall.say(&job_id, &format!("Sorry! {}", pictures.good(1))).await;
    stall.once_status(&job_id, "completed").await;

    let job_id = started(&stall, one_picture("clear")).await;
    stall.say(&job_id, &format!("Here it is, square format: {}", pictures.good(1))).await;
    let said = stall.once_said(&job_id, 2).await;
    assert!(said[1].contains("No words in the picture") && !said[1].contains("Square"), "{said:?}");
    stall.say(&job_id, "No words in the picture: there are none.").await;
    stall.once_status(&job_id, "completed").await;
}

#[tokio::test]
async fn only_the_hired_agent_delivers_and_the_picture_may_come_as_image_message() {
    let (stall, pictures) = (Stall::open_slowly().await, Pictures::open().await);
    let job_id = started(&stall, one_picture("clear")).await;
    let seen = stall.look(&format!("/job/{job_id}")).await;
    let poster = text(&seen["job"]["poster_id"]);
    let content = format!("Delivery. Square format, no words in the picture. {}", pictures.good(1));
    let stranger = text(&stall.control("/talk", json!({"kind": "by_hand", "to": poster})).await["api_key"]);
    let meddling = json!({"recipient_id": poster, "job_id": job_id, "content": content});
    assert_eq!(stall.post_as(&stranger, "/send-message", meddling).await.0, 201);
    wait(&stall, 600.0).await;
    assert_eq!(stall.look(&format!("/job/{job_id}")).await["status"], "in_progress");
    let image = json!({"recipient_id": poster, "job_id": job_id, "content": "Square format, no words in the picture.",
        "message_type": "image", "image_url": pictures.good(2)});
    assert_eq!(stall.post("/send-message", image).await.0, 201);
    stall.once_status(&job_id, "completed").await;
}

#[tokio::test]
async fn a_job_for_two_pictures_wants_two_and_a_job_for_words_wants_none() {
    let (stall, pictures) = (Stall::open_slowly().await, Pictures::open().await);
    let wish = json!({"kind": "clear", "criteria": ["A pair"], "pictures": 2});
    let job_id = started(&stall, wish).await;
    stall.say(&job_id, &format!("Here are both, a pair: {0} and {0}", pictures.good(1))).await;
    assert!(
        stall.once_said(&job_id, 2).await[1].contains("1 of the pictures"),
        "the same address twice is one"
    );
    stall.say(&job_id, &format!("And the other: {}", pictures.good(2))).await;
    stall.once_status(&job_id, "completed").await;

    let job_id = started(&stall, json!({"kind": "clear", "criteria": ["About tea"], "pictures": 0})).await;
    stall.say(&job_id, "About tea: it is smoked over pine.").await;
    stall.once_status(&job_id, "completed").await;
}

#[tokio::test]
async fn two_jobs_of_one_poster_are_kept_apart_by_their_threads() {
    let (stall, pictures) = (Stall::open_slowly().await, Pictures::open().await);
    let one = started(&stall, one_picture("clear")).await;
    let poster = stall.look(&format!("/job/{one}")).await["job"]["poster_id"].clone();
    let mut wish = one_picture("clear");
    wish["poster_id"] = poster.clone();
    let other = started(&stall, wish).await;
    assert_eq!(stall.look(&format!("/job/{other}")).await["job"]["poster_id"], poster);
    assert_eq!(stall.get("/get-conversations").await.1["total"], 2);
    stall.deliver(&other, &pictures).await;
    stall.once_status(&other, "completed").await;
    wait(&stall, 600.0).await;
    let seen = stall.look(&format!("/job/{one}")).await;
    assert_eq!((seen["status"].as_str(), poster_said(&seen).len()), (Some("in_progress"), 1), "{seen}");
}

#[tokio::test]
async fn a_delivery_in_parts_is_looked_at_when_the_last_part_has_come() {
    let (stall, pictures) = (Stall::open_slowly().await, Pictures::open().await);
    let job_id = started(&stall, one_picture("clear")).await;
    stall
        .say(&job_id, &format!("(1/2) Here is your picture: {}\nSquare format: yes.", pictures.good(1)))
        .await;
    wait(&stall, 600.0).await;
    assert_eq!(poster_said(&stall.look(&format!("/job/{job_id}")).await).len(), 1, "it waits for the rest");
    stall.say(&job_id, "(2/2) No words in the picture: none.").await;
    stall.once_status(&job_id, "completed").await;
}

#[tokio::test]
async fn a_poster_answers_questions_without_taking_them_for_a_delivery() {
    let stall = Stall::open_slowly().await;
    let job_id = started(&stall, one_picture("clear")).await;
    stall.say(&job_id, "Which shade of blue would you like?").await;
    let said = stall.once_said(&job_id, 2).await;
    assert!(said[1].contains("up to you"), "{said:?}");
    assert_eq!(stall.look(&format!("/job/{job_id}")).await["status"], "in_progress");
}

#[tokio::test]
async fn a_swindler_tries_three_things_and_cancels() {
    let stall = Stall::open_slowly().await;
    let job_id = started(&stall, one_picture("scams")).await;
    let seen = stall.once_status(&job_id, "cancelled").await;
    let said = poster_said(&seen);
    for (line, word) in said.iter().zip(["payment", "Telegram", "seed phrase"]) {
        assert!(line.contains(word), "{said:?}");
    }
    assert_eq!(stall.news().await.pop().unwrap().0, "job_status_changed");
}

#[tokio::test]
async fn a_late_payer_promises_tomorrow_and_completes_tomorrow() {
    let (stall, pictures) = (Stall::open_slowly().await, Pictures::open().await);
    let job_id = started(&stall, one_picture("pays_late")).await;
    stall.deliver(&job_id, &pictures).await;
    assert!(stall.once_said(&job_id, 2).await[1].contains("tomorrow"));
    wait(&stall, 80_000.0).await;
    assert_eq!(stall.look(&format!("/job/{job_id}")).await["status"], "in_progress");
    wait(&stall, 10_000.0).await;
    let seen = stall.once_status(&job_id, "completed").await;
    assert!(poster_said(&seen)[2].contains("no wallet"), "the stall has none: {seen}");
}

#[tokio::test]
async fn posters_cancel_before_or_after_the_delivery() {
    let (stall, pictures) = (Stall::open_slowly().await, Pictures::open().await);
    let job_id = started(&stall, one_picture("cancels_before")).await;
    let seen = stall.once_status(&job_id, "cancelled").await;
    assert!(poster_said(&seen)[1].contains("sorry"), "{seen}");

    let job_id = started(&stall, one_picture("cancels_after")).await;
    wait(&stall, 600.0).await;
    assert_eq!(stall.look(&format!("/job/{job_id}")).await["status"], "in_progress");
    stall.deliver(&job_id, &pictures).await;
    let seen = stall.once_status(&job_id, "cancelled").await;
    assert!(poster_said(&seen)[1].contains("not to use it"), "{seen}");
    let (event, data) = stall.news().await.pop().unwrap();
    let word = data.get("new_status").or(data.get("status")).unwrap();
    assert_eq!((event.as_str(), word), ("job_status_changed", &json!("cancelled")));
}

#[tokio::test]
async fn silent_posters_stay_silent() {
    let (stall, pictures) = (Stall::open_slowly().await, Pictures::open().await);
    stall.lift_limits().await;
    let (silent, _) = stall.job_of(one_picture("silent")).await;
    let (unread, _) = stall.job_of(one_picture("never_looks")).await;
    stall.apply(&silent).await;
    stall.apply(&unread).await;
    stall.once_status(&silent, "in_progress").await;
    stall.deliver(&silent, &pictures).await;
    wait(&stall, 10.0 * 86_400.0).await;
    let seen = stall.look(&format!("/job/{silent}")).await;
    assert_eq!((seen["status"].as_str(), poster_said(&seen).len()), (Some("in_progress"), 0));
    let seen = stall.look(&format!("/job/{unread}")).await;
    assert_eq!(
        (seen["status"].as_str(), &seen["applications"][0]["status"]),
        (Some("open"), &json!("pending"))
    );
}

#[tokio::test]
async fn a_poster_complains_three_times_and_then_says_no_more() {
    let stall = Stall::open_slowly().await;
    let job_id = started(&stall, one_picture("clear")).await;
    for number in 1..=3 {
        stall.say(&job_id, "Here is your picture!").await;
        assert_eq!(stall.once_said(&job_id, 1 + number).await.len(), 1 + number);
    }
    stall.say(&job_id, "Here is your picture!").await;
    wait(&stall, 600.0).await;
    assert_eq!(poster_said(&stall.look(&format!("/job/{job_id}")).await).len(), 4);
}
