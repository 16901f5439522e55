//! What the seller may change.

use std::str::FromStr;

use jiff::civil::{Date, Time};
use rust_decimal::Decimal;

use super::contract::*;
use super::convert::amount;
use crate::guard;
use crate::model::ModelUse;
use crate::secrets::SecretName;
use crate::settings::{self as typed, Seconds, StallSettings, TemplateKey};
use crate::stall::Stall;
use crate::store::AccountKind;

pub(super) async fn get(stall: &Stall, _: Nothing) -> Result<SettingsView, DeskError> {
    Ok(SettingsView {
        values: form(&stall.settings()),
        accounts: super::connection::accounts(stall).await?,
        data_folder: stall.config().data_dir.display().to_string(),
        fixed_by_environment: stall.environment().given().into_iter().map(str::to_owned).collect(),
        template_warnings: template_warnings(&stall.settings()),
    })
}

pub(super) async fn save(stall: &Stall, request: SettingsForm) -> Result<SettingsView, DeskError> {
    let settings = apply(stall.saved_settings(), &stall.settings(), request)?;
    stall.save_settings(settings).await?;
    get(stall, Nothing {}).await
}

pub(super) async fn models(stall: &Stall, _: Nothing) -> Result<ModelChoices, DeskError> {
    let model = stall.walks().into_iter().find_map(|walks| walks.runner.parts.model());
    let Some(model) = model else { return Ok(ModelChoices { text: Vec::new(), picture: Vec::new() }) };
    let (text, picture) =
        tokio::try_join!(model.list_models(ModelUse::Text), model.list_models(ModelUse::Picture))?;
    let choices = |models: Vec<crate::model::ModelInfo>| {
        models
            .into_iter()
            .map(|model| ModelChoice {
                price_usd: model.usd_per_picture.or(model.usd_per_million_out).map(amount),
                id: model.id,
                name: model.name,
                retires: model.expiration,
                takes_pictures: model.takes_pictures,
            })
            .collect()
    };
    Ok(ModelChoices { text: choices(text), picture: choices(picture) })
}

/// Forgets an account's key. `agent_market` or `openrouter`.
pub(super) async fn forget_account(stall: &Stall, request: ById) -> Result<SettingsView, DeskError> {
    match request.id.as_str() {
        "agent_market" => {
            if let Some(row) = stall.store().lookup_account(AccountKind::AgentMarket, false).await? {
                stall
                    .secrets()
                    .delete(&SecretName::AgentMarketKey { account: row.id })
                    .await
                    .map_err(anyhow::Error::from)?;
            }
            if stall.mode() == StallMode::Live {
                stall.change_mode(StallMode::Welcome).await?;
            }
        }
        "openrouter" => {
            stall.secrets().delete(&SecretName::ModelKey).await.map_err(anyhow::Error::from)?;
            let row = stall.store().lookup_account(AccountKind::OpenRouter, false).await?;
            if let Some(row) = row {
                let mut write = stall.store().write().await?;
                write.record_check(&row.id, "no_key", None, stall.clock().now()).await?;
                write.commit().await?;
            }
            stall.refresh_model().await?;
        }
        _ => return Err(DeskError::of("not_found", "no such account")),
    }
    get(stall, Nothing {}).await
}

/// The seller's own words are sent as they are; what the filter would hold back is only pointed out.
fn template_warnings(settings: &StallSettings) -> Vec<TemplateWarning> {
    let languages = [typed::Language::English, typed::Language::Chinese];
    TemplateKey::ALL
        .into_iter()
        .flat_map(|key| languages.map(|language| (key, language)))
        .filter_map(|(key, language)| {
            let found = guard::find_leak(settings.templates.text(key, language))?;
            Some(TemplateWarning {
                key: template_word(key).to_owned(),
                language: language.into(),
                found: found.code().to_owned(),
            })
        })
        .collect()
}

fn form(settings: &StallSettings) -> SettingsForm {
    let languages = [typed::Language::English, typed::Language::Chinese];
    let templates = TemplateKey::ALL.into_iter().flat_map(|key| languages.map(|language| (key, language)));
    let cap = |cap: Option<Decimal>| cap.map(amount).unwrap_or_default();
    SettingsForm {
        stall_name: settings.stall_name.clone(),
        language: settings.language.into(),
        theme: settings.theme.into(),
        text_size: settings.text_size,
        automation: settings.automation.into(),
        max_running: settings.max_running,
        hours: hours_form(&settings.hours),
        text_models: settings.text_models.clone(),
        picture_models: settings.picture_models.clone(),
        picture_route: match settings.picture_route {
            typed::PictureRoute::Chat => "chat",
            typed::PictureRoute::Images => "images",
        }
        .to_owned(),
        cap_per_order_usd: cap(settings.cap_per_order_usd),
        cap_per_day_usd: cap(settings.cap_per_day_usd),
        credit_usd: amount(settings.credit_usd),
        revisions: settings.revisions,
        moltmarket_minutes: moltmarket_minutes(settings),
        notices: NoticeSwitches {
            buyer_message: settings.notices.buyer_message,
            order_received: settings.notices.order_received,
            needs_you: settings.notices.needs_you,
            paid: settings.notices.paid,
            only_needs_you: settings.notices.only_needs_you,
            quiet: settings.notices.quiet.kept,
            quiet_from: written(settings.notices.quiet.from),
            quiet_until: written(settings.notices.quiet.until),
        },
        templates: templates
            .map(|(key, language)| Template {
                key: template_word(key).to_owned(),
                language: language.into(),
                text: settings.templates.text(key, language).to_owned(),
            })
            .collect(),
    }
}

fn moltmarket_minutes(settings: &StallSettings) -> u32 {
    settings.moltmarket_seconds.rounded_up().div_ceil(60)
}

/// The saved settings with what the form changes of those that are shown.
fn apply(
    mut settings: StallSettings,
    shown: &StallSettings,
    form: SettingsForm,
) -> Result<StallSettings, DeskError> {
    settings.stall_name = form.stall_name.trim().to_owned();
    settings.language = form.language.into();
    settings.theme = form.theme.into();
    settings.text_size = form.text_size;
    settings.automation = form.automation.into();
    settings.max_running = form.max_running;
    settings.hours = hours(&form.hours)?;
    let models = |models: Vec<String>| {
        models.into_iter().map(|model| model.trim().to_owned()).filter(|model| !model.is_empty()).collect()
    };
    // What is left as it is shown may be the environment's word, which is never kept as the seller's.
    let text_models = models(form.text_models);
    if text_models != shown.text_models {
        settings.text_models = text_models;
    }
    let picture_models = models(form.picture_models);
    if picture_models != shown.picture_models {
        settings.picture_models = picture_models;
    }
    settings.picture_route = match form.picture_route.as_str() {
        "chat" => typed::PictureRoute::Chat,
        "images" => typed::PictureRoute::Images,
        _ => return Err(DeskError::of("invalid", "no such route").with("field", "picture_route")),
    };
    settings.cap_per_order_usd = money(&form.cap_per_order_usd, "cap_per_order_usd")?;
    settings.cap_per_day_usd = money(&form.cap_per_day_usd, "cap_per_day_usd")?;
    settings.credit_usd = money(&form.credit_usd, "credit_usd")?.unwrap_or(settings.credit_usd);
    settings.revisions = form.revisions;
    // What the environment fixes may be any time; left as it is shown, it keeps nobody from saving the rest.
    if form.moltmarket_minutes != moltmarket_minutes(shown) {
        if !(1..=60).contains(&form.moltmarket_minutes) {
            return Err(DeskError::of("invalid", "is 1 to 60 minutes").with("field", "moltmarket_minutes"));
        }
        settings.moltmarket_seconds = Seconds::whole(form.moltmarket_minutes * 60);
    }
    settings.notices = typed::NoticeSwitches {
        buyer_message: form.notices.buyer_message,
        order_received: form.notices.order_received,
        needs_you: form.notices.needs_you,
        paid: form.notices.paid,
        only_needs_you: form.notices.only_needs_you,
        quiet: typed::QuietHours {
            kept: form.notices.quiet,
            from: time(&form.notices.quiet_from, "notices.quiet_from")?,
            until: time(&form.notices.quiet_until, "notices.quiet_until")?,
        },
    };
    for template in form.templates {
        let key = TemplateKey::ALL.into_iter().find(|key| template_word(*key) == template.key);
        let key =
            key.ok_or_else(|| DeskError::of("invalid", "no such message").with("field", "templates"))?;
        settings.templates.set(key, template.language.into(), &template.text);
    }
    Ok(settings)
}

fn written(time: Time) -> String {
    time.strftime("%H:%M").to_string()
}

fn time(text: &str, field: &'static str) -> Result<Time, DeskError> {
    Time::strptime("%H:%M", text.trim()).map_err(|_| no_time(field))
}

fn no_time(field: &'static str) -> DeskError {
    DeskError::of("invalid", "this is no time").with("field", field)
}

fn hours_form(hours: &typed::OpeningHours) -> OpeningHours {
    OpeningHours {
        kept: hours.kept,
        days: hours.days,
        from: written(hours.from),
        until: written(hours.until),
        back_on: hours.back_on.map(|date| date.to_string()).unwrap_or_default(),
    }
}

fn hours(form: &OpeningHours) -> Result<typed::OpeningHours, DeskError> {
    let back_on = match form.back_on.trim() {
        "" => None,
        text => Some(text.parse::<Date>().map_err(|_| no_time("hours.back_on"))?),
    };
    Ok(typed::OpeningHours {
        kept: form.kept,
        days: form.days,
        from: time(&form.from, "hours.from")?,
        until: time(&form.until, "hours.until")?,
        back_on,
    })
}

fn money(text: &str, field: &str) -> Result<Option<Decimal>, DeskError> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    let amount = Decimal::from_str(text).ok().filter(|amount| !amount.is_sign_negative());
    amount.map(Some).ok_or_else(|| DeskError::of("invalid", "this is no amount").with("field", field))
}

fn template_word(key: TemplateKey) -> &'static str {
    match key {
        TemplateKey::Started => "started",
        TemplateKey::Guide => "guide",
        TemplateKey::GuideAgain => "guide_again",
        TemplateKey::Draft => "draft",
        TemplateKey::Delivered => "delivered",
        TemplateKey::Apology => "apology",
        TemplateKey::Changed => "changed",
        TemplateKey::JobApology => "job_apology",
        TemplateKey::JobDelivered => "job_delivered",
        TemplateKey::JobChanged => "job_changed",
    }
}
