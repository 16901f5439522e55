//! Orders, money and messages. Rows are handed to the database as JSON, thousands in one statement, a transaction each.

use anyhow::Result;
use serde_json::{Value, json};
use sqlx::{Connection, SqliteConnection};
use stallkeeper::listings::{ListingForm, Recipe};
use stallkeeper::model::AspectRatio;

use super::Shop;
use super::chance::Chance;
use super::words;

const CHUNK: u64 = 5_000;
const LISTINGS: u64 = 8;
/// At most so many orders are not over.
const MOST_OPEN: u64 = 300;

pub fn order_id(n: u64) -> String {
    format!("seed-order-{n:07}")
}

/// Runs statements over the rows of a JSON array, all in one transaction.
pub async fn insert(
    database: &mut SqliteConnection,
    statements: &[&'static str],
    rows: Vec<Value>,
) -> Result<()> {
    let rows = Value::Array(rows).to_string();
    let mut tx = database.begin().await?;
    for statement in statements {
        sqlx::query(*statement).bind(&rows).execute(&mut *tx).await?;
    }
    tx.commit().await?;
    Ok(())
}

fn listing(n: u64) -> String {
    format!("seed-listing-{n}")
}

/// How an order stands: (market status, stage, next step, hold, paused, taken over, archived).
type Standing = (&'static str, &'static str, &'static str, Option<&'static str>, bool, bool, bool);

/// Paused or taken over, so that nothing tries to walk what the practice marketplace does not know.
const OPEN: [Standing; 7] = [
    ("pending_accept", "waiting", "none", None, true, false, false),
    ("in_progress", "asking", "none", None, true, false, false),
    ("in_progress", "making", "none", None, true, false, false),
    ("in_progress", "making", "none", None, false, true, false),
    ("in_progress", "approving", "none", None, true, false, false),
    ("pending_confirmation", "delivered", "none", None, true, false, false),
    ("in_dispute", "delivered", "none", None, true, false, false),
];

fn standing(chance: &mut Chance, is_open: bool) -> Standing {
    if is_open {
        return chance.one_of(&OPEN);
    }
    match chance.below(100) {
        0..=8 => ("cancelled", "closed", "none", None, false, false, true),
        _ => ("completed", "paid", "none", None, false, false, true),
    }
}

/// Listings, orders, and what they earned and cost.
pub async fn orders(database: &mut SqliteConnection, shop: &Shop, count: u64) -> Result<()> {
    let names = [
        "Custom picture",
        "Pet portrait",
        "Book cover",
        "Birthday card",
        "定制插画",
        "宠物肖像",
        "封面",
        "贺卡",
    ];
    let listings = (0..LISTINGS).map(|n| {
        let form = ListingForm {
            name: names[n as usize].to_owned(),
            description: "A picture made for you, by what you tell me.".to_owned(),
            price: (4 + n * 3).to_string(),
            category: "tech".to_owned(),
            tags: vec!["illustration".to_owned()],
            inventory: None,
            style: String::new(),
            aspect_ratio: AspectRatio::ALL[0],
            count: 1,
            revisions: 1,
            automation: None,
            example: None,
            recipe: Recipe::default(),
        };
        Ok(json!([listing(n), serde_json::to_string(&form)?, shop.age_of(0, 1)]))
    });
    let rows = listings.collect::<Result<Vec<_>>>()?;
    let statement = "INSERT INTO listings (id, account_id, market_listing_id, form, status, publish_key, created_at, updated_at)
        SELECT value->>0, (SELECT id FROM accounts WHERE kind = 'agent_market' AND practice = 1), value->>0, value->>1, 'hidden', value->>0, value->>2, value->>2
        FROM json_each(?)";
    insert(database, &[statement], rows).await?;
    let open_from = count - count.div_ceil(300).min(MOST_OPEN).min(count);
    for begin in (0..count).step_by(CHUNK as usize) {
        let rows =
            (begin..(begin + CHUNK).min(count)).map(|n| order(shop, n, count, n >= open_from)).collect();
        insert(database, &ORDERS, rows).await?;
        println!("orders: {}", (begin + CHUNK).min(count));
    }
    Ok(())
}

/// One JSON row of an order and its money.
fn order(shop: &Shop, n: u64, count: u64, is_open: bool) -> Value {
    let mut chance = Chance::of(shop.seed, 1, n);
    let chinese = words::speaks_chinese(shop.seed, n);
    let (buyer_id, buyer_name) = words::buyer(&mut chance, chinese);
    let (status, stage, next, hold, paused, taken_over, archived) = standing(&mut chance, is_open);
    let of_listing = chance.below(LISTINGS);
    let cents = (4 + of_listing * 3) * 100 + 50 * chance.below(6);
    let fee = cents.div_ceil(20);
    let money = |cents: u64| format!("{}.{:02}", cents / 100, cents % 100);
    let at = shop.age_of(n, count);
    let end = (at + 60_000 * (20 + chance.below(2000)) as i64).min(shop.now.as_millisecond() - 1000);
    let is_paid = stage == "paid";
    json!([
        order_id(n),
        words::title(&mut chance, chinese),
        buyer_id,
        buyer_name,
        money(cents),
        is_paid.then(|| money(fee)),
        is_paid.then(|| money(cents - fee)),
        status,
        json!({ "text": words::prompt(&mut chance, chinese) }).to_string(),
        at,
        end,
        stage,
        next,
        hold,
        u8::from(paused),
        u8::from(taken_over),
        u8::from(archived),
        listing(of_listing),
        format!("0.0{}", 30 + chance.below(60)),
        u8::from(is_open && n.is_multiple_of(3)),
    ])
}

const ORDERS: [&str; 5] = [
    "INSERT INTO orders (id, account_id, market_order_id, title, buyer_id, buyer_name, price, fee, payout, market_status, requirement,
         market_created_at, read_at, stage, next_step, hold_code, hold_since, paused, taken_over, archived, listing_id, unread, created_at, updated_at)
     SELECT value->>0, (SELECT id FROM accounts WHERE kind = 'agent_market' AND practice = 1), 'market-' || (value->>0), value->>1, value->>2, value->>3,
         value->>4, value->>5, value->>6, value->>7, value->>8, value->>9, value->>10, value->>11, value->>12, value->>13,
         CASE WHEN value->>13 IS NULL THEN NULL ELSE value->>10 END, value->>14, value->>15, value->>16, value->>17, value->>19, value->>9, value->>10
     FROM json_each(?)",
    "INSERT INTO ledger (at, account_id, order_id, kind, amount, currency, reference)
     SELECT value->>10, (SELECT id FROM accounts WHERE kind = 'agent_market' AND practice = 1), value->>0, 'earned', value->>6, 'UAT', 'earned:' || (value->>0)
     FROM json_each(?) WHERE value->>11 = 'paid'",
    "INSERT INTO ledger (at, account_id, order_id, kind, amount, currency, reference)
     SELECT value->>10, (SELECT id FROM accounts WHERE kind = 'agent_market' AND practice = 1), value->>0, 'fee', value->>5, 'UAT', 'fee:' || (value->>0)
     FROM json_each(?) WHERE value->>11 = 'paid'",
    "INSERT INTO ledger (at, account_id, order_id, kind, amount, currency, reference)
     SELECT value->>10, (SELECT id FROM accounts WHERE kind = 'agent_market' AND practice = 1), value->>0, 'model', value->>18, 'USD', 'model:' || (value->>0)
     FROM json_each(?) WHERE value->>11 IN ('paid', 'delivered')",
    "INSERT INTO history (order_id, at, actor, kind) SELECT value->>0, value->>9, 'market', 'order_seen' FROM json_each(?)",
];

/// Messages of every order, by turns; the threads of some orders are three times as long as others'.
pub async fn messages(database: &mut SqliteConnection, shop: &Shop, orders: u64, count: u64) -> Result<()> {
    const STATEMENT: &str = "INSERT INTO messages (order_id, market_message_id, who, name, body, state, at)
        SELECT value->>0, value->>1, value->>2, value->>3, value->>4, value->>5, value->>6 FROM json_each(?)";
    for begin in (0..count).step_by(CHUNK as usize) {
        let rows = (begin..(begin + CHUNK).min(count)).map(|n| message(shop, n, count, orders)).collect();
        insert(database, &[STATEMENT], rows).await?;
        if (begin / CHUNK).is_multiple_of(20) {
            println!("messages: {begin}");
        }
    }
    Ok(())
}

fn message(shop: &Shop, n: u64, count: u64, orders: u64) -> Value {
    // The n-th message lies at the same part of the two years as its order, and a little later.
    let part = n as f64 / count as f64 * orders as f64;
    let order = (part as u64).min(orders - 1);
    let mut chance = Chance::of(shop.seed, 2, n);
    let chinese = words::speaks_chinese(shop.seed, order);
    let mut of_order = Chance::of(shop.seed, 1, order);
    let (_, name) = words::buyer(&mut of_order, chinese);
    let from_buyer = chance.below(2) == 0;
    let at = shop.age_of(order, orders) + (part.fract() * 5_400_000.0) as i64;
    json!([
        order_id(order),
        format!("seed-message-{n}"),
        if from_buyer { "buyer" } else { "robot" },
        from_buyer.then_some(name),
        words::line(&mut chance, from_buyer, chinese),
        if from_buyer { "received" } else { "sent" },
        at.min(shop.now.as_millisecond() - 500),
    ])
}
