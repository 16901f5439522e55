//! The help file: what somebody who helps needs to know of this stall, and nothing of its buyers or its keys.

use std::fmt::Write as _;
use std::path::PathBuf;

use anyhow::Context;
use jiff::tz::TimeZone;

use super::Stall;
use crate::intake::PulseView;
use crate::logs::{last_lines, redact};
use crate::store::{DiskTrouble, Unsafe, free_bytes, unsafe_place};

const FOLDER: &str = "help";
const LOG_LINES: usize = 400;
const HIDDEN_NAME: &str = "[name]";

impl Stall {
    /// Writes a help file into the data folder; returns where and what it says.
    ///
    /// # Errors
    /// When the database cannot be read or the file cannot be written.
    pub async fn write_help(&self) -> anyhow::Result<(PathBuf, String)> {
        let text = self.help_text().await?;
        let stamp = self.clock().now().to_zoned(TimeZone::UTC).strftime("%Y%m%dT%H%M%SZ").to_string();
        let folder = self.config().data_dir.join(FOLDER);
        let path = folder.join(format!("stallkeeper-help-{stamp}.txt"));
        let (written, place) = (text.clone(), path.clone());
        tokio::task::spawn_blocking(move || {
            std::fs::create_dir_all(&folder).and_then(|()| std::fs::write(&place, written))
        })
        .await?
        .with_context(|| format!("the help file {} cannot be written", path.display()))?;
        Ok((path, text))
    }

    async fn help_text(&self) -> anyhow::Result<String> {
        let mut out = String::new();
        self.say_program(&mut out);
        self.say_settings(&mut out);
        self.say_connection(&mut out);
        self.say_data(&mut out).await?;
        let dir = self.config().data_dir.clone();
        let lines =
            tokio::task::spawn_blocking(move || last_lines(&dir, LOG_LINES)).await?.unwrap_or_default();
        part(&mut out, "Last lines of the log");
        let mut log = lines.join("\n");
        // Logs name no buyers; a marketplace's words in an error might.
        for name in self.store().list_names().await? {
            log = log.replace(&name, HIDDEN_NAME);
        }
        out.push_str(&log);
        out.push('\n');
        let home = self.config().folders.home().map(std::path::Path::to_owned).or_else(std::env::home_dir);
        if let Some(home) = home.filter(|home| home.parent().is_some()) {
            out = out.replace(&home.display().to_string(), "~");
        }
        Ok(redact(&out).into_owned())
    }

    fn say_program(&self, out: &mut String) {
        out.push_str("Stallkeeper help file\nNo keys, no messages and no names of buyers are in it. Look through it before you send it.\n");
        part(out, "Program");
        line(out, "version", env!("CARGO_PKG_VERSION"));
        line(out, "system", format!("{} {}", std::env::consts::OS, std::env::consts::ARCH));
        line(out, "made at", self.clock().now());
        line(out, "opened at", self.opened_at());
        line(out, "mode", format!("{:?}", self.mode()));
    }

    fn say_settings(&self, out: &mut String) {
        let settings = self.settings();
        part(out, "Settings");
        line(out, "automation", format!("{:?}", settings.automation));
        line(out, "most running", settings.max_running);
        line(out, "revisions", settings.revisions);
        line(out, "language", format!("{:?}", settings.language));
        line(out, "text models", settings.text_models.join(", "));
        line(out, "picture models", settings.picture_models.join(", "));
        line(
            out,
            "cap per order",
            settings.cap_per_order_usd.map_or("none".to_owned(), |cap| cap.to_string()),
        );
        line(out, "cap per day", settings.cap_per_day_usd.map_or("none".to_owned(), |cap| cap.to_string()));
        line(out, "public address", if settings.public_base_url.is_some() { "set" } else { "none" });
        line(out, "feed every", format!("{:?}", settings.feed_seconds.duration()));
        line(out, "heartbeat every", format!("{:?}", settings.heartbeat_seconds.duration()));
        line(out, "set by the environment", self.environment().given().join(", "));
    }

    fn say_connection(&self, out: &mut String) {
        part(out, "Connection");
        let light = self.light();
        line(out, "light", format!("{:?} ({})", light.colour, light.reason));
        line(out, "trouble", self.trouble().unwrap_or("none"));
        line(out, "open", self.wants_open());
        line(out, "keys are kept in", self.secrets().kept_in().as_str());
        if let Some(why) = self.secrets().fallen_back() {
            line(out, "keychain", why);
        }
        let counters = self.push_door().counters();
        line(out, "pushes received, refused", format!("{}, {}", counters.received, counters.refused));
        line(out, "moltmarket trouble", self.molt_trouble().unwrap_or("none"));
        if let Some(molt) = self.molt() {
            line(out, "moltmarket inbox", said(&molt.inbox.view()));
            line(out, "model connected for jobs", molt.given.runner.parts.model().is_some());
        }
        let Some(account) = self.account() else {
            line(out, "account", "none open");
            return;
        };
        line(out, "model connected", account.model().is_some());
        for (name, pulse) in [
            ("feed", &account.feed),
            ("heartbeat", &account.heartbeat),
            ("reconcile", &account.reconcile),
            ("push", &account.push),
        ] {
            line(out, name, said(&pulse.view()));
        }
    }

    async fn say_data(&self, out: &mut String) -> anyhow::Result<()> {
        let facts = self.store().facts().await?;
        let dir = self.config().data_dir.clone();
        let (place, free) =
            tokio::task::spawn_blocking(move || (unsafe_place(&dir), free_bytes(&dir).ok())).await?;
        part(out, "Data");
        line(out, "folder", self.config().data_dir.display());
        line(out, "free bytes", free.map_or("unknown".to_owned(), |free| free.to_string()));
        line(out, "disk", self.store().disk().trouble().map_or("ok", DiskTrouble::code));
        line(
            out,
            "place",
            match place {
                None => "ordinary".to_owned(),
                Some(Unsafe::Synced { by }) => format!("synced by {by}"),
                Some(Unsafe::Network { kind }) => format!("on the network ({kind})"),
            },
        );
        line(out, "SQLite", facts.sqlite);
        line(out, "tables", format!("version {} of {}", facts.version, facts.known_version));
        line(out, "bytes", facts.bytes);
        line(out, "check", facts.check);
        for (table, rows) in facts.rows {
            line(out, table, rows);
        }
        for backup in self.store().list_backups().await? {
            line(out, "backup", format!("{} {} bytes", backup.name, backup.bytes));
        }
        Ok(())
    }
}

fn part(out: &mut String, title: &str) {
    let _ = writeln!(out, "\n== {title}");
}

fn line(out: &mut String, what: &str, value: impl std::fmt::Display) {
    let _ = writeln!(out, "{what}: {value}");
}

fn said(pulse: &PulseView) -> String {
    let at = |at: Option<jiff::Timestamp>| at.map_or("never".to_owned(), |at| at.to_string());
    format!(
        "worked {}, tried {}, {}",
        at(pulse.worked_at),
        at(pulse.tried_at),
        pulse.problem.as_deref().unwrap_or("ok")
    )
}
