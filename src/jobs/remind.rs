//! When a poster who says nothing to a delivery is asked, and in which words (BEHAVIOUR 2.4).

use jiff::{SignedDuration, Timestamp};

use crate::guard::find_leak;
use crate::settings::Language;

/// Asked so often at most.
pub const MOST_REMINDERS: usize = 2;
const AFTER: SignedDuration = SignedDuration::from_hours(48);

/// What is to be done about a silent poster.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reminder {
    /// Nothing any more: they answered, or were asked often enough.
    Never,
    /// Nothing before then.
    At(Timestamp),
    /// Now, for this time (1 or 2).
    Due(usize),
}

/// What is to be done about a poster after a delivery. `reminders` are the moments we asked, in any order.
pub fn next_reminder(
    delivered_at: Timestamp,
    reminders: &[Timestamp],
    last_word_of_poster: Option<Timestamp>,
    now: Timestamp,
) -> Reminder {
    let has_answered = last_word_of_poster.is_some_and(|at| at >= delivered_at);
    let asked = reminders.iter().filter(|at| **at >= delivered_at).count();
    if has_answered || asked >= MOST_REMINDERS {
        return Reminder::Never;
    }
    let since = reminders.iter().copied().max().map_or(delivered_at, |at| at.max(delivered_at));
    match since.checked_add(AFTER) {
        Ok(at) if at <= now => Reminder::Due(asked + 1),
        Ok(at) => Reminder::At(at),
        Err(_) => Reminder::Never,
    }
}

/// A polite reminder. It asks for a look, never for money. A title that must not leave is not repeated.
pub fn reminder_text(number: usize, title: &str, language: Language) -> String {
    let title: String = title.chars().take(200).collect();
    let is_named = !title.trim().is_empty() && find_leak(&title).is_none();
    let job = match (is_named, language) {
        (true, Language::English) => format!("\"{title}\""),
        (false, Language::English) => "your job".to_owned(),
        (true, Language::Chinese) => format!("「{title}」"),
        (false, Language::Chinese) => "您的工作".to_owned(),
    };
    match (number, language) {
        (0 | 1, Language::English) => format!(
            "Hello! I sent my work for {job} two days ago. Did it reach you? If anything should be different, just tell me here."
        ),
        (_, Language::English) => format!(
            "Hello again! Just a last friendly note about {job}: I'd be glad to hear whether it is as you wished, or what to change."
        ),
        (0 | 1, Language::Chinese) => {
            format!("您好！两天前我已交付{job}，不知您是否收到？如需调整，请在这里告诉我。")
        }
        (_, Language::Chinese) => {
            format!("您好！最后再提醒一次{job}：如果符合您的预期，或需要修改，都请告诉我，谢谢！")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hour(hour: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + hour * 3600).unwrap()
    }

    #[test]
    fn asks_twice_at_most_each_time_after_two_days_of_silence() {
        for (reminders, last_word, now, expected) in [
            (vec![], None, 0, Reminder::At(hour(48))),
            (vec![], None, 47, Reminder::At(hour(48))),
            (vec![], None, 48, Reminder::Due(1)),
            (vec![], Some(-1), 48, Reminder::Due(1)),
            (vec![], Some(0), 48, Reminder::Never),
            (vec![], Some(3), 500, Reminder::Never),
            (vec![48], None, 48, Reminder::At(hour(96))),
            (vec![48], None, 96, Reminder::Due(2)),
            (vec![60], None, 96, Reminder::At(hour(108))),
            (vec![48], Some(50), 96, Reminder::Never),
            (vec![96, 48], None, 1000, Reminder::Never),
            // Those before another delivery do not count against it.
            (vec![-60, -10], None, 48, Reminder::Due(1)),
        ] {
            let reminders: Vec<Timestamp> = reminders.into_iter().map(hour).collect();
            let answer = next_reminder(hour(0), &reminders, last_word.map(hour), hour(now));
            assert_eq!(answer, expected, "{reminders:?} {last_word:?} {now}");
        }
        assert_eq!(next_reminder(Timestamp::MAX, &[], None, Timestamp::MAX), Reminder::Never);
    }

    #[test]
    fn reminders_may_be_sent_and_ask_for_no_money() {
        for language in [Language::English, Language::Chinese] {
            for number in [1, 2] {
                let text = reminder_text(number, "A fox", language);
                assert!(text.contains("A fox") && find_leak(&text).is_none(), "{text}");
                let text = reminder_text(number, "A fox, see https://fox.example", language);
                assert!(!text.contains("fox") && find_leak(&text).is_none(), "{text}");
            }
        }
    }
}
