//! The public pictures that simulated workers show: drawn when asked for, kept nowhere.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};

use super::refusal::MoltRefusal;
use super::state::Application;
use crate::practice::artist;
use crate::practice::shared::Shared;

/// Pixels along each side; small, because nobody keeps them.
const SIDE: u32 = 512;

/// The address of a worker's `number`th picture.
pub(super) fn address(shared: &Shared, application: &Application, number: u32) -> String {
    format!("{}/pictures/{}-{number}.png", shared.origin(), application.id)
}

pub(super) async fn show(
    State(shared): State<Arc<Shared>>,
    Path(name): Path<String>,
) -> Result<Response, MoltRefusal> {
    let known = || {
        let (application_id, number) = name.strip_suffix(".png")?.rsplit_once('-')?;
        let seed: u64 = number.parse().ok()?;
        let world = shared.world();
        let application = world.molt.lookup_application(application_id)?;
        let job = world.molt.lookup_job(&application.job_id)?;
        Some((job.posting.description.clone(), seed))
    };
    let (prompt, seed) = known().ok_or(MoltRefusal::NotFound("Picture"))?;
    let drawn = tokio::task::spawn_blocking(move || artist::draw_png(&prompt, SIDE, SIDE, seed)).await;
    match drawn {
        Ok(Ok(png)) => Ok(([(header::CONTENT_TYPE, "image/png")], png).into_response()),
        _ => Err(MoltRefusal::bad("This picture cannot be drawn")),
    }
}
