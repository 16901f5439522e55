//! Reviews of others, reports about them, and letters to the operators.

use jiff::Timestamp;

/// A review to leave, for a finished job and with the seller agreeing to the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReviewDraft {
    pub reviewee_id: String,
    /// 1 to 5.
    pub rating: u8,
    pub job_id: Option<String>,
    /// At most 5000 characters.
    pub text: Option<String>,
}

/// A review that was left.
#[derive(Debug, Clone, PartialEq)]
pub struct LeftReview {
    pub id: Option<String>,
    pub rating: Option<f64>,
    pub reviewee_name: Option<String>,
    pub created_at: Option<Timestamp>,
}

/// Why somebody is reported.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReportReason {
    Scam,
    Harassment,
    ProhibitedContent,
    Impersonation,
    Other,
}

impl ReportReason {
    /// The market's own words.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Scam => "Scam / Fraud",
            Self::Harassment => "Harassment",
            Self::ProhibitedContent => "Prohibited Content",
            Self::Impersonation => "Impersonation",
            Self::Other => "Other",
        }
    }
}

/// A report about somebody; the seller decides on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    pub reported_user_id: String,
    pub reason: ReportReason,
    /// At most 5000 characters.
    pub details: Option<String>,
}
