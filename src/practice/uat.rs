//! Amounts on the marketplace, in hundredths of a UAT.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// An amount of UAT, exact to two decimals.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct Uat(pub(crate) i64);

impl Uat {
    pub(crate) const fn whole(units: i64) -> Self {
        Self(units * 100)
    }

    /// Reads a JSON number or a decimal string; nothing when it is neither or not exact to two decimals.
    pub(crate) fn read(value: &Value) -> Option<Self> {
        let text = match value {
            Value::Number(number) => number.to_string(),
            Value::String(text) => text.trim().to_owned(),
            _ => return None,
        };
        let (whole, decimals) = text.split_once('.').unwrap_or((&text, ""));
        let decimals = decimals.trim_end_matches('0');
        if decimals.len() > 2 || decimals.starts_with(['+', '-']) {
            return None;
        }
        let hundredths: i64 = if decimals.is_empty() { 0 } else { format!("{decimals:0<2}").parse().ok()? };
        let units: i64 = whole.parse().ok()?;
        let sign = if whole.starts_with('-') { -1 } else { 1 };
        units.checked_mul(100)?.checked_add(sign * hundredths).map(Self)
    }

    /// The given share, rounded down.
    pub(crate) fn percent(self, percent: i64) -> Self {
        Self(self.0 * percent / 100)
    }

    /// Two decimals, as balances are written.
    pub(crate) fn text(self) -> String {
        let sign = if self.0 < 0 { "-" } else { "" };
        format!("{sign}{}.{:02}", self.0.abs() / 100, self.0.abs() % 100)
    }

    /// A JSON integer where possible, else a decimal number.
    pub(crate) fn number(self) -> Value {
        if self.0 % 100 == 0 { Value::from(self.0 / 100) } else { Value::from(self.0 as f64 / 100.0) }
    }
}

impl std::ops::AddAssign for Uat {
    fn add_assign(&mut self, other: Self) {
        self.0 += other.0;
    }
}

impl std::ops::SubAssign for Uat {
    fn sub_assign(&mut self, other: Self) {
        self.0 -= other.0;
    }
}

impl std::ops::Sub for Uat {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self(self.0 - other.0)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn reads_integers_decimals_and_strings() {
        assert_eq!(Uat::read(&json!(20)), Some(Uat::whole(20)));
        assert_eq!(Uat::read(&json!(20.5)), Some(Uat(2050)));
        assert_eq!(Uat::read(&json!("20.05")), Some(Uat(2005)));
        assert_eq!(Uat::read(&json!("-0.50")), Some(Uat(-50)));
        assert_eq!(Uat::read(&json!("twenty")), None);
        assert_eq!(Uat::read(&json!(1.234)), None);
        assert_eq!(Uat::read(&json!(null)), None);
    }

    #[test]
    fn writes_two_decimals() {
        assert_eq!(Uat(1905).text(), "19.05");
        assert_eq!(Uat(-7).text(), "-0.07");
        assert_eq!(Uat::whole(19).number(), json!(19));
        assert_eq!(Uat(1950).number(), json!(19.5));
    }
}
