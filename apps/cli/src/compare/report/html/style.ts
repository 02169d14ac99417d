/** The whole style of the page; it loads nothing. */
export const style = `
:root { color-scheme: light dark; --ink: #1b1f24; --faint: #667080; --line: #d5dae1; --paper: #fff; --team: #0b62c4;
  --other: #59636e; --right: #16794a; --wrong: #b3372b; --half: #93650b; --band: #f4f6f8; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6e9ee; --faint: #98a2b0; --line: #39414c; --paper: #14171b;
  --team: #6cb0ff; --other: #a5afbb; --right: #5cc98d; --wrong: #ff8d80; --half: #e2b04f; --band: #1d2228; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 2rem 1rem 4rem; max-width: 64rem; background: var(--paper); color: var(--ink);
  font: 16px/1.5 system-ui, sans-serif; }
h1 { font-size: 1.6rem; margin: 0; } h2 { font-size: 1.15rem; margin: 2.5rem 0 0.5rem; }
p { margin: 0.5rem 0; max-width: 46rem; } .faint { color: var(--faint); } .verdict { font-size: 1.15rem; font-weight: 600; }
.scroll { overflow-x: auto; } table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { padding: 0.25rem 0.75rem 0.25rem 0; text-align: right; white-space: nowrap; border-bottom: 1px solid var(--line); }
th:first-child, td:first-child { text-align: left; } th { font-weight: 600; color: var(--faint); vertical-align: bottom; }
tr.team td { font-weight: 600; } dt { font-weight: 600; } dd { margin: 0 0 0.4rem; color: var(--faint); }
.right { color: var(--right); } .wrong { color: var(--wrong); } .half { color: var(--half); } .none { color: var(--faint); }
.items td, .items th { text-align: center; padding-right: 0.5rem; } .items th { white-space: normal; font-size: 0.8rem; }
.items td:first-child { max-width: 16rem; overflow: hidden; text-overflow: ellipsis; }
svg { display: block; width: 100%; height: auto; min-width: 36rem; max-width: 52rem; } svg text { font: 13px system-ui, sans-serif; fill: var(--ink); }
svg .axis { fill: var(--faint); font-size: 12px; } svg .grid { stroke: var(--line); } svg .zero { stroke: var(--faint); }
svg .other { stroke: var(--other); fill: var(--other); } svg .team { stroke: var(--team); fill: var(--team); }
svg text.team { stroke: none; font-weight: 600; } svg text.other { stroke: none; fill: var(--ink); }
`;
