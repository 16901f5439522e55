//! A disk that runs full, or a folder that may not be written, under the real server: nothing half done, and it goes on
//! by itself.
//!
//! The server runs in a mount namespace of its own with a small disk for its data, which goes with it.

#![cfg(target_os = "linux")]

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use hmac::{Hmac, KeyInit, Mac};
use serde_json::json;
use sha2::Sha256;
use stallkeeper::http::{TimeLimits, client};

use crate::far::{Far, until};
use crate::server::{Server, free_port};

const WEBHOOK_SECRET: &str = "0123456789abcdef0123456789abcdef";

/// Whether this process may make a mount namespace: as root, or where users may have their own.
fn may_mount() -> bool {
    let mut tried = Command::new("unshare");
    tried.args(["-rm", "mount", "-t", "tmpfs", "tmpfs", "/mnt"]).stderr(Stdio::null());
    let may = tried.status().is_ok_and(|status| status.success());
    if !may {
        eprintln!("NOT PROVED HERE: this process may not make a small disk (unshare -rm)");
    }
    may
}

/// A program that runs the server with a small disk mounted on its data folder.
fn on_a_small_disk(home: &Path, mount: &str) -> PathBuf {
    let data = home.join("data");
    fs::create_dir_all(&data).unwrap();
    let script = home.join("server");
    let text = format!(
        "#!/bin/sh\nexec unshare -rm sh -c 'mount -t tmpfs {mount} tmpfs \"{}\" && exec \"{}\"'\n",
        data.display(),
        env!("CARGO_BIN_EXE_stallkeeper-server")
    );
    fs::write(&script, text).unwrap();
    fs::set_permissions(&script, std::os::unix::fs::PermissionsExt::from_mode(0o700)).unwrap();
    script
}

/// The data folder as the server sees it.
fn inside(server: &Server, home: &Path) -> PathBuf {
    let below = home.join("data");
    Path::new(&format!("/proc/{}/root", server.child.id())).join(below.strip_prefix("/").unwrap())
}

/// Writes until there is no room at all.
fn fill(folder: &Path) -> PathBuf {
    let path = folder.join("filler");
    let mut file = fs::File::create(&path).unwrap();
    for size in [1 << 20, 1 << 12, 1] {
        let zeros = vec![0u8; size];
        while file.write_all(&zeros).is_ok() {}
    }
    path
}

async fn push(address: &str, event_id: u64, order_id: &str) -> u16 {
    let body = json!({
        "event_id": event_id, "event_type": "order.received", "payload": { "order_id": order_id },
        "note": "x".repeat(20_000),
    })
    .to_string();
    let mac = Hmac::<Sha256>::new_from_slice(WEBHOOK_SECRET.as_bytes()).unwrap().chain_update(&body);
    let signature = hex::encode(mac.finalize().into_bytes());
    let asked = client(TimeLimits::API)
        .unwrap()
        .post(format!("{address}/api/v1/webhook/orders"))
        .header("X-Webhook-Signature", signature)
        .body(body);
    asked.send().await.unwrap().status().as_u16()
}

async fn light(server: &Server) -> String {
    server.desk("stall.get", json!({})).await["light"]["reason"].as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_stops_everything_and_every_order_is_finished_once_when_there_is_room() {
    if !may_mount() {
        return;
    }
    let far = Far::start();
    let home = tempfile::tempdir().unwrap();
    let listing = publish(&far).await;
    let program = on_a_small_disk(home.path(), "-o size=160m");
    let settings = [
        ("SERVICE_SKU_ID", listing.as_str()),
        ("WEBHOOK_SECRET", WEBHOOK_SECRET),
        ("EVENT_POLL_SECONDS", "0.5"),
        ("HEARTBEAT_SECONDS", "0.5"),
        ("RUST_LOG", "info"),
    ];
    let server = Server::start_as(&program, &far, home.path(), free_port(), &settings);
    until("the stall to be open", async || server.health().await == 200).await;
    let data = inside(&server, home.path());
    let before = far.order(&listing, "in_requirement").await;
    until_delivered(&far, &before).await;

    // Orders are under way when the last byte is taken.
    let mut orders = Vec::new();
    for _ in 0..3 {
        orders.push(far.order(&listing, "in_requirement").await);
    }
    let filler = fill(&data);
    until("the light to say it", async || light(&server).await == "disk_full").await;
    for _ in 0..3 {
        orders.push(far.order(&listing, "in_requirement").await);
    }
    // What cannot be stored is never said to be: pushes are refused with 503 until there is room.
    let mut refused = 0;
    for n in 0..400 {
        match push(&server.address, 900_000 + n, "none").await {
            200 => {}
            503 => refused += 1,
            other => panic!("a push on a full disk was answered with {other}"),
        }
        if refused > 2 {
            break;
        }
    }
    assert!(refused > 2, "a disk without a byte of room cannot store 400 pushes of 20 kB");
    let beats = far.received("heartbeat").await;
    // Long enough for several rounds of everything that repeats, by the feed's own count.
    let polls = far.received("pollEvents").await;
    until("the feed to be read again", async || far.received("pollEvents").await > polls + 1).await;
    assert!(far.paid_pictures().await <= 4, "nothing more is paid for while it cannot be kept");
    assert_eq!(
        far.received("heartbeat").await,
        beats,
        "a stall that cannot keep an order does not say it can"
    );
    let saved = server.try_desk("stall.set_open", json!({ "open": true })).await.unwrap_err();
    assert_eq!(saved["code"], "disk_full", "{saved}");

    fs::remove_file(filler).unwrap();
    for order in &orders {
        until_delivered(&far, order).await;
    }
    until("the light to be green again", async || light(&server).await == "serving").await;
    for order in orders.iter().chain([&before]) {
        for operation in ["acceptOrder", "uploadOrderAttachment", "completeOrder"] {
            assert_eq!(far.done(order, operation).await, 1, "{operation}");
        }
        let view = far.buyers_view(order).await;
        assert_eq!(view["attachments"].as_array().unwrap().len(), 1);
    }
    assert_eq!(
        far.paid_pictures().await,
        7,
        "a picture paid for when the disk ran full is not paid for again"
    );
    let strays: Vec<_> =
        files(&data).into_iter().filter(|path| path.extension().is_some_and(|end| end == "tmp")).collect();
    assert!(strays.is_empty(), "half-written files stay: {strays:?}");
}

/// A listing that does not run out.
async fn publish(far: &Far) -> String {
    let form = json!({
        "name": "Pictures", "description": "Please reply with what you want. We deliver by attachment.",
        "price": 20, "inventory": 100, "category": "tech", "tags": ["image"],
    });
    let answer = far.as_seller(reqwest::Method::POST, "/listings", form).await;
    answer.get("listing").unwrap_or(&answer)["id"].as_str().unwrap().to_owned()
}

async fn until_delivered(far: &Far, order: &str) {
    until("the order to be delivered", async || {
        matches!(far.status(order).await.as_str(), "pending_confirmation" | "completed")
    })
    .await;
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_that_may_not_be_written_or_has_no_room_is_said_at_the_start() {
    if !may_mount() {
        return;
    }
    let far = Far::start();
    for (mount, wanted) in [("-o ro", "cannot be written"), ("-o size=4k", "full")] {
        let home = tempfile::tempdir().unwrap();
        let program = on_a_small_disk(home.path(), mount);
        let output = Server::command(&program, &far, home.path(), 0).stderr(Stdio::piped()).output().unwrap();
        assert!(!output.status.success(), "it started");
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(said.contains(wanted), "{mount}: {said}");
        assert!(!said.contains("panicked"), "{said}");
    }
}
