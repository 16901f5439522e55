use image::{ImageFormat, RgbaImage};

use super::{
    draw, draw_png,
    reading::{Hour, Reading, Season, Setting, Subject, Technique, Weather},
};

const PROMPTS: [&str; 12] = [
    "misty mountains at sunrise",
    "a lighthouse by the sea",
    "a cat",
    "a fox in the snow",
    "a cup of coffee on a table",
    "city skyline at night",
    "bouquet of flowers, pink",
    "geometric bauhaus poster",
    "tech cover with glowing nodes",
    "一个女孩的肖像",
    "a small shop with an awning",
    "words the artist has never met",
];

#[test]
fn same_prompt_size_and_seed_give_the_same_pixels() {
    for prompt in PROMPTS {
        assert_eq!(draw(prompt, 160, 120, 7), draw(prompt, 160, 120, 7), "{prompt}");
    }
}

#[test]
fn any_two_prompts_give_visibly_different_pictures() {
    let pictures = PROMPTS.map(|prompt| draw(prompt, 128, 128, 1));
    for (index, one) in pictures.iter().enumerate() {
        for (other_index, other) in pictures.iter().enumerate().skip(index + 1) {
            let difference = difference(one, other);
            assert!(difference > 12.0, "{} / {}: {difference}", PROMPTS[index], PROMPTS[other_index]);
        }
    }
}

#[test]
fn another_seed_is_another_composition() {
    for prompt in PROMPTS {
        let difference = difference(&draw(prompt, 128, 128, 1), &draw(prompt, 128, 128, 2));
        assert!(difference > 3.0, "{prompt}: {difference}");
    }
}

#[test]
fn no_picture_is_blank_or_transparent() {
    for prompt in PROMPTS {
        let picture = draw(prompt, 160, 160, 3);
        assert!(picture.pixels().all(|pixel| pixel.0[3] == 255), "{prompt} shows through");
        for channel in 0..3 {
            let deviation = deviation(&picture, channel);
            assert!(deviation > 10.0, "{prompt}: channel {channel} varies by {deviation} only");
        }
    }
}

#[test]
fn every_shape_of_sheet_is_a_png_of_the_asked_size() {
    for (width, height) in [(240, 240), (320, 180), (180, 320), (300, 200), (200, 300), (400, 50), (1, 1)] {
        let file = draw_png("山 黄昏", width, height, 1).expect("encodes");
        let picture = image::load_from_memory_with_format(&file, ImageFormat::Png).expect("opens as PNG");
        assert_eq!((picture.width(), picture.height()), (width, height));
    }
}

#[test]
fn a_sheet_without_pixels_becomes_the_smallest_one() {
    assert_eq!(draw("sea", 0, 0, 1).dimensions(), (1, 1));
}

#[test]
fn a_size_keeps_the_composition() {
    let small = draw("a vase of flowers", 96, 96, 5);
    let large = draw("a vase of flowers", 192, 192, 5);
    let shrunk = RgbaImage::from_fn(96, 96, |x, y| *large.get_pixel(x * 2, y * 2));
    assert!(difference(&small, &shrunk) < 12.0);
}

#[test]
fn chinese_prompts_mean_what_english_ones_do() {
    for (chinese, english) in [
        ("一只猫", "a cat"),
        ("雪中的狐狸", "a fox in the snow"),
        ("大熊猫", "a panda"),
        ("山", "mountains"),
        ("海边的灯塔", "a lighthouse by the sea"),
        ("上海城市夜景", "shanghai city at night"),
        ("一杯咖啡", "a cup of coffee"),
        ("科技封面", "a tech cover"),
        ("一束鲜花", "flowers"),
        ("森林 秋天", "an autumn forest"),
        ("星空", "a starry sky"),
        ("面条 美食", "a bowl of noodles"),
        ("生日蛋糕", "a birthday cake"),
        ("女孩 头像", "portrait of a girl"),
        ("书店", "a bookshop"),
    ] {
        let (left, right) = (Reading::of(chinese), Reading::of(english));
        assert_eq!(left.subject, right.subject, "{chinese}");
        assert_eq!(left.setting, right.setting, "{chinese}");
        assert_eq!(
            (left.hour, left.season, left.weather),
            (right.hour, right.season, right.weather),
            "{chinese}"
        );
    }
}

#[test]
fn the_same_but_at_evening_keeps_the_composition_and_changes_the_light() {
    for (day, evening) in [
        ("a sailing boat on the sea", "a sailing boat on the sea, the same but at evening"),
        ("a cup of coffee", "the same cup of coffee but in the evening please"),
        ("海边的灯塔", "海边的灯塔，改成傍晚"),
    ] {
        assert_eq!(Reading::of(day).content, Reading::of(evening).content, "{day}");
        assert_eq!(Reading::of(evening).hour, Some(Hour::Evening));
        let difference = difference(&draw(day, 128, 128, 9), &draw(evening, 128, 128, 9));
        assert!(difference > 12.0, "{evening}: {difference}");
    }
}

#[test]
fn the_last_hour_named_counts() {
    assert_eq!(Reading::of("the sea in the morning. Make it night instead").hour, Some(Hour::Night));
}

#[test]
fn colour_words_choose_the_paint() {
    for prompt in ["mountains", "a cat", "portrait of a woman", "flowers"] {
        let [red, green, blue] = average(&draw(&format!("{prompt}, blue"), 96, 96, 2));
        let [warm_red, warm_green, warm_blue] = average(&draw(&format!("{prompt} 红色"), 96, 96, 2));
        let (cold, warm) = (blue - (red + green) / 2.0, warm_blue - (warm_red + warm_green) / 2.0);
        assert!(cold > warm + 15.0, "{prompt}: blue excess {cold} against {warm}");
    }
    let picture = draw("black and white mountains", 96, 96, 2);
    let [red, _, blue] = average(&picture);
    assert!((red - blue).abs() < 12.0, "black and white has a cast: {red} against {blue}");
}

#[test]
fn the_colour_of_a_thing_is_a_spot_in_the_colour_of_the_picture() {
    assert_eq!(Reading::of("a red cabin in a forest, muted greens").boxes, ["meadow", "poppy"]);
    assert_eq!(Reading::of("红色小屋，绿色").boxes, ["meadow", "poppy"]);
    assert_eq!(Reading::of("a red cabin").boxes, ["poppy"]);
}

#[test]
fn style_words_choose_the_hand() {
    for (prompt, technique) in [
        ("a cat, watercolour", Technique::Watercolour),
        ("a cat, line art", Technique::Line),
        ("猫 剪纸", Technique::Cutout),
        ("a cat, flat design", Technique::Flat),
        ("山水 水墨画", Technique::Watercolour),
        ("a cat", Technique::Gouache),
    ] {
        assert_eq!(Reading::of(prompt).technique, technique, "{prompt}");
    }
    let (plain, inked) = (draw("a cat", 128, 128, 1), draw("a cat, line art", 128, 128, 1));
    assert!(difference(&plain, &inked) > 20.0);
}

#[test]
fn longer_words_win_over_the_shorter_ones_inside_them() {
    assert_eq!(Reading::of("a coffee shop").subject, Some(Subject::Shop));
    assert_eq!(Reading::of("熊猫").subject, Some(Subject::Panda));
    assert_eq!(Reading::of("上海").setting, Some(Setting::City));
    assert_eq!(Reading::of("a tech cover with glowing nodes").subject, Some(Subject::Network));
    assert_eq!(Reading::of("concatenate").subject, None);
}

#[test]
fn who_a_picture_is_for_is_not_what_it_shows() {
    let reading = Reading::of("A banner for my flower shop: a steaming cup of coffee");
    assert_eq!(reading.subject, Some(Subject::Coffee));
    assert_eq!(
        Reading::of("A banner for my flower shop").subject,
        Some(Subject::Shop),
        "the only clue there is"
    );
}

#[test]
fn words_about_the_sheet_are_not_words_about_the_picture() {
    let reading =
        Reading::of("A red fox.\nHouse style: soft.\nFormat: a landscape picture, aspect ratio 3:2.");
    assert_eq!((reading.subject, reading.setting), (Some(Subject::Fox), None));
    assert!(reading.extras.is_empty(), "{:?}", reading.extras);
}

#[test]
fn what_the_buyer_refuses_is_not_drawn() {
    assert_eq!(Reading::of("mountains, no people, without text").subject, None);
    assert_eq!(Reading::of("山，不要人物").subject, None);
    assert_eq!(Reading::of("a forest. Could it be winter instead of autumn?").season, Season::Winter);
    assert_eq!(Reading::of("city without rain").weather, Weather::Clear);
    assert_eq!(Reading::of("A red fox. Leave out: text, cats. Watercolour.").subject, Some(Subject::Fox));
    assert_eq!(Reading::of("Leave out: cats, dogs.\nIn watercolour.").technique, Technique::Watercolour);
}

#[test]
fn every_scene_can_be_made_in_every_hand_and_light() {
    let scenes = [
        "mountains, lake, cabin",
        "sea with a boat",
        "dunes",
        "forest",
        "city",
        "meadow, balloon, tree",
        "night sky",
        "dog",
        "robot",
        "rabbit",
        "bear",
        "bird",
        "whale",
        "koi",
        "vase",
        "fruit",
        "books",
        "leaves",
        "noodles",
        "cake",
        "man",
        "planets",
        "shop",
        "abstract",
        "tech",
    ];
    let manners = [
        "night, line art",
        "evening, watercolour",
        "winter, paper cut",
        "rain, flat",
        "morning, vintage, minimal",
    ];
    for scene in scenes {
        for (seed, manner) in manners.iter().enumerate() {
            let picture = draw(&format!("{scene}, {manner}"), 72, 54, seed as u64);
            let varies = (0..3).map(|channel| deviation(&picture, channel)).fold(0.0, f64::max);
            assert!(varies > 4.0, "{scene}, {manner} is nearly blank: {varies}");
        }
    }
}

/// Mean absolute difference of the colour channels, 0 to 255.
fn difference(one: &RgbaImage, other: &RgbaImage) -> f64 {
    let sum: u64 = one
        .pixels()
        .zip(other.pixels())
        .map(|(a, b)| (0..3).map(|channel| u64::from(a.0[channel].abs_diff(b.0[channel]))).sum::<u64>())
        .sum();
    sum as f64 / (one.width() * one.height() * 3) as f64
}

fn average(picture: &RgbaImage) -> [f64; 3] {
    std::array::from_fn(|channel| {
        let sum: u64 = picture.pixels().map(|pixel| u64::from(pixel.0[channel])).sum();
        sum as f64 / f64::from(picture.width() * picture.height())
    })
}

fn deviation(picture: &RgbaImage, channel: usize) -> f64 {
    let mean = average(picture)[channel];
    let sum: f64 = picture.pixels().map(|pixel| (f64::from(pixel.0[channel]) - mean).powi(2)).sum();
    (sum / f64::from(picture.width() * picture.height())).sqrt()
}
