//! Folders a database should not lie in: those another program copies behind its back, and those on another computer.
//! Both lose what was committed or spoil the file (<https://www.sqlite.org/howtocorrupt.html>, 2 and 3).

use std::path::Path;

/// Why a folder is not safe for the stall's data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unsafe {
    /// A program that copies files to the net works in it.
    Synced { by: String },
    /// It lies on another computer.
    Network { kind: String },
}

/// Names of folders that such programs make, by how a part of the path begins, in lower case.
const SYNCED: &[(&str, &str)] = &[
    ("dropbox", "Dropbox"),
    ("onedrive", "OneDrive"),
    ("google drive", "Google Drive"),
    ("googledrive", "Google Drive"),
    ("icloud", "iCloud"),
    ("mobile documents", "iCloud"),
    ("cloudstorage", "macOS"),
    ("nextcloud", "Nextcloud"),
    ("owncloud", "ownCloud"),
    ("pcloud", "pCloud"),
    ("nutstore", "Nutstore"),
    ("坚果云", "Nutstore"),
    ("baidusyncdisk", "Baidu"),
];

/// File systems whose locks and flushes are another computer's (`/proc/self/mountinfo`).
const NETWORK: &[&str] =
    &["nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "afs", "ceph", "fuse.sshfs", "fuse.rclone", "fuse.davfs"];

/// Whether the folder is one of those, as far as can be told from its path and its file system.
pub fn unsafe_place(folder: &Path) -> Option<Unsafe> {
    let real = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
    synced(&real).or_else(|| synced(folder)).or_else(|| network(&real))
}

fn synced(folder: &Path) -> Option<Unsafe> {
    let names = folder.components().map(|part| part.as_os_str().to_string_lossy().to_lowercase());
    // The innermost name is the most exact: a provider's folder lies in the system's folder for all of them.
    names
        .filter_map(|name| SYNCED.iter().find(|(begin, _)| name.starts_with(begin)))
        .next_back()
        .map(|(_, by)| Unsafe::Synced { by: (*by).to_owned() })
}

fn network(folder: &Path) -> Option<Unsafe> {
    if cfg!(windows) {
        let is_share = folder.to_string_lossy().trim_start_matches(r"\\?\UNC").starts_with(r"\\")
            || folder.to_string_lossy().starts_with(r"\\?\UNC\");
        return is_share.then(|| Unsafe::Network { kind: "smb".to_owned() });
    }
    let mounts = std::fs::read_to_string("/proc/self/mountinfo").unwrap_or_default();
    let kind = file_system(&mounts, folder)?;
    NETWORK.contains(&kind).then(|| Unsafe::Network { kind: kind.to_owned() })
}

/// The file system of the innermost mount a path lies in (proc(5), `mountinfo`).
fn file_system<'a>(mounts: &'a str, folder: &Path) -> Option<&'a str> {
    let mounts = mounts.lines().filter_map(|line| {
        let (place, kind) = line.split_once(" - ")?;
        Some((place.split(' ').nth(4)?.replace("\\040", " "), kind.split(' ').next()?))
    });
    let around = mounts.filter(|(place, _)| folder.starts_with(place));
    around.max_by_key(|(place, _)| place.len()).map(|(_, kind)| kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_of_copying_programs_are_known_by_name() {
        let by = |path: &str| match synced(Path::new(path)) {
            Some(Unsafe::Synced { by }) => by,
            _ => String::new(),
        };
        assert_eq!(by("/home/lin/Dropbox/stall"), "Dropbox");
        assert_eq!(by("/home/lin/Dropbox (Work)/stall"), "Dropbox");
        assert_eq!(by("/mnt/c/Users/lin/OneDrive - Lin Ltd/stall"), "OneDrive");
        assert_eq!(by("/Users/lin/Library/Mobile Documents/com~apple~CloudDocs/stall"), "iCloud");
        assert_eq!(by("/Users/lin/Library/CloudStorage/GoogleDrive-lin@x/My Drive/stall"), "Google Drive");
        assert_eq!(by("/home/lin/我的坚果云/../坚果云/stall"), "Nutstore");
        assert_eq!(by("/home/lin/.local/share/app.stallkeeper.desktop"), "");
    }

    #[test]
    fn shares_of_other_computers_are_known_by_their_mount() {
        let mounts = "22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw\n\
                      40 22 0:40 / /home/lin/far\\040away rw shared:20 - nfs4 server:/x rw\n\
                      41 40 0:41 / /home/lin/far\\040away/near rw - ext4 /dev/sdb1 rw\n\
                      42 22 0:42 / /home/lin/office rw - fuse.sshfs lin@office: rw\n";
        let kind = |path: &str| file_system(mounts, Path::new(path));
        assert_eq!(kind("/home/lin/far away/stall"), Some("nfs4"));
        assert_eq!(kind("/home/lin/far away/near/stall"), Some("ext4"));
        assert_eq!(kind("/home/lin/office"), Some("fuse.sshfs"));
        assert_eq!(kind("/home/lin/officer"), Some("ext4"));
    }

    #[test]
    fn an_ordinary_folder_is_safe() {
        let dir = tempfile::tempdir().unwrap();
        assert_eq!(unsafe_place(dir.path()), None);
        let synced = dir.path().join("Dropbox");
        std::fs::create_dir(&synced).unwrap();
        assert_eq!(unsafe_place(&synced), Some(Unsafe::Synced { by: "Dropbox".to_owned() }));
    }
}
