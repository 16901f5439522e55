//! The simulated people of the second market: who they are, what they want, and what they do when others do something.
//!
//! - `kinds`: the kinds of posters, workers and talkers, and what one remembers. `briefs`: the jobs posters have.
//!   `words`: everything else they say.
//! - `arrive`: how one comes: with a job, an application, a first message. `visits`: who comes by itself.
//! - `poster`, `worker`, `talker`: what one does next, decided from what is there alone. `acts`: what can be done.
//! - `round`: carries the plans out in time. `perform`: does one act. `look`: a poster looks at a delivery.

mod acts;
mod arrive;
mod briefs;
mod kinds;
mod look;
mod perform;
mod poster;
mod round;
mod talker;
mod visits;
mod words;
mod worker;

pub(in crate::practice) use arrive::{JobWish, TalkWish, WorkerWish, apply, post, talk};
pub use kinds::{PosterKind, TalkerKind, WorkerKind};
pub(crate) use kinds::{PosterScript, TalkerScript, WorkerScript};
pub(in crate::practice) use round::{Plans, live};
