//! The program: arguments in, answers out. What it can do, the library can do.

mod cli;

/// Records are made by some threads and freed by others, many small pieces each: the system's allocator spends an eighth of a run on that.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Readers go deep on hostile input, and the first thread of a process is small on some systems.
const STACK: usize = 16 << 20;

fn main() -> std::process::ExitCode {
    let run = std::thread::Builder::new().stack_size(STACK).spawn(cli::main).map(std::thread::JoinHandle::join);
    match run {
        Ok(Ok(code)) => code,
        // A panic has said what it is by itself.
        Ok(Err(_)) => std::process::ExitCode::from(101),
        Err(_) => cli::main(),
    }
}
