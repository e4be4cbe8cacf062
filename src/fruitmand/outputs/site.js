"use strict";
// The pages work without this: it folds the contents on narrow screens, takes what does not scroll out of the way of the
// keyboard, opens what is folded before printing, and chooses among claims.
(() => {
  const rail = document.querySelector(".rail details");
  const wide = matchMedia("(min-width: 66rem)");
  const fold = () => { rail.open = wide.matches; };
  wide.addEventListener("change", fold);
  fold();

  // What is cut off fades out at that side, or has an edge there.
  const fade = (region) => {
    const left = region.scrollWidth - region.clientWidth - region.scrollLeft;
    region.classList.toggle("cut-right", left > 1);
    region.classList.toggle("cut-left", region.scrollLeft > 1);
  };
  const regions = [...document.querySelectorAll(".scroll")];
  const settle = () => {
    for (const region of regions) {
      const scrolls = getComputedStyle(region).overflowX !== "visible" && region.scrollWidth > region.clientWidth;
      region.toggleAttribute("tabindex", scrolls);
      if (scrolls) region.tabIndex = 0;
      region.setAttribute("role", scrolls ? "region" : "group");
      if (scrolls) fade(region);
      else region.classList.remove("cut-right", "cut-left");
    }
    const sections = document.querySelector(".rail .sections");
    if (sections && wide.matches) {
      const above = sections.getBoundingClientRect().top - document.querySelector(".rail").getBoundingClientRect().top;
      sections.style.setProperty("--above", `${Math.ceil(above + 24)}px`);
    }
  };
  for (const region of regions) region.addEventListener("scroll", () => fade(region), { passive: true });
  document.fonts.ready.then(() => settle());
  addEventListener("resize", settle);
  settle();

  addEventListener("beforeprint", () => { for (const folded of document.querySelectorAll("main details:not(.code)")) folded.open = true; });

  const form = document.querySelector("form.filter");
  if (!form) return;
  const sections = [...document.querySelectorAll("section[data-verdict]")];
  const output = form.querySelector("output");
  const chosen = (key) => form.querySelector(`[data-filter="${key}"]`).value;
  const choose = () => {
    let shown = 0, all = 0;
    for (const section of sections) {
      let left = 0;
      for (const body of section.querySelectorAll("tbody")) {
        const head = body.querySelector("tr.group th");
        const rows = body.querySelectorAll("tr:not(.group)").length;
        body.hidden = Boolean(head && chosen("consequence") && head.textContent !== chosen("consequence"));
        all += rows;
        left += body.hidden ? 0 : rows;
      }
      section.hidden = left === 0 || Boolean(chosen("verdict") && section.dataset.verdict !== chosen("verdict"));
      shown += section.hidden ? 0 : left;
    }
    const numbers = [shown, all];
    output.textContent = output.dataset.said.replace(/#/g, () => numbers.shift());
  };
  form.addEventListener("change", choose);
  form.addEventListener("submit", (event) => event.preventDefault());
  addEventListener("hashchange", () => {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (target && target.closest("[hidden]")) {
      form.reset();
      choose();
      target.scrollIntoView();
    }
  });
  form.hidden = false;
  choose();
})();
