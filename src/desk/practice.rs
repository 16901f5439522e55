//! The rehearsal: a buyer now, how fast time passes, and how bad the weather is.

use super::contract::*;
use crate::practice::{BuyerKind, DialChange, OrderRequest, Practice, Slider};
use crate::stall::Stall;

pub(super) async fn buyer(stall: &Stall, request: PracticeBuyer) -> Result<Nothing, DeskError> {
    let kind: BuyerKind = serde_json::from_value(serde_json::Value::String(request.kind))
        .map_err(|_| DeskError::of("invalid", "no such buyer").with("field", "kind"))?;
    let listing = stall.store().lookup_listing(&request.listing_id).await?;
    let listing_id = listing.and_then(|row| row.market_listing_id).unwrap_or(request.listing_id);
    let practice = stall.practice().lock().await;
    let practice = practice.as_ref().ok_or_else(not_practice)?;
    practice
        .place_order(OrderRequest { listing_id, buyer: kind })
        .await
        .map_err(|error| DeskError::of("conflict", error.to_string()))?;
    Ok(Nothing {})
}

pub(super) async fn speed(stall: &Stall, request: PracticeSpeed) -> Result<StallView, DeskError> {
    if !(0.1..=1000.0).contains(&request.speed) {
        return Err(DeskError::of("invalid", "a speed is 0.1 to 1000").with("field", "speed"));
    }
    {
        let practice = stall.practice().lock().await;
        practice.as_ref().ok_or_else(not_practice)?.set_speed(request.speed);
    }
    super::stall::view(stall).await
}

pub(super) async fn weather(stall: &Stall, _: Nothing) -> Result<PracticeWeather, DeskError> {
    let practice = stall.practice().lock().await;
    practice.as_ref().map(shown).ok_or_else(not_practice)
}

pub(super) async fn set_weather(
    stall: &Stall,
    request: SetPracticeWeather,
) -> Result<PracticeWeather, DeskError> {
    let change = change(request)?;
    let practice = stall.practice().lock().await;
    let practice = practice.as_ref().ok_or_else(not_practice)?;
    practice.set_weather(&change).map_err(no_such_weather)?;
    Ok(shown(practice))
}

fn not_practice() -> DeskError {
    DeskError::of("not_now", "this is not the practice marketplace")
}

fn no_such_weather(field: &str) -> DeskError {
    DeskError::of("invalid", "the weather cannot be set like this").with("field", field)
}

fn shown(practice: &Practice) -> PracticeWeather {
    let (dial, seed, strikes) = practice.weather();
    let small = |number: i64| i32::try_from(number).unwrap_or_default();
    let sliders = Slider::ALL.into_iter().map(|slider| WeatherSlider {
        name: slider.name().to_owned(),
        group: slider.group().name().to_owned(),
        chance: slider.has_chance().then(|| dial.chance(slider)),
        amount: slider.amount().map(|amount| WeatherAmount {
            value: small(dial.amount(slider)),
            least: small(amount.least),
            most: small(amount.most),
        }),
    });
    PracticeWeather {
        preset: dial.preset().map(|preset| preset.name().to_owned()),
        seed: seed.to_string(),
        sliders: sliders.collect(),
        strikes: u32::try_from(strikes).unwrap_or(u32::MAX),
    }
}

fn change(request: SetPracticeWeather) -> Result<DialChange, DeskError> {
    let mut change = DialChange::default();
    if let Some(name) = request.preset {
        let preset = serde_json::from_value(serde_json::Value::String(name));
        change.preset = Some(preset.map_err(|_| no_such_weather("preset"))?);
    }
    if let Some(seed) = request.seed {
        change.seed = Some(seed.trim().parse().map_err(|_| no_such_weather("seed"))?);
    }
    for setting in request.sliders {
        let slider = Slider::try_from(setting.name).map_err(|_| no_such_weather("sliders"))?;
        change.chances.extend(setting.chance.map(|chance| (slider, chance)));
        change.amounts.extend(setting.amount.map(|amount| (slider, i64::from(amount))));
    }
    Ok(change)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wish(name: &str) -> SetPracticeWeather {
        let slider = WeatherSetting { name: name.to_owned(), chance: Some(0.5), amount: None };
        SetPracticeWeather { sliders: vec![slider], ..SetPracticeWeather::default() }
    }

    #[test]
    fn what_a_screen_asks_for_becomes_a_change_of_the_dial() {
        let asked = SetPracticeWeather {
            preset: Some("storm".to_owned()),
            seed: Some(" 42 ".to_owned()),
            ..wish("push_lost")
        };
        let change = change(asked).unwrap();
        assert_eq!((change.preset.map(|preset| preset.name()), change.seed), (Some("storm"), Some(42)));
        assert_eq!(change.chances.get(&Slider::PushLost), Some(&0.5));
    }

    #[test]
    fn what_is_no_weather_is_refused() {
        let refused = |asked| change(asked).unwrap_err().detail.get("field").cloned();
        assert_eq!(refused(wish("rain")).as_deref(), Some("sliders"));
        let preset = SetPracticeWeather { preset: Some("hail".to_owned()), ..wish("push_lost") };
        assert_eq!(refused(preset).as_deref(), Some("preset"));
        let seed = SetPracticeWeather { seed: Some("many".to_owned()), ..wish("push_lost") };
        assert_eq!(refused(seed).as_deref(), Some("seed"));
    }
}
