//! What the stall earned and spent, and the same as a table in a file.

use std::path::{Path, PathBuf};

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use rust_decimal::Decimal;
use tokio::io::AsyncWriteExt as _;

use super::contract::*;
use super::convert::{amount, instant};
use crate::model::ModelProblem;
use crate::money::{Book, Books, Sheet, SheetError, SheetWords, SourceSums, Span, Sums, is_low};
use crate::stall::Stall;
use crate::store::{AccountKind, AccountRow, LedgerKind, MoneySource, StoreError};

const DAY: i64 = 86_400;

pub(super) async fn get(stall: &Stall, request: MoneySpan) -> Result<MoneyView, DeskError> {
    let span = span(&request.span)?;
    let accounts = accounts(stall).await?;
    let (now, zone) = (stall.clock().now(), TimeZone::system());
    let credit_usd = stall.settings().credit_usd;
    let read = Books::read(stall.store(), &accounts, span, now, &zone).await?;
    let ends = read.parts.first().zip(read.parts.last());
    let (from, to) = ends.map_or((now, now), |(first, last)| (first.from, last.to));
    let spent_usd: Decimal = read.books.iter().map(|book| book.total.spent_usd).sum();
    Ok(MoneyView {
        span: request.span,
        from: instant(from),
        to: instant(to),
        step: if span.by_day() { "day" } else { "week" }.to_owned(),
        practice: stall.mode() == StallMode::Practice,
        first_at: Books::first_at(stall.store(), &accounts).await?.map(instant),
        credit_usd: amount(credit_usd),
        spent_usd: amount(spent_usd),
        books: read.books.into_iter().map(|each| book(each, credit_usd)).collect(),
        caps: caps(stall, &accounts, now).await?,
        model: model(stall, &accounts, now).await?,
    })
}

/// Asks the model provider what is left, where that is not known from less than a minute ago.
///
/// # Errors
/// When it cannot be asked; what was known stays.
pub(super) async fn look(stall: &Stall, _: Nothing) -> Result<MoneyLook, DeskError> {
    Ok(MoneyLook { asked: stall.look_at_credit().await? })
}

/// Writes the table where the seller chose, or hands it back where the screen keeps files itself. What lay there before
/// is replaced only by a whole table.
pub(super) async fn save_csv(stall: &Stall, request: SaveMoney) -> Result<SavedMoney, DeskError> {
    let span = span(&request.span)?;
    let accounts = accounts(stall).await?;
    let (store, now, zone) = (stall.store(), stall.clock().now(), TimeZone::system());
    let parts = Books::parts(store, &accounts, span, now, &zone).await?;
    let ends = parts.first().zip(parts.last());
    let within = ends.map_or((now, now), |(first, last)| (first.from, last.to));
    let words = SheetWords::of(stall.settings().language);
    let sheet = Sheet { store, accounts: &accounts, within, zone: &zone, words };
    let Some(path) = &request.path else {
        let mut bytes = Vec::new();
        let lines = sheet.write(&mut bytes).await.map_err(|error| told(error, Path::new("")))?;
        let text = String::from_utf8(bytes).map_err(|error| DeskError::of("internal", error.to_string()))?;
        return Ok(SavedMoney { lines, text: Some(text) });
    };
    let path = PathBuf::from(path);
    let is_csv = path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("csv"));
    if !path.is_absolute() || !is_csv {
        let said = "a table is saved under a whole path that ends in .csv";
        return Err(DeskError::of("invalid", said).with("field", "path"));
    }
    let unfinished = path.with_extension("csv.part");
    let written = write(&sheet, &unfinished, &path).await;
    if written.is_err() {
        let _ = tokio::fs::remove_file(&unfinished).await;
    }
    let lines = written.map_err(|error| told(error, &path))?;
    Ok(SavedMoney { lines, text: None })
}

async fn write(sheet: &Sheet<'_>, unfinished: &Path, path: &Path) -> Result<u32, SheetError> {
    let file = tokio::fs::File::create(unfinished).await?;
    let mut out = tokio::io::BufWriter::new(file);
    let lines = sheet.write(&mut out).await?;
    out.flush().await?;
    out.into_inner().sync_all().await?;
    tokio::fs::rename(unfinished, path).await?;
    Ok(lines)
}

fn told(error: SheetError, path: &Path) -> DeskError {
    match error {
        SheetError::Store(error) => error.into(),
        SheetError::Io(source) => {
            StoreError::File { doing: "write the table", path: path.to_owned(), source }.into()
        }
    }
}

fn span(word: &str) -> Result<Span, DeskError> {
    Span::parse(word).ok_or_else(|| DeskError::of("invalid", "no such span").with("field", "span"))
}

/// The markets' accounts of the stall's kind, connected now or before: what was earned stays earned.
async fn accounts(stall: &Stall) -> Result<Vec<AccountRow>, DeskError> {
    let is_practice = stall.mode() == StallMode::Practice;
    let mut accounts = stall.store().list_accounts().await?;
    accounts.retain(|account| account.kind != AccountKind::OpenRouter && account.practice == is_practice);
    Ok(accounts)
}

fn book(book: Book, credit_usd: Decimal) -> MoneyBook {
    let worth = book.currency.map(|_| credit_usd);
    let market = match book.market {
        AccountKind::MoltMarket => "moltmarket",
        AccountKind::AgentMarket | AccountKind::OpenRouter => "agent_market",
    };
    MoneyBook {
        market: market.to_owned(),
        currency: book.currency.map(str::to_owned),
        total: sums(&book.total, worth),
        awaited: amount(book.awaited),
        missing: amount(book.missing),
        unknown: book.unknown,
        bars: book
            .parts
            .iter()
            .map(|(part, moved)| MoneyBar {
                from: instant(part.from),
                to: instant(part.to),
                sums: sums(moved, worth),
            })
            .collect(),
        listings: book.sources.into_iter().map(|source| listing(source, worth)).collect(),
    }
}

fn sums(sums: &Sums, worth: Option<Decimal>) -> MoneySums {
    MoneySums {
        earned: amount(sums.earned),
        fees: amount(sums.fees),
        refunded: amount(sums.refunded),
        paid_out: amount(sums.paid_out),
        spent_usd: amount(sums.spent_usd),
        profit_usd: worth.map(|worth| amount(sums.profit_usd(worth))),
    }
}

fn listing(source: SourceSums, worth: Option<Decimal>) -> ListingMoney {
    let kind = match source.source {
        MoneySource::Listing(_) => "listing",
        MoneySource::Unlisted if worth.is_none() => "jobs",
        MoneySource::Task => "tasks",
        MoneySource::Letters => "letters",
        MoneySource::Unlisted | MoneySource::Other => "other",
    };
    ListingMoney {
        kind: kind.to_owned(),
        id: source.listing_id,
        name: if kind == "listing" { source.name } else { String::new() },
        paid: source.paid,
        sums: sums(&source.sums, worth),
    }
}

async fn caps(stall: &Stall, accounts: &[AccountRow], now: Timestamp) -> Result<MoneyCaps, DeskError> {
    let (settings, store) = (stall.settings(), stall.store());
    // The cap's day is the same everywhere: from midnight to midnight in UTC. No order has an empty id.
    let (_, used) = store.spent_usd("", now).await?;
    let until = Timestamp::from_second((now.as_second().div_euclid(DAY) + 1) * DAY).unwrap_or(now);
    let mut costliest = None;
    for account in accounts {
        let found = store.lookup_costliest_order(&account.id).await?;
        costliest = costliest.into_iter().chain(found).max_by_key(|(_, _, cost): &(_, _, Decimal)| *cost);
    }
    Ok(MoneyCaps {
        day: settings.cap_per_day_usd.map(amount),
        day_used: amount(used),
        day_until: instant(until),
        order: settings.cap_per_order_usd.map(amount),
        costliest: costliest.map(|(id, title, used)| CostliestOrder { id, title, used: amount(used) }),
    })
}

async fn model(
    stall: &Stall,
    accounts: &[AccountRow],
    now: Timestamp,
) -> Result<Option<ModelMoney>, DeskError> {
    if stall.mode() == StallMode::Practice {
        return Ok(None);
    }
    let kept = stall.store().lookup_account(AccountKind::OpenRouter, false).await?;
    let Some(kept) = kept.filter(|kept| kept.check_code != "no_key") else { return Ok(None) };
    let mut spent = Decimal::ZERO;
    if let Some(seen) = kept.checked_at {
        let until = now.saturating_add(SignedDuration::from_secs(1)).unwrap_or(now);
        for account in accounts {
            let sums = stall.store().sum_money(&account.id, &[(seen, until)]).await?;
            let models = sums.into_iter().flatten().filter(|sum| sum.kind == LedgerKind::Model);
            spent += models.map(|sum| sum.amount).sum::<Decimal>();
        }
    }
    let health = stall.account().map(|account| account.model_health.problem());
    let given = stall.molt().map(|molt| molt.given.model_health.problem());
    let problem = health.flatten().or(given.flatten());
    let cap = stall.settings().cap_per_day_usd;
    let warning = match (problem, kept.balance) {
        (Some(ModelProblem::OutOfCredit), _) => Some("out_of_credit"),
        (Some(ModelProblem::KeyRefused), _) => Some("key_refused"),
        (_, Some(balance)) if is_low(balance, spent, cap) => Some("low"),
        _ => None,
    };
    Ok(Some(ModelMoney {
        balance: kept.balance.map(amount),
        seen_at: kept.checked_at.map(instant),
        spent_since: amount(spent),
        warning: warning.map(str::to_owned),
    }))
}
