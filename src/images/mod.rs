//! From a brief to a picture on disk: prompt, checks, files, thumbnails, and the guide's task record.
//!
//! Bytes are kept exactly as they came, under the hash of their content; a thumbnail is another file. Functions here
//! are pure or blocking (call them on a blocking thread), except [`fetch`]. No model is called and no order is known.

pub mod files;
pub mod sniff;

pub use crate::model::{AspectRatio, Brief};
pub use files::{FilesError, PictureFiles, StoredPicture};
pub use sniff::PictureKind;
