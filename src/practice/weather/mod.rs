//! Bad weather on request: one-shot faults, and a dial whose sliders strike by chance all the time.
//!
//! - `fault`: what goes wrong around one call. `slider`, `dial`: where the sliders are and stand.
//! - `roll`: decides what strikes; for a seed always the same. `around`: does it to every operation, and logs the call.

mod around;
mod dial;
mod fault;
mod roll;
mod slider;

pub(crate) use around::{Around, Voice, around};
pub use dial::{Dial, DialChange, Preset};
pub(crate) use fault::{Fault, FaultKind};
pub(crate) use roll::{PushSeen, Weather};
pub use slider::{Amount, Group, Slider};
