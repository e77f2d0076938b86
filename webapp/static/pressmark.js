"use strict";
// Everything works without this file. It folds what is long and remembers nothing.

const refine = document.getElementById("refine");
if (refine) {
  const wide = window.matchMedia("(min-width: 60rem)");
  const settle = () => {
    if (wide.matches) refine.open = true;
    else if (!refine.querySelector("[aria-invalid]")) refine.open = false;
  };
  wide.addEventListener("change", settle);
  settle();
}

for (const button of document.querySelectorAll(".facet button[aria-controls]")) {
  const panel = document.getElementById(button.getAttribute("aria-controls"));
  button.classList.add("folds");
  button.addEventListener("click", () => {
    const open = button.getAttribute("aria-expanded") !== "true";
    button.setAttribute("aria-expanded", String(open));
    panel.hidden = !open;
  });
}

// The bars of a histogram are one stop of the Tab key; the arrow keys go from bar to bar.
for (const drawing of document.querySelectorAll(".histogram")) {
  const bars = [...drawing.querySelectorAll("a")];
  const start = Math.max(0, bars.findIndex((bar) => bar.hasAttribute("aria-current")));
  const settle = (at) => bars.forEach((bar, n) => bar.setAttribute("tabindex", n === at ? "0" : "-1"));
  settle(start);
  drawing.addEventListener("keydown", (event) => {
    const at = bars.indexOf(document.activeElement);
    const to = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: bars.length - 1 }[event.key];
    if (at < 0 || !bars[to]) return;
    event.preventDefault();
    settle(to);
    bars[to].focus();
  });
}

// With the focus in the reading text or its head, n and p step through the hits.
const read = document.querySelector(".reads");
if (read) {
  const hint = read.querySelector(".keys");
  if (hint) hint.hidden = false;
  read.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || !["n", "p"].includes(event.key)) return;
    const here = read.querySelector(".hit:target, .hit:has(:target)");
    const step = here && here.querySelector(event.key === "n" ? ".next" : ".previous");
    const link = here ? step : read.querySelector("a.first-hit");
    if (!link) return;
    event.preventDefault();
    link.click();
    const now = read.querySelector(".hit:target .steps a, .hit:has(:target) .steps a");
    if (now) now.focus({ preventScroll: true });
  });
}

// An address says only what was asked: empty fields stay out of it.
const form = document.getElementById("search");
if (form) {
  // Once something is changed, the way to apply it stays in sight.
  const apply = document.querySelector(".apply");
  for (const control of form.elements) {
    control.addEventListener("change", () => apply && apply.classList.add("changed"));
  }
  form.addEventListener("formdata", (event) => {
    for (const [name, value] of [...event.formData]) {
      if (value === "") event.formData.delete(name);
    }
  });
}

// The review queue by keyboard: each question is one stop, and its letters do what its buttons do.
const desk = document.querySelector(".desk .card");
if (desk) {
  const questions = [...document.querySelectorAll(".question")];
  const hint = document.querySelector(".desk-ways .keys");
  hint.hidden = false;
  // Whoever speaks to the computer can turn the letters off (WCAG 2.1.4), for as long as this
  // window is open.  They work where the page tells of them.
  const off = hint.querySelector(".keys-off");
  const told = (on) => {
    hint.classList.toggle("are-off", !on);
    off.textContent = on ? "Turn these keys off" : "Turn these keys on";
  };
  const on = () => hint.offsetParent !== null && !hint.classList.contains("are-off");
  told(!sessionStorage.getItem("keys-off"));
  off.addEventListener("click", () => {
    sessionStorage.setItem("keys-off", on() ? "yes" : "");
    told(!sessionStorage.getItem("keys-off"));
  });
  const say = (words) => { document.getElementById("keys-say").textContent = words; };
  for (const each of questions) each.tabIndex = -1;
  const here = () => questions.findIndex((each) => each.contains(document.activeElement));
  const go = (at) => questions[at] && questions[at].focus();
  const press = (selector) => {
    const button = questions[here()] && questions[here()].querySelector(selector);
    if (button) button.click();
    else if (here() >= 0) say("This question has no such answer.");
    return Boolean(button);
  };
  const keys = {
    j: () => go(here() + 1) || true,
    k: () => go(Math.max(0, here() - 1)) || true,
    a: () => press('button[value="accepted"]'),
    r: () => press('button[value="rejected"]'),
    x: () => press('input[type="checkbox"]'),
    c: () => {
      const field = questions[here()] && questions[here()].querySelector('input[type="text"]');
      if (field) field.select();
      return Boolean(field);
    },
    u: () => {
      const back = document.getElementById("take-back");
      if (back) back.click();
      return Boolean(back);
    },
  };
  document.addEventListener("keydown", (event) => {
    if (!on() || event.ctrlKey || event.altKey || event.metaKey || !keys[event.key]) return;
    if (event.target.matches('input[type="text"], input[type="search"], textarea, select')) return;
    if (keys[event.key]()) event.preventDefault();
  });
  const all = document.querySelector(".choose-all");
  all.hidden = false;
  all.addEventListener("click", () => {
    for (const box of document.querySelectorAll('.question input[type="checkbox"]')) box.checked = true;
  });
  if (document.querySelector(".settled")) go(0);
}

// Words chosen in the reading text go along to where a passage is coded or left out.
const withWords = document.querySelectorAll("a.with-words");
if (withWords.length) {
  document.addEventListener("selectionchange", () => {
    const chosen = document.getSelection();
    const text = document.getElementById("text");
    if (!text || chosen.isCollapsed || !text.contains(chosen.anchorNode)) return;
    for (const link of withWords) {
      const address = new URL(link.href);
      address.searchParams.set("quote", chosen.toString().slice(0, 5000));
      link.href = address.href;
    }
  });
}
