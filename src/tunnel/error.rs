//! Why a tunnel cannot be opened, or ended.

use std::path::PathBuf;

use thiserror::Error;

use super::host_key::HostKey;

/// Why there is no public address now. Never holds a token, nor a text of others: what a far side says of itself is
/// reduced to its code.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum TunnelError {
    /// The provider does not know the token.
    #[error("the token is not accepted; copy it once more from the provider's page")]
    BadToken,
    #[error("{program} is not installed on this computer")]
    ProgramMissing { program: &'static str },
    /// Empty `found`: the program does not say its version, so it is another one.
    #[error("{program} {found} cannot be used; version {wanted} or newer is needed")]
    ProgramVersion { program: &'static str, found: String, wanted: &'static str },
    #[error("the far side's certificate is not the one it should show")]
    WrongCertificate,
    #[error("the far side cannot be reached")]
    NetworkDown,
    /// The first connection to a server: nothing was sent but the greeting.
    #[error("the server's key is to be confirmed first: {0}")]
    HostKeyUnknown(HostKey),
    /// Nothing was sent but the greeting. `found` is empty when the server no longer has a key of that kind.
    #[error("the server shows another key than the one that was confirmed, which is {confirmed}")]
    HostKeyChanged { confirmed: HostKey, found: Option<HostKey> },
    #[error("the server does not let this user in with this key")]
    LoginRefused,
    #[error("the key {} cannot be used: {problem}", path.display())]
    Key { path: PathBuf, problem: KeyProblem },
    #[error("there is no SSH agent with a key in it")]
    NoAgent,
    /// The far side's own code where it has one, such as `ERR_NGROK_108`.
    #[error("the far side refused{}{code}", if code.is_empty() { "" } else { ": " })]
    Refused { code: String },
    /// It is in use, or is not given to us.
    #[error("the address {0} is in use or is not given out")]
    AddressTaken(String),
    #[error("{0} is no address a tunnel can have")]
    BadAddress(String),
    /// Something on this computer is in the way.
    #[error("cannot {doing} on this computer: {kind}")]
    Here { doing: &'static str, kind: std::io::ErrorKind },
    /// The tunnel stands, but its address does not lead here.
    #[error("the address cannot be reached from outside")]
    NotReachable,
    /// It was open and is no more.
    #[error("the tunnel ended")]
    Ended,
}

/// Why a key file cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum KeyProblem {
    #[error("there is no such file")]
    Missing,
    #[error("it cannot be read")]
    Unreadable,
    #[error("it is locked with a passphrase, which is missing or another one")]
    Passphrase,
    #[error("it is no Ed25519 or ECDSA key")]
    Kind,
}

impl KeyProblem {
    /// A short stable code for the screens.
    pub fn code(self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::Unreadable => "unreadable",
            Self::Passphrase => "passphrase",
            Self::Kind => "kind",
        }
    }
}

impl TunnelError {
    /// A short stable code for the screens and the log.
    pub fn code(&self) -> &'static str {
        match self {
            Self::BadToken => "bad_token",
            Self::ProgramMissing { .. } => "program_missing",
            Self::ProgramVersion { .. } => "program_version",
            Self::WrongCertificate => "wrong_certificate",
            Self::NetworkDown => "network_down",
            Self::HostKeyUnknown(_) => "host_key_unknown",
            Self::HostKeyChanged { .. } => "host_key_changed",
            Self::LoginRefused => "login_refused",
            Self::Key { .. } => "key_unusable",
            Self::NoAgent => "no_agent",
            Self::Refused { .. } => "refused",
            Self::AddressTaken(_) => "address_taken",
            Self::BadAddress(_) => "bad_address",
            Self::Here { .. } => "this_computer",
            Self::NotReachable => "not_reachable",
            Self::Ended => "ended",
        }
    }

    /// Whether trying again soon is in vain, because the seller has to do something first.
    pub fn needs_seller(&self) -> bool {
        matches!(
            self,
            Self::BadToken
                | Self::ProgramMissing { .. }
                | Self::ProgramVersion { .. }
                | Self::WrongCertificate
                | Self::HostKeyUnknown(_)
                | Self::HostKeyChanged { .. }
                | Self::LoginRefused
                | Self::Key { .. }
                | Self::NoAgent
                | Self::BadAddress(_)
        )
    }

    pub(super) fn here(doing: &'static str) -> impl Fn(std::io::Error) -> Self {
        move |error| Self::Here { doing, kind: error.kind() }
    }
}
