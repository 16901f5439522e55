//! A public address without a terminal: a tunnel of the seller's choice that ends at the hook door.
//!
//! A kind of tunnel is a file behind one trait, [`Tunnel`]. The [`Supervisor`] keeps one open, has the markets told its
//! address, and asks that address from outside whether it leads here. Nothing here serves HTTP: what comes through is
//! carried to the hook door as it is.

mod child;
mod cloudflared;
mod error;
mod forward;
mod host_key;
mod lines;
mod ngrok;
mod open;
mod own;
mod probe;
mod program;
mod registration;
mod said;
mod ssh;
mod supervisor;
mod view;

pub use cloudflared::{Cloudflared, CloudflaredConfig, CloudflaredRun};
pub use error::{KeyProblem, TunnelError};
pub use host_key::{HostKey, NotAHostKey};
pub use ngrok::{Ngrok, NgrokConfig, NgrokServer};
pub use open::{Keeping, OpenTunnel, Tunnel, TunnelKind, TunnelNews};
pub use own::OwnAddress;
pub use probe::{PROBE, PROOF, Probe, ProbeKey, ProbeProblem, Prober, is_nonce, proof};
pub use program::find_cloudflared;
pub use registration::{NotRegistered, Registrar};
pub use ssh::{Ssh, SshConfig, SshLogin};
pub use supervisor::{Supervisor, SupervisorParts};
pub use view::{LastProbe, Registration, TunnelState, TunnelView};
