/** Dollars: to the cent from a dollar on, else to a hundredth of a cent. */
export function dollars(usd: number): string {
  if (usd === 0) return "$0";
  if (usd > 0 && usd < 0.0001) return "< $0.0001";
  return `$${usd.toFixed(usd < 1 ? 4 : 2)}`;
}
