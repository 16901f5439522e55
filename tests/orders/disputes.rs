//! What the seller can do in a dispute: show what happened, and say how much they would give back.

use std::collections::BTreeMap;
use std::io::{Cursor, Read as _};
use std::path::Path;

use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::far::{Far, until};
use super::server::{Server, free_port};

const OTHERS: &str = "SECRET-OF-ANOTHER-BUYER";

async fn held(server: &Server, order: &str) -> Value {
    let hold = async || {
        let view = server.order(order).await?;
        (view["card"]["hold"]["code"] == "disputed").then_some(view)
    };
    until("the dispute", async || hold().await.is_some()).await;
    hold().await.unwrap()
}

fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

fn unpacked(bytes: &[u8]) -> BTreeMap<String, Vec<u8>> {
    let mut pack = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut entries = BTreeMap::new();
    for nth in 0..pack.len() {
        let mut entry = pack.by_index(nth).unwrap();
        let mut content = Vec::new();
        entry.read_to_end(&mut content).unwrap();
        assert!(
            entries.insert(entry.name().to_owned(), content).is_none(),
            "{} is there twice",
            entry.name()
        );
    }
    entries
}

async fn fetched(server: &Server, id: &str, token: &str) -> (u16, Vec<u8>) {
    let url = format!("{}/desk/evidence/{id}", server.address);
    let answer = reqwest_client().get(url).bearer_auth(token).send().await.unwrap();
    (answer.status().as_u16(), answer.bytes().await.unwrap().to_vec())
}

fn reqwest_client() -> reqwest::Client {
    stallkeeper::http::client(stallkeeper::http::TimeLimits::API).unwrap()
}

fn packs_left(home: &Path) -> usize {
    std::fs::read_dir(home.join("data/evidence")).map_or(0, Iterator::count)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_evidence_pack_shows_the_whole_order_and_nothing_else() {
    let far = Far::start();
    let home = tempfile::tempdir().unwrap();
    let listing = far.publish().await;
    let server = Server::start(&far, home.path(), free_port(), &[("SERVICE_SKU_ID", &listing)]);
    until("the account", async || server.try_desk("listings.refresh", json!({})).await.is_ok()).await;
    let (order, other) = (far.order(&listing, "by_hand").await, far.order(&listing, "by_hand").await);
    for (order, text) in [(&other, OTHERS), (&order, "A red bicycle against a white wall")] {
        until("the guidance", async || far.sellers_words(order).await.len() == 1).await;
        far.control("/buyer/message", json!({ "order_id": order, "text": text })).await;
    }
    far.until_status(&order, "pending_confirmation").await;
    let id = server.order(&order).await.unwrap()["card"]["id"].as_str().unwrap().to_owned();
    // A file of the seller's own, whose bytes the stall does not keep, under a name that is none for a file here.
    server.send_file(&id, "手稿 <b> .svg", b"<svg/>").await.unwrap();
    let hostile = "../../../etc/cron.d/x <script>alert(1)</script> C:\\Windows\\evil.exe";
    far.control("/buyer/message", json!({ "order_id": order, "text": hostile })).await;
    let key = far.address("seller_api_key").to_owned();
    let leak = format!("is this yours? {key}");
    far.control("/buyer/message", json!({ "order_id": order, "text": leak })).await;
    far.control("/buyer/dispute", json!({ "order_id": order, "reason": "this is not what I asked for" }))
        .await;
    held(&server, &order).await;
    until("both messages", async || {
        let view = server.order(&order).await.unwrap();
        let thread = view["thread"].as_array().unwrap().clone();
        [hostile, &leak].iter().all(|text| thread.iter().any(|message| message["text"] == **text))
    })
    .await;

    // The last news may still be on its way into the order.
    let events = format!("/events/{}", far.address("seller_agent_id"));
    until("all news to be in the order", async || {
        let told = far.look(&events).await["recorded"].as_array().unwrap().len();
        let view = server.desk("connection.get", json!({})).await;
        let known = view["events"].as_array().unwrap();
        known.len() >= told && known.iter().all(|news| !news["handled_at"].is_null())
    })
    .await;
    let alike =
        async || fetched(&server, &id, &server.token).await == fetched(&server, &id, &server.token).await;
    until("the same data to give the same bytes", alike).await;
    let (status, first) = fetched(&server, &id, &server.token).await;
    assert_eq!(status, 200);
    assert_eq!(packs_left(home.path()), 0, "nothing stays behind");
    assert_eq!(fetched(&server, &id, "not-the-token").await.0, 401);
    assert_eq!(fetched(&server, "no-such-order", &server.token).await.0, 404);

    let entries = unpacked(&first);
    let names: Vec<&str> = entries.keys().map(String::as_str).collect();
    assert_eq!(
        names,
        [
            "README.txt",
            "SHA256SUMS",
            "delivered.json",
            "listing.json",
            "money.json",
            "order.json",
            "pictures/01-picture-1.png",
            "story.html",
            "thread.json",
            "timeline.json",
        ]
    );
    // Every file but the list itself is in the list, and as it says.
    let sums = String::from_utf8(entries["SHA256SUMS"].clone()).unwrap();
    let listed: BTreeMap<&str, &str> =
        sums.lines().map(|line| line.split_once("  ").map(|(sum, name)| (name, sum)).unwrap()).collect();
    assert_eq!(listed.len(), entries.len() - 1);
    for (name, sum) in &listed {
        assert_eq!(sha256(&entries[*name]), *sum, "{name}");
    }
    // The very bytes the buyer got.
    let buyers = far.buyers_view(&order).await;
    let files = buyers["attachments"].as_array().unwrap();
    let given = files.iter().find(|file| file["filename"] == "picture-1.png").unwrap();
    assert_eq!(given["sha256"], sha256(&entries["pictures/01-picture-1.png"]));
    let delivered: Value = serde_json::from_slice(&entries["delivered.json"]).unwrap();
    let delivered = delivered.as_array().unwrap();
    assert_eq!(delivered.len(), 2);
    assert_eq!(delivered[0]["name"], "picture-1.png");
    assert_eq!(
        (&delivered[1]["name"], &delivered[1]["in_this_pack"]),
        (&json!("手稿 <b> .svg"), &json!(null))
    );
    assert_eq!(delivered[1]["sha256"], sha256(b"<svg/>"));

    let promised: Value = serde_json::from_slice(&entries["listing.json"]).unwrap();
    assert!(promised["name"].as_str().is_some_and(|name| !name.is_empty()), "{promised}");
    let thread: Value = serde_json::from_slice(&entries["thread.json"]).unwrap();
    let thread = thread.as_array().unwrap();
    assert!(thread.iter().any(|message| message["text"] == hostile && message["who"] == "buyer"));
    assert!(thread.iter().any(|message| message["who"] == "robot"), "{thread:?}");
    let timeline: Value = serde_json::from_slice(&entries["timeline.json"]).unwrap();
    let recorder = server.order(&order).await.unwrap()["recorder"].clone();
    assert_eq!(timeline.as_array().unwrap().len(), recorder.as_array().unwrap().len(), "every entry");
    let money: Value = serde_json::from_slice(&entries["money.json"]).unwrap();
    assert_eq!((&money["currency"], &money["price"]), (&json!("UAT"), &json!("20")));
    let told: Value = serde_json::from_slice(&entries["order.json"]).unwrap();
    assert_eq!(told["marketplace_status"], "in_dispute");
    let story = String::from_utf8(entries["story.html"].clone()).unwrap();
    assert!(story.contains("&lt;script&gt;") && !story.contains("<script>"));

    let model_key = far.address("model_api_key").to_owned();
    let folder = home.path().display().to_string();
    for (name, content) in &entries {
        let text = String::from_utf8_lossy(content);
        for hidden in [key.as_str(), &model_key, OTHERS, &folder, &other] {
            assert!(!text.contains(hidden), "{name} holds {hidden}");
        }
    }

    // Saved where the seller says: only a pack, only under a whole path, and in the seller's language.
    for path in ["order.zip".to_owned(), format!("{folder}/order.txt")] {
        let refused = server
            .try_desk("orders.save_evidence", json!({ "order_id": id, "path": path }))
            .await
            .unwrap_err();
        assert_eq!((&refused["code"], &refused["detail"]["field"]), (&json!("invalid"), &json!("path")));
    }
    let mut values = server.desk("settings.get", json!({})).await["values"].clone();
    values["language"] = json!("zh-CN");
    server.desk("settings.save", values).await;
    let path = home.path().join("order.zip");
    let saved = server.desk("orders.save_evidence", json!({ "order_id": id, "path": path })).await;
    assert_eq!(saved, json!({ "pictures": 1, "missing": 1 }));
    let chinese = unpacked(&std::fs::read(&path).unwrap());
    assert!(String::from_utf8(chinese["说明.txt"].clone()).unwrap().starts_with("这笔订单的经过"));
    assert!(!home.path().join("order.zip.part").exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proposal_whose_answer_died_with_the_stall_is_looked_at_and_never_sent_again() {
    for (point, sent) in [("act.before_call", 0), ("act.after_call", 1)] {
        let far = Far::start();
        let home = tempfile::tempdir().unwrap();
        let listing = far.publish().await;
        let usual = [("SERVICE_SKU_ID", listing.as_str())];
        let server =
            Server::start(&far, home.path(), free_port(), &[usual[0], ("STALLKEEPER_CRASH_AT", point)]);
        let order = far.order(&listing, "disputes").await;
        let id = held(&server, &order).await["card"]["id"].clone();
        let asked = json!({ "order_id": id, "percent": 10 });
        let answer = server.desk_while_it_lives("orders.propose_refund", asked).await;
        assert!(answer.is_none(), "{point}: it died: {answer:?}");
        drop(server);
        // It may have died while somebody fetched a pack, too.
        std::fs::create_dir_all(home.path().join("data/evidence")).unwrap();
        std::fs::write(home.path().join("data/evidence/1.zip.part"), b"half").unwrap();
        let server = Server::start(&far, home.path(), free_port(), &usual);
        until("the look", async || {
            let view = server.order(&order).await.unwrap();
            let lines = view["recorder"].as_array().unwrap().clone();
            lines.iter().any(|line| line["step"] == "propose_refund" && line["kind"] == "step_unclear")
        })
        .await;
        assert_eq!(packs_left(home.path()), 0, "what nobody can come for is gone");
        let view = held(&server, &order).await;
        assert_eq!(view["refund"], json!(null), "{point}: what is not known is not claimed");
        assert_eq!(far.done(&order, "negotiateDispute").await, sent, "{point}: never repeated");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refund_is_proposed_shown_and_settles_the_dispute_when_both_say_the_same() {
    let far = Far::start();
    let home = tempfile::tempdir().unwrap();
    let listing = far.publish().await;
    let server = Server::start(&far, home.path(), free_port(), &[("SERVICE_SKU_ID", &listing)]);
    let order = far.order(&listing, "disputes").await;
    let view = held(&server, &order).await;
    let id = view["card"]["id"].clone();
    assert!(view["actions"].as_array().unwrap().contains(&json!("propose_refund")), "{}", view["actions"]);
    assert_eq!(view["refund"], json!(null));
    // Worked out before anything is sent.
    let asked = |percent: u32| json!({ "order_id": id, "percent": percent });
    let comes_to = server.desk("orders.refund", asked(50)).await;
    assert_eq!(comes_to, json!({ "percent": 50, "back": "10", "left": "9.5", "sent_at": null }));
    assert_eq!(far.done(&order, "negotiateDispute").await, 0);
    let refused = server.try_desk("orders.propose_refund", asked(101)).await.unwrap_err();
    assert_eq!((&refused["code"], &refused["detail"]["field"]), (&json!("invalid"), &json!("percent")));
    // Too little for this buyer: it stands as said.
    server.desk("orders.propose_refund", asked(10)).await;
    assert_eq!(far.buyers_view(&order).await["dispute"]["seller_proposal"], 10.0);
    let view = server.order(&order).await.unwrap();
    assert_eq!((&view["refund"]["percent"], &view["refund"]["back"]), (&json!(10), &json!("2")));
    assert!(view["refund"]["sent_at"].is_string());
    let line =
        view["recorder"].as_array().unwrap().iter().find(|line| line["step"] == "propose_refund").unwrap();
    assert_eq!((&line["actor"], &line["kind"]), (&json!("seller"), &json!("step_done")));
    assert_eq!(line["detail"]["percent"], "10");
    assert_eq!(view["card"]["hold"]["code"], "disputed", "it goes on waiting");
    // Enough: the buyer says the same, and the market settles it.
    server.desk("orders.propose_refund", asked(50)).await;
    far.until_status(&order, "completed").await;
    until("the end", async || {
        let view = server.order(&order).await.unwrap();
        view["card"]["stage"] == "paid"
            && view["refund"] == json!(null)
            && view["card"]["hold"] == json!(null)
    })
    .await;
    let refused = server.try_desk("orders.propose_refund", asked(20)).await.unwrap_err();
    assert_eq!(refused["code"], "not_now");
    assert_eq!(far.done(&order, "negotiateDispute").await, 2);
}
