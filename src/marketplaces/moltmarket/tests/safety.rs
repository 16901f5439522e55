use std::sync::Arc;

use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use super::super::*;
use super::table::a_message;
use super::*;
use crate::clock::CountingIds;
use crate::marketplaces::MarketError;

fn connect(market: &Market, base: &str, key: &str) -> crate::marketplaces::MarketResult<MoltMarket> {
    MoltMarket::connect(
        base,
        "account",
        key.into(),
        Arc::clone(&market.budgets),
        Arc::new(market.clock.clone()),
        Arc::new(CountingIds::default()),
    )
}

/// A host that reads the request, says `answer` and hangs up; how often it was called is sent.
async fn hangs_up_after(answer: &'static [u8]) -> (String, tokio::sync::watch::Receiver<usize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let (count, counted) = tokio::sync::watch::channel(0);
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let _ = stream.read(&mut [0; 8192]).await;
            count.send_modify(|calls| *calls += 1);
            let _ = stream.write_all(answer).await;
        }
    });
    (base, counted)
}

#[tokio::test]
async fn no_function_follows_a_redirect() {
    let elsewhere = Market::open().await;
    elsewhere.answers(200, &json!({}));
    for case in table::all() {
        let market = Market::open().await;
        for status in [301, 302, 303, 307, 308] {
            market.a_week_later();
            market.always(
                Answer::json(status, &json!({}))
                    .with("Location", format!("{}/{}", elsewhere.base, case.path)),
            );
            let error = (case.call)(&market).await.unwrap_err();
            assert!(
                matches!(error, MarketError::Unreadable { .. }),
                "{} {status}: {error:?}",
                case.operation
            );
        }
    }
    assert!(elsewhere.seen().is_empty());
}

#[tokio::test]
async fn shows_the_key_nowhere() {
    let market = Market::open().await;
    assert!(!format!("{:?}", market.client).contains(KEY));
    for case in table::all().into_iter().filter(|case| !case.is_public) {
        for status in [200, 400, 403, 409, 422] {
            market.a_week_later();
            market.answers(status, &json!({"success": false, "error": format!("Bearer {KEY} is wrong")}));
            let error = (case.call)(&market).await.unwrap_err();
            let shown = format!("{error} {error:?}");
            assert!(!shown.contains(KEY) && shown.contains("[key]"), "{} {status}: {shown}", case.operation);
        }
    }
}

#[tokio::test]
async fn takes_only_addresses_and_keys_that_are_safe() {
    let market = Market::open().await;
    for base in
        ["http://market.example", "https://me:word@market.example", "ftp://a", "", "https://a.example/?k=1"]
    {
        assert!(matches!(connect(&market, base, KEY), Err(MarketError::Refused { .. })), "{base}");
    }
    for key in ["", "  ", "two\nlines"] {
        assert!(
            matches!(connect(&market, "https://market.example", key), Err(MarketError::Refused { .. })),
            "{key:?}"
        );
    }
    market.answers(200, &json!({"status": "claimed"}));
    connect(&market, &format!("{}/", market.base), &format!(" {KEY}\n"))
        .unwrap()
        .agent_status()
        .await
        .unwrap();
    assert_eq!(market.last().authorization, Some(format!("Bearer {KEY}")));
    assert_eq!(market.last().path, "/functions/v1/agent-status");
}

#[tokio::test]
async fn without_an_account_only_the_public_functions_are_asked() {
    let market = Market::open().await;
    market.answers(200, &json!({"job": {"id": "j1"}}));
    let visitor = market.visitor();
    visitor.get_job("j1").await.unwrap();
    assert!(matches!(visitor.agent_status().await, Err(MarketError::Unauthorized)));
    assert!(matches!(visitor.send_message(&a_message()).await, Err(MarketError::Unauthorized)));
    assert_eq!(market.seen().len(), 1);
}

#[tokio::test]
async fn a_hostile_id_stays_one_value() {
    let market = Market::open().await;
    market.answers(200, &json!({"job": {"id": "j1"}}));
    for id in
        ["../agent-status", "j1&status=all", "j1#top", "%26", "猫 1", "https://evil.example/", "j1\u{202e}"]
    {
        market.client.get_job(id).await.unwrap();
        let seen = market.last();
        assert_eq!(seen.path, "/functions/v1/get-job");
        assert_eq!(seen.query, [("id".to_owned(), id.to_owned())]);
    }
    let sent = market.seen().len();
    for id in ["", " ", "j\n1", "j\u{0}", &"j".repeat(257)] {
        let error = market.client.get_job(id).await.unwrap_err();
        assert!(matches!(error, MarketError::Refused { .. } | MarketError::Limit(_)), "{id:?}: {error:?}");
    }
    assert_eq!(market.seen().len(), sent);
}

#[tokio::test]
async fn an_answer_beyond_the_cap_is_not_read() {
    let market = Market::open().await;
    let body = format!("{{\"message\": {{\"id\": \"m1\", \"content\": \"{}\"}}}}", "x".repeat(17 << 20));
    market.always(Answer { status: 200, headers: Vec::new(), body: body.into_bytes() });
    let error = market.client.send_message(&a_message()).await.unwrap_err();
    assert!(matches!(error, MarketError::Unreadable { .. }) && error.may_have_landed(), "{error:?}");
    market.always(Answer { status: 403, headers: Vec::new(), body: vec![b'x'; 1 << 20] });
    let error = market.client.send_message(&a_message()).await.unwrap_err();
    assert!(matches!(error, MarketError::Forbidden { message } if message.len() == 500));
}

#[tokio::test]
async fn an_answer_nested_too_deep_or_full_of_odd_rows_is_survived() {
    let market = Market::open().await;
    market.always(Answer { status: 200, headers: Vec::new(), body: "[".repeat(100_000).into_bytes() });
    assert!(matches!(market.client.get_job("j1").await, Err(MarketError::Unreadable { .. })));
    let odd = json!({"jobs": [null, 7, "j", [], {}, {"id": null}, {"id": ""}, {"id": {"a": 1}}, {
        "id": 12, "title": [], "skills": "fox", "budget_min": "many", "budget_max": 1e300, "status": 5,
        "deadline_at": 5, "poster": "me", "poster_wallets": {"type": "eth"}, "is_promoted": "TRUE"
    }]});
    market.answers(200, &odd);
    let jobs = market.client.browse_jobs(&JobQuery::default()).await.unwrap().rows;
    assert_eq!(jobs.len(), 1);
    assert_eq!((jobs[0].id.as_str(), jobs[0].is_promoted, jobs[0].budget_max), ("12", true, None));
    assert_eq!(jobs[0].status, Some(JobStatus::Other("5".to_owned())));
}

#[tokio::test]
async fn reads_are_tried_again_when_no_answer_comes_and_each_try_counts() {
    let market = Market::open().await;
    let (base, calls) = hangs_up_after(b"").await;
    let client = connect(&market, &base, KEY).unwrap();
    let error = client.get_conversations(Paging::default()).await.unwrap_err();
    assert!(matches!(error, MarketError::Network { sent: true, .. }), "{error:?}");
    assert_eq!(*calls.borrow(), 3);
    let used = |views: Vec<crate::marketplaces::budget::BudgetView>, operation| {
        views.into_iter().find(|view| view.operation == operation).unwrap().used
    };
    assert_eq!(used(client.budgets().await.unwrap(), "get-conversations"), 3);

    assert!(client.check_notifications(true, true, 50).await.unwrap_err().may_have_landed());
    assert_eq!(*calls.borrow(), 4, "marking is an effect: asked once");
    assert!(client.check_notifications(false, true, 50).await.is_err());
    assert_eq!(*calls.borrow(), 7);

    let error = client.skill_version().await.unwrap_err();
    assert!(matches!(error, MarketError::Network { .. }), "why the first try failed: {error:?}");
    assert_eq!(*calls.borrow(), 8, "one an hour: no second try");
}

#[tokio::test]
async fn writes_are_made_once_and_tell_whether_they_may_have_landed() {
    let market = Market::open().await;
    for answer in [
        &b""[..],
        b"HTTP/1.1 200 OK\r\nContent-Length: 90\r\n\r\n{\"message\": {\"id\": \"m1\"",
        b"not http at all\r\n\r\n",
    ] {
        let (base, calls) = hangs_up_after(answer).await;
        let error = connect(&market, &base, KEY).unwrap().send_message(&a_message()).await.unwrap_err();
        assert!(matches!(error, MarketError::Network { sent: true, .. }) && error.may_have_landed());
        assert_eq!(*calls.borrow(), 1);
    }
}
