//! ngrok against a service that speaks its protocol.

use stallkeeper::tunnel::{
    Ngrok, NgrokConfig, NgrokServer, ProbeProblem, Registration, Tunnel, TunnelError, TunnelNews, TunnelState,
};
use url::Url;

use crate::fake_ngrok::{FakeNgrok, TOKEN};
use crate::hook::{Hook, next, shown, until};

fn config(server: &NgrokServer) -> NgrokConfig {
    NgrokConfig { token: TOKEN.into(), domain: None, server: Some(server.clone()) }
}

fn edge(service: &FakeNgrok) -> Url {
    format!("http://{}", service.edge).parse().unwrap()
}

#[tokio::test]
async fn requests_from_outside_reach_the_hook_door_until_it_is_closed() {
    let (service, hook) = (FakeNgrok::start().await, Hook::open().await);
    let open = Ngrok::new(config(&service.server)).open(hook.address()).await.unwrap();
    assert_eq!(open.address(), &edge(&service));
    for _ in 0..3 {
        hook.is_behind(open.address()).await.unwrap();
    }
    let client = stallkeeper::http::client(stallkeeper::http::TimeLimits::API).unwrap();
    let elsewhere = client.get(open.address().join("/desk/events").unwrap()).send().await.unwrap();
    assert_eq!(elsewhere.status(), 404);
    let bound = service.asked("bind");
    assert_eq!((bound.len(), &bound[0]["Proto"]), (1, &"https".into()));
    let told = bound[0].to_string();
    let here = std::env::current_exe().unwrap();
    assert!(!told.contains(&*here.to_string_lossy()), "this computer's names stay here: {told}");
    open.close().await;
    assert_eq!(service.asked("unbind").len(), 1);
    assert_eq!(hook.is_behind(&edge(&service)).await, Err(ProbeProblem::NoAnswer));
}

#[tokio::test]
async fn the_sellers_domain_is_asked_for_and_may_be_taken() {
    let (service, hook) = (FakeNgrok::start().await, Hook::open().await);
    let mut config = config(&service.server);
    config.domain = Some("lins-stall.ngrok.app".into());
    let ngrok = Ngrok::new(config);
    ngrok.open(hook.address()).await.unwrap().close().await;
    assert_eq!(service.asked("bind")[0]["Opts"]["Domain"], "lins-stall.ngrok.app");
    service.refuse_to_bind("The endpoint is already online.\n\nERR_NGROK_334\n");
    let taken = ngrok.open(hook.address()).await.err().unwrap();
    assert_eq!(taken, TunnelError::AddressTaken("lins-stall.ngrok.app".into()));
    service.refuse_to_bind("Something <b>new</b>.\n\nERR_NGROK_999\n");
    let refused = ngrok.open(hook.address()).await.err().unwrap();
    assert_eq!(refused, TunnelError::Refused { code: "ERR_NGROK_999".into() });
    assert!(!refused.to_string().contains("new"), "their words stay there");
}

#[tokio::test]
async fn a_wrong_token_and_a_wrong_certificate_are_told_apart() {
    let (service, hook) = (FakeNgrok::start().await, Hook::open().await);
    let mut wrong = config(&service.server);
    wrong.token = "2abcDEF_another".into();
    let refused = Ngrok::new(wrong).open(hook.address()).await.err().unwrap();
    assert_eq!(refused, TunnelError::BadToken);
    assert!(!format!("{refused:?} {refused}").contains("another_"));

    let other = FakeNgrok::start().await;
    let mut wrong = config(&service.server);
    wrong.server.as_mut().unwrap().authority = other.server.authority.clone();
    let refused = Ngrok::new(wrong).open(hook.address()).await.err().unwrap();
    assert_eq!(refused, TunnelError::WrongCertificate);
    assert_eq!(service.asked("auth").len(), 1, "the token was shown to nobody else");

    let mut nobody = config(&service.server);
    nobody.server.as_mut().unwrap().address = format!("localhost:{}", crate::hook::free_port());
    let refused = Ngrok::new(nobody).open(hook.address()).await.err().unwrap();
    assert_eq!(refused, TunnelError::NetworkDown);
}

#[tokio::test]
async fn a_session_that_is_cut_ends_the_tunnel_and_is_not_mended_in_secret() {
    let (service, hook) = (FakeNgrok::start().await, Hook::open().await);
    let mut open = Ngrok::new(config(&service.server)).open(hook.address()).await.unwrap();
    service.cut();
    assert_eq!(next(&mut open).await, TunnelNews::Ended(TunnelError::NetworkDown));
    assert_eq!(service.asked("auth").len(), 1);
}

#[tokio::test]
async fn a_cut_session_is_opened_again_and_the_market_is_told_at_the_end() {
    let (service, hook) = (FakeNgrok::start().await, Hook::open().await);
    let supervisor = hook.supervise(Ngrok::new(config(&service.server)));
    shown(&supervisor, "news is carried", |view| view.carries_news()).await;
    service.cut();
    shown(&supervisor, "trouble", |view| matches!(view.state, TunnelState::Trouble { .. })).await;
    let view = shown(&supervisor, "news is carried again", |view| view.carries_news()).await;
    assert!(
        matches!(&view.registration, Registration::Told { address: Some(told), .. } if *told == edge(&service))
    );
    assert_eq!(service.asked("bind").len(), 2);
    supervisor.close().await;
    let address = Some(edge(&service).to_string());
    assert_eq!(hook.registrar.all(), [address, None], "the same address is told once");
    until("it is unbound", || (service.asked("unbind").len() == 1).then_some(())).await;
}

#[tokio::test]
async fn a_tunnel_that_is_dropped_is_closed_too() {
    let (service, hook) = (FakeNgrok::start().await, Hook::open().await);
    drop(Ngrok::new(config(&service.server)).open(hook.address()).await.unwrap());
    until("it is unbound", || (service.asked("unbind").len() == 1).then_some(())).await;
}
