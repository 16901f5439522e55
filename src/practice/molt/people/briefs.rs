//! The jobs posters have.

/// One job.
#[derive(Debug, Clone, Copy)]
pub(super) struct Brief {
    pub(super) title: &'static str,
    pub(super) description: &'static str,
    pub(super) skills: &'static [&'static str],
    pub(super) criteria: &'static [&'static str],
    pub(super) budget: (f64, f64),
    pub(super) timeline: &'static str,
    /// Days until the deadline, if it has one.
    pub(super) days: Option<u32>,
    pub(super) pictures: usize,
    /// Asked to be changed, first and second.
    pub(super) changes: [&'static str; 2],
}

pub(super) const ENGLISH: &[Brief] = &[
    Brief {
        title: "Lighthouse poster for a seaside inn",
        description: "We run a small inn by the sea and want a poster for the hallway: a lighthouse on a rocky cliff at sunset, calm sea, soft orange and violet sky, painted like gouache. Please deliver as a public link to the picture.",
        skills: &["illustration", "posters"],
        criteria: &["A lighthouse on a rocky cliff at sunset", "Gouache look, no text in the picture"],
        budget: (25.0, 40.0),
        timeline: "2 days",
        days: Some(2),
        pictures: 1,
        changes: [
            "Could it be evening instead, with the lamp lit?",
            "Could you make the sea a little calmer?",
        ],
    },
    Brief {
        title: "Cover picture for a podcast about bread",
        description: "Square cover for a podcast about baking at home. A loaf with steam on a linen cloth, warm light, room at the top for a title we add ourselves. No words in the picture please.",
        skills: &["illustration", "cover art"],
        criteria: &["Square format", "A loaf of bread with steam", "No words in the picture"],
        budget: (15.0, 30.0),
        timeline: "this week",
        days: Some(5),
        pictures: 1,
        changes: ["Please make the background darker.", "Could the loaf be a bit bigger?"],
    },
    Brief {
        title: "Two kitchen prints, fruit, dark background",
        description: "Two pictures for our kitchen that belong together: one of a sliced pomegranate and one of figs on a plate, dark moody background, painterly. Two files, one link each.",
        skills: &["illustration", "still life"],
        criteria: &[
            "One picture of a sliced pomegranate",
            "One picture of figs on a plate",
            "The same dark background in both",
        ],
        budget: (40.0, 60.0),
        timeline: "1 week",
        days: Some(7),
        pictures: 2,
        changes: ["Could the background be a bit lighter in both?", "Could the plate be white?"],
    },
    Brief {
        title: "Banner for a newsletter on home networks",
        description: "Wide banner, 16:9: glowing nodes connected by thin lines over a dark blue grid, calm and modern. It stands above every issue, so nothing too loud. No logos, no words.",
        skills: &["banner", "tech illustration", "design"],
        criteria: &["16:9 format", "Glowing nodes and thin lines on dark blue"],
        budget: (20.0, 35.0),
        timeline: "3 days",
        days: None,
        pictures: 1,
        changes: [
            "Please make it a little brighter, with more cyan.",
            "Could there be fewer lines on the left?",
        ],
    },
    Brief {
        title: "Story picture: a fox reading under an oak",
        description: "For the first page of a children's story: a fox reading a book under an oak tree in autumn, golden leaves falling, storybook illustration, friendly and not too detailed.",
        skills: &["illustration", "children's books"],
        criteria: &["A fox reading a book under an oak tree", "Autumn colours", "Friendly storybook style"],
        budget: (30.0, 45.0),
        timeline: "5 days",
        days: Some(6),
        pictures: 1,
        changes: ["Could it be winter instead of autumn?", "Could the fox wear a red scarf?"],
    },
    Brief {
        title: "Shop front picture for a small website",
        description: "A cheerful shop front with a striped awning, flower boxes and a bicycle leaning outside, sunny street, flat illustration in landscape format. It goes on top of our website.",
        skills: &["web illustration", "flat design"],
        criteria: &["Striped awning, flower boxes and a bicycle", "Landscape format"],
        budget: (18.0, 28.0),
        timeline: "4 days",
        days: Some(4),
        pictures: 1,
        changes: ["Could it be rainy, with reflections on the pavement?", "Please remove the bicycle."],
    },
    Brief {
        title: "A short product text for a tea shop",
        description: "We need about one hundred words for our shop page about a smoked black tea: warm, honest, no exaggeration. Please send the text as a message here, no files.",
        skills: &["copywriting"],
        criteria: &["About one hundred words", "Mentions that the tea is smoked over pine"],
        budget: (8.0, 15.0),
        timeline: "1 day",
        days: Some(1),
        pictures: 0,
        changes: ["Could it be a little shorter?", "Could the last sentence be warmer?"],
    },
];

pub(super) const CHINESE: &[Brief] = &[
    Brief {
        title: "花店海报一张：向日葵与蓝色陶罐",
        description: "给我的花店画一张海报：一束向日葵插在蓝色陶罐里，阳光从左边照进来，油画质感，竖版，画面里不要文字。完成后请发公开的图片链接。",
        skills: &["插画", "海报"],
        criteria: &["一束向日葵插在蓝色陶罐里", "竖版，画面里没有文字"],
        budget: (20.0, 35.0),
        timeline: "两天",
        days: Some(2),
        pictures: 1,
        changes: ["陶罐可以换成白色吗？", "阳光能不能再柔和一点？"],
    },
    Brief {
        title: "公众号封面：深蓝色科技网络",
        description: "科技类公众号的封面，深蓝色背景，发光的节点和细线连成网络，简洁现代，横版16:9，画面里不要文字和标志，用作每期的固定封面。",
        skills: &["插画", "封面设计"],
        criteria: &["横版16:9", "深蓝色背景上有发光的节点和细线"],
        budget: (15.0, 25.0),
        timeline: "三天",
        days: Some(3),
        pictures: 1,
        changes: ["能不能再亮一点？", "左边的线条可以少一些吗？"],
    },
    Brief {
        title: "儿童绘本首页：银杏树下的小狐狸",
        description: "绘本第一页的插画：小狐狸坐在秋天的银杏树下看书，金黄色的落叶，童话风格，颜色温暖，不要太复杂，方形构图即可。",
        skills: &["插画", "绘本"],
        criteria: &["小狐狸坐在银杏树下看书", "温暖的童话风格"],
        budget: (25.0, 40.0),
        timeline: "一周",
        days: None,
        pictures: 1,
        changes: ["可以改成冬天下雪吗？", "能给小狐狸加一条围巾吗？"],
    },
];

/// The `number`th brief of a language; the kinds that must have a picture never get the job without one.
pub(super) fn at(is_chinese: bool, number: usize) -> Brief {
    let briefs = if is_chinese { CHINESE } else { ENGLISH };
    briefs.get(number % briefs.len()).copied().unwrap_or(EMPTY)
}

/// How many briefs there are in a language.
pub(super) fn count(is_chinese: bool) -> usize {
    if is_chinese { CHINESE.len() } else { ENGLISH.len() }
}

const EMPTY: Brief = Brief {
    title: "",
    description: "",
    skills: &[],
    criteria: &[],
    budget: (0.0, 0.0),
    timeline: "",
    days: None,
    pictures: 1,
    changes: ["", ""],
};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::practice::market::policy;

    #[test]
    fn every_brief_could_be_posted_by_anyone() {
        for brief in ENGLISH.iter().chain(CHINESE) {
            assert!((5..=200).contains(&brief.title.chars().count()), "{}", brief.title);
            assert!((20..=10_000).contains(&brief.description.chars().count()), "{}", brief.title);
            assert!(!brief.criteria.is_empty() && brief.criteria.len() <= 20);
            assert!(brief.budget.0 <= brief.budget.1);
            let texts = [brief.title, brief.description, &brief.criteria.join(" "), &brief.changes.join(" ")];
            assert!(policy::check(&texts).is_ok(), "{}", brief.title);
        }
    }

    #[test]
    fn there_are_jobs_with_none_one_and_two_pictures() {
        for pictures in 0..=2 {
            assert!(ENGLISH.iter().any(|brief| brief.pictures == pictures), "{pictures}");
        }
    }
}
