//! The program: arguments in, answers out. What it can do, the library can do.

mod cli;

fn main() -> std::process::ExitCode {
    cli::main()
}
