//! Names of buyers.

const ENGLISH: &[&str] = &[
    "Mia Lindqvist",
    "Tobias at Oak & Ember Café",
    "Priya Raman",
    "Old Harbour Books",
    "Jonas Weber",
    "Amara Okafor",
    "The Rosewood Inn",
    "Ellie Marsh",
    "Studio Fernweh",
    "Lucía Ferrer",
    "Noah's Bakery",
    "Hana Sato",
    "Greta Holm",
    "Wren & Thistle",
    "Samuel Adeyemi",
    "Blue Door Pottery",
    "Isla MacLeod",
    "Theo Laurent",
    "Nadia Haddad",
    "Finch Street School",
    "Marta Kowalska",
    "Callum Reid",
    "Sofia Duarte",
    "Little Lantern Press",
    "Anders Dahl",
];

const CHINESE: &[&str] = &[
    "林小满",
    "陈屿",
    "周知夏",
    "橘子茶铺",
    "苏念安",
    "许星河",
    "梁木工作室",
    "何晚晴",
    "江南书屋",
    "沈予白",
    "杜若",
    "南风咖啡",
    "叶青禾",
    "顾长风",
    "唐小棠",
    "海边的阿明",
    "宋时雨",
    "白鹿民宿",
    "罗一一",
    "方寸花店",
    "蒋云舟",
    "温如玉",
    "小石头幼儿园",
    "夏至未至",
];

/// The name of the `number`th buyer; names come round again with a number behind them.
pub(in crate::practice) fn name(is_chinese: bool, number: u64, seed: u64) -> String {
    let names = if is_chinese { CHINESE } else { ENGLISH };
    let round = number / names.len() as u64;
    let at = (number + seed) % names.len() as u64;
    let name = names.get(at as usize).copied().unwrap_or("Buyer");
    if round == 0 { name.to_owned() } else { format!("{name} {}", round + 1) }
}
