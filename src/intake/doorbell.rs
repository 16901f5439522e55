//! What an unsigned push may do: make us look, not more often than we like.
//!
//! Where a market cannot sign, anybody who learns the address can push. Nothing of such a push is believed or kept; it
//! only has the feed read soon, and ringing without end reads it no more often than ringing once every [`QUIET`].

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

/// The feed is read at most once in this time because somebody rang.
pub const QUIET: Duration = Duration::from_secs(5);

/// The button; clones are the same one.
#[derive(Debug, Clone, Default)]
pub struct Doorbell(Arc<Notify>);

impl Doorbell {
    /// Has the feed read soon.
    pub fn ring(&self) {
        self.0.notify_one();
    }

    /// Wakes whoever reads the feed, until told to stop. Rings during the quiet time count as one after it, so that
    /// news that came just after a look is not left lying.
    pub async fn answer(&self, feed: &Notify, stop: CancellationToken) {
        let answering = async {
            loop {
                self.0.notified().await;
                feed.notify_one();
                tokio::time::sleep(QUIET).await;
            }
        };
        stop.run_until_cancelled(answering).await;
    }
}

#[cfg(test)]
mod tests {
    use tokio::time::{Instant, timeout};

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn ringing_without_end_looks_once_every_few_seconds() {
        let (bell, feed, stop) = (Doorbell::default(), Arc::new(Notify::new()), CancellationToken::new());
        let answering = {
            let (bell, feed, stop) = (bell.clone(), Arc::clone(&feed), stop.clone());
            tokio::spawn(async move { bell.answer(&feed, stop).await })
        };
        let begun = Instant::now();
        let ringing = tokio::spawn(async move {
            loop {
                bell.ring();
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        });
        let mut looks = 0;
        while timeout(Duration::from_secs(60).saturating_sub(begun.elapsed()), feed.notified()).await.is_ok()
        {
            looks += 1;
        }
        ringing.abort();
        assert!((11..=13).contains(&looks), "{looks} looks in a minute");
        stop.cancel();
        answering.await.unwrap();
    }

    #[tokio::test(start_paused = true)]
    async fn the_first_ring_is_answered_at_once_and_one_in_the_quiet_time_is_not_forgotten() {
        let (bell, feed, stop) = (Doorbell::default(), Arc::new(Notify::new()), CancellationToken::new());
        {
            let (bell, feed, stop) = (bell.clone(), Arc::clone(&feed), stop.clone());
            tokio::spawn(async move { bell.answer(&feed, stop).await });
        }
        let begun = Instant::now();
        bell.ring();
        feed.notified().await;
        assert_eq!(begun.elapsed(), Duration::ZERO);
        bell.ring();
        bell.ring();
        feed.notified().await;
        assert!((QUIET..QUIET + Duration::from_secs(1)).contains(&begun.elapsed()), "{:?}", begun.elapsed());
        assert!(
            timeout(10 * QUIET, feed.notified()).await.is_err(),
            "two rings in the quiet time are one look"
        );
        stop.cancel();
    }
}
