//! Every length and count, at its limit and one over.

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use serde_json::json;

use super::super::*;
use super::table::{a_job, a_message, a_registration, a_report, a_review, an_application, register};
use super::*;
use crate::marketplaces::{Limit, MarketError, MarketResult, Unit};

/// A call whose one part has this size.
struct Case {
    field: &'static str,
    unit: Unit,
    least: u64,
    most: u64,
    call: for<'a> fn(&'a Market, usize) -> BoxFuture<'a, MarketResult<()>>,
}

/// Two bytes and more a character: characters are counted.
fn text(length: usize) -> String {
    "é".repeat(length)
}

fn address(length: usize) -> String {
    let head = "https://a.example/";
    if length < head.len() { String::new() } else { format!("{head}{}", "p".repeat(length - head.len())) }
}

fn texts(count: usize) -> Vec<String> {
    vec![text(1); count]
}

fn in_third(length: usize) -> Vec<String> {
    vec![text(1), text(1), text(length)]
}

macro_rules! case {
    ($field:literal, $unit:ident, $least:literal..=$most:literal, |$market:ident, $size:ident| $call:expr) => {
        Case {
            field: $field,
            unit: Unit::$unit,
            least: $least,
            most: $most,
            call: |$market, $size| async move { $call.await.map(drop) }.boxed(),
        }
    };
}

fn profile(change: impl FnOnce(&mut ProfileChange)) -> ProfileChange {
    let mut profile = ProfileChange::default();
    change(&mut profile);
    profile
}

fn terms(change: impl FnOnce(&mut JobTerms)) -> JobTerms {
    let mut terms = JobTerms::default();
    change(&mut terms);
    terms
}

fn wallets(count: usize) -> Vec<Wallet> {
    vec![Wallet { kind: WalletKind::Eth, address: "0xabc".to_owned() }; count]
}

fn paging(limit: usize) -> Paging {
    Paging { limit: u32::try_from(limit).unwrap(), offset: 0 }
}

fn cases() -> Vec<Case> {
    vec![
        case!("name", Characters, 1..=100, |market, n| register(
            market,
            &Registration { name: text(n), ..a_registration() }
        )),
        case!("description", Characters, 1..=5000, |market, n| register(
            market,
            &Registration { description: text(n), ..a_registration() }
        )),
        case!("capabilities", Entries, 0..=50, |market, n| register(
            market,
            &Registration { capabilities: texts(n), ..a_registration() }
        )),
        case!("capabilities[2]", Characters, 1..=100, |market, n| register(
            market,
            &Registration { capabilities: in_third(n), ..a_registration() }
        )),
        case!("description", Characters, 0..=5000, |market, n| market
            .client
            .update_profile(&profile(|change| change.description = Some(text(n))))),
        case!("capabilities", Entries, 0..=50, |market, n| market
            .client
            .update_profile(&profile(|change| change.capabilities = Some(texts(n))))),
        case!("capabilities[2]", Characters, 1..=100, |market, n| market
            .client
            .update_profile(&profile(|change| change.capabilities = Some(in_third(n))))),
        case!("wallets", Entries, 0..=10, |market, n| market
            .client
            .update_profile(&profile(|change| change.wallets = Some(wallets(n))))),
        case!("avatar_url", Characters, 1..=2000, |market, n| market
            .client
            .update_profile(&profile(|change| change.avatar_url = Some(address(n))))),
        case!("webhook_url", Characters, 1..=2000, |market, n| market
            .client
            .update_profile(&profile(|change| change.webhook = Some(WebhookChange::To(address(n)))))),
        case!("cover_letter", Characters, 0..=5000, |market, n| market
            .client
            .apply_job(&ApplicationDraft { cover_letter: Some(text(n)), ..an_application() })),
        case!("job_id", Characters, 1..=256, |market, n| market
            .client
            .apply_job(&ApplicationDraft { job_id: text(n), ..an_application() })),
        case!("title", Characters, 5..=200, |market, n| market
            .client
            .post_job(&JobDraft { title: text(n), ..a_job() })),
        case!("description", Characters, 20..=10000, |market, n| market
            .client
            .post_job(&JobDraft { description: text(n), ..a_job() })),
        case!("skills", Entries, 0..=20, |market, n| market
            .client
            .post_job(&JobDraft { terms: terms(|terms| terms.skills = Some(texts(n))), ..a_job() })),
        case!("skills[2]", Characters, 1..=100, |market, n| market
            .client
            .post_job(&JobDraft { terms: terms(|terms| terms.skills = Some(in_third(n))), ..a_job() })),
        case!("success_criteria", Entries, 0..=20, |market, n| market.client.post_job(&JobDraft {
            terms: terms(|terms| terms.success_criteria = Some(texts(n))),
            ..a_job()
        })),
        case!("success_criteria[2]", Characters, 1..=500, |market, n| market.client.post_job(&JobDraft {
            terms: terms(|terms| terms.success_criteria = Some(in_third(n))),
            ..a_job()
        })),
        case!("timeline", Characters, 0..=200, |market, n| market
            .client
            .post_job(&JobDraft { terms: terms(|terms| terms.timeline = Some(text(n))), ..a_job() })),
        case!("title", Characters, 5..=200, |market, n| market
            .client
            .edit_job("j1", &JobChange { title: Some(text(n)), ..Default::default() })),
        case!("description", Characters, 20..=10000, |market, n| market
            .client
            .edit_job("j1", &JobChange { description: Some(text(n)), ..Default::default() })),
        case!("skills", Entries, 0..=20, |market, n| market.client.edit_job(
            "j1",
            &JobChange { terms: terms(|terms| terms.skills = Some(texts(n))), ..Default::default() }
        )),
        case!("content", Characters, 1..=10000, |market, n| market
            .client
            .send_message(&OutgoingMessage { text: text(n), ..a_message() })),
        case!("image_url", Characters, 1..=2000, |market, n| market
            .client
            .send_message(&OutgoingMessage { image_url: Some(address(n)), ..a_message() })),
        case!("content", Characters, 0..=5000, |market, n| market
            .client
            .leave_review(&ReviewDraft { text: Some(text(n)), ..a_review() })),
        case!("rating", Number, 1..=5, |market, n| market
            .client
            .leave_review(&ReviewDraft { rating: u8::try_from(n).unwrap(), ..a_review() })),
        case!("details", Characters, 0..=5000, |market, n| market
            .client
            .report_user(&Report { details: Some(text(n)), ..a_report() })),
        case!("skills", Entries, 0..=20, |market, n| market
            .client
            .browse_jobs(&JobQuery { skills: texts(n), ..Default::default() })),
        case!("limit", Number, 1..=100, |market, n| market
            .client
            .browse_jobs(&JobQuery { paging: paging(n), ..Default::default() })),
        case!("limit", Number, 1..=100, |market, n| market
            .client
            .browse_agents(&AgentQuery { paging: paging(n), ..Default::default() })),
        case!("limit", Number, 1..=100, |market, n| market.client.my_applications(None, paging(n))),
        case!("limit", Number, 1..=100, |market, n| market.client.my_jobs(None, paging(n))),
        case!("limit", Number, 1..=100, |market, n| market.client.get_conversations(paging(n))),
        case!("limit", Number, 1..=100, |market, n| market.client.get_messages("c1", paging(n).limit, None)),
        case!("limit", Number, 1..=100, |market, n| market.client.check_notifications(
            false,
            true,
            paging(n).limit
        )),
    ]
}

#[tokio::test]
async fn each_limit_holds_at_its_ends_and_nothing_goes_out_beyond_them() {
    let market = Market::open().await;
    // An answer to everything.
    let one = json!({"id": "x1", "api_key": "moltmarket_live_first"});
    market.answers(
        200,
        &json!({"success": true, "agent": one, "job": one, "application": one, "message": one, "review": one,
            "jobs": [], "agents": [], "applications": [], "conversations": [], "messages": [], "notifications": []}),
    );
    for Case { field, unit, least, most, call } in cases() {
        let at_least = if field.ends_with("_url") { 30 } else { least };
        for given in [at_least, most] {
            market.a_week_later();
            let sent = market.seen().len();
            let answered = call(&market, usize::try_from(given).unwrap()).await;
            answered.unwrap_or_else(|error| panic!("{field} {given}: {error:?}"));
            assert_eq!(market.seen().len(), sent + 1, "{field} {given}");
        }
        market.a_week_later();
        let sent = market.seen().len();
        for given in least.checked_sub(1).into_iter().chain([most + 1]) {
            let error = call(&market, usize::try_from(given).unwrap()).await.unwrap_err();
            let wanted = Limit { field: field.to_owned(), unit, least, most, given };
            let MarketError::Limit(limit) = &error else { panic!("{field} {given}: {error:?}") };
            assert_eq!(limit, &wanted);
            assert!(!error.may_have_landed() && !error.is_passing());
            let shown = error.to_string();
            assert!(shown.contains(field) && shown.contains(&given.to_string()), "{shown}");
        }
        assert_eq!(market.seen().len(), sent, "{field}");
    }
}

#[tokio::test]
async fn a_rate_is_not_negative_and_fits_a_number() {
    let market = Market::open().await;
    market.answers(200, &json!({"application": {"id": "a1"}}));
    for (rate, fits) in [("0", true), ("0.01", true), ("-0.01", false), ("12345678901234.123456789", false)] {
        let draft = ApplicationDraft { proposed_rate: Some(rate.parse().unwrap()), ..an_application() };
        let answered = market.client.apply_job(&draft).await;
        assert_eq!(answered.is_ok(), fits, "{rate}: {answered:?}");
        if let Err(error) = answered {
            assert!(
                matches!(error, MarketError::Refused { .. }) && error.to_string().contains("proposed_rate")
            );
        }
    }
    assert_eq!(market.seen().len(), 2);
}

#[tokio::test]
async fn every_part_of_a_long_delivery_can_be_sent() {
    let market = Market::open().await;
    market.answers(200, &json!({"message": {"id": "m1"}}));
    let parts = crate::marketplaces::split_message(&"A paragraph of the delivery, 猫.\n\n".repeat(1000));
    assert!(parts.len() > 3);
    for text in &parts {
        market.client.send_message(&OutgoingMessage { text: text.clone(), ..a_message() }).await.unwrap();
    }
    assert_eq!(market.seen().len(), parts.len());
}
