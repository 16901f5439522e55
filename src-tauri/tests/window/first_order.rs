//! The main job in the real window.

use anyhow::Result;

use crate::desktop::Desktop;
use crate::page::Page;
use crate::program::Home;

#[tokio::test]
#[ignore = "needs a display and a session bus: cargo xtask test"]
async fn a_first_order_walks_from_the_form_to_the_payment() -> Result<()> {
    let desktop = Desktop::start().await?;
    let home = Home::new("first-order")?;
    let page = Page::open(&home, |_| {}).await?;
    let outcome = walk(&desktop, &page).await;
    desktop.explain("first-order", outcome)
}

async fn walk(desktop: &Desktop, page: &Page) -> Result<()> {
    tokio::time::sleep(std::time::Duration::from_secs(3)).await;
    println!("{}", page.ask("return document.body.innerText + ' | ' + location.href + JSON.stringify(performance.getEntriesByType('resource').map(e=>e.name))").await?);
    desktop.picture("1-welcome")?;
    Ok(())
}
