//! Files of the seller that are on their way out, so that each can be stopped.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio_util::sync::CancellationToken;

use super::Stall;

type Known = Arc<Mutex<HashMap<(String, String), CancellationToken>>>;

/// What is being sent, by order and name.
#[derive(Debug, Default)]
pub struct Sendings(Known);

/// One file on its way; forgotten when this is let go of.
#[derive(Debug)]
pub struct Sending {
    pub stop: CancellationToken,
    key: (String, String),
    known: Known,
}

impl Sendings {
    /// Notes that a file is being sent.
    pub fn begin(&self, order_id: &str, name: &str) -> Sending {
        let (stop, key) = (CancellationToken::new(), (order_id.to_owned(), name.to_owned()));
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(key.clone(), stop.clone());
        Sending { stop, key, known: Arc::clone(&self.0) }
    }

    /// Stops a file; one that is not on its way any more is left as it is.
    pub fn stop(&self, order_id: &str, name: &str) {
        let key = (order_id.to_owned(), name.to_owned());
        if let Some(stop) = self.0.lock().unwrap_or_else(PoisonError::into_inner).get(&key) {
            stop.cancel();
        }
    }
}

impl Drop for Sending {
    fn drop(&mut self) {
        self.known.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.key);
    }
}

impl Stall {
    /// The seller's files that are on their way.
    pub fn sendings(&self) -> &Sendings {
        &self.inner.sendings
    }
}
