//! Opening hours: closed, nothing is taken on; at the hour the stall opens by itself.

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Zoned};
use serde_json::{Value, json};
use stallkeeper::clock::Clock as _;

use super::far::{Far, until};
use super::home::{Home, publish};

async fn set(home: &Home, change: Value) {
    let desk =
        async |command, request| stallkeeper::desk::dispatch(&home.stall, command, request).await.unwrap();
    let mut values = desk("settings.get", json!({})).await["values"].clone();
    for (name, value) in change.as_object().unwrap() {
        values["hours"][name] = value.clone();
    }
    desk("settings.save", values).await;
}

fn here_and_now(home: &Home) -> Zoned {
    home.clock.now().to_zoned(TimeZone::system())
}

async fn seen(home: &Home) -> Value {
    stallkeeper::desk::dispatch(&home.stall, "stall.get", json!({})).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn outside_its_hours_nothing_is_accepted_and_at_the_hour_it_opens_by_itself() {
    let far = Far::start();
    let listing = publish(&far).await;
    let home = Home::open(&far, &[("SERVICE_SKU_ID", &listing)]).await;
    let opens = here_and_now(&home).checked_add(SignedDuration::from_mins(11)).unwrap();
    let closes = opens.checked_add(SignedDuration::from_hours(3)).unwrap();
    let time = |at: &Zoned| at.strftime("%H:%M").to_string();
    set(&home, json!({ "kept": true, "from": time(&opens), "until": time(&closes) })).await;
    until("the stall to close", async || !home.stall.is_open()).await;
    let stall = seen(&home).await;
    assert_eq!(
        (&stall["open"], &stall["closed_now"]["by"]),
        (&json!(true), &json!("hours")),
        "the switch stays on"
    );
    let told: jiff::Timestamp = stall["closed_now"]["opens_at"].as_str().unwrap().parse().unwrap();
    assert!(told <= opens.timestamp() && told > home.clock.now(), "{told}");
    assert_eq!(
        (&stall["light"]["colour"], &stall["light"]["reason"]),
        (&json!("grey"), &json!("out_of_hours"))
    );

    let order = far.order(&listing, "in_requirement").await;
    home.read_feed();
    until("the order at the door", async || {
        home.order(&order).await.is_some_and(|row| row.next_step == "wait_open")
    })
    .await;
    assert_eq!(far.received("acceptOrder").await, 0);

    home.clock.jump(SignedDuration::from_mins(12));
    until("the order to be accepted", async || far.done(&order, "acceptOrder").await == 1).await;
    assert!(home.stall.is_open());
    assert_eq!(seen(&home).await["closed_now"], json!(null));

    // Away closes it in the middle of its hours, and being back opens it.
    let tomorrow = here_and_now(&home).date().tomorrow().unwrap();
    set(&home, json!({ "back_on": tomorrow.to_string() })).await;
    until("the stall to close", async || !home.stall.is_open()).await;
    assert_eq!(seen(&home).await["light"]["reason"], "away");
    set(&home, json!({ "back_on": "" })).await;
    until("the stall to open", async || home.stall.is_open()).await;
    until("the order to be completed", async || {
        home.read_feed();
        far.status(&order).await == "completed"
    })
    .await;
    home.stall.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn in_quiet_hours_no_notice_is_shown_and_one_tells_it_all_when_they_end() {
    let far = Far::start();
    let listing = publish(&far).await;
    let home = Home::open(&far, &[("SERVICE_SKU_ID", &listing)]).await;
    let begins = here_and_now(&home).checked_sub(SignedDuration::from_mins(5)).unwrap();
    let ends = here_and_now(&home).checked_add(SignedDuration::from_mins(10)).unwrap();
    let time = |at: &Zoned| at.strftime("%H:%M").to_string();
    let desk =
        async |command, request| stallkeeper::desk::dispatch(&home.stall, command, request).await.unwrap();
    let mut values = desk("settings.get", json!({})).await["values"].clone();
    values["notices"]["quiet"] = json!(true);
    // That it is paid is told a moment after our own record of it, on either side of the quiet hours' end.
    values["notices"]["paid"] = json!(false);
    values["notices"]["quiet_from"] = json!(time(&begins));
    values["notices"]["quiet_until"] = json!(time(&ends));
    desk("settings.save", values.clone()).await;

    let order = far.order(&listing, "in_requirement").await;
    until("the order to be completed", async || {
        home.read_feed();
        far.status(&order).await == "completed"
    })
    .await;
    until("our own record of it", async || {
        home.read_feed();
        home.order(&order).await.is_some_and(|row| row.market_status == "completed")
    })
    .await;
    assert_eq!(home.told.all().len(), 0, "{:?}", home.told.all());

    values["notices"]["quiet"] = json!(false);
    desk("settings.save", values).await;
    until("the summary", async || !home.told.all().is_empty()).await;
    let told = home.told.all();
    assert_eq!((told.len(), told[0].title.as_str()), (1, "In your quiet hours"), "{told:?}");
    assert_eq!(told[0].body, "1 new order");
    home.stall.close().await;
}
