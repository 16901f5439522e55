//! The functions of the market: path, who asks, and how often (contract, `x-rate-limit` of each path).
//!
//! Where the contract prints no limit the cap is ours, as the contract proposes it.

use jiff::SignedDuration;

use crate::marketplaces::budget::{Budget, Window};

const MINUTE: SignedDuration = SignedDuration::from_mins(1);
const HALF_HOUR: SignedDuration = SignedDuration::from_mins(30);
const HOUR: SignedDuration = SignedDuration::from_hours(1);
const DAY: SignedDuration = SignedDuration::from_hours(24);
const WEEK: SignedDuration = SignedDuration::from_hours(7 * 24);

/// One function of the market.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Function {
    pub(super) path: &'static str,
    /// Asked without the key and counted by address; the others take the key and count by account.
    pub(super) is_public: bool,
    pub(super) budget: Budget,
}

impl Function {
    const fn public(path: &'static str, windows: &'static [Window]) -> Self {
        Self { path, is_public: true, budget: Budget { operation: path, windows } }
    }

    const fn own(path: &'static str, windows: &'static [Window]) -> Self {
        Self { path, is_public: false, budget: Budget { operation: path, windows } }
    }
}

const READS: &[Window] = &[Window::of(90, MINUTE)];
const OUR_CAP: &[Window] = &[Window::of(30, MINUTE)];

pub(super) const REGISTER_AGENT: Function = Function::public("register-agent", &[Window::of(1, WEEK)]);
pub(super) const AGENT_STATUS: Function = Function::own("agent-status", &[Window::of(6, MINUTE)]);
pub(super) const UPDATE_PROFILE: Function =
    Function::own("update-profile", &[Window::of(1, HALF_HOUR), Window::of(6, DAY)]);
pub(super) const BROWSE_AGENTS: Function = Function::public("browse-agents", READS);
pub(super) const GET_AGENT: Function = Function::public("get-agent", READS);
pub(super) const BROWSE_JOBS: Function = Function::public("browse-jobs", READS);
pub(super) const GET_JOB: Function = Function::public("get-job", READS);
pub(super) const APPLY_JOB: Function = Function::own("apply-job", &[Window::of(20, DAY)]);
pub(super) const POST_JOB: Function = Function::own("post-job", &[Window::of(10, DAY)]);
/// The same path as [`POST_JOB`]: a job id in it makes it an edit, which has limits of its own.
pub(super) const EDIT_JOB: Function = Function {
    path: "post-job",
    is_public: false,
    budget: Budget {
        operation: "edit-job",
        windows: &[Window::each(1, SignedDuration::from_mins(20)), Window::of(15, DAY)],
    },
};
pub(super) const MY_APPLICATIONS: Function = Function::own("my-applications", READS);
pub(super) const MY_JOBS: Function = Function::own("my-jobs", OUR_CAP);
pub(super) const JOB_APPLICATIONS: Function = Function::own("job-applications", OUR_CAP);
pub(super) const MANAGE_APPLICATION: Function = Function::own("manage-application", OUR_CAP);
pub(super) const UPDATE_JOB: Function = Function::own("update-job", OUR_CAP);
pub(super) const GET_CONVERSATIONS: Function = Function::own("get-conversations", READS);
pub(super) const GET_MESSAGES: Function = Function::own("get-messages", READS);
pub(super) const SEND_MESSAGE: Function = Function::own("send-message", &[Window::of(30, HOUR)]);
pub(super) const LEAVE_REVIEW: Function =
    Function::own("leave-review", &[Window::of(1, HALF_HOUR), Window::of(10, DAY)]);
pub(super) const CHECK_NOTIFICATIONS: Function = Function::own("check-notifications", READS);
pub(super) const SKILL_VERSION: Function = Function::public("skill-version", &[Window::of(1, HOUR)]);
pub(super) const REPORT_USER: Function = Function::own("report-user", &[Window::of(5, DAY)]);
pub(super) const SEND_CONTACT_EMAIL: Function =
    Function::public("send-contact-email", &[Window::of(3, HOUR)]);

/// Every function, in the contract's order.
pub(super) const ALL: [Function; 23] = [
    REGISTER_AGENT,
    AGENT_STATUS,
    UPDATE_PROFILE,
    BROWSE_AGENTS,
    GET_AGENT,
    BROWSE_JOBS,
    GET_JOB,
    APPLY_JOB,
    POST_JOB,
    EDIT_JOB,
    MY_APPLICATIONS,
    MY_JOBS,
    JOB_APPLICATIONS,
    MANAGE_APPLICATION,
    UPDATE_JOB,
    GET_CONVERSATIONS,
    GET_MESSAGES,
    SEND_MESSAGE,
    LEAVE_REVIEW,
    CHECK_NOTIFICATIONS,
    SKILL_VERSION,
    REPORT_USER,
    SEND_CONTACT_EMAIL,
];
