//! The simulated model provider: reads words by their first one, and draws from a few ready pictures.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use async_trait::async_trait;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use bytes::Bytes;
use image::{ImageFormat, Rgb, RgbImage};
use serde_json::json;
use stallkeeper::model::{
    Analysis, AnalysisRequest, Answered, AspectRatio, DrawAnswer, DrawRequest, KeyStatus, Model, ModelError,
    ModelInfo, ModelUse, Verdict, read_draw_answer,
};

use super::world::{PICTURE_USD, READING_USD, Strike, World};

pub struct SimModel(pub Arc<World>);

const POOL: u64 = 8;

/// Small pictures that pass every check.
pub fn pictures() -> &'static [Vec<u8>] {
    static MADE: OnceLock<Vec<Vec<u8>>> = OnceLock::new();
    MADE.get_or_init(|| {
        (0..POOL)
            .map(|which| {
                let picture = RgbImage::from_fn(256, 256, |x, y| {
                    Rgb([
                        (x as u8) ^ (which as u8 * 31),
                        y as u8,
                        if (x / 32 + y / 32) % 2 == 0 { 200 } else { 20 },
                    ])
                });
                let mut png = std::io::Cursor::new(Vec::new());
                picture.write_to(&mut png, ImageFormat::Png).unwrap();
                png.into_inner()
            })
            .collect()
    })
}

/// The order a text is about: its word of the form `o7`.
fn order_in(text: &str) -> String {
    text.split(|letter: char| !letter.is_ascii_alphanumeric())
        .find(|word| {
            word.strip_prefix('o')
                .is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_digit()))
        })
        .unwrap_or_default()
        .to_owned()
}

fn failure(strike: Strike) -> ModelError {
    let lost = |sent| ModelError::Network { message: "simulated".to_owned(), sent };
    match strike {
        Strike::Limited(seconds) => ModelError::RateLimited { wait: Some(Duration::from_secs(seconds)) },
        Strike::FailBefore => ModelError::Overloaded { status: 503, wait: None },
        Strike::FailAfter => ModelError::Server { status: 500 },
        Strike::NotSent => lost(false),
        _ => lost(true),
    }
}

#[async_trait]
impl Model for SimModel {
    async fn analyse(&self, request: &AnalysisRequest) -> Result<Answered<Analysis>, ModelError> {
        let world = &self.0;
        let text = request.buyer_text.clone();
        let order = order_in(&text);
        let strike = world.strike("analyse", &order);
        if strike == Strike::DieBefore {
            return world.die().await;
        }
        if strike.takes_effect() {
            world.with(&order, |order, wrong| {
                world.received(order, "read_brief", wrong);
                order.charged += READING_USD;
            });
        }
        match strike {
            Strike::Clear => {}
            Strike::DieAfter => return world.die().await,
            Strike::HalfAnswer => {
                world.with(&order, |order, _| order.charged_known += READING_USD);
                return Err(ModelError::Unusable {
                    message: "simulated".to_owned(),
                    cost_usd: Some(READING_USD),
                });
            }
            strike => return Err(failure(strike)),
        }
        world.with(&order, |order, _| order.charged_known += READING_USD);
        let newest = text.lines().last().unwrap_or_default();
        // A job's last line is its title.
        let newest = newest.strip_prefix("title: ").unwrap_or(newest);
        let verdict = match newest.split([':', ',', ' ']).next().unwrap_or_default() {
            "picture" => Verdict::Brief,
            "change" => Verdict::Change,
            "forbidden" => Verdict::Refuse,
            "thanks" => Verdict::Chat,
            "yes" => Verdict::Agree,
            "closed" => Verdict::CannotOpen,
            _ => Verdict::NoBrief,
        };
        let words = newest.to_owned();
        let value = Analysis {
            verdict,
            language: "en".to_owned(),
            subject: words.clone(),
            style: String::new(),
            optimized_prompt: words.clone(),
            negative: String::new(),
            aspect_ratio: AspectRatio::Square,
            count: 1,
            question: if verdict == Verdict::NoBrief {
                format!("What shall it show? ({words})")
            } else {
                String::new()
            },
            reason: "simulated".to_owned(),
        };
        Ok(Answered {
            value,
            model: "sim/text".to_owned(),
            cost_usd: Some(READING_USD),
            generation_id: None,
            calls: 1,
            ms: 1,
        })
    }

    async fn draw(&self, request: &DrawRequest) -> Result<DrawAnswer, ModelError> {
        let world = &self.0;
        let order = order_in(&request.prompt);
        let strike = world.strike("draw", &order);
        if strike == Strike::DieBefore {
            return world.die().await;
        }
        if strike.takes_effect() {
            let again = world.state().drawn.contains(&request.prompt);
            world.with(&order, |order, wrong| {
                world.received(order, "draw", wrong);
                order.charged += PICTURE_USD;
                order.paid_pictures += 1;
                if again {
                    wrong.push(format!("a picture of {} that was there was paid for again", order.id));
                }
            });
        }
        match strike {
            Strike::Clear => {}
            Strike::HalfAnswer => {
                world.with(&order, |order, _| order.charged_known += PICTURE_USD);
                return Err(ModelError::NoPicture { text: None, cost_usd: Some(PICTURE_USD) });
            }
            Strike::FailAfter | Strike::LostAfter => {
                world.with(&order, |order, _| order.lost_pictures += 1);
                return Err(failure(strike));
            }
            Strike::DieAfter => {
                world.with(&order, |order, _| order.lost_pictures += 1);
                return world.die().await;
            }
            strike => return Err(failure(strike)),
        }
        let which = world.chance.below("picture", world.state().drawn.len() as u64, POOL) as usize;
        let poison = request.prompt.contains("poison");
        let picture =
            if poison { "iVBORw0KGgoAAAANSUhEUg==".to_owned() } else { BASE64.encode(&pictures()[which]) };
        world.with(&order, |order, _| order.charged_known += PICTURE_USD);
        if !poison {
            world.state().drawn.insert(request.prompt.clone());
        }
        let body = json!({
            "id": "gen-1", "model": request.model, "usage": { "cost": 0.04 },
            "choices": [{ "message": { "content": "", "images": [{ "type": "image_url", "image_url": { "url": format!("data:image/png;base64,{picture}") } }] } }],
        });
        let raw = Bytes::from(body.to_string());
        read_draw_answer(raw)
    }

    async fn list_models(&self, _: ModelUse) -> Result<Vec<ModelInfo>, ModelError> {
        Ok(Vec::new())
    }

    async fn check_key(&self) -> Result<KeyStatus, ModelError> {
        Err(ModelError::Unauthorized)
    }
}
