//! Messages, the inbox, reviews and reports.

use serde_json::{Value, json};

use super::super::*;
use super::table::{a_message, a_report, a_review};
use super::*;

#[tokio::test]
async fn lists_conversations() {
    let market = Market::open().await;
    market.answers(
        200,
        &json!({"conversations": [
            {"id": "c1", "job_id": null, "other_participant": {"id": "u2", "name": "Lin", "is_ai": true},
                "last_message_at": "2026-05-04T10:00:00Z", "unread_count": 2},
            {"id": "c2", "job_id": "j1", "last_message_at": null}], "total": 2}),
    );
    let page = market.client.get_conversations(Paging { limit: 100, offset: 0 }).await.unwrap();
    let first = &page.rows[0];
    assert_eq!((first.id.as_str(), first.job_id.as_deref(), first.unread_count), ("c1", None, Some(2)));
    assert_eq!(first.other.as_ref().unwrap().id, "u2");
    assert_eq!((page.rows[1].job_id.as_deref(), &page.rows[1].other), (Some("j1"), &None));
    assert_eq!(page.next_offset, None);
}

#[tokio::test]
async fn reads_messages_oldest_first_whatever_their_order() {
    let message = |id: &str, minute: u8| {
        json!({"id": id, "conversation_id": "c1", "content": "hi", "message_type": "text", "image_url": null,
            "sender_id": "u2", "sender_name": "Lin", "sender_is_ai": true, "is_own": false, "is_read": true,
            "created_at": format!("2026-05-04T10:{minute:02}:00Z")})
    };
    for rows in [
        [message("m1", 1), message("m2", 2), message("m3", 2)],
        [message("m3", 2), message("m2", 2), message("m1", 1)],
    ] {
        let market = Market::open().await;
        market.answers(200, &json!({"messages": rows, "has_more": true}));
        let page = market.client.get_messages("c1", 100, Some("m4")).await.unwrap();
        let ids: Vec<_> = page.messages.iter().map(|message| message.id.as_str()).collect();
        assert_eq!(ids, ["m1", "m2", "m3"]);
        assert!(page.has_more);
        let first = &page.messages[0];
        assert_eq!((first.text.as_str(), &first.kind), ("hi", &Some(MessageKind::Text)));
        assert_eq!((first.sender_id.as_deref(), first.sender_is_ai), (Some("u2"), Some(true)));
        assert_eq!((first.is_own, first.is_read), (Some(false), Some(true)));
        let seen = market.last();
        let sent: Vec<_> = seen.query.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        assert_eq!(sent, [("conversation_id", "c1"), ("limit", "100"), ("before", "m4")]);
    }
    let market = Market::open().await;
    market.answers(200, &json!({"messages": [{"id": "m1", "content": null, "message_type": "voice"}]}));
    let page = market.client.get_messages("c1", 1, None).await.unwrap();
    assert!(page.has_more, "a full page that says nothing may not be the last");
    assert_eq!(page.messages[0].text, "");
    assert_eq!(page.messages[0].kind, Some(MessageKind::Other("voice".to_owned())));
    assert!(!market.client.get_messages("c1", 2, None).await.unwrap().has_more);
}

#[tokio::test]
async fn sends_into_a_conversation_to_a_person_and_with_a_picture() {
    let market = Market::open().await;
    market.answers(200, &json!({"success": true, "message": {"id": "m1", "content": "hi", "is_own": true}}));
    let to =
        |job_id: Option<&str>| Recipient::Person { id: "u2".to_owned(), job_id: job_id.map(str::to_owned) };
    for (message, sent) in [
        (
            OutgoingMessage { to: to(None), ..a_message() },
            json!({"recipient_id": "u2", "content": "It is done", "message_type": "text"}),
        ),
        (
            OutgoingMessage { to: to(Some("j1")), ..a_message() },
            json!({"recipient_id": "u2", "job_id": "j1", "content": "It is done", "message_type": "text"}),
        ),
        (
            OutgoingMessage { image_url: Some("https://a.example/fox.png".to_owned()), ..a_message() },
            json!({"conversation_id": "c1", "content": "It is done", "message_type": "image",
                "image_url": "https://a.example/fox.png"}),
        ),
    ] {
        let answered = market.client.send_message(&message).await.unwrap();
        assert_eq!((answered.id.as_str(), answered.is_own), ("m1", Some(true)));
        assert_eq!(market.last().body(), sent);
    }
}

#[tokio::test]
async fn a_message_that_was_taken_but_not_shown_may_have_landed() {
    let market = Market::open().await;
    market.answers(200, &json!({"success": true, "message": "Message sent"}));
    let error = market.client.send_message(&a_message()).await.unwrap_err();
    assert!(error.may_have_landed(), "{error:?}");
}

fn inbox() -> Value {
    json!({
        "success": true, "unread_count": 4, "total": 5,
        "notifications": [
            {"id": "n1", "event": "new_message", "is_read": false, "created_at": "2026-05-04T10:00:00Z",
                "data": {"message_id": "m1", "conversation_id": "c1", "sender_id": "u2", "sender_name": "Lin",
                    "content_preview": "hel", "message_type": "text"}},
            {"id": "n2", "type": "ApplicationStatusChanged",
                "data": {"application_id": "a1", "job_id": "j1", "job_title": "A fox", "status": "accepted", "poster_id": "u2"}},
            {"id": "n3", "event": "jobstatuschanged", "job_id": "j1", "new_status": "completed"},
            {"id": "n4", "event": "new_application",
                "data": {"applicant_id": "u3", "applicant_name": "Bo", "proposed_rate": 5.5}},
            {"id": "n5", "event": "badge_won", "data": {"badge": "gold"}},
            {"id": "n6"},
            {"event": "no id"},
        ],
        "skill_update": {"update_available": true, "your_version": null, "current_version": "2.3.0",
            "last_updated": "2026-05-01", "summary": "New limits", "action": "Fetch and obey"},
    })
}

#[tokio::test]
async fn reads_every_kind_of_news_and_keeps_the_unknown() {
    let market = Market::open().await;
    market.answers(200, &inbox());
    let read = market.client.check_notifications(false, false, 100).await.unwrap();
    let seen = market.last();
    let sent: Vec<_> = seen.query.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    assert_eq!(sent, [("unread_only", "false"), ("limit", "100"), ("mark_read", "false")]);
    assert_eq!((read.unread_count, read.total), (Some(4), Some(5)));
    let kinds: Vec<_> = read.notifications.iter().map(|news| news.kind.as_str()).collect();
    let wanted = [
        "new_message",
        "application_status_changed",
        "job_status_changed",
        "new_application",
        "badge_won",
        "",
    ];
    assert_eq!(kinds, wanted);
    let about = |number: usize| &read.notifications[number].about;
    assert_eq!(about(0).conversation_id.as_deref(), Some("c1"));
    assert_eq!(about(0).preview.as_deref(), Some("hel"));
    assert_eq!(read.notifications[0].is_read, Some(false));
    assert_eq!((about(1).status.as_deref(), about(1).poster_id.as_deref()), (Some("accepted"), Some("u2")));
    assert_eq!((about(2).status.as_deref(), about(2).job_id.as_deref()), (Some("completed"), Some("j1")));
    assert_eq!(about(3).proposed_rate, Some("5.5".parse().unwrap()));
    assert_eq!(read.notifications[4].kind, NotificationKind::Other("badge_won".to_owned()));
    assert_eq!(read.notifications[4].payload, json!({"badge": "gold"}));
    let update = read.skill_update.unwrap();
    assert!(update.is_available && update.own_version.is_none());
    assert_eq!(update.current_version.as_deref(), Some("2.3.0"));
    assert_eq!(update.action.as_deref(), Some("Fetch and obey"));

    market.answers(200, &json!({"notifications": []}));
    assert_eq!(market.client.check_notifications(true, true, 50).await.unwrap().skill_update, None);
    let sent = market.last().query;
    assert_eq!(sent[2], ("mark_read".to_owned(), "true".to_owned()));
}

#[tokio::test]
async fn leaves_a_review() {
    let market = Market::open().await;
    market.answers(
        201,
        &json!({"success": true, "review": {"id": "r1", "rating": 4, "reviewee_name": "Lin",
            "created_at": "2026-05-04T10:00:00Z"}}),
    );
    let draft = ReviewDraft {
        rating: 4,
        job_id: Some("j1".to_owned()),
        text: Some("Paid at once".to_owned()),
        ..a_review()
    };
    let left = market.client.leave_review(&draft).await.unwrap();
    assert_eq!((left.id.as_deref(), left.rating), (Some("r1"), Some(4.0)));
    assert_eq!(left.reviewee_name.as_deref(), Some("Lin"));
    assert_eq!(
        market.last().body(),
        json!({"reviewee_id": "u2", "rating": 4, "job_id": "j1", "content": "Paid at once"})
    );
    market.a_week_later();
    market.answers(200, &json!({"success": true, "message": "Review submitted"}));
    assert_eq!(market.client.leave_review(&draft).await.unwrap().id, None);
}

#[tokio::test]
async fn reports_with_the_markets_own_words() {
    let market = Market::open().await;
    market.answers(200, &json!({"success": true}));
    for (reason, words) in [
        (ReportReason::Scam, "Scam / Fraud"),
        (ReportReason::Harassment, "Harassment"),
        (ReportReason::ProhibitedContent, "Prohibited Content"),
        (ReportReason::Impersonation, "Impersonation"),
        (ReportReason::Other, "Other"),
    ] {
        let report = Report { reason, details: Some("asks for a key".to_owned()), ..a_report() };
        market.client.report_user(&report).await.unwrap();
        let sent = json!({"reported_user_id": "u2", "reason": words, "details": "asks for a key"});
        assert_eq!(market.last().body(), sent);
    }
}
