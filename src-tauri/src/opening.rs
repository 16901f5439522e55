//! The stall while it opens: the window is there at once, requests wait until the stall is open or has failed.

use stallkeeper::desk::contract::DeskError;
use stallkeeper::desk::told;
use stallkeeper::stall::Stall;
use tokio::sync::watch;

/// Where the stall comes from once it is open; kept in the application's state.
pub struct Opening {
    state: watch::Sender<State>,
}

#[derive(Clone)]
enum State {
    Opening,
    Open(Stall),
    Failed(DeskError),
}

impl Opening {
    pub fn begin() -> Self {
        Self { state: watch::Sender::new(State::Opening) }
    }

    /// Lets everyone who waits go on.
    pub fn finish(&self, outcome: &anyhow::Result<Stall>) {
        self.state.send_replace(match outcome {
            Ok(stall) => State::Open(stall.clone()),
            Err(error) => State::Failed(told(error)),
        });
    }

    /// Has everyone wait again: the stall is being opened anew.
    pub fn begin_again(&self) {
        self.state.send_replace(State::Opening);
    }

    /// The stall, when it is open.
    ///
    /// # Errors
    /// Why it could not be opened.
    pub async fn stall(&self) -> Result<Stall, DeskError> {
        let mut state = self.state.subscribe();
        let settled = state.wait_for(|state| !matches!(state, State::Opening)).await;
        match settled.as_deref() {
            Ok(State::Open(stall)) => Ok(stall.clone()),
            Ok(State::Failed(error)) => Err(error.clone()),
            Ok(State::Opening) | Err(_) => Err(DeskError::of("storage", "the stall was never opened")),
        }
    }

    /// The stall, if it is open by now.
    pub fn lookup(&self) -> Option<Stall> {
        match &*self.state.borrow() {
            State::Open(stall) => Some(stall.clone()),
            State::Opening | State::Failed(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_request_made_while_opening_is_told_why_it_failed() {
        let opening = std::sync::Arc::new(Opening::begin());
        let waiting = tokio::spawn({
            let opening = opening.clone();
            async move { opening.stall().await.err() }
        });
        tokio::task::yield_now().await;
        assert!(!waiting.is_finished(), "nothing is known yet");

        opening.finish(&Err(anyhow::anyhow!("disk full").context("cannot open the data folder")));

        let error = waiting.await.expect("the request ends").expect("with an error");
        assert_eq!(
            (error.code.as_str(), error.message.as_str()),
            ("storage", "cannot open the data folder: disk full")
        );
        assert!(opening.lookup().is_none());
        opening.begin_again();
        let waiting = tokio::spawn({
            let opening = opening.clone();
            async move { opening.stall().await.err() }
        });
        tokio::task::yield_now().await;
        assert!(!waiting.is_finished(), "what failed before is not told of the next try");
    }
}
