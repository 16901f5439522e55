//! What a listing's own recipe says is what the engine does.

use reqwest::Method;
use serde_json::{Value, json};

use super::far::{Far, until};
use super::server::{Server, free_port};

/// Our view of an order once it waits for the seller with this code.
pub async fn held(server: &Server, order: &str, code: &str) -> Value {
    let hold = async || {
        let view = server.order(order).await?;
        (view["card"]["hold"]["code"] == code).then_some(view)
    };
    until(&format!("the hold {code}"), async || hold().await.is_some()).await;
    hold().await.unwrap()
}

pub struct Scene {
    pub far: Far,
    pub server: Server,
    pub listing: String,
    home: tempfile::TempDir,
}

pub async fn scene() -> Scene {
    scene_before(Far::start()).await
}

pub async fn scene_before(far: Far) -> Scene {
    let home = tempfile::tempdir().unwrap();
    let listing = far.publish().await;
    let server = Server::start(&far, home.path(), free_port(), &[("SERVICE_SKU_ID", &listing)]);
    until("the stall to be open", async || server.health().await == 200).await;
    Scene { far, server, listing, home }
}

impl Scene {
    /// The listing as the stall knows it, changed as the form would.
    pub async fn recipe(&self, recipe: Value) {
        let known = self.server.desk("listings.refresh", json!({})).await;
        let listing = known["listings"]
            .as_array()
            .unwrap()
            .iter()
            .find(|listing| listing["market_listing_id"] == self.listing)
            .unwrap()
            .clone();
        let mut form = listing["form"].clone();
        for (name, value) in recipe.as_object().unwrap() {
            form["recipe"][name] = value.clone();
        }
        self.server.desk("listings.save", json!({ "id": listing["id"], "form": form })).await;
    }

    /// A drawn picture as it was kept.
    pub fn opened(&self, picture: &Value) -> image::DynamicImage {
        let sha256 = picture["sha256"].as_str().unwrap();
        let shelf = self.home.path().join("data/pictures/pictures").join(&sha256[..2]);
        image::open(shelf.join(format!("{sha256}.png"))).unwrap()
    }

    async fn held(&self, order: &str, code: &str) -> Value {
        held(&self.server, order, code).await
    }

    pub async fn guided(&self, buyer: &str) -> String {
        let order = self.far.order(&self.listing, buyer).await;
        until("the guidance", async || self.far.sellers_words(&order).await.len() == 1).await;
        order
    }

    pub async fn buyer_says(&self, order: &str, text: &str) {
        self.far.control("/buyer/message", json!({ "order_id": order, "text": text })).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_smaller_of_two_caps_holds_and_saving_a_larger_one_lets_the_order_go_on() {
    let s = scene().await;
    let order = s.guided("by_hand").await;
    // The stall's own cap is 0.50 US dollars.
    s.recipe(json!({ "order_cap_usd": "0.03" })).await;
    s.buyer_says(&order, "A green door in an old wall").await;
    let view = s.held(&order, "over_listing_cap").await;
    assert_eq!(view["card"]["hold"]["detail"]["cap"], "0.03");
    assert_eq!(s.far.paid_pictures().await, 0);
    let before = s.far.received("updateListing").await;
    s.recipe(json!({ "order_cap_usd": "5" })).await;
    assert_eq!(s.far.received("updateListing").await, before, "the recipe is not the market's affair");
    s.far.until_status(&order, "pending_confirmation").await;
    // Larger than the stall's: the stall's holds.
    let mut values = s.server.desk("settings.get", json!({})).await["values"].clone();
    values["cap_per_order_usd"] = json!("0.03");
    s.server.desk("settings.save", values).await;
    let poor = s.far.order(&s.listing, "by_hand").await;
    let view = s.held(&poor, "over_cap").await;
    assert_eq!(view["card"]["hold"]["detail"]["cap"], "0.03");
    assert_eq!(s.far.paid_pictures().await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_waits_for_a_yes_before_it_is_accepted_where_the_listing_says_so() {
    let s = scene().await;
    s.recipe(json!({ "accept_by_hand": true })).await;
    let order = s.far.order(&s.listing, "by_hand").await;
    let view = s.held(&order, "accept_asks").await;
    assert_eq!(view["card"]["hold"]["settle"], "approve");
    assert_eq!(s.far.received("acceptOrder").await, 0);
    s.server.desk("orders.approve", json!({ "id": view["card"]["id"] })).await;
    until("the guidance", async || s.far.sellers_words(&order).await.len() == 1).await;
    // The listing costs 20 credits: an order for less than 21 waits, one for 20 or more does not.
    s.recipe(json!({ "accept_by_hand": false, "least_price": "21" })).await;
    let cheap = s.far.order(&s.listing, "by_hand").await;
    let view = s.held(&cheap, "price_low").await;
    assert_eq!(view["card"]["hold"]["detail"]["least"], "21");
    assert_eq!(s.far.done(&cheap, "acceptOrder").await, 0);
    s.recipe(json!({ "least_price": "20" })).await;
    until("the guidance", async || s.far.sellers_words(&cheap).await.len() == 1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_listings_models_draw_and_its_language_speaks() {
    let s = scene().await;
    s.recipe(json!({ "picture_models": ["google/gemini-3-pro-image-preview", "google/gemini-2.5-flash-image"], "language": "zh-CN", "order_cap_usd": "0.50" })).await;
    let order = s.guided("by_hand").await;
    s.buyer_says(&order, "A green door in an old wall, oil paint").await;
    s.far.until_status(&order, "pending_confirmation").await;
    let said = s.far.sellers_words(&order).await;
    assert!(said.iter().all(|text| text.contains('您') || text.contains("画好了")), "{said:?}");
    let view = s.server.order(&order).await.unwrap();
    assert_eq!(view["pictures"][0]["model"], "google/gemini-3-pro-image-preview", "{}", view["pictures"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_model_that_gives_nothing_but_pictures_is_asked_for_nothing_else() {
    let s = scene().await;
    s.recipe(json!({ "picture_models": ["bytedance-seed/seedream-4.5"] })).await;
    let order = s.guided("by_hand").await;
    s.buyer_says(&order, "A green door in an old wall").await;
    s.far.until_status(&order, "pending_confirmation").await;
    let view = s.server.order(&order).await.unwrap();
    assert_eq!(view["pictures"][0]["model"], "bytedance-seed/seedream-4.5");
    assert_eq!(view["not_as_asked"], json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_larger_picture_is_asked_for_paid_and_checked() {
    let s = scene().await;
    s.recipe(json!({ "resolution": "2K", "picture_models": ["google/gemini-2.5-flash-image"] })).await;
    let order = s.guided("by_hand").await;
    s.buyer_says(&order, "A green door in an old wall").await;
    s.far.until_status(&order, "pending_confirmation").await;
    let view = s.server.order(&order).await.unwrap();
    assert_eq!((&view["pictures"][0]["width"], &view["not_as_asked"]), (&json!(2048), &json!([])));
    let told = s.far.as_seller(Method::GET, &format!("/orders/{order}"), json!(null)).await.to_string();
    assert!(told.contains("picture_1_picture_has_asked_size"), "{told}");
    // Four times as much of it, and what may be needed is more than the cap of half a dollar.
    s.recipe(json!({ "resolution": "4K", "picture_models": ["black-forest-labs/flux.2-flex"] })).await;
    let dear = s.far.order(&s.listing, "by_hand").await;
    s.held(&dear, "over_cap").await;
    assert_eq!(s.far.paid_pictures().await, 1);
    let unknown = s.server.desk("listings.refresh", json!({})).await["listings"][0].clone();
    let mut form = unknown["form"].clone();
    form["recipe"]["resolution"] = json!("8K");
    let refused = s.server.try_desk("listings.save", json!({ "id": unknown["id"], "form": form })).await;
    assert_eq!(refused.unwrap_err()["detail"]["field"], "resolution");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_picture_smaller_than_asked_is_delivered_and_told() {
    let far = Far::start_with(&["--speed", "0", "--picture-seconds", "0", "--picture-side", "512"]);
    let s = scene_before(far).await;
    s.recipe(json!({ "resolution": "2K" })).await;
    let order = s.guided("by_hand").await;
    s.buyer_says(&order, "A green door in an old wall").await;
    s.far.until_status(&order, "pending_confirmation").await;
    let view = s.server.order(&order).await.unwrap();
    let told = json!([{ "round": 1, "n": 1, "what": ["size"], "ratio": "1:1", "size": "2K" }]);
    assert_eq!(view["not_as_asked"], told);
    assert_eq!(s.far.paid_pictures().await, 1, "not paid twice");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_amount_that_cannot_be_read_is_not_saved_on_a_listing_that_sells() {
    let s = scene().await;
    let known = s.server.desk("listings.refresh", json!({})).await;
    let listing = known["listings"][0].clone();
    let mut form = listing["form"].clone();
    form["recipe"]["order_cap_usd"] = json!("a little");
    let refused =
        s.server.try_desk("listings.save", json!({ "id": listing["id"], "form": form })).await.unwrap_err();
    assert_eq!(refused["code"], "invalid", "{refused}");
    let kept = s.server.desk("listings.get", json!({ "id": listing["id"] })).await;
    assert_eq!(kept["form"]["recipe"]["order_cap_usd"], "");
}
