// Every page of every report that was built, in a browser: nothing against WCAG 2.2 AA, no page wider than its window, no fault in a
// script, nothing asked of the network. On a narrow and a wide window, light and dark.
import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const RULES = { type: "tag", values: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"] };
const NARROW = 390;
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
  const note = (said) => faults.push(said);
  const onError = (error) => note(`script: ${error.message}`);
  const onRequest = (request) => request.url().startsWith("file:") || note(`asks for ${request.url()}`);
  page.on("pageerror", onError);
  page.on("request", onRequest);
  await page.goto(address);
  const [across, wide] = await page.evaluate(() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]);
  if (across > wide) note(`is ${across} px wide in a window of ${wide} px`);
  await page.evaluate(AXE);
  // Colours change with the scheme and not with the width; on the wide window nothing is folded, so they are compared there.
  const options = { runOnly: RULES, resultTypes: ["violations"], rules: { "color-contrast": { enabled: width !== NARROW } } };
  const { violations } = await page.evaluate((given) => axe.run(given), options);
  for (const { id, nodes } of violations) note(`${id} (${nodes.length}): ${nodes[0].target.join(" ")} ${nodes[0].failureSummary ?? ""}`);
  page.off("pageerror", onError);
  page.off("request", onRequest);
  return faults;
}

async function tab(browser, colorScheme, width, queue, results) {
  const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme, reducedMotion: "reduce" });
  const page = await context.newPage();
  for (let path = queue.shift(); path; path = queue.shift()) {
    const faults = await faultsOf(page, pathToFileURL(path).href, width);
    results.push(faults.length === 0);
    for (const fault of faults) console.log(`${path}, ${width} px, ${colorScheme}: ${fault}`);
  }
  await context.close();
}

const folder = resolve(process.argv[2] ?? "../../reports");
const pages = pagesBelow(folder);
if (pages.length === 0) throw new Error(`there is no page below ${folder}: make report first`);
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: FLAGS });
const results = [];
try {
  for (const scheme of SCHEMES) {
    for (const width of WIDTHS) {
      const queue = [...pages];
      await Promise.all(Array.from({ length: TABS }, () => tab(browser, scheme, width, queue, results)));
    }
  }
} finally {
  await browser.close();
}
const failed = results.filter((good) => !good).length;
console.log(`${results.length - failed} passed, ${failed} failed`);
process.exitCode = failed ? 1 : 0;
