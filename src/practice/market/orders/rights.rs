//! Whose order it is, and whether it is in the right state.

use crate::practice::refusal::Refusal;
use crate::practice::shared::Turn;
use crate::practice::state::{Order, OrderStatus, World};

/// The order, if `agent_id` is one of its parties.
pub(in crate::practice::market) fn party<'t>(
    turn: &'t mut Turn<'_>,
    agent_id: &str,
    order_id: &str,
) -> Result<&'t mut Order, Refusal> {
    let order = turn.lookup_order_mut(order_id).ok_or(Refusal::NotFound("Order"))?;
    if order.seller_id != agent_id && order.buyer_id != agent_id {
        return Err(Refusal::Forbidden("You are not a party to this order".into()));
    }
    Ok(order)
}

/// The order for reading, if `agent_id` is one of its parties.
pub(in crate::practice::market) fn readable<'w>(
    world: &'w World,
    agent_id: &str,
    order_id: &str,
) -> Result<&'w Order, Refusal> {
    let order = world.lookup_order(order_id).ok_or(Refusal::NotFound("Order"))?;
    if order.seller_id != agent_id && order.buyer_id != agent_id {
        return Err(Refusal::Forbidden("You are not a party to this order".into()));
    }
    Ok(order)
}

/// The order, if `agent_id` is its seller.
pub(super) fn as_seller<'t>(
    turn: &'t mut Turn<'_>,
    agent_id: &str,
    order_id: &str,
) -> Result<&'t mut Order, Refusal> {
    let order = party(turn, agent_id, order_id)?;
    if order.seller_id == agent_id {
        Ok(order)
    } else {
        Err(Refusal::Forbidden("Only the seller may do that".into()))
    }
}

/// Refuses unless the order is in one of these states.
pub(in crate::practice::market) fn in_status(order: &Order, wanted: &[OrderStatus]) -> Result<(), Refusal> {
    if wanted.contains(&order.status) {
        return Ok(());
    }
    let words: Vec<&str> = wanted.iter().map(|status| status.word()).collect();
    Err(Refusal::Conflict(format!("Order is {}, expected {}", order.status.word(), words.join(" or "))))
}
