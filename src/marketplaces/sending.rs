//! How far a file is on its way out.

use std::convert::Infallible;
use std::fmt;
use std::sync::Arc;

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

/// The bytes in pieces. A piece counts as sent when the connection asks for the next one.
pub(super) fn counted(
    bytes: Bytes,
    on_sent: OnSent,
) -> impl Stream<Item = Result<Bytes, Infallible>> + Send + 'static {
    stream::unfold((bytes, 0), move |(mut rest, sent)| {
        on_sent.tell(sent);
        let piece = rest.split_to(rest.len().min(PIECE));
        let sent = sent + piece.len() as u64;
        std::future::ready((!piece.is_empty()).then_some((Ok(piece), (rest, sent))))
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
            let pieces: Vec<Bytes> =
                counted(bytes.clone(), OnSent::new(move |sent| seen.lock().unwrap().push(sent)))
                    .try_collect()
                    .await
                    .unwrap();
            assert_eq!(pieces.concat(), bytes, "{size}");
            let told = told.lock().unwrap();
            assert!(told.is_sorted(), "{size}: {told:?}");
            assert_eq!((told.first(), told.last()), (Some(&0), Some(&(size as u64))), "{size}");
        }
    }
}
