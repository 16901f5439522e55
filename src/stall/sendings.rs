//! Files of the seller that are on their way out, so that each can be stopped.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::{Arc, Mutex, PoisonError};

use tokio_util::sync::CancellationToken;

use super::Stall;

/// Two screens may send a file of the same name at once.
type Known = Arc<Mutex<HashMap<(String, String), Vec<CancellationToken>>>>;

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
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.entry(key.clone()).or_default().push(stop.clone());
        Sending { stop, key, known: Arc::clone(&self.0) }
    }

    /// Stops a file; one that is not on its way any more is left as it is.
    pub fn stop(&self, order_id: &str, name: &str) {
        let key = (order_id.to_owned(), name.to_owned());
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.get(&key).into_iter().flatten().for_each(CancellationToken::cancel);
    }
}

impl Drop for Sending {
    fn drop(&mut self) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Entry::Occupied(mut same) = known.entry(self.key.clone()) {
            same.get_mut().retain(|stop| *stop != self.stop);
            if same.get().is_empty() {
                same.remove();
            }
        }
    }
}

impl Stall {
    /// The seller's files that are on their way.
    pub fn sendings(&self) -> &Sendings {
        &self.inner.sendings
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_that_ends_does_not_take_another_of_its_name_along() {
        let sendings = Sendings::default();
        let first = sendings.begin("o-1", "fox.psd");
        let second = sendings.begin("o-1", "fox.psd");
        drop(second);
        sendings.stop("o-2", "fox.psd");
        assert!(!first.stop.is_cancelled());
        sendings.stop("o-1", "fox.psd");
        assert!(first.stop.is_cancelled());
        drop(first);
        assert!(sendings.0.lock().unwrap().is_empty(), "what ended is forgotten");
    }
}
