//! The filter on outgoing text: what must not leave in words to a buyer or a market (contract 4.4 and 4.5).

/// What was found in a text about to be sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Leak {
    /// Looks like a key or another long secret.
    Key,
    /// An address on the web.
    Link,
    /// An e-mail address.
    Email,
    /// A path on this computer.
    Path,
}

impl Leak {
    /// A short stable code.
    pub fn code(self) -> &'static str {
        match self {
            Self::Key => "key",
            Self::Link => "link",
            Self::Email => "email",
            Self::Path => "path",
        }
    }
}

/// The first thing in `text` that must not be sent; none when it may go.
pub fn find_leak(text: &str) -> Option<Leak> {
    let lower = text.to_lowercase();
    if lower.contains("://") || lower.contains("www.") || lower.contains("t.me/") {
        return Some(Leak::Link);
    }
    if ["/home/", "/root/", "/users/", "c:\\", "~/."].iter().any(|path| lower.contains(path)) {
        return Some(Leak::Path);
    }
    for word in
        text.split(|letter: char| letter.is_whitespace() || "\"'`(),;<>，。；（）「」".contains(letter))
    {
        if let Some((name, host)) = word.split_once('@')
            && !name.is_empty()
            && host.contains('.')
        {
            return Some(Leak::Email);
        }
        if looks_like_key(word) {
            return Some(Leak::Key);
        }
    }
    None
}

fn looks_like_key(word: &str) -> bool {
    let starts = ["sk-", "sk_", "pk_", "ghp_", "xoxb-", "Bearer", "eyJ"]
        .iter()
        .any(|start| word.starts_with(start) && word.len() >= 20);
    let letters = word.chars().filter(char::is_ascii_alphanumeric).count();
    let digits = word.chars().filter(char::is_ascii_digit).count();
    starts || (letters >= 32 && letters == word.len() && digits >= 4)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_links_contacts_and_paths_do_not_leave() {
        for (text, leak) in [
            ("my key is sk-or-v1-0123456789abcdef0123", Leak::Key),
            ("use 4f3c2b1a4f3c2b1a4f3c2b1a4f3c2b1a now", Leak::Key),
            ("see https://pay.example/x", Leak::Link),
            ("write to www.elsewhere.example", Leak::Link),
            ("mail me: lin@example.org", Leak::Email),
            ("it is in /home/lin/.config", Leak::Path),
        ] {
            assert_eq!(find_leak(text), Some(leak), "{text}");
        }
    }

    #[test]
    fn ordinary_words_may_go() {
        for text in [
            "Which colours would you like?",
            "您希望画面上有什么？",
            "Your picture is ready: picture-1.png",
            "16:9 @ noon",
        ] {
            assert_eq!(find_leak(text), None, "{text}");
        }
    }
}
