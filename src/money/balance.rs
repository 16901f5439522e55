//! When the account at the model provider is about to run dry.

use rust_decimal::Decimal;

/// What a day may cost where the seller set no cap, in US dollars.
const USUAL_DAY: Decimal = Decimal::ONE;

/// Whether what is left, in US dollars, may not last another day.
pub fn is_low(balance: Decimal, spent_since: Decimal, cap_per_day: Option<Decimal>) -> bool {
    balance - spent_since < cap_per_day.unwrap_or(USUAL_DAY)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_balance_is_low_when_a_day_at_the_cap_would_empty_it() {
        assert!(!is_low(10.into(), 4.into(), Some(5.into())));
        assert!(is_low(10.into(), 6.into(), Some(5.into())));
        assert!(!is_low(2.into(), Decimal::ZERO, None));
        assert!(is_low(2.into(), 3.into(), None), "spent more than was seen");
    }
}
