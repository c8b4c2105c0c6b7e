// The form. Validation is the server's: its problem details (RFC 9457) come back to the fields.

const FIELDS = ["from", "to", "weightKg", "lengthCm", "widthCm", "heightCm", "service"];
const COUNTRIES = {
  "European Union": "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK",
  "Europe": "AL BA CH GB IS LI MD ME MK NO RS TR UA",
  "Overseas": "AE AR AU BR CA CL CN CO EG HK ID IL IN JP KE KR MA MX MY NG NZ PE PH SA SG TH TW US VN ZA",
};
const TIMEOUT_MS = 20000;

const names = new Intl.DisplayNames(["en"], { type: "region" });
const money = (currency) => new Intl.NumberFormat("en-IE", { style: "currency", currency });
const by = (id) => document.getElementById(id);

export function startQuotes(lanes) {
  fill(by("from"), "DE");
  fill(by("to"), "JP");
  by("swap").addEventListener("click", () => { [by("from").value, by("to").value] = [by("to").value, by("from").value]; });
  by("quote-form").addEventListener("submit", (event) => {
    event.preventDefault();
    submit(lanes);
  });
}

function fill(select, chosen) {
  select.append(new Option("Choose", ""));
  for (const [label, codes] of Object.entries(COUNTRIES)) {
    const group = document.createElement("optgroup");
    group.label = label;
    const options = codes.split(" ").map((code) => new Option(names.of(code), code)).sort((a, b) => a.text.localeCompare(b.text));
    group.append(...options);
    select.append(group);
  }
  select.value = chosen;
}

async function submit(lanes) {
  const button = by("submit");
  button.disabled = true;
  clear();
  try {
    const response = await fetch("/api/quotes", {
      method: "POST",
      headers: { "Content-Type": "application/json", "Idempotency-Key": key() },
      body: JSON.stringify(read()),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    const answer = await response.json();
    if (response.ok) showBill(answer, lanes);
    else showProblem(answer);
  } catch {
    say("No server could be reached. Try again in a moment.");
  } finally {
    button.disabled = false;
  }
}

// randomUUID exists only where the page came by HTTPS or from localhost.
const key = () => crypto.randomUUID?.() ?? [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");

function read() {
  const form = new FormData(by("quote-form"));
  const number = (name) => {
    const text = form.get(name).trim().replace(",", ".");
    return text === "" || Number.isNaN(Number(text)) ? null : Number(text);
  };
  return {
    from: form.get("from"), to: form.get("to"), service: form.get("service"),
    weightKg: number("weightKg"), lengthCm: number("lengthCm"), widthCm: number("widthCm"), heightCm: number("heightCm"),
  };
}

function clear() {
  by("form-error").hidden = true;
  for (const field of FIELDS) {
    by(`${field}-error`).hidden = true;
    by(field)?.removeAttribute("aria-invalid");
    by(field)?.closest(".field").classList.remove("wrong");
  }
}

function showProblem(problem) {
  by("bill").hidden = true;
  const errors = Object.entries(problem.errors ?? {});
  for (const [field, messages] of errors) {
    const message = by(`${field}-error`);
    if (!message) continue;
    message.textContent = messages.join(" ");
    message.hidden = false;
    by(field)?.setAttribute("aria-invalid", "true");
    by(field)?.closest(".field").classList.add("wrong");
  }
  const first = FIELDS.find((field) => problem.errors?.[field]);
  if (first) by(first)?.focus();
  else say([problem.title, problem.detail].filter(Boolean).join(" "));
}

function say(text) {
  by("form-error").textContent = text;
  by("form-error").hidden = false;
}

function showBill(quote, lanes) {
  const format = money(quote.currency);
  const day = new Intl.DateTimeFormat("en-GB", { weekday: "long", day: "numeric", month: "long", timeZone: "UTC" }).format(new Date(quote.arrivesOn));
  by("bill-route").textContent = `${names.of(by("from").value)} → ${names.of(by("to").value)}`;
  by("bill-id").textContent = quote.id;
  by("bill-amount").textContent = format.format(quote.total);
  by("bill-when").textContent = `there on ${day}`;
  by("bill-lines").replaceChildren(...quote.lines.map((line) => {
    const row = document.createElement("span");
    row.className = "bill-line";
    const [label, amount] = [document.createElement("span"), document.createElement("span")];
    label.textContent = line.label;
    amount.textContent = format.format(line.amount);
    row.append(label, amount);
    return row;
  }));
  by("bill-server").textContent = `${lanes.nameOf(quote.quotedBy)} · ${quote.quotedBy}`;
  by("bill-server").style.setProperty("--lane", lanes.colourOf(quote.quotedBy));
  by("bill").hidden = false;
}
