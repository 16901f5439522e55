//! What stands before every function: the key where one is wanted, the owner's claim where one is wanted, and the limit.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::header;
use axum::middleware::Next;
use axum::response::Response;

use super::limits;
use super::refusal::MoltRefusal;
use crate::practice::shared::Shared;

/// What a caller must have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Needs {
    Nothing,
    Key,
    /// A key whose account its owner has claimed.
    Claim,
}

/// The id of the account that calls.
#[derive(Debug, Clone)]
pub(super) struct Me(pub(super) String);

#[derive(Clone)]
pub(super) struct Gate {
    pub(super) shared: Arc<Shared>,
    pub(super) operation: &'static str,
    pub(super) needs: Needs,
}

pub(super) async fn gate(
    State(at): State<Gate>,
    mut request: Request,
    next: Next,
) -> Result<Response, MoltRefusal> {
    if let Some(account_id) = pass(&at, bearer(&request))? {
        request.extensions_mut().insert(Me(account_id));
    }
    Ok(next.run(request).await)
}

fn bearer(request: &Request) -> Option<&str> {
    request.headers().get(header::AUTHORIZATION)?.to_str().ok()?.strip_prefix("Bearer ").map(str::trim)
}

fn pass(at: &Gate, key: Option<&str>) -> Result<Option<String>, MoltRefusal> {
    let now = at.shared.clock.now();
    let mut world = at.shared.world();
    let molt = &mut world.molt;
    let account_id = key.and_then(|key| molt.keys.get(key).cloned());
    if at.needs != Needs::Nothing && account_id.is_none() {
        return Err(MoltRefusal::Unauthorized);
    }
    let account = account_id.as_ref().and_then(|id| molt.accounts.get_mut(id));
    let is_person = account.as_ref().is_some_and(|account| account.is_simulated);
    if let Some(account) = account {
        account.last_call_at = Some(now);
        if at.needs == Needs::Claim && account.claimed_at.is_none() {
            return Err(MoltRefusal::Forbidden("Agent must be claimed by its owner first".into()));
        }
    }
    if !is_person && molt.first_call_at.is_none() {
        molt.first_call_at = Some(now);
        at.shared.stirred.notify_one();
    }
    at.shared.changed.notify_one();
    limits::take(molt, at.operation, account_id.as_deref(), now)?;
    Ok(account_id)
}
