//! What the process was started with: arguments, display, data folder.
//!
//! Read before anything of the window exists, because GTK ends the process when there is no display and because
//! its renderer is chosen by the environment.

use std::ffi::OsString;
use std::path::PathBuf;

/// Chooses WebKitGTK's lighter renderer: about 90 MB less and a quicker first paint on ordinary screens.
#[cfg(target_os = "linux")]
const LIGHT_RENDERING: &str = "WEBKIT_DISABLE_DMABUF_RENDERER";

/// Asks for a start in the tray, without a window.
pub const HIDDEN: &str = "--hidden";

const NO_DISPLAY: &str = "\
Stallkeeper needs a display, and neither DISPLAY nor WAYLAND_DISPLAY is set.
Without a display, keep the stall with `stallkeeper-server` and open its address in a browser.";

/// The words behind the program's name.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Arguments {
    /// Start in the tray, without a window: for starting with the computer.
    pub hidden: bool,
}

impl Arguments {
    pub fn of_this_process() -> Self {
        Self::read(std::env::args().skip(1))
    }

    /// Unknown words are passed over: desktops add their own.
    pub fn read(words: impl IntoIterator<Item = String>) -> Self {
        Self { hidden: words.into_iter().any(|word| word == HIDDEN) }
    }
}

/// The environment, as far as the shell looks at it.
#[derive(Debug, Clone, Default)]
pub struct Surroundings {
    display: bool,
    #[cfg(target_os = "linux")]
    rendering_chosen: bool,
    data_dir: Option<PathBuf>,
}

impl Surroundings {
    pub fn of_this_process() -> Self {
        Self::read(|name| std::env::var_os(name))
    }

    fn read(lookup: impl Fn(&str) -> Option<OsString>) -> Self {
        let set = |name: &str| lookup(name).filter(|value| !value.is_empty());
        Self {
            display: !cfg!(target_os = "linux")
                || set("DISPLAY").is_some()
                || set("WAYLAND_DISPLAY").is_some(),
            #[cfg(target_os = "linux")]
            rendering_chosen: lookup(LIGHT_RENDERING).is_some(),
            data_dir: set("STALLKEEPER_DATA_DIR").or_else(|| set("DATA_DIR")).map(PathBuf::from),
        }
    }

    /// Says what to do instead when there is no display.
    pub fn check_display(&self) -> Result<(), &'static str> {
        if self.display { Ok(()) } else { Err(NO_DISPLAY) }
    }

    /// Where the seller wants the data; none means the system's folder for applications.
    pub fn data_dir(&self) -> Option<PathBuf> {
        self.data_dir.clone()
    }

    /// Becomes the same program with the lighter renderer, unless the environment already chose one.
    ///
    /// The process replaces itself (same id, same files) because a program cannot safely change the environment
    /// that its libraries read.
    #[cfg(target_os = "linux")]
    pub fn prefer_light_rendering(&self) -> std::io::Result<()> {
        use std::os::unix::process::CommandExt;

        if self.rendering_chosen {
            return Ok(());
        }
        let mut words = std::env::args_os();
        let name = words.next();
        let mut again = std::process::Command::new(std::env::current_exe()?);
        if let Some(name) = name {
            again.arg0(name);
        }
        Err(again.args(words).env(LIGHT_RENDERING, "1").exec())
    }

    /// Other systems' web views have no such choice.
    #[cfg(not(target_os = "linux"))]
    pub fn prefer_light_rendering(&self) -> std::io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn surroundings(variables: &'static [(&str, &str)]) -> Surroundings {
        Surroundings::read(|name| {
            variables.iter().find(|(known, _)| *known == name).map(|(_, value)| OsString::from(value))
        })
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn an_empty_display_is_no_display() {
        assert!(surroundings(&[]).check_display().is_err());
        assert!(surroundings(&[("DISPLAY", "")]).check_display().is_err());
        assert!(surroundings(&[("DISPLAY", ":0")]).check_display().is_ok());
        assert!(surroundings(&[("WAYLAND_DISPLAY", "wayland-0")]).check_display().is_ok());
    }

    #[test]
    fn the_programs_own_name_for_the_data_folder_wins() {
        let both = surroundings(&[("DATA_DIR", "/a"), ("STALLKEEPER_DATA_DIR", "/b")]);
        assert_eq!(both.data_dir(), Some(PathBuf::from("/b")));
        assert_eq!(surroundings(&[("DATA_DIR", "/a")]).data_dir(), Some(PathBuf::from("/a")));
        assert_eq!(surroundings(&[]).data_dir(), None);
    }

    #[test]
    fn starts_hidden_only_when_told() {
        let read = |words: &[&str]| Arguments::read(words.iter().map(ToString::to_string));
        assert!(read(&["--hidden"]).hidden);
        assert!(!read(&["--psn_0_1", "hidden"]).hidden);
    }
}
