//! What cloudflared means by what it prints. Its lines are for people and change with its versions, so that few words
//! of them are looked for and everything else is passed over.

use url::Url;

use super::error::TunnelError;

const QUICK: &str = ".trycloudflare.com";
/// The service quick tunnels are asked of; a line that names it is about a failure.
const SERVICE: &str = "api";

/// What one line says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Said {
    /// The address of a quick tunnel (contract, Agent Market 1.5).
    Address(Url),
    /// The tunnel stands.
    Connected,
    /// Something failed, which it may try again by itself.
    Problem(TunnelError),
    Nothing,
}

pub(super) fn read(line: &str) -> Said {
    if let Some(address) = quick_address(line) {
        return Said::Address(address);
    }
    let has = |words: &[&str]| words.iter().any(|word| line.contains(word));
    if has(&["Registered tunnel connection"]) || (has(&["Connection "]) && has(&[" registered"])) {
        return Said::Connected;
    }
    let problem = if has(&["Tunnel token is not valid", "Invalid tunnel secret", "Tunnel not found"]) {
        TunnelError::BadToken
    } else if has(&["429 Too Many Requests", "error code: 1015"]) {
        TunnelError::Refused { code: "429".to_owned() }
    } else if has(&["x509:", "tls: failed to verify certificate"]) {
        TunnelError::WrongCertificate
    } else if has(&["failed to unmarshal quick Tunnel", "failed to parse quick Tunnel"]) {
        TunnelError::Refused { code: String::new() }
    } else if has(&[
        "failed to request quick Tunnel",
        "no such host",
        "network is unreachable",
        "connection refused",
        "i/o timeout",
        "context deadline exceeded",
    ]) {
        TunnelError::NetworkDown
    } else {
        return Said::Nothing;
    };
    Said::Problem(problem)
}

/// `https://<name>.trycloudflare.com` standing by itself: not the service's own name, nothing around it.
fn quick_address(line: &str) -> Option<Url> {
    line.match_indices("https://").find_map(|(start, scheme)| {
        let stands_alone = line
            .get(..start)
            .and_then(|before| before.chars().next_back())
            .is_none_or(|before| before.is_whitespace() || before == '|');
        let rest = line.get(start + scheme.len()..)?;
        let end = rest.find(|c: char| c.is_whitespace() || c == '|').unwrap_or(rest.len());
        let name = rest.get(..end)?.trim_end_matches('/').strip_suffix(QUICK)?;
        let is_name = (1..=63).contains(&name.len())
            && name.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-'));
        if stands_alone && is_name && name != SERVICE {
            format!("https://{name}{QUICK}").parse().ok()
        } else {
            None
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_is_the_one_of_the_banner_and_no_other() {
        let banner =
            "2025-04-10T09:12:01Z INF |  https://amber-river-seven-lake.trycloudflare.com                |";
        assert_eq!(
            read(banner),
            Said::Address("https://amber-river-seven-lake.trycloudflare.com".parse().unwrap())
        );
        assert!(matches!(read("https://a-b.trycloudflare.com"), Said::Address(_)));
        for line in [
            "INF Requesting new quick Tunnel on trycloudflare.com...",
            "subject to the Terms of Use (https://www.cloudflare.com/website-terms/), and reserves",
            "by following: https://developers.cloudflare.com/cloudflare-one/connections/connect-apps",
            "INF Settings: map[ha-connections:1 url:http://127.0.0.1:8000]",
            "https://trycloudflare.com",
            "INF |  https://api.trycloudflare.com  |",
            "INF |  http://amber-river.trycloudflare.com  |",
            "https://amber-river.trycloudflare.com.evil.example",
            "https://evil.example/?https://amber-river.trycloudflare.com",
            "https://me@amber-river.trycloudflare.com",
            "https://amber-river.trycloudflare.com:8443",
            "https://Amber.trycloudflare.com",
        ] {
            assert_eq!(read(line), Said::Nothing, "{line}");
        }
    }

    #[test]
    fn a_failure_is_told_by_its_few_words() {
        let down = r#"failed to request quick Tunnel: Post "https://api.trycloudflare.com/tunnel": dial tcp: lookup api.trycloudflare.com: no such host"#;
        for (line, problem) in [
            (down, TunnelError::NetworkDown),
            ("Provided Tunnel token is not valid.", TunnelError::BadToken),
            (
                r#"ERR Register tunnel error from server side error="Unauthorized: Invalid tunnel secret""#,
                TunnelError::BadToken,
            ),
            (
                r#"ERR Error unmarshaling QuickTunnel response: error code: 1015 status_code="429 Too Many Requests""#,
                TunnelError::Refused { code: "429".into() },
            ),
            (
                "tls: failed to verify certificate: x509: certificate signed by unknown authority",
                TunnelError::WrongCertificate,
            ),
        ] {
            assert_eq!(read(line), Said::Problem(problem), "{line}");
        }
    }

    #[test]
    fn says_when_the_tunnel_stands() {
        let line = "INF Registered tunnel connection connIndex=0 connection=4a ip=198.51.100.7 location=ams01 protocol=quic";
        assert_eq!(read(line), Said::Connected);
        assert_eq!(read("INF Connection 4a registered connIndex=0 location=AMS"), Said::Connected);
        assert_eq!(read("WRN Connection terminated connIndex=0"), Said::Nothing);
    }
}
