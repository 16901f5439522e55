//! Named moments at which a test can have the process die as in a power cut: nothing unwound, flushed or released.
//!
//! Marks stand before and after every outward call, commit and visible change of a file, so that a test can try each
//! of them. Builds that reach a seller hold none: without debug assertions or the feature `crash-points` a mark is
//! nothing, and a program told to die is refused its start.
//!
//! Armed by the environment: `STALLKEEPER_CRASH_AT=name` dies at the first time a mark is passed, `name:3` at the
//! third; `STALLKEEPER_CRASH_SEED=7:100` dies at about one mark in a hundred, the same ones for the same seed.

/// Dies here when the mark was named.
const AT: &str = "STALLKEEPER_CRASH_AT";
/// Dies at some mark, decided by a seed.
const SEED: &str = "STALLKEEPER_CRASH_SEED";

macro_rules! points {
    ($($(#[$doc:meta])* $point:ident = $name:literal,)+) => {
        /// A moment at which the process can be told to die.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Point { $($(#[$doc])* $point,)+ }

        impl Point {
            /// All of them: what a test of every point walks through.
            pub const ALL: &[Self] = &[$(Self::$point,)+];

            /// The name it is armed by.
            pub fn name(self) -> &'static str {
                match self { $(Self::$point => $name,)+ }
            }
        }
    };
}

points! {
    // An order's walk.
    RunnerClaimed = "runner.claimed",
    RunnerBeforeIntent = "runner.before_intent",
    RunnerIntentWritten = "runner.intent_written",
    RunnerEffectDone = "runner.effect_done",
    RunnerBeforeRecord = "runner.before_record",
    RunnerRecorded = "runner.recorded",
    RunnerBeforeLook = "runner.before_look",
    RunnerLooked = "runner.looked",
    RunnerLookRecorded = "runner.look_recorded",
    RunnerBeforeReread = "runner.before_reread",
    RunnerReread = "runner.reread",
    RunnerBeforeRest = "runner.before_rest",
    RunnerRested = "runner.rested",

    // The steps around their outward calls.
    CheckFilesBeforeCall = "check_files.before_call",
    CheckFilesAfterCall = "check_files.after_call",
    AcceptBeforeCall = "accept.before_call",
    AcceptAfterCall = "accept.after_call",
    AcceptRefused = "accept.refused",
    GreetBeforeCall = "greet.before_call",
    GreetAfterCall = "greet.after_call",
    ReadBriefBeforeCall = "read_brief.before_call",
    ReadBriefAfterCall = "read_brief.after_call",
    GuideBeforeCall = "guide.before_call",
    GuideAfterCall = "guide.after_call",
    TellBeforeCall = "tell.before_call",
    TellAfterCall = "tell.after_call",
    ApologiseBeforeCall = "apologise.before_call",
    ApologiseAfterCall = "apologise.after_call",
    DrawBeforeCall = "draw.before_call",
    /// Paid, and the answer is in memory only.
    DrawAfterCall = "draw.after_call",
    DrawAnswerKept = "draw.answer_kept",
    KeepBeforePut = "keep.before_put",
    KeepPut = "keep.put",
    CheckBefore = "check.before",
    CheckThumbnailed = "check.thumbnailed",
    CheckAnswerDropped = "check.answer_dropped",
    UploadBeforeCall = "upload.before_call",
    UploadAfterCall = "upload.after_call",
    LinkBeforeKept = "link.before_kept",
    LinkKept = "link.kept",
    RemindBeforeCall = "remind.before_call",
    RemindAfterCall = "remind.after_call",
    /// In the order's journal; the application does not know it yet.
    RemindSaid = "remind.said",
    CompleteBeforeList = "complete.before_list",
    CompleteBeforeCall = "complete.before_call",
    CompleteAfterCall = "complete.after_call",
    CompleteRefused = "complete.refused",
    Settled = "settle.counted",

    // What the seller does with their own hands.
    ActClaimed = "act.claimed",
    ActBeforeCall = "act.before_call",
    ActAfterCall = "act.after_call",
    ActRecorded = "act.recorded",
    DeskBeforeChange = "desk.before_change",
    DeskChanged = "desk.changed",

    // Files: made empty, written, flushed, visible under their name.
    FileMade = "file.made",
    FileWritten = "file.written",
    FileFlushed = "file.flushed",
    FileInPlace = "file.in_place",

    // How news comes in.
    PushVerified = "push.verified",
    PushStored = "push.stored",
    InboxBeforeCommit = "inbox.before_commit",
    InboxCommitted = "inbox.committed",
    FeedRead = "feed.read",
    FeedStored = "feed.stored",
    FeedCursorRaised = "feed.cursor_raised",
    FeedBeforeAck = "feed.before_ack",
    FeedAcked = "feed.acked",
    FeedAckRecorded = "feed.ack_recorded",
    ReconcileListed = "reconcile.listed",
    ReconcileFound = "reconcile.found",
    WorkerBeforeRead = "worker.before_read",
    WorkerRead = "worker.read",
    WorkerBeforeRecord = "worker.before_record",
    WorkerRecorded = "worker.recorded",

    // The second market: its inbox, jobs, letters, the own profile.
    NotificationsRead = "notifications.read",
    NotificationsStored = "notifications.stored",
    NotificationsBeforeMark = "notifications.before_mark",
    /// Marked as read there, and what the answer held is in memory only.
    NotificationsMarked = "notifications.marked",
    NotificationBeforeHandled = "notifications.before_handled",
    /// What is asked of the market about jobs: applying, posting, choosing, ending, reviewing.
    JobBeforeCall = "job.before_call",
    JobAfterCall = "job.after_call",
    JobRecorded = "job.recorded",
    /// A given job is an order; the application does not know it yet.
    GivenRead = "given.read",
    GivenRecorded = "given.recorded",
    LetterBeforeCall = "letter.before_call",
    LetterAfterCall = "letter.after_call",
    LetterRecorded = "letter.recorded",
    ProfileBeforeCall = "profile.before_call",
    ProfileAfterCall = "profile.after_call",
    ProfileRecorded = "profile.recorded",

    // The stall and its mirrors.
    AccountBeforeKept = "account.before_kept",
    AccountKept = "account.kept",
    OrdersReleased = "orders.released",
    HeartbeatBeforeCall = "heartbeat.before_call",
    HeartbeatAfterCall = "heartbeat.after_call",
    AddressBeforeCall = "address.before_call",
    AddressAfterCall = "address.after_call",
    TaskBeforeKept = "task.before_kept",
    TaskKept = "task.kept",
    MirrorLineWritten = "mirror.line_written",
    MirrorLineRecorded = "mirror.line_recorded",
    MirrorStateWritten = "mirror.state_written",
    MirrorStateInPlace = "mirror.state_in_place",

    // Listings.
    ListingBeforePublish = "listing.before_publish",
    ListingPublished = "listing.published",
    ListingRecorded = "listing.recorded",
    ListingBeforeChange = "listing.before_change",
    ListingChanged = "listing.changed",
    ListingBeforeHide = "listing.before_hide",
    ListingHidden = "listing.hidden",

    // Every commit there is.
    StoreBeforeCommit = "store.before_commit",
    StoreCommitted = "store.committed",
}

/// Refuses what arms nothing: an unknown name would let a test pass that tests nothing, and a build without marks
/// cannot do what it is told.
///
/// # Errors
/// Says what is wrong with the environment.
pub fn check_armed() -> Result<(), String> {
    armed::check()
}

/// A moment at which the process can be told to die.
#[inline]
pub fn point(point: Point) {
    armed::pass(point);
}

#[cfg(not(any(debug_assertions, feature = "crash-points")))]
mod armed {
    use super::{AT, Point, SEED};

    #[inline]
    pub(super) fn pass(_: Point) {}

    pub(super) fn check() -> Result<(), String> {
        match [AT, SEED].into_iter().find(|name| std::env::var_os(name).is_some()) {
            Some(name) => Err(format!("{name} is set, but this build cannot be told to crash")),
            None => Ok(()),
        }
    }
}

#[cfg(any(debug_assertions, feature = "crash-points"))]
mod armed {
    use std::hash::{DefaultHasher, Hash, Hasher};
    use std::io::Write as _;
    use std::sync::LazyLock;
    use std::sync::atomic::{AtomicU64, Ordering};

    use super::{AT, Point, SEED};

    #[derive(Debug, Clone, PartialEq, Eq)]
    pub(super) enum Armed {
        Never,
        At { point: Point, nth: u64 },
        OneIn { seed: u64, many: u64 },
    }

    static ARMED: LazyLock<Armed> = LazyLock::new(|| from_environment().unwrap_or(Armed::Never));
    static PASSED: AtomicU64 = AtomicU64::new(0);

    #[inline]
    pub(super) fn pass(point: Point) {
        let dies = match *ARMED {
            Armed::Never => false,
            Armed::At { point: wanted, nth } => {
                point == wanted && PASSED.fetch_add(1, Ordering::Relaxed) + 1 == nth
            }
            Armed::OneIn { seed, many } => {
                let mut hash = DefaultHasher::new();
                (seed, PASSED.fetch_add(1, Ordering::Relaxed)).hash(&mut hash);
                hash.finish().is_multiple_of(many)
            }
        };
        if dies {
            // Whoever waits for this end learns where it came; nothing more can be done about a failure to say so.
            let _ = writeln!(std::io::stderr(), "crash point {}", point.name());
            std::process::abort();
        }
    }

    pub(super) fn check() -> Result<(), String> {
        from_environment().map(drop)
    }

    fn from_environment() -> Result<Armed, String> {
        let text = |name: &str| std::env::var(name).ok();
        read(text(AT).as_deref(), text(SEED).as_deref())
    }

    pub(super) fn read(at: Option<&str>, seed: Option<&str>) -> Result<Armed, String> {
        match (at, seed) {
            (Some(at), _) => {
                let (name, nth) = at.split_once(':').unwrap_or((at, "1"));
                let point = Point::ALL.iter().find(|point| point.name() == name);
                let point = point.ok_or_else(|| format!("{AT}: there is no crash point {name}"))?;
                let nth = nth.parse().map_err(|_| format!("{AT}: {nth} is not a number"))?;
                Ok(Armed::At { point: *point, nth })
            }
            (None, Some(text)) => {
                let parsed = text
                    .split_once(':')
                    .and_then(|(seed, many)| Some((seed.parse().ok()?, many.parse().ok()?)));
                let (seed, many) = parsed
                    .filter(|(_, many)| *many > 0)
                    .ok_or_else(|| format!("{SEED} must be seed:many"))?;
                Ok(Armed::OneIn { seed, many })
            }
            (None, None) => Ok(Armed::Never),
        }
    }
}

#[cfg(all(test, any(debug_assertions, feature = "crash-points")))]
mod tests {
    use std::collections::HashSet;

    use super::armed::{Armed, read};
    use super::*;

    #[test]
    fn every_point_has_a_name_of_its_own() {
        let names: HashSet<&str> = Point::ALL.iter().map(|point| point.name()).collect();
        assert_eq!(names.len(), Point::ALL.len());
        assert!(Point::ALL.len() >= 40);
    }

    #[test]
    fn reads_what_it_is_armed_with_and_refuses_what_would_arm_nothing() {
        assert_eq!(read(None, None), Ok(Armed::Never));
        assert_eq!(
            read(Some("accept.before_call"), None),
            Ok(Armed::At { point: Point::AcceptBeforeCall, nth: 1 })
        );
        assert_eq!(read(Some("file.made:3"), None), Ok(Armed::At { point: Point::FileMade, nth: 3 }));
        assert_eq!(read(None, Some("7:100")), Ok(Armed::OneIn { seed: 7, many: 100 }));
        for (at, seed) in [
            (Some("accept.befor_call"), None),
            (Some("file.made:x"), None),
            (None, Some("7")),
            (None, Some("7:0")),
        ] {
            assert!(read(at, seed).is_err(), "{at:?} {seed:?}");
        }
    }
}
