//! The server as a program: opens, says where, serves, and closes when told.

#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a test ends where its surroundings fail")]

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, Stdio};

use stallkeeper::http::{TimeLimits, client};

#[tokio::test]
async fn opens_says_where_and_closes_cleanly_when_told() {
    let dir = tempfile::tempdir().unwrap();
    let mut server = Server::start(&dir, &["--practice"], &[("APP_PORT", "0")]);
    let (address, token) = server.address();
    let client = client(TimeLimits::API).unwrap();

    let health = client.get(format!("{address}/health")).send().await.unwrap();
    assert!(matches!(health.status().as_u16(), 200 | 503), "open or closed, but there: {}", health.status());
    let session = |token: &str| client.post(format!("{address}/desk/session")).bearer_auth(token).send();
    assert_eq!(session(&token).await.unwrap().status(), 204);
    assert_eq!(session("another").await.unwrap().status(), 401);
    let refused = client.post(format!("{address}/api/v1/image/generate")).body("{}").send().await.unwrap();
    assert_eq!(refused.status(), 401, "ADMIN_SECRET is not set");

    // An open stream must not hold the program back.
    let events = client.get(format!("{address}/desk/events")).bearer_auth(&token).send().await.unwrap();
    assert_eq!(events.status(), 200);
    server.terminate();
    assert!(server.child.wait().unwrap().success());
    assert!(!server.rest().contains(&token), "the token is said once and never logged");
}

#[test]
fn says_every_setting_that_is_wrong_and_does_not_start() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join(".env"), "WEBHOOK_PATH=orders\nAPP_PORT=8000\n").unwrap();
    let mut server = Server::start(&dir, &[], &[("APP_PORT", "many")]);
    assert!(!server.child.wait().unwrap().success());
    let mut said = String::new();
    server.child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
    assert!(said.contains("WEBHOOK_PATH must start with /"), "{said}");
    assert!(said.contains("APP_PORT must be a port number"), "the process wins over the file: {said}");
}

struct Server {
    child: Child,
    output: BufReader<std::process::ChildStdout>,
}

impl Server {
    fn start(dir: &tempfile::TempDir, arguments: &[&str], environment: &[(&str, &str)]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_stallkeeper-server"))
            .args(arguments)
            .env_clear()
            .env("HOME", dir.path())
            .envs(environment.iter().copied())
            .current_dir(dir.path())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let output = BufReader::new(child.stdout.take().unwrap());
        Self { child, output }
    }

    /// Waits for the line that says where it is.
    fn address(&mut self) -> (String, String) {
        loop {
            let mut line = String::new();
            assert!(self.output.read_line(&mut line).unwrap() > 0, "the server ended: {}", self.problem());
            if let Some(address) = line.trim().strip_prefix("Open ") {
                let (address, token) = address.split_once("/#token=").unwrap();
                return (address.to_owned(), token.to_owned());
            }
        }
    }

    fn terminate(&self) {
        let told = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status().unwrap();
        assert!(told.success());
    }

    fn rest(&mut self) -> String {
        let mut rest = String::new();
        self.output.read_to_string(&mut rest).unwrap();
        rest
    }

    fn problem(&mut self) -> String {
        let mut problem = String::new();
        self.child.stderr.take().unwrap().read_to_string(&mut problem).unwrap();
        problem
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Already ended is as good.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
