//! A poster looks at what the hired worker sent: each success criterion must be named, and for a picture job there must be
//! as many public addresses that really lead to pictures. Only addresses on this computer are fetched; this marketplace
//! reaches no further, so a picture elsewhere is believed.

use std::collections::BTreeSet;
use std::sync::Arc;

use url::Url;

use super::kinds::{PosterScript, Verdict};
use super::poster::from_worker;
use crate::practice::molt::accounts::is_loopback;
use crate::practice::molt::state::{Job, Molt};
use crate::practice::shared::Shared;
use crate::practice::words::has_any;

/// A picture larger than this is not looked at.
const LARGEST: usize = 25 * 1024 * 1024;
/// Addresses of one delivery that are looked at.
const ADDRESSES: usize = 20;
/// Words of somebody who hands something over.
const HANDING_OVER: &[&str] = &[
    "here is",
    "here are",
    "here it is",
    "delivered",
    "delivery",
    "i have finished",
    "is finished",
    "is ready",
    "are ready",
    "交付",
    "已完成",
    "画好了",
    "做好了",
];

/// What was sent, and what it is held against.
#[derive(Debug)]
struct Delivery {
    text: String,
    addresses: Vec<Url>,
    criteria: Vec<String>,
    pictures: usize,
    /// The last message says that it is not the last part.
    has_more: bool,
}

impl Delivery {
    fn of(molt: &Molt, job: &Job, script: &PosterScript) -> Self {
        let (mut texts, mut addresses) = (Vec::new(), BTreeSet::new());
        for message in from_worker(molt, job).filter(|message| Some(message.created_at) >= script.since) {
            addresses.extend(message.image_url.as_deref().and_then(|url| Url::parse(url).ok()));
            addresses.extend(addresses_in(&message.content));
            texts.push(message.content.as_str());
        }
        Self {
            text: texts.join("\n"),
            addresses: addresses.into_iter().collect(),
            criteria: job.posting.success_criteria.clone(),
            pictures: script.pictures,
            has_more: texts.last().is_some_and(|text| is_unfinished(text)),
        }
    }

    fn unnamed_criteria(&self) -> Vec<String> {
        let text = plain(&self.text);
        self.criteria.iter().filter(|criterion| !text.contains(&plain(criterion))).cloned().collect()
    }

    fn is_handed_over(&self) -> bool {
        (self.pictures > 0 && !self.addresses.is_empty()) || has_any(&self.text.to_lowercase(), HANDING_OVER)
    }

    /// The verdict once it is known how many addresses lead to pictures.
    fn verdict(&self, seen: usize) -> Verdict {
        if self.has_more {
            return Verdict::Talk;
        }
        let criteria = self.unnamed_criteria();
        let pictures = self.pictures.saturating_sub(seen);
        match (criteria.is_empty() && pictures == 0, self.is_handed_over()) {
            (true, true) => Verdict::Good,
            // Text alone is handed over by being sent, but a repeated list of criteria is not yet a picture.
            (true, false) if self.pictures == 0 => Verdict::Good,
            (_, true) => Verdict::Lacking { criteria, pictures },
            (_, false) => Verdict::Talk,
        }
    }
}

/// Letters and digits only, so that punctuation, case and spacing make no difference.
fn plain(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Whether a message is one of several parts, `(2/3)` at its start, and not the last.
fn is_unfinished(text: &str) -> bool {
    let header = || text.trim_start().strip_prefix('(')?.split_once(')')?.0.split_once('/');
    header().is_some_and(|(part, parts)| match (part.trim().parse::<u32>(), parts.trim().parse::<u32>()) {
        (Ok(part), Ok(parts)) => part < parts,
        _ => false,
    })
}

/// The web addresses in a text.
fn addresses_in(text: &str) -> Vec<Url> {
    let starts = text.match_indices("http").map(|(at, _)| at);
    let ends_it = |c: char| c.is_whitespace() || matches!(c, '<' | '>' | '"' | ')' | ']') || !c.is_ascii();
    starts
        .filter_map(|at| text.get(at..))
        .filter(|rest| rest.starts_with("http://") || rest.starts_with("https://"))
        .filter_map(|rest| rest.split(ends_it).next())
        .filter_map(|address| Url::parse(address.trim_end_matches(['.', ',', ';', ':', '!', '?'])).ok())
        .filter(|url| url.host().is_some())
        .collect()
}

/// Begins to look; the verdict is recorded when the pictures have come.
pub(super) fn begin(shared: &Arc<Shared>, molt: &Molt, job: &Job, script: &PosterScript) {
    let delivery = Delivery::of(molt, job, script);
    let judged = from_worker(molt, job).count();
    let (shared, job_id) = (shared.clone(), job.id.clone());
    tokio::spawn(async move {
        let seen = tokio::select! {
            () = shared.closing.cancelled() => return,
            seen = pictures_seen(&shared, &delivery) => seen,
        };
        let verdict = delivery.verdict(seen);
        let mut turn = shared.turn();
        let script = turn.molt.lookup_job_mut(&job_id).and_then(|job| job.script.as_mut());
        if let Some(script) = script {
            script.is_looking = false;
            script.judged = judged;
            script.verdict = Some(verdict);
        }
    });
}

async fn pictures_seen(shared: &Shared, delivery: &Delivery) -> usize {
    if delivery.pictures == 0 {
        return 0;
    }
    let looks = delivery.addresses.iter().take(ADDRESSES).map(async |url| is_picture(shared, url).await);
    futures_util::future::join_all(looks).await.into_iter().filter(|is_picture| *is_picture).count()
}

async fn is_picture(shared: &Shared, url: &Url) -> bool {
    if !is_loopback(url) {
        return true;
    }
    match fetch(shared, url).await {
        Ok(bytes) => infer::is_image(&bytes),
        Err(error) => {
            tracing::debug!(%error, "a poster of the practice market cannot see a picture");
            false
        }
    }
}

async fn fetch(shared: &Shared, url: &Url) -> Result<Vec<u8>, reqwest::Error> {
    let mut answer = shared.looking.get(url.clone()).send().await?.error_for_status()?;
    let mut bytes = Vec::new();
    // What a picture is shows at its start; the rest is read to see that all of it is there.
    while let Some(piece) = answer.chunk().await? {
        if bytes.len() + piece.len() > LARGEST {
            return Ok(Vec::new());
        }
        bytes.extend_from_slice(&piece);
    }
    Ok(if answer.status().is_success() { bytes } else { Vec::new() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn delivery(text: &str, pictures: usize) -> Delivery {
        Delivery {
            text: text.to_owned(),
            addresses: addresses_in(text),
            criteria: vec!["Square format".to_owned(), "No words, please!".to_owned()],
            pictures,
            has_more: is_unfinished(text),
        }
    }

    #[test]
    fn the_last_part_of_several_is_waited_for() {
        assert!(is_unfinished("(1/2) Delivery") && is_unfinished(" (9/10)\nmore"));
        assert!(!is_unfinished("(2/2) the end") && !is_unfinished("(a/b)") && !is_unfinished("1/2 done"));
        let text = "(1/2) Delivery https://a.example/a.png square format";
        assert_eq!(delivery(text, 1).verdict(1), Verdict::Talk);
    }

    #[test]
    fn finds_addresses_between_other_words() {
        let found = addresses_in(
            "see http://127.0.0.1:9/a.png, (https://b.example/c?d=e) 图：https://f.example/g.png。好",
        );
        let found: Vec<&str> = found.iter().map(Url::as_str).collect();
        assert_eq!(found, ["http://127.0.0.1:9/a.png", "https://b.example/c?d=e", "https://f.example/g.png"]);
        assert!(addresses_in("https and http:// and httpx://a.example").is_empty());
    }

    #[test]
    fn a_good_delivery_names_each_criterion_and_shows_each_picture() {
        let text = "Delivery https://a.example/a.png\n1. square format - done\n2. NO WORDS PLEASE: none";
        assert_eq!(delivery(text, 1).verdict(1), Verdict::Good);
        assert_eq!(delivery(text, 2).verdict(1), Verdict::Lacking { criteria: vec![], pictures: 1 });
        let unnamed = delivery("Here it is: https://a.example/a.png, square format", 1).verdict(1);
        assert_eq!(unnamed, Verdict::Lacking { criteria: vec!["No words, please!".to_owned()], pictures: 0 });
    }

    #[test]
    fn talk_is_not_taken_for_a_delivery() {
        assert_eq!(delivery("I begin now. Should it be square?", 1).verdict(0), Verdict::Talk);
        let plan = "My plan: square format; no words, please. I start tonight.";
        assert_eq!(delivery(plan, 1).verdict(0), Verdict::Talk);
        assert_eq!(delivery(plan, 0).verdict(0), Verdict::Good, "text is delivered by being sent");
    }
}
