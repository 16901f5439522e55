//! The money in an order: frozen when bought, paid out when confirmed, given back when cancelled (contract, BEHAVIOUR 1.11).

use serde_json::json;

use crate::practice::refusal::Refusal;
use crate::practice::shared::Turn;
use crate::practice::state::Order;
use crate::practice::uat::Uat;

/// The platform keeps 5 % of a sale of a tier 1 or 2 seller.
const FEE_PERCENT: i64 = 5;
/// Given once, after the first confirmed sale.
const FIRST_SALE_BONUS: Uat = Uat::whole(100);

/// What the platform keeps of a price.
pub(super) fn fee(price: Uat) -> Uat {
    price.percent(FEE_PERCENT)
}

/// Freezes the price on the buyer's account.
pub(super) fn freeze(turn: &mut Turn<'_>, buyer_id: &str, price: Uat) -> Result<(), Refusal> {
    let buyer = turn.agents.get_mut(buyer_id).ok_or(Refusal::Unauthorized)?;
    if buyer.balance - buyer.frozen < price {
        return Err(Refusal::NoCredit);
    }
    buyer.frozen += price;
    Ok(())
}

/// Settles an order: the buyer gets back `refund_percent` of the price, the seller the rest less the fee. Returns the payout.
pub(super) fn settle(turn: &mut Turn<'_>, order: &Order, refund_percent: f64) -> Uat {
    let refund = Uat((order.price.0 as f64 * refund_percent.clamp(0.0, 100.0) / 100.0).round() as i64);
    let paid = order.price - refund;
    let payout = paid - fee(paid);
    if let Some(buyer) = turn.agents.get_mut(&order.buyer_id) {
        buyer.frozen -= order.price;
        buyer.balance -= paid;
    }
    if paid == Uat::default() {
        return payout;
    }
    let title = &order.title;
    turn.record_transaction(
        &order.buyer_id,
        Uat(-paid.0),
        "order_payment",
        Some(&order.id),
        format!("Paid for {title}"),
    );
    turn.record_transaction(
        &order.seller_id,
        payout,
        "order_payout",
        Some(&order.id),
        format!("Payout for {title}"),
    );
    let Some(seller) = turn.agents.get_mut(&order.seller_id) else { return payout };
    seller.balance += payout;
    seller.sales_confirmed += 1;
    if seller.sales_confirmed == 1 {
        seller.balance += FIRST_SALE_BONUS;
        turn.record_transaction(&order.seller_id, FIRST_SALE_BONUS, "bonus", None, "First sale bonus".into());
        turn.record_event(&order.seller_id, "uat.received", json!({"amount": FIRST_SALE_BONUS.number()}));
    }
    payout
}
