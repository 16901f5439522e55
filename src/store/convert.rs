//! Between columns and our types. An unknown value in our own tables is an error, never a default.

use jiff::Timestamp;
use rust_decimal::Decimal;
use serde::de::DeserializeOwned;

use super::{StoreError, StoreResult};

pub(super) fn millis(at: Timestamp) -> i64 {
    at.as_millisecond()
}

pub(super) fn instant(ms: i64) -> StoreResult<Timestamp> {
    Timestamp::from_millisecond(ms)
        .map_err(|_| StoreError::UnknownValue { what: "instant", value: ms.to_string() })
}

pub(super) fn instant_opt(ms: Option<i64>) -> StoreResult<Option<Timestamp>> {
    ms.map(instant).transpose()
}

pub(super) fn decimal(text: &str) -> StoreResult<Decimal> {
    text.parse().map_err(|_| StoreError::UnknownValue { what: "amount", value: text.to_owned() })
}

pub(super) fn decimal_opt(text: Option<String>) -> StoreResult<Option<Decimal>> {
    text.map(|text| decimal(&text)).transpose()
}

pub(super) fn json<T: DeserializeOwned>(what: &'static str, text: &str) -> StoreResult<T> {
    serde_json::from_str(text)
        .map_err(|_| StoreError::UnknownValue { what, value: text.chars().take(80).collect() })
}

/// A closed set of words in a column.
macro_rules! words {
    ($(#[$meta:meta])* $name:ident, $what:literal { $($(#[$vmeta:meta])* $variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum $name { $($(#[$vmeta])* $variant),+ }

        impl $name {
            /// The word in the database.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }

            /// Reads the word back.
            ///
            /// # Errors
            /// When the word is not one of ours.
            pub fn parse(word: &str) -> $crate::store::StoreResult<Self> {
                match word {
                    $($word => Ok(Self::$variant),)+
                    other => Err($crate::store::StoreError::UnknownValue { what: $what, value: other.to_owned() }),
                }
            }
        }
    };
}
pub(super) use words;
