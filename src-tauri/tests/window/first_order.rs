//! The main job in the real window: a first listing, a first order, paid.

use std::time::Duration;

use anyhow::{Context, Result};
use fantoccini::key::Key;
use serde_json::json;

use crate::desktop::Desktop;
use crate::notifications::Shown;
use crate::page::Page;
use crate::program::{Home, PATIENCE, until};

/// Typed over the form's proposal; another script, as sellers have.
const NAME: &str = "Storybook pets 宠物画像";

/// People take minutes; the practice marketplace can hurry.
const SPEED: &str = "20";

/// An order of this speed is through in seconds; machines that test are slow to draw.
const WALK: Duration = Duration::from_secs(180);

#[tokio::test]
#[ignore = "needs a display and a session bus: cargo xtask test"]
async fn a_first_order_walks_from_the_form_to_the_payment() -> Result<()> {
    let desktop = Desktop::start().await?;
    let home = Home::new("first-order")?;
    let page = Page::open(&home, |program| {
        program.env("STALLKEEPER_PRACTICE_SPEED", SPEED);
    })
    .await?;
    let outcome = walk(&desktop, &page).await;
    desktop.explain("first-order", outcome)?;
    page.close().await
}

async fn walk(desktop: &Desktop, page: &Page) -> Result<()> {
    page.get("door-practise").await?;
    picture(desktop, page, "1-welcome").await?;
    page.click("door-practise").await?;
    page.click("first-listing").await?;

    write_name(page).await?;
    picture(desktop, page, "2-listing").await?;
    page.click("listing-publish").await?;
    page.click("listing-publish-yes").await?;

    let order = page.get_within("running-order", WALK).await?;
    let id = order.attr("data-order").await?.context("a running order says which it is")?;
    picture(desktop, page, "3-order-runs").await?;

    let notice = desktop
        .notification("a notification of the new order", PATIENCE, |shown| {
            shown.title.starts_with("New order from ")
        })
        .await?;
    assert_eq!(notice.body, NAME, "it says what was ordered");
    assert!(notice.actions.iter().any(|action| action == "default"), "it can be clicked: {notice:?}");
    desktop.click(&notice).await?;
    until("the click opens that order", PATIENCE, async || {
        let address = page.ask("return location.hash").await?;
        Ok((address == json!(format!("#/orders/{id}"))).then_some(()))
    })
    .await?;

    desktop
        .notification("a notification of the buyer's words", PATIENCE, |shown| {
            shown.title.ends_with(" wrote to you")
        })
        .await?;
    until("all seven steps of the order are done", WALK, async || {
        let done =
            page.ask("return document.querySelectorAll('[data-testid=stepper] li.done').length").await?;
        Ok((done == json!(7)).then_some(()))
    })
    .await?;
    picture(desktop, page, "4-order-paid").await?;
    let paid =
        desktop.notification("a notification of the payment", PATIENCE, Shown::tells_of_a_payment).await?;
    assert!(paid.body == NAME || paid.is_gathered(), "{paid:?}");

    let address = page.ask("return document.querySelector('[data-testid=order-picture] img').src").await?;
    let hash =
        address.as_str().and_then(|address| address.rsplit('/').next()).context("the picture's hash")?;
    page.click("nav-gallery").await?;
    let small = loaded_width(page, &format!("[data-testid=gallery-picture] img[src$='{hash}']")).await?;
    assert!(small >= 200, "the gallery shows the delivered picture: {small} wide");
    picture(desktop, page, "5-gallery").await?;
    page.click("gallery-picture").await?;
    let full = loaded_width(page, "img[data-testid=viewer-image]").await?;
    assert!(full > small, "the viewer shows a picture in full: {full} wide");
    picture(desktop, page, "6-picture").await
}

/// Replaces the proposed name, and sees it in the preview that a buyer will see.
async fn write_name(page: &Page) -> Result<()> {
    let name = page.get("listing-name").await?;
    name.send_keys(&format!("{}a", char::from(Key::Control))).await?;
    name.send_keys(NAME).await?;
    until("the preview shows the typed name", PATIENCE, async || {
        let preview =
            page.ask("return document.querySelector('[data-testid=listing-preview]').textContent").await?;
        Ok(preview.as_str().is_some_and(|text| text.contains(NAME)).then_some(()))
    })
    .await
}

async fn picture(desktop: &Desktop, page: &Page, name: &str) -> Result<()> {
    page.painted().await?;
    desktop.picture(name)
}

/// The natural width of the first such picture, once it has really been loaded.
async fn loaded_width(page: &Page, selector: &str) -> Result<u64> {
    let script = format!(
        "const picture = [...document.querySelectorAll({})].find((each) => each.naturalWidth > 0);
         return picture?.complete ? picture.naturalWidth : null",
        json!(selector)
    );
    until(&format!("{selector} is loaded"), PATIENCE, async || Ok(page.ask(&script).await?.as_u64())).await
}
