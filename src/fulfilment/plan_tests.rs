//! The plan, decided without any far side: one situation, one next thing.

use jiff::{SignedDuration, Timestamp};
use rust_decimal::dec;
use serde_json::{Value, json};

use super::journal::{Journal, Reading};
use super::plan::{Next, Waiting, plan, rounds, stage};
use super::rules::{AcceptRules, Caps, ModelChain, ModelState, OrderRules};
use super::situation::{Situation, ThreadLine};
use super::step::Step;
use crate::links::LinkKind;
use crate::marketplaces::Abilities;
use crate::model::{AspectRatio, Brief, ModelProblem, PictureRoute, Resolution, Spending, Verdict};
use crate::orders::fresh_task;
use crate::settings::{AutomationMode, Templates};
use crate::store::{Actor, Entry, EntryOutcome, OrderKind, Speaker, Stage};

mod drafts;

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(1_800_000_000 + seconds).unwrap()
}

/// An order that was just seen, of a seller who lets the robot work.
fn situation(status: &str) -> Situation {
    let mut order = fresh_task("order-1".into(), "account", "", None, at(0));
    order.kind = OrderKind::Order;
    order.requirement = None;
    order.market_status = status.into();
    order.market_created_at = Some(at(0));
    Situation {
        order,
        journal: Journal::default(),
        thread: Vec::new(),
        rules: OrderRules {
            is_ours: true,
            automation: AutomationMode::Automatic,
            listing_title: "Pictures".into(),
            listing_description: String::new(),
            style: None,
            aspect_ratio: AspectRatio::Square,
            resolution: Resolution::Standard,
            count: 1,
            drafts: false,
            revisions: 1,
            models: ModelChain {
                text: vec!["maker/reads".into()],
                picture: vec!["maker/draws".into(), "maker/draws-too".into()],
                draft: Vec::new(),
                route: PictureRoute::Chat,
            },
            caps: Caps::default(),
            cap_is_listings: false,
            language: None,
            accepting: AcceptRules::default(),
            is_open: true,
            has_capacity: true,
            model: ModelState::Works,
            templates: Templates::default(),
        },
        spending: Spending::default(),
        abilities: Abilities {
            accepts_orders: true,
            uploads_files: true,
            delivers_by_link: false,
            completes_orders: true,
            has_event_feed: true,
            pushes_events: true,
            signs_pushes: true,
            max_file_bytes: 1 << 20,
            max_files: 10,
            refused_extensions: &[],
            max_message_chars: 10_000,
        },
        public_address: None,
        link_way: None,
        now: at(10),
    }
}

impl Situation {
    fn entry(mut self, key: &str, outcome: EntryOutcome, result: Value) -> Self {
        let mut entries = self.journal.entries().to_vec();
        let number = i64::try_from(entries.len()).unwrap() + 1;
        let attempt = self.journal.next_attempt(key);
        entries.push(Entry {
            id: number,
            step: key.split(':').next().unwrap().to_owned(),
            key: key.to_owned(),
            attempt,
            actor: Actor::Robot,
            intent: json!({ "model": "maker/draws", "text": result.get("text") }),
            intent_at: at(number),
            outcome,
            result,
            result_at: Some(at(number)),
            retry_at: None,
            cost_usd: None,
            output_sha256: None,
        });
        self.journal = Journal::new(entries);
        self
    }

    fn done(self, keys: &[&str]) -> Self {
        keys.iter().fold(self, |s, key| s.entry(key, EntryOutcome::Done, json!({})))
    }

    fn said(mut self, who: Speaker, id: &str, text: &str) -> Self {
        self.thread.push(ThreadLine { id: Some(id.into()), who, text: text.into(), at: at(5) });
        self
    }

    fn read(self, turn: &str, verdict: Verdict) -> Self {
        let brief = matches!(verdict, Verdict::Brief | Verdict::Change).then(|| Brief {
            subject: "fox".into(),
            style: String::new(),
            prompt: format!("a fox, as said in {turn}"),
            negative: String::new(),
            aspect_ratio: AspectRatio::Square,
            count: 1,
            language: "en".into(),
        });
        let reading = Reading {
            turn: turn.into(),
            verdict,
            brief,
            question: if verdict == Verdict::CannotOpen { String::new() } else { "Which?".into() },
            reason: String::new(),
            language: "en".into(),
        };
        self.entry(&format!("read_brief:{turn}"), EntryOutcome::Done, json!(reading))
    }
}

fn held(next: Next) -> &'static str {
    match next {
        Next::Hold(reason) => reason.code,
        other => panic!("not held: {other:?}"),
    }
}

#[test]
fn the_walk_of_a_plain_order_step_by_step() {
    let s = situation("pending_accept");
    assert_eq!(plan(&s), Next::Do(Step::CheckFiles));
    let s = s.entry("check_files", EntryOutcome::Done, json!({ "safe": true }));
    assert_eq!(plan(&s), Next::Do(Step::Accept));
    let mut s = s.done(&["accept"]);
    s.order.market_status = "in_progress".into();
    assert_eq!(plan(&s), Next::Do(Step::Guide { turn: "start".into() }));
    let s = s.done(&["guide:start"]);
    assert_eq!(plan(&s), Next::Wait { until: None, why: Waiting::Brief });
    assert_eq!(stage(&s), Stage::Asking);
    let s = s.said(Speaker::Buyer, "m1", "a fox please");
    assert_eq!(plan(&s), Next::Do(Step::ReadBrief { turn: "m1".into() }));
    let s = s.read("m1", Verdict::Brief);
    assert_eq!(plan(&s), Next::Do(Step::Draw { round: 1, n: 1, model: "maker/draws".into() }));
    assert_eq!(stage(&s), Stage::Making);
    let s = s.done(&["draw:1.1"]);
    assert_eq!(plan(&s), Next::Do(Step::Keep { round: 1, n: 1 }));
    let s = s.done(&["keep:1.1"]);
    assert_eq!(plan(&s), Next::Do(Step::Check { round: 1, n: 1 }));
    let s = s.done(&["check:1.1"]);
    assert_eq!(plan(&s), Next::Do(Step::Upload { round: 1, n: 1 }));
    let s = s.done(&["upload:1.1"]);
    assert_eq!(plan(&s), Next::Do(Step::Tell { round: 1 }));
    let s = s.done(&["tell:1"]);
    assert_eq!(plan(&s), Next::Do(Step::Complete));
    let mut s = s.done(&["complete"]);
    s.order.market_status = "pending_confirmation".into();
    assert!(matches!(plan(&s), Next::Wait { why: Waiting::Confirmation, .. }));
    s.order.market_status = "completed".into();
    assert_eq!(plan(&s), Next::Do(Step::Settle));
    assert_eq!(plan(&s.done(&["settle"])), Next::Over("paid"));
}

#[test]
fn a_requirement_given_with_the_order_is_read_instead_of_asked_for() {
    let mut s = situation("in_progress").done(&["accept"]);
    s.order.requirement = Some(json!({ "free_text": "a blue heron" }).to_string());
    assert_eq!(plan(&s), Next::Do(Step::ReadBrief { turn: "order".into() }));
}

#[test]
fn nobody_but_this_orders_buyer_is_read() {
    let s = situation("in_progress").done(&["accept", "guide:start"]);
    let s = s.said(Speaker::Market, "x1", "a fox").said(Speaker::Seller, "x2", "a fox");
    assert_eq!(plan(&s), Next::Wait { until: None, why: Waiting::Brief });
}

#[test]
fn an_unusable_answer_is_guided_once_and_then_waited_for() {
    let s = situation("in_progress")
        .done(&["accept", "guide:start"])
        .said(Speaker::Buyer, "m1", "hi")
        .read("m1", Verdict::NoBrief);
    assert_eq!(plan(&s), Next::Do(Step::Guide { turn: "m1".into() }));
    let s = s.done(&["guide:m1"]);
    assert_eq!(plan(&s), Next::Wait { until: None, why: Waiting::Brief });
}

#[test]
fn an_intent_without_a_result_is_looked_at_before_anything_else() {
    let s = situation("in_progress")
        .done(&["accept", "guide:start"])
        .said(Speaker::Buyer, "m1", "a fox")
        .read("m1", Verdict::Brief);
    let s = s.entry("draw:1.1", EntryOutcome::Open, json!({}));
    assert_eq!(
        plan(&s),
        Next::Do(Step::Draw { round: 1, n: 1, model: "maker/draws".into() }),
        "the open try, with its own model"
    );
}

#[test]
fn an_unclear_paid_call_is_repeated_once_and_no_more() {
    let s = situation("in_progress")
        .done(&["accept"])
        .said(Speaker::Buyer, "m1", "a fox")
        .read("m1", Verdict::Brief);
    let once = s.entry("draw:1.1", EntryOutcome::Unclear, json!({}));
    assert!(matches!(plan(&once), Next::Do(Step::Draw { .. })));
    let twice = once.entry("draw:1.1", EntryOutcome::Unclear, json!({}));
    assert_eq!(plan(&twice), Next::Do(Step::Apologise { round: 1 }));
    assert_eq!(held(plan(&twice.done(&["apologise:1"]))), "unclear_outcome");
}

#[test]
fn a_picture_refused_by_its_checks_is_drawn_once_more() {
    let s = situation("in_progress")
        .done(&["accept"])
        .said(Speaker::Buyer, "m1", "a fox")
        .read("m1", Verdict::Brief);
    let refused = |s: Situation| {
        s.done(&["draw:1.1", "keep:1.1"]).entry(
            "check:1.1",
            EntryOutcome::Failed,
            json!({ "reason": "picture_blank" }),
        )
    };
    let s = refused(s);
    assert!(matches!(plan(&s), Next::Do(Step::Draw { .. })));
    let second = s.clone().done(&["draw:1.1"]);
    assert_eq!(plan(&second), Next::Do(Step::Keep { round: 1, n: 1 }));
    let second = second.done(&["keep:1.1"]);
    assert_eq!(
        plan(&second),
        Next::Do(Step::Check { round: 1, n: 1 }),
        "it is looked at as the first one was"
    );
    assert_eq!(plan(&second.done(&["check:1.1"])), Next::Do(Step::Upload { round: 1, n: 1 }));
    let s = refused(s);
    assert_eq!(plan(&s), Next::Do(Step::Apologise { round: 1 }));
    let mut s = s.done(&["apologise:1"]);
    assert_eq!(held(plan(&s)), "draw_failed");
    s.order.retry_base = at(1_000);
    assert!(matches!(plan(&s), Next::Do(Step::Draw { .. })), "the seller's button counts anew");
}

#[test]
fn a_message_held_back_waits_for_the_sellers_words() {
    let blocked = json!({ "reason": "outgoing_blocked", "found": "contact", "text": "Add me on Telegram" });
    let s = situation("in_progress").done(&["accept"]).entry("guide:start", EntryOutcome::Failed, blocked);
    let Next::Hold(reason) = plan(&s) else { panic!("held") };
    assert_eq!((reason.code, reason.detail["found"].as_str()), ("outgoing_blocked", "contact"));
    assert_eq!(
        (reason.detail["text"].as_str(), reason.detail["key"].as_str()),
        ("Add me on Telegram", "guide:start")
    );
    let s = s.entry("words:guide:start", EntryOutcome::Done, json!({ "text": "What shall I draw?" }));
    assert_eq!(plan(&s), Next::Do(Step::Guide { turn: "start".into() }));
    assert_eq!(s.journal.sellers_words("guide:start").unwrap().1, "What shall I draw?");
    let blocked = json!({ "reason": "outgoing_blocked", "found": "key", "text": "" });
    let s = s.entry("guide:start", EntryOutcome::Failed, blocked);
    assert_eq!(held(plan(&s)), "outgoing_blocked", "words written for an earlier try do not count for ever");
}

#[test]
fn a_change_of_mind_begins_a_round_within_the_limit() {
    let delivered = ["draw:1.1", "keep:1.1", "check:1.1", "upload:1.1", "tell:1", "complete"];
    let s = situation("pending_confirmation")
        .done(&["accept"])
        .said(Speaker::Buyer, "m1", "a fox")
        .read("m1", Verdict::Brief)
        .done(&delivered);
    let s = s.said(Speaker::Buyer, "m2", "at night please").read("m2", Verdict::Change);
    assert_eq!(plan(&s), Next::Do(Step::Draw { round: 2, n: 1, model: "maker/draws".into() }));
    let s = s.done(&["draw:2.1", "keep:2.1", "check:2.1", "upload:2.1", "tell:2"]);
    assert!(matches!(plan(&s), Next::Wait { why: Waiting::Confirmation, .. }), "nothing is completed twice");
    let s = s.said(Speaker::Buyer, "m3", "and in winter").read("m3", Verdict::Change);
    assert_eq!(held(plan(&s)), "revision_limit");
    assert_eq!(rounds(&s).len(), 2);
    let s = s.done(&["approve:turn:m3"]);
    assert_eq!(plan(&s), Next::Do(Step::Draw { round: 3, n: 1, model: "maker/draws".into() }));
}

#[test]
fn thanks_after_delivery_change_nothing() {
    let s = situation("pending_confirmation")
        .done(&["accept"])
        .said(Speaker::Buyer, "m1", "a fox")
        .read("m1", Verdict::Brief);
    let s = s.done(&["draw:1.1", "keep:1.1", "check:1.1", "upload:1.1", "tell:1", "complete"]);
    let s = s.said(Speaker::Buyer, "m2", "thanks!").read("m2", Verdict::Chat);
    assert!(matches!(plan(&s), Next::Wait { why: Waiting::Confirmation, .. }));
}

#[test]
fn words_that_arrive_before_the_upload_are_read_first() {
    let s = situation("in_progress")
        .done(&["accept"])
        .said(Speaker::Buyer, "m1", "a fox")
        .read("m1", Verdict::Brief);
    let s = s.done(&["draw:1.1", "keep:1.1", "check:1.1"]).said(Speaker::Buyer, "m2", "no, an owl");
    assert_eq!(plan(&s), Next::Do(Step::ReadBrief { turn: "m2".into() }));
    let s = s.read("m2", Verdict::Change);
    assert_eq!(
        plan(&s),
        Next::Do(Step::Draw { round: 2, n: 1, model: "maker/draws".into() }),
        "the owl, not the drawn fox"
    );
}

#[test]
fn the_robot_stops_where_the_seller_or_the_market_says_so() {
    let base = || situation("in_progress").done(&["accept"]).said(Speaker::Buyer, "m1", "a fox");
    let mut taken = base();
    taken.order.taken_over = true;
    assert_eq!(plan(&taken), Next::Wait { until: None, why: Waiting::Seller });
    let mut paused = base();
    paused.order.paused = true;
    assert_eq!(plan(&paused), Next::Wait { until: None, why: Waiting::Seller });
    for (status, code) in
        [("in_dispute", "disputed"), ("cancelled", "cancelled_midway"), ("on_the_moon", "unknown_status")]
    {
        let mut s = base();
        s.order.market_status = status.into();
        assert_eq!(held(plan(&s)), code);
    }
    let mut foreign = situation("pending_accept");
    foreign.rules.is_ours = false;
    assert_eq!(plan(&foreign), Next::Over("not_ours"));
}

#[test]
fn what_cannot_be_made_is_not_accepted() {
    let mut closed =
        situation("pending_accept").entry("check_files", EntryOutcome::Done, json!({ "safe": true }));
    closed.rules.is_open = false;
    assert_eq!(plan(&closed), Next::Wait { until: None, why: Waiting::Closed });
    let mut no_model = situation("pending_accept");
    no_model.rules.model = ModelState::Missing;
    assert_eq!(held(plan(&no_model)), "model_missing");
    for (problem, code) in
        [(ModelProblem::KeyRefused, "key_refused"), (ModelProblem::OutOfCredit, "out_of_credit")]
    {
        let mut failing = situation("pending_accept");
        failing.rules.model = ModelState::Fails(problem);
        assert_eq!(held(plan(&failing)), code);
    }
    let mut hurried = situation("pending_accept");
    hurried.order.complete_deadline = Some(at(309));
    assert_eq!(held(plan(&hurried)), "no_time");
    hurried.order.complete_deadline = Some(at(310));
    assert_eq!(plan(&hurried), Next::Do(Step::CheckFiles));
    let mut poor = situation("pending_accept");
    poor.rules.caps.per_day_usd = Some(dec!(0.001));
    assert_eq!(held(plan(&poor)), "over_cap");
    let unsafe_file = situation("pending_accept").entry(
        "check_files",
        EntryOutcome::Done,
        json!({ "safe": false, "file": "x.svg" }),
    );
    assert_eq!(held(plan(&unsafe_file)), "unsafe_file");
    let mut late = situation("pending_accept");
    late.now = at(31 * 60);
    assert!(
        matches!(plan(&late), Next::Wait { why: Waiting::Missed, .. }),
        "30 minutes are assumed where the market does not say"
    );
    late.order.accept_deadline = late.now.checked_add(SignedDuration::from_mins(1)).ok();
    assert_eq!(plan(&late), Next::Do(Step::CheckFiles));
}

#[test]
fn what_came_too_late_is_dropped_even_where_the_seller_said_yes() {
    let mut late = situation("pending_accept").done(&["approve:accept", "check_files"]);
    late.rules.automation = AutomationMode::ByHand;
    late.now = at(31 * 60);
    assert!(matches!(plan(&late), Next::Wait { why: Waiting::Missed, .. }));
    let asked =
        situation("pending_accept").entry("accept", EntryOutcome::Retry, json!({ "reason": "network" }));
    let late = Situation { now: at(31 * 60), ..asked };
    assert!(
        matches!(plan(&late), Next::Wait { why: Waiting::Missed, .. }),
        "a retry due in the meantime, too"
    );
}

#[test]
fn a_question_the_buyer_has_since_answered_is_not_sent() {
    let s = situation("in_progress")
        .done(&["accept"])
        .entry("guide:start", EntryOutcome::Retry, json!({ "reason": "network" }))
        .said(Speaker::Buyer, "m1", "a fox in the snow");
    assert_eq!(plan(&s), Next::Do(Step::ReadBrief { turn: "m1".into() }));
    let s = s.read("m1", Verdict::NoBrief);
    assert_eq!(plan(&s), Next::Do(Step::Guide { turn: "m1".into() }), "the question that fits now");
    let s = s.said(Speaker::Buyer, "m2", "a fox, watercolour").read("m2", Verdict::Brief);
    assert!(matches!(plan(&s), Next::Do(Step::Draw { .. })), "no question at all");
}

#[test]
fn a_step_that_keeps_failing_is_put_to_the_seller() {
    let mut s = situation("pending_accept").entry("check_files", EntryOutcome::Done, json!({ "safe": true }));
    for _ in 0..12 {
        assert!(matches!(plan(&s), Next::Do(Step::Accept)));
        s = s.entry("accept", EntryOutcome::Retry, json!({ "reason": "market_server" }));
    }
    assert_eq!(held(plan(&s)), "accept_failed");
    let refused = situation("pending_accept")
        .entry("check_files", EntryOutcome::Done, json!({ "safe": true }))
        .entry("accept", EntryOutcome::Failed, json!({ "reason": "market_unauthorized" }));
    assert_eq!(held(plan(&refused)), "key_refused");
}

#[test]
fn the_seller_is_asked_before_delivering_when_they_want_to_be() {
    let mut s = situation("in_progress")
        .done(&["accept"])
        .said(Speaker::Buyer, "m1", "a fox")
        .read("m1", Verdict::Brief);
    s.rules.automation = AutomationMode::AskBeforeDelivering;
    let s = s.done(&["draw:1.1", "keep:1.1", "check:1.1"]);
    assert_eq!(held(plan(&s)), "approve");
    assert_eq!(stage(&s), Stage::Approving);
    assert_eq!(plan(&s.done(&["approve:round:1"])), Next::Do(Step::Upload { round: 1, n: 1 }));
    let mut by_hand = situation("pending_accept");
    by_hand.rules.automation = AutomationMode::ByHand;
    assert_eq!(held(plan(&by_hand)), "by_hand");
    assert_eq!(plan(&by_hand.done(&["approve:accept"])), Next::Do(Step::CheckFiles));
}

/// A job of a market without acceptance, files and completion, of which the newest turn was read as a brief.
fn job() -> Situation {
    let mut s = situation("in_progress");
    s.abilities.accepts_orders = false;
    s.abilities.uploads_files = false;
    s.abilities.completes_orders = false;
    s.abilities.delivers_by_link = true;
    s.public_address = Some("https://stall.example".parse().unwrap());
    s.link_way = Some(LinkKind::OwnAddress);
    s.order.requirement = Some(r#"{"description":"a fox","success_criteria":["red"]}"#.into());
    s
}

#[test]
fn a_job_is_greeted_drawn_linked_and_told_and_then_waits_for_its_poster() {
    let s = job();
    assert_eq!(plan(&s), Next::Do(Step::Greet));
    let s = s.done(&["greet"]);
    assert_eq!(plan(&s), Next::Do(Step::ReadBrief { turn: "order".into() }));
    let s = s.read("order", Verdict::Brief).done(&["draw:1.1", "keep:1.1", "check:1.1"]);
    assert_eq!(plan(&s), Next::Do(Step::Link { round: 1, n: 1 }));
    assert_eq!(stage(&s), Stage::Making);
    let s = s.done(&["link:1.1"]);
    assert_eq!(plan(&s), Next::Do(Step::Tell { round: 1 }));
    let s = s.done(&["tell:1"]);
    assert_eq!(plan(&s), Next::Wait { until: None, why: Waiting::Confirmation });
    assert_eq!(stage(&s), Stage::Delivered);
    // A change is another round, linked and told like the first.
    let s = s.said(Speaker::Buyer, "m1", "darker please").read("m1", Verdict::Change);
    assert!(matches!(plan(&s), Next::Do(Step::Draw { round: 2, n: 1, .. })));
    assert_eq!(stage(&s), Stage::Making);
    let s = s.done(&["draw:2.1", "keep:2.1", "check:2.1"]);
    assert_eq!(plan(&s), Next::Do(Step::Link { round: 2, n: 1 }));
    let s = s.done(&["link:2.1", "tell:2"]);
    assert_eq!(plan(&s), Next::Wait { until: None, why: Waiting::Confirmation });
}

#[test]
fn links_are_not_told_while_nobody_could_reach_them() {
    let mut s = job().done(&["greet"]).read("order", Verdict::Brief);
    s = s.done(&["draw:1.1", "keep:1.1", "check:1.1", "link:1.1"]);
    s.public_address = None;
    s.link_way = None;
    assert!(matches!(plan(&s), Next::Wait { until: Some(_), why: Waiting::Address }));
}

/// A job whose poster was sent links, and wrote this.
fn told_job(text: &str) -> Situation {
    let s = job().done(&["greet"]).read("order", Verdict::Brief);
    let s = s.done(&["draw:1.1", "keep:1.1", "check:1.1", "link:1.1", "tell:1"]);
    s.said(Speaker::Buyer, "m1", text)
}

#[test]
fn a_poster_who_cannot_open_a_link_gets_a_new_one_to_the_same_picture() {
    let s = told_job("the link does not open").read("m1", Verdict::CannotOpen);
    let again = |n| Step::LinkAgain { round: 1, n, turn: "m1".into() };
    assert_eq!(plan(&s), Next::Do(again(1)));
    let s = s.done(&[&again(1).key()]);
    assert_eq!(plan(&s), Next::Do(Step::TellAgain { round: 1, turn: "m1".into() }));
    assert_eq!(stage(&s), Stage::Delivered);
    let s = s.done(&["tell_again:1:m1"]);
    assert_eq!(plan(&s), Next::Wait { until: None, why: Waiting::Confirmation });
    // What is said in between forgets nothing.
    let s = s.said(Speaker::Buyer, "m2", "still closed").read("m2", Verdict::CannotOpen);
    let s = s.said(Speaker::Buyer, "m3", "hello?").read("m3", Verdict::Chat);
    assert_eq!(plan(&s), Next::Do(Step::LinkAgain { round: 1, n: 1, turn: "m2".into() }));
    // Not for ever: then the seller is asked. No picture was drawn in all that.
    let mut s = s.done(&["tell_again:1:m2"]);
    for turn in ["m4", "m5"] {
        s = s.said(Speaker::Buyer, turn, "closed").read(turn, Verdict::CannotOpen);
        if turn == "m4" {
            s = s.done(&["tell_again:1:m4"]);
        }
    }
    assert_eq!(held(plan(&s)), "link_not_opened");
    assert_eq!(rounds(&s).len(), 1);
    let s = s.said(Speaker::Seller, "mine", "I have sent it by other means");
    assert_eq!(plan(&s), Next::Wait { until: None, why: Waiting::Confirmation });
}

#[test]
fn a_question_about_a_delivered_job_waits_for_the_seller_and_draws_nothing() {
    let s = told_job("Please tell me how this is met: red").read("m1", Verdict::NoBrief);
    assert_eq!(held(plan(&s)), "buyer_asks");
    assert_eq!(rounds(&s).len(), 1);
    // A link that does not open, said with it, does not draw either.
    let s = s.said(Speaker::Buyer, "m2", "and I cannot open the link").read("m2", Verdict::CannotOpen);
    assert_eq!(plan(&s), Next::Do(Step::LinkAgain { round: 1, n: 1, turn: "m2".into() }));
    assert_eq!(rounds(&s).len(), 1);
}

#[test]
fn a_link_that_has_run_out_or_leads_nowhere_is_made_anew_before_it_is_told() {
    let ready =
        job().done(&["greet"]).read("order", Verdict::Brief).done(&["draw:1.1", "keep:1.1", "check:1.1"]);
    let link = Next::Do(Step::Link { round: 1, n: 1 });
    let linked = |expires: Timestamp| {
        let result =
            json!({ "name": "picture-1.png", "address": "https://b.example/x", "expires_at": expires });
        ready.clone().entry("link:1.1", EntryOutcome::Done, result)
    };
    let mut lasting = linked(at(10) + SignedDuration::from_hours(48));
    assert_eq!(plan(&lasting), Next::Do(Step::Tell { round: 1 }));
    // A link into a bucket needs no address of the stall.
    (lasting.public_address, lasting.link_way) = (None, None);
    assert_eq!(plan(&lasting), Next::Do(Step::Tell { round: 1 }));
    let mut old = linked(at(10) + SignedDuration::from_hours(2));
    assert_eq!(plan(&old), link);
    old.link_way = None;
    assert!(matches!(plan(&old), Next::Wait { why: Waiting::Address, .. }));
    // The stall's address is gone, and there is a bucket by now.
    let mut moved = ready.done(&["link:1.1"]);
    (moved.public_address, moved.link_way) = (None, Some(LinkKind::Bucket));
    assert_eq!(plan(&moved), link);
}

#[test]
fn the_listings_rules_leave_accepting_to_the_seller() {
    let mut asks = situation("pending_accept");
    asks.rules.accepting.by_hand = true;
    assert_eq!(held(plan(&asks)), "accept_asks");
    assert_eq!(plan(&asks.done(&["approve:accept"])), Next::Do(Step::CheckFiles));
    let mut paused = situation("pending_accept");
    paused.rules.accepting.paused = Some("listing-1".into());
    paused.rules.automation = AutomationMode::ByHand;
    assert_eq!(held(plan(&paused)), "listing_paused");
    assert_eq!(plan(&paused.done(&["approve:accept"])), Next::Do(Step::CheckFiles));
    let mut under_way = situation("in_progress").done(&["accept"]).said(Speaker::Buyer, "m1", "a fox");
    under_way.rules.accepting.paused = Some("listing-1".into());
    assert_eq!(plan(&under_way), Next::Do(Step::ReadBrief { turn: "m1".into() }));
    for (price, code) in
        [(None, Some("price_low")), (Some(dec!(19)), Some("price_low")), (Some(dec!(20)), None)]
    {
        let mut cheap = situation("pending_accept");
        cheap.rules.accepting.least_price = Some(dec!(20));
        cheap.order.price = price;
        match code {
            Some(code) => {
                assert_eq!(held(plan(&cheap)), code, "{price:?}");
                assert_eq!(plan(&cheap.done(&["approve:accept"])), Next::Do(Step::CheckFiles));
            }
            None => assert_eq!(plan(&cheap), Next::Do(Step::CheckFiles)),
        }
    }
}

#[test]
fn a_listings_own_cap_stops_reading_accepting_and_drawing_and_says_whose_it_is() {
    let capped = |s: Situation, cap| {
        let mut s = s;
        s.rules.caps.per_order_usd = Some(cap);
        s.rules.cap_is_listings = true;
        s
    };
    assert_eq!(held(plan(&capped(situation("pending_accept"), dec!(0.03)))), "over_listing_cap");
    let asked = || situation("in_progress").done(&["accept"]).said(Speaker::Buyer, "m1", "a fox");
    assert_eq!(held(plan(&capped(asked(), dec!(0.001)))), "over_listing_cap");
    let drawing = || asked().read("m1", Verdict::Brief);
    assert_eq!(held(plan(&capped(drawing(), dec!(0.001)))), "over_listing_cap");
    assert!(matches!(plan(&capped(drawing(), dec!(10))), Next::Do(Step::Draw { .. })));
    // The day's cap is the stall's, whoever set the other.
    let mut day = capped(drawing(), dec!(10));
    day.rules.caps.per_day_usd = Some(dec!(0.001));
    assert_eq!(held(plan(&day)), "over_cap");
}
