//! Files the seller puts on an order with their own hands.

use super::contract::{DeskError, FileLimits, FileView, Nothing, StopFile, Who};
use super::orders::walks_of;
use crate::doors::DroppedFile;
use crate::fulfilment::{Journal, SellerAct, SellersFile};
use crate::marketplaces::Abilities;
use crate::stall::Stall;
use crate::store::{Actor, EntryOutcome};

/// Most characters of a file's name.
const MOST_NAME: usize = 120;

/// Sends one file; it is on the order when this returns.
///
/// # Errors
/// `invalid` with the field `file` and a `problem` (`empty`, `too_large`, `refused_kind`, `name`) before anything is
/// sent; `file_stopped` when the seller stopped it; `file_name_taken`, `too_many_files` or the market's refusal after asking it.
pub(super) async fn send(stall: &Stall, order_id: &str, file: DroppedFile) -> Result<FileView, DeskError> {
    let walks = walks_of(stall, order_id).await?;
    let abilities = walks.runner.parts.market.abilities();
    if !abilities.uploads_files {
        return Err(DeskError::of("not_possible", "this marketplace keeps no files"));
    }
    check(&file, &abilities)?;
    let DroppedFile { name, media_type, bytes } = file;
    let media_type = media_type
        .filter(|given| given.contains('/') && given.is_ascii() && given.len() <= 100)
        .unwrap_or_else(|| "application/octet-stream".to_owned());
    let sending = stall.sendings().begin(order_id, &name);
    let stop = sending.stop.clone();
    let act = SellerAct::SendFile(SellersFile { name: name.clone(), media_type, bytes, stop });
    walks.act(order_id, act, sending).await?;
    let journal = Journal::new(stall.store().list_journal(order_id).await?);
    let sent = views(&journal).into_iter().rev().find(|file| file.name == name);
    sent.ok_or_else(|| DeskError::of("internal", "the file was sent but is not in the journal"))
}

/// Stops a file that is on its way. What has gone out whole is not called back.
pub(super) async fn stop(stall: &Stall, request: StopFile) -> Result<Nothing, DeskError> {
    stall.sendings().stop(&request.order_id, &request.name);
    Ok(Nothing {})
}

fn check(file: &DroppedFile, abilities: &Abilities) -> Result<(), DeskError> {
    let problem = |problem: &str, said: &str| {
        Err(DeskError::of("invalid", said).with("field", "file").with("problem", problem))
    };
    let size = file.bytes.len() as u64;
    let extension = file.name.rsplit_once('.').map(|(_, extension)| extension.to_ascii_lowercase());
    let is_plain = !file.name.trim().is_empty()
        && file.name.chars().count() <= MOST_NAME
        && !file.name.contains(['/', '\\'])
        && !file.name.chars().any(char::is_control);
    if !is_plain {
        return problem("name", "the file needs a plain name of at most 120 characters");
    }
    if size == 0 {
        return problem("empty", "the file is empty");
    }
    if size > abilities.max_file_bytes {
        let told = problem("too_large", "the file is larger than the marketplace takes");
        return told.map_err(|error| error.with("most", abilities.max_file_bytes.to_string()));
    }
    if extension.as_deref().is_some_and(|extension| abilities.refused_extensions.contains(&extension)) {
        return problem("refused_kind", "the marketplace takes no files of this kind");
    }
    Ok(())
}

/// What files the order takes now; none when it takes none.
pub(super) fn limits(market_status: &str, abilities: &Abilities) -> Option<FileLimits> {
    let is_open = matches!(market_status, "in_progress" | "pending_confirmation");
    (abilities.uploads_files && is_open).then(|| FileLimits {
        most_bytes: u32::try_from(abilities.max_file_bytes).unwrap_or(u32::MAX),
        most_files: u32::try_from(abilities.max_files).unwrap_or(u32::MAX),
        refused_extensions: abilities.refused_extensions.iter().map(|known| (*known).to_owned()).collect(),
    })
}

/// The files we put on the order, as the market confirmed them, oldest first.
pub(super) fn views(journal: &Journal) -> Vec<FileView> {
    let sent = |step: &str| matches!(step, "upload" | "send_file");
    journal
        .entries()
        .iter()
        .filter(|entry| sent(&entry.step) && entry.outcome == EntryOutcome::Done)
        .map(|entry| FileView {
            id: entry.result.get("file_id").and_then(|id| id.as_str()).unwrap_or_default().to_owned(),
            name: entry.result.get("name").and_then(|name| name.as_str()).unwrap_or_default().to_owned(),
            size: entry
                .result
                .get("bytes")
                .and_then(serde_json::Value::as_u64)
                .and_then(|bytes| u32::try_from(bytes).ok()),
            from: if entry.actor == Actor::Seller { Who::Seller } else { Who::Robot },
            high_risk: false,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::marketplaces::Marketplace;
    use crate::marketplaces::agent_market::AgentMarket;

    #[test]
    fn what_the_market_would_refuse_is_told_before_anything_is_sent() {
        let (clock, ids) = (crate::clock::SystemClock, crate::clock::SystemIds);
        let market = AgentMarket::connect(
            "http://127.0.0.1:9",
            "key-0123456789".to_owned().into(),
            std::sync::Arc::new(clock),
            std::sync::Arc::new(ids),
        );
        let abilities = market.unwrap().abilities();
        let problem = |name: &str, bytes: &'static [u8]| {
            let file = DroppedFile { name: name.to_owned(), media_type: None, bytes: bytes.into() };
            check(&file, &abilities).err().map(|error| error.detail["problem"].clone())
        };
        assert_eq!(problem("cat.png", b"x"), None);
        assert_eq!(problem("猫 (最终).psd", b"x"), None);
        assert_eq!(problem("cat.png", b"").as_deref(), Some("empty"));
        for name in ["run.exe", "run.EXE", "a.b.Js", "go.sh"] {
            assert_eq!(problem(name, b"x").as_deref(), Some("refused_kind"), "{name}");
        }
        for name in ["", "  ", "../cat.png", "a\\b.png", "a\nb.png", &"a".repeat(121)] {
            assert_eq!(problem(name, b"x").as_deref(), Some("name"), "{name}");
        }
        let small = Abilities { max_file_bytes: 2, ..abilities };
        let file = DroppedFile { name: "a.png".to_owned(), media_type: None, bytes: "abc".into() };
        assert_eq!(check(&file, &small).unwrap_err().detail["problem"], "too_large");
    }
}
