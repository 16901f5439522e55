//! How long an order takes from the news of it to its completion, beside the calls that takes at least.

use std::path::Path;

use anyhow::{Context, Result};
use serde::Deserialize;
use serde_json::json;
use stallkeeper::clock::{Clock, SystemClock};

use crate::bare::Walker;
use crate::far_side::FarSide;
use crate::figures::{Kind, Report};
use crate::programs::until;
use crate::server::Server;

const ORDERS: usize = 30;
/// Not counted: connections are opened, pages read from disk.
const WARM_UP: usize = 2;

const BARE: Kind = Kind { name: "an order's bare round trips", unit: "ms", goal: None, baseline: None };
const ORDER: Kind = Kind { name: "push to complete", unit: "ms", goal: None, baseline: Some(BARE.name) };
const BARE_REST: Kind =
    Kind { name: "bare round trips without drawing", unit: "ms", goal: None, baseline: None };
const ORDER_REST: Kind =
    Kind { name: "push to complete without drawing", unit: "ms", goal: None, baseline: Some(BARE_REST.name) };
const BARE_INSTANT: Kind =
    Kind { name: "an order's bare round trips, nothing drawn", unit: "ms", goal: None, baseline: None };
const ORDER_INSTANT: Kind = Kind {
    name: "push to complete, nothing drawn (goal: ratio 2)",
    unit: "ms",
    goal: None,
    baseline: Some(BARE_INSTANT.name),
};

/// The stall and the bare client serve in turns, each a marketplace of its own, so that both see the same machine.
pub async fn measure(report: &mut Report, scratch: &Path) -> Result<()> {
    println!("orders: {ORDERS}, each beside its bare round trips");
    in_turns(report, scratch, true).await?;
    in_turns(report, scratch, false).await
}

async fn in_turns(report: &mut Report, scratch: &Path, drawn: bool) -> Result<()> {
    let open =
        async || if drawn { FarSide::open(scratch).await } else { FarSide::without_drawing(scratch).await };
    let (far, bare_far) = (open().await?, open().await?);
    let server = Server::open(scratch, &far).await?;
    server.lift_limits(&far).await?;
    let walker = Walker::new(&bare_far)?;
    for n in 0..WARM_UP + ORDERS {
        let kept = by_the_stall(&far, &server).await?;
        let order_id = bare_far.place_order().await?;
        let bare = walker.walk(&bare_far, &order_id).await?;
        let bare_drawing = bare_far.latest_drawing().await?;
        bare_far.once_paid(&order_id).await?;
        if n >= WARM_UP && !drawn {
            report.record(BARE_INSTANT, bare);
            report.record(ORDER_INSTANT, kept.total);
        } else if n >= WARM_UP {
            report.record(BARE, bare);
            report.record(ORDER, kept.total);
            report.record(BARE_REST, bare - bare_drawing);
            report.record(ORDER_REST, kept.total - kept.drawing);
        }
    }
    Ok(())
}

/// Milliseconds.
struct Kept {
    total: f64,
    /// Inside the practice marketplace: real drawing on the same cores, whose time varies most of all.
    drawing: f64,
}

/// From the moment the buyer orders to the answer of the `complete` call, both by the same clock.
async fn by_the_stall(far: &FarSide, server: &Server) -> Result<Kept> {
    #[derive(Deserialize)]
    struct Call {
        at: String,
        status: u16,
    }
    let begun = SystemClock.now();
    let order_id = far.place_order().await?;
    far.once_paid(&order_id).await?;
    let calls = far.calls(&order_id, "completeOrder").await?;
    let calls: Vec<Call> = calls.into_iter().map(serde_json::from_value).collect::<Result<_, _>>()?;
    let done = calls.iter().find(|call| call.status == 200).context("the order was never completed")?;
    let taken = done.at.parse::<jiff::Timestamp>()?.duration_since(begun);
    // The stall still writes its books; that is not the next order's time.
    until("the stall is done", async || {
        let stall = server.desk(far, "stall.get", json!({})).await?;
        Ok((stall["counts"]["running"] == 0).then_some(()))
    })
    .await?;
    Ok(Kept { total: taken.as_secs_f64() * 1000.0, drawing: far.latest_drawing().await? })
}
