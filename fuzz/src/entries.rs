//! One function for each place where the engine reads what strangers send: it must come to an end, must not panic, and
//! what it makes of the bytes must hold what the rest of the engine relies on.
//!
//! Used by the fuzz targets and by `tests/fuzz_corpus.rs`, which replays the seeds with every test run.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use rust_decimal::Decimal;
use serde_json::Value;
use stallkeeper::doors::{PushedEvent, read_pushed};
use stallkeeper::images::decode::{MOST_PIXELS, MOST_SIDE, decode};
use stallkeeper::images::sniff;
use stallkeeper::marketplaces::agent_market;
use stallkeeper::model::{self, DataUrl, DrawAnswer, PictureSource, decode_data_url};

/// Reads these bytes and ends where a promise does not hold.
pub type Target = fn(&[u8]);

/// Every target by its name.
pub const TARGETS: [(&str, Target); 5] = [
    ("push_body", push_body),
    ("market_json", market_json),
    ("model_json", model_json),
    ("data_url", data_url),
    ("image_header", image_header),
];

/// Most bytes of a data address here; the engine allows more, to the same code.
const DATA_URL_LIMIT: usize = 1 << 16;

/// The body of a push, after its signature was found right.
pub fn push_body(raw: &[u8]) {
    let Ok(PushedEvent { event_id, kind, body }) = read_pushed(raw) else { return };
    assert!(event_id.parse::<i64>().is_ok_and(|id| id >= 0 && id.to_string() == event_id), "{event_id}");
    assert!(!kind.trim().is_empty() && kind.len() <= 200, "{kind}");
    // It is kept as text and read again from there.
    let again = read_pushed(body.to_string().as_bytes()).expect("what was read once is read again");
    assert_eq!((again.event_id, again.kind), (event_id, kind));
}

/// An answer of the market.
pub fn market_json(raw: &[u8]) {
    let Some(read) = agent_market::read_as_everything(raw, Timestamp::UNIX_EPOCH) else { return };
    let orders = read.order.iter().chain(&read.orders);
    let amounts = orders
        .flat_map(|order| [order.price, order.platform_fee, order.payout])
        .chain(read.transactions.iter().map(|transaction| Some(transaction.amount)))
        .chain(read.balance.iter().flat_map(|balance| [Some(balance.total), Some(balance.frozen)]))
        .chain(read.listings.iter().map(|listing| Some(listing.text.price)));
    // Sums and products of such amounts stay far below what a decimal number holds.
    let sum = amounts.flatten().try_fold(Decimal::ZERO, |sum, amount| sum.checked_add(amount));
    assert!(sum.is_some_and(|sum| sum.checked_mul(Decimal::from(1_000_000)).is_some()), "{sum:?}");
    assert!(
        read.events.iter().chain(&read.pushed).all(|event| event.id >= 0 && !event.kind.trim().is_empty())
    );
    assert!(read.orders.iter().all(|order| !order.id.trim().is_empty()));
    let refusals = format!("{:?}", read.refusals);
    assert!(!refusals.contains(agent_market::CANARY), "an error repeats the key");

    // Written and read again it is the same, as far as the numbers in it can be written exactly.
    let Ok(answer) = serde_json::from_slice::<Value>(raw) else { return };
    if !holds_fraction(&answer) {
        let written = answer.to_string();
        let twice = serde_json::from_str::<Value>(&written).expect("JSON of our own").to_string();
        let read = |text: &str| agent_market::read_as_everything(text.as_bytes(), Timestamp::UNIX_EPOCH);
        assert_eq!(format!("{:?}", read(&written)), format!("{:?}", read(&twice)));
    }
}

/// An answer of the model provider.
pub fn model_json(raw: &[u8]) {
    let Some(read) = model::read_as_everything(raw) else { return };
    if let Ok(DrawAnswer { picture, cost_usd, raw: kept, .. }) = &read.drawn {
        assert_eq!(kept, raw, "the paid answer is kept as it came");
        assert!(cost_usd.is_none_or(|cost| cost >= Decimal::ZERO && cost < Decimal::from(1_000_000_000)));
        match picture {
            PictureSource::Bytes { bytes, .. } => assert!(!bytes.is_empty() && bytes.len() <= 40 << 20),
            PictureSource::Url(url) => assert!(matches!(url.scheme(), "http" | "https"), "{url}"),
        }
    }
    if let Some(analysis) = &read.analysis {
        assert!((1..=4).contains(&analysis.count), "{analysis:?}");
        assert!(analysis.optimized_prompt.chars().count() <= 2000, "{analysis:?}");
        let words = [&analysis.subject, &analysis.style, &analysis.optimized_prompt, &analysis.question];
        let is_hidden = |c: char| (c.is_control() && c != '\n') || ('\u{202A}'..='\u{202E}').contains(&c);
        assert!(words.iter().all(|text| !text.chars().any(is_hidden)), "{analysis:?}");
        assert!(analysis.language.is_ascii(), "{analysis:?}");
    }
    let prices = read
        .text_models
        .iter()
        .chain(&read.picture_models)
        .flat_map(|model| [model.usd_per_picture, model.usd_per_million_in, model.usd_per_million_out]);
    assert!(prices.flatten().all(|price| price >= Decimal::ZERO), "{read:?}");
}

/// A picture written as text.
pub fn data_url(raw: &[u8]) {
    let Ok(text) = std::str::from_utf8(raw) else { return };
    let Ok(DataUrl { bytes, .. }) = decode_data_url(text, DATA_URL_LIMIT) else { return };
    assert!(!bytes.is_empty() && bytes.len() <= DATA_URL_LIMIT, "{}", bytes.len());
    let written = format!("data:image/png;base64,{}", STANDARD.encode(&bytes));
    let again = decode_data_url(&written, DATA_URL_LIMIT).expect("what was read once is read again");
    assert_eq!(again.bytes, bytes);
}

/// A picture file.
pub fn image_header(raw: &[u8]) {
    let Ok(decoded) = decode(raw) else { return };
    assert_eq!(sniff(raw), Some(decoded.kind));
    let (width, height) = (decoded.picture.width(), decoded.picture.height());
    assert!(width.max(height) <= MOST_SIDE && u64::from(width) * u64::from(height) <= MOST_PIXELS);
}

/// Fractions may change in the last place when they are written.
fn holds_fraction(value: &Value) -> bool {
    match value {
        Value::Number(number) => number.is_f64(),
        Value::Array(entries) => entries.iter().any(holds_fraction),
        Value::Object(fields) => fields.values().any(holds_fraction),
        _ => false,
    }
}
