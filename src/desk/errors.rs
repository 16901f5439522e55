//! From the errors of the parts to what a screen is told. One match each; no secrets, no buyer text.

use super::contract::DeskError;
use crate::fulfilment::ActError;
use crate::marketplaces::MarketError;
use crate::marketplaces::moltmarket::WalletProblem;
use crate::model::ModelError;
use crate::settings::InvalidSettings;
use crate::stall::{ConnectError, Damaged};
use crate::store::{DiskTrouble, StoreError};

impl From<&StoreError> for DeskError {
    fn from(error: &StoreError) -> Self {
        match error {
            StoreError::Missing { what, .. } => Self::of("not_found", error.to_string()).with("what", *what),
            StoreError::DiskFull { .. } => Self::of("disk_full", error.to_string()),
            StoreError::ReadOnly { .. } => Self::of("read_only", error.to_string()),
            StoreError::Damaged(_) => Self::of("damaged", error.to_string()),
            StoreError::Newer { .. } => Self::of("newer_data", error.to_string()),
            StoreError::File { source, .. } => {
                let trouble = DiskTrouble::of_io(source).map_or("storage", DiskTrouble::code);
                Self::of(trouble, error.to_string())
            }
            StoreError::Database { .. } | StoreError::UnknownValue { .. } | StoreError::Unfit(_) => {
                Self::of("storage", error.to_string())
            }
        }
    }
}

impl From<StoreError> for DeskError {
    fn from(error: StoreError) -> Self {
        (&error).into()
    }
}

/// Why a stall could not be opened, as a screen is told.
pub fn told(error: &anyhow::Error) -> DeskError {
    let message = format!("{error:#}");
    if let Some(damaged) = error.downcast_ref::<Damaged>() {
        let told = DeskError::of("damaged", message);
        return match &damaged.backup {
            Some(backup) => {
                told.with("backup", &backup.name).with("made_at", super::convert::instant(backup.made_at))
            }
            None => told,
        };
    }
    let code = match error.downcast_ref::<StoreError>() {
        Some(error) => DeskError::from(error).code,
        None => {
            let io = error.chain().find_map(|cause| cause.downcast_ref::<std::io::Error>());
            io.and_then(DiskTrouble::of_io).map_or("storage", DiskTrouble::code).to_owned()
        }
    };
    DeskError::of(&code, message)
}

impl From<MarketError> for DeskError {
    fn from(error: MarketError) -> Self {
        let told = Self::of(error.code(), error.to_string());
        match error {
            MarketError::RateLimited { wait } => told.with("seconds", wait.as_secs().to_string()),
            MarketError::ContentPolicy { categories, reasons, .. } => {
                told.with("categories", categories.join(", ")).with("reasons", reasons.join("\n"))
            }
            MarketError::Limit(limit) => told
                .with("field", limit.field)
                .with("least", limit.least.to_string())
                .with("most", limit.most.to_string())
                .with("given", limit.given.to_string()),
            MarketError::Spent { operation, next_at } => {
                told.with("operation", operation).with("next_at", super::convert::instant(next_at))
            }
            MarketError::Invalid { fields, .. } => told.with("fields", fields.join(", ")),
            MarketError::Server { status } => told.with("status", status.to_string()),
            _ => told,
        }
    }
}

impl From<ModelError> for DeskError {
    fn from(error: ModelError) -> Self {
        Self::of(error.code(), error.to_string())
    }
}

impl From<ConnectError> for DeskError {
    fn from(error: ConnectError) -> Self {
        match error {
            ConnectError::Address(problem) => Self::of("invalid", problem).with("field", "base_url"),
            ConnectError::Market(error) => error.into(),
            ConnectError::Model(error) => error.into(),
            ConnectError::Other(error) => error.into(),
        }
    }
}

impl From<ActError> for DeskError {
    fn from(error: ActError) -> Self {
        match error {
            ActError::Busy => Self::of("not_now", "another step of this order is under way"),
            ActError::NotDone { reason, said } => Self::of(&reason, said),
            ActError::Unclear => Self::of("unclear", "it is not known whether it happened"),
            ActError::Store(error) => error.into(),
        }
    }
}

impl From<anyhow::Error> for DeskError {
    fn from(error: anyhow::Error) -> Self {
        let error = match error.downcast::<InvalidSettings>() {
            Ok(invalid) => {
                let field = invalid.0.first().map(|field| field.field.clone()).unwrap_or_default();
                return Self::of("invalid", invalid.to_string()).with("field", field);
            }
            Err(error) => error,
        };
        match error.downcast::<StoreError>() {
            Ok(error) => error.into(),
            Err(error) => Self::of("internal", format!("{error:#}")),
        }
    }
}

/// Money sent to this address would be lost.
pub(super) fn no_wallet(problem: WalletProblem, field: impl Into<String>, address: &str) -> DeskError {
    DeskError::of(problem.code(), problem.to_string()).with("field", field).with("address", address)
}

/// The MoltMarket account must be open.
pub(super) fn no_molt() -> DeskError {
    DeskError::of("molt_closed", "no MoltMarket account is open")
}

/// The account must be open.
pub(super) fn no_account() -> DeskError {
    DeskError::of("not_now", "no marketplace account is open")
}
