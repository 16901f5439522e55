//! A line for every order of a span, for a spreadsheet: RFC 4180 in UTF-8, with the mark by which spreadsheets know it.
//!
//! Sums over the columns are those of the books: a line says what moved in the span, not what the order ever brought.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use jiff::tz::TimeZone;
use rust_decimal::Decimal;
use tokio::io::{AsyncWrite, AsyncWriteExt as _};

use super::words::SheetWords;
use crate::store::{
    AccountKind, AccountRow, HandPaymentRow, LedgerKind, OrderKind, PaymentState, SheetOrder, Stage, Store,
    StoreError, Within,
};

/// Orders read at once.
const PAGE: usize = 200;
const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// Why no table came of it.
#[derive(Debug, thiserror::Error)]
pub enum SheetError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("cannot write the table")]
    Io(#[from] std::io::Error),
}

/// The table about to be written.
#[derive(Debug)]
pub struct Sheet<'a> {
    pub store: &'a Store,
    pub accounts: &'a [AccountRow],
    pub within: Within,
    pub zone: &'a TimeZone,
    pub words: &'a SheetWords,
}

/// One line before it is written.
#[derive(Default)]
struct Line {
    at: Option<Timestamp>,
    kind: &'static str,
    id: String,
    title: String,
    other: Option<String>,
    stage: &'static str,
    status: String,
    price: Option<Decimal>,
    earned: Option<Decimal>,
    fee: Option<Decimal>,
    refunded: Option<Decimal>,
    paid_out: Option<Decimal>,
    spent_usd: Option<Decimal>,
}

impl Sheet<'_> {
    /// Writes the table and returns how many lines it has below its head.
    ///
    /// # Errors
    /// When the database cannot be read or the table not be written.
    pub async fn write(&self, out: &mut (impl AsyncWrite + Unpin)) -> Result<u32, SheetError> {
        out.write_all(BYTE_ORDER_MARK).await?;
        let mut lines = 0;
        let head = record([self.words.heads.map(str::to_owned)])?;
        out.write_all(&head).await?;
        for account in self.accounts {
            let by_hand = self.by_hand(account).await?;
            let ids = self.store.list_sheet_ids(&account.id, self.within).await?;
            for page in ids.chunks(PAGE) {
                let orders = self.store.list_sheet_orders(page, self.within).await?;
                let page: Vec<Line> = orders.into_iter().map(|order| self.order(order, &by_hand)).collect();
                lines += self.put(account, page, out).await?;
            }
            let rest = self.rest(account, &ids, &by_hand).await?;
            lines += self.put(account, rest, out).await?;
        }
        out.flush().await?;
        Ok(lines)
    }

    /// What was received by hand in the span, by the order that was made of the job, else by the application.
    async fn by_hand(&self, account: &AccountRow) -> Result<BTreeMap<String, HandPaymentRow>, SheetError> {
        if account.kind != AccountKind::MoltMarket {
            return Ok(BTreeMap::new());
        }
        let (from, to) = self.within;
        let is_within = |payment: &HandPaymentRow| {
            payment.payment == PaymentState::Received
                && payment.received_at.is_some_and(|at| from <= at && at < to)
        };
        let payments = self.store.list_hand_payments(&account.id).await?;
        let payments = payments.into_iter().filter(is_within).map(|payment| {
            (payment.order_id.clone().unwrap_or_else(|| payment.application_id.clone()), payment)
        });
        Ok(payments.collect())
    }

    fn order(&self, order: SheetOrder, by_hand: &BTreeMap<String, HandPaymentRow>) -> Line {
        let moved = |kind: LedgerKind| order.moved.get(kind.as_str()).copied();
        let received = by_hand.get(&order.id).and_then(|payment| payment.amount.or(payment.rate));
        Line {
            at: Some(order.placed_at),
            kind: if order.kind == OrderKind::Task { self.words.task } else { self.words.order },
            stage: self.stage(order.stage),
            price: order.price,
            earned: moved(LedgerKind::Earned).or(received),
            fee: moved(LedgerKind::Fee),
            refunded: moved(LedgerKind::Refund),
            spent_usd: moved(LedgerKind::Model),
            id: order.market_order_id,
            title: order.title,
            other: order.buyer_name,
            status: order.market_status,
            paid_out: None,
        }
    }

    /// What moved without an order in the table: payments by hand, letters, and those who were hired.
    async fn rest(
        &self,
        account: &AccountRow,
        ids: &[String],
        by_hand: &BTreeMap<String, HandPaymentRow>,
    ) -> Result<Vec<Line>, SheetError> {
        let (from, to) = self.within;
        let mut lines = Vec::new();
        let written: BTreeSet<&String> = ids.iter().collect();
        for (id, payment) in by_hand {
            if !written.contains(id) {
                lines.push(Line {
                    at: payment.received_at,
                    kind: self.words.job,
                    title: payment.title.clone(),
                    price: payment.rate,
                    earned: payment.amount.or(payment.rate),
                    ..Line::default()
                });
            }
        }
        for cost in self.store.list_letter_costs(&account.id, self.within).await? {
            lines.push(Line {
                at: Some(cost.last_at),
                kind: self.words.letters,
                title: cost.title,
                spent_usd: Some(cost.cost_usd),
                ..Line::default()
            });
        }
        for paid in self.store.list_paid_out(&account.id).await? {
            if from <= paid.at && paid.at < to {
                lines.push(Line {
                    at: Some(paid.at),
                    kind: self.words.hired,
                    title: paid.title,
                    other: paid.worker_name,
                    paid_out: Some(paid.amount),
                    ..Line::default()
                });
            }
        }
        Ok(lines)
    }

    async fn put(
        &self,
        account: &AccountRow,
        lines: Vec<Line>,
        out: &mut (impl AsyncWrite + Unpin),
    ) -> Result<u32, SheetError> {
        let many = u32::try_from(lines.len()).unwrap_or(u32::MAX);
        out.write_all(&record(lines.into_iter().map(|line| self.cells(account, line)))?).await?;
        Ok(many)
    }

    fn cells(&self, account: &AccountRow, line: Line) -> [String; 16] {
        let (market, currency) = match account.kind {
            AccountKind::MoltMarket => ("MoltMarket", ""),
            _ => ("Agent Market", "UAT"),
        };
        let amount =
            |amount: Option<Decimal>| amount.map(|amount| amount.normalize().to_string()).unwrap_or_default();
        let has_money = line.price.is_some() || line.earned.is_some() || line.fee.is_some();
        [
            line.at.map(|at| self.local(at)).unwrap_or_default(),
            market.to_owned(),
            if account.practice { self.words.practice.to_owned() } else { String::new() },
            line.kind.to_owned(),
            harmless(line.id),
            harmless(line.title),
            harmless(line.other.unwrap_or_default()),
            line.stage.to_owned(),
            harmless(line.status),
            amount(line.price),
            if has_money { currency.to_owned() } else { String::new() },
            amount(line.earned),
            amount(line.fee),
            amount(line.refunded),
            amount(line.paid_out),
            amount(line.spent_usd),
        ]
    }

    fn local(&self, at: Timestamp) -> String {
        at.to_zoned(self.zone.clone()).strftime("%Y-%m-%d %H:%M").to_string()
    }

    fn stage(&self, stage: Stage) -> &'static str {
        let [waiting, asking, making, approving, delivered, paid, closed] = self.words.stages;
        match stage {
            Stage::Waiting => waiting,
            Stage::Asking => asking,
            Stage::Making => making,
            Stage::Approving => approving,
            Stage::Delivered => delivered,
            Stage::Paid => paid,
            Stage::Closed => closed,
        }
    }
}

/// A spreadsheet runs what begins like a formula, also what somebody else wrote: such a text gets a mark before it.
pub fn harmless(text: String) -> String {
    let begins = |text: &str| {
        text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠', '|', '%'])
    };
    if begins(&text) || begins(text.trim_start()) { format!("'{text}") } else { text }
}

fn record(lines: impl IntoIterator<Item = [String; 16]>) -> Result<Vec<u8>, SheetError> {
    let mut csv = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    for line in lines {
        csv.write_record(line).map_err(std::io::Error::from)?;
    }
    csv.into_inner().map_err(|error| SheetError::Io(error.into_error()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_is_a_formula() {
        for text in ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "  =1", "＝1", "\n+1"] {
            assert!(harmless(text.to_owned()).starts_with('\''), "{text:?}");
        }
        for text in ["", "a=b", "猫", "3-1", "'quoted"] {
            assert_eq!(harmless(text.to_owned()), text);
        }
    }

    #[test]
    fn quotes_commas_and_line_ends_stay_in_their_cell() {
        let mut line: [String; 16] = std::array::from_fn(|_| String::new());
        line[0] = "a \"b\", c\nd".to_owned();
        let text = String::from_utf8(record([line]).unwrap()).unwrap();
        assert_eq!(text, format!("\"a \"\"b\"\", c\nd\"{}\r\n", ",".repeat(15)));
    }
}
