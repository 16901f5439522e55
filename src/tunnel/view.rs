//! The tunnel as it is now, for the screens and for whoever decides how often the feed is read.

use jiff::Timestamp;
use url::Url;

use super::error::TunnelError;
use super::open::TunnelKind;

/// The tunnel as it is now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TunnelView {
    pub kind: TunnelKind,
    pub state: TunnelState,
    /// The last time our address was asked from outside.
    pub last_probe: Option<LastProbe>,
    pub registration: Registration,
}

/// Where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TunnelState {
    /// None is wanted, or it was closed.
    Off,
    Opening,
    /// It has an address, and as far as is known the address leads here.
    Open {
        address: Url,
        since: Timestamp,
    },
    /// News must be read from the feed.
    Trouble {
        reason: TunnelError,
        since: Timestamp,
        /// When it is opened, or asked, again.
        next_try: Timestamp,
    },
}

/// A question asked of our own address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LastProbe {
    pub at: Timestamp,
    /// Whether it led here.
    pub right: bool,
}

/// Whether the markets know the address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Registration {
    /// They were told nothing yet.
    Untold,
    /// They are being told: an address, or that there is none.
    Telling(Option<Url>),
    Told {
        address: Option<Url>,
        at: Timestamp,
    },
    /// They could not be told; it is tried again.
    Failed {
        code: &'static str,
    },
}

impl TunnelState {
    /// off, opening, open, trouble
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Opening => "opening",
            Self::Open { .. } => "open",
            Self::Trouble { .. } => "trouble",
        }
    }
}

impl TunnelView {
    pub(super) fn new(kind: TunnelKind) -> Self {
        let state = if kind == TunnelKind::Off { TunnelState::Off } else { TunnelState::Opening };
        Self { kind, state, last_probe: None, registration: Registration::Untold }
    }

    /// No tunnel at all.
    pub fn off() -> Self {
        Self::new(TunnelKind::Off)
    }

    /// The address the markets have or are to have, wherever it leads now.
    pub fn told_address(&self) -> Option<&Url> {
        match &self.registration {
            Registration::Telling(address) | Registration::Told { address, .. } => address.as_ref(),
            Registration::Untold | Registration::Failed { .. } => self.address(),
        }
    }

    /// The address, while it is open and leads here.
    pub fn address(&self) -> Option<&Url> {
        match &self.state {
            TunnelState::Open { address, .. } => Some(address),
            _ => None,
        }
    }

    /// The address, once our own question from outside has shown that it leads here.
    pub fn proved_address(&self) -> Option<&Url> {
        self.address().filter(|_| self.last_probe.is_some_and(|probe| probe.right))
    }

    /// Whether pushed news can be expected: the address led here when it was last asked, and the markets know it.
    pub fn carries_news(&self) -> bool {
        match (&self.registration, self.proved_address()) {
            (Registration::Told { address: Some(told), .. }, Some(address)) => told == address,
            _ => false,
        }
    }
}
