//! The shape of an address money is sent to. Only whether it can be one: nobody is asked, and nothing is moved.

use sha2::{Digest as _, Sha256};
use sha3::Keccak256;

use super::types::WalletKind;

/// Why an address cannot be one, as a code; none when it can: `kind`, `shape` or `checksum` (a letter is mistyped).
pub fn address_problem(kind: &WalletKind, address: &str) -> Option<&'static str> {
    match kind {
        WalletKind::Eth => eth_problem(address),
        WalletKind::Btc => btc_problem(address),
        WalletKind::Other(_) => Some("kind"),
    }
}

/// 0x and 40 hexadecimal digits; capitals and small letters mixed are a checksum (EIP-55).
fn eth_problem(address: &str) -> Option<&'static str> {
    let Some(digits) = address.strip_prefix("0x").filter(|digits| digits.len() == 40) else {
        return Some("shape");
    };
    if !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
        return Some("shape");
    }
    let has = |test: fn(&u8) -> bool| digits.as_bytes().iter().any(test);
    if !(has(u8::is_ascii_uppercase) && has(u8::is_ascii_lowercase)) {
        return None;
    }
    let hash = hex::encode(Keccak256::digest(digits.to_ascii_lowercase()));
    let fits = digits.bytes().zip(hash.bytes()).all(|(digit, of_hash)| {
        !digit.is_ascii_alphabetic() || digit.is_ascii_uppercase() == (of_hash >= b'8')
    });
    (!fits).then_some("checksum")
}

fn btc_problem(address: &str) -> Option<&'static str> {
    let small = address.to_ascii_lowercase();
    if small.starts_with("bc1") {
        return if address == small || address == address.to_ascii_uppercase() {
            bech32_problem(&small)
        } else {
            Some("shape")
        };
    }
    base58_problem(address)
}

const BECH32: &[u8] = b"qpzry9x8gf2tvdw0s3jn54khce6mua7l";

/// A segwit address (BIP 173, BIP 350).
fn bech32_problem(address: &str) -> Option<&'static str> {
    let data = address.strip_prefix("bc1").unwrap_or_default();
    let values: Option<Vec<u8>> = data
        .bytes()
        .map(|letter| BECH32.iter().position(|known| *known == letter).and_then(|at| u8::try_from(at).ok()))
        .collect();
    let Some(values) = values.filter(|values| (14..=74).contains(&values.len())) else {
        return Some("shape");
    };
    let version = values.first().copied().unwrap_or(32);
    if version > 16 || (version == 0 && !matches!(values.len(), 39 | 59)) {
        return Some("shape");
    }
    let expanded = [3, 3, 0, 2, 3];
    let sum = expanded.into_iter().chain(values).fold(1u32, |sum, value| {
        const GENERATOR: [u32; 5] = [0x3b6a_57b2, 0x2650_8e6d, 0x1ea1_19fa, 0x3d42_33dd, 0x2a14_62b3];
        let top = sum >> 25;
        let mut sum = ((sum & 0x01ff_ffff) << 5) ^ u32::from(value);
        for (bit, term) in GENERATOR.into_iter().enumerate() {
            if top >> bit & 1 == 1 {
                sum ^= term;
            }
        }
        sum
    });
    let expected = if version == 0 { 1 } else { 0x2bc8_30a3 };
    (sum != expected).then_some("checksum")
}

/// An older address: version 0 or 5, 20 bytes, four bytes of a double hash.
fn base58_problem(address: &str) -> Option<&'static str> {
    const LETTERS: &[u8] = b"123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
    if !(26..=35).contains(&address.len()) || !address.starts_with(['1', '3']) {
        return Some("shape");
    }
    let mut bytes = [0u8; 25];
    for letter in address.bytes() {
        let Some(value) = LETTERS.iter().position(|known| *known == letter) else { return Some("shape") };
        let mut carry = u32::try_from(value).unwrap_or(0);
        for byte in bytes.iter_mut().rev() {
            carry += u32::from(*byte) * 58;
            *byte = (carry & 0xff) as u8;
            carry >>= 8;
        }
        if carry > 0 {
            return Some("shape");
        }
    }
    let (body, sum) = bytes.split_at(21);
    let hash = Sha256::digest(Sha256::digest(body));
    let fits = matches!(body.first(), Some(0 | 5)) && hash.iter().take(4).eq(sum.iter());
    (!fits).then_some("checksum")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Examples of EIP-55, BIP 173 and BIP 350.
    #[test]
    fn knows_a_mistyped_address() {
        let (eth, btc) = (WalletKind::Eth, WalletKind::Btc);
        for (kind, address, problem) in [
            (&eth, "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", None),
            (&eth, "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359", None),
            (&eth, "0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed", None),
            (&eth, "0x5AAEB6053F3E94C9B9A09F33669435E7EF1BEAED", None),
            (&eth, "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1Beaed", Some("checksum")),
            (&eth, "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAe", Some("shape")),
            (&eth, "5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed00", Some("shape")),
            (&eth, "0xzaaeb6053f3e94c9b9a09f33669435e7ef1beaed", Some("shape")),
            (&btc, "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4", None),
            (&btc, "BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4", None),
            (&btc, "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0", None),
            (&btc, "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t5", Some("checksum")),
            (&btc, "bc1Qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4", Some("shape")),
            (&btc, "1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2", None),
            (&btc, "3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy", None),
            (&btc, "1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN3", Some("checksum")),
            (&btc, "1BvBMSEYstWetqTFn5Au4m4GFg7xJaNV0l", Some("shape")),
            (&btc, "", Some("shape")),
            (&WalletKind::from("doge"), "anything", Some("kind")),
        ] {
            assert_eq!(address_problem(kind, address), problem, "{address}");
        }
    }
}
