//! The stall's data: backups, where it lies, and a help file.

use super::contract::*;
use super::convert::instant;
use crate::export::Exported;
use crate::stall::{ExportEnd, ExportState, Stall};
use crate::store::{Unsafe, free_bytes, is_little, unsafe_place};

pub(super) async fn get(stall: &Stall, _: Nothing) -> Result<DataView, DeskError> {
    let backups = stall.store().list_backups().await?;
    Ok(DataView {
        folder: stall.config().data_dir.display().to_string(),
        backups: backups
            .into_iter()
            .map(|backup| BackupView {
                id: backup.name,
                kind: backup.kind.as_str().to_owned(),
                made_at: instant(backup.made_at),
                bytes: backup.bytes.to_string(),
            })
            .collect(),
        warnings: warnings(stall).await,
        export: stall.export().map(export_view),
    })
}

/// Begins an archive of everything; one at a time.
///
/// # Errors
/// `conflict` while one is at work.
pub(super) async fn export(stall: &Stall, _: Nothing) -> Result<DataView, DeskError> {
    if !stall.start_export() {
        return Err(DeskError::of("conflict", "an archive is being made already"));
    }
    get(stall, Nothing {}).await
}

pub(super) async fn stop_export(stall: &Stall, _: Nothing) -> Result<Nothing, DeskError> {
    stall.stop_export();
    Ok(Nothing {})
}

fn export_view(known: ExportState) -> ExportView {
    let count = |many: u64| u32::try_from(many).unwrap_or(u32::MAX);
    let (state, bytes, what) = match known.end {
        None => ("running", None, Exported::default()),
        Some(ExportEnd::Stopped) => ("stopped", None, Exported::default()),
        Some(ExportEnd::Failed(code)) => (code, None, Exported::default()),
        Some(ExportEnd::Made { what, bytes }) => ("made", Some(bytes.to_string()), what),
    };
    ExportView {
        path: known.path.display().to_string(),
        state: state.to_owned(),
        done: count(known.done),
        total: count(known.total),
        bytes,
        pictures: count(what.pictures),
        missing: count(what.missing),
    }
}

pub(super) async fn back_up(stall: &Stall, _: Nothing) -> Result<DataView, DeskError> {
    stall.back_up().await?;
    get(stall, Nothing {}).await
}

/// Puts a backup back; the stall closes and opens again on that data.
pub(super) async fn restore(stall: &Stall, request: ById) -> Result<Nothing, DeskError> {
    stall.restore(&request.id).await?;
    Ok(Nothing {})
}

pub(super) async fn help(stall: &Stall, _: Nothing) -> Result<HelpFile, DeskError> {
    let (path, text) = stall.write_help().await?;
    Ok(HelpFile { path: path.display().to_string(), text })
}

/// What is wrong with the place of the data, or soon will be.
pub(super) async fn warnings(stall: &Stall) -> Vec<DataWarning> {
    let dir = stall.config().data_dir.clone();
    let looked = tokio::task::spawn_blocking(move || (unsafe_place(&dir), free_bytes(&dir).ok())).await;
    let (place, free) = looked.unwrap_or_default();
    let warning = |code: &str, what: String| DataWarning { code: code.to_owned(), what };
    let trouble = stall.store().disk().trouble();
    let mut warnings = Vec::new();
    if let Some(trouble) = trouble {
        warnings.push(warning(trouble.code(), String::new()));
    } else if let Some(free) = free.filter(|free| is_little(*free)) {
        warnings.push(warning("disk_low", (free / 1_000_000).to_string()));
    }
    match place {
        Some(Unsafe::Synced { by }) => warnings.push(warning("synced_folder", by)),
        Some(Unsafe::Network { kind }) => warnings.push(warning("network_folder", kind)),
        None => {}
    }
    warnings
}
