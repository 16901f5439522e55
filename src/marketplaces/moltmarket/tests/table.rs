//! Every function of the market: how it is asked, what goes over the wire, an answer to it, and how often it may be used.

use std::sync::Arc;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use serde_json::{Value, json};

use super::super::*;
use super::Market;
use crate::clock::CountingIds;
use crate::marketplaces::MarketResult;

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

pub(super) struct Call {
    /// As shown among the budgets.
    pub(super) operation: &'static str,
    pub(super) path: &'static str,
    pub(super) is_public: bool,
    /// `None` for a read.
    pub(super) body: Option<Value>,
    pub(super) query: &'static [(&'static str, &'static str)],
    pub(super) answer: Value,
    /// How often within so many seconds.
    pub(super) windows: &'static [(u32, i64)],
    pub(super) call: for<'a> fn(&'a Market) -> BoxFuture<'a, MarketResult<()>>,
}

pub(super) fn a_message() -> OutgoingMessage {
    OutgoingMessage {
        to: Recipient::Conversation("c1".to_owned()),
        text: "It is done".to_owned(),
        image_url: None,
    }
}

pub(super) fn a_job() -> JobDraft {
    JobDraft {
        title: "A fox in snow".to_owned(),
        description: "Paint a fox that walks through snow".to_owned(),
        terms: JobTerms::default(),
    }
}

pub(super) fn an_application() -> ApplicationDraft {
    ApplicationDraft { job_id: "j1".to_owned(), cover_letter: None, proposed_rate: None }
}

pub(super) fn a_review() -> ReviewDraft {
    ReviewDraft { reviewee_id: "u2".to_owned(), rating: 5, job_id: None, text: None }
}

pub(super) fn a_report() -> Report {
    Report { reported_user_id: "u2".to_owned(), reason: ReportReason::Scam, details: None }
}

pub(super) fn a_registration() -> Registration {
    Registration {
        name: "Bo's stall".to_owned(),
        description: "Pictures".to_owned(),
        capabilities: Vec::new(),
    }
}

pub(super) async fn register(market: &Market, registration: &Registration) -> MarketResult<Registered> {
    let (clock, ids) = (Arc::new(market.clock.clone()), Arc::new(CountingIds::default()));
    register_agent(&market.base, registration, Arc::clone(&market.budgets), clock, ids).await
}

fn write(operation: &'static str, body: Value, answer: Value, windows: &'static [(u32, i64)]) -> CallParts {
    CallParts { operation, body: Some(body), query: &[], answer, windows }
}

fn read(
    operation: &'static str,
    query: &'static [(&'static str, &'static str)],
    answer: Value,
    windows: &'static [(u32, i64)],
) -> CallParts {
    CallParts { operation, body: None, query, answer, windows }
}

struct CallParts {
    operation: &'static str,
    body: Option<Value>,
    query: &'static [(&'static str, &'static str)],
    answer: Value,
    windows: &'static [(u32, i64)],
}

impl CallParts {
    fn own(self, call: for<'a> fn(&'a Market) -> BoxFuture<'a, MarketResult<()>>) -> Call {
        let Self { operation, body, query, answer, windows } = self;
        Call { operation, path: operation, is_public: false, body, query, answer, windows, call }
    }

    fn public(self, call: for<'a> fn(&'a Market) -> BoxFuture<'a, MarketResult<()>>) -> Call {
        Call { is_public: true, ..self.own(call) }
    }
}

pub(super) fn all() -> Vec<Call> {
    const READS: &[(u32, i64)] = &[(90, MINUTE)];
    const OUR_CAP: &[(u32, i64)] = &[(30, MINUTE)];
    const FIRST_PAGE: &[(&str, &str)] = &[("limit", "20"), ("offset", "0")];
    vec![
        write(
            "register-agent",
            json!({"name": "Bo's stall", "description": "Pictures"}),
            json!({"success": true, "agent": {"api_key": "moltmarket_live_first"}}),
            &[(1, 7 * DAY)],
        )
        .public(|market| async { register(market, &a_registration()).await.map(drop) }.boxed()),
        read("agent-status", &[], json!({"success": true, "status": "claimed"}), &[(6, MINUTE)])
            .own(|market| async { market.client.agent_status().await.map(drop) }.boxed()),
        write(
            "update-profile",
            json!({"description": "Pictures"}),
            json!({"success": true}),
            &[(1, 30 * MINUTE), (6, DAY)],
        )
        .own(|market| {
            async {
                let change = ProfileChange { description: Some("Pictures".to_owned()), ..Default::default() };
                market.client.update_profile(&change).await
            }
            .boxed()
        }),
        read(
            "browse-agents",
            &[("type", "all"), ("limit", "20"), ("offset", "0")],
            json!({"success": true, "agents": []}),
            READS,
        )
        .public(|market| {
            async { market.client.browse_agents(&AgentQuery::default()).await.map(drop) }.boxed()
        }),
        read("get-agent", &[("id", "u2")], json!({"agent": {"id": "u2"}}), READS)
            .public(|market| async { market.client.get_agent("u2").await.map(drop) }.boxed()),
        read(
            "browse-jobs",
            &[("status", "open"), ("poster_type", "all"), ("limit", "20"), ("offset", "0")],
            json!({"jobs": []}),
            READS,
        )
        .public(|market| async { market.client.browse_jobs(&JobQuery::default()).await.map(drop) }.boxed()),
        read("get-job", &[("id", "j1")], json!({"job": {"id": "j1"}}), READS)
            .public(|market| async { market.client.get_job("j1").await.map(drop) }.boxed()),
        write("apply-job", json!({"job_id": "j1"}), json!({"application": {"id": "a1"}}), &[(20, DAY)])
            .own(|market| async { market.client.apply_job(&an_application()).await.map(drop) }.boxed()),
        write(
            "post-job",
            json!({"title": "A fox in snow", "description": "Paint a fox that walks through snow"}),
            json!({"job": {"id": "j1"}}),
            &[(10, DAY)],
        )
        .own(|market| async { market.client.post_job(&a_job()).await.map(drop) }.boxed()),
        Call {
            path: "post-job",
            ..write(
                "edit-job",
                json!({"title": "A fox in rain", "job_id": "j1"}),
                json!({"job": {"id": "j1"}}),
                &[(1, 20 * MINUTE), (15, DAY)],
            )
            .own(|market| {
                async {
                    let change = JobChange { title: Some("A fox in rain".to_owned()), ..Default::default() };
                    market.client.edit_job("j1", &change).await.map(drop)
                }
                .boxed()
            })
        },
        read(
            "my-applications",
            &[("status", "all"), ("limit", "20"), ("offset", "0")],
            json!({"applications": []}),
            READS,
        )
        .own(|market| {
            async { market.client.my_applications(None, Paging::default()).await.map(drop) }.boxed()
        }),
        read("my-jobs", &[("status", "all"), ("limit", "20"), ("offset", "0")], json!({"jobs": []}), OUR_CAP)
            .own(|market| async { market.client.my_jobs(None, Paging::default()).await.map(drop) }.boxed()),
        read(
            "job-applications",
            &[("job_id", "j1"), ("status", "all")],
            json!({"applications": []}),
            OUR_CAP,
        )
        .own(|market| async { market.client.job_applications("j1", None).await.map(drop) }.boxed()),
        write(
            "manage-application",
            json!({"application_id": "a1", "action": "accept"}),
            json!({"application": {"id": "a1"}}),
            OUR_CAP,
        )
        .own(|market| {
            async { market.client.manage_application("a1", Decision::Accept).await.map(drop) }.boxed()
        }),
        write(
            "update-job",
            json!({"job_id": "j1", "status": "cancelled"}),
            json!({"job": {"id": "j1", "status": "cancelled"}}),
            OUR_CAP,
        )
        .own(|market| async { market.client.update_job("j1", JobEnding::Cancelled).await.map(drop) }.boxed()),
        read("get-conversations", FIRST_PAGE, json!({"conversations": []}), READS).own(|market| {
            async { market.client.get_conversations(Paging::default()).await.map(drop) }.boxed()
        }),
        read("get-messages", &[("conversation_id", "c1"), ("limit", "50")], json!({"messages": []}), READS)
            .own(|market| async { market.client.get_messages("c1", 50, None).await.map(drop) }.boxed()),
        write(
            "send-message",
            json!({"conversation_id": "c1", "content": "It is done", "message_type": "text"}),
            json!({"message": {"id": "m1"}}),
            &[(30, HOUR)],
        )
        .own(|market| async { market.client.send_message(&a_message()).await.map(drop) }.boxed()),
        write(
            "leave-review",
            json!({"reviewee_id": "u2", "rating": 5}),
            json!({"review": {"id": "r1"}}),
            &[(1, 30 * MINUTE), (10, DAY)],
        )
        .own(|market| async { market.client.leave_review(&a_review()).await.map(drop) }.boxed()),
        read(
            "check-notifications",
            &[("unread_only", "true"), ("limit", "50"), ("mark_read", "true")],
            json!({"notifications": []}),
            READS,
        )
        .own(|market| async { market.client.check_notifications(true, true, 50).await.map(drop) }.boxed()),
        read("skill-version", &[], json!({"current_version": "2.2.0"}), &[(1, HOUR)])
            .public(|market| async { market.client.skill_version().await.map(drop) }.boxed()),
        write(
            "report-user",
            json!({"reported_user_id": "u2", "reason": "Scam / Fraud"}),
            json!({"success": true}),
            &[(5, DAY)],
        )
        .own(|market| async { market.client.report_user(&a_report()).await }.boxed()),
        write("send-contact-email", json!({"message": "Hello"}), json!({"success": true}), &[(3, HOUR)])
            .public(|market| {
                async {
                    let fields = json!({"message": "Hello"});
                    market.client.send_contact_email(fields.as_object().unwrap().clone()).await
                }
                .boxed()
            }),
    ]
}
