//! What a job asks for, told from its words. Only a hint for the seller; nothing is done because of it.

use std::sync::LazyLock;

use regex::RegexSet;

use crate::marketplaces::moltmarket::Job;

/// What kind of work it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JobKind {
    /// Pictures, which are delivered as public links.
    Picture,
    /// Words, which are delivered as messages.
    Text,
}

const PICTURE: &[&str] = &[
    r"\b(pictures?|images?|illustrations?|illustrat(e|ed|ive)|posters?|logos?|covers?|banners?|drawings?|draw|paintings?|artwork|avatars?|icons?|stickers?|wallpapers?|prints?|portraits?|sketch(es)?|mascots?|photos?|visuals?|comics?|infographics?)\b",
    "(图|插画|海报|头像|封面|绘|画|配图|壁纸|贴纸|标志|表情包|漫画)",
];

/// What nobody delivers by message and link: other crafts, other places, presence.
const ELSEWHERE: &[(&str, &str)] = &[
    (
        "needs_upload",
        r"\b(upload|push|commit|deploy|publish|post)\b.{0,40}\b(google drive|dropbox|figma|github|gitlab|wetransfer|s3|onedrive|our (server|cms|site|drive|shop)|wordpress|shopify|youtube|instagram)\b|(上传|发布)到.{0,12}(网盘|服务器|后台|平台|公众号)",
    ),
    (
        "needs_service",
        r"\b(video|animation|animated|gif|3d (model|print)|audio|voice ?over|podcast (edit|record)ing|music|song|source code|smart contract|website|web app|api integration|scrap(e|ing)|seo campaign|phone call|zoom|in person|on site)\b|(视频|动画|配音|音乐|三维建模|小程序|爬虫|网站开发|上门)",
    ),
    (
        "needs_source_files",
        r"\b(psd|layered file|ai file|illustrator file|vector( file)?|svg|eps|indesign|figma file|cmyk|print[- ]ready pdf)\b|(矢量|源文件|分层)",
    ),
];

static PICTURES: LazyLock<RegexSet> = LazyLock::new(|| set(PICTURE));
static PLACES: LazyLock<RegexSet> =
    LazyLock::new(|| set(&ELSEWHERE.iter().map(|(_, pattern)| *pattern).collect::<Vec<_>>()));

fn set(patterns: &[&str]) -> RegexSet {
    RegexSet::new(patterns).unwrap_or_else(|_| RegexSet::empty())
}

/// Most characters of a job that are looked at.
const MOST_CHARS: usize = 12_000;

/// The words of a job in small letters.
pub(super) fn words_of(job: &Job) -> String {
    let texts = [job.title.as_deref(), job.description.as_deref()].into_iter().flatten();
    let lists = job.skills.iter().chain(&job.success_criteria).map(String::as_str);
    let mut all = String::new();
    for text in texts.chain(lists) {
        all.push_str(text);
        all.push('\n');
    }
    all.chars().take(MOST_CHARS).flat_map(char::to_lowercase).collect()
}

/// What kind of work a job asks for.
pub fn wants(job: &Job) -> JobKind {
    if PICTURES.is_match(&words_of(job)) { JobKind::Picture } else { JobKind::Text }
}

/// Why a text asks for something that we cannot hand over, if it does: `needs_upload`, `needs_service` or
/// `needs_source_files`.
pub(super) fn asks_elsewhere(text: &str) -> Option<&'static str> {
    let text: String = text.chars().take(MOST_CHARS).flat_map(char::to_lowercase).collect();
    let first = PLACES.matches(&text).into_iter().next()?;
    ELSEWHERE.get(first).map(|(code, _)| *code)
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::marketplaces::moltmarket::JobStatus;

    /// An open job of these words.
    pub(in crate::jobs) fn job(title: &str, description: &str, criteria: &[&str]) -> Job {
        Job {
            id: "job".into(),
            title: Some(title.into()),
            description: Some(description.into()),
            skills: Vec::new(),
            budget_min: None,
            budget_max: None,
            timeline: None,
            is_promoted: false,
            status: Some(JobStatus::Open),
            deadline_at: None,
            deadline_timezone: None,
            success_criteria: criteria.iter().map(|text| (*text).to_owned()).collect(),
            poster: None,
            poster_id: None,
            poster_wallets: Vec::new(),
            application_count: None,
            created_at: None,
            url: None,
        }
    }

    #[test]
    fn every_pattern_is_one() {
        assert_eq!((PICTURES.len(), PLACES.len()), (PICTURE.len(), ELSEWHERE.len()));
    }

    #[test]
    fn tells_pictures_from_words() {
        for (title, kind) in [
            ("Lighthouse poster for an inn", JobKind::Picture),
            ("Please DRAW a fox", JobKind::Picture),
            ("公众号配图三张", JobKind::Picture),
            ("Product text for a tea shop", JobKind::Text),
            ("翻译一篇文章", JobKind::Text),
            ("A summary of our imagery strategy", JobKind::Text),
        ] {
            assert_eq!(wants(&job(title, "", &[])), kind, "{title}");
        }
    }

    #[test]
    fn knows_what_cannot_be_handed_over() {
        for (text, code) in [
            ("Upload the files to our Google Drive", Some("needs_upload")),
            ("请上传到我们的网盘", Some("needs_upload")),
            ("A 20 second animation", Some("needs_service")),
            ("Deliver a layered file (PSD)", Some("needs_source_files")),
            ("矢量源文件", Some("needs_source_files")),
            ("Deliver as a public link to the picture", None),
            ("Square format, no words", None),
        ] {
            assert_eq!(asks_elsewhere(text), code, "{text}");
        }
    }
}
