"use strict";
(() => {
  const SVG = "http://www.w3.org/2000/svg";
  const tip = document.getElementById("tip");

  function start(note) {
    const text = note.querySelector(".text");
    const columns = note.querySelector(".columns");
    const elements = new Map();   // mention id -> its elements, tags included
    const order = [];             // mention ids in text order
    for (const element of text.querySelectorAll("[data-m]")) {
      const id = element.dataset.m;
      if (!elements.has(id)) { elements.set(id, []); order.push(id); }
      elements.get(id).push(element);
    }
    const links = [...note.querySelectorAll("aside a")];
    const linksOf = new Map(order.map((id) => [id, []]));
    for (const link of links) {
      for (const id of new Set([link.dataset.h, link.dataset.t])) linksOf.get(id)?.push(link);
    }
    const wires = document.createElementNS(SVG, "svg");
    wires.classList.add("wires");
    wires.setAttribute("aria-hidden", "true");
    columns.append(wires);
    let lit = [];
    let current = null;
    let followed = 0;

    const parts = (id) => (elements.get(id) || []).filter((e) => e.classList.contains("m"));
    const first = (id) => parts(id)[0];

    function clear() {
      for (const element of lit) element.classList.remove("on", "hot");
      lit = [];
      wires.replaceChildren();
      note.classList.remove("active");
      tip.hidden = true;
    }

    function light(element, name) { element.classList.add(name); lit.push(element); }

    function show(ids, shown) {
      clear();
      note.classList.add("active");
      for (const link of shown) {
        light(link, "on");
        for (const id of [link.dataset.h, link.dataset.t]) {
          if (!ids.includes(id)) for (const e of elements.get(id) || []) light(e, "hot");
        }
      }
      for (const id of ids) for (const e of elements.get(id) || []) light(e, "on");
      for (const id of ids) draw_parts(id);
      shown.forEach((link) => draw(link, ids.includes(link.dataset.h) ? link.dataset.t : link.dataset.h));
    }

    function select(id) {
      const shown = linksOf.get(id) || [];
      show([id], shown);
      const own = first(id);
      const others = shown.map((link) => first(link.dataset.h === id ? link.dataset.t : link.dataset.h));
      const busy = others.some((e) => e && own && e.getBoundingClientRect().top <= own.getBoundingClientRect().top);
      tell(own, !busy);
      const aside = note.querySelector("aside");
      if (shown[0] && aside.scrollHeight > aside.clientHeight) {
        aside.scrollTop += shown[0].getBoundingClientRect().top - aside.getBoundingClientRect().top - aside.clientHeight / 3;
      }
    }

    function tell(element, above) {
      if (!element) return;
      tip.textContent = element.getAttribute("aria-label");
      tip.hidden = false;
      const box = element.getClientRects()[0];
      const width = document.documentElement.clientWidth;
      const left = Math.max(4, Math.min(box.left, width - tip.offsetWidth - 4));
      const over = box.top - tip.offsetHeight - 8;
      tip.style.left = `${left + scrollX}px`;
      tip.style.top = `${(above && over > 0 ? over : box.bottom + 10) + scrollY}px`;
    }

    function place(element) {
      const box = element.getClientRects()[0];
      const base = wires.getBoundingClientRect();
      return { x: (box.left + box.right) / 2 - base.left, top: box.top - base.top, bottom: box.bottom - base.top };
    }

    function add(name, attributes, content) {
      const element = document.createElementNS(SVG, name);
      for (const key in attributes) element.setAttribute(key, attributes[key]);
      if (content) element.textContent = content;
      wires.append(element);
    }

    function draw(link, far) {
      const [head, tail] = [first(link.dataset.h), first(link.dataset.t)];
      if (!head || !tail) return;
      const [a, b] = [place(head), place(tail)];
      const same = Math.abs(a.top - b.top) < 8;
      const down = b.top > a.top;
      const from = same || !down ? a.top : a.bottom;
      const to = same || down ? b.top : b.bottom;
      const bend = same ? -Math.min(40, 16 + Math.abs(a.x - b.x) / 12) : 0;
      const reach = Math.max(18, Math.abs(to - from) / 2);
      const [c1, c2] = same ? [from + bend, to + bend] : down ? [from + reach, to - reach] : [from - reach, to + reach];
      const tipUp = !same && !down;
      const end = tipUp ? to + 5 : to - 5;
      add("path", { d: `M${a.x} ${from}C${a.x} ${c1} ${b.x} ${c2} ${b.x} ${end}` });
      const h = tipUp ? 7 : -7;
      add("path", { class: "cap", d: `M${b.x} ${to}l-4 ${h}h8z` });
      const other = place(first(far));
      add("text", { x: other.x, y: same ? from + bend * 0.75 - 3 : other.top - 9 }, link.dataset.l);
    }

    function draw_parts(id) {
      const all = parts(id);
      const opens = all.filter((e) => e.classList.contains("opens"));
      for (let i = 1; i < opens.length; i++) {
        const [a, b] = [place(opens[i - 1]), place(opens[i])];
        add("path", { class: "part", d: `M${a.x} ${a.bottom}Q${(a.x + b.x) / 2} ${Math.max(a.bottom, b.bottom) + 14} ${b.x} ${b.bottom}` });
      }
    }

    function go(id) {
      const element = first(id);
      if (!element) return;
      current = id;
      element.focus({ preventScroll: true });
      element.scrollIntoView({ block: "nearest" });
      select(id);
    }

    text.addEventListener("mouseover", (event) => {
      const element = event.target.closest("[data-m]");
      if (element) { current = element.dataset.m; select(current); }
    });
    text.addEventListener("mouseleave", clear);
    text.addEventListener("click", (event) => {
      const element = event.target.closest("[data-m]");
      if (element) go(element.dataset.m);
    });
    text.addEventListener("keydown", (event) => {
      const i = order.indexOf(current);
      const move = { ArrowRight: i + 1, ArrowLeft: i < 0 ? 0 : i - 1, Home: 0, End: order.length - 1 }[event.key];
      if (move !== undefined && order.length) {
        followed = 0;
        go(order[Math.max(0, Math.min(order.length - 1, move))]);
      } else if (event.key === "Enter" && current) {
        const known = linksOf.get(current);
        if (!known.length) return;
        const link = known[followed % known.length];
        followed = 0;
        go(link.dataset.h === current ? link.dataset.t : link.dataset.h);
      } else if (event.key === " " && current) {
        followed += 1;
        const known = linksOf.get(current);
        if (known.length) show([current], [known[followed % known.length]]);
      } else if (event.key === "Escape") {
        clear();
        text.focus({ preventScroll: true });
      } else return;
      event.preventDefault();
    });
    for (const link of links) {
      const ends = [link.dataset.h, link.dataset.t];
      link.addEventListener("mouseenter", () => show(ends, [link]));
      link.addEventListener("mouseleave", clear);
      link.addEventListener("focus", () => show(ends, [link]));
      link.addEventListener("blur", clear);
      link.addEventListener("click", (event) => {
        event.preventDefault();
        first(link.dataset.h)?.scrollIntoView({ block: "center" });
        show(ends, [link]);
      });
    }
    addEventListener("resize", clear);
  }

  document.querySelectorAll(".note").forEach(start);
})();
