/** A time as people of this machine's place write it: the time alone for today, else with the day. */
export function timeOf(ms: number, now = Date.now()): string {
  const then = new Date(ms);
  const today = new Date(now).toDateString() === then.toDateString();
  const time: Intl.DateTimeFormatOptions = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
  if (today) return `today ${then.toLocaleTimeString("en", time)}`;
  return then.toLocaleString("en", { day: "numeric", month: "short", year: "numeric", ...time });
}
