//! The task record of the marketplace's guide (its step 5): one JSON line a finished task in `image_tasks.jsonl`.
//!
//! A mirror for people and tools that follow the guide. The stall writes it and never reads it back.

use std::fs::{File, OpenOptions};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::files::{FilesError, io_error, write_then_rename};

/// One finished task, fields in the guide's order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaskRecord {
    pub task_id: String,
    /// Absent for a picture drawn without an order.
    pub order_id: Option<String>,
    pub original_input: String,
    pub optimized_prompt: String,
    pub generation_params: GenerationParams,
    pub image_paths: Vec<PathBuf>,
    pub status: TaskStatus,
    /// What went wrong, also on success when an upload failed.
    pub error_message: Option<String>,
    pub created_at: Timestamp,
    pub completed_at: Timestamp,
}

/// What the picture model was asked with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GenerationParams {
    pub model: String,
    pub count: u8,
}

/// How a task ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TaskStatus {
    Success,
    Failed,
}

/// Adds one line and flushes it, unless this task's line is the last one already: then a crash came between writing it
/// and remembering that it was written. A last line torn by a power cut is closed first, so it spoils only itself. Blocking;
/// not to be called for one file from two threads at once.
pub fn append(path: &Path, record: &TaskRecord) -> Result<(), FilesError> {
    let mut file =
        OpenOptions::new().read(true).append(true).create(true).open(path).map_err(io_error("open", path))?;
    let mut line = Vec::new();
    let last = last_line(&mut file).map_err(io_error("read", path))?;
    if !last.is_empty() {
        if serde_json::from_slice::<TaskRecord>(&last).is_ok_and(|last| last.task_id == record.task_id) {
            return Ok(());
        }
        if last.last() != Some(&b'\n') {
            line.push(b'\n');
        }
    }
    line.extend(as_line(record, path)?);
    file.write_all(&line).and_then(|()| file.sync_all()).map_err(io_error("write", path))
}

/// Replaces the whole file in one visible step. Blocking.
pub fn rewrite(path: &Path, records: &[TaskRecord]) -> Result<(), FilesError> {
    let mut lines = Vec::new();
    for record in records {
        lines.extend(as_line(record, path)?);
    }
    write_then_rename(&path.with_extension("jsonl.tmp"), path, &lines)
}

fn as_line(record: &TaskRecord, path: &Path) -> Result<Vec<u8>, FilesError> {
    let mut line = serde_json::to_vec(record).map_err(|error| io_error("write", path)(error.into()))?;
    line.push(b'\n');
    Ok(line)
}

/// The last line, with its end where it has one.
fn last_line(file: &mut File) -> io::Result<Vec<u8>> {
    let mut at = file.metadata()?.len();
    let mut tail = Vec::new();
    while at > 0 {
        let step = at.min(4_096);
        at -= step;
        file.seek(SeekFrom::Start(at))?;
        let mut part = Vec::new();
        io::Read::by_ref(file).take(step).read_to_end(&mut part)?;
        part.append(&mut tail);
        tail = part;
        let whole = tail.strip_suffix(b"\n").unwrap_or(&tail);
        if let Some(before) = whole.iter().rposition(|byte| *byte == b'\n') {
            return Ok(tail.split_off(before + 1));
        }
    }
    Ok(tail)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(id: &str) -> TaskRecord {
        TaskRecord {
            task_id: id.into(),
            order_id: Some("order-1".into()),
            original_input: "ein Fuchs\nim Schnee".into(),
            optimized_prompt: "A fox in snow".into(),
            generation_params: GenerationParams { model: "example/draws".into(), count: 1 },
            image_paths: vec!["pictures/ab/abc.png".into()],
            status: TaskStatus::Success,
            error_message: None,
            created_at: "2026-03-01T10:00:00Z".parse().unwrap(),
            completed_at: "2026-03-01T10:00:20Z".parse().unwrap(),
        }
    }

    #[test]
    fn writes_the_guides_line_exactly() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("image_tasks.jsonl");
        append(&path, &record("task-1")).unwrap();
        assert_eq!(
            std::fs::read_to_string(&path).unwrap(),
            concat!(
                r#"{"task_id":"task-1","order_id":"order-1","original_input":"ein Fuchs\nim Schnee","#,
                r#""optimized_prompt":"A fox in snow","generation_params":{"model":"example/draws","count":1},"#,
                r#""image_paths":["pictures/ab/abc.png"],"status":"success","error_message":null,"#,
                r#""created_at":"2026-03-01T10:00:00Z","completed_at":"2026-03-01T10:00:20Z"}"#,
                "\n"
            )
        );
    }

    #[test]
    fn adds_lines_and_closes_a_torn_one() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("image_tasks.jsonl");
        append(&path, &record("task-1")).unwrap();
        OpenOptions::new().append(true).open(&path).unwrap().write_all(b"{\"task_id\":\"to").unwrap();
        append(&path, &record("task-2")).unwrap();
        append(&path, &record("task-3")).unwrap();
        let text = std::fs::read_to_string(&path).unwrap();
        let whole: Vec<String> = text
            .lines()
            .filter_map(|l| serde_json::from_str::<TaskRecord>(l).ok())
            .map(|r| r.task_id)
            .collect();
        assert_eq!(whole, ["task-1", "task-2", "task-3"]);
        assert_eq!(text.lines().count(), 4);
    }

    #[test]
    fn adds_the_same_line_once_however_long_it_is() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("image_tasks.jsonl");
        let long = TaskRecord { original_input: "fuchs ".repeat(3_000), ..record("task-2") };
        append(&path, &record("task-1")).unwrap();
        append(&path, &long).unwrap();
        append(&path, &long).unwrap();
        append(&path, &record("task-3")).unwrap();
        append(&path, &record("task-3")).unwrap();
        assert_eq!(std::fs::read_to_string(&path).unwrap().lines().count(), 3);
    }

    #[test]
    fn rewrites_the_whole_file_and_leaves_no_other() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("image_tasks.jsonl");
        append(&path, &record("task-1")).unwrap();
        let failed = TaskRecord {
            status: TaskStatus::Failed,
            error_message: Some("no picture".into()),
            ..record("task-2")
        };
        rewrite(&path, std::slice::from_ref(&failed)).unwrap();
        let text = std::fs::read_to_string(&path).unwrap();
        assert_eq!(serde_json::from_str::<TaskRecord>(&text).unwrap(), failed);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}
