import { expect, test } from "vitest";
import { ballotPath, discRadius, frameOf, picture, seatPoints } from "./table-geometry.ts";

test("up to nine agents sit apart from each other, within the picture", () => {
  for (let seats = 1; seats <= 9; seats += 1) {
    const points = seatPoints(seats);
    for (const [at, { x, y }] of points.entries()) {
      expect(x).toBeGreaterThan(discRadius + 4);
      expect(x).toBeLessThan(picture.width - discRadius - 4);
      expect(y).toBeGreaterThan(discRadius + 4);
      expect(y).toBeLessThan(picture.height - discRadius - 4);
      for (const other of points.slice(at + 1)) {
        expect(Math.hypot(other.x - x, other.y - y)).toBeGreaterThan(2 * discRadius + 8);
      }
    }
  }
});

test("the frame leaves out what nobody sits in", () => {
  const heightOf = (seats: number): number => Number(frameOf(seatPoints(seats)).split(" ")[3]);
  expect(heightOf(3)).toBeLessThan(heightOf(4));
});

test("ballots that cross pass each other", () => {
  const [ada, bob] = seatPoints(3) as [{ x: number; y: number }, { x: number; y: number }];
  const bendOf = (path: string): string | undefined => /Q(\S+ \S+)/.exec(path)?.[1];
  expect(bendOf(ballotPath(ada, bob, 0))).not.toBe(bendOf(ballotPath(bob, ada, 0)));
});

test("a ballot goes from one seat to another, and one for its own answer comes back", () => {
  const [ada, bob] = seatPoints(3) as [{ x: number; y: number }, { x: number; y: number }];
  expect(ballotPath(ada, bob, 0)).toMatch(/^M[\d.]+ [\d.]+ Q[\d.]+ [\d.]+ [\d.]+ [\d.]+$/);
  expect(ballotPath(ada, bob, 1)).not.toBe(ballotPath(ada, bob, 0));
  expect(ballotPath(ada, ada, 0)).toMatch(/^M/);
});
