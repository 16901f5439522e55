//! Replays what the fuzz targets start from and what they once found, with the same functions.

#![expect(clippy::unwrap_used, reason = "a test ends where its surroundings fail")]

#[path = "../fuzz/src/entries.rs"]
#[expect(clippy::expect_used, reason = "an entry ends where its promise does not hold")]
mod entries;

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// Longest any seed may take, in a build without optimisation on a machine that does other things too.
const LONGEST: Duration = Duration::from_secs(20);
/// Most memory the whole replay may take. The largest picture that is opened has 256 MiB, and is turned once.
#[cfg(target_os = "linux")]
const MOST_MEMORY: u64 = 700 << 20;

fn seeds(target: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/seeds").join(target);
    let mut seeds: Vec<PathBuf> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    seeds.sort();
    seeds
}

#[test]
fn every_seed_is_read_without_panic_in_bounded_time_and_memory() {
    for (name, target) in entries::TARGETS {
        let seeds = seeds(name);
        assert!(seeds.len() >= 15, "{name} has {} seeds", seeds.len());
        for seed in seeds {
            let bytes = std::fs::read(&seed).unwrap();
            let begun = Instant::now();
            let outcome = std::panic::catch_unwind(|| target(&bytes));
            assert!(outcome.is_ok(), "{} breaks a promise", seed.display());
            assert!(begun.elapsed() < LONGEST, "{} took {:?}", seed.display(), begun.elapsed());
        }
    }
    #[cfg(target_os = "linux")]
    assert!(peak() < MOST_MEMORY, "{} MiB", peak() >> 20);
}

/// The seeds reach both ends: some are read, some are refused.
#[test]
fn the_seeds_hold_good_and_bad_examples() {
    let read = |target: &str, reads: &dyn Fn(&[u8]) -> bool| {
        let all = seeds(target);
        let good = all.iter().filter(|seed| reads(&std::fs::read(seed).unwrap())).count();
        assert!(good >= 3 && all.len() - good >= 3, "{target}: {good} of {} are read", all.len());
    };
    read("push_body", &|bytes| stallkeeper::doors::read_pushed(bytes).is_ok());
    read("market_json", &|bytes| {
        let read =
            stallkeeper::marketplaces::agent_market::read_as_everything(bytes, jiff::Timestamp::UNIX_EPOCH);
        read.is_some_and(|read| read.order.is_some() || !read.orders.is_empty() || read.profile.is_some())
    });
    read("model_json", &|bytes| stallkeeper::model::read_draw_answer(bytes.to_vec()).is_ok());
    read("data_url", &|bytes| {
        std::str::from_utf8(bytes)
            .is_ok_and(|text| stallkeeper::model::decode_data_url(text, 1 << 16).is_ok())
    });
    read("image_header", &|bytes| stallkeeper::images::decode::decode(bytes).is_ok());
}

/// What comes after a good beginning: every seed cut short at many places, and with a byte changed there.
#[test]
fn seeds_that_are_cut_or_bent_are_read_without_panic() {
    for (name, target) in entries::TARGETS {
        for seed in seeds(name) {
            let bytes = std::fs::read(&seed).unwrap();
            if bytes.len() > 4096 {
                continue;
            }
            // A picture may be opened whole each time.
            let places = if name == "image_header" { 6 } else { 48 };
            let step = (bytes.len() / places).max(1);
            for place in (0..bytes.len()).step_by(step) {
                let cut = &bytes[..place];
                let mut bent = bytes.clone();
                bent[place] = bent[place].wrapping_add(1 + (place % 255) as u8);
                for variant in [cut, &bent] {
                    let outcome = std::panic::catch_unwind(|| target(variant));
                    assert!(outcome.is_ok(), "{} at {place} breaks a promise: {variant:?}", seed.display());
                }
            }
        }
    }
}

#[cfg(target_os = "linux")]
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() * 1024
}
