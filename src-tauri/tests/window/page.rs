//! The page in the real window, through WebKit's own driver.

use std::net::TcpListener;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result};
use fantoccini::elements::Element;
use fantoccini::error::{CmdError, ErrorStatus};
use fantoccini::wd::Capabilities;
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::json;

use crate::program::{Home, PATIENCE, Running, program, until};

/// The window's page. The driver started the program and ends it when this is dropped.
pub struct Page {
    client: Client,
    _driver: Running,
}

impl Page {
    /// Starts the program through the driver; `furnish` may add to its environment.
    pub async fn open(home: &Home, furnish: impl FnOnce(&mut Command)) -> Result<Self> {
        let port = free_port()?;
        let mut command = Command::new("WebKitWebDriver");
        home.furnish(&mut command)?;
        command.args(["--host=127.0.0.1", &format!("--port={port}")]).env("TAURI_WEBVIEW_AUTOMATION", "true");
        furnish(&mut command);
        let driver = Running::start(&mut command)?;

        let mut capabilities = Capabilities::new();
        capabilities
            .insert("webkitgtk:browserOptions".to_owned(), json!({ "binary": program(), "args": [] }));
        let client = until("the window's first page", PATIENCE, async || {
            let mut builder = ClientBuilder::new(HttpConnector::new());
            builder.capabilities(capabilities.clone());
            // Refused while the driver starts; whatever else is wrong shows as the deadline's cause.
            Ok(builder.connect(&format!("http://127.0.0.1:{port}")).await.ok())
        })
        .await?;
        Ok(Self { client, _driver: driver })
    }

    /// The element with this test id, once it is there.
    pub async fn get(&self, id: &str) -> Result<Element> {
        self.get_within(id, PATIENCE).await
    }

    pub async fn get_within(&self, id: &str, patience: Duration) -> Result<Element> {
        let selector = format!("[data-testid=\"{id}\"]");
        self.client
            .wait()
            .at_most(patience)
            .every(Duration::from_millis(100))
            .for_element(Locator::Css(&selector))
            .await
            .with_context(|| format!("the page shows no {id}"))
    }

    /// Clicks the element with this test id, once it can be clicked and has stopped moving.
    pub async fn click(&self, id: &str) -> Result<()> {
        let mut place = None;
        until(&format!("{id} can be clicked"), PATIENCE, async || {
            let element = self.get(id).await?;
            let before = place.take();
            place = element.rectangle().await.ok();
            if place.is_none() || place != before || !element.is_enabled().await.unwrap_or(false) {
                return Ok(None);
            }
            match element.click().await {
                Ok(()) => Ok(Some(())),
                Err(error) if is_passing(&error) => Ok(None),
                Err(error) => Err(error.into()),
            }
        })
        .await
    }

    /// What a script in the page returns.
    pub async fn ask(&self, script: &str) -> Result<serde_json::Value> {
        Ok(self.client.execute(script, Vec::new()).await?)
    }

    /// Returns once what the page holds now has been drawn and everything that moves has arrived.
    pub async fn painted(&self) -> Result<()> {
        let script = "
            const drawn = arguments[0];
            const arriving = document.getAnimations().filter(
              (each) => each.playState === 'running' && each.effect.getComputedTiming().iterations !== Infinity,
            );
            Promise.allSettled(arriving.map((each) => each.finished))
              .then(() => requestAnimationFrame(() => requestAnimationFrame(() => drawn())));";
        self.client.execute_async(script, Vec::new()).await?;
        Ok(())
    }

    /// Ends the program through the driver.
    pub async fn close(self) -> Result<()> {
        Ok(self.client.close().await?)
    }
}

/// The page moved under the pointer; look again.
fn is_passing(error: &CmdError) -> bool {
    let CmdError::Standard(error) = error else { return false };
    matches!(
        error.error,
        ErrorStatus::StaleElementReference
            | ErrorStatus::ElementClickIntercepted
            | ErrorStatus::ElementNotInteractable
            | ErrorStatus::NoSuchElement
    )
}

fn free_port() -> Result<u16> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}
