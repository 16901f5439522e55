//! The filter on outgoing text: what must not leave in words to a buyer or a market (contract 4.4, 4.5).

use std::sync::LazyLock;

use regex::{Regex, RegexSet};

use super::plain::plain;

/// What was found in a text about to be sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Leak {
    /// Looks like a key or another long secret.
    Key,
    /// The words that open a wallet.
    SeedPhrase,
    /// An address on the web.
    Link,
    /// An e-mail address.
    Email,
    /// A path on this computer.
    Path,
    /// Asks for money first or past the marketplace.
    Payment,
    /// A way to meet outside the marketplace.
    Contact,
}

impl Leak {
    /// A short stable code.
    pub fn code(self) -> &'static str {
        match self {
            Self::Key => "key",
            Self::SeedPhrase => "seed_phrase",
            Self::Link => "link",
            Self::Email => "email",
            Self::Path => "path",
            Self::Payment => "payment",
            Self::Contact => "contact",
        }
    }

    /// Whether nobody would send this on purpose, not even the seller.
    pub fn is_secret(self) -> bool {
        matches!(self, Self::Key | Self::SeedPhrase | Self::Path)
    }
}

/// Patterns over plain text. A set that could not be built finds nothing; a test builds each.
fn set(patterns: &[&str]) -> RegexSet {
    RegexSet::new(patterns).unwrap_or_else(|_| RegexSet::empty())
}

const APPS: &str = "(telegram|whats ?app|we ?chat|weixin|discord|signal|skype|viber|instagram|insta|facebook|messenger|\
                    snapchat|line app|qq|vx|e-?mail|gmail|phone|mobile|sms|微信|威信|薇信|v信|扣扣|电报|飞机|邮箱|电话|手机|短信)";

fn contact_patterns() -> Vec<String> {
    vec![
        format!(
            r"\b(add|contact|message|reach|text|write|dm|pm|ping|call|find|talk|chat|mail|move|continue|get back)\b.{{0,30}}\b(on|at|via|by|through|over|to|my|using|in)\b.{{0,20}}\b{APPS}"
        ),
        format!(r"\b{APPS}\b ?(id|handle|name|number|no\.?|account|user(name)?|is)? ?[:=@]"),
        format!(r"\bmy {APPS}\b"),
        r"\b(off|outside|outside of|beyond|away from)[ -](the |this )?(platform|market(place)?|site|app)\b".to_owned(),
        r"\b(t\.me|wa\.me|discord\.gg|line\.me)\b".to_owned(),
        format!("(加|添加|扫|联系|联络).{{0,4}}{APPS}"),
        format!("(留|转到|换到|转|换|到|上|用|去).{{0,4}}{APPS}.{{0,4}}(聊|谈|联系|沟通|说|交流|付|给)"),
        format!("(发|留|给)(到|我|下|个).{{0,4}}{APPS}"),
        format!("{APPS}(号|号码|群|联系|聊|账号|帐号|沟通|加我|二维码|[:=@])"),
        "(站外|平台外|平台之外|平台以外|场外|线下|私下|绕过平台|脱离平台).{0,8}(联系|交易|沟通|聊|付|转|结算|谈|成交|支付)".to_owned(),
        "(加我好友|加好友|加个好友|私聊我|扫码加|扫一扫)".to_owned(),
        r"(^|[\s(:,;])@[a-z0-9_]{4,}".to_owned(),
        r"\+\d{1,3}[ -]?\(?\d{2,4}\)?([ -]?\d{2,4}){2,4}\b".to_owned(),
        r"\b1[3-9]\d{9}\b".to_owned(),
        r"\b(call|text|phone|tel|mobile|电话|手机)[^0-9]{0,15}\d[\d -]{7,}\d".to_owned(),
    ]
}

const PAYMENT: &[&str] = &[
    r"\b(pay|paying|payment|payments|money|funds|deposit|tip|fee)\b.{0,25}\b(first|up ?-?front|in advance|beforehand|before i|before we|before the|before any|before (start|draw|work|deliver))",
    r"\b(upfront|advance|prior|partial|extra|additional) (payment|deposit|fee)\b",
    r"\b(send|transfer|wire|pay|remit|deposit)\b.{0,30}\b(usdt|usdc|btc|eth|bitcoin|crypto|tokens?|gift ?cards?|paypal|venmo|cash ?app|zelle|alipay|wallet|bank account|iban|dollars?|money)\b",
    r"\b(send|transfer|wire|remit) (me|us|the) .{0,20}(payment|money|funds|amount|deposit)\b",
    r"\bpay (me|us) (directly|privately|outside|via|by|through|with|in|on|at)\b",
    r"\b(paypal|venmo|cash ?app|zelle|western union|moneygram|alipay|iban|swift)\b ?[:=@]",
    r"\b(0x[0-9a-f]{40}|bc1[a-z0-9]{25,60}|t[a-z0-9]{33})\b",
    "(先|提前|预先|事先).{0,6}(付|转|打|汇|交|支).{0,4}(款|钱|账|帐|费|定金|订金|押金|全款)",
    "(先付|预付|先打款|先转账|先汇款|先交钱|垫付|预存)",
    "(定金|订金|押金|保证金|手续费|解冻费|加急费).{0,10}(付|转|打|汇|交|支付|发)",
    "(付|转|打|汇|交|支付).{0,10}(定金|订金|押金|保证金|手续费|解冻费)",
    "(支付宝|微信支付|微信转账|银行卡|比特币|泰达币|usdt|红包|paypal).{0,10}(付|转|打|汇|收款|支付|号|发|[:=])",
    "(付|转|打|汇|发|支付).{0,10}(支付宝|微信支付|银行卡|比特币|泰达币|usdt|红包|paypal)",
    "(付款|转账|打款|汇款|收款码|收款账)",
];

static CONTACT: LazyLock<RegexSet> = LazyLock::new(|| {
    let patterns = contact_patterns();
    set(&patterns.iter().map(String::as_str).collect::<Vec<_>>())
});
static PAY: LazyLock<RegexSet> = LazyLock::new(|| set(PAYMENT));
static LINK: LazyLock<RegexSet> = LazyLock::new(|| {
    set(&[
        r"://",
        r"\bwww\.",
        r"\b(hxxps?|https?)\b",
        r"\b[a-z0-9-]+(\.[a-z0-9-]+)*\.(com|net|org|io|ai|co|me|app|dev|xyz|top|cn|ru|info|biz|site|online|shop|link|click|live|cc|tk|ly|gg|onion)\b",
        r"\b[a-z0-9-]+ ?[\[(]? ?(dot|点) ?[\])]? ?(com|net|org|io|cn|me)\b",
        r"\b\d{1,3}(\.\d{1,3}){3}\b",
        r"\b(javascript|data|file):",
    ])
});
static EMAIL: LazyLock<RegexSet> = LazyLock::new(|| {
    set(&[
        r"[\w.+-]+ ?@ ?[\w-]+\.[\w.]+",
        r"\b[\w.+-]+ ?[\[(] ?at ?[\])] ?[\w-]+",
        r"\b[\w.+-]+ at [\w-]+ dot (com|net|org|io|cn)\b",
    ])
});
static PATH: LazyLock<RegexSet> = LazyLock::new(|| {
    set(&[
        r"(^|[^a-z0-9])/(home|root|users|etc|var|opt|usr|tmp|mnt|proc|srv)/",
        r"\b[a-z]:\\",
        r"\\\\[a-z0-9]",
        r"~/",
        r"%(appdata|userprofile|home)%",
        r"\$\{?home\b",
        r"\b(credentials|secrets?|keys?|wallet|stallkeeper)\.(json|ya?ml|toml|env|db|sqlite|txt|pem)\b",
        r"(^|[\s/])\.(env|ssh|aws|config|netrc)\b",
    ])
});
static WORDS: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"[A-Za-z]+").ok());

/// The first thing in `text` that must not be sent; none when it may go.
pub fn find_leak(text: &str) -> Option<Leak> {
    let words = plain(text);
    if let Some(secret) = find_secret_in(text, &words) {
        return Some(secret);
    }
    let found = |patterns: &LazyLock<RegexSet>| patterns.is_match(&words);
    [
        (found(&EMAIL), Leak::Email),
        (found(&LINK), Leak::Link),
        (found(&PAY), Leak::Payment),
        (found(&CONTACT), Leak::Contact),
    ]
    .into_iter()
    .find_map(|(is_found, leak)| is_found.then_some(leak))
}

/// The first thing in `text` that nobody sends on purpose: keys, seed phrases, paths of this computer.
pub fn find_secret(text: &str) -> Option<Leak> {
    find_secret_in(text, &plain(text))
}

fn find_secret_in(text: &str, words: &str) -> Option<Leak> {
    if PATH.is_match(words) {
        return Some(Leak::Path);
    }
    let visible: String = text.chars().filter(|c| !super::plain::is_invisible(*c)).collect();
    if visible.contains("-----BEGIN") || visible.split(ends_word).any(looks_like_key) {
        return Some(Leak::Key);
    }
    has_seed_phrase(&visible).then_some(Leak::SeedPhrase)
}

/// The patterns of a leak that is found by patterns.
pub(super) fn patterns(leak: Leak) -> Option<&'static RegexSet> {
    match leak {
        Leak::Link => Some(&LINK),
        Leak::Email => Some(&EMAIL),
        Leak::Path => Some(&PATH),
        Leak::Payment => Some(&PAY),
        Leak::Contact => Some(&CONTACT),
        Leak::Key | Leak::SeedPhrase => None,
    }
}

/// Whether a word ends here that may be a key.
pub(super) fn ends_word(letter: char) -> bool {
    letter.is_whitespace() || "\"'`(),;<>=:，。；：（）「」|{}[]".contains(letter)
}

pub(super) fn looks_like_key(word: &str) -> bool {
    let starts = [
        "sk-",
        "sk_",
        "pk_",
        "rk_",
        "ghp_",
        "gho_",
        "github_pat_",
        "xoxb-",
        "xoxp-",
        "AKIA",
        "AIza",
        "eyJ",
        "am_",
        "mm_",
        "hf_",
        "glpat-",
        "npm_",
    ]
    .iter()
    .any(|start| word.starts_with(start) && word.len() >= 20);
    let letters = word.chars().filter(char::is_ascii_alphanumeric).count();
    let digits = word.chars().filter(char::is_ascii_digit).count();
    let is_code = word.chars().all(|c| c.is_ascii_alphanumeric() || "+/_-".contains(c));
    let capitals = word.chars().filter(char::is_ascii_uppercase).count();
    // An id of the marketplace (a UUID) is no secret.
    let is_uuid = word.len() == 36 && word.split('-').map(str::len).eq([8, 4, 4, 4, 12]);
    starts
        || (letters >= 32 && letters == word.len() && digits >= 4)
        || (is_code && !is_uuid && letters >= 40 && digits >= 4 && capitals >= 4)
}

/// Twelve or more short small words in a row and nothing that would make a sentence of them.
fn has_seed_phrase(text: &str) -> bool {
    const SENTENCE: &[&str] = &[
        "a", "an", "and", "are", "as", "at", "be", "but", "by", "for", "from", "has", "have", "his", "her",
        "i", "in", "into", "is", "it", "its", "me", "my", "no", "not", "of", "on", "or", "our", "she", "he",
        "so", "than", "the", "their", "them", "they", "to", "up", "was", "we", "were", "with", "would",
        "you", "your",
    ];
    let Some(finder) = WORDS.as_ref() else { return false };
    let (mut run, mut end) = (0, 0);
    for word in finder.find_iter(text) {
        let between = text.get(end..word.start()).unwrap_or_default();
        let goes_on = between.chars().all(|c| c.is_whitespace() || c.is_ascii_digit() || ",.-)".contains(c));
        let fits = (3..=8).contains(&word.len())
            && word.as_str().chars().all(|c| c.is_ascii_lowercase())
            && !SENTENCE.contains(&word.as_str());
        run = match (fits, goes_on) {
            (true, true) => run + 1,
            (true, false) => 1,
            _ => 0,
        };
        end = word.end();
        if run >= 12 {
            return true;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::{Language, TemplateKey};

    #[test]
    fn every_pattern_is_one() {
        for patterns in [&CONTACT, &PAY, &LINK, &EMAIL, &PATH] {
            assert!(!patterns.is_empty());
        }
        assert!(WORDS.is_some());
    }

    #[test]
    fn keys_links_contacts_paths_and_prepayment_do_not_leave() {
        for (text, leak) in [
            ("my key is sk-or-v1-0123456789abcdef0123", Leak::Key),
            ("use 4f3c2b1a4f3c2b1a4f3c2b1a4f3c2b1a now", Leak::Key),
            ("api_key=ghp_0123456789abcdefghij0123", Leak::Key),
            ("sk-or-v1-0123\u{200B}456789abcdef0123", Leak::Key),
            ("-----BEGIN PRIVATE KEY-----", Leak::Key),
            ("legal winner thank year wave sausage worth useful legal winner thank yellow", Leak::SeedPhrase),
            (
                "1. ocean 2. tiger 3. maple 4. window 5. candle 6. rocket 7. silver 8. garden 9. pencil 10. thunder 11. velvet 12. zebra",
                Leak::SeedPhrase,
            ),
            ("see https://pay.example/x", Leak::Link),
            ("write to www.elsewhere.example", Leak::Link),
            ("look at pictures-shop.com", Leak::Link),
            ("pictures-shop [dot] com", Leak::Link),
            ("mail me: lin@example.org", Leak::Email),
            ("lin (at) example dot org", Leak::Email),
            ("it is in /home/lin/.config", Leak::Path),
            ("C:\\Users\\lin\\keys.txt", Leak::Path),
            ("it stands in credentials.json", Leak::Path),
            ("Please pay first, then I draw.", Leak::Payment),
            ("A small deposit up front and I begin", Leak::Payment),
            ("Send 20 USDT to my wallet", Leak::Payment),
            ("请先付款，我再开始画", Leak::Payment),
            ("需要先转账20元定金", Leak::Payment),
            ("付钱到支付宝：lin", Leak::Payment),
            ("Add me on Telegram", Leak::Contact),
            ("add me on tеlеgrаm", Leak::Contact),
            ("Let us continue on WhatsApp", Leak::Contact),
            ("telegram: artist", Leak::Contact),
            ("find me: @artist_lin", Leak::Contact),
            ("call +49 170 1234567", Leak::Contact),
            ("We can settle this outside the platform", Leak::Contact),
            ("加我微信聊", Leak::Contact),
            ("请加 v\u{200B}x 联系", Leak::Contact),
            ("可以私下交易", Leak::Contact),
            ("联系 13800138000", Leak::Contact),
        ] {
            assert_eq!(find_leak(text), Some(leak), "{text}");
        }
    }

    #[test]
    fn ordinary_words_may_go() {
        for text in [
            "Which colours would you like?",
            "您希望画面上有什么？",
            "Your picture is ready: picture-1.png",
            "16:9 @ noon",
            "Is it for your WeChat profile or for a poster?",
            "是用作微信头像还是朋友圈封面？",
            "Should the fox look up first, or at the moon?",
            "Who pays attention in the scene, the cat or the bird?",
            "Order 0b8e3c1e-6a1f-4d52-9a58-1b2f3c4d5e6f is in work",
            "Soft light, warm colours, a quiet harbour, boats, gulls and a red lighthouse on the left?",
            "Do you want a phone wallpaper (9:16) or a desktop one (16:9)?",
            "您要手机壁纸还是电脑壁纸？",
            "The bank of the river, or the bridge?",
        ] {
            assert_eq!(find_leak(text), None, "{text}");
        }
    }

    #[test]
    fn the_words_a_stall_starts_with_may_go() {
        for key in TemplateKey::ALL {
            for language in [Language::English, Language::Chinese] {
                let text = key.default_text(language).replace("{files}", "picture-1.png, picture-2-v2.jpg");
                assert_eq!(find_leak(&text), None, "{text}");
            }
        }
    }
}
