//! From a brief to a picture on disk: prompt, checks, files, thumbnails, and the guide's task record.
//!
//! Bytes are kept exactly as they came, under the hash of their content; a thumbnail is another file. Functions here
//! are pure or blocking (call them on a blocking thread), except [`fetch`]. No model is called and no order is known.

pub mod check;
mod clean;
pub mod decode;
pub mod fetch;
pub mod files;
mod jpeg;
mod look;
pub mod prompt;
mod room;
pub mod sniff;
pub mod task_record;
pub mod thumbnails;

pub use crate::model::{AspectRatio, Brief};
pub use check::{Asked, CheckReport, FailedCheck, PictureFacts, check_and_shrink, check_picture};
pub use clean::{CleanPicture, clean};
pub use decode::DecodeError;
pub use fetch::{FetchError, FetchRules, Resolve, fetch_picture, fetch_picture_with};
pub use files::{FilesError, PictureFiles, StoredPicture};
pub use look::Look;
pub use prompt::prompt_for;
pub use sniff::{PictureKind, sniff};
pub use task_record::{GenerationParams, TaskRecord, TaskStatus};
pub use thumbnails::{SmallCopy, ThumbnailError, ThumbnailSize, look_of, remove_thumbnails, thumbnail};
