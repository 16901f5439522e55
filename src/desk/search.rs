//! Search over everything: orders, what was said, listings, pictures, jobs and people.

use super::contract::*;
use super::convert::instant;
use super::excerpt::{excerpt, has_all, marked};
use crate::stall::Stall;
use crate::store::{Found, FoundKind, SearchWords};

const USUAL: u32 = 5;
const MOST: u32 = 20;

pub(super) async fn find(stall: &Stall, request: SearchFor) -> Result<SearchFound, DeskError> {
    let accounts: Vec<String> = stall.walks().into_iter().map(|walks| walks.account_id).collect();
    let Some(words) = SearchWords::read(&request.words).filter(|_| !accounts.is_empty()) else {
        return Ok(SearchFound { hits: Vec::new() });
    };
    let limit = request.limit.unwrap_or(USUAL).clamp(1, MOST);
    let store = stall.store();
    let (named, said, pictures) = tokio::try_join!(
        store.find_named(&accounts, &words, limit),
        store.find_said(&accounts, &words, limit),
        store.find_pictures(&accounts, &words, limit),
    )?;
    let hits = named.into_iter().chain(said).chain(pictures).map(|found| hit(found, words.all())).collect();
    Ok(SearchFound { hits })
}

fn hit(found: Found, words: &[String]) -> SearchHit {
    // Where the title says it all, more of it is only noise; what was said is always told.
    let is_named = !matches!(found.kind, FoundKind::Message | FoundKind::Letter | FoundKind::Picture);
    let is_titled = is_named && has_all(&found.title, words);
    let text = if is_titled { String::new() } else { found.text };
    SearchHit {
        kind: found.kind.as_str().to_owned(),
        id: found.id,
        title: marked(&found.title, words),
        excerpt: excerpt(&text, words),
        name: found.name.filter(|name| !name.is_empty()),
        sha256: found.sha256,
        at: found.at.map(instant),
    }
}
