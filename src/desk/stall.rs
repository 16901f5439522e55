//! The frame around every screen.

use super::contract::*;
use super::convert::instant;
use crate::settings::ClosedBy;
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
    let messages = super::messages::unread(stall).await?;
    let (mut counts, mut first_order_done) = (Counts { messages, ..Counts::default() }, false);
    for walks in stall.walks() {
        let (needs_you, unread, running, waiting) = stall.store().count_orders(&walks.account_id).await?;
        counts.needs_you += needs_you;
        counts.unread += unread;
        counts.running += running;
        counts.waiting += waiting;
        first_order_done |= stall.store().has_delivered(&walks.account_id).await?;
    }
    let light = stall.light();
    Ok(StallView {
        mode: stall.mode(),
        name: settings.stall_name,
        open: stall.is_switched_open(),
        closed_now: stall.closed_by().map(|by| ClosedNow {
            by: match by {
                ClosedBy::Hours => "hours",
                ClosedBy::Away => "away",
            }
            .to_owned(),
            opens_at: stall.changes_at().map(instant),
        }),
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
