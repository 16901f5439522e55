//! Room in memory for opened pictures. What is open at one time in the whole process stays within one limit, however
//! many orders have pictures opened at once; who comes too much waits.

use std::sync::{Condvar, Mutex, PoisonError};

/// Most bytes that opened pictures and their decoders take together.
pub const MOST_MEMORY: u64 = 160 << 20;

static TAKEN: Mutex<u64> = Mutex::new(0);
static GIVEN_BACK: Condvar = Condvar::new();

/// A part of the room, given back when dropped. Nobody may wait for room while holding some.
#[derive(Debug)]
pub struct Room(u64);

impl Room {
    /// Waits until `bytes` (at most [`MOST_MEMORY`]) are free. Blocking.
    pub fn wait_for(bytes: u64) -> Self {
        let bytes = bytes.min(MOST_MEMORY);
        let taken = TAKEN.lock().unwrap_or_else(PoisonError::into_inner);
        let mut taken = GIVEN_BACK
            .wait_while(taken, |taken| *taken + bytes > MOST_MEMORY)
            .unwrap_or_else(PoisonError::into_inner);
        *taken += bytes;
        Self(bytes)
    }

    /// Gives back all but `bytes`.
    pub fn shrink_to(&mut self, bytes: u64) {
        let back = self.0.saturating_sub(bytes);
        self.0 -= back;
        let mut taken = TAKEN.lock().unwrap_or_else(PoisonError::into_inner);
        *taken = taken.saturating_sub(back);
        drop(taken);
        GIVEN_BACK.notify_all();
    }
}

impl Drop for Room {
    fn drop(&mut self) {
        self.shrink_to(0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU64, Ordering};

    #[test]
    fn never_gives_out_more_than_there_is_and_never_holds_anybody_for_good() {
        let (inside, most) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicU64::new(0)));
        let threads: Vec<_> = (0..16u64)
            .map(|number| {
                let (inside, most) = (inside.clone(), most.clone());
                std::thread::spawn(move || {
                    for _ in 0..20 {
                        let bytes = MOST_MEMORY / (1 + number % 5);
                        let mut room = Room::wait_for(bytes);
                        let now = inside.fetch_add(bytes, Ordering::SeqCst) + bytes;
                        most.fetch_max(now, Ordering::SeqCst);
                        std::thread::yield_now();
                        inside.fetch_sub(bytes, Ordering::SeqCst);
                        room.shrink_to(bytes / 2);
                    }
                })
            })
            .collect();
        threads.into_iter().for_each(|thread| thread.join().unwrap());
        assert!(most.load(Ordering::SeqCst) <= MOST_MEMORY);
    }
}
