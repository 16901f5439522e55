//! The words of a table in the seller's language: a file has no screen that words it.

use crate::settings::Language;

/// The words of a table in one language.
#[derive(Debug, Clone, Copy)]
pub struct SheetWords {
    /// Of the columns, from left to right.
    pub heads: [&'static str; 16],
    pub order: &'static str,
    pub task: &'static str,
    pub job: &'static str,
    pub letters: &'static str,
    pub hired: &'static str,
    pub practice: &'static str,
    pub stages: [&'static str; 7],
}

const ENGLISH: SheetWords = SheetWords {
    heads: [
        "When",
        "Marketplace",
        "Practice",
        "Kind",
        "Order",
        "Title",
        "Buyer or worker",
        "Stage",
        "Marketplace status",
        "Price",
        "Currency",
        "Earned",
        "Fee",
        "Refunded",
        "Paid out by hand",
        "Models (USD)",
    ],
    order: "order",
    task: "own request",
    job: "job",
    letters: "letters for a job",
    hired: "hired",
    practice: "practice",
    stages: ["waiting", "asking", "making", "to approve", "delivered", "paid", "closed"],
};

const CHINESE: SheetWords = SheetWords {
    heads: [
        "时间",
        "市场",
        "练习",
        "类别",
        "订单",
        "名称",
        "买家或雇用的人",
        "阶段",
        "市场状态",
        "价格",
        "货币",
        "收入",
        "手续费",
        "退款",
        "自行付出",
        "模型费用（美元）",
    ],
    order: "订单",
    task: "自己的请求",
    job: "工作",
    letters: "工作申请信",
    hired: "雇用",
    practice: "练习",
    stages: ["等待接单", "询问需求", "制作中", "待您批准", "已交付", "已付款", "已关闭"],
};

impl SheetWords {
    /// The words of a language.
    pub fn of(language: Language) -> &'static Self {
        match language {
            Language::English => &ENGLISH,
            Language::Chinese => &CHINESE,
        }
    }
}
