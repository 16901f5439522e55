//! Addresses that keep the key safe.

use url::{Host, Url};

use super::connection::refused;
use super::error::MarketResult;

/// Most characters of an id in an address.
pub(super) const ID_CAP: usize = 256;

/// A market's base address: https, or http on this computer; a host and a path.
pub(super) fn checked_base(base: &str) -> MarketResult<Url> {
    let base: Url =
        base.trim().parse().map_err(|error| refused(format!("the marketplace's address: {error}")))?;
    if base.scheme() != "https" && !(base.scheme() == "http" && is_loopback(&base)) {
        return Err(refused("the marketplace's address must start with https"));
    }
    if has_credentials(&base) || base.query().is_some() || base.fragment().is_some() {
        return Err(refused("the marketplace's address must be a host and a path, nothing more"));
    }
    Ok(base)
}

/// Whether a name or password stands in the address.
pub(super) fn has_credentials(url: &Url) -> bool {
    !url.username().is_empty() || url.password().is_some()
}

/// Whether the address is on this computer.
pub(super) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

/// The base extended by these segments, each encoded.
pub(super) fn below(base: &Url, path: &[&str]) -> MarketResult<Url> {
    for segment in path {
        // `url` drops dot segments and tabs silently, which would turn one call into another.
        let is_misleading = segment.is_empty()
            || matches!(*segment, "." | "..")
            || segment.chars().any(char::is_control)
            || segment.chars().count() > ID_CAP;
        if is_misleading {
            return Err(refused("this cannot be an id of the marketplace"));
        }
    }
    let mut url = base.clone();
    url.path_segments_mut()
        .map_err(|()| refused("the marketplace's address cannot be extended"))?
        .pop_if_empty()
        .extend(path);
    Ok(url)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::marketplaces::MarketError;

    #[test]
    fn takes_only_addresses_that_keep_the_key_safe() {
        for good in [
            "https://www.clawlabor.com/api",
            "https://market.example",
            "http://localhost:3000/api",
            "http://127.0.0.1:9/",
            "http://[::1]:9",
        ] {
            assert!(checked_base(good).is_ok(), "{good}");
        }
        for bad in [
            "http://market.example/api",
            "http://localhost.market.example/api",
            "http://0.0.0.0:3000",
            "ftp://market.example",
            "https://user:word@market.example",
            "https://market.example/api?key=1",
            "market.example",
            "",
        ] {
            assert!(matches!(checked_base(bad), Err(MarketError::Refused { .. })), "{bad}");
        }
    }
}
