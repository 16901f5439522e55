//! What the market's review makes of a listing is what its card says.

use serde_json::{Value, json};

use super::far::{Far, until};
use super::server::{Server, free_port};

/// The listing as the market tells it now.
async fn told(server: &Server, id: &Value) -> Value {
    let known = server.desk("listings.refresh", json!({})).await;
    known["listings"].as_array().unwrap().iter().find(|listing| listing["id"] == *id).unwrap().clone()
}

async fn verdict(far: &Far, market_id: &Value, moderation: &str) {
    far.control("/listing/moderation", json!({ "listing_id": market_id, "moderation": moderation })).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_listing_under_review_says_so_until_it_is_published_or_rejected_also_after_a_restart() {
    let far = Far::start();
    let home = tempfile::tempdir().unwrap();
    let other = far.publish().await;
    let port = free_port();
    let server = Server::start(&far, home.path(), port, &[("SERVICE_SKU_ID", &other)]);
    until("the stall to be open", async || server.health().await == 200).await;
    let known = server.desk("listings.refresh", json!({})).await;
    let mut form = known["listings"][0]["form"].clone();
    form["name"] = json!("Your favourite celebrity, drawn in ink");
    form["description"] = json!(
        "Tell me who it is and what they are doing. You get one ink drawing as a square PNG, ready to print or to post."
    );
    let draft = server.desk("listings.save", json!({ "id": null, "form": form })).await;
    let listing = server.desk("listings.publish", json!({ "id": draft["id"] })).await;
    let (id, market_id) = (listing["id"].clone(), listing["market_listing_id"].clone());
    assert_eq!(listing["status"], "pending_review");
    assert_eq!(told(&server, &id).await["status"], "pending_review");

    server.close();
    let server = Server::start(&far, home.path(), port, &[("SERVICE_SKU_ID", &other)]);
    until("the stall to be open", async || server.health().await == 200).await;
    let kept = server.desk("listings.get", json!({ "id": id })).await;
    assert_eq!(kept["status"], "pending_review");

    // Nobody asks for it: the next sign of life looks.
    let kept = async || server.desk("listings.get", json!({ "id": id })).await;
    let sign_of_life = async || {
        let known = server.desk("listings.list", json!({})).await;
        let sold =
            known["listings"].as_array().unwrap().iter().find(|known| known["id"] != id).unwrap().clone();
        server.desk("listings.save", json!({ "id": sold["id"], "form": sold["form"] })).await;
    };
    verdict(&far, &market_id, "approved").await;
    sign_of_life().await;
    until("the approval to be seen", async || kept().await["status"] == "active").await;
    assert_eq!(kept().await["market_status"], "active");
    // While nothing is under review, nobody is asked about it.
    let asked = far.received("myListings").await;
    sign_of_life().await;
    let order = far.order(other.as_str(), "by_hand").await;
    until("the guidance", async || far.sellers_words(&order).await.len() == 1).await;
    assert_eq!(far.received("myListings").await, asked);

    verdict(&far, &market_id, "rejected").await;
    let rejected = told(&server, &id).await;
    assert_eq!((&rejected["status"], &rejected["market_status"]), (&json!("other"), &json!("rejected")));
}
