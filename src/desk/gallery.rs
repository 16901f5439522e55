//! Every picture, newest first.

use super::contract::*;
use super::convert::{instant, picture};
use super::errors::no_account;
use super::files;
use crate::doors::{DroppedFile, PictureSize};
use crate::fulfilment::Journal;
use crate::fulfilment::steps;
use crate::images::Look;
use crate::stall::{Needed, Stall};
use crate::store::{AlikeRow, PictureRow, PictureSearch, PictureState};

const PAGE: u32 = 60;
/// A search is counted up to this many; who looks for one picture needs no more.
const COUNTED: u32 = 1000;
const LOOK_ALIKES: usize = 6;
const MOST_TAGS: usize = 20;
const MOST_TAG_CHARS: usize = 40;
/// Tags offered for narrowing.
const TAGS: u32 = 200;

pub(super) async fn list(stall: &Stall, filter: GalleryFilter) -> Result<GalleryPage, DeskError> {
    let limit = filter.limit.unwrap_or(PAGE).clamp(1, 500);
    let search = PictureSearch {
        words: filter.search.filter(|words| !words.trim().is_empty()),
        min_rating: filter.min_rating.unwrap_or(0),
        tag: filter.tag.filter(|tag| !tag.is_empty()),
        before: filter.after.as_deref().and_then(|after| after.parse().ok()),
        limit,
    };
    let walks = stall.walks();
    let mut rows = Vec::new();
    for walks in &walks {
        rows.extend(stall.store().list_gallery(&walks.account_id, &search).await?);
    }
    rows.sort_by_key(|row| std::cmp::Reverse(row.id));
    let is_full = rows.len() >= limit as usize;
    let found = u32::try_from(rows.len()).unwrap_or(u32::MAX);
    rows.truncate(limit as usize);
    let next = rows.last().filter(|_| is_full).map(|last| last.id.to_string());
    let (mut total, mut total_is_least) = (search.before.is_none().then_some(found), false);
    if search.before.is_none() && is_full {
        // Everything is counted from an index alone; what a search finds has to be looked at.
        let is_narrowed = search.words.is_some() || search.tag.is_some();
        let most = if is_narrowed { COUNTED + 1 } else { u32::MAX };
        let mut sum = 0u32;
        for walks in &walks {
            sum += stall.store().count_gallery(&walks.account_id, &search, most).await?;
        }
        total_is_least = is_narrowed && sum > COUNTED;
        total = Some(if total_is_least { COUNTED } else { sum });
    }
    Ok(GalleryPage { pictures: rows.into_iter().map(tile).collect(), next, total, total_is_least })
}

fn tile(row: PictureRow) -> GalleryTile {
    GalleryTile {
        id: row.id.to_string(),
        sha256: row.sha256,
        width: row.width,
        height: row.height,
        rating: row.rating,
        order_title: row.order_title.filter(|title| !title.is_empty()),
        n: row.n,
        created_at: instant(row.created_at),
    }
}

/// The picture of an id, if it is one of an open account's: (its account, the picture).
pub(super) async fn find(stall: &Stall, id: &str) -> Result<(String, PictureRow), DeskError> {
    let unknown = || DeskError::of("not_found", "no such picture").with("what", "picture");
    let number: i64 = id.parse().map_err(|_| unknown())?;
    let (account, row) = stall.store().lookup_picture(number).await?.ok_or_else(unknown)?;
    let is_open = stall.walks().iter().any(|walks| walks.account_id == account);
    is_open.then_some((account, row)).ok_or_else(unknown)
}

/// Pictures of other buyers that look like this one, the likest first.
pub(super) async fn alike(stall: &Stall, row: &PictureRow) -> Result<Vec<LookAlike>, DeskError> {
    let accounts: Vec<String> = stall.walks().into_iter().map(|walks| walks.account_id).collect();
    let alike = stall.store().list_alike_of_other_buyers(row, &accounts, Look::NEAR, LOOK_ALIKES).await?;
    let view = |alike: AlikeRow| LookAlike {
        same: alike.picture.sha256 == row.sha256,
        id: alike.picture.id.to_string(),
        sha256: alike.picture.sha256,
        order_id: alike.picture.order_id,
        order_title: alike.picture.order_title.filter(|title| !title.is_empty()),
        buyer_name: alike.picture.buyer_name,
        created_at: instant(alike.picture.created_at),
        deleted: alike.picture.is_deleted,
    };
    Ok(alike.into_iter().map(view).collect())
}

pub(super) async fn get(stall: &Stall, request: ById) -> Result<PictureDetails, DeskError> {
    let (account, row) = find(stall, &request.id).await?;
    let store = stall.store();
    let (newer, older) = store.lookup_beside(&account, row.id).await?;
    Ok(PictureDetails {
        tags: store.list_picture_tags(row.id).await?,
        look_alikes: alike(stall, &row).await?,
        compared: store.lookup_look(&row.sha256).await?.is_some(),
        sends_as: sends_as(stall, &row).await?,
        newer: newer.map(|id| id.to_string()),
        older: older.map(|id| id.to_string()),
        picture: picture(row),
    })
}

/// What its file is called on its order, whose journal this is.
pub(super) fn file_name(journal: &Journal, row: &PictureRow) -> String {
    steps::name_of(journal, row.round, row.n, &row.media_type)
}

/// The name the picture would have on its order, none when the order takes no files. A file that is there already keeps
/// its name.
async fn sends_as(stall: &Stall, row: &PictureRow) -> Result<Option<String>, DeskError> {
    let Some(order_id) = &row.order_id else { return Ok(None) };
    let order = stall.store().get_order(order_id).await?;
    // What is not delivered yet will be, unless the seller has the order in hand.
    let was_sent = row.state == PictureState::Delivered || row.market_file_id.is_some();
    if !(was_sent || order.taken_over || order.paused) {
        return Ok(None);
    }
    let Some(walks) = stall.walks_of(order_id).await? else { return Ok(None) };
    if files::limits(&order.market_status, &walks.runner.parts.market.abilities()).is_none() {
        return Ok(None);
    }
    let journal = Journal::new(stall.store().list_journal(order_id).await?);
    let there = files::views(&journal);
    let first = file_name(&journal, row);
    let (stem, extension) = first.rsplit_once('.').unwrap_or((&first, "png"));
    let names = std::iter::once(first.clone()).chain((2..).map(|n| format!("{stem}-{n}.{extension}")));
    Ok(names.into_iter().find(|name| !there.iter().any(|file| file.name == *name)))
}

/// Sends a kept picture to its order once more.
pub(super) async fn send(stall: &Stall, request: SendPicture) -> Result<FileView, DeskError> {
    let (_, row) = find(stall, &request.id).await?;
    let Some(order_id) = row.order_id.clone() else {
        return Err(DeskError::of("not_possible", "the picture belongs to no order"));
    };
    let picture = stall.picture(&row.sha256, PictureSize::Full).await?;
    let file =
        DroppedFile { name: request.name, media_type: Some(row.media_type.clone()), bytes: picture.bytes };
    let sent = files::send(stall, &order_id, file).await?;
    let mut write = stall.store().write().await?;
    write.record_picture_state(&order_id, &row.sha256, PictureState::Delivered, Some(&sent.id)).await?;
    write.commit().await?;
    Ok(sent)
}

pub(super) async fn tags(stall: &Stall, _: Nothing) -> Result<TagList, DeskError> {
    let mut tags: Vec<TagCount> = Vec::new();
    for walks in stall.walks() {
        for (tag, pictures) in stall.store().list_tags(&walks.account_id, TAGS).await? {
            match tags.iter_mut().find(|known| known.tag.eq_ignore_ascii_case(&tag)) {
                Some(known) => known.pictures += pictures,
                None => tags.push(TagCount { tag, pictures }),
            }
        }
    }
    tags.sort_by(|a, b| b.pictures.cmp(&a.pictures).then_with(|| a.tag.cmp(&b.tag)));
    Ok(TagList { tags })
}

/// # Errors
/// `invalid` with the field `tag` and a `problem` (`empty`, `too_long`, `too_many`).
pub(super) async fn tag(stall: &Stall, request: TagPicture) -> Result<PictureTags, DeskError> {
    let (_, row) = find(stall, &request.id).await?;
    let tag = request.tag.split_whitespace().collect::<Vec<_>>().join(" ");
    let problem = |problem: &str| {
        Err(DeskError::of("invalid", "not fit for a tag").with("field", "tag").with("problem", problem))
    };
    if tag.is_empty() || tag.chars().any(char::is_control) {
        return problem("empty");
    }
    if tag.chars().count() > MOST_TAG_CHARS {
        return problem("too_long");
    }
    let known = stall.store().list_picture_tags(row.id).await?;
    if request.on && known.len() >= MOST_TAGS {
        return problem("too_many");
    }
    let mut write = stall.store().write().await?;
    if request.on {
        write.put_picture_tag(row.id, &tag).await?;
    } else {
        write.remove_picture_tag(row.id, &tag).await?;
    }
    write.commit().await?;
    Ok(PictureTags { tags: stall.store().list_picture_tags(row.id).await? })
}

/// Hides a picture; its file stays for a week.
///
/// # Errors
/// `picture_needed` with a `reason` (`open_order`, `dispute`, `link` with `until`, `listing` with `name`).
pub(super) async fn delete(stall: &Stall, request: ById) -> Result<Nothing, DeskError> {
    let (_, row) = find(stall, &request.id).await?;
    if let Some(needed) = stall.still_needed(row.id).await? {
        let told =
            DeskError::of("picture_needed", "the picture is still needed").with("reason", needed.code());
        return Err(match needed {
            Needed::Link(until) => told.with("until", instant(until)),
            Needed::Listing(name) => told.with("name", name),
            Needed::OpenOrder | Needed::Dispute => told,
        });
    }
    let mut write = stall.store().write().await?;
    write.delete_picture(row.id, stall.clock().now()).await?;
    write.commit().await?;
    Ok(Nothing {})
}

/// Brings a deleted picture back.
pub(super) async fn undelete(stall: &Stall, request: ById) -> Result<Nothing, DeskError> {
    let id = request.id.parse().map_err(|_| DeskError::of("not_found", "no such picture"))?;
    let mut write = stall.store().write().await?;
    write.undelete_picture(id).await?;
    write.commit().await?;
    Ok(Nothing {})
}

pub(super) async fn rate(stall: &Stall, request: RatePicture) -> Result<Nothing, DeskError> {
    if request.rating > 5 {
        return Err(DeskError::of("invalid", "a rating is 0 to 5").with("field", "rating"));
    }
    let id = request.id.parse().map_err(|_| DeskError::of("not_found", "no such picture"))?;
    let mut write = stall.store().write().await?;
    write.rate_picture(id, request.rating).await?;
    write.commit().await?;
    Ok(Nothing {})
}

/// Copies a picture to where the seller chose. The bytes are those of the picture; nothing is opened or run.
pub(super) async fn save(stall: &Stall, request: SavePicture) -> Result<Nothing, DeskError> {
    if stall.walks().is_empty() {
        return Err(no_account());
    }
    let picture = stall.picture(&request.sha256, PictureSize::Full).await?;
    let path = std::path::PathBuf::from(&request.path);
    let is_picture = path.extension().and_then(|extension| extension.to_str()).is_some_and(|extension| {
        ["png", "jpg", "jpeg", "webp", "gif"].contains(&extension.to_ascii_lowercase().as_str())
    });
    if !path.is_absolute() || !is_picture {
        return Err(DeskError::of(
            "invalid",
            "a picture is saved under a whole path that ends like a picture",
        )
        .with("field", "path"));
    }
    tokio::fs::write(&path, &picture.bytes)
        .await
        .map_err(|error| DeskError::of("storage", error.to_string()))?;
    Ok(Nothing {})
}
