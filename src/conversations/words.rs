//! Fills a template. Values come from outside, so what they hold is never filled again.

/// What the names between braces stand for.
#[derive(Debug, Clone, Copy, Default)]
pub struct Filling<'a> {
    pub listing: &'a str,
    pub buyer: &'a str,
    pub count: u32,
    pub question: &'a str,
    pub files: &'a str,
}

/// Marks that end what stands before them, so that a comma before one is a stray.
const PAUSES: [char; 8] = [',', '，', ':', '：', '.', '。', '!', '！'];

/// The template with its names filled in. A name without a value leaves no stray blanks or commas behind.
pub fn fill(template: &str, filling: &Filling<'_>) -> String {
    let mut out = String::with_capacity(template.len() + 64);
    let mut rest = template;
    while let Some(start) = rest.find('{') {
        out.push_str(&rest[..start]);
        let Some(length) = rest[start..].find('}') else {
            rest = &rest[start..];
            break;
        };
        let name = &rest[start + 1..start + length];
        let value = match name {
            "listing" => Some(filling.listing.to_owned()),
            "buyer" => Some(filling.buyer.to_owned()),
            "count" => Some(filling.count.to_string()),
            "question" => Some(filling.question.to_owned()),
            "files" => Some(filling.files.to_owned()),
            _ => None,
        };
        match value {
            Some(value) if value.trim().is_empty() => {
                // "Hello {buyer}, …" without a name reads "Hello, …".
                while out.ends_with(' ') {
                    out.pop();
                }
                let after = &rest[start + length + 1..];
                if out.ends_with([',', '，']) && after.trim_start().starts_with(PAUSES) {
                    out.pop();
                }
                if out.is_empty() || out.ends_with('\n') {
                    rest = after.trim_start_matches([',', '，', ' ']);
                    continue;
                }
            }
            Some(value) => out.push_str(value.trim()),
            None => out.push_str(&rest[start..=start + length]),
        }
        rest = &rest[start + length + 1..];
    }
    out.push_str(rest);
    out.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fills_every_name_once() {
        let filling =
            Filling { listing: "{buyer}", buyer: "Mia", count: 2, question: "Which colour?", files: "a.png" };
        assert_eq!(
            fill("Hi {buyer}: {listing} x{count}, {question} {files} {other}", &filling),
            "Hi Mia: {buyer} x2, Which colour? a.png {other}"
        );
    }

    #[test]
    fn a_missing_name_leaves_no_gap() {
        let nobody = Filling::default();
        assert_eq!(fill("Hello {buyer}, thank you", &nobody), "Hello, thank you");
        assert_eq!(fill("{buyer}，您的图片", &nobody), "您的图片");
        assert_eq!(fill("Sorry {buyer}, wait {", &nobody), "Sorry, wait {");
        assert_eq!(fill("It is ready, {buyer}: here", &nobody), "It is ready: here");
        assert_eq!(fill("抱歉，{buyer}，请稍等", &nobody), "抱歉，请稍等");
    }
}
