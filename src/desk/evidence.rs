//! What can be shown of an order, as one file.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::contract::*;
use super::orders;
use crate::doors::PackedFile;
use crate::evidence::{self, Case, PackError, Packed};
use crate::listings::ListingForm;
use crate::stall::Stall;
use crate::store::StoreError;

/// Writes the pack where the seller chose. What lay there before is replaced only by a whole pack.
///
/// # Errors
/// `invalid` with the field `path`, or what kept it from being read or written.
pub(super) async fn save(stall: &Stall, request: SaveEvidence) -> Result<SavedEvidence, DeskError> {
    let path = PathBuf::from(&request.path);
    let is_zip = path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("zip"));
    if !path.is_absolute() || !is_zip {
        let said = "a pack is saved under a whole path that ends in .zip";
        return Err(DeskError::of("invalid", said).with("field", "path"));
    }
    let case = case(stall, &request.order_id).await?;
    let packed = write(stall, case, path).await?;
    Ok(SavedEvidence { pictures: packed.pictures, missing: packed.missing })
}

/// Writes the pack into the data folder for whoever fetches it; it is gone once it was read.
///
/// # Errors
/// As [`save`].
pub(super) async fn pack(stall: &Stall, order_id: &str) -> Result<PackedFile, DeskError> {
    let case = case(stall, order_id).await?;
    let folder = evidence::fetched_from(&stall.config().data_dir);
    let path = folder.join(format!("{}.zip", stall.ids().id()));
    tokio::fs::create_dir_all(&folder).await.map_err(|error| told(error.into(), &folder))?;
    write(stall, case, path.clone()).await?;
    PackedFile::open(path.clone()).await.map_err(|error| told(error.into(), &path))
}

async fn write(stall: &Stall, case: Case, path: PathBuf) -> Result<Packed, DeskError> {
    let files = Arc::clone(stall.files());
    let written = tokio::task::spawn_blocking(move || {
        let unfinished = path.with_extension("zip.part");
        let packed = std::fs::File::create(&unfinished).map_err(PackError::from).and_then(|file| {
            let packed = evidence::write(&case, &files, std::io::BufWriter::new(&file))?;
            file.sync_all()?;
            std::fs::rename(&unfinished, &path)?;
            Ok(packed)
        });
        packed.map_err(|error| {
            let _ = std::fs::remove_file(&unfinished);
            told(error, &path)
        })
    });
    written.await.map_err(|error| DeskError::of("internal", error.to_string()))?
}

async fn case(stall: &Stall, order_id: &str) -> Result<Case, DeskError> {
    let store = stall.store();
    let order = store.get_order(order_id).await?;
    let view = orders::get(stall, ById { id: order_id.to_owned() }).await?;
    let listing = match &order.listing_id {
        Some(id) => store.lookup_market_listing(&order.account_id, id).await?,
        None => None,
    };
    let listing =
        listing.and_then(|row| Some((serde_json::from_str::<ListingForm>(&row.form).ok()?, row.updated_at)));
    let (market, currency) = match view.card.market.as_str() {
        "moltmarket" => ("MoltMarket", None),
        _ => ("Agent Market", Some("UAT")),
    };
    let folders = [Some(stall.config().data_dir.clone()), stall.config().folders.home().map(Path::to_owned)];
    Ok(Case {
        market,
        currency,
        listing,
        delivered: evidence::delivered(&store.list_journal(order_id).await?),
        language: stall.settings().language,
        folders: folders.into_iter().flatten().map(|folder| folder.display().to_string()).collect(),
        order,
        view,
    })
}

fn told(error: PackError, path: &Path) -> DeskError {
    match error {
        PackError::Io(source) => {
            StoreError::File { doing: "write the pack", path: path.to_owned(), source }.into()
        }
        error => DeskError::of("storage", error.to_string()),
    }
}
