//! Keeps the marketplace in a file between runs. Writing happens aside: a request never waits for it.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::options::PracticeAddresses;
use super::shared::Shared;
use super::state::World;

/// Changes are gathered this long before they are written.
const GATHER: Duration = Duration::from_millis(300);

/// What the file holds.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Kept {
    pub(super) port: u16,
    /// The marketplace's time, which may be ahead of the wall clock.
    pub(super) time: Timestamp,
    pub(super) addresses: PracticeAddresses,
    pub(super) download_secret: String,
    pub(super) world: World,
}

/// Reads the file; nothing when it is not there yet.
pub(super) async fn load(path: &Path) -> anyhow::Result<Option<Kept>> {
    let bytes = match tokio::fs::read(path).await {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error).with_context(|| format!("read {}", path.display())),
    };
    let mut kept: Kept = serde_json::from_slice(&bytes)
        .with_context(|| format!("{} is not a practice state", path.display()))?;
    kept.world.reindex();
    Ok(Some(kept))
}

/// The bytes of the attachments named in a kept world.
pub(super) async fn load_files(path: &Path, shared: &Shared) {
    let names: Vec<String> =
        shared.world().orders.iter().flat_map(|order| &order.files).map(|file| file.sha256.clone()).collect();
    for name in names {
        match tokio::fs::read(files_folder(path).join(&name)).await {
            Ok(bytes) => shared.keep_file(&name, bytes.into()),
            Err(error) => tracing::warn!(%error, "a file of the practice marketplace is gone"),
        }
    }
}

/// Writes after every change until the marketplace closes.
pub(super) async fn run(shared: Arc<Shared>, path: PathBuf, port: u16) {
    loop {
        shared.changed.notified().await;
        tokio::time::sleep(GATHER).await;
        if let Err(error) = save(&shared, &path, port).await {
            tracing::warn!(%error, "practice marketplace could not be kept");
        }
    }
}

/// Writes the present state: other file first, then renamed over the old one.
pub(super) async fn save(shared: &Arc<Shared>, path: &Path, port: u16) -> anyhow::Result<()> {
    let kept = Kept {
        port,
        time: shared.clock.true_now(),
        addresses: shared.addresses.clone(),
        download_secret: shared.download_secret.clone(),
        world: shared.world().clone(),
    };
    let (shared, path) = (shared.clone(), path.to_owned());
    tokio::task::spawn_blocking(move || {
        let folder = files_folder(&path);
        std::fs::create_dir_all(&folder).with_context(|| format!("create {}", folder.display()))?;
        for file in kept.world.orders.iter().flat_map(|order| &order.files) {
            let target = folder.join(&file.sha256);
            if let (false, Some(bytes)) = (target.exists(), shared.lookup_file(&file.sha256)) {
                replace(&target, &bytes)?;
            }
        }
        replace(&path, &serde_json::to_vec(&kept)?)
    })
    .await?
}

fn files_folder(path: &Path) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".files");
    path.with_file_name(name)
}

fn replace(path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".writing");
    let aside = path.with_file_name(name);
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&aside).with_context(|| format!("create {}", aside.display()))?;
    file.write_all(bytes)?;
    file.sync_all()?;
    std::fs::rename(&aside, path).with_context(|| format!("write {}", path.display()))
}
