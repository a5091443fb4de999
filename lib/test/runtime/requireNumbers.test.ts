import assert from "node:assert/strict";
import { test } from "node:test";
import { requireCounts, requireNotNegative, requirePositive } from "../../src/runtime";

test("the first number that is out of range is named, with its value and what would be right", () => {
  assert.throws(() => requirePositive({ sigma: 1, tau: 0 }), /^RangeError: tau: got 0, want a number above 0$/);
  assert.throws(() => requirePositive({ sigma: Number.NaN }), /sigma: got NaN/);
  assert.throws(() => requirePositive({ sigma: Number.POSITIVE_INFINITY }), /sigma: got Infinity/);
  assert.throws(() => requireNotNegative({ weight: -1 }), /weight: got -1, want a number of at least 0/);
  assert.throws(() => requireNotNegative({ weight: Number.POSITIVE_INFINITY }), /weight: got Infinity/);
  assert.throws(() => requireCounts({ jump: 1, repeats: 1.5 }), /repeats: got 1.5, want a whole number above 0/);
  assert.throws(() => requireCounts({ repeats: 0 }), /repeats: got 0/);
  requirePositive({ sigma: 1e-9 });
  requireNotNegative({ weight: 0 });
  requireCounts({ repeats: 1 });
});
