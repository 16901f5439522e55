//! Links under the stall's own address: a secret path the hook door answers.

use std::sync::Arc;

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};

use super::{LinkError, LinkMaker, LinkedPicture, MadeLink, Place};
use crate::clock::Ids;
use crate::crash::{self, Point};
use crate::store::{LinkToken, NewFileLink, Store};

/// How long a buyer can fetch a picture.
const LASTS: SignedDuration = SignedDuration::from_hours(24 * 30);

/// Makes links under the stall's address.
pub struct OwnLinks {
    pub store: Store,
    pub ids: Arc<dyn Ids>,
}

#[async_trait]
impl LinkMaker for OwnLinks {
    async fn make(&self, picture: &LinkedPicture, now: Timestamp) -> Result<MadeLink, LinkError> {
        let token = LinkToken::draw(&*self.ids);
        let place = Place::Below(token.path());
        let expires_at = now.saturating_add(LASTS).unwrap_or(now);
        let link = NewFileLink {
            token,
            picture_sha256: picture.sha256.clone(),
            file_name: picture.file_name.clone(),
            order_id: picture.order_id.clone(),
            expires_at,
        };
        let mut write = self.store.write().await?;
        write.insert_file_link(&link, now).await?;
        crash::point(Point::LinkBeforeKept);
        write.commit().await?;
        crash::point(Point::LinkKept);
        Ok(MadeLink { place, expires_at })
    }

    async fn end(&self, order_id: &str, now: Timestamp) -> Result<(), LinkError> {
        let mut write = self.store.write().await?;
        write.end_file_links(order_id, now).await?;
        write.commit().await?;
        Ok(())
    }
}
