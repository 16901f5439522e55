//! Whether the stall can really serve an order that came now: one rule for the heartbeat and for the truth light.

use crate::store::DiskTrouble;

/// Everything the rule looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Means {
    /// The seller has the stall open.
    pub wants_open: bool,
    /// The market accepts our key.
    pub market_takes_key: bool,
    pub model: ModelMeans,
    /// What keeps orders and pictures from being stored.
    pub disk: Option<DiskTrouble>,
}

/// The model provider, as far as calls or checks of the key have shown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum ModelMeans {
    #[default]
    Works,
    Missing,
    KeyRefused,
    OutOfCredit,
}

/// Why no order could be served.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CannotServe {
    Closed,
    MarketRefusesKey,
    Disk(DiskTrouble),
    ModelMissing,
    ModelRefusesKey,
    OutOfCredit,
}

impl CannotServe {
    /// The code of the light.
    pub fn code(self) -> &'static str {
        match self {
            Self::Closed => "closed",
            Self::MarketRefusesKey => "key_refused",
            Self::Disk(trouble) => trouble.code(),
            Self::ModelMissing => "model_missing",
            Self::ModelRefusesKey => "model_key_refused",
            Self::OutOfCredit => "out_of_credit",
        }
    }
}

/// Whether an order that came now could be accepted, made and kept. The seller closing the stall is what pauses
/// everything; one paused order does not keep the next from being served.
///
/// # Errors
/// The first thing in the way, in the order in which the seller would mend them.
pub fn can_serve(means: &Means) -> Result<(), CannotServe> {
    if !means.wants_open {
        return Err(CannotServe::Closed);
    }
    if let Some(trouble) = means.disk {
        return Err(CannotServe::Disk(trouble));
    }
    if !means.market_takes_key {
        return Err(CannotServe::MarketRefusesKey);
    }
    match means.model {
        ModelMeans::Works => Ok(()),
        ModelMeans::Missing => Err(CannotServe::ModelMissing),
        ModelMeans::KeyRefused => Err(CannotServe::ModelRefusesKey),
        ModelMeans::OutOfCredit => Err(CannotServe::OutOfCredit),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FINE: Means =
        Means { wants_open: true, market_takes_key: true, model: ModelMeans::Works, disk: None };

    #[test]
    fn serves_only_with_everything_an_order_needs() {
        let table = [
            (FINE, Ok(())),
            (Means { wants_open: false, ..FINE }, Err(CannotServe::Closed)),
            (Means { market_takes_key: false, ..FINE }, Err(CannotServe::MarketRefusesKey)),
            (Means { model: ModelMeans::Missing, ..FINE }, Err(CannotServe::ModelMissing)),
            (Means { model: ModelMeans::KeyRefused, ..FINE }, Err(CannotServe::ModelRefusesKey)),
            (Means { model: ModelMeans::OutOfCredit, ..FINE }, Err(CannotServe::OutOfCredit)),
            (Means { disk: Some(DiskTrouble::Full), ..FINE }, Err(CannotServe::Disk(DiskTrouble::Full))),
            (
                Means { wants_open: false, market_takes_key: false, model: ModelMeans::Missing, ..FINE },
                Err(CannotServe::Closed),
            ),
            (
                Means { disk: Some(DiskTrouble::Failing), model: ModelMeans::OutOfCredit, ..FINE },
                Err(CannotServe::Disk(DiskTrouble::Failing)),
            ),
        ];
        for (means, expected) in table {
            assert_eq!(can_serve(&means), expected, "{means:?}");
        }
    }
}
