//! The far side of a given job: what its poster does and hears, and when the stall could know of it. Only the poster ends it.

use jiff::{SignedDuration, Timestamp};
use stallkeeper::marketplaces::MarketStatus;
use url::Url;

use super::world::{BUYER, Buyer, FarOrder, Move, SELLER, World};

/// What the poster measures the work by.
pub const CRITERIA: [&str; 2] = ["a red fox", "square"];

/// How a poster behaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Poster {
    /// Says everything with the job, and ends it after the delivery.
    Clear,
    /// Answers when asked.
    Answers,
    /// Needs asking twice.
    Vague,
    /// Says something else while it is being drawn.
    ChangesMind,
    /// Wants changes after the delivery.
    Revises,
    Cancels,
    /// Cannot open the link, once or more often than the robot sends new ones.
    CannotOpen,
    /// Says nothing to the delivery for days.
    Silent,
    /// Wants what is not drawn.
    Forbidden,
    /// Says thanks, also when all is over.
    Thanks,
    /// Every picture of it is broken.
    Poison,
    /// The stall has no public address all along, and the poster does not wait for it for ever.
    GivesUp,
}

impl Poster {
    pub const ALL: [Self; 12] = [
        Self::Clear,
        Self::Answers,
        Self::Vague,
        Self::ChangesMind,
        Self::Revises,
        Self::Cancels,
        Self::CannotOpen,
        Self::Silent,
        Self::Forbidden,
        Self::Thanks,
        Self::Poison,
        Self::GivesUp,
    ];
}

/// A link in a message to the poster.
#[derive(Debug, Clone)]
pub struct ToldLink {
    pub at: Timestamp,
    pub file: String,
    pub address: String,
}

/// What makes an order of the far side a given job.
#[derive(Debug, Clone)]
pub struct FarJob {
    pub poster: Poster,
    /// When the stall can next find something new about it.
    pub news_at: Option<Timestamp>,
    changes: u64,
    /// How often the poster still cannot open what comes.
    complains: u64,
    complaints: u32,
    pub greetings: u32,
    questions: usize,
    pub deliveries: u32,
    again: u32,
    pub reminders: u32,
    pub links: Vec<ToldLink>,
}

/// What a night with a job has beside the others.
#[derive(Debug)]
pub struct JobNight {
    /// Bad weather once more, when a silent poster is asked.
    squall: Option<(Timestamp, Timestamp)>,
    address: Address,
}

#[derive(Debug)]
enum Address {
    Never,
    Stays,
    /// There, elsewhere or nowhere, in turns, until the storm is over.
    ComesAndGoes,
}

/// A message of the stall as the poster takes it.
enum Word {
    Greeting,
    Question,
    Delivery,
    Again,
    Apology,
    Reminder,
    Other,
}

fn word_of(text: &str) -> Word {
    if text.starts_with("Sorry that the link did not open") {
        Word::Again
    } else if text.starts_with("Sorry") {
        Word::Apology
    } else if text.contains("thank you for choosing me") {
        Word::Greeting
    } else if text.contains("What shall it show?") {
        Word::Question
    } else if !links_in(text).is_empty() {
        Word::Delivery
    } else if text.contains("two days ago") || text.contains("last friendly note") {
        Word::Reminder
    } else {
        Word::Other
    }
}

fn links_in(text: &str) -> Vec<(&str, &str)> {
    text.lines()
        .filter_map(|line| line.split_once(": "))
        .filter(|(_, address)| address.starts_with("https://"))
        .collect()
}

impl World {
    /// An application of ours that was accepted.
    pub fn place_job(&self, number: u64, poster: Poster) -> String {
        let id = format!("o{number}");
        let title = match poster {
            Poster::Answers | Poster::Vague => format!("hm, {id} t0"),
            Poster::Forbidden => format!("forbidden: {id}"),
            Poster::Poison => format!("picture: {id} t0 poison"),
            _ => format!("picture: {id} t0"),
        };
        let start = self.now();
        let hours = |hours: i64| start.saturating_add(SignedDuration::from_hours(hours)).unwrap();
        let night = JobNight {
            squall: (poster == Poster::Silent && self.strikes > 0.0).then(|| (hours(48), hours(52))),
            address: match poster {
                Poster::GivesUp => Address::Never,
                _ if self.chance.happens("address", number, 0.5) => Address::ComesAndGoes,
                _ => Address::Stays,
            },
        };
        self.job_night.set(night).unwrap();
        let mut order = FarOrder::new(id.clone(), Buyer::Clear, start);
        order.status = MarketStatus::InProgress;
        order.requirement = Some(title);
        let job = FarJob {
            poster,
            news_at: None,
            changes: 0,
            complains: 1 + self.chance.below("complains", number, 5),
            complaints: 0,
            greetings: 0,
            questions: 0,
            deliveries: 0,
            again: 0,
            reminders: 0,
            links: Vec::new(),
        };
        order.job = Some(job);
        match poster {
            Poster::Cancels => {
                let when = self.chance.below("cancel", number, 1_800) as i64;
                order.moves.push((self.after(when), Move::Cancel));
            }
            Poster::GivesUp => order.moves.push((self.after(2_400), Move::Cancel)),
            _ => {}
        }
        self.trace(format!("{id} given by {poster:?}"));
        self.changed(&mut order);
        self.state().orders.insert(id.clone(), order);
        id
    }

    /// Something about a job is new: to be found soon, or late.
    pub fn changed(&self, order: &mut FarOrder) {
        let Some(job) = &mut order.job else { return };
        let longest = if self.stormy() { 600 } else { 2 };
        let delay = self.chance.below(&format!("job news {}", order.id), job.changes, longest);
        job.changes += 1;
        let at = self.after(delay as i64);
        job.news_at = Some(job.news_at.map_or(at, |before| before.min(at)));
    }

    /// The job was read: nothing is new about it, but in bad weather it may be told again.
    pub fn job_was_read(&self, id: &str) {
        self.with(id, |order, _| {
            let Some(job) = &mut order.job else { return };
            let again = self.stormy() && self.chance.happens("told again", job.changes, 0.15);
            job.news_at = again.then(|| self.after(60));
            job.changes += u64::from(again);
        });
    }

    pub fn squall(&self) -> bool {
        let squall = self.job_night.get().and_then(|night| night.squall);
        squall.is_some_and(|(from, until)| from <= self.now() && self.now() < until)
    }

    /// Where the stall is reached from outside now.
    pub fn public_address(&self) -> Option<Url> {
        let at = |which: u64| Url::parse(&format!("https://stall-{which}.example/")).ok();
        match self.job_night.get()?.address {
            Address::Never => None,
            Address::ComesAndGoes if self.stormy() => {
                let turn = self.now().as_second().unsigned_abs() / 420;
                match self.chance.below("address now", turn, 3) {
                    0 => None,
                    which => at(which),
                }
            }
            Address::Stays | Address::ComesAndGoes => at(1),
        }
    }

    /// What arrives at the poster, checked the moment it arrives; then what they do about it.
    pub fn poster_hears(&self, order: &mut FarOrder, text: &str, wrong: &mut Vec<String>) {
        let id = order.id.clone();
        let posters_turns =
            1 + order.messages.iter().filter(|message| message.sender_id.as_deref() == Some(BUYER)).count();
        let own = order.messages.iter().filter(|message| message.sender_id.as_deref() == Some(SELLER));
        let same = own.filter(|message| message.text == text).count();
        let by_hand = order.by_hand;
        let Some(job) = &mut order.job else { return };
        let word = if by_hand { Word::Other } else { word_of(text) };
        let mut promise = |kept: bool, broken: &str| {
            if !kept {
                wrong.push(format!("{id}: {broken}: {text}"));
            }
        };
        match word {
            Word::Apology => promise(same <= 2, "the poster was told again"),
            _ => promise(by_hand || same == 0, "the poster was told again"),
        }
        match word {
            Word::Greeting => {
                job.greetings += 1;
                promise(job.greetings == 1, "greeted again");
            }
            Word::Question => {
                job.questions += 1;
                promise(job.questions <= posters_turns, "asked more often than the poster spoke");
            }
            Word::Delivery | Word::Again => {
                let here = self.public_address().map(String::from);
                let links = links_in(text);
                promise(!links.is_empty(), "no link in what delivers");
                for (file, address) in links {
                    let known = job.links.iter().any(|link| link.file == file);
                    promise(
                        known == matches!(word, Word::Again),
                        "a file was delivered twice, or again without ever",
                    );
                    promise(
                        here.as_deref().is_some_and(|here| address.starts_with(here)),
                        "a link that leads elsewhere",
                    );
                    let (at, file, address) = (self.now(), file.to_owned(), address.to_owned());
                    job.links.push(ToldLink { at, file, address });
                }
                if matches!(word, Word::Again) {
                    job.again += 1;
                    promise(job.again <= job.complaints.min(3), "more new links than were asked for");
                } else {
                    job.deliveries += 1;
                    promise(
                        CRITERIA.iter().all(|named| text.contains(named)),
                        "not every criterion is named",
                    );
                }
            }
            Word::Reminder => {
                job.reminders += 1;
                promise(job.reminders <= 2, "reminded too often");
                promise(job.deliveries > 0, "reminded of nothing");
            }
            Word::Other => promise(by_hand, "said what nobody asked for"),
            Word::Apology => {}
        }
        if order.status == MarketStatus::InProgress {
            self.poster_does(order, &word);
        }
    }

    fn poster_does(&self, order: &mut FarOrder, word: &Word) {
        let (id, turn, by_hand) = (order.id.clone(), order.turns, order.by_hand);
        let Some(job) = &mut order.job else { return };
        let heard = u64::from(job.deliveries + job.again + job.reminders) + u64::from(turn);
        let within = |name: &str, longest: u64| {
            self.after(5 + self.chance.below(&format!("poster {name} {id}"), heard, longest) as i64)
        };
        let end = if job.deliveries > 0 { Move::Confirm } else { Move::Cancel };
        let said = |text: String| Move::Say(text);
        let moves = &mut order.moves;
        match (word, job.poster) {
            _ if by_hand => moves.push((within("hand", 600), end)),
            (Word::Greeting, Poster::ChangesMind) => {
                moves.push((within("mind", 90), said(format!("picture: {id} t9 instead"))));
            }
            (Word::Question, Poster::Vague) if turn == 0 => {
                moves.push((within("answer", 900), said(format!("hm, {id} t1"))));
                order.turns += 1;
            }
            (Word::Question, _) => {
                moves.push((within("answer", 900), said(format!("picture: {id} t{}", turn + 1))));
                order.turns += 1;
            }
            (Word::Delivery | Word::Again, Poster::CannotOpen) if job.complains > 0 => {
                job.complains -= 1;
                job.complaints += 1;
                // The model's verdict, the poster's plain words, and more than that.
                let text = match self.chance.below("complaint", heard, 3) {
                    0 => format!("closed: {id} n{heard}"),
                    1 => format!("thanks, but the link does not open, {id} n{heard}"),
                    _ => format!("picture: {id} n{heard}, as the link does not open"),
                };
                moves.push((within("complains", 600), said(text)));
            }
            (Word::Delivery, Poster::Silent) => {
                moves.push((self.after(9 * 86_400), Move::Confirm));
            }
            (Word::Reminder, Poster::Silent)
                if self.chance.below("reminded", 0, 3) < u64::from(job.reminders) =>
            {
                moves.push((within("confirm", 3_600), Move::Confirm));
            }
            (Word::Delivery, Poster::Revises) if job.deliveries == 1 => {
                moves.push((within("revise", 300), said(format!("change: {id} t8"))));
                moves.push((self.after(5_400), Move::Confirm));
            }
            (Word::Delivery, Poster::Thanks) => {
                let at = within("thanks", 300);
                moves.push((at, said(format!("thanks {id}"))));
                moves.push((within("confirm", 600), Move::Confirm));
            }
            (Word::Delivery | Word::Again, _) => moves.push((within("confirm", 3_600), Move::Confirm)),
            _ => {}
        }
    }
}
