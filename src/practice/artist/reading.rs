//! Reads a prompt the way an illustrator skims a brief: what to draw, where, in which light, with which paint
//! and hand. Knows words, not grammar; what it does not know still changes the composition.

use std::cmp::Reverse;

use super::{
    chance::hash,
    vocabulary::{VOCABULARY, Word},
};

/// What stands in the middle of the picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Subject {
    Cat,
    Dog,
    Fox,
    Rabbit,
    Panda,
    Bear,
    Bird,
    Whale,
    Fish,
    Coffee,
    Vase,
    Fruit,
    Books,
    Flowers,
    Leaves,
    Tech,
    Isometric,
    Network,
    Robot,
    Geometric,
    Shop,
    Noodles,
    Cake,
    Person,
    Woman,
    Man,
    Planets,
}

impl Subject {
    pub(super) fn is_person(self) -> bool {
        matches!(self, Self::Person | Self::Woman | Self::Man)
    }
}

/// Where the picture is set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Setting {
    Mountains,
    Sea,
    Dunes,
    Forest,
    City,
    Meadow,
    NightSky,
}

/// Small things a landscape takes in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Extra {
    Moon,
    FullMoon,
    Crescent,
    Sun,
    Boat,
    Lighthouse,
    House,
    Balloon,
    Birds,
    Tree,
    Lake,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Hour {
    Morning,
    Day,
    Evening,
    Night,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Season {
    None,
    Spring,
    Summer,
    Autumn,
    Winter,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Weather {
    Clear,
    Rain,
    Snow,
    Fog,
}

/// The hand the picture is made with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Technique {
    /// Soft gradients and paper grain.
    Gouache,
    /// Even areas in few steps, like a screen print.
    Flat,
    /// Ink outlines on paper with one spot colour.
    Line,
    /// Blotted colour with darker rims on white paper.
    Watercolour,
    /// Layers of cut paper that throw shadows on each other.
    Cutout,
}

/// Everything the artist took from a prompt.
#[derive(Debug, Clone)]
pub(super) struct Reading {
    pub(super) subject: Option<Subject>,
    pub(super) setting: Option<Setting>,
    pub(super) extras: Vec<Extra>,
    pub(super) hour: Option<Hour>,
    pub(super) season: Season,
    pub(super) weather: Weather,
    pub(super) technique: Technique,
    pub(super) minimal: bool,
    pub(super) vintage: bool,
    /// Paint boxes asked for, the picture's own before those of single things.
    pub(super) boxes: Vec<&'static str>,
    /// All paint boxes asked for, in the order of the words.
    pub(super) colours_named: Vec<&'static str>,
    /// Stands for the words about content. Light, colour and style leave it alone, so that "the same but at
    /// evening" keeps its composition.
    pub(super) content: u64,
}

impl Reading {
    pub(super) fn of(prompt: &str) -> Self {
        let mut reading = Self {
            subject: None,
            setting: None,
            extras: Vec::new(),
            hour: None,
            season: Season::None,
            weather: Weather::Clear,
            technique: Technique::Gouache,
            minimal: false,
            vintage: false,
            boxes: Vec::new(),
            colours_named: Vec::new(),
            content: 0,
        };
        let (found, _) = words_of(prompt);
        let mut geometric = false;
        let mut of_things = Vec::new();
        for (index, (start, keyword, word)) in found.iter().enumerate() {
            match *word {
                Word::Subject(Subject::Geometric) => geometric = true,
                Word::Subject(subject @ (Subject::Isometric | Subject::Network))
                    if reading.subject == Some(Subject::Tech) =>
                {
                    reading.subject = Some(subject);
                }
                // "A botanical print of poppies" is a picture of poppies.
                Word::Subject(Subject::Flowers) if reading.subject == Some(Subject::Leaves) => {
                    reading.subject = Some(Subject::Flowers);
                }
                Word::Subject(subject) => {
                    // A person is often only the buyer's way to say who the picture is for.
                    if reading.subject.is_none_or(Subject::is_person)
                        && !(subject == Subject::Person && reading.subject.is_some())
                    {
                        reading.subject = Some(subject);
                    }
                }
                Word::Setting(setting) => {
                    if reading.setting.is_none() || reading.setting == Some(Setting::NightSky) {
                        reading.setting = Some(setting);
                    }
                }
                Word::Extra(extra) => {
                    if !reading.extras.contains(&extra) {
                        reading.extras.push(extra);
                    }
                }
                Word::Hour(hour) => reading.hour = Some(hour),
                Word::Season(season) => reading.season = season,
                Word::Weather(weather) => reading.weather = weather,
                Word::Technique(technique) => reading.technique = technique,
                // "A red cabin in muted greens" is a green picture with a red spot.
                Word::Paint(name) if names_a_thing(found.get(index + 1), start + keyword.len()) => {
                    of_things.push(name);
                }
                Word::Paint(name) => reading.boxes.push(name),
                Word::InkWash => {
                    reading.technique = Technique::Watercolour;
                    reading.boxes = vec!["sumi"];
                }
                Word::Minimal => reading.minimal = true,
                Word::Vintage => reading.vintage = true,
                Word::Filler => {}
            }
        }
        reading.boxes.extend(of_things);
        reading.colours_named.extend(found.iter().filter_map(|(_, _, word)| match word {
            Word::Paint(name) => Some(*name),
            _ => None,
        }));
        let mut seen = Vec::new();
        reading.boxes.retain(|name| {
            !seen.contains(name) && {
                seen.push(*name);
                true
            }
        });
        if geometric {
            if reading.subject.is_none() && reading.setting.is_none() {
                reading.subject = Some(Subject::Geometric);
            }
            reading.technique = Technique::Flat;
        }
        if reading.season == Season::Winter && reading.weather == Weather::Clear {
            reading.weather = Weather::Snow;
        }
        reading.place_extras();

        // Later sentences tell how, or what to change; they leave the composition alone.
        let mut content = words_of(first_sentence(prompt)).1;
        for (_, keyword, word) in &found {
            if matches!(word, Word::Subject(_) | Word::Setting(_) | Word::Extra(_)) {
                content.push(' ');
                content.push_str(keyword);
            }
        }
        reading.content = hash(&content);
        reading
    }

    /// A boat wants water, a moon wants night.
    fn place_extras(&mut self) {
        if self.subject.is_none() && self.setting.is_none() {
            self.setting = self.extras.iter().find_map(|extra| match extra {
                Extra::Boat | Extra::Lighthouse => Some(Setting::Sea),
                Extra::House | Extra::Lake => Some(Setting::Mountains),
                Extra::Balloon | Extra::Tree => Some(Setting::Meadow),
                Extra::Moon | Extra::FullMoon | Extra::Crescent => Some(Setting::NightSky),
                Extra::Sun | Extra::Birds => None,
            });
            if self.setting.is_none() && self.hour == Some(Hour::Night) {
                self.setting = Some(Setting::NightSky);
            }
        }
        if self.setting == Some(Setting::Mountains) && self.wants(Extra::Lighthouse) {
            self.setting = Some(Setting::Sea);
        }
        if self.hour.is_none() && (self.wants_moon() || self.setting == Some(Setting::NightSky)) {
            self.hour = Some(Hour::Night);
        }
    }

    pub(super) fn wants_moon(&self) -> bool {
        [Extra::Moon, Extra::FullMoon, Extra::Crescent].into_iter().any(|moon| self.wants(moon))
    }

    pub(super) fn wants(&self, extra: Extra) -> bool {
        self.extras.contains(&extra)
    }
}

type Found = (usize, &'static str, Word);

/// The known words in reading order, and what is left of the prompt without them.
fn words_of(prompt: &str) -> (Vec<Found>, String) {
    let mut text = format!(" {} ", prompt.to_lowercase());
    forget_refusals(&mut text);
    let mut picture = text.clone();
    forget_audience(&mut picture);
    let words = find_words(&picture);
    let says_what = words.0.iter().any(|(_, _, word)| matches!(word, Word::Subject(_) | Word::Setting(_)));
    if says_what { words } else { find_words(&text) }
}

fn find_words(text: &str) -> (Vec<Found>, String) {
    let mut text = plain(text);
    let mut vocabulary: Vec<(&'static str, Word)> = VOCABULARY
        .iter()
        .flat_map(|(word, keywords)| keywords.split(", ").map(|keyword| (keyword, *word)))
        .collect();
    // Longest first: "coffee shop" is a shop, and Shanghai is not the sea.
    vocabulary.sort_by_key(|(keyword, _)| Reverse(keyword.len()));
    let mut found = Vec::new();
    for (keyword, word) in vocabulary {
        while let Some((start, end)) = find(&text, keyword) {
            found.push((start, keyword, word));
            blank(&mut text, start, end);
        }
    }
    found.sort_by_key(|(start, ..)| *start);
    (found, text.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// Whether the next known word is a thing and follows at once.
fn names_a_thing(next: Option<&Found>, end: usize) -> bool {
    next.is_some_and(|(start, _, word)| {
        *start <= end + 1 && matches!(word, Word::Subject(_) | Word::Extra(_))
    })
}

fn first_sentence(prompt: &str) -> &str {
    prompt
        .split(['.', '!', '?', '\n', '。', '！', '？'])
        .find(|part| !part.trim().is_empty())
        .unwrap_or(prompt)
}

/// Everything that is neither letter nor digit becomes a space.
fn plain(text: &str) -> String {
    text.chars().map(|letter| if letter.is_alphanumeric() { letter } else { ' ' }).collect()
}

/// Latin keywords match whole words and their plural, Chinese ones match anywhere.
fn find(text: &str, keyword: &str) -> Option<(usize, usize)> {
    if !keyword.is_ascii() {
        return text.find(keyword).map(|start| (start, start + keyword.len()));
    }
    text.match_indices(keyword).find_map(|(start, _)| {
        let stem = start + keyword.len();
        let before = text[..start].chars().next_back();
        let rest = &text[stem..];
        let ending = ["", "s", "es"].into_iter().find(|ending| {
            rest.strip_prefix(ending)
                .is_some_and(|after| !after.chars().next().is_some_and(|next| next.is_ascii_alphanumeric()))
        })?;
        (!before.is_some_and(|letter| letter.is_ascii_alphanumeric())).then_some((start, stem + ending.len()))
    })
}

/// Takes out what the prompt does not want: "no people", "leave out: text, people.", "不要人物".
fn forget_refusals(text: &mut String) {
    // The word after it, past an article.
    for refusal in [" no ", " without "] {
        while let Some(start) = text.find(refusal) {
            let mut end = start + refusal.len();
            for _ in 0..2 {
                let word = text[end..].split(' ').next().unwrap_or_default();
                end += word.len();
                if !matches!(word, "a" | "an" | "any" | "the") {
                    break;
                }
                end = (end + 1).min(text.len());
            }
            blank(text, start + 1, end);
        }
    }
    forget_after(text, &["leave out", "avoid"], ".;!?\n。；");
    forget_after(text, &["instead of", "rather than", "不要", "没有", "而不是"], ".,;:!?，。；！？\n");
}

/// Takes out who or what the picture is for: "a banner for my coffee shop: a steaming cup".
fn forget_audience(text: &mut String) {
    forget_after(
        text,
        &[" for my ", " for our ", " for a ", " for an ", "用于", "用作"],
        ".,;:!?，。；：！？\n",
    );
}

fn forget_after(text: &mut String, markers: &[&str], ends: &str) {
    for marker in markers {
        while let Some(start) = text.find(marker) {
            let end = text[start..]
                .find(|letter| ends.contains(letter))
                .map_or(text.len(), |length| start + length);
            blank(text, start, end);
        }
    }
}

fn blank(text: &mut String, start: usize, end: usize) {
    text.replace_range(start..end, &" ".repeat(end - start));
}
