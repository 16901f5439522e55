//! What goes where: one file a family of scenes, each a function that paints a whole sheet.

mod bird;
mod botanical;
mod city;
mod creature;
mod forest;
mod geometric;
mod land;
mod mountains;
mod night;
mod portrait;
mod robot;
mod sea;
mod shop;
mod still_life;
mod table;
mod tech;
mod water_life;

use super::{
    chance::Chance,
    painting::Painting,
    reading::{Reading, Setting, Subject},
};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Scene {
    Of(Subject),
    In(Setting),
}

impl Scene {
    /// The scene a prompt asks for, or one of the crowd-pleasers if it names none.
    pub(super) fn chosen(reading: &Reading, chance: &mut Chance) -> Self {
        const UNPROMPTED: [Scene; 10] = [
            Scene::In(Setting::Mountains),
            Scene::In(Setting::Sea),
            Scene::In(Setting::Meadow),
            Scene::In(Setting::Dunes),
            Scene::In(Setting::Forest),
            Scene::Of(Subject::Geometric),
            Scene::Of(Subject::Leaves),
            Scene::Of(Subject::Flowers),
            Scene::Of(Subject::Vase),
            Scene::In(Setting::City),
        ];
        let any = chance.one_of(&UNPROMPTED);
        reading.subject.map(Self::Of).or(reading.setting.map(Self::In)).unwrap_or(any)
    }

    pub(super) fn is_outdoors(self) -> bool {
        match self {
            Self::In(_) => true,
            Self::Of(subject) => matches!(
                subject,
                Subject::Cat
                    | Subject::Dog
                    | Subject::Fox
                    | Subject::Rabbit
                    | Subject::Panda
                    | Subject::Bear
                    | Subject::Bird
                    | Subject::Whale
                    | Subject::Shop
            ),
        }
    }
}

/// The paint boxes that suit a scene when the prompt names no colour.
pub(super) fn paint_for(scene: Scene) -> &'static [&'static str] {
    match scene {
        Scene::In(Setting::Mountains) => &["harbour", "glacier", "plum", "rose", "grove", "terracotta"],
        Scene::In(Setting::Sea) => &["harbour", "glacier", "rose", "terracotta", "sherbet"],
        Scene::In(Setting::Dunes) => &["terracotta", "lemon", "poppy", "plum", "rose"],
        Scene::In(Setting::Forest) => &["grove", "meadow", "glacier", "harbour"],
        Scene::In(Setting::City) => &["plum", "harbour", "retro", "rose", "glacier"],
        Scene::In(Setting::Meadow) => &["meadow", "lemon", "retro", "sherbet", "harbour"],
        Scene::In(Setting::NightSky) => &["midnight", "plum", "harbour", "grove"],
        Scene::Of(Subject::Tech | Subject::Isometric | Subject::Network) => {
            &["midnight", "neon", "harbour", "noir"]
        }
        Scene::Of(Subject::Robot) => &["glacier", "sherbet", "retro", "lemon"],
        Scene::Of(Subject::Planets) => &["midnight", "neon", "plum"],
        Scene::Of(Subject::Geometric) => &["retro", "terracotta", "harbour", "poppy", "lemon", "glacier"],
        Scene::Of(Subject::Flowers | Subject::Leaves) => {
            &["rose", "terracotta", "grove", "sherbet", "meadow", "lemon"]
        }
        Scene::Of(Subject::Coffee | Subject::Vase | Subject::Fruit | Subject::Books) => {
            &["terracotta", "earth", "retro", "glacier", "rose"]
        }
        Scene::Of(Subject::Noodles) => &["poppy", "retro", "terracotta", "glacier"],
        Scene::Of(Subject::Cake) => &["rose", "sherbet", "lemon"],
        Scene::Of(Subject::Shop) => &["terracotta", "glacier", "retro", "meadow", "rose"],
        Scene::Of(Subject::Person | Subject::Woman | Subject::Man) => {
            &["rose", "retro", "glacier", "terracotta", "plum", "lemon"]
        }
        Scene::Of(Subject::Fish) => &["glacier", "harbour", "grove", "midnight"],
        Scene::Of(Subject::Whale) => &["harbour", "glacier", "midnight"],
        Scene::Of(Subject::Panda) => &["meadow", "grove", "glacier"],
        Scene::Of(Subject::Fox | Subject::Bear) => &["glacier", "grove", "harbour", "meadow"],
        Scene::Of(Subject::Cat | Subject::Dog | Subject::Rabbit | Subject::Bird) => {
            &["terracotta", "retro", "rose", "glacier", "lemon", "meadow"]
        }
    }
}

pub(super) fn paint(p: &mut Painting) {
    match p.scene {
        Scene::In(setting) => paint_setting(p, setting),
        Scene::Of(subject) => match subject {
            Subject::Cat | Subject::Dog | Subject::Fox | Subject::Rabbit | Subject::Panda | Subject::Bear => {
                creature::paint(p, subject);
            }
            Subject::Bird => bird::paint(p),
            Subject::Whale => water_life::whale(p),
            Subject::Fish => water_life::koi(p),
            Subject::Coffee | Subject::Vase | Subject::Fruit | Subject::Books => {
                still_life::paint(p, subject)
            }
            Subject::Flowers | Subject::Leaves => botanical::paint(p, subject),
            Subject::Tech | Subject::Isometric | Subject::Network => tech::paint(p, subject),
            Subject::Robot => robot::paint(p),
            Subject::Geometric => geometric::paint(p),
            Subject::Shop => shop::paint(p),
            Subject::Noodles => table::noodles(p),
            Subject::Cake => table::cake(p),
            Subject::Person | Subject::Woman | Subject::Man => portrait::paint(p, subject),
            Subject::Planets => night::planets(p),
        },
    }
}

/// A setting on its own, or behind a subject.
pub(super) fn paint_setting(p: &mut Painting, setting: Setting) {
    match setting {
        Setting::Mountains => mountains::paint(p),
        Setting::Sea => sea::paint(p),
        Setting::Dunes => land::dunes(p),
        Setting::Forest => forest::paint(p),
        Setting::City => city::paint(p),
        Setting::Meadow => land::meadow(p),
        Setting::NightSky => night::sky(p),
    }
}
