//! The frame around every screen.

use super::contract::*;
use super::convert::instant;
use crate::stall::Stall;

pub(super) async fn get(stall: &Stall, _: Nothing) -> Result<StallView, DeskError> {
    view(stall).await
}

pub(super) async fn set_open(stall: &Stall, request: SetOpen) -> Result<StallView, DeskError> {
    stall.set_open(request.open).await?;
    view(stall).await
}

pub(super) async fn view(stall: &Stall) -> Result<StallView, DeskError> {
    let settings = stall.settings();
    let account = stall.account();
    let messages = super::messages::unread(stall).await?;
    let (counts, first_order_done) = match &account {
        Some(account) => {
            let (needs_you, unread, running, waiting) = stall.store().count_orders(&account.row.id).await?;
            (
                Counts { needs_you, messages, unread, running, waiting },
                stall.store().has_delivered(&account.row.id).await?,
            )
        }
        None => (Counts { messages, ..Counts::default() }, false),
    };
    let light = stall.light();
    Ok(StallView {
        mode: stall.mode(),
        name: settings.stall_name,
        open: stall.wants_open(),
        light: TruthLight {
            colour: light.colour,
            reason: light.reason.to_owned(),
            since: Some(instant(stall.light_since(&light))),
            proved_at: light.proved_at.map(instant),
        },
        counts,
        automation: settings.automation.into(),
        language: settings.language.into(),
        theme: settings.theme.into(),
        text_size: settings.text_size,
        version: env!("CARGO_PKG_VERSION").to_owned(),
        first_order_done,
        practice_speed: stall.practice().lock().await.as_ref().map(crate::practice::Practice::speed),
    })
}
