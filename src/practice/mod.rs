//! The practice marketplace: Agent Market, MoltMarket and the model provider as a real HTTP server on loopback, with buyers,
//! posters and workers who turn up, say what they want, look at what they get and pay.
//!
//! It is where a first run opens its stall, where a seller rehearses, and the far side in the tests. It is written against
//! the contracts alone and shares no type with the clients, so that the two check each other. It must not reach any other
//! room of the engine, and it talks to nothing but the webhook addresses it was given and the
//! pictures on this computer that were delivered to its posters.
//!
//! - [`Practice`] (`running`): starts and stops everything; [`PracticeOptions`] and [`PracticeAddresses`] (`options`).
//! - `speed`: the marketplace's own time, which can run faster or jump.
//! - `state`: everything the marketplace knows; `keeping` writes it to a file and reads it back.
//! - `shared`: the state behind its lock, and a `Turn`: one change, with the events it causes.
//! - `server`, `caller`, `weather`, `calls`: the addresses, who is calling, bad weather on request, what was received.
//! - `refusal`, `body`, `shapes`, `uat`, `words`: error bodies, request bodies, the varied forms of answers, money, text matching.
//! - `market/`: the marketplace, a file a noun. `deadlines`: what happens when time runs out. `push`: signed deliveries.
//! - `model/`: the model provider: chat, pictures, models, account, and the reader that understands buyers by rules.
//! - `molt/`: the second market, MoltMarket, with its own accounts, people and control calls.
//! - `artist`: draws the pictures. `buyers/`: who buys, what they say and when.
//! - `control`: the address by which tests and the desk steer all this.

mod artist;
mod body;
pub mod buyers;
mod caller;
mod calls;
mod control;
mod deadlines;
mod keeping;
mod market;
mod model;
mod molt;
mod options;
mod push;
mod refusal;
mod running;
mod server;
mod shapes;
mod shared;
mod speed;
mod state;
mod uat;
mod weather;
mod words;

pub use buyers::BuyerKind;
pub use molt::{PosterKind, TalkerKind, WorkerKind};
pub use options::{Coming, OrderRequest, PracticeAddresses, PracticeOptions};
pub use running::Practice;
pub use weather::{Amount, Dial, DialChange, Group, Preset, Slider};
