//! The doors over real sockets, with a recording stall and a tray for news behind them.

mod connections;
mod local;
mod public;
mod push;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;
use tokio::sync::broadcast;

use super::*;
use crate::clock::ManualClock;
use crate::desk::contract::{DeskError, DeskEvent, FileView, Who};
use crate::http::{TimeLimits, client};
use crate::intake::{Doorbell, InboxError, IncomingEvent, Inserted};
use crate::settings::WebhookPath;

const SECRET: &str = "0123456789abcdef0123456789abcdef";
const TOKEN: &str = "the-token";
const PICTURE: &str = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824";

/// Keeps news as the durable inbox does, or refuses it all.
#[derive(Default)]
struct Tray {
    events: Mutex<BTreeMap<String, IncomingEvent>>,
    broken: AtomicBool,
}

#[async_trait]
impl TakesNews for Tray {
    async fn insert(&self, event: IncomingEvent) -> Result<Inserted, InboxError> {
        if self.broken.load(Ordering::Relaxed) {
            return Err(InboxError::Storage);
        }
        let before = self.events.lock().unwrap().insert(event.event_id.clone(), event);
        Ok(if before.is_some() { Inserted::Duplicate } else { Inserted::Stored })
    }
}

impl Tray {
    fn ids(&self) -> Vec<String> {
        self.events.lock().unwrap().keys().cloned().collect()
    }
}

/// Remembers what it was asked.
struct RecordingStall {
    open: AtomicBool,
    events: broadcast::Sender<DeskEvent>,
    commands: Mutex<Vec<(String, Value)>>,
    generated: Mutex<Vec<GenerateRequest>>,
    files: Mutex<Vec<(String, String, usize)>>,
}

#[async_trait]
impl Behind for RecordingStall {
    fn is_open(&self) -> bool {
        self.open.load(Ordering::Relaxed)
    }

    fn events(&self) -> broadcast::Receiver<DeskEvent> {
        self.events.subscribe()
    }

    async fn dispatch(&self, command: &str, request: Value) -> Result<Value, DeskError> {
        self.commands.lock().unwrap().push((command.to_owned(), request));
        match command {
            "key.refused" => Err(DeskError::of("key_refused", "no").with("market", "a")),
            "no.such" => Err(DeskError::of("unknown_command", "no command no.such")),
            _ => Ok(json!({ "done": true })),
        }
    }

    async fn picture(&self, sha256: &str, size: PictureSize) -> Result<PictureBytes, DeskError> {
        match (sha256, size) {
            (PICTURE, PictureSize::Card) => {
                Ok(PictureBytes { bytes: "hello".into(), media_type: "image/png".into() })
            }
            (PICTURE, PictureSize::Full) => {
                Ok(PictureBytes { bytes: "<html>".into(), media_type: "text/html".into() })
            }
            _ => Err(DeskError::of("not_found", "no such picture")),
        }
    }

    async fn send_file(&self, order_id: &str, file: DroppedFile) -> Result<FileView, DeskError> {
        self.files.lock().unwrap().push((order_id.to_owned(), file.name.clone(), file.bytes.len()));
        let size = u32::try_from(file.bytes.len()).ok();
        Ok(FileView { id: "f1".to_owned(), name: file.name, size, from: Who::Seller, high_risk: false })
    }

    async fn generate(&self, request: GenerateRequest) -> Result<String, DeskError> {
        if request.input == "now" {
            return Err(DeskError::of("not_now", "no model is connected"));
        }
        self.generated.lock().unwrap().push(request);
        Ok("task-1".to_owned())
    }
}

struct Fixture {
    stall: Arc<RecordingStall>,
    tray: Arc<Tray>,
    clock: ManualClock,
    push: PushDoor,
    client: reqwest::Client,
}

impl Fixture {
    fn new() -> Self {
        let tray = Arc::new(Tray::default());
        let clock = ManualClock::at("2026-05-01T12:00:00Z".parse().unwrap());
        let push = PushDoor::new(Arc::new(clock.clone()), WebhookPath::default());
        push.connect(tray.clone(), SECRET.into());
        let stall = RecordingStall {
            open: AtomicBool::new(true),
            events: broadcast::channel(4).0,
            commands: Mutex::default(),
            generated: Mutex::default(),
            files: Mutex::default(),
        };
        Self { stall: Arc::new(stall), tray, clock, push, client: client(TimeLimits::API).unwrap() }
    }

    async fn local_door(&self) -> LocalDoor {
        let config =
            LocalDoorConfig { port: 0, token: TOKEN.into(), admin_secret: Some("open sesame".into()) };
        LocalDoor::open(self.stall.clone(), self.push.clone(), config).await.unwrap()
    }

    async fn hook_door(&self) -> HookDoor {
        HookDoor::open(self.push.clone()).await.unwrap()
    }
}

fn signature(secret: &str, body: &[u8]) -> String {
    let mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap().chain_update(body);
    hex::encode(mac.finalize().into_bytes())
}
