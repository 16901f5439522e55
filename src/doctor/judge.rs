//! The verdicts, one need after the other.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::{
    Asked, Beat, Closed, Facts, Finding, Fix, MarketFacts, ModelFacts, MoltFacts, Need, Standing, Street,
};

/// Further off, signatures and deadlines go wrong (contract, Agent Market 1.6: five minutes at most).
const CLOCK_MAY_BE_OFF: i64 = 120;
/// Spent so far of the day's cap before it is worth a look.
const MUCH: (i64, u32) = (8, 1);
/// Less than this at the provider is worth a look, in US dollars.
const LITTLE_CREDIT: (i64, u32) = (1, 0);

/// Judges everything an order needs. What does not apply is left out.
pub fn judge(facts: &Facts) -> Vec<Finding> {
    let mut found = vec![disk(facts)];
    if !facts.is_practice {
        found.push(keys(facts));
        found.push(clock(facts));
    }
    found.push(open(facts));
    match &facts.market {
        Some(market) => found.extend(of_market(market)),
        None if facts.molt.is_none() => {
            found.push(wrong(Need::Market, "no_account", Some(Fix::Accounts)));
        }
        None => {}
    }
    found.push(model(&facts.model));
    found.push(caps(facts));
    found.extend(facts.market.as_ref().filter(|market| market.asked == Asked::Answered).map(listings));
    found.extend(facts.molt.as_ref().map(moltmarket));
    found.push(seller(facts));
    found
}

fn finding(need: Need, standing: Standing, why: &'static str, fix: Option<Fix>) -> Finding {
    Finding { need, standing, why, detail: BTreeMap::new(), fix }
}

fn fine(need: Need, why: &'static str) -> Finding {
    finding(need, Standing::Fine, why, None)
}

fn heed(need: Need, why: &'static str, fix: Option<Fix>) -> Finding {
    finding(need, Standing::Heed, why, fix)
}

fn wrong(need: Need, why: &'static str, fix: Option<Fix>) -> Finding {
    finding(need, Standing::Wrong, why, fix)
}

impl Finding {
    fn with(mut self, name: &'static str, value: impl ToString) -> Self {
        self.detail.insert(name, value.to_string());
        self
    }
}

fn disk(facts: &Facts) -> Finding {
    if let Some(trouble) = facts.disk_trouble {
        return wrong(Need::Disk, trouble, Some(Fix::DataFolder));
    }
    let free = facts.free.map(|bytes| bytes / 1_000_000);
    if let Some(free) = free.filter(|_| facts.free_is_little) {
        return heed(Need::Disk, "disk_low", Some(Fix::DataFolder)).with("megabytes", free);
    }
    if let Some((why, what)) = &facts.folder_risk {
        return heed(Need::Disk, why, Some(Fix::DataFolder)).with("what", what);
    }
    match free {
        Some(free) => fine(Need::Disk, "disk_room").with("megabytes", free),
        None => finding(Need::Disk, Standing::Unknown, "disk_unknown", Some(Fix::Again)),
    }
}

fn keys(facts: &Facts) -> Finding {
    if facts.keys_in == "memory" {
        return heed(Need::Keys, "keys_in_memory", None);
    }
    fine(Need::Keys, if facts.keys_in == "file" { "keys_in_file" } else { "keys_in_keychain" })
}

fn clock(facts: &Facts) -> Finding {
    match facts.clock_ahead {
        None => finding(Need::Clock, Standing::Unknown, "clock_unknown", Some(Fix::Again)),
        Some(ahead) if ahead.abs() <= CLOCK_MAY_BE_OFF => fine(Need::Clock, "clock_right"),
        Some(ahead) => {
            let why = if ahead > 0 { "clock_fast" } else { "clock_slow" };
            wrong(Need::Clock, why, Some(Fix::Again)).with("minutes", (ahead.abs() + 30) / 60)
        }
    }
}

fn open(facts: &Facts) -> Finding {
    match facts.closed {
        None => fine(Need::Open, "is_open"),
        Some(Closed::Switch) => wrong(Need::Open, "is_closed", Some(Fix::OpenStall)),
        Some(Closed::Hours) => heed(Need::Open, "out_of_hours", Some(Fix::Hours)),
        Some(Closed::Away) => heed(Need::Open, "away", Some(Fix::Hours)),
    }
}

fn of_market(market: &MarketFacts) -> Vec<Finding> {
    let answer = match market.asked {
        Asked::Answered => fine(Need::Market, "market_answers"),
        Asked::KeyRefused => wrong(Need::Market, "market_key_refused", Some(Fix::Accounts)),
        Asked::Silent => wrong(Need::Market, "market_silent", Some(Fix::Again)),
        Asked::OutOfCredit => wrong(Need::Market, "market_failed", Some(Fix::Again)),
        Asked::Failed(code) => wrong(Need::Market, "market_failed", Some(Fix::Again)).with("code", code),
    };
    let is_reached = answer.standing == Standing::Fine;
    let mut found = vec![answer];
    if is_reached {
        // While it cannot be reached these say nothing new.
        found.push(beat(Need::News, &market.news, ["news_comes", "news_late", "news_never"]));
        found.push(beat(Need::SignOfLife, &market.sign_of_life, ["life_told", "life_late", "life_never"]));
    }
    found.push(street(&market.street));
    found
}

fn beat(need: Need, beat: &Beat, [good, late, never]: [&'static str; 3]) -> Finding {
    match beat.worked_ago {
        Some(ago) if ago <= beat.within => fine(need, good).with("seconds", ago.max(0)),
        Some(ago) => wrong(need, late, Some(Fix::Again)).with("minutes", (ago + 30) / 60),
        None if beat.failing => wrong(need, never, Some(Fix::Again)),
        None => finding(need, Standing::Unknown, "not_yet", Some(Fix::Again)),
    }
}

fn street(street: &Street) -> Finding {
    match street {
        Street::Off => fine(Need::Street, "street_off"),
        Street::Opening => finding(Need::Street, Standing::Unknown, "street_opening", Some(Fix::Again)),
        Street::Open { told: true } => fine(Need::Street, "street_open"),
        Street::Open { told: false } => heed(Need::Street, "street_untold", Some(Fix::TryStreet)),
        // Orders still come: they are asked for.
        Street::Trouble(code) => heed(Need::Street, "street_trouble", Some(mend(code))).with("code", code),
    }
}

/// What trying again cannot mend is settled where the address is set up.
fn mend(trouble: &str) -> Fix {
    match trouble {
        "network_down" | "not_reachable" | "ended" | "address_taken" | "refused" => Fix::TryStreet,
        _ => Fix::Street,
    }
}

fn model(model: &ModelFacts) -> Finding {
    let ModelFacts::Key { asked, left_usd } = model else {
        return wrong(Need::Model, "model_missing", Some(Fix::Accounts));
    };
    match asked {
        Asked::KeyRefused => wrong(Need::Model, "model_key_refused", Some(Fix::Accounts)),
        Asked::OutOfCredit => wrong(Need::Model, "model_out_of_credit", Some(Fix::TopUp)),
        Asked::Silent => finding(Need::Model, Standing::Unknown, "model_silent", Some(Fix::Again)),
        Asked::Failed(code) => {
            finding(Need::Model, Standing::Unknown, "model_failed", Some(Fix::Again)).with("code", code)
        }
        Asked::Answered => match left_usd {
            Some(left) if *left <= Decimal::ZERO => {
                wrong(Need::Model, "model_out_of_credit", Some(Fix::TopUp))
            }
            Some(left) if *left < Decimal::new(LITTLE_CREDIT.0, LITTLE_CREDIT.1) => {
                heed(Need::Model, "model_credit_low", Some(Fix::TopUp)).with("left", left.round_dp(2))
            }
            Some(left) => fine(Need::Model, "model_credit").with("left", left.round_dp(2)),
            None => fine(Need::Model, "model_answers"),
        },
    }
}

fn caps(facts: &Facts) -> Finding {
    let spent = facts.spent_today_usd.round_dp(2);
    let Some(cap) = facts.cap_today_usd else {
        return fine(Need::Caps, "no_cap").with("spent", spent);
    };
    let of_cap = |finding: Finding| finding.with("spent", spent).with("cap", cap);
    if facts.spent_today_usd >= cap {
        return of_cap(wrong(Need::Caps, "cap_reached", Some(Fix::Caps)));
    }
    if facts.spent_today_usd >= cap * Decimal::new(MUCH.0, MUCH.1) {
        return of_cap(heed(Need::Caps, "cap_near", Some(Fix::Caps)));
    }
    of_cap(fine(Need::Caps, "cap_room"))
}

fn listings(market: &MarketFacts) -> Finding {
    match (market.listed, market.refused) {
        (0, _) => heed(Need::Listings, "nothing_listed", Some(Fix::Listings)),
        (_, refused @ 1..) => {
            heed(Need::Listings, "listing_refused", Some(Fix::Listings)).with("count", refused)
        }
        (listed, 0) => fine(Need::Listings, "listed").with("count", listed),
    }
}

fn moltmarket(molt: &MoltFacts) -> Finding {
    if molt.key_refused {
        return wrong(Need::MoltMarket, "molt_key_refused", Some(Fix::Accounts));
    }
    if !molt.is_claimed {
        return heed(Need::MoltMarket, "molt_unclaimed", Some(Fix::Claim));
    }
    let mut found = beat(Need::MoltMarket, &molt.inbox, ["molt_read", "molt_late", "molt_never"]);
    if found.standing == Standing::Wrong {
        found.fix = Some(Fix::ReadMoltMarket);
    }
    found
}

fn seller(facts: &Facts) -> Finding {
    match facts.waiting {
        0 => fine(Need::Seller, "nothing_waits"),
        count => heed(Need::Seller, "orders_wait", Some(Fix::Orders)).with("count", count),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn beats() -> Beat {
        Beat { worked_ago: Some(12), within: 60, failing: false }
    }

    fn market() -> MarketFacts {
        MarketFacts {
            asked: Asked::Answered,
            news: beats(),
            sign_of_life: beats(),
            street: Street::Open { told: true },
            listed: 2,
            refused: 0,
        }
    }

    fn healthy() -> Facts {
        Facts {
            is_practice: false,
            disk_trouble: None,
            free: Some(20_000_000_000),
            free_is_little: false,
            folder_risk: None,
            keys_in: "keychain",
            clock_ahead: Some(-1),
            closed: None,
            market: Some(market()),
            model: ModelFacts::Key { asked: Asked::Answered, left_usd: Some(Decimal::new(1_240, 2)) },
            spent_today_usd: Decimal::new(62, 2),
            cap_today_usd: Some(Decimal::new(5, 0)),
            molt: Some(MoltFacts { is_claimed: true, key_refused: false, inbox: beats() }),
            waiting: 0,
        }
    }

    /// The only finding that is not fine.
    fn only(facts: &Facts) -> (Need, Standing, &'static str, Option<Fix>) {
        let bad: Vec<_> = judge(facts).into_iter().filter(|found| found.standing != Standing::Fine).collect();
        assert_eq!(bad.len(), 1, "{bad:?}");
        (bad[0].need, bad[0].standing, bad[0].why, bad[0].fix)
    }

    #[test]
    fn a_healthy_stall_is_fine_in_the_order_an_order_meets_it() {
        let found = judge(&healthy());
        assert!(
            found.iter().all(|found| found.standing == Standing::Fine && found.fix.is_none()),
            "{found:?}"
        );
        let needs: Vec<_> = found.iter().map(|found| found.need).collect();
        let mut sorted = needs.clone();
        sorted.sort_unstable();
        assert_eq!(needs, sorted);
        assert_eq!(needs.len(), 13);
    }

    #[test]
    fn what_is_wrong_on_this_computer_is_found() {
        use Standing::{Heed, Unknown, Wrong};
        let of = |change: fn(&mut Facts)| {
            let mut facts = healthy();
            change(&mut facts);
            only(&facts)
        };
        assert_eq!(
            of(|f| f.disk_trouble = Some("disk_full")),
            (Need::Disk, Wrong, "disk_full", Some(Fix::DataFolder))
        );
        assert_eq!(of(|f| f.free_is_little = true), (Need::Disk, Heed, "disk_low", Some(Fix::DataFolder)));
        assert_eq!(of(|f| f.free = None), (Need::Disk, Unknown, "disk_unknown", Some(Fix::Again)));
        assert_eq!(
            of(|f| f.folder_risk = Some(("synced_folder", "Dropbox".into()))),
            (Need::Disk, Heed, "synced_folder", Some(Fix::DataFolder))
        );
        assert_eq!(of(|f| f.keys_in = "memory"), (Need::Keys, Heed, "keys_in_memory", None));
        assert_eq!(of(|f| f.clock_ahead = Some(121)), (Need::Clock, Wrong, "clock_fast", Some(Fix::Again)));
        assert_eq!(of(|f| f.clock_ahead = Some(-600)), (Need::Clock, Wrong, "clock_slow", Some(Fix::Again)));
        assert_eq!(of(|f| f.clock_ahead = None), (Need::Clock, Unknown, "clock_unknown", Some(Fix::Again)));
        assert_eq!(
            of(|f| f.closed = Some(Closed::Switch)),
            (Need::Open, Wrong, "is_closed", Some(Fix::OpenStall))
        );
        assert_eq!(
            of(|f| f.closed = Some(Closed::Hours)),
            (Need::Open, Heed, "out_of_hours", Some(Fix::Hours))
        );
        assert_eq!(of(|f| f.closed = Some(Closed::Away)), (Need::Open, Heed, "away", Some(Fix::Hours)));
        assert_eq!(of(|f| f.waiting = 2), (Need::Seller, Heed, "orders_wait", Some(Fix::Orders)));
    }

    #[test]
    fn what_is_wrong_at_the_marketplace_is_found() {
        use Standing::{Heed, Unknown, Wrong};
        let of = |change: fn(&mut MarketFacts)| {
            let mut facts = healthy();
            change(facts.market.as_mut().unwrap());
            only(&facts)
        };
        assert_eq!(of(|m| m.news.worked_ago = Some(61)), (Need::News, Wrong, "news_late", Some(Fix::Again)));
        assert_eq!(
            of(|m| m.news = Beat { worked_ago: None, within: 60, failing: true }),
            (Need::News, Wrong, "news_never", Some(Fix::Again))
        );
        assert_eq!(of(|m| m.news.worked_ago = None), (Need::News, Unknown, "not_yet", Some(Fix::Again)));
        assert_eq!(
            of(|m| m.sign_of_life.worked_ago = Some(900)),
            (Need::SignOfLife, Wrong, "life_late", Some(Fix::Again))
        );
        assert_eq!(
            of(|m| m.street = Street::Opening),
            (Need::Street, Unknown, "street_opening", Some(Fix::Again))
        );
        assert_eq!(
            of(|m| m.street = Street::Open { told: false }),
            (Need::Street, Heed, "street_untold", Some(Fix::TryStreet))
        );
        assert_eq!(
            of(|m| m.street = Street::Trouble("not_reachable")),
            (Need::Street, Heed, "street_trouble", Some(Fix::TryStreet))
        );
        assert_eq!(
            of(|m| m.street = Street::Trouble("bad_token")),
            (Need::Street, Heed, "street_trouble", Some(Fix::Street))
        );
        assert_eq!(of(|m| m.listed = 0), (Need::Listings, Heed, "nothing_listed", Some(Fix::Listings)));
        assert_eq!(of(|m| m.refused = 1), (Need::Listings, Heed, "listing_refused", Some(Fix::Listings)));
    }

    #[test]
    fn a_market_that_cannot_be_reached_is_one_finding_and_not_four() {
        for (asked, why, fix) in [
            (Asked::KeyRefused, "market_key_refused", Fix::Accounts),
            (Asked::Silent, "market_silent", Fix::Again),
            (Asked::Failed("market_server"), "market_failed", Fix::Again),
        ] {
            let mut facts = healthy();
            let market = facts.market.as_mut().unwrap();
            (market.asked, market.news.worked_ago, market.listed) = (asked, None, 0);
            assert_eq!(only(&facts), (Need::Market, Standing::Wrong, why, Some(fix)));
        }
    }

    #[test]
    fn what_is_wrong_with_the_money_is_found() {
        use Standing::{Heed, Unknown, Wrong};
        let key = |asked, left| ModelFacts::Key { asked, left_usd: left };
        let of = |model| only(&Facts { model, ..healthy() });
        assert_eq!(of(ModelFacts::None), (Need::Model, Wrong, "model_missing", Some(Fix::Accounts)));
        assert_eq!(
            of(key(Asked::KeyRefused, None)),
            (Need::Model, Wrong, "model_key_refused", Some(Fix::Accounts))
        );
        assert_eq!(
            of(key(Asked::OutOfCredit, None)),
            (Need::Model, Wrong, "model_out_of_credit", Some(Fix::TopUp))
        );
        assert_eq!(
            of(key(Asked::Answered, Some(Decimal::ZERO))),
            (Need::Model, Wrong, "model_out_of_credit", Some(Fix::TopUp))
        );
        assert_eq!(
            of(key(Asked::Answered, Some(Decimal::new(99, 2)))),
            (Need::Model, Heed, "model_credit_low", Some(Fix::TopUp))
        );
        assert_eq!(of(key(Asked::Silent, None)), (Need::Model, Unknown, "model_silent", Some(Fix::Again)));

        let spent = |cents| only(&Facts { spent_today_usd: Decimal::new(cents, 2), ..healthy() });
        assert_eq!(spent(500), (Need::Caps, Wrong, "cap_reached", Some(Fix::Caps)));
        assert_eq!(spent(400), (Need::Caps, Heed, "cap_near", Some(Fix::Caps)));
    }

    #[test]
    fn what_is_wrong_at_moltmarket_is_found() {
        use Standing::{Heed, Wrong};
        let of = |change: fn(&mut MoltFacts)| {
            let mut facts = healthy();
            change(facts.molt.as_mut().unwrap());
            only(&facts)
        };
        assert_eq!(
            of(|m| m.key_refused = true),
            (Need::MoltMarket, Wrong, "molt_key_refused", Some(Fix::Accounts))
        );
        assert_eq!(
            of(|m| m.is_claimed = false),
            (Need::MoltMarket, Heed, "molt_unclaimed", Some(Fix::Claim))
        );
        assert_eq!(
            of(|m| m.inbox.worked_ago = Some(61)),
            (Need::MoltMarket, Wrong, "molt_late", Some(Fix::ReadMoltMarket))
        );
    }

    #[test]
    fn a_stall_without_any_market_is_told_to_connect_one() {
        let facts = Facts { market: None, molt: None, ..healthy() };
        assert_eq!(only(&facts), (Need::Market, Standing::Wrong, "no_account", Some(Fix::Accounts)));
        assert!(judge(&Facts { market: None, ..healthy() }).iter().all(|found| found.need != Need::Market));
    }
}
