//! Each kind of tunnel carries pushed news to the stall; while one is gone the feed brings what no push can.

use std::os::unix::fs::PermissionsExt;

use stallkeeper::secrets::SecretName;
use stallkeeper::settings::TunnelChoice;
use stallkeeper::stall::Stall;
use stallkeeper::tunnel::{TunnelError, TunnelState};

use super::fake_ngrok::{FakeNgrok, TOKEN};
use super::far::{Far, until};
use super::home::{Home, effects, publish};
use super::hook::free_port;
use super::registered::{change, market_has, until_it_carries_news, until_market_has};
use super::road::Road;
use super::sshd::Sshd;

fn pushed(stall: &Stall) -> u64 {
    stall.push_door().counters().received
}

/// An order that only a push can bring so early: the feed is read once an hour.
async fn brought_by_push(far: &Far, home: &Home, listing: &str) {
    let before = pushed(&home.stall);
    let order = far.order(listing, "in_requirement").await;
    until("a push through the tunnel", async || pushed(&home.stall) > before).await;
    until("the order to be completed", async || far.status(&order).await == "completed").await;
}

const RARELY: (&str, &str) = ("EVENT_POLL_SECONDS", "3600");

async fn delivered_once(far: &Far, order: &str) {
    until("the order to be completed", async || far.status(order).await == "completed").await;
    for (operation, times) in effects(far, order).await {
        if matches!(operation, "acceptOrder" | "uploadOrderAttachment" | "completeOrder") {
            assert_eq!(times, 1, "{operation}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_stops_leading_here_after_a_push_is_noticed_and_the_feed_takes_over() {
    let far = Far::start();
    let listing = publish(&far).await;
    let home = Home::open(&far, &[]).await;
    let road = Road::open(home.stall.hook_address()).await;
    let address = road.address.clone();
    change(&home.stall, |settings| settings.public_base_url = Some(address.parse().unwrap())).await;
    until_it_carries_news(&home.stall).await;
    until_market_has(&far, &road.address).await;
    assert_eq!(home.stall.public_address().unwrap().as_str().trim_end_matches('/'), road.address);

    let before = pushed(&home.stall);
    let order = far.order(&listing, "in_requirement").await;
    until("a push", async || pushed(&home.stall) > before).await;
    drop(road);
    delivered_once(&far, &order).await;

    // One question from outside is enough to notice; the seller's own may be asked at any time.
    let account = home.stall.account().unwrap();
    let looks = (account.feed.view().beats, account.reconcile.view().beats);
    stallkeeper::desk::dispatch(&home.stall, "connection.tunnel_test", serde_json::json!({})).await.unwrap();
    assert!(!home.stall.tunnel_view().carries_news());
    assert_eq!(home.stall.public_address(), None);
    let trouble = home.stall.tunnel_view().state;
    assert!(matches!(trouble, TunnelState::Trouble { reason: TunnelError::NotReachable, .. }), "{trouble:?}");
    until("the feed to take over at once", async || {
        account.feed.view().beats > looks.0 && account.reconcile.view().beats > looks.1
    })
    .await;
    let changes = home.stall.store().list_connection_changes(50).await.unwrap();
    assert!(
        changes.iter().any(|row| (row.subject.as_str(), row.reason.as_str()) == ("tunnel", "not_reachable"))
    );
    let second = far.order(&listing, "in_requirement").await;
    home.read_feed();
    until("the order without a push", async || home.order(&second).await.is_some()).await;
    home.stall.close().await;
    assert_eq!(market_has(&far).await, None, "a closed stall has no address");
}

#[tokio::test(flavor = "multi_thread")]
async fn ngrok_carries_news_and_opens_again_after_its_session_was_cut() {
    let far = Far::start();
    let listing = publish(&far).await;
    let home = Home::open(&far, &[RARELY]).await;
    let service = FakeNgrok::start().await;
    home.stall.secrets().set(&SecretName::NgrokToken, TOKEN.into()).await.unwrap();
    change(&home.stall, |settings| {
        settings.tunnel.kind = TunnelChoice::Ngrok;
        settings.tunnel.ngrok.server = Some(service.server.address.clone());
        settings.tunnel.ngrok.authority = Some(service.server.authority.clone());
    })
    .await;
    until_it_carries_news(&home.stall).await;
    until_market_has(&far, &format!("http://{}", service.edge)).await;
    brought_by_push(&far, &home, &listing).await;
    service.cut();
    until("the cut to be noticed", async || !home.stall.tunnel_view().carries_news()).await;
    until_it_carries_news(&home.stall).await;
    brought_by_push(&far, &home, &listing).await;
    home.stall.close().await;
    assert_eq!(market_has(&far).await, None);
    assert_eq!(service.asked("unbind").len(), 1, "the tunnel is closed after the market knows");
}

#[tokio::test(flavor = "multi_thread")]
async fn cloudflared_carries_news_to_the_port_its_page_names() {
    let far = Far::start();
    let listing = publish(&far).await;
    let home = Home::open(&far, &[RARELY]).await;
    let dir = tempfile::tempdir().unwrap();
    let program = dir.path().join("cloudflared");
    let text = "#!/bin/sh\n\
        if [ \"$1\" = --version ]; then echo 'cloudflared version 2025.4.0 (built x)'; exit 0; fi\n\
        echo 'INF Registered tunnel connection connIndex=0 location=ams01' >&2\n\
        while :; do sleep 0.1; done\n";
    std::fs::write(&program, text).unwrap();
    std::fs::set_permissions(&program, PermissionsExt::from_mode(0o755)).unwrap();
    home.stall.secrets().set(&SecretName::CloudflaredToken, "a token".into()).await.unwrap();
    let port = free_port();
    change(&home.stall, |settings| {
        settings.tunnel.kind = TunnelChoice::Cloudflared;
        settings.tunnel.cloudflared.program = Some(program.display().to_string());
        settings.tunnel.cloudflared.address = Some(format!("http://127.0.0.1:{port}").parse().unwrap());
        settings.tunnel.cloudflared.local_port = port;
    })
    .await;
    until_it_carries_news(&home.stall).await;
    until_market_has(&far, &format!("http://127.0.0.1:{port}")).await;
    brought_by_push(&far, &home, &listing).await;
    home.stall.close().await;
    assert_eq!(market_has(&far).await, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_ssh_server_carries_news_once_its_key_was_confirmed() {
    let Some(server) = Sshd::start().await else { return };
    let far = Far::start();
    let listing = publish(&far).await;
    let home = Home::open(&far, &[RARELY]).await;
    let port = free_port();
    change(&home.stall, |settings| {
        settings.tunnel.kind = TunnelChoice::Ssh;
        let ssh = &mut settings.tunnel.ssh;
        ssh.host = "127.0.0.1".into();
        ssh.port = server.port;
        ssh.user.clone_from(&server.user);
        ssh.key_file = Some(server.path("key").display().to_string());
        ssh.listen_port = port;
        ssh.address = Some(format!("http://127.0.0.1:{port}").parse().unwrap());
    })
    .await;
    let shown = server.fingerprint("host").to_string();
    until("the question about the key", async || {
        matches!(
            home.stall.tunnel_view().state,
            TunnelState::Trouble { reason: TunnelError::HostKeyUnknown(_), .. }
        )
    })
    .await;
    let confirm = async |key: &str| {
        let request = serde_json::json!({ "host_key": key });
        stallkeeper::desk::dispatch(&home.stall, "connection.host_key_confirm", request).await
    };
    let stranger = server.fingerprint("other_host").to_string();
    confirm(&stranger).await.unwrap_err();
    confirm(&shown).await.unwrap();
    until_it_carries_news(&home.stall).await;
    until_market_has(&far, &format!("http://127.0.0.1:{port}")).await;
    brought_by_push(&far, &home, &listing).await;
    home.stall.close().await;
    assert_eq!(market_has(&far).await, None);
}
