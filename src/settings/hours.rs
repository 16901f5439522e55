//! When the stall is open by itself: hours of the day on days of the week, and a time away. Pure; the seller's time zone
//! comes with the moment that is asked about.

use jiff::civil::{Date, Time, Weekday};
use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};
use serde::{Deserialize, Serialize};

/// Opening hours, and until when the seller is away.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct OpeningHours {
    /// Whether there are any; without, the stall is open around the clock.
    pub kept: bool,
    /// Days they begin on, Monday first.
    pub days: [bool; 7],
    /// Hours and minutes of the seller's clock. The same twice is the whole day; a later beginning than end goes over midnight.
    pub from: Time,
    pub until: Time,
    /// The first day on which the stall is open again, while the seller is away.
    pub back_on: Option<Date>,
}

impl Default for OpeningHours {
    fn default() -> Self {
        let at = |hour| Time::constant(hour, 0, 0, 0);
        Self { kept: false, days: [true; 7], from: at(9), until: at(22), back_on: None }
    }
}

/// Why the stall is closed by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClosedBy {
    Hours,
    Away,
}

/// Hours of every day in which no notice is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct QuietHours {
    pub kept: bool,
    pub from: Time,
    /// A later beginning than end goes over midnight.
    pub until: Time,
}

impl Default for QuietHours {
    fn default() -> Self {
        Self { kept: false, from: Time::constant(22, 0, 0, 0), until: Time::constant(8, 0, 0, 0) }
    }
}

impl QuietHours {
    /// When they end, in them. Hours that never end are none.
    pub fn ends_at(&self, at: &Zoned) -> Option<Timestamp> {
        let span =
            OpeningHours { kept: true, days: [true; 7], from: self.from, until: self.until, back_on: None };
        if !self.kept || span.closed_by(at).is_some() {
            return None;
        }
        span.next_change(at)
    }
}

/// Days looked ahead for the next change: a week and the day on which it began.
const AHEAD: i64 = 8;

impl OpeningHours {
    /// What keeps the stall closed at this moment, if anything.
    pub fn closed_by(&self, at: &Zoned) -> Option<ClosedBy> {
        if self.back_on.is_some_and(|back| at.date() < back) {
            return Some(ClosedBy::Away);
        }
        (self.kept && !self.is_within(at)).then_some(ClosedBy::Hours)
    }

    /// When the answer changes next by itself; none when it never does.
    pub fn next_change(&self, at: &Zoned) -> Option<Timestamp> {
        let now = self.closed_by(at).is_some();
        let zone = at.time_zone();
        let starts_back = self.back_on.and_then(|back| back.to_zoned(zone.clone()).ok());
        let first = starts_back.as_ref().filter(|back| *back > at).map_or(at.date(), Zoned::date);
        let mut moments: Vec<Zoned> = starts_back.into_iter().collect();
        if self.kept {
            for day in -1..=AHEAD {
                let Ok(date) = first.checked_add(jiff::Span::new().days(day)) else { continue };
                moments.extend(self.span_of(date, zone).into_iter().flatten());
            }
        }
        moments.retain(|moment| moment > at);
        moments.sort();
        moments
            .into_iter()
            .find(|moment| self.closed_by(moment).is_some() != now)
            .map(|moment| moment.timestamp())
    }

    /// Whether no opening can ever come: hours are kept on no day.
    pub fn never(&self) -> bool {
        self.kept && !self.days.contains(&true)
    }

    fn is_within(&self, at: &Zoned) -> bool {
        let begun = |date: Date| {
            self.span_of(date, at.time_zone()).is_some_and(|[from, until]| from <= *at && *at < until)
        };
        // What began yesterday may go over midnight.
        begun(at.date()) || at.date().yesterday().is_ok_and(begun)
    }

    /// The hours that begin on this day.
    fn span_of(&self, date: Date, zone: &TimeZone) -> Option<[Zoned; 2]> {
        if !self.days.get(place(date.weekday())).copied().unwrap_or_default() {
            return None;
        }
        let ends_on = if self.until > self.from { date } else { date.tomorrow().ok()? };
        let at = |date: Date, time: Time| date.to_datetime(time).to_zoned(zone.clone()).ok();
        Some([at(date, self.from)?, at(ends_on, self.until)?])
    }
}

fn place(day: Weekday) -> usize {
    usize::try_from(day.to_monday_zero_offset()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Zoned {
        text.parse().unwrap()
    }

    fn hours(days: [bool; 7], from: &str, until: &str) -> OpeningHours {
        OpeningHours {
            kept: true,
            days,
            from: from.parse().unwrap(),
            until: until.parse().unwrap(),
            back_on: None,
        }
    }

    const WORKDAYS: [bool; 7] = [true, true, true, true, true, false, false];

    #[test]
    fn without_hours_the_stall_is_open_around_the_clock() {
        let none = OpeningHours::default();
        let now = at("2026-11-22T03:00[Europe/Berlin]");
        assert_eq!((none.closed_by(&now), none.next_change(&now)), (None, None));
    }

    #[test]
    fn open_within_the_hours_of_its_days() {
        let table = [
            // 2026-11-20 is a Friday.
            ("2026-11-20T08:59[Europe/Berlin]", true, "2026-11-20T09:00[Europe/Berlin]"),
            ("2026-11-20T09:00[Europe/Berlin]", false, "2026-11-20T18:00[Europe/Berlin]"),
            ("2026-11-20T18:00[Europe/Berlin]", true, "2026-11-23T09:00[Europe/Berlin]"),
            ("2026-11-22T12:00[Europe/Berlin]", true, "2026-11-23T09:00[Europe/Berlin]"),
        ];
        let hours = hours(WORKDAYS, "09:00", "18:00");
        for (now, is_closed, next) in table {
            let now = at(now);
            assert_eq!(hours.closed_by(&now), is_closed.then_some(ClosedBy::Hours), "{now}");
            assert_eq!(hours.next_change(&now), Some(at(next).timestamp()), "{now}");
        }
    }

    #[test]
    fn hours_over_midnight_belong_to_the_day_they_begin_on() {
        let hours = hours(WORKDAYS, "20:00", "02:00");
        assert_eq!(hours.closed_by(&at("2026-11-21T01:59[Asia/Shanghai]")), None, "Friday's night");
        assert_eq!(
            hours.closed_by(&at("2026-11-21T21:00[Asia/Shanghai]")),
            Some(ClosedBy::Hours),
            "no Saturday"
        );
        let monday = at("2026-11-23T01:00[Asia/Shanghai]");
        assert_eq!(hours.closed_by(&monday), Some(ClosedBy::Hours), "no Sunday's night");
        assert_eq!(hours.next_change(&monday), Some(at("2026-11-23T20:00[Asia/Shanghai]").timestamp()));
    }

    #[test]
    fn the_same_time_twice_is_the_whole_day_and_days_in_a_row_are_one() {
        let hours = hours(WORKDAYS, "00:00", "00:00");
        let thursday = at("2026-11-19T15:00[UTC]");
        assert_eq!(hours.closed_by(&thursday), None);
        assert_eq!(hours.next_change(&thursday), Some(at("2026-11-21T00:00[UTC]").timestamp()));
        let always = OpeningHours { days: [true; 7], ..hours };
        assert_eq!(always.next_change(&thursday), None);
    }

    #[test]
    fn away_until_the_day_of_return_and_then_within_its_hours() {
        let away = OpeningHours { back_on: Some("2026-12-24".parse().unwrap()), ..OpeningHours::default() };
        let now = at("2026-11-22T12:00[Europe/Berlin]");
        assert_eq!(away.closed_by(&now), Some(ClosedBy::Away));
        assert_eq!(away.next_change(&now), Some(at("2026-12-24T00:00[Europe/Berlin]").timestamp()));
        assert_eq!(away.closed_by(&at("2026-12-24T00:00[Europe/Berlin]")), None);
        let with_hours = OpeningHours { kept: true, ..away };
        assert_eq!(with_hours.next_change(&now), Some(at("2026-12-24T09:00[Europe/Berlin]").timestamp()));
    }

    #[test]
    fn a_clock_that_is_put_forward_skips_no_opening() {
        // On 2027-03-28 there is no 02:30 in Berlin.
        let hours = hours([true; 7], "02:30", "04:00");
        let now = at("2027-03-28T01:00[Europe/Berlin]");
        assert_eq!(hours.next_change(&now), Some(at("2027-03-28T03:30[Europe/Berlin]").timestamp()));
    }

    #[test]
    fn quiet_hours_end_in_the_morning() {
        let quiet = QuietHours { kept: true, ..QuietHours::default() };
        let night = at("2026-11-22T23:15[Europe/Berlin]");
        assert_eq!(quiet.ends_at(&night), Some(at("2026-11-23T08:00[Europe/Berlin]").timestamp()));
        assert_eq!(quiet.ends_at(&at("2026-11-23T08:00[Europe/Berlin]")), None);
        assert_eq!(QuietHours::default().ends_at(&night), None);
        let endless = QuietHours { until: quiet.from, ..quiet };
        assert_eq!(endless.ends_at(&night), None);
    }

    #[test]
    fn on_no_day_it_never_opens() {
        let hours = hours([false; 7], "09:00", "18:00");
        let now = at("2026-11-22T12:00[UTC]");
        assert!(hours.never());
        assert_eq!((hours.closed_by(&now), hours.next_change(&now)), (Some(ClosedBy::Hours), None));
    }
}
