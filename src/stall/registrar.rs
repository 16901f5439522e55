//! Tells the open account's market where news is to be pushed.

use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use secrecy::{ExposeSecret, SecretString};
use url::Url;

use crate::crash::{self, Point};
use crate::desk::contract::DeskEvent;
use crate::marketplaces::{Marketplace, PushAddress};
use crate::settings::{PublicAddress, WebhookPath};
use crate::signals::Signals;
use crate::tunnel::{NotRegistered, Registrar};

/// Tells a market our address and reads it back.
pub(super) struct MarketRegistrar {
    signals: Signals,
    path: Mutex<WebhookPath>,
    known: Mutex<Option<Known>>,
}

#[derive(Clone)]
struct Known {
    market: Arc<dyn Marketplace>,
    secret: SecretString,
    registered: Arc<Mutex<Option<String>>>,
}

impl MarketRegistrar {
    /// Nobody is told anything until [`MarketRegistrar::connect`].
    pub(super) fn new(signals: Signals, path: WebhookPath) -> Self {
        Self { signals, path: Mutex::new(path), known: Mutex::default() }
    }

    /// `registered` is what the market has, as it confirmed it.
    pub(super) fn connect(
        &self,
        market: Arc<dyn Marketplace>,
        secret: SecretString,
        registered: Arc<Mutex<Option<String>>>,
    ) {
        *self.known.lock().unwrap_or_else(PoisonError::into_inner) =
            Some(Known { market, secret, registered });
    }

    pub(super) fn disconnect(&self) {
        self.known.lock().unwrap_or_else(PoisonError::into_inner).take();
    }

    pub(super) fn set_path(&self, path: WebhookPath) {
        *self.path.lock().unwrap_or_else(PoisonError::into_inner) = path;
    }

    fn with_path(&self, address: &Url) -> Result<String, NotRegistered> {
        let address: PublicAddress =
            address.as_str().parse().map_err(|_| NotRegistered { code: "bad_address" })?;
        Ok(address.with_path(&self.path.lock().unwrap_or_else(PoisonError::into_inner)))
    }
}

#[async_trait]
impl Registrar for MarketRegistrar {
    async fn register(&self, address: Option<&Url>) -> Result<(), NotRegistered> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let Some(known) = known else { return Ok(()) };
        let url = address.map(|address| self.with_path(address)).transpose()?;
        let has = || known.registered.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if url.is_none() && has().is_none() {
            return Ok(());
        }
        let push = url.as_deref().map(|url| PushAddress { url, secret: known.secret.expose_secret() });
        crash::point(Point::AddressBeforeCall);
        let told = known.market.set_push_address(push).await;
        crash::point(Point::AddressAfterCall);
        match told {
            Ok(profile) => {
                let holds = profile.push_url == url;
                *known.registered.lock().unwrap_or_else(PoisonError::into_inner) = profile.push_url;
                self.signals.send(DeskEvent::ConnectionChanged);
                if holds { Ok(()) } else { Err(NotRegistered { code: "address_differs" }) }
            }
            Err(error) => {
                tracing::debug!(%error, "the address for news cannot be registered");
                Err(NotRegistered { code: error.code() })
            }
        }
    }
}
