//! The models on offer, with the prices of the contract (`x-models`).

use serde_json::{Value, json};

/// What a larger picture is charged by (contract, `x-models`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Charge {
    Piece,
    /// Tokens grow with the area up to the most a picture may take.
    Tokens,
    Megapixels,
}

#[derive(Debug)]
pub(super) struct Model {
    pub(super) id: &'static str,
    pub(super) name: &'static str,
    pub(super) writes: bool,
    pub(super) draws: bool,
    /// USD per million tokens.
    pub(super) prompt: f64,
    pub(super) completion: f64,
    /// USD a picture of about a megapixel.
    pub(super) picture: f64,
    pub(super) charge: Charge,
    context_length: u64,
}

const fn writer(id: &'static str, name: &'static str, prompt: f64, completion: f64) -> Model {
    Model {
        id,
        name,
        writes: true,
        draws: false,
        prompt,
        completion,
        picture: 0.0,
        charge: Charge::Tokens,
        context_length: 1_048_576,
    }
}

const fn painter(id: &'static str, name: &'static str, writes: bool, picture: f64) -> Model {
    let (prompt, completion) = if writes { (0.3, 2.5) } else { (0.0, 0.0) };
    let charge = if writes { Charge::Tokens } else { Charge::Megapixels };
    Model { id, name, writes, draws: true, prompt, completion, picture, charge, context_length: 32_768 }
}

pub(super) const MODELS: &[Model] = &[
    writer("google/gemini-3.1-flash-lite", "Google: Gemini 3.1 Flash Lite", 0.25, 1.5),
    writer("openai/gpt-5-mini", "OpenAI: GPT-5 Mini", 0.25, 2.0),
    writer("google/gemini-2.5-flash-lite", "Google: Gemini 2.5 Flash Lite", 0.1, 0.4),
    writer("anthropic/claude-haiku-4.5", "Anthropic: Claude Haiku 4.5", 1.0, 5.0),
    painter("google/gemini-2.5-flash-image", "Google: Gemini 2.5 Flash Image", true, 0.039),
    painter("google/gemini-3.1-flash-image-preview", "Google: Gemini 3.1 Flash Image (preview)", true, 0.045),
    painter("google/gemini-3-pro-image-preview", "Google: Gemini 3 Pro Image (preview)", true, 0.134),
    painter("black-forest-labs/flux.2-pro", "Black Forest Labs: FLUX.2 Pro", false, 0.03),
    painter("black-forest-labs/flux.2-flex", "Black Forest Labs: FLUX.2 Flex", false, 0.06),
    Model {
        charge: Charge::Piece,
        ..painter("bytedance-seed/seedream-4.5", "ByteDance: Seedream 4.5", false, 0.04)
    },
    painter("openai/gpt-image-2", "OpenAI: GPT Image 2", false, 0.13),
];

/// The first of the wanted models that exists.
pub(super) fn find(wanted: &[&str]) -> Option<&'static Model> {
    wanted.iter().find_map(|id| MODELS.iter().find(|model| model.id == *id))
}

impl Model {
    fn outputs(&self) -> Vec<&'static str> {
        [("image", self.draws), ("text", self.writes)]
            .iter()
            .filter(|(_, does)| *does)
            .map(|(word, _)| *word)
            .collect()
    }

    /// Whether it gives any of the kinds of output in a comma list.
    pub(super) fn gives(&self, outputs: &str) -> bool {
        outputs.split(',').map(str::trim).any(|wanted| {
            wanted == "all"
                || if wanted == "text" {
                    self.writes && !self.draws
                } else {
                    self.outputs().contains(&wanted)
                }
        })
    }

    fn parameters(&self) -> Vec<&'static str> {
        let mut parameters = vec!["max_tokens", "temperature", "top_p", "seed"];
        if self.writes && !self.draws {
            parameters.extend(["response_format", "structured_outputs", "stop"]);
        }
        parameters
    }

    /// Whether it takes a request parameter.
    pub(super) fn takes(&self, parameter: &str) -> bool {
        self.parameters().contains(&parameter)
    }

    /// As `/models` lists it.
    pub(super) fn view(&self) -> Value {
        let per_token = |usd: f64| format!("{:.8}", usd / 1_000_000.0);
        json!({
            "id": self.id, "canonical_slug": self.id, "name": self.name, "created": 1_767_225_600,
            "description": format!("{} on the practice provider.", self.name), "context_length": self.context_length,
            "architecture": {"input_modalities": ["text", "image"], "output_modalities": self.outputs(),
                "tokenizer": "Other", "instruct_type": null},
            "pricing": {"prompt": per_token(self.prompt), "completion": per_token(self.completion), "request": "0",
                "image": if self.draws { format!("{}", self.picture) } else { "0".to_owned() }},
            "top_provider": {"context_length": self.context_length, "max_completion_tokens": 8192, "is_moderated": true},
            "supported_parameters": self.parameters(), "default_parameters": {}, "expiration_date": null,
            "per_request_limits": null,
        })
    }
}
