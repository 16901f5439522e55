//! What holds for every function alike.

use jiff::SignedDuration;
use serde_json::json;

use super::*;
use crate::clock::Clock;
use crate::marketplaces::MarketError;

#[tokio::test]
async fn each_function_is_asked_at_its_path_with_its_parts_and_the_key_only_where_it_is_taken() {
    for case in table::all() {
        let market = Market::open().await;
        market.answers(200, &case.answer);
        (case.call)(&market).await.unwrap_or_else(|error| panic!("{}: {error:?}", case.operation));
        let calls = market.seen();
        assert_eq!(calls.len(), 1, "{}", case.operation);
        let seen = &calls[0];
        assert_eq!(seen.path, format!("/functions/v1/{}", case.path));
        assert_eq!(seen.method, if case.body.is_some() { "POST" } else { "GET" }, "{}", case.operation);
        let query: Vec<_> = seen.query.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        assert_eq!(query, case.query, "{}", case.operation);
        match &case.body {
            Some(body) => {
                assert_eq!(&seen.body(), body, "{}", case.operation);
                assert_eq!(seen.headers["content-type"], "application/json");
            }
            None => assert!(seen.raw.is_empty(), "{}", case.operation),
        }
        let authorization = (!case.is_public).then(|| format!("Bearer {KEY}"));
        assert_eq!(seen.authorization, authorization, "{}", case.operation);
        let elsewhere = format!("{:?}{:?}{:?}", seen.query, seen.path, String::from_utf8_lossy(&seen.raw));
        assert!(!elsewhere.contains(KEY));
        assert!(
            seen.headers
                .iter()
                .all(|(name, value)| name == "authorization" || !value.to_str().unwrap().contains(KEY))
        );
    }
}

#[tokio::test]
async fn each_function_passes_on_each_refusal_and_asks_once() {
    let said = json!({"success": false, "error": "said so"});
    for case in table::all() {
        let market = Market::open().await;
        for (status, code, may_have_landed) in [
            (200, "market_invalid", false),
            (201, "market_invalid", false),
            (301, "market_unreadable", true),
            (400, "market_invalid", false),
            (401, "market_unauthorized", false),
            (403, "market_forbidden", false),
            (404, "market_not_found", false),
            (409, "market_conflict", false),
            (422, "market_invalid", false),
            (429, "rate_limited", false),
            (500, "market_server", true),
            (502, "market_server", true),
        ] {
            market.a_week_later();
            market.answers(status, &said);
            let before = market.seen().len();
            let error = (case.call)(&market).await.unwrap_err();
            assert_eq!(error.code(), code, "{} {status}: {error:?}", case.operation);
            assert_eq!(error.may_have_landed(), may_have_landed, "{} {status}", case.operation);
            if matches!(status, 200 | 201 | 400 | 403 | 409 | 422) {
                assert!(error.to_string().contains("said so"), "{} {status}: {error}", case.operation);
            }
            assert_eq!(market.seen().len(), before + 1, "{} {status} is asked once", case.operation);
        }
    }
}

#[tokio::test]
async fn each_function_takes_a_created_for_an_ok() {
    for case in table::all() {
        let market = Market::open().await;
        market.answers(201, &case.answer);
        (case.call)(&market).await.unwrap_or_else(|error| panic!("{}: {error:?}", case.operation));
    }
}

#[tokio::test]
async fn an_answer_that_is_no_json_of_theirs_is_an_error_that_landed() {
    let told_only = ["update-profile", "report-user", "send-contact-email"];
    // An object that says success and no more is enough where nothing comes back that is needed.
    let content_with_success = ["update-job", "leave-review"];
    for case in table::all() {
        let market = Market::open().await;
        for body in
            ["", "{", "<html>hello</html>", "\u{feff}{}", "null", "[]", "7", "{}", "{\"success\": true}"]
        {
            market.a_week_later();
            market.always(Answer { status: 200, headers: Vec::new(), body: body.into() });
            let is_list = body == "[]" && case.answer.as_object().unwrap().values().any(|v| v.is_array());
            let is_enough = told_only.contains(&case.operation)
                || is_list
                || (content_with_success.contains(&case.operation)
                    && body.ends_with('}')
                    && body.starts_with('{'));
            let answered = (case.call)(&market).await;
            if is_enough {
                answered.unwrap_or_else(|error| panic!("{} {body}: {error:?}", case.operation));
                continue;
            }
            let error = answered.expect_err(&format!("{} {body}", case.operation));
            assert!(matches!(error, MarketError::Unreadable { .. }), "{} {body}: {error:?}", case.operation);
            assert!(error.may_have_landed());
        }
    }
}

#[tokio::test]
async fn each_function_keeps_to_each_of_its_windows() {
    for case in table::all() {
        for (limit, seconds) in case.windows {
            let market = Market::open().await;
            market.answers(200, &case.answer);
            let began = market.clock.now();
            let mut made = 0;
            while made < *limit {
                match (case.call)(&market).await {
                    Ok(()) => made += 1,
                    // A shorter window is full.
                    Err(MarketError::Spent { next_at, .. }) => {
                        assert!(next_at > market.clock.now());
                        market.clock.advance(next_at.duration_since(market.clock.now()));
                    }
                    Err(error) => panic!("{}: {error:?}", case.operation),
                }
            }
            let error = (case.call)(&market).await.unwrap_err();
            let free_at = began + SignedDuration::from_secs(*seconds);
            assert!(
                matches!(error, MarketError::Spent { operation, next_at } if operation == case.operation && next_at == free_at),
                "{} {limit} in {seconds} s: {error:?}",
                case.operation
            );
            assert!(!error.may_have_landed() && error.is_passing());
            assert_eq!(market.seen().len(), *limit as usize, "nothing was sent for it");
            let views = market.client.budgets().await.unwrap();
            let view = views
                .iter()
                .find(|view| {
                    view.operation == case.operation && view.window == SignedDuration::from_secs(*seconds)
                })
                .unwrap();
            assert_eq!((view.used, view.limit, view.free_again_at), (*limit, *limit, Some(free_at)));

            market.clock.advance(free_at.duration_since(market.clock.now()));
            (case.call)(&market).await.unwrap();
        }
    }
}

#[tokio::test]
async fn a_429_closes_the_function_until_the_markets_time_and_no_other() {
    for case in table::all() {
        let market = Market::open().await;
        let refusal = json!({"success": false, "error": "slow down", "reset_at": "2026-05-04T12:40:00Z"});
        market.next(Answer::json(429, &refusal).with("Retry-After", "5"));
        market.answers(200, &case.answer);
        let error = (case.call)(&market).await.unwrap_err();
        assert!(matches!(error, MarketError::RateLimited { wait } if wait.as_secs() == 2400), "{error:?}");
        // Past the shortest windows, not yet past the block.
        market.clock.advance(SignedDuration::from_mins(39));
        let error = (case.call)(&market).await.unwrap_err();
        let until = "2026-05-04T12:40:00Z".parse().unwrap();
        assert!(matches!(error, MarketError::Spent { next_at, .. } if next_at >= until), "{error:?}");
        assert_eq!(market.seen().len(), 1, "{}", case.operation);
        for other in table::all().iter().filter(|other| other.operation != case.operation) {
            market.next(Answer::json(200, &other.answer));
            (other.call)(&market)
                .await
                .unwrap_or_else(|error| panic!("{} after {}: {error:?}", other.operation, case.operation));
        }
        market.a_week_later();
        (case.call)(&market).await.unwrap();
    }
}
