//! cloudflared, played by a small program that prints what the real one prints.

use std::fs;
use std::net::SocketAddr;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

use stallkeeper::tunnel::{
    Cloudflared, CloudflaredConfig, CloudflaredRun, Tunnel, TunnelError, TunnelNews, TunnelState,
};
use url::Url;

use crate::hook::{Hook, free_port, next, shown, until};

const TOKEN: &str = "eyJhIjoiNWFiNGU5ZCIsInQiOiIxMjM0In0";
const ADDRESS: &str = "https://amber-river-seven-lake.trycloudflare.com/";

/// The real one's first lines, with every other address it names.
const BANNER: &str = "\
2025-04-10T09:12:00Z INF Thank you for trying Cloudflare Tunnel. Doing so, without a Cloudflare account, is a quick way to experiment and try it out. However, be aware that these account-less Tunnels have no uptime guarantee, are subject to the Cloudflare Online Services Terms of Use (https://www.cloudflare.com/website-terms/), and Cloudflare reserves the right to investigate your use of Tunnels for violations of such terms. If you intend to use Tunnels in production you should use a pre-created named tunnel by following: https://developers.cloudflare.com/cloudflare-one/connections/connect-apps
2025-04-10T09:12:00Z INF Requesting new quick Tunnel on trycloudflare.com...
2025-04-10T09:12:00Z ERR retrying: Post \"https://api.trycloudflare.com/tunnel\": EOF
2025-04-10T09:12:01Z INF +--------------------------------------------------------------------------------------------+
2025-04-10T09:12:01Z INF |  Your quick Tunnel has been created! Visit it at (it may take some time to be reachable):  |
2025-04-10T09:12:01Z INF |  https://amber-river-seven-lake.trycloudflare.com                                          |
2025-04-10T09:12:01Z INF +--------------------------------------------------------------------------------------------+
2025-04-10T09:12:01Z INF Version 2025.4.0 (Checksum 00)
2025-04-10T09:12:01Z INF Settings: map[ha-connections:1 protocol:quic url:http://127.0.0.1:8000]
2025-04-10T09:12:01Z INF Starting metrics server on 127.0.0.1:20241/metrics
";
const REGISTERED: &str = "2025-04-10T09:12:02Z INF Registered tunnel connection connIndex=0 event=0 ip=198.51.100.7 location=ams01 protocol=quic\n";

/// The stand-in. Files beside it say what it does: `says` is printed at the start, `more` whenever it appears, and it
/// ends when `die` appears, or at once if that is there already.
struct Program {
    dir: tempfile::TempDir,
}

impl Program {
    fn new(says: &str) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let program = Self { dir };
        program.put("version", "cloudflared version 2025.4.0 (built 2025-04-07-1422 UTC)\n");
        program.put("says", says);
        let here = program.dir.path().display();
        let text = format!(
            r#"#!/bin/sh
cd {here}
if [ "$1" = --version ]; then cat version; exit 0; fi
echo "$@" >arguments
env >environment
for last in "$@"; do :; done
case "$*" in *--token-file*) cat "$last" >token_seen; stat -c %a "$last" >token_mode;; esac
echo $$ >pid.part && mv pid.part pid
cat says >&2
while [ ! -e die ]; do
    if [ -e more ]; then cat more >&2; rm more; fi
    sleep 0.02
done
rm die
exit 1
"#
        );
        program.put("cloudflared", &text);
        fs::set_permissions(program.path("cloudflared"), PermissionsExt::from_mode(0o755)).unwrap();
        program
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    /// Appears whole.
    fn put(&self, name: &str, text: &str) {
        fs::write(self.path("new"), text).unwrap();
        fs::rename(self.path("new"), self.path(name)).unwrap();
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap().trim().to_owned()
    }

    fn lives(&self) -> bool {
        PathBuf::from("/proc").join(self.read("pid")).exists()
    }

    fn config(&self, run: CloudflaredRun) -> CloudflaredConfig {
        CloudflaredConfig { program: Some(self.path("cloudflared")), run, folder: self.path("ours") }
    }

    fn quick(&self) -> Cloudflared {
        Cloudflared::new(self.config(CloudflaredRun::Quick))
    }

    fn named(&self, local_port: u16) -> Cloudflared {
        let address = "https://stall.example/".parse().unwrap();
        Cloudflared::new(self.config(CloudflaredRun::Named { token: TOKEN.into(), address, local_port }))
    }
}

fn url(text: &str) -> Url {
    text.parse().unwrap()
}

#[tokio::test]
async fn a_quick_tunnels_address_is_the_one_of_its_banner() {
    let program = Program::new(&format!("{BANNER}{REGISTERED}"));
    let hook = Hook::open().await;
    let open = program.quick().open(hook.address()).await.unwrap();
    assert_eq!(open.address(), &url(ADDRESS));
    let arguments = program.read("arguments");
    assert!(arguments.ends_with(&format!("--url http://{}", hook.address())), "{arguments}");
    // What the build sets for every test stands for what must stay here.
    assert!(std::env::var_os("CARGO_MANIFEST_DIR").is_some());
    assert!(!program.read("environment").contains("CARGO_MANIFEST_DIR"));
    assert!(program.lives());
    open.close().await;
    assert!(!program.lives());
}

#[tokio::test]
async fn it_is_open_once_it_stands() {
    let program = Program::new(BANNER);
    let hook = Hook::open().await;
    let tunnel = program.quick();
    let opening = tunnel.open(hook.address());
    tokio::pin!(opening);
    tokio::select! {
        _ = &mut opening => panic!("open before it stands"),
        () = until("it has said its address", || program.path("pid").exists().then_some(())) => {}
    }
    program.put("more", REGISTERED);
    assert_eq!(opening.await.unwrap().address(), &url(ADDRESS));
}

#[tokio::test]
async fn another_address_is_told_and_the_end_too() {
    let program = Program::new(&format!("{BANNER}{REGISTERED}"));
    let hook = Hook::open().await;
    let mut open = program.quick().open(hook.address()).await.unwrap();
    program.put("more", "INF |  https://quiet-field.trycloudflare.com  |\n");
    assert_eq!(next(&mut open).await, TunnelNews::Moved(url("https://quiet-field.trycloudflare.com/")));
    program.put("die", "");
    assert_eq!(next(&mut open).await, TunnelNews::Ended(TunnelError::Ended));
}

#[tokio::test]
async fn a_program_that_dies_is_started_again_and_its_new_address_is_told() {
    let program = Program::new(&format!("{BANNER}{REGISTERED}"));
    let hook = Hook::open().await;
    let supervisor = hook.supervise(program.quick());
    let is_told = |address: &'static str| {
        let told = hook.registrar.clone();
        move || (told.all().last() == Some(&Some(address.to_owned()))).then_some(())
    };
    until("the first is told", is_told(ADDRESS)).await;
    let other = "https://quiet-field.trycloudflare.com/";
    program.put("says", &format!("INF |  {other}  |\n{REGISTERED}"));
    program.put("die", "");
    until("the other is told", is_told(other)).await;
    supervisor.close().await;
    assert_eq!(hook.registrar.all(), [Some(ADDRESS.into()), Some(other.into()), None]);
    assert!(!program.lives());
}

#[tokio::test]
async fn a_named_tunnels_token_is_seen_by_the_program_alone() {
    let program = Program::new("INF Starting tunnel tunnelID=00000000-0000-0000-0000-000000000000\n");
    let hook = Hook::open().await;
    let port = free_port();
    let tunnel = program.named(port);
    let opening = tunnel.open(hook.address());
    tokio::pin!(opening);
    tokio::select! {
        _ = &mut opening => panic!("open before it stands"),
        () = until("it runs", || program.path("pid").exists().then_some(())) => {}
    }
    program.put("more", REGISTERED);
    let open = opening.await.unwrap();
    assert_eq!(open.address(), &url("https://stall.example/"));
    assert_eq!((program.read("token_seen").as_str(), program.read("token_mode").as_str()), (TOKEN, "600"));
    for name in ["arguments", "environment"] {
        assert!(!program.read(name).contains(TOKEN), "{name}");
    }
    until("it is taken away", || (!program.path("ours/cloudflared.token").exists()).then_some(())).await;

    // Cloudflare's page says where it leads: to a port that stays the same.
    let place = SocketAddr::from(([127, 0, 0, 1], port));
    hook.is_behind(&url(&format!("http://{place}"))).await.unwrap();
    let other = Program::new(REGISTERED).named(port).open(hook.address()).await.err();
    assert_eq!(other, Some(TunnelError::AddressTaken(place.to_string())));
    open.close().await;
    tokio::net::TcpListener::bind(place).await.unwrap();
}

#[tokio::test]
async fn failures_are_told_apart() {
    let hook = Hook::open().await;
    let quick = [
        (
            "failed to request quick Tunnel: Post \"https://api.trycloudflare.com/tunnel\": dial tcp: no such host\n",
            TunnelError::NetworkDown,
        ),
        (
            "ERR Error unmarshaling QuickTunnel response: error code: 1015 status_code=\"429 Too Many Requests\"\n",
            TunnelError::Refused { code: "429".into() },
        ),
        ("something nobody has read before\n", TunnelError::Ended),
    ];
    for (says, expected) in quick {
        let program = Program::new(says);
        program.put("die", "");
        assert_eq!(program.quick().open(hook.address()).await.err(), Some(expected), "{says}");
    }
    let program = Program::new("Provided Tunnel token is not valid.\nSee 'cloudflared tunnel run --help'.\n");
    assert_eq!(program.named(free_port()).open(hook.address()).await.err(), Some(TunnelError::BadToken));
    assert!(!program.path("ours/cloudflared.token").exists());
    assert!(!program.lives(), "it would go on trying");
}

#[tokio::test]
async fn a_program_that_is_missing_or_too_old_is_named() {
    let hook = Hook::open().await;
    let program = Program::new("");
    let mut missing = program.config(CloudflaredRun::Quick);
    missing.program = Some(program.path("absent"));
    let error = Cloudflared::new(missing).open(hook.address()).await.err();
    assert_eq!(error, Some(TunnelError::ProgramMissing { program: "cloudflared" }));

    program.put("version", "cloudflared version 2024.12.2 (built 2024-12-19-1724 UTC)\n");
    let error = program.named(free_port()).open(hook.address()).await.err().unwrap();
    let said = "cloudflared 2024.12.2 cannot be used; version 2025.4.0 or newer is needed";
    assert_eq!((error.code(), error.to_string().as_str()), ("program_version", said));

    program.put("version", "curl 8.5.0\n");
    let error = program.quick().open(hook.address()).await.err().unwrap();
    assert!(matches!(error, TunnelError::ProgramVersion { found, .. } if found.is_empty()));
    assert!(!program.path("arguments").exists(), "another program is not started");
}

#[tokio::test]
async fn nothing_is_left_of_a_tunnel_or_a_try_that_is_dropped() {
    let program = Program::new(&format!("{BANNER}{REGISTERED}"));
    let hook = Hook::open().await;
    drop(program.quick().open(hook.address()).await.unwrap());
    until("it is gone", || (!program.lives()).then_some(())).await;

    let program = Program::new(BANNER);
    let supervisor = hook.supervise(program.quick());
    shown(&supervisor, "opening", |view| view.state == TunnelState::Opening).await;
    until("it runs", || program.path("pid").exists().then_some(())).await;
    supervisor.close().await;
    until("it is gone", || (!program.lives()).then_some(())).await;
    assert_eq!(hook.registrar.all(), [], "nothing was told, so nothing is taken back");
}
