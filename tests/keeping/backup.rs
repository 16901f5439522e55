//! Backups while the stall goes on, and putting one back.

use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use jiff::SignedDuration;
use serde_json::json;
use stallkeeper::store::{BackupKind, Store, StoreError, backup, restore};

use crate::far::{Far, until};
use crate::jobs;
use crate::sample::{self, ACCOUNT, at, database, event};
use crate::server::{Server, free_port};

async fn set(store: &Store, value: &str) {
    let mut write = store.write().await.unwrap();
    write.put_setting("note", value, at(60)).await.unwrap();
    write.commit().await.unwrap();
}

async fn note(store: &Store) -> Option<String> {
    store.lookup_setting("note").await.unwrap()
}

#[tokio::test]
async fn a_backup_holds_every_noun_and_can_be_put_back() {
    let dir = tempfile::tempdir().unwrap();
    let path = database(&dir);
    let store = sample::full(&path).await;
    set(&store, "1").await;
    let made = store.back_up(BackupKind::Hand, at(100)).await.unwrap();
    assert_eq!(store.list_backups().await.unwrap(), std::slice::from_ref(&made));
    set(&store, "2").await;

    store.prepare_restore(&made.name).await.unwrap();
    assert_eq!(note(&store).await.as_deref(), Some("2"), "nothing changes under an open stall");
    store.close().await;
    let store = Store::open(&path).await.unwrap();
    sample::assert_full(&store).await;
    jobs::assert_full(&store).await;
    assert_eq!(note(&store).await.as_deref(), Some("1"));

    let replaced = store.list_backups().await.unwrap();
    let replaced = replaced.iter().find(|backup| backup.kind == BackupKind::Replaced).unwrap();
    store.prepare_restore(&replaced.name).await.unwrap();
    store.close().await;
    assert_eq!(note(&Store::open(&path).await.unwrap()).await.as_deref(), Some("2"), "and back again");
}

#[tokio::test]
async fn writers_go_on_while_a_backup_is_made_and_it_is_of_one_moment() {
    let dir = tempfile::tempdir().unwrap();
    let store = sample::full(&database(&dir)).await;
    let made = AtomicBool::new(false);
    let (written, backup) = tokio::join!(
        async {
            let mut n = 100;
            while !made.load(Ordering::Relaxed) || n < 130 {
                let mut write = store.write().await.unwrap();
                // Always two at once: a copy of one moment never holds one alone.
                for id in [n, n + 1] {
                    write.insert_events(ACCOUNT, &[&event(&id.to_string())], at(n)).await.unwrap();
                }
                write.commit().await.unwrap();
                n += 2;
            }
            n
        },
        async {
            let backup = store.back_up(BackupKind::Daily, at(200)).await;
            made.store(true, Ordering::Relaxed);
            backup.unwrap()
        }
    );
    assert!(written >= 130);
    let other = tempfile::tempdir().unwrap();
    fs::copy(&backup.path, database(&other)).unwrap();
    let copy = Store::open(&database(&other)).await.unwrap();
    let news = copy.list_due_news(ACCOUNT, 0, at(10_000), 100_000).await.unwrap();
    assert_eq!(news.len() % 2, 1, "the sample's one, and whole pairs");
    sample_order_is_there(&copy).await;
}

async fn sample_order_is_there(store: &Store) {
    assert_eq!(store.get_order(sample::ORDER).await.unwrap().title, "Pictures 小店");
}

#[tokio::test]
async fn seven_of_each_kind_are_kept_and_the_newest_of_them() {
    let dir = tempfile::tempdir().unwrap();
    let path = database(&dir);
    let store = sample::full(&path).await;
    store.back_up(BackupKind::Hand, at(0)).await.unwrap();
    for day in 0..9 {
        let now = at(0).saturating_add(SignedDuration::from_hours(24 * day)).unwrap();
        store.back_up(BackupKind::Daily, now).await.unwrap();
    }
    let kept = store.list_backups().await.unwrap();
    let daily: Vec<_> = kept.iter().filter(|backup| backup.kind == BackupKind::Daily).collect();
    assert_eq!(daily.len(), 7);
    let days = |n: i64| at(0).saturating_add(SignedDuration::from_hours(24 * n)).unwrap();
    assert_eq!((daily[0].made_at, daily[6].made_at), (days(8), days(2)));
    assert_eq!(kept.len(), 8, "the one made by hand is not crowded out");
    assert!(kept.is_sorted_by(|one, other| one.made_at >= other.made_at), "newest first");
    let files = fs::read_dir(dir.path().join("backups")).unwrap().count();
    assert_eq!(files, 8, "nothing else lies there");
}

#[tokio::test]
async fn a_backup_that_cannot_be_written_leaves_nothing_and_the_others_alone() {
    let dir = tempfile::tempdir().unwrap();
    let path = database(&dir);
    let store = sample::full(&path).await;
    let before = store.back_up(BackupKind::Daily, at(1)).await.unwrap();
    // A folder where the copy is to be written.
    let in_the_way = dir.path().join("backups/backup.tmp");
    fs::create_dir(&in_the_way).unwrap();
    fs::write(in_the_way.join("file"), "").unwrap();
    assert!(store.back_up(BackupKind::Daily, at(2)).await.is_err());
    assert_eq!(store.list_backups().await.unwrap(), [before]);
    fs::remove_dir_all(&in_the_way).unwrap();
    // What an interrupted one left is no hindrance.
    fs::write(&in_the_way, "half a copy").unwrap();
    store.back_up(BackupKind::Daily, at(3)).await.unwrap();
    assert!(!in_the_way.exists());
}

#[tokio::test]
async fn the_newest_good_backup_is_found_behind_a_spoiled_one() {
    let dir = tempfile::tempdir().unwrap();
    let path = database(&dir);
    let store = sample::full(&path).await;
    let good = store.back_up(BackupKind::Daily, at(1)).await.unwrap();
    let spoiled = store.back_up(BackupKind::Daily, at(2)).await.unwrap();
    let bytes = fs::read(&spoiled.path).unwrap();
    fs::write(&spoiled.path, &bytes[..bytes.len() / 2]).unwrap();
    assert_eq!(backup::newest_good(&path).await.unwrap(), Some(good));
    assert!(matches!(store.prepare_restore(&spoiled.name).await, Err(StoreError::Damaged(_))));
    assert!(matches!(store.prepare_restore("../stall.db").await, Err(StoreError::Missing { .. })));
}

#[tokio::test]
async fn what_is_no_backup_of_ours_is_refused_and_nothing_changes() {
    let dir = tempfile::tempdir().unwrap();
    let path = database(&dir);
    let store = sample::full(&path).await;
    set(&store, "1").await;
    store.close().await;
    let before = fs::read(&path).unwrap();
    let stranger = dir.path().join("stranger.db");
    fs::write(&stranger, "no database").unwrap();
    assert!(matches!(restore(&path, &stranger).await, Err(StoreError::Unfit(_))));
    assert!(matches!(restore(&path, &dir.path().join("none")).await, Err(StoreError::File { .. })));
    let other = sqlx_file(&stranger).await;
    assert!(
        matches!(restore(&path, &other).await, Err(StoreError::Unfit(_))),
        "a database, but not a stall's"
    );
    assert!(fs::read(&path).unwrap() == before);
    assert_eq!(note(&Store::open(&path).await.unwrap()).await.as_deref(), Some("1"));
}

async fn sqlx_file(beside: &std::path::Path) -> std::path::PathBuf {
    use sqlx::ConnectOptions;
    let path = beside.with_extension("sqlite");
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(&path).create_if_missing(true);
    let mut connection = options.connect().await.unwrap();
    sqlx::query("CREATE TABLE recipes (a TEXT)").execute(&mut connection).await.unwrap();
    path
}

/// The real server: a backup at its first start, another on request, and back to it while it runs.
#[tokio::test(flavor = "multi_thread")]
async fn a_stall_put_back_opens_again_where_it_was_and_does_nothing_twice() {
    let far = Far::start();
    let home = tempfile::tempdir().unwrap();
    let listing = far.publish().await;
    let server = Server::start(&far, home.path(), free_port(), &[("SERVICE_SKU_ID", &listing)]);
    until("the stall to be open", async || server.health().await == 200).await;
    // Asked too while the stall closes and opens again.
    let backups = async || {
        let answered = server.desk_while_it_lives("data.get", json!({})).await;
        answered.and_then(|(_, view)| view["backups"].as_array().cloned()).unwrap_or_default()
    };
    until("the daily backup", async || backups().await.iter().any(|backup| backup["kind"] == "daily")).await;

    // The backup is of the moment in which the buyer has been asked.
    let order = far.order(&listing, "by_hand").await;
    until("the guidance message", async || far.sellers_words(&order).await.len() == 1).await;
    until("its record", async || {
        server.order(&order).await.is_some_and(|view| view["card"]["next"] == "wait_brief")
    })
    .await;
    let view = server.desk("data.back_up", json!({})).await;
    let made =
        view["backups"].as_array().unwrap().iter().find(|backup| backup["kind"] == "hand").unwrap().clone();
    far.control(
        "/buyer/message",
        json!({ "order_id": order, "text": "A lighthouse in a storm, oil painting" }),
    )
    .await;
    until("the order to be delivered", async || {
        matches!(far.status(&order).await.as_str(), "pending_confirmation" | "completed")
    })
    .await;
    let said = far.sellers_words(&order).await;

    server.desk("data.restore", json!({ "id": made["id"] })).await;
    until("the stall to open again at the same address", async || {
        server.health().await == 200 && backups().await.iter().any(|backup| backup["kind"] == "replaced")
    })
    .await;
    until("the order as the market has it", async || {
        let view = server.order(&order).await;
        view.is_some_and(|view| matches!(view["card"]["stage"].as_str(), Some("delivered" | "paid")))
    })
    .await;
    for operation in ["acceptOrder", "uploadOrderAttachment", "completeOrder"] {
        assert_eq!(far.done(&order, operation).await, 1, "{operation}");
    }
    assert_eq!(far.sellers_words(&order).await, said, "nothing is said again");
    assert_eq!(far.paid_pictures().await, 1, "nothing is paid for again");
    let unknown = server.try_desk("data.restore", json!({ "id": "../stall.db" })).await.unwrap_err();
    assert_eq!(unknown["code"], "not_found");

    // The same by the command line, once it is closed; not before.
    let run = |arguments: &[&str]| {
        let mut command =
            Server::command(Path::new(env!("CARGO_BIN_EXE_stallkeeper-server")), &far, home.path(), 0);
        command.args(arguments).stderr(std::process::Stdio::piped()).output().unwrap()
    };
    let name = made["id"].as_str().unwrap();
    let refused = run(&["--restore", name]);
    assert!(String::from_utf8(refused.stderr).unwrap().contains("another Stallkeeper keeps its stall"));
    server.kill_hard();
    assert!(String::from_utf8(run(&["--backups"]).stdout).unwrap().contains(name));
    let restored = run(&["--restore", name]);
    assert!(restored.status.success(), "{}", String::from_utf8_lossy(&restored.stderr));
    let said = String::from_utf8(restored.stdout).unwrap();
    assert!(said.contains("was put back") && said.contains("-replaced.db"), "{said}");
}

/// The real server on damaged data: it does not start, and says what can be done.
#[tokio::test(flavor = "multi_thread")]
async fn damaged_data_is_told_with_the_backup_that_can_take_its_place() {
    let far = Far::start();
    let home = tempfile::tempdir().unwrap();
    let server = Server::start(&far, home.path(), free_port(), &[]);
    let listed = async || server.desk("data.get", json!({})).await["backups"].as_array().unwrap().len();
    until("the daily backup", async || listed().await > 0).await;
    let data = home.path().join("data");
    server.kill_hard();
    let mut bytes = fs::read(data.join("stall.db")).unwrap();
    bytes.truncate(4096);
    bytes.resize(64 * 4096, 0x5a);
    fs::write(data.join("stall.db"), &bytes).unwrap();
    fs::remove_file(data.join("stall.db-wal")).unwrap();
    let program = Path::new(env!("CARGO_BIN_EXE_stallkeeper-server"));
    let ended =
        Server::command(program, &far, home.path(), 0).stderr(std::process::Stdio::piped()).output().unwrap();
    let said = String::from_utf8(ended.stderr).unwrap();
    assert!(!ended.status.success());
    assert!(
        said.contains("damaged") && said.contains("--restore stall-") && said.contains("-daily.db"),
        "{said}"
    );
    assert!(fs::read(data.join("stall.db")).unwrap() == bytes, "it is left as it is");
}

/// Every place at which a power cut can fall while a backup is put back.
#[tokio::test]
async fn a_restore_cut_short_is_finished_at_the_next_start() {
    for cut in 0..4 {
        let dir = tempfile::tempdir().unwrap();
        let path = database(&dir);
        let store = sample::full(&path).await;
        set(&store, "1").await;
        let made = store.back_up(BackupKind::Hand, at(100)).await.unwrap();
        set(&store, "2").await;
        store.prepare_restore(&made.name).await.unwrap();
        // The stall never closes: its log still holds the second note.
        let wal = dir.path().join("stall.db-wal");
        assert!(wal.metadata().unwrap().len() > 0);
        let aside = dir.path().join("backups");
        let moved =
            |from: &str| fs::rename(dir.path().join(from), aside.join(format!("cut-{from}"))).unwrap();
        for done in ["stall.db-wal", "stall.db-shm", "stall.db"].iter().take(cut) {
            moved(done);
        }
        let again = Store::open(&path).await.unwrap();
        assert_eq!(note(&again).await.as_deref(), Some("1"), "after cut {cut}");
        sample::assert_full(&again).await;
        assert!(!path.with_extension("db.restored").exists());
    }
}
