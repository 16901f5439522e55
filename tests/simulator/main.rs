//! Simulated nights by the thousand: the real intake, plan, runner, store and files between a marketplace, a model provider
//! and buyers made of data, in weather that drops, repeats, delays, reorders, half-answers, limits, fails before and after
//! the effect, lets the clock jump and the process die. In a third of them one of the orders is a job given on MoltMarket.
//!
//! A night depends on its seed alone. A failing seed prints itself; `STALLKEEPER_SEED=<seed>` plays it again with its whole
//! story, `STALLKEEPER_SEEDS=<how many>` plays more.
#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise, and tells its story")]
#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_possible_wrap,
    reason = "small numbers made from seeds"
)]

mod chance;
mod checks;
mod given;
mod job_checks;
mod job_steps;
mod jobs;
mod market;
mod model;
mod molt;
mod paused;
mod stall;
mod steps;
mod world;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use stallkeeper::images::files::sha256_hex;
use stallkeeper::images::{AspectRatio, PictureFiles, check_and_shrink};
use stallkeeper::store::Store;

use chance::Chance;
use jobs::Poster;
use stall::Night;
use world::{Buyer, World};

/// Nights played among the other tests. `cargo xtask test` plays ten thousand after them.
const SEEDS: u64 = 200;

/// Memory-backed where there is such a place: the nights are about order and loss, not about the disk.
fn scratch() -> tempfile::TempDir {
    let memory = Path::new("/dev/shm");
    if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() }.unwrap()
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap()
}

/// What is made once and shared by every night.
struct Ready {
    /// An empty database, copied for each.
    database: PathBuf,
    /// Thumbnails of the few pictures there are: the nights are not about them.
    thumbnails: PathBuf,
}

fn ready(folder: &Path) -> Ready {
    let database = folder.join("empty.db");
    runtime().block_on(async {
        Store::open(&database).await.unwrap().close().await;
    });
    let files = PictureFiles::open(folder.join("ready")).unwrap();
    for bytes in model::pictures() {
        let sha256 = sha256_hex(bytes);
        let (_, copy) = check_and_shrink(&sha256, bytes, AspectRatio::Square);
        copy.unwrap().keep(&files, &sha256).unwrap();
    }
    Ready { database, thumbnails: files.thumbs() }
}

/// Share of the nights in which one of the orders is a job given on MoltMarket.
const WITH_A_JOB: f64 = 1.0 / 3.0;

/// Share of the nights in which buyers get a draft first.
const WITH_DRAFTS: f64 = 0.25;

/// Plays one night; what went wrong, and its story.
async fn play(seed: u64, folder: &Path, ready: &Ready) -> (Vec<String>, Vec<String>, u32) {
    let chance = Chance(seed);
    let strikes = [0.0, 0.04, 0.12, 0.3][chance.below("weather", 0, 4) as usize];
    let mut world = World::new(seed, strikes);
    world.drafts = world.chance.happens("drafts", 0, WITH_DRAFTS);
    let world = Arc::new(world);
    let many = 1 + u64::from(chance.happens("second", 0, 0.25)) + u64::from(chance.happens("third", 0, 0.08));
    let job = chance.happens("job", 0, WITH_A_JOB).then_some(many);
    let orders: Vec<String> = (1..=many)
        .map(|number| {
            let which = |name: &str, all: usize| chance.below(name, number, all as u64) as usize;
            if job == Some(number) {
                world.place_job(number, Poster::ALL[which("poster", Poster::ALL.len())])
            } else {
                world.place(number, Buyer::ALL[which("buyer", Buyer::ALL.len())])
            }
        })
        .collect();
    let mut night = Night::open(Arc::clone(&world), folder, ready, stall::rules(&world)).await;
    night.plan_trouble(&orders);
    night.run().await;
    checks::check(&night).await;
    let deaths = night.deaths;
    night.store.close().await;
    let mut state = world.state();
    (std::mem::take(&mut state.wrong), std::mem::take(&mut state.trace), deaths)
}

fn play_in(
    runtime: &tokio::runtime::Runtime,
    seed: u64,
    scratch: &Path,
    ready: &Ready,
) -> (Vec<String>, Vec<String>, u32) {
    let folder = scratch.join(seed.to_string());
    std::fs::create_dir_all(&folder).unwrap();
    let played = runtime.block_on(play(seed, &folder, ready));
    std::fs::remove_dir_all(&folder).unwrap();
    played
}

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

#[test]
fn every_night_ends_with_nothing_lost_and_nothing_twice() {
    let scratch = scratch();
    let ready = ready(scratch.path());
    if let Some(seed) = number("STALLKEEPER_SEED") {
        let (wrong, trace, _) = play_in(&runtime(), seed, scratch.path(), &ready);
        eprintln!("{}", trace.join("\n"));
        assert!(wrong.is_empty(), "seed {seed}: {wrong:#?}");
        return;
    }
    let first = number("STALLKEEPER_FIRST_SEED").unwrap_or(0);
    let last = first + number("STALLKEEPER_SEEDS").unwrap_or(SEEDS);
    let next = AtomicU64::new(first);
    let deaths = AtomicU64::new(0);
    let failed = std::sync::Mutex::new(Vec::new());
    // A player and its database threads take turns: on one core that is cheaper than waking another one.
    let cores = core_affinity::get_core_ids().unwrap_or_default();
    std::thread::scope(|scope| {
        for player in 0..cores.len().max(1) {
            let (cores, ready, scratch, next, failed, deaths) =
                (&cores, &ready, scratch.path(), &next, &failed, &deaths);
            scope.spawn(move || {
                if let Some(core) = cores.get(player) {
                    core_affinity::set_for_current(*core);
                }
                let runtime = runtime();
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= last || failed.lock().unwrap().len() >= 20 {
                        return;
                    }
                    let (wrong, _, died) = play_in(&runtime, seed, scratch, ready);
                    deaths.fetch_add(u64::from(died), Ordering::Relaxed);
                    if !wrong.is_empty() {
                        failed.lock().unwrap().push((seed, wrong));
                    }
                }
            });
        }
    });
    let failed = failed.into_inner().unwrap();
    let told: Vec<String> =
        failed.iter().map(|(seed, wrong)| format!("STALLKEEPER_SEED={seed}: {wrong:?}")).collect();
    assert!(failed.is_empty(), "nights that broke a promise:\n{}", told.join("\n"));
    assert!(
        deaths.into_inner() > (last - first) / 10,
        "the stall hardly ever died: the weather is too kind to prove anything"
    );
}
