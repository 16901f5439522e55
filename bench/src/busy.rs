//! Every core making thumbnails, in a process of its own, as when many pictures come in at once.

use std::io::Cursor;
use std::path::Path;

use anyhow::Result;
use image::{ImageFormat, Rgb, RgbImage};
use stallkeeper::images::{PictureFiles, ThumbnailSize, thumbnail};
use tempfile::TempDir;

use crate::programs::{Running, furnished};

/// What makes this program be it.
pub const FLAG: &str = "--make-thumbnails";
const BEGUN: &str = "making thumbnails";
/// As large as the pictures models give.
const SIDE: u32 = 1024;

pub struct Busy {
    _program: Running,
    _home: TempDir,
}

impl Busy {
    pub async fn begin(scratch: &Path) -> Result<Self> {
        let home = tempfile::tempdir_in(scratch)?;
        let mut command = furnished(&std::env::current_exe()?, home.path());
        command.arg(FLAG);
        let mut program = Running::start(&mut command, home.path().join("busy.log"))?;
        program.line("thumbnails are made", |line| (line == BEGUN).then_some(())).await?;
        Ok(Self { _program: program, _home: home })
    }
}

/// Makes thumbnails on every core until it is killed.
pub fn work() -> Result<()> {
    let picture = RgbImage::from_fn(SIDE, SIDE, |x, y| Rgb([x as u8, y as u8, (x * y / 64) as u8]));
    let mut bytes = Cursor::new(Vec::new());
    picture.write_to(&mut bytes, ImageFormat::Png)?;
    let bytes = bytes.into_inner();
    let cores = std::thread::available_parallelism()?.get();
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..cores)
            .map(|core| {
                let bytes = &bytes;
                scope.spawn(move || -> Result<()> {
                    let files = PictureFiles::open(format!("pictures-{core}"))?;
                    let kept = files.put(bytes)?;
                    loop {
                        // Made anew each time: one that is there already is only looked up.
                        let made = thumbnail(&files, &kept.sha256, ThumbnailSize::Card)?;
                        std::fs::remove_file(made)?;
                    }
                })
            })
            .collect();
        println!("{BEGUN}");
        workers.into_iter().try_for_each(|worker| worker.join().unwrap_or(Ok(())))
    })
}
