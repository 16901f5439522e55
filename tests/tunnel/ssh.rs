//! Remote forwarding through a real SSH server.

use std::process::Command;

use stallkeeper::tunnel::{
    KeyProblem, ProbeProblem, Ssh, SshConfig, SshLogin, Tunnel, TunnelError, TunnelNews, TunnelState,
};

use crate::hook::{Hook, free_port, next, shown, until};
use crate::sshd::{Sshd, run};

/// As the seller has it once they confirmed the server's key.
fn config(server: &Sshd) -> SshConfig {
    let port = free_port();
    SshConfig {
        host: "127.0.0.1".into(),
        port: server.port,
        user: server.user.clone(),
        login: SshLogin::KeyFile { path: server.path("key"), passphrase: None },
        host_key: Some(server.fingerprint("host")),
        listen_address: "127.0.0.1".into(),
        listen_port: port,
        address: format!("http://127.0.0.1:{port}").parse().unwrap(),
    }
}

async fn refusal(config: SshConfig) -> TunnelError {
    let hook = Hook::open().await;
    Ssh::new(config).open(hook.address()).await.err().unwrap()
}

#[tokio::test]
async fn requests_from_outside_reach_the_hook_door_until_it_is_closed() {
    let Some(server) = Sshd::start().await else { return };
    let hook = Hook::open().await;
    let config = config(&server);
    let address = config.address.clone();
    let open = Ssh::new(config.clone()).open(hook.address()).await.unwrap();
    assert_eq!(open.address(), &address);
    for _ in 0..3 {
        hook.is_behind(&address).await.unwrap();
    }
    let taken = Ssh::new(config.clone()).open(hook.address()).await.err().unwrap();
    assert_eq!(taken, TunnelError::AddressTaken(format!("127.0.0.1:{}", config.listen_port)));
    open.close().await;
    assert_eq!(hook.is_behind(&address).await, Err(ProbeProblem::NoAnswer));
    drop(Ssh::new(config).open(hook.address()).await.unwrap());
    until("a dropped one ends too", || std::net::TcpStream::connect(("127.0.0.1", address.port()?)).err())
        .await;
}

#[tokio::test]
async fn the_servers_key_is_confirmed_first_and_another_one_is_refused() {
    let Some(mut server) = Sshd::start().await else { return };
    let known = config(&server);
    let first = refusal(SshConfig { host_key: None, ..known.clone() }).await;
    assert_eq!(first, TunnelError::HostKeyUnknown(server.fingerprint("host")));
    server.restart("other_host").await;
    let changed = refusal(known).await;
    let expected = TunnelError::HostKeyChanged {
        confirmed: server.fingerprint("host"),
        found: Some(server.fingerprint("other_host")),
    };
    assert_eq!(changed, expected);
    assert!(changed.needs_seller());
    let log = std::fs::read_to_string(server.path("log")).unwrap();
    assert!(
        !log.contains("Accepted publickey") && !log.contains("Failed publickey"),
        "nobody logged in: {log}"
    );
}

#[tokio::test]
async fn a_server_without_the_confirmed_kind_of_key_is_another_one() {
    let Some(server) = Sshd::start().await else { return };
    let confirmed = server.fingerprint("host").to_string().replace("ssh-ed25519", "ecdsa-sha2-nistp256");
    let mut config = config(&server);
    config.host_key = Some(confirmed.parse().unwrap());
    let changed = refusal(config).await;
    assert!(matches!(changed, TunnelError::HostKeyChanged { found: None, .. }), "{changed:?}");
}

#[tokio::test]
async fn keys_that_do_not_open_are_told_apart() {
    let Some(server) = Sshd::start().await else { return };
    let with = |name: &str, passphrase: Option<&str>| SshConfig {
        login: SshLogin::KeyFile { path: server.path(name), passphrase: passphrase.map(Into::into) },
        ..config(&server)
    };
    assert_eq!(refusal(with("stranger", None)).await, TunnelError::LoginRefused);
    std::fs::write(server.path("no_key"), "hello").unwrap();
    for (name, passphrase, expected) in [
        ("absent", None, KeyProblem::Missing),
        ("no_key", None, KeyProblem::Kind),
        ("locked", None, KeyProblem::Passphrase),
        ("locked", Some("open pepper"), KeyProblem::Passphrase),
    ] {
        let problem = TunnelError::Key { path: server.path(name), problem: expected };
        assert_eq!(refusal(with(name, passphrase)).await, problem, "{name}");
    }
    let hook = Hook::open().await;
    let open = Ssh::new(with("locked", Some("open sesame"))).open(hook.address()).await.unwrap();
    hook.is_behind(open.address()).await.unwrap();
}

#[tokio::test]
async fn the_agents_keys_are_tried() {
    let Some(server) = Sshd::start().await else { return };
    let socket = server.path("agent");
    let agent = Agent::start(&socket).await;
    let with_agent =
        || SshConfig { login: SshLogin::Agent { socket: Some(socket.clone()) }, ..config(&server) };
    assert_eq!(refusal(with_agent()).await, TunnelError::NoAgent, "it has no keys");
    agent.add(&server, "stranger");
    assert_eq!(refusal(with_agent()).await, TunnelError::LoginRefused);
    agent.add(&server, "key");
    let hook = Hook::open().await;
    let open = Ssh::new(with_agent()).open(hook.address()).await.unwrap();
    hook.is_behind(open.address()).await.unwrap();
    let login = SshLogin::Agent { socket: Some(server.path("absent")) };
    assert_eq!(refusal(SshConfig { login, ..config(&server) }).await, TunnelError::NoAgent);
}

#[tokio::test]
async fn a_server_that_is_killed_is_reached_again_once_it_is_back() {
    let Some(mut server) = Sshd::start().await else { return };
    let hook = Hook::open().await;
    let config = config(&server);
    let mut open = Ssh::new(config.clone()).open(hook.address()).await.unwrap();
    server.kill();
    assert_eq!(next(&mut open).await, TunnelNews::Ended(TunnelError::NetworkDown));

    server.restart("host").await;
    let address = config.address.to_string();
    let supervisor = hook.supervise(Ssh::new(config));
    shown(&supervisor, "news is carried", |view| view.carries_news()).await;
    server.kill();
    shown(&supervisor, "trouble", |view| matches!(view.state, TunnelState::Trouble { .. })).await;
    server.restart("host").await;
    shown(&supervisor, "news is carried again", |view| view.carries_news()).await;
    supervisor.close().await;
    assert_eq!(hook.registrar.all(), [Some(address), None]);
}

/// An agent of this test alone.
struct Agent {
    process: std::process::Child,
    socket: std::path::PathBuf,
}

impl Agent {
    async fn start(socket: &std::path::Path) -> Self {
        let mut command = Command::new("ssh-agent");
        command.arg("-D").arg("-a").arg(socket).stdout(std::process::Stdio::null());
        let process = command.spawn().unwrap();
        until("the agent listens", || std::os::unix::net::UnixStream::connect(socket).ok()).await;
        Self { process, socket: socket.to_owned() }
    }

    fn add(&self, server: &Sshd, name: &str) {
        run(Command::new("ssh-add").arg("-q").arg(server.path(name)).env("SSH_AUTH_SOCK", &self.socket));
    }
}

impl Drop for Agent {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
