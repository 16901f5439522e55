//! How the market's news reaches the stall: which kind of public address, and what each kind is opened with.
//!
//! What the seller typed for one kind is kept when they choose another. Tokens and passphrases are secrets, not
//! settings.

use serde::{Deserialize, Serialize};

use super::address::PublicAddress;

/// The kinds of public address a seller may choose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TunnelChoice {
    /// None: news is asked for.
    Off,
    /// [`super::StallSettings::public_base_url`]; without one as [`TunnelChoice::Off`].
    #[default]
    Own,
    Cloudflared,
    Ngrok,
    Ssh,
}

impl TunnelChoice {
    /// The word it is kept as.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Own => "own",
            Self::Cloudflared => "cloudflared",
            Self::Ngrok => "ngrok",
            Self::Ssh => "ssh",
        }
    }

    /// The choice of a word.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Off, Self::Own, Self::Cloudflared, Self::Ngrok, Self::Ssh]
            .into_iter()
            .find(|choice| choice.as_str() == word)
    }
}

/// The chosen kind and what each is opened with.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TunnelSettings {
    pub kind: TunnelChoice,
    pub ngrok: NgrokSettings,
    pub cloudflared: CloudflaredSettings,
    pub ssh: SshSettings,
}

#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct NgrokSettings {
    /// A domain of the account, such as `stall.ngrok.app`.
    pub domain: Option<String>,
    /// A company's own connect address, `host:port`, instead of ngrok's.
    pub server: Option<String>,
    /// The authority that server's certificate is checked against, as PEM.
    pub authority: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CloudflaredSettings {
    /// Where the program is; without it, it is looked for.
    pub program: Option<String>,
    /// The address of a tunnel made on Cloudflare's page; without one a quick tunnel is opened.
    pub address: Option<PublicAddress>,
    /// The port of this computer that page names.
    pub local_port: u16,
}

impl Default for CloudflaredSettings {
    fn default() -> Self {
        Self { program: None, address: None, local_port: 8787 }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SshSettings {
    pub host: String,
    pub port: u16,
    pub user: String,
    /// A key file; without one the agent's keys are tried.
    pub key_file: Option<String>,
    /// Where the server listens for us.
    pub listen_address: String,
    pub listen_port: u16,
    /// What the outside reaches.
    pub address: Option<PublicAddress>,
    /// The server's key as the seller confirmed it.
    pub host_key: Option<String>,
}

impl Default for SshSettings {
    fn default() -> Self {
        Self {
            host: String::new(),
            port: 22,
            user: String::new(),
            key_file: None,
            listen_address: "127.0.0.1".to_owned(),
            listen_port: 8787,
            address: None,
            host_key: None,
        }
    }
}

impl TunnelSettings {
    /// The first field that cannot be used as it is, of the chosen kind.
    pub(super) fn wrong(&self) -> Option<(&'static str, &'static str)> {
        const LINE: &str = "must be one line of at most 300 characters";
        let is_line = |text: &str| text.chars().count() <= 300 && !text.chars().any(char::is_control);
        let is_name = |text: &str| {
            !text.is_empty() && text.len() <= 253 && text.chars().all(|c| c.is_ascii_graphic() && c != '/')
        };
        let lines = [
            ("cloudflared_program", self.cloudflared.program.as_deref()),
            ("ssh_key_file", self.ssh.key_file.as_deref()),
        ];
        if let Some((field, _)) = lines.into_iter().find(|(_, text)| text.is_some_and(|text| !is_line(text)))
        {
            return Some((field, LINE));
        }
        if let Some(authority) = &self.ngrok.authority
            && (authority.len() > 20_000 || !authority.contains("BEGIN CERTIFICATE"))
        {
            return Some(("ngrok_authority", "must be a certificate as PEM"));
        }
        let (ngrok, ssh) = (&self.ngrok, &self.ssh);
        match self.kind {
            TunnelChoice::Ngrok if ngrok.domain.as_deref().is_some_and(|domain| !is_name(domain)) => {
                Some(("ngrok_domain", "must be a domain such as stall.ngrok.app"))
            }
            TunnelChoice::Ngrok if ngrok.server.as_deref().is_some_and(|server| !is_name(server)) => {
                Some(("ngrok_server", "must be a name and a port such as tunnel.example:443"))
            }
            TunnelChoice::Cloudflared if self.cloudflared.local_port == 0 => {
                Some(("cloudflared_local_port", "must be from 1 to 65535"))
            }
            TunnelChoice::Ssh if !is_name(&ssh.host) => Some(("ssh_host", "must be the server's name")),
            TunnelChoice::Ssh if !is_name(&ssh.user) => {
                Some(("ssh_user", "must be the name you log in with"))
            }
            TunnelChoice::Ssh if !is_name(&ssh.listen_address) => {
                Some(("ssh_listen_address", "must be an address of the server"))
            }
            TunnelChoice::Ssh if ssh.port == 0 => Some(("ssh_port", "must be from 1 to 65535")),
            TunnelChoice::Ssh if ssh.listen_port == 0 => Some(("ssh_listen_port", "must be from 1 to 65535")),
            TunnelChoice::Ssh if ssh.address.is_none() => {
                Some(("ssh_address", "must be the address your server is reached at"))
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_the_chosen_kind_needs_is_asked_for() {
        let mut settings = TunnelSettings::default();
        assert_eq!(settings.wrong(), None);
        settings.kind = TunnelChoice::Ssh;
        assert_eq!(settings.wrong().unwrap().0, "ssh_host");
        settings.ssh.host = "server.example".into();
        settings.ssh.user = "lin".into();
        assert_eq!(settings.wrong().unwrap().0, "ssh_address");
        settings.ssh.address = Some("https://stall.example".parse().unwrap());
        assert_eq!(settings.wrong(), None);
        settings.ssh.host = "two words".into();
        assert_eq!(settings.wrong().unwrap().0, "ssh_host");
        settings.kind = TunnelChoice::Ngrok;
        assert_eq!(settings.wrong(), None);
        settings.ngrok.domain = Some("https://stall.ngrok.app".into());
        assert_eq!(settings.wrong().unwrap().0, "ngrok_domain");
    }

    #[test]
    fn a_kind_is_read_back_from_its_word() {
        for choice in [
            TunnelChoice::Off,
            TunnelChoice::Own,
            TunnelChoice::Cloudflared,
            TunnelChoice::Ngrok,
            TunnelChoice::Ssh,
        ] {
            assert_eq!(TunnelChoice::parse(choice.as_str()), Some(choice));
            assert_eq!(serde_json::to_value(choice).unwrap(), choice.as_str());
        }
        assert_eq!(TunnelChoice::parse("carrier pigeon"), None);
    }
}
