//! A span in seconds, fractions allowed.

use std::str::FromStr;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// How often something repeats: more than 0, at most a day.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(try_from = "f64", into = "f64")]
pub struct Seconds(f64);

/// Why a number of seconds is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("must be a number of seconds above 0 and at most 86400")]
pub struct SecondsProblem;

impl Seconds {
    const MOST: f64 = 86_400.0;

    /// A whole number of seconds between 1 and a day; more or less is brought to the nearest.
    pub const fn whole(seconds: u32) -> Self {
        let seconds = if seconds == 0 { 1 } else { seconds };
        Self(if seconds > 86_400 { Self::MOST } else { seconds as f64 })
    }

    /// The same span twice, at most a day.
    pub fn doubled(self) -> Self {
        Self((self.0 * 2.0).min(Self::MOST))
    }

    /// As a span of time.
    pub fn duration(self) -> Duration {
        Duration::from_secs_f64(self.0)
    }

    /// Rounded up to whole seconds, for showing.
    pub fn rounded_up(self) -> u32 {
        self.0.ceil() as u32
    }
}

impl TryFrom<f64> for Seconds {
    type Error = SecondsProblem;

    fn try_from(seconds: f64) -> Result<Self, SecondsProblem> {
        if seconds.is_finite() && seconds > 0.0 && seconds <= Self::MOST {
            Ok(Self(seconds))
        } else {
            Err(SecondsProblem)
        }
    }
}

impl From<Seconds> for f64 {
    fn from(seconds: Seconds) -> f64 {
        seconds.0
    }
}

impl FromStr for Seconds {
    type Err = SecondsProblem;

    fn from_str(text: &str) -> Result<Self, SecondsProblem> {
        text.trim().parse::<f64>().map_err(|_| SecondsProblem)?.try_into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fractions_are_taken_and_nonsense_is_not() {
        assert_eq!("0.25".parse::<Seconds>().unwrap().duration(), Duration::from_millis(250));
        assert_eq!("60".parse::<Seconds>().unwrap(), Seconds::whole(60));
        for text in ["0", "-1", "NaN", "inf", "soon", "", "86401"] {
            assert_eq!(text.parse::<Seconds>(), Err(SecondsProblem), "{text}");
        }
    }
}
