//! Short words as numbers, and a hasher for maps of them.

use std::hash::{BuildHasherDefault, Hasher};

/// Hashes short words of trusted or bounded sets faster than the standard hasher: FNV-1a, eight bytes a step where there are eight.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct WordHasher(u64);

/// Builds [`WordHasher`]s.
pub(crate) type ShortWords = BuildHasherDefault<WordHasher>;

impl Hasher for WordHasher {
    fn finish(&self) -> u64 {
        self.0 ^ (self.0 >> 29)
    }

    fn write(&mut self, bytes: &[u8]) {
        let mut chunks = bytes.chunks_exact(8);
        for chunk in &mut chunks {
            let word = chunk.iter().rev().fold(0u64, |word, &byte| word << 8 | u64::from(byte));
            self.mix(word);
        }
        let rest = chunks.remainder().iter().rev().fold(0u64, |word, &byte| word << 8 | u64::from(byte));
        self.mix(rest ^ (bytes.len() as u64) << 56);
    }

    #[inline]
    fn write_u128(&mut self, number: u128) {
        self.mix(number as u64);
        self.mix((number >> 64) as u64);
    }

    fn write_u64(&mut self, number: u64) {
        self.mix(number);
    }

    fn write_u8(&mut self, byte: u8) {
        self.0 ^= u64::from(byte);
    }
}

impl WordHasher {
    #[inline]
    fn mix(&mut self, word: u64) {
        self.0 = (self.0 ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(23);
    }
}

/// Up to sixteen bytes as one number, the first in the lowest place; nothing for more. Words without a zero byte, as all are, never share theirs.
#[inline]
pub(crate) fn packed(bytes: &[u8]) -> Option<u128> {
    // First and last bytes may overlap: what they have in common agrees.
    let joined = |first: u128, last: u128, width: usize| first | last << (8 * (bytes.len() - width));
    match (bytes.first_chunk::<8>(), bytes.last_chunk::<8>()) {
        (Some(first), Some(last)) if bytes.len() <= 16 => {
            Some(joined(u64::from_le_bytes(*first).into(), u64::from_le_bytes(*last).into(), first.len()))
        }
        (Some(_), _) => None,
        _ => match (bytes.first_chunk::<4>(), bytes.last_chunk::<4>()) {
            (Some(first), Some(last)) => Some(joined(u32::from_le_bytes(*first).into(), u32::from_le_bytes(*last).into(), first.len())),
            _ => Some(bytes.iter().rev().fold(0, |word, &byte| word << 8 | u128::from(byte))),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #[test]
        fn a_packed_word_is_its_bytes(word in "[ -~é]{0,20}") {
            let expected = (word.len() <= 16).then(|| {
                let mut bytes = [0; 16];
                bytes[..word.len()].copy_from_slice(word.as_bytes());
                u128::from_le_bytes(bytes)
            });
            assert_eq!(packed(word.as_bytes()), expected);
        }
    }
}
