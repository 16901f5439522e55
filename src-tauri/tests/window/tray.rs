//! Closing the window keeps the stall; starting again brings the window back; Quit leaves.

use anyhow::{Context, Result};

use crate::desktop::{Desktop, MenuLine};
use crate::program::{Home, PATIENCE, Running, until};

#[tokio::test]
#[ignore = "needs a display and a session bus: cargo xtask test"]
async fn closing_the_window_keeps_the_stall_in_the_tray_until_quit() -> Result<()> {
    let desktop = Desktop::start().await?;
    let home = Home::new("tray")?;
    let mut program = Running::start(&mut home.program()?)?;
    until("the window", PATIENCE, async || desktop.has_window().map(|seen| seen.then_some(()))).await?;
    line(&desktop, "Show the stall").await?;

    desktop.close_window()?;
    until("the window is gone", PATIENCE, async || desktop.has_window().map(|seen| (!seen).then_some(())))
        .await?;
    let told = desktop
        .notification("word of the tray", PATIENCE, |shown| shown.title == "Your stall stays open")
        .await?;
    assert!(told.body.contains("start Stallkeeper again"), "it says how to come back: {}", told.body);
    assert_eq!(program.try_wait()?, None, "the stall goes on without a window");

    let mut second = Running::start(&mut home.program()?)?;
    until("the window is back", PATIENCE, async || desktop.has_window().map(|seen| seen.then_some(())))
        .await?;
    let ended = until("the second start ends", PATIENCE, async || second.try_wait()).await?;
    assert!(ended.success(), "the second start hands over and ends well: {ended}");

    desktop.close_window()?;
    until("the window is gone again", PATIENCE, async || {
        desktop.has_window().map(|seen| (!seen).then_some(()))
    })
    .await?;
    let show = line(&desktop, "Show the stall").await?;
    desktop.choose(&show).await?;
    until("the tray brings the window", PATIENCE, async || {
        desktop.has_window().map(|seen| seen.then_some(()))
    })
    .await?;
    let told = desktop.notifications().iter().filter(|shown| shown.title == "Your stall stays open").count();
    assert_eq!(told, 1, "it is said once, not at each closing");

    let quit = line(&desktop, "Quit Stallkeeper").await?;
    desktop.choose(&quit).await?;
    let ended = until("the program ends", PATIENCE, async || program.try_wait()).await?;
    assert!(ended.success(), "Quit is a clean end: {ended}");
    Ok(())
}

#[tokio::test]
#[ignore = "needs a display and a session bus: cargo xtask test"]
async fn started_hidden_it_waits_in_the_tray() -> Result<()> {
    let desktop = Desktop::start().await?;
    let home = Home::new("hidden")?;
    let mut program = Running::start(home.program()?.arg("--hidden"))?;
    let show = line(&desktop, "Show the stall").await?;
    assert!(!desktop.has_window()?, "nothing is shown unasked");
    desktop.choose(&show).await?;
    until("the window", PATIENCE, async || desktop.has_window().map(|seen| seen.then_some(()))).await?;
    assert_eq!(program.try_wait()?, None);
    Ok(())
}

async fn line(desktop: &Desktop, label: &str) -> Result<MenuLine> {
    until(&format!("\"{label}\" in the tray's menu"), PATIENCE, async || {
        Ok(desktop.tray_menu().await?.into_iter().find(|line| line.label == label))
    })
    .await
    .context("the tray's menu")
}
