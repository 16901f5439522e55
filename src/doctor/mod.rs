//! What stands between a buyer and a delivered picture, in the order in which an order meets it: facts in, findings out.
//!
//! Asks nobody. Whoever gathers the facts decides how long each may take.

mod judge;

use std::collections::BTreeMap;

use rust_decimal::Decimal;

pub use judge::judge;

/// Something an order needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Need {
    Disk,
    Keys,
    Clock,
    Open,
    Market,
    News,
    SignOfLife,
    Street,
    Model,
    Caps,
    Listings,
    MoltMarket,
    Seller,
}

impl Need {
    /// The word screens know.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Disk => "disk",
            Self::Keys => "keys",
            Self::Clock => "clock",
            Self::Open => "open",
            Self::Market => "market",
            Self::News => "news",
            Self::SignOfLife => "sign_of_life",
            Self::Street => "street",
            Self::Model => "model",
            Self::Caps => "caps",
            Self::Listings => "listings",
            Self::MoltMarket => "moltmarket",
            Self::Seller => "seller",
        }
    }
}

/// How it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    Fine,
    /// Works, and is worth a look.
    Heed,
    Wrong,
    /// Could not be found out.
    Unknown,
}

impl Standing {
    /// The word screens know.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Fine => "fine",
            Self::Heed => "heed",
            Self::Wrong => "wrong",
            Self::Unknown => "unknown",
        }
    }
}

/// What the seller can do about it with one button.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fix {
    /// Look again: nothing here can be set right from here.
    Again,
    OpenStall,
    Hours,
    Accounts,
    /// Credit is bought at the provider.
    TopUp,
    Caps,
    Listings,
    /// Open the public address again and ask it from outside.
    TryStreet,
    /// Settle who the server is, or what it is opened with.
    Street,
    Claim,
    ReadMoltMarket,
    Orders,
    DataFolder,
}

impl Fix {
    /// The word screens know.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Again => "again",
            Self::OpenStall => "open_stall",
            Self::Hours => "hours",
            Self::Accounts => "accounts",
            Self::TopUp => "top_up",
            Self::Caps => "caps",
            Self::Listings => "listings",
            Self::TryStreet => "try_street",
            Self::Street => "street",
            Self::Claim => "claim",
            Self::ReadMoltMarket => "read_moltmarket",
            Self::Orders => "orders",
            Self::DataFolder => "data_folder",
        }
    }
}

/// One thing looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    pub need: Need,
    pub standing: Standing,
    /// Why it stands so: a code that screens word.
    pub why: &'static str,
    /// What the words name.
    pub detail: BTreeMap<&'static str, String>,
    pub fix: Option<Fix>,
}

/// What came of asking somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    Answered,
    /// The key was not accepted.
    KeyRefused,
    OutOfCredit,
    /// With the code of what happened.
    Failed(&'static str),
    /// No answer within the time that was given.
    Silent,
}

/// Something that repeats, as it was last seen.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Beat {
    /// Seconds since it last worked.
    pub worked_ago: Option<i64>,
    /// Older than this is too old, in seconds.
    pub within: i64,
    /// The last try failed.
    pub failing: bool,
}

/// Why a stall is closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Closed {
    Switch,
    Hours,
    Away,
}

/// The seller's public address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Street {
    /// None is wanted: news is asked for.
    Off,
    Opening,
    /// It leads here; `told` is whether the market knows it.
    Open {
        told: bool,
    },
    /// With the code of the trouble.
    Trouble(&'static str),
}

/// What is known of the Agent Market account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MarketFacts {
    pub asked: Asked,
    pub news: Beat,
    pub sign_of_life: Beat,
    pub street: Street,
    /// Listings buyers can see, and listings the market refused.
    pub listed: u32,
    pub refused: u32,
}

/// What is known of the model provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ModelFacts {
    None,
    /// With what is left, in US dollars, where the provider says.
    Key {
        asked: Asked,
        left_usd: Option<Decimal>,
    },
}

/// What is known of the MoltMarket account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MoltFacts {
    pub is_claimed: bool,
    pub key_refused: bool,
    pub inbox: Beat,
}

/// Everything a verdict is founded on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facts {
    pub is_practice: bool,
    /// Code of what the disk does not take.
    pub disk_trouble: Option<&'static str>,
    /// Bytes.
    pub free: Option<u64>,
    pub free_is_little: bool,
    /// The program that copies the data folder about, or the kind of network it lies on.
    pub folder_risk: Option<(&'static str, String)>,
    /// keychain, file, memory
    pub keys_in: &'static str,
    /// How far this computer's clock is ahead of the market's, in seconds.
    pub clock_ahead: Option<i64>,
    pub closed: Option<Closed>,
    pub market: Option<MarketFacts>,
    pub model: ModelFacts,
    pub spent_today_usd: Decimal,
    pub cap_today_usd: Option<Decimal>,
    pub molt: Option<MoltFacts>,
    /// Orders that wait for the seller.
    pub waiting: u32,
}
