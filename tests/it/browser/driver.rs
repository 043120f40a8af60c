//! Chromium, driven by chromedriver: both found, started, spoken to, and gone at the end.

use crate::served::Served;
use axum::http::Method;
use fantoccini::actions::{InputSource, KeyAction, KeyActions, MOUSE_BUTTON_LEFT, MouseActions, PointerAction};
use fantoccini::key::Key;
use fantoccini::wd::{Capabilities, WebDriverCompatibleCommand};
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use tokio::runtime::{Builder, Runtime};
use url::{ParseError, Url};

/// How long the browser may take for anything.
const PATIENCE: Duration = Duration::from_secs(20);
/// How long a page may take to become what it is to be.
const CHANGE: Duration = Duration::from_secs(10);

/// What Chromium is told: no window, nothing of its own in the network, no name but the server's resolved.
const FLAGS: [&str; 11] = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--no-default-browser-check",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
];

/// The two programs.
pub(super) struct Programs {
    driver: PathBuf,
    chromium: PathBuf,
}

impl Programs {
    /// Where the environment says, or where PATH has them; otherwise what is missing.
    pub(super) fn find() -> Result<Self, String> {
        let driver = program("CHROMEDRIVER", &["chromedriver"])?;
        let chromium = program("CHROMIUM", &["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"])?;
        Ok(Self { driver, chromium })
    }
}

fn program(variable: &str, names: &[&str]) -> Result<PathBuf, String> {
    if let Some(named) = std::env::var_os(variable) {
        let path = PathBuf::from(named);
        return if path.is_file() { Ok(path) } else { Err(format!("${variable} names {}, which is no file", path.display())) };
    }
    let folders: Vec<PathBuf> = std::env::var_os("PATH").map(|path| std::env::split_paths(&path).collect()).unwrap_or_default();
    let found = names.iter().flat_map(|name| {
        let file = format!("{name}{}", std::env::consts::EXE_SUFFIX);
        folders.iter().map(move |folder| folder.join(&file))
    });
    found.into_iter().find(|path| path.is_file()).ok_or_else(|| format!("there is no {} in PATH, and ${variable} is not set", names[0]))
}

/// A running chromedriver. It ends, with every browser that it started, when this is dropped.
pub(super) struct Driver {
    child: Child,
    port: u16,
    chromium: PathBuf,
    profiles: tempfile::TempDir,
}

impl Driver {
    pub(super) fn start(programs: &Programs) -> Self {
        let profiles = tempfile::tempdir().expect("a temporary folder");
        let mut command = Command::new(&programs.driver);
        // What Chromium leaves behind goes with the folder.
        command.env("TMPDIR", profiles.path()).arg("--port=0");
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().expect("chromedriver runs");
        let mut said = BufReader::new(child.stdout.take().expect("standard output"));
        let mut line = String::new();
        let port = loop {
            line.clear();
            assert_ne!(said.read_line(&mut line).expect("a line"), 0, "chromedriver ended");
            if let Some((_, rest)) = line.split_once("started successfully on port ") {
                break rest.trim().trim_end_matches('.').parse().expect("a port");
            }
        };
        // What it says later on is read, so that it never waits.
        std::thread::spawn(move || std::io::copy(&mut said, &mut std::io::sink()));
        Self { child, port, chromium: programs.chromium.clone(), profiles }
    }

    /// A browser with an empty profile of its own, and with these preferences.
    pub(super) fn browser(&self, preferences: &Value) -> Browser {
        let profile = tempfile::Builder::new().tempdir_in(self.profiles.path()).expect("a folder").keep();
        let mut flags: Vec<String> = FLAGS.map(str::to_owned).to_vec();
        flags.push(format!("--user-data-dir={}", profile.display()));
        let wanted = json!({
            "browserName": "chrome",
            "pageLoadStrategy": "normal",
            "unhandledPromptBehavior": "ignore",
            "timeouts": {"script": PATIENCE.as_millis() as u64, "pageLoad": PATIENCE.as_millis() as u64, "implicit": 0},
            "goog:loggingPrefs": {"browser": "ALL", "performance": "ALL"},
            "goog:chromeOptions": {"binary": self.chromium, "args": flags, "prefs": preferences},
        });
        let Value::Object(capabilities) = wanted else { unreachable!("an object") };
        let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime");
        let client = runtime.block_on(async {
            let mut builder = ClientBuilder::new(HttpConnector::new());
            builder.capabilities(Capabilities::from(capabilities));
            let address = format!("http://127.0.0.1:{}", self.port);
            let connected = builder.connect(&address);
            tokio::time::timeout(PATIENCE * 2, connected).await.expect("Chromium starts in time").expect("Chromium starts")
        });
        Browser { client, runtime, shots: shots(), base: std::cell::RefCell::default() }
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        // Asked to end, chromedriver ends its browsers as well; killed, it would leave them.
        if let Ok(mut stream) = TcpStream::connect(("127.0.0.1", self.port)) {
            let _ = stream.set_read_timeout(Some(Duration::from_secs(5)));
            let _ = stream.write_all(format!("GET /shutdown HTTP/1.1\r\nhost: 127.0.0.1:{}\r\n\r\n", self.port).as_bytes());
            let _ = stream.read(&mut [0; 64]);
        }
        let begun = Instant::now();
        while begun.elapsed() < Duration::from_secs(5) {
            if matches!(self.child.try_wait(), Ok(Some(_)) | Err(_)) {
                return;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Where pictures are put.
fn shots() -> PathBuf {
    let folder = std::env::var_os("ONRECORD_SCREENSHOTS").map(PathBuf::from);
    let folder = folder.unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("target/screenshots"));
    std::fs::create_dir_all(&folder).expect("the folder of pictures is made");
    folder
}

/// What is beyond the standard: commands of chromedriver's own.
#[derive(Debug)]
struct Own {
    path: &'static str,
    body: Value,
}

impl WebDriverCompatibleCommand for Own {
    fn endpoint(&self, base: &Url, session: Option<&str>) -> Result<Url, ParseError> {
        base.join(&format!("session/{}/{}", session.unwrap_or_default(), self.path))
    }

    fn method_and_body(&self, _: &Url) -> (Method, Option<String>) {
        (Method::POST, Some(self.body.to_string()))
    }
}

/// A browser with one window. What goes wrong in it is a panic: it fails the scene.
pub(super) struct Browser {
    client: Client,
    runtime: Runtime,
    shots: PathBuf,
    /// The server that is looked at: `http://127.0.0.1:41233`.
    base: std::cell::RefCell<String>,
}

impl Drop for Browser {
    fn drop(&mut self) {
        let closing = self.client.clone().close();
        let _ = self.runtime.block_on(async { tokio::time::timeout(Duration::from_secs(5), closing).await });
    }
}

impl Browser {
    /// Waits for what chromedriver answers.
    #[track_caller]
    fn done<T, E: std::fmt::Display>(&self, what: &str, asked: impl Future<Output = Result<T, E>>) -> T {
        let answer = self.runtime.block_on(async { tokio::time::timeout(PATIENCE * 2, asked).await });
        match answer {
            Ok(Ok(value)) => value,
            Ok(Err(error)) => panic!("{what}: {error}"),
            Err(_) => panic!("{what}: no answer"),
        }
    }

    /// Opens a page of a server.
    #[track_caller]
    pub(super) fn open(&self, server: &Served, path: &str) {
        *self.base.borrow_mut() = format!("http://{}", server.address);
        self.go(path);
    }

    /// Opens another page of the same server.
    #[track_caller]
    pub(super) fn go(&self, path: &str) {
        let url = format!("{}{path}", self.base.borrow());
        self.done(path, self.client.goto(&url));
    }

    #[track_caller]
    pub(super) fn back(&self) {
        self.done("back", self.client.back());
    }

    /// Path, query and fragment of the page.
    #[track_caller]
    pub(super) fn place(&self) -> String {
        let url = self.done("the address", self.client.current_url());
        let place = &url[url::Position::BeforePath..];
        place.to_owned()
    }

    /// What a script of the test returns: the body of a function.
    #[track_caller]
    pub(super) fn run(&self, script: &str) -> Value {
        self.run_with(script, Vec::new())
    }

    #[track_caller]
    pub(super) fn run_with(&self, script: &str, args: Vec<Value>) -> Value {
        self.done(&shortened(script), self.client.execute(script, args))
    }

    /// What a script hands to its last argument.
    #[track_caller]
    pub(super) fn run_later(&self, script: &str, args: Vec<Value>) -> Value {
        self.done(&shortened(script), self.client.execute_async(script, args))
    }

    /// True for what an expression says.
    #[track_caller]
    pub(super) fn holds(&self, expression: &str) -> bool {
        self.run(&format!("return Boolean({expression});")) == true
    }

    /// Waits until an expression holds. A page that is just being left has nothing to say.
    #[track_caller]
    pub(super) fn until(&self, expression: &str) {
        let begun = Instant::now();
        let script = format!("return document.readyState === 'complete' && Boolean({expression});");
        loop {
            if self.runtime.block_on(self.client.execute(&script, Vec::new())).is_ok_and(|value| value == true) {
                return;
            }
            assert!(begun.elapsed() < CHANGE, "never so: {expression}; at {}", self.place());
            std::thread::sleep(Duration::from_millis(15));
        }
    }

    /// Waits until the address is such; asks no script.
    #[track_caller]
    pub(super) fn arrives(&self, is_there: impl Fn(&str) -> bool) {
        let begun = Instant::now();
        while !is_there(&self.place()) {
            assert!(begun.elapsed() < CHANGE, "still at {}", self.place());
            std::thread::sleep(Duration::from_millis(15));
        }
    }

    /// How many elements there are.
    #[track_caller]
    pub(super) fn count(&self, css: &str) -> usize {
        self.done(css, self.client.find_all(Locator::Css(css))).len()
    }

    /// What an element shows.
    #[track_caller]
    pub(super) fn text(&self, css: &str) -> String {
        self.done(css, async { self.client.find(Locator::Css(css)).await?.text().await })
    }

    /// What each of these elements shows; of those that cannot be seen, nothing.
    #[track_caller]
    pub(super) fn texts(&self, css: &str) -> Vec<String> {
        let script = "return [...document.querySelectorAll(arguments[0])].map(e => e.checkVisibility() ? e.innerText.trim() : '');";
        serde_json::from_value(self.run_with(script, vec![css.into()])).expect("texts")
    }

    /// An attribute, empty where there is none.
    #[track_caller]
    pub(super) fn attr(&self, css: &str, name: &str) -> String {
        self.done(css, async { self.client.find(Locator::Css(css)).await?.attr(name).await }).unwrap_or_default()
    }

    /// A value that the page keeps, such as that of the box.
    #[track_caller]
    pub(super) fn prop(&self, css: &str, name: &str) -> String {
        self.done(css, async { self.client.find(Locator::Css(css)).await?.prop(name).await }).unwrap_or_default()
    }

    #[track_caller]
    pub(super) fn click(&self, css: &str) {
        self.painted();
        self.done(&format!("a click on {css}"), async { self.client.find(Locator::Css(css)).await?.click().await });
    }

    /// Types into an element, which gets the focus.
    #[track_caller]
    pub(super) fn type_into(&self, css: &str, text: &str) {
        self.done(&format!("typing into {css}"), async { self.client.find(Locator::Css(css)).await?.send_keys(text).await });
    }

    /// Waits until something is painted: what is typed or clicked before that, Chromium drops. Without scripts nobody knows.
    fn painted(&self) {
        let (begun, script) = (Instant::now(), "return performance.getEntriesByName('first-contentful-paint').length > 0;");
        while begun.elapsed() < Duration::from_secs(2) {
            match self.runtime.block_on(self.client.execute(script, Vec::new())) {
                Ok(Value::Bool(false)) => std::thread::sleep(Duration::from_millis(10)),
                _ => return,
            }
        }
    }

    /// Types where the focus and the cursor are.
    #[track_caller]
    pub(super) fn keys(&self, text: &str) {
        self.painted();
        let typed = text
            .chars()
            .fold(KeyActions::new("keys".to_owned()), |typed, value| typed.then(KeyAction::Down { value }).then(KeyAction::Up { value }));
        self.done(&format!("typing {text:?}"), self.client.perform_actions(typed));
    }

    /// Presses a key, with another one held down.
    #[track_caller]
    pub(super) fn press(&self, key: Key, held: Option<Key>) {
        self.painted();
        let value = char::from(key);
        let mut pressed = KeyActions::new("keys".to_owned());
        if let Some(held) = held {
            pressed = pressed.then(KeyAction::Down { value: held.into() });
        }
        pressed = pressed.then(KeyAction::Down { value }).then(KeyAction::Up { value });
        if let Some(held) = held {
            pressed = pressed.then(KeyAction::Up { value: held.into() });
        }
        self.done(&format!("pressing {value:?}"), self.client.perform_actions(pressed));
    }

    /// Presses the mouse at one point of the window and lets it go at another.
    #[track_caller]
    pub(super) fn drag(&self, from: (f64, f64), to: (f64, f64)) {
        self.painted();
        let at = |(x, y): (f64, f64), millis| PointerAction::MoveTo { duration: Some(Duration::from_millis(millis)), x, y };
        let way = MouseActions::new("mouse".to_owned())
            .then(at(from, 0))
            .then(PointerAction::Down { button: MOUSE_BUTTON_LEFT })
            .then(at(to, 60))
            .then(PointerAction::Up { button: MOUSE_BUTTON_LEFT });
        self.done("a drag", self.client.perform_actions(way));
    }

    /// A command of the browser's own protocol.
    #[track_caller]
    pub(super) fn cdp(&self, command: &str, params: Value) -> Value {
        let own = Own { path: "goog/cdp/execute", body: json!({"cmd": command, "params": params}) };
        self.done(command, self.client.issue_cmd(own))
    }

    /// What was logged since the last time.
    #[track_caller]
    pub(super) fn log(&self, kind: &str) -> Vec<Value> {
        let own = Own { path: "se/log", body: json!({"type": kind}) };
        match self.done(kind, self.client.issue_cmd(own)) {
            Value::Array(entries) => entries,
            other => panic!("{kind}: {other}"),
        }
    }

    /// A window on a desk, light, in which nothing glides.
    #[track_caller]
    pub(super) fn usual(&self) {
        self.size(1280, 900);
        self.media("", &[("prefers-color-scheme", "light"), ("prefers-reduced-motion", "reduce")]);
    }

    /// Makes the window so wide and high; as that of a phone where it is narrow.
    #[track_caller]
    pub(super) fn size(&self, width: u32, height: u32) {
        let params = json!({"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600});
        self.cdp("Emulation.setDeviceMetricsOverride", params);
    }

    /// Shows pages as on a screen or on paper, and as these preferences say.
    #[track_caller]
    pub(super) fn media(&self, medium: &str, features: &[(&str, &str)]) {
        let features: Vec<Value> = features.iter().map(|(name, value)| json!({"name": name, "value": value})).collect();
        self.cdp("Emulation.setEmulatedMedia", json!({"media": medium, "features": features}));
    }

    /// A picture of the whole page, for people to look at.
    #[track_caller]
    pub(super) fn shot(&self, name: &str) {
        use base64::Engine;
        let taken = self.cdp("Page.captureScreenshot", json!({"format": "png", "captureBeyondViewport": true, "optimizeForSpeed": true}));
        let bytes = base64::engine::general_purpose::STANDARD.decode(taken["data"].as_str().expect("a picture")).expect("base64");
        std::fs::write(self.shots.join(format!("{name}.png")), bytes).expect("the picture is written");
    }
}

/// The beginning of a script, for messages.
fn shortened(script: &str) -> String {
    script.chars().take(80).collect()
}
