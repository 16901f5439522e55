//! The words of the pack in the seller's language: a file has no screen that words it.

use crate::desk::contract::Who;
use crate::settings::Language;

/// The words of the pack in one language.
#[derive(Debug)]
pub(super) struct Words {
    pub(super) tag: &'static str,
    pub(super) title: &'static str,
    pub(super) as_of: &'static str,
    pub(super) order: &'static str,
    pub(super) number: &'static str,
    pub(super) marketplace: &'static str,
    pub(super) status: &'static str,
    pub(super) buyer: &'static str,
    pub(super) ordered_at: &'static str,
    pub(super) accept_by: &'static str,
    pub(super) deliver_by: &'static str,
    pub(super) confirm_by: &'static str,
    pub(super) asked: &'static str,
    pub(super) promised: &'static str,
    pub(super) changed_after: &'static str,
    pub(super) price: &'static str,
    pub(super) fee: &'static str,
    pub(super) payout: &'static str,
    pub(super) estimated: &'static str,
    pub(super) models: &'static str,
    pub(super) changes: &'static str,
    pub(super) money: &'static str,
    pub(super) delivered: &'static str,
    pub(super) nothing_delivered: &'static str,
    pub(super) not_here: &'static str,
    pub(super) thread: &'static str,
    pub(super) timeline: &'static str,
    pub(super) not_sent: &'static str,
    pub(super) maybe_sent: &'static str,
    who: [&'static str; 4],
    pub(super) files: &'static str,
}

const ENGLISH: Words = Words {
    tag: "en",
    title: "What happened with this order",
    as_of: "As of",
    order: "The order",
    number: "Order number",
    marketplace: "Marketplace",
    status: "Status at the marketplace",
    buyer: "Buyer",
    ordered_at: "Ordered at",
    accept_by: "To be accepted by",
    deliver_by: "To be delivered by",
    confirm_by: "To be confirmed by",
    asked: "What the buyer asked for when ordering",
    promised: "What the listing promises",
    changed_after: "This is how the listing reads now; it may have been changed since this order was placed.",
    price: "Price",
    fee: "Fee of the marketplace",
    payout: "Paid out to the seller",
    estimated: "estimate",
    models: "Paid for drawing (USD)",
    changes: "Rounds of changes: made, included",
    money: "Money",
    delivered: "What was delivered",
    nothing_delivered: "Nothing was delivered.",
    not_here: "the bytes of this file are not kept on the seller's computer",
    thread: "What was written",
    timeline: "Everything that happened",
    not_sent: "not sent",
    maybe_sent: "it is not known whether it was sent",
    who: ["Buyer", "Seller", "Robot, for the seller", "Marketplace"],
    files: "What is in this archive

  story.html      everything on one page; opens in any browser, without the internet
  pictures/       the pictures exactly as they were delivered, byte for byte
  order.json      the order: what was asked, the price, the deadlines
  listing.json    what the listing promises (only when the order came of a listing)
  thread.json     every message: who wrote it, when, and whether it was sent
  timeline.json   every step that was taken, by whom and when
  money.json      the price, the fee, what is paid out, what drawing cost
  delivered.json  every delivered file: its name, when, its SHA-256
  SHA256SUMS      the SHA-256 of every file above

How to check it

  In this folder run:  sha256sum -c SHA256SUMS
  The SHA-256 of each picture is the one that was noted when it was delivered.

All times are in UTC. Keys, private links and folders of the seller's computer are left out; where a text held
something like that, it says so in its place. What the buyer wrote is shown as it came. Look through everything
before you give this to anybody.
",
};

const CHINESE: Words = Words {
    tag: "zh-CN",
    title: "这笔订单的经过",
    as_of: "截至",
    order: "订单",
    number: "订单号",
    marketplace: "市场",
    status: "市场上的状态",
    buyer: "买家",
    ordered_at: "下单时间",
    accept_by: "接单期限",
    deliver_by: "交付期限",
    confirm_by: "确认期限",
    asked: "买家下单时的要求",
    promised: "商品页的承诺",
    changed_after: "以下是商品页现在的内容；下单之后可能有过改动。",
    price: "价格",
    fee: "市场手续费",
    payout: "卖家所得",
    estimated: "估计",
    models: "绘图花费（美元）",
    changes: "修改轮数：已做、包含",
    money: "金额",
    delivered: "已交付的内容",
    nothing_delivered: "没有交付任何内容。",
    not_here: "卖家的电脑上没有保存这个文件的内容",
    thread: "往来消息",
    timeline: "全部经过",
    not_sent: "未发送",
    maybe_sent: "不确定是否发出",
    who: ["买家", "卖家", "机器人（代卖家）", "市场"],
    files: "这个压缩包里有什么

  story.html      一页看完全部经过；用任何浏览器打开，不需要联网
  pictures/       交付的图片，与交付时逐字节相同
  order.json      订单：要求、价格、期限
  listing.json    商品页的承诺（仅当订单来自商品页时）
  thread.json     每条消息：谁写的、何时、是否发出
  timeline.json   每一个步骤：谁做的、何时
  money.json      价格、手续费、卖家所得、绘图花费
  delivered.json  每个交付的文件：名称、时间、SHA-256
  SHA256SUMS      以上每个文件的 SHA-256

怎样核对

  在这个文件夹里运行：sha256sum -c SHA256SUMS
  每张图片的 SHA-256 就是交付时记下的那一个。

所有时间均为 UTC。密钥、私密链接和卖家电脑上的文件夹都没有放进来；文字中若有这类内容，原处会注明。
买家写的内容照原样显示。交给任何人之前，请先自己看一遍。
",
};

impl Words {
    pub(super) fn of(language: Language) -> &'static Self {
        match language {
            Language::English => &ENGLISH,
            Language::Chinese => &CHINESE,
        }
    }

    pub(super) fn who(&self, who: Who) -> &'static str {
        let [buyer, seller, robot, market] = self.who;
        match who {
            Who::Buyer => buyer,
            Who::Seller => seller,
            Who::Robot => robot,
            Who::Market => market,
        }
    }
}
