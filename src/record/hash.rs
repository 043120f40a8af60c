//! The hash by which an article is known to have stayed as it was.

use super::{Origin, Stored, VERSION};
use crate::article::Article;
use crate::quote::Attribution;
use xxhash_rust::xxh3::Xxh3;

/// Bits of a hash: of a million million articles that change, one would be taken for unchanged.
const BITS: u32 = 40;

/// Hash of an article as read: equal hashes need no new records.
pub fn hash(article: &Article) -> u64 {
    let (nothing, nowhere) = (Attribution::default(), Origin::default());
    let stored = Stored::new(article, &nothing, &nowhere);
    let hashing = Hashing { hash: Xxh3::new(), small: [0; 256], used: 0 };
    // Encoding plain data into memory cannot fail; a hash of nothing would only mean that the article is written again.
    let hash: u64 = postcard::serialize_with_flavor(&(VERSION, &stored, stored.texts()), hashing).unwrap_or_default();
    hash >> (u64::BITS - BITS)
}

/// What is written to it is hashed and not kept; small pieces are gathered, since each update has its price.
struct Hashing {
    hash: Xxh3,
    small: [u8; 256],
    used: usize,
}

impl Hashing {
    fn flush(&mut self) {
        self.hash.update(&self.small[..self.used]);
        self.used = 0;
    }
}

impl postcard::ser_flavors::Flavor for Hashing {
    type Output = u64;

    fn try_push(&mut self, byte: u8) -> postcard::Result<()> {
        if self.used == self.small.len() {
            self.flush();
        }
        self.small[self.used] = byte;
        self.used += 1;
        Ok(())
    }

    fn try_extend(&mut self, bytes: &[u8]) -> postcard::Result<()> {
        if bytes.len() > self.small.len() - self.used {
            self.flush();
        }
        match self.small[self.used..].get_mut(..bytes.len()) {
            Some(room) => {
                room.copy_from_slice(bytes);
                self.used += bytes.len();
            }
            None => self.hash.update(bytes),
        }
        Ok(())
    }

    fn finalize(mut self) -> postcard::Result<u64> {
        self.flush();
        Ok(self.hash.digest())
    }
}
