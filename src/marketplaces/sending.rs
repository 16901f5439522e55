//! How far a file is on its way out, and calling it back.

use std::fmt;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

use bytes::Bytes;
use futures_util::{Stream, stream};

/// Bytes handed to the connection at a time.
const PIECE: usize = 64 * 1024;

/// Told of the bytes the connection has taken so far, from none to all. That all went out is not that they arrived.
#[derive(Clone, Default)]
pub struct OnSent(Option<Arc<dyn Fn(u64) + Send + Sync>>);

impl OnSent {
    pub fn new(told: impl Fn(u64) + Send + Sync + 'static) -> Self {
        Self(Some(Arc::new(told)))
    }

    fn tell(&self, sent: u64) {
        if let Some(told) = &self.0 {
            told(sent);
        }
    }
}

impl fmt::Debug for OnSent {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("OnSent")
    }
}

const UNDER_WAY: u8 = 0;
const CALLED_BACK: u8 = 1;
const WHOLE: u8 = 2;

/// Calls a file back while its last piece has not gone out. To let go of the call is not enough: the connection has a task
/// of its own and may take all the rest before it notices.
#[derive(Debug, Clone, Default)]
pub struct Recall(Arc<AtomicU8>);

impl Recall {
    /// True when the file will never have gone out whole; false when its last piece is out already.
    pub fn call_back(&self) -> bool {
        self.settle(CALLED_BACK)
    }

    /// What is settled first stays.
    fn settle(&self, end: u8) -> bool {
        match self.0.compare_exchange(UNDER_WAY, end, Ordering::AcqRel, Ordering::Acquire) {
            Ok(_) => true,
            Err(settled) => settled == end,
        }
    }

    fn lets_pass(&self, is_last: bool) -> bool {
        if is_last { self.settle(WHOLE) } else { self.0.load(Ordering::Acquire) != CALLED_BACK }
    }
}

/// The bytes in pieces, until they are called back. A piece counts as sent when the connection asks for the next one.
pub(super) fn counted(
    bytes: Bytes,
    on_sent: OnSent,
    recall: Recall,
) -> impl Stream<Item = io::Result<Bytes>> + Send + 'static {
    stream::unfold((bytes, 0), move |(mut rest, sent)| {
        on_sent.tell(sent);
        let piece = rest.split_to(rest.len().min(PIECE));
        let is_out = piece.is_empty();
        let piece = if is_out || recall.lets_pass(rest.is_empty()) {
            Ok(piece)
        } else {
            Err(io::Error::other("the file was called back"))
        };
        let sent = sent + piece.as_ref().map_or(0, Bytes::len) as u64;
        std::future::ready((!is_out).then_some((piece, (rest, sent))))
    })
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use futures_util::TryStreamExt as _;

    use super::*;

    #[tokio::test]
    async fn the_very_bytes_go_out_and_what_is_told_rises_from_none_to_all() {
        for size in [0, 1, PIECE, PIECE + 1, 3 * PIECE + 7] {
            let bytes: Bytes = (0..size).map(|at| u8::try_from(at % 251).unwrap()).collect::<Vec<_>>().into();
            let told = Arc::new(Mutex::new(Vec::new()));
            let seen = Arc::clone(&told);
            let pieces: Vec<Bytes> = counted(
                bytes.clone(),
                OnSent::new(move |sent| seen.lock().unwrap().push(sent)),
                Recall::default(),
            )
            .try_collect()
            .await
            .unwrap();
            assert_eq!(pieces.concat(), bytes, "{size}");
            let told = told.lock().unwrap();
            assert!(told.is_sorted(), "{size}: {told:?}");
            assert_eq!((told.first(), told.last()), (Some(&0), Some(&(size as u64))), "{size}");
        }
    }

    #[tokio::test]
    async fn it_is_called_back_or_goes_out_whole_never_both() {
        let pieces = [PIECE, PIECE, 1];
        for before in 0..=pieces.len() {
            let recall = Recall::default();
            let bytes = Bytes::from(vec![7; pieces.iter().sum()]);
            let mut way = std::pin::pin!(counted(bytes, OnSent::default(), recall.clone()));
            for size in &pieces[..before] {
                assert_eq!(way.try_next().await.unwrap().unwrap().len(), *size);
            }
            let is_back = recall.call_back();
            assert_eq!(is_back, before < pieces.len(), "{before}");
            assert_eq!(recall.call_back(), is_back, "asked again it says the same");
            assert_eq!(way.try_next().await.is_err(), is_back, "{before}");
        }
    }
}
