// Every page of every report that was built, in a browser: nothing against WCAG 2.2 AA or good practice, no page wider than its window
// (not with wider text either), no fault in a script, nothing asked of the network, its own letters, ratings of the same colours in both
// schemes, places and symbols on one line, every cell of a table there however it is laid out, and focus that can be seen.
// On a narrow and a wide window, light and dark.
import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const RULES = { type: "tag", values: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] };
const NARROW = 320;
const WIDTHS = [NARROW, 1280];
const SCHEMES = ["light", "dark"];
const FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync"];
const TABS = 2;

function pagesBelow(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".html"))
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .sort();
}

async function faultsOf(page, address, width) {
  const faults = [];
  const onError = (error) => faults.push(`script: ${error.message}`);
  const onRequest = (request) => request.url().startsWith("file:") || faults.push(`asks for ${request.url()}`);
  page.on("pageerror", onError);
  page.on("request", onRequest);
  await page.goto(address);
  await page.evaluate(AXE);
  faults.push(...(await filterFaults(page)));
  faults.push(...(await keyboardFaults(page)), ...(await page.evaluate(spacingFaults)), ...(await page.evaluate(cellFaults)));
  const found = [];
  const fills = new Set();
  for (const colorScheme of SCHEMES) {
    await page.emulateMedia({ colorScheme });
    const looks = await page.evaluate(looksOf);
    fills.add(looks.fills);
    if (colorScheme === SCHEMES.at(-1) && fills.size > 1) faults.push("ratings have other colours in the dark");
    const [across, wide] = await page.evaluate(() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]);
    const { violations } = await page.evaluate((given) => (given ? axe.run(given) : { violations: [] }), rulesFor(width, colorScheme));
    faults.push(...looks.faults);
    const said = violations.map(({ id, nodes }) => `${id} (${nodes.length}): ${nodes[0].target.join(" ")} ${nodes[0].failureSummary ?? ""}`);
    if (across > wide) said.push(`is ${across} px wide in a window of ${wide} px`);
    found.push([...faults.splice(0), ...said].map((fault) => `${width} px, ${colorScheme}: ${fault}`));
  }
  page.off("pageerror", onError);
  page.off("request", onRequest);
  return found;
}

// Colours change with the scheme and not with the width: on the wide window nothing is folded, so they are compared there, and in the
// dark they are all that is.
function rulesFor(width, colorScheme) {
  const colours = width !== NARROW;
  if (colorScheme === SCHEMES[0]) return { runOnly: RULES, resultTypes: ["violations"], rules: { "color-contrast": { enabled: colours } } };
  return colours ? { runOnly: { type: "rule", values: ["color-contrast"] }, resultTypes: ["violations"] } : null;
}

// The first stop leads past the rail to the content, and whatever has the focus shows it.
async function keyboardFaults(page) {
  await page.keyboard.press("Tab");
  const faults = await page.evaluate(() => {
    const skip = document.activeElement, box = skip.getBoundingClientRect();
    return skip.matches(".skip") && box.left >= 0 && box.top >= 0 ? [] : ["the first stop of the keyboard is not a link to the content that can be seen"];
  });
  await page.keyboard.press("Enter");
  return page.evaluate((found) => {
    if (document.activeElement.id !== "main") found.push("the first link does not lead to the content");
    const stops = [...document.querySelectorAll("a[href], summary, select, [tabindex='0']")].filter((stop) => stop.checkVisibility());
    const plain = stops.filter((stop) => {
      stop.focus({ focusVisible: true, preventScroll: true });
      return document.activeElement !== stop || getComputedStyle(stop).outlineStyle === "none" || parseFloat(getComputedStyle(stop).outlineWidth) < 2;
    });
    if (plain.length) found.push(`no focus to be seen (${plain.length}): ${plain[0].textContent}`);
    document.activeElement.blur();
    scrollTo(0, 0);
    return found;
  }, faults);
}

// With the spacing of WCAG 1.4.12 no text is cut off and the page is no wider than its window.
function spacingFaults() {
  const style = document.createElement("style");
  style.textContent = "*{line-height:1.5!important;letter-spacing:.12em!important;word-spacing:.16em!important}p{margin-bottom:2em!important}";
  document.head.append(style);
  const found = [], { scrollWidth, clientWidth } = document.documentElement;
  if (scrollWidth > clientWidth) found.push(`with wider text ${scrollWidth} px wide in a window of ${clientWidth} px`);
  const hides = (box) => [getComputedStyle(box).overflowX, getComputedStyle(box).overflowY].some((way) => way === "hidden" || way === "clip");
  const clipped = (box) => getComputedStyle(box).clipPath !== "none" || box.parentElement?.closest(".hidden, .stack thead");
  const seen = [...document.querySelectorAll("main :is(p, li, td, th, a, summary, div), header *, .rail *")].filter((box) => hides(box) && !clipped(box));
  const cut = seen.filter((box) => box.scrollWidth > box.clientWidth + 1 || box.scrollHeight > box.clientHeight + 1);
  if (cut.length) found.push(`with wider text cut off: ${cut[0].textContent.slice(0, 80)}`);
  style.remove();
  return found;
}

// However a table is laid out, each row has all its cells for who hears them, and none says its header twice.
function cellFaults() {
  const found = [];
  for (const table of document.querySelectorAll("main table:not(.dataframe)")) {
    const heads = table.querySelectorAll("thead th").length;
    for (const row of table.querySelectorAll("tbody tr:not(.group)")) {
      const cells = [...row.cells].filter((cell) => cell.checkVisibility({ visibilityProperty: true })).length;
      if (row.checkVisibility() && cells !== heads) found.push(`${cells} of ${heads} cells in a row of ${table.closest(".block").id}`);
    }
    for (const cell of table.querySelectorAll("td")) {
      const { content } = getComputedStyle(cell, "::before");
      if (content !== "none" && !content.endsWith('/ ""')) found.push(`a cell of ${table.closest(".block").id} says its header twice: ${content}`);
    }
  }
  return found.slice(0, 1);
}

// What can be seen but not by axe: letters, colours of ratings, places and symbols that are broken, small letters in drawings, words cut.
async function looksOf() {
  const faults = [];
  await document.fonts.ready;
  const faces = [...document.fonts];
  if (!faces.some((face) => face.status === "loaded") || faces.some((face) => face.status === "error")) faults.push("its letters are not there");
  const lines = (mark) => mark.getBoundingClientRect().height / parseFloat(getComputedStyle(mark).lineHeight);
  const broken = [...document.querySelectorAll("main .whole")].filter((mark) => mark.getClientRects().length > 1 || lines(mark) > 1.5);
  if (broken.length) faults.push(`broken over lines (${broken.length}): ${broken[0].textContent}`);
  const cut = [...document.querySelectorAll(".pill")].filter((pill) => {
    const range = document.createRange();
    const first = document.createTreeWalker(pill, NodeFilter.SHOW_TEXT).nextNode();
    return [...first.data.matchAll(/[\p{L}]+/gu)].some(({ index, 0: word }) => {
      range.setStart(first, index);
      range.setEnd(first, index + word.length);
      return range.getClientRects().length > 1;
    });
  });
  if (cut.length) faults.push(`a word is cut in a rating (${cut.length}): ${cut[0].textContent}`);
  for (const drawing of document.querySelectorAll(".drawing > svg")) {
    const scale = drawing.getScreenCTM().a;
    const sizes = [...drawing.querySelectorAll("text")].map((text) => parseFloat(getComputedStyle(text).fontSize) * scale);
    if (Math.min(...sizes) < 10.9) faults.push(`letters of ${Math.min(...sizes).toFixed(1)} px in ${drawing.closest("figure").id}`);
  }
  const small = [...document.querySelectorAll("main :is(td, th, p, li, small)")].filter((one) => parseFloat(getComputedStyle(one).fontSize) < 12);
  if (small.length) faults.push(`letters of ${getComputedStyle(small[0]).fontSize}: ${small[0].textContent}`);
  const rated = document.querySelectorAll(":is(.high, .middle, .low, .bad_high, .bad_middle, .bad_low)");
  const fills = [...rated].map((cell) => `${getComputedStyle(cell).backgroundColor} ${getComputedStyle(cell).color}`).join();
  return { faults, fills };
}

// Choosing a verdict leaves one list, choosing what is at stake leaves its rows in every list, and choosing all brings everything back.
async function filterFaults(page) {
  return page.evaluate(() => {
    const form = document.querySelector("form.filter");
    if (!form) return [];
    const rows = () => [...document.querySelectorAll("section[data-verdict] tbody tr:not(.group)")].filter((row) => row.checkVisibility()).length;
    const lists = () => [...document.querySelectorAll("section[data-verdict]")].filter((list) => list.checkVisibility()).length;
    const choose = (key, at) => {
      const select = form.querySelector(`[data-filter="${key}"]`);
      select.selectedIndex = at;
      select.dispatchEvent(new Event("change", { bubbles: true }));
    };
    const found = [];
    const [all, every] = [rows(), lists()];
    if (!form.checkVisibility()) found.push("the filter does not show");
    const says = () => form.querySelector("output").textContent.match(/\d+/g).map(Number).join(" ");
    if (says() !== `${all} ${all}`) found.push(`the filter says ${says()} of ${all} rows`);
    for (const list of document.querySelectorAll("section[data-verdict]")) {
      const number = list.querySelectorAll("tbody tr:not(.group)").length;
      choose("verdict", [...form.querySelectorAll('[data-filter="verdict"] option')].findIndex((option) => option.value === list.dataset.verdict));
      if (lists() !== 1 || rows() !== number || number >= all) found.push(`a verdict leaves ${lists()} lists with ${rows()} of ${number} rows`);
      if (says() !== `${number} ${all}`) found.push(`the filter says ${says()} where there are ${number} of ${all} rows`);
    }
    choose("verdict", 0);
    choose("consequence", 1);
    if (rows() === 0 || rows() >= all) found.push(`what is at stake leaves ${rows()} of ${all} rows`);
    if (says() !== `${rows()} ${all}`) found.push("the filter says another number of rows");
    choose("consequence", 0);
    if (rows() !== all || lists() !== every) found.push("not everything comes back");
    return found;
  });
}

async function tab(browser, width, queue, results) {
  const context = await browser.newContext({ viewport: { width, height: 900 }, reducedMotion: "reduce" });
  const page = await context.newPage();
  for (let path = queue.shift(); path; path = queue.shift()) {
    for (const faults of await faultsOf(page, pathToFileURL(path).href, width)) {
      results.push(faults.length === 0);
      for (const fault of faults) console.log(`${path}, ${fault}`);
    }
  }
  await context.close();
}

const folder = resolve(process.argv[2] ?? "../../reports");
const pages = pagesBelow(folder);
if (pages.length === 0) throw new Error(`there is no page below ${folder}: make report first`);
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: FLAGS });
const results = [];
try {
  for (const width of WIDTHS) {
    const queue = [...pages];
    await Promise.all(Array.from({ length: TABS }, () => tab(browser, width, queue, results)));
  }
} finally {
  await browser.close();
}
const failed = results.filter((good) => !good).length;
console.log(`${results.length - failed} passed, ${failed} failed`);
process.exitCode = failed ? 1 : 0;
