//! One stall's data folder, and the lives of the server on it.

use std::os::unix::process::ExitStatusExt as _;
use std::path::PathBuf;

use tempfile::TempDir;

use super::far::{Far, until};
use super::server::{Server, free_port};

/// A far side with one listing, and the folder of the stall that keeps it.
pub struct Home {
    pub far: Far,
    pub listing: String,
    dir: TempDir,
    extra: Vec<(String, String)>,
}

/// A server that is to die at a point: alive, or dead already.
pub enum Doomed {
    Alive(Server),
    Dead,
}

impl Home {
    pub async fn new() -> Self {
        Self::with_stock(5).await
    }

    /// With so many pieces for sale.
    pub async fn with_stock(pieces: usize) -> Self {
        // Small pictures: what is drawn does not matter here, and the machine has more to do.
        let far = Far::start_with(&["--speed", "0", "--picture-seconds", "0", "--picture-side", "256"]);
        let listing = far.publish_stock(pieces as u64).await;
        let extra = vec![
            ("SERVICE_SKU_ID".to_owned(), listing.clone()),
            ("EVENT_POLL_SECONDS".to_owned(), "0.2".to_owned()),
        ];
        Self { far, listing, dir: tempfile::tempdir().unwrap(), extra }
    }

    /// Another environment name for every later life; an empty value counts as not set.
    pub fn set(&mut self, name: &str, value: &str) {
        self.extra.push((name.to_owned(), value.to_owned()));
    }

    pub fn data(&self) -> PathBuf {
        self.dir.path().join("data")
    }

    /// A life without an end in sight.
    pub async fn live(&self) -> Server {
        let server =
            self.launch(&[]).unwrap_or_else(|ended| panic!("the server ended at its start: {ended}"));
        until("the stall to be open", async || server.health().await == 200).await;
        server
    }

    /// A life that ends at this point (`name` or `name:nth`).
    pub fn live_until(&self, point: &str) -> Doomed {
        match self.launch(&[("STALLKEEPER_CRASH_AT", point)]) {
            Ok(server) => Doomed::Alive(server),
            Err(ended) => {
                assert_eq!(ended.signal(), Some(ABORTED), "ended otherwise than at {point}: {ended}");
                Doomed::Dead
            }
        }
    }

    /// A life in which every mark may be the last one.
    pub fn live_in_danger(&self, seed: u64, one_in: u64) -> Doomed {
        match self.launch(&[("STALLKEEPER_CRASH_SEED", &format!("{seed}:{one_in}"))]) {
            Ok(server) => Doomed::Alive(server),
            Err(ended) => {
                assert_eq!(ended.signal(), Some(ABORTED), "ended otherwise than at a point: {ended}");
                Doomed::Dead
            }
        }
    }

    fn launch(&self, armed: &[(&str, &str)]) -> Result<Server, std::process::ExitStatus> {
        let mut extra: Vec<(&str, &str)> =
            self.extra.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        extra.extend_from_slice(armed);
        // Another port each time: the one of before may be in use by somebody else by now, and so may this one.
        let mut tries = 0;
        loop {
            tries += 1;
            match Server::launch(&self.far, self.dir.path(), free_port(), &extra) {
                Err(ended) if ended.signal().is_none() && tries < 5 => {}
                launched => return launched,
            }
        }
    }
}

/// SIGABRT: how a named point ends the process.
const ABORTED: i32 = 6;

impl Doomed {
    /// The server while it lives.
    pub fn server(&self) -> Option<&Server> {
        match self {
            Self::Alive(server) => Some(server),
            Self::Dead => None,
        }
    }

    /// Whether it has died, as it was told to.
    pub fn is_dead(&mut self) -> bool {
        match self {
            Self::Dead => true,
            Self::Alive(server) => match server.ended() {
                None => false,
                Some(ended) => {
                    assert_eq!(ended.signal(), Some(ABORTED), "ended otherwise than at a point: {ended}");
                    *self = Self::Dead;
                    true
                }
            },
        }
    }

    /// Ends it before it comes to a fatal mark.
    pub fn kill_hard(self) {
        if let Self::Alive(server) = self {
            server.kill_hard();
        }
    }

    /// Waits for the end that was foretold: the point was really passed.
    pub async fn until_dead(mut self, point: &str) {
        let begun = std::time::Instant::now();
        while !self.is_dead() {
            assert!(begun.elapsed() < super::far::PATIENCE, "{point} was never passed");
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    }
}
