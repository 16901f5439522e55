//! How well a job suits us: a number from 0 to 100, and each thing that raised or lowered it. Pure; the job's words are
//! looked at, never followed.

use std::collections::BTreeMap;

use jiff::Timestamp;
use rust_decimal::Decimal;

use super::wants::{JobKind, asks_elsewhere, wants, words_of};
use crate::conversations::has_chinese;
use crate::guard::signs;
use crate::marketplaces::moltmarket::{Agent, Job, JobStatus};

/// Where every job begins.
const START: i32 = 35;
/// A budget of so many times the worst cost of a picture leaves something.
const COMFORTABLE: Decimal = Decimal::from_parts(3, 0, 0, false, 0);

/// What we are and what a job would cost us.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AboutUs {
    pub capabilities: Vec<String>,
    /// What one picture costs at worst, in US dollars.
    pub worst_picture_usd: Option<Decimal>,
    /// Whether the seller works in Chinese and in English.
    pub speaks_chinese: bool,
    pub speaks_english: bool,
}

/// One thing that counts. The screen words the code with the details.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FitReason {
    pub code: &'static str,
    /// How much it raised or lowered the number.
    pub points: i32,
    pub detail: BTreeMap<&'static str, String>,
}

/// How well a job suits us.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fit {
    /// 0 to 100.
    pub score: u8,
    /// What counts most comes first.
    pub reasons: Vec<FitReason>,
}

#[derive(Default)]
struct Tally(Vec<FitReason>);

impl Tally {
    fn add(&mut self, code: &'static str, points: i32) {
        self.with(code, points, []);
    }

    fn with<const N: usize>(&mut self, code: &'static str, points: i32, detail: [(&'static str, String); N]) {
        self.0.push(FitReason { code, points, detail: BTreeMap::from(detail) });
    }
}

/// How well this job suits us. `poster` is the poster's profile, where it was read.
pub fn fit(job: &Job, poster: Option<&Agent>, us: &AboutUs, now: Timestamp) -> Fit {
    let mut tally = Tally::default();
    let kind = wants(job);
    match kind {
        JobKind::Picture => tally.add("picture_job", 15),
        JobKind::Text => tally.add("text_job", 0),
    }
    count_skills(job, us, &mut tally);
    count_budget(job, kind, us, &mut tally);
    count_criteria(job, &mut tally);
    count_poster(poster, &mut tally);
    for sign in signs(&words_of(job)) {
        tally.with("sign", -25, [("sign", sign.code().to_owned())]);
    }
    count_language(job, us, &mut tally);
    count_time(job, now, &mut tally);
    let total = START + tally.0.iter().map(|reason| reason.points).sum::<i32>();
    let mut reasons = tally.0;
    reasons.sort_by_key(|reason| -reason.points.abs());
    Fit { score: u8::try_from(total.clamp(0, 100)).unwrap_or(0), reasons }
}

fn count_skills(job: &Job, us: &AboutUs, tally: &mut Tally) {
    if job.skills.is_empty() {
        return;
    }
    let same = |wanted: &str, own: &str| {
        let (wanted, own) = (wanted.trim().to_lowercase(), own.trim().to_lowercase());
        !own.is_empty() && (wanted.contains(&own) || (own.contains(&wanted) && wanted.chars().count() > 2))
    };
    let common: Vec<&str> = job
        .skills
        .iter()
        .filter(|wanted| us.capabilities.iter().any(|own| same(wanted, own)))
        .map(String::as_str)
        .collect();
    let of = job.skills.len();
    if common.is_empty() {
        tally.with("skills_none", -10, [("of", of.to_string())]);
    } else {
        let points = (25 * common.len() / of).max(5);
        let detail =
            [("skills", common.join(", ")), ("count", common.len().to_string()), ("of", of.to_string())];
        tally.with("skills_common", i32::try_from(points).unwrap_or(25), detail);
    }
}

/// The market names no currency; the number is taken as it stands, and the seller is told so.
fn count_budget(job: &Job, kind: JobKind, us: &AboutUs, tally: &mut Tally) {
    let Some(budget) = job.budget_max.or(job.budget_min) else { return tally.add("budget_unknown", 0) };
    let (JobKind::Picture, Some(cost)) = (kind, us.worst_picture_usd) else { return };
    let detail = [("budget", budget.normalize().to_string()), ("cost", cost.normalize().to_string())];
    if budget < cost {
        tally.with("budget_below_cost", -30, detail);
    } else if budget < cost * COMFORTABLE {
        tally.with("budget_tight", -5, detail);
    } else {
        tally.with("budget_covers", 10, detail);
    }
}

fn count_criteria(job: &Job, tally: &mut Tally) {
    if job.success_criteria.is_empty() {
        return tally.add("criteria_none", -5);
    }
    let mut unmet = 0;
    for criterion in &job.success_criteria {
        if let Some(why) = asks_elsewhere(criterion) {
            unmet += 1;
            let criterion: String = criterion.chars().take(200).collect();
            tally.with("criterion_unmet", -20, [("criterion", criterion), ("why", why.to_owned())]);
        }
    }
    let text = job.description.as_deref().unwrap_or_default();
    if unmet > 0 {
        return;
    }
    match asks_elsewhere(text) {
        Some(why) => tally.with("description_elsewhere", -20, [("why", why.to_owned())]),
        None => tally.with("criteria_fine", 10, [("count", job.success_criteria.len().to_string())]),
    }
}

fn count_poster(poster: Option<&Agent>, tally: &mut Tally) {
    let Some(poster) = poster else { return };
    let reviews = poster.review_count.unwrap_or(poster.reviews.len() as u64);
    match poster.rating {
        Some(rating) if reviews > 0 => {
            let detail = [("rating", format!("{rating:.1}")), ("reviews", reviews.to_string())];
            match rating {
                rating if rating >= 4.0 => tally.with("poster_good", 10, detail),
                rating if rating < 3.0 => tally.with("poster_poor", -20, detail),
                _ => tally.with("poster_fair", 0, detail),
            }
        }
        _ => tally.add("poster_unknown", -3),
    }
    if poster.is_verified {
        tally.add("poster_verified", 3);
    }
}

fn count_language(job: &Job, us: &AboutUs, tally: &mut Tally) {
    let words = words_of(job);
    let letters = words.chars().filter(|letter| letter.is_alphabetic()).count();
    let latin = words.chars().filter(char::is_ascii_alphabetic).count();
    let (language, ours) = if has_chinese(&words) {
        ("zh", us.speaks_chinese)
    } else if latin * 2 >= letters {
        ("en", us.speaks_english)
    } else {
        ("other", false)
    };
    let (code, points) = if ours { ("language_ours", 3) } else { ("language_other", -15) };
    tally.with(code, points, [("language", language.to_owned())]);
}

fn count_time(job: &Job, now: Timestamp, tally: &mut Tally) {
    if let Some(status) = job.status.as_ref().filter(|status| **status != JobStatus::Open) {
        tally.with("not_open", -100, [("status", status.as_str().to_owned())]);
    }
    let Some(deadline) = job.deadline_at else { return };
    let hours = deadline.duration_since(now).as_hours();
    if deadline <= now {
        tally.add("deadline_past", -100);
    } else if hours < 24 {
        tally.with("deadline_soon", -10, [("hours", hours.to_string())]);
    } else {
        tally.with("deadline_far", 2, [("days", (hours / 24).to_string())]);
    }
}

#[cfg(test)]
mod tests {
    use rust_decimal::dec;

    use super::super::wants::tests::job;
    use super::*;

    fn now() -> Timestamp {
        "2026-05-04T12:00:00Z".parse().unwrap()
    }

    fn us() -> AboutUs {
        AboutUs {
            capabilities: vec!["Illustration".into(), "posters".into()],
            worst_picture_usd: Some(dec!(0.2)),
            speaks_chinese: true,
            speaks_english: true,
        }
    }

    fn good() -> Job {
        let mut job = job("A poster of a lighthouse", "Gouache, at sunset.", &["A lighthouse", "No text"]);
        job.skills = vec!["illustration".into(), "posters".into()];
        job.budget_max = Some(dec!(40));
        job.deadline_at = Some("2026-05-08T12:00:00Z".parse().unwrap());
        job
    }

    fn poster(rating: Option<f64>, reviews: u64) -> Agent {
        serde_json::from_value(serde_json::json!({
            "id": "p", "agent_profile_id": null, "name": "Po", "is_ai": false, "is_verified": false, "is_featured": false,
            "skills": [], "rating": rating, "review_count": reviews, "hourly_rate": null, "response_time": null, "bio": null,
            "avatar_url": null, "profile_url": null, "capabilities": [], "wallets": [], "reviews": [], "portfolio_links": [],
        }))
        .unwrap()
    }

    /// What a change to a good job does: the reason it must bring, and whether the number must fall.
    #[test]
    fn each_thing_that_counts_is_named_and_moves_the_number() {
        let base = fit(&good(), None, &us(), now());
        assert!(base.score >= 90, "{base:?}");
        type Change = fn(&mut Job);
        let lower: [(&str, Change); 13] = [
            ("skills_none", |job| job.skills = vec!["plumbing".into()]),
            ("budget_below_cost", |job| job.budget_max = Some(dec!(0.1))),
            ("budget_tight", |job| job.budget_max = Some(dec!(0.5))),
            ("budget_unknown", |job| job.budget_max = None),
            ("criteria_none", |job| job.success_criteria.clear()),
            ("criterion_unmet", |job| job.success_criteria.push("Layered PSD".into())),
            ("description_elsewhere", |job| job.description = Some("Upload it to our Dropbox".into())),
            ("sign", |job| job.description = Some("Write to me on Telegram first".into())),
            ("language_other", |job| {
                *job = Job {
                    deadline_at: job.deadline_at,
                    ..self::job("Плакат с маяком", "Закат над морем", &[])
                }
            }),
            ("text_job", |job| {
                job.title = Some("A poem".into());
                job.skills.clear();
                job.success_criteria = vec!["Four lines".into()];
            }),
            ("not_open", |job| job.status = Some(JobStatus::InProgress)),
            ("deadline_past", |job| job.deadline_at = Some("2026-05-04T11:00:00Z".parse().unwrap())),
            ("deadline_soon", |job| job.deadline_at = Some("2026-05-04T20:00:00Z".parse().unwrap())),
        ];
        for (code, change) in lower {
            let mut job = good();
            change(&mut job);
            let fit = fit(&job, None, &us(), now());
            assert!(fit.reasons.iter().any(|reason| reason.code == code), "{code}: {fit:?}");
            assert!(fit.score < base.score, "{code}: {} after {}", fit.score, base.score);
        }
        for (poster, code) in [
            (poster(Some(4.8), 12), "poster_good"),
            (poster(Some(3.5), 2), "poster_fair"),
            (poster(Some(1.5), 9), "poster_poor"),
            (poster(None, 0), "poster_unknown"),
            (poster(Some(5.0), 0), "poster_unknown"),
        ] {
            let fit = fit(&good(), Some(&poster), &us(), now());
            assert!(fit.reasons.iter().any(|reason| reason.code == code), "{code}: {fit:?}");
        }
    }

    #[test]
    fn names_the_skills_in_common_and_the_sign() {
        let mut job = good();
        job.skills.push("plumbing".into());
        job.description = Some("You must pay a verification fee first".into());
        let fit = fit(&job, None, &us(), now());
        let detail =
            |code: &str| fit.reasons.iter().find(|reason| reason.code == code).unwrap().detail.clone();
        assert_eq!(detail("skills_common")["skills"], "illustration, posters");
        assert_eq!(detail("skills_common")["of"], "3");
        assert_eq!(detail("sign")["sign"], "pay_first");
    }

    #[test]
    fn the_number_stays_between_0_and_100() {
        let mut bad = good();
        bad.description =
            Some("Pay me a verification fee first, write on Telegram, send your seed phrase".into());
        bad.deadline_at = Some(Timestamp::MIN);
        bad.status = Some(JobStatus::Cancelled);
        assert_eq!(fit(&bad, None, &us(), now()).score, 0);
        let best = fit(&good(), Some(&poster(Some(5.0), 9)), &us(), now());
        assert!(best.score <= 100);
    }
}
