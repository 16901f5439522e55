//! The pictures' rows, their words, stars, tags and looks.

use anyhow::Result;
use serde_json::{Value, json};
use sqlx::SqliteConnection;

use super::chance::Chance;
use super::files::Made;
use super::rows::{insert as insert_rows, order_id};
use super::{Shop, words};

const CHUNK: usize = 5_000;
const TAGS: [&str; 12] = [
    "portfolio",
    "winter",
    "cats",
    "commission",
    "to redo",
    "favourite",
    "series: harbour",
    "水墨",
    "猫",
    "封面",
    "夜景",
    "练习",
];

const STATEMENTS: [&str; 5] = [
    "INSERT INTO pictures (id, order_id, account_id, round, n, sha256, media_type, width, height, bytes, prompt, model, cost_usd, state, market_file_id, rating, created_at)
     SELECT value->>0, value->>1, (SELECT id FROM accounts WHERE kind = 'agent_market' AND practice = 1), 1, value->>2, value->>3, 'image/jpeg', value->>4,
         value->>5, value->>6, value->>7, value->>8, value->>9, value->>10, value->>11, value->>12, value->>13 FROM json_each(?)",
    "INSERT INTO picture_looks (sha256, look) SELECT value->>3, CAST(value->>14 AS INTEGER) FROM json_each(?)",
    "INSERT INTO picture_tags (picture_id, tag) SELECT value->>0, value->>15 FROM json_each(?) WHERE value->>15 IS NOT NULL",
    "INSERT INTO picture_tags (picture_id, tag) SELECT value->>0, value->>16 FROM json_each(?) WHERE value->>16 IS NOT NULL ON CONFLICT DO NOTHING",
    "INSERT INTO pictures_words (rowid, words) SELECT p.id, p.prompt || ' ' || o.title || ' ' || COALESCE(o.buyer_name, '') || ' ' || o.market_order_id
     FROM json_each(?) JOIN pictures p ON p.id = value->>0 JOIN orders o ON o.id = p.order_id",
];

/// Spreads the pictures over the orders, the newest of them on the newest.
pub async fn insert(database: &mut SqliteConnection, shop: &Shop, orders: u64, files: &[Made]) -> Result<()> {
    let mut looks: Vec<u64> = Vec::with_capacity(files.len());
    for (at, chunk) in files.chunks(CHUNK).enumerate() {
        let rows = chunk
            .iter()
            .enumerate()
            .map(|(n, made)| row(shop, orders, (at * CHUNK + n) as u64, files, made, &mut looks))
            .collect();
        insert_rows(database, &STATEMENTS, rows).await?;
        println!("picture rows: {}", at * CHUNK + chunk.len());
    }
    Ok(())
}

fn row(shop: &Shop, orders: u64, n: u64, files: &[Made], made: &Made, looks: &mut Vec<u64>) -> Value {
    let mut chance = Chance::of(shop.seed, 3, n);
    let count = files.len() as u64;
    let order = (n * orders / count.max(1)).min(orders - 1);
    let first_of_order = (order * count).div_ceil(orders);
    let chinese = words::speaks_chinese(shop.seed, order);
    // The newest fifth of a percent is not delivered yet.
    let is_new = n + count / 500 >= count;
    let state = match chance.below(100) {
        0..=3 => "refused",
        4..=9 => "superseded",
        _ if is_new => "checked",
        _ => "delivered",
    };
    // One in 250 looks like one drawn shortly before, if there is one of the same drawing.
    let earlier = (n > 0 && chance.once_in(250))
        .then(|| {
            (n.saturating_sub(400)..n).rev().find(|other| files[*other as usize].drawing == made.drawing)
        })
        .flatten();
    let look = match earlier {
        Some(other) => looks[other as usize] ^ (1 << chance.below(64)) ^ (1 << chance.below(64)),
        None => chance.bits(),
    };
    looks.push(look);
    let mut tag =
        |times| chance.once_in(times).then(|| Chance::of(shop.seed, 9, chance.bits()).one_of(&TAGS));
    let (first, second) = (tag(3), tag(8));
    let rating = if chance.once_in(3) { 1 + chance.below(5) } else { 0 };
    json!([
        n + 1,
        order_id(order),
        n - first_of_order.min(n) + 1,
        made.sha256,
        made.width,
        made.height,
        made.bytes,
        words::prompt(&mut chance, chinese),
        chance.one_of(&["google/gemini-2.5-flash-image", "openai/gpt-5-image-mini"]),
        format!("0.0{}", 30 + chance.below(60)),
        state,
        (state == "delivered").then(|| format!("seed-file-{n}")),
        rating,
        shop.age_of(order, orders) + 1_800_000,
        // Beyond what a JSON number holds exactly everywhere.
        look.cast_signed().to_string(),
        first,
        second,
    ])
}
