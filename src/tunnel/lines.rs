//! The lines a program says on its two outputs, of which only so much is kept.

use tokio::io::{AsyncBufReadExt, AsyncRead, BufReader};
use tokio::sync::mpsc;

/// The rest of a longer line is not looked at.
const LONGEST: usize = 8 << 10;

/// Every line of both outputs, as they come. Ends when the program has closed both.
pub(super) fn lines_of(
    one: Option<impl AsyncRead + Unpin + Send + 'static>,
    other: Option<impl AsyncRead + Unpin + Send + 'static>,
) -> mpsc::Receiver<String> {
    let (sender, lines) = mpsc::channel(64);
    if let Some(output) = one {
        tokio::spawn(read(output, sender.clone()));
    }
    if let Some(output) = other {
        tokio::spawn(read(output, sender));
    }
    lines
}

/// Reads on when nobody listens any more, so that the program never waits for a reader.
async fn read(output: impl AsyncRead + Unpin, sender: mpsc::Sender<String>) {
    let mut output = BufReader::new(output);
    let mut line = Vec::new();
    loop {
        let Ok(chunk) = output.fill_buf().await else { return };
        if chunk.is_empty() {
            break;
        }
        let end = chunk.iter().position(|byte| *byte == b'\n');
        let taken = end.unwrap_or(chunk.len());
        let room = LONGEST.saturating_sub(line.len());
        line.extend(chunk.iter().take(taken.min(room)));
        let used = taken + usize::from(end.is_some());
        output.consume(used);
        if end.is_some() {
            let _ = sender.send(String::from_utf8_lossy(&line).into_owned()).await;
            line.clear();
        }
    }
    if !line.is_empty() {
        let _ = sender.send(String::from_utf8_lossy(&line).into_owned()).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn lines_of_both_outputs_come_and_long_ones_are_cut() {
        let long = format!("{}\nshort", "a".repeat(100_000));
        let mut lines = lines_of(Some(std::io::Cursor::new(long)), Some(tokio::io::empty()));
        assert_eq!(lines.recv().await.unwrap().len(), LONGEST);
        assert_eq!(lines.recv().await.as_deref(), Some("short"), "also without a line's end");
        assert_eq!(lines.recv().await, None);
    }
}
