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
    parse(text).or_else(|_| parse(&with_blanks_quoted(text))).map_err(|error| DotenvError {
        line: match error {
            dotenvy::Error::LineParse(fragment, _) => line_number(text, &fragment),
            _ => 1,
        },
    })
}

fn parse(text: &str) -> Result<Vec<(String, String)>, dotenvy::Error> {
    dotenvy::Iter::new(text.as_bytes()).collect()
}

fn with_blanks_quoted(text: &str) -> String {
    let quoted = |line: &str| {
        let (name, value) = line.split_once('=')?;
        let value = value.split(" #").next()?.trim();
        let wants_quotes = value.contains(' ') && !value.contains(['"', '\'', '\\']);
        (wants_quotes && !name.trim_start().starts_with('#')).then(|| format!("{name}=\"{value}\""))
    };
    text.lines().map(|line| quoted(line).unwrap_or_else(|| line.to_owned()) + "\n").collect()
}

/// Where the fragment that could not be read begins.
fn line_number(text: &str, fragment: &str) -> usize {
    let first = fragment.lines().next().unwrap_or_default().trim();
    text.lines().position(|line| line.trim().ends_with(first)).map_or(1, |index| index + 1)
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
