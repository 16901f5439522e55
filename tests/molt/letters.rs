//! Letters go once, in order, and within what the market allows.

use serde_json::json;
use stallkeeper::people::To;
use stallkeeper::store::LetterState;

use super::far::Far;
use super::room::{ACCOUNT, Room, said, talk};

#[tokio::test]
async fn a_letter_whose_answer_is_lost_is_sent_once() {
    for (kind, reached) in [("drop", true), ("drop_before", false)] {
        let (far, dir) = (Far::start(), tempfile::tempdir().unwrap());
        let room = Room::of(&far, dir.path()).await;
        let (conversation, _) = talk(&far).await;
        room.feed.poll(true).await.unwrap();
        far.control("/fault", json!({ "operation": "sendMessage", "kind": kind })).await;
        let id = room.write(To::Conversation(conversation.clone()), "Hello there", "k1").await;
        assert!(room.people.send_waiting().await.is_err());
        assert_eq!(room.letter(id).await.state, LetterState::Sending);
        assert_eq!(said(&far, &conversation).await.len(), usize::from(reached), "{kind}");
        room.people.send_waiting().await.unwrap();
        assert_eq!(said(&far, &conversation).await, ["Hello there"], "{kind}");
        assert_eq!(room.letter(id).await.state, LetterState::Sent);
        // The same key is the same letter.
        assert_eq!(room.write(To::Conversation(conversation.clone()), "Hello there", "k1").await, id);
        room.people.send_waiting().await.unwrap();
        room.feed.poll(true).await.unwrap();
        assert_eq!(said(&far, &conversation).await.len(), 1);
        assert_eq!(room.letters(&conversation).await.len(), 2, "theirs and ours");
    }
}

#[tokio::test]
async fn a_first_letter_whose_answer_is_lost_is_found_in_the_list() {
    for kind in ["drop", "drop_before"] {
        let (far, dir) = (Far::start(), tempfile::tempdir().unwrap());
        let room = Room::of(&far, dir.path()).await;
        let (_, other) = talk(&far).await;
        let job = far.control("/molt/job", json!({ "kind": "by_hand" })).await;
        let to = To::Person {
            id: job["account_id"].as_str().unwrap().to_owned(),
            job_id: Some(job["job_id"].as_str().unwrap().to_owned()),
        };
        assert_ne!(job["account_id"], json!(other));
        far.control("/fault", json!({ "operation": "sendMessage", "kind": kind })).await;
        let id = room.write(to, "May I ask about the size?", "k1").await;
        assert!(room.people.send_waiting().await.is_err());
        room.people.send_waiting().await.unwrap();
        let letter = room.letter(id).await;
        assert_eq!(letter.state, LetterState::Sent, "{kind}");
        let conversation = letter.conversation_id.unwrap();
        assert_eq!(said(&far, &conversation).await, ["May I ask about the size?"], "{kind}");
    }
}

#[tokio::test]
async fn letters_beyond_the_allowance_wait_and_go_later_in_order() {
    let (far, dir) = (Far::start(), tempfile::tempdir().unwrap());
    let room = Room::of(&far, dir.path()).await;
    let (conversation, _) = talk(&far).await;
    room.feed.poll(true).await.unwrap();
    let texts: Vec<String> = (0..33).map(|number| format!("Letter number {number}")).collect();
    let mut last = 0;
    for (number, text) in texts.iter().enumerate() {
        last = room.write(To::Conversation(conversation.clone()), text, &number.to_string()).await;
    }
    let wait = room.people.send_waiting().await.unwrap();
    assert!(wait.is_some_and(|wait| wait.as_secs() >= 3_599), "{wait:?}");
    assert_eq!(said(&far, &conversation).await, texts[..30]);
    assert_eq!(room.letter(last).await.state, LetterState::Waiting);
    let unsent = room.store.list_unsent_letters(ACCOUNT).await.unwrap();
    assert_eq!(unsent[0].problem.as_deref(), Some("market_budget"));
    room.wait(60);
    assert_eq!(room.people.send_waiting().await.unwrap(), None);
    assert_eq!(said(&far, &conversation).await, texts);
}

#[tokio::test]
async fn what_the_filter_finds_is_held_until_the_seller_decides() {
    let (far, dir) = (Far::start(), tempfile::tempdir().unwrap());
    let room = Room::of(&far, dir.path()).await;
    let (conversation, _) = talk(&far).await;
    room.feed.poll(true).await.unwrap();
    let text = "Please send the payment before I start";
    let one = room.write(To::Conversation(conversation.clone()), text, "one").await;
    let two = room.write(To::Conversation(conversation.clone()), text, "two").await;
    room.people.send_waiting().await.unwrap();
    let held = room.letter(one).await;
    assert_eq!((held.state, held.problem.as_deref()), (LetterState::Held, Some("payment")));
    assert!(said(&far, &conversation).await.is_empty());
    assert!(room.people.send_held(one).await.unwrap());
    assert!(room.people.discard_held(two).await.unwrap());
    room.people.send_waiting().await.unwrap();
    assert_eq!(said(&far, &conversation).await, [text]);
    assert!(!room.people.discard_held(one).await.unwrap(), "what is sent is sent");
}

#[tokio::test]
async fn a_refused_letter_says_so_and_holds_nobody_up() {
    let (far, dir) = (Far::start(), tempfile::tempdir().unwrap());
    let room = Room::of(&far, dir.path()).await;
    let (conversation, _) = talk(&far).await;
    room.feed.poll(true).await.unwrap();
    far.control("/fault", json!({ "operation": "sendMessage", "kind": "status", "status": 400 })).await;
    let refused = room.write(To::Conversation(conversation.clone()), "Not this", "one").await;
    room.write(To::Conversation(conversation.clone()), "But this", "two").await;
    room.people.send_waiting().await.unwrap();
    let refused = room.letter(refused).await;
    assert_eq!((refused.state, refused.problem.as_deref()), (LetterState::Failed, Some("market_invalid")));
    assert_eq!(said(&far, &conversation).await, ["But this"]);
}

#[tokio::test]
async fn a_long_letter_goes_in_parts() {
    let (far, dir) = (Far::start(), tempfile::tempdir().unwrap());
    let room = Room::of(&far, dir.path()).await;
    let (conversation, _) = talk(&far).await;
    let text = "猫在雪里。".repeat(4_000);
    room.write(To::Conversation(conversation.clone()), &text, "long").await;
    room.people.send_waiting().await.unwrap();
    let parts = said(&far, &conversation).await;
    assert_eq!(parts.len(), 3);
    assert!(parts.iter().enumerate().all(|(at, part)| part.starts_with(&format!("({}/3)", at + 1))));
}

#[tokio::test]
async fn the_parts_of_a_held_letter_share_its_fate_and_it_comes_back_whole() {
    let (far, dir) = (Far::start(), tempfile::tempdir().unwrap());
    let room = Room::of(&far, dir.path()).await;
    let (conversation, _) = talk(&far).await;
    room.feed.poll(true).await.unwrap();
    let text = format!(
        "{}\n\n{} Please send the payment before I start",
        "fox ".repeat(2_000).trim(),
        "owl ".repeat(1_500)
    );
    let first = room.write(To::Conversation(conversation.clone()), &text, "k/one").await;
    let other = room.write(To::Conversation(conversation.clone()), &text, "k").await;
    room.people.send_waiting().await.unwrap();
    let back = room.people.take_back(first).await.unwrap().unwrap();
    assert_eq!(back.text, text);
    assert_eq!(room.people.take_back(first).await.unwrap(), None, "it was taken back");
    assert!(said(&far, &conversation).await.is_empty());
    assert!(room.people.send_held(other).await.unwrap());
    room.people.send_waiting().await.unwrap();
    let parts = said(&far, &conversation).await;
    assert_eq!(parts.len(), 2, "the other letter, whole");
    assert!(parts[0].starts_with("(1/2)") && parts[1].starts_with("(2/2)"));
    assert!(room.store.list_unsent_letters(ACCOUNT).await.unwrap().is_empty());
}

#[tokio::test]
async fn what_follows_a_refused_part_waits_for_it() {
    let (far, dir) = (Far::start(), tempfile::tempdir().unwrap());
    let room = Room::of(&far, dir.path()).await;
    let (conversation, _) = talk(&far).await;
    room.feed.poll(true).await.unwrap();
    far.control("/fault", json!({ "operation": "sendMessage", "kind": "status", "status": 400 })).await;
    let first = room.write(To::Conversation(conversation.clone()), &"猫".repeat(12_000), "long").await;
    room.write(To::Conversation(conversation.clone()), "Another letter", "other").await;
    room.people.send_waiting().await.unwrap();
    assert_eq!(said(&far, &conversation).await, ["Another letter"]);
    assert!(room.people.send_held(first).await.unwrap(), "the seller tries it again");
    room.people.send_waiting().await.unwrap();
    let parts = said(&far, &conversation).await;
    assert_eq!(parts.len(), 3);
    assert!(parts[1].starts_with("(1/2)") && parts[2].starts_with("(2/2)"));
}
