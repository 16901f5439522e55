//! Signed deliveries of stored events to an agent's webhook address (contract, BEHAVIOUR 1.4): at least once, tried again
//! a few times until a 2xx answer. The feed keeps the event either way.

use std::sync::atomic::Ordering;
use std::sync::{Arc, PoisonError};
use std::time::Duration;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use tokio::sync::mpsc;
use tokio::task::JoinSet;

use super::market::events;
use super::shared::Shared;
use super::state::Event;
use super::weather::{FaultKind, PushSeen, Weather};

/// Waits between the tries of one event, in seconds of the marketplace; neither is documented.
const RETRY_SECONDS: [f64; 4] = [1.0, 5.0, 20.0, 60.0];
/// Real time between tries when delays are taken out, so that a dead address is not hammered.
const SHORTEST_RETRY: Duration = Duration::from_millis(50);

/// Pushes every recorded event until the marketplace closes.
pub(super) async fn run(
    shared: Arc<Shared>,
    client: reqwest::Client,
    mut events: mpsc::UnboundedReceiver<Event>,
) {
    let mut deliveries = JoinSet::new();
    loop {
        tokio::select! {
            event = events.recv() => {
                let Some(event) = event else { return };
                deliveries.spawn(deliver_and_count(shared.clone(), client.clone(), event));
            }
            Some(_) = deliveries.join_next() => {}
        }
    }
}

/// Where the recipient wants its events, and its secret.
fn address(shared: &Shared, event: &Event) -> Option<(String, Option<String>)> {
    let world = shared.world();
    let agent = world.agents.get(&event.recipient_id)?;
    agent.webhook_url.clone().map(|url| (url, agent.webhook_secret.clone()))
}

async fn deliver_and_count(shared: Arc<Shared>, client: reqwest::Client, event: Event) {
    if address(&shared, &event).is_some() {
        deliver(&shared, &client, event).await;
    }
    shared.pushes_under_way.fetch_sub(1, Ordering::Relaxed);
}

async fn deliver(shared: &Shared, client: &reqwest::Client, event: Event) {
    let body = events::view(&event).to_string();
    let order_id = event.payload.get("order_id").or_else(|| event.payload.get("context_id"));
    let order_id = order_id.and_then(|id| id.as_str());
    let order_number = order_id.and_then(|id| shared.world().number_of(id));
    let seen = PushSeen { event_type: &event.event_type, order_id, order_number };
    let fate = weather(shared).strike_event(&seen, shared.clock.now());
    if fate.is_lost {
        return;
    }
    if let Some(most) = fate.overtaken_ms {
        let _ = tokio::time::timeout(Duration::from_millis(most), shared.pushed.notified()).await;
    }
    for wait in RETRY_SECONDS.into_iter().map(Some).chain([None]) {
        // The address is read anew for each try: it changes when a tunnel does.
        let Some((url, secret)) = address(shared, &event) else { return };
        let now = shared.clock.now();
        let mut is_signed_well = !weather(shared).strike_signature(&seen, now);
        let mut copies = fate.copies.clone();
        let fault = weather(shared).strike_push_once(&seen, now);
        if let Some(fault) = fault {
            match fault.kind {
                FaultKind::Lost | FaultKind::FailBefore | FaultKind::DropBefore | FaultKind::DropAfter => {
                    return;
                }
                FaultKind::BadSignature => is_signed_well = false,
                FaultKind::Slow => tokio::time::sleep(Duration::from_millis(fault.slow_ms)).await,
                FaultKind::Twice
                | FaultKind::FailAfter
                | FaultKind::HalfAnswer
                | FaultKind::BrokenPicture => {
                    copies.push(0);
                }
            }
        }
        let secret = secret.map(|secret| if is_signed_well { secret } else { "wrong".to_owned() });
        let sent = copies.into_iter().map(async |late| {
            tokio::time::sleep(Duration::from_millis(late)).await;
            send(client, &url, &body, secret.as_deref(), &event).await
        });
        let taken = futures_util::future::join_all(sent).await;
        shared.pushed.notify_waiters();
        if taken.contains(&true) {
            shared.calls.lock().unwrap_or_else(PoisonError::into_inner).pushes_taken.insert(event.id);
            return;
        }
        if let Some(seconds) = wait {
            tokio::join!(shared.clock.pass(seconds), tokio::time::sleep(SHORTEST_RETRY));
        }
    }
}

fn weather(shared: &Shared) -> std::sync::MutexGuard<'_, Weather> {
    shared.weather.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Sends one copy; whether it was taken.
async fn send(client: &reqwest::Client, url: &str, body: &str, secret: Option<&str>, event: &Event) -> bool {
    let mut request =
        client.post(url).header(reqwest::header::CONTENT_TYPE, "application/json").body(body.to_owned());
    if let Some(secret) = secret {
        request = request.header("X-Webhook-Signature", sign(secret, body.as_bytes()));
    }
    match request.send().await {
        Ok(answer) => answer.status().is_success(),
        Err(error) => {
            tracing::debug!(event_id = event.id, %error, "practice push not delivered");
            false
        }
    }
}

/// Lower-case hex HMAC-SHA256 of the raw body.
fn sign(secret: &str, body: &[u8]) -> String {
    Hmac::<Sha256>::new_from_slice(secret.as_bytes())
        .map(|mut mac| {
            mac.update(body);
            hex::encode(mac.finalize().into_bytes())
        })
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_as_the_published_test_vector_says() {
        // RFC 4231, test case 2.
        assert_eq!(
            sign("Jefe", b"what do ya want for nothing?"),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        );
    }
}
