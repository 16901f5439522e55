//! The words of a desktop notice, in the seller's language. A notice never decides anything.

use std::sync::Arc;

use super::Stall;
use crate::host::{Notice, NoticeKind};
use crate::orders::Notices;
use crate::settings::Language;
use crate::store::OrderRow;

impl Stall {
    /// What tells the seller about orders.
    pub(super) fn notices(&self) -> Notices {
        let stall = Arc::downgrade(&self.inner);
        Arc::new(move |kind, order, code| {
            let Some(inner) = stall.upgrade() else { return };
            let stall = Self { inner };
            let language = stall.settings().language;
            stall.tell(word(kind, order, code, language), &order.id);
        })
    }
}

fn word(kind: NoticeKind, order: &OrderRow, code: &str, language: Language) -> Notice {
    let chinese = language == Language::Chinese;
    let buyer =
        order.buyer_name.clone().unwrap_or_else(|| if chinese { "一位买家" } else { "A buyer" }.to_owned());
    let price =
        order.payout.or(order.price).map(|amount| format!("{} UAT", amount.normalize())).unwrap_or_default();
    let title = match (kind, chinese) {
        (NoticeKind::BuyerMessage, false) => format!("{buyer} wrote to you"),
        (NoticeKind::BuyerMessage, true) => format!("{buyer} 给你发来消息"),
        (NoticeKind::OrderReceived, false) => format!("New order from {buyer}"),
        (NoticeKind::OrderReceived, true) => format!("{buyer} 下了新订单"),
        (NoticeKind::NeedsYou, false) => "An order needs you".to_owned(),
        (NoticeKind::NeedsYou, true) => "有订单需要你处理".to_owned(),
        (NoticeKind::Paid, false) => format!("Paid: {price}"),
        (NoticeKind::Paid, true) => format!("已收款：{price}"),
        (NoticeKind::WhileAway, false) => "While you were away".to_owned(),
        (NoticeKind::WhileAway, true) => "你离开的时候".to_owned(),
    };
    let body = match kind {
        NoticeKind::NeedsYou => format!("{}: {}", order.title, why(code, chinese)),
        _ => order.title.clone(),
    };
    Notice { kind, order_id: Some(order.id.clone()), title, body }
}

/// The reason in few words; the order's page says it in full.
fn why(code: &str, chinese: bool) -> String {
    if let Some(minutes) = code.strip_prefix("accept_soon:") {
        return match (minutes, chinese) {
            ("1", false) => "1 minute left to accept".to_owned(),
            (_, false) => format!("{minutes} minutes left to accept"),
            (_, true) => format!("还剩 {minutes} 分钟接单"),
        };
    }
    let words = match (code, chinese) {
        ("approve", false) => "the pictures wait for your yes",
        ("approve", true) => "图片等待你确认",
        ("by_hand" | "accept_asks" | "price_low", false) => "accept it or decline it",
        ("by_hand" | "accept_asks" | "price_low", true) => "请接单或拒绝",
        ("listing_paused", false) => "its listing is paused: accept it or decline it",
        ("listing_paused", true) => "商品已暂停，请接单或拒绝",
        ("disputed", false) => "the buyer raised a dispute",
        ("disputed", true) => "买家提出了争议",
        ("cancelled_midway", false) => "the buyer cancelled",
        ("cancelled_midway", true) => "订单已被取消",
        ("over_cap" | "over_listing_cap", false) => "your spending limit is reached",
        ("over_cap" | "over_listing_cap", true) => "已达到你的支出上限",
        ("out_of_credit" | "key_refused" | "model_missing", false) => {
            "the model provider needs your attention"
        }
        ("out_of_credit" | "key_refused" | "model_missing", true) => "模型服务需要你处理",
        ("buyer_asks" | "revision_limit", false) => "the buyer waits for your answer",
        ("buyer_asks" | "revision_limit", true) => "买家在等你的回复",
        ("draft_unanswered", false) => "the buyer has not answered the draft",
        ("draft_unanswered", true) => "买家没有回复草图",
        (_, false) => "a step did not work",
        (_, true) => "有一步没有成功",
    };
    words.to_owned()
}
