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

// An address says only what was asked: empty fields stay out of it.
const form = document.getElementById("search");
if (form) {
  form.addEventListener("formdata", (event) => {
    for (const [name, value] of [...event.formData]) {
      if (value === "") event.formData.delete(name);
    }
  });
}
