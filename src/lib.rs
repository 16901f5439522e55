//! Stallkeeper's engine: keeps a seller's stall on agent marketplaces. Knows nothing of windows.

pub mod clock;
pub mod conversations;
pub mod crash;
pub mod desk;
pub mod doors;
pub mod fulfilment;
pub mod guard;
pub mod host;
pub mod http;
pub mod images;
pub mod intake;
pub mod jobs;
pub mod links;
pub mod listings;
pub mod logs;
pub mod marketplaces;
pub mod model;
pub mod orders;
pub mod people;
pub mod practice;
pub mod secrets;
pub mod settings;
pub mod signals;
pub mod stall;
pub mod store;
pub mod tunnel;
