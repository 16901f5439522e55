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

#[tokio::test(flavor = "multi_thread")]
async fn bodies_larger_than_a_window_arrive_whole_and_beside_each_other() {
    // Many times the 256 KiB a stream may hold, and no multiple of any buffer.
    const LENGTH: usize = (5 << 20) + 17;
    let body: Vec<u8> = (0..LENGTH).map(|at| u8::try_from(at % 251).unwrap()).collect();
    let body = axum::body::Bytes::from(body);
    let served = body.clone();
    let files = axum::Router::new().fallback(async move || served.clone());
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let to = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, files).await });

    let service = FakeNgrok::start().await;
    let open = Ngrok::new(config(&service.server)).open(to).await.unwrap();
    let client = stallkeeper::http::client(stallkeeper::http::TimeLimits::API).unwrap();
    let address = open.address().join("/files/a").unwrap();
    let fetch = async || {
        let answer = client.get(address.clone()).send().await.unwrap().error_for_status().unwrap();
        assert_eq!(answer.content_length(), Some(LENGTH as u64));
        assert!(answer.bytes().await.unwrap() == body, "every byte in its place");
    };
    for _ in 0..2 {
        tokio::join!(fetch(), fetch(), fetch(), fetch());
    }
    open.close().await;
}

#[tokio::test]
async fn a_session_with_connections_under_way_is_cut_at_once() {
    let (service, hook) = (FakeNgrok::start().await, Hook::open().await);
    let mut open = Ngrok::new(config(&service.server)).open(hook.address()).await.unwrap();
    // A client that keeps its connection for the next question.
    let client = stallkeeper::http::client(stallkeeper::http::TimeLimits::API).unwrap();
    let answer = client.get(open.address().clone()).send().await.unwrap();
    assert_eq!(answer.status(), 404);
    answer.bytes().await.unwrap();
    service.cut();
    let begun = std::time::Instant::now();
    assert_eq!(next(&mut open).await, TunnelNews::Ended(TunnelError::NetworkDown));
    assert!(
        begun.elapsed() < std::time::Duration::from_secs(5),
        "not by the heartbeat: {:?}",
        begun.elapsed()
    );
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
