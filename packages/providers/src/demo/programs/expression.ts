/** How somebody calculates; undefined for a result that does not exist. */
export interface Arithmetic<Value> {
  readonly read: (decimal: string) => Value;
  readonly apply: (a: Value, operator: Operator, b: Value) => Value | undefined;
}

type Operator = "+" | "-" | "*" | "/";

/** A number, `(`, `)` or an operator. */
export type Token = string;

/**
 * The value of a sum: `*` and `/` before `+` and `-`, each from left to right. Nested as deep as there are tokens, so
 * the caller bounds these.
 * @returns undefined where a part has no value, and `no sum` for tokens that are none
 */
export function evaluate<Value>(
  tokens: readonly Token[],
  { read, apply }: Arithmetic<Value>,
): Value | undefined | "no sum" {
  let at = 0;
  const next = (): Token => tokens[at] ?? "";

  function chain(operand: () => Value | undefined, known: string): Value | undefined {
    let value = operand();
    for (let operator = next(); operator !== "" && known.includes(operator); operator = next()) {
      at += 1;
      const other = operand();
      value = value === undefined || other === undefined ? undefined : apply(value, operator as Operator, other);
    }
    return value;
  }
  const sum = (): Value | undefined => chain(product, "+-");
  const product = (): Value | undefined => chain(factor, "*/");
  function factor(): Value | undefined {
    const token = next();
    at += 1;
    if (/^\d/.test(token)) return read(token);
    if (token === "-") {
      const value = factor();
      return value === undefined ? undefined : apply(read("0"), "-", value);
    }
    if (token !== "(") throw noSum;
    const value = sum();
    if (next() !== ")") throw noSum;
    at += 1;
    return value;
  }

  try {
    const value = sum();
    return at < tokens.length ? "no sum" : value;
  } catch (error) {
    if (error === noSum) return "no sum";
    throw error;
  }
}

const noSum = new Error("no sum");

/** The tokens as people write them. */
export function written(tokens: readonly Token[]): string {
  let text = "";
  for (const [index, token] of tokens.entries()) {
    const before = tokens[index - 1];
    const sign = tokens[index - 1] === "-" && /^[-+*/(]?$/.test(tokens[index - 2] ?? "");
    const joined = before === undefined || before === "(" || token === ")" || sign;
    text += joined ? token : ` ${token}`;
  }
  return text;
}
