//! The truth light: never green without proof.

use std::sync::PoisonError;

use jiff::{SignedDuration, Timestamp};

use super::Stall;
use crate::desk::contract::{LightColour, StallMode};
use crate::intake::{CannotServe, can_serve};
use crate::settings::ClosedBy;

/// The market counts three missed beats as offline (contract 1.4).
const OFFLINE_AFTER: SignedDuration = SignedDuration::from_secs(180);

/// A loss of the network is noticed within this.
const PROVED_WITHIN: SignedDuration = SignedDuration::from_secs(60);

/// What the light says, and what it is founded on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Light {
    pub colour: LightColour,
    pub reason: &'static str,
    /// Last moment something proved that orders reach us.
    pub proved_at: Option<Timestamp>,
}

impl Stall {
    /// Since when the light has had this colour, as far as anybody looked.
    pub fn light_since(&self, light: &Light) -> Timestamp {
        let now = self.clock().now();
        let mut seen = self.inner.light_seen.lock().unwrap_or_else(PoisonError::into_inner);
        match *seen {
            Some((colour, since)) if colour == light.colour => since,
            _ => {
                *seen = Some((light.colour, now));
                now
            }
        }
    }

    /// The light as it must be now.
    pub fn light(&self) -> Light {
        let of = |colour, reason, proved_at| Light { colour, reason, proved_at };
        if self.mode() == StallMode::Welcome {
            return of(LightColour::Grey, "no_account", None);
        }
        if let Some(trouble) = self.store().disk().trouble() {
            return of(LightColour::Red, trouble.code(), None);
        }
        let Some(account) = self.account() else {
            if let (None, Some(light)) = (self.trouble(), self.light_of_molt()) {
                return light;
            }
            return match self.trouble() {
                Some("key_refused") => of(LightColour::Red, "key_refused", None),
                Some(_) => of(LightColour::Red, "market_unreachable", None),
                None => of(LightColour::Amber, "starting", None),
            };
        };
        let now = self.clock().now();
        let (feed, heart, push) = (account.feed.view(), account.heartbeat.view(), account.push.view());
        let proved_at =
            [feed.worked_at, push.worked_at, account.reconcile.view().worked_at].into_iter().flatten().max();
        if let Err(why) = can_serve(&self.means(&account)) {
            return of(colour_of(why), self.reason_of(why), proved_at);
        }
        let fresh = |at: Option<Timestamp>, within: SignedDuration| {
            at.is_some_and(|at| now.duration_since(at).abs() <= within)
        };
        let settings = self.settings();
        // With the usual pace the feed is read at least every 48 s: what is older proves nothing any more.
        let pace = i64::from(settings.feed_seconds_with_push.rounded_up());
        let feed_within = SignedDuration::from_secs(pace).max(PROVED_WITHIN);
        let reached = fresh(feed.worked_at, feed_within) || fresh(push.worked_at, feed_within);
        let beating = fresh(heart.worked_at, OFFLINE_AFTER);
        let just_opened = now.duration_since(account.opened_at) < SignedDuration::from_secs(20);
        match (reached, beating) {
            (true, true) => of(LightColour::Green, "serving", proved_at),
            (false, _) if feed.problem.is_some() => of(LightColour::Red, "market_unreachable", proved_at),
            _ if just_opened => of(LightColour::Amber, "starting", proved_at),
            (false, _) => of(LightColour::Amber, "feed_stale", proved_at),
            (true, false) => of(LightColour::Amber, "heartbeat_stale", proved_at),
        }
    }

    /// The code of what is in the way; a stall that closed by itself says why.
    fn reason_of(&self, why: CannotServe) -> &'static str {
        match (why, self.closed_by()) {
            (CannotServe::Closed, Some(ClosedBy::Hours)) if self.is_switched_open() => "out_of_hours",
            (CannotServe::Closed, Some(ClosedBy::Away)) if self.is_switched_open() => "away",
            _ => why.code(),
        }
    }

    /// The light of a stall that serves MoltMarket alone: by reading its inbox.
    fn light_of_molt(&self) -> Option<Light> {
        let of = |colour, reason, proved_at| Light { colour, reason, proved_at };
        let Some(molt) = self.molt() else {
            return self.molt_trouble().map(|trouble| match trouble {
                "key_refused" => of(LightColour::Red, "key_refused", None),
                "market_unreachable" => of(LightColour::Red, "market_unreachable", None),
                _ => of(LightColour::Red, "no_account", None),
            });
        };
        let view = molt.inbox.view();
        let proved_at = view.worked_at;
        if let Err(why) = can_serve(&self.means_of_given(&molt)) {
            return Some(of(colour_of(why), self.reason_of(why), proved_at));
        }
        let every = self.settings().moltmarket_seconds.duration();
        let every = SignedDuration::try_from(every).unwrap_or(PROVED_WITHIN);
        // Twice the pace: one reading may have to wait for what the market allows.
        let within = (every * 2).max(PROVED_WITHIN);
        let is_fresh = proved_at.is_some_and(|at| self.clock().now().duration_since(at).abs() <= within);
        let is_allowance = matches!(view.problem.as_deref(), Some("market_budget" | "rate_limited"));
        Some(match (view.problem, proved_at) {
            (Some(_), at) if !(is_allowance && is_fresh) => of(LightColour::Red, "market_unreachable", at),
            (_, None) => of(LightColour::Amber, "starting", None),
            (_, at) if !is_fresh => of(LightColour::Amber, "feed_stale", at),
            (_, at) => of(LightColour::Green, "serving", at),
        })
    }
}

fn colour_of(why: CannotServe) -> LightColour {
    match why {
        CannotServe::Closed => LightColour::Grey,
        CannotServe::ModelMissing | CannotServe::OutOfCredit => LightColour::Amber,
        CannotServe::MarketRefusesKey | CannotServe::ModelRefusesKey | CannotServe::Disk(_) => {
            LightColour::Red
        }
    }
}
