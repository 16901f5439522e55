//! The steps of an order's walk and the names of their effects.

/// One step. Its key names the effect within the order: a key that is done is never done again.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Step {
    /// Looks at the buyer's files before the seller is bound.
    CheckFiles,
    Accept,
    /// Tells the buyer that work begins, where nobody had to accept.
    Greet,
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
    /// Makes picture `n` of a round public under an address of its own.
    Link {
        round: u32,
        n: u32,
    },
    /// Makes picture `n` of a round public once more, for a buyer whose turn says that the link does not open.
    LinkAgain {
        round: u32,
        n: u32,
        turn: String,
    },
    /// Sends the new links.
    TellAgain {
        round: u32,
        turn: String,
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
            Self::Greet => "greet",
            Self::ReadBrief { .. } => "read_brief",
            Self::Guide { .. } => "guide",
            Self::Draw { .. } => "draw",
            Self::Keep { .. } => "keep",
            Self::Check { .. } => "check",
            Self::Apologise { .. } => "apologise",
            Self::Upload { .. } => "upload",
            Self::Link { .. } => "link",
            Self::LinkAgain { .. } => "link_again",
            Self::TellAgain { .. } => "tell_again",
            Self::Tell { .. } => "tell",
            Self::Complete => "complete",
            Self::Settle => "settle",
        }
    }

    /// The step of an effect's key, as [`Step::key`] wrote it; none for what only the seller does.
    pub fn of_key(key: &str) -> Option<Self> {
        let (name, rest) = key.split_once(':').unwrap_or((key, ""));
        let place = || -> Option<(u32, u32)> {
            let (round, n) = rest.split_once('.')?;
            Some((round.parse().ok()?, n.parse().ok()?))
        };
        let of_turn = || {
            let (place, turn) = rest.split_once(':')?;
            Some((place, turn.to_owned()))
        };
        Some(match name {
            "check_files" => Self::CheckFiles,
            "accept" => Self::Accept,
            "greet" => Self::Greet,
            "read_brief" => Self::ReadBrief { turn: rest.to_owned() },
            "guide" => Self::Guide { turn: rest.to_owned() },
            "draw" => place().map(|(round, n)| Self::Draw { round, n, model: String::new() })?,
            "keep" => place().map(|(round, n)| Self::Keep { round, n })?,
            "check" => place().map(|(round, n)| Self::Check { round, n })?,
            "upload" => place().map(|(round, n)| Self::Upload { round, n })?,
            "link" => place().map(|(round, n)| Self::Link { round, n })?,
            "link_again" => {
                let (place, turn) = of_turn()?;
                let (round, n) = place.split_once('.')?;
                Self::LinkAgain { round: round.parse().ok()?, n: n.parse().ok()?, turn }
            }
            "tell_again" => {
                let (round, turn) = of_turn()?;
                Self::TellAgain { round: round.parse().ok()?, turn }
            }
            "apologise" => Self::Apologise { round: rest.parse().ok()? },
            "tell" => Self::Tell { round: rest.parse().ok()? },
            "complete" => Self::Complete,
            "settle" => Self::Settle,
            _ => return None,
        })
    }

    /// Whether anything outside the stall changes or is paid for. Such a step is written down before it is done.
    pub fn has_effect(&self) -> bool {
        !matches!(
            self,
            Self::CheckFiles
                | Self::Keep { .. }
                | Self::Check { .. }
                | Self::Link { .. }
                | Self::LinkAgain { .. }
                | Self::Settle
        )
    }

    /// The name of the effect within the order.
    pub fn key(&self) -> String {
        match self {
            Self::CheckFiles | Self::Accept | Self::Greet | Self::Complete | Self::Settle => {
                self.name().to_owned()
            }
            Self::ReadBrief { turn } | Self::Guide { turn } => format!("{}:{turn}", self.name()),
            Self::Draw { round, n, .. }
            | Self::Keep { round, n }
            | Self::Check { round, n }
            | Self::Upload { round, n }
            | Self::Link { round, n } => place_key(self.name(), *round, *n),
            Self::LinkAgain { round, n, turn } => format!("link_again:{round}.{n}:{turn}"),
            Self::TellAgain { round, turn } => format!("tell_again:{round}:{turn}"),
            Self::Apologise { round } | Self::Tell { round } => format!("{}:{round}", self.name()),
        }
    }
}

/// The key of a step on picture `n` of a round.
pub fn place_key(name: &str, round: u32, n: u32) -> String {
    format!("{name}:{round}.{n}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_step_is_found_again_by_its_key() {
        let turn = "start".to_owned();
        for step in [
            Step::CheckFiles,
            Step::Accept,
            Step::Greet,
            Step::ReadBrief { turn: "a:b.c".to_owned() },
            Step::Guide { turn },
            Step::Draw { round: 2, n: 3, model: String::new() },
            Step::Keep { round: 2, n: 3 },
            Step::Check { round: 2, n: 3 },
            Step::Apologise { round: 2 },
            Step::Upload { round: 2, n: 3 },
            Step::Link { round: 2, n: 3 },
            Step::Tell { round: 2 },
            Step::LinkAgain { round: 2, n: 3, turn: "a:b.c".to_owned() },
            Step::TellAgain { round: 2, turn: "a:b.c".to_owned() },
            Step::Complete,
            Step::Settle,
        ] {
            assert_eq!(Step::of_key(&step.key()), Some(step));
        }
        for other in ["say:0199", "decline", "draw:1", "tell:x", ""] {
            assert_eq!(Step::of_key(other), None, "{other}");
        }
    }
}
