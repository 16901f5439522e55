//! The public address: chosen, tried, and what the count of missed orders is founded on.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use super::contract::*;
use super::convert::instant;
use crate::secrets::SecretName;
use crate::settings::{AddressProblem, PublicAddress, StallSettings, TunnelChoice};
use crate::stall::{OpenAccount, Stall};
use crate::tunnel::{HostKey, Registration, TunnelError, TunnelState, TunnelView, find_cloudflared};

/// Changes shown.
const CHANGES: u32 = 30;
/// Orders shown of those only a comparison found.
const FOUND: usize = 20;
/// A comparison every five minutes, and one that was late.
const FRESH: SignedDuration = SignedDuration::from_mins(10);

pub(super) async fn status(stall: &Stall, view: &TunnelView) -> Result<TunnelStatus, DeskError> {
    let settings = stall.settings();
    let (since, next_try, reason) = match &view.state {
        TunnelState::Off | TunnelState::Opening => (None, None, None),
        TunnelState::Open { since, .. } => (Some(*since), None, None),
        TunnelState::Trouble { reason, since, next_try } => (Some(*since), Some(*next_try), Some(reason)),
    };
    let (registration, registration_problem) = match &view.registration {
        Registration::Untold => ("untold", None),
        Registration::Telling(_) => ("telling", None),
        Registration::Told { .. } => ("told", None),
        Registration::Failed { code } => ("failed", Some((*code).to_owned())),
    };
    let has = async |name: SecretName| stall.secrets().lookup(&name).await.is_ok_and(|kept| kept.is_some());
    Ok(TunnelStatus {
        kind: kind(stall, &settings).to_owned(),
        state: view.state.as_str().to_owned(),
        address: view.told_address().map(|address| address.as_str().trim_end_matches('/').to_owned()),
        since: since.map(instant),
        next_try: next_try.map(instant),
        problem: reason.map(|reason| reason.code().to_owned()),
        problem_detail: reason.map(detail).unwrap_or_default(),
        probed_at: view.last_probe.map(|probe| instant(probe.at)),
        probe_right: view.last_probe.is_some_and(|probe| probe.right),
        registration: registration.to_owned(),
        registration_problem,
        carries_news: view.carries_news(),
        host_key: waiting_key(view).map(ToString::to_string),
        confirmed_host_key: settings.tunnel.ssh.host_key.clone(),
        cloudflared_found: find_cloudflared().map(|path| path.display().to_string()),
        is_fixed: stall.environment().webhook_public_base_url.is_some(),
        has_ngrok_token: has(SecretName::NgrokToken).await,
        has_cloudflared_token: has(SecretName::CloudflaredToken).await,
        has_ssh_passphrase: has(SecretName::SshPassphrase).await,
        fields: fields(&settings),
    })
}

/// What the seller chose; an own address that is not there is none.
fn kind(stall: &Stall, settings: &StallSettings) -> &'static str {
    match settings.tunnel.kind {
        _ if stall.mode() == StallMode::Practice => "own",
        TunnelChoice::Own if settings.public_base_url.is_none() => "off",
        chosen => chosen.as_str(),
    }
}

fn detail(reason: &TunnelError) -> BTreeMap<String, String> {
    let parts: Vec<(&str, String)> = match reason {
        TunnelError::ProgramMissing { program } => vec![("program", (*program).to_owned())],
        TunnelError::ProgramVersion { program, found, wanted } => vec![
            ("program", (*program).to_owned()),
            ("found", found.clone()),
            ("wanted", (*wanted).to_owned()),
        ],
        TunnelError::Key { path, problem } => {
            vec![("path", path.display().to_string()), ("what", problem.code().to_owned())]
        }
        TunnelError::Refused { code } => vec![("code", code.clone())],
        TunnelError::AddressTaken(address) | TunnelError::BadAddress(address) => {
            vec![("address", address.clone())]
        }
        TunnelError::Here { doing, kind } => vec![("doing", (*doing).to_owned()), ("what", kind.to_string())],
        _ => Vec::new(),
    };
    let given = parts.into_iter().filter(|(_, text)| !text.is_empty());
    given.map(|(name, text)| (name.to_owned(), text)).collect()
}

fn waiting_key(view: &TunnelView) -> Option<&HostKey> {
    match &view.state {
        TunnelState::Trouble { reason: TunnelError::HostKeyUnknown(key), .. } => Some(key),
        TunnelState::Trouble { reason: TunnelError::HostKeyChanged { found, .. }, .. } => found.as_ref(),
        _ => None,
    }
}

fn fields(settings: &StallSettings) -> TunnelFields {
    let (ngrok, cloudflared, ssh) =
        (&settings.tunnel.ngrok, &settings.tunnel.cloudflared, &settings.tunnel.ssh);
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let address = |address: &Option<PublicAddress>| {
        address.as_ref().map_or_else(String::new, |address| address.as_str().to_owned())
    };
    TunnelFields {
        own_address: address(&settings.public_base_url),
        ngrok_domain: text(&ngrok.domain),
        ngrok_server: text(&ngrok.server),
        ngrok_authority: text(&ngrok.authority),
        cloudflared_program: text(&cloudflared.program),
        cloudflared_address: address(&cloudflared.address),
        cloudflared_local_port: cloudflared.local_port,
        ssh_host: ssh.host.clone(),
        ssh_port: ssh.port,
        ssh_user: ssh.user.clone(),
        ssh_key_file: text(&ssh.key_file),
        ssh_listen_address: ssh.listen_address.clone(),
        ssh_listen_port: ssh.listen_port,
        ssh_address: address(&ssh.address),
    }
}

/// Keeps another choice and opens it.
pub(super) async fn save(stall: &Stall, request: TunnelSave) -> Result<ConnectionView, DeskError> {
    if stall.mode() != StallMode::Live {
        return Err(DeskError::of("not_now", "only a real stall has a public address"));
    }
    if stall.environment().webhook_public_base_url.is_some() {
        return Err(DeskError::of("not_now", "the environment names the public address"));
    }
    let kind = TunnelChoice::parse(&request.kind)
        .ok_or_else(|| DeskError::of("invalid", "no such kind").with("field", "kind"))?;
    let before = stall.saved_settings();
    let after = chosen(&before, kind, &request.fields)?;
    after.validate().map_err(|error| {
        let field = error.0.first().map_or(String::new(), |wrong| wrong.field.clone());
        let field = field.strip_prefix("tunnel.").unwrap_or(&field).to_owned();
        DeskError::of("invalid", error.to_string()).with("field", field)
    })?;
    let changes_secret = keep_secret(stall, kind, request.secret).await?;
    let changes = before.tunnel != after.tunnel || before.public_base_url != after.public_base_url;
    stall.save_settings(after).await?;
    if changes_secret && !changes {
        stall.renew_street().await;
    }
    super::connection::get(stall, Nothing {}).await
}

fn chosen(
    before: &StallSettings,
    kind: TunnelChoice,
    fields: &TunnelFields,
) -> Result<StallSettings, DeskError> {
    let text = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
    let address = |field: &'static str, typed: &str| match text(typed) {
        None => Ok(None),
        Some(typed) => typed.parse::<PublicAddress>().map(Some).map_err(|problem: AddressProblem| {
            DeskError::of("invalid", problem.to_string()).with("field", field)
        }),
    };
    let mut after = before.clone();
    after.public_base_url = address("own_address", &fields.own_address)?;
    if kind == TunnelChoice::Own && after.public_base_url.is_none() {
        return Err(DeskError::of("invalid", "an address is missing").with("field", "own_address"));
    }
    let tunnel = &mut after.tunnel;
    tunnel.kind = kind;
    tunnel.ngrok.domain = text(&fields.ngrok_domain);
    tunnel.ngrok.server = text(&fields.ngrok_server);
    tunnel.ngrok.authority = text(&fields.ngrok_authority);
    tunnel.cloudflared.program = text(&fields.cloudflared_program);
    tunnel.cloudflared.address = address("cloudflared_address", &fields.cloudflared_address)?;
    tunnel.cloudflared.local_port = fields.cloudflared_local_port;
    let ssh = &mut tunnel.ssh;
    ssh.host = fields.ssh_host.trim().to_owned();
    ssh.port = fields.ssh_port;
    ssh.user = fields.ssh_user.trim().to_owned();
    ssh.key_file = text(&fields.ssh_key_file);
    ssh.listen_address = fields.ssh_listen_address.trim().to_owned();
    ssh.listen_port = fields.ssh_listen_port;
    ssh.address = address("ssh_address", &fields.ssh_address)?;
    // Another server has another key, which nobody has looked at yet.
    if (&ssh.host, ssh.port) != (&before.tunnel.ssh.host, before.tunnel.ssh.port) {
        ssh.host_key = None;
    }
    Ok(after)
}

/// Whether there is another secret now.
async fn keep_secret(stall: &Stall, kind: TunnelChoice, typed: Option<String>) -> Result<bool, DeskError> {
    let name = match kind {
        TunnelChoice::Ngrok => SecretName::NgrokToken,
        TunnelChoice::Cloudflared => SecretName::CloudflaredToken,
        TunnelChoice::Ssh => SecretName::SshPassphrase,
        TunnelChoice::Off | TunnelChoice::Own => return Ok(false),
    };
    let Some(typed) = typed else { return Ok(false) };
    let kept = match typed.trim() {
        "" => stall.secrets().delete(&name).await,
        secret => stall.secrets().set(&name, super::convert::secret(secret)).await,
    };
    kept.map_err(|error| DeskError::of("storage", error.to_string()))?;
    Ok(true)
}

/// Tries the public address now, and waits for what comes of it.
pub(super) async fn test(stall: &Stall, _: Nothing) -> Result<ConnectionView, DeskError> {
    stall.ask_street().await;
    super::connection::get(stall, Nothing {}).await
}

/// The seller's yes to the key a server shows; only the very key that waits for it.
pub(super) async fn confirm_host_key(
    stall: &Stall,
    request: HostKeyConfirm,
) -> Result<ConnectionView, DeskError> {
    let view = stall.tunnel_view();
    let waiting = waiting_key(&view).map(ToString::to_string);
    if waiting.as_deref() != Some(request.host_key.trim()) {
        return Err(DeskError::of("not_now", "the server shows no such key now"));
    }
    let mut settings = stall.saved_settings();
    settings.tunnel.ssh.host_key = waiting;
    stall.save_settings(settings).await?;
    stall.ask_street().await;
    super::connection::get(stall, Nothing {}).await
}

/// What was compared with the market, and what only that found.
pub(super) async fn audit(
    stall: &Stall,
    account: Option<&OpenAccount>,
    since: Timestamp,
) -> Result<Audit, DeskError> {
    let Some(account) = account else {
        return Ok(Audit {
            compared_at: None,
            is_fresh: false,
            comparisons: 0,
            found: 0,
            orders: Vec::new(),
        });
    };
    let compared = account.reconcile.view();
    let found = stall.store().list_found_orders(&account.row.id, since).await?;
    let now = stall.clock().now();
    Ok(Audit {
        compared_at: compared.worked_at.map(instant),
        is_fresh: compared.worked_at.is_some_and(|at| now.duration_since(at).abs() <= FRESH),
        comparisons: u32::try_from(compared.beats).unwrap_or(u32::MAX),
        found: u32::try_from(found.len()).unwrap_or(u32::MAX),
        orders: found
            .into_iter()
            .take(FOUND)
            .map(|row| FoundOrder {
                order_id: row.order_id,
                title: row.title,
                found_at: instant(row.found_at),
            })
            .collect(),
    })
}

/// What the light and the public address said last.
pub(super) async fn changes(stall: &Stall) -> Result<Vec<ConnectionChange>, DeskError> {
    let rows = stall.store().list_connection_changes(CHANGES).await?;
    let view = |row: crate::store::ConnectionChangeRow| ConnectionChange {
        at: instant(row.at),
        subject: row.subject,
        state: row.state,
        reason: row.reason,
    };
    Ok(rows.into_iter().map(view).collect())
}
