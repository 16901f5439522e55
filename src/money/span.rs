//! Spans of time as the seller lives them: days and weeks of their own zone, a week from Monday on.

use jiff::civil::{Date, Weekday};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Span as Length, Timestamp};

/// Weeks beyond these are put together with the first.
const MOST_PARTS: usize = 1_100;
const SEVERAL_WEEKS: i64 = 12;

/// How far back is looked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Span {
    /// From Monday on, a day each.
    Week,
    /// From the first on, a week each.
    Month,
    /// This week and the eleven before.
    Weeks12,
    /// From the first movement on, a week each.
    All,
}

/// A day or a week, or what of it lies in the span.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    pub from: Timestamp,
    /// Without this instant.
    pub to: Timestamp,
}

impl Span {
    /// The span by its word.
    pub fn parse(word: &str) -> Option<Self> {
        match word {
            "week" => Some(Self::Week),
            "month" => Some(Self::Month),
            "weeks12" => Some(Self::Weeks12),
            "all" => Some(Self::All),
            _ => None,
        }
    }

    /// Whether its parts are days.
    pub fn by_day(self) -> bool {
        self == Self::Week
    }
}

/// Every part of a span, the oldest first, the present one whole; never empty.
pub fn parts(span: Span, now: Timestamp, zone: &TimeZone, first: Option<Timestamp>) -> Vec<Part> {
    let today = zone.to_datetime(now).date();
    let monday = monday_of(today);
    let mut starts = match span {
        Span::Week => (0..7).filter_map(|day| days_after(monday, day)).collect(),
        Span::Month => {
            let mut starts = vec![today.first_of_month()];
            let mut next = days_after(monday_of(today.first_of_month()), 7);
            while let Some(start) = next.filter(|start| *start <= today) {
                starts.push(start);
                next = days_after(start, 7);
            }
            starts
        }
        Span::Weeks12 => weeks(days_after(monday, -7 * (SEVERAL_WEEKS - 1)).unwrap_or(monday), monday),
        Span::All => {
            let first = first.map_or(today, |first| zone.to_datetime(first.min(now)).date());
            weeks(monday_of(first), monday)
        }
    };
    let week_end = days_after(monday, 7).unwrap_or(today);
    let end = match span {
        Span::Month => week_end.min(today.last_of_month().tomorrow().unwrap_or(today)),
        _ => week_end,
    };
    if starts.len() > MOST_PARTS {
        starts.drain(1..=starts.len() - MOST_PARTS);
    }
    let mut bounds: Vec<Timestamp> =
        starts.into_iter().chain([end]).map(|date| midnight(date, zone, now)).collect();
    bounds.dedup();
    bounds
        .windows(2)
        .filter_map(|two| match two {
            [from, to] if from < to => Some(Part { from: *from, to: *to }),
            _ => None,
        })
        .collect()
}

fn weeks(from: Date, to: Date) -> Vec<Date> {
    std::iter::successors(Some(from), |date| days_after(*date, 7)).take_while(|date| *date <= to).collect()
}

fn monday_of(date: Date) -> Date {
    days_after(date, -i64::from(date.weekday().since(Weekday::Monday))).unwrap_or(date)
}

fn days_after(date: Date, days: i64) -> Option<Date> {
    date.checked_add(Length::new().days(days)).ok()
}

/// The first instant of a day; it may be one o'clock where clocks are changed at midnight.
fn midnight(date: Date, zone: &TimeZone, now: Timestamp) -> Timestamp {
    date.to_zoned(zone.clone()).and_then(|day| day.start_of_day()).map_or_else(
        |_| now.saturating_add(SignedDuration::from_hours(24)).unwrap_or(now),
        |day| day.timestamp(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn shown(span: Span, now: &str, zone: &str, first: Option<&str>) -> Vec<String> {
        let zone = TimeZone::get(zone).unwrap();
        let parts = parts(span, at(now), &zone, first.map(at));
        for two in parts.windows(2) {
            assert_eq!(two[0].to, two[1].from, "no gap");
        }
        let words = |at: Timestamp| at.to_zoned(zone.clone()).strftime("%m-%dT%H").to_string();
        parts.iter().map(|part| format!("{}/{}", words(part.from), words(part.to))).collect()
    }

    #[test]
    fn a_week_is_seven_days_from_the_sellers_monday() {
        // Sunday evening in UTC is Monday in Shanghai already.
        let days = shown(Span::Week, "2026-11-22T20:00:00Z", "Asia/Shanghai", None);
        assert_eq!(days.len(), 7);
        assert_eq!((days[0].as_str(), days[6].as_str()), ("11-23T00/11-24T00", "11-29T00/11-30T00"));
        let days = shown(Span::Week, "2026-11-22T20:00:00Z", "UTC", None);
        assert_eq!(days[0], "11-16T00/11-17T00");
    }

    #[test]
    fn a_month_begins_on_its_first_and_is_cut_into_weeks() {
        let weeks = shown(Span::Month, "2026-11-18T08:00:00Z", "UTC", None);
        // The first of November 2026 is a Sunday.
        assert_eq!(
            weeks,
            ["11-01T00/11-02T00", "11-02T00/11-09T00", "11-09T00/11-16T00", "11-16T00/11-23T00"]
        );
        let last = shown(Span::Month, "2026-11-30T08:00:00Z", "UTC", None);
        assert_eq!(last.last().unwrap(), "11-30T00/12-01T00");
    }

    #[test]
    fn twelve_weeks_are_whole_weeks_also_over_a_change_of_clocks() {
        let weeks = shown(Span::Weeks12, "2026-11-18T08:00:00Z", "Europe/Berlin", None);
        assert_eq!(weeks.len(), 12);
        assert_eq!((weeks[0].as_str(), weeks[11].as_str()), ("08-31T00/09-07T00", "11-16T00/11-23T00"));
        assert!(weeks.contains(&"10-19T00/10-26T00".to_owned()), "clocks go back on the 25th");
    }

    #[test]
    fn everything_begins_with_the_first_movement_and_has_every_week() {
        let weeks = shown(Span::All, "2026-11-18T08:00:00Z", "UTC", Some("2026-10-28T23:00:00Z"));
        assert_eq!(weeks.len(), 4);
        assert_eq!(weeks[0], "10-26T00/11-02T00");
        assert_eq!(shown(Span::All, "2026-11-18T08:00:00Z", "UTC", None).len(), 1);
        // A first movement from before anybody had a computer, or from the future.
        assert_eq!(
            shown(Span::All, "2026-11-18T08:00:00Z", "UTC", Some("1970-01-01T00:00:00Z")).len(),
            MOST_PARTS
        );
        assert_eq!(shown(Span::All, "2026-11-18T08:00:00Z", "UTC", Some("2030-01-01T00:00:00Z")).len(), 1);
    }
}
