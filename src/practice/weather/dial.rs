//! The dial: where each slider stands, and the named settings of all of them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::slider::Slider;

/// Where every slider stands.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Dial {
    /// 0 never, 1 always.
    pub chances: BTreeMap<Slider, f64>,
    pub amounts: BTreeMap<Slider, i64>,
}

impl Default for Dial {
    fn default() -> Self {
        Self::of(Preset::Calm)
    }
}

/// A setting of all sliders with a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Preset {
    /// Nothing goes wrong.
    Calm,
    /// A bad day of a good market.
    Breezy,
    /// Everything at once.
    Storm,
}

impl Preset {
    pub const ALL: [Self; 3] = [Self::Calm, Self::Breezy, Self::Storm];

    pub fn name(self) -> &'static str {
        match self {
            Self::Calm => "calm",
            Self::Breezy => "breezy",
            Self::Storm => "storm",
        }
    }

    fn chance(self, slider: Slider) -> f64 {
        let (breezy, storm) = match slider {
            Slider::PushLost => (0.10, 0.30),
            Slider::PushRepeated => (0.10, 0.40),
            Slider::PushLate => (0.15, 0.40),
            Slider::PushOvertaken => (0.05, 0.30),
            Slider::PushBadlySigned => (0.0, 0.10),
            Slider::CallTooMany => (0.02, 0.06),
            Slider::CallFailedBefore => (0.03, 0.08),
            Slider::CallFailedAfter => (0.01, 0.05),
            Slider::CallCutBefore | Slider::CallCutAfter => (0.01, 0.05),
            Slider::CallHalfAnswer => (0.0, 0.04),
            Slider::CallSlow => (0.15, 0.30),
            Slider::MarketClock => (0.0, 0.0),
            Slider::PictureRefused => (0.0, 0.05),
            Slider::PictureMissing => (0.05, 0.10),
            Slider::PictureBroken => (0.0, 0.10),
            Slider::PictureNoCredit => (0.0, 0.03),
            Slider::PictureSlow => (0.20, 0.30),
        };
        match self {
            Self::Calm => 0.0,
            Self::Breezy => breezy,
            Self::Storm => storm,
        }
    }

    fn amount(self, slider: Slider) -> Option<i64> {
        match (self, slider) {
            (Self::Storm, Slider::PushRepeated) => Some(5),
            (Self::Storm, Slider::MarketClock) => Some(90),
            _ => slider.amount().map(|amount| amount.usual),
        }
    }
}

/// A change of the dial: a preset first, then single sliders on top of it.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DialChange {
    #[serde(default)]
    pub preset: Option<Preset>,
    /// Decides what is struck; setting it begins the sequence anew.
    #[serde(default)]
    pub seed: Option<u64>,
    #[serde(default)]
    pub chances: BTreeMap<Slider, f64>,
    #[serde(default)]
    pub amounts: BTreeMap<Slider, i64>,
}

impl Dial {
    pub fn of(preset: Preset) -> Self {
        let with_chance = Slider::ALL.into_iter().filter(|slider| slider.has_chance());
        Self {
            chances: with_chance.map(|slider| (slider, preset.chance(slider))).collect(),
            amounts: Slider::ALL
                .into_iter()
                .filter_map(|slider| Some((slider, preset.amount(slider)?)))
                .collect(),
        }
    }

    /// The name of this setting, if it has one.
    pub fn preset(&self) -> Option<Preset> {
        Preset::ALL.into_iter().find(|preset| Self::of(*preset) == *self)
    }

    pub fn chance(&self, slider: Slider) -> f64 {
        self.chances.get(&slider).copied().unwrap_or_default()
    }

    pub fn amount(&self, slider: Slider) -> i64 {
        self.amounts.get(&slider).copied().unwrap_or_default()
    }

    /// Whether any slider can strike.
    pub fn is_calm(&self) -> bool {
        self.chances.values().all(|chance| *chance == 0.0)
    }

    /// The dial after a change; the sequence's seed is the caller's.
    ///
    /// # Errors
    /// The name of the slider that cannot stand there.
    pub fn changed(&self, change: &DialChange) -> Result<Self, &'static str> {
        let mut dial = change.preset.map_or_else(|| self.clone(), Self::of);
        for (slider, chance) in &change.chances {
            if !slider.has_chance() || !(0.0..=1.0).contains(chance) {
                return Err(slider.name());
            }
            dial.chances.insert(*slider, *chance);
        }
        for (slider, wanted) in &change.amounts {
            let fits = slider.amount().is_some_and(|amount| (amount.least..=amount.most).contains(wanted));
            if !fits {
                return Err(slider.name());
            }
            dial.amounts.insert(*slider, *wanted);
        }
        Ok(dial)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change(text: &str) -> Result<DialChange, serde_json::Error> {
        serde_json::from_str(text)
    }

    #[test]
    fn every_slider_has_a_name_of_its_own_that_reads_back() {
        for slider in Slider::ALL {
            assert_eq!(Slider::try_from(slider.name().to_owned()), Ok(slider));
        }
        let names: std::collections::BTreeSet<_> = Slider::ALL.iter().map(|slider| slider.name()).collect();
        assert_eq!(names.len(), Slider::ALL.len());
    }

    #[test]
    fn a_storm_strikes_with_every_slider_and_a_calm_with_none() {
        let storm = Dial::of(Preset::Storm);
        assert!(storm.chances.values().all(|chance| *chance > 0.0));
        assert_ne!(storm.amount(Slider::MarketClock), 0);
        assert!(Dial::default().is_calm());
        for preset in Preset::ALL {
            assert_eq!(Dial::of(preset).preset(), Some(preset));
        }
    }

    #[test]
    fn a_change_sets_only_what_it_names_on_top_of_its_preset() {
        let wish =
            change(r#"{"preset":"storm","chances":{"push_lost":1},"amounts":{"call_slow":10}}"#).unwrap();
        let dial = Dial::default().changed(&wish).unwrap();
        assert_eq!(dial.chance(Slider::PushLost), 1.0);
        assert_eq!(dial.amount(Slider::CallSlow), 10);
        assert_eq!(dial.chance(Slider::PushLate), Dial::of(Preset::Storm).chance(Slider::PushLate));
        assert_eq!(dial.preset(), None, "a storm with a slider moved is no longer the storm");
    }

    #[test]
    fn what_cannot_be_set_is_refused_by_name() {
        for (text, slider) in [
            (r#"{"chances":{"push_lost":1.5}}"#, "push_lost"),
            (r#"{"chances":{"market_clock":0.5}}"#, "market_clock"),
            (r#"{"amounts":{"push_repeated":21}}"#, "push_repeated"),
            (r#"{"amounts":{"push_lost":1}}"#, "push_lost"),
        ] {
            assert_eq!(Dial::default().changed(&change(text).unwrap()), Err(slider), "{text}");
        }
        assert!(change(r#"{"chances":{"rain":1}}"#).is_err());
        assert!(change(r#"{"rain":1}"#).is_err());
    }
}
