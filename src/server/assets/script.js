// Comfort for those who have scripts: suggestions, dragging on the chart, copying, keys. Every page works without.
"use strict";
(() => {
  const say = (text) => { document.getElementById("say").textContent = text; };
  const box = document.getElementById("q");
  const list = document.getElementById("suggestions");

  // Suggestions: a combobox as the ARIA practices describe it.
  if (box && list) {
    let found = [], chosen = -1, asked = 0, timer = 0;
    box.setAttribute("role", "combobox");
    box.setAttribute("aria-autocomplete", "list");
    box.setAttribute("aria-controls", "suggestions");
    box.setAttribute("aria-expanded", "false");
    const close = () => {
      list.hidden = true;
      chosen = -1;
      box.setAttribute("aria-expanded", "false");
      box.removeAttribute("aria-activedescendant");
    };
    const choose = (at) => {
      chosen = (at + found.length) % found.length;
      [...list.children].forEach((item, i) => item.setAttribute("aria-selected", String(i === chosen)));
      box.setAttribute("aria-activedescendant", `suggestion${chosen}`);
      list.children[chosen].scrollIntoView({ block: "nearest" });
    };
    const take = (at) => {
      const rest = box.value.slice(box.selectionStart);
      const text = found[at].text;
      box.value = text + (found[at].kind === "field" || rest.startsWith(" ") ? rest : " " + rest);
      const end = text.length + (found[at].kind === "field" ? 0 : 1);
      box.setSelectionRange(end, end);
      close();
      if (found[at].kind === "field") ask();
    };
    const show = (suggestions) => {
      found = suggestions;
      list.replaceChildren(...found.map((one, i) => {
        const item = document.createElement("li");
        item.id = `suggestion${i}`;
        item.setAttribute("role", "option");
        item.setAttribute("aria-selected", "false");
        const label = document.createElement("bdi");
        label.textContent = one.label;
        const about = document.createElement("span");
        about.className = "about";
        about.textContent = one.about ?? (one.count ? one.count.toLocaleString("en") : "");
        item.append(label, about);
        item.addEventListener("mousedown", (event) => { event.preventDefault(); take(i); });
        return item;
      }));
      chosen = -1;
      list.hidden = found.length === 0;
      box.setAttribute("aria-expanded", String(found.length > 0));
      if (found.length) say(`${found.length} suggestions`);
    };
    const ask = async () => {
      const text = box.value.slice(0, box.selectionStart);
      const turn = ++asked;
      if (!text.trim() || /\s$/.test(text)) return close();
      const mode = document.querySelector("input[name=in]")?.value ?? "quotes";
      try {
        const answer = await fetch(`/api/v1/suggest?${new URLSearchParams({ q: text, in: mode })}`);
        if (answer.ok && turn === asked && document.activeElement === box) show((await answer.json()).suggestions);
      } catch { close(); }
    };
    box.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(ask, 80); });
    box.addEventListener("blur", close);
    box.addEventListener("keydown", (event) => {
      if (list.hidden) {
        if (event.key === "ArrowDown") { event.preventDefault(); ask(); }
        return;
      }
      if (event.key === "ArrowDown") { event.preventDefault(); choose(chosen + 1); }
      else if (event.key === "ArrowUp") { event.preventDefault(); choose(chosen < 0 ? found.length - 1 : chosen - 1); }
      else if (event.key === "Enter" && chosen >= 0) { event.preventDefault(); take(chosen); }
      else if (event.key === "Tab" && chosen >= 0) { event.preventDefault(); take(chosen); }
      else if (event.key === "Escape") { event.preventDefault(); close(); }
    });
    // An address without what nobody filled in.
    box.form.addEventListener("submit", () => {
      for (const field of box.form.elements) if (field.name && !field.value) field.disabled = true;
    });
    window.addEventListener("pageshow", () => { for (const field of box.form.elements) field.disabled = false; });
  }

  // The chart: a click or a drag narrows the dates.
  for (const figure of document.querySelectorAll(".timeline")) {
    const svg = figure.querySelector("svg");
    const bars = [...svg.querySelectorAll("rect[data-from]")];
    const shade = svg.querySelector("rect.chosen");
    if (!bars.length) continue;
    figure.classList.add("live");
    figure.querySelectorAll(".scripted").forEach((hint) => { hint.hidden = false; });
    const at = (event) => {
      const frame = svg.getBoundingClientRect();
      return Math.min(1, Math.max(0, (event.clientX - frame.left) / frame.width)) * svg.viewBox.baseVal.width;
    };
    let begun = null;
    svg.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      begun = at(event);
      svg.setPointerCapture(event.pointerId);
      event.preventDefault();
    });
    svg.addEventListener("pointermove", (event) => {
      if (begun === null) return;
      const [left, right] = [Math.min(begun, at(event)), Math.max(begun, at(event))];
      shade.setAttribute("x", left);
      shade.setAttribute("width", right - left);
    });
    svg.addEventListener("pointercancel", () => { begun = null; shade.setAttribute("width", 0); });
    svg.addEventListener("pointerup", (event) => {
      if (begun === null) return;
      let [left, right] = [Math.min(begun, at(event)), Math.max(begun, at(event))];
      begun = null;
      shade.setAttribute("width", 0);
      // A click means the bar that it is nearest to.
      if (right - left < 4) { left -= 4; right += 4; }
      const touched = bars.filter((bar) => {
        const x = Number(bar.getAttribute("x"));
        return x < right && x + Number(bar.getAttribute("width")) > left;
      });
      if (!touched.length) return;
      const table = figure.querySelector("tbody a");
      const address = new URL(table.href);
      address.searchParams.set("since", touched[0].dataset.from);
      address.searchParams.set("until", touched[touched.length - 1].dataset.to);
      location.href = address.href;
    });
  }

  // Copying a citation.
  const copy = async (text) => {
    try {
      await navigator.clipboard.writeText(text);
      say("copied");
      return true;
    } catch { return false; }
  };
  for (const cite of document.querySelectorAll("p.cite")) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "small";
    button.textContent = "Copy";
    const text = cite.textContent;
    button.addEventListener("click", async () => {
      const done = await copy(text);
      button.textContent = done ? "Copied" : "Select and copy";
      setTimeout(() => { button.textContent = "Copy"; }, 2000);
    });
    cite.after(button);
  }

  // Keys.
  const stops = [...document.querySelectorAll("li.hit")];
  const marks = stops.length ? [] : [...document.querySelectorAll(".text mark[id]")];
  let here = -1;
  const go = (step) => {
    const places = stops.length ? stops : marks;
    if (!places.length) return;
    places[here]?.classList.remove("here");
    here = Math.min(places.length - 1, Math.max(0, here + step));
    const place = places[here];
    place.classList.add("here");
    if (!place.hasAttribute("tabindex")) place.tabIndex = -1;
    place.focus({ preventScroll: true });
    place.scrollIntoView({ block: "center" });
  };
  document.addEventListener("keydown", (event) => {
    if (localStorage.getItem("keys") === "off") return;
    if (event.ctrlKey || event.metaKey || event.altKey || /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName)) return;
    const hit = stops[here];
    const keys = {
      "/": () => { box?.focus(); box?.select(); },
      "?": () => { location.href = "/help"; },
      j: () => go(1),
      k: () => go(-1),
      o: () => hit?.querySelector(".where a, .headline a")?.click(),
      e: () => { const evidence = hit?.querySelector("details.evidence"); if (evidence) evidence.open = !evidence.open; },
      c: () => { const cite = hit?.querySelector("p.cite"); if (cite) copy(cite.textContent); },
    };
    if (event.key === "Enter" && event.target === hit) { event.preventDefault(); keys.o(); }
    else if (Object.hasOwn(keys, event.key)) { event.preventDefault(); keys[event.key](); }
  });
  // Who types by voice, or would rather not, turns them off.
  const keys = document.getElementById("keys");
  if (keys) {
    keys.closest("p").hidden = false;
    keys.checked = localStorage.getItem("keys") !== "off";
    keys.addEventListener("change", () => localStorage.setItem("keys", keys.checked ? "on" : "off"));
  }
  // Of an article that was opened by a link to a mark, the next mark is the next one.
  const target = marks.findIndex((mark) => `#${mark.id}` === location.hash);
  if (target >= 0) here = target;
})();
