//! The desktop program on a display of its own: when something is first seen, and what all its processes hold.
//!
//! Nothing is put between program and screen. First content is the first moment the window shows more colours than a
//! blank page has, read from the display itself; the memory is that of the program and everything it started.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use tempfile::TempDir;
use x11rb::connection::Connection;
use x11rb::protocol::xproto::{
    AtomEnum, ClientMessageEvent, ConnectionExt, EventMask, ImageFormat, MapState, Window,
};
use x11rb::rust_connection::RustConnection;

use crate::figures::{Kind, Report};
use crate::memory::Held;
use crate::programs::{Running, built, until};

/// The title the window wears.
const TITLE: &[u8] = b"Stallkeeper";
/// A blank page has one colour, with a loading stripe two or three; letters alone bring dozens by their soft edges.
const COLOURS_OF_CONTENT: usize = 16;
/// Until the page is quiet, and after closing until its processes are gone.
const SETTLING: Duration = Duration::from_secs(5);

const FIRST_CONTENT: Kind =
    Kind { name: "start to first content", unit: "s", goal: Some(1.5), baseline: None };
const SHOWN: Kind =
    Kind { name: "window shown, PSS of all processes", unit: "MB", goal: Some(250.0), baseline: None };
const TRAY: Kind = Kind {
    name: "in the tray, PSS of all processes",
    unit: "MB",
    goal: Some(110.0),
    baseline: Some(SHOWN.name),
};

pub async fn measure(report: &mut Report, runs: usize, scratch: &Path) -> Result<()> {
    let display = Display::open(scratch).await?;
    for run in 1..=runs {
        println!("window: run {run} of {runs}");
        let home = tempfile::tempdir_in(scratch)?;
        let begun = Instant::now();
        let program = Running::start(&mut display.program(home.path())?, home.path().join("window.log"))?;
        let window = until("the window's first content", async || display.window_with_content()).await?;
        let first_content = begun.elapsed();
        tokio::time::sleep(SETTLING).await;
        let shown = held_by_tree(program.process_id())?;
        display.close(window)?;
        until("the window is gone", async || Ok(display.lookup_window()?.is_none().then_some(()))).await?;
        tokio::time::sleep(SETTLING).await;
        let in_tray = held_by_tree(program.process_id())?;
        report.record(FIRST_CONTENT, first_content.as_secs_f64());
        report.record(SHOWN, shown);
        report.record(TRAY, in_tray);
    }
    Ok(())
}

/// A display without a screen, with a session bus beside it; whoever measures keeps their own.
struct Display {
    name: String,
    bus: String,
    connection: RustConnection,
    root: Window,
    _server: Running,
    _bus: Running,
    _folder: TempDir,
}

impl Display {
    async fn open(scratch: &Path) -> Result<Self> {
        let folder = tempfile::tempdir_in(scratch)?;
        let mut server = Command::new("Xvfb");
        server.args(["-displayfd", "1", "-screen", "0", "1440x1000x24", "-nolisten", "tcp"]);
        let mut server = Running::start(&mut server, folder.path().join("display.log"))?;
        let number: u32 = server.line("a display", |line| line.parse().ok()).await?;
        let mut bus = Command::new("dbus-daemon");
        let config = crate::root().join("src-tauri/tests/window/session.conf");
        bus.args(["--nofork", "--print-address=1"]).arg(format!("--config-file={}", config.display()));
        let mut bus = Running::start(&mut bus, folder.path().join("bus.log"))?;
        let address =
            bus.line("a session bus", |line| line.starts_with("unix:").then(|| line.to_owned())).await?;
        let name = format!(":{number}");
        let (connection, screen) = x11rb::connect(Some(&name))?;
        let root = connection.setup().roots.get(screen).context("a display without a screen")?.root;
        Ok(Self { name, bus: address, connection, root, _server: server, _bus: bus, _folder: folder })
    }

    /// The desktop program at home in `home`, not started yet.
    fn program(&self, home: &Path) -> Result<Command> {
        let mut command = Command::new(built("stallkeeper")?);
        command
            .env("HOME", home)
            .env("XDG_CONFIG_HOME", home.join("config"))
            .env("XDG_DATA_HOME", home.join("data"))
            .env("XDG_CACHE_HOME", home.join("cache"))
            .env("STALLKEEPER_DATA_DIR", home.join("stall"))
            .env("DISPLAY", &self.name)
            .env("DBUS_SESSION_BUS_ADDRESS", &self.bus)
            .env("LANG", "C.UTF-8");
        for name in ["DATA_DIR", "WAYLAND_DISPLAY", "WEBKIT_DISABLE_DMABUF_RENDERER", "XAUTHORITY"] {
            command.env_remove(name);
        }
        Ok(command)
    }

    /// The program's window while it can be seen. No window manager runs, so it lies directly on the root.
    fn lookup_window(&self) -> Result<Option<Window>> {
        for window in self.connection.query_tree(self.root)?.reply()?.children {
            // A window may go between being listed and being asked.
            let Ok(attributes) = self.connection.get_window_attributes(window)?.reply() else { continue };
            let Ok(title) =
                self.connection.get_property(false, window, AtomEnum::WM_NAME, AtomEnum::ANY, 0, 64)?.reply()
            else {
                continue;
            };
            if attributes.map_state == MapState::VIEWABLE && title.value == TITLE {
                return Ok(Some(window));
            }
        }
        Ok(None)
    }

    fn window_with_content(&self) -> Result<Option<Window>> {
        let Some(window) = self.lookup_window()? else { return Ok(None) };
        let size = self.connection.get_geometry(window)?.reply()?;
        let picture = self.connection.get_image(
            ImageFormat::Z_PIXMAP,
            window,
            0,
            0,
            size.width,
            size.height,
            u32::MAX,
        )?;
        // Not all of it may be on the screen yet.
        let Ok(picture) = picture.reply() else { return Ok(None) };
        Ok(has_content(&picture.data).then_some(window))
    }

    /// Closes the window as its close button does.
    fn close(&self, window: Window) -> Result<()> {
        let atom = |name: &[u8]| anyhow::Ok(self.connection.intern_atom(false, name)?.reply()?.atom);
        let (protocols, delete) = (atom(b"WM_PROTOCOLS")?, atom(b"WM_DELETE_WINDOW")?);
        let message = ClientMessageEvent::new(32, window, protocols, [delete, 0, 0, 0, 0]);
        self.connection.send_event(false, window, EventMask::NO_EVENT, message)?;
        self.connection.flush()?;
        Ok(())
    }
}

/// Whether there are more colours than on a blank page; four bytes a dot.
fn has_content(picture: &[u8]) -> bool {
    let mut colours = HashSet::new();
    let mut before: &[u8] = &[];
    for dot in picture.chunks_exact(4) {
        // Most dots are like the one beside them: looking them up would take longer than the page takes to be drawn.
        if dot != before && colours.insert(dot) && colours.len() >= COLOURS_OF_CONTENT {
            return true;
        }
        before = dot;
    }
    false
}

/// PSS of a process and all its descendants, in millions of bytes.
fn held_by_tree(process_id: u32) -> Result<f64> {
    let mut parents: Vec<(u32, u32)> = Vec::new();
    for entry in std::fs::read_dir("/proc")? {
        let entry: PathBuf = entry?.path();
        // Whatever is no process, or ended meanwhile, has no such file.
        let Ok(stat) = std::fs::read_to_string(entry.join("stat")) else { continue };
        parents.extend(read_parent(&stat));
    }
    let mut tree = vec![process_id];
    let mut at = 0;
    while let Some(&parent) = tree.get(at) {
        tree.extend(parents.iter().filter(|(_, of)| *of == parent).map(|(child, _)| *child));
        at += 1;
    }
    let held: Vec<f64> = tree.iter().filter_map(|id| Held::of(*id).ok()).map(|held| held.pss).collect();
    Ok(held.iter().sum())
}

/// Process and parent; the name between them may hold spaces and brackets.
fn read_parent(stat: &str) -> Option<(u32, u32)> {
    let (before, after) = (stat.split_once(" (")?, stat.rsplit_once(") ")?);
    Some((before.0.parse().ok()?, after.1.split(' ').nth(1)?.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_blank_page_has_no_content_and_soft_letters_have() {
        let blank = [250, 250, 250, 0].repeat(1_000);
        assert!(!has_content(&blank));
        let edges: Vec<u8> = (0..=u8::MAX).flat_map(|grey| [grey, grey, grey, 0]).collect();
        assert!(has_content(&[blank, edges].concat()));
    }

    #[test]
    fn a_name_with_brackets_does_not_hide_the_parent() {
        assert_eq!(read_parent("42 (a (b) c) S 7 42 42 0 -1"), Some((42, 7)));
        assert_eq!(read_parent("nothing"), None);
    }
}
