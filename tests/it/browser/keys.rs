//! Scenes without a mouse: the letters that move, and the order of Tab.

use super::Stage;
use fantoccini::key::Key;

pub(super) fn letters(stage: &Stage) {
    let browser = &stage.browser;
    let is_at =
        |id: &str| browser.holds(&format!("document.activeElement.id === '{id}' && document.querySelector('.here')?.id === '{id}'"));
    browser.open(&stage.archive, "/?q=levy");
    browser.keys("j");
    assert!(is_at("h1"));
    browser.keys("j");
    browser.keys("j");
    assert!(is_at("h3"));
    browser.shot("keys-hit");
    browser.keys("k");
    assert!(is_at("h2"));
    for open in [true, false, true] {
        browser.keys("e");
        assert_eq!(browser.holds("document.querySelector('#h2 details').open"), open);
    }
    browser.keys("kkk");
    assert!(is_at("h1"), "nothing is before the first");

    browser.keys("/");
    assert!(browser.holds("document.activeElement.id === 'q' && getSelection().toString() === 'levy'"));
    browser.keys("je?k/");
    assert_eq!(
        (browser.prop("#q", "value"), browser.place()),
        ("je?k/".to_owned(), "/?q=levy".to_owned()),
        "letters are letters in the box"
    );

    browser.open(&stage.archive, "/?q=levy");
    browser.keys("jj");
    let wanted = browser.run("return document.querySelector('#h2 .where a').href").to_string();
    browser.keys("o");
    browser.until("location.pathname.startsWith('/articles/')");
    assert_eq!(browser.run("return location.href").to_string(), wanted);
    browser.back();
    browser.until("document.querySelector('li.hit')");
    browser.keys("j");
    browser.press(Key::Enter, None);
    browser.until("location.pathname.startsWith('/articles/')");

    // In an article, from mark to mark.
    browser.open(&stage.archive, "/?q=levy&in=articles");
    browser.keys("j");
    browser.press(Key::Enter, None);
    browser.until("location.hash === '#m1'");
    assert!(browser.count("mark[id]") > 1);
    browser.keys("j");
    assert!(is_at("m2"));
    browser.keys("k");
    assert!(is_at("m1"));
    browser.keys("?");
    browser.until("location.pathname === '/help'");
}

pub(super) fn tab(stage: &Stage) {
    let browser = &stage.browser;
    browser.open(&stage.archive, "/?q=levy");
    browser.press(Key::Tab, None);
    assert!(browser.holds("document.activeElement.className === 'skip' && document.activeElement.getBoundingClientRect().left === 0"));
    browser.shot("tab-skip");
    browser.press(Key::Enter, None);
    assert!(browser.holds("document.activeElement.id === 'main'"), "the link skips");

    // Every stop is seen, and the results are reached.
    let mut stops = Vec::new();
    loop {
        browser.press(Key::Tab, None);
        let stop = browser.run(
            "const e = document.activeElement, box = e.getBoundingClientRect();
            const seen = getComputedStyle(e).outlineStyle !== 'none' && box.width > 0 && box.top >= 0 && box.bottom <= innerHeight + 1;
            return {what: e.tagName + ' ' + (e.id || e.textContent).slice(0, 30), seen, hit: Boolean(e.closest('li.hit')), link: Boolean(e.closest('.where'))};",
        );
        assert_eq!(stop["seen"], true, "a stop that cannot be seen: {stop}, after {stops:?}");
        stops.push(stop["what"].to_string());
        assert!(stops.len() < 40, "no hit is reached: {stops:?}");
        if stop["link"] == true {
            break;
        }
    }
    assert!(stops[0].contains("INPUT q"), "{stops:?}");
    browser.shot("tab-hit");
    browser.press(Key::Enter, None);
    browser.until("location.pathname.startsWith('/articles/')");

    // A whole search without a mouse.
    browser.open(&stage.archive, "/");
    browser.keys("/");
    browser.keys("wall");
    browser.press(Key::Tab, None);
    assert!(browser.holds("document.activeElement.textContent === 'Search'"));
    browser.press(Key::Enter, None);
    browser.until("document.querySelector('li.hit')");
    // Shift and Tab go back.
    browser.press(Key::Tab, None);
    browser.press(Key::Tab, None);
    let second = browser.run("return document.activeElement.textContent");
    browser.press(Key::Tab, None);
    browser.press(Key::Tab, Some(Key::Shift));
    assert_eq!(browser.run("return document.activeElement.textContent"), second);
}
