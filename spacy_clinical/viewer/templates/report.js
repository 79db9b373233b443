"use strict";
(() => {
  const form = document.querySelector(".filter");
  if (!form) return;
  const rows = [...document.querySelectorAll(".errors li")];
  const texts = rows.map((row) => row.textContent.toLowerCase());
  const boxes = [...form.querySelectorAll("input[name=kind]")];

  function filter() {
    const kinds = new Set(boxes.filter((box) => box.checked).map((box) => box.value));
    const label = form.elements.label.value;
    const words = form.elements.words.value.trim().toLowerCase();
    let shown = 0;
    rows.forEach((row, i) => {
      const fits = kinds.has(row.dataset.kind) && (!label || row.dataset.labels.split("\n").includes(label)) && (!words || texts[i].includes(words));
      row.hidden = !fits;
      shown += fits;
    });
    form.querySelector("output").textContent = `${shown} of ${rows.length} errors`;
  }

  form.addEventListener("input", filter);
  form.addEventListener("change", filter);
  form.addEventListener("submit", (event) => event.preventDefault());
  for (const button of form.querySelectorAll("[data-set]")) {
    button.addEventListener("click", () => {
      for (const box of boxes) box.checked = Boolean(button.dataset.set);
      filter();
    });
  }
  filter();
})();
