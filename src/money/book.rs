//! What moved on one market, altogether, part by part, and by what it was sold as.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use rust_decimal::Decimal;

use super::span::{Part, Span, parts};
use crate::store::{
    AccountKind, AccountRow, HandPaymentRow, LedgerKind, MoneySource, MoneySum, PaymentState, Store,
    StoreResult,
};

/// The currency of each market: Agent Market's credits; MoltMarket names none.
const CREDITS: &str = "UAT";
const DOLLARS: &str = "USD";

/// Amounts that moved. All but what models cost are in the market's own currency.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sums {
    /// What came to the seller, the market's share taken off; by hand where the market holds no money.
    pub earned: Decimal,
    pub fees: Decimal,
    pub refunded: Decimal,
    /// Paid by hand to those the seller hired.
    pub paid_out: Decimal,
    /// US dollars.
    pub spent_usd: Decimal,
}

impl Sums {
    /// What is left, in US dollars, if a unit of the market's currency is worth so much.
    pub fn profit_usd(&self, unit_usd: Decimal) -> Decimal {
        (self.earned - self.refunded) * unit_usd - self.spent_usd
    }

    /// Whether nothing moved.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    fn add(&mut self, sum: &MoneySum) {
        let is_dollars = sum.currency == DOLLARS;
        match sum.kind {
            LedgerKind::Model if is_dollars => self.spent_usd += sum.amount,
            LedgerKind::Earned if !is_dollars => self.earned += sum.amount,
            LedgerKind::Fee if !is_dollars => self.fees += sum.amount,
            LedgerKind::Refund if !is_dollars => self.refunded += sum.amount,
            // Nothing books the market's money in dollars, nor models in credits.
            _ => {}
        }
    }
}

/// What one listing, or one other way to earn and spend, brought and cost.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceSums {
    pub source: MoneySource,
    /// The listing's name, or what its orders were called.
    pub name: String,
    /// Our id of the listing, while there is one.
    pub listing_id: Option<String>,
    /// Orders that were paid.
    pub paid: u32,
    pub sums: Sums,
}

/// One market in a span.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Book {
    pub market: AccountKind,
    /// Its currency; none where the market names none.
    pub currency: Option<&'static str>,
    pub total: Sums,
    /// Now, whatever the span: in escrow, or agreed and not yet paid.
    pub awaited: Decimal,
    /// Now: agreed, and said by the seller to be missing.
    pub missing: Decimal,
    /// Payments by hand whose amount nobody noted.
    pub unknown: u32,
    pub parts: Vec<(Part, Sums)>,
    pub sources: Vec<SourceSums>,
}

/// Every market's book, and the parts they share.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Books {
    pub parts: Vec<Part>,
    pub books: Vec<Book>,
}

impl Books {
    /// Adds up a span over these accounts. All of them are of the stall's one kind, practice or real.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn read(
        store: &Store,
        accounts: &[AccountRow],
        span: Span,
        now: Timestamp,
        zone: &TimeZone,
    ) -> StoreResult<Self> {
        let parts = Self::parts(store, accounts, span, now, zone).await?;
        let mut books: Vec<Book> = Vec::new();
        for account in accounts {
            let at = match books.iter().position(|book| book.market == account.kind) {
                Some(at) => at,
                None => {
                    books.push(Book::empty(account.kind, &parts));
                    books.len() - 1
                }
            };
            if let Some(book) = books.get_mut(at) {
                book.add_account(store, account).await?;
            }
        }
        for book in &mut books {
            book.sources.sort_by(|one, other| {
                let rank = |each: &SourceSums| (each.sums.earned, each.sums.spent_usd);
                rank(other).cmp(&rank(one)).then_with(|| one.source.cmp(&other.source))
            });
        }
        Ok(Self { parts, books })
    }

    /// The days or weeks of a span, every one; never none.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn parts(
        store: &Store,
        accounts: &[AccountRow],
        span: Span,
        now: Timestamp,
        zone: &TimeZone,
    ) -> StoreResult<Vec<Part>> {
        let first = if span == Span::All { Self::first_at(store, accounts).await? } else { None };
        Ok(parts(span, now, zone, first))
    }

    /// When anything first moved or was ordered.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn first_at(store: &Store, accounts: &[AccountRow]) -> StoreResult<Option<Timestamp>> {
        let mut first: Option<Timestamp> = None;
        for account in accounts {
            let at = store.first_money_at(&account.id).await?;
            first = first.into_iter().chain(at).min();
        }
        Ok(first)
    }
}

impl Book {
    fn empty(market: AccountKind, parts: &[Part]) -> Self {
        Self {
            market,
            currency: (market == AccountKind::AgentMarket).then_some(CREDITS),
            total: Sums::default(),
            awaited: Decimal::ZERO,
            missing: Decimal::ZERO,
            unknown: 0,
            parts: parts.iter().map(|part| (*part, Sums::default())).collect(),
            sources: Vec::new(),
        }
    }

    async fn add_account(&mut self, store: &Store, account: &AccountRow) -> StoreResult<()> {
        let spans: Vec<_> = self.parts.iter().map(|(part, _)| (part.from, part.to)).collect();
        let moved = store.sum_money(&account.id, &spans).await?;
        let mut sources: BTreeMap<MoneySource, SourceSums> = BTreeMap::new();
        for (at, sum) in moved.iter().enumerate().flat_map(|(at, sums)| sums.iter().map(move |sum| (at, sum)))
        {
            if let Some((_, part)) = self.parts.get_mut(at) {
                part.add(sum);
            }
            self.total.add(sum);
            let source = sources.entry(sum.source.clone()).or_insert_with(|| source(&sum.source));
            source.sums.add(sum);
            if sum.kind == LedgerKind::Earned {
                source.paid += sum.many;
            }
            if source.name.is_empty() {
                source.name.clone_from(&sum.title);
            }
        }
        for each in sources.values_mut() {
            if let MoneySource::Listing(id) = &each.source
                && let Some(row) = store.lookup_market_listing(&account.id, id).await?
            {
                each.listing_id = store.lookup_listing(&row.id).await?.map(|kept| kept.id);
                if let Some(name) = name_of(&row.form) {
                    each.name = name;
                }
            }
        }
        if account.kind == AccountKind::MoltMarket {
            self.add_by_hand(store, &account.id, &mut sources).await?;
        } else {
            self.awaited += store.in_escrow(&account.id).await?;
        }
        self.sources.extend(sources.into_values());
        Ok(())
    }

    async fn add_by_hand(
        &mut self,
        store: &Store,
        account_id: &str,
        sources: &mut BTreeMap<MoneySource, SourceSums>,
    ) -> StoreResult<()> {
        for payment in store.list_hand_payments(account_id).await? {
            let amount = payment.amount.or(payment.rate);
            match payment.payment {
                PaymentState::Received => {
                    let Some(at) = payment.received_at.and_then(|at| self.part_at(at)) else { continue };
                    let Some(amount) = amount else {
                        self.unknown += 1;
                        continue;
                    };
                    self.total.earned += amount;
                    if let Some((_, part)) = self.parts.get_mut(at) {
                        part.earned += amount;
                    }
                    let jobs = sources
                        .entry(MoneySource::Unlisted)
                        .or_insert_with(|| source(&MoneySource::Unlisted));
                    jobs.sums.earned += amount;
                    jobs.paid += 1;
                }
                PaymentState::Missing => self.missing += amount.unwrap_or_default(),
                PaymentState::None | PaymentState::Expected | PaymentState::Reported => {
                    if is_agreed(&payment) {
                        self.awaited += amount.unwrap_or_default();
                    }
                }
            }
        }
        for paid in store.list_paid_out(account_id).await? {
            if let Some(at) = self.part_at(paid.at) {
                self.total.paid_out += paid.amount;
                if let Some((_, part)) = self.parts.get_mut(at) {
                    part.paid_out += paid.amount;
                }
            }
        }
        Ok(())
    }

    fn part_at(&self, at: Timestamp) -> Option<usize> {
        self.parts.iter().position(|(part, _)| part.from <= at && at < part.to)
    }
}

/// A job that was called off owes nothing.
fn is_agreed(payment: &HandPaymentRow) -> bool {
    payment.payment != PaymentState::None || payment.job_status.as_deref() != Some("cancelled")
}

fn source(source: &MoneySource) -> SourceSums {
    SourceSums {
        source: source.clone(),
        name: String::new(),
        listing_id: None,
        paid: 0,
        sums: Sums::default(),
    }
}

/// The name in a listing's form.
fn name_of(form: &str) -> Option<String> {
    let form: serde_json::Value = serde_json::from_str(form).ok()?;
    form.get("name")?.as_str().map(str::to_owned).filter(|name| !name.is_empty())
}
