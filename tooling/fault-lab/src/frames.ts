import { framed, piecesOf, wires, type Answer, type Source, type WireEvent, type WireName } from "@massgen/upstream";

/** One event of a streamed answer, as it goes over the wire. */
export interface Frame extends Pick<WireEvent, "stage" | "usage"> {
  readonly text: string;
}

/** The events of an answer. Each begins with one that says nothing, so that there is something before what it says. */
export function framesOf(wireName: WireName, answer: Answer, source: Source): readonly Frame[] {
  const wire = wires[wireName];
  const pieces = piecesOf(answer, source.n);
  const said = wireName === "gemini" ? { ...pieces, text: ["", ...pieces.text] } : pieces;
  return Array.from(wire.events(said, source), ({ stage, usage, ...event }) => ({
    stage,
    text: framed(wire, event),
    ...(usage !== undefined && { usage }),
  }));
}

/** An error inside the stream. */
export function inBandError(wireName: WireName, message: string, source: Source): string {
  const wire = wires[wireName];
  return wire
    .failure(wire.overload(message), source, 0)
    .map((event) => framed(wire, event))
    .join("");
}
