//! What is kept of a crash: where it was and our own words, none of a buyer's.

use std::any::Any;
use std::sync::LazyLock;

use regex::Regex;

/// Longest message kept.
const MOST: usize = 200;

/// Values that a message quotes or ends with.
static VALUES: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r#"(?s)`[^`]*`|"[^"]*"|'[^']*'|\bvalue: .*|(?:left|right): [^\n]*"#).ok());

/// Has panics logged, redacted, instead of printed as they are.
pub fn log_panics() {
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(|place| format!("{}:{}", place.file(), place.line()));
        let thread = std::thread::current();
        tracing::error!(
            place = place.as_deref().unwrap_or("unknown"),
            thread = thread.name().unwrap_or("unnamed"),
            message = %said(panic.payload()),
            "a part of the program crashed"
        );
    }));
}

/// A message written by hand is kept; one that was put together loses the values in it.
fn said(payload: &dyn Any) -> String {
    if let Some(words) = payload.downcast_ref::<&'static str>() {
        return (*words).to_owned();
    }
    let Some(message) = payload.downcast_ref::<String>() else { return "no message".to_owned() };
    let Some(values) = VALUES.as_ref() else { return "a message that is not shown".to_owned() };
    values.replace_all(message, "…").chars().take(MOST).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_crash_tells_its_own_words_and_no_values() {
        assert_eq!(
            said(&"called `Option::unwrap()` on a `None` value"),
            "called `Option::unwrap()` on a `None` value"
        );
        let of = |message: String| said(&message);
        let buyers = "My address is 5 Rose Lane";
        let cut = of(format!("end byte index 3 is not a char boundary; it is inside 'é' of `{buyers}`"));
        assert_eq!(cut, "end byte index 3 is not a char boundary; it is inside … of …");
        let unwrapped = of(format!("called `Result::unwrap()` on an `Err` value: Error({buyers:?}, line 2)"));
        assert!(!unwrapped.contains("Rose"), "{unwrapped}");
        let compared = of(format!("assertion `left == right` failed\n  left: {buyers}\n right: 2"));
        assert!(!compared.contains("Rose"), "{compared}");
        assert!(of("x".repeat(1000)).len() <= MOST);
    }
}
