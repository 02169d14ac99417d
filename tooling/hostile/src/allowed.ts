/** What a check lets pass, and why nothing can be made of it. */
export interface Allowed {
  /** From the root of the repository. */
  readonly file: string;
  /** As it is written there. */
  readonly written: string;
  readonly reason: string;
}

/** Something that a check refuses. */
export interface Finding {
  readonly file: string;
  readonly line: number;
  readonly written: string;
  /** What is wrong with it, after "it". */
  readonly problem: string;
}

/** The findings that nothing excuses, and the excuses for what is not found any more, a text each. */
export function unexcused(findings: readonly Finding[], allowed: readonly Allowed[]): readonly string[] {
  const excuses = ({ file, written }: Finding): boolean =>
    allowed.some((entry) => entry.file === file && entry.written === written);
  const idle = allowed.filter(
    (entry) => !findings.some(({ file, written }) => entry.file === file && entry.written === written),
  );
  return [
    ...findings
      .filter((finding) => !excuses(finding))
      .map(({ file, line, written, problem }) => `${file}:${line}: ${written}\n    it ${problem}`),
    ...idle.map(
      ({ file, written }) => `${file}: ${written}\n    is let off, but is not there any more, or is fine now`,
    ),
  ];
}
