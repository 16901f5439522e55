//! Every named point, one life and death each.

use stallkeeper::crash::Point;
use tokio::sync::Semaphore;

use super::scene::{Scene, killed};

/// Stalls played at the same time, however many tests run.
static PLACES: Semaphore = Semaphore::const_new(3);

/// How a point is reached: in which scene, at which times it is passed, after which earlier death.
struct Way {
    scene: Scene,
    times: &'static [u32],
    earlier: Option<&'static str>,
}

fn way(point: Point) -> Way {
    use Point::*;
    let once = |scene| Way { scene, times: &[1], earlier: None };
    let again = |times| Way { scene: Scene::ChangesMind, times, earlier: None };
    match point {
        // The walk of a changed mind passes these for every step, the first for those with an effect outside.
        RunnerIntentWritten => again(&[1, 3, 4, 5, 7, 9]),
        RunnerEffectDone | RunnerRecorded => again(&[1, 2, 4, 6, 8, 12]),
        RunnerBeforeIntent | RunnerBeforeRecord => again(&[1, 3]),
        // A buyer who is quicker than the walk is answered in it, so that no more than two walks are sure: up to the
        // guidance, and from what the buyer answers on.
        RunnerClaimed | RunnerBeforeRest | RunnerRested => again(&[1, 2]),
        RunnerBeforeLook | RunnerLooked | RunnerLookRecorded => {
            Way { scene: Scene::Clear, times: &[1], earlier: Some("accept.after_call") }
        }
        RunnerBeforeReread | RunnerReread => once(Scene::Refuses("sendOrderMessage")),

        CheckFilesBeforeCall | CheckFilesAfterCall | AcceptBeforeCall | AcceptAfterCall | GuideBeforeCall
        | GuideAfterCall | CompleteBeforeList | CompleteBeforeCall | CompleteAfterCall | Settled => {
            once(Scene::Clear)
        }
        AcceptRefused => once(Scene::Refuses("acceptOrder")),
        CompleteRefused => once(Scene::Refuses("completeOrder")),
        ReadBriefBeforeCall | ReadBriefAfterCall | TellBeforeCall | TellAfterCall | DrawBeforeCall
        | DrawAfterCall | DrawAnswerKept | KeepBeforePut | KeepPut | CheckBefore | CheckThumbnailed
        | CheckAnswerDropped | UploadBeforeCall | UploadAfterCall => again(&[1, 2]),
        ApologiseBeforeCall | ApologiseAfterCall => once(Scene::Fails),

        ActClaimed | ActBeforeCall | ActAfterCall | ActRecorded => once(Scene::SellerSpeaks),
        DeskBeforeChange | DeskChanged => once(Scene::SellerTakesOver),

        // The model's answer, the picture, and its thumbnail, which is not flushed.
        FileMade | FileFlushed => Way { scene: Scene::Clear, times: &[1, 2], earlier: None },
        FileWritten | FileInPlace => Way { scene: Scene::Clear, times: &[1, 2, 3], earlier: None },

        PushVerified | PushStored | WorkerBeforeRead | WorkerRead | WorkerBeforeRecord | WorkerRecorded => {
            Way { scene: Scene::Clear, times: &[1, 2], earlier: None }
        }
        InboxBeforeCommit | InboxCommitted | FeedRead | FeedStored | FeedCursorRaised | FeedBeforeAck
        | FeedAcked | FeedAckRecorded => Way { scene: Scene::Waiting, times: &[1, 2], earlier: None },
        ReconcileListed | ReconcileFound => once(Scene::Unheard),

        AccountBeforeKept | AccountKept | OrdersReleased | HeartbeatBeforeCall | HeartbeatAfterCall
        | AddressBeforeCall | AddressAfterCall => once(Scene::Waiting),
        TaskBeforeKept | TaskKept => once(Scene::Task),
        MirrorLineWritten | MirrorLineRecorded | MirrorStateWritten | MirrorStateInPlace => {
            once(Scene::Clear)
        }

        GreetBeforeCall
        | GreetAfterCall
        | LinkBeforeKept
        | LinkKept
        | RemindBeforeCall
        | RemindAfterCall
        | RemindSaid
        | JobBeforeCall
        | JobAfterCall
        | JobRecorded
        | GivenRead
        | GivenRecorded
        | NotificationsRead
        | NotificationsStored
        | NotificationsBeforeMark
        | NotificationsMarked
        | NotificationBeforeHandled
        | LetterBeforeCall
        | LetterAfterCall
        | LetterRecorded
        | ProfileBeforeCall
        | ProfileAfterCall
        | ProfileRecorded => panic!("the tests of the second market play {}", point.name()),

        ListingBeforePublish | ListingPublished | ListingRecorded => once(Scene::Publishes),
        ListingBeforeChange | ListingChanged => once(Scene::ChangesListing),
        ListingBeforeHide | ListingHidden => {
            Way { scene: Scene::PausesListing, times: &[1, 2], earlier: None }
        }

        StoreBeforeCommit | StoreCommitted => again(&[1, 2, 4, 7, 11, 16, 22, 29]),
    }
}

/// Whether a death there may leave it unknown whether a picture was paid for. What is not part of the walk may be
/// passed while a picture is drawn.
fn may_be_unclear(point: Point, nth: u32) -> bool {
    use Point::*;
    match point {
        DrawBeforeCall | DrawAfterCall | RunnerIntentWritten => true,
        // Thumbnails are made beside the walk, which may be at the next picture by then.
        CheckThumbnailed => true,
        // The first file of all is the stored answer.
        FileMade | FileWritten | FileFlushed => nth == 1,
        RunnerEffectDone | RunnerBeforeRecord | RunnerRecorded | DrawAnswerKept | FileInPlace => false,
        _ => !is_of(point, &WALK),
    }
}

/// Rooms whose points an order passes one after the other.
const WALK: [&str; 14] = [
    "runner",
    "check_files",
    "accept",
    "guide",
    "read_brief",
    "draw",
    "keep",
    "check",
    "upload",
    "tell",
    "apologise",
    "complete",
    "settle",
    "file",
];

/// Rooms whose points the tests of the second market play (`tests/molt/killed.rs`, `tests/molt/matrix.rs`).
const ELSEWHERE: [&str; 8] =
    ["notifications", "letter", "profile", "greet", "link", "remind", "job", "given"];

fn named(point: Point, nth: u32) -> String {
    if nth == 1 { point.name().to_owned() } else { format!("{}:{nth}", point.name()) }
}

fn each_of(prefixes: &[&str]) {
    let mut cases = Vec::new();
    for point in Point::ALL.iter().copied().filter(|point| is_of(*point, prefixes)) {
        let Way { scene, times, earlier } = way(point);
        for nth in times {
            let mut deaths: Vec<String> = earlier.into_iter().map(str::to_owned).collect();
            deaths.push(named(point, *nth));
            let most_unclear = usize::from(may_be_unclear(point, *nth));
            cases.push(Case { scene, deaths, most_unclear });
        }
    }
    play(&cases);
}

/// Plays them, some at the same time, and names all that failed, so that one does not hide the others.
pub fn play(cases: &[Case]) {
    let failed: Vec<_> = std::thread::scope(|scope| {
        let playing: Vec<_> = cases.iter().map(|case| scope.spawn(|| case.play())).collect();
        let ended = playing.into_iter().map(|case| case.join());
        ended.zip(cases).filter(|(end, _)| end.is_err()).map(|(_, case)| case).collect()
    });
    assert!(failed.is_empty(), "{} of {} failed, see above: {failed:#?}", failed.len(), cases.len());
}

/// One stall, killed at these points in turn.
#[derive(Debug)]
pub struct Case {
    pub scene: Scene,
    pub deaths: Vec<String>,
    pub most_unclear: usize,
}

impl Case {
    fn play(&self) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let found = runtime.block_on(async {
            let _place = PLACES.acquire().await.unwrap();
            killed(self.scene, &self.deaths).await
        });
        assert!(found.unclear <= self.most_unclear, "{:?}: {} unclear drawings", self.deaths, found.unclear);
    }
}

fn is_of(point: Point, prefixes: &[&str]) -> bool {
    point.name().split_once('.').is_some_and(|(room, _)| prefixes.contains(&room))
}

/// The steps that a draft takes before the picture takes them, at every passage.
#[test]
fn a_draft_and_the_picture_after_its_yes_are_each_sent_once() {
    use Point::*;
    let passages = [
        (ReadBriefAfterCall, 2..=3),
        (DrawBeforeCall, 1..=3),
        (DrawAfterCall, 1..=3),
        (DrawAnswerKept, 1..=3),
        (KeepPut, 1..=3),
        (CheckAnswerDropped, 1..=3),
        (UploadBeforeCall, 1..=3),
        (UploadAfterCall, 1..=3),
        (TellBeforeCall, 1..=3),
        (TellAfterCall, 1..=3),
        (CompleteAfterCall, 1..=1),
    ];
    let mut cases = Vec::new();
    for (point, times) in passages {
        for nth in times {
            let most_unclear = usize::from(may_be_unclear(point, nth));
            cases.push(Case { scene: Scene::Drafted, deaths: vec![named(point, nth)], most_unclear });
        }
    }
    play(&cases);
}

macro_rules! rooms {
    ($($test:ident: $prefixes:expr,)+) => {
        $(
            #[test]
            fn $test() {
                each_of(&$prefixes);
            }
        )+

        #[test]
        fn no_point_is_left_out() {
            let rooms: &[&[&str]] = &[$(&$prefixes),+];
            for point in Point::ALL.iter().filter(|point| !is_of(**point, &ELSEWHERE)) {
                let tested = rooms.iter().filter(|prefixes| is_of(*point, prefixes)).count();
                assert_eq!(tested, 1, "{}", point.name());
            }
        }
    };
}

rooms! {
    killed_between_the_steps_of_a_walk_everything_happens_once: ["runner"],
    killed_around_accepting_and_asking_everything_happens_once: ["check_files", "accept", "guide", "read_brief"],
    killed_around_a_paid_picture_it_is_paid_once: ["draw", "keep", "check"],
    killed_around_the_delivery_everything_happens_once: ["upload", "tell", "apologise", "complete", "settle"],
    killed_while_a_file_is_written_none_is_half_there: ["file"],
    killed_while_news_comes_in_none_is_lost: ["push", "inbox", "feed", "reconcile", "worker"],
    killed_while_the_seller_acts_it_happens_once_or_is_said_not_to_have: ["act", "desk"],
    killed_while_a_listing_is_published_there_is_one: ["listing"],
    killed_at_the_start_of_the_stall_nothing_is_lost: ["account", "orders", "heartbeat", "address"],
    killed_while_tasks_and_mirrors_are_written_each_is_there_once: ["task", "mirror"],
    killed_at_any_commit_everything_happens_once: ["store"],
}
