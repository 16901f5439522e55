//! Money stops first: what was spent or reserved, and whether a paid call still fits under the caps.

use rust_decimal::Decimal;

/// Reading somebody's text costs at most this (contract, OpenRouter price hints: a few thousand tokens).
pub const WORST_READING_USD: Decimal = Decimal::from_parts(2, 0, 0, false, 2);

/// Most US dollars spent on models.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Caps {
    /// For one order or one job.
    pub per_order_usd: Option<Decimal>,
    pub per_day_usd: Option<Decimal>,
}

/// US dollars spent or reserved on models so far.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Spending {
    pub this_order_usd: Decimal,
    pub today_usd: Decimal,
}

/// The cap that a call would break.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OverCap {
    /// order, day
    pub which: &'static str,
    pub cap: Decimal,
    pub spent: Decimal,
}

/// Whether a call that costs at most `worst` fits.
///
/// # Errors
/// The cap it would break.
pub fn fits(spending: &Spending, caps: &Caps, worst: Decimal) -> Result<(), OverCap> {
    let checks = [
        ("order", caps.per_order_usd, spending.this_order_usd),
        ("day", caps.per_day_usd, spending.today_usd),
    ];
    for (which, cap, spent) in checks {
        if let Some(cap) = cap.filter(|cap| spent + worst > *cap) {
            return Err(OverCap { which, cap, spent });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use rust_decimal::dec;

    use super::*;

    #[test]
    fn a_call_must_fit_under_both_caps() {
        let spent = Spending { this_order_usd: dec!(0.20), today_usd: dec!(4.90) };
        let caps = Caps { per_order_usd: Some(dec!(0.30)), per_day_usd: Some(dec!(5)) };
        assert_eq!(fits(&spent, &caps, dec!(0.10)), Ok(()));
        assert_eq!(fits(&spent, &caps, dec!(0.101)).unwrap_err().which, "order");
        let roomy = Caps { per_order_usd: None, ..caps };
        assert_eq!(fits(&spent, &roomy, dec!(0.11)).unwrap_err().which, "day");
        assert_eq!(fits(&spent, &Caps::default(), dec!(1000)), Ok(()));
    }
}
