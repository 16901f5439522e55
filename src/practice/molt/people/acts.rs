//! Everything people do, and how long they take to do it.

/// Something somebody does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Act {
    // Posters.
    Hire,
    Reject,
    Welcome,
    SayScam,
    Look,
    Answer,
    AskChange,
    Complain,
    PromisePay,
    Pay,
    PayLate,
    Cancel,
    Review,
    // Workers.
    Greet,
    Deliver,
    Thank,
    // Talkers.
    TalkOn,
}

impl Act {
    /// How long a person takes, in seconds of the marketplace: at least, at most.
    pub(super) fn seconds(self) -> (f64, f64) {
        match self {
            Self::Hire | Self::Reject => (20.0, 40.0),
            Self::Welcome | Self::Greet | Self::TalkOn | Self::Answer | Self::Complain | Self::Thank => {
                (6.0, 14.0)
            }
            Self::Look => (8.0, 16.0),
            Self::SayScam | Self::AskChange | Self::PromisePay | Self::Pay => (10.0, 20.0),
            Self::Cancel => (15.0, 30.0),
            Self::Review => (30.0, 60.0),
            Self::Deliver => (30.0, 60.0),
            Self::PayLate => (86_400.0, 90_000.0),
        }
    }
}
