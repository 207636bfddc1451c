import assert from "node:assert/strict";
import { total } from "../src/basket.js";

assert.equal(total([]), 0);
assert.equal(total([{ price: 250, count: 2 }, { price: 100, count: 1 }]), 600);
console.log("2 passed");
