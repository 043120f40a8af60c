//! stub
use super::*;
pub(super) struct Html;
impl Format for Html {
    fn name(&self) -> &'static str {
        "html"
    }
    fn extensions(&self) -> &'static [&'static str] {
        &["html"]
    }
    fn sniff(&self, _head: &str) -> Sniff {
        Sniff::No
    }
    fn read(&self, _input: Input<'_>, _sink: &mut Sink<'_>) -> Result<(), Problem> {
        Ok(())
    }
}
