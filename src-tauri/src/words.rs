//! The few words the shell itself says, in both languages; everything else is worded by the screens or the engine.

use stallkeeper::desk::contract::Language;
use stallkeeper::host::TraySummary;

/// Words of the tray menu.
pub struct TrayWords {
    pub show: &'static str,
    pub open: &'static str,
    pub quit: &'static str,
}

pub fn tray(language: Language) -> TrayWords {
    match language {
        Language::English => {
            TrayWords { show: "Show the stall", open: "Open for orders", quit: "Quit Stallkeeper" }
        }
        Language::Chinese => {
            TrayWords { show: "打开窗口", open: "营业中", quit: "退出 Stallkeeper" }
        }
    }
}

/// Title and text shown once, when the window is closed for the first time.
pub fn still_there(language: Language) -> (&'static str, &'static str) {
    match language {
        Language::English => (
            "Your stall stays open",
            "Orders are still served. Find the stall in the tray, or start Stallkeeper again to see it.",
        ),
        Language::Chinese => {
            ("店铺仍在营业", "订单会继续处理。点击托盘图标，或再次启动 Stallkeeper，即可回到窗口。")
        }
    }
}

/// One line on how the stall stands.
pub fn summary(language: Language, summary: TraySummary) -> String {
    let mut parts = Vec::new();
    match language {
        Language::English => {
            parts.push(if summary.open { "Open" } else { "Closed" }.to_owned());
            if summary.practice {
                parts.push("practice".to_owned());
            }
            match summary.needs_you {
                0 => {}
                1 => parts.push("1 order needs you".to_owned()),
                orders => parts.push(format!("{orders} orders need you")),
            }
            if summary.unread > 0 {
                parts.push(format!("{} unread", summary.unread));
            }
            parts.join(" · ")
        }
        Language::Chinese => {
            parts.push(if summary.open { "营业中" } else { "已打烊" }.to_owned());
            if summary.practice {
                parts.push("练习".to_owned());
            }
            if summary.needs_you > 0 {
                parts.push(format!("{} 个订单需要您处理", summary.needs_you));
            }
            if summary.unread > 0 {
                parts.push(format!("{} 条未读", summary.unread));
            }
            parts.join(" · ")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_summary_says_only_what_is_so() {
        let quiet = TraySummary { open: true, practice: false, needs_you: 0, unread: 0 };
        assert_eq!(summary(Language::English, quiet), "Open");
        assert_eq!(summary(Language::Chinese, quiet), "营业中");
        let busy = TraySummary { open: false, practice: true, needs_you: 1, unread: 3 };
        assert_eq!(summary(Language::English, busy), "Closed · practice · 1 order needs you · 3 unread");
        assert_eq!(summary(Language::Chinese, busy), "已打烊 · 练习 · 1 个订单需要您处理 · 3 条未读");
    }
}
