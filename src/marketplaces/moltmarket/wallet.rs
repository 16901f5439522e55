//! Public addresses of wallets, looked at before they are published: a typo here is money lost.
//!
//! Checked is what an address proves about itself: shape and checksum. Whose it is nobody can check.

use sha2::{Digest, Sha256};
use sha3::Keccak256;

use super::types::WalletKind;

/// What is wrong with an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum WalletProblem {
    #[error("this kind of wallet is not known")]
    Kind,
    #[error("this is not an address of this kind")]
    Shape,
    #[error("a character of the address is wrong")]
    Checksum,
}

impl WalletProblem {
    /// A short stable code.
    pub fn code(self) -> &'static str {
        match self {
            Self::Kind => "wallet_kind",
            Self::Shape => "wallet_shape",
            Self::Checksum => "wallet_checksum",
        }
    }
}

/// Checks a public address.
///
/// # Errors
/// What is wrong with it.
pub fn check_wallet(kind: &WalletKind, address: &str) -> Result<(), WalletProblem> {
    match kind {
        WalletKind::Eth => check_eth(address),
        WalletKind::Btc => check_btc(address),
        WalletKind::Other(_) => Err(WalletProblem::Kind),
    }
}

/// `0x` and 40 hex digits. Letters of both cases carry a checksum (EIP-55); of one case they carry none.
fn check_eth(address: &str) -> Result<(), WalletProblem> {
    let digits = address.strip_prefix("0x").ok_or(WalletProblem::Shape)?;
    if digits.len() != 40 || !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
        return Err(WalletProblem::Shape);
    }
    let has = |is_case: fn(&u8) -> bool| digits.as_bytes().iter().any(is_case);
    if !(has(u8::is_ascii_lowercase) && has(u8::is_ascii_uppercase)) {
        return Ok(());
    }
    let hash = hex::encode(Keccak256::digest(digits.to_ascii_lowercase()));
    let fits = digits
        .bytes()
        .zip(hash.bytes())
        .all(|(digit, hash)| !digit.is_ascii_alphabetic() || digit.is_ascii_uppercase() == (hash >= b'8'));
    if fits { Ok(()) } else { Err(WalletProblem::Checksum) }
}

/// Of the main chain: `bc1…` (BIP-173, BIP-350), or `1…` and `3…` in base 58 with a checksum.
fn check_btc(address: &str) -> Result<(), WalletProblem> {
    if address.get(..3).is_some_and(|start| start.eq_ignore_ascii_case("bc1")) {
        return check_segwit(address);
    }
    let bytes = base_58(address).ok_or(WalletProblem::Shape)?;
    let [0x00 | 0x05, .., _, _, _, _] = bytes.as_slice() else { return Err(WalletProblem::Shape) };
    if bytes.len() != 25 {
        return Err(WalletProblem::Shape);
    }
    let (payload, checksum) = bytes.split_at(21);
    let hash = Sha256::digest(Sha256::digest(payload));
    if hash.get(..4) == Some(checksum) { Ok(()) } else { Err(WalletProblem::Checksum) }
}

fn base_58(text: &str) -> Option<Vec<u8>> {
    const DIGITS: &[u8] = b"123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
    if text.is_empty() || text.len() > 50 {
        return None;
    }
    // Little end first.
    let mut number: Vec<u8> = Vec::with_capacity(40);
    for letter in text.bytes() {
        let mut carry = u32::try_from(DIGITS.iter().position(|digit| *digit == letter)?).ok()?;
        for byte in &mut number {
            carry += u32::from(*byte) * 58;
            *byte = (carry & 0xff) as u8;
            carry >>= 8;
        }
        while carry > 0 {
            number.push((carry & 0xff) as u8);
            carry >>= 8;
        }
    }
    let zeros = text.bytes().take_while(|letter| *letter == b'1').count();
    number.extend(std::iter::repeat_n(0, zeros));
    number.reverse();
    Some(number)
}

fn check_segwit(address: &str) -> Result<(), WalletProblem> {
    const LETTERS: &[u8] = b"qpzry9x8gf2tvdw0s3jn54khce6mua7l";
    let lower = address.to_ascii_lowercase();
    let is_mixed = address != lower && address != address.to_ascii_uppercase();
    if is_mixed || !(14..=74).contains(&lower.len()) {
        return Err(WalletProblem::Shape);
    }
    let data: Option<Vec<u8>> = lower
        .bytes()
        .skip(3)
        .map(|letter| LETTERS.iter().position(|known| *known == letter).and_then(|at| u8::try_from(at).ok()))
        .collect();
    let data = data.ok_or(WalletProblem::Shape)?;
    let (version, rest) = data.split_first().ok_or(WalletProblem::Shape)?;
    // Five bits a letter, without the version and the checksum.
    let letters = rest.len().checked_sub(6).ok_or(WalletProblem::Shape)?;
    let (bytes, left_over) = (letters * 5 / 8, letters * 5 % 8);
    let has_size = match version {
        0 => bytes == 20 || bytes == 32,
        1..=16 => (2..=40).contains(&bytes),
        _ => false,
    };
    if !has_size || left_over >= 5 {
        return Err(WalletProblem::Shape);
    }
    let wanted = if *version == 0 { 1 } else { 0x2bc8_30a3 };
    let mut sum = [3, 3, 0, 2, 3].into_iter().fold(1, polymod);
    sum = data.iter().fold(sum, |sum, value| polymod(sum, *value));
    if sum == wanted { Ok(()) } else { Err(WalletProblem::Checksum) }
}

/// One step of the checksum of BIP-173. The prefix `bc` enters it as 3, 3, 0, 2, 3.
fn polymod(sum: u32, value: u8) -> u32 {
    const GENERATOR: [u32; 5] = [0x3b6a_57b2, 0x2650_8e6d, 0x1ea1_19fa, 0x3d42_33dd, 0x2a14_62b3];
    let top = sum >> 25;
    let next = ((sum & 0x01ff_ffff) << 5) ^ u32::from(value);
    GENERATOR
        .iter()
        .enumerate()
        .filter(|(bit, _)| (top >> bit) & 1 == 1)
        .fold(next, |sum, (_, generator)| sum ^ generator)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_as_known_vectors_do() {
        for (text, hash) in [
            ("", "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470"),
            ("abc", "4e03657aea45a94fc7d47ba826c8d667c0d1e6e33a64a036ec44f58fa12d6c45"),
        ] {
            assert_eq!(hex::encode(Keccak256::digest(text)), hash, "{text}");
        }
    }

    #[test]
    fn takes_addresses_whose_checksum_fits() {
        use WalletKind::{Btc, Eth};
        for (kind, address) in [
            (Eth, "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"),
            (Eth, "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359"),
            (Eth, "0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB"),
            (Eth, "0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed"),
            (Eth, "0x5AAEB6053F3E94C9B9A09F33669435E7EF1BEAED"),
            (Btc, "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa"),
            (Btc, "3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy"),
            (Btc, "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4"),
            (Btc, "BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4"),
            (Btc, "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0"),
        ] {
            assert_eq!(check_wallet(&kind, address), Ok(()), "{address}");
        }
    }

    #[test]
    fn says_what_is_wrong_with_the_others() {
        use WalletKind::{Btc, Eth};
        use WalletProblem::{Checksum, Kind, Shape};
        for (kind, address, problem) in [
            (Eth, "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAeD", Checksum),
            (Eth, "5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", Shape),
            (Eth, "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAe", Shape),
            (Eth, "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAeg", Shape),
            (Eth, "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4", Shape),
            (Btc, "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb", Checksum),
            (Btc, "1A1zP1eP5QGefi2DMPTfTL5SLmv7Divf0a", Shape),
            (Btc, "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t5", Checksum),
            (Btc, "bc1qW508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4", Shape),
            (Btc, "bc1", Shape),
            (Btc, "", Shape),
            (Btc, "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", Shape),
            (Btc, "猫猫", Shape),
            (WalletKind::Other("doge".to_owned()), "D", Kind),
        ] {
            assert_eq!(check_wallet(&kind, address), Err(problem), "{address}");
        }
    }

    /// Examples of EIP-55, BIP 173 and BIP 350.
    #[test]
    fn knows_a_mistyped_address() {
        let (eth, btc) = (WalletKind::Eth, WalletKind::Btc);
        for (kind, address, problem) in [
            (&eth, "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", Ok(())),
            (&eth, "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359", Ok(())),
            (&eth, "0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed", Ok(())),
            (&eth, "0x5AAEB6053F3E94C9B9A09F33669435E7EF1BEAED", Ok(())),
            (&eth, "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1Beaed", Err(WalletProblem::Checksum)),
            (&eth, "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAe", Err(WalletProblem::Shape)),
            (&eth, "5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed00", Err(WalletProblem::Shape)),
            (&eth, "0xzaaeb6053f3e94c9b9a09f33669435e7ef1beaed", Err(WalletProblem::Shape)),
            (&btc, "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4", Ok(())),
            (&btc, "BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4", Ok(())),
            (&btc, "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0", Ok(())),
            (&btc, "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t5", Err(WalletProblem::Checksum)),
            (&btc, "bc1Qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4", Err(WalletProblem::Shape)),
            (&btc, "1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2", Ok(())),
            (&btc, "3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy", Ok(())),
            (&btc, "1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN3", Err(WalletProblem::Checksum)),
            (&btc, "1BvBMSEYstWetqTFn5Au4m4GFg7xJaNV0l", Err(WalletProblem::Shape)),
            (&btc, "", Err(WalletProblem::Shape)),
            (&WalletKind::from("doge"), "anything", Err(WalletProblem::Kind)),
        ] {
            assert_eq!(check_wallet(kind, address), problem, "{address}");
        }
    }
}
