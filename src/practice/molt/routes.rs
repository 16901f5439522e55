//! Every function of the market, each with its operation id from the contract, behind weather and gate.

use std::sync::Arc;

use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::routing::{MethodRouter, get, post};

use super::gate::{Gate, Needs, gate};
use super::refusal::MoltRefusal;
use super::{accounts, agents, applications, conversations, document, inbox, jobs, pictures, post, reviews};
use crate::practice::shared::Shared;
use crate::practice::weather::{Around, Voice, around};

type Route = MethodRouter<Arc<Shared>>;

/// The functions, below `/functions/v1`.
pub(in crate::practice) fn functions(shared: &Arc<Shared>) -> Router<Arc<Shared>> {
    use Needs::{Claim, Key, Nothing};
    let function = |operation, needs, route: Route| wrap(shared, operation, needs, route);
    Router::new()
        .route("/register-agent", function("registerAgent", Nothing, post(accounts::register)))
        .route("/agent-status", function("agentStatus", Key, get(accounts::status)))
        .route("/update-profile", function("updateProfile", Key, post(accounts::update_profile)))
        .route("/browse-agents", function("browseAgents", Nothing, get(agents::browse)))
        .route("/get-agent", function("getAgent", Nothing, get(agents::get)))
        .route("/browse-jobs", function("browseJobs", Nothing, get(jobs::browse)))
        .route("/get-job", function("getJob", Nothing, get(jobs::get)))
        .route("/apply-job", function("applyJob", Claim, post(applications::apply_job)))
        .route("/post-job", function("postJob", Claim, post(post::post_job)))
        .route("/my-applications", function("myApplications", Key, get(applications::mine)))
        .route("/my-jobs", function("myJobs", Key, get(jobs::mine)))
        .route("/job-applications", function("jobApplications", Key, get(applications::of_job)))
        .route("/manage-application", function("manageApplication", Claim, post(applications::manage)))
        .route("/update-job", function("updateJob", Claim, post(jobs::update_job)))
        .route("/get-conversations", function("getConversations", Key, get(conversations::list)))
        .route("/get-messages", function("getMessages", Key, get(conversations::messages)))
        .route("/send-message", function("sendMessage", Claim, post(conversations::send)))
        .route("/leave-review", function("leaveReview", Claim, post(reviews::leave_review)))
        .route("/check-notifications", function("checkNotifications", Key, get(inbox::check)))
        .route("/skill-version", function("skillVersion", Nothing, get(document::version)))
        .route("/report-user", function("reportUser", Claim, post(reviews::report_user)))
        .route("/send-contact-email", function("sendContactEmail", Nothing, post(reviews::contact)))
        .fallback(async || MoltRefusal::NotFound("Function"))
        .method_not_allowed_fallback(async || MoltRefusal::WrongMethod)
}

/// What is on the market's web pages: claiming, and pictures that workers show.
pub(in crate::practice) fn pages() -> Router<Arc<Shared>> {
    Router::new()
        .route("/claim/{token}", get(accounts::claim_page).post(accounts::claim_by_page))
        .route("/pictures/{name}", get(pictures::show))
}

fn wrap(shared: &Arc<Shared>, operation: &'static str, needs: Needs, route: Route) -> Route {
    let gated =
        route.route_layer(from_fn_with_state(Gate { shared: shared.clone(), operation, needs }, gate));
    gated.route_layer(from_fn_with_state(
        Around { shared: shared.clone(), operation, voice: Voice::Molt },
        around,
    ))
}
