//! Starting with the computer: the switch sets what the desktop reads when a session begins, and shows what is set.

use std::path::PathBuf;

use anyhow::{Context, Result};
use serde_json::json;

use crate::desktop::Desktop;
use crate::page::Page;
use crate::program::{Home, PATIENCE, program, until};

#[tokio::test]
#[ignore = "needs a display and a session bus: cargo xtask test"]
async fn the_switch_has_the_session_start_the_stall_hidden_and_tells_what_is_set() -> Result<()> {
    let desktop = Desktop::start().await?;
    let home = Home::new("with-computer")?;
    let page = Page::open(&home, |_| {}).await?;
    let outcome = switch(&page, &home).await;
    desktop.explain("with-computer", outcome)?;
    page.close().await
}

async fn switch(page: &Page, home: &Home) -> Result<()> {
    page.click("door-practise").await?;
    page.get("first-listing").await?;
    page.ask("location.hash = '#/settings'").await?;
    stands(page, false).await?;

    page.click("settings-start").await?;
    stands(page, true).await?;
    let entry = entries(home)?.pop().context("an entry of the session")?;
    let text = std::fs::read_to_string(&entry)?;
    let started = text.lines().find_map(|line| line.strip_prefix("Exec=")).context("what it starts")?;
    assert_eq!(started, format!("{} --hidden", program()), "{text}");

    // Taken away elsewhere, as the settings of a desktop do: looked at again, the switch tells the truth.
    std::fs::remove_file(&entry)?;
    page.ask("window.dispatchEvent(new Event('focus'))").await?;
    stands(page, false).await?;

    page.click("settings-start").await?;
    stands(page, true).await?;
    page.click("settings-start").await?;
    stands(page, false).await?;
    assert_eq!(entries(home)?, Vec::<PathBuf>::new(), "nothing is left behind");
    Ok(())
}

async fn stands(page: &Page, on: bool) -> Result<()> {
    let script = "const place = document.querySelector('[data-testid=settings-start]');
         return place === null || place.disabled ? null : place.getAttribute('aria-checked')";
    until(&format!("the switch is {}", if on { "on" } else { "off" }), PATIENCE, async || {
        Ok((page.ask(script).await? == json!(on.to_string())).then_some(()))
    })
    .await
}

/// What the session starts.
fn entries(home: &Home) -> Result<Vec<PathBuf>> {
    let folder = home.path().join(".config/autostart");
    if !folder.exists() {
        return Ok(Vec::new());
    }
    std::fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect()
}
