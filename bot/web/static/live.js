// Draws the charts, and fetches the page anew every few seconds while somebody looks at it.
"use strict";

const trouble = document.getElementById("trouble");
const pause = Number(document.body.dataset.refresh) * 1000;
const charts = new Map();
const shown = new Map();
let timer = 0;
let leaving = false;

function colour(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

function short(value) {
  const size = Math.abs(value);
  if (size >= 1e6) return `${+(value / 1e6).toFixed(1)}M`;
  if (size >= 1e4) return `${+(value / 1e3).toFixed(1)}k`;
  return `${+value.toFixed(2)}`;
}

// "2026-11-21 13:00" is 13:00 on an axis, "2026-11-21" is 11-21, and months and minutes stay as they are.
function tick(label) {
  if (/ /.test(label)) return label.slice(11);
  return /^\d{4}-\d\d-\d\d$/.test(label) ? label.slice(5) : label;
}

function series(each, index) {
  const stroke = colour(index ? "--second" : "--accent");
  const bars = each.kind === "bar";
  return {
    label: each.name,
    stroke,
    width: bars ? 0 : 2,
    fill: bars ? stroke : undefined,
    paths: bars ? uPlot.paths.bars({ size: [0.7, 48] }) : uPlot.paths.linear(),
    points: { show: false },
    // While nobody points at a chart, the line below it tells the newest.
    value: (_, value) => `${Number(value ?? each.values.at(-1)).toLocaleString("en")} ${each.unit}`.trim(),
  };
}

function draw(place) {
  const found = JSON.parse(place.dataset.chart);
  const edge = colour("--quiet");
  const grid = { stroke: colour("--line"), width: 1 };
  const most = Math.max(...found.series.flatMap((each) => each.values.map(Number)));
  const axis = { stroke: edge, grid, ticks: grid, font: "12px system-ui, sans-serif" };
  const names = (_, at) => at.map((i) => (Number.isInteger(i) && found.labels[i] ? tick(found.labels[i]) : ""));
  const end = found.labels.length - 1;
  const options = {
    width: place.clientWidth,
    height: matchMedia("(max-width: 640px)").matches ? 180 : 230,
    cursor: { drag: { x: false, y: false } },
    scales: { x: { time: false, range: () => [-0.6, end + 0.6] }, y: { range: () => [0, most * 1.1 || 1] } },
    axes: [
      { ...axis, grid: { show: false }, space: 56, incrs: [1, 2, 3, 4, 6, 7, 12, 24, 30, 60], values: names },
      { ...axis, size: 48, values: (_, at) => at.map(short) },
    ],
    series: [{ label: "At", value: (_, i) => found.labels[i ?? end] ?? "–" }, ...found.series.map(series)],
  };
  const data = [found.labels.map((_, i) => i), ...found.series.map((each) => each.values.map(Number))];
  charts.get(place)?.destroy();
  charts.set(place, new uPlot(options, data, place));
}

function drawAll() {
  for (const [place, chart] of charts) {
    if (!place.isConnected) {
      chart.destroy();
      charts.delete(place);
    }
  }
  document.querySelectorAll(".chart").forEach((place) => charts.has(place) || draw(place));
}

function redrawAll() {
  charts.forEach((_, place) => draw(place));
}

function say(text, link) {
  trouble.hidden = !text;
  trouble.textContent = text;
  if (link) {
    const way = document.createElement("a");
    way.href = link;
    way.textContent = "Log in";
    trouble.append(" ", way);
  }
}

// What has not changed is left alone, so that nobody loses what they read; open tables and scrolling stay.
function replace(old, fresh) {
  const key = old.dataset.live;
  if (shown.get(key) === fresh.innerHTML) return;
  const opened = [...old.querySelectorAll("details")].map((each) => each.open);
  const scrolled = [...old.querySelectorAll(".scroll")].map((each) => [each.scrollLeft, each.scrollTop]);
  shown.set(key, fresh.innerHTML);
  old.replaceChildren(...fresh.cloneNode(true).childNodes);
  old.querySelectorAll("details").forEach((each, i) => (each.open = opened[i] ?? false));
  old.querySelectorAll(".scroll").forEach((each, i) => ([each.scrollLeft, each.scrollTop] = scrolled[i] ?? [0, 0]));
}

function show(text) {
  const page = new DOMParser().parseFromString(text, "text/html");
  const fresh = new Map([...page.querySelectorAll("[data-live]")].map((each) => [each.dataset.live, each]));
  const here = [...document.querySelectorAll("[data-live]")];
  if (here.length !== fresh.size || here.some((each) => !fresh.has(each.dataset.live))) {
    document.querySelector("main").replaceChildren(...page.querySelector("main").childNodes);
    shown.clear();
  } else {
    here.forEach((each) => replace(each, fresh.get(each.dataset.live)));
  }
  drawAll();
}

async function refresh() {
  try {
    const answer = await fetch(location.href, { headers: { Accept: "application/xhtml+xml" } });
    if (answer.status === 401) return say("You are logged out.", `/login?next=${location.pathname}`);
    if (answer.ok || answer.status === 503) show(await answer.text());
    say(answer.ok || answer.status === 503 ? "" : "The shop does not answer as it should. Trying again.");
  } catch {
    if (leaving) return;
    say("The shop does not answer. Trying again.");
  }
  later();
}

function later() {
  clearTimeout(timer);
  if (!document.hidden) timer = setTimeout(refresh, pause);
}

document.addEventListener("visibilitychange", () => (document.hidden ? clearTimeout(timer) : refresh()));
addEventListener("beforeunload", () => (leaving = true));
addEventListener("pageshow", () => (leaving = false));
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redrawAll);
addEventListener("resize", redrawAll);
document.querySelectorAll("[data-live]").forEach((each) => shown.set(each.dataset.live, each.innerHTML));
drawAll();
later();
document.querySelector(".pages [aria-current]")?.scrollIntoView({ inline: "center", block: "nearest" });
