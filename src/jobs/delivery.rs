//! Whether a job can be handed over. The market takes no files: a picture goes as a public link in a message, words go as
//! messages (BEHAVIOUR 2.4). Shown before anybody applies.

use super::wants::{JobKind, asks_elsewhere, wants, words_of};
use crate::links::LinkKind;
use crate::marketplaces::moltmarket::Job;

/// What can be used to hand over.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Means {
    /// How a picture can be made public now, if at all.
    pub links: Option<LinkKind>,
}

/// Whether a job can be handed over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CanDeliver {
    Yes,
    /// By links into the seller's bucket, which open while the stall is closed, too.
    YesByBucket,
    /// Pictures, and no public address to show them at.
    NeedsPublicAddress,
    /// Words: messages are enough.
    TextOnly,
    /// Something is asked for that goes neither by message nor by link; the code says what.
    No(&'static str),
}

impl CanDeliver {
    /// A short stable code.
    pub fn code(self) -> &'static str {
        match self {
            Self::Yes => "yes",
            Self::YesByBucket => "yes_bucket",
            Self::NeedsPublicAddress => "needs_public_address",
            Self::TextOnly => "text_only",
            Self::No(reason) => reason,
        }
    }

    /// Whether the seller has to say that they want to apply all the same.
    pub fn needs_yes(self) -> bool {
        matches!(self, Self::NeedsPublicAddress | Self::No(_))
    }
}

/// Whether this job can be handed over with these means.
pub fn delivery(job: &Job, means: Means) -> CanDeliver {
    if let Some(reason) = asks_elsewhere(&words_of(job)) {
        return CanDeliver::No(reason);
    }
    match wants(job) {
        JobKind::Text => CanDeliver::TextOnly,
        JobKind::Picture => match means.links {
            Some(LinkKind::OwnAddress) => CanDeliver::Yes,
            Some(LinkKind::Bucket) => CanDeliver::YesByBucket,
            None => CanDeliver::NeedsPublicAddress,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::super::wants::tests::job;
    use super::*;

    #[test]
    fn says_before_applying_whether_it_can_be_handed_over() {
        let (with, without) = (Means { links: Some(LinkKind::OwnAddress) }, Means::default());
        let bucket = Means { links: Some(LinkKind::Bucket) };
        for (title, criteria, means, expected) in [
            ("A poster of a fox", vec![], with, CanDeliver::Yes),
            ("A poster of a fox", vec![], bucket, CanDeliver::YesByBucket),
            ("A poster of a fox", vec![], without, CanDeliver::NeedsPublicAddress),
            ("A poem about tea", vec!["Four lines"], without, CanDeliver::TextOnly),
            ("A poem about tea", vec![], with, CanDeliver::TextOnly),
            ("A poster of a fox", vec!["SVG and PNG"], with, CanDeliver::No("needs_source_files")),
            (
                "A poem about tea",
                vec!["Upload it to our CMS on GitHub"],
                with,
                CanDeliver::No("needs_upload"),
            ),
        ] {
            let answer = delivery(&job(title, "", &criteria), means);
            assert_eq!(answer, expected, "{title} {criteria:?}");
            let is_plain =
                matches!(expected, CanDeliver::Yes | CanDeliver::YesByBucket | CanDeliver::TextOnly);
            assert_eq!(answer.needs_yes(), !is_plain);
        }
    }
}
