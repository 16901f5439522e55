//! What must be true of a given job when a night is over.

use jiff::SignedDuration;
use stallkeeper::marketplaces::MarketStatus;
use stallkeeper::store::{LedgerKind, LinkToken};
use url::Url;

use super::jobs::{FarJob, Poster};
use super::stall::{JOBS, Night};
use super::world::FarOrder;

/// A link lasts at least this long after it was told.
const LEAST: SignedDuration = SignedDuration::from_hours(24);

pub async fn check_job(night: &Night, order: &FarOrder, job: &FarJob, row_id: &str) {
    let (world, id) = (&night.world, &order.id);
    let earned = night.store.sum_ledger(JOBS, LedgerKind::Earned, jiff::Timestamp::UNIX_EPOCH).await.unwrap();
    if !earned.is_zero() {
        world.wrong(format!("{id}: the books say {earned} was earned where the market holds no money"));
    }
    if order.status == MarketStatus::Completed && job.deliveries == 0 {
        world.wrong(format!("{id} was ended as done without a delivery"));
    }
    if job.deliveries > 0 && (job.poster == Poster::GivesUp || job.greetings != 1) {
        world.wrong(format!(
            "{id}: {} deliveries to {:?} after {} greetings",
            job.deliveries, job.poster, job.greetings
        ));
    }
    for link in &job.links {
        let path = link.address.parse::<Url>().unwrap().path().to_owned();
        let Some(token) = LinkToken::in_path(&path) else {
            world.wrong(format!("{id}: {path} is no link"));
            continue;
        };
        match night.store.lookup_file_link(&token).await.unwrap() {
            None => world.wrong(format!("{id}: the link of {} opens nothing", link.file)),
            Some(kept) => {
                if kept.order_id != row_id || kept.file_name != link.file {
                    world.wrong(format!(
                        "{id}: the link of {} opens {} of another order",
                        link.file, kept.file_name
                    ));
                }
                if kept.expires_at < link.at + LEAST {
                    world.wrong(format!("{id}: the link of {} was told too late", link.file));
                }
                if let Err(error) = night.files.read(&kept.picture_sha256) {
                    world.wrong(format!("{id}: the link of {} opens nothing: {error}", link.file));
                }
            }
        }
    }
}
