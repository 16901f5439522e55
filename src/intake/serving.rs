//! Whether the stall can really serve an order that came now: one rule for the heartbeat and for the truth light.

/// Everything the rule looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Means {
    /// The seller has the stall open.
    pub wants_open: bool,
    /// The market accepts our key.
    pub market_takes_key: bool,
    pub model: ModelMeans,
    pub storage: StorageMeans,
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

/// What we keep orders and pictures in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum StorageMeans {
    #[default]
    Works,
    /// The database does not take a row.
    DatabaseFails,
    /// The picture folder does not take a file.
    FolderUnwritable,
}

/// Why no order could be served.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CannotServe {
    Closed,
    MarketRefusesKey,
    StorageFails,
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
            Self::StorageFails => "storage_fails",
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
    if means.storage != StorageMeans::Works {
        return Err(CannotServe::StorageFails);
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

    const FINE: Means = Means {
        wants_open: true,
        market_takes_key: true,
        model: ModelMeans::Works,
        storage: StorageMeans::Works,
    };

    #[test]
    fn serves_only_with_everything_an_order_needs() {
        let table = [
            (FINE, Ok(())),
            (Means { wants_open: false, ..FINE }, Err(CannotServe::Closed)),
            (Means { market_takes_key: false, ..FINE }, Err(CannotServe::MarketRefusesKey)),
            (Means { model: ModelMeans::Missing, ..FINE }, Err(CannotServe::ModelMissing)),
            (Means { model: ModelMeans::KeyRefused, ..FINE }, Err(CannotServe::ModelRefusesKey)),
            (Means { model: ModelMeans::OutOfCredit, ..FINE }, Err(CannotServe::OutOfCredit)),
            (Means { storage: StorageMeans::DatabaseFails, ..FINE }, Err(CannotServe::StorageFails)),
            (Means { storage: StorageMeans::FolderUnwritable, ..FINE }, Err(CannotServe::StorageFails)),
            (
                Means { wants_open: false, market_takes_key: false, model: ModelMeans::Missing, ..FINE },
                Err(CannotServe::Closed),
            ),
            (
                Means { storage: StorageMeans::DatabaseFails, model: ModelMeans::OutOfCredit, ..FINE },
                Err(CannotServe::StorageFails),
            ),
        ];
        for (means, expected) in table {
            assert_eq!(can_serve(&means), expected, "{means:?}");
        }
    }
}
