//! What the program says of itself: fields, completions, manual page, licences, version.

use super::settings::Settings;
use super::{Cli, Ended, Failure, terminal};
use clap::{Args, CommandFactory};
use clap_complete::Shell;
use onrecord::{output, record, schema};
use std::io::Write;

/// List the fields that a query can name.
#[derive(Args)]
pub(super) struct FieldsArgs {
    /// Also those that only the program uses
    #[arg(long)]
    all: bool,
    /// Print the field table as JSON
    #[arg(long)]
    json: bool,
}

pub(super) fn fields(args: &FieldsArgs, settings: &Settings) -> Result<Ended, Failure> {
    let mut out = std::io::stdout().lock();
    if args.json {
        out.write_all(schema::SOURCE.as_bytes())?;
    } else {
        output::text::fields(&mut out, args.all, terminal::style(settings.color))?;
    }
    out.flush()?;
    Ok(Ended::Hits)
}

/// Prints the formats that are read, with what they are and their extensions.
pub(super) fn formats() -> Result<Ended, Failure> {
    let mut text = String::new();
    for format in onrecord::format::FORMATS {
        let extensions: Vec<String> = format.extensions().iter().map(|extension| format!(".{extension}")).collect();
        text.push_str(&format!("{:<10} {} ({})\n", format.name(), format.about(), extensions.join(" ")));
    }
    text.push_str("\nA file's content counts first, its name second; --input-format decides against both. docs/formats.md says what becomes which field.\n");
    print(text.as_bytes())
}

/// Print the completions of a shell.
#[derive(Args)]
pub(super) struct CompletionsArgs {
    shell: Shell,
}

pub(super) fn completions(args: &CompletionsArgs) -> Result<Ended, Failure> {
    // Into memory first: a reader that has seen enough is no error of ours.
    let mut text = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "onrecord", &mut text);
    print(&text)
}

/// Prints one manual page that holds those of all commands.
pub(super) fn man() -> Result<Ended, Failure> {
    let mut command = Cli::command();
    command.build();
    let mut text = Vec::new();
    let page = clap_mangen::Man::new(command.clone()).date("").manual("onrecord manual");
    page.render_title(&mut text)?;
    page.render_name_section(&mut text)?;
    page.render_synopsis_section(&mut text)?;
    page.render_description_section(&mut text)?;
    page.render_options_section(&mut text)?;
    page.render_extra_section(&mut text)?;
    for sub in command.get_subcommands().filter(|sub| sub.get_name() != "help") {
        let name = format!("onrecord {}", sub.get_name());
        writeln!(text, ".SH \"{}\"", name.to_uppercase())?;
        let page = clap_mangen::Man::new(sub.clone().bin_name(name));
        let mut of_sub = Vec::new();
        page.render_description_section(&mut of_sub)?;
        page.render_synopsis_section(&mut of_sub)?;
        page.render_options_section(&mut of_sub)?;
        page.render_extra_section(&mut of_sub)?;
        // Sections of a command are parts of the one page.
        text.extend(String::from_utf8_lossy(&of_sub).replace(".SH ", ".SS ").bytes());
    }
    writeln!(
        text,
        ".SH FILES\n.TP\n\\fI~/.config/onrecord/config.toml\\fR\nSettings: index, color, limit, facet\\-limit, wait, threads.\n.TP\n\\fI~/.cache/onrecord\\fR\nIndexes of folders named by \\-\\-from."
    )?;
    writeln!(text, ".SH \"EXIT STATUS\"\n0 hits or success, 1 no hits, 2 an error, 130 interrupted.")?;
    print(&text)
}

/// Notices of all that the program is built from, gathered from the sources it was built of.
const NOTICES: &str = include_str!(concat!(env!("OUT_DIR"), "/notices.txt"));

pub(super) fn licenses() -> Result<Ended, Failure> {
    print(NOTICES.as_bytes())
}

fn print(text: &[u8]) -> Result<Ended, Failure> {
    let mut out = std::io::stdout().lock();
    out.write_all(text)?;
    out.flush()?;
    Ok(Ended::Hits)
}

/// The version with those of the index.
pub(super) fn long_version() -> &'static str {
    static VERSION: std::sync::OnceLock<String> = std::sync::OnceLock::new();
    VERSION.get_or_init(|| format!("{}\nindex format {}, records {}", env!("CARGO_PKG_VERSION"), schema::fields().format, record::VERSION))
}
