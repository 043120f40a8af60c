//! A panic is a message and an exit status like any other error: the engine panics on some damaged files.

use onrecord::index::embedded::is_engine_thread;
use std::cell::Cell;
use std::panic::{AssertUnwindSafe, PanicHookInfo, catch_unwind};
use std::path::Path;
use std::sync::{Mutex, PoisonError};

thread_local! {
    static IS_GUARDED: Cell<bool> = const { Cell::new(false) };
}

/// What the last panic of the guarded thread said.
static SAID: Mutex<String> = Mutex::new(String::new());

/// Does some work; gives what a panic said, which prints nothing by itself.
pub(super) fn guarded<T>(work: impl FnOnce() -> T) -> Result<T, String> {
    std::panic::set_hook(Box::new(hook));
    IS_GUARDED.set(true);
    let outcome = catch_unwind(AssertUnwindSafe(work));
    IS_GUARDED.set(false);
    outcome.map_err(|_| SAID.lock().unwrap_or_else(PoisonError::into_inner).clone())
}

fn hook(info: &PanicHookInfo<'_>) {
    let text = info.payload().downcast_ref::<&str>().map(|text| (*text).to_owned());
    let text = text.or_else(|| info.payload().downcast_ref::<String>().cloned()).unwrap_or_default();
    // The first line, and where in which file: nobody needs to know where that stood when the program was built.
    let text: String = text.lines().next().unwrap_or_default().chars().take(200).collect();
    let place = info.location().map_or_else(String::new, |at| {
        let file = Path::new(at.file()).file_name().unwrap_or_default().to_string_lossy().into_owned();
        format!(" at {file}:{}", at.line())
    });
    if IS_GUARDED.get() {
        *SAID.lock().unwrap_or_else(PoisonError::into_inner) = format!("{text}{place}");
        return;
    }
    // The engine's own threads hand the failure on.
    let name = std::thread::current().name().unwrap_or_default().to_owned();
    if !is_engine_thread(&name) {
        super::complain(&format!("a fault of the program in the thread {name}: {text}{place}"));
    }
}
