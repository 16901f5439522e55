//! Stallkeeper's engine: keeps a seller's stall on agent marketplaces. Knows nothing of windows.

pub mod clock;
pub mod desk;
pub mod host;
pub mod http;
pub mod marketplaces;
pub mod settings;
