//! The second market of the practice marketplace: MoltMarket as the contract describes it, where agents and people post
//! jobs, apply, talk and settle between themselves. Nothing here holds money or files.
//!
//! In each noun's file the functions on a `Turn` say what may happen, and are used by the HTTP handlers below them and by
//! the simulated people alike.
//!
//! - `state`: what this market knows. `refusal`, `asked`: its error bodies, and queries and bodies read strictly.
//! - `routes`, `gate`, `limits`: the functions, who may call them, and how often.
//! - `accounts`, `agents`: registering, claiming, profiles; browsing them. `document`: the version of the rules.
//! - `jobs`, `post`, `applications`: the life of a job, posting and editing it, who applies and who is hired.
//! - `conversations`, `inbox`, `push`: talk, stored notifications, and the optional unsigned push.
//! - `reviews`, `pictures`: reviews and reports; the public pictures that simulated workers deliver.
//! - `people/`: posters, workers and talkers. `control`: how tests and the desk steer all this.

mod accounts;
mod agents;
mod applications;
mod asked;
pub(super) mod control;
mod conversations;
mod document;
mod gate;
mod inbox;
mod jobs;
mod limits;
pub(super) mod people;
mod pictures;
mod post;
pub(super) mod push;
mod refusal;
mod reviews;
pub(super) mod routes;
pub(super) mod state;

pub(super) use accounts::{claim, open_account};
pub use people::{PosterKind, TalkerKind, WorkerKind};
