//! Where the user's home and configuration lie.

use std::path::{Path, PathBuf};

/// The user's folders, from the names the operating system sets.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct UserFolders {
    home: Option<PathBuf>,
    configuration: Vec<PathBuf>,
}

impl UserFolders {
    /// Reads `HOME` (or `USERPROFILE`), `XDG_CONFIG_HOME` and `APPDATA` from the pairs.
    pub fn from_pairs<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let (mut home, mut profile, mut configuration) = (None, None, Vec::new());
        for (name, value) in pairs {
            if value.is_empty() {
                continue;
            }
            match name {
                "HOME" => home = Some(PathBuf::from(value)),
                "USERPROFILE" => profile = Some(PathBuf::from(value)),
                "XDG_CONFIG_HOME" | "APPDATA" => configuration.push(PathBuf::from(value)),
                _ => {}
            }
        }
        let home = home.or(profile);
        // The guide names `~/.config` on every system, so it is looked at even where the system has another place.
        configuration.extend(home.as_ref().map(|home| home.join(".config")));
        configuration.dedup();
        Self { home, configuration }
    }

    /// The user's own folder, as far as it is known.
    pub fn home(&self) -> Option<&Path> {
        self.home.as_deref()
    }

    /// Folders in which programs keep their configuration, the most likely first.
    pub fn configuration(&self) -> &[PathBuf] {
        &self.configuration
    }

    /// Replaces a leading `~` by the user's home.
    pub fn expand(&self, path: &str) -> PathBuf {
        let path = Path::new(path);
        match (path.strip_prefix("~"), &self.home) {
            (Ok(rest), Some(home)) if rest.as_os_str().is_empty() => home.clone(),
            (Ok(rest), Some(home)) => home.join(rest),
            _ => path.to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_leading_tilde_is_the_users_home() {
        let folders = UserFolders::from_pairs([("HOME", "/home/lin")]);
        assert_eq!(folders.expand("~/.config/x"), Path::new("/home/lin/.config/x"));
        assert_eq!(folders.expand("~"), Path::new("/home/lin"));
        assert_eq!(folders.expand("/srv/~/x"), Path::new("/srv/~/x"));
        assert_eq!(folders.expand("~other/x"), Path::new("~other/x"));
    }

    #[test]
    fn the_systems_own_place_comes_before_the_guides() {
        let folders = UserFolders::from_pairs([("HOME", "/home/lin"), ("XDG_CONFIG_HOME", "/conf")]);
        assert_eq!(folders.configuration(), [Path::new("/conf"), Path::new("/home/lin/.config")]);
    }
}
