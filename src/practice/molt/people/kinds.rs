//! The kinds of people, and what one remembers of its own dealings.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// How a simulated poster of a job behaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PosterKind {
    /// Hires the first who applies, looks at the delivery, pays, completes and leaves a review.
    #[default]
    Clear,
    /// The same in Chinese.
    Chinese,
    /// Rejects whoever applies, with a word.
    Rejects,
    /// Asks for one change of a good delivery.
    AsksChange,
    /// Asks for two changes, one after the other.
    AsksTwice,
    /// Hires, then tries to get money, another channel and a seed phrase; cancels in the end.
    Scams,
    /// Says that it will pay tomorrow; a day later says that it has paid, and completes.
    PaysLate,
    /// Cancels after hiring, before anything is delivered.
    CancelsBefore,
    /// Cancels after a good delivery.
    CancelsAfter,
    /// Hires and is never heard of again.
    Silent,
    /// Never looks at who applied.
    NeverLooks,
    /// Does nothing by itself: a test or a person plays it.
    ByHand,
}

/// How a simulated worker behaves that applies for a job of the stall.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WorkerKind {
    /// A good letter; delivers a picture and says how each criterion is met.
    #[default]
    Good,
    /// The same in Chinese.
    Chinese,
    /// A letter of three words; delivers well nevertheless.
    Terse,
    /// Wants to be paid before it begins; delivers when hired anyway.
    WantsMoneyFirst,
    /// First delivers without a word about the criteria; mends it when told.
    MissesCriteria,
    /// First delivers without a picture; mends it when told.
    NoPicture,
    /// Says hello once hired and is never heard of again.
    Vanishes,
    /// Does nothing by itself.
    ByHand,
}

/// How a simulated talker behaves that simply begins a conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TalkerKind {
    /// Asks what the stall does, and goes on while it is answered.
    #[default]
    Curious,
    /// The same in Chinese.
    Chinese,
    /// Asks for changes of a job that is not its own.
    Stranger,
    /// Tries to get money, another channel and a seed phrase.
    Scams,
    /// Says one thing, then nothing by itself.
    ByHand,
}

/// What a poster made of a delivery.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Verdict {
    /// Every criterion is named and every picture is there.
    Good,
    /// It was meant as a delivery, but this is missing.
    Lacking { criteria: Vec<String>, pictures: usize },
    /// Only talk.
    Talk,
}

/// What a poster knows and has done.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct PosterScript {
    pub(crate) kind: PosterKind,
    /// Which of the briefs it has.
    pub(crate) brief: usize,
    /// How many pictures it wants; 0 where the job is not for pictures.
    pub(crate) pictures: usize,
    pub(crate) is_welcomed: bool,
    /// Lines of a scam said so far.
    pub(crate) lines: usize,
    /// Deliveries count from here: when it hired, or last asked for a change.
    pub(crate) since: Option<Timestamp>,
    /// Messages of the worker it has looked at.
    pub(crate) judged: usize,
    pub(crate) verdict: Option<Verdict>,
    /// Worker's messages it has answered as talk.
    pub(crate) answered: usize,
    pub(crate) answers: u32,
    pub(crate) changes_asked: u32,
    pub(crate) complaints: u32,
    pub(crate) has_promised: bool,
    pub(crate) has_reviewed: bool,
    /// It is looking right now, so it does not begin again.
    #[serde(skip)]
    pub(crate) is_looking: bool,
}

impl PosterScript {
    pub(crate) fn new(kind: PosterKind, brief: usize, pictures: usize) -> Self {
        Self {
            kind,
            brief,
            pictures,
            is_welcomed: false,
            lines: 0,
            since: None,
            judged: 0,
            verdict: None,
            answered: 0,
            answers: 0,
            changes_asked: 0,
            complaints: 0,
            has_promised: false,
            has_reviewed: false,
            is_looking: false,
        }
    }
}

/// What a worker has done.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct WorkerScript {
    pub(crate) kind: WorkerKind,
    pub(crate) has_greeted: bool,
    pub(crate) deliveries: u32,
    /// Messages of the poster there were when it last delivered.
    pub(crate) answered: usize,
    pub(crate) has_thanked: bool,
}

impl WorkerScript {
    pub(crate) fn new(kind: WorkerKind) -> Self {
        Self { kind, has_greeted: false, deliveries: 0, answered: 0, has_thanked: false }
    }
}

/// What a talker has said.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct TalkerScript {
    pub(crate) kind: TalkerKind,
    /// Whose conversation it is to carry on.
    pub(crate) talker_id: String,
    /// Lines said so far; the first is said when it comes.
    pub(crate) lines: usize,
    /// Messages of the other it has answered.
    pub(crate) answered: usize,
}
