//! The stall without its window.

use std::time::Duration;

use anyhow::Result;

use crate::desktop::Desktop;
use crate::notifications::Shown;
use crate::page::Page;
use crate::program::{Home, PATIENCE, until};

const SPEED: &str = "20";

const WALK: Duration = Duration::from_secs(180);

#[tokio::test]
#[ignore = "needs a display and a session bus: cargo xtask test"]
async fn an_order_is_served_while_the_window_is_closed() -> Result<()> {
    let desktop = Desktop::start().await?;
    let home = Home::new("served-in-the-tray")?;
    let page = Page::open(&home, |program| {
        program.env("STALLKEEPER_PRACTICE_SPEED", SPEED);
    })
    .await?;
    let outcome = serve(&desktop, &page).await;
    desktop.explain("served-in-the-tray", outcome)
}

async fn serve(desktop: &Desktop, page: &Page) -> Result<()> {
    for door in ["door-practise", "first-listing", "listing-publish", "listing-publish-yes"] {
        page.click(door).await?;
    }
    desktop.notification("an order", PATIENCE, |shown| shown.title.starts_with("New order from ")).await?;
    desktop.close_window()?;
    until("the window is gone", PATIENCE, async || desktop.has_window().map(|seen| (!seen).then_some(())))
        .await?;

    let paid = desktop.notification("the payment", WALK, Shown::tells_of_a_payment).await?;
    assert!(!desktop.has_window()?, "it was served without a window");
    let standing = desktop.tray_menu().await?.swap_remove(0).label;
    assert!(standing.starts_with("Open · practice"), "the tray says how the stall stands: {standing}");

    desktop.click(&paid).await?;
    until("the click brings the window", PATIENCE, async || {
        desktop.has_window().map(|seen| seen.then_some(()))
    })
    .await
}
