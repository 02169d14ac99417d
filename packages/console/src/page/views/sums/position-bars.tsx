import type { VNode } from "preact";
import type { PositionSums } from "../../server/sums.ts";

/** How often the answer at each place of a ballot was chosen: where places are balanced, all bars are alike. */
export function PositionBars({ positions }: { positions: readonly PositionSums[] }): VNode | null {
  const sizes = [...new Set(positions.map(({ candidates }) => candidates))].toSorted((one, other) => one - other);
  if (sizes.length === 0) return null;
  return (
    <section aria-labelledby="positions">
      <h2 id="positions">Votes by place on the ballot</h2>
      <p class="quiet">
        Voters see the answers in different orders. Over many votes each place should get the same share, which is the
        line.
      </p>
      <div class="positions">
        {sizes.map((size) => (
          <Ballots key={size} size={size} positions={positions.filter(({ candidates }) => candidates === size)} />
        ))}
      </div>
    </section>
  );
}

function Ballots({ size, positions }: { size: number; positions: readonly PositionSums[] }): VNode {
  const votes = positions.reduce((sum, one) => sum + one.votes, 0);
  const places = Array.from(
    { length: size },
    (_, at) => positions.find(({ position }) => position === at + 1)?.votes ?? 0,
  );
  const most = Math.max(1, ...places, votes / size);
  return (
    <figure class="ballot-places">
      <figcaption>
        {size} answers, {votes} votes
      </figcaption>
      <ol>
        {places.map((count, at) => (
          <li key={`place ${at + 1}`}>
            <span class="place-bar" aria-hidden="true">
              <span style={{ height: `${(100 * count) / most}%` }} />
              <i style={{ bottom: `${(100 * votes) / size / most}%` }} />
            </span>
            <span>
              {votes === 0 ? 0 : Math.round((100 * count) / votes)} %<span class="unseen"> at place {at + 1}</span>
            </span>
          </li>
        ))}
      </ol>
    </figure>
  );
}
