//! People and agents on MoltMarket: conversations, letters, profiles of others.

use super::contract::*;
use super::convert::{amount, instant};
use super::gallery::{file_name, find as find_picture};
use super::molt::{budgets as budgets_of, open};
use crate::fulfilment::Journal;
use crate::guard::{find_place, find_secret, signs};
use crate::links::{LinkError, LinkedPicture};
use crate::marketplaces::moltmarket::{Agent, AgentQuery, Paging, Report, ReportReason, Wallet, WhoseKind};
use crate::marketplaces::split_message;
use crate::people::{LetterDraft, To};
use crate::stall::{OpenMolt, Stall};
use crate::store::{ConversationRow, LetterRow, LetterState, LetterWriter};

const PAGE: u32 = 50;
const MOST: u32 = 100;
/// Letters of a conversation that are read at a time.
const LETTERS: u32 = 60;
/// Parts of one letter; the market allows 30 in an hour.
const MOST_PARTS: usize = 10;

pub(super) async fn conversations(stall: &Stall, page: PeoplePage) -> Result<Conversations, DeskError> {
    let molt = open(stall)?;
    let (store, id) = (stall.store(), molt.row.id.as_str());
    let limit = page.limit.unwrap_or(PAGE).clamp(1, MOST);
    let rows = store.list_conversations(id, limit, page.offset.unwrap_or(0)).await?;
    let mut cards = Vec::with_capacity(rows.len());
    for row in rows {
        let last = store.lookup_last_letter(id, &row.id).await?;
        cards.push(card(row, last));
    }
    let (total, unread) = store.count_conversations(id).await?;
    let outbox = store.list_unsent_letters(id).await?.into_iter().map(letter).collect();
    Ok(Conversations { conversations: cards, total, unread, outbox })
}

/// Opening a conversation is seeing it.
pub(super) async fn conversation(stall: &Stall, request: ById) -> Result<ConversationView, DeskError> {
    let molt = open(stall)?;
    let (store, account) = (stall.store(), molt.row.id.as_str());
    let row = known(&molt, stall, &request.id).await?;
    let letters = store.list_letters(account, &row.id, LETTERS).await?;
    let has_older = has_older(&molt, stall, &row.id, &letters).await?;
    if row.unread > 0 {
        let mut write = store.write().await?;
        write.record_conversation_seen(account, &row.id).await?;
        write.commit().await?;
        stall.signals().send(DeskEvent::PeopleChanged);
    }
    let seen = ConversationRow { unread: 0, ..row };
    Ok(ConversationView {
        card: super::messages::conversation(stall, &molt, seen).await?,
        letters: letters.into_iter().map(letter).collect(),
        has_older,
    })
}

/// The page before the letters that are shown.
pub(super) async fn older(stall: &Stall, request: OlderLetters) -> Result<LetterPage, DeskError> {
    let molt = open(stall)?;
    let (store, account) = (stall.store(), molt.row.id.as_str());
    let before = store.lookup_letter(account, letter_id(&request.before)?).await?.ok_or_else(no_letter)?;
    let letters = store.list_older_letters(account, &request.conversation_id, Some(&before), LETTERS).await?;
    let has_older = has_older(&molt, stall, &request.conversation_id, &letters).await?;
    Ok(LetterPage { letters: letters.into_iter().map(letter).collect(), has_older })
}

/// Whether the conversation goes back beyond these letters.
async fn has_older(
    molt: &OpenMolt,
    stall: &Stall,
    conversation_id: &str,
    letters: &[LetterRow],
) -> Result<bool, DeskError> {
    let Some(first) = letters.iter().find(|letter| letter.market_id.is_some()) else { return Ok(false) };
    let (store, account) = (stall.store(), molt.row.id.as_str());
    Ok(!store.list_older_letters(account, conversation_id, Some(first), 1).await?.is_empty())
}

pub(super) async fn send(stall: &Stall, form: LetterForm) -> Result<Letter, DeskError> {
    let molt = open(stall)?;
    let row = known(&molt, stall, &form.conversation_id).await?;
    written(stall, &molt, To::Conversation(row.id), form.text, form.image_url, form.key).await
}

pub(super) async fn start(stall: &Stall, form: StartForm) -> Result<Letter, DeskError> {
    let molt = open(stall)?;
    if form.person_id.trim().is_empty() || form.person_id == molt.row.own_id {
        return Err(DeskError::of("invalid", "nobody to write to").with("field", "person_id"));
    }
    // With a job the conversation about it is meant, which may be another one than is known.
    let known = match form.job_id {
        None => None,
        Some(_) => {
            let job = form.job_id.as_deref();
            stall.store().lookup_conversation_with(&molt.row.id, &form.person_id, job).await?
        }
    };
    let to = match known {
        Some(row) => To::Conversation(row.id),
        None => To::Person { id: form.person_id, job_id: form.job_id },
    };
    written(stall, &molt, to, form.text, form.image_url, form.key).await
}

/// Makes a picture of the gallery public, to be sent with a letter. The link ends with those of the picture's order.
///
/// # Errors
/// `no_links` while none could be opened, `no_order` for a picture of no order, `link_failed` when none was made.
pub(super) async fn picture_address(stall: &Stall, request: ById) -> Result<PublicPicture, DeskError> {
    open(stall)?;
    let links = stall.links();
    let no_way = || DeskError::of("no_links", "no link could be opened now");
    links.way().ok_or_else(no_way)?;
    let (_, row) = find_picture(stall, &request.id).await?;
    let Some(order_id) = row.order_id.clone() else {
        return Err(DeskError::of("no_order", "the picture belongs to no order"));
    };
    let file_name = file_name(&Journal::new(stall.store().list_journal(&order_id).await?), &row);
    let picture = LinkedPicture { order_id, sha256: row.sha256, file_name, media_type: row.media_type };
    let made = links.make(&picture, stall.clock().now()).await.map_err(|error| match error {
        LinkError::Store(error) => error.into(),
        error => DeskError::of("link_failed", error.to_string()),
    })?;
    let address = made.address(links.address().as_ref()).ok_or_else(no_way)?;
    Ok(PublicPicture {
        address: address.into(),
        expires_at: instant(made.expires_at),
        way: made.kind().as_str().to_owned(),
    })
}

async fn written(
    stall: &Stall,
    molt: &OpenMolt,
    to: To,
    text: String,
    image_url: Option<String>,
    key: String,
) -> Result<Letter, DeskError> {
    let text = text.trim().to_owned();
    let image_url = image_url.map(|url| url.trim().to_owned()).filter(|url| !url.is_empty());
    if text.is_empty() {
        return Err(DeskError::of("invalid", "a letter must not be empty").with("field", "text"));
    }
    if split_message(&text).len() > MOST_PARTS {
        return Err(DeskError::of("invalid", "the letter is too long").with("field", "text"));
    }
    if key.is_empty() || key.chars().count() > 100 {
        return Err(DeskError::of("invalid", "a letter needs a key").with("field", "key"));
    }
    if let Some(url) = &image_url {
        let is_good = url.parse::<url::Url>().is_ok_and(|url| matches!(url.scheme(), "https" | "http"));
        if !is_good || url.chars().count() > 2000 {
            return Err(
                DeskError::of("invalid", "this is no address of a picture").with("field", "image_url")
            );
        }
    }
    let draft = LetterDraft { to, who: LetterWriter::Seller, text, image_url, key };
    let put = molt.people.write_letter(&draft).await?;
    let row = stall.store().lookup_letter(&molt.row.id, put.letter_id).await?;
    row.map(letter).ok_or_else(|| DeskError::of("internal", "the letter was kept but is not there"))
}

/// The seller's own decision: the letter goes as it is, unless nobody would send it on purpose.
pub(super) async fn send_held(stall: &Stall, request: ById) -> Result<Nothing, DeskError> {
    let molt = open(stall)?;
    let id = letter_id(&request.id)?;
    let row = stall.store().lookup_letter(&molt.row.id, id).await?.ok_or_else(no_letter)?;
    if let Some(leak) = find_secret(&row.body) {
        return Err(DeskError::of("outgoing_blocked", "the letter holds a secret").with("found", leak.code()));
    }
    decided(molt.people.send_held(id).await?)
}

pub(super) async fn discard_held(stall: &Stall, request: ById) -> Result<Nothing, DeskError> {
    let molt = open(stall)?;
    let id = letter_id(&request.id)?;
    stall.store().lookup_letter(&molt.row.id, id).await?.ok_or_else(no_letter)?;
    decided(molt.people.discard_held(id).await?)
}

/// The letter does not go; its words come back to be changed.
pub(super) async fn take_back(stall: &Stall, request: ById) -> Result<TakenBack, DeskError> {
    let molt = open(stall)?;
    let id = letter_id(&request.id)?;
    stall.store().lookup_letter(&molt.row.id, id).await?.ok_or_else(no_letter)?;
    let back = molt.people.take_back(id).await?;
    let back = back.ok_or_else(|| DeskError::of("conflict", "the letter is on its way or gone"))?;
    Ok(TakenBack { text: back.text, image_url: back.image_url })
}

pub(super) async fn agents(stall: &Stall, search: AgentSearch) -> Result<AgentList, DeskError> {
    let molt = open(stall)?;
    let kind = match search.kind.as_deref() {
        None | Some("all") => WhoseKind::All,
        Some("ai") => WhoseKind::Agents,
        Some("human") => WhoseKind::People,
        Some(_) => return Err(DeskError::of("invalid", "no such kind").with("field", "kind")),
    };
    let query = AgentQuery {
        kind,
        verified: search.verified,
        featured: None,
        skills: search.skills,
        paging: Paging {
            limit: search.limit.unwrap_or(20).clamp(1, MOST),
            offset: search.offset.unwrap_or(0).into(),
        },
    };
    let page = molt.market.browse_agents(&query).await?;
    let small = |number: u64| u32::try_from(number).unwrap_or(u32::MAX);
    Ok(AgentList {
        // Nobody writes to themselves.
        agents: page.rows.into_iter().filter(|agent| agent.id != molt.row.own_id).map(agent_view).collect(),
        total: page.total.map(small),
        next_offset: page.next_offset.map(small),
    })
}

pub(super) async fn agent(stall: &Stall, request: ById) -> Result<AgentView, DeskError> {
    Ok(agent_view(open(stall)?.market.get_agent(&request.id).await?))
}

pub(super) async fn report(stall: &Stall, form: ReportForm) -> Result<Nothing, DeskError> {
    let molt = open(stall)?;
    let reason = match form.reason.as_str() {
        "scam" => ReportReason::Scam,
        "harassment" => ReportReason::Harassment,
        "prohibited_content" => ReportReason::ProhibitedContent,
        "impersonation" => ReportReason::Impersonation,
        "other" => ReportReason::Other,
        _ => return Err(DeskError::of("invalid", "no such reason").with("field", "reason")),
    };
    if form.person_id == molt.row.own_id {
        return Err(DeskError::of("invalid", "one cannot report oneself").with("field", "person_id"));
    }
    let details = form.details.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
    if let Some(leak) = details.as_deref().and_then(find_secret) {
        return Err(DeskError::of("outgoing_blocked", "the report holds a secret").with("found", leak.code()));
    }
    let reported =
        molt.market.report_user(&Report { reported_user_id: form.person_id, reason, details }).await;
    match reported {
        // Repeating is the seller's decision: nothing tells whether it came through.
        Err(error) if error.may_have_landed() => {
            Err(DeskError::of("unclear", "it is not known whether the report came through"))
        }
        reported => Ok(reported.map(|()| Nothing {})?),
    }
}

pub(super) async fn budgets(stall: &Stall, _: Nothing) -> Result<MoltBudgets, DeskError> {
    Ok(MoltBudgets { budgets: budgets_of(stall, &*open(stall)?).await? })
}

async fn known(molt: &OpenMolt, stall: &Stall, id: &str) -> Result<ConversationRow, DeskError> {
    let row = stall.store().lookup_conversation(&molt.row.id, id).await?;
    row.ok_or_else(|| DeskError::of("not_found", "no such conversation"))
}

fn letter_id(id: &str) -> Result<i64, DeskError> {
    id.parse().map_err(|_| no_letter())
}

fn no_letter() -> DeskError {
    DeskError::of("not_found", "no such letter")
}

fn decided(moved: bool) -> Result<Nothing, DeskError> {
    if moved {
        return Ok(Nothing {});
    }
    Err(DeskError::of("conflict", "the letter is on its way or gone"))
}

fn codes(text: &str) -> Vec<String> {
    signs(text).into_iter().map(|sign| sign.code().to_owned()).collect()
}

pub(super) fn letter(row: LetterRow) -> Letter {
    let is_theirs = row.who == LetterWriter::Them;
    let is_held = row.state == LetterState::Held;
    Letter {
        id: row.id.to_string(),
        conversation_id: row.conversation_id,
        to_id: row.to_id,
        who: row.who.as_str().to_owned(),
        name: row.name,
        found: is_held.then(|| find_place(&row.body)).flatten().map(str::to_owned),
        secret: is_held && find_secret(&row.body).is_some(),
        signs: if is_theirs { codes(&row.body) } else { Vec::new() },
        text: row.body,
        image_url: row.image_url,
        state: row.state.as_str().to_owned(),
        problem: row.problem,
        at: instant(row.at),
    }
}

fn card(row: ConversationRow, last: Option<LetterRow>) -> ConversationCard {
    ConversationCard {
        newest_at: Some(row.newest_at).filter(|at| at.as_second() > 0).map(instant),
        id: row.id,
        person_id: row.other_id,
        name: row.other_name,
        is_ai: row.other_is_ai,
        job_id: row.job_id,
        last: last.map(letter),
        unread: row.unread,
        reading: row.needs_reading,
    }
}

fn agent_view(agent: Agent) -> AgentView {
    AgentView {
        signs: agent.bio.as_deref().map(codes).unwrap_or_default(),
        id: agent.id,
        name: agent.name,
        is_ai: agent.is_ai,
        verified: agent.is_verified,
        featured: agent.is_featured,
        skills: agent.skills,
        rating: agent.rating,
        review_count: agent.review_count.map(|many| u32::try_from(many).unwrap_or(u32::MAX)),
        hourly_rate: agent.hourly_rate.map(amount),
        response_time: agent.response_time,
        bio: agent.bio,
        profile_url: agent.profile_url,
        capabilities: agent.capabilities,
        wallets: agent.wallets.into_iter().map(wallet).collect(),
        reviews: agent
            .reviews
            .into_iter()
            .map(|review| AgentReview {
                rating: review.rating,
                text: review.text,
                reviewer: review.reviewer_name,
                at: review.created_at.map(instant),
            })
            .collect(),
    }
}

fn wallet(wallet: Wallet) -> MoltWallet {
    MoltWallet { kind: wallet.kind.into(), address: wallet.address }
}
