//! A draft first: what waits for the buyer's yes, and what follows it.

use super::*;
use crate::fulfilment::drafts::{resolution, worked_out};

const DRAFT: [&str; 5] = ["draw:1.1", "keep:1.1", "check:1.1", "upload:1.1", "tell:1"];

/// An accepted order of a listing that begins with a draft, its wish read.
fn wished() -> Situation {
    let mut s = situation("in_progress").done(&["accept"]);
    s.rules.drafts = true;
    s.rules.count = 2;
    s.rules.models.draft = vec!["maker/cheap".into(), "maker/draws".into()];
    s.said(Speaker::Buyer, "m1", "a fox").read("m1", Verdict::Brief)
}

/// The same with its draft sent.
fn drafted() -> Situation {
    DRAFT.iter().fold(wished(), |s, key| match *key {
        "draw:1.1" => s.drawn("draw:1.1", true),
        key => s.done(&[key]),
    })
}

/// The same with the question in the thread.
fn asked() -> Situation {
    let s = drafted().said(Speaker::Robot, "told", "Here is a draft. Shall I go on?");
    let mut entries = s.journal.entries().to_vec();
    entries.last_mut().unwrap().result = json!({ "message_id": "told" });
    Situation { journal: Journal::new(entries), ..s }
}

impl Situation {
    fn drawn(self, key: &str, draft: bool) -> Self {
        let s = self.done(&[key]);
        let mut entries = s.journal.entries().to_vec();
        if let Some(last) = entries.last_mut() {
            last.intent["draft"] = json!(draft);
        }
        Situation { journal: Journal::new(entries), ..s }
    }

    fn round(self, round: u32, count: u32) -> Self {
        let each = |s: Self, n| {
            let s = s.drawn(&format!("draw:{round}.{n}"), false);
            s.done(&[&format!("keep:{round}.{n}"), &format!("check:{round}.{n}")])
        };
        (1..=count).fold(self, each)
    }
}

#[test]
fn one_cheap_picture_goes_out_before_the_others() {
    let s = wished();
    assert_eq!(plan(&s), Next::Do(Step::Draw { round: 1, n: 1, model: "maker/cheap".into() }));
    let s = s.drawn("draw:1.1", true).done(&["keep:1.1", "check:1.1"]);
    assert_eq!(plan(&s), Next::Do(Step::Upload { round: 1, n: 1 }), "one picture, however many were ordered");
    let s = s.done(&["upload:1.1"]);
    assert_eq!(plan(&s), Next::Do(Step::Tell { round: 1 }));
    let s = s.done(&["tell:1"]);
    assert!(matches!(plan(&s), Next::Wait { why: Waiting::Draft, until: Some(_) }));
    assert_eq!(stage(&s), Stage::Asking);
}

#[test]
fn a_yes_has_the_finished_pictures_drawn_and_only_they_complete_the_order() {
    let s = drafted().said(Speaker::Buyer, "m2", "yes").read("m2", Verdict::Agree);
    assert_eq!(plan(&s), Next::Do(Step::Draw { round: 2, n: 1, model: "maker/draws".into() }));
    let s = s.round(2, 2);
    assert_eq!(plan(&s), Next::Do(Step::Upload { round: 2, n: 1 }));
    let s = s.done(&["upload:2.1", "upload:2.2", "tell:2"]);
    assert_eq!(plan(&s), Next::Do(Step::Complete));
    assert_eq!(super::super::plan::changes_made(&s), 0, "the pictures after a yes are no change");
    // The one change that is allowed is still the buyer's.
    let mut s = s.done(&["complete"]).said(Speaker::Buyer, "m3", "at night").read("m3", Verdict::Change);
    s.order.market_status = "pending_confirmation".into();
    assert_eq!(plan(&s), Next::Do(Step::Draw { round: 3, n: 1, model: "maker/draws".into() }));
}

#[test]
fn a_wish_for_something_else_is_another_draft_within_the_limit() {
    let s = drafted().said(Speaker::Buyer, "m2", "at night").read("m2", Verdict::Change);
    assert_eq!(plan(&s), Next::Do(Step::Draw { round: 2, n: 1, model: "maker/cheap".into() }));
    let s = s.drawn("draw:2.1", true).done(&["keep:2.1", "check:2.1", "upload:2.1", "tell:2"]);
    assert!(matches!(plan(&s), Next::Wait { why: Waiting::Draft, .. }));
    let s = s.said(Speaker::Buyer, "m3", "in winter").read("m3", Verdict::Change);
    assert_eq!(held(plan(&s)), "revision_limit");
    let yes = s.said(Speaker::Seller, "mine", "This is as far as it goes.");
    let yes = yes.said(Speaker::Buyer, "m4", "all right, yes").read("m4", Verdict::Agree);
    assert_eq!(plan(&yes), Next::Do(Step::Draw { round: 3, n: 1, model: "maker/draws".into() }));
}

#[test]
fn a_yes_that_comes_late_draws_nothing_more() {
    // The seller went on already.
    let s = asked().done(&["approve:draft:1"]).said(Speaker::Buyer, "m2", "yes");
    assert!(super::super::drafts::may_answer(&s, "m2"), "it is read as an answer to the draft");
    let s = s.read("m2", Verdict::Agree);
    assert_eq!(rounds(&s).len(), 2);
    // It was for a draft that has been replaced since: the new one was not seen yet.
    let s =
        drafted().said(Speaker::Buyer, "m2", "at night").read("m2", Verdict::Change).drawn("draw:2.1", true);
    let s = s.said(Speaker::Buyer, "m3", "yes").read("m3", Verdict::Agree);
    assert_eq!((rounds(&s).len(), rounds(&s)[1].is_draft), (2, true));
}

#[test]
fn friendly_words_are_no_yes_and_a_question_is_the_sellers() {
    let s = drafted().said(Speaker::Buyer, "m2", "thanks").read("m2", Verdict::Chat);
    assert!(matches!(plan(&s), Next::Wait { why: Waiting::Draft, .. }));
    let s = s.said(Speaker::Buyer, "m3", "what will it cost?").read("m3", Verdict::NoBrief);
    assert_eq!(held(plan(&s)), "buyer_asks");
}

#[test]
fn silence_is_the_sellers_to_end() {
    let told = |s: &Situation| s.journal.done("tell:1").unwrap().result_at.unwrap();
    let mut s = drafted();
    s.now = told(&s) + SignedDuration::from_hours(24);
    assert_eq!(held(plan(&s)), "draft_unanswered");
    // Before the market wants the order completed, there must be time to draw.
    let mut s = drafted();
    s.order.complete_deadline = Some(told(&s) + SignedDuration::from_hours(6));
    s.now = told(&s) + SignedDuration::from_hours(5) - SignedDuration::from_secs(1);
    assert!(matches!(plan(&s), Next::Wait { why: Waiting::Draft, .. }));
    s.now = told(&s) + SignedDuration::from_hours(5);
    assert_eq!(held(plan(&s)), "draft_unanswered");
    let s = s.done(&["approve:draft:1"]);
    assert_eq!(plan(&s), Next::Do(Step::Draw { round: 2, n: 1, model: "maker/draws".into() }));
    let mut s = s.round(2, 2).done(&["upload:2.1", "upload:2.2", "tell:2", "complete"]);
    s.order.market_status = "pending_confirmation".into();
    assert!(matches!(plan(&s), Next::Wait { why: Waiting::Confirmation, .. }));
    // Of a short time half is the buyer's.
    let mut s = drafted();
    s.order.complete_deadline = Some(told(&s) + SignedDuration::from_mins(30));
    s.now = told(&s) + SignedDuration::from_mins(14);
    assert!(matches!(plan(&s), Next::Wait { why: Waiting::Draft, .. }));
    s.now = told(&s) + SignedDuration::from_mins(15);
    assert_eq!(held(plan(&s)), "draft_unanswered");
}

#[test]
fn the_sellers_yes_is_asked_for_before_delivering_and_not_before_a_draft() {
    let mut s = wished();
    s.rules.automation = AutomationMode::AskBeforeDelivering;
    let s = s.drawn("draw:1.1", true).done(&["keep:1.1", "check:1.1"]);
    assert_eq!(plan(&s), Next::Do(Step::Upload { round: 1, n: 1 }));
    let s = s.done(&["upload:1.1", "tell:1"]).said(Speaker::Buyer, "m2", "yes").read("m2", Verdict::Agree);
    assert_eq!(held(plan(&s.round(2, 2))), "approve");
}

#[test]
fn what_was_drawn_stays_what_it_was_drawn_as() {
    let mut s = drafted();
    s.rules.drafts = false;
    assert!(matches!(plan(&s), Next::Wait { why: Waiting::Draft, .. }), "the buyer was asked");
    let mut s = situation("in_progress").done(&["accept"]).said(Speaker::Buyer, "m1", "a fox");
    s = s.read("m1", Verdict::Brief).drawn("draw:1.1", false);
    s.rules.drafts = true;
    let s = s.done(&["keep:1.1", "check:1.1", "upload:1.1", "tell:1"]);
    assert_eq!(plan(&s), Next::Do(Step::Complete), "a picture that was paid for as the finished one is it");
}

#[test]
fn a_draft_is_redrawn_as_a_draft() {
    let s = drafted().done(&["redraw:1"]);
    assert_eq!(plan(&s), Next::Do(Step::Draw { round: 2, n: 1, model: "maker/cheap".into() }));
}

#[test]
fn a_yes_counts_only_after_the_draft_was_shown() {
    let s = asked().said(Speaker::Buyer, "m2", "yes");
    assert!(super::super::drafts::may_answer(&s, "m2"));
    assert!(!super::super::drafts::may_answer(&s, "m1"));
    assert!(!super::super::drafts::may_answer(&wished(), "m1"));
}

#[test]
fn what_a_draft_may_cost_is_in_the_first_look_at_the_caps() {
    let mut s = situation("pending_accept").done(&["check_files"]);
    s.rules.models.draft = vec!["maker/cheap".into()];
    s.rules.caps.per_order_usd = Some(dec!(0.5));
    assert_eq!(plan(&s), Next::Do(Step::Accept));
    s.rules.drafts = true;
    assert_eq!(held(plan(&s)), "over_cap");
}

#[test]
fn a_market_that_takes_no_files_has_no_drafts() {
    let mut s = wished();
    s.abilities.uploads_files = false;
    assert_eq!(plan(&s), Next::Do(Step::Draw { round: 1, n: 1, model: "maker/draws".into() }));
}

#[test]
fn the_first_round_after_a_draft_works_it_out_and_no_other_does() {
    let hash = "5".repeat(64);
    let mut s = drafted().said(Speaker::Buyer, "m2", "yes").read("m2", Verdict::Agree);
    let mut entries = s.journal.entries().to_vec();
    let kept = entries.iter_mut().find(|entry| entry.key == "keep:1.1");
    kept.unwrap().output_sha256 = Some(hash.clone());
    s.journal = Journal::new(entries);
    assert_eq!((worked_out(&s, 1), worked_out(&s, 2)), (None, Some(hash.as_str())));
    s.rules.revisions = 3;
    let s = s.round(2, 2).done(&["upload:2.1", "upload:2.2", "tell:2"]);
    let s = s.said(Speaker::Buyer, "m3", "bluer").read("m3", Verdict::Change);
    assert_eq!(rounds(&s).last().map(|round| (round.number, round.is_draft)), Some((3, false)));
    assert_eq!(worked_out(&s, 3), None, "a changed wish is another picture");
}

#[test]
fn a_draft_is_of_standard_size_and_counted_so() {
    let mut s = wished();
    s.rules.resolution = Resolution::Quadruple;
    s.rules.models.draft = vec!["google/gemini-2.5-flash-image".into()];
    s.rules.models.picture = vec!["black-forest-labs/flux.2-flex".into()];
    assert_eq!((resolution(&s, true), resolution(&s, false)), (Resolution::Standard, Resolution::Quadruple));
    s.rules.caps.per_order_usd = Some(dec!(0.50));
    assert!(
        matches!(plan(&s), Next::Do(Step::Draw { round: 1, n: 1, .. })),
        "a cheap draft is within the cap"
    );
    let s = s.drawn("draw:1.1", true).done(&["keep:1.1", "check:1.1", "upload:1.1", "tell:1"]);
    let mut s = s.said(Speaker::Buyer, "m2", "yes").read("m2", Verdict::Agree);
    let Next::Hold(reason) = plan(&s) else { panic!("{:?}", plan(&s)) };
    assert_eq!(reason.code, "over_cap", "4 US dollars may be needed for one picture of four times the side");
    s.rules.caps = Caps { per_order_usd: Some(dec!(4)), ..Caps::default() };
    assert!(matches!(plan(&s), Next::Do(Step::Draw { round: 2, n: 1, .. })));
}
