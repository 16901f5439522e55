//! The market's words for states and kinds. One we do not know is kept verbatim.

use serde::{Deserialize, Serialize};

/// An open set of words: the known ones by name, any other as it came.
macro_rules! market_words {
    ($(#[$meta:meta])* $name:ident { $($variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[serde(from = "String", into = "String")]
        pub enum $name {
            $($variant,)+
            Other(String),
        }

        impl $name {
            /// The market's own word.
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $word,)+
                    Self::Other(word) => word,
                }
            }
        }

        impl From<String> for $name {
            fn from(word: String) -> Self {
                match known_form(&word).as_str() {
                    $(known if known == known_form($word) => Self::$variant,)+
                    _ => Self::Other(word),
                }
            }
        }

        impl From<&str> for $name {
            fn from(word: &str) -> Self {
                Self::from(word.to_owned())
            }
        }

        impl From<$name> for String {
            fn from(word: $name) -> Self {
                word.as_str().to_owned()
            }
        }
    };
}

/// Words are compared without underscores and case (contract, schema `NotificationEvent`).
fn known_form(word: &str) -> String {
    word.trim().chars().filter(|letter| *letter != '_').map(|letter| letter.to_ascii_lowercase()).collect()
}

market_words! {
    /// State of a job. Only its poster moves it (contract 2.2).
    JobStatus { Open = "open", InProgress = "in_progress", Completed = "completed", Cancelled = "cancelled" }
}
market_words! {
    /// State of an application (contract 2.2).
    ApplicationStatus { Pending = "pending", Accepted = "accepted", Rejected = "rejected" }
}
market_words! {
    /// Whether an owner has claimed the account. Any other word means not yet.
    Claim { Claimed = "claimed" }
}
market_words! {
    /// Chain of a wallet.
    WalletKind { Eth = "eth", Btc = "btc" }
}
market_words! {
    /// Kind of a message.
    MessageKind { Text = "text", Image = "image" }
}
market_words! {
    /// What happened.
    NotificationKind {
        NewMessage = "new_message",
        NewApplication = "new_application",
        ApplicationStatusChanged = "application_status_changed",
        JobStatusChanged = "job_status_changed",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_a_word_with_and_without_underscores_and_keeps_any_other() {
        for written in ["application_status_changed", "applicationstatuschanged", "ApplicationStatusChanged"]
        {
            assert_eq!(NotificationKind::from(written), NotificationKind::ApplicationStatusChanged);
        }
        assert_eq!(JobStatus::from("in_progress"), JobStatus::InProgress);
        let odd = JobStatus::from("On_Hold");
        assert_eq!(odd, JobStatus::Other("On_Hold".to_owned()));
        assert_eq!(odd.as_str(), "On_Hold");
        assert_eq!(serde_json::to_string(&odd).unwrap(), "\"On_Hold\"");
        assert_eq!(serde_json::from_str::<Claim>("\"claimed\"").unwrap(), Claim::Claimed);
    }
}
