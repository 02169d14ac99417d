/** A point of the picture. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** The size of the picture, in its own units. */
export const picture = { width: 420, height: 272 } as const;
export const table = { x: 210, y: 136, rx: 116, ry: 58 } as const;
/** The radius of an agent's disc. */
export const discRadius = 19;

const seatsAt = { rx: 168, ry: 94 } as const;

/** Where the agents sit: around the table, clockwise, the first at the top. */
export function seatPoints(seats: number): readonly Point[] {
  return Array.from({ length: seats }, (_, at) => {
    const angle = (at / seats) * 2 * Math.PI - Math.PI / 2;
    return { x: round(table.x + seatsAt.rx * Math.cos(angle)), y: round(table.y + seatsAt.ry * Math.sin(angle)) };
  });
}

/** The part of the picture that is used, as a `viewBox`: seats with their names, and the table. */
export function frameOf(points: readonly Point[]): string {
  const top = Math.min(table.y - table.ry, ...points.map(({ y }) => y)) - discRadius - 28;
  const bottom = Math.max(table.y + table.ry, ...points.map(({ y }) => y)) + discRadius + 26;
  return `0 ${round(top)} ${picture.width} ${round(bottom - top)}`;
}

/**
 * The way of a ballot from its voter to the author of the answer, bent towards the middle of the table, and to the left
 * of its way: so two that cross pass each other. Ballots to the same place come in apart.
 *
 * @param nth of those that go there, from 0
 */
export function ballotPath(from: Point, to: Point, nth: number): string {
  if (from === to) return ownPath(from);
  const middle = { x: (from.x + to.x) / 2, y: (from.y + to.y) / 2 };
  const bend = 0.42 + 0.12 * (nth % 3);
  const bent = towards(middle, table, bend);
  const length = Math.hypot(to.x - from.x, to.y - from.y) || 1;
  const aside = 16;
  const control = {
    x: bent.x + ((to.y - from.y) / length) * aside,
    y: bent.y - ((to.x - from.x) / length) * aside,
  };
  const start = at(from, control, discRadius + 5);
  const end = at(to, control, discRadius + 10);
  return `M${xy(start)} Q${xy(control)} ${xy(end)}`;
}

/** A loop on the far side of the table, for a vote for one's own answer. */
function ownPath(seat: Point): string {
  const out = at(seat, { x: 2 * seat.x - table.x, y: 2 * seat.y - table.y }, discRadius + 3);
  const side = { x: -(out.y - seat.y), y: out.x - seat.x };
  const start = { x: out.x + side.x * 0.6, y: out.y + side.y * 0.6 };
  const end = { x: out.x - side.x * 0.6, y: out.y - side.y * 0.6 };
  return `M${xy(start)} Q${xy({ x: out.x + (out.x - seat.x) * 0.8, y: out.y + (out.y - seat.y) * 0.8 })} ${xy(end)}`;
}

function towards(from: Point, to: Point, share: number): Point {
  return { x: from.x + (to.x - from.x) * share, y: from.y + (to.y - from.y) * share };
}

/** The point so far from `from` on the way to `to`. */
function at(from: Point, to: Point, distance: number): Point {
  const length = Math.hypot(to.x - from.x, to.y - from.y) || 1;
  return towards(from, to, distance / length);
}

function xy({ x, y }: Point): string {
  return `${round(x)} ${round(y)}`;
}

function round(figure: number): number {
  return Math.round(figure * 10) / 10;
}
