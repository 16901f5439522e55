//! What happens when nobody does anything: unaccepted orders are cancelled, delivered ones confirmed, disputes decided.

use jiff::Timestamp;

use super::market::{disputes, orders};
use super::shared::{Shared, Turn};
use super::speed::after;
use super::state::{Order, OrderStatus};

/// When time runs out for an order in its present state.
fn deadline(order: &Order) -> Option<Timestamp> {
    match order.status {
        OrderStatus::PendingAccept => Some(order.accept_deadline),
        OrderStatus::PendingConfirmation => order.confirm_deadline,
        OrderStatus::InDispute => {
            order.dispute.as_ref().map(|dispute| after(dispute.raised_at, disputes::ARBITRATION_SECONDS))
        }
        OrderStatus::InProgress | OrderStatus::Completed | OrderStatus::Cancelled => None,
    }
}

/// The next deadline of any open order.
pub(super) fn next(shared: &Shared) -> Option<Timestamp> {
    let world = shared.world();
    world.open.iter().filter_map(|at| world.orders.get(*at)).filter_map(deadline).min()
}

/// Carries out every deadline that has passed.
pub(super) fn run(shared: &Shared) {
    let now = shared.clock.now();
    if next(shared).is_none_or(|due| due > now) {
        return;
    }
    let mut turn = shared.turn();
    let passed: Vec<(String, OrderStatus)> = turn
        .open
        .iter()
        .filter_map(|at| turn.orders.get(*at))
        .filter(|order| deadline(order).is_some_and(|due| due <= now))
        .map(|order| (order.id.clone(), order.status))
        .collect();
    for (order_id, status) in passed {
        run_out(&mut turn, &order_id, status);
    }
}

fn run_out(turn: &mut Turn<'_>, order_id: &str, status: OrderStatus) {
    match status {
        OrderStatus::PendingAccept => orders::cancel_by_time(turn, order_id),
        OrderStatus::PendingConfirmation => orders::confirm_by_time(turn, order_id),
        OrderStatus::InDispute => {
            let was_delivered = turn.lookup_order(order_id).is_some_and(|order| !order.files.is_empty());
            let refund = if was_delivered { 0.0 } else { 100.0 };
            disputes::resolve(turn, order_id, refund, "decided by arbitration");
        }
        OrderStatus::InProgress | OrderStatus::Completed | OrderStatus::Cancelled => {}
    }
}
