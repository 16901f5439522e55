//! Reads the text of an `.env` file.

use thiserror::Error;

/// Why the text cannot be read. It does not quote the line: the line may hold a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("line {line} of the .env text is not of the form NAME=value")]
pub struct DotenvError {
    /// Counted from 1.
    pub line: usize,
}

/// The names and values of an `.env` text, in order; the first of equal names wins for whoever looks one up.
///
/// `export NAME=value`, quotes and comments are understood. `$NAME` in a value stands for an earlier name of the
/// text or for one of the process, as such files mean it. Blanks in a value without quotes belong to it: the guide's
/// own example has them.
///
/// # Errors
/// When a line is not of the form `NAME=value`.
pub fn read_dotenv(text: &str) -> Result<Vec<(String, String)>, DotenvError> {
    let text = text.trim_start_matches('\u{feff}');
    dotenvy::Iter::new(text.as_bytes())
        .map(|item| match item {
            Ok(pair) => Ok(pair),
            Err(dotenvy::Error::LineParse(line, _)) => {
                with_blanks(&line).ok_or_else(|| DotenvError { line: line_number(text, &line) })
            }
            // Text in memory cannot fail to be read.
            Err(_) => Err(DotenvError { line: 1 }),
        })
        .collect()
}

fn with_blanks(line: &str) -> Option<(String, String)> {
    let (name, value) = line.split_once('=')?;
    let name = name.trim().trim_start_matches("export ").trim();
    let value = value.split(" #").next().unwrap_or_default().trim();
    let named = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    let plain = !value.contains(['"', '\'', '\\', '\n']);
    (named && plain).then(|| (name.to_owned(), value.to_owned()))
}

fn line_number(text: &str, bad: &str) -> usize {
    let first = bad.lines().next().unwrap_or_default().trim();
    text.lines().position(|line| line.trim() == first).map_or(1, |index| index + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_file_of_the_guide() {
        let text = "\u{feff}# Platform configuration\nAGENT_MARKET_BASE_URL=https://market.example/api\n\n\
                    export ADMIN_SECRET='a b'\nAPP_PORT=8000 # the local interface\n";
        let pairs = read_dotenv(text).unwrap();
        let pairs: Vec<_> = pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        assert_eq!(
            pairs,
            [
                ("AGENT_MARKET_BASE_URL", "https://market.example/api"),
                ("ADMIN_SECRET", "a b"),
                ("APP_PORT", "8000")
            ]
        );
    }

    #[test]
    fn blanks_in_a_value_belong_to_it_but_an_open_quote_is_an_error() {
        let pairs = read_dotenv("SERVICE_SKU_ID=<fill in listing.id>\nexport A = b c # d\nB=2").unwrap();
        let pairs: Vec<_> = pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        assert_eq!(pairs, [("SERVICE_SKU_ID", "<fill in listing.id>"), ("A", "b c"), ("B", "2")]);
        assert_eq!(read_dotenv("A=1\nB=\"open\n"), Err(DotenvError { line: 2 }));
    }

    #[test]
    fn names_the_bad_line_without_quoting_it() {
        let error = read_dotenv("A=1\nsk-or-v1-secret\n").unwrap_err();
        assert_eq!(error, DotenvError { line: 2 });
        assert!(!error.to_string().contains("secret"));
    }
}
