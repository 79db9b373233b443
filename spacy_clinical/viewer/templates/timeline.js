"use strict";
const marked = [];
function letGo() { for (const one of marked.splice(0)) one.classList.remove("on"); }
function show(link) {
  letGo();
  const quote = document.getElementById("q" + link.dataset.q);
  if (!quote) return;
  for (const one of document.querySelectorAll('[data-q="' + link.dataset.q + '"]')) { one.classList.add("on"); marked.push(one); }
  quote.classList.add("on");
  marked.push(quote);
  quote.scrollIntoView({ block: "nearest" });
}
document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-q]");
  if (link) { event.preventDefault(); show(link); }
});
document.addEventListener("keydown", (event) => {
  const link = document.activeElement;
  if (event.key === "Escape") letGo();
  if (!link || !link.matches(".bar, .dot")) return;
  const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step) return;
  const all = [...document.querySelectorAll("a.bar[href], a.dot[href]")];
  const next = all[all.indexOf(link) + step];
  if (next) { event.preventDefault(); next.focus(); }
});
