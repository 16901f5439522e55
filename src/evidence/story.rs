//! The pages for people: a note on what is in the pack, and the story on one page without scripts or addresses.

use std::fmt::Write as _;

use super::case::Case;
use super::pack::Shown;
use super::words::Words;

const STYLE: &str = "body{font:16px/1.5 system-ui,sans-serif;max-width:52rem;margin:2rem auto;padding:0 1rem;color:#222;background:#fff}\
    h1{font-size:1.6rem}h2{margin-top:2rem;border-bottom:1px solid #ccc}dl{display:grid;grid-template-columns:auto 1fr;gap:.2rem 1.5rem}\
    dt{color:#555}dd{margin:0}table{border-collapse:collapse;width:100%;font-size:.85rem}td{vertical-align:top;padding:.2rem .6rem .2rem 0;border-top:1px solid #eee}\
    td,dd,p,pre{overflow-wrap:anywhere}pre{white-space:pre-wrap;font:inherit;margin:0}article{margin:1rem 0;padding:.6rem 1rem;border-left:3px solid #bbb}\
    .seller,.robot{border-color:#b3402e}small{color:#555}img{max-width:100%;max-height:32rem}code{font-size:.8rem;overflow-wrap:anywhere}";

/// What is in the pack, in plain words.
pub(super) fn readme(case: &Case, words: &Words, shown: &[Shown<'_>]) -> String {
    let mut out = format!("{}\n\n", words.title);
    for (name, value) in heads(case, words) {
        let value = value.split_whitespace().collect::<Vec<_>>().join(" ");
        let _ = writeln!(out, "{name}: {value}");
    }
    let _ = writeln!(out, "{}: {}\n", words.delivered, shown.len());
    out.push_str(words.files);
    out
}

fn heads(case: &Case, words: &Words) -> Vec<(&'static str, String)> {
    let at = |at: Option<jiff::Timestamp>| at.map(|at| moment(&at.to_string()));
    let order = &case.order;
    let all = [
        (words.order, Some(case.plain(&order.title))),
        (words.number, Some(order.market_order_id.clone())),
        (words.marketplace, Some(case.market.to_owned())),
        (words.status, Some(order.market_status.clone())),
        (words.buyer, order.buyer_name.as_deref().map(|name| case.plain(name))),
        (words.ordered_at, at(order.market_created_at.or(Some(order.created_at)))),
        (words.accept_by, at(order.accept_deadline)),
        (words.deliver_by, at(order.complete_deadline)),
        (words.confirm_by, at(order.confirm_deadline)),
        (words.as_of, Some(moment(case.as_of()))),
    ];
    all.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
}

/// The whole story on one page.
pub(super) fn page(case: &Case, words: &Words, shown: &[Shown<'_>]) -> String {
    let mut out = format!(
        "<!doctype html>\n<html lang=\"{}\"><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; img-src 'self' file:; style-src 'unsafe-inline'\">\
         <title>{}</title><style>{STYLE}</style>\n<h1>{}</h1>\n",
        words.tag, words.title, words.title
    );
    list(&mut out, heads(case, words));
    terms(case, words, &mut out);
    files(words, shown, &mut out);
    let _ = writeln!(out, "<h2>{}</h2>", words.thread);
    for message in &case.view.thread {
        let name = message.name.as_deref().map(|name| format!(" ({})", case.plain(name))).unwrap_or_default();
        let unsent = match message.state.as_str() {
            "sent" | "received" => String::new(),
            "failed" => format!(", {}", words.not_sent),
            _ => format!(", {}", words.maybe_sent),
        };
        let _ = writeln!(
            out,
            "<article class=\"{}\"><small>{}{}, {}{unsent}</small><pre>{}</pre></article>",
            format!("{:?}", message.who).to_lowercase(),
            words.who(message.who),
            escaped(&name),
            escaped(&moment(&message.at)),
            escaped(&case.plain(&message.text)),
        );
    }
    let _ = writeln!(out, "<h2>{}</h2>\n<table>", words.timeline);
    for entry in &case.view.recorder {
        let detail: Vec<String> =
            case.detail(entry).iter().map(|(name, value)| format!("{name}: {value}")).collect();
        let step = entry.step.as_deref().map(|step| format!(" ({step})")).unwrap_or_default();
        let _ = writeln!(
            out,
            "<tr><td>{}<td>{}<td>{}{}<td><pre>{}</pre>",
            escaped(&moment(&entry.at)),
            words.who(entry.actor),
            escaped(&entry.kind),
            escaped(&step),
            escaped(&detail.join("\n")),
        );
    }
    out.push_str("</table>\n</html>\n");
    out
}

/// What was asked for, what was promised, and the money.
fn terms(case: &Case, words: &Words, out: &mut String) {
    if let Some(requirement) = &case.view.requirement {
        let _ = writeln!(out, "<h2>{}</h2>\n<pre>{}</pre>", words.asked, escaped(&case.plain(requirement)));
    }
    if let Some((form, since)) = &case.listing {
        let _ = writeln!(out, "<h2>{}</h2>", words.promised);
        if *since > case.order.market_created_at.unwrap_or(case.order.created_at) {
            let _ = writeln!(out, "<p><em>{}</em></p>", words.changed_after);
        }
        let _ = writeln!(
            out,
            "<p><strong>{}</strong></p><pre>{}</pre>",
            escaped(&case.plain(&form.name)),
            escaped(&case.plain(&form.description))
        );
    }
    let view = &case.view;
    let unit = case.currency.map(|unit| format!(" {unit}")).unwrap_or_default();
    let amount = |amount: &Option<String>| amount.as_ref().map(|amount| format!("{amount}{unit}"));
    let guessed = |text: String| {
        if view.payout_estimated { format!("{text} ({})", words.estimated) } else { text }
    };
    let _ = writeln!(out, "<h2>{}</h2>", words.money);
    let lines = [
        (words.price, amount(&view.card.price)),
        (words.fee, amount(&view.fee).map(guessed)),
        (words.payout, amount(&view.payout).map(guessed)),
        (words.models, Some(view.cost_usd.clone())),
        (words.changes, Some(format!("{}, {}", view.revisions_used, view.revisions_allowed))),
    ];
    list(out, lines.into_iter().filter_map(|(name, value)| Some((name, value?))));
}

fn files(words: &Words, shown: &[Shown<'_>], out: &mut String) {
    let _ = writeln!(out, "<h2>{}</h2>", words.delivered);
    if shown.is_empty() {
        let _ = writeln!(out, "<p>{}</p>", words.nothing_delivered);
    }
    for Shown { file, entry } in shown {
        let _ = write!(out, "<p>{}, {}", escaped(&file.name), moment(&file.at.to_string()));
        match entry {
            // Our own name: nothing in it needs care.
            Some(entry) => {
                let _ = write!(out, "<br><img src=\"{entry}\" alt=\"\">");
            }
            None => {
                let _ = write!(out, " ({})", words.not_here);
            }
        }
        if let Some(sha256) = &file.sha256 {
            let _ = write!(out, "<br><code>SHA-256 {}</code>", escaped(sha256));
        }
        out.push_str("</p>\n");
    }
}

/// A moment as people read it, in UTC; what is no moment stays as it is.
fn moment(at: &str) -> String {
    let parsed: Option<jiff::Timestamp> = at.parse().ok();
    parsed.map_or_else(|| at.to_owned(), |at| at.strftime("%Y-%m-%d %H:%M:%S UTC").to_string())
}

fn list(out: &mut String, lines: impl IntoIterator<Item = (&'static str, String)>) {
    out.push_str("<dl>");
    for (name, value) in lines {
        let _ = write!(out, "<dt>{name}<dd>{}", escaped(&value));
    }
    out.push_str("</dl>\n");
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            // What turns the direction of writing could make a line read as another.
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => out.push('\u{fffd}'),
            c if c.is_control() && c != '\n' && c != '\t' => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::escaped;

    #[test]
    fn words_of_others_are_text_only() {
        assert_eq!(escaped("<img src=x onerror=alert(1)>"), "&lt;img src=x onerror=alert(1)&gt;");
        assert_eq!(escaped("\"'&"), "&quot;&#39;&amp;");
        assert_eq!(escaped("a\u{202e}b\u{0}c\nd"), "a\u{fffd}b\u{fffd}c\nd");
    }
}
