//! Picture links in a bucket the seller owns, against a real S3 server: what the app proves of it, and what becomes of a
//! picture when the server is full, slow, or loses its answer.

use std::sync::Arc;
use std::time::Duration;

use reqwest::Url;
use serde_json::{Value, json};
use stallkeeper::clock::{Clock, SystemClock, SystemIds};
use stallkeeper::desk::dispatch;
use stallkeeper::http::{TimeLimits, client};
use stallkeeper::images::PictureFiles;
use stallkeeper::links::{BucketKeys, BucketLinks, LinkError, LinkMaker as _, LinkedPicture, Place};
use stallkeeper::settings::BucketSettings;

use super::far::{Far, until};
use super::home::{Home, publish};
use super::s3::{BUCKET, Bucket, KEY_ID, SECRET, Weather};

const QUICK: TimeLimits =
    TimeLimits { connect: Duration::from_millis(500), total: Duration::from_millis(1500) };

fn settings(bucket: &Bucket) -> BucketSettings {
    BucketSettings {
        endpoint: bucket.endpoint.clone(),
        region: "us-east-1".into(),
        name: BUCKET.into(),
        prefix: "stall/".into(),
        path_style: true,
    }
}

fn keys(id: &str, secret: &str) -> BucketKeys {
    BucketKeys { id: id.into(), secret: secret.into() }
}

/// A database with one order, a picture, and a bucket for it.
struct Shelf {
    home: Home,
    _far: Far,
    _dir: tempfile::TempDir,
    files: Arc<PictureFiles>,
    picture: LinkedPicture,
    bytes: Vec<u8>,
}

impl Shelf {
    async fn open() -> Self {
        let far = Far::start();
        let listing = publish(&far).await;
        let home = Home::open(&far, &[]).await;
        let order = far.order(&listing, "in_requirement").await;
        home.read_feed();
        until("the order", async || home.order(&order).await.is_some()).await;
        let order_id = home.order(&order).await.unwrap().id;
        let dir = tempfile::tempdir().unwrap();
        let files = Arc::new(PictureFiles::open(dir.path().join("pictures")).unwrap());
        let mut bytes = std::io::Cursor::new(Vec::new());
        image::RgbImage::from_fn(64, 64, |x, y| {
            image::Rgb([u8::try_from(x).unwrap(), u8::try_from(y).unwrap(), 7])
        })
        .write_to(&mut bytes, image::ImageFormat::Png)
        .unwrap();
        let bytes = bytes.into_inner();
        let stored = files.put(&bytes).unwrap();
        let picture = LinkedPicture {
            order_id,
            sha256: stored.sha256.clone(),
            file_name: "picture-1.png".into(),
            media_type: "image/png".into(),
        };
        Self { home, _far: far, _dir: dir, files, picture, bytes }
    }

    fn links(&self, bucket: &Bucket, keys: &BucketKeys) -> BucketLinks {
        self.links_with(settings(bucket), keys)
    }

    fn links_with(&self, settings: BucketSettings, keys: &BucketKeys) -> BucketLinks {
        let (store, files) = (self.home.stall.store().clone(), Arc::clone(&self.files));
        BucketLinks::open(settings, keys, QUICK, store, files, Arc::new(SystemIds)).unwrap()
    }

    async fn make(&self, links: &BucketLinks) -> Result<Url, &'static str> {
        match links.make(&self.picture, SystemClock.now()).await {
            Ok(made) => {
                let days = made.expires_at.duration_since(SystemClock.now()).as_hours();
                assert!((166..=168).contains(&days), "{days}");
                let Place::At(address) = made.place else { panic!("a whole address is made") };
                Ok(address)
            }
            Err(LinkError::Bucket(problem)) => Err(problem.code()),
            Err(error) => panic!("{error}"),
        }
    }

    async fn opens(&self, address: &Url) -> bool {
        let answer = client(QUICK).unwrap().get(address.clone()).send().await.unwrap();
        if !answer.status().is_success() {
            return false;
        }
        assert_eq!(answer.headers()["content-type"], "image/png");
        assert_eq!(answer.headers()["content-disposition"], "attachment; filename=\"picture-1.png\"");
        answer.bytes().await.unwrap() == self.bytes
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_picture_lies_in_the_bucket_once_and_its_link_opens_it_whatever_goes_wrong() {
    let (bucket, shelf) = (Bucket::open().await, Shelf::open().await);
    let right = keys(KEY_ID, SECRET);
    let links = shelf.links(&bucket, &right);

    for (wrong, code) in [
        (shelf.links(&bucket, &keys(KEY_ID, "another secret")), "bucket_wrong_key"),
        (shelf.links(&bucket, &keys("AKIDOFSOMEBODYELSE", SECRET)), "bucket_wrong_key"),
        (
            shelf.links_with(BucketSettings { name: "not-there".into(), ..settings(&bucket) }, &right),
            "bucket_missing",
        ),
        (
            shelf.links_with(
                BucketSettings { endpoint: "http://127.0.0.1:9".into(), ..settings(&bucket) },
                &right,
            ),
            "bucket_unreachable",
        ),
    ] {
        assert_eq!(shelf.make(&wrong).await, Err(code));
        let proof = wrong.prove().await;
        let told: Vec<_> =
            proof.steps.iter().map(|step| (step.code, step.problem.map(|p| p.code()))).collect();
        assert_eq!(told, [("put", Some(code))]);
    }
    for (weather, code) in [
        (Weather::Full, "bucket_full"),
        (Weather::Slow(Duration::from_secs(5)), "bucket_slow"),
        (Weather::LostAnswer, "bucket_unreachable"),
    ] {
        bucket.set(weather);
        assert_eq!(shelf.make(&links).await, Err(code));
    }
    bucket.set(Weather::Calm);
    assert_eq!(bucket.lies_there().len(), 1, "the answer was lost, not the picture");
    let puts = bucket.puts();

    // It is there: found under its name, and not put again.
    let first = shelf.make(&links).await.unwrap();
    let second = shelf.make(&shelf.links(&bucket, &right)).await.unwrap();
    assert_eq!((bucket.puts(), bucket.lies_there().len()), (puts, 1));
    assert_eq!(first.path(), second.path());
    assert!(shelf.opens(&first).await && shelf.opens(&second).await);
    let token = first.path().rsplit('/').next().unwrap().to_owned();
    assert_eq!(token.len(), 22 + ".png".len(), "128 random bits: {token}");

    // Nobody gets in without the signature, or with another's.
    let mut bare = first.clone();
    bare.set_query(None);
    assert!(!shelf.opens(&bare).await);
    let mut forged = first.clone();
    forged.set_path(&first.path().replace(&token, "other.png"));
    assert!(!shelf.opens(&forged).await);

    // Taken away by somebody, it is put there again when the poster needs it.
    std::fs::remove_file(&bucket.lies_there()[0]).unwrap();
    assert!(!shelf.opens(&first).await);
    let renewed = shelf.make(&links).await.unwrap();
    assert!(shelf.opens(&renewed).await);
    assert_eq!(bucket.puts(), puts + 1);

    // Ended, it opens no more, and another link is another name.
    links.end(&shelf.picture.order_id, SystemClock.now()).await.unwrap();
    assert!(bucket.lies_there().is_empty() && !shelf.opens(&renewed).await);
    let other = shelf.make(&links).await.unwrap();
    assert_ne!(other.path(), renewed.path());
    assert!(shelf.opens(&other).await);

    // What was put there for an order that is long over is taken away, and not before.
    let later = SystemClock.now() + jiff::SignedDuration::from_secs(1);
    links.remove_old(later).await.unwrap();
    assert_eq!(bucket.lies_there().len(), 1);
    let store = shelf.home.stall.store();
    let mut write = store.write().await.unwrap();
    let mut order = write.get_order(&shelf.picture.order_id).await.unwrap();
    order.archived = true;
    write.put_order(&order).await.unwrap();
    write.commit().await.unwrap();
    links.remove_old(later).await.unwrap();
    assert!(bucket.lies_there().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_app_says_what_it_proved_keeps_the_keys_secret_and_forgets_them() {
    let (far, bucket) = (Far::start(), Bucket::open().await);
    let home = Home::open(&far, &[]).await;
    let ask = async |command: &str, request: Value| dispatch(&home.stall, command, request).await;
    let refused = async |command: &str, request: Value| {
        let error = serde_json::to_value(ask(command, request).await.unwrap_err()).unwrap();
        (
            error["code"].as_str().unwrap().to_owned(),
            error["detail"]["field"].as_str().unwrap_or("").to_owned(),
        )
    };
    let links = ask("connection.get", json!({})).await.unwrap()["links"].clone();
    assert_eq!((&links["way"], &links["bucket"]), (&json!("none"), &Value::Null));

    let proof = ask("connection.bucket_test", bucket.wish("auto")).await.unwrap();
    let told: Vec<_> = proof["steps"].as_array().unwrap().iter().map(|step| step["code"].clone()).collect();
    assert_eq!(told, ["bucket_put", "bucket_open", "bucket_private", "bucket_remove"]);
    assert_eq!(proof["ok"], json!(true), "{proof}");
    assert!(bucket.lies_there().is_empty(), "the proof leaves nothing behind");
    let mut wrong = bucket.wish("auto");
    wrong["secret"] = json!("another");
    let proof = ask("connection.bucket_test", wrong).await.unwrap();
    assert_eq!((&proof["ok"], &proof["steps"][0]["detail"]), (&json!(false), &json!("bucket_wrong_key")));

    for (field, value, of) in [
        ("endpoint", json!("http://s3.example.com"), "endpoint"),
        ("endpoint", json!("https://s3.example.com"), "endpoint"),
        ("name", json!("no"), "name"),
    ] {
        let mut wish = bucket.wish("auto");
        wish["fields"][field] = value;
        assert_eq!(refused("connection.bucket_save", wish).await, ("invalid".to_owned(), of.to_owned()));
    }
    let mut wish = bucket.wish("auto");
    wish["secret"] = json!(null);
    assert_eq!(refused("connection.bucket_save", wish.clone()).await.1, "secret");
    wish["key_id"] = json!(null);
    assert_eq!(refused("connection.bucket_save", wish.clone()).await.1, "key_id");

    let saved = ask("connection.bucket_save", bucket.wish("bucket")).await.unwrap();
    assert_eq!((&saved["links"]["way"], &saved["links"]["has_keys"]), (&json!("bucket"), &json!(true)));
    assert_eq!(saved["links"]["bucket"]["prefix"], "stall/");
    assert!(
        !saved.to_string().contains(SECRET) && !saved.to_string().contains(KEY_ID),
        "keys are never shown"
    );
    // Once kept, the keys need not be typed again, but they go to no other place.
    wish["choice"] = json!("auto");
    assert_eq!(ask("connection.bucket_save", wish.clone()).await.unwrap()["links"]["way"], "bucket");
    wish["fields"]["endpoint"] = json!("http://127.0.0.1:9");
    assert_eq!(refused("connection.bucket_test", wish).await.1, "key_id");

    let forgotten = ask("connection.bucket_forget", json!({})).await.unwrap();
    let links = &forgotten["links"];
    assert_eq!(
        (&links["way"], &links["has_keys"], &links["bucket"]),
        (&json!("none"), &json!(false), &Value::Null)
    );
    home.stall.close().await;
}
