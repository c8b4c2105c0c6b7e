// Asks /api/whoami again and again and tells the lanes who answered.

import { quantile, show } from "/assets/lanes.js";

const TIMEOUT_MS = 15000;
const SUMMARY_EVERY_MS = 20000;

export function startTraffic(lanes) {
  const by = (id) => document.getElementById(id);
  const state = { answered: 0, lost: 0, times: [], paused: false };
  let timer;

  async function ask() {
    const slot = lanes.nextSlot();
    const start = performance.now();
    try {
      const response = await fetch("/api/whoami", { cache: "no-store", signal: AbortSignal.timeout(TIMEOUT_MS) });
      if (!response.ok) throw new Error(`HTTP ${response.status}`);
      const who = await response.json();
      const took = performance.now() - start;
      state.answered++;
      state.times.push(took);
      if (state.times.length > 400) state.times.splice(0, 200);
      lanes.answered(slot, who, took);
      pulse("good", state.lost ? `Answering; ${state.lost} lost so far` : "Every request answered");
    } catch {
      state.lost++;
      lanes.lost(slot);
      pulse("bad", "A request went unanswered");
    }
    totals();
  }

  function schedule() {
    clearInterval(timer);
    if (!state.paused && !document.hidden) timer = setInterval(ask, Number(by("rate").value));
  }

  function pulse(kind, text) {
    by("pulse").dataset.state = kind;
    by("pulse-text").textContent = text;
  }

  function totals() {
    by("total-answered").textContent = state.answered.toLocaleString("en");
    by("total-lost").textContent = state.lost.toLocaleString("en");
    by("total-lost").classList.toggle("bad", state.lost > 0);
    by("total-servers").textContent = lanes.servers;
    by("path-servers").textContent = Math.max(1, lanes.servers);
    by("total-median").textContent = show(quantile(state.times, 0.5));
  }

  by("rate").addEventListener("change", schedule);
  document.addEventListener("visibilitychange", schedule);
  by("burst").addEventListener("click", () => Promise.all(Array.from({ length: 10 }, ask)));
  by("pause").addEventListener("click", () => {
    state.paused = !state.paused;
    by("pause").setAttribute("aria-pressed", state.paused);
    by("pause").textContent = state.paused ? "Go on" : "Pause";
    schedule();
  });
  setInterval(() => { lanes.tick(); totals(); }, 1000);
  setInterval(() => {
    if (!state.paused) by("summary").textContent = `${state.answered} requests answered by ${lanes.servers} servers, ${state.lost} lost.`;
  }, SUMMARY_EVERY_MS);
  ask();
  schedule();
}
