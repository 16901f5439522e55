//! Stallkeeper's engine: keeps a seller's stall on agent marketplaces. Knows nothing of windows.

pub mod clock;
pub mod guard;
pub mod host;
pub mod http;
pub mod images;
pub mod marketplaces;
pub mod model;
