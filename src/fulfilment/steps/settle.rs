//! Books what a confirmed order earned. Money is the market's number where it gives one, else our estimate.

use rust_decimal::{Decimal, RoundingStrategy};
use serde_json::json;

use crate::crash::{self, Point};
use crate::fulfilment::outcome::{Effects, Outcome};
use crate::fulfilment::situation::Situation;
use crate::store::{LedgerKind, NewLedgerEntry};

/// The market's fee where it does not say (contract 1.11: 5 % in the lower tiers).
pub const ASSUMED_FEE_PERCENT: Decimal = Decimal::from_parts(5, 0, 0, false, 0);

/// The fee on a price, by the assumed share, to two places.
pub fn assumed_fee(price: Decimal) -> Decimal {
    (price * ASSUMED_FEE_PERCENT / Decimal::ONE_HUNDRED)
        .round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero)
}

pub(super) fn perform(s: &Situation) -> Outcome {
    if !s.abilities.completes_orders {
        // Only the buyer ends an order there: the market holds no money, and tells nothing of payments.
        crash::point(Point::Settled);
        return Outcome::Done(Effects::of(json!({ "held_by_market": false })));
    }
    let order = &s.order;
    let mut ledger = Vec::new();
    let price = order.price.unwrap_or_default();
    let payout = order.payout.unwrap_or_else(|| price - order.fee.unwrap_or_else(|| assumed_fee(price)));
    let entry = |kind: LedgerKind, amount: Decimal| NewLedgerEntry {
        kind,
        amount,
        currency: "UAT",
        reference: format!("{}:{}", kind.as_str(), order.id),
    };
    if !payout.is_zero() {
        ledger.push(entry(LedgerKind::Earned, payout));
    }
    let fee = price - payout;
    if fee > Decimal::ZERO {
        ledger.push(entry(LedgerKind::Fee, fee));
    }
    crash::point(Point::Settled);
    Outcome::Done(Effects {
        result: json!({ "payout": payout.to_string(), "fee": fee.to_string(), "estimated": order.payout.is_none() }),
        ledger,
        ..Effects::nothing()
    })
}
