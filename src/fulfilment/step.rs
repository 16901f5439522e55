//! The steps of an order's walk and the names of their effects.

/// One step. Its key names the effect within the order: a key that is done is never done again.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Step {
    /// Looks at the buyer's files before the seller is bound.
    CheckFiles,
    Accept,
    /// Reads what the buyer wrote up to this turn.
    ReadBrief {
        turn: String,
    },
    /// Asks for the brief, once per buyer turn.
    Guide {
        turn: String,
    },
    /// Has picture `n` of a round drawn by this model: the paid call.
    Draw {
        round: u32,
        n: u32,
        model: String,
    },
    /// Turns the stored answer into a file.
    Keep {
        round: u32,
        n: u32,
    },
    Check {
        round: u32,
        n: u32,
    },
    /// A friendly word when drawing or uploading failed.
    Apologise {
        round: u32,
    },
    Upload {
        round: u32,
        n: u32,
    },
    /// Tells the buyer that the round's pictures are there.
    Tell {
        round: u32,
    },
    Complete,
    /// Books what the order earned.
    Settle,
}

impl Step {
    /// The step's name in journal, history and screens.
    pub fn name(&self) -> &'static str {
        match self {
            Self::CheckFiles => "check_files",
            Self::Accept => "accept",
            Self::ReadBrief { .. } => "read_brief",
            Self::Guide { .. } => "guide",
            Self::Draw { .. } => "draw",
            Self::Keep { .. } => "keep",
            Self::Check { .. } => "check",
            Self::Apologise { .. } => "apologise",
            Self::Upload { .. } => "upload",
            Self::Tell { .. } => "tell",
            Self::Complete => "complete",
            Self::Settle => "settle",
        }
    }

    /// The name of the effect within the order.
    pub fn key(&self) -> String {
        match self {
            Self::CheckFiles | Self::Accept | Self::Complete | Self::Settle => self.name().to_owned(),
            Self::ReadBrief { turn } | Self::Guide { turn } => format!("{}:{turn}", self.name()),
            Self::Draw { round, n, .. }
            | Self::Keep { round, n }
            | Self::Check { round, n }
            | Self::Upload { round, n } => place_key(self.name(), *round, *n),
            Self::Apologise { round } | Self::Tell { round } => format!("{}:{round}", self.name()),
        }
    }
}

/// The key of a step on picture `n` of a round.
pub fn place_key(name: &str, round: u32, n: u32) -> String {
    format!("{name}:{round}.{n}")
}
