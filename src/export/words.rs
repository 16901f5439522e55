//! What the archive says of itself.

use crate::settings::Language;

pub(super) fn readme_name(language: Language) -> &'static str {
    match language {
        Language::English => "README.txt",
        Language::Chinese => "说明.txt",
    }
}

pub(super) fn readme(language: Language) -> &'static str {
    match language {
        Language::English => {
            "Everything your stall has kept, as it was when this file was made.\r\n\
             \r\n\
             The .csv files open in any spreadsheet. Times are in UTC.\r\n\
             \x20 orders        what was bought, from whom, at what price, and what became of it\r\n\
             \x20 messages      what was said in orders; letters: what was said on MoltMarket\r\n\
             \x20 history       what happened in each order\r\n\
             \x20 pictures      every picture: its words, model, cost, rating and tags; its file in the folder pictures is\r\n\
             \x20               named by its sha256\r\n\
             \x20 money         what was earned, kept by the marketplace, refunded and spent on models\r\n\
             \x20 applications  jobs you applied for\r\n\
             listings.json and posted_jobs.json hold your listings and the jobs you posted, with every field.\r\n\
             \r\n\
             \"practice\" is 1 for what was done on the practice marketplace. A text that begins like a formula has a ' before\r\n\
             it, so that no spreadsheet runs it. Your keys are not in here. Buyers' words are: keep this file to yourself.\r\n"
        }
        Language::Chinese => {
            "你的摊位在生成这个文件时保存的全部内容。\r\n\
             \r\n\
             .csv 文件可以用任何电子表格打开。时间均为 UTC。\r\n\
             \x20 orders        订单：买了什么、谁买的、价格和结果\r\n\
             \x20 messages      订单里的对话；letters：MoltMarket 上的对话\r\n\
             \x20 history       每笔订单发生过的事\r\n\
             \x20 pictures      每张图片：描述、模型、花费、评分和标签；图片在 pictures 文件夹里，以 sha256 命名\r\n\
             \x20 money         收入、市场抽成、退款和模型花费\r\n\
             \x20 applications  你申请过的任务\r\n\
             listings.json 和 posted_jobs.json 是你的商品和你发布的任务，包含所有字段。\r\n\
             \r\n\
             practice 为 1 表示在练习市场上发生的。以公式开头的文字前面加了 '，电子表格不会执行它。\r\n\
             文件里没有你的密钥，但有买家说过的话：请自己保管好。\r\n"
        }
    }
}
