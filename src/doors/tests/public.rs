//! The hook door with all it may show the outside: our own question, and files under secret links.

use std::io::Cursor;

use jiff::SignedDuration;
use reqwest::header::{CONTENT_LENGTH, CONTENT_TYPE};
use reqwest::{Method, Response, StatusCode};

use super::*;
use crate::clock::{Clock, CountingIds, SystemIds};
use crate::images::PictureFiles;
use crate::orders::fresh_task;
use crate::store::{AccountKind, AccountRow, LinkToken, NewFileLink, Store};
use crate::tunnel::{PROBE, PROOF, Probe, ProbeKey, ProbeProblem, Prober, proof};

struct Public {
    fixture: Fixture,
    door: HookDoor,
    key: ProbeKey,
    store: Store,
    files: Arc<PictureFiles>,
    _dir: tempfile::TempDir,
}

impl Public {
    async fn open() -> Self {
        let fixture = Fixture::new();
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(&dir.path().join("stall.db")).await.unwrap();
        let files = Arc::new(PictureFiles::open(dir.path().join("pictures")).unwrap());
        let key = ProbeKey::draw(&SystemIds);
        let config = HookDoorConfig {
            probe: Some(key.clone()),
            files: Some(FileLinks::new(store.clone(), files.clone(), Arc::new(fixture.clock.clone()))),
        };
        let door = HookDoor::open_with(fixture.push.clone(), config).await.unwrap();
        let public = Self { fixture, door, key, store, files, _dir: dir };
        public.put_order().await;
        public
    }

    async fn put_order(&self) {
        let now = self.fixture.clock.now();
        let account = AccountRow {
            id: "account".into(),
            kind: AccountKind::AgentMarket,
            base_url: "https://market.example/".into(),
            practice: false,
            name: String::new(),
            own_id: String::new(),
            handle: String::new(),
            feed_cursor: 0,
            checked_at: None,
            check_code: String::new(),
            balance: None,
            created_at: now,
        };
        let mut write = self.store.write().await.unwrap();
        write.upsert_account(&account).await.unwrap();
        write.put_order(&fresh_task("order".into(), "account", "a fox", None, now)).await.unwrap();
        write.commit().await.unwrap();
    }

    /// A link to a picture, good for an hour.
    async fn link(&self, picture_sha256: &str) -> LinkToken {
        let token = LinkToken::draw(&SystemIds);
        let now = self.fixture.clock.now();
        let link = NewFileLink {
            token: token.clone(),
            picture_sha256: picture_sha256.into(),
            file_name: "狐狸 1.png".into(),
            order_id: "order".into(),
            expires_at: now + SignedDuration::from_hours(1),
        };
        let mut write = self.store.write().await.unwrap();
        write.insert_file_link(&link, now).await.unwrap();
        write.commit().await.unwrap();
        token
    }

    fn request(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        self.fixture.client.request(method, format!("http://{}{path}", self.door.address()))
    }

    async fn get(&self, path: &str) -> Response {
        self.request(Method::GET, path).send().await.unwrap()
    }

    async fn fetched(&self) -> u32 {
        self.store.list_file_links("order").await.unwrap().iter().map(|link| link.fetched).sum()
    }
}

/// A PNG that does not shrink, larger than what is read at once.
fn picture() -> Vec<u8> {
    let mut noise = 1u32;
    let pixels = image::RgbImage::from_fn(300, 300, |_, _| {
        noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let [_, r, g, b] = noise.to_be_bytes();
        image::Rgb([r, g, b])
    });
    let mut bytes = Cursor::new(Vec::new());
    pixels.write_to(&mut bytes, image::ImageFormat::Png).unwrap();
    bytes.into_inner()
}

#[tokio::test]
async fn proves_to_our_own_question_that_it_is_us() {
    let public = Public::open().await;
    let path = public.fixture.push.path();
    let ask = |method: Method, nonce: &str| public.request(method, path.as_str()).header(PROBE, nonce).send();
    let answer = ask(Method::GET, "00ff").await.unwrap();
    assert_eq!(answer.status(), StatusCode::NO_CONTENT);
    assert_eq!(answer.headers()[PROOF], proof(&public.key, "00ff").as_str());
    for (method, nonce) in [
        (Method::GET, ""),
        (Method::GET, "hello"),
        (Method::GET, &*"a".repeat(65)),
        (Method::HEAD, "00ff"),
        (Method::PUT, "00ff"),
    ] {
        let answer = ask(method.clone(), nonce).await.unwrap();
        assert_eq!(answer.status(), StatusCode::NOT_FOUND, "{method} {nonce}");
        assert!(answer.headers().get(PROOF).is_none());
    }
    assert_eq!(ask(Method::POST, "00ff").await.unwrap().status(), StatusCode::UNAUTHORIZED, "as any push");
    assert_eq!(public.get(path.as_str()).await.status(), StatusCode::NOT_FOUND, "without a question");
    let elsewhere = public.request(Method::GET, "/").header(PROBE, "00ff").send().await.unwrap();
    assert_eq!(elsewhere.status(), StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn the_prober_believes_nobody_else() {
    let public = Public::open().await;
    let ids = Arc::new(CountingIds::default());
    let prober = |key| Prober::new(key, public.fixture.push.path(), ids.clone()).unwrap();
    let ours = prober(public.key.clone());
    let address = |port| format!("http://127.0.0.1:{port}").parse().unwrap();
    let here = address(public.door.address().port());
    assert_eq!(ours.probe(&here).await, Ok(()));
    let before = prober(ProbeKey::draw(&SystemIds));
    assert_eq!(before.probe(&here).await, Err(ProbeProblem::NotUs(204)), "of another start");
    public.fixture.push.set_path("/elsewhere".parse().unwrap());
    assert_eq!(ours.probe(&here).await, Err(ProbeProblem::NotUs(404)));
    ours.set_path("/elsewhere".parse().unwrap());
    assert_eq!(ours.probe(&here).await, Ok(()));
    let local = public.fixture.local_door().await;
    let behind_the_local_door = address(local.address().port());
    assert_eq!(ours.probe(&behind_the_local_door).await, Ok(()), "an own address may lead there");
    assert!(matches!(before.probe(&behind_the_local_door).await, Err(ProbeProblem::NotUs(_))));
    public.door.close().await;
    assert_eq!(ours.probe(&here).await, Err(ProbeProblem::NoAnswer));
}

#[tokio::test]
async fn nothing_of_the_local_door_is_found_behind_the_public_one() {
    let public = Public::open().await;
    let table = super::super::local::routes().into_iter().map(|route| route.path);
    let screens = ["/", "/index.html", "/assets/x.js", "/files", "/files/"];
    for path in table.chain(screens) {
        let path =
            path.replace("{command}", "stall.get").replace("{size}", "card").replace("{sha256}", PICTURE);
        for path in [path.clone(), format!("/files/..{path}"), format!("/files/%2e%2e{path}")] {
            for method in ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"] {
                let request = public.request(method.parse().unwrap(), &path).bearer_auth(TOKEN);
                let asked = request.header("X-Admin-Secret", "open sesame").header(PROBE, "00").body("{}");
                let answer = asked.send().await.unwrap();
                // Looking for a file is limited, whatever its name.
                let is_out = answer.status() == StatusCode::NOT_FOUND
                    || (path.starts_with("/files/") && answer.status() == StatusCode::TOO_MANY_REQUESTS);
                assert!(is_out, "{method} {path}: {}", answer.status());
            }
        }
    }
    assert!(public.fixture.stall.commands.lock().unwrap().is_empty());
    assert!(public.fixture.stall.generated.lock().unwrap().is_empty());
}

#[tokio::test]
async fn a_link_gives_its_file_whole_and_says_no_more_than_it_must() {
    let public = Public::open().await;
    let bytes = picture();
    assert!(bytes.len() > 128 << 10);
    let token = public.link(&public.files.put(&bytes).unwrap().sha256).await;
    let head = public.request(Method::HEAD, &token.path()).send().await.unwrap();
    assert_eq!(public.fetched().await, 0, "a look is no fetch");
    let ranged = public.request(Method::GET, &token.path()).header("Range", "bytes=0-9");
    let answer = ranged.send().await.unwrap();
    for answer in [&head, &answer] {
        assert_eq!(answer.status(), StatusCode::OK);
        let headers = answer.headers();
        assert_eq!(headers[CONTENT_LENGTH], bytes.len().to_string().as_str());
        for (name, expected) in [
            (CONTENT_TYPE.as_str(), "image/png"),
            (
                "content-disposition",
                "attachment; filename=\"__ 1.png\"; filename*=UTF-8''%E7%8B%90%E7%8B%B8%201.png",
            ),
            ("x-content-type-options", "nosniff"),
            ("referrer-policy", "no-referrer"),
            ("cache-control", "private"),
            ("accept-ranges", "none"),
        ] {
            assert_eq!(headers[name], expected, "{name}");
        }
        assert!(headers.get("access-control-allow-origin").is_none());
    }
    assert!(head.bytes().await.unwrap().is_empty());
    assert!(answer.bytes().await.unwrap() == bytes);
    assert_eq!(public.fetched().await, 1);
    for method in [Method::POST, Method::PUT, Method::DELETE] {
        let answer = public.request(method, &token.path()).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::NOT_FOUND);
    }
}

#[tokio::test]
async fn links_that_are_unknown_ended_or_empty_give_nothing() {
    let public = Public::open().await;
    let token = public.link(&public.files.put(&picture()).unwrap().sha256).await;
    let strange = public.get(&LinkToken::draw(&SystemIds).path()).await;
    assert_eq!(strange.status(), StatusCode::NOT_FOUND);
    for path in [format!("{}x", token.path()), format!("/files/{PICTURE}"), "/files/../stall.db".into()] {
        assert_eq!(public.get(&path).await.status(), StatusCode::NOT_FOUND, "{path}");
    }
    assert_eq!(
        public.get(&public.link(PICTURE).await.path()).await.status(),
        StatusCode::GONE,
        "no such picture"
    );
    public.fixture.clock.advance(SignedDuration::from_mins(59));
    assert_eq!(public.get(&token.path()).await.status(), StatusCode::OK);
    public.fixture.clock.advance(SignedDuration::from_mins(1));
    assert_eq!(public.get(&token.path()).await.status(), StatusCode::GONE);

    let again = public.link(&public.files.put(&picture()).unwrap().sha256).await;
    let mut write = public.store.write().await.unwrap();
    write.end_file_links("order", public.fixture.clock.now()).await.unwrap();
    write.commit().await.unwrap();
    assert_eq!(public.get(&again.path()).await.status(), StatusCode::GONE, "ended by hand");
    public.fixture.clock.advance(SignedDuration::from_secs(1));
    let mut write = public.store.write().await.unwrap();
    assert_eq!(write.remove_file_links(public.fixture.clock.now()).await.unwrap(), 3);
    write.commit().await.unwrap();
    assert_eq!(public.get(&again.path()).await.status(), StatusCode::NOT_FOUND, "forgotten");
}

#[tokio::test]
async fn bytes_that_became_something_else_are_not_sent() {
    let public = Public::open().await;
    let stored = public.files.put(&picture()).unwrap();
    std::fs::write(&stored.path, "<html>").unwrap();
    let answer = public.get(&public.link(&stored.sha256).await.path()).await;
    assert_eq!(answer.status(), StatusCode::SERVICE_UNAVAILABLE);
}

#[tokio::test]
async fn one_file_is_not_fetched_all_the_time_and_tokens_are_not_guessed_fast() {
    let public = Public::open().await;
    let sha256 = public.files.put(&picture()).unwrap().sha256;
    let (one, other) = (public.link(&sha256).await, public.link(&sha256).await);
    let first = until_limited(&public, &one, 12).await;
    assert!(first.headers()["retry-after"].to_str().unwrap().parse::<u64>().unwrap() <= 3);
    assert_eq!(public.get(&other.path()).await.status(), StatusCode::OK, "another file is free");
    until_limited(&public, &LinkToken::draw(&SystemIds), 2000).await;
}

/// Asks until it is too much.
async fn until_limited(public: &Public, token: &LinkToken, most: usize) -> Response {
    for _ in 0..most {
        let answer = public.request(Method::HEAD, &token.path()).send().await.unwrap();
        if answer.status() == StatusCode::TOO_MANY_REQUESTS {
            return answer;
        }
    }
    panic!("never too much");
}
