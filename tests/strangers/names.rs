//! Names from outside are never paths and never headers.

use std::path::Path;

use stallkeeper::images::files::sha256_hex;
use stallkeeper::images::{FilesError, PictureFiles, ThumbnailError, ThumbnailSize, thumbnail};

use super::corpus::{drawn, written};

/// Names that lead elsewhere, end a line, or are something else on another system.
pub const NAMES: &[&str] = &[
    "../../../etc/passwd",
    "..\\..\\windows\\system32\\config",
    "/etc/passwd",
    "//server/share/x",
    "\\\\server\\share\\x",
    "C:\\Windows\\win.ini",
    "C:x",
    "~/.ssh/id_ed25519",
    "file:///etc/passwd",
    "..",
    ".",
    "",
    " ",
    "\0",
    "a\0.png",
    "a\r\nSet-Cookie: x=1",
    "a\"; filename=\"../../x",
    "%2e%2e%2f%2e%2e%2fetc%2fpasswd",
    "..%c0%af..%c0%afetc",
    "．．／．．／etc",
    "CON",
    "NUL.png",
    "COM1",
    "LPT1.txt",
    "AUX.jpg",
    "picture.png ",
    "picture.png.",
    "picture.png::$DATA",
    "\u{202E}gnp.exe",
    "picture\u{200B}.png",
    "-rf",
    "$(reboot)",
    "`reboot`",
    "|reboot",
    ".htaccess",
    "<script>alert(1)</script>.png",
    "图片.png",
    "👾",
];

fn count(folder: &Path) -> usize {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.map(|path| if path.is_dir() { count(&path) } else { 1 }).sum()
}

#[test]
fn no_name_from_outside_reaches_the_disk_as_a_path() {
    let outside = tempfile::tempdir().unwrap();
    let files = PictureFiles::open(outside.path().join("stall")).unwrap();
    let picture = written(&drawn(300, 300), image::ImageFormat::Png);
    let stored = files.put(&picture).unwrap();
    let long = "a".repeat(100_000);
    let hash = sha256_hex(&picture);
    let nearly = [
        hash.to_uppercase(),
        hash[1..].to_owned(),
        format!("{hash}0"),
        format!("../{hash}"),
        format!("{hash}/.."),
        format!("{}g", &hash[1..]),
    ];
    let names = NAMES.iter().copied().chain([long.as_str()]).chain(nearly.iter().map(String::as_str));
    for name in names {
        assert!(matches!(files.lookup(name), Err(FilesError::BadHash)), "{name:?}");
        assert!(matches!(files.read(name), Err(FilesError::BadHash)), "{name:?}");
        assert!(matches!(files.path_of(name), Err(FilesError::BadHash)), "{name:?}");
        assert!(matches!(files.remove(name), Err(FilesError::BadHash)), "{name:?}");
        let small = thumbnail(&files, name, ThumbnailSize::Card);
        assert!(matches!(small, Err(ThumbnailError::Files(FilesError::BadHash))), "{name:?}");
    }
    // What a model answers is kept under a name made of an order's id: only letters, digits and dashes pass.
    for name in
        NAMES.iter().copied().chain([long.as_str()]).filter(|name| !["CON", "COM1", "-rf"].contains(name))
    {
        assert!(matches!(files.spool(name, b"answer"), Err(FilesError::BadName)), "{name:?}");
        assert!(matches!(files.read_spool(name), Err(FilesError::BadName)), "{name:?}");
        assert!(matches!(files.drop_spool(name), Err(FilesError::BadName)), "{name:?}");
    }
    assert_eq!(count(outside.path()), 1, "only the picture itself");
    assert_eq!(files.read(&stored.sha256).unwrap(), picture);
}
