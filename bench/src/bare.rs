//! The calls one order cannot do without, made one after the other by a plain client: what the network and the far side
//! take, without a stall.
//!
//! The two calls to the models go through the engine's own client, so that their bodies are the same.

use std::time::Instant;

use anyhow::{Context, Result, bail};
use reqwest::Method;
use reqwest::multipart::{Form, Part};
use serde_json::json;
use stallkeeper::images::prompt_for;
use stallkeeper::model::{
    AnalysisRequest, Brief, DrawRequest, Model, OpenRouter, PictureRoute, PictureSource, Resolution,
};
use stallkeeper::settings::{StallSettings, base_url};

use crate::far_side::{FarSide, WISH};

/// Serves one order.
pub struct Walker {
    model: OpenRouter,
    settings: StallSettings,
}

impl Walker {
    pub fn new(far: &FarSide) -> Result<Self> {
        let model = OpenRouter::connect(&base_url(&far.at.model_base)?, far.at.model_api_key.clone().into())?;
        Ok(Self { model, settings: StallSettings::default() })
    }

    /// Milliseconds from the first call to the answer of the last.
    pub async fn walk(&self, far: &FarSide, order_id: &str) -> Result<f64> {
        let order = format!("/orders/{order_id}");
        let (messages, files) = (format!("{order}/messages"), format!("{order}/attachments"));
        let say = |text: &str| Some(json!({ "content": text }));

        let begun = Instant::now();
        far.market(Method::GET, &order, None).await?;
        far.market(Method::GET, &messages, None).await?;
        far.market(Method::GET, &files, None).await?;
        far.market(Method::POST, &format!("{order}/accept"), Some(json!({}))).await?;
        far.market(Method::POST, &messages, say("Your picture is being drawn now.")).await?;
        let brief = self.read_wish().await?;
        let picture = self.draw(&brief).await?;
        let form = Form::new()
            .part("file", Part::stream(picture).file_name("picture.png").mime_str("image/png")?)
            .text("description", "The picture");
        let address = format!("{}{files}", far.at.market_base);
        let uploaded =
            far.client.post(address).bearer_auth(&far.at.seller_api_key).multipart(form).send().await?;
        uploaded.error_for_status()?.bytes().await?;
        far.market(Method::GET, &files, None).await?;
        far.market(Method::POST, &messages, say("Your picture is ready.")).await?;
        let note = json!({ "delivery_note": "The picture is picture.png." });
        far.market(Method::POST, &format!("{order}/complete"), Some(note)).await?;
        Ok(begun.elapsed().as_secs_f64() * 1000.0)
    }

    async fn read_wish(&self) -> Result<Brief> {
        let request = AnalysisRequest {
            models: self.settings.text_models.clone(),
            listing_title: "Pictures to order".to_owned(),
            listing_description: "Tell me what you want, I draw it.".to_owned(),
            buyer_text: WISH.to_owned(),
            ..AnalysisRequest::default()
        };
        let read = self.model.analyse(&request).await?;
        Brief::from_analysis(&read.value).context("the wish was not read as a brief")
    }

    async fn draw(&self, brief: &Brief) -> Result<bytes::Bytes> {
        let request = DrawRequest {
            model: self.settings.picture_models.first().context("no picture model is set")?.clone(),
            prompt: prompt_for(brief, None, 1, 1),
            aspect_ratio: brief.aspect_ratio,
            route: PictureRoute::Chat,
            resolution: Resolution::Standard,
            reference: None,
            picture_only: false,
            max_tokens: 8_192,
        };
        match self.model.draw(&request).await?.picture {
            PictureSource::Bytes { bytes, .. } => Ok(bytes),
            PictureSource::Url(url) => bail!("the picture is elsewhere: {url}"),
        }
    }
}
