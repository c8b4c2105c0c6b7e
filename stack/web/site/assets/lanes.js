// One lane per server. The x axis is the order of requests, not time: two servers that take turns show as a zipper.

const SLOTS = 60;
const TALLEST_MS = 100;
const SILENT_AFTER_MS = 4000;
const COLOURS = 6;

export class Lanes {
  #root;
  #empty;
  #lanes = new Map();
  #sequence = 0;
  #lost = [];
  #drawing = false;

  constructor(root, empty) {
    this.#root = root;
    this.#empty = empty;
    new ResizeObserver(() => this.#redraw()).observe(root);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.#redraw());
  }

  get servers() {
    return [...this.#lanes.values()].filter((lane) => !lane.silent).length;
  }

  /** The letter and colour of a server, known or not yet. */
  colourOf(instance) {
    return this.#lane(instance).colour;
  }

  nameOf(instance) {
    return this.#lane(instance).name;
  }

  /** Takes a slot when a request is sent, so that marks stand in the order of sending. */
  nextSlot() {
    return this.#sequence++;
  }

  answered(slot, who, milliseconds) {
    const lane = this.#lane(who.instance);
    if (lane.startedAt && lane.startedAt !== who.startedAt) lane.restarts++;
    lane.startedAt = who.startedAt;
    lane.host = who.instance === who.hostname ? who.instance : `${who.instance} on ${who.hostname}`;
    lane.departing = who.departing;
    lane.count++;
    lane.last = performance.now();
    lane.marks.push({ slot, milliseconds });
    if (lane.marks.length > SLOTS * 4) lane.marks.splice(0, SLOTS * 2);
    this.#redraw();
  }

  lost(slot) {
    this.#lost.push(slot);
    this.#redraw();
  }

  #lane(instance) {
    let lane = this.#lanes.get(instance);
    if (!lane) {
      const index = this.#lanes.size;
      lane = {
        name: `Server ${String.fromCharCode(65 + (index % 26))}`, host: instance, colour: `var(--lane-${index % COLOURS})`,
        marks: [], count: 0, restarts: 0, last: performance.now(), silent: false,
      };
      this.#build(lane);
      this.#lanes.set(instance, lane);
      this.#empty.hidden = true;
    }
    return lane;
  }

  #build(lane) {
    const element = document.createElement("article");
    element.className = "lane";
    element.style.setProperty("--lane", lane.colour);
    element.setAttribute("aria-label", lane.name);
    const part = (tag, name, parent) => {
      const child = document.createElement(tag);
      child.className = name;
      parent.append(child);
      return child;
    };
    const head = part("div", "lane-head", element);
    part("span", "lane-name", head).textContent = lane.name;
    lane.hostElement = part("span", "lane-host", head);
    lane.stateElement = part("span", "lane-state", head);
    lane.canvas = part("canvas", "", element);
    lane.canvas.setAttribute("aria-hidden", "true");
    const stats = part("dl", "lane-stats", element);
    const stat = (label) => {
      const row = part("div", "", stats);
      part("dt", "", row).textContent = label;
      return part("dd", "", row);
    };
    lane.countElement = stat("answers");
    lane.shareElement = stat("share");
    lane.medianElement = stat("median");
    lane.tailElement = stat("95th percentile");
    lane.element = element;
    this.#root.append(element);
  }

  #redraw() {
    if (this.#drawing) return;
    this.#drawing = true;
    requestAnimationFrame(() => {
      this.#drawing = false;
      const total = [...this.#lanes.values()].reduce((sum, lane) => sum + lane.count, 0);
      for (const lane of this.#lanes.values()) {
        this.#tell(lane, total);
        this.#draw(lane);
      }
    });
  }

  #tell(lane, total) {
    const rest = performance.now() - lane.last;
    lane.silent = rest > SILENT_AFTER_MS;
    lane.element.classList.toggle("silent", lane.silent);
    const times = lane.marks.map((mark) => mark.milliseconds);
    const set = (element, text) => { if (element.textContent !== text) element.textContent = text; };
    set(lane.hostElement, lane.host);
    set(lane.countElement, lane.count.toLocaleString("en"));
    set(lane.shareElement, `${total ? Math.round((lane.count / total) * 100) : 0} %`);
    set(lane.medianElement, show(quantile(times, 0.5)));
    set(lane.tailElement, show(quantile(times, 0.95)));
    set(lane.stateElement, lane.silent ? `silent for ${Math.round(rest / 1000)} s`
      : lane.departing ? "going down"
      : `up ${age(lane.startedAt)}${lane.restarts ? `, restarted ${lane.restarts}×` : ""}`);
  }

  #draw(lane) {
    const { canvas } = lane;
    const ratio = devicePixelRatio || 1;
    const [width, height] = [canvas.clientWidth, canvas.clientHeight];
    if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
      canvas.width = Math.round(width * ratio);
      canvas.height = Math.round(height * ratio);
    }
    const styles = getComputedStyle(lane.element);
    const colour = (name) => styles.getPropertyValue(name).trim();
    const context = canvas.getContext("2d");
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, width, height);

    const first = Math.max(0, this.#sequence - SLOTS);
    const pitch = width / SLOTS;
    const x = (slot) => (slot - first) * pitch;
    const bar = Math.max(2, pitch * 0.62);

    context.fillStyle = colour("--line");
    for (let slot = first; slot < first + SLOTS; slot++) context.fillRect(x(slot) + (pitch - 2) / 2, height - 3, 2, 2);

    context.fillStyle = colour("--bad");
    for (const slot of this.#lost) {
      if (slot < first) continue;
      context.globalAlpha = 0.25;
      context.fillRect(x(slot), 0, pitch, height);
      context.globalAlpha = 1;
    }

    context.fillStyle = colour(lane.colour.slice(4, -1));
    for (const { slot, milliseconds } of lane.marks) {
      if (slot < first) continue;
      // Logarithmic: one millisecond is to be seen, a hundred is to fit.
      const tall = 8 + (height - 14) * Math.min(1, Math.log1p(milliseconds) / Math.log1p(TALLEST_MS));
      context.globalAlpha = 0.35 + 0.65 * ((slot - first + 1) / Math.max(1, this.#sequence - first));
      context.beginPath();
      context.roundRect(x(slot) + (pitch - bar) / 2, height - tall - 1, bar, tall, Math.min(3, bar / 2));
      context.fill();
    }
    context.globalAlpha = 1;
  }

  /** Silence is noticed even when nothing is drawn. */
  tick() {
    this.#redraw();
  }
}

export function quantile(values, share) {
  if (values.length === 0) return undefined;
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
}

export const show = (milliseconds) => milliseconds === undefined ? "–" : `${milliseconds < 10 ? milliseconds.toFixed(1) : Math.round(milliseconds)} ms`;

function age(startedAt) {
  const seconds = Math.max(0, Math.round((Date.now() - Date.parse(startedAt)) / 1000));
  return seconds < 90 ? `${seconds} s` : seconds < 5400 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3600)} h`;
}
