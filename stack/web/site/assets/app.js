import { Lanes } from "/assets/lanes.js";
import { startTraffic } from "/assets/traffic.js";
import { startQuotes } from "/assets/quote.js";

const lanes = new Lanes(document.getElementById("lanes"), document.getElementById("lanes-empty"));
startTraffic(lanes);
startQuotes(lanes);
